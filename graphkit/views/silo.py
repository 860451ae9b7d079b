"""The silo view: the members of one silo or community, its doors and the bridges proposed out of it, by pyvis."""

import math
from collections import Counter

import numpy as np

from graphkit.analysis import Result
from graphkit.errors import DataError
from graphkit.layout import two_level
from graphkit.network import Network
from graphkit.terms import chinese
from graphkit.view import Page, need, view
from graphkit.views.around import between, called, facts, proposed_from, sizes
from graphkit.views.focused import GREY, MOST_LABELS, MOST_NODES, MOST_TIES, PALETTE, Node, Tie, picture
from graphkit.views.payload import groups

NEEDS = (need("communities"), need("silos"), need("bridges"))
MOST_OUTSIDE, MOST_PROPOSED, SCALE = 60, 40, 110.0
VERDICTS = {
    "silo": "孤岛",
    "leaning inward": "偏内向",
    "neither": "无异常",
    "open": "开放",
    "too small": "太小，无法判断",
}
COLOURS = ("blue 蓝", "vermilion 朱红", "green 绿", "pink 粉", "light blue 浅蓝", "orange 橙", "yellow 黄")


@view("One silo from inside", "孤岛内部", needs=NEEDS)
def silo(net: Network, page: Page) -> str:
    """Draw the members of one silo or community, around it whom they know outside, and its proposed bridges dashed.

    SUBJECT is the number of the group or its name, as `graphkit run silos` gives them; else the first that is listed
    there. Of more than 500 nodes the members with most partners are drawn, and the strongest partners outside.
    """
    labels = groups(net, page.results)
    result = page.results.get("silos")
    label = _label(labels, result, page.subject)
    degree = np.diff(net.ties.indptr)
    members = sorted((row for row, each in enumerate(labels) if each == label), key=lambda row: (-degree[row], row))
    inside = set(members)
    proposed = proposed_from(net, page.results.get("bridges"), inside, MOST_PROPOSED)
    ends = list(dict.fromkeys(b for _, b, _ in proposed if b not in inside))
    near = _outside(net, inside)
    outside = [*ends, *(row for row in near if row not in set(ends))][:MOST_OUTSIDE]
    kept = members[: MOST_NODES - len(outside)]
    drawn = [*kept, *outside]
    number = {row: position for position, row in enumerate(drawn)}
    bridges = [Tie(number[a], number[b], 2.5, said, True) for a, b, said in proposed if a in number and b in number]
    ties, left_out = between(net, drawn, number, MOST_TIES - len(bridges))
    role = Counter(str(each) for each in net.organisations["role"].iloc[kept] if each is not None)
    order = sorted(role, key=lambda each: (-role[each], each))[: len(PALETTE)]
    nodes = _nodes(net, labels, kept, outside, dict(zip(order, PALETTE, strict=False)), set(ends))
    row = _row(result, label)
    legend = "; ".join(f"{colour} {each}" for each, colour in zip(order, COLOURS, strict=False))
    known = set(near)
    lines = [line for line in (_verdict(row),) if line]
    lines.append(
        f"{len(members):,} members{f' ({legend})' if legend else ''}; grey on the rim: "
        f"{sum(each in known for each in outside):,} of the {len(near):,} they know outside; {len(bridges)} proposed "
        f"bridge{'' if len(bridges) == 1 else 's'} dashed. "
        f"{len(members):,} 个成员；外圈灰色为组外伙伴（共 {len(near):,} 个）；虚线为建议的桥。"
    )
    if len(kept) < len(members):
        lines.append(f"The {len(kept):,} with most partners are drawn. 绘出伙伴最多的 {len(kept):,} 个。")
    if left_out:
        lines.append(f"{left_out:,} weaker ties are not drawn. 另有 {left_out:,} 条较弱的联系未绘出。")
    return picture(str(row.get("name") or f"group {label}"), lines, nodes, [*ties, *bridges])


def _label(labels: list[str | None], result: Result | None, subject: str | None) -> str:
    """Find the group that is meant: by its number or its name, else the first of the table, else the largest."""
    known = Counter(each for each in labels if each is not None)
    if not known:
        raise DataError("no group was found, so there is nothing to draw: load organisations that share bodies")
    order = sorted(known, key=lambda each: (-known[each], each))
    name = {}
    if result is not None:
        order = [str(each) for each in result.table["group"] if str(each) in known] or order
        name = dict(zip(result.table["name"].astype(str), result.table["group"].astype(str), strict=True))
    if subject is None:
        return order[0]
    found = subject if subject in known else name.get(subject)
    if found not in known:
        raise DataError(
            f"no group is called {subject!r}; there is {', '.join(order[:8])}: graphkit run silos lists them"
        )
    return str(found)


