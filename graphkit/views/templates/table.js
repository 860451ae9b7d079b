// Tables: sorted by a click on a head, filtered by words, shown page by page, downloaded whole as CSV.
const PAGE_ROWS = 12;
const PAPER = 14; // what fits on A4 upright: a number counts 1 (more under a head of long words), a word 2, a text 4
const YEAR_COLUMNS = new Set(['since', 'until', 'year', 'founded', 'trend_since']); // 2014, not 2,014
// The Chinese of a column is its name and, after a colon, what the name does not say.
function columnName(column) {
  if (!column) return '';
  return zh() && column.help[1]
    ? column.help[1].split('：')[0].replaceAll(' ', '\u00a0') // “z 值” is one word
    : column.name.replaceAll('_', ' ');
}
// Of what is told in both languages, the column in the reader's.
const spokenIn = (table) => (c) =>
  table.of[`${c.name}_zh`] || c.name.endsWith('_zh') ? zh() === c.name.endsWith('_zh') : true;
const helpOf = (column) => either(column.help);
// Values that pictures show, too; those of tables alone come with their Chinese.
Object.assign(TERMS, {
  basic: ['basic', '基础研究'],
  applied: ['applied', '应用研究'],
  development: ['development', '试验发展'],
  maturation: ['maturation', '中试熟化'],
  industrialisation: ['industrialisation', '产业化'],
  steady: ['steady', '平稳'],
  closing: ['closing', '趋于封闭'],
  opening: ['opening', '趋于开放'],
  'too short': ['too short', '太短'],
  'not tested': ['not tested', '未检验'],
  random: ['random', '随机'],
  degree: ['degree', '度数'],
});
// A value in the reader's words: what it is called in Chinese stands beside its column. What somebody is called is no term.
const AS_WRITTEN = new Set(['id', 'name', 'name_zh', 'rows', 'ids', 'evidence']);
const worded = (table, name, value) =>
  table.words?.[language]?.[name]?.[value] || (AS_WRITTEN.has(name) ? String(value) : term(String(value)));
// The value of a property by which groups are: in English, countries by their names.
function groupWord(table, name, r, by) {
  const value = String(table.of[name][r]);
  return by === 'country' && !zh() ? country(value) : worded(table, name, value);
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
const saveCsv = (name, table, order) =>
  save(`${name}.csv`, new Blob(['\uFEFF', csvText(table, order)], { type: 'text/csv' }));
function cell(table, name, r) {
  const value = table.of[name][r];
  const shownOf = name === 'name' ? 'id' : name.replace(/_name$/, '');
  if (table.organisation[shownOf]) return orgLink(table.organisation[shownOf][r]);
  if (name === 'verdict' && value) return chip(value);
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') return YEAR_COLUMNS.has(name) ? String(value) : figure(value);
  if (value === null || value === undefined) return '–';
  return name === 'drill_down' ? coded(value) : worded(table, name, value);
}
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
          table.columns.some((d) => d.name === `${c.name}_name`) ||
          (c.name === 'id' && table.organisation.id && table.columns.some((d) => d.name === 'name'))
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
      table.columns.map((c) => `${table.of[c.name][r] ?? ''} ${table.words?.[language]?.[c.name]?.[table.of[c.name][r]] ?? ''}`).join(' · '),
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
      return groupWord(table, c.name, r, by);
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
        onclick: () => saveCsv(name, table, order),
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
