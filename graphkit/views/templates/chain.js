// One zone's four chains, stages and closed loop: bars of organisations, ribbons of those in both, dashes where nobody is.
Object.assign(WORDS, {
  chainTechnology: ['Technology', '技术'],
  chainAll: ['all technologies', '全部技术'],
  chainFour: ['The four chains, and who stands in two of them', '四链及链间联系'],
  chainFourCaption: [
    'A bar is the organisations of the zone in a chain, a ribbon those in two chains on one technology. Dashed: both chains are there and meet in nobody.',
    '竖条为园区内处于该链的机构，色带为在同一技术上同处两链的机构。虚线：两链均在，却无机构同处其中。',
  ],
  chainStages: ['From basic research to industry', '从基础研究到产业化'],
  chainStagesCaption: [
    'A bar is the organisations at a stage, a ribbon those that carry a technology from one stage to the next they work at (results taken over count). Dashed: nothing passes there.',
    '竖条为处于该阶段的机构，色带为把技术从一个阶段带到其下一阶段的机构（含承接成果者）。虚线：此处无人贯通。',
  ],
  chainLoop: ['The loop: demand, technology, capital, talent, demand', '闭环：需求、技术、资金、人才、需求'],
  chainLoopCaption: [
    'How many technologies of the zone make each step of the loop, one after the other. Dashed: how many stop there.',
    '园区内依次走完闭环各步的技术数。虚线：在此中断的技术数。',
  ],
  chainLoopUntold: ['Of {n} technologies the loop cannot be told: data are missing.', '有 {n} 项技术因缺少数据无法判断闭环。'],
  chainChoose: ['Choose a bar, a ribbon or a dashed line.', '请点选竖条、色带或虚线。'],
  chainNobody: ['nobody', '无人'],
  chainNobodyBoth: ['in nobody', '无机构同处'],
  chainNothing: ['nothing passes', '无人贯通'],
  chainStops: ['{n} stop here', '{n} 项中断'],
  chainStop: ['stops here', '在此中断'],
  chainNarrow: ['narrowest', '瓶颈'],
  chainOrganisations1: ['1 organisation', '1 个机构'],
  chainTechnologies1: ['1 technology', '1 项技术'],
  chainStops1: ['1 stops here', '1 项中断'],
  chainOrganisations: ['{n} organisations', '{n} 个机构'],
  chainTechnologies: ['{n} technologies', '{n} 项技术'],
  chainListed: ['The {n} with most rows are listed.', '仅列出数据行最多的 {n} 个。'],
  chainHosts: ['could host it', '可承建'],
  chainBringIn: ['could be brought in: {who}', '可引入：{who}'],
  chainLeft: ['{n} technologies with fewer organisations are in the whole only.', '另有 {n} 项机构较少的技术仅计入总体。'],
  chainRows: ['Rows on the chains', '四链明细'],
  chainStageRows: ['Rows on the stages', '阶段明细'],
  chainElsewhere: [
    'Nobody is proposed for this step: another step is the first to be closed.',
    '此环节未提出人选：应首先打通的是另一环节。',
  ],
  chainNone: ['Nothing was loaded that tells of this.', '没有载入与此相关的数据。'],
  chainWorked: ['worked on', '在研技术'],
  needed: ['demand', '需求'],
  capital: ['capital', '资金'],
  talent: ['talent', '人才'],
});
Object.assign(TERMS, {
  basic: ['basic research', '基础研究'],
  applied: ['applied research', '应用研究'],
  development: ['development', '试验发展'],
  maturation: ['maturation', '中试、熟化'],
  industrialisation: ['industrialisation', '产业化'],
});
const CHAIN_TERMS = {
  technology: ['technology chain', '技术链'],
  industry: ['industry chain', '产业链'],
  capital: ['capital chain', '资金链'],
  talent: ['talent chain', '人才链'],
};
const manyOf = (key, n) => t(n === 1 ? `${key}1` : key, { n: count(n) });
// Bars in columns with ribbons between them; what lies further than the next column dips below the bars between.
function flowFigure(name, caption, bars, ribbons, open) {
  // On a phone as narrow as the words of its names allow, one below the other.
  const narrow = innerWidth < SMALL,
    lines = bars.map((bar) => (narrow ? bar.name.split(' ') : [bar.name])),
    lower = 14 * (Math.max(...lines.map((each) => each.length)) - 1),
    word = Math.max(...lines.flat().map(wideOf)),
    thick = 14,
    left = narrow ? Math.max(word - thick, 0) / 2 + 2 : 74,
    width = narrow ? Math.max(innerWidth - 60, bars.length * (word + 8)) : 860,
    top = 52 + lower,
    tall = 150,
    gap = (width - 2 * left - thick) / (bars.length - 1);
  const x = (i) => left + i * gap;
  const solid = ribbons.filter((r) => !r.missing);
  const side = (i, out) => solid.filter((r) => (out ? r.from : r.to) === i).reduce((sum, r) => sum + r.value, 0);
  const high = bars.map((bar, i) => Math.max(bar.value, side(i, true), side(i, false)));
  const scale = tall / Math.max(1, ...high);
  const used = { out: bars.map(() => 0), in: bars.map(() => 0) };
  const deep = top + Math.max(...high) * scale;
  const order = ribbons.slice().sort((p, q) => p.to - p.from - (q.to - q.from) || p.from - q.from);
  let bottom = deep,
    long = 0;
  const drawn = order.map((r) => {
    const wide = r.missing ? 0 : Math.max(r.value * scale, 1.5),
      far = r.to - r.from > 1,
      place = (key, i) => {
        if (r.missing) return top + (r.below ? r.below * scale + 12 : Math.max(high[i] * scale, 16) / 2);
        const y = top + used[key][i] + wide / 2;
        used[key][i] += wide;
        return y;
      };
    const y1 = place('out', r.from),
      y2 = place('in', r.to),
      x1 = x(r.from) + thick,
      x2 = x(r.to),
      reach = far ? deep + 26 + 30 * long++ + wide / 2 : 0;
    if (far) bottom = Math.max(bottom, reach + wide / 2);
    const bend = gap * (far ? 0.6 : 0.45),
      along = (by, back) => {
        const [xa, ya, xb, yb, hold] = back ? [x2, y2, x1, y1, -bend] : [x1, y1, x2, y2, bend],
          halfway = (x1 + x2) / 2;
        return far
          ? `${xa} ${ya + by}C${xa + hold} ${ya + by},${xa + hold / 2} ${reach + by},${halfway} ${reach + by}C${xb - hold / 2} ${reach + by},${xb - hold} ${yb + by},${xb} ${yb + by}`
          : `${xa} ${ya + by}C${xa + hold} ${ya + by},${xb - hold} ${yb + by},${xb} ${yb + by}`;
      };
    // An area and no thick line, so that its ends lie flush with the bars.
    const area = `M${along(-wide / 2, false)}L${along(wide / 2, true)}Z`,
      line = `M${along(0, false)}`;
    const middle = [(x1 + x2) / 2, far ? reach : (y1 + y2) / 2];
    const node = svg(
      'g',
      { class: r.missing ? 'ribbon missing' : r.narrow ? 'ribbon narrow' : 'ribbon', 'aria-label': r.told },
      svg('title', {}, r.told),
      svg('path', { d: line, class: 'reach', 'stroke-width': 16 }),
      svg('path', { d: r.missing ? line : area, class: 'ink' }),
    );
    // Where there is no room to say what is missing, a sign does; the panel says it in full.
    const fits = () => far || wideOf(r.label) < x2 - x1,
      text = r.missing ? (fits() ? r.label : '×') : r.narrow && fits() ? r.label : null;
    return [
      chosenBy(node, () => open(r, node)),
      text ? label(middle[0], r.below ? middle[1] + 16 : middle[1] - (far ? 5 : 9) - wide / 2, text, { 'text-anchor': 'middle', class: 'says' }) : null,
    ];
  });
  const columns = bars.map((bar, i) => {
    const node = svg(
      'g',
      { class: bar.value ? 'bar-of' : 'bar-of empty', 'aria-label': bar.told },
      svg('title', {}, bar.told),
      svg('rect', { x: x(i), y: top, width: thick, height: Math.max(high[i] * scale, 16), rx: 3 }),
      ...lines[i].map((text, at) => label(x(i) + thick / 2, 20 + 14 * at, text, { 'text-anchor': 'middle', class: 'strong' })),
      label(x(i) + thick / 2, 38 + lower, bar.value ? count(bar.value) : t('chainNobody'), { 'text-anchor': 'middle', class: bar.value ? 'axis' : 'says' }),
    );
    return chosenBy(node, () => open(bar, node));
  });
  // Ribbons first, so that bars lie on them, and what is said on top of all.
  const parts = [...drawn.map((each) => each[0]), ...columns, ...drawn.map((each) => each[1])];
  return savable(wideFigure(caption, width, bottom + 14, caption, ...parts), name);
}
const whoOf = (block, part) =>
  el(
    'div',
    {},
    part.of.length < part.count ? quiet(t('chainListed', { n: count(part.of.length) })) : null,
    el(
      'ul',
      { class: 'plain who' },
      ...part.of.map(([row, rows]) =>
        el('li', {}, el('span', { dir: 'auto' }, short(calledOf(block, row), 200)), rows ? el('span', { class: 'quiet', dir: 'auto' }, short(rows, 200)) : null),
      ),
    ),
  );
