import { html } from "./html.js";

/** A pattern for each signal's colour, so that areas differ for those too who do not see colours apart.
 *
 * They are named in attributes, as "url(#hatch-red)": a style sheet would look for them in its own file. */
const SIZE = 14;
const HATCHES = {
  white: { ink: "#ffffff", lines: "", dots: [[4, 4]] },
  blue: { ink: "#5b92f0", lines: "", dots: [[3, 3], [10, 10]] },
  yellow: { ink: "#ffd92e", lines: "M0 14L14 0" },
  orange: { ink: "#ff9130", lines: "M0 7L7 0M7 14L14 7M0 14L14 0" },
  red: { ink: "#ff4d57", lines: "M0 0L14 14M0 14L14 0" },
  none: { ink: "#9fb2c6", lines: "M0 7H14" },
};

export const hatchOf = (colour) => `url(#hatch-${colour in HATCHES ? colour : "none"})`;

export const Hatches = () => html`
  <svg class="hatches" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>
      ${Object.entries(HATCHES).map(
        ([name, { ink, lines, dots = [] }]) => html`
          <pattern key=${name} id="hatch-${name}" patternUnits="userSpaceOnUse" width=${SIZE} height=${SIZE}>
            <rect width=${SIZE} height=${SIZE} fill=${ink} fill-opacity=".14" />
            ${lines && html`<path d=${lines} stroke=${ink} stroke-width="1.5" stroke-opacity=".6" fill="none" stroke-linecap="square" />`}
            ${dots.map(([x, y]) => html`<circle cx=${x} cy=${y} r="1.6" fill=${ink} fill-opacity=".8" />`)}
          </pattern>`,
      )}
    </defs>
  </svg>
`;
