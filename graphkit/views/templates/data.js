// The network as typed arrays and small functions: opened from what the page carries, ties computed from the seats.
const DIGITS = new Uint8Array(128);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].forEach((sign, i) => {
  DIGITS[sign.charCodeAt(0)] = i;
});
// Whole numbers from -1 on: the first sign says how many of 64 signs each takes.
function ints(text) {
  const width = Number(text[0]),
    made = new Int32Array((text.length - 1) / width);
  for (let i = 0, at = 1; i < made.length; i++) {
    let value = 0;
    for (let place = 0; place < width; place++) value = value * 64 + DIGITS[text.charCodeAt(at++)];
    made[i] = value - 1;
  }
  return made;
}
// What `make` says of every number; many times faster than Array.from of so many.
function each(numbers, make) {
  const made = new Array(numbers.length);
  for (let i = 0; i < made.length; i++) made[i] = make(numbers[i], i);
  return made;
}
const unpack = (packed) =>
  Array.isArray(packed) ? packed : each(ints(packed.at), (at) => (at < 0 ? null : packed.of[at]));
function places(packed) {
  if (Array.isArray(packed)) return packed;
  const line = ints(packed.line);
  return each(ints(packed.at), (at, i) => (at < 0 ? null : `${packed.of[at]}:${line[i]}`));
}

const ORG = DATA.organisations,
  BODY = DATA.bodies,
  SEAT = DATA.seats;
const N = ORG.id.length,
  B = BODY.id.length;
const X = new Float32Array(ints(DATA.x)).map((x) => x / 100),
  Y = new Float32Array(ints(DATA.y)).map((y) => y / 100);
const FACTS = Object.fromEntries(Object.entries(ORG.facts).map(([name, packed]) => [name, unpack(packed)]));
for (const name of ['label', 'kind', 'from', 'to']) BODY[name] = unpack(BODY[name]);
SEAT.count = ints(SEAT.count);
SEAT.body = ints(SEAT.body);
const ORG_ROW = places(ORG.row),
  SEAT_ROW = places(SEAT.row),
  SEAT_ROLE = unpack(SEAT.role);
const GROUP = unpack(DATA.group);
const nameOf = (i) => (zh() && ORG.zh[i]) || ORG.name[i] || ORG.zh[i] || t('unknownName', { id: ORG.id[i] });
const bodyName = (b) => (zh() && BODY.zh[b]) || BODY.name[b] || BODY.zh[b] || BODY.id[b];
const ROW_OF = new Map(ORG.id.map((id, i) => [id, i])),
  BODY_OF = new Map(BODY.id.map((id, b) => [id, b]));

// Seats by organisation (as packed) and by body.
const seatStart = new Int32Array(N + 1),
  memberStart = new Int32Array(B + 1);
SEAT.count.forEach((n, i) => {
  seatStart[i + 1] = seatStart[i] + n;
});
for (const b of SEAT.body) memberStart[b + 1]++;
for (let b = 0; b < B; b++) memberStart[b + 1] += memberStart[b];
const member = new Int32Array(SEAT.body.length);
{
  const next = memberStart.slice();
  for (let i = 0; i < N; i++) for (let s = seatStart[i]; s < seatStart[i + 1]; s++) member[next[SEAT.body[s]]++] = i;
}
const membersOf = (b) => member.subarray(memberStart[b], memberStart[b + 1]);
const sizeOf = (b) => memberStart[b + 1] - memberStart[b];
const seatsOf = (i) => Array.from({ length: SEAT.count[i] }, (_, at) => seatStart[i] + at);
const sharedBodies = (i, j) => {
  const mine = new Set(seatsOf(i).map((s) => SEAT.body[s]));
  return seatsOf(j)
    .map((s) => SEAT.body[s])
    .filter((b) => mine.has(b));
};

