import { useEffect, useState } from "preact/hooks";
import { Trouble, mayTellPublic, useAct } from "./act.js";
import { Field, Form, contentOf, labelOf, tellOutcome } from "./bulletin_acts.js";
import { LANGUAGES } from "./bulletin_text.js";
import { isLive } from "./bulletins.js";
import { html } from "./html.js";
import { get, select, set } from "./store.js";
import { t, word } from "./words.js";

const MILD = new Set(["minor", "moderate"]);
const GRAVE_COLOURS = new Set(["orange", "red"]);

/** Begins a bulletin from a warning or an alert; where there is one already, it leads there. */
export function Tell({ kind, of }) {
  if (!mayTellPublic()) return null;
  const told = get().bulletins.find((row) => row.source?.kind === kind && row.source.id === of.id && isLive(row));
  return told ? html`<${Known} bulletin=${told} />` : html`<${Draft} kind=${kind} of=${of} />`;
}

const Known = ({ bulletin }) => html`
  <div class="doings telling"><button type="button" class="tell" onClick=${() => select("bulletin", bulletin.id, "map")}>
    ${t("bulletin.known", { status: word("told", bulletin.status) })}
  </button></div>
`;

/** Drafts in the source's own words. What one person may publish alone goes out at once, so that is
 * asked for twice; what the source does not say in a language, whoever drafts is asked for. */
function Draft({ kind, of: { id, severity, colour } }) {
  const [asking, setAsking] = useState(false);
  const [gaps, setGaps] = useState(null);
  const { act, sending, trouble } = useAct();
  useEffect(() => trouble?.answer?.missing && setGaps(trouble.answer), [trouble]);
  const isGrave = !MILD.has(severity) || GRAVE_COLOURS.has(colour);

  async function draft(content = {}) {
    const answer = await act("bulletins", { from: { kind, id }, content });
    if (!answer) return;
    tellOutcome(answer);
    list(kind, id, answer);
    select("bulletin", answer.id, "map");
    setAsking(false);
    setGaps(null);
  }

  const begin = () => (isGrave ? draft() : setAsking(!asking));
  const isOpen = asking || gaps !== null;
  return html`
    <div class="doings telling">
      <button type="button" class="tell" aria-expanded=${isGrave && !gaps ? undefined : isOpen} disabled=${sending}
        onClick=${() => (gaps ? setGaps(null) : begin())}>${t("bulletin.begin")}</button>
    </div>
    ${asking && !gaps && html`
      <${Form} label=${t("bulletin.begin")} onSubmit=${() => draft()}>
        <p class="ask"><b>${t("bulletin.at-once")}</b></p>
        <button type="submit" class="primary" disabled=${sending}>${t("bulletin.tell")}</button>
      <//>
    `}
    ${gaps && html`<${Gaps} id=${id} gaps=${gaps} sending=${sending} send=${draft} />`}
    ${!trouble?.answer?.missing && html`<${Trouble} of=${trouble} />`}
  `;
}

/** List a bulletin before the server's list has it, so that nobody drafts it a second time meanwhile. */
function list(kind, id, { id: bulletin, published, needs_approval: waits }) {
  const status = published ? "published" : waits ? "waiting" : "approved";
  const row = { id: bulletin, status, in_force: Boolean(published), source: { kind, id } };
  set({ bulletins: [row, ...get().bulletins] });
}

/** Asks for the texts that the source does not have, and for nothing else. */
function Gaps({ id, gaps: { missing, content }, sending, send }) {
  const [said, setSaid] = useState({});
  return html`
    <${Form} label=${t("bulletin.missing")} onSubmit=${() => send(contentOf(missing.map((field) => [field, said[field].trim()])))}>
      <p class="ask"><b>${t("bulletin.missing")}</b></p>
      ${missing.map((field) => {
        const [name, code] = field.split(".");
        const other = code === "zh" ? "en" : "zh";
        const words = content[name]?.[other];
        return html`<${Field} key=${field} id="${field}-${id}" lang=${LANGUAGES[code]} required pattern=".*\\S.*" label=${labelOf(name, code)}
          source=${words && { text: words, lang: LANGUAGES[other] }} long=${name === "description" || name === "instruction"}
          value=${said[field] ?? ""} change=${(text) => setSaid({ ...said, [field]: text })} />`;
      })}
      <button type="submit" class="primary" disabled=${sending}>${t("bulletin.draft-send")}</button>
    <//>
  `;
}
