// The side panel: controls, legend and rankings, or all that is known of what was chosen. Text goes in as text only.
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
const link = (text, kind, at, more = {}) => el('button', {type: 'button', class: 'link', dir: 'auto', title: text.length > 60 ? text.slice(0, 300) : null, ...more, onclick: () => choose({kind, at})}, text.slice(0, 300));
const orgLink = (i) => link(nameOf(i), 'o', i);
const chip = (verdict) => verdict ? el('span', {class: 'chip', colour: `var(--${{'leaning inward': 'leaning', 'too small': 'small'}[verdict] || verdict})`}, term(verdict)) : null;
const head = (text, ...more) => el('h3', {}, text, ...more);
const quiet = (text) => el('p', {class: 'quiet'}, text);

// A finding in two tones: what was found and the verdict, then its grounds.
const GROUNDS = /^(because|carried by|doors|odds|依据|主要来自|门户|组内联系)/;
function tones(said) {
  const parts = said.split(/; |；/), from = parts.findIndex((part) => GROUNDS.test(part));
  if (from < 1) return [said, ''];
  const verdict = said.match(/(?:Verdict: |判定：).*$/)?.[0] || '', stop = zh() ? '。' : '. ', between = zh() ? '；' : '; ';
  return [(parts.slice(0, from).join(between) + stop + verdict).trim(), parts.slice(from).join(between).replace(verdict, '').trim()];
}
function finding(said, tag = 'li') {
  const [found, grounds] = tones(said);
  return el(tag, {}, found, grounds ? el('p', {class: 'quiet'}, grounds) : null);
}
// A list that shows its first rows and a button for the rest.
function some(list, make, first = 8, tag = 'ul', more = {}) {
  const node = el(tag, more, ...list.slice(0, first).map(make));
  if (list.length <= first) return node;
  let at = first;
  const button = el('button', {type: 'button', class: 'more', onclick: () => {
    node.append(...list.slice(at, at + 50).map((each, i) => make(each, at + i)));
    at += 50;
    if (at >= list.length) button.remove();
    else button.textContent = t('more', {n: count(list.length - at)});
  }}, t('more', {n: count(list.length - at)}));
  return el('div', {}, node, button);
}
function pairs(list) {
  return el('dl', {}, ...list.filter(([, value]) => value !== null && value !== undefined && value !== '').flatMap(([name, value]) => [el('dt', {}, name), el('dd', {dir: 'auto'}, value)]));
}
function copied(text) {
  const area = el('textarea', {class: 'away', readonly: true});
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  say(t(done ? 'copied' : 'copyFailed'));
  return done;
}
function cypher(text) {
  const shown = text.includes('$id') ? `// $id: ${t('unsafe')}\n${text}` : text;
  const code = el('code', {}, shown);
  const button = el('button', {type: 'button', class: 'copy', onclick: () => { button.textContent = t(copied(shown) ? 'copied' : 'copyFailed'); }}, t('copy'));
  return el('details', {class: 'fold'}, el('summary', {}, t('cypher')), el('div', {class: 'code'}, button, el('pre', {title: t('copy'), onclick: () => button.click()}, code)));
}
const reasonsOf = (p) => String((zh() && p.reasons_zh) || p.reasons || '');
function proposalItem(p, from = -1) {
  const ends = from < 0 ? [orgLink(p.a), ' – ', orgLink(p.b)] : [orgLink(p.a === from ? p.b : p.a)];
  return el('li', {class: 'proposal'},
    el('button', {type: 'button', class: 'badge', 'aria-label': `${t('proposal')} ${p.rank}`, onclick: () => choose({kind: 'p', at: PROPOSALS.indexOf(p)})}, String(p.rank)),
    el('div', {}, el('p', {}, ...ends), el('p', {class: 'figures'}, `${t('gain')} ${figure(p.gain)} · ${t('likelihood')} ${figure(p.feasibility)}`), from < 0 || !p.reasons ? null : el('p', {class: 'quiet', dir: 'auto'}, reasonsOf(p))));
}
const groupItem = (g) => el('li', {}, el('p', {}, link(groupName(g), 'g', g.label), ' ', chip(g.verdict)),
  el('p', {class: 'quiet'}, [t('members', {n: count(g.members.length)}), g.row ? t('leave', {p: percent(g.row.external_share)}) : null].filter(Boolean).join(' · ')));

