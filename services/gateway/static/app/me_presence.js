import { useState } from "preact/hooks";
import { html } from "./html.js";
import { look, report } from "./me_own.js";
import { called, Card, VenueChoice, venueName } from "./me_parts.js";
import { get } from "./store.js";
import { Age, hourText, now } from "./time.js";
import { t, word } from "./words.js";

const EARLY_MS = 2 * 3600 * 1000; // as long before a shift as coming counts for it

/** Where they are by their own word, and the one they said last even while it is on its way. */
export function Presence({ own }) {
  const [chosen, setChosen] = useState(null);
  const venue = chosen ?? suggested(own) ?? "";
  const say = (whereabouts) => report("presence", { kind: "presence", whereabouts, method: "self", ...(venue && { venue }) });
  const last = newest(own);
  const shift = own.shifts.find((one) => Date.parse(one.starts_at) - EARLY_MS <= now());
  return html`
    <${Card} id="where" title=${t("me.where-heading")}>
      <p class="state" role="status" data-whereabouts=${last.whereabouts}>
        <b>${word("whereabouts", last.whereabouts)}</b>${last.venue && last.whereabouts !== "planned" && html` · ${venueName(own, last.venue)}`}
        ${last.at && html` <span class="quiet">${last.isUnsent ? t("me.not-sent-yet") : html`<${Age} since=${last.at} />`}</span>`}
      </p>
      ${shift && html`<p class="quiet">${t("me.shift-now", { hours: hours(shift), venue: venueName(own, shift.venue) })}</p>`}
      <label for="venue">${t("me.where-venue")}</label>
      <${VenueChoice} own=${own} id="venue" value=${venue} onChange=${setChosen} empty=${t("me.no-venue")} />
      <div class="four">
        <button type="button" class="primary" disabled=${!venue} onClick=${() => say("present")}>${t("me.here")}</button>
        <button type="button" onClick=${() => say("on-the-way")}>${t("me.on-the-way")}</button>
        <button type="button" disabled=${!venue} onClick=${() => say("resting")}>${t("me.resting")}</button>
        <button type="button" onClick=${() => say("left")}>${t("me.left")}</button>
      </div>
    </${Card}>
  `;
}

const hours = (shift) => `${hourText(Date.parse(shift.starts_at))}–${hourText(Date.parse(shift.ends_at))}`;

/** Where they most likely are or go: on shift, else where they were seen. */
function suggested(own) {
  const shift = own.shifts.find((one) => Date.parse(one.starts_at) - EARLY_MS <= now()) ?? own.shifts[0];
  return shift?.venue ?? own.whereabouts.venue;
}

function newest(own) {
  const mine = (item) => item.kind === "presence" && !item.refused && (!item.body.person || item.body.person === own.person.id);
  const waiting = get().unsent.filter(mine).at(-1);
  if (waiting) return { ...waiting.body, isUnsent: true };
  const kept = [...get().receipts.values()].filter(mine).at(-1);
  const isNewer = kept && (!own.whereabouts.at || Date.parse(kept.body.at) > Date.parse(own.whereabouts.at));
  return isNewer ? kept.body : own.whereabouts;
}

/** What a printed code asks for: to check in at a post, or to say that somebody is here. */
export function Scanned({ own }) {
  const { scan } = get();
  if (!scan) return null;
  return scan.what === "check-in" ? html`<${AtPost} own=${own} venue=${scan.id} />` : html`<${Somebody} own=${own} id=${scan.id} />`;
}

function AtPost({ own, venue }) {
  const isKnown = own.venues.some((one) => one.id === venue);
  const here = () => {
    report("presence", { kind: "presence", whereabouts: "present", venue, method: "post-code" });
    look(null);
  };
  return html`
    <${Card} id="scanned" title=${t("me.scanned-post")} tone="scan">
      <p>${isKnown ? t("me.at-post", { venue: venueName(own, venue) }) : t("me.no-such-post", { venue })}</p>
      <div class="pair">
        <button type="button" onClick=${() => look(null)}>${t("me.cancel")}</button>
        ${isKnown && html`<button type="button" class="primary" onClick=${here}>${t("me.here")}</button>`}
      </div>
    </${Card}>
  `;
}

function Somebody({ own, id }) {
  const [chosen, setChosen] = useState(null);
  const [said, setSaid] = useState(false);
  if (own.scanned === undefined) return null;
  if (own.scanned === null)
    return html`<${Card} id="scanned" title=${t("me.scanned-person")} tone="scan"><p>${t("me.not-lead", { id })}</p>
      <button type="button" onClick=${() => look(null)}>${t("me.cancel")}</button></${Card}>`;
  const led = own.person.leads.find((place) => own.venues.some((venue) => venue.id === place));
  const venue = chosen ?? led ?? suggested(own) ?? "";
  const here = () => {
    report("presence", { kind: "presence", person: id, whereabouts: "present", venue, method: "person-code" });
    setSaid(true);
  };
  return html`
    <${Card} id="scanned" title=${t("me.scanned-person")} tone="scan">
      <p class="state"><b>${called(own.scanned)}</b> <span class="quiet">${id}</span></p>
      ${said
        ? html`<p class="added" role="status">${t("me.person-noted", { venue: venueName(own, venue) })}</p><button type="button" onClick=${() => look(null)}>${t("me.done")}</button>`
        : html`<label for="scanned-venue">${t("me.where-venue")}</label>
            <${VenueChoice} own=${own} id="scanned-venue" value=${venue} onChange=${setChosen} empty=${t("me.no-venue")} />
            <div class="pair"><button type="button" onClick=${() => look(null)}>${t("me.cancel")}</button>
            <button type="button" class="primary" disabled=${!venue} onClick=${here}>${t("me.person-here")}</button></div>`}
    </${Card}>
  `;
}
