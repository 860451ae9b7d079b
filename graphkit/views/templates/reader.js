// What every page has: its data, the reader's language and theme, and the words that stand in the template.
// Compressed: what a browser unpacks by itself since 2020 (Chrome, Edge) to 2023 (Firefox, Safari).
async function unpacked(text) {
  const signs = atob(text),
    bytes = new Uint8Array(signs.length);
  for (let at = 0; at < signs.length; at++) bytes[at] = signs.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return JSON.parse(await new Response(stream).text());
}
if (!('DecompressionStream' in window))
  document.body.prepend(
    'This page needs Chrome or Edge 80, Firefox 113, Safari 16.4 or later. 请使用较新的浏览器打开本页。',
  );
const DATA = await unpacked(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const LANGUAGE = DATA.language || ((navigator.language || '').startsWith('zh') ? 'zh' : 'en');
language = LANGUAGE;
// Without regard to case and accents, for whatever is searched and filtered.
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const keep = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    /* a browser may forbid a file to keep anything */
  }
};
const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const dark = matchMedia('(prefers-color-scheme: dark)');
const wanted = () => kept('graphkit-theme') || (dark.matches ? 'dark' : 'light');
document.documentElement.dataset.theme = wanted();
function spell() {
  document.documentElement.lang = zh() ? 'zh-Hans' : 'en';
  document.title = $('title').textContent = either(DATA.title);
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-aria]')) node.setAttribute('aria-label', t(node.dataset.aria));
  for (const node of document.querySelectorAll('[data-title]')) node.title = t(node.dataset.title);
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
  $('language').textContent = zh() ? 'English' : '中文';
  $('language').lang = zh() ? 'en' : 'zh';
}
// What the buttons for language and theme do; what a page has to draw anew is its own.
function switches(spoken, coloured) {
  $('language').addEventListener('click', () => {
    language = zh() ? 'en' : 'zh';
    spoken();
  });
  $('theme').addEventListener('click', () => {
    const root = document.documentElement.dataset;
    root.theme = root.theme === 'dark' ? 'light' : 'dark';
    keep('graphkit-theme', root.theme);
    coloured();
  });
  dark.addEventListener('change', () => {
    document.documentElement.dataset.theme = wanted();
    coloured();
  });
}
