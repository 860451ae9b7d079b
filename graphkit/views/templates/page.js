// Language and theme, what is saved, and the start.
function translate() {
  spell();
  tellCounts();
  ORDER = null;
  measure();
  readInk();
  categorise();
  panel();
  report();
  draw();
}
switches(
  () => {
    translate();
    remember();
  },
  () => {
    recolour();
    panel('legend');
  },
);
// The picture with its title and legend below.
const FOOT = 46;
function composed(ctx) {
  paint(ctx, width, height, VIEW);
  ctx.globalAlpha = 1;
  ctx.fillStyle = INK.paper;
  ctx.fillRect(0, height, width, FOOT);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.font = `600 13px ${INK.font}`;
  ctx.fillStyle = INK.ink;
  ctx.fillText(cut(S.year ? `${either(DATA.title)} · ${S.year}` : either(DATA.title), 90), 12, height + 12);
  ctx.font = `12px ${INK.font}`;
  let x = 12;
  for (const each of CAT.list.filter(({ key }) => !S.hidden.has(key))) {
    const text = cut(each.label, 28),
      w = ctx.measureText(text).width;
    if (x + w + 30 > width) break;
    ctx.fillStyle = each.colour;
    ctx.beginPath();
    ctx.arc(x + 5, height + 32, 5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.strokeStyle = INK.rim;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.fillStyle = INK.ink;
    ctx.fillText(text, x + 15, height + 32);
    x += w + 32;
  }
}
// As PNG twice as fine as the screen, as SVG to be edited and printed at any size.
function savePng() {
  const made = el('canvas'),
    ctx = made.getContext('2d');
  made.width = 2 * width;
  made.height = 2 * (height + FOOT);
  ctx.scale(2, 2);
  composed(ctx);
  made.toBlob((blob) => save('network.png', blob), 'image/png');
}
function saveSvg() {
  const ctx = new Drawing(width, height + FOOT);
  composed(ctx);
  save('network.svg', new Blob([ctx.text()], { type: 'image/svg+xml' }));
}
// The organisations that are shown, as a table.
function listed() {
  const rows = Array.from(R.keys()).filter((i) => visible(i) && (!LIT || LIT[i]));
  const columns = {
    id: (i) => ORG.id[i],
    name: (i) => ORG.name[i],
    name_zh: (i) => ORG.zh[i],
    group: (i) => GROUP[i],
    verdict: (i) => (GROUP[i] === null ? null : GROUPS.get(GROUP[i]).verdict),
  };
  for (const fact of Object.keys(FACTS)) columns[fact] = (i) => FACTS[fact][i];
  for (const metric of Object.keys(METRICS))
    columns[metric] = (i) => (Number.isNaN(METRICS[metric][i]) ? null : METRICS[metric][i]);
  const table = {
    columns: Object.keys(columns).map((name) => ({ name })),
    of: Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, rows.map(of)])),
  };
  saveCsv('organisations', table, [...rows.keys()]);
}
$('csv').addEventListener('click', listed);
$('png').addEventListener('click', savePng);
$('svg').addEventListener('click', saveSvg);
$('zoom-in').addEventListener('click', () => zoom(1.5));
$('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
$('fit').addEventListener('click', () => fly(home()));
$('skip').addEventListener('click', (event) => {
  event.preventDefault();
  box.focus();
});
$('title').addEventListener('click', () => {
  if (hasReport) show('report');
});
for (const tab of ['report', 'network']) $(`tab-${tab}`)?.addEventListener('click', () => show(tab));
document.querySelector('[role=tablist]')?.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const other = S.tab === 'report' ? 'network' : 'report';
  show(other);
  $(`tab-${other}`).focus();
});
new ResizeObserver(() => {
  if (S.tab === 'network') fit();
  else snapshot();
}).observe(document.body);
// Paper is white.
let worn = null;
addEventListener('beforeprint', () => {
  worn = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = 'light';
  recolour();
});
addEventListener('afterprint', () => {
  if (worn) {
    document.documentElement.dataset.theme = worn;
    worn = null;
    recolour();
  }
});

recall();
readInk();
outlines();
translate();
light();
panel();
show(S.tab, false);
if ((S.sel || S.place) && width) Object.assign(VIEW, S.place || frameOf(S.sel), { whole: false });
draw();
document.documentElement.dataset.ready = 'true';
