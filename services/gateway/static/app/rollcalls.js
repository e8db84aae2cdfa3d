import { useState } from "preact/hooks";
import { html } from "./html.js";
import { Key, Panel, Row, Rows } from "./panel.js";
import { Doings } from "./rollcall_acts.js";
import { Found, Missing, Standing, WalkUps } from "./rollcall_people.js";
import { get } from "./store.js";
import { Age } from "./time.js";
import { t, text } from "./words.js";

const UNFOLDED = 2; // roll calls whose missing people are named without a tap

export function RollCalls({ look }) {
  const calls = look.picture.roll_calls;
  const missing = look.picture.counts.unaccounted;
  return html`
    <${Panel} id="roll-calls" title=${t("rollcalls.title")} count=${calls.filter((c) => !c.closed_at).length}
      tone=${missing > 0 ? "warn" : ""}>
      <${Rows} of=${calls} empty=${t("rollcalls.none")}>
        ${(call, place) => html`<${RollCall} key=${call.id} call=${call} look=${look} first=${place < UNFOLDED} />`}
      <//>
    <//>
  `;
}

function RollCall({ call, look, first }) {
  const { selected } = get();
  const [chosen, choose] = useState(undefined); // which list is open; undefined until somebody chose
  const opened = (first || selected?.id === call.id) && !call.closed_at && call.unaccounted_count > 0;
  const shown = chosen === undefined ? (opened ? "unaccounted" : null) : chosen;
  return html`
    <${Row} kind="rollcall" id=${call.id} tone=${call.closed_at ? "over" : ""}>
      <p class="head">
        <strong>${text(call.title)}</strong>
        <span class="quiet">${t("rollcall.expected", { n: call.expected })}</span>
        <${Age} since=${call.closed_at ?? call.opened_at} form=${call.closed_at ? "rollcall.closed" : "rollcall.opened"} />
      </p>
      <${Bar} call=${call} />
      <${Legend} call=${call} shown=${shown} choose=${choose} />
      <${List} call=${call} look=${look} shown=${shown} />
      ${call.rounds > 0 && !call.closed_at && html`
        <p class="quiet">${t("rollcall.rounds", { n: call.rounds })}${call.reminded_at && html` · <${Age} since=${call.reminded_at} />`}</p>`}
      ${call.at_closing && html`<p class="quiet">${t("rollcall.summary", call.at_closing)}</p>`}
      ${call.note && html`<p class="own-words">${call.note}</p>`}
      <${Doings} call=${call} look=${look} />
    <//>
  `;
}

/** Safe, in need of help, excused and unaccounted, as widths. */
const Bar = ({ call }) => html`
  <div class="bar" aria-hidden="true">
    <span class="bar-safe" style=${{ flexGrow: call.safe }}></span>
    <span class="bar-help" style=${{ flexGrow: call.need_help }}></span>
    <span class="bar-excused" style=${{ flexGrow: call.excused }}></span>
    <span class="bar-missing" style=${{ flexGrow: call.unaccounted_count }}></span>
  </div>
`;

/** The numbers. Each opens the list of whom it counts. */
function Legend({ call, shown, choose }) {
  const part = (name, n, words) => html`<${Key} name=${name} n=${n} shown=${shown} choose=${choose}>${words}<//>`;
  return html`
    <div class="legend">
      ${part("unaccounted", call.unaccounted_count, t("rollcall.unaccounted", { n: call.unaccounted_count }))}
      ${part("need-help", call.need_help, t("rollcall.help", { n: call.need_help }))}
      ${part("safe", call.safe, t("rollcall.safe", { n: call.safe }))}
      ${part("excused", call.excused, t("rollcall.excused", { n: call.excused }))}
      ${call.walk_ups > 0 && part("walk-ups", call.walk_ups, t("rollcall.walk-ups", { n: call.walk_ups }))}
      ${call.found_since_count > 0 && part("found", call.found_since_count, t("rollcall.found", { n: call.found_since_count }))}
    </div>
  `;
}

function List({ call, look, shown }) {
  if (shown === "unaccounted") return html`<${Missing} call=${call} look=${look} />`;
  if (shown === "walk-ups") return html`<${WalkUps} call=${call} look=${look} />`;
  if (shown === "found") return html`<${Found} call=${call} look=${look} />`;
  if (shown) return html`<${Standing} key=${shown} call=${call} look=${look} standing=${shown} />`;
  return null;
}
