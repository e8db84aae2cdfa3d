import { inWords, nameOf, partText } from "./aheadwords.js";
import { html } from "./html.js";
import { Panel, Pick } from "./panel.js";
import { get } from "./store.js";
import { hourText } from "./time.js";
import { t } from "./words.js";

const HOUR_MS = 3_600_000;
const WIDTH_MS = 24 * HOUR_MS;
const SCALE_H = [0, 6, 12, 18, 24];
const COLOURS = ["white", "blue", "yellow", "orange", "red"];
const SEVERITIES = ["unknown", "minor", "moderate", "severe", "extreme"];

/** What each venue faces in the next 24 hours, the worst first: as a strip, and in words. Venues that face the
 * same share a strip. */
export function Ahead({ look }) {
  const venues = look.picture.venues.filter((venue) => venue.ahead.length > 0).sort(worstFirst);
  const calm = look.picture.venues.length - venues.length;
  const from = Date.parse(look.picture.at);
  return html`
    <${Panel} id="ahead" title=${t("ahead.title")} count=${venues.length}>
      ${venues.length > 0 && html`<${Scale} from=${from} />`}
      <ul class="strips">
        ${alike(venues).map((group) => html`<${Faced} key=${group[0].id} venues=${group} look=${look} from=${from} />`)}
      </ul>
      <p class="empty">${venues.length === 0 ? t("ahead.none") : calm > 0 && t("ahead.calm", { n: calm })}</p>
    <//>
  `;
}

/** Venues in groups that face the same. */
function alike(venues) {
  const groups = new Map();
  for (const venue of venues) {
    const key = JSON.stringify(venue.ahead);
    groups.set(key, [...(groups.get(key) ?? []), venue]);
  }
  return [...groups.values()];
}

function Faced({ venues, look, from }) {
  const parts = venues[0].ahead;
  const names = venues.map(({ id }) => look.venueName(id)).join(t("list.comma"));
  return html`
    <li data-venues=${venues.length}>
      <p class="faced">${venues.map(({ id }) => html`<${Pick} key=${id} kind="venue" id=${id}>${look.venueName(id)}<//>`)}</p>
      <${Strip} parts=${parts} name=${names} from=${from} />
      <p class="quiet">${inWords(parts)}</p>
    </li>
  `;
}

/** The colours of the hours to come. Each part has its pattern and, where there is room, its word. */
const Strip = ({ parts, name, from }) => html`
  <div class="strip" role="img" aria-label="${name}: ${inWords(parts)}">
    ${parts.map((part) => html`
      <span key=${part.from} class="strip-part" data-colour=${lookOf(part)} data-begun=${part.begun}
        title=${partText(part)} style=${{ flexGrow: Date.parse(part.to) - Date.parse(part.from) }}>
        ${part.warnings > 0 && html`<span>${nameOf(part)}</span>`}
      </span>`)}
    <${Cursor} from=${from} />
  </div>
`;

/** Where the moment lies that is looked at. */
function Cursor({ from }) {
  const { future } = get();
  if (future === null || future > from + WIDTH_MS) return null;
  return html`<span class="strip-cursor" style=${{ left: `${((future - from) / WIDTH_MS) * 100}%` }}></span>`;
}

const Scale = ({ from }) => html`
  <p class="strip-scale" aria-hidden="true">
    ${SCALE_H.map((hours) => html`<span key=${hours}>${hours === 0 ? t("timebar.now") : hourText(from + hours * HOUR_MS)}</span>`)}
  </p>
`;

/** By what a part is coloured: its signal, else, of a sender without colours, its severity. */
function lookOf({ colour, severity, warnings }) {
  if (warnings === 0) return "calm";
  return colour ?? `cap-${severity}`;
}

function worstFirst(a, b) {
  return badness(b) - badness(a) || Date.parse(firstOf(a).from) - Date.parse(firstOf(b).from);
}

const badness = (venue) =>
  Math.max(...venue.ahead.map((part) => 10 * SEVERITIES.indexOf(part.severity) + COLOURS.indexOf(part.colour)));

const firstOf = (venue) => venue.ahead.find((part) => part.warnings > 0);
