import { useEffect, useRef, useState } from "preact/hooks";
import { Trouble, useAct } from "./act.js";
import { LANGUAGES } from "./bulletin_text.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { tell } from "./store.js";
import { fromInput, toInput } from "./time.js";
import { t, word } from "./words.js";

const pathOf = ({ id }) => `bulletins/${encodeURIComponent(id)}`;

/** Say what became of a draft: out, on its way, or waiting for another person. */
export function tellOutcome({ published, needs_approval: waits, draft }) {
  if (published) tell(t("bulletins.is-out"));
  else tell(waits ? t("bulletins.waits", { n: draft }) : t("bulletins.going"));
}

/** A form that takes the keyboard when it opens. */
export function Form({ label, onSubmit, children }) {
  const form = useRef(null);
  useEffect(() => form.current.querySelector("input, select, textarea, button").focus(), []);
  const send = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<form class="bulletin-form" ref=${form} aria-label=${label} onSubmit=${send}>${children}</form>`;
}

/** A labelled field. `source` is what is said in the other language, for whoever says it in this one. */
export const Field = ({ id, label, value, change, source, long, ...more }) => html`
  <div class="field">
    <label for=${id}>${label}</label>
    ${source && html`<q lang=${source.lang}>${source.text}</q>`}
    ${long
      ? html`<textarea id=${id} rows="3" ...${more} value=${value} onInput=${(event) => change(event.target.value)}></textarea>`
      : html`<input id=${id} autocomplete="off" ...${more} value=${value} onInput=${(event) => change(event.target.value)} />`}
  </div>
`;

/** Agree to the draft that was read, or not. Whether one may is the server's to say. */
export function Judge({ row, draft, done }) {
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState("");
  const { act, sending, trouble } = useAct();

  async function approve() {
    const answer = await act(`${pathOf(row)}/approve`, { draft });
    if (!answer) return;
    tellOutcome(answer);
    done();
  }

  async function decline() {
    if (!(await act(`${pathOf(row)}/decline`, { draft, reason: reason.trim() }))) return;
    tell(t("bulletins.declined", { n: draft }));
    done();
  }

  return html`
    <div class="doings">
      <button type="button" class="primary" disabled=${sending} onClick=${approve}>${t("bulletin.approve", { n: draft })}</button>
      <button type="button" aria-expanded=${declining} onClick=${() => setDeclining(!declining)}>${t("bulletin.decline")}</button>
    </div>
    ${declining && html`
      <${Form} label=${t("bulletin.decline")} onSubmit=${decline}>
        <${Field} id="decline-${row.id}" label=${t("bulletin.reason")} required maxlength="4000" value=${reason} change=${setReason} />
        <button type="submit" disabled=${sending || !reason.trim()}>${t("bulletin.decline-send")}</button>
      <//>
    `}
    <${Trouble} of=${trouble} />
  `;
}

/** Take back what is published. Why is said in both languages, or in none. */
export function Cancel({ row, done }) {
  const [reason, setReason] = useState({ zh: "", en: "" });
  const { act, sending, trouble } = useAct();
  const isSaid = Object.values(reason).some((words) => words.trim());

  async function send() {
    const answer = await act(`${pathOf(row)}/cancel`, { draft: row.draft, ...(isSaid && { reason }) });
    if (!answer) return;
    tellOutcome(answer);
    done();
  }

  return html`
    <${Form} label=${t("bulletin.cancel")} onSubmit=${send}>
      ${Object.entries(LANGUAGES).map(([code, lang]) => html`
        <${Field} key=${code} id="why-${code}-${row.id}" lang=${lang} label=${t("bulletin.why", { language: word("language", code) })}
          required=${isSaid} maxlength="4000" value=${reason[code]} change=${(words) => setReason({ ...reason, [code]: words })} />
      `)}
      <button type="submit" class="primary" disabled=${sending}>${t("bulletin.cancel-send")}</button>
      <${Trouble} of=${trouble} />
    <//>
  `;
}

/** Say it anew: other times, another level, other words. What is left as it is stays as it is. */
export function Redraft({ row, done }) {
  const [number] = useState(row.draft);
  const fetched = useFetched(pathOf(row), number);
  if (!fetched.data) return html`<${Waiting} for=${fetched} />`;
  return html`<${Anew} row=${row} before=${standing(fetched.data)} number=${number} done=${done} />`;
}

/** What the next draft begins with, as the server has it: what waits, else what is published. */
function standing({ drafts, messages, status }) {
  const newest = drafts.at(-1);
  const told = drafts.find(({ draft }) => draft === messages.at(-1)?.draft);
  const pending = status === "waiting" && newest.move !== "cancel" ? newest : null;
  return (pending ?? told ?? newest).content;
}

const WORDS = ["headline", "description", "instruction"];
const moments = (content) => ({ onset: inputOf(content.onset), expires: inputOf(content.expires) });
const inputOf = (moment) => (moment ? toInput(Date.parse(moment)) : "");

function Anew({ row, before, number, done }) {
  const [said, setSaid] = useState({});
  const { act, sending, trouble } = useAct();
  const was = { ...moments(before), severity: before.severity, colour: before.colour ?? "" };
  const value = (name) => said[name] ?? was[name];
  const change = (name) => (words) => setSaid({ ...said, [name]: words });
  const changed = Object.entries(said).filter(([name, words]) => words !== (was[name] ?? sideOf(before, name)));

  async function send() {
    const answer = await act(`${pathOf(row)}/update`, { draft: number, content: contentOf(changed) });
    if (!answer) return;
    tellOutcome(answer);
    done();
  }

  return html`
    <${Form} label=${t("bulletin.update")} onSubmit=${send}>
      <${Field} id="expires-${row.id}" type="datetime-local" required label=${t("bulletin.expires")} value=${value("expires")} change=${change("expires")} />
      <${Field} id="onset-${row.id}" type="datetime-local" label=${t("bulletin.onset")} value=${value("onset")} change=${change("onset")} />
      <${Choice} id="severity-${row.id}" label=${t("bulletin.severity")} family="severity" of=${SEVERITIES} value=${value("severity")} change=${change("severity")} />
      <${Choice} id="colour-${row.id}" label=${t("bulletin.colour")} family="colour" of=${["", ...COLOURS]} value=${value("colour")} change=${change("colour")} />
      <details>
        <summary>${t("bulletin.words")}</summary>
        ${WORDS.flatMap((name) => Object.entries(LANGUAGES).map(([code, lang]) => {
          const field = `${name}.${code}`;
          return html`<${Field} key=${field} id="${field}-${row.id}" lang=${lang} long=${name !== "headline"} label=${labelOf(name, code)}
            value=${said[field] ?? before[name][code]} change=${change(field)} />`;
        }))}
      </details>
      <button type="submit" class="primary" disabled=${sending || changed.length === 0}>${t("bulletin.update-send")}</button>
      <${Trouble} of=${trouble} />
    <//>
  `;
}

const COLOURS = ["white", "blue", "yellow", "orange", "red"];
const SEVERITIES = ["minor", "moderate", "severe", "extreme", "unknown"];

const Choice = ({ id, label, family, of, value, change }) => html`
  <div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => change(event.target.value)}>
      ${of.map((one) => html`<option key=${one} value=${one}>${one === "" ? t("bulletin.no-colour") : family === "colour" ? word("colour", one) : word("severity", one)}</option>`)}
    </select>
  </div>
`;

export const labelOf = (name, code) => t("bulletin.in", { what: word("part", name), language: word("language", code) });

const sideOf = (content, field) => {
  const [name, code] = field.split(".");
  return content[name]?.[code];
};

/** Fields by their names, such as `headline.en`, as the server takes them. */
export function contentOf(entries) {
  const content = {};
  for (const [field, words] of entries) {
    const [name, code] = field.split(".");
    if (code) content[name] = { ...content[name], [code]: words };
    else if (name === "onset" || name === "expires") content[name] = words ? fromInput(words) : null;
    else content[name] = words || null;
  }
  return content;
}
