// Groups against groups (or technologies against regions): ties over expected ties, the gap as the colour.
Object.assign(WORDS, {
  pairOf: ['Compare', '比较'],
  pairSquare: ['{p} × {p}', '{p} × {p}'],
  pairTechnology: ['technology × region', '技术 × 区域'],
  technology: ['technology', '技术'],
  othersRow: ['other ({n})', '其他（{n}）'],
  sortRows: ['Rows', '行序'],
  byActivity: ['most ties first', '联系最多者在前'],
  byOpenness: ['least open first', '最不开放者在前'],
  matrixCaption: [
    'Ties found over ties that the numbers of partners make expect (configuration model): blue is more, orange fewer, × none where one and more were expected, +n found where less than one was. Choose a cell for its ties and the proposals that would fill it.',
    '实际联系与按伙伴数预期的联系之比（配置模型）：蓝色偏多，橙色偏少，× 表示预期一条以上却没有，+n 表示预期不足一条时的实际数。点选单元格可查看其联系及可弥补缺口的建议。',
  ],
  technologyCaption: [
    'Organisations of a region on a technology over what both totals make expect (location quotient): blue is more, orange fewer, × none where one and more were expected, +n found where less than one was. Choose a cell for its organisations and proposals.',
    '某区域从事某技术的机构数与按两者总数预期之比（区位商）：蓝色偏多，橙色偏少，× 表示预期一个以上却没有，+n 表示预期不足一个时的实际数。点选单元格可查看机构与建议。',
  ],
  cellTold: ['{a} – {b}: {o} found, {e} expected', '{a} – {b}：实际 {o}，预期 {e}'],
  cellRatio: ['{r} times expected', '为预期的 {r} 倍'],
  rowsOther: ['The {n} groups with fewest ties are one row, “other”.', '联系最少的 {n} 个群组合为“其他”一行。'],
  rowsWithout: ['{n} organisations without this are left out.', '{n} 个机构缺少该信息，未计入。'],
  cellTies: ['Strongest ties', '最强的联系'],
  cellMembers: ['Organisations', '机构'],
  cellProposals: ['Proposals that would fill it', '可弥补缺口的建议'],
  cellNoTies: ['There is none.', '没有。'],
  cellChoose: ['Choose a cell.', '请点选单元格。'],
  opennessOf: ['open {p}', '开放 {p}'],
  fewer: ['fewer', '偏少'],
  moreTies: ['more', '偏多'],
  noneProposed: ['None is proposed.', '没有建议。'],
});
// Seven steps on a scale of powers of two. One is added on both sides, so that few ties against fewer say little.
function gapClass(observed, expected) {
  if (!observed && expected < 1) return expected ? 'gap0' : 'gap-none';
  const ratio = Math.log2((observed + 1) / (expected + 1));
  return `gap${Math.max(-3, Math.min(3, Math.round(1.5 * ratio)))}`;
}
const gapKey = () =>
  el(
    'p',
    { class: 'gapkey' },
    `${t('fewer')} `,
    ...[-3, -2, -1, 0, 1, 2, 3].map((step) => el('span', { class: `step gap${step}`, 'aria-hidden': 'true' })),
    ` ${t('moreTies')}`,
  );
const calledOf = (block, row) => {
  if (!block.names) return nameOf(row); // in the report, which has the organisations
  const [name, chinese] = block.names[row];
  return String((zh() && chinese) || name);
};
const proposalText = (block, p) =>
  el(
    'li',
    {},
    el('p', { dir: 'auto' }, `${p.rank}. ${short(calledOf(block, p.a), 300)} – ${short(calledOf(block, p.b), 300)}`),
    el('p', { class: 'figures' }, `${t('gain')} ${figure(p.gain)} · ${t('likelihood')} ${figure(p.likelihood)}`),
    p.why[0] ? el('p', { class: 'quiet', dir: 'auto' }, String((zh() && p.why[1]) || p.why[0])) : null,
  );

