"""Pictures of findings: each is one block of data and one drawing function, as its own page or inside another page.

A block is a mapping with `kind`, which names the drawing function (`templates/<kind>.js`), and what that function
draws; nothing in it refers to the network of the page, so that it can stand on any page.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page
from graphkit.views.page import html
from graphkit.views.payload import pair, plain, words


def figure_page(page: Page, block: Mapping[str, Any]) -> str:
    """Write one picture as a page of its own, with what could not be computed and where the numbers come from."""
    about = [
        {
            "analysis": result.analysis.name,
            "notes": [pair(note) for note in result.notes],
            "method": [result.analysis.summary, result.analysis.method_zh.split("\n")[0]],
        }
        for result in page.results.values()
    ]
    shown = {"title": pair(page.title), "language": page.language, "findings": False, "figure": block, "about": about}
    return html(
        shown | {"missing": sorted([*said] for said in {tuple(pair(each)) for each in page.missing.values()})},
        "picture",
    )


def names(net: Network, rows: Iterable[int]) -> list[list[str | None]]:
    """List name and Chinese name of organisations by their row numbers; the id stands for a name that is missing."""
    frame = net.organisations
    return [
        [str(frame["name"][row] or frame["name_zh"][row] or frame["id"][row]), plain(frame["name_zh"][row])]
        for row in rows
    ]


def group_names(net: Network, by: str) -> dict[str, list[str]]:
    """Name regions, zones and technologies in English and Chinese by their codes, names or ids, where a table does."""
    label = {"region": "Region", "zone": "Zone", "technology": "Technology"}.get(by)
    found: dict[str, list[str]] = {}
    for row in net.table(label).to_dict("records") if label else ():
        name, name_zh = (row.get(key) if isinstance(row.get(key), str) else None for key in ("name", "name_zh"))
        for key in (row.get("code"), name, name_zh, row["id"]):
            if isinstance(key, str) and (name or name_zh):
                found.setdefault(key, [str(name or name_zh), str(name_zh or name)])
    return found


def table(result: Result, frame: pd.DataFrame) -> dict[str, Any]:
    """Lay rows of a result's table out by columns, with what each says and is called, as the tables of a page are."""
    row = result.analysis.row
    columns = {name: [each.sentence, each.chinese] for name, each in row.columns().items() if name in frame}
    return {
        "rows": len(frame),
        "columns": [{"name": name, "help": said} for name, said in columns.items()],
        "of": {name: [plain(value) for value in frame[name]] for name in columns},
        "organisation": {},
        "words": words(frame, result.called),
    }


def proposals(net: Network, result: Result | None) -> list[dict[str, Any]]:
    """List the proposed bridges by rank: the row numbers of both ends, gain, likelihood and the reasons."""
    if result is None:
        return []
    row_of = {id_: position for position, id_ in enumerate(net.organisations["id"])}
    return [
        {
            "a": row_of[each["start"]],
            "b": row_of[each["end"]],
            "rank": number,
            "gain": plain(each.get("gain")),
            "likelihood": plain(each.get("feasibility")),
            "why": [plain(each.get("reasons")), plain(each.get("reasons_zh"))],
        }
        for number, each in enumerate(result.table.to_dict("records"), 1)
    ]
