// The picture: one canvas, drawn by hand from positions that were computed before. World units are those of the layout.
const S = {tab: 'network', sel: null, colour: 'verdict', size: 'partners', hidden: new Set(), hover: -1, ring: -1, weight: 0, year: 0, hulls: true, names: true, proposals: true, lines: true};
const OVERVIEW_PROPOSALS = 15, MOST_TIES = 40000, QUICK_TIES = 5000, COLOURS = 7;
const VIEW = {x: 0, y: 0, k: 1};
let INK = {}, CAT = null, R = new Float32Array(N), LIT = null, HULLS = null;

function readInk() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(name).trim();
  INK = Object.fromEntries(['paper', 'ink', 'muted', 'line', 'bridge', 'accent', 'other', 'none', 'silo', 'leaning', 'open', 'neither', 'small', 'silo-text'].map((name) => [name, get(`--${name}`)]));
  INK.palette = Array.from({length: COLOURS}, (_, i) => get(`--c${i}`));
  INK.verdict = {silo: INK.silo, 'leaning inward': INK.leaning, open: INK.open, neither: INK.neither, 'too small': INK.small};
  INK.font = getComputedStyle(document.body).fontFamily;
}

// Categories of the colouring: at most seven with a colour of their own, then others and those without a value.
function colourings() {
  const facts = ['role', 'country', 'region', 'zone', 'city', 'sector', 'leader'].filter((name) => FACTS[name]);
  return [...(RANKED.some((g) => g.verdict) ? ['verdict'] : []), ...(GROUPS.size || !facts.length ? ['group'] : []), ...facts];
}
function categorise() {
  const by = S.colour;
  const value = by === 'verdict' ? GROUP.map((label) => label === null ? null : GROUPS.get(label).verdict) : by === 'group' ? GROUP : FACTS[by];
  const counts = new Map();
  for (const each of value) counts.set(each, (counts.get(each) || 0) + 1);
  const missing = counts.get(null) || 0;
  counts.delete(null);
  let known = Array.from(counts).sort((p, q) => q[1] - p[1] || (p[0] < q[0] ? -1 : 1));
  if (by === 'verdict') known.sort((p, q) => VERDICTS.indexOf(p[0]) - VERDICTS.indexOf(q[0]));
  const label = (each) => by === 'group' ? groupName(GROUPS.get(each)) : shown(by, each);
  const list = known.slice(0, COLOURS).map(([each, n], i) => ({key: each, label: label(each), n, colour: by === 'verdict' ? INK.verdict[each] || INK.other : INK.palette[i]}));
  const rest = known.slice(COLOURS).reduce((sum, [, n]) => sum + n, 0);
  if (rest) list.push({key: '\u0000other', label: `${t('other')} (${count(known.length - COLOURS)})`, n: rest, colour: INK.other});
  if (missing) list.push({key: '\u0000missing', label: t('missing'), n: missing, colour: INK.none});
  const number = new Map(list.map((each, i) => [each.key, i]));
  const of = Uint8Array.from(value, (each) => number.get(each) ?? number.get(each === null ? '\u0000missing' : '\u0000other'));
  CAT = {list, of};
}
const visible = (i) => !S.hidden.has(CAT.list[CAT.of[i]].key);
function measure() {
  const values = METRICS[S.size];
  let most = 0;
  if (values) for (const value of values) if (value > most) most = value;
  for (let i = 0; i < N; i++) R[i] = values ? 0.2 + 0.62 * Math.sqrt(Math.max(values[i] || 0, 0) / (most || 1)) : 0.34;
}

