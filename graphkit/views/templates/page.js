// What happens when: choosing, moving, keys, language, theme, and the state in the address.
const $ = (id) => document.getElementById(id);
const canvas = $('canvas'), stage = $('stage'), pen = canvas.getContext('2d');
const hasReport = Boolean($('report'));
const LANGUAGE = (navigator.language || '').startsWith('zh') ? 'zh' : 'en';
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const say = (text) => { $('said').textContent = text; };
let width = 0, height = 0, waiting = 0, quiet_ = 0, slow = false, flight = 0, written = null;

// Drawing: once per frame; while moving only the strongest ties where a whole drawing takes long.
function draw(moving = false) {
  clearTimeout(quiet_);
  if (moving && slow) quiet_ = setTimeout(() => draw(), 140);
  if (waiting) { cancelAnimationFrame(waiting); }
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    if (!width || S.tab !== 'network') return;
    const ratio = devicePixelRatio || 1, quick = moving && slow, began = performance.now();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(pen, width, height, VIEW, {quick});
    if (!quick) slow = performance.now() - began > 24;
    const less = !S.sel && S.lines && TIES.count > MOST_TIES;
    $('drawn').textContent = less ? t('drawnTies', {n: count(MOST_TIES), m: count(TIES.count)}) : '';
  });
}
function fit() {
  const box = stage.getBoundingClientRect();
  if (!box.width) return;
  const first = !width, whole = !first && VIEW.whole;
  width = box.width; height = box.height;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  if (first || whole) Object.assign(VIEW, home());
  draw();
}
const home = () => ({...framed(WORLD, width, height, 14), whole: true});
function fly(to) {
  cancelAnimationFrame(flight);
  const from = {...VIEW}, began = performance.now(), long = calm() ? 0 : 420;
  if (!width) return;
  const step = (now) => {
    const u = long ? Math.min(1, (now - began) / long) : 1, e = 1 - (1 - u) ** 3;
    VIEW.k = from.k * (to.k / from.k) ** e;
    VIEW.x = from.x + (to.x - from.x) * e;
    VIEW.y = from.y + (to.y - from.y) * e;
    VIEW.whole = Boolean(to.whole);
    draw(u < 1);
    if (u < 1) flight = requestAnimationFrame(step);
  };
  step(began + (long ? 0 : 1));
}
function zoom(by, x = width / 2, y = height / 2) {
  cancelAnimationFrame(flight);
  const wx = (x - width / 2) / VIEW.k + VIEW.x, wy = (y - height / 2) / VIEW.k + VIEW.y;
  VIEW.k = Math.min(120, Math.max(framed(WORLD, width, height).k / 3, VIEW.k * by));
  VIEW.x = wx - (x - width / 2) / VIEW.k;
  VIEW.y = wy - (y - height / 2) / VIEW.k;
  VIEW.whole = false;
  draw(true);
}
function pan(dx, dy) {
  cancelAnimationFrame(flight);
  VIEW.x -= dx / VIEW.k; VIEW.y -= dy / VIEW.k; VIEW.whole = false;
  draw(true);
}
const world = (x, y) => [(x - width / 2) / VIEW.k + VIEW.x, (y - height / 2) / VIEW.k + VIEW.y];
function recolour() { readInk(); categorise(); draw(); snapshot(); }
function inYear() {
  TIES = project(S.year ? (b) => (!BODY.from[b] || BODY.from[b].slice(0, 4) <= String(S.year)) && (!BODY.to[b] || BODY.to[b].slice(0, 4) >= String(S.year)) : undefined);
  light();
  draw();
}

