import { Failed, newKey, request } from "./api.js";

/** Reports on their way. Each is kept on the phone until the server has it, and sent again under the
 * same id: however often it arrives, it counts once. */
const PREFIX = "muster:unsent:";
const TIMEOUT_MS = 20_000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15_000];
const URGENT = "help";

const items = new Map(); // id -> {id, person, kind, path, body, madeAt, needs, refused}
const incidents = new Map(); // id of a call that arrived -> its incident
let on = { changed() {}, received() {}, settled() {}, denied() {} };
let owner = null;
let running = false;
let failures = 0;
let timer = null;

/** Take up what is left from before, and send what is `person`'s. `on` is told of everything. */
export function openOutbox(person, handlers) {
  on = handlers;
  owner = person;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) load(key);
  addEventListener("storage", ({ key, newValue }) => key?.startsWith(PREFIX) && moved(key, newValue));
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  on.changed();
  wake();
}

export function setOwner(person) {
  owner = person;
  wake();
}

/** Keep and send. `needs` is the id of the item whose receipt this one waits for. */
export function put(kind, path, body, needs = null) {
  const item = { id: newKey(), person: owner, kind, path, body, madeAt: Date.now(), needs, refused: null };
  keep(incidents.has(needs) ? leading(item, incidents.get(needs)) : item);
  on.changed();
  wake();
  return item.id;
}

/** What has no receipt yet, in the order it was made. */
export const unsent = () =>
  [...items.values()].filter((item) => item.person === owner || item.person === null).sort((a, b) => a.madeAt - b.madeAt);

/** Let go of what the server will not take, and of what would have come after it. */
export function drop(id) {
  for (const item of [...items.values()]) if (item.id === id || item.needs === id) forget(item.id);
  on.changed();
}

/** Try now, whatever the waiting time. */
export function wake() {
  failures = 0;
  clearTimeout(timer);
  run();
}

function load(key) {
  try {
    const item = JSON.parse(localStorage.getItem(key));
    items.set(item.id, item);
  } catch {
    localStorage.removeItem(key);
  }
}

/** Another tab has put something in, or got a receipt. */
function moved(key, value) {
  if (value === null) items.delete(key.slice(PREFIX.length));
  else load(key);
  on.changed();
  if (value === null) on.settled();
}

function keep(item) {
  items.set(item.id, item);
  try {
    localStorage.setItem(PREFIX + item.id, JSON.stringify(item));
  } catch {
    // A full or forbidden storage: it is kept as long as the page is open.
  }
}

function forget(id) {
  items.delete(id);
  localStorage.removeItem(PREFIX + id);
}

/** The next to go: a call for help before everything else. */
function next() {
  const ready = unsent().filter((item) => !item.refused && !item.needs);
  return ready.find((item) => item.kind === URGENT) ?? ready[0];
}

async function run() {
  if (running) return;
  running = true;
  try {
    for (let item = next(); item; item = next()) if (!(await sent(item))) break;
  } finally {
    running = false;
  }
}

/** Send one; return whether to go on with the next. */
async function sent(item) {
  try {
    const answer = await post(item);
    failures = 0;
    tellWaiting(item, answer); // first: what waits must never be left without what it waited for
    forget(item.id);
    on.received(item, answer);
  } catch (error) {
    const status = error instanceof Failed ? error.status : 0; // an answer that broke off says nothing
    if (status === 401) return on.denied();
    if (isPassing(status)) {
      timer = setTimeout(run, BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]);
      on.changed();
      return false;
    }
    keep({ ...item, refused: error.reason ?? { zh: `${status}`, en: `${status}` } });
  }
  on.changed();
  return true;
}

/** Whether the same may be taken later: no network, a server that is away or busy. */
const isPassing = (status) => status === 0 || status === 408 || status === 429 || status >= 500;

async function post({ id, path, body }) {
  const isReport = path === "reports";
  const said = isReport ? { ...body, id, sent_at: new Date().toISOString() } : body;
  const answer = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": id },
    body: JSON.stringify(said),
    keepalive: true, // a phone that is locked or put away sends it all the same
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return answer.json();
}

/** Words about a call go to its incident, which has an id from now on. */
function tellWaiting(item, { incident }) {
  if (incident) incidents.set(item.id, incident);
  for (const other of [...items.values()]) if (other.needs === item.id) keep(leading(other, incident));
}

const leading = (item, incident) => ({ ...item, needs: null, path: item.path.replace("{incident}", incident) });
