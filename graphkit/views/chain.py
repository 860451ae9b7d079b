"""The chain view: one zone's four chains, stages and closed loop as flows, with what is missing drawn as missing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from graphkit.analysis import Result
from graphkit.errors import DataError
from graphkit.measures.chains import CHAINS, chains, standing
from graphkit.measures.loops import STEPS
from graphkit.measures.stages import ALL, LADDER, handed, held, passage, steps, taken
from graphkit.measures.themes import places, technology_names, working
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.figures import figure_page, group_names, names, table

NEEDS = (need("four-chains"), need("valley-of-death"))
MOST_TECHNOLOGIES, MOST_LISTED = 12, 24

Who = dict[str, set[str]]  # organisations, each with the rows that say so


@view("Four chains and stages of a zone", "园区的四链与创新阶段", needs=NEEDS)
def chain(net: Network, page: Page) -> str:
    """Draw where the four chains of a zone meet, how far research gets, and which link is missing.

    SUBJECT is the zone shown first, else the one with most organisations. A bar or a ribbon opens its organisations
    and rows; what nobody makes is dashed and says so.
    """
    return figure_page(page, block(net, page, page.subject))


def block(net: Network, page: Page, first: str | None = None, most: int | None = None) -> dict[str, Any]:
    """Pack the flows of every zone, on all technologies and on each of the most worked on; `first` is shown first.

    `most` keeps the zones with most organisations (and `first`) where a page has no room for all.
    Raises DataError where `first` is no zone of the network.
    """
    loops, valleys = (page.results.get(each.key) for each in NEEDS)
    where = {} if loops is None and valleys is None else places(net, "zone")
    size = Counter(where.values())
    order = sorted(size, key=lambda zone: (-size[zone], zone))
    if first is not None and first not in size:
        raise DataError(f"no organisation lies in the zone {first!r}; there is: {', '.join(sorted(size)) or 'none'}")
    order = [zone for position, zone in enumerate(order) if most is None or position < most or zone == first]
    stands = {} if loops is None else standing(chains(net), working(net))
    ladder = {} if valleys is None else _ladder(net)
    number = {id_: row for row, id_ in enumerate(net.organisations["id"])}
    shown = {}
    for zone in order:
        own, stages = _of(loops, zone), _of(valleys, zone)
        shown[zone] = _zone(net, {id_ for id_, place in where.items() if place == zone}, stands, ladder, number)
        for name, each in (("table", own), ("stages", stages)):
            shown[zone][name] = None if each is None else table(each, each.table)
        _loops(shown[zone], own)
    used = sorted({row for each in shown.values() for scope in each["scopes"] for row in _listed(scope)})
    return {
        "kind": "chain",
        "first": first if first is not None else next(iter(order), None),
        "zones": shown,
        "called": {zone: told for zone, told in group_names(net, "zone").items() if zone in shown},
        "chains": list(CHAINS),
        "ladder": list(LADDER),
        "steps": list(STEPS),
        "names": dict(zip(map(str, used), names(net, used), strict=True)),
    }


def _ladder(net: Network) -> dict[str, tuple[dict[str, dict[str, str]], list[tuple[tuple[str, str], str, str]]]]:
    """Tell for every technology who is at which stage, and which steps transfers make: step, taker and row."""
    transfers = handed(net)
    found = {}
    for technology, own in held(net).items():
        made = [
            (step, taker, row)
            for taker, stages in own.items()
            for _, stage, row in transfers.get((technology, taker), ())
            if (step := taken(stage, stages))
        ]
        found[technology] = (own, made)
    return found


def _zone(
    net: Network,
    here: set[str],
    stands: Mapping[str, Mapping[str, Mapping[str, str]]],
    ladder: Mapping[str, Any],
    number: Mapping[str, int],
) -> dict[str, Any]:
    """Pack one zone: its technologies, those with most organisations first, and the flows on all and on each."""
    workers: dict[str, set[str]] = defaultdict(set)
    for technologies in stands.values():
        for technology, who in technologies.items():
            workers[technology] |= here & who.keys()
    for technology, (own, _) in ladder.items():
        workers[technology] |= here & own.keys()
    every = sorted((t for t in workers if workers[t]), key=lambda t: (-len(workers[t]), t))
    called = technology_names(net, every)
    kept = [technology for technology in every if technology != ALL][:MOST_TECHNOLOGIES]
    return {
        "organisations": len(here),
        "technologies": [[list(called[t]), len(workers[t])] for t in kept],
        "left_out": len([t for t in every if t != ALL]) - len(kept),
        "scopes": [_scope(here, some, stands, ladder, number) for some in (every, *([each] for each in kept))],
    }


def _scope(
    here: set[str],
    technologies: Iterable[str],
    stands: Mapping[str, Mapping[str, Mapping[str, str]]],
    ladder: Mapping[str, Any],
    number: Mapping[str, int],
) -> dict[str, Any]:
    """Pack who stands in each chain and at each stage, who in two chains, and who carries each step.

    Two chains meet in an organisation that stands in both on one technology. A step is carried by an organisation at
    both of its stages and at none between, or by a result taken over; each organisation counts once over technologies.
    """
    in_chain: list[Who] = [defaultdict(set) for _ in CHAINS]
    at_stage: list[Who] = [defaultdict(set) for _ in LADDER]
    in_both: dict[tuple[int, int], Who] = defaultdict(lambda: defaultdict(set))
    carried: dict[tuple[int, int], Who] = defaultdict(lambda: defaultdict(set))
    capacity: Counter[tuple[str, str]] = Counter()
    for technology in technologies:
        own = [_here(here, stands.get(chain, {}).get(technology, {})) for chain in CHAINS]
        for i, who in enumerate(own):
            for id_, row in who.items():
                in_chain[i][id_].add(row)
        for i, j in combinations(range(len(CHAINS)), 2):
            for id_ in own[i].keys() & own[j].keys():
                in_both[i, j][id_] |= {own[i][id_], own[j][id_]}
        stages, transfers = ladder.get(technology, ({}, ()))
        for id_, rows in _here(here, stages).items():
            for stage, row in rows.items():
                at_stage[LADDER.index(stage)][id_].add(row)
            for a, b in steps(rows):
                carried[LADDER.index(a), LADDER.index(b)][id_] |= {rows[a], rows[b]}
                capacity[a, b] += 1
        for (a, b), taker, row in transfers:
            if taker in here:
                carried[LADDER.index(a), LADDER.index(b)][taker].add(row)
                capacity[a, b] += 1
    start = LADDER[0] if at_stage[0] or not at_stage[1] else LADDER[1]
    through = passage(capacity, start)
    return {
        "chains": _flow(in_chain, in_both, number) if stands else None,
        "stages": _flow(at_stage, carried, number) if ladder else None,
        "flow": through.flow,
        "gap": [LADDER.index(through.before), LADDER.index(through.after)],
    }


def _here(here: set[str], who: Mapping[str, Any]) -> dict[str, Any]:
    return {id_: value for id_, value in who.items() if id_ in here}


def _flow(nodes: Iterable[Who], links: Mapping[tuple[int, int], Who], number: Mapping[str, int]) -> dict[str, Any]:
    return {
        "nodes": [_members(who, number) for who in nodes],
        "links": [[i, j, _members(who, number)] for (i, j), who in sorted(links.items()) if who],
    }


def _members(who: Who, number: Mapping[str, int]) -> dict[str, Any]:
    """Count organisations and list the first of them, those with most rows first, with their rows."""
    order = sorted(who, key=lambda id_: (-len(who[id_]), id_))
    return {
        "count": len(order),
        "of": [
            [number[id_], "; ".join(sorted(row for row in who[id_] if isinstance(row, str) and row)[:3])]
            for id_ in order[:MOST_LISTED]
        ],
    }


def _listed(scope: Mapping[str, Any]) -> list[int]:
    flows = [flow for flow in (scope["chains"], scope["stages"]) if flow]
    parts = [part for flow in flows for part in (*flow["nodes"], *(link[2] for link in flow["links"]))]
    return [row for part in parts for row, _ in part["of"]]


def _of(result: Result | None, zone: str) -> Result | None:
    """Cut a result down to the rows of a zone."""
    if result is None:
        return None
    return replace(result, table=result.table[result.table["place"] == zone].reset_index(drop=True))


def _loops(zone: dict[str, Any], own: Result | None) -> None:
    """Add how far the loop of each technology gets, and what is said of it, to the scopes of a zone."""
    rows = [] if own is None else own.table.to_dict("records")
    said = [] if own is None else zip(own.said("en"), own.said("zh"), strict=True)
    told = [_loop(row) | {"said": list(both)} for row, both in zip(rows, said, strict=True)]
    of = {tuple(each["technology"]): each for each in told}
    shown = [told, *([of[tuple(called)]] if tuple(called) in of else [] for called, _ in zone["technologies"])]
    for scope, loops in zip(zone["scopes"], shown, strict=True):
        scope["loops"] = loops


def _loop(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Say how many of the five steps a technology makes; None where a step cannot be told for want of data."""
    reached = (
        len(STEPS) if row["closed"] else None if row["closed"] is None else list(STEPS).index(row["first_missing"])
    )
    return {
        "technology": [row["technology"], row["technology_zh"]],
        "reached": reached,
    }
