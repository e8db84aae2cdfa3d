import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { report } from "./me_own.js";
import { called, VenueChoice, venueName } from "./me_parts.js";
import { put } from "./outbox.js";
import { get } from "./store.js";
import { Age, hourText, now } from "./time.js";
import { t } from "./words.js";

const COUNTDOWN_S = 3;
const FRESH_MS = 12 * 3600 * 1000; // where somebody was longer ago says nothing of where they are
const LOCATE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };
const NAMED = 6; // people who are named of those told

/** One tap, three seconds to think better of it, and it goes. */
export function HelpButton({ own }) {
  const [left, setLeft] = useState(null);
  const due = useRef(null);
  const first = useRef(null);
  const wasOpen = useRef(false);
  const send = () => {
    if (due.current === null) return;
    due.current = null;
    setLeft(null);
    report("help", { kind: "need-help", ...(lastSeen(own) && { venue: lastSeen(own) }) });
  };
  const cancel = () => {
    due.current = null;
    setLeft(null);
  };
  const sending = useRef(send);
  sending.current = send;
  // A phone that is locked runs no countdown: what was begun is sent. It listens from the start, so
  // that nothing is missed between the tap and the next frame.
  useLayoutEffect(() => {
    const putAway = () => sending.current();
    const hidden = () => document.hidden && putAway();
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", putAway);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", putAway);
    };
  }, []);
  useLayoutEffect(() => {
    if (left === null) return undefined;
    const tick = () => {
      const seconds = Math.ceil((due.current - performance.now()) / 1000);
      if (seconds <= 0) sending.current();
      else setLeft(seconds);
    };
    const timer = setInterval(tick, 100);
    return () => clearInterval(timer);
  }, [left === null]);
  useEffect(() => {
    if (left !== null || wasOpen.current) first.current?.focus();
    wasOpen.current = left !== null;
  }, [left === null]);
  const begin = () => {
    due.current = performance.now() + COUNTDOWN_S * 1000;
    setLeft(COUNTDOWN_S);
  };
  if (left === null)
    return html`<button type="button" class="help" id="need-help" ref=${first} data-again=${waits(own)} onClick=${begin}><b>${t("me.help")}</b><span>${t("me.help-how")}</span></button>`;
  return html`
    <div class="countdown" role="group" aria-label=${t("me.help-heading")}>
      <button type="button" class="help" ref=${first} onClick=${send}><b>${t("me.send-now")}</b><span class="seconds" aria-hidden="true">${left}</span></button>
      <p role="alert">${t("me.counting", { s: COUNTDOWN_S })}${lastSeen(own) && html`<br />${t("me.counting-where", { venue: venueName(own, lastSeen(own)) })}`}</p>
      <button type="button" class="cancel" onClick=${cancel}>${t("me.cancel")}</button>
    </div>
  `;
}

/** Whether a call of theirs is open: then the button is for another one, and makes room. */
const waits = (own) => get().unsent.some((item) => item.kind === "help") || Boolean(own?.calls.some((call) => !call.until));

/** The venue a person is at by what they or others said lately, if anybody did. */
function lastSeen(own) {
  const { whereabouts, venue, at } = own?.whereabouts ?? {};
  const isHere = whereabouts === "present" || whereabouts === "resting";
  return isHere && venue && now() - Date.parse(at) < FRESH_MS ? venue : null;
}

/** Every call that is not over, from the tap on: what is known of it, and by whom. */
export function Calls({ own }) {
  const { unsent, receipts } = get();
  const known = own?.calls ?? [];
  const onTheWay = (unsent ?? [])
    .filter((item) => item.kind === "help" && !item.refused)
    .map((item) => ({ key: item.id, since: item.body.at, state: "sending", item: item.id }));
  const arrived = [...(receipts ?? [])]
    .filter(([, receipt]) => receipt.kind === "help" && !known.some((call) => call.incident === receipt.incident))
    .map(([id, receipt]) => ({ key: id, since: receipt.body.at, state: "received", incident: receipt.incident }));
  const heard = known.map((call) => ({ ...call, key: keyOf(call, receipts), state: call.until ? "over" : "heard" }));
  return [...onTheWay, ...arrived, ...heard].map((call) => html`<${Call} key=${call.key} call=${call} own=${own} />`);
}

