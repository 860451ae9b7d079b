"""Organisations as the nodes of a focused picture: what they are called, what is told of them, where they stand."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from graphkit.analysis import Result
from graphkit.bilingual import Bilingual, spoken
from graphkit.network import Network
from graphkit.terms import chinese
from graphkit.views.focused import GREY, MOST_LABELS, PALETTE, Node, Tie

FIRST_RING, RING, ROOM = 230.0, 62.0, 58.0  # in the picture's own pixels


def called(known: pd.DataFrame, row: int, language: str | None) -> str:
    """Name an organisation or body: by its name in the language of the page, else in the other, else by its id."""
    first, second = ("name_zh", "name") if language == "zh" else ("name", "name_zh")
    return str(known[first][row] or known[second][row] or known["id"][row])


def facts(net: Network, row: int, language: str | None) -> str:
    """Tell of an organisation what hovering over it shows."""
    known = net.organisations.iloc[row]
    seats = net.membership.indices[net.membership.indptr[row] : net.membership.indptr[row + 1]]
    bodies = ", ".join(called(net.bodies, body, language) for body in seats[:6])
    more = max(len(seats) - 6, 0)
    part = Bilingual(
        f"takes part in: {bodies}{f' and {more} more' if more else ''}",
        f"参与：{bodies}{f'，另有 {more} 项' if more else ''}",
    )
    said = [known["name"], known["name_zh"], known["id"], role_of(known["role"]), known["country"], known["region"]]
    return "\n".join(spoken(each, language) for each in [*said, part] if each)


def role_of(role: str | None) -> str:
    """Name a role in both languages; empty where it is not known."""
    return Bilingual(role.replace("_", " "), chinese(role)) if role else ""


def sizes(net: Network, rows: Sequence[int]) -> list[float]:
    """Size organisations by the root of their number of partners."""
    degree = np.diff(net.ties.indptr)
    most = max(int(degree.max(initial=1)), 1)
    return [8 + 16 * math.sqrt(degree[row] / most) for row in rows]


def in_sectors(
    net: Network, rows: Sequence[int], group: Sequence[str | None], proposed: set[int], language: str | None
) -> list[Node]:
    """Place everybody around the middle in sectors by group, the largest first, small ones together.

    The first of `rows` are the strongest: they stand on the rim, where their names have room.
    """
    members = Counter(group[row] for row in rows)
    order = sorted(members, key=lambda each: (-members[each], str(each)))[: len(PALETTE)]
    colour = dict(zip(order, PALETTE, strict=False))
    at: dict[int, tuple[float, float]] = {}
    begin = 0.0
    for some in [
        *([row for row in rows if group[row] == each] for each in order),
        [row for row in rows if group[row] not in colour],
    ]:
        wide = 2 * math.pi * len(some) / max(len(rows), 1)
        at |= dict(zip(reversed(some), _sector(len(some), begin, wide), strict=True))
        begin += wide
    first = proposed | set(rows if len(rows) <= MOST_LABELS else _first(rows, group))
    made = []
    for row, size in zip(rows, sizes(net, rows), strict=True):
        x, y = at[row]
        size += 4 * (row in proposed)
        name = called(net.organisations, row, language)
        made.append(Node(name, facts(net, row, language), x, y, size, colour.get(group[row], GREY), row in first))
    return made


def between(net: Network, rows: Sequence[int], number: Mapping[int, int], most: int) -> tuple[list[Tie], int]:
    """Draw the ties among organisations, the strongest first; how many had to be left out."""
    first, second, weight = net.pairs
    inside = np.zeros(len(net), dtype=bool)
    inside[list(rows)] = True
    chosen = np.flatnonzero(inside[first] & inside[second])
    order = chosen[np.lexsort((chosen, -weight[chosen]))]
    ties = [Tie(number[int(first[e])], number[int(second[e])], 0.6) for e in order[: max(most, 0)]]
    return ties, len(order) - len(ties)


def most_drawn(count: int) -> Bilingual:
    """Say that of many members only those with most partners are drawn."""
    return Bilingual(f"The {count:,} with most partners are drawn.", f"绘出伙伴最多的 {count:,} 个。")


def ties_left_out(count: int) -> Bilingual:
    """Say how many ties are not drawn."""
    return Bilingual(f"{count:,} weaker ties are not drawn.", f"另有 {count:,} 条较弱的联系未绘出。")


def proposed_from(
    net: Network, result: Result | None, inside: set[int], most: int, language: str | None
) -> list[tuple[int, int, str]]:
    """List the proposed bridges with an end inside, the best first: that end, the other, and what is said of it."""
    if result is None:
        return []
    row_of = {id_: row for row, id_ in enumerate(net.organisations["id"])}
    found = []
    for each in result.table.to_dict("records"):
        a, b = row_of.get(each["start"]), row_of.get(each["end"])
        if a is None or b is None or not {a, b} & inside:
            continue
        said = result.analysis.row.sentence({str(key): value for key, value in each.items()}, language or "en")
        found.append((a, b, said) if a in inside else (b, a, said))
    return found[:most]


def _first(rows: Sequence[int], group: Sequence[str | None]) -> list[int]:
    """Choose whose names are read at once: the strongest two of every group."""
    seen: Counter[str | None] = Counter()
    members = Counter(group[row] for row in rows)
    chosen = []
    for row in rows:
        seen[group[row]] += 1
        if seen[group[row]] <= 2 and members[group[row]] > 2:
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