// Choosing an organisation, a body, a group or a proposal: frame it, fill the panel, remember it in the address.
function choose(what, {move = true} = {}) {
  S.sel = what;
  S.ring = -1;
  light();
  const had = document.activeElement, inside = had && ($('side').contains(had) || $('report')?.contains(had));
  if (S.tab !== 'network') show('network', false);
  panel();
  if (inside) $('side').focus({preventScroll: true});
  if (what && matchMedia('(max-width: 860px)').matches) stage.scrollIntoView({block: 'start'});
  if (move && width) fly(what ? frameOf(what) : home());
  if (what) say(what.kind === 'o' ? nameOf(what.at) : what.kind === 'b' ? bodyName(what.at) : what.kind === 'g' ? groupName(GROUPS.get(what.at)) : `${t('proposal')} ${PROPOSALS[what.at].rank}`);
  draw();
  remember();
}
function frameOf({kind, at}) {
  const lists = {
    o: () => [at, ...partnersOf(at).slice(0, 40).map((p) => p.at), ...proposalsOf(at).flatMap((p) => [p.a, p.b])],
    b: () => Array.from(membersOf(at)), g: () => GROUPS.get(at).members, p: () => [PROPOSALS[at].a, PROPOSALS[at].b],
  };
  return framed(boxOf(lists[kind](), 3), width, height, 60, 24);
}
function show(tab, noted = true) {
  S.tab = tab;
  for (const name of ['report', 'network']) {
    if ($(name)) $(name).hidden = name !== tab;
    const button = $(`tab-${name}`);
    if (button) { button.setAttribute('aria-selected', String(name === tab)); button.tabIndex = name === tab ? 0 : -1; }
  }
  document.body.dataset.tab = tab;
  if (tab === 'network') fit(); else snapshot();
  if (noted) remember();
}

// The address carries what is shown, so that a place in the picture can be sent or come back to.
function remember() {
  const state = new URLSearchParams();
  if (hasReport && S.tab === 'network') state.set('view', 'network');
  if (S.sel) state.set(S.sel.kind, {o: () => ORG.id[S.sel.at], b: () => BODY.id[S.sel.at], g: () => S.sel.at, p: () => String(PROPOSALS[S.sel.at].rank)}[S.sel.kind]());
  if (S.colour !== colourings()[0]) state.set('colour', S.colour);
  if (S.size !== 'partners') state.set('size', S.size);
  if (language !== LANGUAGE) state.set('lang', language);
  const wanted = String(state);
  written = wanted;
  if (wanted !== location.hash.slice(1)) location.hash = wanted;
}
function recall() {
  const state = new URLSearchParams(location.hash.slice(1));
  language = {zh: 'zh', en: 'en'}[state.get('lang')] || LANGUAGE;
  if (colourings().includes(state.get('colour'))) S.colour = state.get('colour'); else S.colour = colourings()[0];
  S.size = METRICS[state.get('size')] || state.get('size') === 'equal' ? state.get('size') : 'partners';
  S.sel = null;
  if (ROW_OF.has(state.get('o'))) S.sel = {kind: 'o', at: ROW_OF.get(state.get('o'))};
  else if (BODY_OF.has(state.get('b'))) S.sel = {kind: 'b', at: BODY_OF.get(state.get('b'))};
  else if (GROUPS.has(state.get('g'))) S.sel = {kind: 'g', at: state.get('g')};
  else if (state.has('p')) { const at = PROPOSALS.findIndex((p) => String(p.rank) === state.get('p')); if (at >= 0) S.sel = {kind: 'p', at}; }
  S.tab = !hasReport || state.get('view') === 'network' || S.sel ? 'network' : 'report';
}
addEventListener('hashchange', () => {
  if (location.hash.slice(1) === written) return;
  written = null;
  recall();
  translate();
  light();
  show(S.tab, false);
  if (S.tab === 'network') fly(S.sel ? frameOf(S.sel) : home());
});

