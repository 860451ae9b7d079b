// A page of one picture: language, theme, what could not be computed, and where the numbers come from.
Object.assign(WORDS, {
  notShown: ['Not shown', '未显示'],
  nothingToDraw: ['Nothing could be computed that this picture shows.', '没有可供绘制的计算结果。'],
});
function drawPicture() {
  document.documentElement.lang = zh() ? 'zh-Hans' : 'en';
  for (const node of document.querySelectorAll('[data-aria]')) node.setAttribute('aria-label', t(node.dataset.aria));
  for (const node of document.querySelectorAll('[data-title]')) node.title = t(node.dataset.title);
  $('language').textContent = zh() ? 'English' : '中文';
  $('language').lang = zh() ? 'en' : 'zh';
  const notes = DATA.about.filter((each) => each.notes.length);
  $('picture').replaceChildren(
    drawFigure(DATA.figure) || el('p', { class: 'notice' }, t('nothingToDraw')),
    DATA.missing.length
      ? el(
          'details',
          { class: 'fold' },
          el('summary', {}, t('notShown')),
          el('ul', { class: 'findings' }, ...DATA.missing.map((text) => el('li', { dir: 'auto' }, text))),
        )
      : '',
    el(
      'details',
      { class: 'fold' },
      el('summary', {}, t('method')),
      el(
        'ul',
        { class: 'findings', lang: 'en' },
        ...[...new Set(DATA.about.map((each) => `${each.analysis}: ${each.method}`))].map((text) => el('li', {}, text)),
        ...[...new Set(notes.flatMap((each) => each.notes))].map((text) => el('li', { dir: 'auto' }, text)),
      ),
    ),
  );
}
const wantsDark = matchMedia('(prefers-color-scheme: dark)');
function stored(value) {
  try {
    if (value) localStorage.setItem('graphkit-theme', value);
    return localStorage.getItem('graphkit-theme');
  } catch {
    return null; // a browser may forbid a file to keep anything
  }
}
$('theme').addEventListener('click', () => {
  const root = document.documentElement.dataset;
  root.theme = root.theme === 'dark' ? 'light' : 'dark';
  stored(root.theme);
});
$('language').addEventListener('click', () => {
  language = zh() ? 'en' : 'zh';
  drawPicture();
});
language = DATA.language || (navigator.language.startsWith('zh') ? 'zh' : 'en');
document.documentElement.dataset.theme = stored() || (wantsDark.matches ? 'dark' : 'light');
drawPicture();
document.documentElement.dataset.ready = 'true';
