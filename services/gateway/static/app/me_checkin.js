import { useState } from "preact/hooks";
import { html } from "./html.js";
import { report } from "./me_own.js";
import { Card } from "./me_parts.js";
import { get } from "./store.js";
import { hourText } from "./time.js";
import { t } from "./words.js";

const NOTHING = { answer: null, temperature: "", text: "" };

/** How they are today. What is said is gone from this page, and from the phone, once it has arrived. */
export function CheckIn({ own }) {
  const [again, setAgain] = useState(false);
  const [said, setSaid] = useState(NOTHING);
  const isUnsent = get().unsent.some((item) => item.kind === "checkin" && !item.refused);
  const isJustGiven = [...get().receipts.values()].some((receipt) => receipt.kind === "checkin");
  const given = own.check_in.given_at;
  const isDone = given || isUnsent || isJustGiven;
  const send = (event) => {
    event.preventDefault();
    const degrees = Number.parseFloat(said.temperature.replace(",", "."));
    report("checkin", {
      kind: "check-in",
      answer: said.answer,
      text: said.text.trim(),
      ...(Number.isFinite(degrees) && { temperature_c: degrees }),
    });
    setSaid(NOTHING);
    setAgain(false);
  };
  return html`
    <${Card} id="check-in" title=${t("me.checkin-heading")} tone=${isDone ? "calm" : own.check_in.chased ? "asks" : undefined} aside=${own.check_in.day}>
      ${isDone && html`<p class="state" role="status">${isUnsent ? t("me.checkin-sending") : given ? t("me.checkin-given", { at: hourText(Date.parse(given)) }) : t("me.checkin-noted")}</p>`}
      ${!isDone && own.check_in.due_at && html`<p class="quiet">${t("me.checkin-due", { at: hourText(Date.parse(own.check_in.due_at)) })}</p>`}
      ${isDone && !again
        ? html`<button type="button" onClick=${() => setAgain(true)}>${t("me.checkin-again")}</button>`
        : html`<${Form} said=${said} setSaid=${setSaid} send=${send} />`}
    </${Card}>
  `;
}

function Form({ said, setSaid, send }) {
  const put = (field) => (event) => setSaid({ ...said, [field]: event.target.value });
  const answers = { fine: t("me.fine"), "not-fine": t("me.not-fine"), talk: t("me.talk") };
  return html`
    <form onSubmit=${send}>
      <fieldset>
        <legend>${t("me.how-are-you")}</legend>
        <div class="answers">
          ${Object.entries(answers).map(
            ([value, label]) => html`<label class="answer" key=${value}><input type="radio" name="answer" value=${value} required checked=${said.answer === value}
              onChange=${put("answer")} /><span>${label}</span></label>`,
          )}
        </div>
      </fieldset>
      <label for="temperature">${t("me.temperature")}</label>
      <input id="temperature" type="number" inputmode="decimal" min="30" max="45" step="0.1" autocomplete="off" value=${said.temperature} onInput=${put("temperature")} />
      <label for="words">${t("me.words")}</label>
      <textarea id="words" rows="2" maxlength="2000" autocomplete="off" value=${said.text} onInput=${put("text")}></textarea>
      <p class="privacy">${t("me.who-sees")}</p>
      <button type="submit" class="primary" disabled=${!said.answer}>${t("me.checkin-send")}</button>
    </form>
  `;
}
