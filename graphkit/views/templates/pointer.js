// Pointer: drag, wheel, pinch, hover, click.
const pointers = new Map();
let dragged = 0,
  spread = 0;
const local = (event) => {
  const r = canvas.getBoundingClientRect();
  return [event.clientX - r.left, event.clientY - r.top];
};
canvas.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    const [x, y] = local(event);
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.0018)), x, y);
  },
  { passive: false },
);
canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, local(event));
  dragged = pointers.size > 1 ? 99 : 0;
  spread = 0;
  cancelAnimationFrame(flight);
});
canvas.addEventListener('pointermove', (event) => {
  const [x, y] = local(event),
    last = pointers.get(event.pointerId);
  if (!last) {
    hover(x, y);
    return;
  }
  pointers.set(event.pointerId, [x, y]);
  if (pointers.size === 2) {
    const [p, q] = [...pointers.values()],
      wide = Math.hypot(p[0] - q[0], p[1] - q[1]);
    if (spread) zoom(wide / spread, (p[0] + q[0]) / 2, (p[1] + q[1]) / 2);
    spread = wide;
    pan((x - last[0]) / 2, (y - last[1]) / 2);
  } else {
    dragged += Math.hypot(x - last[0], y - last[1]);
    if (dragged > 4) {
      hover(-1, -1);
      pan(x - last[0], y - last[1]);
      canvas.classList.add('dragging');
    }
  }
});
const lift = (event) => {
  pointers.delete(event.pointerId);
  spread = 0;
  canvas.classList.remove('dragging');
};
canvas.addEventListener('pointerup', (event) => {
  const alone = pointers.size === 1;
  lift(event);
  if (alone && dragged <= 4) pressed(...local(event), event.pointerType === 'touch' ? 22 : 8);
});
canvas.addEventListener('pointercancel', lift);
canvas.addEventListener('pointerleave', () => hover(-1, -1));
canvas.addEventListener('dblclick', (event) => zoom(1.8, ...local(event)));
function pressed(x, y, reach) {
  const [wx, wy] = world(x, y),
    i = under(wx, wy, reach / VIEW.k);
  if (i >= 0) return choose({ kind: 'o', at: i }, { move: !S.sel || S.sel.at !== i });
  const p = proposalUnder(wx, wy, reach / VIEW.k);
  if (p >= 0) return choose({ kind: 'p', at: p });
  if (S.sel) return choose(null, { move: false });
  const inside = S.hulls || byGroup(VIEW, width, height) ? HULLS.findLast((hull) => colourOf(hull.group) && within(hull, wx, wy)) : null;
  return inside ? choose({ kind: 'g', at: inside.group.label }) : undefined;
}
function hover(x, y) {
  const i = x < 0 ? -1 : under(...world(x, y), 8 / VIEW.k);
  const p = i < 0 && x >= 0 ? proposalUnder(...world(x, y), 6 / VIEW.k) : -1;
  const tip = $('tip');
  canvas.classList.toggle('pointing', i >= 0 || p >= 0);
  tip.hidden = i < 0 && p < 0;
  if (!tip.hidden) {
    const one = PROPOSALS[p];
    const lines =
      i >= 0
        ? [
            nameOf(i).slice(0, 160),
            [
              FACTS.role?.[i] && term(FACTS.role[i]),
              FACTS.country?.[i] && shown('country', FACTS.country[i]),
              `${t('partners')}: ${count(degree(i))}`,
            ]
              .filter(Boolean)
              .join(' · '),
            GROUP[i] === null ? '' : groupName(GROUPS.get(GROUP[i])).slice(0, 120),
          ]
        : [
            `${t('proposal')} ${one.rank}`,
            `${nameOf(one.a)} – ${nameOf(one.b)}`.slice(0, 240),
            `${t('gain')} ${figure(one.gain)} · ${t('likelihood')} ${figure(one.feasibility)}`,
          ];
    tip.replaceChildren(...lines.filter(Boolean).map((text, n) => el(n ? 'span' : 'b', { dir: 'auto' }, text)));
    tip.style.left = `${Math.min(x + 14, width - Math.min(tip.offsetWidth, width) - 6)}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > height ? y - tip.offsetHeight - 12 : y + 18}px`;
  }
  if (S.hover !== i) {
    S.hover = i;
    draw(true);
  }
}
