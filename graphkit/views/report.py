"""The report: data quality, findings in sentences, charts and tables, and the interactive network, in one file."""

from collections.abc import Iterator
from typing import Any

from graphkit.analysis import analyses
from graphkit.categories import CATEGORIES
from graphkit.network import Network
from graphkit.view import Need, Page, need, view
from graphkit.views import backtest, chain, map, matrix, time
from graphkit.views.figures import group_names
from graphkit.views.page import html
from graphkit.views.payload import payload

FIRST = (
    need("isolation"),
    need("communities"),
    need("silos"),
    need("silos", by="country"),
    need("silos", by="region"),
    need("silos", by="zone"),
    need("silos", by="role"),
    need("brokers"),
    need("bridges"),
    need("backtest", sample=100, learned_from=300, listed=0),  # the proof beside the proposals, as cheap as it gets
)
MOST_ZONES = 12  # drawn in the report; the view `chain` has every one

Block = dict[str, Any]


def sections() -> tuple[Need, ...]:
    """List what the report shows, a chapter for each category: what a reader looks for first, then all that belongs."""
    known = analyses()
    shown = {each.analysis for each in FIRST}
    every = FIRST + tuple(need(name) for name, each in known.items() if each.in_report and name not in shown)
    chapters = list(CATEGORIES)
    return tuple(sorted(every, key=lambda each: chapters.index(known[each.analysis].category)))


SECTIONS = sections()
# The sections, and what their pictures show beside the sections' own results.
COURSES = {by: key for by, key in zip(time.DIMENSIONS, time.NEEDS, strict=True) if by in ("region", "zone")}
NEEDS = tuple(dict.fromkeys((*SECTIONS, *matrix.NEEDS, *map.NEEDS, *COURSES.values())))


@view("Report", "报告", needs=NEEDS)
def report(net: Network, page: Page) -> str:
    """Write what the data are and how good, every finding with its table and method, and the network to explore."""
    return html(payload(net, page, SECTIONS, findings=True, pictures=pictures(net, page)))


def pictures(net: Network, page: Page) -> dict[str, list[Block]]:
    """Draw the findings that have a picture, by the key of the section it stands in; what shows nothing is left out.

    What the page has anyway (names, proposals, the table and the sentences of the section) is not packed again.
    """
    found: dict[str, list[Block]] = {}
    for key, drawn in _drawn(net, page):
        if key in page.results:
            found.setdefault(key, []).append(drawn | {"bare": True})
    return found


def _drawn(net: Network, page: Page) -> Iterator[tuple[str, Block]]:
    squares, places = matrix.block(net, page), map.block(net, page)
    if squares["first"] is not None:
        yield "mixing", _without(squares, "names", "proposals")
    lying = {by: each for by, each in places["by"].items() if any(one["at"] is not None for one in each["places"])}
    if lying:  # an empty map says nothing that the matrix does not
        first = next(iter(lying))
        shown = {by: _without(each, "table", "table_left") for by, each in lying.items()}
        yield "mixing", places | {"first": first, "by": shown}
    if (trends := page.results.get("silo-trends")) is not None:
        by_group = str(trends.provenance["parameters"]["by"])
        results = {by_group: trends} | {by: page.results[k.key] for by, k in COURSES.items() if k.key in page.results}
        courses = {by: time.block_of(each, group_names(net, by)) for by, each in results.items()}
        # Of one window each there is no course to draw, and the section says what it has.
        courses = {by: _without(each, "table", "said") for by, each in courses.items() if each["groups"]}
        if courses:
            yield "silo-trends", time.block(courses)
    for each in SECTIONS:
        if each.analysis == "backtest" and (proof := backtest.block(page.results.get(each.key)))["strata"]:
            yield each.key, _without(proof, "table", "said")
    zones = chain.block(net, page, most=MOST_ZONES)
    if zones["first"] is not None:
        flows = {name: _without(each, "table") for name, each in zones["zones"].items()}
        yield "four-chains", _without(zones, "names") | {"zones": flows}


def _without(block: Block, *parts: str) -> Block:
    return {name: part for name, part in block.items() if name not in parts}