// Outlines of groups: the convex hull of small circles around the members.
function hull(points) {
  points.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const turn = (o, p, q) => (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
  const half = (all) => {
    const kept = [];
    for (const p of all) { while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), p) <= 0) kept.pop(); kept.push(p); }
    kept.pop();
    return kept;
  };
  return [...half(points), ...half(points.slice().reverse())];
}
function outlines() {
  HULLS = [];
  for (const group of GROUPS.values()) {
    if (group.members.length < 3) continue;
    const points = group.members.flatMap((i) => Array.from({length: 12}, (_, s) => [X[i] + Math.cos(s * Math.PI / 6), Y[i] + Math.sin(s * Math.PI / 6)]));
    const corners = hull(points), path = new Path2D();
    corners.forEach(([x, y], at) => path[at ? 'lineTo' : 'moveTo'](x, y));
    path.closePath();
    const xs = corners.map((p) => p[0]), ys = corners.map((p) => p[1]);
    HULLS.push({group, path, left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)});
  }
  HULLS.sort((p, q) => q.group.members.length - p.group.members.length);
}

// What is lit when something is chosen: 2 the thing itself, 1 what belongs to it, 0 the rest.
function light() {
  LIT = null;
  if (!S.sel) return;
  LIT = new Uint8Array(N);
  const {kind, at} = S.sel;
  if (kind === 'o') { for (const p of partnersOf(at)) LIT[p.at] = 1; for (const p of proposalsOf(at)) LIT[p.a === at ? p.b : p.a] = 1; LIT[at] = 2; }
  if (kind === 'b') for (const i of membersOf(at)) LIT[i] = 1;
  if (kind === 'g') for (const i of GROUPS.get(at).members) LIT[i] = 1;
  if (kind === 'p') { const p = PROPOSALS[at]; for (const end of [p.a, p.b]) { for (const q of partnersOf(end)) LIT[q.at] ||= 1; } LIT[p.a] = LIT[p.b] = 2; }
}
function chosenProposals() {
  if (!S.proposals && S.sel?.kind !== 'p') return [];
  if (!S.sel) return PROPOSALS.slice(0, OVERVIEW_PROPOSALS);
  const {kind, at} = S.sel;
  if (kind === 'o') return proposalsOf(at);
  if (kind === 'p') return [PROPOSALS[at]];
  if (kind === 'g') return PROPOSALS.filter((p) => GROUP[p.a] === at || GROUP[p.b] === at);
  return [];
}
const bend = (p) => { const dx = X[p.b] - X[p.a], dy = Y[p.b] - Y[p.a]; return {x: (X[p.a] + X[p.b]) / 2 - 0.14 * dy, y: (Y[p.a] + Y[p.b]) / 2 + 0.14 * dx}; };
const middle = (p) => { const c = bend(p); return {x: (X[p.a] + 2 * c.x + X[p.b]) / 4, y: (Y[p.a] + 2 * c.y + Y[p.b]) / 4}; };