// A figure whose letters keep their size: on a small screen it scrolls instead of shrinking.
function wideFigure(caption, width, height, name, ...parts) {
  const made = figureOf(caption, width, height, ...parts),
    drawn = made.firstChild,
    scroll = el('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': name });
  drawn.setAttribute('role', 'group');
  drawn.setAttribute('width', width);
  drawn.setAttribute('height', height);
  made.prepend(scroll);
  scroll.append(drawn);
  return made;
}

// Where what was chosen is told below the picture and not beside it, the page moves there.
function showAside(side) {
  if (getComputedStyle(side).position === 'static') side.scrollIntoView({ block: 'nearest' });
}

function matrixFigure(block) {
  if (!block.first) return null;
  const state = (block.state ||= { pair: block.first, sort: 'ties', cell: null });
  const node = el('div', { class: 'picture' });
  const proposed = (n) => {
    if (block.proposals) return block.proposals[n];
    const p = PROPOSALS.find((each) => each.row === n);
    return { ...p, likelihood: p.feasibility, why: [p.reasons, p.reasons_zh] };
  };
  const nameOfPair = (key) =>
    key === 'technology-region' ? t('pairTechnology') : t('pairSquare', { p: t(key) });
  const draw = () => {
    const pair = block.pairs[state.pair],
      square = !pair.columns,
      columns = pair.columns || pair.rows;
    const said = (list, i, side) =>
      list[i] === null
        ? t('othersRow', { n: count(pair.others) })
        : block.called?.[pair.of[side]]?.[list[i]]
          ? pick(block.called[pair.of[side]][list[i]])
          : shown(pair.of[side], list[i]);
    const order = pair.rows.map((_, i) => i);
    if (square && state.sort === 'openness') order.sort((p, q) => (pair.openness[p] ?? 2) - (pair.openness[q] ?? 2) || p - q);
    const across = square ? order : columns.map((_, j) => j);
    const at = (i, j) => (square && i > j ? [j, i] : [i, j]);
    // Room for the longest names, as far as the screen allows.
    const wide = (text) => [...text].reduce((sum, sign) => sum + (sign > '\u2e7f' ? 12.5 : 7.3), 0),
      long = Math.max(...order.map((i) => wide(short(said(pair.rows, i, 0), 26)))),
      tall = Math.max(wide(t('opennessOf', { p: '' })), ...across.map((j) => wide(short(said(columns, j, 1), 20))));
    const size = 38,
      left = Math.max(40, Math.min(long + 18, innerWidth < 600 ? 130 : 194)),
      top = 26 + 0.72 * tall,
      width = left + across.length * size + (square ? 62 : 8),
      height = top + order.length * size * 0.74 + 6,
      high = size * 0.74;
    const side = el('div', { class: 'aside', 'aria-live': 'polite' });
    const open = (i, j) => {
      state.cell = [i, j];
      for (const each of node.querySelectorAll('.cell.chosen')) each.classList.remove('chosen');
      node.querySelector(`[data-cell="${i},${j}"]`)?.classList.add('chosen');
      const [p, q] = at(i, j),
        cell = pair.cells[`${p},${q}`] || {},
        found = cell.ties || [],
        observed = pair.observed[p][q],
        expected = pair.expected[p][q];
      side.replaceChildren(
        el('h3', { dir: 'auto' }, `${said(pair.rows, i, 0)} – ${said(columns, j, 1)}`),
        el('p', {}, tell(i, j)),
        expected ? el('p', { class: 'figures' }, t('cellRatio', { r: figure(observed / expected) })) : '',
        el('h3', {}, t(square ? 'cellTies' : 'cellMembers')),
        found.length || cell.members?.length
          ? el(
              'ul',
              {},
              ...found.map(([a, b, w]) =>
                el('li', { dir: 'auto' }, `${short(calledOf(block, a), 300)} – ${short(calledOf(block, b), 300)} `, el('span', { class: 'n' }, figure(w))),
              ),
              ...(cell.members || []).map((a) => el('li', { dir: 'auto' }, short(calledOf(block, a), 300))),
            )
          : quiet(t('cellNoTies')),
        el('h3', {}, t('cellProposals')),
        cell.proposals?.length
          ? some(cell.proposals, (n) => proposalText(block, proposed(n)), 6)
          : quiet(t('noneProposed')),
      );
      showAside(side);
    };
    const tell = (i, j) => {
      const [p, q] = at(i, j);
      return t('cellTold', {
        a: said(pair.rows, i, 0),
        b: said(columns, j, 1),
        o: figure(pair.observed[p][q]),
        e: figure(pair.expected[p][q]),
      });
    };
    const parts = across.map((j, x) =>
      svg(
        'text',
        { transform: `translate(${left + x * size + size / 2 + 4} ${top - 8}) rotate(-48)`, class: 'axis' },
        short(said(columns, j, 1), 20),
      ),
    );
    order.forEach((i, y) => {
      const cy = top + y * high;
      parts.push(
        svg('g', {}, svg('title', {}, short(said(pair.rows, i, 0), 300)), label(left - 8, cy + high / 2 + 4, short(said(pair.rows, i, 0), Math.max(6, Math.floor((26 * left) / Math.max(long + 18, left)))), { 'text-anchor': 'end' })),
      );
      across.forEach((j, x) => {
        const [p, q] = at(i, j),
          observed = pair.observed[p][q],
          expected = pair.expected[p][q];
        const kind = gapClass(observed, expected);
        const cell = svg(
          'g',
          { class: `cell ${kind}`, 'data-cell': `${i},${j}`, 'aria-label': tell(i, j) },
          svg('title', {}, tell(i, j)),
          svg('rect', { x: left + x * size + 1, y: cy + 1, width: size - 2, height: high - 2, rx: 3 }),
          label(
            left + x * size + size / 2,
            cy + high / 2 + 4,
            expected < 1
              ? observed
                ? `+${count(observed)}`
                : ''
              : observed
                ? (observed / expected).toFixed(observed / expected < 9.95 ? 1 : 0)
                : '×',
            { 'text-anchor': 'middle', 'aria-hidden': 'true' },
          ),
        );
        parts.push(chosenBy(cell, () => open(i, j)));
      });
      if (square && pair.openness[i] !== null)
        parts.push(
          label(left + across.length * size + 6, cy + high / 2 + 4, percent(pair.openness[i]), { class: 'axis' }),
        );
    });
    if (square)
      parts.push(
        svg(
          'text',
          { transform: `translate(${left + across.length * size + 22} ${top - 8}) rotate(-48)`, class: 'axis strong' },
          t('opennessOf', { p: '' }).trim(),
        ),
      );
    const caption = t(square ? 'matrixCaption' : 'technologyCaption');
    const made = wideFigure(caption, width, height, nameOfPair(state.pair), ...parts);
    side.append(quiet(t('cellChoose')));
    node.replaceChildren(
      el(
        'div',
        { class: 'choices' },
        choice('pair', t('pairOf'), Object.keys(block.pairs).map((key) => [key, nameOfPair(key)]), state.pair, (value) => {
          Object.assign(state, { pair: value, cell: null });
          draw();
          $('pair').focus();
        }),
        square
          ? choice(
              'rows',
              t('sortRows'),
              [
                ['ties', t('byActivity')],
                ['openness', t('byOpenness')],
              ],
              state.sort,
              (value) => {
                state.sort = value;
                draw();
                $('rows').focus();
              },
            )
          : null,
        gapKey(),
      ),
      el('div', { class: 'besides' }, made, side),
      ...[
        pair.others ? t('rowsOther', { n: count(pair.others) }) : '',
        pair.without ? t('rowsWithout', { n: count(pair.without) }) : '',
      ]
        .filter(Boolean)
        .map(quiet),
    );
    if (state.cell) open(...state.cell);
  };
  draw();
  return node;
}