/** A call keeps its place on the page from the tap to the end. */
function keyOf(call, receipts) {
  const found = [...(receipts ?? [])].find(([, receipt]) => call.incident && receipt.incident === call.incident);
  return found ? found[0] : (call.incident ?? call.since);
}

function Call({ call, own }) {
  const { state } = call;
  const isTold = call.told_count > 0;
  return html`
    <section class="card call" data-state=${call.taken_by && state === "heard" ? "taken" : state} data-call=${call.incident ?? "unsent"} aria-labelledby="call-${call.key}">
      <h2 id="call-${call.key}"><span>${t("me.help-heading")}</span><span class="aside"><${Age} since=${call.since} /></span></h2>
      <div role="status"><ol class="steps">
        <${Step} done=${state !== "sending"} now=${state === "sending"}>${state === "sending" ? t("me.call-sending") : t("me.call-received")}</${Step}>
        <${Step} done=${isTold} now=${state === "received" || (state === "heard" && !isTold)}>${isTold ? t("me.call-told", { n: call.told_count, names: names(call) }) : t("me.call-telling")}</${Step}>
        <${Step} done=${Boolean(call.taken_by)} now=${state === "heard" && isTold && !call.taken_by}>${call.taken_by ? t("me.call-taken", { name: called(call.taken_by) }) : t("me.call-waiting")}</${Step}>
        ${state === "over" && html`<${Step} done>${t("me.call-over", { at: hourText(Date.parse(call.until)) })}</${Step}>`}
      </ol></div>
      ${state === "sending" && html`<p class="hint">${t("me.call-kept")}</p>`}
      ${state !== "over" && html`<${More} call=${call} own=${own} />`}
    </section>
  `;
}

const Step = ({ done, now: isNow, children }) => html`<li data-done=${Boolean(done)} aria-current=${isNow ? "step" : undefined}>${children}</li>`;

function names({ told, told_count }) {
  const shown = told.slice(0, NAMED).map(called).join(t("list.comma"));
  return told_count > NAMED ? t("me.and-more", { names: shown }) : shown;
}

/** What happened, and where: after the call, so that nothing holds it up. */
function More({ call, own }) {
  const [words, setWords] = useState("");
  const [venue, setVenue] = useState("");
  const [added, setAdded] = useState([]);
  const [locating, setLocating] = useState("");
  const tell = (said) => {
    put("note", `me/calls/${call.incident ?? "{incident}"}/note`, { text: said }, call.item ?? null);
    setAdded((before) => [...before, said]);
  };
  const send = (event) => {
    event.preventDefault();
    const place = venue ? t("me.call-at", { venue: venueName(own, venue) }) : "";
    tell([words.trim(), place].filter(Boolean).join(" · "));
    if (venue) report("presence", { kind: "presence", whereabouts: "present", venue, method: "self" });
    setWords("");
    setVenue("");
  };
  const locate = () => {
    setLocating(t("me.locating"));
    const found = ({ coords }) => {
      setLocating("");
      tell(t("me.located", { lat: coords.latitude.toFixed(5), lon: coords.longitude.toFixed(5), m: Math.round(coords.accuracy) }));
    };
    navigator.geolocation.getCurrentPosition(found, () => setLocating(t("me.not-located")), LOCATE);
  };
  return html`
    <form class="more" onSubmit=${send}>
      ${added.map((said) => html`<p class="added">${t("me.call-added", { text: said })}</p>`)}
      <label for="more-${call.key}">${t("me.call-more")}</label>
      <input id="more-${call.key}" maxlength="500" autocomplete="off" value=${words} onInput=${(event) => setWords(event.target.value)} />
      ${own && html`<label for="place-${call.key}">${t("me.call-where")}</label>
        <${VenueChoice} own=${own} id="place-${call.key}" value=${venue} onChange=${setVenue} empty=${t("me.no-place")} />`}
      <div class="pair">
        ${isSecureContext && navigator.geolocation && html`<button type="button" onClick=${locate}>${t("me.locate")}</button>`}
        <button type="submit" disabled=${!words.trim() && !venue}>${t("me.call-add")}</button>
      </div>
      ${locating && html`<p class="hint" role="status">${locating}</p>`}
    </form>
  `;
}
