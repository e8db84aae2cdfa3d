import { useRef, useState } from "preact/hooks";
import { command, newKey } from "./api.js";
import { html } from "./html.js";
import { refresh } from "./live.js";
import { get } from "./store.js";
import { t, text } from "./words.js";

const RESPOND = new Set(["responder", "commander", "admin"]);
const COMMAND = new Set(["commander", "admin"]);

/** What the token lets its owner do now. Nobody changes the past. */
export const mayRespond = () => RESPOND.has(get().role) && !get().asOf;
export const mayCommand = () => COMMAND.has(get().role) && !get().asOf;
/** Who may speak for others: a commander, or a lead, who is a person. The server knows of whom. */
export const mayAnswerFor = () => mayCommand() || (mayRespond() && Boolean(get().me?.person));

/** What the public is told is headquarters' own: a token of other sites alone does not take it in. */
const isHeadquarters = () => get().me?.sites === null || Boolean(get().me?.sites?.includes("hq"));
export const mayReadBulletins = () => mayRespond() && isHeadquarters();
export const mayTellPublic = () => mayCommand() && isHeadquarters();

/** Sends the commands of one form or button.
 *
 * `act(path, body)` returns what was answered, or null after a failure, which `trouble` then tells.
 * The same command keeps its key until the server has said yes or no: it may have got through. */
export function useAct() {
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState(null);
  const last = useRef({});

  async function act(path, body = {}) {
    const said = JSON.stringify([path, body]);
    if (last.current.said !== said) last.current = { said, key: newKey() };
    setSending(true);
    setTrouble(null);
    try {
      const answer = await (await command(path, body, last.current.key)).json();
      last.current = {};
      refresh();
      return answer;
    } catch (error) {
      if (error.status >= 400 && error.status < 500) last.current = {};
      setTrouble(error);
      refresh();
      return null;
    } finally {
      setSending(false);
    }
  }

  return { act, sending, trouble, setTrouble };
}

export const Trouble = ({ of }) => of && html`<p class="trouble" role="alert">${inWords(of)}</p>`;

/** Say why a command failed: in the server's words where it gave some. */
function inWords({ status, reason }) {
  if (reason) return text(reason);
  return status === 0 ? t("failed.offline") : t("failed.status", { status });
}