function overview() {
  const choices = (id, label, list, now, change) => el('div', {class: 'control'}, el('label', {for: id}, label),
    el('select', {id, onchange: (event) => change(event.target.value)}, ...list.map(([value, text]) => el('option', {value, selected: value === now}, text))));
  const tick = (name, key) => el('label', {class: 'tick'}, el('input', {type: 'checkbox', id: `show-${name}`, checked: S[name], onchange: (event) => { S[name] = event.target.checked; draw(); }}), t(key));
  const controls = el('section', {class: 'card'},
    choices('colour', t('colour'), colourings().map((by) => [by, t(by)]), S.colour, (by) => { S.colour = by; S.hidden.clear(); recolour(); panel(); remember(); }),
    choices('size', t('size'), [...Object.keys(METRICS), 'equal'].map((by) => [by, t(by)]), S.size, (by) => { S.size = by; ORDER = null; measure(); draw(); remember(); }),
    sliders(),
    el('div', {class: 'ticks'}, tick('hulls', 'hulls'), tick('names', 'names'), tick('lines', 'lines'), PROPOSALS.length ? tick('proposals', 'proposals') : null));
  const legend = el('section', {class: 'card', id: 'legend'}, el('div', {class: 'row'}, head(t('legend')),
    S.hidden.size ? el('button', {type: 'button', class: 'more', onclick: () => { S.hidden.clear(); panel(); draw(); }}, t('all')) : null),
  el('ul', {class: 'legend'}, ...CAT.list.map((each) => el('li', {},
    el('button', {type: 'button', class: 'entry', 'aria-pressed': String(!S.hidden.has(each.key)), onclick: () => { S.hidden.has(each.key) ? S.hidden.delete(each.key) : S.hidden.add(each.key); panel('legend'); draw(); }},
      el('span', {class: 'dot', colour: each.colour}), el('span', {class: 'what', dir: 'auto'}, each.label), el('span', {class: 'n'}, count(each.n))),
    el('button', {type: 'button', class: 'only', 'aria-label': `${t('only')}: ${each.label}`, onclick: () => { S.hidden = new Set(CAT.list.map((other) => other.key).filter((key) => key !== each.key)); panel('legend'); draw(); }}, t('only'))))));
  const ranking = RANKED.filter((g) => g.members.length > 2);
  return [controls, legend,
    ranking.length ? el('section', {class: 'card'}, head(t('ranking')), some(ranking, groupItem, 6, 'ol', {class: 'ranking'})) : null,
    PROPOSALS.length ? el('section', {class: 'card'}, head(t('best')), some(PROPOSALS, (p) => proposalItem(p), 5, 'ol', {class: 'proposals'})) : null];
}
const YEARS = (() => {
  const year = (date) => date ? Number(date.slice(0, 4)) : null;
  const all = [...BODY.from, ...BODY.to].map(year).filter((y) => y);
  return all.length ? [all.reduce((p, q) => Math.min(p, q)), all.reduce((p, q) => Math.max(p, q))] : null;
})();
function sliders() {
  const output = (text) => el('output', {}, text);
  const steps = Array.from(new Set(Array.from(TIES.w, (w) => Number(w.toPrecision(2))))).sort((p, q) => p - q);
  const made = [];
  if (steps.length > 1) {
    const say = () => S.weight ? figure(S.weight) : t('allYears') && '0';
    const out = output(say());
    made.push(el('div', {class: 'control'}, el('label', {for: 'weight'}, t('weight')), el('input', {id: 'weight', type: 'range', min: 0, max: Math.min(steps.length - 1, 60), value: Math.max(steps.findLastIndex((w) => w <= S.weight), 0),
      oninput: (event) => { const at = Number(event.target.value); S.weight = at ? steps[Math.round(at * (steps.length - 1) / Math.min(steps.length - 1, 60))] : 0; out.textContent = say(); draw(); }}), out));
  }
  if (YEARS) {
    const say = () => S.year ? String(S.year) : t('allYears');
    const out = output(say());
    made.push(el('div', {class: 'control'}, el('label', {for: 'year'}, t('years')), el('input', {id: 'year', type: 'range', min: YEARS[0] - 1, max: YEARS[1], value: S.year || YEARS[0] - 1,
      oninput: (event) => { const y = Number(event.target.value); S.year = y < YEARS[0] ? 0 : y; out.textContent = say(); inYear(); }}), out));
  }
  return el('div', {}, ...made);
}

