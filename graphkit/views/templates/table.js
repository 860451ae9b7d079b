// Tables: sorted by a click on a head, filtered by words, shown page by page, downloaded whole as CSV.
const PAGE_ROWS = 12;
const PAPER = 14; // what fits on A4 upright: a number counts 1 (more under a head of long words), a word 2, a text 4
const YEAR_COLUMNS = new Set(['since', 'until', 'year', 'founded', 'trend_since']); // 2014, not 2,014
// The Chinese of a column is its name and, after a colon, what the name does not say.
function columnName(column) {
  if (!column) return '';
  return zh() && column.help[1] ? column.help[1].split('：')[0] : column.name.replaceAll('_', ' ');
}
// Of what is told in both languages, the column in the reader's.
const spokenIn = (table) => (c) =>
  table.of[`${c.name}_zh`] || c.name.endsWith('_zh') ? zh() === c.name.endsWith('_zh') : true;
const helpOf = (column) => either(column.help);
// Values that say of which kind a row is, as the analyses write them.
Object.assign(TERMS, {
  stable: ['stable', '稳健'],
  unstable: ['unstable', '不稳健'],
  untested: ['untested', '未检验'],
  isolates: ['isolates', '孤立点'],
  component: ['component', '连通分量'],
  part: ['part', '部分'],
  community: ['community', '社群'],
  'research institute': ['research institute', '科研院所'],
  'extreme imbalance': ['extreme imbalance', '极度失调'],
  'severe imbalance': ['severe imbalance', '严重失调'],
  'moderate imbalance': ['moderate imbalance', '中度失调'],
  'mild imbalance': ['mild imbalance', '轻度失调'],
  'near imbalance': ['near imbalance', '濒临失调'],
  'bare coordination': ['bare coordination', '勉强协调'],
  'primary coordination': ['primary coordination', '初级协调'],
  'intermediate coordination': ['intermediate coordination', '中级协调'],
  'good coordination': ['good coordination', '良好协调'],
  'quality coordination': ['quality coordination', '优质协调'],
  'no community': ['no community', '无社群'],
  'near-detached': ['near-detached', '近乎脱离'],
  fragmentation: ['fragmentation', '瓦解型'],
  reach: ['reach', '触达型'],
  itinerant: ['itinerant', '外来协调者'],
  gatekeeper: ['gatekeeper', '守门人'],
  representative: ['representative', '代表'],
  liaison: ['liaison', '联络人'],
  'same technology': ['same technology', '技术相同'],
  'same zone': ['same zone', '同一高新区'],
  'same region': ['same region', '同一区域'],
  'same country': ['same country', '同一国家'],
  'same role': ['same role', '角色相同'],
  'supplies the other': ['supplies the other', '供应关系'],
  'shared platform': ['shared platform', '共同平台'],
  platform: ['platform', '平台'],
  policy: ['policy', '政策'],
  merge: ['merge', '合并'],
  share: ['share', '共享'],
  coordinate: ['coordinate', '统筹'],
  all: ['all', '全部'],
  unknown: ['unknown', '未知'],
  basic: ['basic', '基础研究'],
  applied: ['applied', '应用研究'],
  development: ['development', '试验发展'],
  maturation: ['maturation', '中试熟化'],
  industrialisation: ['industrialisation', '产业化'],
  technology: ['technology', '技术链'],
  industry: ['industry', '产业链'],
  capital: ['capital', '资金链'],
  talent: ['talent', '人才链'],
  'demand to technology': ['demand to technology', '需求→技术'],
  'technology to capital': ['technology to capital', '技术→资金'],
  'capital to talent': ['capital to talent', '资金→人才'],
  'talent to demand': ['talent to demand', '人才→需求'],
  early: ['early', '天使与种子'],
  venture: ['venture', '创投'],
  growth: ['growth', '成长'],
  ipo: ['ipo', '上市'],
  scientist: ['scientist', '科学家'],
  engineer: ['engineer', '工程师'],
  entrepreneur: ['entrepreneur', '企业家'],
  nearby: ['nearby', '就近'],
  distant: ['distant', '远处'],
  nowhere: ['nowhere', '无处可寻'],
  steady: ['steady', '平稳'],
  closing: ['closing', '趋于封闭'],
  opening: ['opening', '趋于开放'],
  'too short': ['too short', '太短'],
  'not tested': ['not tested', '未检验'],
  result: ['result', '成果'],
  reward: ['reward', '回报'],
  solution: ['solution', '解题'],
  supply: ['supply', '供应'],
  missing: ['missing', '缺失'],
  evidence: ['evidence', '证据'],
  duplicates: ['duplicates', '重复'],
  isolation: ['isolation', '孤立'],
  size: ['size', '规模'],
  source: ['source', '来源'],
  year: ['year', '年份'],
  country: ['country', '国家'],
  region: ['region', '区域'],
  zone: ['zone', '高新区'],
  role: ['role', '角色'],
  random: ['random', '随机'],
  degree: ['degree', '度数'],
});
// Lists of them (a, b · a and b · a → b) by their parts, numbers beside them kept; anything else as it is.
const JOINED = / (?:and|→|·) |, |; /;
function termed(value) {
  if (!zh()) return value;
  const parts = value.split(JOINED).map((part) => {
    const [, word, number = ''] = part.match(/^(.*?)( \d+)?$/);
    return Object.hasOwn(TERMS, part)
      ? term(part)
      : Object.hasOwn(TERMS, word)
        ? `${term(word)}${number}`
        : /^[A-Z]{2}$/.test(part)
          ? country(part)
          : null;
  });
  if (parts.includes(null)) return value;
  return parts.join(value.includes(' → ') ? ' → ' : value.includes(' · ') ? ' · ' : value.includes(' and ') ? '与' : '、');
}
// A cell that a spreadsheet would run as a formula gets an apostrophe first; numbers stay numbers.
const DANGER = /^[=+\-@\t\r\n\u0000＝＋－＠]/;
function csvCell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = DANGER.test(String(value)) ? `'${value}` : String(value);
  return /[",\n\r\t;']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
const csvText = (table, order) =>
  [
    table.columns.map((c) => csvCell(c.name)).join(','),
    ...order.map((r) => table.columns.map((c) => csvCell(table.of[c.name][r])).join(',')),
  ].join('\r\n') + '\r\n';
function save(name, blob) {
  const a = el('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
}
function cell(table, name, r) {
  const value = table.of[name][r];
  const shownOf = name === 'name' ? 'id' : name.replace(/_name$/, '');
  if (table.organisation[shownOf] && name.endsWith('name')) return orgLink(table.organisation[shownOf][r]);
  if (name === 'verdict' && value) return chip(value);
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') return YEAR_COLUMNS.has(name) ? String(value) : figure(value);
  if (value === null || value === undefined) return '–';
  return CALLED.has(name) ? String(value) : termed(String(value));
}
// What somebody is called is never a term, though it may read like one.
const CALLED = new Set(['id', 'name', 'name_zh', 'rows', 'ids']);
// The table of a result; `hidden` names columns left to the CSV because others show the same.
function tableView(name, table, { by = null, groups = false } = {}) {
  const place = (c) =>
    c.name === 'rank' || c.name === 'group'
      ? 0
      : c.name === 'name' || table.organisation[c.name.replace(/_name$/, '')]
        ? 1
        : c.name === 'verdict'
          ? 2
          : 3;
  const columns = table.columns
    .filter(spokenIn(table))
    .sort((p, q) => place(p) - place(q))
    .filter(
      (c) =>
        !(
          table.organisation[c.name] &&
          table.columns.some((d) => d.name === (c.name === 'id' ? 'name' : `${c.name}_name`))
        ),
    );
  const numeric = new Set(
    columns.filter((c) => table.of[c.name].some((v) => typeof v === 'number')).map((c) => c.name),
  );
  const all = Array.from({ length: table.rows }, (_, r) => r);
  const wide = new Set(
    columns
      .filter((c) => !numeric.has(c.name) && table.of[c.name].some((v) => String(v ?? '').length > 22))
      .map((c) => c.name),
  );
  let used = 0;
  const longest = (c) => Math.max(...columnName(c).split(' ').map((word) => (zh() ? 1 : word.length))),
    room = (c) => (numeric.has(c.name) ? Math.max(1, longest(c) / 6) : wide.has(c.name) ? 4 : 2);
  const screen = new Set(columns.filter((c) => (used += room(c)) > PAPER).map((c) => c.name));
  const kind = (c, text) =>
    [screen.has(c.name) && 'screen', numeric.has(c.name) ? 'number' : text].filter(Boolean).join(' ') || null;
  const first = columns
    .find((c) => !['id', 'name'].includes(c.name) && !table.organisation[c.name])
    ?.name.split('_')[0];
  const prefix =
    first &&
    columns.every(
      (c) =>
        ['id', 'name'].includes(c.name) ||
        table.organisation[c.name] ||
        c.name === first ||
        c.name.startsWith(`${first}_`),
    )
      ? `${first}_`
      : '';
  const title = (c) => columnName({ ...c, name: c.name.startsWith(prefix) ? c.name.slice(prefix.length) : c.name });
  let order = all,
    page = 0,
    sorted = null,
    upward = true,
    words = [];
  const status = el('span', { class: 'quiet', role: 'status' }),
    paper = el('p', { class: 'paper' }),
    body = el('tbody');
  const text = all.map(() => null);
  const hay = (r) =>
    (text[r] ??= plain(
      table.columns.map((c) => table.of[c.name][r] ?? '').join(' · ') +
        columns.map((c) => (c.name === 'verdict' ? term(table.of.verdict[r]) : '')).join(' '),
    ));
  const compare = (p, q) => {
    const a = table.of[sorted][p],
      b = table.of[sorted][q];
    if (a === null || b === null) return (a === null) - (b === null);
    return (
      (upward ? 1 : -1) *
        (typeof a === 'number' && typeof b === 'number'
          ? a - b
          : String(a).localeCompare(String(b), zh() ? 'zh' : 'en', { numeric: true })) || p - q
    );
  };
  const select = () => {
    order = words.length ? all.filter((r) => words.every((word) => hay(r).includes(word))) : all.slice();
    if (sorted) order.sort(compare);
    page = 0;
    render();
  };
  const value = (c, r) => {
    if (groups && (c.name === 'group' || c.name === 'name') && GROUPS.has(String(table.of.group[r])))
      return link(
        c.name === 'name' ? groupName(GROUPS.get(String(table.of.group[r]))) : String(table.of.group[r]),
        'g',
        String(table.of.group[r]),
      );
    const group =
      c.name === 'start_group' || c.name === 'end_group'
        ? String(table.of[c.name][r]).replace(/^(.* · )?community /, '')
        : null;
    if (GROUPS.has(group)) return link(groupName(GROUPS.get(group)), 'g', group);
    if (by && ['group', 'name', 'other'].includes(c.name) && table.of[c.name][r] !== null)
      return shown(by, String(table.of[c.name][r]));
    return cell(table, c.name, r);
  };
  const render = () => {
    const pages = Math.max(1, Math.ceil(order.length / PAGE_ROWS));
    page = Math.min(page, pages - 1);
    const rows = order.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
    body.replaceChildren(
      ...rows.map((r) =>
        el(
          'tr',
          {},
          ...columns.map((c) =>
            el(
              'td',
              { class: kind(c, wide.has(c.name) && 'long'), dir: 'auto' },
              el('div', {}, value(c, r)),
            ),
          ),
        ),
      ),
    );
    if (!rows.length) body.append(el('tr', {}, el('td', { colspan: columns.length }, t('noRows'))));
    status.textContent = order.length
      ? t('rows', { a: count(page * PAGE_ROWS + 1), b: count(page * PAGE_ROWS + rows.length), n: count(order.length) })
      : '';
    paper.textContent =
      pages > 1 || screen.size ? t('onPaper', { n: count(order.length - rows.length), c: screen.size }) : '';
    before.disabled = page === 0;
    after.disabled = page >= pages - 1;
  };
  const turn = (by) => () => {
    page += by;
    render();
  };
  const before = el('button', { type: 'button', onclick: turn(-1), 'aria-label': t('previous') }, '‹'),
    after = el('button', { type: 'button', onclick: turn(1), 'aria-label': t('next') }, '›');
  const heads = columns.map((c) =>
    el(
      'th',
      { scope: 'col', class: kind(c) },
      el(
        'button',
        {
          type: 'button',
          title: helpOf(c),
          'aria-label': `${t('sortBy', { c: title(c) })}: ${helpOf(c)}`,
          onclick: () => {
            upward = sorted === c.name ? !upward : !numeric.has(c.name);
            sorted = c.name;
            heads.forEach((h, at) =>
              columns[at].name === sorted
                ? h.setAttribute('aria-sort', upward ? 'ascending' : 'descending')
                : h.removeAttribute('aria-sort'),
            );
            select();
          },
        },
        title(c),
      ),
    ),
  );
  const bar = el(
    'div',
    { class: 'tablebar' },
    el('input', {
      type: 'search',
      placeholder: t('filter'),
      'aria-label': t('filter'),
      oninput: (event) => {
        words = plain(event.target.value).split(/\s+/).filter(Boolean);
        select();
      },
    }),
    status,
    before,
    after,
    el(
      'button',
      {
        type: 'button',
        title: t('csvTitle'),
        class: 'csv',
        onclick: () => save(`${name}.csv`, new Blob(['\uFEFF', csvText(table, order)], { type: 'text/csv' })),
      },
      t('csv'),
    ),
  );
  render();
  return el(
    'div',
    { class: 'tableview' },
    bar,
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('table', { n: table.rows }) },
      el('table', {}, el('thead', {}, el('tr', {}, ...heads)), body),
    ),
    paper,
  );
}
