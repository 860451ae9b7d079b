"""The matrix view: which groups work with which, against what their activity makes expect, cell by cell."""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.figures import figure_page, group_names, names, proposals
from graphkit.views.payload import plain

DIMENSIONS = ("region", "role", "country", "zone", "technology")
TECHNOLOGIES = "technology-region"
FIRST = (*DIMENSIONS, TECHNOLOGIES)
NEEDS = (*(need("mixing", by=by) for by in DIMENSIONS), need("bridges"))
MOST_ROWS, TIES_OF_A_CELL, PROPOSALS_OF_A_CELL = 40, 6, 6


@view("Who works with whom, and who could", "谁与谁合作，谁还可以合作", needs=NEEDS, first=FIRST)
def matrix(net: Network, page: Page) -> str:
    """Draw ties between regions, roles, countries ... over those expected.

    SUBJECT names what is shown first: region, role, country, zone, technology, or technology-region. A cell
    opens its strongest ties and the proposals that would fill it. Of more than 40 groups the rest is `other`.
    """
    return figure_page(page, block(net, page, page.subject))


def block(net: Network, page: Page, first: str | None = None) -> dict[str, Any]:
    """Pack every pair of dimensions that could be computed; `first` names the one shown first."""
    proposed = proposals(net, page.results.get("bridges"))
    shown = {
        by: _square(net, by, result, proposed)
        for by in DIMENSIONS
        if (result := page.results.get(need("mixing", by=by).key)) is not None
    }
    if {"technology", "region"} <= set(shown):
        shown[TECHNOLOGIES] = _technologies(net, proposed)
    used = sorted({row for each in shown.values() for cell in each["cells"].values() for row in _rows(cell)})
    used = sorted({*used, *(row for each in proposed for row in (each["a"], each["b"]))})
    return {
        "kind": "matrix",
        "first": first if first in shown else next(iter(shown), None),
        "pairs": shown,
        "called": {by: _called(net, by, shown) for by in DIMENSIONS},
        "names": dict(zip(map(str, used), names(net, used), strict=True)),
        "proposals": proposed,
    }


