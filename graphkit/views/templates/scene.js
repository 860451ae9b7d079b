// What the picture shows: state, colours, categories, sizes, outlines of groups, and what is lit.
const S = {
  tab: 'network',
  sel: null,
  colour: 'verdict',
  size: 'partners',
  hidden: new Set(),
  hover: -1,
  ring: -1,
  weight: 0,
  year: 0,
  place: null,
  hulls: true,
  names: true,
  proposals: true,
  lines: true,
  drawnTies: 0,
};
const OVERVIEW_PROPOSALS = 15,
  MOST_TIES = 40000,
  QUICK_TIES = 2500,
  MOST_BETWEEN = 300,
  COLOURS = 7;
const SHOWN = ['hulls', 'names', 'lines', 'proposals'];
const VIEW = { x: 0, y: 0, k: 1, whole: true, own: false };
let INK = {},
  CAT = null,
  R = new Float32Array(N),
  LIT = null,
  HULLS = null,
  OUTLINED = new Uint8Array(N); // who stands in an outline


function readInk() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(name).trim();
  INK = Object.fromEntries(
    [
      'paper',
      'ink',
      'muted',
      'line',
      'bridge',
      'accent',
      'other',
      'none',
      'rim',
      'silo',
      'leaning',
      'open',
      'neither',
      'small',
      'silo-text',
    ].map((name) => [name, get(`--${name}`)]),
  );
  INK.palette = Array.from({ length: COLOURS }, (_, i) => get(`--c${i}`));
  INK.verdict = {
    silo: INK.silo,
    'leaning inward': INK.leaning,
    open: INK.open,
    neither: INK.neither,
    'too small': INK.small,
  };
  INK.font = getComputedStyle(document.body).fontFamily;
}

const CHAINS = ['technology chain', 'industry chain', 'capital chain', 'talent chain', 'several chains', 'no chain'];
// Categories of the colouring: at most seven with a colour of their own, then others and those without a value.
function colourings() {
  const facts = ['role', 'country', 'region', 'zone', 'chain', 'city', 'sector', 'leader'].filter((name) => FACTS[name]);
  return [
    ...(RANKED.some((g) => g.verdict) ? ['verdict'] : []),
    ...(GROUPS.size || !facts.length ? ['group'] : []),
    ...facts,
  ];
}
function categorise() {
  const by = S.colour;
  const value =
    by === 'verdict'
      ? GROUP.map((label) => (label === null ? null : GROUPS.get(label).verdict))
      : by === 'group'
        ? GROUP
        : FACTS[by];
  const counts = new Map();
  for (const each of value) counts.set(each, (counts.get(each) || 0) + 1);
  const missing = counts.get(null) || 0;
  counts.delete(null);
  let known = Array.from(counts).sort((p, q) => q[1] - p[1] || (p[0] < q[0] ? -1 : 1));
  // What has an order of its own keeps it, and what is no chain or no single one is grey.
  const order = { verdict: VERDICTS, chain: CHAINS }[by];
  if (order) known.sort((p, q) => order.indexOf(p[0]) - order.indexOf(q[0]));
  const own = { verdict: INK.verdict, chain: { 'several chains': INK.other, 'no chain': INK.none } }[by] || {};
  const label = (each) => (by === 'group' ? groupName(GROUPS.get(each)) : shown(by, each));
  const list = known
    .slice(0, COLOURS)
    .map(([each, n], i) => ({
      key: each,
      label: label(each),
      n,
      colour: own[each] || (by === 'verdict' ? INK.other : INK.palette[i]),
    }));
  const rest = known.slice(COLOURS).reduce((sum, [, n]) => sum + n, 0);
  if (rest)
    list.push({
      key: '\u0000other',
      label: `${t('other')} (${count(known.length - COLOURS)})`,
      n: rest,
      colour: INK.other,
    });
  if (missing) list.push({ key: '\u0000missing', label: t('missing'), n: missing, colour: INK.none });
  const number = new Map(list.map((each, i) => [each.key, i]));
  const of = Uint8Array.from(
    value,
    (each) => number.get(each) ?? number.get(each === null ? '\u0000missing' : '\u0000other'),
  );
  CAT = { list, of };
}
const visible = (i) => !S.hidden.has(CAT.list[CAT.of[i]].key);
function measure() {
  const values = METRICS[S.size];
  let most = 0;
  if (values) for (const value of values) if (value > most) most = value;
  for (let i = 0; i < N; i++) R[i] = values ? 0.2 + 0.62 * Math.sqrt(Math.max(values[i] || 0, 0) / (most || 1)) : 0.34;
}

