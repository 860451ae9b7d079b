// The picture: one canvas, drawn by hand from positions that were computed before. World units are those of the layout.

// Draw everything on a context of width x height CSS pixels; `quick` while moving.
function paint(ctx, width, height, view, { quick = false, plainly = false } = {}) {
  const sx = (x) => (x - view.x) * view.k + width / 2,
    sy = (y) => (y - view.y) * view.k + height / 2;
  const left = view.x - width / 2 / view.k,
    right = view.x + width / 2 / view.k,
    top = view.y - height / 2 / view.k,
    bottom = view.y + height / 2 / view.k;
  const lit = plainly ? null : LIT;
  ctx.fillStyle = INK.paper;
  // Up to whole pixels: of a last row filled in part, the picture before would shine through.
  ctx.fillRect(0, 0, Math.ceil(width), Math.ceil(height));
  ctx.lineCap = 'round';
  if (S.hulls) {
    ctx.save();
    ctx.translate(width / 2 - view.x * view.k, height / 2 - view.y * view.k);
    ctx.scale(view.k, view.k);
    for (const { group, path } of HULLS) {
      if (!colourOf(group)) continue;
      const chosen = !plainly && S.sel?.kind === 'g' && S.sel.at === group.label;
      ctx.fillStyle = ctx.strokeStyle = INK.verdict[group.verdict] || INK.other;
      const strong = group.verdict === 'silo' || group.verdict === 'leaning inward' || group.verdict === 'open';
      ctx.globalAlpha = (strong ? 0.13 : 0.08) * (lit && !chosen ? 0.5 : 1);
      ctx.fill(path);
      ctx.globalAlpha = chosen ? 1 : (strong ? 0.75 : 0.35) * (lit ? 0.4 : 1);
      ctx.lineWidth = (chosen ? 2.5 : strong ? 1.4 : 1) / view.k;
      ctx.stroke(path);
    }
    ctx.restore();
  }
  // Lines of one pixel are drawn many times faster than any thicker ones where there is no graphics card.
  const hair = 1 / ctx.getTransform().a;
  // Ties of what is in sight: those that only pass through would cover it.
  const inSight = (i) => X[i] > left && X[i] < right && Y[i] > top && Y[i] < bottom;
  const shownTies = (edges, most) => {
    const found = [];
    for (const e of edges) {
      const a = TIES.a[e],
        b = TIES.b[e];
      if (visible(a) && visible(b) && (inSight(a) || inSight(b)) && found.push(e) >= most) break;
    }
    return found;
  };
  const stroke = (edges) => {
    ctx.beginPath();
    edges.forEach((e, drawn) => {
      if (drawn && drawn % 40 === 0) {
        ctx.stroke();
        ctx.beginPath();
      }
      ctx.moveTo(sx(X[TIES.a[e]]), sy(Y[TIES.a[e]]));
      ctx.lineTo(sx(X[TIES.b[e]]), sy(Y[TIES.b[e]]));
    });
    ctx.stroke();
  };
  ctx.strokeStyle = INK.line;
  const grouped = byGroup(view, width, height, plainly);
  if (grouped) discs(ctx, sx, sy, view.k);
  else if (S.lines && !lit) {
    const ties = shownTies(heavy(), quick ? QUICK_TIES : MOST_TIES);
    ctx.globalAlpha = Math.min(0.45, Math.max(0.055, 13 / Math.sqrt(ties.length + 100)));
    ctx.lineWidth = hair;
    stroke(ties);
    S.drawnTies = ties.length;
  } else if (lit) {
    const { kind, at } = S.sel;
    const ends =
      kind === 'o'
        ? [at]
        : kind === 'p'
          ? [PROPOSALS[at].a, PROPOSALS[at].b]
          : kind === 'g'
            ? GROUPS.get(at).members
            : Array.from(membersOf(at));
    const all = new Set();
    for (const i of ends)
      for (const e of TIES.edge.subarray(TIES.start[i], TIES.start[i + 1])) {
        if (kind !== 'b' || (lit[TIES.a[e]] && lit[TIES.b[e]])) all.add(e);
      }
    ctx.globalAlpha = Math.min(0.7, Math.max(0.1, 6 / Math.sqrt(all.size + 1)));
    ctx.lineWidth = all.size < 400 ? 1.2 : hair;
    stroke(shownTies(all, quick ? QUICK_TIES : MOST_TIES));
  }
  // Organisations: those that are lit last.
  const floor = smallest(view.k);
  for (const level of lit ? [0, 1] : [0])
    for (let c = 0; c < CAT.list.length; c++) {
      if (S.hidden.has(CAT.list[c].key)) continue;
      ctx.globalAlpha = lit && !level ? 0.16 : 1;
      ctx.fillStyle = CAT.list[c].colour;
      ctx.beginPath();
      for (let i = 0; i < N; i++) {
        if (CAT.of[i] !== c || (lit && lit[i] > 0 !== level > 0) || (grouped && OUTLINED[i])) continue;
        if (X[i] < left - 2 || X[i] > right + 2 || Y[i] < top - 2 || Y[i] > bottom + 2) continue;
        const r = Math.max(R[i] * view.k, floor),
          x = sx(X[i]),
          y = sy(Y[i]);
        if (r < (quick ? 3 : 1.3)) ctx.rect(x - r, y - r, 2 * r, 2 * r);
        else {
          ctx.moveTo(x + r, y);
          ctx.arc(x, y, r, 0, 2 * Math.PI);
        }
      }
      ctx.fill();
      if (view.k > 4 && (!lit || level)) {
        ctx.strokeStyle = INK.rim;
        ctx.lineWidth = Math.min(1, view.k / 12);
        ctx.stroke();
      }
    }
  ctx.globalAlpha = 1;
  // Proposed ties, dashed.
  const proposals = plainly ? overviewProposals() : chosenProposals();
  ctx.strokeStyle = INK.bridge;
  ctx.lineCap = 'butt';
  ctx.lineWidth = lit ? 2 : 1.6;
  ctx.setLineDash([7, 5]);
  for (const p of proposals) {
    const c = bend(p);
    ctx.beginPath();
    ctx.moveTo(sx(X[p.a]), sy(Y[p.a]));
    ctx.quadraticCurveTo(sx(c.x), sy(c.y), sx(X[p.b]), sy(Y[p.b]));
    ctx.stroke();
  }
  ctx.setLineDash([]);
  for (const p of proposals)
    for (const end of [p.a, p.b])
      ring(ctx, sx(X[end]), sy(Y[end]), Math.max(R[end] * view.k, floor) + 2, INK.bridge, 1.6);
  ctx.font = `600 10px ${INK.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const badges = [];
  for (const p of proposals.slice(0, 40)) {
    const [x, y] = badgePlace(p, sx, sy, badges),
      text = String(p.rank);
    badges.push([x, y]);
    ctx.fillStyle = INK.bridge;
    ctx.beginPath();
    ctx.arc(x, y, 7.5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = INK.paper;
    ctx.fillText(text, x, y + 0.5);
  }
  if (!plainly) {
    if (S.sel?.kind === 'o')
      ring(ctx, sx(X[S.sel.at]), sy(Y[S.sel.at]), Math.max(R[S.sel.at] * view.k, floor) + 4, INK.ink, 2.5);
  }
  if (S.names && !quick) labels(ctx, width, height, view, sx, sy, lit, proposals, badges, plainly);
}
// The number of a proposal stands on its curve, at the middle or where it covers no other number.
function badgePlace(p, sx, sy, badges) {
  const places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map((u) => along(p, u)).map(([x, y]) => [sx(x), sy(y)]);
  return places.find(([x, y]) => badges.every(([bx, by]) => Math.hypot(bx - x, by - y) > 16)) || places[0];
}
// A dot has at least this radius, in pixels.
const smallest = (k) => Math.max(0.9, Math.min(2.2, 0.16 * k));
// Rings round what is under the pointer and under the keyboard: over the picture, not part of it.
function rings(ctx, width, height, view) {
  for (const i of [S.hover, S.ring]) {
    if (i < 0) continue;
    const x = (X[i] - view.x) * view.k + width / 2,
      y = (Y[i] - view.y) * view.k + height / 2;
    ring(ctx, x, y, Math.max(R[i] * view.k, smallest(view.k)) + 3, INK.accent, 2);
  }
}
function discs(ctx, sx, sy, k) {
  const colours = new Map(HULLS.map((hull) => [hull, colourOf(hull.group)]));
  const ties = S.lines ? betweenGroups() : [];
  ctx.globalAlpha = 0.35;
  for (const { a, b, weight } of ties) {
    if (!colours.get(a) || !colours.get(b)) continue;
    ctx.lineWidth = 0.5 + 5 * Math.sqrt(weight / ties[0].weight);
    ctx.beginPath();
    ctx.moveTo(...[sx, sy].map((to, at) => to(centreOf(a)[at])));
    ctx.lineTo(...[sx, sy].map((to, at) => to(centreOf(b)[at])));
    ctx.stroke();
  }
  ctx.globalAlpha = 0.9;
  ctx.strokeStyle = INK.rim;
  ctx.lineWidth = 1;
  for (const [hull, colour] of colours) {
    if (!colour) continue;
    const [x, y] = centreOf(hull);
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.arc(sx(x), sy(y), Math.max(0.3 * k * Math.min(hull.right - hull.left, hull.bottom - hull.top), 2), 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}
function ring(ctx, x, y, r, colour, width) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}
// Ties of at least the chosen weight: they are in the order of weight, so that is a beginning of the list.
function* heavy() {
  for (let e = 0; e < TIES.count && TIES.w[e] >= S.weight; e++) yield e;
}

const cut = (text, most) => '\u2068' + (text.length > most ? text.slice(0, most - 1).trimEnd() + '…' : text) + '\u2069';
// Names, the most important first, each only where it covers no other.
function labels(ctx, width, height, view, sx, sy, lit, proposals, badges, plainly) {
  const taken = badges.map(([x, y]) => [x - 8, y - 8, x + 8, y + 8]),
    done = new Set();
  const write = (text, x, y, font, colour, align = 'left', force = false) => {
    ctx.font = font;
    const w = ctx.measureText(text).width,
      x0 = align === 'center' ? x - w / 2 : x;
    const box = [x0 - 2, y - 8, x0 + w + 2, y + 8];
    if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) {
      if (!force) return false;
    }
    if (!force && taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) return false;
    taken.push(box);
    ctx.textAlign = 'left';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = INK.paper;
    ctx.globalAlpha = 0.85;
    ctx.strokeText(text, x0, y);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.fillText(text, x0, y);
    return true;
  };
  ctx.textBaseline = 'middle';
  const small = `12px ${INK.font}`,
    strong = `600 12.5px ${INK.font}`;
  const beside = (i, font, force) => {
    const text = cut(nameOf(i), 40),
      away = Math.max(R[i] * view.k, 2) + 6,
      x = sx(X[i]);
    done.add(i);
    ctx.font = font;
    const long = ctx.measureText(text).width;
    return write(
      text,
      x + away + long <= width ? x + away : x - away - long > 0 ? x - away - long : Math.max(width - long - 4, 4),
      sy(Y[i]),
      font,
      INK.ink,
      'left',
      force,
    );
  };
  if (lit) {
    if (S.sel.kind === 'o') beside(S.sel.at, strong, true);
    for (const p of proposals.slice(0, 12))
      for (const end of [p.a, p.b]) if (S.sel.kind !== 'o' || end !== S.sel.at) beside(end, strong, S.sel.kind === 'p');
  }
  const groups = HULLS.filter(
    ({ left, right, top, bottom, group }) =>
      (right - left) * view.k > 34 &&
      sx(right) > 0 &&
      sx(left) < width &&
      sy(bottom) > 20 &&
      sy(top) < height - 20 &&
      colourOf(group) &&
      (!lit || (S.sel.kind === 'g' && S.sel.at === group.label)),
  );
  // Above or below its outline and over no other one; else its shortest name, where it may cover a neighbour.
  const font = `600 ${plainly ? 10.5 : 12}px ${INK.font}`;
  for (const hull of groups.sort(
    (p, q) =>
      (q.group.verdict === 'silo') - (p.group.verdict === 'silo') || q.group.members.length - p.group.members.length,
  )) {
    const { group, left, right, top, bottom } = hull,
      colour = group.verdict === 'silo' ? INK['silo-text'] : INK.muted,
      middle = sx((left + right) / 2),
      texts = groupNames(group).map((name) => `${cut(name, 34)} · ${count(group.members.length)}`),
      rows = [Math.max(sy(top) - 9, 10), sy(bottom) + 9];
    ctx.font = font;
    const free = (text, y) => {
      const half = ctx.measureText(text).width / 2 / view.k,
        x = (left + right) / 2,
        at = (y - height / 2) / view.k + view.y;
      return !groups.some(
        (other) => other !== hull && [-half, -half / 2, 0, half / 2, half].some((dx) => within(other, x + dx, at)),
      );
    };
    const wanted = rows.flatMap((y) => texts.filter((text) => free(text, y)).map((text) => [text, y]));
    for (const [text, y] of [...wanted, ...rows.map((y) => [texts.at(-1), y])])
      if (write(text, middle, y, font, colour, 'center')) break;
  }
  if (plainly) return;
  const near = view.k / home(width, height).k;
  const named = lit ? ranked().filter((i) => lit[i]) : near < 1.3 ? [] : near < 2.2 ? ranked().slice(0, 60) : ranked();
  let written = 0;
  for (const i of named) {
    const x = sx(X[i]),
      y = sy(Y[i]);
    if (x < 0 || y < 0 || x > width || y > height || !visible(i) || done.has(i) || !(ORG.name[i] || ORG.zh[i])) continue;
    const before = taken.length;
    beside(i, small, false);
    if (taken.length > before && ++written >= (lit ? 24 : 60)) break;
  }
}
let ORDER = null;
const ranked = () => (ORDER ||= Array.from(R.keys()).sort((p, q) => R[q] - R[p]));
