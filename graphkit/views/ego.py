"""The ego view: one organisation, its partners and the bridges proposed for it, as a small picture by pyvis."""

import math

import numpy as np

from graphkit.errors import DataError, UsageError
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.around import between, called, facts, in_sectors
from graphkit.views.focused import MOST_NODES, MOST_TIES, Node, Tie, picture
from graphkit.views.payload import groups

NEEDS = (need("communities"), need("bridges"))


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
    middle = Node(called(net, centre), facts(net, centre), 0, 0, 34, "#18202c", True)
    nodes = [middle, *in_sectors(net, around, group, set(proposals))]
    number = {row: position for position, row in enumerate([centre, *around])}
    ties = [Tie(0, number[row], 1 + 2 * math.sqrt(weight)) for row, weight in zip(kept, strength, strict=True)]
    ties += [Tie(0, number[row], 2.5, _told(page, net, centre, row), True) for row in proposals]
    among, left_out = between(net, kept, number, MOST_TIES - len(ties))
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
    return picture(called(net, centre), lines, nodes, [*among, *ties])


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
