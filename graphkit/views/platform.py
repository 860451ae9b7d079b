"""The platform view: one platform or project, its members, and where else they meet, as a small picture by pyvis."""

import numpy as np

from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.around import between, called, in_sectors, most_drawn, proposed_from, ties_left_out
from graphkit.views.focused import MOST_NODES, MOST_TIES, Node, Tie, picture
from graphkit.views.payload import groups

NEEDS = (need("communities"), need("bridges"))
MOST_PROPOSED = 24


@view("One platform and its members", "一个平台及其成员", needs=NEEDS)
def platform(net: Network, page: Page) -> str:
    """Draw a platform or project in the middle, its members around it by community, and where else they meet.

    SUBJECT is its id. A line between two members is a tie by another platform or project: those without one meet only
    here. Bridges proposed for members are dashed. Of more than 500 nodes the members with most partners are drawn.
    """
    body = _row(net, page.subject)
    seats = net.memberships
    here = seats[seats["body"] == body]
    degree = np.diff(net.ties.indptr)
    members = sorted({int(row) for row in here["organisation"]}, key=lambda row: (-degree[row], row))
    proposed = proposed_from(net, page.results.get("bridges"), set(members), MOST_PROPOSED, page.language)
    others = list(dict.fromkeys(b for _, b, _ in proposed if b not in set(members)))
    kept = members[: MOST_NODES - 1 - len(others)]
    number = {row: position for position, row in enumerate([*kept, *others], 1)}
    role = dict(zip(here["organisation"], here["role"], strict=True)) if "role" in here else {}
    told = {row: said for row in kept if isinstance(said := role.get(row), str)}
    ties = [Tie(0, number[row], 1.4, told.get(row, "")) for row in kept]
    ties += [Tie(number[a], number[b], 2.5, said, True) for a, b, said in proposed if a in number and b in number]
    elsewhere = net.keep(np.arange(len(net.bodies)) != body)
    among, left_out = between(elsewhere, kept, number, MOST_TIES - len(ties))
    name = called(net.bodies, body, page.language)
    middle = Node(name, _facts(net, body), 0, 0, 34, "#18202c", True)
    nodes = [middle, *in_sectors(net, [*kept, *others], groups(net, page.results), set(others), page.language)]
    pairs, met = len(kept) * (len(kept) - 1) // 2, len(among) + left_out
    proposals = sum(tie.proposed for tie in ties)
    lines = [
        Bilingual(
            f"{len(members):,} member{'' if len(members) == 1 else 's'}; {met:,} of their {pairs:,} pairs also meet "
            f"elsewhere (lines), {proposals} proposed bridge{'' if proposals == 1 else 's'} (dashed); "
            "colours are communities.",
            f"{len(members):,} 个成员；{pairs:,} 对成员中 {met:,} 对在别处也有合作（连线）；虚线为 {proposals} 个"
            "建议的桥；颜色为社群。",
        )
    ]
    if len(kept) < len(members):
        lines.append(most_drawn(len(kept)))
    if left_out:
        lines.append(ties_left_out(left_out))
    return picture(name, lines, nodes, [*among, *ties], page.language)


def _row(net: Network, subject: str | None) -> int:
    if not subject:
        raise UsageError("name the platform or project to draw by its id: graphkit view platform rcn:200816")
    found = np.flatnonzero(net.bodies["id"].to_numpy() == subject)
    if not len(found):
        raise DataError(f"no platform or project has the id {subject!r}; ids carry their scheme, such as rcn:200816")
    return int(found[0])


def _facts(net: Network, body: int) -> str:
    known = net.bodies.iloc[body]
    said = [known.get(column) for column in ("name", "name_zh", "id", "label", "kind", "stage", "programme")]
    when = [known.get("from"), known.get("to")]
    return "\n".join(
        [*(str(each) for each in said if isinstance(each, str) and each), " – ".join(str(d or "") for d in when)]
    )
