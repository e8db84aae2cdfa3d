import { momentText } from "./time.js";
import { t, word } from "./words.js";

/** The hours that a venue faces, in words. By what a part is called: its signal, else its severity. */
export const nameOf = ({ colour, severity }) => (colour ? word("colour", colour) : word("severity", severity));

/** The hours in words, for whoever does not see the strip. */
export function inWords(parts) {
  return parts.filter((part) => part.warnings > 0).map(partText).join(t("ahead.then"));
}

/** One part with its hours. */
export function partText(part) {
  const hours = { from: momentText(Date.parse(part.from)), to: momentText(Date.parse(part.to)) };
  if (part.warnings === 0) return t("ahead.part-calm", hours);
  const severity = word("severity", part.severity);
  const what = part.colour ? t("ahead.level", { colour: word("colour", part.colour), severity }) : severity;
  return t(part.begun ? "ahead.part" : "ahead.part-expected", { ...hours, what });
}
