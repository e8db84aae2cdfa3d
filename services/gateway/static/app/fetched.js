import { useEffect, useRef, useState } from "preact/hooks";
import { read } from "./api.js";
import { html } from "./html.js";
import { t } from "./words.js";

const GAP_MS = 2000; // a list that follows the picture is asked for at most so often

/** What stands at a path of the server, asked for again whenever `version` is another one.
 *
 * Returns `{data, failed}`; data is null until it is there, and for a null path. */
export function useFetched(path, version) {
  const [state, setState] = useState({ path: null, data: null, failed: false });
  const asked = useRef({ path: null, at: -GAP_MS });
  const shownAt = useRef(-Infinity); // when what is shown was asked for: an answer may come after a newer one's
  useEffect(() => {
    const early = asked.current.path === path ? asked.current.at + GAP_MS - performance.now() : 0;
    const timer = setTimeout(() => path !== null && ask(), Math.max(0, early));
    return () => clearTimeout(timer);
  }, [path, version]);

  async function ask() {
    const mine = { path, at: performance.now() };
    asked.current = mine;
    try {
      const data = await read(path);
      if (asked.current.path !== path || mine.at < shownAt.current) return;
      shownAt.current = mine.at;
      setState({ path, data, failed: false });
    } catch {
      if (asked.current === mine) setState((known) => ({ path, data: known.path === path ? known.data : null, failed: true }));
    }
  }

  const here = state.path === path;
  return { data: here ? state.data : null, failed: here && state.failed };
}

/** What is said while there is nothing to show. */
export const Waiting = ({ for: { data, failed } }) =>
  failed
    ? html`<p class="trouble" role="alert">${t("list.failed")}</p>`
    : data === null && html`<p class="quiet" role="status">${t("list.loading")}</p>`;
