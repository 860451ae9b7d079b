// What `paint` asks of a canvas, written down as SVG instead: the same picture as lines and letters.
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';
class Drawing {
  globalAlpha = 1;
  lineWidth = 1;
  lineCap = 'butt';
  fillStyle = '#000000';
  strokeStyle = '#000000';
  font = '12px sans-serif';
  textAlign = 'left';
  textBaseline = 'middle';
  lineJoin = 'round';
  #path = '';
  #dash = [];
  #moves = [];
  constructor(width, height) {
    this.root = this.#node('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
  }
  #node(name, attributes) {
    const made = document.createElementNS(SVG_NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }
  #add(name, attributes, content = '') {
    const made = this.#node(name, attributes);
    if (this.globalAlpha < 1) made.setAttribute('opacity', Number(this.globalAlpha.toFixed(3)));
    if (this.#moves.length) made.setAttribute('transform', this.#moves.join(' '));
    // XML has no form for most control characters and for halves of characters.
    made.textContent = content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
    this.root.append(made);
  }
  #pen() {
    return {
      fill: 'none',
      stroke: this.strokeStyle,
      'stroke-width': Number(this.lineWidth.toPrecision(3)),
      'stroke-linecap': this.lineCap,
      ...(this.#dash.length ? { 'stroke-dasharray': this.#dash.join(' ') } : {}),
    };
  }
  save() {}
  restore() {
    this.#moves = [];
  }
  translate(x, y) {
    this.#moves.push(`translate(${x} ${y})`);
  }
  scale(x, y) {
    this.#moves.push(`scale(${x} ${y})`);
  }
  getTransform() {
    return { a: 1 };
  }
  setLineDash(dash) {
    this.#dash = dash;
  }
  beginPath() {
    this.#path = '';
  }
  moveTo(x, y) {
    this.#path += `M${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  lineTo(x, y) {
    this.#path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  quadraticCurveTo(cx, cy, x, y) {
    this.#path += `Q${cx.toFixed(1)} ${cy.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  rect(x, y, w, h) {
    this.#path += `M${x.toFixed(1)} ${y.toFixed(1)}h${w.toFixed(1)}v${h.toFixed(1)}h${(-w).toFixed(1)}z`;
  }
  // Whole circles only: that is all the picture has.
  arc(x, y, r) {
    const turn = `a${r.toFixed(2)} ${r.toFixed(2)} 0 1 0`;
    this.#path += `M${(x + r).toFixed(2)} ${y.toFixed(2)}${turn} ${(-2 * r).toFixed(2)} 0${turn} ${(2 * r).toFixed(2)} 0`;
  }
  fill(path) {
    if (path || this.#path) this.#add('path', { d: path ? path.d : this.#path, fill: this.fillStyle });
  }
  stroke(path) {
    if (path || this.#path) this.#add('path', { d: path ? path.d : this.#path, ...this.#pen() });
  }
  fillRect(x, y, width, height) {
    this.#add('rect', { x, y, width, height, fill: this.fillStyle });
  }
  measureText(text) {
    pen.font = this.font;
    return pen.measureText(text);
  }
  #letters(text, x, y, look) {
    const [, weight, size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font);
    const anchor = this.textAlign === 'center' ? 'middle' : 'start';
    const place = { x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor, 'dominant-baseline': 'central' };
    this.#add(
      'text',
      { ...place, 'font-family': family, 'font-size': size, ...(weight ? { 'font-weight': weight } : {}), ...look },
      text,
    );
  }
  fillText(text, x, y) {
    this.#letters(text, x, y, { fill: this.fillStyle });
  }
  strokeText(text, x, y) {
    this.#letters(text, x, y, { ...this.#pen(), 'stroke-linejoin': this.lineJoin });
  }
  text() {
    return new XMLSerializer().serializeToString(this.root);
  }
}
