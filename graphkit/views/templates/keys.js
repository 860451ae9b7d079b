// Keys.
const typing = (node) => node.closest?.('input, textarea, select, dialog');
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && !$('keys').open) {
    if (S.sel) choose(null);
    return;
  }
  if (typing(event.target)) return;
  if (event.key === '/') {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.key === '?') {
    keys();
    return;
  }
  if (S.tab !== 'network') return;
  const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  const onPicture = event.target === canvas || event.target === document.body;
  if (moves[event.key] && onPicture) {
    event.preventDefault();
    pan(...moves[event.key]);
  } else if (event.key === '+' || event.key === '=') zoom(1.4);
  else if (event.key === '-') zoom(1 / 1.4);
  else if (event.key === '0') fly(home());
  else if (event.key === 'n' || event.key === 'p') step(event.key === 'n' ? 1 : -1);
  else if (event.key === 'Enter' && event.target === canvas && S.ring >= 0) choose({ kind: 'o', at: S.ring });
});
function step(by) {
  const order = ranked().filter(visible);
  if (!order.length) return;
  S.ring = order[(order.indexOf(S.ring) + by + (S.ring < 0 && by < 0 ? 1 : 0) + order.length) % order.length];
  say(nameOf(S.ring));
  const x = (X[S.ring] - VIEW.x) * VIEW.k + width / 2,
    y = (Y[S.ring] - VIEW.y) * VIEW.k + height / 2;
  if (x < 20 || y < 20 || x > width - 20 || y > height - 20) fly({ ...VIEW, x: X[S.ring], y: Y[S.ring] });
  else draw(true);
}
function keys() {
  const rows = [
    ['/', 'keySearch'],
    ['Esc', 'keyClose'],
    ['+  −', 'keyZoom'],
    ['← ↑ → ↓', 'keyMove'],
    ['0', 'keyFit'],
    ['N  P', 'keyStep'],
    ['Enter', 'keyOpen'],
    ['?', 'keyHelp'],
  ];
  $('keys').replaceChildren(
    el('h2', {}, t('readTitle')),
    ...['read1', 'read2', 'read3', 'read4'].map((key) => el('p', {}, t(key))),
    el('h2', {}, t('keyTitle')),
    el('dl', {}, ...rows.flatMap(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, t(what))])),
    el(
      'form',
      { method: 'dialog' },
      el(
        'button',
        {
          class: 'primary',
          autofocus: true,
          onclick: (event) => {
            event.preventDefault();
            $('keys').close();
          },
        },
        t('close'),
      ),
    ),
  );
  $('keys').showModal();
}
$('help').addEventListener('click', keys);
