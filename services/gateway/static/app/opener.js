import { useEffect, useRef, useState } from "preact/hooks";
import { Trouble, mayCommand, useAct } from "./act.js";
import { html } from "./html.js";
import { get, select, tell } from "./store.js";
import { t, text, values, word } from "./words.js";

const FILTER_FROM = 24; // places: fewer are found by looking

/** A roll call in two taps: this button, and one for whom to ask. */
export function RollCallButton({ look }) {
  const dialog = useRef(null);
  if (!mayCommand()) return null;
  return html`
    <button type="button" class="call-roll" aria-haspopup="dialog" onClick=${() => dialog.current.showModal()}>
      ${t("opener.button")}
    </button>
    <dialog ref=${dialog} class="opener" aria-labelledby="opener-title" onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <div class="sheet">
        <div class="sheet-head">
          <h2 id="opener-title">${t("opener.title")}</h2>
          <button type="button" onClick=${() => dialog.current.close()}>${t("opener.cancel")}</button>
        </div>
        <${Choices} look=${look} done=${() => dialog.current.close()} />
      </div>
    </dialog>
  `;
}

function Choices({ look, done }) {
  const { act, sending, trouble } = useAct();
  const [filter, setFilter] = useState("");
  const { sites, counts } = look.picture;
  const everywhere = get().me?.sites === null;

  async function open(scope, name) {
    const answer = await act("roll-calls", scope);
    if (!answer) return;
    tell(t("opener.opened", { name, n: answer.expected }));
    select("rollcall", answer.id, "map");
    done();
  }

  const choice = (scope, name, n) => html`
    <button type="button" key=${JSON.stringify(scope)} class="choice" disabled=${sending} onClick=${() => open(scope, name)}>
      <span>${name}</span>${n !== undefined && html`<span class="quiet">${n}</span>`}
    </button>
  `;
  const wanted = filter.trim().toLowerCase();
  const meant = ({ id, name }) => [id, name.zh, name.en].some((one) => one.toLowerCase().includes(wanted));
  const venues = look.worstFirst().filter(meant);
  const places = look.picture.venues.length + sites.length;
  return html`
    <${Trouble} of=${trouble} />
    ${everywhere && html`<div class="choices all">${choice({ everyone: true }, t("opener.everyone"), counts.people.total)}</div>`}
    ${places > FILTER_FROM && html`
      <label class="unseen" for="opener-filter">${t("opener.filter")}</label>
      <input id="opener-filter" type="search" value=${filter} placeholder=${t("opener.filter")} autocomplete="off" onInput=${(event) => setFilter(event.target.value)} />
    `}
    <h3>${t("opener.sites")}</h3>
    <div class="choices">${sites.filter(meant).map((site) => choice({ site: site.id }, text(site.name)))}</div>
    <h3>${t("opener.venues")}</h3>
    <div class="choices">
      ${venues.map((venue) => choice({ venue: venue.id }, text(venue.name), t("map.people", { n: venue.people.present })))}
    </div>
    ${everywhere && html`
      <details>
        <summary>${t("opener.more")}</summary>
        <h3>${t("opener.roles")}</h3>
        <div class="choices">${values("role").map((role) => choice({ role }, word("role", role)))}</div>
        <h3>${t("opener.lanes")}</h3>
        <div class="choices">${values("lane").map((lane) => choice({ lane }, word("lane", lane)))}</div>
      </details>
    `}
  `;
}

const SHOWN_MS = 10_000;

/** What was just done, said once to everybody, then gone. */
export function Notice() {
  const { notice } = get();
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => tell(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return html`<p class="notice" role="status" data-shown=${Boolean(notice)}>${notice}</p>`;
}
