// In one minute: what is worth a phone call, by names, in plain words and with one figure each.
Object.assign(WORDS, {
  minuteAround: ['The circle around {a} and {b}', '以{a}、{b}为中心的圈子'],
  minuteSilo: ['{g} keeps to itself: {p} of its ties lead outside, far fewer than by chance.', '{g}自我封闭：对外联系占 {p}，远低于随机水平。'],
  minuteWholly: ['{g} keeps to itself: none of its ties leads outside.', '{g}自我封闭：没有任何对外联系。'],
  minuteLeaning: ['{g} leans inward: {p} of its ties lead outside.', '{g}偏重内部合作：对外联系占 {p}。'],
  minuteOpen: ['{g} is open: {p} of its ties lead outside.', '{g}较为开放：对外联系占 {p}。'],
  minuteNeither: ['{g} is neither closed nor open: {p} of its ties lead outside.', '{g}不封闭也不格外开放：对外联系占 {p}。'],
  minuteApart: [
    'Introduce {a} to {b}: {n} organisations would no longer be cut off from the rest.',
    '介绍{a}与{b}认识：{n} 家机构将不再与外界隔绝。',
  ],
  minuteAlone: ['Introduce {a} to {b}: it works with nobody yet.', '介绍{a}与{b}认识：前者尚无任何合作。'],
  minuteNear: [
    'Introduce {a} to {b}: today the way between them takes {n} go-betweens.',
    '介绍{a}与{b}认识：双方目前要经过 {n} 个中间人。',
  ],
  minutePlatform: [
    'Found a platform hosted by {h}: it would make {n} new ties between circles that hardly meet.',
    '由{h}牵头新建平台：在少有往来的圈子之间带来 {n} 条新联系。',
  ],
  minuteNobody: ['{n} organisations work with nobody.', '{n} 家机构没有任何合作。'],
  minuteCut: ['If {c} left, {n} organisations would be cut off.', '一旦失去{c}，{n} 家机构将与外界断开。'],
});
const MINUTE_VERDICTS = { silo: 'minuteSilo', 'leaning inward': 'minuteLeaning', open: 'minuteOpen', neither: 'minuteNeither' };
const briefly = (name) => short(name, 80);
// By analysis: what a row says in plain words and what a click opens; nothing where a row is no news.
const PLAINLY = {
  silos(s, r) {
    const of = s.table.of,
      key = MINUTE_VERDICTS[of.verdict?.[r]],
      group = s.key === 'silos' ? GROUPS.get(String(of.group[r])) : null;
    if (!key) return null;
    const [a, b] = group ? largestOf(group).map((i) => briefly(nameOf(i))) : [];
    const named = b ? t('minuteAround', { a, b }) : groupWord(s.table, 'group', r, s.options.by);
    return {
      said: t(of.external_share[r] ? key : 'minuteWholly', { g: named, p: percent(of.external_share[r]) }),
      go: group && (() => choose({ kind: 'g', at: group.label })),
      kind: String(of.verdict[r]).replaceAll(' ', '-'),
    };
  },
  bridges(s, r) {
    const at = PROPOSALS.findIndex((p) => p.row === r),
      p = PROPOSALS[at];
    if (!p) return null;
    const { size } = componentsOf(),
      [first, second] = size(p.a) > size(p.b) ? [p.b, p.a] : [p.a, p.b],
      n = size(first),
      key = p.distance ? 'minuteNear' : n > 1 ? 'minuteApart' : 'minuteAlone',
      between = p.distance ? p.distance - 1 : n;
    return {
      said: t(key, { a: briefly(nameOf(first)), b: briefly(nameOf(second)), n: count(between) }),
      go: () => choose({ kind: 'p', at }),
    };
  },
  'new-platforms'(s, r) {
    const { host_name: name, new_ties: n } = s.table.of;
    return { said: t('minutePlatform', { h: briefly(worded(s.table, 'host_name', name[r])), n: count(n[r]) }) };
  },
  isolation(s, r) {
    const { kind, members, cut } = s.table.of;
    if (kind[r] === 'isolates') return { said: t('minuteNobody', { n: count(members[r]) }) };
    if (kind[r] !== 'near-detached' || cut[r].includes(' -- ')) return null;
    return { said: t('minuteCut', { c: briefly(worded(s.table, 'cut', cut[r])), n: count(members[r]) }) };
  },
};
const largestOf = (group) => group.members.slice().sort((p, q) => degree(q) - degree(p) || p - q).slice(0, 2);
// What a section says in so many lines: plainly where that is known, else in the first of its own sentences.
function linesOf(s, most) {
  const plainly = PLAINLY[s.analysis],
    lines = [];
  for (let r = 0; r < s.table.rows && lines.length < most; r++) {
    const whole = s.said[zh() ? 1 : 0][r] ?? '',
      line = plainly ? plainly(s, r) : whole && { said: tones(whole)[0] };
    if (line) lines.push({ ...line, whole });
  }
  return lines;
}
function minute() {
  const items = Object.entries(DATA.headlines).flatMap(([key, most]) => {
    const s = SECTION.get(key);
    return s?.said
      ? linesOf(s, most).map(({ said, go, kind = '', whole }) =>
          el(
            'li',
            { class: `${s.analysis} ${kind}` },
            el('button', { type: 'button', class: 'link', title: whole, onclick: go || (() => lookAt(anchor(s))) }, said),
          ),
        )
      : [];
  });
  return items.length ? el('div', { class: 'minute' }, el('h2', {}, t('minute')), el('ul', {}, ...items)) : null;
}
