"""The ego view: one organisation, its partners and those proposed to it, as a small picture by pyvis."""

import math

import numpy as np

from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.partition import communities_of
from graphkit.measures.stability import PLAIN
from graphkit.network import Network
from graphkit.view import SUBJECT, Page, need, view
from graphkit.views.around import between, called, facts, in_sectors
from graphkit.views.focused import MOST_NODES, MOST_TIES, Node, Tie, picture

# The best of one organisation needs no model of the whole: learned from 300 organisations instead of 1,500, the ten
# proposals to the one organisation that was tried were the same.
PROPOSED = need("proposals", among=SUBJECT, learned_from=300)


@view("One organisation and who is around it", "一个机构及其周围", needs=(PROPOSED,))
def ego(net: Network, page: Page) -> str:
    """Draw an organisation in the middle, its partners around it by community, whom it is advised to meet dashed."""
    centre = _row(net, page.subject)
    partners, weights = _partners(net, centre)
    proposals = _proposals(net, page, centre)
    room = MOST_NODES - 1 - len(proposals)
    kept, strength = partners[:room], weights[:room]
    # What colours a picture is one run: how sure a membership is, at which resolution and of what parts is not drawn.
    labels = communities_of(net, seeds=1, seed=0, resolution=PLAIN).labels
    group = [str(label) if label >= 0 else None for label in labels.tolist()]
    around = [*proposals, *kept]  # those in front stand on the rim, where their names have room
    name = called(net.organisations, centre, page.language)
    middle = Node(name, facts(net, centre, page.language), 0, 0, 34, "#18202c", True)
    nodes = [middle, *in_sectors(net, around, group, set(proposals), page.language)]
    number = {row: position for position, row in enumerate([centre, *around])}
    ties = [Tie(0, number[row], 1 + 2 * math.sqrt(weight)) for row, weight in zip(kept, strength, strict=True)]
    ties += [Tie(0, number[row], 2.5, said, True) for row, said in proposals.items()]
    among, left_out = between(net, kept, number, MOST_TIES - len(ties))
    lines = [_summary(len(partners), len(proposals))]
    if len(kept) < len(partners):
        lines.append(
            Bilingual(
                f"Of {len(partners):,} partners the {len(kept):,} with the strongest ties are drawn.",
                f"共 {len(partners):,} 个伙伴，绘出联系最强的 {len(kept):,} 个。",
            )
        )
    if left_out:
        lines.append(
            Bilingual(
                f"{left_out:,} weaker ties among partners are not drawn.",
                f"伙伴之间另有 {left_out:,} 条较弱的联系未绘出。",
            )
        )
    return picture(name, lines, nodes, [*among, *ties], page.language)


def _summary(partners: int, proposals: int) -> Bilingual:
    if not partners:
        return Bilingual(
            "It has no partner: every body it belongs to has one member.", "没有伙伴：所参与的项目或平台只有一个成员。"
        )
    advised = f"{proposals} proposed partner{'' if proposals == 1 else 's'} (dashed)"
    return Bilingual(
        f"{partners:,} partner{'' if partners == 1 else 's'}, {advised}; colours are communities, "
        "names appear as you zoom in.",
        f"{partners:,} 个伙伴，{proposals} 个建议的伙伴（虚线）；颜色为社群，放大后显示名称。",
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


def _proposals(net: Network, page: Page, centre: int) -> dict[int, str]:
    """Row numbers of the organisations it is advised to work with, the best first, and what is said of each."""
    result = page.results.get(PROPOSED.key)
    if result is None:
        return {}
    row = {id_: position for position, id_ in enumerate(net.organisations["id"])}
    found = {}
    for each in result.table.to_dict("records"):
        if row.get(each["organisation"]) == centre and each["candidate"] in row:
            said = result.analysis.row.sentence({str(key): value for key, value in each.items()}, page.language or "en")
            found[row[each["candidate"]]] = said
    return found
