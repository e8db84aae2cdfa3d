import { useLayoutEffect, useState } from "preact/hooks";

/** The page's whole state. `set` replaces fields and tells every component that uses the store. */
let state = {
  language: "zh",
  access: "unknown", // unknown | granted | denied
  role: null,
  me: null, // {role, name, sites, lanes, person}: what the token opens
  notice: "", // what was just done, in words
  stream: "connecting", // connecting | live | reconnecting
  contactAt: null, // performance.now() of the last word from the server, in ms
  failing: false, // the picture cannot be had, though the server may answer
  picture: null,
  geometries: new Map(), // warning id -> GeoJSON feature
  bulletins: [], // what the public is told, as the server lists it
  asOf: null, // ISO moment while looking at the past
  future: null, // moment in ms while looking at what is to come
  selected: null, // {kind, id, from: "map" | "list"}
  whereabouts: null, // which people are listed; null is all of them
};
const listeners = new Set();

export const get = () => state;

export function set(fields) {
  state = { ...state, ...fields };
  for (const listener of listeners) listener();
}

/** Replace fields that are looked at every second anyway: nobody is told. */
export function note(fields) {
  state = { ...state, ...fields };
}

export const select = (kind, id, from) => set({ selected: { kind, id, from } });

/** List people in one state only; null lists all of them. `everywhere` leaves the chosen venue. */
export const list = (whereabouts, everywhere = false) =>
  set({ whereabouts, ...(everywhere && { selected: null }) });

/** Say in the header what was done; "" takes it away. */
export const tell = (notice) => set({ notice });

/** Return the state, and be drawn again when it changes.
 *
 * A layout effect: it listens as soon as the page is drawn. A plain effect waits for the next frame, and
 * an answer that came before it would stay unseen. */
export function useStore() {
  const [, redraw] = useState(0);
  useLayoutEffect(() => {
    const listener = () => redraw((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}
