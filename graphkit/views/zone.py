"""The zone view: one zone's full picture, what is strong there, what is missing, and whom to bring in first."""

from dataclasses import replace

import numpy as np
import pandas as pd

from graphkit.analysis import Result, Row
from graphkit.bilingual import Bilingual
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views import chain
from graphkit.views.page import html
from graphkit.views.payload import pair, payload
from graphkit.views.report import sections

NEEDS = (
    need("scorecard"),
    need("ecosystem"),
    need("silos", by="zone"),
    *(each for each in sections() if each.analysis not in ("scorecard", "ecosystem", "silos")),
)
# What a director reads first, and how many sentences of each.
HEADLINES = {
    "ecosystem": 1,
    "silos by=zone": 1,
    "four-chains": 2,
    "valley-of-death": 1,
    "challenge-board": 1,
    "bridges": 2,
    "scorecard": 2,
}
PLACES = ("zone", "place", "first", "second")  # columns that name a zone wherever they stand


def zones(net: Network) -> list[str]:
    """List the zones that organisations lie in."""
    return sorted(net.group("zone").dropna().unique())


@view("One zone", "园区全貌", needs=NEEDS, subjects=zones)
def zone(net: Network, page: Page) -> str:
    """Write everything that was found about one zone (SUBJECT): its organisations, partners, gaps and first bridges.

    Every analysis is made on the whole network, for a zone is strong or weak beside others; its tables are then cut
    down to the rows that name the zone or its organisations. The picture shows the zone and its partners outside.
    """
    assert page.subject is not None, "a view with subjects is always given one of them"
    here = np.asarray(net.group("zone") == page.subject, dtype=bool)
    ids = set(net.organisations["id"][here])
    results = {key: _about(result, page.subject, ids) for key, result in page.results.items()}
    if "scorecard" in results:
        results["scorecard"] = _weakest_first(results["scorecard"])
    english, chinese = pair(page.title)
    title = Bilingual(f"{page.subject} · {english}", f"{page.subject} · {chinese or english}")
    shown = replace(page, results=results, title=title)
    flows = chain.block(net, page, page.subject, most=0) | {"bare": True}
    drawn = {"four-chains": [flows]}
    return html(payload(_around(net, here), shown, NEEDS, findings=True, headlines=HEADLINES, pictures=drawn))


def _about(result: Result, zone: str, ids: set[str]) -> Result:
    """Cut a result down to the rows that name the zone or its organisations; tables about neither stay whole."""
    members = result.members
    if members is not None and result.analysis.members is not None:
        members = _rows(members, result.analysis.members, zone, ids, "")
    return replace(
        result,
        table=_rows(result.table, result.analysis.row, zone, ids, str(result.provenance["parameters"].get("by", ""))),
        members=members,
    )


def _rows(table: pd.DataFrame, row: type[Row], zone: str, ids: set[str], by: str) -> pd.DataFrame:
    places = [column for column in (*PLACES, *(("group",) if by == "zone" else ())) if column in table]
    of = [row.key] if row.label == "Organisation" else [row.start, row.end] if row.tie else []
    of += [column for column in ("organisation", "candidate") if column in table]
    found = np.zeros(len(table), dtype=bool)
    for column in places:
        found |= (table[column] == zone).to_numpy()
    for column in of:
        found |= table[column].isin(ids).to_numpy()
    return table[found].reset_index(drop=True) if places or of else table


def _weakest_first(result: Result) -> Result:
    """Put the indicators first in which the zone stands lowest among its peers, and where that is sure."""
    order = result.table.sort_values(["percentile_high", "percentile", "score"], kind="stable")
    return replace(result, table=order.reset_index(drop=True))


def _around(net: Network, here: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Network:
    """Keep the bodies with a member in the zone, the zone's organisations, and all members of these bodies."""
    seats = net.memberships
    inside = here[seats["organisation"].to_numpy()]
    bodies = np.zeros(len(net.bodies), dtype=bool)
    bodies[seats["body"].to_numpy()[inside]] = True
    near = net.keep(bodies)
    shown = here.copy()
    shown[near.memberships["organisation"].to_numpy()] = True
    number = np.cumsum(shown) - 1
    moved = near.memberships.assign(organisation=number[near.memberships["organisation"].to_numpy()])
    return replace(near, organisations=net.organisations[shown].reset_index(drop=True), memberships=moved)
