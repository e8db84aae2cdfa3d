import { request } from "./api.js";

/** One stream of server-sent events, kept open for the life of the page.
 *
 * Read with fetch, not EventSource: the token goes in a header and stays out of logs, and the comment
 * pings are seen, so silence can be told from a line that is dead. */
const SILENCE_MS = 35_000; // two pings of the server's and a little more
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];

/** Follow a stream for ever. `on` has event(name, data), contact(), open(), lost() and denied(). */
export async function follow(path, on) {
  let last = null;
  let failures = 0;
  for (;;) {
    try {
      await listen(path, last, {
        ...on,
        open: () => {
          failures = 0;
          on.open();
        },
        id: (id) => (last = id),
      });
    } catch (error) {
      if (error.status === 401 || error.status === 403) return on.denied();
    }
    on.lost();
    await pause(BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] * (0.75 + Math.random() / 2));
    failures += 1;
  }
}

async function listen(path, last, on) {
  const abort = new AbortController();
  let dead = setTimeout(() => abort.abort(), SILENCE_MS);
  try {
    const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
    const answer = await request(path, { headers, signal: abort.signal });
    on.open();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(dead);
      dead = setTimeout(() => abort.abort(), SILENCE_MS);
      on.contact();
      const blocks = (rest + value).replace(/\r\n/g, "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) if (deliver(block, on)) return;
    }
  } finally {
    clearTimeout(dead);
    abort.abort();
  }
}

/** Hand one block of the stream on; return whether the server said good-bye. */
function deliver(block, on) {
  let name = "message";
  const data = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue; // a comment
    const value = line.slice(colon + 1).replace(/^ /, "");
    const field = line.slice(0, colon);
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id") on.id(value);
  }
  if (name === "bye") return true;
  if (data.length > 0) on.event(name, JSON.parse(data.join("\n")));
  return false;
}

let goOn = null; // ends the wait before the next try, while there is one

/** The server has answered something: try the stream now. */
export const hurry = () => goOn?.();

/** Wait, but no longer than until the network, the server or the reader comes back. */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      goOn = null;
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
    goOn = done;
  });
}