// Outlines of groups: the convex hull of small circles around the members. Who has no partner lies apart from its group.
function hull(points) {
  points.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const turn = (o, p, q) => (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
  const half = (all) => {
    const kept = [];
    for (const p of all) {
      while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), p) <= 0) kept.pop();
      kept.push(p);
    }
    kept.pop();
    return kept;
  };
  return [...half(points), ...half(points.slice().reverse())];
}
function outlines() {
  HULLS = [];
  for (const group of GROUPS.values()) {
    const members = group.members.filter((i) => METRICS.partners[i]);
    if (members.length < 3) continue;
    for (const i of members) OUTLINED[i] = 1;
    // Only circles around the corners of the members' own hull can touch the outline.
    const points = hull(members.map((i) => [X[i], Y[i]])).flatMap(([x, y]) =>
      Array.from({ length: 12 }, (_, s) => [x + Math.cos((s * Math.PI) / 6), y + Math.sin((s * Math.PI) / 6)]),
    );
    const corners = hull(points),
      d = `M${corners.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join('L')}Z`,
      path = Object.assign(new Path2D(d), { d });
    const xs = corners.map((p) => p[0]),
      ys = corners.map((p) => p[1]);
    HULLS.push({
      group,
      path,
      corners,
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    });
  }
  HULLS.sort((p, q) => q.group.members.length - p.group.members.length);
}

// Whether a point lies in an outline, which is convex: on one side of all its edges.
const within = ({ corners, left, right, top, bottom }, x, y) =>
  x > left &&
  x < right &&
  y > top &&
  y < bottom &&
  corners.every(([px, py], i) => {
    const [qx, qy] = corners[(i + 1) % corners.length];
    return (qx - px) * (y - py) >= (qy - py) * (x - px);
  });

// What is lit when something is chosen: 2 the thing itself, 1 what belongs to it, 0 the rest.
function light() {
  LIT = null;
  if (!S.sel) return;
  LIT = new Uint8Array(N);
  const { kind, at } = S.sel;
  if (kind === 'o') {
    for (const p of partnersOf(at)) LIT[p.at] = 1;
    for (const p of proposalsOf(at)) LIT[p.a === at ? p.b : p.a] = 1;
    LIT[at] = 2;
  }
  if (kind === 'b') for (const i of membersOf(at)) LIT[i] = 1;
  if (kind === 'g') {
    for (const i of GROUPS.get(at).members) LIT[i] = 1;
    for (const p of chosenProposals()) LIT[p.a] = LIT[p.b] = 1;
  }
  if (kind === 'p') {
    const p = PROPOSALS[at];
    for (const end of [p.a, p.b]) {
      for (const q of partnersOf(end)) LIT[q.at] ||= 1;
    }
    LIT[p.a] = LIT[p.b] = 2;
  }
}
const overviewProposals = () => PROPOSALS.filter((p) => visible(p.a) && visible(p.b)).slice(0, OVERVIEW_PROPOSALS);
function chosenProposals() {
  if (!S.proposals && S.sel?.kind !== 'p') return [];
  if (!S.sel) return overviewProposals();
  const { kind, at } = S.sel;
  if (kind === 'o') return proposalsOf(at);
  if (kind === 'p') return [PROPOSALS[at]];
  if (kind === 'g') return PROPOSALS.filter((p) => GROUP[p.a] === at || GROUP[p.b] === at);
  return [];
}
// Many organisations are shown by their groups: one disc each, one line between two; who is in no group that has an
// outline stays a dot. Who comes nearer, or opens a group, sees its members.
const byGroup = (view, width, height, plainly) =>
  N > DATA.many && HULLS.length > 1 && (plainly || (!S.sel && view.k < 3 * home(width, height).k));
const centreOf = (hull) => [(hull.left + hull.right) / 2, (hull.top + hull.bottom) / 2];
let BETWEEN = { ties: null, weight: 0, list: [] };
function betweenGroups() {
  if (BETWEEN.ties === TIES && BETWEEN.weight === S.weight) return BETWEEN.list;
  const number = new Map(HULLS.map(({ group }, at) => [group.label, at])),
    home = Int32Array.from(GROUP, (label) => number.get(label) ?? -1),
    sums = new Map();
  for (const e of heavy()) {
    const p = home[TIES.a[e]],
      q = home[TIES.b[e]];
    if (p < 0 || q < 0 || p === q) continue;
    const key = Math.min(p, q) * HULLS.length + Math.max(p, q);
    sums.set(key, (sums.get(key) || 0) + TIES.w[e]);
  }
  const list = Array.from(sums, ([key, weight]) => ({
    a: HULLS[Math.floor(key / HULLS.length)],
    b: HULLS[key % HULLS.length],
    weight,
  })).sort((p, q) => q.weight - p.weight);
  BETWEEN = { ties: TIES, weight: S.weight, list: list.slice(0, MOST_BETWEEN) };
  return BETWEEN.list;
}
// The colour that most of its shown members have; none where all are hidden.
function colourOf(group) {
  const n = new Uint32Array(CAT.list.length);
  for (const i of group.members) if (visible(i)) n[CAT.of[i]]++;
  const most = n.indexOf(Math.max(...n));
  return n[most] ? CAT.list[most].colour : null;
}
const bend = (p) => {
  const dx = X[p.b] - X[p.a],
    dy = Y[p.b] - Y[p.a];
  return { x: (X[p.a] + X[p.b]) / 2 - 0.14 * dy, y: (Y[p.a] + Y[p.b]) / 2 + 0.14 * dx };
};
// A point of the curve of a proposed tie, from 0 at one end to 1 at the other.
function along(p, u) {
  const c = bend(p),
    v = 1 - u;
  return [v * v * X[p.a] + 2 * u * v * c.x + u * u * X[p.b], v * v * Y[p.a] + 2 * u * v * c.y + u * u * Y[p.b]];
}