// Language and theme.
function translate() {
  document.documentElement.lang = zh() ? 'zh-Hans' : 'en';
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-aria]')) node.setAttribute('aria-label', t(node.dataset.aria));
  for (const node of document.querySelectorAll('[data-title]')) node.title = t(node.dataset.title);
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
  $('language').textContent = zh() ? 'English' : '中文';
  $('language').lang = zh() ? 'en' : 'zh';
  $('counts').textContent = t('counts', {o: count(N), b: count(B), t: count(TIES.count)});
  ORDER = null;
  measure();
  readInk();
  categorise();
  panel();
  report();
  draw();
}
$('language').addEventListener('click', () => { language = zh() ? 'en' : 'zh'; translate(); remember(); });
const dark = matchMedia('(prefers-color-scheme: dark)');
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a browser may forbid a file to keep anything */ } };
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
function theme(value) { document.documentElement.dataset.theme = value; recolour(); panel('legend'); }
$('theme').addEventListener('click', () => { const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'; keep('graphkit-theme', next); theme(next); });
dark.addEventListener('change', () => { if (!kept('graphkit-theme')) theme(dark.matches ? 'dark' : 'light'); });

// Search with suggestions.
const box = $('search'), list = $('suggestions');
let found = [], at = -1;
function suggest() {
  found = search(box.value);
  at = found.length ? 0 : -1;
  const open = Boolean(box.value.trim());
  list.hidden = !open;
  box.setAttribute('aria-expanded', String(open));
  const line = ({kind, at: which}) => kind === 'o' ? [nameOf(which), FACTS.country?.[which] ? shown('country', FACTS.country[which]) : t('organisation')] : kind === 'b' ? [bodyName(which), term(BODY.kind[which] || BODY.label[which] || '') || t('body')] : [groupName(GROUPS.get(which)), t('group')];
  list.replaceChildren(...found.map((each, i) => {
    const [name, what] = line(each);
    return el('li', {role: 'option', id: `suggestion-${i}`, 'aria-selected': String(i === at), onpointerdown: (event) => { event.preventDefault(); take(i); }}, el('span', {dir: 'auto', class: 'what'}, name.slice(0, 200)), el('span', {class: 'quiet'}, what));
  }), ...(open && !found.length ? [el('li', {class: 'quiet'}, t('nothing'))] : []));
  mark();
}
function mark() {
  [...list.children].forEach((node, i) => { node.setAttribute('aria-selected', String(i === at)); if (i === at) node.scrollIntoView({block: 'nearest'}); });
  if (at >= 0) box.setAttribute('aria-activedescendant', `suggestion-${at}`); else box.removeAttribute('aria-activedescendant');
}
function shut() { list.hidden = true; box.setAttribute('aria-expanded', 'false'); }
function take(i) {
  const one = found[i];
  if (!one) return;
  box.value = '';
  shut();
  choose({kind: one.kind, at: one.at});
  $('side').focus({preventScroll: true});
}
box.addEventListener('input', suggest);
box.addEventListener('focus', () => { if (box.value) suggest(); });
box.addEventListener('blur', () => setTimeout(shut, 120));
box.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); if (found.length) { at = (at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length; mark(); } }
  else if (event.key === 'Enter') { event.preventDefault(); take(Math.max(at, 0)); }
  else if (event.key === 'Escape') { event.stopPropagation(); if (box.value) { box.value = ''; shut(); } else box.blur(); }
});

