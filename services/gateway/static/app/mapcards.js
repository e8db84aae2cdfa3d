import { inWords } from "./aheadwords.js";
import { html } from "./html.js";
import { Severity, Shape, Signal } from "./shapes.js";
import { Age, momentText } from "./time.js";
import { sent, t, text, word } from "./words.js";

/** What stands on the map, and what opens when it is clicked. */
export const venueTitle = (look, venue) =>
  `${text(venue.name)} · ${word("severity", look.worst(venue))} · ` +
  (look.picture.future ? t("map.then") : t("map.people", { n: venue.people.present }));

export const VenueBadge = ({ look, venue, level }) => html`
  <span class="badge badge-${look.worst(venue)}" data-level=${level} data-signal=${look.signal(venue)}>
    <${Shape} of=${look.worst(venue)} />
    ${level === 0 && html`<span class="badge-name">${text(venue.name)}</span>`}
    ${level < 2 && !look.picture.future && html`<span class="badge-count">${venue.people.present}</span>`}
  </span>
`;

export function VenueCard({ look, venue }) {
  const { people, observation } = venue;
  if (look.picture.future) return html`<${VenueThen} look=${look} venue=${venue} />`;
  return html`
    <h3>${text(venue.name)}</h3>
    <p><${Severity} of=${look.worst(venue)} /></p>
    <p>${t("venue.people", people)}</p>
    ${people.missing > 0 && html`<p class="bad">${t("venue.missing", { n: people.missing })}</p>`}
    ${observation && html`<p><${Observation} of=${observation} /></p>`}
    ${venue.ahead.length > 0 && html`<p class="quiet">${t("venue.ahead", { what: inWords(venue.ahead) })}</p>`}
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

/** A venue at a moment to come: what will hold there. */
const VenueThen = ({ look, venue }) => html`
  <h3>${text(venue.name)}</h3>
  <p class="then">${t("venue.then", { at: momentText(look.picture.future) })}</p>
  ${venue.warnings.map((id) => look.warnings.get(id)).map(
    (row) => html`<p><${Signal} colour=${row.colour} /> <${Severity} of=${row.severity} /> ${sent(row.headline).text}</p>`,
  )}
  ${venue.warnings.length === 0 && html`<p>${t("warnings.none-then")}</p>`}
`;

export function WarningCard({ look, warning }) {
  const headline = sent(warning.headline);
  const venues = warning.venues.map((id) => look.venues.get(id)).filter(Boolean);
  return html`
    <h3 lang=${headline.lang}>${headline.text || sent(warning.event).text}</h3>
    <p><${Signal} colour=${warning.colour} /> <${Severity} of=${warning.severity} /></p>
    <p>${timesText(warning)}</p>
    <ul class="concerned">
      ${venues.map((venue) => html`<li key=${venue.id}><span>${text(venue.name)}</span> <span class="quiet">${t("map.people", { n: venue.people.present })}</span></li>`)}
    </ul>
    ${venues.length > 1 && html`<p class="quiet">${t("warning.people", concerned(warning, look))}</p>`}
  `;
}

/** How many venues of ours a warning concerns, and how many people are there now. */
export function concerned(warning, look) {
  const venues = warning.venues.map((id) => look.venues.get(id)).filter(Boolean);
  return { n: venues.length, people: venues.reduce((sum, venue) => sum + venue.people.present, 0) };
}

/** From when a warning holds, when it hits, and until when. */
export function timesText({ effective, onset, expires }) {
  const moment = (at) => momentText(Date.parse(at));
  const parts = [t("warning.from", { at: moment(effective) })];
  if (onset && Date.parse(onset) > Date.parse(effective)) parts.push(t("warning.onset", { at: moment(onset) }));
  parts.push(expires ? t("warning.until", { at: moment(expires) }) : t("warning.endless"));
  return parts.join(t("list.comma"));
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
