// The proof behind the proposals: how many came true, beside simpler rules, and stated against observed likelihood.
Object.assign(WORDS, {
  proofCaption: [
    'Share of the ten best proposals of each organisation that came true, with 95 % interval: graphkit (filled) beside simpler rules, on each kind of pair.',
    '每个机构前十条建议中后来成真的比例及 95% 区间：graphkit（实心）与较简单规则的比较，按机构对的类型分列。',
  ],
  calibrationCaption: [
    'Stated likelihood against the share that came true, ten bins of equal number, with 95 % interval. On the line what is stated is what happens; only the best ranked proposals of each organisation are counted.',
    '所给可行性与实际成真比例，按数量等分为十组，附 95% 区间。落在线上即所言与实际相符；仅计入每个机构排名靠前的建议。',
  ],
  proofNone: [
    'Nobody could be tried: load projects or platforms of several years with their first day (from), so that the earlier can foretell the later.',
    '无法回测：请载入跨越数年、带开始日期（from）的项目或平台，以便用较早者预测较晚者。',
  ],
  stated: ['stated likelihood', '所给可行性'],
  observed: ['came true', '实际成真'],
  binTold: ['stated {s}, came true {o} ({n} proposals)', '所给 {s}，成真 {o}（{n} 条建议）'],
  everyPair: ['all pairs', '全部机构对'],
  proofNoneOfThese: [
    'No proposal of this kind came true, whichever rule made it: there is nothing to compare.',
    '各规则的此类建议均未成真，无从比较。',
  ],
  triedCount: ['{n} organisations tried', '{n} 个机构参与回测'],
});
Object.assign(TERMS, {
  'across communities': ['across communities', '跨社群'],
  'without common partner': ['without common partner', '无共同伙伴'],
  'across countries': ['across countries', '跨国'],
  'east-west': ['between east and west', '东西之间'],
  random: ['random', '随机'],
  degree: ['degree', '度数'],
  'common neighbours': ['common neighbours', '共同邻居'],
  'resource allocation': ['resource allocation', '资源分配'],
  'random walk': ['random walk', '随机游走'],
});
function proofFigure(block) {
  if (!block.strata.length) return el('p', { class: 'notice' }, t('proofNone'));
  const most = Math.max(
    0.01,
    ...block.strata.flatMap((s) => s.scores.map((each) => Math.max(each.precision ?? 0, each.precision_high ?? 0))),
  );
  const node = el(
    'div',
    { class: 'picture' },
    block.bare ? null : el('ul', { class: 'findings' }, ...block.said[zh() ? 1 : 0].filter(Boolean).map((text) => el('li', {}, text))),
    quiet(`${either(block.when)}${zh() ? '' : ' '}${t('proofCaption')}`),
    el('div', { class: 'multiples broad' }, ...block.strata.map((stratum) => precisionOf(stratum, most))),
    block.bins.length > 1 ? calibrationOf(block.bins) : null,
    block.bare ? null : tableView('backtest', block.table),
  );
  return node;
}
const tenth = (x) => (x === null ? '–' : `${(100 * x).toFixed(1)} %`); // rules often differ by less than a point
function precisionOf(stratum, most) {
  const caption = `${stratum.name === 'all' ? t('everyPair') : term(stratum.name)} · ${t('triedCount', { n: count(stratum.organisations) })}`;
  if (!stratum.scores.some((each) => each.precision))
    return el('figure', { class: 'chart' }, el('figcaption', {}, caption), quiet(t('proofNoneOfThese')));
  const width = innerWidth < SMALL ? 320 : 430, // letters keep their size
    left = 10 + Math.max(...stratum.scores.map((each) => wideOf(short(term(each.score), 22)))),
    high = 24,
    top = 6,
    right = 66,
    height = top + stratum.scores.length * high + 22;
  const x = (v) => left + ((width - left - right) * v) / most;
  const parts = ticks(most, 3).flatMap((v) => [
    svg('line', { x1: x(v), x2: x(v), y1: top, y2: height - 20, class: 'grid' }),
    label(x(v), height - 6, percent(v), { 'text-anchor': 'middle', class: 'axis' }),
  ]);
  stratum.scores.forEach((each, at) => {
    const y = top + at * high + high / 2,
      low = each.precision_low,
      up = each.precision_high,
      text = `${term(each.score)}: ${tenth(each.precision)}${low === null ? '' : ` (${tenth(low)} – ${tenth(up)})`}`;
    parts.push(
      svg(
        'g',
        { class: each.score === 'graphkit' ? 'rule ours' : 'rule', tabindex: 0, role: 'img', 'aria-label': text },
        svg('title', {}, text),
        label(left - 10, y + 4, short(term(each.score), 22), { 'text-anchor': 'end' }),
        low === null ? null : svg('line', { x1: x(low), x2: x(up), y1: y, y2: y }),
        svg('circle', { cx: x(each.precision ?? 0), cy: y, r: 5 }),
        label(x(up ?? each.precision ?? 0) + 10, y + 4, tenth(each.precision), { class: 'axis' }),
      ),
    );
  });
  const made = figureOf(caption, width, height, ...parts);
  made.firstChild.setAttribute('role', 'group');
  made.prepend(made.lastChild);
  return made;
}
function calibrationOf(bins) {
  const width = innerWidth < SMALL ? 320 : 430,
    height = 330,
    left = 58,
    top = 12,
    bottom = 44,
    right = 16;
  const most = Math.min(1, 1.08 * Math.max(...bins.flatMap((b) => [b.stated, b.high])));
  const x = (v) => left + ((width - left - right) * v) / most,
    y = (v) => height - bottom - ((height - top - bottom) * Math.min(v, most)) / most;
  const parts = ticks(most, 4).flatMap((v) => [
    svg('line', { x1: x(v), x2: x(v), y1: top, y2: height - bottom, class: 'grid' }),
    svg('line', { x1: left, x2: width - right, y1: y(v), y2: y(v), class: 'grid' }),
    label(x(v), height - bottom + 16, percent(v), { 'text-anchor': 'middle', class: 'axis' }),
    label(left - 8, y(v) + 4, percent(v), { 'text-anchor': 'end', class: 'axis' }),
  ]);
  parts.push(
    svg('line', { x1: x(0), y1: y(0), x2: x(most), y2: y(most), class: 'middle' }),
    label((left + width - right) / 2, height - 6, t('stated'), { 'text-anchor': 'middle', class: 'axis' }),
    svg(
      'text',
      { transform: `translate(12 ${(top + height - bottom) / 2}) rotate(-90)`, 'text-anchor': 'middle', class: 'axis' },
      t('observed'),
    ),
    ...bins.map((b) => {
      const text = t('binTold', { s: percent(b.stated), o: percent(b.observed), n: count(b.proposals) });
      return svg(
        'g',
        { class: 'rule ours', tabindex: 0, role: 'img', 'aria-label': text },
        svg('title', {}, text),
        svg('line', { x1: x(b.stated), x2: x(b.stated), y1: y(b.low), y2: y(b.high) }),
        svg('circle', { cx: x(b.stated), cy: y(b.observed), r: 5 }),
      );
    }),
  );
  const made = figureOf(t('calibrationCaption'), width, height, ...parts);
  made.firstChild.setAttribute('role', 'group');
  made.classList.add('calibration');
  return made;
}
