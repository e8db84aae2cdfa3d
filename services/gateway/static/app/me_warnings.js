import { html } from "./html.js";
import { Card, venueName } from "./me_parts.js";
import { Severity, Signal } from "./shapes.js";
import { momentText } from "./time.js";
import { sent, t } from "./words.js";

/** The warnings where they are, and where they are on shift next: short, with what to do. */
export function Warnings({ own }) {
  if (own.warnings.length === 0) return null;
  return html`
    <${Card} id="warnings" title=${t("me.warnings-heading")} aside=${own.warnings.length}>
      <div>${own.warnings.map((row) => html`<${Warning} key=${row.id} row=${row} own=${own} />`)}</div>
    </${Card}>
  `;
}

function Warning({ row, own }) {
  const headline = sent(row.headline).text ? sent(row.headline) : sent(row.event);
  const instruction = sent(row.instruction);
  const venues = row.venues.map((id) => venueName(own, id)).join(t("list.comma"));
  return html`
    <div class="warning" data-colour=${row.colour} data-coming=${row.coming} data-warning=${row.id}>
      <p class="head"><${Signal} colour=${row.colour} /><${Severity} of=${row.severity} />
        ${row.coming && html`<span class="quiet">${t("me.warning-coming")}</span>`}
      </p>
      <b lang=${headline.lang}>${headline.text}</b>
      <p class="quiet">${t("me.warning-at", { venue: venues, times: timesOf(row) })}</p>
      ${instruction.text && html`<p lang=${instruction.lang}>${instruction.text}</p>`}
    </div>
  `;
}

function timesOf({ coming, effective, expires }) {
  const until = expires ? t("warning.until", { at: momentText(Date.parse(expires)) }) : t("warning.endless");
  return coming ? `${t("warning.from", { at: momentText(Date.parse(effective)) })}${t("list.comma")}${until}` : until;
}
