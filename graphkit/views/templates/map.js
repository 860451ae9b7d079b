// Places by their verdict and the ties between them on a map; what has no place stands beside it.
Object.assign(WORDS, {
  mapPlaces: ['Places', '地点'],
  mapTies: ['Ties', '联系'],
  mapFlows: ['found', '已有'],
  mapWanting: ['wanting most', '最欠缺'],
  mapExtent: ['Extent', '范围'],
  mapPart: ['where most are', '主要区域'],
  mapChina: ['China', '中国'],
  mapWorld: ['the world', '全球'],
  mapCaption: [
    'A dot is a place, as large as its number of organisations, coloured by its verdict; a line is as wide as there are ties. Blue lines are more than the numbers of partners make expect, orange fewer. Choose a place or a line.',
    '圆点为地点，大小为机构数，颜色为判定；线宽为联系数。蓝线多于按伙伴数的预期，橙线少于预期。点选地点或线条查看详情。',
  ],
  mapWantingCaption: [
    'Dashed: pairs of places with fewest ties against what the numbers of partners make expect, as wide as ties are wanting. Choose a place or a line.',
    '虚线：与按伙伴数的预期相比联系最欠缺的地点对，线宽为欠缺数。点选地点或线条查看详情。',
  ],
  mapChoose: ['Choose a place or a line.', '请点选地点或线条。'],
  mapUnplaced: ['Not on the map (no coordinates)', '无坐标，未上图'],
  mapOutside: ['{n} places lie outside this extent.', '有 {n} 个地点在此范围之外。'],
  mapLeft: ['{n} weaker flows are drawn only of a place that is chosen.', '另有 {n} 组较弱的联系，仅在点选其地点时绘出。'],
  mapPlacesLeft: ['{n} places with fewest organisations are left out.', '机构最少的 {n} 个地点未列出。'],
  mapWithout: ['{n} organisations without this are left out.', '{n} 个机构缺少该信息，未计入。'],
  mapStrongest: ['Most ties with', '联系最多'],
  mapWants: ['Ties wanting with', '欠缺联系'],
  mapSilos: ['Silos with members here', '在此有成员的孤岛'],
  mapOpen: ['{s} of its ties leave; {e} by chance', '{s} 的联系通向外部；随机预期 {e}'],
  mapTold: ['{a} – {b}: {o} ties, {e} expected', '{a} – {b}：联系 {o} 条，预期 {e} 条'],
  mapMissing: ['ties wanting', '条欠缺'],
  mapRows: ['The {n} rows with fewest ties are not in this table.', '联系最少的 {n} 行未列入此表。'],
  mapNobody: [
    'No place of this kind has coordinates: load organisations with lat and lon, or with codes of countries or regions.',
    '此类地点均无坐标：请载入带经纬度（lat、lon）或国家、区域代码的机构。',
  ],
});
function mapFigure(block) {
  if (!block.first) return null;
  const state = (block.state ||= { by: block.first, base: Object.keys(block.bases)[0], ties: 'flows', chosen: null });
  const node = el('div', { class: 'picture' });
  const draw = () => {
    const found = block.by[state.by],
      base = block.bases[state.base],
      places = found.places;
    const nameOf_ = (p) => (state.by === 'country' ? country(p.value) : String(pick(p.name)));
    const at = (i) => places[i].at?.[state.base];
    const inside = (p) => p && p[0] >= 0 && p[1] >= 0 && p[0] <= base.width && p[1] <= base.height;
    const wanting = state.ties === 'wanting';
    const told = ([i, j, o, e]) => t('mapTold', { a: nameOf_(places[i]), b: nameOf_(places[j]), o: figure(o), e: figure(e) });
    const side = el('div', { class: 'aside', 'aria-live': 'polite' });
    const mark = (drawn) => {
      for (const each of node.querySelectorAll('.chosen')) each.classList.remove('chosen');
      drawn?.classList.add('chosen');
    };
    const between = (list, i) => list.filter((f) => f[0] === i || f[1] === i).slice(0, 8);
    const other = (f, i) => places[f[0] === i ? f[1] : f[0]];
    const lines = (list, i, number) =>
      el(
        'ul',
        { class: 'plain' },
        ...list.map((f) => el('li', { title: told(f) }, el('span', { dir: 'auto' }, short(nameOf_(other(f, i)), 80)), el('span', { class: 'n' }, number(f)))),
      );
    const openPlace = (i) => {
      const p = places[i],
        most = between(found.flows, i),
        wants = between(found.wanting, i);
      state.chosen = i;
      mark(node.querySelector(`[data-place="${i}"]`));
      reveal(i);
      side.replaceChildren(
        el('h3', { dir: 'auto' }, short(nameOf_(p), 200), ' ', chip(p.verdict) || ''),
        el('p', {}, `${count(p.organisations)} ${t(p.organisations === 1 ? 'organisation' : 'organisations')}`),
        p.share !== null && p.expected !== null ? quiet(t('mapOpen', { s: percent(p.share), e: percent(p.expected) })) : '',
        ...(most.length ? [el('h3', {}, t('mapStrongest')), lines(most, i, (f) => figure(f[2]))] : []),
        ...(wants.length ? [el('h3', {}, t('mapWants')), lines(wants, i, (f) => `−${count(Math.round(f[3] - f[2]))}`)] : []),
        ...(p.silos.length
          ? [
              el('h3', {}, t('mapSilos')),
              el('ul', { class: 'plain' }, ...p.silos.map(([silo, name, n]) => el('li', {}, el('span', { dir: 'auto' }, short(String(name ?? silo), 120)), el('span', { class: 'n' }, count(n))))),
            ]
          : []),
      );
      showAside(side);
    };
    const openFlow = (f, drawn) => {
      state.chosen = null;
      mark(drawn);
      reveal(null);
      side.replaceChildren(el('h3', { dir: 'auto' }, told(f)), el('p', { class: 'figures' }, t('cellRatio', { r: figure(f[3] ? f[2] / f[3] : null) })));
      showAside(side);
    };
    const list = (wanting ? found.wanting : found.flows).filter((f) => at(f[0]) && at(f[1]) && (inside(at(f[0])) || inside(at(f[1]))));
    const size = (f) => (wanting ? f[3] - f[2] : f[2]);
    const most = Math.max(1, ...list.map(size));
    const wide = (n) => (0.6 + 6.4 * Math.sqrt(n / most)).toFixed(2);
    // What is as expected lies under what is not, and the widest of each on top; a place that is chosen shows its own.
    const first = new Set(list.slice(0, found.drawn)),
      step = (f) => (wanting ? 0 : Math.abs(Number(gapClass(f[2], f[3]).slice(3)) || 0));
    const reveal = (i) =>
      arcs.forEach(([f, drawn]) => {
        const own = f[0] === i || f[1] === i;
        drawn.classList.toggle('away', i !== null && !own);
        drawn.toggleAttribute('hidden', i === null ? !first.has(f) : !own && !first.has(f));
      });
    const arcs = list
      .slice()
      .sort((p, q) => step(p) - step(q) || size(p) - size(q))
      .map((f) => {
        const [x1, y1] = at(f[0]),
          [x2, y2] = at(f[1]),
          bow = 0.16,
          d = `M${x1} ${y1}Q${((x1 + x2) / 2 + (y2 - y1) * bow).toFixed(1)} ${((y1 + y2) / 2 - (x2 - x1) * bow).toFixed(1)} ${x2} ${y2}`,
          drawn = svg(
            'g',
            { class: `flow ${wanting ? 'wanting' : gapClass(f[2], f[3]).replace('gap', 'tie')}`, 'aria-label': told(f) },
            svg('title', {}, told(f)),
            svg('path', { d, class: 'reach' }),
            svg('path', { d, class: 'ink', 'stroke-width': wide(size(f)) }),
          );
        return [f, chosenBy(drawn, () => openFlow(f, drawn))];
      });
    reveal(null);
    const biggest = Math.max(1, ...places.map((p) => p.organisations));
    const radiusOf = (n) => 3.5 + 13 * Math.sqrt(n / biggest),
      radius = (p) => radiusOf(p.organisations);
    const taken = places.flatMap((p, i) => (inside(at(i)) ? [[at(i)[0] - radius(p) * 0.7, at(i)[1] - radius(p) * 0.7, at(i)[0] + radius(p) * 0.7, at(i)[1] + radius(p) * 0.7]] : []));
    const free = (box) => !taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
    const names = [];
    const dots = places.map((p, i) => {
      if (!inside(at(i))) return null;
      const [x, y] = at(i),
        r = radius(p),
        text = short(nameOf_(p), 22),
        long = wideOf(text);
      // The name goes where there is room for it: right, left, above, below, or nowhere.
      const spot = [
        ['start', x + r + 4, y + 4, x + r + 3, x + r + 5 + long],
        ['end', x - r - 4, y + 4, x - r - 5 - long, x - r - 3],
        ['middle', x, y - r - 5, x - long / 2, x + long / 2],
        ['middle', x, y + r + 13, x - long / 2, x + long / 2],
      ].find(([, , base_, from, to]) => from > 2 && to < base.width - 2 && base_ > 12 && base_ < base.height - 3 && free([from, base_ - 11, to, base_ + 3]));
      if (spot) {
        const [anchor, tx, ty, from, to] = spot;
        taken.push([from, ty - 11, to, ty + 3]);
        names.push(label(tx, ty, text, { 'text-anchor': anchor, class: 'placename', 'aria-hidden': 'true' }));
      }
      const said = `${nameOf_(p)}: ${count(p.organisations)} ${t(p.organisations === 1 ? 'organisation' : 'organisations')}${p.verdict ? `; ${term(p.verdict)}` : ''}`;
      return chosenBy(
        svg(
          'g',
          { class: `place verdict ${String(p.verdict ?? '').replaceAll(' ', '-')}`, 'data-place': i, 'aria-label': said },
          svg('title', {}, said),
          svg('circle', { cx: x, cy: y, r: r.toFixed(1), class: 'found' }),
        ),
        () => openPlace(i),
      );
    });
    const without = places.filter((p) => !p.at),
      outside = places.filter((p, i) => p.at && !inside(at(i))).length,
      present = ['silo', 'leaning inward', 'neither', 'open', 'too small'].filter((v) => places.some((p, i) => inside(at(i)) && p.verdict === v));
    const land = svg(
      'g',
      { class: 'land', 'aria-hidden': 'true', transform: 'scale(0.1)' },
      ...base.land.map((each) => svg('path', { d: each.d })),
      base.inset ? svg('path', { d: base.inset, class: 'inset' }) : null,
    );
    const caption = t(wanting ? 'mapWantingCaption' : 'mapCaption');
    const made = wideFigure(caption, base.width, base.height, caption, land, ...arcs.map(([, drawn]) => drawn), ...dots.filter(Boolean), ...names);
    savable(made, `map-by-${state.by}`).classList.add('map');
    // What the verdicts, sizes and widths mean: the largest, and a tenth of it.
    const measure = (n, unit, ...drawn) =>
        el('li', { class: 'measure' }, svg('svg', { width: 36, height: 34, 'aria-hidden': 'true' }, ...drawn), `${figure(n)} ${t(unit)}`),
      sizes = [...new Set([biggest, Math.max(1, Math.round(biggest / 10))])],
      widths = list.length ? [...new Set([most, Math.max(1, Math.round(most / 10))].map(Math.round))] : [];
    made.prepend(
      el(
        'ul',
        { class: 'key' },
        ...present.map((v) => el('li', {}, chip(v))),
        ...sizes.map((n) => measure(n, n === 1 ? 'organisation' : 'organisations', svg('circle', { cx: 18, cy: 17, r: radiusOf(n).toFixed(1), class: 'size' }))),
        ...widths.map((n) => measure(n, wanting ? 'mapMissing' : 'ties', svg('line', { x1: 2, x2: 34, y1: 17, y2: 17, class: wanting ? 'width wanting' : 'width', 'stroke-width': wide(n) }))),
      ),
    );
    side.append(
      quiet(t('mapChoose')),
      without.length
        ? el(
            'div',
            {},
            el('h3', {}, t('mapUnplaced')),
            some(without, (p) => el('li', {}, el('span', { dir: 'auto' }, short(nameOf_(p), 120)), el('span', { class: 'n' }, count(p.organisations))), 12, 'ul', { class: 'plain' }),
          )
        : '',
    );
    const change = (key, id) => (value) => {
      Object.assign(state, { [key]: value, chosen: null });
      draw();
      $(id).focus();
    };
    node.replaceChildren(
      el(
        'div',
        { class: 'choices' },
        choice('map-by', t('mapPlaces'), Object.keys(block.by).map((key) => [key, t(key)]), state.by, change('by', 'map-by')),
        choice('map-ties', t('mapTies'), [['flows', t('mapFlows')], ['wanting', t('mapWanting')]], state.ties, change('ties', 'map-ties')),
        Object.keys(block.bases).length > 1
          ? choice('map-base', t('mapExtent'), Object.keys(block.bases).map((key) => [key, t({ part: 'mapPart', china: 'mapChina', world: 'mapWorld' }[key])]), state.base, change('base', 'map-base'))
          : null,
        wanting ? null : gapKey('tie'),
      ),
      places.some((p) => p.at) ? '' : el('p', { class: 'notice' }, t('mapNobody')),
      el('div', { class: 'besides' }, made, side),
      ...[
        outside ? t('mapOutside', { n: count(outside) }) : '',
        !wanting && found.flows_left ? t('mapLeft', { n: count(found.flows_left) }) : '',
        found.places_left ? t('mapPlacesLeft', { n: count(found.places_left) }) : '',
        found.without ? t('mapWithout', { n: count(found.without) }) : '',
      ]
        .filter(Boolean)
        .map(quiet),
      block.bare ? '' : tableView(`ties-by-${state.by}`, found.table, { by: state.by }),
      !block.bare && found.table_left ? quiet(t('mapRows', { n: count(found.table_left) })) : '',
    );
    if (state.chosen !== null) openPlace(state.chosen);
    // On a small screen the map scrolls: it begins where most is.
    const seen = places.filter((p, i) => inside(at(i))),
      total = seen.reduce((sum, p) => sum + p.organisations, 0) || 1,
      middle = seen.reduce((sum, p) => sum + p.organisations * p.at[state.base][0], 0) / total;
    requestAnimationFrame(() => {
      const scroll = node.querySelector('.wide');
      if (scroll) scroll.scrollLeft = middle - scroll.clientWidth / 2;
    });
  };
  draw();
  return node;
}
