// The report: one minute for a director, then a section for each analysis.
const bySilo = (s) => (s.options.by ? t('by', { p: t(s.options.by) }) : s.analysis === 'silos' ? t('community') : '');
const anchor = (s) => `s-${s.key.replace(/\W+/g, '-')}`;
const titleOf = (s) =>
  (s.question ? pick(s.question) : s.analysis) + (s.options.by ? (zh() ? `（${bySilo(s)}）` : ` (${bySilo(s)})`) : '');
// What its groups are, where they are countries that it was not asked for by name.
const byOf = (s) =>
  s.options.by ?? (s.table?.of.group && s.provenance?.parameters?.by === 'country' ? 'country' : undefined);
const toldOf = (s) =>
  s.said[zh() ? 1 : 0].map((said, r) => (byOf(s) === 'country' ? countriesNamed(said, s.table, r) : said));
const saidOf = (s) => toldOf(s).filter(Boolean);
const methodOf = (s) => either(DATA.declared[s.analysis].method);
const fold = (title, open, ...children) =>
  el('details', { class: 'fold', open }, el('summary', {}, title), ...children);

function tiles() {
  const table = tableOf('silos'),
    verdicts = table?.of.verdict || [];
  const silos = verdicts.filter((v) => v === 'silo').length;
  const list = [
    [count(N), t('organisations')],
    [count(B), t('bodies')],
    [count(TIES.count), t('ties')],
    ...(table ? [[count(silos), t('silosFound')]] : []),
    ...(PROPOSALS.length ? [[count(PROPOSALS.length), t('bridges')]] : []),
  ];
  return el('ul', { class: 'tiles' }, ...list.map(([n, what]) => el('li', {}, el('b', {}, n), el('span', {}, what))));
}
function hero() {
  const canvas = el('canvas', { id: 'snapshot', role: 'img', 'aria-label': t('network') });
  const open = el(
    'button',
    { type: 'button', class: 'primary', id: 'explore', onclick: () => show('network') },
    t('openNetwork'),
  );
  return el(
    'section',
    { class: 'hero' },
    el('div', {}, tiles(), minute()),
    el(
      'figure',
      { class: 'snapshot', onclick: () => show('network') },
      canvas,
      el('figcaption', {}, verdictKey(), open),
    ),
  );
}
const verdictKey = () =>
  el(
    'ul',
    { class: 'key' },
    ...VERDICTS.filter((v) => RANKED.some((g) => g.verdict === v)).map((v) => el('li', {}, chip(v))),
    PROPOSALS.length ? el('li', {}, el('span', { class: 'dash' }), t('proposals')) : null,
  );

