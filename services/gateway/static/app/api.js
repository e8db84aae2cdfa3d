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

export const keepToken = (token) => sessionStorage.setItem(KEY, token);
export const hasToken = () => Boolean(sessionStorage.getItem(KEY));

export class Failed extends Error {
  /** `status` is 0 when nothing came back; `reason` is `{zh, en}` where the server gave one. */
  constructor(status, reason = null) {
    super(`request failed: ${status}`);
    this.status = status;
    this.reason = reason;
  }
}

/** Fetch a path under /api/v1 with the token. Raises Failed unless the answer is 2xx or 304. */
export async function request(path, { headers = {}, ...options } = {}) {
  const token = sessionStorage.getItem(KEY);
  const signed = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), { cache: "no-store", ...options, headers: signed });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0);
  }
  if (answer.ok || answer.status === 304) return answer;
  const body = await answer.json().catch(() => null);
  throw new Failed(answer.status, body?.error?.reason ?? null);
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
