"""The silo view: the members of one silo or community, its doors and the bridges proposed out of it, by pyvis."""

import math
from collections import Counter

import numpy as np

from graphkit.analysis import Result
from graphkit.bilingual import Bilingual, spoken
from graphkit.errors import DataError
from graphkit.layout import two_level
from graphkit.network import Network
from graphkit.terms import chinese
from graphkit.view import Page, need, view
from graphkit.views.around import (
    between,
    called,
    facts,
    most_drawn,
    proposed_from,
    role_of,
    sizes,
    ties_left_out,
)
from graphkit.views.focused import GREY, MOST_NODES, MOST_TIES, PALETTE, Node, Tie, picture
from graphkit.views.payload import groups

NEEDS = (need("communities"), need("silos"), need("bridges"))
MOST_OUTSIDE, MOST_PROPOSED, SCALE = 60, 40, 110.0
COLOURS = tuple(
    Bilingual(english, chinese)
    for english, chinese in (
        ("blue", "蓝"),
        ("vermilion", "朱红"),
        ("green", "绿"),
        ("pink", "粉"),
        ("light blue", "浅蓝"),
        ("orange", "橙"),
        ("yellow", "黄"),
    )
)


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
    proposed = proposed_from(net, page.results.get("bridges"), inside, MOST_PROPOSED, page.language)
    ends = list(dict.fromkeys(b for _, b, _ in proposed if b not in inside))
    near = _outside(net, inside)
    outside = [*ends, *(row for row in near if row not in set(ends))][:MOST_OUTSIDE]
    kept = members[: MOST_NODES - len(outside)]
    drawn = [*outside[: len(ends)], *kept, *outside[len(ends) :]]  # those in front are named first
    number = {row: position for position, row in enumerate(drawn)}
    bridges = [Tie(number[a], number[b], 2.5, said, True) for a, b, said in proposed if a in number and b in number]
    ties, left_out = between(net, drawn, number, MOST_TIES - len(bridges))
    role = Counter(str(each) for each in net.organisations["role"].iloc[kept] if each is not None)
    order = sorted(role, key=lambda each: (-role[each], each))[: len(PALETTE)]
    nodes = _nodes(net, labels, kept, outside, drawn, dict(zip(order, PALETTE, strict=False)), page.language)
    row = _row(result, label)
    of = [(colour, role_of(each)) for each, colour in zip(order, COLOURS, strict=False)]
    legend = "; ".join(f"{colour} {each}" for colour, each in of)
    legend_zh = "，".join(f"{colour.zh}为{spoken(each, 'zh')}" for colour, each in of)
    known = set(near)
    lines = [line for line in (_verdict(row),) if line]
    shown = sum(each in known for each in outside)
    lines.append(
        Bilingual(
            f"{len(members):,} members{f' ({legend})' if legend else ''}; grey on the rim: {shown:,} of the "
            f"{len(near):,} they know outside; {len(bridges)} proposed bridge{'' if len(bridges) == 1 else 's'} "
            "dashed.",
            f"{len(members):,} 个成员{f'（{legend_zh}）' if legend else ''}；外圈灰色为组外伙伴（{len(near):,} 个中的 "
            f"{shown:,} 个）；虚线为 {len(bridges)} 个建议的桥。",
        )
    )
    if len(kept) < len(members):
        lines.append(most_drawn(len(kept)))
    if left_out:
        lines.append(ties_left_out(left_out))
    name = str(row.get("name") or f"group {label}")
    heading = spoken(Bilingual(name, chinese(name)), page.language or "en")
    return picture(heading, lines, nodes, [*ties, *bridges], page.language)


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


def _verdict(row: dict[str, object]) -> Bilingual | None:
    """Say in one line how many of its ties leave the group, against chance; nothing where that was not tested."""
    share, chance = row.get("external_share"), row.get("expected")
    if not isinstance(share, float) or not isinstance(chance, float):
        return None
    verdict = str(row.get("verdict"))
    return Bilingual(
        f"{100 * share:.3g} % of their tie weight leaves the group, {100 * chance:.3g} % would by chance: {verdict}.",
        f"{100 * share:.3g}% 的联系通向组外，随机期望 {100 * chance:.3g}%：{chinese(verdict)}。",
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
    drawn: list[int],
    colour: dict[str, str],
    language: str | None,
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
    role = net.organisations["role"]
    # The picture is fitted to the window: in a wide one the dots must be larger to be seen.
    larger = max(1.0, 1.35 * rim / 1100)
    made = []
    for row, size in zip(drawn, sizes(net, drawn), strict=True):
        shade = GREY if row in angle else colour.get(str(role[row]), GREY)
        x, y = place[row]
        name = called(net.organisations, row, language)
        made.append(Node(name, facts(net, row, language), x, y, size * larger, shade, True))
    return made


def _direction(net: Network, row: int, place: dict[int, list[float]]) -> float:
    mine = net.ties.indices[net.ties.indptr[row] : net.ties.indptr[row + 1]]
    known = [place[int(each)] for each in mine if int(each) in place]
    x, y = np.mean(known, axis=0) if known else (1.0, 0.0)
    return math.atan2(y, x)
