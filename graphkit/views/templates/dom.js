// Parts of the page. Whatever comes from the data goes in as text only.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'colour') node.style.setProperty('--dot', value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const link = (text, kind, at, more = {}) =>
  el(
    'button',
    {
      type: 'button',
      class: 'link',
      dir: 'auto',
      title: text.length > 60 ? text.slice(0, 300) : null,
      ...more,
      onclick: () => choose({ kind, at }),
    },
    text.slice(0, 300),
  );
const orgLink = (i) => link(nameOf(i), 'o', i);
const chip = (verdict) =>
  verdict
    ? el(
        'span',
        {
          class: 'chip',
          colour: `var(--${{ 'leaning inward': 'leaning', 'too small': 'small' }[verdict] || verdict})`,
        },
        term(verdict),
      )
    : null;
const head = (text, ...more) => el('h3', {}, text, ...more);
const quiet = (text) => el('p', { class: 'quiet' }, text);

// A finding in two tones: what was found and the verdict, then its grounds.
const GROUNDS = /^(because|carried by|doors|odds|依据|主要来自|门户|组内联系)/;
function tones(said) {
  const parts = said.split(/; |；/),
    from = parts.findIndex((part) => GROUNDS.test(part));
  if (from < 1) return [said, ''];
  const verdict = said.match(/(?:Verdict: |判定：).*$/)?.[0] || '',
    stop = zh() ? '。' : '. ',
    between = zh() ? '；' : '; ';
  return [
    (parts.slice(0, from).join(between) + stop + verdict).trim(),
    parts.slice(from).join(between).replace(verdict, '').trim(),
  ];
}
function finding(said, tag = 'li') {
  const [found, grounds] = tones(said);
  return el(tag, {}, found, grounds ? el('p', { class: 'quiet' }, grounds) : null);
}
// A choice from a list, with its name beside it.
const choice = (id, label, list, now, change) =>
  el(
    'div',
    { class: 'control' },
    el('label', { for: id }, label),
    el(
      'select',
      { id, onchange: (event) => change(event.target.value) },
      ...list.map(([value, text]) => el('option', { value, selected: value === now }, text)),
    ),
  );
// A list that shows its first rows and a button for the rest.
// What a machine is told or tells, the same in both languages.
const coded = (text) => el('code', {}, text);
function some(list, make, first = 8, tag = 'ul', more = {}) {
  const node = el(tag, more, ...list.slice(0, first).map(make));
  if (list.length <= first) return node;
  let at = first;
  const button = el(
    'button',
    {
      type: 'button',
      class: 'more',
      onclick: () => {
        node.append(...list.slice(at, at + 50).map((each, i) => make(each, at + i)));
        at += 50;
        if (at >= list.length) button.remove();
        else button.textContent = t('more', { n: count(list.length - at) });
      },
    },
    t('more', { n: count(list.length - at) }),
  );
  return el('div', {}, node, button);
}
function pairs(list) {
  return el(
    'dl',
    {},
    ...list
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .flatMap(([name, value]) => [el('dt', {}, name), el('dd', { dir: 'auto' }, value)]),
  );
}
function copied(text) {
  const area = el('textarea', { class: 'away', readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  say(t(done ? 'copied' : 'copyFailed'));
  return done;
}
const reasonsOf = (p) => String((zh() && p.reasons_zh) || p.reasons || '');
function proposalItem(p, from = -1) {
  const ends = from < 0 ? [orgLink(p.a), ' – ', orgLink(p.b)] : [orgLink(p.a === from ? p.b : p.a)];
  return el(
    'li',
    { class: 'proposal' },
    el(
      'button',
      {
        type: 'button',
        class: 'badge',
        'aria-label': `${t('proposal')} ${p.rank}`,
        onclick: () => choose({ kind: 'p', at: PROPOSALS.indexOf(p) }),
      },
      String(p.rank),
    ),
    el(
      'div',
      {},
      el('p', {}, ...ends),
      el('p', { class: 'figures' }, `${t('gain')} ${figure(p.gain)} · ${t('likelihood')} ${figure(p.feasibility)}`),
      from < 0 || !p.reasons ? null : el('p', { class: 'quiet', dir: 'auto' }, reasonsOf(p)),
    ),
  );
}
const groupItem = (g) =>
  el(
    'li',
    {},
    el('p', {}, link(groupName(g), 'g', g.label), ' ', chip(g.verdict)),
    el(
      'p',
      { class: 'quiet' },
      [t('members', { n: count(g.members.length) }), g.row ? t('leave', { p: percent(g.row.external_share) }) : null]
        .filter(Boolean)
        .join(' · '),
    ),
  );
