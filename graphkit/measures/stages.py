"""The ladder of stages from basic research to industrialisation: who works at which, and what gets from end to end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from graphkit import schema
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.themes import Rows, about
from graphkit.network import Network

LADDER = tuple(schema.STAGES)
ALL = "all"  # the one technology of a network in which nothing names any

Held = dict[str, dict[str, dict[str, str]]]  # technology, organisation, stage, and the row that says so


@dataclass(frozen=True)
class Passage:
    """What passes from basic research to industrialisation: the maximum flow, and the minimum cut that limits it.

    Of several minimum cuts it is the one nearest to basic research. `before` is the highest stage on that side, `after`
    the next stage of the ladder: between the two lies the gap.
    """

    flow: int
    cut: tuple[tuple[str, str], ...]
    before: str
    after: str


def held(net: Network) -> Held:
    """Tell who works at which stage of which technology: seats in bodies with a stage, results produced with one.

    Where nothing names a technology all is one, `all`. Raises DataError where no body and no result has a stage.
    """
    found: Held = defaultdict(lambda: defaultdict(dict))
    topics = {**about(net, "Platform", "Collaboration"), **about(net, "Result")}
    known = bool(topics)

    def add(organisation: str, thing: str, stage: object, row: object) -> None:
        if isinstance(stage, str) and stage in schema.STAGES:
            for technology in topics.get(thing, ()) if known else (ALL,):
                found[technology][organisation].setdefault(stage, row if isinstance(row, str) else "")

    ids, bodies, stages = (part.to_numpy() for part in (net.organisations["id"], net.bodies["id"], net.bodies["stage"]))
    seats = net.memberships
    for i, body, row in zip(seats["organisation"], seats["body"], seats["row"], strict=True):
        add(ids[i], bodies[body], stages[body], row)
    results = net.table("Result")
    of = dict(zip(results["id"], results["stage"], strict=True))
    produced = net.table("PRODUCED")
    for organisation, result, row in zip(produced["start"], produced["end"], produced["row"], strict=True):
        add(organisation, result, of.get(result), row)
    if not found:
        raise DataError(
            Bilingual(
                "no body and no result has a stage: load a source that says at which stage of research it is",
                "项目、平台与成果均无阶段：请载入说明所处研究阶段的来源",
            )
        )
    return {technology: dict(own) for technology, own in found.items()}


def handed(net: Network) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """List the transfers of results: by technology and taker, the producer, the stage of the result, and the row."""
    topics: Rows = about(net, "Result")
    results, ties, produced = net.table("Result"), net.table("TRANSFERRED_TO"), net.table("PRODUCED")
    stage = dict(zip(results["id"], results["stage"], strict=True))
    makers = produced.groupby("end")["start"].agg(list).to_dict()
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for result, taker, row in zip(ties["start"], ties["end"], ties["row"], strict=True):
        if isinstance(stage.get(result), str):
            for technology in topics.get(result, (ALL,)):
                found[technology, taker] += [(maker, stage[result], row or "") for maker in makers.get(result, ())]
    return dict(found)


def steps(stages: Iterable[str]) -> list[tuple[str, str]]:
    """List the steps that one organisation makes by itself: from each of its stages to the next that it has."""
    own = [stage for stage in LADDER if stage in set(stages)]
    return list(pairwise(own))


def taken(stage: str, own: Mapping[str, str]) -> tuple[str, str] | None:
    """Tell which step a taken-over result makes: to the first stage of the taker after it, if it has one."""
    later = [each for each in LADDER[LADDER.index(stage) + 1 :] if each in own]
    return (stage, later[0]) if later else None


def passage(capacity: Mapping[tuple[str, str], int], start: str = LADDER[0]) -> Passage:
    """Find what passes from `start` to `industrialisation`, given how many carry each step (maximum flow).

    >>> passage({("basic", "applied"): 2, ("applied", "industrialisation"): 1})
    Passage(flow=1, cut=(('applied', 'industrialisation'),), before='applied', after='development')
    """
    return _passage(frozenset((step, many) for step, many in capacity.items() if many > 0), start)


@lru_cache(maxsize=1 << 14)
def _passage(capacity: frozenset[tuple[tuple[str, str], int]], start: str) -> Passage:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(LADDER)
    for (before, after), many in sorted(capacity):
        graph.add_edge(before, after, capacity=many)
    # Against the arrows, because networkx gives the cut nearest to the end, and of several the first is wanted.
    flow, (_, near) = nx.minimum_cut(graph.reverse(), LADDER[-1], start)
    cut = tuple(edge for edge in sorted(graph.edges, key=_place) if edge[0] in near and edge[1] not in near)
    before = max(near, key=LADDER.index)
    return Passage(int(flow), cut, before, LADDER[LADDER.index(before) + 1])


def _place(step: tuple[str, str]) -> tuple[int, int]:
    return LADDER.index(step[0]), LADDER.index(step[1])
