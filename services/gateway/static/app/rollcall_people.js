import { useRef, useState } from "preact/hooks";
import { Trouble, mayAnswerFor, useAct } from "./act.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { get } from "./store.js";
import { Age } from "./time.js";
import { t, values, word } from "./words.js";

const NAMED = 40;
const PAGE = 100;
const PAGE_MAX = 1000; // as many as the server tells at once

/** Who has not answered, the longest unheard first, and what whoever knows of them may say. */
export function Missing({ call, look }) {
  const [all, setAll] = useState(false);
  const listed = call.unaccounted;
  const shown = all ? listed : listed.slice(0, NAMED);
  const rest = call.unaccounted_count - shown.length;
  return html`
    <p class="quiet">${t("rollcall.names")}</p>
    <ul class="people">
      ${shown.map((person) => html`<${MissingPerson} key=${person.id} call=${call} person=${person} look=${look} />`)}
    </ul>
    ${rest > 0 && !all && html`<button type="button" class="more" onClick=${() => setAll(true)}>${t("rollcall.more", { n: rest })}</button>`}
    ${rest > 0 && all && html`<${Standing} call=${call} look=${look} standing="unaccounted" />`}
  `;
}

function MissingPerson({ call, person, look }) {
  const [excusing, setExcusing] = useState(false);
  const { act, sending, trouble, setTrouble } = useAct();
  const path = `roll-calls/${encodeURIComponent(call.id)}`;

  async function safe() {
    const answer = await act(`${path}/answers`, { answers: [{ person: person.id, answer: "safe" }] });
    const [said] = answer?.results ?? [];
    if (said?.status === "rejected") setTrouble({ status: 403, reason: said.reason });
  }

  const excuse = (reason) => act(`${path}/excuse`, { person: person.id, reason });
  return html`
    <li data-missing=${person.id}>
      <div class="who">
        <span class="name">${look.who(person.id, person)}</span>
        <${Last} person=${person} look=${look} />
      </div>
      ${mayAnswerFor() && !call.closed_at && html`
        <div class="acts">
          <button type="button" class="safe" disabled=${sending} onClick=${safe}>${t("rollcall.mark")}</button>
          <button type="button" aria-expanded=${excusing} disabled=${sending} onClick=${() => setExcusing(!excusing)}>${t("rollcall.excuse")}</button>
        </div>
      `}
      ${excusing && html`
        <div class="reasons" role="group" aria-label=${t("rollcall.because")}>
          ${values("excuse").map((reason) => html`<button type="button" key=${reason} disabled=${sending} onClick=${() => excuse(reason)}>${word("excuse", reason)}</button>`)}
        </div>
      `}
      <${Trouble} of=${trouble} />
    </li>
  `;
}

/** What was heard of somebody last: where, how, and how long ago. */
export function Last({ person, look }) {
  if (person.last_evidence_age_s === null) return html`<span class="quiet">${t("evidence.none")}</span>`;
  const since = new Date(Date.parse(look.picture.at) - person.last_evidence_age_s * 1000).toISOString();
  return html`
    <span class="quiet">
      <${Age} since=${since} />
      ${person.last_venue && html` · ${look.venueName(person.last_venue)}`}
      ${person.last_method && html` · ${word("method", person.last_method)}`}
    </span>
  `;
}

export const WalkUps = ({ call, look }) => html`
  <ul class="people">
    ${call.walk_up_people.map((person) => html`<li key=${person.id}><span class="name">${look.who(person.id, person)}</span></li>`)}
  </ul>
`;

/** Who answered late: after being missing at the closing, or after being asked again. */
export const Found = ({ call, look }) => html`
  <ul class="people">
    ${call.found_since.map((one) => html`
      <li key=${one.id}>
        <div class="who">
          <span class="name">${look.who(one.id, one)}</span>
          <span class="quiet">${word("answer", one.answer)} · <${Age} since=${one.at} />${one.after_closing && html` · ${t("rollcall.late")}`}</span>
        </div>
      </li>
    `)}
  </ul>
`;

/** The people who stand in one way, asked of the server: so many more at each press. */
export function Standing({ call, look, standing }) {
  const [limit, setLimit] = useState(PAGE);
  const past = Boolean(get().asOf);
  const size = `${call.safe} ${call.need_help} ${call.excused} ${call.unaccounted_count}`;
  const path = `roll-calls/${encodeURIComponent(call.id)}?${new URLSearchParams({ standing, limit })}`;
  const fetched = useFetched(past ? null : path, size);
  const kept = useRef([]); // while more are asked for, those who were listed stay
  if (fetched.data) kept.current = fetched.data.people;
  if (past) return html`<p class="quiet">${t("list.present")}</p>`;
  return html`
    <ul class="people">
      ${kept.current.map((person) => html`<${Stander} key=${person.id} person=${person} look=${look} />`)}
    </ul>
    <${Waiting} for=${fetched} />
    ${fetched.data?.next && limit < PAGE_MAX && html`
      <button type="button" class="more" onClick=${() => setLimit(Math.min(PAGE_MAX, limit * 2))}>${t("list.next")}</button>`}
  `;
}

const Stander = ({ person, look }) => html`
  <li>
    <div class="who">
      <span class="name">${look.who(person.id, person)}</span>
      <span class="quiet">
        ${person.excuse && `${word("excuse", person.excuse)} · `}
        ${person.answered_at ? html`<${Age} since=${person.answered_at} />${person.method && ` · ${word("method", person.method)}`}` : html`<${Last} person=${person} look=${look} />`}
      </span>
    </div>
  </li>
`;
