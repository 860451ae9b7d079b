// Charts as inline SVG: few, plain, readable on paper.
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}
const label = (x, y, text, more = {}) => svg('text', { x, y, ...more }, text);
function figureOf(caption, width, height, ...children) {
  return el(
    'figure',
    { class: 'chart' },
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': caption, preserveAspectRatio: 'xMinYMin meet' },
      ...children,
    ),
    el('figcaption', {}, caption),
  );
}
// A picture as a file of its own: what the style sheet says of each part is written into it, what is hidden left out.
const STYLED =
  'fill fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin paint-order opacity font-family font-size font-weight text-anchor'.split(' ');
function svgText(drawn) {
  const whole = drawn.cloneNode(true),
    copies = [whole, ...whole.querySelectorAll('*')],
    [, , width, height] = drawn.getAttribute('viewBox').split(' ');
  [drawn, ...drawn.querySelectorAll('*')].forEach((node, at) => {
    const style = getComputedStyle(node),
      copy = copies[at];
    for (const name of node.getAttributeNames())
      if (/^(class|role|tabindex|hidden|aria-.*|data-.*)$/.test(name)) copy.removeAttribute(name);
    if (node.tagName === 'title') return;
    if (style.display === 'none') copy.remove();
    for (const name of STYLED) copy.setAttribute(name, style.getPropertyValue(name));
  });
  for (const [name, value] of [['width', width], ['height', height]]) whole.setAttribute(name, value);
  whole.prepend(svg('rect', { width, height, fill: getComputedStyle(drawn.closest('.section, body')).backgroundColor }));
  return new XMLSerializer().serializeToString(whole);
}
function savable(figure, name) {
  const write = () => save(`${name}.svg`, new Blob([svgText(figure.querySelector(':scope > svg, .wide > svg'))], { type: 'image/svg+xml' }));
  figure.append(el('button', { type: 'button', class: 'more', title: t('svg'), 'aria-label': t('svg'), onclick: write }, 'SVG'));
  return figure;
}
// A figure whose letters keep their size: on a small screen it scrolls instead of shrinking.
function wideFigure(caption, width, height, name, ...parts) {
  const made = figureOf(caption, width, height, ...parts),
    drawn = made.firstChild,
    scroll = el('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': name });
  drawn.setAttribute('role', 'group');
  drawn.setAttribute('width', width);
  drawn.setAttribute('height', height);
  made.prepend(scroll);
  scroll.append(drawn);
  return made;
}
// Something drawn that a pointer and the keyboard can choose.
function chosenBy(node, go) {
  node.setAttribute('tabindex', '0');
  node.setAttribute('role', 'button');
  node.addEventListener('click', go);
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    go();
  });
  return node;
}
function ticks(most, wanted = 5) {
  const raw = most / wanted,
    power = 10 ** Math.floor(Math.log10(raw)),
    step = [1, 2, 2.5, 5, 10].find((s) => s * power >= raw) * power;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}
// About how wide a text is drawn at 12 pixels: a sign of Chinese is as wide as high.
const wideOf = (text) => [...text].reduce((sum, sign) => sum + (sign > '\u2e7f' ? 12.5 : 7.3), 0);
const SMALL = 600; // a screen below so many pixels is a phone
const short = (text, most) => (text.length > most ? text.slice(0, most - 1).trimEnd() + '…' : text);