// One-mode ties by the weighting of the network: the formula of Network.project, in the bodies that `runs` accepts. Row by
// row, as sparse matrices are multiplied (Gustavson 1978): what an organisation shares with all others is summed up in
// one array, first only counted, then kept.
function project(runs = () => true) {
  const scale = { newman: (n) => 1 / (n - 1), fractional: (n) => 1 / n }[DATA.weighting] || (() => 1);
  const share = new Float64Array(B);
  for (let b = 0; b < B; b++) if (sizeOf(b) > 1 && runs(b)) share[b] = scale(sizeOf(b));
  const shared = new Float64Array(N),
    met = new Int32Array(N);
  const others = (i) => {
    let found = 0;
    for (let s = seatStart[i]; s < seatStart[i + 1]; s++) {
      const b = SEAT.body[s];
      if (!share[b]) continue;
      for (let at = memberStart[b]; at < memberStart[b + 1]; at++) {
        const j = member[at];
        if (j <= i) continue;
        if (!shared[j]) met[found++] = j;
        shared[j] += share[b];
      }
    }
    return found;
  };
  let total = 0;
  for (let i = 0; i < N; i++) {
    const found = others(i);
    total += found;
    for (let at = 0; at < found; at++) shared[met[at]] = 0;
  }
  const a = new Int32Array(total),
    b = new Int32Array(total),
    w = new Float32Array(total);
  for (let i = 0, e = 0; i < N; i++) {
    const found = others(i);
    for (let at = 0; at < found; at++, e++) {
      const j = met[at];
      a[e] = i;
      b[e] = j;
      w[e] = DATA.weighting === 'jaccard' ? shared[j] / (SEAT.count[i] + SEAT.count[j] - shared[j]) : shared[j];
      shared[j] = 0;
    }
  }
  const order = descending(w),
    ties = { count: total, a: a.map((_, e) => a[order[e]]), b: b.map((_, e) => b[order[e]]), w: w.map((_, e) => w[order[e]]) };
  ties.start = new Int32Array(N + 1);
  for (const ends of [ties.a, ties.b]) for (const i of ends) ties.start[i + 1]++;
  for (let i = 0; i < N; i++) ties.start[i + 1] += ties.start[i];
  const next = ties.start.slice();
  ties.edge = new Int32Array(2 * total);
  for (let e = 0; e < total; e++) {
    ties.edge[next[ties.a[e]]++] = e;
    ties.edge[next[ties.b[e]]++] = e;
  }
  return ties;
}
// Places of positive weights from the largest to the smallest, equal ones as they stood: the bits of such numbers, read as
// whole numbers, are in the order of the numbers, so that two passes over sixteen bits sort them (radix sort).
function descending(weights) {
  const bits = new Uint32Array(weights.buffer);
  let order = new Uint32Array(weights.length).map((_, e) => e);
  for (const shift of [0, 16]) {
    const digit = (e) => (~bits[e] >>> shift) & 0xffff,
      next = new Uint32Array(0x10001),
      sorted = new Uint32Array(order.length);
    for (const e of order) next[digit(e) + 1]++;
    for (let d = 0; d < 0x10000; d++) next[d + 1] += next[d];
    for (const e of order) sorted[next[digit(e)]++] = e;
    order = sorted;
  }
  return order;
}
let TIES = project();
const degree = (i) => TIES.start[i + 1] - TIES.start[i];
// Partners of an organisation, the strongest tie first.
const partnersOf = (i) =>
  Array.from(TIES.edge.subarray(TIES.start[i], TIES.start[i + 1]), (e) => ({
    at: TIES.a[e] === i ? TIES.b[e] : TIES.a[e],
    weight: TIES.w[e],
  })).sort((p, q) => q.weight - p.weight || p.at - q.at);

// Its doors: of every other group that it has ties to, the partner with the strongest, and how many partners are there.
function doorsOf(i) {
  const doors = new Map();
  if (GROUP[i] === null) return [];
  for (const { at } of partnersOf(i)) {
    if (GROUP[at] === null || GROUP[at] === GROUP[i]) continue;
    if (doors.has(GROUP[at])) doors.get(GROUP[at]).partners++;
    else doors.set(GROUP[at], { at, group: GROUP[at], partners: 1 });
  }
  return [...doors.values()];
}

// Tables: columns by name; a column of organisations keeps row numbers beside what it shows. Without numbers it is all of
// them in their order.
const ofOrganisations = ({ data }) => !Array.isArray(data) && 'organisation' in data;
function open(packed, help) {
  if (!packed) return null;
  const table = {
    rows: packed.rows,
    columns: packed.columns.map((c) => ({ name: c.name, help: help[c.name] })),
    of: {},
    words: packed.words,
    organisation: {},
  };
  packed.columns.forEach((c) => {
    if (ofOrganisations(c)) table.organisation[c.name] = c.data.organisation ? Array.from(ints(c.data.organisation)) : [...X.keys()];
  });
  packed.columns.forEach((c) => {
    const by = c.data.as && packed.columns.find((d) => d.name === c.data.as).data.at;
    table.of[c.name] = by
      ? unpack({ at: by, of: c.data.of })
      : ofOrganisations(c)
        ? table.organisation[c.name].map((i) => ORG.id[i])
        : c.data.name_of
          ? table.organisation[c.data.name_of].map((i) => ORG.name[i] || ORG.id[i])
          : unpack(c.data);
  });
  table.row = (r) => Object.fromEntries(packed.columns.map((c) => [c.name, table.of[c.name][r]]));
  return table;
}
const SECTION = new Map(DATA.sections.map((s) => [s.key, s]));
for (const s of DATA.sections) {
  s.table = open(s.table, DATA.declared[s.analysis].table);
  s.members = open(s.members, DATA.declared[s.analysis].members);
}
const tableOf = (key) => SECTION.get(key)?.table || null;

