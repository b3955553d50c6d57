// What is drawn: lines and zones as lists of points in pixels of the camera's picture. No element of the page here.

/** Return the middle of a line's middle stretch, and the unit vector that stands on it, to one side. */
export function middleOf(points) {
  const at = Math.floor((points.length - 2) / 2);
  const [[x0, y0], [x1, y1]] = [points[at], points[at + 1]];
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, across: [-(y1 - y0) / length, (x1 - x0) / length] };
}

/** Return 1 or -1: on which side of a line its forward point lies, by the stretch nearest to it. */
export function sideOf(points, [px, py]) {
  let best = { gap: Infinity, side: 1 };
  for (let at = 0; at + 1 < points.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [points[at], points[at + 1]];
    const [wx, wy] = [x1 - x0, y1 - y0];
    const along = Math.max(0, Math.min(1, ((px - x0) * wx + (py - y0) * wy) / (wx * wx + wy * wy || 1)));
    const gap = Math.hypot(px - x0 - along * wx, py - y0 - along * wy);
    const turned = wx * (py - y0) - wy * (px - x0);
    if (gap < best.gap) best = { gap, side: turned >= 0 ? 1 : -1 };
  }
  return best.side;
}

/** Return a point on the forward side, so near to the middle stretch that no other one is nearer. */
export function towards(points, side, reach) {
  const { x, y, across } = middleOf(points);
  return [x + across[0] * side * reach, y + across[1] * side * reach].map(round);
}

/** Return the points with one more, in the middle of the longest stretch. */
export function withPoint(points, isClosed) {
  const ends = isClosed ? [...points, points[0]] : points;
  let [longest, place] = [-1, 0];
  for (let at = 0; at + 1 < ends.length; at += 1) {
    const length = Math.hypot(ends[at + 1][0] - ends[at][0], ends[at + 1][1] - ends[at][1]);
    if (length > longest) [longest, place] = [length, at];
  }
  const between = [0, 1].map((axis) => round((ends[place][axis] + ends[place + 1][axis]) / 2));
  return { points: [...points.slice(0, place + 1), between, ...points.slice(place + 1)], place: place + 1 };
}

/** Return how long a stretch is, in pixels of the picture. */
export const lengthOf = ([[x0, y0], [x1, y1]]) => Math.hypot(x1 - x0, y1 - y0);

/** Return an upright stretch of a length in the middle of the picture. */
export function upright(length, [width, height]) {
  const half = Math.min(length, height) / 2;
  return [[round(width / 2), round(height / 2 - half)], [round(width / 2), round(height / 2 + half)]];
}

/** Return a shape to begin with: a line across the middle, or a rectangle in it. */
export function inTheMiddle(kind, [width, height]) {
  const at = (x, y) => [round(width * x), round(height * y)];
  if (kind !== "zone") return [at(0.5, 0.1), at(0.5, 0.9)];
  return [at(0.3, 0.3), at(0.7, 0.3), at(0.7, 0.7), at(0.3, 0.7)];
}

export const round = (value) => Math.round(value * 10) / 10;
