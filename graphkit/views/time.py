"""The time view: how open every group was over the years, beside what chance gives."""

from typing import Any

from graphkit.analyses.silo_trends import SiloWindow
from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.figures import figure_page, table
from graphkit.views.payload import plain

DIMENSIONS = ("community", "country", "region", "zone", "role")
NEEDS = tuple(need("silo-trends", by=by) for by in DIMENSIONS)
MOST_GROUPS, WITHIN = 24, 1.96


@view("Openness over the years", "历年开放程度", needs=NEEDS, first=DIMENSIONS)
def time(net: Network, page: Page) -> str:
    """Draw the share of ties that leave each group, window by window, in the range that chance gives.

    SUBJECT names what is shown first: community, country, region, zone or role.
    """
    shown = {
        by: block_of(page.results[key.key])
        for by, key in zip(DIMENSIONS, NEEDS, strict=True)
        if key.key in page.results
    }
    return figure_page(page, block(shown, page.subject))


def block(shown: dict[str, dict[str, Any]], first: str | None = None) -> dict[str, Any]:
    """Pack what is shown by each dimension; `first` names the one shown first."""
    return {"kind": "trend", "first": first if first in shown else next(iter(shown), None), "by": shown}


def block_of(result: Result) -> dict[str, Any]:
    """Pack one small picture for each of the groups with most members, those whose trend is sure first.

    The range of chance is that of 1.96 standard deviations, taken from z = (expected - share) / deviation; where the
    share is exactly what is expected z does not tell it, and there is none.
    """
    frame = result.table
    order = {"closing": 0, "opening": 1, "steady": 2, "not tested": 3, "too short": 4}
    groups = []
    for name, rows in frame.groupby("group", sort=True):
        rows = rows.sort_values("since", kind="stable")
        last = rows.iloc[-1]
        groups.append(
            {
                "group": plain(name),
                "name": plain(last["name"]),
                "trend": plain(last["trend"]),
                "since": plain(last["trend_since"]),
                "yearly": plain(last["trend_yearly"]),
                "members": int(rows["members"].max()),
                "windows": [_window(row) for row in rows.to_dict("records")],
            }
        )
    groups.sort(key=lambda each: (order.get(str(each["trend"]), 9), -each["members"], str(each["group"])))
    drawn = [each for each in groups if sum(w["share"] is not None for w in each["windows"]) > 1]
    return {
        "groups": drawn[:MOST_GROUPS],
        "left_out": len(groups) - len(drawn[:MOST_GROUPS]),
        "table": table(frame, SiloWindow),
        "said": [result.said(language, 8) for language in ("en", "zh")],
    }


def _window(row: dict[Any, Any]) -> dict[str, Any]:
    share, expected, z = (plain(row[name]) for name in ("external_share", "expected", "z"))
    low = high = None
    if isinstance(share, float | int) and isinstance(expected, float | int) and isinstance(z, float | int) and z:
        half = WITHIN * abs((expected - share) / z)
        low, high = plain(max(expected - half, 0.0)), plain(min(expected + half, 1.0))
    return {
        "since": int(row["since"]),
        "until": int(row["until"]),
        "members": int(row["members"]),
        "share": share,
        "expected": expected,
        "low": low,
        "high": high,
    }
