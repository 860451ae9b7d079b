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
  byTogether: ['who work together, side by side', '合作多者相邻'],
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
  fewer: ['⅓ of expected or less', '预期的⅓及以下'],
  moreTies: ['3 times or more', '3 倍及以上'],
  noneProposed: ['None is proposed.', '没有建议。'],
});
// Seven steps on a scale of powers of two. One is added on both sides, so that few ties against fewer say little.
function gapClass(observed, expected) {
  if (!observed && expected < 1) return expected ? 'gap0' : 'gap-none';
  const ratio = Math.log2((observed + 1) / (expected + 1));
  return `gap${Math.max(-3, Math.min(3, Math.round(1.5 * ratio)))}`;
}
const gapKey = (kind = 'gap') =>
  el(
    'p',
    { class: 'gapkey' },
    `${t('fewer')} `,
    ...[-3, -2, -1, 0, 1, 2, 3].map((step) => el('span', { class: `step ${kind}${step}`, 'aria-hidden': 'true' })),
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

// Every cell as a row: two groups (or a technology and a region), what was found and what is expected.
function saveCells(name, pair) {
  const rows = pair.observed.flatMap((line, i) =>
    line.map((found, j) => [i, j, found]).filter(([, j]) => pair.columns || j >= i),
  );
  const of = {
    [pair.of[0]]: rows.map(([i]) => pair.rows[i] ?? 'other'),
    [pair.columns ? pair.of[1] : 'other']: rows.map(([, j]) => (pair.columns || pair.rows)[j] ?? 'other'),
    observed: rows.map(([, , found]) => found),
    expected: rows.map(([i, j]) => pair.expected[i][j]),
  };
  saveCsv(name, { columns: Object.keys(of).map((key) => ({ name: key })), of }, [...rows.keys()]);
}
// Cells of a table of which one is chosen: one stop of the Tab key, arrows move between them, Enter chooses.
function chosenInGrid(table, go) {
  const rows = Array.from(table.tBodies[0].rows, (row) => Array.from(row.querySelectorAll('.cell')));
  const stop = (cell) => {
    table.querySelector('.cell[tabindex="0"]')?.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
  };
  if (rows[0]?.[0]) stop(rows[0][0]);
  table.addEventListener('click', (event) => {
    const cell = event.target.closest('.cell');
    if (!cell) return;
    stop(cell);
    go(cell);
  });
  table.addEventListener('keydown', (event) => {
    const cell = event.target.closest('.cell'),
      y = rows.findIndex((row) => row.includes(cell)),
      x = rows[y]?.indexOf(cell);
    if (y < 0) return;
    const to = { ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], Home: [y, 0], End: [y, rows[y].length - 1] }[event.key];
    if (!to && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    const next = to && rows[to[0]]?.[to[1]];
    if (next) {
      stop(next);
      next.focus();
    } else if (!to) go(cell);
  });
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
    let order = pair.rows.map((_, i) => i);
    if (square && state.sort === 'openness') order.sort((p, q) => (pair.openness[p] ?? 2) - (pair.openness[q] ?? 2) || p - q);
    if (square && state.sort === 'together') order = pair.together;
    const across = square ? order : columns.map((_, j) => j);
    const at = (i, j) => (square && i > j ? [j, i] : [i, j]);
    const tall = Math.max(wideOf(t('opennessOf', { p: '' })), ...across.map((j) => wideOf(short(said(columns, j, 1), 20))));
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
    const head = (text, more = {}) =>
      el('th', { scope: 'col', title: short(text, 300), ...more }, el('span', { dir: 'auto' }, short(text, 20)));
    const cellOf = (i, j) => {
      const [p, q] = at(i, j),
        observed = pair.observed[p][q],
        expected = pair.expected[p][q],
        ratio = observed / expected;
      return el(
        'td',
        { class: `cell ${gapClass(observed, expected)}`, 'data-cell': `${i},${j}`, tabindex: -1, title: tell(i, j), 'aria-label': tell(i, j) },
        expected < 1 ? (observed ? `+${count(observed)}` : '') : observed ? ratio.toFixed(ratio < 9.95 ? 1 : 0) : '×',
      );
    };
    const table = el(
      'table',
      { class: 'matrix', role: 'grid', 'aria-label': nameOfPair(state.pair) },
      el(
        'thead',
        {},
        el('tr', {}, el('td', {}), ...across.map((j) => head(said(columns, j, 1))), square ? head(t('opennessOf', { p: '' }).trim(), { class: 'strong' }) : null),
      ),
      el(
        'tbody',
        {},
        ...order.map((i) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row', title: short(said(pair.rows, i, 0), 300), dir: 'auto' }, short(said(pair.rows, i, 0), 26)),
            ...across.map((j) => cellOf(i, j)),
            square ? el('td', { class: 'number' }, pair.openness[i] === null ? '' : percent(pair.openness[i])) : null,
          ),
        ),
      ),
    );
    table.style.setProperty('--tall', `${Math.round(26 + 0.72 * tall)}px`);
    chosenInGrid(table, (cell) => open(...cell.dataset.cell.split(',').map(Number)));
    const caption = t(square ? 'matrixCaption' : 'technologyCaption');
    const made = el(
      'figure',
      { class: 'chart' },
      el('div', { class: 'wide', role: 'region', 'aria-label': nameOfPair(state.pair) }, table),
      el('figcaption', {}, caption),
    );
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
                ['together', t('byTogether')],
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
        el('button', { type: 'button', title: t('csvTitle'), onclick: () => saveCells(state.pair, pair) }, t('csv')),
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
