"""The ego view: one organisation, its partners and the bridges proposed for it, as a small picture by pyvis."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from graphkit.errors import DataError, UsageError
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.focused import GREY, MOST_LABELS, MOST_NODES, MOST_TIES, PALETTE, Node, Tie, picture
from graphkit.views.payload import groups

NEEDS = (need("communities"), need("bridges"))
FIRST_RING, RING, ROOM = 230.0, 62.0, 58.0  # in the picture's own pixels


@view("One organisation and who is around it", "一个机构及其周围", needs=NEEDS)
def ego(net: Network, page: Page) -> str:
    """Draw an organisation in the middle, its partners around it by community, and its proposed bridges dashed."""
    centre = _row(net, page.subject)
    partners, weights = _partners(net, centre)
    proposals = _proposals(net, page, centre)
    room = MOST_NODES - 1 - len(proposals)
    kept, strength = partners[:room], weights[:room]
    group = groups(net, page.results)
    around = [*kept, *proposals]
    nodes = _nodes(net, centre, around, group, set(proposals))
    number = {row: position for position, row in enumerate([centre, *around])}
    ties = [Tie(0, number[row], 1 + 2 * math.sqrt(weight)) for row, weight in zip(kept, strength, strict=True)]
    ties += [Tie(0, number[row], 2.5, _told(page, net, centre, row), True) for row in proposals]
    between, left_out = _between(net, kept, number, MOST_TIES - len(ties))
    lines = [_summary(len(partners), len(proposals))]
    if len(kept) < len(partners):
        lines.append(
            f"Of {len(partners):,} partners the {len(kept):,} with the strongest ties are drawn. "
            f"共 {len(partners):,} 个伙伴，绘出联系最强的 {len(kept):,} 个。"
        )
    if left_out:
        lines.append(
            f"{left_out:,} weaker ties among partners are not drawn. 伙伴之间另有 {left_out:,} 条较弱的联系未绘出。"
        )
    return picture(_name(net, centre), lines, nodes, [*between, *ties])


def _summary(partners: int, proposals: int) -> str:
    if not partners:
        return "It has no partner: every body it belongs to has one member. 没有伙伴：所参与的项目或平台只有一个成员。"
    bridges = f"{proposals} proposed bridge{'' if proposals == 1 else 's'} (dashed)"
    return (
        f"{partners:,} partner{'' if partners == 1 else 's'}, {bridges}; colours are communities, "
        "names appear as you zoom in. "
        f"{partners:,} 个伙伴，{proposals} 条建议的桥（虚线）；颜色为社群，放大后显示名称。"
    )


def _row(net: Network, subject: str | None) -> int:
    if not subject:
        raise UsageError("name the organisation to draw by its id: graphkit view ego pic:999984059")
    found = np.flatnonzero(net.organisations["id"].to_numpy() == subject)
    if not len(found):
        raise DataError(f"no organisation has the id {subject!r}; ids carry their scheme, such as pic:999984059")
    return int(found[0])


def _partners(net: Network, centre: int) -> tuple[list[int], list[float]]:
    """Row numbers of the partners and the weights of their ties, the strongest first."""
    mine = slice(net.ties.indptr[centre], net.ties.indptr[centre + 1])
    rows, weights = net.ties.indices[mine], net.ties.data[mine]
    order = np.lexsort((rows, -weights))
    return rows[order].tolist(), weights[order].tolist()


def _proposals(net: Network, page: Page, centre: int) -> list[int]:
    """Row numbers of the organisations that a bridge to is proposed, the best first."""
    result = page.results.get("bridges")
    if result is None:
        return []
    row = {id_: position for position, id_ in enumerate(net.organisations["id"])}
    ends = [
        (row.get(start), row.get(end)) for start, end in zip(result.table["start"], result.table["end"], strict=True)
    ]
    found = [b if a == centre else a for a, b in ends if centre in (a, b)]
    return [each for each in dict.fromkeys(found) if each is not None][: MOST_NODES // 5]


def _told(page: Page, net: Network, centre: int, other: int) -> str:
    ids = {net.organisations["id"][centre], net.organisations["id"][other]}
    result = page.results["bridges"]
    rows = (row for row in result.table.to_dict("records") if {row["start"], row["end"]} == ids)
    return next((result.analysis.row.sentence({str(k): v for k, v in row.items()}, "en") for row in rows), "")


def _between(net: Network, kept: Sequence[int], number: dict[int, int], most: int) -> tuple[list[Tie], int]:
    """Ties between partners, the strongest first; how many had to be left out."""
    first, second, weight = net.pairs
    inside = np.zeros(len(net), dtype=bool)
    inside[kept] = True
    chosen = np.flatnonzero(inside[first] & inside[second])
    order = chosen[np.lexsort((chosen, -weight[chosen]))]
    ties = [Tie(number[int(first[e])], number[int(second[e])], 0.6) for e in order[: max(most, 0)]]
    return ties, len(order) - len(ties)


def _nodes(net: Network, centre: int, around: list[int], group: list[str | None], proposed: set[int]) -> list[Node]:
    """Place the centre, then everybody in sectors by community, the largest first, small ones together."""
    sizes = Counter(group[row] for row in around)
    order = sorted(sizes, key=lambda each: (-sizes[each], str(each)))[: len(PALETTE)]
    colour = dict(zip(order, PALETTE, strict=False))
    at: dict[int, tuple[float, float]] = {}
    begin = 0.0
    for members in [
        *([row for row in around if group[row] == each] for each in order),
        [row for row in around if group[row] not in colour],
    ]:
        wide = 2 * math.pi * len(members) / max(len(around), 1)
        # The strongest stand on the rim, where their names have room.
        at |= dict(zip(reversed(members), _sector(len(members), begin, wide), strict=True))
        begin += wide
    degree = np.diff(net.ties.indptr)
    drawn = [Node(_name(net, centre), _facts(net, centre), 0, 0, 34, "#18202c", True)]
    first = proposed | set(around if len(around) <= MOST_LABELS else _first(around, group))
    for row in around:
        size = 8 + 16 * math.sqrt(degree[row] / max(degree.max(initial=1), 1)) + 4 * (row in proposed)
        drawn.append(
            Node(_name(net, row), _facts(net, row), *at[row], size, colour.get(group[row], GREY), row in first)
        )
    return drawn


def _first(around: list[int], group: list[str | None]) -> list[int]:
    """Choose whose names are read at once: the strongest two of every community."""
    seen: Counter[str | None] = Counter()
    sizes = Counter(group[row] for row in around)
    chosen = []
    for row in around:
        seen[group[row]] += 1
        if seen[group[row]] <= 2 and sizes[group[row]] > 2:
            chosen.append(row)
    return chosen[: MOST_LABELS // 2]


def _sector(count: int, begin: float, wide: float) -> list[tuple[float, float]]:
    """Fill a sector row by row from the inside."""
    places: list[tuple[float, float]] = []
    radius = FIRST_RING
    while len(places) < count:
        room = max(int(wide * radius / ROOM), 1)
        row = min(room, count - len(places))
        for position in range(row):
            angle = begin + wide * (position + 0.5) / row
            places.append((1.4 * radius * math.cos(angle), radius * math.sin(angle)))
        radius += RING
    return places


def _name(net: Network, row: int) -> str:
    facts = net.organisations
    return str(facts["name"][row] or facts["name_zh"][row] or facts["id"][row])


def _facts(net: Network, row: int) -> str:
    facts = net.organisations.iloc[row]
    seats = net.membership.indices[net.membership.indptr[row] : net.membership.indptr[row + 1]]
    bodies = [str(net.bodies["name"][body] or net.bodies["id"][body]) for body in seats[:6]]
    more = f" and {len(seats) - 6} more" if len(seats) > 6 else ""
    known = [facts["name"], facts["name_zh"], facts["id"], facts["role"], facts["country"], facts["region"]]
    return "\n".join([*(str(each) for each in known if each), f"takes part in: {', '.join(bodies)}{more}"])
