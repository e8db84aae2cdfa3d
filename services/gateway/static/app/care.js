import { useState } from "preact/hooks";
import { Trouble, mayCommand, useAct } from "./act.js";
import { read } from "./api.js";
import { html } from "./html.js";
import { Panel } from "./panel.js";
import { get } from "./store.js";
import { Age } from "./time.js";
import { t, word } from "./words.js";

/** What only the lane that looks after people may open. Nothing is fetched before somebody asks for
 * it: that they read it is written down, with what for. Nothing of it is kept anywhere. */
export function Care({ look }) {
  const { me, asOf } = get();
  const lanes = (me?.lanes ?? []).filter((lane) => lane === "mental-health" || lane === "epidemic-prevention");
  if (asOf || (lanes.length === 0 && !mayCommand())) return null;
  return html`
    <${Panel} id="care" title=${t("care.title")}>
      <${Requests} look=${look} mine=${lanes.length > 0} />
      ${lanes.map((lane) => html`<${Answers} key=${lane} lane=${lane} look=${look} />`)}
    <//>
  `;
}

/** Fetches when a button is pressed, and forgets when it is pressed again. */
function useOpened(path) {
  const [data, setData] = useState(null);
  const [trouble, setTrouble] = useState(null);
  async function open() {
    setTrouble(null);
    try {
      setData(await read(path));
    } catch (error) {
      setTrouble(error);
    }
  }
  return { data, trouble, open, shut: () => setData(null) };
}

const Opener = ({ opened, words }) => html`
  <button type="button" class="more" aria-expanded=${opened.data !== null} onClick=${opened.data ? opened.shut : opened.open}>
    ${opened.data ? t("care.shut") : words}
  </button>
  <${Trouble} of=${opened.trouble} />
`;

function Requests({ look, mine }) {
  const opened = useOpened("care");
  const { data } = opened;
  return html`
    ${mine && html`<p class="quiet">${t("care.recorded")}</p>`}
    <${Opener} opened=${opened} words=${mine ? t("care.open") : t("care.counts")} />
    ${data?.counts && html`<${Counts} of=${data.counts} />`}
    ${data && mine && (data.requests.length === 0
      ? html`<p class="empty">${t("care.none")}</p>`
      : html`<ul class="rows">${data.requests.map((one) => html`<${Request} key=${one.id} one=${one} look=${look} again=${opened.open} />`)}</ul>`)}
  `;
}

function Counts({ of }) {
  const rows = Object.entries(of).flatMap(([lane, states]) =>
    Object.entries(states).map(([state, ages]) => [lane, state, Object.values(ages).reduce((sum, n) => sum + n, 0)]),
  );
  if (rows.length === 0) return html`<p class="empty">${t("care.none")}</p>`;
  return html`<ul class="names padded">
    ${rows.map(([lane, state, n]) => html`<li><span>${word("lane", lane)}</span><span>${word("care", state)} ${n}</span></li>`)}
  </ul>`;
}

function Request({ one, look, again }) {
  const { act, sending, trouble } = useAct();
  const path = `care/${encodeURIComponent(one.id)}`;
  const say = async (verb) => (await act(`${path}/${verb}`)) && again();
  return html`
    <li class="row" data-tone=${one.taken_by ? "" : "waits"}>
      <p class="head"><strong>${one.person ? look.who(one.person, one) : t("care.erased")}</strong><${Age} since=${one.asked_at} /></p>
      <p class="quiet">${one.why && `${word("why", one.why)} · `}${look.placeName(null, one.site)}${one.taken_by && ` · ${t("help.taken", { name: look.who(one.taken_by) })}`}</p>
      <div class="doings">
        ${!one.taken_by && html`<button type="button" class="primary" disabled=${sending} onClick=${() => say("take")}>${t("help.take")}</button>`}
        ${one.taken_by && html`<button type="button" disabled=${sending} onClick=${() => say("end")}>${t("care.end")}</button>`}
      </div>
      <${Trouble} of=${trouble} />
      ${one.person && html`<${Details} person=${one.person} />`}
    </li>
  `;
}

/** What somebody said at their check-ins: opened for a purpose, which stays on record. */
function Details({ person }) {
  const [purpose, setPurpose] = useState("");
  const [found, setFound] = useState(null);
  const { act, sending, trouble } = useAct();

  async function open(event) {
    event.preventDefault();
    const answer = await act(`people/${encodeURIComponent(person)}/details`, { topic: "check-in", purpose: purpose.trim() });
    if (answer) setFound(answer.details);
  }

  if (found) return html`
    <ul class="names">${found.map((one) => html`<li><span>${said(one.details)}</span>${one.at && html`<span class="quiet"><${Age} since=${one.at} /></span>`}</li>`)}</ul>
    ${found.length === 0 && html`<p class="empty">${t("care.silent")}</p>`}
  `;
  return html`
    <form class="answer" onSubmit=${open}>
      <label class="unseen" for="purpose-${person}">${t("care.purpose")}</label>
      <input id="purpose-${person}" value=${purpose} required maxlength="300" placeholder=${t("care.purpose")} autocomplete="off" onInput=${(event) => setPurpose(event.target.value)} />
      <button type="submit" disabled=${sending}>${t("care.read")}</button>
      <${Trouble} of=${trouble} />
    </form>
  `;
}

function said(details) {
  if (!details) return t("care.erased");
  const { answer, temperature_c: heat, text } = details;
  return [answer && word("feeling", answer), heat != null && t("weather.temperature", { n: heat }), text].filter(Boolean).join(" · ");
}

/** Who said what at the newest day's check-in, as far as the lane may know. */
function Answers({ lane, look }) {
  const day = look.picture.days.reduce((newest, row) => (row.day > newest ? row.day : newest), "");
  const opened = useOpened(`days/${day}/people?lane=${lane}`);
  if (!day) return null;
  const groups = Object.entries(opened.data?.groups ?? {});
  const people = new Map((opened.data?.people ?? []).map((person) => [person.id, person]));
  return html`
    <${Opener} opened=${opened} words=${t("care.answers", { lane: word("lane", lane) })} />
    ${opened.data && groups.length === 0 && html`<p class="empty">${t("care.silent")}</p>`}
    ${groups.map(([group, ids]) => html`
      <details key=${group}>
        <summary>${word("feeling", group)} ${ids.length}</summary>
        <ul class="names">${ids.map((id) => html`<li key=${id}><span>${look.who(id, people.get(id))}</span><span class="quiet">${said(people.get(id)?.details)}</span></li>`)}</ul>
      </details>
    `)}
    ${opened.data?.next && html`<p class="quiet">${t("care.cut")}</p>`}
  `;
}
