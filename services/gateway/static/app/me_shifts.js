import { useRef, useState } from "preact/hooks";
import { calendarAddress, command, newKey, request } from "./api.js";
import { html } from "./html.js";
import { refresh } from "./me_own.js";
import { called, Card, troubleIn, venueName } from "./me_parts.js";
import { hourText, momentText, now } from "./time.js";
import { t, text } from "./words.js";

export const Shifts = ({ own }) => html`
  <${Card} id="shifts" title=${t("me.shifts-heading")} aside=${own.shifts.length || null}>
    ${own.shifts.length === 0
      ? html`<p class="empty">${t("me.no-shifts")}</p>`
      : html`<ul class="rows">${own.shifts.map((shift) => html`<${ShiftRow} key=${shift.id} shift=${shift} own=${own} />`)}</ul>`}
    <${Calendar} own=${own} />
  </${Card}>
`;

const ShiftRow = ({ shift, own }) => html`
  <li data-shift=${shift.id}>
    <b>${span(shift)}</b>
    <span>${venueName(own, shift.venue)}${shift.role && ` · ${text(shift.role)}`}</span>
    ${Date.parse(shift.starts_at) <= now() && html`<span class="tag">${t("me.now")}</span>`}
  </li>
`;

const span = (shift) => `${momentText(Date.parse(shift.starts_at))}–${hourText(Date.parse(shift.ends_at))}`;

/** Once as a file, or as an address that a calendar program reads again and again. */
function Calendar({ own }) {
  const [trouble, setTrouble] = useState("");
  const [copied, setCopied] = useState(false);
  const save = async () => {
    try {
      const answer = await request(`people/${encodeURIComponent(own.person.id)}/shifts.ics`);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `muster-${own.person.id}.ics`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      setTrouble("");
    } catch (error) {
      setTrouble(troubleIn(error));
    }
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(calendarAddress(own.person.id)).catch(() => {});
    setCopied(true);
  };
  return html`
    <button type="button" onClick=${save}>${t("me.calendar-save")}</button>
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    <details onToggle=${() => setCopied(false)}>
      <summary>${t("me.calendar-follow")}</summary>
      <p class="hint">${t("me.calendar-secret")}</p>
      <label for="calendar">${t("me.calendar-address")}</label>
      <input id="calendar" readonly value=${calendarAddress(own.person.id)} onFocus=${(event) => event.target.select()} />
      <button type="button" onClick=${copy}>${copied ? t("me.copied") : t("me.copy")}</button>
    </details>
  `;
}

export function Swaps({ own }) {
  if (own.swaps.length === 0) return null;
  return html`
    <${Card} id="swaps" title=${t("me.swaps-heading")} tone=${own.swaps.some((swap) => swap.asked) ? "asks" : "calm"} aside=${own.swaps.length}>
      ${own.swaps.map((swap) => html`<${Swap} key=${swap.id} swap=${swap} own=${own} />`)}
    </${Card}>
  `;
}

function Swap({ swap, own }) {
  const [trouble, setTrouble] = useState("");
  const [sending, setSending] = useState(false);
  const keys = useRef({});
  const answer = async (verb) => {
    keys.current[verb] ??= newKey();
    setSending(true);
    try {
      await command(`swaps/${encodeURIComponent(swap.id)}/${verb}`, {}, keys.current[verb]);
      setTrouble("");
    } catch (error) {
      setTrouble(troubleIn(error));
    }
    setSending(false);
    refresh();
  };
  const isGiver = swap.giver.id === own.person.id;
  const planned = (shift) => (shift ? t("me.swap-shift", { span: span(shift), venue: venueName(own, shift.venue) }) : t("me.swap-gone"));
  const other = called(isGiver ? swap.taker : swap.giver);
  const [mine, theirs] = isGiver ? [swap.shift, swap.in_return] : [swap.in_return, swap.shift];
  return html`
    <div class="swap" data-swap=${swap.id}>
      <p><b>${t("me.swap-with", { name: other })}</b></p>
      ${theirs && html`<p>${t("me.swap-take", { shift: planned(theirs) })}</p>`}
      ${mine && html`<p>${t("me.swap-give", { shift: planned(mine) })}</p>`}
      ${swap.asked
        ? html`<div class="pair"><button type="button" disabled=${sending} onClick=${() => answer("decline")}>${t("me.decline")}</button>
            <button type="button" class="primary" disabled=${sending} onClick=${() => answer("agree")}>${t("me.agree")}</button></div>`
        : html`<p class="quiet">${t("me.swap-waits", { name: other })}</p>`}
      ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    </div>
  `;
}

export function Journeys({ own }) {
  if (own.journeys.length === 0) return null;
  return html`
    <${Card} id="journeys" title=${t("me.journeys-heading")} aside=${own.journeys.length}>
      <ul class="rows">
        ${own.journeys.map(
          (trip) => html`<li key=${trip.id}><b>${momentText(Date.parse(trip.departs_at))}–${hourText(Date.parse(trip.arrives_at))}</b>
            <span>${t("me.journey", { from: venueName(own, trip.origin), to: venueName(own, trip.destination), vehicle: trip.vehicle })}</span></li>`,
        )}
      </ul>
    </${Card}>
  `;
}
