import { Tell } from "./bulletin_draft.js";
import { Chain } from "./chain.js";
import { Alarms, isGrey } from "./feeds.js";
import { html } from "./html.js";
import { concerned, timesText } from "./mapcards.js";
import { Panel, Pick, Row, Rows } from "./panel.js";
import { Severity, Signal } from "./shapes.js";
import { Age, spanText, now, useTick } from "./time.js";
import { sent, t, text, word } from "./words.js";

/** The warnings in force, those that are coming, and what is no concern of ours. */
export function Warnings({ look }) {
  const { warnings, coming, elsewhere, warnings_elsewhere: others, exercises, future } = look.picture;
  const list = (rows) => rows.map((row) => html`<${Warning} key=${row.id} warning=${row} look=${look} />`);
  return html`
    <${Panel} id="warnings" title=${future ? t("warnings.then") : t("warnings.title")} count=${warnings.length} tone=${future ? "then" : ""}>
      <${Alarms} feeds=${look.picture.feeds} />
      <${Rows} of=${[...warnings].sort(worstFirst)} empty=${future ? t("warnings.none-then") : t("warnings.none")}>
        ${(row) => html`<${Warning} key=${row.id} warning=${row} look=${look} />`}
      <//>
      ${coming.length > 0 && html`
        <h3 class="part">${t("warnings.coming", { n: coming.length })}</h3>
        <ul class="rows" id="coming">${list(coming)}</ul>
      `}
      <${Folded} title=${t("warnings.elsewhere", { n: elsewhere })}>${others.length > 0 && list(others)}<//>
      <${Folded} title=${t("warnings.exercises", { n: exercises.length })}>${exercises.length > 0 && list(exercises)}<//>
    <//>
  `;
}

const SEVERITIES = ["unknown", "minor", "moderate", "severe", "extreme"];

/** The worst first; of those alike the newest, as they come. */
const worstFirst = (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);

const Folded = ({ title, children }) =>
  children && html`<details><summary>${title}</summary><ul class="rows">${children}</ul></details>`;

function Warning({ warning, look }) {
  const headline = sent(warning.headline);
  const event = sent(warning.event);
  const begins = Date.parse(warning.effective) > (look.picture.future ?? now());
  return html`
    <${Row} kind="warning" id=${warning.id} tone=${begins ? "coming" : ""}>
      <p class="head">
        <${Signal} colour=${warning.colour} />
        <${Severity} of=${warning.severity} />
        ${warning.rule && html`<span class="status measured">${t("warning.measured")}</span>`}
        ${begins ? html`<${Until} at=${warning.effective} />` : html`<${Age} since=${warning.sent} />`}
      </p>
      <${Pick} kind="warning" id=${warning.id} lang=${headline.text ? headline.lang : event.lang}>
        ${headline.text || event.text}
      <//>
      <p class="quiet">${timesText(warning)}</p>
      <${Concerned} warning=${warning} look=${look} />
      <${Changes} warning=${warning} />
      <${Stale} feed=${look.feeds.get(warning.feed)} />
      <${Source} warning=${warning} />
      ${warning.venues.length > 0 && !look.picture.future && html`<${Tell} kind="warning" of=${warning} />`}
      <${Chain} warning=${warning} />
    <//>
  `;
}

/** How long until a warning holds. */
function Until({ at }) {
  useTick();
  const age = spanText((Date.parse(at) - now()) / 1000);
  return html`<time class="soon" datetime=${at}>${t("warning.begins", { age })}</time>`;
}

function Concerned({ warning, look }) {
  const venues = warning.venues.filter((id) => look.venues.has(id));
  if (venues.length === 0) return null;
  const names = venues.map((id) => look.venueName(id)).join(t("list.comma"));
  return html`<p class="concerns">${names} · <b>${t("warning.people", concerned(warning, look))}</b></p>`;
}

/** What a feed brought that is silent by now may have been taken back since. */
const Stale = ({ feed }) => isGrey(feed) && html`<p class="stale">${t("warning.stale", { name: text(feed.name) })}</p>`;

/** What the last message changed. A warning that is sent anew is still one warning. */
function Changes({ warning }) {
  if (warning.updated === 0) return null;
  const changed = (warning.changed ?? []).map((name) => word("changed", name)).join(t("list.comma"));
  return html`
    <p class="changes">
      <span>${t("warning.updated", { n: warning.updated })}</span>
      ${changed && html`<b>${t("warning.changed", { what: changed })}</b>`}
    </p>
  `;
}

/** Who sent it, and what its signature is worth. */
const Source = ({ warning }) => html`
  <p class="source quiet">
    <span>${warning.rule ? t("warning.by-rule", { rule: warning.rule }) : warning.sender}</span>
    ${!warning.rule && html`<span class="signature" data-signature=${warning.signature} title=${warning.signer}>${word("signature", warning.signature)}</span>`}
  </p>
`;
