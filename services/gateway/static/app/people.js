import { useEffect, useState } from "preact/hooks";
import { mayRespond } from "./act.js";
import { useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Observation } from "./mapcards.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Severity, Signal } from "./shapes.js";
import { get, list, select } from "./store.js";
import { Age, hourText, spanText } from "./time.js";
import { t, tag, values, word } from "./words.js";

const FIRST = 20;
const MOST = 500;
const ASKED = 100; // people asked of the server at once
const TYPED_MS = 250; // a pause that long is the end of typing
const LATE_S = 300;

/** Everything the map's venues say, for whoever does not use the map. */
export const Venues = ({ look }) => html`
  <${Panel} id="venues" title=${t("venues.title")} count=${look.picture.venues.length}>
    <${Rows} of=${look.worstFirst()} empty=${t("venues.none")}>
      ${(venue) => html`
        <${Row} key=${venue.id} kind="venue" id=${venue.id}>
          <p class="head">
            <${Severity} of=${look.worst(venue)} />
            ${venue.warnings.map((id) => html`<${Signal} colour=${look.warnings.get(id)?.colour} />`)}
            <span class="quiet">${look.placeName(null, venue.site)}</span>
          </p>
          <${Pick} kind="venue" id=${venue.id}>${look.venueName(venue.id)}<//>
          <p class="quiet">
            ${t("venue.people", venue.people)}
            ${venue.people.missing > 0 && html` · <strong class="bad">${t("venue.missing", { n: venue.people.missing })}</strong>`}
          </p>
          ${venue.observation && html`<p class="quiet"><${Observation} of=${venue.observation} /></p>`}
        <//>
      `}
    <//>
  <//>
`;

export function People({ look }) {
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const { selected, whereabouts, asOf } = get();
  const people = [...look.people.values()];
  const total = look.picture.people_total;
  const venue = selected?.kind === "venue" ? selected.id : null;
  const asked = useAsked(people.length < total && mayRespond() && !asOf, search, venue, look.picture);
  const found = (asked?.people ?? people)
    .filter((person) => asked || ((!venue || belongs(person, venue)) && matches(person, search)))
    .filter((person) => !whereabouts || stateOf(person) === whereabouts)
    .sort(mostWorrying);
  const shown = all ? MOST : FIRST;
  const more = asked ? asked.next !== null : people.length < total && !search.trim();
  return html`
    <${Panel} id="people" title=${t("people.title")} count=${look.picture.counts.people.total}>
      <div class="filter">
        <label class="unseen" for="search">${t("people.search")}</label>
        <input id="search" type="search" value=${search} placeholder=${t("people.search")}
          autocomplete="off" spellcheck="false" onInput=${(event) => setSearch(event.target.value)} />
        <label class="unseen" for="in-state">${t("people.state")}</label>
        <select id="in-state" value=${whereabouts ?? ""} onChange=${(event) => list(event.target.value || null)}>
          <option value="">${t("people.states")}</option>
          <option value="help">${t("person.help")}</option>
          <option value="missing">${t("person.missing")}</option>
          ${values("whereabouts").map((one) => html`<option key=${one} value=${one}>${word("whereabouts", one)}</option>`)}
        </select>
        <label class="unseen" for="at-venue">${t("people.venue")}</label>
        <select id="at-venue" value=${venue ?? ""} onChange=${(event) => choose(event.target.value)}>
          <option value="">${t("people.everywhere")}</option>
          ${look.picture.venues.map(({ id }) => html`<option key=${id} value=${id}>${look.venueName(id)}</option>`)}
        </select>
      </div>
      <p class="quiet" role="status">${t("people.found", { n: found.length })}${more && ` · ${t("people.narrow", { n: total })}`}</p>
      <table>
        <thead>
          <tr><th scope="col">${t("people.name")}</th><th scope="col">${t("people.where")}</th><th scope="col">${t("people.evidence")}</th></tr>
        </thead>
        <tbody>
          ${found.slice(0, shown).map((person) => html`<${Person} key=${person.id} person=${person} look=${look} />`)}
        </tbody>
      </table>
      ${found.length > shown && html`<p class="quiet">${t("list.more", { n: found.length - shown })}</p>`}
      ${found.length > FIRST && html`
        <button type="button" class="more" aria-expanded=${all} onClick=${() => setAll(!all)}>
          ${all ? t("people.fewer") : t("people.all")}
        </button>
      `}
    <//>
  `;
}

/** What the server found, where there are more people than the picture lists; null until then. */
function useAsked(wanted, search, venue, version) {
  const [query, setQuery] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQuery(search.trim().replace(/\s+/g, "")), TYPED_MS);
    return () => clearTimeout(timer);
  }, [search]);
  const asks = new URLSearchParams({ query, limit: ASKED, ...(venue && { venue }) });
  const path = wanted && (query || venue) ? `people?${asks}` : null;
  return useFetched(path, version).data;
}

function choose(id) {
  select(id ? "venue" : "none", id, "list");
}

const belongs = (person, venue) => person.venue === venue || person.shift?.venue === venue;

function matches({ name, latin, id }, search) {
  const wanted = search.trim().toLowerCase();
  const bare = (words) => words.toLowerCase().replace(/\s+/g, "");
  return [name, latin, id].some((words) => bare(words).includes(wanted.replace(/\s+/g, "")));
}

/** Who needs help, who is missing, then by the age of the last evidence: none at all is the oldest. */
function mostWorrying(a, b) {
  const order = (person) => (person.needs_help ? 0 : person.missing ? 1 : person.evidence_at ? 2 : 3);
  const seen = (person) => (person.evidence_at ? Date.parse(person.evidence_at) : 0);
  return order(a) - order(b) || seen(a) - seen(b) || a.latin.localeCompare(b.latin, tag());
}

const Person = ({ person, look }) => html`
  <tr data-tone=${person.needs_help ? "bad" : person.missing ? "warn" : ""} data-person=${person.id}>
    <th scope="row">
      <span class="name">${person.name}</span>
      ${person.latin !== person.name && html` <span class="quiet" lang="en">${person.latin}</span>`}
      ${person.role && html`<br /><span class="quiet">${word("role", person.role)}</span>`}
    </th>
    <td>
      <strong>${stateWords(person)}</strong>
      ${person.venue && html`<br /><span class="quiet">${look.venueName(person.venue)}</span>`}
      ${person.shift && html`<br /><span class="quiet"><${Shift} of=${person.shift} at=${person.venue} look=${look} /></span>`}
    </td>
    <td>
      ${person.evidence_at
        ? html`<${Age} since=${person.evidence_at} /><br /><span class="quiet">${word("method", person.method)}</span>`
        : html`<span class="quiet">${t("evidence.none")}</span>`}
      ${person.late_by_s >= LATE_S && html`<br /><span class="quiet">${t("late.by", { age: spanText(person.late_by_s) })}</span>`}
    </td>
  </tr>
`;

function stateOf(person) {
  if (person.needs_help) return "help";
  return person.missing ? "missing" : (person.whereabouts ?? "unknown");
}

function stateWords(person) {
  const state = stateOf(person);
  if (state === "help") return t("person.help");
  return state === "missing" ? t("person.missing") : word("whereabouts", state);
}

const Shift = ({ of, at, look }) => {
  const hours = `${hourText(Date.parse(of.starts_at))}–${hourText(Date.parse(of.ends_at))}`;
  return t("person.shift", { hours }) + (of.venue === at ? "" : ` ${look.venueName(of.venue)}`);
};
