import { html } from "./html.js";
import { foresee, travel } from "./live.js";
import { lookAt } from "./look.js";
import { Notice, RollCallButton } from "./opener.js";
import { get, list, set } from "./store.js";
import { clockText, dateText, fromInput, momentText, now, present, spanText, speed, toInput, useTick } from "./time.js";
import { remember, speak, t, tag } from "./words.js";

export const STALE_MS = 15_000;
const LANGUAGES = { zh: "中文", en: "English" };

export const Header = ({ picture }) => html`
  <header>
    <div class="top">
      <a class="brand" href="#main"><img src=${new URL("../favicon.svg", import.meta.url)} alt="" width="28" height="28" /><h1>${t("page.name")}</h1></a>
      <${Clock} />
      <${Connection} />
      ${picture && html`<${RollCallButton} look=${lookAt(picture)} />`}
      <${Travel} />
      ${get().me?.person && html`<a class="mine" href="me">${t("page.mine")}</a>`}
      <${Languages} />
    </div>
    ${picture && html`<${Counts} counts=${picture.counts} />`}
    <${Notice} />
  </header>
`;

function Clock() {
  useTick();
  return html`
    <p class="clock" aria-label=${t("clock.label")}>
      <time class="clock-time">${clockText(now())}</time>
      <span class="quiet">${dateText(now())} · ${t("clock.zone")}${speed() !== 1 && html` · <b>×${speed()}</b>`}</span>
    </p>
  `;
}

/** Whether what is shown is what is: the stream's state, and how old the last word from the server is. */
function Connection() {
  useTick();
  const { stream, contactAt, failing, asOf } = get();
  const quiet = contactAt === null ? Infinity : performance.now() - contactAt;
  const state = failing ? "failing" : quiet > STALE_MS && stream === "live" ? "reconnecting" : stream;
  const age = contactAt === null ? "" : t("connection.age", { age: spanText(quiet / 1000) });
  return html`
    <p class="connection" data-state=${state}>
      <span class="lamp" aria-hidden="true"></span>
      <b role="status">${connectionWord(state, asOf)}</b>
      <span class="quiet">${state === "live" && quiet < 6000 ? "" : age}</span>
    </p>
  `;
}

function connectionWord(state, asOf) {
  if (state === "live") return asOf ? t("connection.connected") : t("connection.live");
  if (state === "failing") return t("connection.failing");
  return state === "connecting" ? t("connection.connecting") : t("connection.reconnecting");
}

/** Any moment: what has passed is looked up, what is to come is worked out of what is known. */
function Travel() {
  const { asOf, future } = get();
  const chosen = asOf ? Date.parse(asOf) : future;
  function change({ target }) {
    if (!target.value) return;
    const moment = fromInput(target.value);
    if (Date.parse(moment) > present()) foresee(Date.parse(moment));
    else travel(moment);
  }
  return html`
    <div class="travel">
      <label for="as-of">${t("travel.label")}</label>
      <input id="as-of" type="datetime-local" value=${chosen ? toInput(chosen) : ""} onChange=${change} />
    </div>
  `;
}

/** Nobody may take the past for the present. */
export const Past = () => {
  const { asOf } = get();
  if (!asOf) return null;
  return html`
    <div class="past" role="alert">
      <strong>${t("travel.past", { at: momentText(Date.parse(asOf)) })}</strong>
      <button type="button" onClick=${() => travel(null)}>${t("travel.back")}</button>
    </div>
  `;
};

function Languages() {
  const choose = (language) => {
    remember(language);
    speak(language);
    set({ language });
  };
  return html`
    <div class="languages" role="group" aria-label=${t("page.language")}>
      ${Object.entries(LANGUAGES).map(
        ([name, label]) => html`<button type="button" lang=${name} aria-pressed=${tag().startsWith(name)}
          onClick=${() => choose(name)}>${label}</button>`,
      )}
    </div>
  `;
}

const Counts = ({ counts }) => html`
  <nav class="counts" aria-label=${t("counts.label")}>
    <${Count} to="need-help" n=${counts.need_help} label=${t("counts.help")} tone="bad" />
    <${Count} to="alerts" n=${counts.unacknowledged_alerts} label=${t("counts.alerts")} tone="warn" />
    <${Count} to="roll-calls" n=${counts.unaccounted} label=${t("counts.unaccounted")} tone="warn" />
    <${Count} to="incidents" n=${counts.open_incidents.total} label=${t("counts.incidents")} />
    <${Count} to="warnings" n=${counts.warnings_in_force} label=${t("counts.warnings")} />
    <${Count} to="runs" n=${counts.running_playbooks} label=${t("counts.runs")} />
    <${Count} to="people" of="present" n=${counts.people.present} label=${t("counts.present")} />
    <${Count} to="people" of="on-the-way" n=${counts.people.on_the_way} label=${t("counts.on-the-way")} />
    <${Count} to="people" of="missing" n=${counts.people.missing} label=${t("counts.missing")} tone="warn" />
  </nav>
`;

/** A number that leads to the list of what it counts. */
const Count = ({ to, of, n, label, tone }) => html`
  <a href=${n > 0 || to !== "need-help" ? `#${to}` : undefined} data-count=${to} data-tone=${n > 0 ? tone : undefined}
    onClick=${() => of && list(of, true)}><b>${n}</b> <span>${label}</span></a>
`;