// Pointer: drag, wheel, pinch, hover, click.
const pointers = new Map();
let dragged = 0, spread = 0;
const local = (event) => { const r = canvas.getBoundingClientRect(); return [event.clientX - r.left, event.clientY - r.top]; };
canvas.addEventListener('wheel', (event) => { event.preventDefault(); const [x, y] = local(event); zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.0018)), x, y); }, {passive: false});
canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); pointers.set(event.pointerId, local(event)); dragged = pointers.size > 1 ? 99 : 0; spread = 0; cancelAnimationFrame(flight); });
canvas.addEventListener('pointermove', (event) => {
  const [x, y] = local(event), last = pointers.get(event.pointerId);
  if (!last) { hover(x, y); return; }
  pointers.set(event.pointerId, [x, y]);
  if (pointers.size === 2) {
    const [p, q] = [...pointers.values()], wide = Math.hypot(p[0] - q[0], p[1] - q[1]);
    if (spread) zoom(wide / spread, (p[0] + q[0]) / 2, (p[1] + q[1]) / 2);
    spread = wide;
    pan((x - last[0]) / 2, (y - last[1]) / 2);
  } else {
    dragged += Math.hypot(x - last[0], y - last[1]);
    if (dragged > 4) { hover(-1, -1); pan(x - last[0], y - last[1]); canvas.classList.add('dragging'); }
  }
});
const lift = (event) => { pointers.delete(event.pointerId); spread = 0; canvas.classList.remove('dragging'); };
canvas.addEventListener('pointerup', (event) => {
  const alone = pointers.size === 1;
  lift(event);
  if (alone && dragged <= 4) pressed(...local(event), event.pointerType === 'touch' ? 22 : 8);
});
canvas.addEventListener('pointercancel', lift);
canvas.addEventListener('pointerleave', () => hover(-1, -1));
canvas.addEventListener('dblclick', (event) => zoom(1.8, ...local(event)));
function pressed(x, y, reach) {
  const [wx, wy] = world(x, y), i = under(wx, wy, reach / VIEW.k);
  if (i >= 0) return choose({kind: 'o', at: i}, {move: !S.sel || S.sel.at !== i});
  const p = proposalUnder(wx, wy, reach / VIEW.k);
  if (p >= 0) return choose({kind: 'p', at: p});
  if (S.sel) return choose(null, {move: false});
  const inside = S.hulls ? HULLS.findLast(({path}) => pen.isPointInPath(path, wx, wy)) : null;
  return inside ? choose({kind: 'g', at: inside.group.label}) : undefined;
}
function hover(x, y) {
  const i = x < 0 ? -1 : under(...world(x, y), 8 / VIEW.k);
  const p = i < 0 && x >= 0 ? proposalUnder(...world(x, y), 6 / VIEW.k) : -1;
  const tip = $('tip');
  canvas.classList.toggle('pointing', i >= 0 || p >= 0);
  tip.hidden = i < 0 && p < 0;
  if (!tip.hidden) {
    const one = PROPOSALS[p];
    const lines = i >= 0 ? [nameOf(i).slice(0, 160), [FACTS.role?.[i] && term(FACTS.role[i]), FACTS.country?.[i] && shown('country', FACTS.country[i]), `${t('partners')}: ${count(degree(i))}`].filter(Boolean).join(' · '), GROUP[i] === null ? '' : groupName(GROUPS.get(GROUP[i])).slice(0, 120)]
      : [`${t('proposal')} ${one.rank}`, `${nameOf(one.a)} – ${nameOf(one.b)}`.slice(0, 240), `${t('gain')} ${figure(one.gain)} · ${t('likelihood')} ${figure(one.feasibility)}`];
    tip.replaceChildren(...lines.filter(Boolean).map((text, n) => el(n ? 'span' : 'b', {dir: 'auto'}, text)));
    tip.style.left = `${Math.min(x + 14, width - Math.min(tip.offsetWidth, width) - 6)}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > height ? y - tip.offsetHeight - 12 : y + 18}px`;
  }
  if (S.hover !== i) { S.hover = i; draw(true); }
}

// Keys.
const typing = (node) => node.closest?.('input, textarea, select, dialog');
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && !$('keys').open) { if (S.sel) choose(null); return; }
  if (typing(event.target)) return;
  if (event.key === '/') { event.preventDefault(); box.focus(); box.select(); return; }
  if (event.key === '?') { keys(); return; }
  if (S.tab !== 'network') return;
  const moves = {ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60]};
  const onPicture = event.target === canvas || event.target === document.body;
  if (moves[event.key] && onPicture) { event.preventDefault(); pan(...moves[event.key]); }
  else if (event.key === '+' || event.key === '=') zoom(1.4);
  else if (event.key === '-') zoom(1 / 1.4);
  else if (event.key === '0') fly(home());
  else if (event.key === 'n' || event.key === 'p') step(event.key === 'n' ? 1 : -1);
  else if (event.key === 'Enter' && event.target === canvas && S.ring >= 0) choose({kind: 'o', at: S.ring});
});
function step(by) {
  const order = ranked().filter(visible);
  if (!order.length) return;
  S.ring = order[(order.indexOf(S.ring) + by + (S.ring < 0 && by < 0 ? 1 : 0) + order.length) % order.length];
  say(nameOf(S.ring));
  const x = (X[S.ring] - VIEW.x) * VIEW.k + width / 2, y = (Y[S.ring] - VIEW.y) * VIEW.k + height / 2;
  if (x < 20 || y < 20 || x > width - 20 || y > height - 20) fly({...VIEW, x: X[S.ring], y: Y[S.ring]}); else draw();
}
function keys() {
  const rows = [['/', 'keySearch'], ['Esc', 'keyClose'], ['+  −', 'keyZoom'], ['← ↑ → ↓', 'keyMove'], ['0', 'keyFit'], ['N  P', 'keyStep'], ['Enter', 'keyOpen'], ['?', 'keyHelp']];
  $('keys').replaceChildren(el('h2', {}, t('readTitle')), ...['read1', 'read2', 'read3', 'read4'].map((key) => el('p', {}, t(key))), el('h2', {}, t('keyTitle')),
    el('dl', {}, ...rows.flatMap(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, t(what))])), el('form', {method: 'dialog'}, el('button', {class: 'primary', autofocus: true, onclick: (event) => { event.preventDefault(); $('keys').close(); }}, t('close'))));
  $('keys').showModal();
}
$('help').addEventListener('click', keys);