def _called(net: Network, by: str, shown: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Name the groups of a dimension that are shown and have another name than their value."""
    sides = [
        values
        for pair in shown.values()
        for side, values in zip(pair["of"], (pair["rows"], pair["columns"] or ()), strict=True)
        if side == by
    ]
    used = {value for values in sides for value in values}
    return {value: said for value, said in group_names(net, by).items() if value in used}


def _rows(cell: dict[str, Any]) -> list[int]:
    return [row for tie in cell.get("ties", ()) for row in tie[:2]] + list(cell.get("members", ()))


def _square(net: Network, by: str, result: Result, proposed: list[dict[str, Any]]) -> dict[str, Any]:
    """Pack groups against groups: ties, expected ties, and what each cell opens; `None` is the row of all others."""
    table = result.table
    activity: dict[str, float] = defaultdict(float)
    for row in table.to_dict("records"):
        activity[row["group"]] += row["ties"]
        activity[row["other"]] += row["ties"]
    order = sorted(activity, key=lambda name: (-activity[name], name))
    kept = order if len(order) <= MOST_ROWS else order[: MOST_ROWS - 1]
    at = {name: position for position, name in enumerate(kept)}
    size = len(kept) + (len(kept) < len(order))
    ties, expected = np.zeros((size, size)), np.zeros((size, size))
    for row in table.to_dict("records"):
        i, j = sorted((at.get(row["group"], len(kept)), at.get(row["other"], len(kept))))
        ties[i, j] += row["ties"]
        expected[i, j] += row["expected"]
    own = net.group(by)
    code = np.array([-1 if value is None else at.get(str(value), len(kept)) for value in own], dtype=np.int64)
    cells: dict[str, dict[str, Any]] = defaultdict(dict)
    for (i, j), strongest in _strongest(net, code, size).items():
        cells[f"{i},{j}"]["ties"] = strongest
    for number, each in enumerate(proposed):
        i, j = sorted((int(code[each["a"]]), int(code[each["b"]])))
        if i >= 0:
            cells[f"{i},{j}"].setdefault("proposals", []).append(number)
    whole = ties + ties.T  # the diagonal twice: ends of ties, of which two are inside
    outward = ties.sum(axis=0) + ties.sum(axis=1) - 2 * np.diag(ties)
    return {
        "rows": [*kept, *([None] if size > len(kept) else [])],
        "columns": None,
        "of": [by, by],
        "others": len(order) - len(kept),
        "observed": [[int(value) for value in row] for row in np.triu(ties)],
        "expected": [[plain(round(float(value), 3)) for value in row] for row in np.triu(expected)],
        "together": _together(ties + np.triu(ties, 1).T, expected + np.triu(expected, 1).T),
        "openness": [
            plain(out / (out + inside)) if out + inside else None
            for out, inside in zip(outward.tolist(), (np.diag(whole) / 2).tolist(), strict=True)
        ],
        "without": int((code < 0).sum()),
        "cells": dict(cells),
    }


def _together(ties: "np.ndarray[Any, Any]", expected: "np.ndarray[Any, Any]") -> list[int]:
    """Order groups so that those which work together more than expected stand side by side.

    Groups are joined by average linkage, the nearer the more ties they have over those expected (one added to both),
    and the leaves are turned so that neighbours are nearest (Bar-Joseph, Gifford and Jaakkola 2001).
    """
    if len(ties) < 3:
        return list(range(len(ties)))
    nearness = np.log2((ties + 1) / (expected + 1))
    distance = nearness.max() - nearness
    np.fill_diagonal(distance, 0)
    return [int(leaf) for leaf in leaves_list(linkage(squareform(distance), "average", optimal_ordering=True))]


def _strongest(net: Network, code: "np.ndarray[Any, Any]", size: int) -> dict[tuple[int, int], list[list[Any]]]:
    """Choose the strongest ties of every cell of the upper half."""
    first, second, weight = net.pairs
    a, b = np.minimum(code[first], code[second]), np.maximum(code[first], code[second])
    cell = np.where(a < 0, -1, a * size + b)
    order = np.lexsort((second, first, -weight, cell))
    order = order[cell[order] >= 0]
    sorted_cells = cell[order]
    begins = np.searchsorted(sorted_cells, sorted_cells, side="left")
    chosen = order[np.arange(len(order)) - begins < TIES_OF_A_CELL]
    found: dict[tuple[int, int], list[list[Any]]] = defaultdict(list)
    for e in chosen.tolist():
        found[int(cell[e]) // size, int(cell[e]) % size].append(
            [int(first[e]), int(second[e]), plain(float(weight[e]))]
        )
    return dict(found)


def _technologies(net: Network, proposed: list[dict[str, Any]]) -> dict[str, Any]:
    """Pack technologies against regions: organisations whose main technology and region they are.

    Expected is (organisations on the technology) x (organisations in the region) / (organisations with both): the
    ratio is the location quotient.
    """
    frame = pd.DataFrame({"technology": net.group("technology"), "region": net.group("region")})
    known = frame.dropna()
    rows, columns = (_kept(known[name]) for name in ("technology", "region"))
    code = {
        name: np.array([-1 if value is None else kept.get(str(value), len(kept)) for value in frame[name]])
        for name, kept in (("technology", rows), ("region", columns))
    }
    both = (code["technology"] >= 0) & (code["region"] >= 0)
    height, width = (int(code[name][both].max(initial=-1)) + 1 for name in ("technology", "region"))
    counted = np.zeros((height, width), dtype=np.int64)
    np.add.at(counted, (code["technology"][both], code["region"][both]), 1)
    expected = np.outer(counted.sum(axis=1), counted.sum(axis=0)) / max(int(counted.sum()), 1)
    cells: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in np.flatnonzero(both).tolist():
        members = cells[f"{code['technology'][row]},{code['region'][row]}"].setdefault("members", [])
        if len(members) < TIES_OF_A_CELL:
            members.append(row)
    for number, each in enumerate(proposed):
        for one, other in ((each["a"], each["b"]), (each["b"], each["a"])):
            i, j = int(code["technology"][one]), int(code["region"][other])
            if i >= 0 and j >= 0 and number not in cells[f"{i},{j}"].setdefault("proposals", []):
                cells[f"{i},{j}"]["proposals"].append(number)
    names_of = [[*kept, *([None] if size > len(kept) else [])] for kept, size in ((rows, height), (columns, width))]
    return {
        "rows": names_of[0],
        "columns": names_of[1],
        "of": ["technology", "region"],
        "others": max(int(known["technology"].nunique()) - len(rows), 0),
        "observed": counted.tolist(),
        "expected": [[plain(round(float(value), 3)) for value in row] for row in expected],
        "openness": None,
        "without": int((~both).sum()),
        "cells": {key: value for key, value in cells.items() if value.get("members") or value.get("proposals")},
    }


def _kept(values: "pd.Series[Any]") -> dict[str, int]:
    counts = values.astype(str).value_counts()
    order = sorted(counts.index, key=lambda name: (-int(counts[name]), name))
    kept = order if len(order) <= MOST_ROWS else order[: MOST_ROWS - 1]
    return {name: position for position, name in enumerate(kept)}