function quality() {
  const found = SECTION.get('quality');
  const checks = (found?.said?.[zh() ? 1 : 0] || []).filter(
    (said, r) => said && ['evidence', 'duplicates', 'isolation', 'size'].includes(found.table.of.area[r]),
  );
  const rows = Object.entries(DATA.missing).map(([name, n]) => {
    const all = ['date', 'stage'].includes(name) ? B : N,
      known = all ? 1 - n / all : 0;
    const meter = el('span', { class: 'meter', 'aria-hidden': 'true' }, el('span', {}));
    meter.firstChild.style.width = `${100 * known}%`;
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }, t(name)),
      el('td', { class: 'number' }, count(all - n)),
      el('td', { class: 'number' }, count(n)),
      el('td', {}, meter, percent(known)),
    );
  });
  const value = (key, v) =>
    v === null || v === undefined
      ? ''
      : key === 'sha256'
        ? coded(String(v))
        : typeof v === 'object'
          ? JSON.stringify(v)
          : key === 'status'
            ? term(v)
            : figure(v);
  return el(
    'section',
    { class: 'section', id: 's-data' },
    el('h2', {}, t('data')),
    el('p', { class: 'lead' }, t('dataLead')),
    el(
      'div',
      { class: 'two' },
      el(
        'div',
        {},
        el('h3', {}, t('field')),
        el(
          'div',
          { class: 'scroll' },
          el(
            'table',
            { class: 'small' },
            el(
              'thead',
              {},
              el(
                'tr',
                {},
                el('td', {}),
                ...['known', 'missingCount', 'share'].map((key) =>
                  el('th', { scope: 'col', class: key === 'share' ? null : 'number' }, t(key)),
                ),
              ),
            ),
            el('tbody', {}, ...rows),
          ),
        ),
      ),
      el(
        'div',
        {},
        el('h3', {}, t('check')),
        checks.length
          ? el('ul', { class: 'findings' }, ...checks.map((text) => el('li', {}, text)))
          : quiet(t('notComputed')),
        el('h3', {}, t('sources')),
        DATA.sources.length
          ? el(
              'div',
              {},
              ...DATA.sources.map((source) =>
                pairs(
                  Object.entries(source).map(([key, v]) => [
                    WORDS[key] ? t(key) : key.replaceAll('_', ' '),
                    value(key, v),
                  ]),
                ),
              ),
            )
          : quiet(t('noSources')),
      ),
    ),
  );
}
function communitiesFound(table) {
  const sizes = new Map(),
    sure = Object.values(CERTAINTY);
  for (const label of table.of.community) if (label !== null) sizes.set(label, (sizes.get(label) || 0) + 1);
  const certain = sure.filter((x) => x >= 0.8).length;
  return sizes.size && sure.length
    ? el(
        'p',
        {},
        t('communitiesFound', {
          n: count(sizes.size),
          m: count(Math.max(...sizes.values())),
          p: percent(certain / sure.length),
        }),
      )
    : null;
}
// What these data cannot answer stands once at the end, with what is wanting.
function unansweredOf(sections) {
  if (!sections.length) return null;
  return el(
    'section',
    { class: 'section', id: 's-unanswered' },
    el('h2', {}, t('unanswered')),
    el('p', { class: 'lead' }, t('unansweredLead')),
    el(
      'ul',
      { class: 'findings' },
      ...sections.map((s) => el('li', { class: 'notice' }, el('b', {}, titleOf(s)), ` ${either(s.missing)}`)),
    ),
  );
}
function section(s) {
  const chart =
    s.analysis === 'silos'
      ? silosChart(s.table, s.options.by)
      : s.analysis === 'bridges'
        ? bridgesChart(PROPOSALS)
        : s.analysis === 'isolation'
          ? componentsChart()
          : null;
  const first = { communities: 0, isolation: 4, quality: 0 }[s.analysis] ?? 5;
  const said = saidOf(s);
  const options = Object.entries(s.options)
    .map(([name, v]) => ` --${name.replaceAll('_', '-')} ${v}`)
    .join('');
  const from = s.provenance || {},
    [before, after] = t('rounding', { c: '\n' }).split('\n');
  const about = Object.entries(from).flatMap(([name, v]) =>
    name === 'parameters' || name === 'versions'
      ? [[t(name), coded(Object.entries(v || {}).map(([k, x]) => `${k}${name === 'versions' ? ' ' : ' = '}${x}`).join(', '))]]
      : [[t(name), typeof v === 'string' ? coded(v) : figure(v)]],
  );
  return el(
    'section',
    { class: 'section', id: anchor(s) },
    el('h2', {}, titleOf(s)),
    el('p', { class: 'lead' }, methodOf(s).split('\n')[0]),
    chart,
    ...(s.pictures || []).map(drawFigure),
    s.analysis === 'communities' ? communitiesFound(s.table) : null,
    said.length && first ? some(said, (text) => finding(text), first, 'ul', { class: 'findings' }) : null,
    fold(
      t('table', { n: count(s.table.rows) }),
      s.analysis !== 'communities',
      tableView(s.key.replace(/\W+/g, '-'), s.table, {
        by: byOf(s),
        groups: s.analysis === 'silos' && !s.options.by,
      }),
    ),
    s.members
      ? fold(
          t(s.analysis === 'quality' ? 'suspectsTable' : 'membersTable', { n: count(s.members.rows) }),
          false,
          tableView(`${s.key.replace(/\W+/g, '-')}-members`, s.members),
        )
      : null,
    fold(
      t('method'),
      false,
      el('p', { class: 'method' }, methodOf(s)),
      el(
        'dl',
        { class: 'help' },
        ...s.table.columns.filter(spokenIn(s.table)).flatMap((c) => [el('dt', {}, columnName(c)), el('dd', {}, helpOf(c))]),
      ),
    ),
    fold(
      t('provenance'),
      false,
      pairs(about),
      s.notes.length ? el('ul', { class: 'findings' }, ...s.notes.map((note) => el('li', {}, either(note)))) : null,
      el(
        'p',
        { class: 'quiet' },
        `${t('again')}: `,
        coded(`graphkit run ${s.analysis}${options}${typeof from.seed === 'number' ? ` --seed ${from.seed}` : ''}`),
      ),
      el('p', { class: 'quiet' }, before, coded(`graphkit run ${s.analysis}${options} --csv`), after),
    ),
  );
}
const sectionName = (s) =>
  s.analysis === 'silos'
    ? s.options.by
      ? t('navSilosBy', { p: t(s.options.by) })
      : t('navSilos')
    : pick(s.title);
const lookAt = (id) => $(id).scrollIntoView({ behavior: calm() ? 'auto' : 'smooth' });
const goTo = (id, text) =>
  el(
    'button',
    {
      type: 'button',
      class: 'link',
      onclick: () => lookAt(id),
    },
    text,
  );
function report() {
  const node = document.getElementById('report');
  if (!node) return;
  const answered = DATA.sections.filter((s) => s.missing === undefined),
    unanswered = DATA.sections.filter((s) => s.missing !== undefined);
  const chapters = new Map([[t('data'), [['s-data', t('data')]]]]);
  for (const s of answered) {
    const name = pick(s.chapter);
    if (!chapters.has(name)) chapters.set(name, []);
    chapters.get(name).push([anchor(s), sectionName(s)]);
  }
  if (unanswered.length) chapters.set(t('unanswered'), [['s-unanswered', t('unanswered')]]);
  const nav = el(
    'nav',
    { class: 'contents', 'aria-label': t('contents') },
    ...Array.from(chapters, ([name, links]) =>
      el(
        'section',
        {},
        links.length > 1 ? el('h2', {}, name) : null,
        el('ol', {}, ...links.map(([id, text]) => el('li', {}, goTo(id, text)))),
      ),
    ),
  );
  const sections = [...answered.map(section), unansweredOf(unanswered)];
  node.replaceChildren(nav, el('div', { class: 'text' }, hero(), quality(), ...sections));
  snapshot();
}
// A still picture of the whole network for the first screen and for paper.
function snapshot() {
  const canvas = document.getElementById('snapshot');
  if (!canvas || !canvas.clientWidth) return;
  const width = canvas.clientWidth,
    height = canvas.clientHeight,
    ratio = Math.max(devicePixelRatio || 1, 2);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const ctx = canvas.getContext('2d');
  ctx.scale(ratio, ratio);
  paint(ctx, width, height, framed(WORLD, width, height, 4), { plainly: true });
}
