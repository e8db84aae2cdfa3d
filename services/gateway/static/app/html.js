import { h } from "preact";
import htm from "htm";

/** Tagged templates instead of JSX: what stands in ${...} is always text or a component, never markup. */
export const html = htm.bind(h);
