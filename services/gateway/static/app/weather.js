import { html } from "./html.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Severity, Signal } from "./shapes.js";
import { Age, momentText } from "./time.js";
import { sent, t } from "./words.js";

export function Warnings({ look }) {
  const { warnings, elsewhere, warnings_elsewhere: others, exercises } = look.picture;
  return html`
    <${Panel} id="warnings" title=${t("warnings.title")} count=${warnings.length}>
      <${Rows} of=${warnings} empty=${t("warnings.none")}>
        ${(row) => html`<${Warning} key=${row.id} warning=${row} look=${look} />`}
      <//>
      <${Folded} title=${t("warnings.elsewhere", { n: elsewhere })} of=${others} look=${look} />
      <${Folded} title=${t("warnings.exercises", { n: exercises.length })} of=${exercises} look=${look} />
    <//>
  `;
}

const Folded = ({ title, of, look }) =>
  of.length > 0 &&
  html`<details>
    <summary>${title}</summary>
    <ul class="rows">
      ${of.map((row) => html`<${Warning} key=${row.id} warning=${row} look=${look} />`)}
    </ul>
  </details>`;

function Warning({ warning, look }) {
  const headline = sent(warning.headline);
  const event = sent(warning.event);
  const venues = warning.venues.filter((id) => look.venues.has(id));
  return html`
    <${Row} kind="warning" id=${warning.id}>
      <p class="head">
        <${Signal} colour=${warning.colour} />
        <${Severity} of=${warning.severity} />
        <${Age} since=${warning.sent} />
        ${warning.updated > 0 && html`<span class="quiet">${t("warning.updated", { n: warning.updated })}</span>`}
      </p>
      <${Pick} kind="warning" id=${warning.id} lang=${headline.text ? headline.lang : event.lang}>
        ${headline.text || event.text}
      <//>
      <p class="quiet">
        ${venues.length > 0 && html`${venues.map((id) => look.venueName(id)).join(t("list.comma"))} · `}
        ${warning.expires
          ? t("warning.until", { at: momentText(Date.parse(warning.expires)) })
          : t("warning.endless")}
      </p>
    <//>
  `;
}
