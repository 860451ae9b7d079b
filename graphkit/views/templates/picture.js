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
switches(drawPicture, () => {});
drawPicture();
document.documentElement.dataset.ready = 'true';
