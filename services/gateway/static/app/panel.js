import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import { get, select } from "./store.js";
import { t } from "./words.js";

/** A titled list. `tone="bad"` is for what nobody may overlook. */
export const Panel = ({ id, title, count, tone, children }) => html`
  <section class="panel" id=${id} data-tone=${tone} aria-labelledby="${id}-title" tabindex="-1">
    <h2 id="${id}-title">${title}${count !== undefined && html` <span class="count">${count}</span>`}</h2>
    ${children}
  </section>
`;

export const Rows = ({ of, children, empty }) =>
  of.length === 0 ? html`<p class="empty">${empty}</p>` : html`<ul class="rows">${of.map(children)}</ul>`;

/** A row of a list. When it is chosen on the map, it comes into view. */
export function Row({ kind, id, tone, children }) {
  const { selected } = get();
  const chosen = selected?.kind === kind && selected.id === id;
  const element = useRef(null);
  useEffect(() => {
    if (chosen && selected.from === "map") element.current.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return html`
    <li class="row" ref=${element} data-tone=${tone} data-chosen=${chosen} data-row="${kind} ${id}">
      ${children}
    </li>
  `;
}

/** The name of a row; pressing it shows the thing on the map. */
export const Pick = ({ kind, id, children, lang }) => html`
  <button
    type="button"
    class="pick"
    lang=${lang}
    title=${t("map.show")}
    aria-current=${get().selected?.kind === kind && get().selected.id === id ? "true" : undefined}
    onClick=${() => select(kind, id, "list")}
  >${children}</button>
`;

/** A number that opens the list of whom it counts. `shown` is the name of the list that is open. */
export const Key = ({ name, n, shown, choose, children }) => html`
  <button
    type="button"
    class="key key-${name}"
    aria-expanded=${shown === name}
    disabled=${n === 0}
    onClick=${() => choose(shown === name ? null : name)}
  >${children}</button>
`;
