// A page of one picture: language, theme, what could not be computed, and where the numbers come from.
Object.assign(WORDS, {
  notShown: ['Not shown', '未显示'],
  nothingToDraw: [
    'Nothing could be computed that this picture shows; below stands why, and what to load.',
    '没有可供绘制的计算结果；原因及需载入的数据见下。',
  ],
});
// Tables look here whether a group can be chosen; a picture alone has no network to choose in.
const GROUPS = new Map();
function drawPicture() {
  spell();
  const notes = DATA.about.filter((each) => each.notes.length);
  const drawn = drawFigure(DATA.figure);
  $('picture').replaceChildren(
    drawn || el('p', { class: 'notice' }, t('nothingToDraw')),
    DATA.missing.length
      ? el(
          'details',
          { class: 'fold', open: !drawn },
          el('summary', {}, t('notShown')),
          el('ul', { class: 'findings' }, ...DATA.missing.map((said) => el('li', { dir: 'auto' }, either(said)))),
        )
      : '',
    el(
      'details',
      { class: 'fold' },
      el('summary', {}, t('method')),
      el(
        'ul',
        { class: 'findings' },
        ...[...new Set(DATA.about.map((each) => `${each.analysis}: ${either(each.method)}`))].map((text) => el('li', {}, text)),
        ...[...new Set(notes.flatMap((each) => each.notes.map(either)))].map((text) => el('li', { dir: 'auto' }, text)),
      ),
    ),
  );
}
// What was chosen stands in the address, so that it can be sent and opened again; a page in a frame has no address.
const choices = () => document.querySelectorAll('#picture .choices select');
function remember() {
  if (window !== window.top) return;
  const state = new URLSearchParams(Array.from(choices(), (each) => [each.id, each.value]));
  if (language !== LANGUAGE) state.set('lang', language);
  history.replaceState(null, '', `#${state}`);
}
function recall() {
  for (const [id, value] of new URLSearchParams(location.hash.slice(1))) {
    const control = Array.from(choices()).find((each) => each.id === id);
    if (!control || !Array.from(control.options).some((each) => each.value === value)) continue;
    control.value = value;
    control.dispatchEvent(new Event('change'));
  }
}
language = { en: 'en', zh: 'zh' }[new URLSearchParams(location.hash.slice(1)).get('lang')] || language;
switches(
  () => {
    drawPicture();
    remember();
  },
  () => {},
);
drawPicture();
recall();
document.activeElement.blur(); // the focus goes to a choice only when a reader makes it
$('picture').addEventListener('change', remember);
document.documentElement.dataset.ready = 'true';
