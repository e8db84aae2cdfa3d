import { html } from "./html.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Severity } from "./shapes.js";
import { Age, spanText } from "./time.js";
import { t, word } from "./words.js";

const LATE_S = 300;

export function Incidents({ look }) {
  const { incidents, counts } = look.picture;
  return html`
    <${Panel} id="incidents" title=${t("incidents.title")} count=${counts.open_incidents.total}>
      <${Rows} of=${incidents} empty=${t("incidents.none")}>
        ${(row) => html`<${Incident} key=${row.id} incident=${row} look=${look} />`}
      <//>
    <//>
  `;
}

const Incident = ({ incident, look }) => html`
  <${Row} kind="incident" id=${incident.id} tone=${incident.ended_at ? "over" : ""}>
    <p class="head">
      <${Severity} of=${incident.severity} />
      <span class="status">${word("status", incident.status)}</span>
      <${Age} since=${incident.reported_at} />
    </p>
    <${Pick} kind="incident" id=${incident.id}>
      ${word("category", incident.category)} · ${look.placeName(incident.venue, incident.site)}
    <//>
    <p class="own-words">${incident.text}</p>
    <p class="quiet">
      ${standing(incident, look)}
      ${incident.late_by_s >= LATE_S && html` · ${t("late.by", { age: spanText(incident.late_by_s) })}`}
    </p>
  <//>
`;

/** Who has it. */
export function standing({ accepted_by, assigned_to, merged_into, reported_by }, look) {
  if (merged_into) return t("incident.merged", { id: merged_into });
  if (accepted_by) return t("incident.accepted", { name: look.who(accepted_by) });
  if (assigned_to) return t("incident.assigned", { name: look.who(assigned_to) });
  return t("incident.nobody", { name: look.who(reported_by) });
}
