"""Every query of the library over a graph with everything: both stores answer as Python does, and without a warning."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rich_graph
from answers import ANSWERS, Graph
from conftest import opened
from repository import TOP, blocks, written

from graphkit import loading, schema, shelf
from graphkit.analysis import Result, analyses, run
from graphkit.project import Project
from graphkit.query import Query
from graphkit.writeback import findings

QUERIES = shelf.queries()
# What these read was found by an analysis, whose own tests hold it; here the table of the analysis is the other answer.
FROM_ANALYSES = {name for name, query in QUERIES.items() if query.needs} | {
    "runs",
    "findings-of-older-data",
    "changes-since-the-last-run",
}
GIVEN = {"organisation": "own:o05", "zone": "Donghu", "source": "rich", "silo": "1"}


@pytest.fixture(scope="module")
def stores(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Project, Project, dict[str, Result]]]:
    """Both stores with the rich graph and everything that analyses find in it, and those findings."""
    folder = tmp_path_factory.mktemp("queries")
    for kind in ("one", "two"):
        (folder / kind).mkdir()
    with opened("embedded", request, folder / "one") as one, opened("neo4j", request, folder / "two") as two:
        for project in (one, two):
            rich_graph.load(project, folder)
        network = one.network()
        needed = {name for query in QUERIES.values() for name in query.needs}
        results = {name: run(name, network) for name in sorted(needed)}
        outdated = earlier(results["brokers"])
        for project in (one, two):
            for result in (outdated, *results.values()):
                project.write(result)
        yield one, two, results


def earlier(brokers: Result) -> Result:
    """Make a run of other data: without the first organisation, with one that is gone, another of other partners."""
    table = brokers.table.iloc[1:].copy()
    gone = table.iloc[[0]].assign(id="own:gone")
    table.iloc[1, table.columns.get_loc("broker_partners")] = 99
    return replace(
        brokers,
        table=pd.concat([table, gone], ignore_index=True),
        provenance=brokers.provenance | {"data_hash": "of other data"},
    )


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_both_stores_answer_as_python_does(query: Query, stores: tuple[Project, Project, dict[str, Result]]) -> None:
    one, two, results = stores
    graph = Graph(one.network())
    given = arguments(query, graph)
    most = {"limit": 1000} if any(p.name == "limit" for p in query.parameters) else {}
    rows, others = ([list(row) for row in each.query(query, **given, **most).to_numpy()] for each in (one, two))
    if query.name not in ("findings-of-older-data", "runs"):
        assert plain(rows) == plain(others), "the two stores differ"
    expected = ANSWERS[query.name](graph, **given) if query.name in ANSWERS else found(query.name, one, results, given)
    assert sorted(plain(rows)) == sorted(plain(expected))
    assert rows, "the example is no test of this query"


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_neo4j_plans_it_without_a_warning(query: Query, stores: tuple[Project, Project, dict[str, Result]]) -> None:
    one, two, _ = stores
    plan = two.plan(query, arguments(query, Graph(one.network())))
    assert plan.warnings == ()
    assert plan.columns == [column.name for column in query.columns]


def test_the_python_of_the_questions_runs(stores: tuple[Project, Project, dict[str, Result]]) -> None:
    """That of every query, and of one analysis with a grouping and one without: test_library runs them all."""
    shown = blocks(written(TOP / "docs" / "pages" / "questions.md"), "python")
    assert len(shown) == len(analyses()) + len(QUERIES)
    quick = ('"brokers")', '"silos", by=')
    chosen = [code for code in shown if "project.query(" in code or any(each in code for each in quick)]
    assert len(chosen) == len(QUERIES) + len(quick)
    for code in chosen:
        exec(compile(code, "questions.md", "exec"), {"project": stores[0]})


def test_the_sample_of_zones_is_answered_as_python_does(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The same answers over 334 organisations of 16 zones; with other parameters each query still runs.

    The answers in Python know no gaps, so what the sample does not say is filled in before it is loaded.
    """
    with opened("embedded", request, tmp_path) as project:
        loading.load(project.store, "rich", map(filled, shelf.find_loader("zones").load()), rejects_folder=tmp_path)
        graph = Graph(project.network())
        given = GIVEN | {"organisation": "own:accelink", "zone": "中关村"}
        answered = 0
        for name, answer in ANSWERS.items():
            query = QUERIES[name]
            taken = inspect.signature(answer).parameters
            pair = arguments(query, graph)
            needed = {p.name: given.get(p.name, pair.get(p.name)) for p in query.parameters if p.required}
            chosen = needed | {p.name: p.default for p in query.parameters if p.name in taken and not p.required}
            most = {"limit": 5000} if any(p.name == "limit" for p in query.parameters) else {}
            rows = [list(row) for row in project.query(query, **(chosen | most)).to_numpy()]
            assert sorted(plain(rows)) == sorted(plain(answer(graph, **chosen))), name
            answered += bool(rows)
            for p in query.parameters:
                if isinstance(p.default, int | float) and not isinstance(p.default, bool):
                    project.query(query, **(needed | {p.name: 0}))
        twin(project)
    assert answered > 45


def twin(project: Project) -> None:
    """The query and the analysis on shelved results name the same ones, row by row.

    Three years are 1,095.75 days, so a result counts from 1,096 days before the last day on: before the 1,095th.
    """
    result = run("shelved-results", project.network(), years=3.0)
    assert result.members is not None
    last = date.fromisoformat(re.findall(r"\d{4}-\d{2}-\d{2}", " ".join(result.notes))[-1])
    asked = project.query("shelved-results", before=(last - timedelta(days=1095)).isoformat(), limit=5000)
    assert len(asked) > 10
    assert sorted(asked["id"]) == sorted(result.members["id"])
    assert result.table.loc[0, "shelved"] == len(asked)


