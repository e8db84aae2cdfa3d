import { useState } from "preact/hooks";
import { Trouble, mayRespond } from "./act.js";
import { request } from "./api.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Severity, Signal } from "./shapes.js";
import { get } from "./store.js";
import { momentText } from "./time.js";
import { sent, t, word } from "./words.js";

/** What a warning says in full, and every message of its chain: folded until somebody asks. */
export function Chain({ warning }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="chain" onToggle=${(event) => setOpen(event.target.open)}>
      <summary>${t("chain.open", { n: warning.messages })}</summary>
      ${open && html`<${Told} warning=${warning} />`}
    </details>
  `;
}

function Told({ warning }) {
  const path = get().asOf ? null : `warnings/${encodeURIComponent(warning.id)}`;
  const fetched = useFetched(path, `${warning.identifier} ${warning.sent}`);
  if (path === null) return html`<p class="quiet">${t("list.present")}</p>`;
  const { data } = fetched;
  if (!data) return html`<${Waiting} for=${fetched} />`;
  return html`
    <${Words} texts=${data.texts} />
    ${data.deviations.length > 0 && html`<p class="quiet">${t("chain.deviations", { names: data.deviations.join(t("list.comma")) })}</p>`}
    ${data.supersedes.length > 0 && html`<p class="quiet">${t("chain.supersedes", { n: data.supersedes.length })}</p>`}
    <ol class="messages">${data.chain.map((said) => html`<${Message} key=${said.event} said=${said} />`)}</ol>
  `;
}

/** What the sender describes and asks for, in the language that is read where it was sent. */
function Words({ texts }) {
  const part = (name) => sent(Object.fromEntries(texts.map((one) => [one.language, one[name]])));
  const description = part("description");
  const instruction = part("instruction");
  return html`
    ${description.text && html`<p class="own-words" lang=${description.lang}>${description.text}</p>`}
    ${instruction.text && html`<p class="own-words" lang=${instruction.lang}><b>${instruction.text}</b></p>`}
  `;
}

const Message = ({ said }) => html`
  <li>
    <p class="head">
      <b>${word("move", said.move)}</b>
      ${said.move !== "cancel" && html`<${Signal} colour=${said.colour} /><${Severity} of=${said.severity} />`}
      <time datetime=${said.sent}>${momentText(Date.parse(said.sent))}</time>
    </p>
    <p class="quiet">
      ${said.changed.length > 0 && `${t("warning.changed", { what: said.changed.map((one) => word("changed", one)).join(t("list.comma")) })} · `}
      ${word("signature", said.signature)}
    </p>
    ${said.document && mayRespond() && html`<${AsSent} digest=${said.document} />`}
  </li>
`;

/** A document to be saved. Where that fails it is told, and may be tried again. */
function AsSent({ digest }) {
  const [trouble, setTrouble] = useState(null);
  const press = () => save(digest).then(() => setTrouble(null), setTrouble);
  return html`
    <button type="button" class="as-sent" onClick=${press}>${t("chain.as-sent")}</button>
    <${Trouble} of=${trouble} />
  `;
}

/** Save a document byte for byte as it was sent. The token goes in a header, so a plain link would not do. */
async function save(digest) {
  const answer = await request(`documents/${digest}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `${digest.slice(0, 12)}.xml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
