import { useEffect, useState } from "preact/hooks";
import { mayReadBulletins, mayTellPublic } from "./act.js";
import { Cancel, Judge, Redraft } from "./bulletin_acts.js";
import { Content, Drill } from "./bulletin_text.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Severity, Signal } from "./shapes.js";
import { set } from "./store.js";
import { Age, momentText } from "./time.js";
import { t, text, word } from "./words.js";

const LISTED = 200;
const OPEN = new Set(["waiting", "approved"]);

/** Whether a bulletin is told, or is about to be. */
export const isLive = ({ in_force: told, status }) => told || OPEN.has(status);

/** What the public is told: what waits for a second person, what holds, and what came before. */
export const Bulletins = ({ look }) => mayReadBulletins() && html`<${List} look=${look} />`;

/** Nothing is shown where nothing was ever told. Drafts begin at a warning or an alert. */
function List({ look }) {
  const fetched = useFetched(`bulletins?limit=${LISTED}`, look.picture.at);
  const { data, failed } = fetched;
  useEffect(() => {
    if (data) set({ bulletins: data.bulletins });
  }, [data]);
  if (!failed && !data?.total) return null;
  const rows = data?.bulletins ?? [];
  const waiting = rows.filter(({ status }) => OPEN.has(status));
  const holding = rows.filter((row) => row.in_force && !waiting.includes(row));
  const earlier = rows.filter((row) => !isLive(row));
  const line = (row) => html`<${Line} key=${row.id} row=${row} look=${look} />`;
  return html`
    <${Panel} id="bulletins" title=${t("bulletins.title")} count=${waiting.length} tone=${waiting.length > 0 ? "warn" : ""}>
      ${failed && html`<${Waiting} for=${fetched} />`}
      ${data && html`
        <${Rows} of=${[...waiting, ...holding]} empty=${t("bulletins.none")}>${line}<//>
        ${earlier.length > 0 && html`
          <details class="earlier">
            <summary>${t("bulletins.earlier", { n: earlier.length })}</summary>
            <ul class="rows">${earlier.map(line)}</ul>
          </details>
        `}
        ${data.total > rows.length && html`<p class="quiet">${t("list.more", { n: data.total - rows.length })}</p>`}
      `}
    <//>
  `;
}

function Line({ row, look }) {
  const waits = OPEN.has(row.status);
  return html`
    <${Row} kind="bulletin" id=${row.id} tone=${waits ? "waits" : ""}>
      <p class="head">
        <${Signal} colour=${row.colour} />
        <${Severity} of=${row.severity} />
        <${Drill} status=${row.cap_status} />
        ${row.published && html`<${Age} since=${row.published} form="bulletin.told" />`}
      </p>
      <p class="headline">${text(row.headline)}</p>
      <p class="standing">
        <span class="status" data-told=${row.status}>${word("told", row.status)}${waits && ` · ${word("outgoing", row.move)}`}</span>
        ${waits && row.in_force && html`<span class="status" data-told="published">${t("bulletin.still")}</span>`}
        <span class="quiet">${t("warning.until", { at: momentText(Date.parse(row.expires)) })}</span>
      </p>
      <p class="quiet">${t("bulletin.drafted", { name: look.who(row.drafted_by) })}</p>
      ${row.source?.ask && html`<p class="ask"><b>${text(row.source.ask)}</b></p>`}
      <${Doings} row=${row} look=${look} />
    <//>
  `;
}

/** What may be done with a bulletin: each in a fold of its own, one at a time. */
function Doings({ row, look }) {
  const [open, setOpen] = useState(null);
  const commands = mayTellPublic();
  const waits = row.status === "waiting";
  const fold = (name, words) => html`
    <button type="button" aria-expanded=${open === name} onClick=${() => setOpen(open === name ? null : name)}>${words}</button>
  `;
  const done = () => setOpen(null);
  return html`
    <div class="doings">
      ${fold("read", waits && commands ? t("bulletin.decide") : t("bulletin.read"))}
      ${commands && row.status !== "approved" && row.status !== "cancelled" && fold("update", t(row.in_force ? "bulletin.update" : "bulletin.rewrite"))}
      ${commands && row.in_force && !(waits && row.move === "cancel") && fold("cancel", t("bulletin.cancel"))}
    </div>
    ${open === "read" && html`<${Reading} row=${row} look=${look} done=${done} />`}
    ${open === "update" && html`<${Redraft} row=${row} done=${done} />`}
    ${open === "cancel" && html`<${Cancel} row=${row} done=${done} />`}
  `;
}

/** One draft, whole, and what may be said to it. Whoever reads a draft decides on that one: where a
 * newer one takes its place meanwhile, that must be opened first. */
function Reading({ row, look, done }) {
  const [number, setNumber] = useState(row.status === "waiting" ? row.draft : null);
  const fetched = useFetched(`bulletins/${encodeURIComponent(row.id)}`, `${row.draft} ${row.status} ${row.lacks} ${row.published}`);
  const { data } = fetched;
  if (!data) return html`<${Waiting} for=${fetched} />`;
  const out = data.messages.at(-1)?.draft;
  const draft = data.drafts.find((one) => one.draft === (number ?? out ?? row.draft));
  if (!draft) return html`<${Waiting} for=${{ data: null }} />`;
  const told = data.drafts.find((one) => one.draft === out && one !== draft);
  const waits = row.status === "waiting";
  const gaveWay = waits && draft.draft < row.draft;
  return html`
    <section class="reading" aria-label=${t("bulletin.draft", { n: draft.draft })}>
      <h3>${t(draft.draft === out ? "bulletin.out" : "bulletin.would", { n: draft.draft })}</h3>
      <${Content} of=${draft.content} look=${look} />
      ${told && html`<details><summary>${t("bulletin.before")}</summary><${Content} of=${told.content} look=${look} /></details>`}
      <${Judged} drafts=${data.drafts} look=${look} />
      ${gaveWay && html`
        <p class="ask" role="status"><b>${t("bulletin.newer", { n: row.draft })}</b></p>
        <div class="doings"><button type="button" onClick=${() => setNumber(row.draft)}>${t("bulletin.read-newer", { n: row.draft })}</button></div>
      `}
      ${waits && !gaveWay && mayTellPublic() && html`<${Judge} row=${row} draft=${draft.draft} done=${done} />`}
    </section>
  `;
}

/** What was said to the drafts, and by whom. */
const Judged = ({ drafts, look }) => html`
  <ul class="judged">
    ${drafts.map(({ draft: n, approvals, declined }) => html`
      ${approvals.map(({ by, hand, comment }) => html`<li key="${n} yes ${hand}">${t("bulletin.approved", { n, name: look.who(by) })}${comment && html` <q>${comment}</q>`}</li>`)}
      ${declined && html`<li key="${n} no">${t("bulletin.declined", { n, name: look.who(declined.by) })} <q>${declined.comment}</q></li>`}
    `)}
  </ul>
`;
