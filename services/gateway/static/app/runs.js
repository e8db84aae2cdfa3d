import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Age } from "./time.js";
import { t, text, word } from "./words.js";

/** Playbooks that run, with how each step stands, and conditions that could not be evaluated. */
export function Runs({ look }) {
  const { runs, condition_failures: failures } = look.picture;
  return html`
    <${Panel} id="runs" title=${t("runs.title")} count=${runs.length}>
      <${Rows} of=${runs} empty=${t("runs.none")}>
        ${(run) => html`<${Run} key=${run.id} run=${run} look=${look} />`}
      <//>
      ${failures.length > 0 &&
      html`<details>
        <summary class="bad">${t("runs.failures", { n: failures.length })}</summary>
        <ul class="names">
          ${failures.map((row) => html`<li key=${row.id}><span>${row.playbook}</span><code>${row.reason}</code></li>`)}
        </ul>
      </details>`}
    <//>
  `;
}

const Run = ({ run, look }) => html`
  <${Row} kind="run" id=${run.id}>
    <p class="head"><strong>${text(run.name)}</strong><${Age} since=${run.started_at} /></p>
    <p class="quiet">${run.venue && look.venueName(run.venue)}</p>
    <ol class="steps">
      ${run.steps.map(
        (step) => html`<li key=${step.name} data-outcome=${step.outcome ?? "open"}>
          ${word("action", step.action)} <span class="quiet">${word("outcome", step.outcome ?? "open")}</span>
        </li>`,
      )}
    </ol>
  <//>
`;

/** Reports that could not be taken: nothing that was sent is lost without a trace. */
export function SetAside({ look }) {
  const reports = look.picture.set_aside;
  return html`
    <${Panel} id="set-aside" title=${t("aside.title")} count=${look.picture.counts.set_aside}>
      <${Rows} of=${reports} empty=${t("aside.none")}>
        ${(row) => html`
          <${Row} key=${row.id} kind="aside" id=${row.id}>
            <p class="head"><strong>${look.who(row.actor)}</strong><${Age} since=${row.at} /></p>
            <p>${row.field && html`<code>${row.field}</code> `}${row.reason}</p>
            ${row.body && html`<p class="own-words raw">${row.body}</p>`}
          <//>
        `}
      <//>
    <//>
  `;
}
