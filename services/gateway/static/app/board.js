import { useState } from "preact/hooks";
import { Waiting, useFetched } from "./fetched.js";
import { html } from "./html.js";
import { Key, Panel } from "./panel.js";
import { get, select } from "./store.js";
import { Age, hourText } from "./time.js";
import { t, word } from "./words.js";

const NAMED = 40;
const PARTS = ["missing", "overdue", "on", "leaving", "arriving", "gone"];

/** Who is at the venue that was chosen, who comes and goes, and of whom nothing is heard. */
export function VenueBoard({ look }) {
  const { selected, asOf } = get();
  const id = selected?.kind === "venue" && look.venues.has(selected.id) ? selected.id : null;
  const query = id && new URLSearchParams({ venue: id, ...(asOf && { at: asOf }) });
  const fetched = useFetched(id && `board?${query}`, look.picture);
  const [chosen, choose] = useState(undefined);
  if (id === null) return null;
  const board = fetched.data?.boards[0];
  const worst = board && PARTS.find((part) => board.counts[part] > 0);
  const shown = chosen === undefined ? worst : chosen;
  return html`
    <${Panel} id="board" title=${t("board.title", { name: look.venueName(id) })}>
      <button type="button" class="shut" onClick=${() => select("none", null, "list")}>${t("board.shut")}</button>
      <${Waiting} for=${fetched} />
      ${board && html`
        <div class="legend">
          ${PARTS.map((part) => html`<${Key} key=${part} name=${part} n=${board.counts[part]} shown=${shown} choose=${choose}>${word("board", part)} ${board.counts[part]}<//>`)}
        </div>
        ${shown ? html`<${Posts} key=${shown} rows=${board[shown]} part=${shown} look=${look} />` : !worst && html`<p class="empty">${t("board.empty")}</p>`}
        <${Later} hours=${board.later} />
      `}
    <//>
  `;
}

function Posts({ rows, part, look }) {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, NAMED);
  return html`
    <ul class="people" data-part=${part}>
      ${shown.map((row) => html`<${Post} key=${row.id} row=${row} look=${look} />`)}
    </ul>
    ${rows.length > shown.length && html`<button type="button" class="more" onClick=${() => setAll(true)}>${t("rollcall.more", { n: rows.length - shown.length })}</button>`}
  `;
}

const Post = ({ row, look }) => html`
  <li data-post=${row.id}>
    <div class="who">
      <span><span class="name">${look.who(row.id, row)}</span>
        ${row.role && html` <span class="quiet">${word("role", row.role)}</span>`}
        ${row.needs_help && html` <strong class="bad">${t("person.help")}</strong>`}
      </span>
      ${row.overdue_s === undefined ? html`<${Evidence} row=${row} />` : html`<${Overstay} row=${row} look=${look} />`}
    </div>
    ${row.shift?.starts_at && html`<span class="quiet">${hours(row.shift)}</span>`}
  </li>
`;

const Evidence = ({ row }) => html`
  <span class="quiet">
    ${word("whereabouts", row.whereabouts ?? "unknown")} ·
    ${row.evidence_at ? html` <${Age} since=${row.evidence_at} /> · ${word("method", row.method)}` : ` ${t("evidence.none")}`}
    ${row.shift?.instead_of && ` · ${t("board.stand-in")}`}
    ${row.shift?.against?.length > 0 && ` · ${t("board.override")}`}
  </span>
`;

/** Somebody whose shift is over and who has not said that they left. */
const Overstay = ({ row, look }) => html`
  <span class="quiet">
    ${t("board.over", { at: hourText(Date.parse(row.ended_at)) })} · <${Age} since=${before(row.last_evidence_age_s, look)} />
  </span>
`;

const before = (seconds, look) => new Date(Date.parse(look.picture.at) - seconds * 1000).toISOString();
const hours = ({ starts_at, ends_at }) => `${hourText(Date.parse(starts_at))}–${hourText(Date.parse(ends_at))}`;

const Later = ({ hours: turns }) =>
  turns.length > 0 && html`
    <details>
      <summary>${t("board.later", { n: turns.reduce((sum, turn) => sum + turn.people, 0) })}</summary>
      <ul class="names">
        ${turns.map((turn) => html`<li key=${turn.starts_at + turn.ends_at}>
          <span>${hours(turn)}</span>
          <span class="quiet">${Object.entries(turn.roles).map(([role, n]) => `${word("role", role)} ${n}`).join(t("list.comma"))}</span>
        </li>`)}
      </ul>
    </details>
  `;