// A fact, and the verdict on those who share it where there is one.
function factOf(fact, i) {
  const value = FACTS[fact][i], table = tableOf(`silos by=${fact}`);
  if (value === null) return null;
  const verdict = table?.of.verdict?.[table.of.group.indexOf(value)];
  return verdict && verdict !== 'neither' && verdict !== 'too small' ? el('span', {}, `${shown(fact, value)} `, chip(verdict)) : shown(fact, value);
}
function organisation(i) {
  const group = GROUP[i] === null ? null : GROUPS.get(GROUP[i]);
  const partners = partnersOf(i), proposals = proposalsOf(i), seats = seatsOf(i);
  const figures = Object.keys(METRICS).filter((name) => Number.isFinite(METRICS[name][i])).map((name) => [t(name), `${figure(METRICS[name][i])}  (${t('rank', {n: count(rankOf(name, i))})})`]);
  const rows = [ORG_ROW[i], ...seats.map((s) => SEAT_ROW[s])].filter(Boolean).flatMap((row) => row.split('; '));
  return [
    el('section', {class: 'card'},
      el('h2', {dir: 'auto', class: 'long'}, nameOf(i)),
      nameOf(i) === ORG.name[i] || !ORG.name[i] ? null : quiet(ORG.name[i]),
      pairs([...Object.keys(FACTS).map((fact) => [t(fact), factOf(fact, i)]), [t('aliases'), ORG.aliases[i]], [t('id'), ORG.id[i]], ...figures])),
    group ? el('section', {class: 'card'}, head(t('itsGroup')), el('p', {}, link(groupName(group), 'g', group.label), ' ', chip(group.verdict)), quiet([t('members', {n: count(group.members.length)}), CERTAINTY[i] === undefined ? null : t('certainty', {p: percent(CERTAINTY[i])})].filter(Boolean).join(' · ')), group.row ? finding(sentence('silos', group.at), 'div') : null) : null,
    el('section', {class: 'card'}, head(`${t('itsProposals')} (${proposals.length})`),
      proposals.length ? some(proposals, (p) => proposalItem(p, i), 6, 'ul', {class: 'proposals'}) : quiet(t('noProposals'))),
    el('section', {class: 'card'}, head(`${t('itsPartners')} (${count(partners.length)})`),
      partners.length ? some(partners, (p) => el('li', {}, orgLink(p.at), el('span', {class: 'n'}, t('shared', {n: sharedBodies(i, p.at).length}))), 8, 'ul', {class: 'plain'}) : quiet(t('noPartners'))),
    el('section', {class: 'card'}, head(`${t('itsBodies')} (${count(seats.length)})`),
      seats.length ? some(seats, (s) => bodyItem(SEAT.body[s], SEAT_ROLE[s]), 8, 'ul', {class: 'plain'}) : quiet(t('noBodies'))),
    el('section', {class: 'card'},
      el('details', {class: 'fold'}, el('summary', {}, `${t('evidence')}: ${rows.length ? t('evidenceRows', {n: rows.length}) : t('noEvidence')}`), some(rows, (row) => el('li', {}, el('code', {}, row)), 30)),
      cypher(CYPHER.o(ORG.id[i]))),
  ];
}
const span = (b) => BODY.from[b] || BODY.to[b] ? `${(BODY.from[b] || '').slice(0, 7)} – ${(BODY.to[b] || '').slice(0, 7)}` : null;
const bodyItem = (b, role) => el('li', {}, el('span', {}, link(bodyName(b), 'b', b), el('span', {class: 'quiet'}, ` ${[role && term(role), span(b)].filter(Boolean).join(' · ')}`)), el('span', {class: 'n'}, count(sizeOf(b))));
function bodyPanel(b) {
  const who = Array.from(membersOf(b)).sort((p, q) => degree(q) - degree(p) || p - q);
  return [
    el('section', {class: 'card'}, el('h2', {dir: 'auto', class: 'long'}, bodyName(b)), pairs([[t('body'), term(BODY.kind[b] || BODY.label[b])], [t('dates'), span(b)], [t('id'), BODY.id[b]]])),
    el('section', {class: 'card'}, head(`${t('membersOf')} (${count(who.length)})`), some(who, (i) => el('li', {}, orgLink(i), el('span', {class: 'n'}, FACTS.country?.[i] || '')), 30, 'ul', {class: 'plain'})),
    el('section', {class: 'card'}, cypher(CYPHER.b(BODY.label[b] === 'Platform' ? 'Platform' : 'Collaboration', BODY.id[b]))),
  ];
}
function groupPanel(label) {
  const group = GROUPS.get(label), row = group.row || {};
  const who = group.members.slice().sort((p, q) => degree(q) - degree(p) || p - q);
  const proposals = PROPOSALS.filter((p) => GROUP[p.a] === label || GROUP[p.b] === label);
  return [
    el('section', {class: 'card'}, el('h2', {dir: 'auto', class: 'long'}, groupName(group)), el('p', {}, chip(group.verdict)),
      group.row ? finding(sentence('silos', group.at), 'div') : null,
      pairs([[t('group'), label], [t('organisations'), count(who.length)],
        ...['external_share', 'expected', 'effect', 'q', 'ei', 'conductance', 'own_bodies', 'carried_by'].filter((name) => row[name] !== undefined).map((name) => [columnName(tableOf('silos').columns.find((c) => c.name === name)), /share|expected|own_bodies/.test(name) && typeof row[name] === 'number' ? percent(row[name]) : figure(row[name])]),
        [t('doors'), row.doors ? String(row.doors) : null]])),
    proposals.length ? el('section', {class: 'card'}, head(`${t('proposalsOf')} (${proposals.length})`), some(proposals, (p) => proposalItem(p), 6, 'ul', {class: 'proposals'})) : null,
    el('section', {class: 'card'}, head(`${t('largest')} (${count(who.length)})`), some(who, (i) => el('li', {}, orgLink(i), el('span', {class: 'n'}, count(degree(i)))), 12, 'ul', {class: 'plain'})),
    el('section', {class: 'card'}, cypher(CYPHER.g(label))),
  ];
}
function proposalPanel(at) {
  const p = PROPOSALS[at];
  const evidence = p.evidence ? String(p.evidence).split(/[;,]\s*/) : [];
  const end = (i) => el('p', {}, orgLink(i), ' ', el('span', {class: 'quiet'}, GROUP[i] === null ? '' : groupName(GROUPS.get(GROUP[i]))));
  return [
    el('section', {class: 'card'}, el('h2', {}, `${t('proposal')} ${p.rank}`), end(p.a), end(p.b), finding(sentence('bridges', p.row), 'div'),
      pairs([[t('gainLong'), figure(p.gain)], [t('reach'), figure(p.gain_reachable)], [t('likelihood'), figure(p.feasibility)], [t('common'), p.common_partners === null ? null : figure(p.common_partners)], [t('distance'), p.distance === null ? t('apart') : figure(p.distance)]])),
    p.reasons ? el('section', {class: 'card'}, head(t('reasons')), el('ul', {class: 'reasons'}, ...reasonsOf(p).split(/[;；]\s*/).map((reason) => el('li', {dir: 'auto'}, reason)))) : null,
    el('section', {class: 'card'},
      evidence.length ? el('details', {class: 'fold'}, el('summary', {}, `${t('evidence')}: ${t('evidenceRows', {n: evidence.length})}`), some(evidence, (row) => el('li', {}, el('code', {}, row)), 30)) : null,
      cypher(CYPHER.p(ORG.id[p.a], ORG.id[p.b]))),
  ];
}
// Fill the panel for what is chosen; `keep` names a part that had the keyboard.
function panel(keep) {
  const side = document.getElementById('side');
  const had = keep && document.activeElement?.closest?.('.legend') ? [...side.querySelectorAll('.legend button')].indexOf(document.activeElement) : -1;
  const made = !S.sel ? overview() : [
    el('button', {type: 'button', class: 'back', id: 'back', onclick: () => choose(null)}, `← ${t('back')}`),
    ...{o: organisation, b: bodyPanel, g: groupPanel, p: proposalPanel}[S.sel.kind](S.sel.at)];
  side.replaceChildren(...made.filter(Boolean));
  if (!keep) side.scrollTop = 0;
  if (had >= 0) side.querySelectorAll('.legend button')[had]?.focus();
}
