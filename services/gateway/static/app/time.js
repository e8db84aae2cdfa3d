import { useEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { t, tag } from "./words.js";

/** The scenario's clock. It may run faster than ours, and it stands still while the past is looked at. */
const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00"; // one time in all of China, and no summer time
let reading = { now: Date.now(), speed: 1, heard: performance.now() };
let frozen = null;
const ticks = new Set();

setInterval(() => ticks.forEach((tick) => tick()), 1000);

export function setClock({ now, speed }) {
  reading = { now: Date.parse(now), speed, heard: performance.now() };
}

export function freeze(moment) {
  frozen = moment === null ? null : Date.parse(moment);
}

/** Return the picture's time now, in ms. */
export const now = () => frozen ?? present();
export const present = () => reading.now + (performance.now() - reading.heard) * reading.speed;
export const speed = () => reading.speed;

export function useTick() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const tick = () => redraw((n) => n + 1);
    ticks.add(tick);
    return () => ticks.delete(tick);
  }, []);
}

/** Return whether something that time alone makes true is true, looked at every second. */
export function useWhether(test) {
  const [is, setIs] = useState(test());
  useEffect(() => {
    const tick = () => setIs(test());
    ticks.add(tick);
    return () => ticks.delete(tick);
  }, []);
  return is;
}

const formats = new Map();

function format(name, options) {
  const key = `${tag()} ${name}`;
  if (!formats.has(key)) {
    const zoned = { ...options, timeZone: ZONE, hourCycle: "h23" };
    formats.set(key, new Intl.DateTimeFormat(tag(), zoned));
  }
  return formats.get(key);
}

const HOUR = { hour: "2-digit", minute: "2-digit" };
const SHORT = { month: "numeric", day: "numeric", ...HOUR };
const DATE = { year: "numeric", month: "short", day: "numeric", weekday: "short" };

export const clockText = (at) => format("clock", { ...HOUR, second: "2-digit" }).format(at);
export const dateText = (at) => format("date", DATE).format(at);
export const momentText = (at) => format("moment", SHORT).format(at);
export const hourText = (at) => format("hour", HOUR).format(at);

/** Return a span in words: its two largest units, the second unless it is 0, seconds only within the first minute. */
export function spanText(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return t("span.seconds", { s });
  const min = Math.floor(s / 60);
  if (min < 60) return t("span.minutes", { min });
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 === 0 ? t("span.full-hours", { h }) : t("span.hours", { h, min: min % 60 });
  const d = Math.floor(h / 24);
  return h % 24 === 0 ? t("span.full-days", { d }) : t("span.days", { d, h: h % 24 });
}

/** How long ago, or for how long: kept true every second. `since` is a moment. */
export function Age({ since, form = "span.ago" }) {
  useTick();
  const age = spanText((now() - Date.parse(since)) / 1000);
  return html`<time datetime=${since} title=${momentText(Date.parse(since))}>${t(form, { age })}</time>`;
}

/** How long until a moment, and from then on how long it is overdue. */
export function Due({ at }) {
  useTick();
  const left = (Date.parse(at) - now()) / 1000;
  const late = left <= 0;
  const words = t(late ? "span.overdue" : "span.due", { age: spanText(Math.abs(left)) });
  return html`<time class=${late ? "due late" : "due"} datetime=${at}>${words}</time>`;
}

/** What a datetime-local input says, as a moment with an offset, and back. */
export const fromInput = (value) => new Date(`${value}${OFFSET}`).toISOString();

export function toInput(at) {
  const there = new Date(at + 8 * 3600 * 1000);
  return there.toISOString().slice(0, 16);
}
