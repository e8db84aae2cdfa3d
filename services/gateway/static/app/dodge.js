/** Moves boxes on the map apart until none covers another, each as little as it takes.
 *
 * @param boxes [{x, y, w, h}]: the points they belong to, and their sizes, all in pixels
 * @returns [{x, y}]: the middle of each box
 */
const ROUNDS = 120;
const MOST = 300; // beyond so many, covering is the lesser evil

export function dodge(boxes, gap = 4) {
  const spots = boxes.map(({ x, y, h }) => ({ x, y: y - h / 2 - 8 }));
  if (boxes.length > MOST) return spots;
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) {
        moved = part(spots[i], spots[j], boxes[i], boxes[j], gap) || moved;
      }
    }
    if (!moved) break;
  }
  return spots;
}

/** Push two boxes apart along the way that is shorter; return whether they touched. */
function part(a, b, one, other, gap) {
  const overX = (one.w + other.w) / 2 + gap - Math.abs(a.x - b.x);
  const overY = (one.h + other.h) / 2 + gap - Math.abs(a.y - b.y);
  if (overX <= 0.5 || overY <= 0.5) return false;
  if (overY <= overX) {
    const way = (one.y === other.y ? a.y <= b.y : one.y < other.y) ? 1 : -1;
    a.y -= (way * overY) / 2;
    b.y += (way * overY) / 2;
  } else {
    const way = (one.x === other.x ? a.x <= b.x : one.x < other.x) ? 1 : -1;
    a.x -= (way * overX) / 2;
    b.x += (way * overX) / 2;
  }
  return true;
}
