import { dodge } from "./dodge.js";

/** Where marks stand on the map, and how much each may show where there is not room for all.
 *
 * All begin with their whole badge. Where badges cover one another still, or are driven far from their
 * points, those with the least to tell give way: first their name, then all but a dot on the spot. */
const SMALL = { w: 62, h: 40 };
const DOT = { w: 22, h: 22 };
const AWAY = 150; // pixels from its point at which nobody finds a badge
const ROUNDS = 24;
const GAP = 4;

/** Return the marks with `level` (0 whole, 1 without a name, 2 a dot), `size` and `spot`.
 *
 * @param marks [{x, y, size, rank}]: the points in pixels; a greater rank tells more */
export function arrange(marks) {
  const levels = marks.map(() => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const placed = place(marks, levels);
    const troubled = placed.map((_, i) => i).filter((i) => levels[i] < 2 && isTroubled(placed, i));
    if (troubled.length === 0 || round === ROUNDS - 1) return placed;
    troubled.sort((a, b) => marks[a].rank - marks[b].rank || levels[a] - levels[b] || a - b);
    for (const i of troubled.slice(0, Math.ceil(troubled.length / 4))) levels[i] += 1;
  }
  return [];
}

function place(marks, levels) {
  const placed = marks.map((mark, i) => ({ ...mark, level: levels[i], size: sizeOf(mark, levels[i]) }));
  const boxes = placed.filter(({ level }) => level < 2);
  const spots = dodge(boxes.map(({ x, y, size }) => ({ x, y, ...size })), GAP);
  boxes.forEach((mark, i) => (mark.spot = spots[i]));
  for (const mark of placed) mark.spot ??= { x: mark.x, y: mark.y };
  return placed;
}

function sizeOf({ size }, level) {
  if (level === 0 || size.w <= SMALL.w) return level === 2 ? DOT : size;
  return level === 1 ? SMALL : DOT;
}

function isTroubled(placed, i) {
  const { x, y, spot, size } = placed[i];
  if (Math.hypot(spot.x - x, spot.y - y) > AWAY) return true;
  return placed.some((other, j) => j !== i && other.level < 2 && covers(spot, size, other));
}

const covers = (spot, size, other) =>
  Math.abs(spot.x - other.spot.x) < (size.w + other.size.w) / 2 && Math.abs(spot.y - other.spot.y) < (size.h + other.size.h) / 2;