def filled(record: Any) -> Any:
    """Say what the sample leaves open: a zone for who is in none, sums of money, the days of a post."""
    gaps = {
        schema.Organisation: {"zone": "elsewhere"},
        schema.Investment: {"amount": 0.0},
        schema.WorkedAt: {"from_": schema.Date("1900-01-01"), "to": schema.Date("2999-12-31")},
    }.get(type(record), {})
    return replace(record, **{name: value for name, value in gaps.items() if getattr(record, name) is None})


def test_every_query_has_an_answer_and_every_category_queries() -> None:
    assert set(ANSWERS) | FROM_ANALYSES == set(QUERIES)
    assert len(QUERIES) >= 50
    categories = {query.category for query in QUERIES.values()}
    assert categories >= {
        "silos", "bridges", "platforms", "chains and stages", "capital and talent", "challenges", "regions", "quality",
        "evidence", "change",
    }  # fmt: skip


def arguments(query: Query, graph: Graph) -> dict[str, Any]:
    """Give the parameters that a query needs, so that the example has something to say."""
    pairs = (tuple(sorted(pair)) for pair in graph.shared)
    tied = min(pair for pair in pairs if graph.partners[pair[0]] & graph.partners[pair[1]])
    pair = dict(zip(("first", "second"), tied, strict=True))
    needed = {p.name: (pair | GIVEN)[p.name] for p in query.parameters if p.required}
    chosen: dict[str, dict[str, Any]] = {
        "isolated-silos": {"verdict": "any"},
        "large-bodies": {"members": 5},
        "zones-dependent-on-one-broker": {"most": 10},
        "changes-since-the-last-run": {"analysis": "brokers"},
    }
    return needed | chosen.get(query.name, {})


def plain(rows: Any) -> list[str]:
    """Make rows comparable: numbers to 9 digits, whole ones alike whether they are floats, lists as lists."""
    return [repr([_plain(value) for value in row]) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return value
    return None if value != value else float(f"{value:.9g}")


def found(name: str, project: Project, results: dict[str, Result], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer from the tables of the analyses, and about runs from the runs."""
    runs = project.store.rows("MATCH (r:Run) RETURN r.id, r.analysis, r.parameters, r.data_hash, r.at")
    if name == "runs":
        return [tuple(row[:4]) for row in runs]
    if name == "findings-of-older-data":
        day = max(row[4] for row in runs)
        newest = min(row for row in runs if row[4] == day)[3]
        return [tuple(row[:2]) for row in runs if row[3] != newest]
    if name == "changes-since-the-last-run":
        now, before = findings(results["brokers"]), findings(earlier(results["brokers"]))
        told = {True: "changed", False: "new"}
        some = [(told[id_ in before], id_, before.get(id_), state) for id_, state in now.items()]
        some += [("gone", id_, state, None) for id_, state in before.items() if id_ not in now]
        return [row for row in some if row[2] != row[3]]
    graph = Graph(project.network())
    tables = {key: (r.table if r.members is None else r.members).to_dict("records") for key, r in results.items()}
    return list(
        {"brokers": _brokers, "organisations-without-ties": _alone}.get(name, _others)(name, tables, graph, given)
    )


def _brokers(name: str, tables: Any, graph: Graph, given: Any) -> Iterator[tuple[Any, ...]]:
    for r in tables["brokers"]:
        if r["broker_partners"] > 0:
            o = graph.org[r["id"]]
            values = (r[f"broker_{key}"] for key in ("partners", "betweenness", "constraint", "articulation"))
            yield r["id"], o["name"], o["country"], *values


def _alone(name: str, tables: Any, graph: Graph, given: Any) -> Iterator[tuple[Any, ...]]:
    for r in tables["isolation"]:
        if r["isolated"]:
            o = graph.org[r["id"]]
            yield r["id"], o["name"], o["country"], o["role"], len(graph.bodies_of.get(r["id"], ()))


def _others(name: str, tables: Any, graph: Graph, given: Any) -> Iterator[tuple[Any, ...]]:
    name_of = {id_: o["name"] for id_, o in graph.org.items()}
    members = [r for r in tables["silos"] if r["silo"] is not None]
    if name == "proposed-bridges":
        for r in tables["bridges"]:
            start, end = r["start"], r["end"]
            values = (r[key] for key in ("gain", "gain_reachable", "feasibility", "reasons"))
            yield r["rank"], start, name_of[start], end, name_of[end], *values
    elif name == "proposed-bridges-between-zones":
        zones = [(tuple(sorted((graph.zone(r["start"]), graph.zone(r["end"])))), r["rank"]) for r in tables["bridges"]]
        for pair in {pair for pair, _ in zones}:
            ranks = [rank for each, rank in zones if each == pair]
            yield *pair, len(ranks), min(ranks)
    elif name == "silos-by-country":
        counted = Counter((r["silo"], graph.org[r["id"]]["country"]) for r in members)
        yield from ((*key, number) for key, number in counted.items())
    elif name == "isolated-silos":
        for silo in {r["silo"] for r in members}:
            inside = [r for r in members if r["silo"] == silo]
            if len(inside) >= 3:
                r = inside[0]
                values = (r[f"silo_{key}"] for key in ("external_share", "ei", "q"))
                yield silo, r["silo_name"], r["silo_verdict"], len(inside), *values
    else:
        assert name == "silo-doors"
        brokers = {r["id"]: r for r in tables["brokers"]}
        for r in members:
            if r["silo"] == given["silo"] and r["silo_own_external_share"] > 0:
                b = brokers[r["id"]]
                own = r["silo_own_external_share"]
                yield r["id"], name_of[r["id"]], own, b["broker_partners"], b["broker_betweenness"]
