// Choosing an organisation, a body, a group or a proposal: frame it, fill the panel, remember it in the address.
function choose(what, { move = true } = {}) {
  S.sel = what;
  S.ring = -1;
  light();
  const had = document.activeElement,
    inside = had && ($('side').contains(had) || $('report')?.contains(had));
  if (S.tab !== 'network') show('network', false);
  panel();
  if (inside) $('side').focus({ preventScroll: true });
  // Not the picture itself, which sticks to the top wherever the page is.
  if (what && matchMedia('(max-width: 860px)').matches) $('network').scrollIntoView({ block: 'start' });
  if (move && width) fly(what ? frameOf(what) : home());
  if (what)
    say(
      what.kind === 'o'
        ? nameOf(what.at)
        : what.kind === 'b'
          ? bodyName(what.at)
          : what.kind === 'g'
            ? groupName(GROUPS.get(what.at))
            : `${t('proposal')} ${PROPOSALS[what.at].rank}`,
    );
  draw();
  remember();
}
function frameOf({ kind, at }) {
  const lists = {
    o: () => [
      at,
      ...partnersOf(at)
        .slice(0, 40)
        .map((p) => p.at),
      ...proposalsOf(at).flatMap((p) => [p.a, p.b]),
    ],
    b: () => Array.from(membersOf(at)),
    g: () => GROUPS.get(at).members,
    p: () => [PROPOSALS[at].a, PROPOSALS[at].b],
  };
  return framed(boxOf(lists[kind](), 3), width, height, 60, 24);
}
function show(tab, noted = true) {
  S.tab = tab;
  for (const name of ['report', 'network']) {
    if ($(name)) $(name).hidden = name !== tab;
    const button = $(`tab-${name}`);
    if (button) {
      button.setAttribute('aria-selected', String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
  }
  document.body.dataset.tab = tab;
  if (tab === 'network') fit();
  else snapshot();
  if (noted) remember();
}

// The address carries what is shown, so that a place in the picture can be sent or come back to.
// `noted` makes it a place that the browser's Back returns to.
function remember(noted = true) {
  const state = new URLSearchParams();
  if (hasReport && S.tab === 'network') state.set('view', 'network');
  if (S.sel)
    state.set(
      S.sel.kind,
      {
        o: () => ORG.id[S.sel.at],
        b: () => BODY.id[S.sel.at],
        g: () => S.sel.at,
        p: () => String(PROPOSALS[S.sel.at].rank),
      }[S.sel.kind](),
    );
  if (S.colour !== colourings()[0]) state.set('colour', S.colour);
  if (S.size !== 'partners') state.set('size', S.size);
  if (S.year) state.set('year', S.year);
  if (S.weight) state.set('weight', S.weight);
  // By their places in the legend: a name may have ten thousand signs.
  if (S.hidden.size) state.set('hide', CAT.list.flatMap(({ key }, at) => (S.hidden.has(key) ? [at] : [])).join('.'));
  const off = SHOWN.filter((name) => !S[name]);
  if (off.length) state.set('off', off.join('.'));
  if (VIEW.own) state.set('at', [VIEW.x, VIEW.y, VIEW.k].map((number) => Number(number.toPrecision(5))).join('_'));
  if (language !== LANGUAGE) state.set('lang', language);
  const wanted = String(state);
  written = wanted;
  if (wanted === location.hash.slice(1)) return;
  if (noted) location.hash = wanted;
  else history.replaceState(null, '', `#${wanted}`);
}
function recall() {
  const state = new URLSearchParams(location.hash.slice(1));
  language = { zh: 'zh', en: 'en' }[state.get('lang')] || LANGUAGE;
  if (colourings().includes(state.get('colour'))) S.colour = state.get('colour');
  else S.colour = colourings()[0];
  S.size = METRICS[state.get('size')] || state.get('size') === 'equal' ? state.get('size') : 'partners';
  const year = Number(state.get('year')),
    weight = Number(state.get('weight'));
  const before = S.year;
  S.year = YEARS && year >= YEARS[0] && year <= YEARS[1] ? Math.floor(year) : 0;
  S.weight = weight > 0 ? weight : 0;
  if (S.year !== before) tiesOfYear();
  readInk();
  categorise();
  const hidden = new Set((state.get('hide') || '').split('.'));
  S.hidden = new Set(CAT.list.filter((_, at) => hidden.has(String(at))).map(({ key }) => key));
  const off = (state.get('off') || '').split('.');
  for (const name of SHOWN) S[name] = !off.includes(name);
  S.sel = null;
  if (ROW_OF.has(state.get('o'))) S.sel = { kind: 'o', at: ROW_OF.get(state.get('o')) };
  else if (BODY_OF.has(state.get('b'))) S.sel = { kind: 'b', at: BODY_OF.get(state.get('b')) };
  else if (GROUPS.has(state.get('g'))) S.sel = { kind: 'g', at: state.get('g') };
  else if (state.has('p')) {
    const at = PROPOSALS.findIndex((p) => String(p.rank) === state.get('p'));
    if (at >= 0) S.sel = { kind: 'p', at };
  }
  const at = (state.get('at') || '').split('_').map(Number);
  S.place =
    at.length === 3 && at.every(Number.isFinite) && at[2] > 0 ? { x: at[0], y: at[1], k: at[2], own: true } : null;
  S.tab = !hasReport || state.get('view') === 'network' || S.sel ? 'network' : 'report';
}
addEventListener('hashchange', () => {
  if (location.hash.slice(1) === written) return;
  written = null;
  recall();
  translate();
  light();
  show(S.tab, false);
  if (S.tab === 'network') fly(S.place || (S.sel ? frameOf(S.sel) : home()));
});