// Groups: label, members, the row of the silo table, the box they are drawn in.
const GROUPS = new Map();
GROUP.forEach((label, i) => {
  if (label === null) return;
  if (!GROUPS.has(label)) GROUPS.set(label, { label, members: [], row: null, verdict: null });
  GROUPS.get(label).members.push(i);
});
{
  const table = tableOf('silos');
  for (let r = 0; table && r < table.rows; r++) {
    const group = GROUPS.get(String(table.of.group[r]));
    if (group) Object.assign(group, { at: r, row: table.row(r), verdict: table.of.verdict?.[r] ?? null });
  }
}
const groupName = (g) => communityName(g.row?.name ? String(g.row.name) : `${t('group')} ${g.label}`);
// Its names for the picture, the longest first: a community is told by its number, of what sets it apart less and less.
function groupNames(g) {
  const name = groupName(g),
    [, words, number] = /^(.*?)(?: · )?(?:community|社群) (\d+)$/.exec(name) || [];
  return number ? [...new Set([`${words} #${number}`, `${words.split(' · ')[0]} #${number}`, `#${number}`].map((each) => each.trim()))] : [name];
}
const RANKED = Array.from(GROUPS.values()).sort(
  (p, q) => (p.at ?? 1e9) - (q.at ?? 1e9) || q.members.length - p.members.length,
);
const VERDICTS = ['silo', 'leaning inward', 'neither', 'open', 'too small'];
const sentence = (key, r) => SECTION.get(key)?.said?.[zh() ? 1 : 0]?.[r] || '';

// Proposals, best first.
const PROPOSALS = [];
{
  const table = tableOf('bridges');
  if (table?.organisation.start && table.organisation.end)
    for (let r = 0; r < table.rows; r++) {
      PROPOSALS.push({
        ...table.row(r),
        row: r,
        a: table.organisation.start[r],
        b: table.organisation.end[r],
        rank: table.of.rank?.[r] ?? r + 1,
      });
    }
  PROPOSALS.sort((p, q) => (p.rank ?? 1e9) - (q.rank ?? 1e9));
}
const proposalsOf = (i) => PROPOSALS.filter((p) => p.a === i || p.b === i);

// What an organisation can be sized by, and its broker figures.
const METRICS = {
  partners: Float64Array.from({ length: N }, (_, i) => degree(i)),
  seats: Float64Array.from(SEAT.count),
};
{
  const table = tableOf('brokers');
  const own = {
    broker_betweenness: 'betweenness',
    broker_constraint: 'constraint',
    broker_effective_size: 'effective',
    broker_efficiency: 'efficiency',
  };
  for (const [column, name] of Object.entries(own)) {
    if (!table?.of[column] || !table.organisation.id) continue;
    METRICS[name] = new Float64Array(N).fill(NaN);
    table.of[column].forEach((value, r) => {
      if (typeof value === 'number') METRICS[name][table.organisation.id[r]] = value;
    });
  }
}
// How certain an organisation's place in its community is, by row number.
const CERTAINTY = {};
{
  const table = tableOf('communities');
  table?.organisation.id?.forEach((i, r) => {
    const sure = table.of.community_certainty?.[r];
    if (typeof sure === 'number') CERTAINTY[i] = sure;
  });
}
const RANKS = {};
function rankOf(metric, i) {
  RANKS[metric] ||= (() => {
    const order = Array.from(METRICS[metric].keys()).sort((p, q) => METRICS[metric][q] - METRICS[metric][p]);
    const rank = new Int32Array(N);
    order.forEach((who, at) => {
      rank[who] = at && METRICS[metric][who] === METRICS[metric][order[at - 1]] ? rank[order[at - 1]] : at + 1;
    });
    return rank;
  })();
  return RANKS[metric][i];
}
