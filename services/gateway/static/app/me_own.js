import { isNewHere, keepOnPhone, request } from "./api.js";
import { openOutbox, put, setOwner, unsent } from "./outbox.js";
import { asked } from "./me_door.js";
import { get, set } from "./store.js";
import { present, setClock } from "./time.js";

/** What moves the own page: it asks for what is the person's, more often while they wait for help. */
const CALM_MS = 20_000;
const WAITING_MS = 4000;
const BEHIND_MS = 500; // what was just taken in shows in the next answer but one: asked again, ever less often
const BEHIND_FOR_MS = 60_000;
const TIMEOUT_MS = 10_000;
const PERSON = "muster:person"; // so that a call has a name even before the server answers
const KEPT = new Set(["reporter", "responder"]); // what these open is little enough to keep on a phone

let timer = null;
let asking = false;
let again = false;
let behind = 0; // how many answers in a row did not know yet what was just taken in

export function begin() {
  if (isNewHere()) forgetPerson();
  set({ access: "unknown", own: null, receipts: new Map(), unsent: [], scan: asked() });
  openOutbox(localStorage.getItem(PERSON), { changed, received, settled: refresh, denied });
  addEventListener("online", refresh);
  addEventListener("offline", () => set({ stream: "reconnecting" }));
  addEventListener("hashchange", () => look(asked()));
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  refresh();
}

/** Look at what a code asks for, or (null) no longer. */
export function look(scan) {
  if (scan === null) history.replaceState(null, "", location.pathname);
  set({ scan });
  refresh();
}

const changed = () => set({ unsent: unsent() });
const denied = () => set({ access: "denied" });

function received(item, answer) {
  const body = item.kind === "checkin" ? null : item.body; // what was said of oneself is kept nowhere
  const receipt = { kind: item.kind, body, incident: answer.incident, at: item.body.at, got: performance.now() };
  set({ receipts: new Map(get().receipts).set(item.id, receipt) });
  behind = 0;
  refresh();
}

/** Ask what is so now; once more if this is called meanwhile. */
export async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  while (again) {
    again = false;
    await ask();
  }
  asking = false;
  timer = setTimeout(() => (document.hidden ? null : refresh()), pauseMs());
}

function pauseMs() {
  const pause = waits() ? WAITING_MS : CALM_MS;
  return isUnseen("help") || isUnseen("checkin") || isUnseen("safety") ? Math.min(pause, BEHIND_MS * 2 ** behind++) : pause;
}

/** Whether the server took something of a kind in just now that its last answer does not know yet. */
export function isUnseen(kind) {
  const { own, receipts } = get();
  const isNew = (receipt) => receipt.kind === kind && performance.now() - receipt.got < BEHIND_FOR_MS;
  return Boolean(own) && [...(receipts ?? []).values()].some((receipt) => isNew(receipt) && !SEEN[kind](own, receipt));
}

const SEEN = {
  help: (own, { incident }) => own.calls.some((call) => call.incident === incident),
  checkin: (own) => own.check_in.given_at !== null,
  safety: (own, { at }) => own.roll_calls.every((roll) => !isOwed(roll) || Date.parse(roll.opened_at) > Date.parse(at)),
};

/** Whether a roll call waits for an answer of theirs. */
export const isOwed = ({ standing }) => standing === "unaccounted" || standing === "excused";

const waits = () => !get().own || get().own.calls.some((call) => !call.until && !call.taken_by);

async function ask() {
  const { scan } = get();
  const query = scan?.what === "person" ? `?scanned=${encodeURIComponent(scan.id)}` : "";
  try {
    const answer = await request(`me${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    show(await answer.json());
  } catch (error) {
    if (error.status === 401) set({ access: "denied" });
    else if (error.status === 422) set({ access: "nobody" });
    else set({ stream: "reconnecting" });
  }
}

function show(own) {
  setClock(own.clock);
  if (get().access !== "granted") {
    if (KEPT.has(own.role)) keepOnPhone();
    localStorage.setItem(PERSON, own.person.id);
    setOwner(own.person.id);
  }
  set({ own, access: "granted", stream: "live", unsent: unsent() });
}

export function forgetPerson() {
  localStorage.removeItem(PERSON);
}

/** Send a report of oneself, or of whoever `fields` names. It counts from now on, whenever it arrives. */
export function report(kind, fields) {
  const person = get().own?.person.id ?? localStorage.getItem(PERSON) ?? undefined;
  return put(fields.kind === "need-help" ? "help" : kind, "reports", { person, at: iso(present()), ...fields });
}

const iso = (at) => new Date(at).toISOString();