// The picture as PNG, twice as fine as the screen, with its title and legend.
function picture() {
  const made = el('canvas'), foot = 46, ctx = made.getContext('2d');
  made.width = 2 * width; made.height = 2 * (height + foot);
  ctx.scale(2, 2);
  paint(ctx, width, height, VIEW);
  ctx.globalAlpha = 1;
  ctx.fillStyle = INK.paper;
  ctx.fillRect(0, height, width, foot);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.font = `600 13px ${INK.font}`;
  ctx.fillStyle = INK.ink;
  ctx.fillText(cut(DATA.title, 90), 12, height + 12);
  ctx.font = `12px ${INK.font}`;
  let x = 12;
  for (const each of CAT.list.filter(({key}) => !S.hidden.has(key))) {
    const text = cut(each.label, 28), w = ctx.measureText(text).width;
    if (x + w + 30 > width) break;
    ctx.fillStyle = each.colour;
    ctx.beginPath();
    ctx.arc(x + 5, height + 32, 5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = INK.ink;
    ctx.fillText(text, x + 15, height + 32);
    x += w + 32;
  }
  made.toBlob((blob) => save('network.png', blob), 'image/png');
}
// The organisations that are shown, as a table.
function listed() {
  const rows = Array.from(R.keys()).filter((i) => visible(i) && (!LIT || LIT[i]));
  const columns = {id: (i) => ORG.id[i], name: (i) => ORG.name[i], name_zh: (i) => ORG.zh[i], group: (i) => GROUP[i], verdict: (i) => GROUP[i] === null ? null : GROUPS.get(GROUP[i]).verdict};
  for (const fact of Object.keys(FACTS)) columns[fact] = (i) => FACTS[fact][i];
  for (const metric of Object.keys(METRICS)) columns[metric] = (i) => Number.isNaN(METRICS[metric][i]) ? null : METRICS[metric][i];
  const table = {columns: Object.keys(columns).map((name) => ({name})), of: Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, rows.map(of)]))};
  save('organisations.csv', new Blob(['\uFEFF', csvText(table, [...rows.keys()])], {type: 'text/csv'}));
}
$('csv').addEventListener('click', listed);
$('png').addEventListener('click', picture);
$('zoom-in').addEventListener('click', () => zoom(1.5));
$('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
$('fit').addEventListener('click', () => fly(home()));
$('skip').addEventListener('click', (event) => { event.preventDefault(); box.focus(); });
$('title').addEventListener('click', () => { if (hasReport) show('report'); });
for (const tab of ['report', 'network']) $(`tab-${tab}`)?.addEventListener('click', () => show(tab));
document.querySelector('[role=tablist]')?.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const other = S.tab === 'report' ? 'network' : 'report';
  show(other);
  $(`tab-${other}`).focus();
});
new ResizeObserver(() => { if (S.tab === 'network') fit(); else snapshot(); }).observe(document.body);
// Paper is white.
let worn = null;
addEventListener('beforeprint', () => { worn = document.documentElement.dataset.theme; document.documentElement.dataset.theme = 'light'; recolour(); });
addEventListener('afterprint', () => { if (worn) { document.documentElement.dataset.theme = worn; worn = null; recolour(); } });

document.documentElement.dataset.theme = kept('graphkit-theme') || (dark.matches ? 'dark' : 'light');
recall();
readInk();
outlines();
translate();
light();
panel();
show(S.tab, false);
if (S.sel && width) Object.assign(VIEW, frameOf(S.sel), {whole: false});
draw();
document.documentElement.dataset.ready = 'true';