def _row(result: Result | None, label: str) -> dict[str, object]:
    rows = [] if result is None else result.table[result.table["group"].astype(str) == label].to_dict("records")
    return {str(key): value for key, value in rows[0].items()} if rows else {}


def _verdict(row: dict[str, object]) -> str:
    """Say in one line how many of its ties leave the group, against chance; empty where that was not tested."""
    share, chance = row.get("external_share"), row.get("expected")
    if not isinstance(share, float) or not isinstance(chance, float):
        return ""
    verdict = str(row.get("verdict"))
    return (
        f"{100 * share:.3g} % of their tie weight leaves the group, {100 * chance:.3g} % would by chance: {verdict}. "
        f"{100 * share:.3g}% 的联系通向组外，随机期望 {100 * chance:.3g}%：{chinese(verdict)}。"
    )


def _outside(net: Network, inside: set[int]) -> list[int]:
    """List the partners outside, those with most tie weight to the group first."""
    first, second, weight = net.pairs
    own = np.zeros(len(net), dtype=bool)
    own[list(inside)] = True
    reach = np.zeros(len(net))
    for a, b in ((first, second), (second, first)):
        across = own[a] & ~own[b]
        np.add.at(reach, b[across], weight[across])
    found = np.flatnonzero(reach > 0)
    return [int(row) for row in found[np.lexsort((found, -reach[found]))]]


def _nodes(
    net: Network,
    labels: list[str | None],
    kept: list[int],
    outside: list[int],
    colour: dict[str, str],
    ends: set[int],
) -> list[Node]:
    """Place the members as in the network view, and who is outside on a ring, each near those it knows."""
    codes = np.unique([str(each) for each in labels], return_inverse=True)[1]
    at = two_level(net, codes).positions[kept] * SCALE
    at = at - at.mean(axis=0)
    place = dict(zip(kept, at.tolist(), strict=True))
    rim = 1.12 * float(np.hypot(*at.T).max(initial=0)) + 110
    angle = {row: _direction(net, row, place) for row in outside}
    ring = sorted(outside, key=lambda row: (angle[row], row))
    turn = angle[ring[0]] if ring else 0.0
    for i, row in enumerate(ring):
        where = turn + 2 * math.pi * i / len(ring)
        place[row] = [1.35 * rim * math.cos(where), rim * math.sin(where)]
    degree = np.diff(net.ties.indptr)
    order = [*sorted(ends), *sorted(kept, key=lambda row: (-degree[row], row)), *outside]
    first = _apart(net, order, place)
    role = net.organisations["role"]
    # The picture is fitted to the window: in a wide one the dots must be larger to be seen.
    larger = max(1.0, 1.35 * rim / 1100)
    made = []
    for row, size in zip([*kept, *outside], sizes(net, [*kept, *outside]), strict=True):
        shade = GREY if row in angle else colour.get(str(role[row]), GREY)
        x, y = place[row]
        made.append(Node(called(net, row), facts(net, row), x, y, size * larger, shade, row in first))
    return made


def _apart(net: Network, order: list[int], place: dict[int, list[float]]) -> set[int]:
    """Choose whose names are read at once: in order, as long as they lie apart from those chosen before."""
    letters = max(15.0, max((abs(x) for x, _ in place.values()), default=0.0) / 42)
    chosen: dict[int, tuple[float, float, float]] = {}
    for row in dict.fromkeys(order):
        x, y = place[row]
        half = 0.3 * letters * min(len(called(net, row)), 34)
        if all(abs(x - a) > half + b or abs(y - c) > 1.6 * letters for a, c, b in chosen.values()):
            chosen[row] = (x, y, half)
        if len(chosen) == MOST_LABELS:
            break
    return set(chosen)


def _direction(net: Network, row: int, place: dict[int, list[float]]) -> float:
    mine = net.ties.indices[net.ties.indptr[row] : net.ties.indptr[row + 1]]
    known = [place[int(each)] for each in mine if int(each) in place]
    x, y = np.mean(known, axis=0) if known else (1.0, 0.0)
    return math.atan2(y, x)
