// Search: any words in any order, without regard to case and accents; Chinese names by their pinyin, too.
// Of "bei jing da xue" both beijingdaxue and its initials bjdx are found.
const pinyin = (syllables) =>
  syllables ? `${syllables.replaceAll(' ', '')} · ${syllables.replace(/(\S)\S* ?/g, '$1')}` : null;
let HAY = null;
function search(query, most = 12) {
  HAY ||= [
    ...ORG.id.map((id, i) => ({
      kind: 'o',
      at: i,
      weight: degree(i),
      hay: plain([ORG.name[i], ORG.zh[i], ORG.aliases[i], pinyin(ORG.pinyin[i]), id].filter(Boolean).join(' · ')),
    })),
    ...BODY.id.map((id, b) => ({
      kind: 'b',
      at: b,
      weight: sizeOf(b),
      hay: plain([BODY.name[b], BODY.zh[b], pinyin(BODY.pinyin[b]), id].filter(Boolean).join(' · ')),
    })),
    ...RANKED.filter((g) => g.members.length > 1).map((g) => ({
      kind: 'g',
      at: g.label,
      weight: g.members.length,
      hay: plain(groupName(g) + ' · ' + g.label),
    })),
  ];
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const whole = words.join(' ');
  const score = (hay) =>
    hay.startsWith(whole)
      ? 0
      : hay.includes(' ' + whole) || hay.includes('· ' + whole)
        ? 1
        : hay.includes(whole)
          ? 2
          : 3;
  return HAY.filter(({ hay }) => words.every((word) => hay.includes(word)))
    .map((found) => ({ ...found, score: score(found.hay) }))
    .sort(
      (p, q) =>
        p.score - q.score || 'obg'.indexOf(p.kind) - 'obg'.indexOf(q.kind) || q.weight - p.weight || p.at - q.at,
    )
    .slice(0, most);
}
// The box: suggestions as one types.
const box = $('search'),
  list = $('suggestions');
let found = [],
  at = -1;
function suggest() {
  found = search(box.value);
  at = found.length ? 0 : -1;
  const open = Boolean(box.value.trim());
  list.hidden = !open;
  box.setAttribute('aria-expanded', String(open));
  const line = ({ kind, at: which }) =>
    kind === 'o'
      ? [nameOf(which), FACTS.country?.[which] ? shown('country', FACTS.country[which]) : t('organisation')]
      : kind === 'b'
        ? [bodyName(which), term(BODY.kind[which] || BODY.label[which] || '') || t('body')]
        : [groupName(GROUPS.get(which)), t('group')];
  list.replaceChildren(
    ...found.map((each, i) => {
      const [name, what] = line(each);
      return el(
        'li',
        {
          role: 'option',
          id: `suggestion-${i}`,
          'aria-selected': String(i === at),
          onpointerdown: (event) => {
            event.preventDefault();
            take(i);
          },
        },
        el('span', { dir: 'auto', class: 'what' }, name.slice(0, 200)),
        el('span', { class: 'quiet' }, what),
      );
    }),
    ...(open && !found.length ? [el('li', { class: 'quiet' }, t('nothing'))] : []),
  );
  mark();
}
function mark() {
  [...list.children].forEach((node, i) => {
    node.setAttribute('aria-selected', String(i === at));
    if (i === at) node.scrollIntoView({ block: 'nearest' });
  });
  if (at >= 0) box.setAttribute('aria-activedescendant', `suggestion-${at}`);
  else box.removeAttribute('aria-activedescendant');
}
function shut() {
  list.hidden = true;
  box.setAttribute('aria-expanded', 'false');
}
function take(i) {
  const one = found[i];
  if (!one) return;
  box.value = '';
  shut();
  choose({ kind: one.kind, at: one.at });
  $('side').focus({ preventScroll: true });
}
box.addEventListener('input', suggest);
box.addEventListener('focus', () => {
  if (box.value) suggest();
});
box.addEventListener('blur', () => setTimeout(shut, 120));
box.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (found.length) {
      at = (at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
      mark();
    }
  } else if (event.key === 'Enter') {
    event.preventDefault();
    take(Math.max(at, 0));
  } else if (event.key === 'Escape') {
    event.stopPropagation();
    if (box.value) {
      box.value = '';
      shut();
    } else box.blur();
  }
});
