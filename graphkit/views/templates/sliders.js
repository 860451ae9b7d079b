// Sliders over the weight of ties and over the years, and the play through them.
const YEARS = (() => {
  const year = (date) => (date ? Number(date.slice(0, 4)) : null);
  const all = [...BODY.from, ...BODY.to].map(year).filter((y) => y);
  return all.length ? [all.reduce((p, q) => Math.min(p, q)), all.reduce((p, q) => Math.max(p, q))] : null;
})();
const MOST_STEPS = 60;
function slider(name, label, { min, max, value, said, moved }, ...more) {
  const out = el('output', { id: `${name}-said`, for: name }, said());
  const made = el('input', { id: name, type: 'range', min, max, value, 'aria-valuetext': said() });
  made.addEventListener('input', () => {
    moved(Number(made.value));
    out.textContent = said();
    made.setAttribute('aria-valuetext', said());
  });
  made.addEventListener('change', () => remember(false));
  return el('div', { class: 'control' }, el('label', { for: name }, label), made, out, ...more);
}
const weightSaid = () => (S.weight ? figure(S.weight) : '0');
const yearSaid = () => (S.year ? String(S.year) : t('allYears'));
function sliders() {
  const steps = Array.from(new Set(Array.from(new Set(TIES.w), (w) => Number(w.toPrecision(2))))).sort((p, q) => p - q);
  const last = Math.min(steps.length - 1, MOST_STEPS);
  const weight = {
    min: 0,
    max: last,
    value: Math.round((Math.max(steps.findLastIndex((w) => w <= S.weight), 0) * last) / Math.max(steps.length - 1, 1)),
    said: weightSaid,
    moved: (at) => {
      S.weight = at ? steps[Math.round((at * (steps.length - 1)) / last)] : 0;
      draw();
    },
  };
  const year = YEARS && {
    min: YEARS[0] - 1,
    max: YEARS[1],
    value: S.year || YEARS[0] - 1,
    said: yearSaid,
    moved: (y) => {
      pause();
      S.year = y < YEARS[0] ? 0 : y;
      inYear();
    },
  };
  return el(
    'div',
    {},
    steps.length > 1 ? slider('weight', t('weight'), weight) : null,
    year ? slider('year', t('years'), year, YEARS[0] < YEARS[1] ? playButton() : null) : null,
  );
}

// Play: one year after the other, from the chosen one or the first, up to the last. Nothing moves, ties come and go;
// who asked the system for less motion is given three times as long for each picture.
let playing = 0;
function playButton() {
  const button = el('button', { type: 'button', class: 'more', id: 'play', onclick: () => (playing ? pause() : play()) });
  tellPlay(button);
  return button;
}
function tellPlay(button = $('play')) {
  if (!button) return;
  button.textContent = playing ? '❚❚' : '▶';
  button.setAttribute('aria-label', t(playing ? 'pause' : 'play'));
  button.title = t(playing ? 'pause' : 'play');
}
function play() {
  const next = () => {
    if (S.year >= YEARS[1]) return pause();
    S.year = S.year ? S.year + 1 : YEARS[0];
    turned();
    playing = setTimeout(next, calm() ? 2700 : 900);
  };
  if (S.year >= YEARS[1]) S.year = 0;
  playing = -1;
  next();
  tellPlay();
}
function pause() {
  if (!playing) return;
  clearTimeout(playing);
  playing = 0;
  tellPlay();
  remember(false);
}
function turned() {
  inYear();
  say(yearSaid());
  if (!$('year')) return;
  $('year').value = S.year;
  $('year').setAttribute('aria-valuetext', yearSaid());
  $('year-said').textContent = yearSaid();
}