const loopsTold = (loops) => some(loops, (each) => el('li', { dir: 'auto' }, pick(each.said)), 4, 'ul', { class: 'findings' });
function fourFlow(block, scope, open) {
  const found = scope.chains,
    called = (i) => pick(CHAIN_TERMS[block.chains[i]]);
  const bars = found.nodes.map((part, i) => ({
    name: called(i),
    value: part.count,
    part,
    told: `${called(i)}: ${part.count ? manyOf('chainOrganisations', part.count) : t('chainNobody')}`,
  }));
  const ribbons = [];
  for (let i = 0; i < bars.length; i++)
    for (let j = i + 1; j < bars.length; j++) {
      const part = found.links.find((link) => link[0] === i && link[1] === j)?.[2];
      if (!part && !(bars[i].value && bars[j].value)) continue;
      const told = `${called(i)} – ${called(j)}: ${part ? manyOf('chainOrganisations', part.count) : t('chainNobodyBoth')}`;
      ribbons.push({ from: i, to: j, value: part?.count || 0, missing: !part, label: t('chainNobodyBoth'), part, told });
    }
  return flowFigure('four-chains', t('chainFourCaption'), bars, ribbons, open);
}
function stageFlow(block, scope, open) {
  const found = scope.stages,
    called = (i) => term(block.ladder[i]);
  const bars = found.nodes.map((part, i) => ({
    name: called(i),
    value: part.count,
    part,
    told: `${called(i)}: ${part.count ? manyOf('chainOrganisations', part.count) : t('chainNobody')}`,
  }));
  const ribbons = found.links.map(([i, j, part]) => ({
    from: i,
    to: j,
    value: part.count,
    part,
    narrow: scope.flow > 0 && i === scope.gap[0] && j === scope.gap[1],
    label: t('chainNarrow'),
    told: `${called(i)} → ${called(j)}: ${manyOf('chainOrganisations', part.count)}`,
  }));
  for (let i = 0; i + 1 < bars.length; i++)
    if (!found.links.some(([a, b]) => a <= i && b > i))
      ribbons.push({
        from: i,
        to: i + 1,
        value: 0,
        missing: true,
        label: t('chainNothing'),
        stage: true,
        told: `${called(i)} → ${called(i + 1)}: ${t('chainNothing')}`,
      });
  return flowFigure('stages', t('chainStagesCaption'), bars, ribbons, open);
}
function loopFlow(scope, open) {
  const told = scope.loops.filter((each) => each.reached !== null),
    words = ['chainWorked', 'needed', 'technology', 'capital', 'talent', 'needed'];
  const makes = (k) => told.filter((each) => each.reached >= k),
    stops = (k) => told.filter((each) => each.reached === k);
  const bars = words.map((word, i) => ({
    name: t(word),
    value: makes(i).length,
    loops: makes(i),
    told: `${t(word)}: ${manyOf('chainTechnologies', makes(i).length)}`,
  }));
  const ribbons = [];
  for (let i = 0; i + 1 < words.length; i++) {
    const on = makes(i + 1),
      off = stops(i),
      way = `${t(words[i])} → ${t(words[i + 1])}`;
    if (on.length)
      ribbons.push({ from: i, to: i + 1, value: on.length, loops: on, told: `${way}: ${manyOf('chainTechnologies', on.length)}` });
    if (!off.length) continue;
    const says = told.length > 1 ? manyOf('chainStops', off.length) : t('chainStop');
    ribbons.push({ from: i, to: i + 1, value: 0, missing: true, below: on.length, label: says, loops: off, told: `${way}: ${says}` });
  }
  return flowFigure('loop', t('chainLoopCaption'), bars, ribbons, open);
}
function chainFigure(block) {
  if (!block.first) return null;
  const state = (block.state ||= { zone: block.first, at: 0 });
  const node = el('div', { class: 'picture' });
  const draw = () => {
    const zone = block.zones[state.zone],
      scope = zone.scopes[state.at],
      side = el('div', { class: 'aside', 'aria-live': 'polite' }, quiet(t('chainChoose')), loopsTold(scope.loops));
    const open = (what, drawn) => {
      for (const each of node.querySelectorAll('.chosen')) each.classList.remove('chosen');
      drawn?.classList.add('chosen');
      side.replaceChildren(
        el('h3', { dir: 'auto' }, what.told),
        what.part?.count ? whoOf(block, what.part) : '',
        what.loops
          ? loopsTold(what.loops)
          : '',
        what.missing && what.stage ? sentences(zone.stages, what) : '',
      );
      showAside(side);
    };
    // Who could host a missing step, or do it from elsewhere, of each technology that stops there.
    const sentences = (table, what) => {
      const gap = `${block.ladder[what.from]} → ${block.ladder[what.to]}`,
        of = table.of,
        rows = Array.from({ length: table.rows }, (_, r) => r).filter(
          (r) => of.gap[r] === gap && (state.at === 0 || of.technology[r] === zone.technologies[state.at - 1][0][0]),
        );
      if (!rows.length) return quiet(t('chainElsewhere'));
      return el(
        'ul',
        { class: 'findings' },
        ...rows.map((r) => {
          const in_ = (name) => of[zh() ? `${name}_zh` : name][r];
          return el(
            'li',
            { dir: 'auto' },
            in_('technology'),
            in_('hosts') ? el('p', { class: 'quiet' }, `${t('chainHosts')}: ${in_('hosts')}`) : null,
            in_('elsewhere') ? el('p', { class: 'quiet' }, t('chainBringIn', { who: in_('elsewhere') })) : null,
          );
        }),
      );
    };
    const untold = scope.loops.filter((each) => each.reached === null).length;
    const panel = (title, made) => [el('h3', {}, title), made || quiet(t('chainNone'))];
    node.replaceChildren(
      el(
        'div',
        { class: 'choices' },
        choice('chain-zone', t('zone'), Object.keys(block.zones).map((key) => [key, `${short(block.called[key] ? pick(block.called[key]) : key, 60)} (${count(block.zones[key].organisations)})`]), state.zone, (value) => {
          Object.assign(state, { zone: value, at: 0 });
          draw();
          $('chain-zone').focus();
        }),
        zone.technologies.length
          ? choice(
              'chain-technology',
              t('chainTechnology'),
              [['0', t('chainAll')], ...zone.technologies.map(([called, n], i) => [String(i + 1), `${short(pick(called), 60)} (${count(n)})`])],
              String(state.at),
              (value) => {
                state.at = Number(value);
                draw();
                $('chain-technology').focus();
              },
            )
          : null,
      ),
      el(
        'div',
        { class: 'besides' },
        el(
          'div',
          { class: 'flows' },
          ...panel(t('chainFour'), scope.chains && fourFlow(block, scope, open)),
          ...panel(t('chainStages'), scope.stages && stageFlow(block, scope, open)),
          ...panel(t('chainLoop'), scope.loops.some((each) => each.reached !== null) && loopFlow(scope, open)),
          untold ? quiet(t('chainLoopUntold', { n: count(untold) })) : '',
          zone.left_out ? quiet(t('chainLeft', { n: count(zone.left_out) })) : '',
        ),
        side,
      ),
      ...(zone.table && !block.bare ? [el('h3', {}, t('chainRows')), tableView('four-chains', zone.table)] : []),
      ...(zone.stages && !block.bare ? [el('h3', {}, t('chainStageRows')), tableView('valley-of-death', zone.stages)] : []),
    );
  };
  draw();
  return node;
}
