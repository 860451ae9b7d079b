"""The groups view: every silo or community as one node, by pyvis; proposed bridges between them dashed."""

import math
import re
from collections import Counter

import numpy as np
import scipy.sparse as sp

from graphkit.analysis import Result
from graphkit.bilingual import Bilingual, spoken
from graphkit.errors import DataError
from graphkit.layout import two_level
from graphkit.network import Network
from graphkit.terms import chinese
from graphkit.view import Page, need, view
from graphkit.views.around import ties_left_out
from graphkit.views.focused import GREY, MOST_LABELS, MOST_NODES, MOST_TIES, Node, Tie, picture
from graphkit.views.payload import groups as groups_of

NEEDS = (need("communities"), need("silos"), need("bridges"))
COLOURS = {"silo": "#d55e00", "leaning inward": "#e69f00", "open": "#0072b2", "too small": "#b8c0cb"}
SCALE = 12.0


@view("Groups and the ties between them", "群组及其间的联系", needs=NEEDS)
def groups(net: Network, page: Page) -> str:
    """Draw each group as one node, as large as its membership, coloured by its verdict; ties are summed."""
    labels = groups_of(net, page.results)
    if set(labels) <= {None}:
        raise DataError("no group was found, so there is nothing to draw: load organisations that share bodies")
    size = Counter(label for label in labels if label is not None)
    order = sorted(size, key=lambda label: (-size[label], label))[:MOST_NODES]
    number = {label: position for position, label in enumerate(order)}
    of = np.array([-1 if label is None else number.get(label, -1) for label in labels])
    centres = _centres(net, of, len(order))
    rows = _rows(page.results.get("silos"))
    nodes: list[Node] = []
    for label, (x, y) in zip(order, centres, strict=True):
        row = rows.get(label, {})
        name = str(row.get("name") or f"group {label}")
        verdict = str(row.get("verdict") or "")
        told = Bilingual(
            f"{name}\n{size[label]:,} organisations\n{verdict}",
            f"{chinese(name)}\n{size[label]:,} 个机构\n{chinese(verdict)}",
        )
        first = len(nodes) < MOST_LABELS and size[label] * 20 > size[order[0]] * 3
        short = (re.sub(r" · (community|社群) (?=\d+$)", " #", each) for each in (name, chinese(name)))
        colour = COLOURS.get(verdict, GREY)
        written = spoken(Bilingual(*short), page.language or "en")
        nodes.append(Node(written, spoken(told, page.language), x, y, 6 + 3 * math.sqrt(size[label]), colour, first))
    ties, left_out = _ties(net, of, len(order), page.language)
    lines = [
        Bilingual(
            f"{len(size):,} groups; vermilion is a silo, light orange leans inward, blue is open, grey neither.",
            f"{len(size):,} 个群组；朱红为孤岛，浅橙偏内向，蓝色开放，灰色不显著。",
        )
    ]
    if len(order) < len(size):
        lines.append(Bilingual(f"The {len(order)} largest are drawn.", f"绘出最大的 {len(order)} 个。"))
    if left_out:
        lines.append(ties_left_out(left_out))
    ties += _proposed(net, page.results.get("bridges"), of, page.language)
    return picture(page.heading, lines, nodes, ties, page.language)


def _rows(result: Result | None) -> dict[str, dict[str, object]]:
    if result is None:
        return {}
    return {str(row["group"]): {str(k): v for k, v in row.items()} for row in result.table.to_dict("records")}


def _centres(net: Network, of: "np.ndarray[tuple[int], np.dtype[np.int64]]", count: int) -> list[tuple[float, float]]:
    """Middle of each group in the layout of the whole network."""
    positions = two_level(net, of).positions * SCALE
    members = np.maximum(np.bincount(of[of >= 0], minlength=count), 1)
    x, y = (np.bincount(of[of >= 0], weights=positions[of >= 0, axis], minlength=count) / members for axis in (0, 1))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _ties(
    net: Network, of: "np.ndarray[tuple[int], np.dtype[np.int64]]", count: int, language: str | None
) -> tuple[list[Tie], int]:
    """Ties between groups with their summed weights, the strongest kept; how many were left out."""
    first, second, weight = net.pairs
    a, b = of[first], of[second]
    across = (a != b) & (a >= 0) & (b >= 0)
    low, high = np.minimum(a, b)[across], np.maximum(a, b)[across]
    summed = sp.coo_array(sp.csr_array((weight[across], (low, high)), shape=(count, count)))
    order = np.lexsort((summed.col, summed.row, -summed.data))
    most = MOST_TIES // 2
    strongest = max(float(summed.data.max(initial=0)), 1e-9)
    ties = [
        Tie(
            int(summed.row[e]),
            int(summed.col[e]),
            0.5 + 11 * math.sqrt(summed.data[e] / strongest),
            _told(summed.data[e], language),
        )
        for e in order[:most]
    ]
    return ties, max(len(order) - most, 0)


def _told(weight: float, language: str | None) -> str:
    return spoken(Bilingual(f"summed weight of ties {weight:.1f}", f"联系强度合计 {weight:.1f}"), language)


def _proposed(
    net: Network, result: Result | None, of: "np.ndarray[tuple[int], np.dtype[np.int64]]", language: str | None
) -> list[Tie]:
    if result is None:
        return []
    row = {id_: position for position, id_ in enumerate(net.organisations["id"])}
    found: Counter[tuple[int, int]] = Counter()
    for start, end in zip(result.table["start"], result.table["end"], strict=True):
        a, b = sorted((int(of[row[start]]), int(of[row[end]])))
        if a >= 0 and a != b:
            found[a, b] += 1
    most = MOST_TIES // 2
    return [
        Tie(a, b, 1.5 + n, spoken(Bilingual(f"{n} proposed", f"{n} 个建议"), language), proposed=True)
        for (a, b), n in sorted(found.items())[:most]
    ]
