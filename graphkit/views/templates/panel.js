// The side panel when nothing is chosen: controls, legend and rankings.
function overview() {
  const tick = (name, key) =>
    el(
      'label',
      { class: 'tick' },
      el('input', {
        type: 'checkbox',
        id: `show-${name}`,
        checked: S[name],
        onchange: (event) => {
          S[name] = event.target.checked;
          draw();
          remember(false);
        },
      }),
      t(key),
    );
  const controls = el(
    'section',
    { class: 'card' },
    choice(
      'colour',
      t('colour'),
      colourings().map((by) => [by, t(by)]),
      S.colour,
      (by) => {
        S.colour = by;
        S.hidden.clear();
        recolour();
        panel();
        remember();
      },
    ),
    choice(
      'size',
      t('size'),
      [...Object.keys(METRICS), 'equal'].map((by) => [by, t(by)]),
      S.size,
      (by) => {
        S.size = by;
        ORDER = null;
        measure();
        draw();
        remember();
      },
    ),
    sliders(),
    el(
      'div',
      { class: 'ticks' },
      tick('hulls', 'hulls'),
      tick('names', 'names'),
      tick('lines', 'lines'),
      PROPOSALS.length ? tick('proposals', 'proposals') : null,
    ),
  );
  const legend = el(
    'section',
    { class: 'card', id: 'legend' },
    el(
      'div',
      { class: 'row' },
      head(t('legend')),
      S.hidden.size
        ? el(
            'button',
            {
              type: 'button',
              class: 'more',
              onclick: () => {
                S.hidden.clear();
                panel();
                draw();
                remember(false);
              },
            },
            t('all'),
          )
        : null,
    ),
    el(
      'ul',
      { class: 'legend' },
      ...CAT.list.map((each) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'entry',
              'aria-pressed': String(!S.hidden.has(each.key)),
              onclick: () => {
                S.hidden.has(each.key) ? S.hidden.delete(each.key) : S.hidden.add(each.key);
                panel('legend');
                draw();
                remember(false);
              },
            },
            el('span', { class: 'dot', colour: each.colour }),
            el('span', { class: 'what', dir: 'auto' }, each.label),
            el('span', { class: 'n' }, count(each.n)),
          ),
          el(
            'button',
            {
              type: 'button',
              class: 'only',
              'aria-label': `${t('only')}: ${each.label}`,
              onclick: () => {
                S.hidden = new Set(CAT.list.map((other) => other.key).filter((key) => key !== each.key));
                panel('legend');
                draw();
                remember(false);
              },
            },
            t('only'),
          ),
        ),
      ),
    ),
    S.colour === 'chain' ? quiet(t('chainRule')) : null,
  );
  const ranking = RANKED.filter((g) => g.members.length > 2);
  return [
    controls,
    legend,
    ranking.length
      ? el('section', { class: 'card' }, head(t('ranking')), some(ranking, groupItem, 6, 'ol', { class: 'ranking' }))
      : null,
    PROPOSALS.length
      ? el(
          'section',
          { class: 'card' },
          head(t('best')),
          some(PROPOSALS, (p) => proposalItem(p), 5, 'ol', { class: 'proposals' }),
        )
      : null,
  ];
}
// Fill the panel for what is chosen; `keep` names a part that had the keyboard.
function panel(keep) {
  const side = document.getElementById('side');
  const had =
    keep && document.activeElement?.closest?.('.legend')
      ? [...side.querySelectorAll('.legend button')].indexOf(document.activeElement)
      : -1;
  const made = !S.sel
    ? overview()
    : [
        el('button', { type: 'button', class: 'back', id: 'back', onclick: () => choose(null) }, `← ${t('back')}`),
        ...{ o: organisation, b: bodyPanel, g: groupPanel, p: proposalPanel }[S.sel.kind](S.sel.at),
      ];
  side.replaceChildren(...made.filter(Boolean));
  if (!keep) side.scrollTop = 0;
  if (had >= 0) side.querySelectorAll('.legend button')[had]?.focus();
}
