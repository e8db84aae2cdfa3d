import { useState } from "preact/hooks";
import { mayCommand, mayRespond } from "./act.js";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Age, hourText } from "./time.js";
import { t, word } from "./words.js";

const MOST = 2000;

/** The daily check-in: who has reported and who is missing. How people are is never in here by name. */
export function Days({ look }) {
  const { days } = look.picture;
  const sum = (field) => days.reduce((total, row) => total + row[field], 0);
  const worstFirst = [...days].sort((a, b) => b.missing - a.missing);
  return html`
    <${Panel} id="days" title=${t("days.title")} count=${days.length > 0 ? t("days.count", { n: sum("missing") }) : 0}
      tone=${days.some((row) => row.level > 0 && row.missing > 0) ? "warn" : ""}>
      ${days.length > 1 && html`<p class="quiet">${t("days.sum", { n: sum("reported"), all: sum("expected"), missing: sum("missing") })}</p>`}
      <${Rows} of=${worstFirst} empty=${t("days.none")}>
        ${(row) => html`<${Day} key=${row.id} row=${row} look=${look} />`}
      <//>
      ${days.length > 0 && mayCommand() && html`<${Health} days=${days} look=${look} />`}
    <//>
  `;
}

function Day({ row, look }) {
  return html`
    <${Row} kind="day" id=${row.id} tone=${row.closed_at ? "over" : ""}>
      <p class="head">
        <strong>${look.placeName(null, row.site)}</strong>
        ${row.level > 0 && row.missing > 0 && html`<span class="level">${word("chased", row.level)}</span>`}
        <span class="quiet">${row.day} · ${t("days.due", { at: hourText(Date.parse(row.due_at)) })}</span>
      </p>
      <div class="bar" aria-hidden="true">
        <span class="bar-safe" style=${{ flexGrow: row.reported }}></span>
        <span class="bar-missing" style=${{ flexGrow: row.missing }}></span>
      </div>
      <p class="quiet">
        ${t("days.reported", { n: row.reported, all: row.expected })}${row.late > 0 && ` · ${t("days.late", { n: row.late })}`}
      </p>
      ${row.missing > 0 && html`<${Missing} row=${row} look=${look} />`}
    <//>
  `;
}

function Missing({ row, look }) {
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const path = `days/${row.day}?${new URLSearchParams({ site: row.site, limit: MOST })}`;
  const fetched = useFetched(open && all ? path : null, row.missing);
  const whole = fetched.data?.sites.find((one) => one.id === row.id)?.missing_people;
  const people = whole ?? row.missing_people;
  return html`
    <details onToggle=${(event) => setOpen(event.target.open)}>
      <summary>${t("days.missing", { n: row.missing })}</summary>
      <ul class="people">
        ${people.map((person) => html`<li key=${person.id}>
          <div class="who">
            <span class="name">${look.who(person.id, person)}</span>
            <span class="quiet">
              ${person.last_check_in_at ? html`${t("days.last")} <${Age} since=${person.last_check_in_at} />` : t("days.never")}
              ${person.last_evidence_at && html` · ${t("days.seen")} <${Age} since=${person.last_evidence_at} />`}
              ${person.lead && ` · ${t("person.lead", { name: look.who(person.lead) })}`}
            </span>
          </div>
        </li>`)}
      </ul>
      ${row.missing > people.length && mayRespond() && !all && html`
        <button type="button" class="more" onClick=${() => setAll(true)}>${t("rollcall.more", { n: row.missing - people.length })}</button>`}
      ${all && !whole && html`<${Waiting} for=${fetched} />`}
    </details>
  `;
}

/** How people are, in numbers that point to nobody: for headquarters. */
function Health({ days, look }) {
  const [open, setOpen] = useState(false);
  const day = days.reduce((newest, row) => (row.day > newest ? row.day : newest), "");
  const fetched = useFetched(open ? `days/${day}?limit=0` : null, days.map((row) => row.reported).join());
  const answer = fetched.data;
  return html`
    <details onToggle=${(event) => setOpen(event.target.open)}>
      <summary>${t("health.title")}</summary>
      ${open && html`<${Waiting} for=${fetched} />`}
      ${answer && html`
        <ul class="names">
          ${answer.sites.map((row) => html`<li key=${row.id}><span>${look.placeName(null, row.site)}</span><span class="quiet">${numbers(row.health)}</span></li>`)}
          <li><strong>${t("health.total")}</strong><span>${numbers(answer.total.health)}</span></li>
        </ul>
        <p class="quiet">${t("health.hint")}</p>
      `}
    </details>
  `;
}

const numbers = (health) => (health ? t("health.numbers", health) : t("health.none"));
