// Openness of each group over the years, as small pictures beside each other, in the range that chance gives.
Object.assign(WORDS, {
  groupedBy: ['Groups', '分组'],
  trendCaption: [
    'Share of ties that leave each group (line, window by window) in the range that chance gives (band, 95 %; dashed its middle). Below the band is more closed than chance.',
    '各群组通向外部的联系比例（折线，逐个时间窗）与随机范围（色带，95%；虚线为其中值）。低于色带即比随机更封闭。',
  ],
  trendNone: [
    'No group has ties in two windows of years: there is no course to draw. What one window says is below.',
    '没有群组在两个时间窗内都有联系，无法绘制走势；单个时间窗的结果见下。',
  ],
  trendUntested: [
    'Communities were found on these very ties, so few leave by construction: no range of chance is drawn, and their course is not tested.',
    '社群由这些联系得出，外部联系必然较少，故不绘随机范围，也不检验其走势。',
  ],
  trendLeft: ['{n} more groups are in the table.', '另有 {n} 个群组见表格。'],
  trendSince: ['{v} since {y}', '自 {y} 年{v}'],
  windowTold: ['{y}: {s} leave, {e} expected', '{y}：{s} 通向外部，预期 {e}'],
});
Object.assign(TERMS, {
  closing: ['closing', '趋于封闭'],
  opening: ['opening', '趋于开放'],
  steady: ['steady', '平稳'],
  'too short': ['too short to tell', '时间太短，无法判断'],
  'not tested': ['not tested', '未检验'],
});
function trendFigure(block) {
  if (!block.first) return null;
  const state = (block.state ||= { by: block.first });
  const node = el('div', { class: 'picture' });
  const by = (key) => (key === 'community' ? t('community') : t('by', { p: t(key) }));
  const told = (found) =>
    found.said[zh() ? 1 : 0].map((said, r) => (state.by === 'country' ? countriesNamed(said, found.table, r) : said));
  const draw = () => {
    const found = block.by[state.by],
      shownAs = (g) =>
        g.called ? pick(g.called) : shown(state.by, String((state.by === 'community' && g.name) || g.group));
    const years = found.groups.flatMap((g) => g.windows.map((w) => w.until)),
      first = Math.min(...years),
      last = Math.max(...years),
      shares = found.groups.flatMap((g) => g.windows.flatMap((w) => [w.share, w.low, w.high, w.expected])).filter((v) => v !== null),
      range = [Math.floor(10 * Math.min(...shares) + 1e-9) / 10, Math.ceil(10 * Math.max(...shares) - 1e-9) / 10];
    if (range[0] === range[1]) range[0] -= 0.1;
    node.replaceChildren(
      el(
        'div',
        { class: 'choices' },
        Object.keys(block.by).length > 1 && choice('grouped', t('groupedBy'), Object.keys(block.by).map((key) => [key, by(key)]), state.by, (value) => {
          state.by = value;
          draw();
          $('grouped').focus();
        }),
      ),
      quiet(t('trendCaption')),
      state.by === 'community' ? quiet(t('trendUntested')) : '',
      found.groups.length
        ? el('div', { class: 'multiples' }, ...found.groups.map((g) => trendOf(g, shownAs(g), first, last, range)))
        : el('p', { class: 'notice' }, t('trendNone')),
      found.groups.length && found.left_out ? quiet(t('trendLeft', { n: count(found.left_out) })) : '',
      ...(block.bare
        ? []
        : [
            el('ul', { class: 'findings' }, ...told(found).filter(Boolean).map((text) => el('li', { dir: 'auto' }, text))),
            tableView(`openness-by-${state.by}`, found.table, { by: state.by }),
          ]),
    );
  };
  draw();
  return node;
}
function trendOf(group, name, first, last, [least, most]) {
  const width = 300,
    height = 150,
    left = 40,
    right = 12,
    top = 10,
    bottom = 24;
  const x = (year) => left + ((width - left - right) * (year - first)) / Math.max(last - first, 1),
    y = (share) => top + (height - top - bottom) * (1 - (share - least) / (most - least));
  const known = group.windows.filter((w) => w.share !== null),
    banded = group.windows.filter((w) => w.low !== null),
    path = (list, of) => list.map((w, i) => `${i ? 'L' : 'M'}${x(w.until).toFixed(1)} ${y(of(w)).toFixed(1)}`).join('');
  const told = group.since !== null ? t('trendSince', { v: term(group.trend), y: group.since }) : term(group.trend);
  const parts = [least, (least + most) / 2, most].flatMap((share) => [
    svg('line', { x1: left, x2: width - right, y1: y(share), y2: y(share), class: 'grid' }),
    label(left - 6, y(share) + 4, percent(share), { 'text-anchor': 'end', class: 'axis' }),
  ]);
  parts.push(
    label(x(first), height - 6, String(first), { class: 'axis', 'text-anchor': last > first ? 'start' : 'middle' }),
    last > first ? label(x(last), height - 6, String(last), { class: 'axis', 'text-anchor': 'end' }) : null,
    banded.length > 1
      ? svg('path', {
          d: `${path(banded, (w) => w.high)}${path([...banded].reverse(), (w) => w.low).replace('M', 'L')}Z`,
          class: 'band',
        })
      : null,
    svg('path', { d: path(known.filter((w) => w.expected !== null), (w) => w.expected), class: 'middle' }),
    svg('path', { d: path(known, (w) => w.share), class: 'line' }),
    ...known.map((w) => {
      const text = t('windowTold', {
        y: w.since === w.until ? w.until : `${w.since}–${w.until}`,
        s: percent(w.share),
        e: percent(w.expected),
      });
      return svg(
        'g',
        { class: w.high !== null && w.share < w.low ? 'point below' : 'point', tabindex: 0, role: 'img', 'aria-label': text },
        svg('title', {}, text),
        svg('circle', { cx: x(w.until), cy: y(w.share), r: 3.5 }),
      );
    }),
  );
  const members = t('members', { n: count(group.members) });
  const made = figureOf(`${short(name, 120)} · ${members} · ${told}`, width, height, ...parts);
  made.firstChild.setAttribute('role', 'group');
  made.classList.add(`trend-${String(group.trend).replaceAll(' ', '-')}`);
  made.prepend(made.lastChild);
  return made;
}
