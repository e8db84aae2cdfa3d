import { useEffect, useState } from "preact/hooks";
import { Trouble, mayAnswerFor, mayCommand, useAct } from "./act.js";
import { read } from "./api.js";
import { html } from "./html.js";
import { t, tag } from "./words.js";

/** What may be done with a roll call: each in a fold of its own, one at a time. */
export function Doings({ call, look }) {
  const [open, setOpen] = useState(null);
  const path = `roll-calls/${encodeURIComponent(call.id)}`;
  const fold = (name, words) => html`
    <button type="button" aria-expanded=${open === name} onClick=${() => setOpen(open === name ? null : name)}>${words}</button>
  `;
  const done = () => setOpen(null);
  if (!mayAnswerFor()) return null;
  if (call.closed_at) {
    if (!mayCommand()) return null;
    return html`
      <div class="doings">${fold("reopen", t("rollcall.reopen"))}</div>
      ${open === "reopen" && html`<${Words} path="${path}/reopen" field="reason" label=${t("rollcall.why")} button=${t("rollcall.reopen")} required done=${done} />`}
    `;
  }
  return html`
    <div class="doings">
      ${mayCommand() && call.unaccounted_count > 0 && html`<${Remind} path=${path} />`}
      ${fold("walk-up", t("rollcall.add"))}
      ${mayCommand() && fold("close", t("rollcall.close"))}
    </div>
    ${open === "walk-up" && html`<${WalkUp} path=${path} call=${call} look=${look} />`}
    ${open === "close" && html`
      <p class="quiet">${t("rollcall.closing", { safe: call.safe, help: call.need_help, excused: call.excused, n: call.unaccounted_count })}</p>
      <${Words} path="${path}/close" field="note" label=${t("rollcall.note")} button=${t("rollcall.close")} done=${done} />
    `}
  `;
}

function Remind({ path }) {
  const { act, sending, trouble } = useAct();
  return html`
    <button type="button" disabled=${sending} onClick=${() => act(`${path}/remind`)}>${t("rollcall.remind")}</button>
    <${Trouble} of=${trouble} />
  `;
}

/** A command that takes some words. */
function Words({ path, field, label, button, required, done }) {
  const [words, setWords] = useState("");
  const { act, sending, trouble } = useAct();
  const id = `words-${path.replaceAll("/", "-")}`;

  async function send(event) {
    event.preventDefault();
    if (await act(path, { [field]: words.trim() })) done();
  }

  return html`
    <form class="answer" onSubmit=${send}>
      <label class="unseen" for=${id}>${label}</label>
      <input id=${id} value=${words} required=${required} maxlength="1000" placeholder=${label} autocomplete="off" onInput=${(event) => setWords(event.target.value)} />
      <button type="submit" class="primary" disabled=${sending}>${button}</button>
      <${Trouble} of=${trouble} />
    </form>
  `;
}

const SEARCH_AFTER_MS = 250;
const OFFERED = 5;

/** Somebody who is there and was not expected: a person of the roster, or a name nobody knows yet. */
function WalkUp({ path, call }) {
  const [name, setName] = useState("");
  const [found, setFound] = useState([]);
  const { act, sending, trouble } = useAct();
  const wanted = name.trim();
  useEffect(() => {
    setFound([]);
    if (wanted.length < 2) return undefined;
    const timer = setTimeout(async () => {
      const query = new URLSearchParams({ query: wanted, limit: OFFERED });
      setFound((await read(`people?${query}`).catch(() => ({ people: [] }))).people);
    }, SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted]);

  async function add(who) {
    if (await act(`${path}/walk-ups`, who)) setName("");
  }

  return html`
    <form class="answer" onSubmit=${(event) => (event.preventDefault(), wanted && add({ name: wanted }))}>
      <label class="unseen" for="walk-up-${call.id}">${t("walkup.name")}</label>
      <input id="walk-up-${call.id}" value=${name} required maxlength="100" placeholder=${t("walkup.name")} autocomplete="off" onInput=${(event) => setName(event.target.value)} />
      <button type="submit" class="primary" disabled=${sending || !wanted}>${t("walkup.add")}</button>
      <${Trouble} of=${trouble} />
    </form>
    ${found.length > 0 && html`
      <div class="reasons" role="group" aria-label=${t("walkup.known")}>
        ${found.map((person) => html`
          <button type="button" key=${person.id} disabled=${sending} onClick=${() => add({ person: person.id })}>
            ${tag() === "en" ? person.latin : person.name} <span class="quiet">${person.id}</span>
          </button>
        `)}
      </div>
    `}
    <p class="quiet">${t("walkup.hint")}</p>
  `;
}
