// The side panel when something is chosen: all that is known of an organisation, a body, a group or a proposal.

// A fact, and the verdict on those who share it where there is one.
function factOf(fact, i) {
  const value = FACTS[fact][i],
    table = tableOf(`silos by=${fact}`);
  if (value === null) return null;
  const verdict = table?.of.verdict?.[table.of.group.indexOf(value)];
  return verdict && verdict !== 'neither' && verdict !== 'too small'
    ? el('span', {}, `${shown(fact, value)} `, chip(verdict))
    : shown(fact, value);
}
function organisation(i) {
  const group = GROUP[i] === null ? null : GROUPS.get(GROUP[i]);
  const partners = partnersOf(i),
    doors = doorsOf(i),
    proposals = proposalsOf(i),
    seats = seatsOf(i);
  const figures = Object.keys(METRICS)
    .filter((name) => Number.isFinite(METRICS[name][i]))
    .map((name) => [t(name), figure(METRICS[name][i]) + t('rank', { n: count(rankOf(name, i)) })]);
  const rows = [ORG_ROW[i], ...seats.map((s) => SEAT_ROW[s])].filter(Boolean).flatMap((row) => row.split('; '));
  return [
    el(
      'section',
      { class: 'card' },
      el('h2', { dir: 'auto', class: 'long' }, nameOf(i)),
      nameOf(i) === ORG.name[i] || !ORG.name[i] ? null : quiet(ORG.name[i]),
      pairs([
        ...Object.keys(FACTS).map((fact) => [t(fact), factOf(fact, i)]),
        [t('aliases'), ORG.aliases[i]],
        [t('id'), ORG.id[i]],
        ...figures,
      ]),
    ),
    group
      ? el(
          'section',
          { class: 'card' },
          head(t('itsGroup')),
          el('p', {}, link(groupName(group), 'g', group.label), ' ', chip(group.verdict)),
          quiet(
            [
              t('members', { n: count(group.members.length) }),
              CERTAINTY[i] === undefined ? null : t('certainty', { p: percent(CERTAINTY[i]) }),
            ]
              .filter(Boolean)
              .join(' · '),
          ),
          group.row ? finding(sentence('silos', group.at), 'div') : null,
        )
      : null,
    doors.length
      ? el(
          'section',
          { class: 'card' },
          head(`${t('itsDoors')} (${count(doors.length)})`),
          some(
            doors,
            ({ at, group: other, partners: n }) =>
              el(
                'li',
                {},
                el('span', {}, orgLink(at), ' ', link(groupName(GROUPS.get(other)), 'g', other)),
                el('span', { class: 'n' }, t('partnersThere', { n: count(n) })),
              ),
            5,
            'ul',
            { class: 'plain doors' },
          ),
        )
      : null,
    el(
      'section',
      { class: 'card' },
      head(`${t('itsProposals')} (${proposals.length})`),
      proposals.length
        ? some(proposals, (p) => proposalItem(p, i), 6, 'ul', { class: 'proposals' })
        : quiet(t('noProposals')),
    ),
    el(
      'section',
      { class: 'card' },
      head(`${t('itsPartners')} (${count(partners.length)})`),
      partners.length
        ? some(
            partners,
            (p) =>
              el('li', {}, orgLink(p.at), el('span', { class: 'n' }, t('shared', { n: sharedBodies(i, p.at).length }))),
            8,
            'ul',
            { class: 'plain' },
          )
        : quiet(t('noPartners')),
    ),
    el(
      'section',
      { class: 'card' },
      head(`${t('itsBodies')} (${count(seats.length)})`),
      seats.length
        ? some(seats, (s) => bodyItem(SEAT.body[s], SEAT_ROLE[s]), 8, 'ul', { class: 'plain' })
        : quiet(t('noBodies')),
    ),
    el(
      'section',
      { class: 'card' },
      evidenceFold(rows.length ? t('evidenceRows', { n: rows.length }) : t('noEvidence'), rows),
      cypher(CYPHER.o(ORG.id[i])),
    ),
  ];
}
const evidenceFold = (said, rows) =>
  el(
    'details',
    { class: 'fold' },
    el('summary', {}, `${t('evidence')}: ${said}`),
    some(rows, (row) => el('li', {}, el('code', {}, row)), 30),
  );
const span = (b) =>
  BODY.from[b] || BODY.to[b] ? `${(BODY.from[b] || '').slice(0, 7)} – ${(BODY.to[b] || '').slice(0, 7)}` : null;
