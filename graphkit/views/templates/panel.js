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
              },
            },
            t('only'),
          ),
        ),
      ),
    ),
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
const YEARS = (() => {
  const year = (date) => (date ? Number(date.slice(0, 4)) : null);
  const all = [...BODY.from, ...BODY.to].map(year).filter((y) => y);
  return all.length ? [all.reduce((p, q) => Math.min(p, q)), all.reduce((p, q) => Math.max(p, q))] : null;
})();
function sliders() {
  const output = (text) => el('output', {}, text);
  const steps = Array.from(new Set(Array.from(TIES.w, (w) => Number(w.toPrecision(2))))).sort((p, q) => p - q);
  const made = [];
  if (steps.length > 1) {
    const say = () => (S.weight ? figure(S.weight) : '0');
    const out = output(say());
    made.push(
      el(
        'div',
        { class: 'control' },
        el('label', { for: 'weight' }, t('weight')),
        el('input', {
          id: 'weight',
          type: 'range',
          min: 0,
          max: Math.min(steps.length - 1, 60),
          value: Math.max(
            steps.findLastIndex((w) => w <= S.weight),
            0,
          ),
          oninput: (event) => {
            const at = Number(event.target.value);
            S.weight = at ? steps[Math.round((at * (steps.length - 1)) / Math.min(steps.length - 1, 60))] : 0;
            out.textContent = say();
            draw();
          },
        }),
        out,
      ),
    );
  }
  if (YEARS) {
    const say = () => (S.year ? String(S.year) : t('allYears'));
    const out = output(say());
    made.push(
      el(
        'div',
        { class: 'control' },
        el('label', { for: 'year' }, t('years')),
        el('input', {
          id: 'year',
          type: 'range',
          min: YEARS[0] - 1,
          max: YEARS[1],
          value: S.year || YEARS[0] - 1,
          oninput: (event) => {
            const y = Number(event.target.value);
            S.year = y < YEARS[0] ? 0 : y;
            out.textContent = say();
            inYear();
          },
        }),
        out,
      ),
    );
  }
  return el('div', {}, ...made);
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
