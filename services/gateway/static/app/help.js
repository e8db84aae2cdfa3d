import { Trouble, mayRespond, useAct } from "./act.js";
import { html } from "./html.js";
import { standing } from "./incidents.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Shape } from "./shapes.js";
import { Age } from "./time.js";
import { t } from "./words.js";

/** Whoever needs help stays here until a person closes it. Nothing is shown when nobody does. */
export function NeedHelp({ look }) {
  const calls = look.picture.need_help;
  if (calls.length === 0) return null;
  return html`
    <${Panel} id="need-help" title=${t("help.title")} count=${calls.length} tone="bad">
      <${Rows} of=${calls} empty="">
        ${(call) => html`<${Call} key=${call.incident ?? call.person} call=${call} look=${look} />`}
      <//>
    <//>
  `;
}

function Call({ call, look }) {
  const incident = look.incidents.get(call.incident);
  const kind = incident ? "incident" : "person";
  return html`
    <${Row} kind="call" id=${call.incident ?? call.person}>
      <p class="head"><${Shape} of="help" /><strong><${Age} since=${call.since} form="help.since" /></strong></p>
      <${Pick} kind=${kind} id=${call.incident ?? call.person}>
        ${look.who(call.person) || t("help.nameless")} · ${call.venue ? look.venueName(call.venue) : t("place.unknown")}
      <//>
      ${incident?.text && html`<p class="own-words">${incident.text}</p>`}
      ${call.incident && html`<${Told} call=${call} look=${look} />`}
      <p class="quiet">${owned(call, incident, look)}</p>
      ${call.incident && !call.taken_by && html`<${Take} call=${call} />`}
    <//>
  `;
}

function owned(call, incident, look) {
  if (call.taken_by) return html`<strong class="taken">${t("help.taken", { name: look.who(call.taken_by) })}</strong>`;
  return incident ? standing(incident, look) : t("help.unopened");
}

/** Who was told, by name: somebody may be asked what they know. */
function Told({ call, look }) {
  if (call.told_count === 0) return html`<p class="quiet">${t("help.untold")}</p>`;
  return html`
    <details>
      <summary>${t("help.told", { n: call.told_count })}</summary>
      <p class="quiet">${call.told.map((id) => look.who(id)).join(t("list.comma"))}</p>
    </details>
  `;
}

function Take({ call }) {
  const { act, sending, trouble } = useAct();
  if (!mayRespond()) return null;
  return html`
    <button type="button" class="take" disabled=${sending} onClick=${() => act(`incidents/${encodeURIComponent(call.incident)}/take`)}>
      ${t("help.take")}
    </button>
    <${Trouble} of=${trouble} />
  `;
}
