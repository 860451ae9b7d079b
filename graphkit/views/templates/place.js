// The world and what lies under a point.
const WORLD = (() => {
  let left = Infinity,
    right = -Infinity,
    top = Infinity,
    bottom = -Infinity;
  for (let i = 0; i < N; i++) {
    left = Math.min(left, X[i]);
    right = Math.max(right, X[i]);
    top = Math.min(top, Y[i]);
    bottom = Math.max(bottom, Y[i]);
  }
  if (!N) return { left: -1, right: 1, top: -1, bottom: 1 };
  return {
    left: left - 2,
    right: right + 2,
    top: top - 2.5,
    bottom: bottom + 2,
  };
})();
function framed(box, width, height, margin = 12, closest = 40) {
  const k = Math.min(
    (width - 2 * margin) / Math.max(box.right - box.left, 1),
    (height - 2 * margin) / Math.max(box.bottom - box.top, 1),
    closest,
  );
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k: Math.max(k, 0.05) };
}
// The whole, above the row of buttons.
const BUTTONS = 56;
const home = (wide = width, high = height) => {
  const { x, y, k } = framed(WORLD, wide, high - BUTTONS + 14, 14);
  return { x, y: y + (BUTTONS - 14) / 2 / k, k, whole: true, own: false };
};
function boxOf(list, pad = 2) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const i of list) {
    box.left = Math.min(box.left, X[i] - pad);
    box.right = Math.max(box.right, X[i] + pad);
    box.top = Math.min(box.top, Y[i] - pad);
    box.bottom = Math.max(box.bottom, Y[i] + pad);
  }
  return box.left < box.right ? box : WORLD;
}
// Organisations by the cell of a grid that they lie in, gathered when somebody first points at one.
const CELL = 3,
  ACROSS = Math.ceil(WORLD.right / CELL) + 2;
let CELLS = null;
const cellAt = (cx, cy) => (cx < 0 || cx >= ACROSS ? -1 : cy * ACROSS + cx);
function byCell() {
  if (CELLS) return CELLS;
  CELLS = new Map();
  for (let i = 0; i < N; i++) {
    const key = cellAt(Math.floor(X[i] / CELL), Math.floor(Y[i] / CELL));
    if (!CELLS.has(key)) CELLS.set(key, []);
    CELLS.get(key).push(i);
  }
  return CELLS;
}
function under(x, y, reach) {
  const grouped = byGroup(VIEW, width, height);
  let best = -1,
    least = Infinity;
  const steps = Math.min(Math.ceil(reach / CELL), 6),
    cx = Math.floor(x / CELL),
    cy = Math.floor(y / CELL);
  for (let dx = -steps; dx <= steps; dx++)
    for (let dy = -steps; dy <= steps; dy++)
      for (const i of byCell().get(cellAt(cx + dx, cy + dy)) || []) {
        if (!visible(i) || (grouped && OUTLINED[i])) continue;
        const d = Math.hypot(X[i] - x, Y[i] - y) - R[i];
        if (d < least && d < reach) {
          least = d;
          best = i;
        }
      }
  return best;
}
function proposalUnder(x, y, reach) {
  for (const p of chosenProposals()) {
    for (let s = 0; s <= 40; s++) {
      const [px, py] = along(p, s / 40);
      if (Math.hypot(px - x, py - y) < reach) return PROPOSALS.indexOf(p);
    }
  }
  return -1;
}
