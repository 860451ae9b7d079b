// The camera: what part of the picture is shown, and when it is drawn.
const canvas = $('canvas'),
  stage = $('stage'),
  pen = canvas.getContext('2d');
const hasReport = Boolean($('report'));
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const say = (text) => {
  $('said').textContent = text;
};
let width = 0,
  height = 0,
  waiting = 0,
  quiet_ = 0,
  slow = false,
  flight = 0,
  rest = 0,
  written = null;

// Whole drawings kept as they were painted, by where the camera was: the picture at home, then the last one. While
// moving they are shown shifted and stretched, which costs the same however much there is to draw.
let KEPT = [];
function keepDrawing() {
  const image = KEPT.length > 1 ? KEPT.pop().image : el('canvas');
  image.width = canvas.width;
  image.height = canvas.height;
  image.getContext('2d', { alpha: false }).drawImage(canvas, 0, 0);
  const one = { image, x: VIEW.x, y: VIEW.y, k: VIEW.k };
  KEPT = VIEW.whole ? [one] : [...KEPT.slice(0, 1), one];
}
function showDrawings() {
  pen.fillStyle = INK.paper;
  pen.fillRect(0, 0, Math.ceil(width), Math.ceil(height));
  pen.imageSmoothingQuality = 'low';
  for (const { image, x, y, k } of KEPT) {
    const by = VIEW.k / k;
    const left = width / 2 + (x - VIEW.x) * VIEW.k - (width * by) / 2,
      top = height / 2 + (y - VIEW.y) * VIEW.k - (height * by) / 2;
    pen.drawImage(image, left, top, width * by, height * by);
  }
}
const resting = () => KEPT.length > 0 && ['x', 'y', 'k'].every((name) => KEPT.at(-1)[name] === VIEW[name]);

// Drawing: once per frame. Where a whole drawing takes long, what was kept is shown while moving, and only the strongest
// ties where nothing was kept since something other than the camera changed.
function draw(moving = false) {
  if (!moving) KEPT = [];
  frame(moving);
}
function frame(moving) {
  clearTimeout(quiet_);
  if (moving && slow) quiet_ = setTimeout(() => resting() || frame(false), 120);
  if (waiting) {
    cancelAnimationFrame(waiting);
  }
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    if (!width || S.tab !== 'network') return;
    const ratio = devicePixelRatio || 1,
      quick = moving && slow,
      began = performance.now();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (quick && KEPT.length) showDrawings();
    else paint(pen, width, height, VIEW, { quick });
    // What a drawing costs without a graphics card is not seen from here: many are slow.
    if (!quick) slow = N + TIES.count > 12000 || performance.now() - began > 24;
    if (!quick && slow) keepDrawing();
    rings(pen, width, height, VIEW);
    const grouped = byGroup(VIEW, width, height),
      less = !S.sel && S.lines && S.drawnTies >= MOST_TIES && TIES.count > MOST_TIES;
    if (!quick) $('drawn').textContent = grouped ? t('grouped') : less ? t('drawnTies', { n: count(MOST_TIES), m: count(TIES.count) }) : '';
  });
}
function fit() {
  const box = stage.getBoundingClientRect();
  if (!box.width) return;
  const first = !width,
    whole = !first && VIEW.whole;
  width = box.width;
  height = box.height;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  if (first || whole) Object.assign(VIEW, home());
  draw();
}
function fly(to) {
  cancelAnimationFrame(flight);
  const from = { ...VIEW },
    began = performance.now(),
    long = calm() ? 0 : 420;
  if (!width) return;
  const step = (now) => {
    const u = long ? Math.min(1, (now - began) / long) : 1,
      e = 1 - (1 - u) ** 3;
    VIEW.k = from.k * (to.k / from.k) ** e;
    VIEW.x = from.x + (to.x - from.x) * e;
    VIEW.y = from.y + (to.y - from.y) * e;
    VIEW.whole = Boolean(to.whole);
    VIEW.own = Boolean(to.own);
    draw(u < 1);
    if (u < 1) flight = requestAnimationFrame(step);
  };
  step(began + (long ? 0 : 1));
}
function zoom(by, x = width / 2, y = height / 2) {
  cancelAnimationFrame(flight);
  const wx = (x - width / 2) / VIEW.k + VIEW.x,
    wy = (y - height / 2) / VIEW.k + VIEW.y;
  VIEW.k = Math.min(120, Math.max(framed(WORLD, width, height).k / 3, VIEW.k * by));
  VIEW.x = wx - (x - width / 2) / VIEW.k;
  VIEW.y = wy - (y - height / 2) / VIEW.k;
  moved();
}
function pan(dx, dy) {
  cancelAnimationFrame(flight);
  VIEW.x -= dx / VIEW.k;
  VIEW.y -= dy / VIEW.k;
  moved();
}
// The reader's own place in the picture goes into the address once the hand rests.
function moved() {
  VIEW.whole = false;
  VIEW.own = true;
  draw(true);
  clearTimeout(rest);
  rest = setTimeout(() => remember(false), 400);
}
const world = (x, y) => [(x - width / 2) / VIEW.k + VIEW.x, (y - height / 2) / VIEW.k + VIEW.y];
function recolour() {
  readInk();
  categorise();
  draw();
  snapshot();
}
function tiesOfYear() {
  TIES = project(
    S.year
      ? (b) =>
          (!BODY.from[b] || BODY.from[b].slice(0, 4) <= String(S.year)) &&
          (!BODY.to[b] || BODY.to[b].slice(0, 4) >= String(S.year))
      : undefined,
  );
}
const tellCounts = () => {
  $('counts').textContent = t('counts', { o: count(N), b: count(B), t: count(TIES.count) });
};
function inYear() {
  tiesOfYear();
  tellCounts();
  light();
  draw();
}
