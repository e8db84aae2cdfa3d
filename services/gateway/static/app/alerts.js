import { useState } from "preact/hooks";
import { Trouble, mayRespond, useAct } from "./act.js";
import { Tell } from "./bulletin_draft.js";
import { html } from "./html.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Severity } from "./shapes.js";
import { Age, Due } from "./time.js";
import { t, text } from "./words.js";

export function Alerts({ look }) {
  const { alerts, counts } = look.picture;
  const waiting = counts.unacknowledged_alerts;
  return html`
    <${Panel} id="alerts" title=${t("alerts.title")} count=${waiting} tone=${waiting > 0 ? "warn" : ""}>
      <${Rows} of=${alerts} empty=${t("alerts.none")}>
        ${(alert) => html`<${Alert} key=${alert.id} alert=${alert} look=${look} />`}
      <//>
    <//>
  `;
}

function Alert({ alert, look }) {
  const waits = alert.status === "raised";
  const to = alert.to.slice(0, 3).map((id) => look.who(id)).join(t("list.comma"));
  return html`
    <${Row} kind="alert" id=${alert.id} tone=${waits ? "waits" : ""}>
      <p class="head">
        <${Severity} of=${alert.severity} />
        <${Age} since=${alert.raised_at} />
        ${alert.level > 0 && html`<span class="level">${t("alerts.level", { n: alert.level })}</span>`}
        ${waits && alert.answer_due_at && html`<${Due} at=${alert.answer_due_at} />`}
      </p>
      <${Pick} ...${target(alert)}>${text(alert.title)}<//>
      ${waits && text(alert.body) && html`<p class="own-words">${text(alert.body)}</p>`}
      <p class="quiet">
        ${look.placeName(alert.venue, alert.site)} · ${t("alerts.told", { n: alert.to_count, names: to })}
      </p>
      <${Tell} kind="alert" of=${alert} />
      ${waits ? html`<${Answer} alert=${alert} />` : html`<${Answered} alert=${alert} look=${look} />`}
    <//>
  `;
}

/** What an alert is about is shown where it is; failing that, its venue. */
const target = ({ about, venue }) =>
  about.kind === "incident" || about.kind === "warning" ? about : { kind: "venue", id: venue };

const Answered = ({ alert, look }) => html`
  <p class="answered">
    ${t("alerts.by", { name: look.who(alert.acknowledged_by) })}
    ${alert.acknowledged_at && html` · <${Age} since=${alert.acknowledged_at} />`}
    ${alert.comment && html` · <q>${alert.comment}</q>`}
  </p>
`;

/** The answer to an alert: a comment and a button. A failure is told in words, and may be tried again. */
function Answer({ alert }) {
  const [comment, setComment] = useState("");
  const [sent, setSent] = useState(false);
  const { act, sending, trouble } = useAct();
  if (!mayRespond()) return null;

  async function send(event) {
    event.preventDefault();
    setSent(Boolean(await act(`alerts/${encodeURIComponent(alert.id)}/acknowledge`, { comment })));
  }

  if (sent) return html`<p class="answered" role="status">${t("answer.sent")}</p>`;
  return html`
    <form class="answer" onSubmit=${send}>
      <label class="unseen" for="comment-${alert.id}">${t("answer.comment")}</label>
      <input
        id="comment-${alert.id}"
        value=${comment}
        maxlength="1000"
        placeholder=${t("answer.comment")}
        autocomplete="off"
        onInput=${(event) => setComment(event.target.value)}
      />
      <button type="submit" class="primary" disabled=${sending}>${t("answer.send")}</button>
      <${Trouble} of=${trouble} />
    </form>
  `;
}
