import { useState } from "preact/hooks";
import { forgetToken, Failed } from "./api.js";
import { html } from "./html.js";
import { forgetPerson } from "./me_own.js";
import { drop, wake } from "./outbox.js";
import { get, set } from "./store.js";
import { remember, speak, t, tag, text } from "./words.js";

const LANGUAGES = { zh: "中文", en: "English" };

/** Always in sight: whether there is a connection, and what has not arrived yet. */
export function Top() {
  const { own, stream, unsent } = get();
  const waiting = (unsent ?? []).filter((item) => !item.refused);
  return html`
    <header>
      <div class="top">
        <img src=${new URL("../favicon.svg", import.meta.url)} alt="" width="28" height="28" />
        <h1>${own ? text(own.person.name) : t("page.name")}</h1>
        <div class="languages" role="group" aria-label=${t("page.language")}>
          ${Object.entries(LANGUAGES).map(
            ([name, label]) => html`<button type="button" lang=${name} aria-pressed=${tag().startsWith(name)}
              onClick=${() => choose(name)}>${label}</button>`,
          )}
        </div>
      </div>
      <div class="lines" data-state=${waiting.length ? "waiting" : stream}>
        <p><span class="lamp" aria-hidden="true"></span> <span role="status">${stream === "live" ? t("me.online") : stream === "connecting" ? t("connection.connecting") : t("me.offline")}</span></p>
        <p class="unsent" role="status" data-unsent=${waiting.length}>${waiting.length ? t("me.unsent", { n: waiting.length }) : t("me.all-sent")}</p>
        ${waiting.length > 0 && html`<button type="button" class="small" onClick=${wake}>${t("me.try-now")}</button>`}
      </div>
      <${Refused} />
    </header>
  `;
}

/** What the server will not take is told, and stays until somebody has read it. */
function Refused() {
  const refused = (get().unsent ?? []).filter((item) => item.refused);
  if (refused.length === 0) return null;
  return html`
    <ul class="refused" role="alert">
      ${refused.map(
        (item) => html`<li key=${item.id}><span>${t("me.refused", { what: kindName(item), why: text(item.refused) })}</span>
          <button type="button" class="small" onClick=${() => drop(item.id)}>${t("me.dismiss")}</button></li>`,
      )}
    </ul>
  `;
}

function kindName({ kind }) {
  if (kind === "help") return t("me.help-heading");
  if (kind === "checkin") return t("me.checkin-heading");
  if (kind === "safety") return t("me.safe");
  return kind === "note" ? t("me.call-more") : t("me.where-heading");
}

function choose(language) {
  remember(language);
  speak(language);
  set({ language });
}

/** A titled part of the page. */
export const Card = ({ id, title, tone, aside, children }) => html`
  <section class="card" id=${id} data-tone=${tone} aria-labelledby="${id}-title">
    <h2 id="${id}-title"><span>${title}</span>${aside && html`<span class="aside">${aside}</span>`}</h2>
    ${children}
  </section>
`;

/** What a venue is called; an id that nobody registered stays as it is. */
export function venueName(own, id) {
  const venue = own?.venues.find((one) => one.id === id);
  return venue ? text(venue.name) : id;
}

/** Whoever is named in an answer: people, posts, lanes. */
export const called = ({ kind, name }) => (kind === "post" ? t("who.post", { site: text(name) }) : text(name));

/** The venues, those of the person's own site first. */
export function VenueChoice({ own, id, value, onChange, empty }) {
  const home = own.person.site.id;
  const venues = [...own.venues].sort((a, b) => (b.site === home) - (a.site === home));
  return html`
    <select id=${id} value=${value ?? ""} onChange=${(event) => onChange(event.target.value)}>
      <option value="">${empty}</option>
      ${venues.map((venue) => html`<option key=${venue.id} value=${venue.id} selected=${venue.id === value}>${text(venue.name)}</option>`)}
    </select>
  `;
}

/** Why a command was not taken: in the server's words where it gave some. */
export function troubleIn(error) {
  if (!(error instanceof Failed)) throw error;
  if (error.reason) return text(error.reason);
  return error.status === 0 ? t("failed.offline") : t("failed.status", { status: error.status });
}

export function Foot({ own }) {
  const [sure, setSure] = useState(false);
  const waiting = get().unsent.length;
  const leave = () => {
    forgetToken();
    forgetPerson();
    set({ access: "denied", own: null });
  };
  return html`
    <footer>
      <p class="quiet">${own.person.id} · ${text(own.person.role)} · ${own.person.site.name ? text(own.person.site.name) : own.person.site.id}</p>
      ${own.person.lead && html`<p class="quiet">${t("me.lead", { name: called(own.person.lead) })}</p>`}
      ${own.role !== "reporter" && html`<p><a class="button" href="./">${t("me.board")}</a></p>`}
      ${sure
        ? html`<p role="alert">${waiting ? t("me.leave-unsent", { n: waiting }) : t("me.leave-sure")}</p>
            <div class="pair"><button type="button" onClick=${() => setSure(false)}>${t("me.cancel")}</button>
            <button type="button" onClick=${leave}>${t("me.leave-yes")}</button></div>`
        : html`<button type="button" class="plain" onClick=${() => setSure(true)}>${t("me.leave")}</button>`}
    </footer>
  `;
}
