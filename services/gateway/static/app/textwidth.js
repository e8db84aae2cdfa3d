/** Return about how wide words are in pixels: Chinese letters are about twice as wide as Latin ones. */
export const textWidth = (words) =>
  Math.ceil([...words].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 6.8), 0));
