/** The server's door: the token, and requests whose failures are words. */
const KEY = "muster:token";
const ROOT = new URL("api/v1/", document.baseURI);

/** Take the token out of the address bar, where it would be copied, into this tab's storage. */
export function takeToken() {
  const page = new URL(location.href);
  const given = page.searchParams.get("token");
  if (!given) return;
  keepToken(given);
  page.searchParams.delete("token");
  history.replaceState(null, "", page);
}

/** This tab's token, else the one that a person keeps on their phone. */
const token = () => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);

export const keepToken = (given) => sessionStorage.setItem(KEY, given);
export const hasToken = () => Boolean(token());

/** Whether the token has just come in, and is another one than the phone keeps. */
export const isNewHere = () => sessionStorage.getItem(KEY) !== null && token() !== localStorage.getItem(KEY);

/** Keep a person's own token beyond this tab: a code that is scanned opens a new one. */
export const keepOnPhone = () => localStorage.setItem(KEY, token());

export function forgetToken() {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

/** Where a calendar program reads a person's shifts. It sends no headers, so the token stands in it. */
export function calendarAddress(person) {
  const address = new URL(`people/${encodeURIComponent(person)}/shifts.ics`, ROOT);
  address.searchParams.set("token", token());
  return address.href;
}

export class Failed extends Error {
  /** `status` is 0 when nothing came back; `reason` is `{zh, en}` where the server gave one; `answer`
   * is all that it said. */
  constructor(status, reason = null, answer = null) {
    super(`request failed: ${status}`);
    this.status = status;
    this.reason = reason;
    this.answer = answer;
  }
}

/** Fetch a path under /api/v1 with the token. Raises Failed unless the answer is 2xx or 304. */
export async function request(path, { headers = {}, ...options } = {}) {
  const own = token();
  const signed = own ? { ...headers, Authorization: `Bearer ${own}` } : headers;
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), { cache: "no-store", ...options, headers: signed });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0);
  }
  if (answer.ok || answer.status === 304) return answer;
  const body = await answer.json().catch(() => null);
  throw new Failed(answer.status, body?.error?.reason ?? body?.reason ?? null, body);
}

export const read = async (path) => (await request(path)).json();

/** Send a command. The same key again is the same command, so a lost answer may be asked for again. */
export function command(path, body, key) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
}

/** Return a new key. (crypto.randomUUID is missing on plain http, as on a local network.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
