import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Age, spanText } from "./time.js";
import { t, text, word } from "./words.js";

const NAMED = 40;

export function RollCalls({ look }) {
  const calls = look.picture.roll_calls;
  const missing = look.picture.counts.unaccounted;
  return html`
    <${Panel} id="roll-calls" title=${t("rollcalls.title")} count=${calls.filter((c) => !c.closed_at).length}
      tone=${missing > 0 ? "warn" : ""}>
      <${Rows} of=${calls} empty=${t("rollcalls.none")}>
        ${(call) => html`<${RollCall} key=${call.id} call=${call} look=${look} />`}
      <//>
    <//>
  `;
}

const RollCall = ({ call, look }) => html`
  <${Row} kind="rollcall" id=${call.id} tone=${call.closed_at ? "over" : ""}>
    <p class="head">
      <strong>${text(call.title)}</strong>
      <${Age} since=${call.closed_at ?? call.opened_at} form=${call.closed_at ? "rollcall.closed" : "rollcall.opened"} />
    </p>
    <${Bar} call=${call} />
    ${call.unaccounted.length > 0 && html`<${Unaccounted} call=${call} look=${look} />`}
    ${call.note && html`<p class="own-words">${call.note}</p>`}
  <//>
`;

/** Safe, in need of help and unaccounted, as widths, and as the numbers they stand for. */
const Bar = ({ call }) => html`
  <div class="bar" aria-hidden="true">
    <span class="bar-safe" style=${{ flexGrow: call.safe }}></span>
    <span class="bar-help" style=${{ flexGrow: call.need_help }}></span>
    <span class="bar-missing" style=${{ flexGrow: call.unaccounted.length }}></span>
  </div>
  <p class="legend">
    <span class="key-safe">${t("rollcall.safe", { n: call.safe })}</span>
    <span class="key-help">${t("rollcall.help", { n: call.need_help })}</span>
    <span class="key-missing">${t("rollcall.unaccounted", { n: call.unaccounted.length })}</span>
    <span class="quiet">${t("rollcall.expected", { n: call.expected })}</span>
  </p>
`;

const Unaccounted = ({ call, look }) => html`
  <details open=${!call.closed_at}>
    <summary>${t("rollcall.names", { n: call.unaccounted.length })}</summary>
    <ul class="names">
      ${call.unaccounted.slice(0, NAMED).map(
        (person) => html`<li key=${person.id}>
          <span>${look.who(person.id)}${person.last_venue && ` · ${look.venueName(person.last_venue)}`}</span>
          <span class="quiet">${lastSeen(person, look)}</span>
        </li>`,
      )}
    </ul>
    ${call.unaccounted.length > NAMED && html`<p class="quiet">${t("list.more", { n: call.unaccounted.length - NAMED })}</p>`}
  </details>
`;

function lastSeen({ id, last_evidence_age_s: age }, look) {
  const seen = look.people.get(id)?.evidence_at;
  if (seen) return html`<${Age} since=${seen} />`;
  return age === null ? t("evidence.none") : t("span.ago", { age: spanText(age) });
}

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
