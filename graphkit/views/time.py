"""The time view: how open every group was over the years, beside what chance gives."""

from collections.abc import Mapping
from typing import Any

from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.figures import figure_page, group_names, table
from graphkit.views.payload import plain

DIMENSIONS = ("community", "country", "region", "zone", "role")
DRAWS = 400  # in every window: ten of them lie beyond either end of the range of 95 %
NEEDS = tuple(
    need("silo-trends", by=by) if by == "community" else need("silo-trends", by=by, draws=DRAWS) for by in DIMENSIONS
)
MOST_GROUPS = 24
TESTED = ("closing", "opening", "steady")  # in the order in which they are shown; what is not tested comes after


@view("Openness over the years", "历年开放程度", needs=NEEDS, first=DIMENSIONS)
def time(net: Network, page: Page) -> str:
    """Draw the share of ties that leave each group, window by window, in the range that chance gives.

    SUBJECT names what is shown first: community, country, region, zone or role.
    """
    shown = {
        by: block_of(page.results[key.key], group_names(net, by))
        for by, key in zip(DIMENSIONS, NEEDS, strict=True)
        if key.key in page.results
    }
    return figure_page(page, block(shown, page.subject))


def block(shown: dict[str, dict[str, Any]], first: str | None = None) -> dict[str, Any]:
    """Pack what is shown by each dimension; first comes `first`, else the one with most groups that could be tested."""
    if first not in shown:
        first = max(shown, key=lambda by: sum(each["trend"] in TESTED for each in shown[by]["groups"]), default=None)
    return {"kind": "trend", "first": first, "by": shown}


def block_of(result: Result, called: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """Pack one small picture for each of the groups with most members, those whose trend is sure first.

    Groups whose course is too short to tell are left to the table where others are not.

    The range of chance is the middle 95 % of the membership graphs drawn in each window (in closed form, of a gamma
    distribution, where none were drawn); communities have none, for they were found on these ties. `called` names
    groups in English and Chinese (figures.group_names).
    """
    frame = result.table
    order = {trend: place for place, trend in enumerate((*TESTED, "not tested", "too short"))}
    groups = []
    for name, rows in frame.groupby("group", sort=True):
        rows = rows.sort_values("since", kind="stable")
        last = rows.iloc[-1]
        groups.append(
            {
                "group": plain(name),
                "name": plain(last["name"]),
                "called": (called or {}).get(str(name)),
                "trend": plain(last["trend"]),
                "since": plain(last["trend_since"]),
                "yearly": plain(last["trend_yearly"]),
                "members": int(rows["members"].max()),
                "windows": [_window(row) for row in rows.to_dict("records")],
            }
        )
    groups.sort(key=lambda each: (order.get(str(each["trend"]), 9), -each["members"], str(each["group"])))
    drawn = [each for each in groups if sum(w["share"] is not None for w in each["windows"]) > 1]
    drawn = [each for each in drawn if each["trend"] != "too short"] or drawn
    return {
        "groups": drawn[:MOST_GROUPS],
        "left_out": len(groups) - len(drawn[:MOST_GROUPS]),
        "table": table(result, frame),
        "said": [result.said(language, 8) for language in ("en", "zh")],
    }


def _window(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "since": int(row["since"]),
        "until": int(row["until"]),
        "members": int(row["members"]),
        "share": plain(row["external_share"]),
        "expected": plain(row["expected"]),
        "low": plain(row["expected_low"]),
        "high": plain(row["expected_high"]),
    }
