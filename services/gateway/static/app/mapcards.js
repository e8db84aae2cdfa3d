import { html } from "./html.js";
import { Severity, Shape, Signal } from "./shapes.js";
import { Age, momentText } from "./time.js";
import { sent, t, text, word } from "./words.js";

/** What stands on the map, and what opens when it is clicked. */
export const venueTitle = (look, venue) =>
  `${text(venue.name)} · ${word("severity", look.worst(venue))} · ` +
  t("map.people", { n: venue.people.present });

export const VenueBadge = ({ look, venue }) => html`
  <span class="badge badge-${look.worst(venue)}" data-signal=${look.signal(venue)}>
    <${Shape} of=${look.worst(venue)} />
    <span class="badge-name">${text(venue.name)}</span>
    <span class="badge-count">${venue.people.present}</span>
  </span>
`;

export function VenueCard({ look, venue }) {
  const { people, observation } = venue;
  return html`
    <h3>${text(venue.name)}</h3>
    <p><${Severity} of=${look.worst(venue)} /></p>
    <p>${t("venue.people", people)}</p>
    ${people.missing > 0 && html`<p class="bad">${t("venue.missing", { n: people.missing })}</p>`}
    ${observation && html`<p><${Observation} of=${observation} /></p>`}
    ${look.open(venue).map(
      (row) => html`<p><${Severity} of=${row.severity} /> ${word("category", row.category)}: ${row.text}</p>`,
    )}
    ${venue.warnings.map((id) => look.warnings.get(id)).map(
      (row) => row && html`<p><${Signal} colour=${row.colour} /> ${sent(row.headline).text}</p>`,
    )}
  `;
}

export const IncidentCard = ({ look, incident }) => html`
  <h3>${word("category", incident.category)} · ${look.placeName(incident.venue, incident.site)}</h3>
  <p><${Severity} of=${incident.severity} /> · ${word("status", incident.status)}</p>
  <p class="own-words">${incident.text}</p>
  <p class="quiet"><${Age} since=${incident.reported_at} /></p>
`;

export function WarningCard({ look, warning }) {
  const headline = sent(warning.headline);
  return html`
    <h3 lang=${headline.lang}>${headline.text || sent(warning.event).text}</h3>
    <p><${Signal} colour=${warning.colour} /> <${Severity} of=${warning.severity} /></p>
    <p>${warning.venues.map((id) => look.venueName(id)).join(t("list.comma"))}</p>
    ${warning.expires && html`<p class="quiet">${t("warning.until", { at: momentText(Date.parse(warning.expires)) })}</p>`}
  `;
}

/** A measurement in one line: what was measured, and how old it is. */
export function Observation({ of }) {
  const parts = [];
  if (of.temperature_c !== null) parts.push(t("weather.temperature", { n: of.temperature_c }));
  if (of.wind_ms !== null) parts.push(t("weather.wind", { n: of.wind_ms }));
  if (of.gust_ms !== null) parts.push(t("weather.gust", { n: of.gust_ms }));
  if (of.visibility_m !== null) parts.push(t("weather.visibility", { n: of.visibility_m }));
  if (of.snow_depth_cm !== null) parts.push(t("weather.snow", { n: of.snow_depth_cm }));
  return html`<span class="weather">${parts.join(" · ")} · <${Age} since=${of.at} /></span>`;
}