// For each group, on the left the share of its ties that leave (dot) in the range that chance gives (bar), and on the
// right the odds of staying inside with their interval, on a scale of powers: what the verdict rests on.
function silosChart(table, by, most = 16) {
  const of = table.of,
    number = (name, r) => (typeof of[name]?.[r] === 'number' ? of[name][r] : null);
  if (!of.expected_low || !of.external_share) return null;
  const rows = Array.from({ length: table.rows }, (_, r) => r)
    .filter(
      (r) =>
        of.verdict[r] !== 'too small' && number('external_share', r) !== null && number('expected_low', r) !== null,
    )
    .slice(0, most);
  if (!rows.length) return null;
  const odds = rows.some((r) => number('effect', r) !== null && number('effect_low', r) !== null);
  // On a phone the odds stand below and not beside.
  const narrow = innerWidth < SMALL,
    width = narrow ? innerWidth - 50 : 1000,
    left = narrow ? 130 : 262,
    split = narrow ? width : odds ? 640 : 960,
    high = 23,
    top = 30,
    base = top + rows.length * high,
    below = narrow && odds ? base + 40 : 0,
    height = base + below + 34;
  const end = Math.max(
    0.05,
    Math.min(1, 1.05 * rows.reduce((m, r) => Math.max(m, of.external_share[r], number('expected_high', r) ?? 0), 0)),
  );
  const x = (share) => left + ((split - left - 20) * Math.min(share, end)) / end;
  const parts = [label(left, 14, t('panelShare'), { class: 'axis strong' })];
  for (const share of ticks(end))
    parts.push(
      svg('line', { x1: x(share), x2: x(share), y1: top - 6, y2: base, class: 'grid' }),
      label(x(share), base + 16, percent(share), { 'text-anchor': 'middle', class: 'axis' }),
    );
  // Odds from a tenth to a thousand; what lies outside ends at the edge.
  const low = -1,
    far = 3,
    from = narrow ? left : split + 24,
    ox = (v) =>
      from + ((width - from - 20) * (Math.min(Math.max(Math.log10(Math.max(v, 1e-9)), low), far) - low)) / (far - low);
  if (odds) {
    parts.push(label(narrow ? 0 : from, below + 14, t('panelOdds'), { class: 'axis strong' }));
    for (const v of [0.1, 1, 10, 100, 1000])
      parts.push(
        svg('line', { x1: ox(v), x2: ox(v), y1: below + top - 6, y2: below + base, class: v === 1 ? 'grid one' : 'grid' }),
        label(ox(v), below + base + 16, `${v}×`, { 'text-anchor': 'middle', class: 'axis' }),
      );
  }
  rows.forEach((r, at) => {
    const y = top + at * high + high / 2,
      verdict = of.verdict[r];
    const group = by ? null : GROUPS.get(String(of.group[r]));
    const name = by ? groupWord(table, 'group', r, by) : group ? groupName(group) : String(of.name?.[r] ?? of.group[r]);
    const told = [
      `${name}: ${percent(of.external_share[r])} (${t('chartChance')} ${percent(number('expected_low', r))} – ${percent(number('expected_high', r))})`,
      odds && number('effect', r) !== null
        ? `${t('panelOdds')}: ${figure(of.effect[r])} (${figure(number('effect_low', r))} – ${figure(number('effect_high', r))})`
        : '',
      term(verdict),
    ];
    const called = (at) => label(left - 12, at + 4, short(name, narrow ? 17 : 36), { 'text-anchor': 'end' });
    const node = svg(
      'g',
      { class: `verdict ${String(verdict).replaceAll(' ', '-')}${group ? ' goes' : ''}` },
      svg('title', {}, told.filter(Boolean).join('; ')),
      svg('rect', { x: 0, y: y - high / 2, width, height: high, class: 'row' }),
      called(y),
      below ? called(below + y) : null,
      svg('rect', {
        x: x(of.expected_low[r]),
        y: y - 5,
        width: Math.max(x(number('expected_high', r) ?? of.expected_low[r]) - x(of.expected_low[r]), 2),
        height: 10,
        rx: 2,
        class: 'chance',
      }),
      svg('line', { x1: x(of.external_share[r]), x2: x(of.expected[r]), y1: y, y2: y, class: 'gap' }),
      svg('line', { x1: x(of.expected[r]), x2: x(of.expected[r]), y1: y - 5, y2: y + 5, class: 'mean' }),
      svg('circle', { cx: x(of.external_share[r]), cy: y, r: 5, class: 'found' }),
      odds && number('effect_low', r) !== null
        ? svg('line', { x1: ox(of.effect_low[r]), x2: ox(of.effect_high[r]), y1: below + y, y2: below + y, class: 'gap' })
        : null,
      odds && number('effect', r) !== null
        ? svg('circle', { cx: ox(of.effect[r]), cy: below + y, r: 4.5, class: 'found' })
        : null,
    );
    if (group) node.addEventListener('click', () => choose({ kind: 'g', at: group.label }));
    parts.push(node);
  });
  const made = figureOf(t(by || !of.tested_share ? 'chartSilos' : 'chartCommunities'), width, height, ...parts);
  const present = VERDICTS.filter((v) => rows.some((r) => of.verdict[r] === v));
  made.prepend(el('ul', { class: 'key' }, ...present.map((v) => el('li', {}, chip(v)))));
  return savable(made, by ? `silos-by-${by}` : 'silos');
}
// Gain against likelihood of every proposal; those that no other beats in both are filled.
function bridgesChart(proposals) {
  const points = proposals.filter((p) => typeof p.gain === 'number' && typeof p.feasibility === 'number');
  if (points.length < 2) return null;
  const width = innerWidth < SMALL ? innerWidth - 50 : 760,
    height = 340,
    left = 70,
    right = 24,
    top = 16,
    bottom = 46;
  const mostX = points.reduce((m, p) => Math.max(m, p.feasibility), 0) * 1.08 || 1,
    mostY = points.reduce((m, p) => Math.max(m, p.gain), 0) * 1.1 || 1;
  const x = (v) => left + ((width - left - right) * v) / mostX,
    y = (v) => height - bottom - ((height - top - bottom) * v) / mostY;
  // One that would lie on another moves to the right of it.
  const taken = [];
  const place = (cx, cy) => {
    while (taken.some(([a, b]) => Math.hypot(cx - a, cy - b) < 17)) cx += 6;
    taken.push([cx, cy]);
    return [cx, cy];
  };
  const parts = [
    ...ticks(mostX, innerWidth < SMALL ? 3 : 5).flatMap((v) => [
      svg('line', { x1: x(v), x2: x(v), y1: top, y2: height - bottom, class: 'grid' }),
      label(x(v), height - bottom + 17, figure(v), { 'text-anchor': 'middle', class: 'axis' }),
    ]),
    ...ticks(mostY, 4).flatMap((v) => [
      svg('line', { x1: left, x2: width - right, y1: y(v), y2: y(v), class: 'grid' }),
      label(left - 8, y(v) + 4, figure(v), { 'text-anchor': 'end', class: 'axis' }),
    ]),
    label((left + width - right) / 2, height - 8, t('likelihood'), { 'text-anchor': 'middle', class: 'axis' }),
    svg(
      'text',
      {
        x: 0,
        y: 0,
        transform: `translate(14 ${(top + height - bottom) / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        class: 'axis',
      },
      t('gainLong'),
    ),
    ...points
      .map((p) => [p, place(x(p.feasibility), y(p.gain))])
      .reverse()
      .map(([p, [cx, cy]]) => {
        const text = `${p.rank}. ${nameOf(p.a)} – ${nameOf(p.b)}: ${t('gain')} ${figure(p.gain)}, ${t('likelihood')} ${figure(p.feasibility)}`;
        const node = svg(
          'g',
          { class: 'proposal', 'aria-label': text },
          svg('title', {}, text),
          svg('circle', { cx, cy, r: 9, class: p.pareto === false ? 'beaten' : 'best' }),
          label(cx, cy + 3.5, String(p.rank), {
            'text-anchor': 'middle',
            class: p.pareto === false ? 'beaten' : 'best',
          }),
        );
        return chosenBy(node, () => choose({ kind: 'p', at: PROPOSALS.indexOf(p) }));
      }),
  ];
  return savable(figureOf(t('chartBridges'), width, height, ...parts), 'bridges');
}
// The components of the network: their sizes from the largest, and the size of the one that an organisation is in.
let componentsFound = null;
function componentsOf() {
  if (componentsFound) return componentsFound;
  const of = new Int32Array(N).fill(-1),
    sizes = [];
  for (let i = 0; i < N; i++) {
    if (of[i] >= 0) continue;
    const stack = [i];
    of[i] = sizes.length;
    let size = 0;
    while (stack.length) {
      const at = stack.pop();
      size++;
      for (const e of TIES.edge.subarray(TIES.start[at], TIES.start[at + 1])) {
        const other = TIES.a[e] === at ? TIES.b[e] : TIES.a[e];
        if (of[other] < 0) {
          of[other] = sizes.length;
          stack.push(other);
        }
      }
    }
    sizes.push(size);
  }
  return (componentsFound = { size: (i) => sizes[of[i]], sizes: sizes.slice().sort((p, q) => q - p) });
}
// How the organisations divide into components: one bar.
function componentsChart() {
  const { sizes } = componentsOf();
  const alone = sizes.filter((size) => size === 1).length,
    rest = sizes.slice(1).filter((size) => size > 1);
  const parts = [
    [t('chartLargest'), sizes[0] > 1 ? sizes[0] : 0, 'open'],
    [t('chartOther', { n: count(rest.length) }), rest.reduce((sum, size) => sum + size, 0), 'leaning-inward'],
    [t('chartAlone'), alone, 'silo'],
  ].filter(([, n]) => n);
  const width = 760,
    gap = 2;
  let at = 0;
  const bars = parts.map(([name, n, kind]) => {
    const w = Math.max((width * n) / N - gap, 2),
      x = Math.min(at, width - w);
    at += w + gap;
    return svg(
      'g',
      { class: `verdict ${kind}` },
      svg('title', {}, `${name}: ${count(n)}`),
      svg('rect', { x, y: 4, width: w, height: 26, rx: 3, class: 'bar' }),
    );
  });
  const figure = figureOf(t('chartComponents'), width, 34, ...bars);
  figure.prepend(
    el(
      'ul',
      { class: 'key' },
      ...parts.map(([name, n, kind]) =>
        el(
          'li',
          {},
          el('span', {
            class: 'dot',
            colour: `var(--${{ open: 'open', 'leaning-inward': 'leaning', silo: 'silo' }[kind]})`,
          }),
          `${name}: ${count(n)} (${percent(n / N)})`,
        ),
      ),
    ),
  );
  return figure;
}