// Draw everything on a context of width x height CSS pixels; `quick` while moving.
function paint(ctx, width, height, view, {quick = false, plainly = false} = {}) {
  const sx = (x) => (x - view.x) * view.k + width / 2, sy = (y) => (y - view.y) * view.k + height / 2;
  const left = view.x - width / 2 / view.k, right = view.x + width / 2 / view.k, top = view.y - height / 2 / view.k, bottom = view.y + height / 2 / view.k;
  const lit = plainly ? null : LIT;
  ctx.fillStyle = INK.paper;
  ctx.fillRect(0, 0, width, height);
  ctx.lineCap = 'round';
  if (S.hulls) {
    ctx.save();
    ctx.translate(width / 2 - view.x * view.k, height / 2 - view.y * view.k);
    ctx.scale(view.k, view.k);
    for (const {group, path} of HULLS) {
      const chosen = !plainly && S.sel?.kind === 'g' && S.sel.at === group.label;
      ctx.fillStyle = ctx.strokeStyle = INK.verdict[group.verdict] || INK.other;
      const strong = group.verdict === 'silo' || group.verdict === 'leaning inward' || group.verdict === 'open';
      ctx.globalAlpha = (strong ? 0.13 : 0.08) * (lit && !chosen ? 0.5 : 1);
      ctx.fill(path);
      ctx.globalAlpha = chosen ? 1 : (strong ? 0.75 : 0.35) * (lit ? 0.4 : 1);
      ctx.lineWidth = (chosen ? 2.5 : strong ? 1.4 : 1) / view.k;
      ctx.stroke(path);
    }
    ctx.restore();
  }
  // Lines of one pixel are drawn many times faster than any thicker ones where there is no graphics card.
  const hair = 1 / ctx.getTransform().a;
  const stroke = (edges, most) => {
    let drawn = 0;
    ctx.beginPath();
    for (const e of edges) {
      const a = TIES.a[e], b = TIES.b[e];
      if (!visible(a) || !visible(b)) continue;
      if ((X[a] < left && X[b] < left) || (X[a] > right && X[b] > right) || (Y[a] < top && Y[b] < top) || (Y[a] > bottom && Y[b] > bottom)) continue;
      ctx.moveTo(sx(X[a]), sy(Y[a]));
      ctx.lineTo(sx(X[b]), sy(Y[b]));
      if (++drawn % 40 === 0) { ctx.stroke(); ctx.beginPath(); }
      if (drawn >= most) break;
    }
    ctx.stroke();
    return drawn;
  };
  ctx.strokeStyle = INK.line;
  if (S.lines && !lit) {
    const most = quick ? QUICK_TIES : MOST_TIES;
    const share = Math.min(1, ((right - left) * (bottom - top)) / WORLD.area);
    ctx.globalAlpha = Math.min(0.45, Math.max(0.055, 13 / Math.sqrt(Math.min(TIES.count, most) * share + 100)));
    ctx.lineWidth = hair;
    S.drawnTies = stroke(heavy(), most);
  } else if (lit) {
    const {kind, at} = S.sel;
    const ends = kind === 'o' ? [at] : kind === 'p' ? [PROPOSALS[at].a, PROPOSALS[at].b] : kind === 'g' ? GROUPS.get(at).members : Array.from(membersOf(at));
    const all = new Set();
    for (const i of ends) for (const e of TIES.edge.subarray(TIES.start[i], TIES.start[i + 1])) {
      if (kind !== 'b' || (lit[TIES.a[e]] && lit[TIES.b[e]])) all.add(e);
    }
    ctx.globalAlpha = Math.min(0.7, Math.max(0.1, 6 / Math.sqrt(all.size + 1)));
    ctx.lineWidth = all.size < 400 ? 1.2 : hair;
    stroke(all, quick ? QUICK_TIES : MOST_TIES);
  }
  // Organisations: those that are lit last.
  const floor = Math.max(0.9, Math.min(2.2, 0.16 * view.k));
  for (const level of lit ? [0, 1] : [0]) for (let c = 0; c < CAT.list.length; c++) {
    if (S.hidden.has(CAT.list[c].key)) continue;
    ctx.globalAlpha = lit && !level ? 0.16 : 1;
    ctx.fillStyle = CAT.list[c].colour;
    ctx.beginPath();
    for (let i = 0; i < N; i++) {
      if (CAT.of[i] !== c || (lit && (lit[i] > 0) !== (level > 0))) continue;
      if (X[i] < left - 2 || X[i] > right + 2 || Y[i] < top - 2 || Y[i] > bottom + 2) continue;
      const r = Math.max(R[i] * view.k, floor), x = sx(X[i]), y = sy(Y[i]);
      if (r < 1.3) ctx.rect(x - r, y - r, 2 * r, 2 * r);
      else { ctx.moveTo(x + r, y); ctx.arc(x, y, r, 0, 2 * Math.PI); }
    }
    ctx.fill();
    if (view.k > 6 && (!lit || level)) { ctx.strokeStyle = INK.paper; ctx.lineWidth = Math.min(1.2, view.k / 12); ctx.stroke(); }
  }
  ctx.globalAlpha = 1;
  // Proposed ties, dashed.
  const proposals = plainly ? PROPOSALS.slice(0, OVERVIEW_PROPOSALS) : chosenProposals();
  ctx.strokeStyle = INK.bridge;
  ctx.lineCap = 'butt';
  ctx.lineWidth = lit ? 2 : 1.6;
  ctx.setLineDash([7, 5]);
  for (const p of proposals) {
    const c = bend(p);
    ctx.beginPath();
    ctx.moveTo(sx(X[p.a]), sy(Y[p.a]));
    ctx.quadraticCurveTo(sx(c.x), sy(c.y), sx(X[p.b]), sy(Y[p.b]));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  for (const p of proposals) for (const end of [p.a, p.b]) ring(ctx, sx(X[end]), sy(Y[end]), Math.max(R[end] * view.k, floor) + 2, INK.bridge, 1.6);
  ctx.font = `600 10px ${INK.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const p of proposals.slice(0, 40)) {
    const at = middle(p), text = String(p.rank), x = sx(at.x), y = sy(at.y);
    ctx.fillStyle = INK.bridge;
    ctx.beginPath();
    ctx.arc(x, y, 7.5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = INK.paper;
    ctx.fillText(text, x, y + 0.5);
  }
  if (!plainly) {
    if (S.sel?.kind === 'o') ring(ctx, sx(X[S.sel.at]), sy(Y[S.sel.at]), Math.max(R[S.sel.at] * view.k, floor) + 4, INK.ink, 2.5);
    for (const i of [S.hover, S.ring]) if (i >= 0) ring(ctx, sx(X[i]), sy(Y[i]), Math.max(R[i] * view.k, floor) + 3, INK.accent, 2);
  }
  if (S.names && !quick) labels(ctx, width, height, view, sx, sy, lit, proposals, plainly);
}
function ring(ctx, x, y, r, colour, width) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}
// Ties of at least the chosen weight: they are in the order of weight, so that is a beginning of the list.
function* heavy() { for (let e = 0; e < TIES.count && TIES.w[e] >= S.weight; e++) yield e; }

const cut = (text, most) => '\u2068' + (text.length > most ? text.slice(0, most - 1).trimEnd() + '…' : text) + '\u2069';
// Names, the most important first, each only where it covers no other.
function labels(ctx, width, height, view, sx, sy, lit, proposals, plainly) {
  const taken = [], done = new Set();
  const write = (text, x, y, font, colour, align = 'left', force = false) => {
    ctx.font = font;
    const w = ctx.measureText(text).width, x0 = align === 'center' ? x - w / 2 : x;
    const box = [x0 - 2, y - 8, x0 + w + 2, y + 8];
    if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) { if (!force) return false; }
    if (!force && taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) return false;
    taken.push(box);
    ctx.textAlign = 'left';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = INK.paper;
    ctx.globalAlpha = 0.85;
    ctx.strokeText(text, x0, y);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.fillText(text, x0, y);
    return true;
  };
  ctx.textBaseline = 'middle';
  const small = `12px ${INK.font}`, strong = `600 12.5px ${INK.font}`;
  const beside = (i, font, force) => {
    const text = cut(nameOf(i), 40), away = Math.max(R[i] * view.k, 2) + 6, x = sx(X[i]);
    done.add(i);
    ctx.font = font;
    const long = ctx.measureText(text).width;
    return write(text, x + away + long > width && x - away - long > 0 ? x - away - long : x + away, sy(Y[i]), font, INK.ink, 'left', force);
  };
  if (lit) {
    if (S.sel.kind === 'o') beside(S.sel.at, strong, true);
    for (const p of proposals.slice(0, 12)) for (const end of [p.a, p.b]) if (S.sel.kind !== 'o' || end !== S.sel.at) beside(end, strong, S.sel.kind === 'p');
  }
  const groups = HULLS.filter(({left, right, group}) => (right - left) * view.k > 34 && (!lit || S.sel.kind === 'g' && S.sel.at === group.label));
  for (const {group, left, right, top} of groups.sort((p, q) => (q.group.verdict === 'silo') - (p.group.verdict === 'silo') || q.group.members.length - p.group.members.length)) {
    const middle = sx((left + right) / 2), above = Math.max(sy(top) - 9, 10), font = `600 ${plainly ? 10.5 : 12}px ${INK.font}`;
    for (const most of [34, 22, 14]) if (write(`${cut(groupName(group), most)} · ${count(group.members.length)}`, middle, above, font, group.verdict === 'silo' ? INK['silo-text'] : INK.muted, 'center')) break;
  }
  if (plainly) return;
  const near = view.k / framed(WORLD, width, height, 14).k;
  const named = lit ? ranked().filter((i) => lit[i]) : near < 1.3 ? [] : near < 2.2 ? ranked().slice(0, 60) : ranked();
  let written = 0;
  for (const i of named) {
    const x = sx(X[i]), y = sy(Y[i]);
    if (x < 0 || y < 0 || x > width || y > height || !visible(i) || done.has(i)) continue;
    const before = taken.length;
    beside(i, small, false);
    if (taken.length > before && ++written >= (lit ? 24 : 60)) break;
  }
}
let ORDER = null;
const ranked = () => ORDER ||= Array.from(R.keys()).sort((p, q) => R[q] - R[p]);

// The world and what lies under a point.
const WORLD = (() => {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < N; i++) { left = Math.min(left, X[i]); right = Math.max(right, X[i]); top = Math.min(top, Y[i]); bottom = Math.max(bottom, Y[i]); }
  if (!N) return {left: -1, right: 1, top: -1, bottom: 1, area: 4};
  return {left: left - 2, right: right + 2, top: top - 2.5, bottom: bottom + 2, area: (right - left + 4) * (bottom - top + 4.5)};
})();
function framed(box, width, height, margin = 12, closest = 40) {
  const k = Math.min((width - 2 * margin) / Math.max(box.right - box.left, 1), (height - 2 * margin) / Math.max(box.bottom - box.top, 1), closest);
  return {x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, k: Math.max(k, 0.05)};
}
function boxOf(list, pad = 2) {
  const box = {left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity};
  for (const i of list) { box.left = Math.min(box.left, X[i] - pad); box.right = Math.max(box.right, X[i] + pad); box.top = Math.min(box.top, Y[i] - pad); box.bottom = Math.max(box.bottom, Y[i] + pad); }
  return box.left < box.right ? box : WORLD;
}
const CELL = 3, CELLS = new Map();
for (let i = 0; i < N; i++) {
  const key = `${Math.floor(X[i] / CELL)},${Math.floor(Y[i] / CELL)}`;
  if (!CELLS.has(key)) CELLS.set(key, []);
  CELLS.get(key).push(i);
}
function under(x, y, reach) {
  let best = -1, least = Infinity;
  const steps = Math.min(Math.ceil(reach / CELL), 6), cx = Math.floor(x / CELL), cy = Math.floor(y / CELL);
  for (let dx = -steps; dx <= steps; dx++) for (let dy = -steps; dy <= steps; dy++) for (const i of CELLS.get(`${cx + dx},${cy + dy}`) || []) {
    if (!visible(i)) continue;
    const d = Math.hypot(X[i] - x, Y[i] - y) - R[i];
    if (d < least && d < reach) { least = d; best = i; }
  }
  return best;
}
function proposalUnder(x, y, reach) {
  for (const p of chosenProposals()) {
    const c = bend(p);
    for (let s = 0; s <= 40; s++) {
      const u = s / 40, v = 1 - u;
      if (Math.hypot(v * v * X[p.a] + 2 * u * v * c.x + u * u * X[p.b] - x, v * v * Y[p.a] + 2 * u * v * c.y + u * u * Y[p.b] - y) < reach) return PROPOSALS.indexOf(p);
    }
  }
  return -1;
}
