import { read, request } from "./api.js";
import { hasOwnPage, openOwnPage } from "./me_door.js";
import { get, note, set } from "./store.js";
import { follow, hurry } from "./stream.js";
import { freeze, setClock } from "./time.js";

/** What moves the page: the stream says that something changed, then the picture is asked for. */
const GAP_MS = 500; // at most two pictures a second
const QUIET_MS = 5000; // after so much silence, ask whether the server is there
const WHOLE_MS = 30_000; // people go missing by the clock alone: no event says so

let etag = null;
let wholeAt = 0;
let startedAt = -GAP_MS;
let running = false;
let wanted = false;
let pulse = null;

export async function start() {
  set({ access: "unknown" });
  try {
    const me = await read("whoami");
    if (hasOwnPage(me)) return openOwnPage();
    set({ access: "granted", role: me.role, me });
  } catch (error) {
    if (error.status === 401 || error.status === 403) return set({ access: "denied" });
    setTimeout(start, 2000);
    return set({ stream: "reconnecting", access: "unknown" });
  }
  refresh();
  pulse ??= setInterval(askIfQuiet, QUIET_MS);
  follow("stream", {
    open: () => {
      heard();
      set({ stream: "live" });
      refresh();
    },
    contact: heard,
    event: (name, data) => (name === "clock" ? setClock(data) : refresh()),
    lost: () => set({ stream: "reconnecting" }),
    denied: () => set({ access: "denied" }),
  });
}

function askIfQuiet() {
  const { access, contactAt } = get();
  const at = performance.now();
  if (access === "granted" && (at - (contactAt ?? 0) > QUIET_MS || at - wholeAt > WHOLE_MS)) refresh();
}

const heard = () => note({ contactAt: performance.now() });

/** Look at the past, or come back (null). Until that picture is here, none is shown. */
export function travel(asOf) {
  etag = null;
  freeze(asOf);
  set({ asOf, future: null, picture: null, geometries: new Map(), selected: null });
  refresh();
}

/** Look at a moment to come, in ms, as it will be by what is known; or come back (null). */
export function foresee(future) {
  if (get().asOf) travel(null);
  set({ future });
}

/** Ask for the picture soon: once, however often this is called meanwhile. */
export function refresh() {
  wanted = true;
  if (!running) run();
}

async function run() {
  running = true;
  while (wanted) {
    const early = startedAt + GAP_MS - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    wanted = false;
    startedAt = performance.now();
    await fetchPicture();
  }
  running = false;
}

async function fetchPicture() {
  const asOf = get().asOf;
  const whole = etag === null || startedAt - wholeAt >= WHOLE_MS;
  const query = asOf ? `?as_of=${encodeURIComponent(asOf)}` : "";
  try {
    const answer = await request(`picture${query}`, {
      headers: whole ? {} : { "If-None-Match": etag },
    });
    hurry();
    if (asOf !== get().asOf) return; // travelled meanwhile; the next one is already wanted
    heard();
    if (get().failing) set({ failing: false });
    if (answer.status === 304) return;
    show(await answer.json());
    etag = answer.headers.get("ETag");
    wholeAt = startedAt;
  } catch (error) {
    if (error.status === 401) set({ access: "denied" });
    else if (error.status > 0) set({ contactAt: performance.now(), failing: true });
  }
}

function show(picture) {
  if (picture.clock && !get().asOf) setClock(picture.clock);
  set({ picture });
  fetchGeometries(picture);
}

const drawn = new Map(); // warning id -> the message whose area was fetched

async function fetchGeometries(picture) {
  const { asOf } = get();
  if (asOf) return fetchPast(asOf);
  const wanted = [...picture.warnings, ...picture.coming];
  forgetOthers(new Set(wanted.map(({ id }) => id)));
  for (const warning of wanted) {
    const message = `${warning.identifier} ${warning.sent}`;
    if (drawn.get(warning.id) === message && get().geometries.has(warning.id)) continue;
    drawn.set(warning.id, message);
    try {
      const feature = await read(`warnings/${encodeURIComponent(warning.id)}/geometry`);
      if (get().asOf) return;
      set({ geometries: new Map(get().geometries).set(warning.id, feature) });
    } catch {
      drawn.delete(warning.id); // asked for again with the next picture
    }
  }
}

/** Let go of the areas of what is over: a page on a wall is open for weeks. */
function forgetOthers(ids) {
  for (const id of drawn.keys()) if (!ids.has(id)) drawn.delete(id);
  const kept = [...get().geometries].filter(([id]) => ids.has(id));
  if (kept.length < get().geometries.size) set({ geometries: new Map(kept) });
}

/** Areas change with their messages: the past has its own. */
async function fetchPast(asOf) {
  if (get().geometries.size > 0) return;
  try {
    const { areas } = await read(`weather?areas=true&at=${encodeURIComponent(asOf)}`);
    if (get().asOf === asOf) set({ geometries: new Map(Object.entries(areas)) });
  } catch {
    // asked for again with the next picture
  }
}
