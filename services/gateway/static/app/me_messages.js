import { useRef, useState } from "preact/hooks";
import { command, newKey, read } from "./api.js";
import { html } from "./html.js";
import { refresh } from "./me_own.js";
import { Card, troubleIn } from "./me_parts.js";
import { momentText } from "./time.js";
import { t, text } from "./words.js";

/** What they were told. To open it proves that this page reaches them. */
export function Messages({ own }) {
  const [shown, setShown] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [said, setSaid] = useState("");
  const key = useRef(newKey());
  const attempt = async (work) => {
    try {
      await work();
      setTrouble("");
    } catch (error) {
      setTrouble(troubleIn(error));
    }
    refresh();
  };
  const open = () => attempt(async () => setShown((await read("messages")).messages));
  const test = () =>
    attempt(async () => {
      const answer = await command(`people/${encodeURIComponent(own.person.id)}/test-message`, {}, key.current);
      const { channels } = await answer.json();
      key.current = newKey();
      setSaid(channels.length ? t("me.test-sent", { n: channels.length }) : t("me.no-channels"));
    });
  const isUnread = own.messages.unread;
  return html`
    <${Card} id="messages" title=${t("me.messages-heading")} tone=${isUnread ? "asks" : undefined} aside=${isUnread ? t("me.unread") : null}>
      ${shown !== null && html`<${List} messages=${shown} />`}
      <div class="pair">
        <button type="button" class=${isUnread ? "primary" : ""} onClick=${open}>${shown === null ? t("me.messages-open") : t("me.messages-again")}</button>
        <button type="button" onClick=${test}>${t("me.test")}</button>
      </div>
      ${said && html`<p class="added" role="status">${said}</p>`}
      ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    </${Card}>
  `;
}

const List = ({ messages }) =>
  messages.length === 0
    ? html`<p class="empty" role="status">${t("me.no-messages")}</p>`
    : html`<ul class="rows">${messages.map(
        (message) => html`<li key=${message.id} data-message=${message.id}><span class="quiet">${momentText(Date.parse(message.at))}</span><span>${text(message.text)}</span></li>`,
      )}</ul>`;
