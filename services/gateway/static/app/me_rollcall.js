import { html } from "./html.js";
import { isOwed, isUnseen, report } from "./me_own.js";
import { Card } from "./me_parts.js";
import { get } from "./store.js";
import { Age, hourText } from "./time.js";
import { t, text } from "./words.js";

/** The open roll calls that ask for them. One answer counts for all of them. */
export function RollCalls({ own }) {
  if (own.roll_calls.length === 0) return null;
  const isUnsent = get().unsent.some((item) => item.kind === "safety" && !item.refused);
  const said = isUnsent ? t("me.roll-sending") : isUnseen("safety") ? t("me.roll-arrived") : "";
  const waits = own.roll_calls.some(isOwed);
  const safe = () => report("safety", { kind: "safety", answer: "safe", method: "self" });
  return html`
    <${Card} id="roll-call" title=${t("me.roll-heading")} tone=${waits && !said ? "asks" : "calm"}>
      ${own.roll_calls.map((roll) => html`<${Roll} key=${roll.id} roll=${roll} said=${said} />`)}
      ${said && html`<p class="added" role="status">${said}</p>`}
      ${waits && !said && html`<button type="button" class="safe" onClick=${safe}>${t("me.safe")}</button>`}
    </${Card}>
  `;
}

const Roll = ({ roll, said }) => html`
  <div class="roll" data-standing=${roll.standing}>
    <p><b>${text(roll.title)}</b> <span class="quiet"><${Age} since=${roll.opened_at} /></span></p>
    ${!(said && isOwed(roll)) && html`<p role="status">${standing(roll)}</p>`}
  </div>
`;

function standing(roll) {
  if (roll.standing === "safe") return t("me.roll-safe", { at: hourText(Date.parse(roll.answered_at)) });
  if (roll.standing === "need-help") return t("me.roll-help");
  return roll.standing === "excused" ? t("me.roll-excused") : t("me.roll-asks");
}
