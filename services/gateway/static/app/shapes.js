import { html } from "./html.js";
import { word } from "./words.js";

/** Severity is told three times: by colour (Okabe and Ito's palette), by shape and by word. */
const PATHS = {
  help: "M8 1h8l7 7v8l-7 7H8l-7-7V8z",
  extreme: "M12 .5 23.5 12 12 23.5.5 12z",
  severe: "M12 1.5 23.5 22H.5z",
  moderate: "M2 2h20v20H2z",
  minor: "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z",
  unknown: "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zm0 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12z",
  missing: "M12 1 23 9.5 19 22.5H5L1 9.5z",
  calm: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
};
const MARKS = { help: "M10.7 5h2.6v8.5h-2.6zM10.7 15.8h2.6v2.7h-2.6z", missing: "M6.5 11.7h11v2.6h-11z" };
MARKS.extreme = MARKS.help;

export const Shape = ({ of }) => html`
  <svg class="shape shape-${of}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[of] ?? PATHS.unknown} fill-rule="evenodd" />
    ${MARKS[of] && html`<path class="mark" d=${MARKS[of]} />`}
  </svg>
`;

/** A severity with its shape and its word. */
export const Severity = ({ of }) => html`
  <span class="severity"><${Shape} of=${of} />${word("severity", of)}</span>
`;

/** A signal's colour as it was sent, as a chip that also says it. */
export const Signal = ({ colour }) =>
  colour && html`<span class="signal" data-colour=${colour}>${word("colour", colour)}</span>`;
