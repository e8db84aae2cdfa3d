import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { foresee, travel } from "./live.js";
import { get } from "./store.js";
import { momentText, now, present, useTick } from "./time.js";
import { t } from "./words.js";

const HOUR_MS = 3_600_000;
const MOST = 24; // hours back and ahead
const SETTLED_MS = 350; // a pause that long is the end of a slide; the past is fetched then

/** One control for all times: the past as it was, now, and what is to come by what is known. */
export function TimeBar() {
  useTick();
  const { asOf, future } = get();
  const [sliding, slide] = useState(null); // hours from now while the slider is moved
  const timer = useRef(0);
  const chosen = asOf ? Date.parse(asOf) : future;
  const hours = sliding ?? (chosen === null ? 0 : Math.round((chosen - present()) / HOUR_MS));
  const at = sliding !== null ? present() + sliding * HOUR_MS : (chosen ?? now());
  useEffect(() => {
    if (future !== null && future <= present()) foresee(null); // it has come
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  function go(to) {
    clearTimeout(timer.current);
    const moment = present() + to * HOUR_MS;
    if (to >= 0) {
      slide(null);
      return foresee(to === 0 ? null : moment);
    }
    slide(to);
    timer.current = setTimeout(() => {
      slide(null);
      travel(new Date(moment).toISOString());
    }, SETTLED_MS);
  }

  const words = wordsFor(hours, at);
  return html`
    <section class="timebar" data-when=${whenOf(hours)} aria-label=${t("timebar.label")}>
      <p class="timebar-at"><b>${words}</b></p>
      <div class="timebar-slide">
        <input type="range" min=${-MOST} max=${MOST} step="1" value=${Math.min(MOST, Math.max(-MOST, hours))}
          aria-label=${t("timebar.slider")} aria-valuetext=${words}
          onInput=${(event) => go(Number(event.target.value))} />
        <p class="timebar-scale" aria-hidden="true">
          <span>${t("timebar.back", { n: MOST })}</span><span>${t("timebar.now")}</span><span>${t("timebar.ahead", { n: MOST })}</span>
        </p>
      </div>
      <button type="button" disabled=${hours === 0 && chosen === null} onClick=${() => go(0)}>${t("timebar.now")}</button>
    </section>
  `;
}

function whenOf(hours) {
  if (hours === 0) return get().future === null && !get().asOf ? "now" : get().future ? "future" : "past";
  return hours > 0 ? "future" : "past";
}

function wordsFor(hours, at) {
  if (hours === 0 && !get().asOf && get().future === null) return t("timebar.now");
  if (hours > 0) return `${t("timebar.ahead", { n: hours })} · ${momentText(at)}`;
  return hours < 0 ? `${t("timebar.back", { n: -hours })} · ${momentText(at)}` : momentText(at);
}

/** Nobody may take what is to come for what is. */
export function Future() {
  const { future } = get();
  if (future === null) return null;
  return html`
    <div class="past future" role="status">
      <strong>${t("timebar.future", { at: momentText(future) })}</strong>
      <span>${t("timebar.only")}</span>
      <button type="button" onClick=${() => foresee(null)}>${t("timebar.return")}</button>
    </div>
  `;
}
