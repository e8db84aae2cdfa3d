import { useState } from "preact/hooks";
import { Trouble, mayCommand, mayRespond, useAct } from "./act.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Panel } from "./panel.js";
import { tell } from "./store.js";
import { Age, hourText, momentText } from "./time.js";
import { t } from "./words.js";

const LISTED = 200;

/** Who is on duty, or will be within a day, and could not be reached when it matters. */
export function Reach({ look }) {
  const { sites } = look.picture.reach;
  const sum = (field) => sites.reduce((total, row) => total + row[field], 0);
  const newest = sites.reduce((last, row) => (row.tested_at > last ? row.tested_at : last), "");
  const few = sum("unproven");
  return html`
    <${Panel} id="reach" title=${t("reach.title")} count=${few} tone=${few > 0 ? "warn" : ""}>
      ${newest
        ? html`<p>${t("reach.summary", { n: few, none: sum("unreachable"), all: sum("tested") })} <span class="quiet"><${Age} since=${newest} form="reach.tested" /></span></p>`
        : html`<p class="empty">${t("reach.untested")}</p>`}
      ${mayRespond() && html`<${Unproven} look=${look} version=${`${newest} ${few}`} />`}
      ${mayCommand() && html`<${Test} />`}
    <//>
  `;
}

function Unproven({ look, version }) {
  const [open, setOpen] = useState(false);
  const fetched = useFetched(open ? `reachability?limit=${LISTED}` : null, version);
  const found = fetched.data;
  return html`
    <details onToggle=${(event) => setOpen(event.target.open)}>
      <summary>${t("reach.list")}</summary>
      ${open && html`<${Waiting} for=${fetched} />`}
      ${found && html`
        <p class="quiet">${found.total === 0 ? t("reach.good") : t("reach.now", { n: found.total, none: found.unreachable })}</p>
        <ul class="people">
          ${found.people.map((person) => html`<li key=${person.id}>
            <div class="who">
              <span class="name">${look.who(person.id, person)}</span>
              <span class="quiet">${shift(person, look)}${person.lead && ` · ${t("person.lead", { name: look.who(person.lead) })}`}</span>
              <span class="quiet"><${Channels} of=${person.channels} /></span>
            </div>
          </li>`)}
        </ul>
        ${found.total > found.people.length && html`<p class="quiet">${t("list.more", { n: found.total - found.people.length })}</p>`}
      `}
    </details>
  `;
}

const shift = ({ shift: { venue, starts_at, ends_at } }, look) =>
  `${look.venueName(venue)} ${momentText(Date.parse(starts_at))}–${hourText(Date.parse(ends_at))}`;

function Channels({ of }) {
  if (of.length === 0) return html`<strong class="bad">${t("reach.nothing")}</strong>`;
  return of.map((one, place) => html`
    ${place > 0 && t("list.comma")}${one.channel}
    ${one.proof_at ? html` (<${Age} since=${one.proof_at} form="reach.proven" />)` : ` (${t("reach.unproven")})`}
  `);
}

function Test() {
  const { act, sending, trouble } = useAct();
  async function test() {
    const answer = await act("reachability/test");
    if (answer) tell(t("reach.begun", { n: answer.tests.reduce((sum, one) => sum + (one.begun ? one.people : 0), 0) }));
  }
  return html`
    <div class="doings padded">
      <button type="button" disabled=${sending} onClick=${test}>${t("reach.test")}</button>
      <${Trouble} of=${trouble} />
    </div>
  `;
}
