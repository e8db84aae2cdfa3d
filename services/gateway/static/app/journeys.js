import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Age, hourText } from "./time.js";
import { t, text, word } from "./words.js";

const NAMED = 60;

export function Journeys({ look }) {
  const { journeys } = look.picture;
  const open = journeys.filter((row) => !row.ended_at);
  const overdue = open.filter((row) => row.status === "overdue").length;
  return html`
    <${Panel} id="journeys" title=${t("journeys.title")} count=${open.length} tone=${overdue > 0 ? "bad" : ""}>
      <${Rows} of=${journeys} empty=${t("journeys.none")}>
        ${(row) => html`<${Journey} key=${row.id} journey=${row} look=${look} />`}
      <//>
    <//>
  `;
}

function Journey({ journey, look }) {
  const { plan, status } = journey;
  const over = status === "arrived" || status === "cancelled";
  // what was last known when it was due says the same as the list, where everyone is listed
  const known = journey.missing.every((id) => look.people.has(id)) ? null : journey.last_known;
  return html`
    <${Row} kind="journey" id=${journey.id} tone=${over ? "over" : status === "overdue" ? "late" : ""}>
      <p class="head">
        <span class="status" data-status=${status}>${word("journey", status)}</span>
        <strong>${look.placeOrWords(plan.origin)} → ${look.venueName(plan.destination)}</strong>
        <${When} journey=${journey} />
      </p>
      <p class="quiet">
        ${plan.vehicle !== "-" && `${plan.vehicle} · `}
        ${plan.driver !== "-" && `${t("journey.driver", { name: look.who(plan.driver) })} · `}
        ${hourText(Date.parse(plan.departs_at))}–${hourText(Date.parse(plan.arrives_at))}
        ${journey.former_plans > 0 && ` · ${t("journey.replanned", { n: journey.former_plans })}`}
      </p>
      ${status === "overdue" && known && html`<p class="own-words">${text(known)}</p>`}
      ${journey.reason && html`<p class="own-words">${journey.reason}</p>`}
      ${!over && html`<${Missing} journey=${journey} look=${look} />`}
    <//>
  `;
}

function When({ journey }) {
  const { status, plan, departed_at: left, ended_at: ended } = journey;
  if (ended) return html`<${Age} since=${ended} />`;
  if (status === "overdue") return html`<span class="due late"><${Age} since=${plan.arrives_at} form="journey.late" /></span>`;
  if (left) return html`<${Age} since=${left} form="journey.left" />`;
  return html`<span class="quiet">${t("journey.leaves", { at: hourText(Date.parse(plan.departs_at)) })}</span>`;
}

/** Who has not arrived, and what was heard of each last. */
const Missing = ({ journey, look }) => html`
  <details open=${journey.status === "overdue"}>
    <summary>${t("journey.missing", { n: journey.missing.length, all: journey.people })}</summary>
    <ul class="people">
      ${journey.missing.slice(0, NAMED).map((id) => html`
        <li key=${id}><div class="who"><span class="name">${look.who(id)}</span><${Seen} id=${id} look=${look} /></div></li>
      `)}
    </ul>
    ${journey.missing.length > NAMED && html`<p class="quiet">${t("list.more", { n: journey.missing.length - NAMED })}</p>`}
  </details>
`;

function Seen({ id, look }) {
  const person = look.people.get(id);
  if (!person) return null;
  if (!person.evidence_at) return html`<span class="quiet">${t("evidence.none")}</span>`;
  return html`
    <span class="quiet">
      <${Age} since=${person.evidence_at} />${person.venue && ` · ${look.venueName(person.venue)}`} · ${word("method", person.method)}
    </span>
  `;
}