const bodyItem = (b, role) =>
  el(
    'li',
    {},
    el(
      'span',
      {},
      link(bodyName(b), 'b', b),
      el('span', { class: 'quiet' }, ` ${[role && term(role), span(b)].filter(Boolean).join(' · ')}`),
    ),
    el('span', { class: 'n' }, count(sizeOf(b))),
  );
function bodyPanel(b) {
  const who = Array.from(membersOf(b)).sort((p, q) => degree(q) - degree(p) || p - q);
  return [
    el(
      'section',
      { class: 'card' },
      el('h2', { dir: 'auto', class: 'long' }, bodyName(b)),
      pairs([
        [t('body'), term(BODY.kind[b] || BODY.label[b])],
        [t('dates'), span(b)],
        [t('id'), BODY.id[b]],
      ]),
    ),
    el(
      'section',
      { class: 'card' },
      head(`${t('membersOf')} (${count(who.length)})`),
      some(who, (i) => el('li', {}, orgLink(i), el('span', { class: 'n' }, FACTS.country?.[i] || '')), 30, 'ul', {
        class: 'plain',
      }),
    ),
    el(
      'section',
      { class: 'card' },
      cypher(CYPHER.b(BODY.label[b] === 'Platform' ? 'Platform' : 'Collaboration', BODY.id[b])),
    ),
  ];
}
function groupPanel(label) {
  const group = GROUPS.get(label),
    row = group.row || {};
  const who = group.members.slice().sort((p, q) => degree(q) - degree(p) || p - q);
  const proposals = PROPOSALS.filter((p) => GROUP[p.a] === label || GROUP[p.b] === label);
  return [
    el(
      'section',
      { class: 'card' },
      el('h2', { dir: 'auto', class: 'long' }, groupName(group)),
      el('p', {}, chip(group.verdict)),
      group.row ? finding(sentence('silos', group.at), 'div') : null,
      pairs([
        [t('group'), label],
        [t('organisations'), count(who.length)],
        ...['external_share', 'expected', 'effect', 'q', 'ei', 'conductance', 'own_bodies', 'carried_by']
          .filter((name) => row[name] !== undefined)
          .map((name) => [
            columnName(tableOf('silos').columns.find((c) => c.name === name)),
            /share|expected|own_bodies/.test(name) && typeof row[name] === 'number'
              ? percent(row[name])
              : figure(row[name]),
          ]),
        [t('doors'), row.doors ? String(row.doors) : null],
      ]),
    ),
    proposals.length
      ? el(
          'section',
          { class: 'card' },
          head(`${t('proposalsOf')} (${proposals.length})`),
          some(proposals, (p) => proposalItem(p), 6, 'ul', { class: 'proposals' }),
        )
      : null,
    el(
      'section',
      { class: 'card' },
      head(`${t('largest')} (${count(who.length)})`),
      some(who, (i) => el('li', {}, orgLink(i), el('span', { class: 'n' }, count(degree(i)))), 12, 'ul', {
        class: 'plain',
      }),
    ),
    el(
      'section',
      { class: 'card' },
      row.evidence ? evidenceFold(t('heaviest'), String(row.evidence).split(/;\s*/)) : null,
      cypher(CYPHER.g(label)),
    ),
  ];
}
function proposalPanel(at) {
  const p = PROPOSALS[at];
  const evidence = p.evidence ? String(p.evidence).split(/[;,]\s*/) : [];
  const end = (i) =>
    el(
      'p',
      {},
      orgLink(i),
      ' ',
      el('span', { class: 'quiet' }, GROUP[i] === null ? '' : groupName(GROUPS.get(GROUP[i]))),
    );
  return [
    el(
      'section',
      { class: 'card' },
      el('h2', {}, `${t('proposal')} ${p.rank}`),
      end(p.a),
      end(p.b),
      finding(sentence('bridges', p.row), 'div'),
      pairs([
        [t('gainLong'), figure(p.gain)],
        [t('reach'), figure(p.gain_reachable)],
        [t('likelihood'), figure(p.feasibility)],
        [t('common'), p.common_partners === null ? null : figure(p.common_partners)],
        [t('distance'), p.distance === null ? t('apart') : figure(p.distance)],
      ]),
    ),
    p.reasons
      ? el(
          'section',
          { class: 'card' },
          head(t('reasons')),
          el(
            'ul',
            { class: 'reasons' },
            ...reasonsOf(p)
              .split(/[;；]\s*/)
              .map((reason) => el('li', { dir: 'auto' }, reason)),
          ),
        )
      : null,
    el(
      'section',
      { class: 'card' },
      evidence.length ? evidenceFold(t('evidenceRows', { n: evidence.length }), evidence) : null,
      cypher(CYPHER.p(ORG.id[p.a], ORG.id[p.b])),
    ),
  ];
}
