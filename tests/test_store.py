"""What a project does, row for row the same on both stores: network, write-back, queries, status."""

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import neo4j
import pytest
from small_graphs import toy_zone

from graphkit import cypher, loading, schema, snapshot, writeback
from graphkit import project as projects
from graphkit import store as stores
from graphkit.analysis import Result, run
from graphkit.errors import DataError, GoneError, GraphkitError, LoginError, QueryError, StoreError, UsageError
from graphkit.project import Project
from graphkit.store import Store


def test_the_main_job_is_the_same_on_both_stores(
    both: tuple[Project, Project], sample_results: dict[str, Result]
) -> None:
    """Load the sample, run and write back every analysis: equal on both, row for row."""
    embedded, neo4j = both
    assert embedded.store.kind == "embedded"
    assert neo4j.store.kind == "neo4j"
    books = [vars(each.load("sample")) for each in both]
    for book in books:
        book.pop("rejects_file")
    assert books[0] == books[1]
    first, second = (each.network() for each in both)
    assert first.hash == second.hash == sample_results["brokers"].provenance["data_hash"]
    assert first.organisations.equals(second.organisations)
    assert first.memberships.equals(second.memberships)
    drawn = [run("silos", each, by="country", draws=80).table.to_json() for each in (first, second)]
    assert drawn[0] == drawn[1]
    for result in sample_results.values():
        assert embedded.write(result) == neo4j.write(result)
        assert {cypher.name(c.split(".")[1]) for c in writeback.columns_of(result.analysis)}
    statuses = [each.status() for each in both]
    for key in ("nodes", "ties", "hash", "problems"):
        assert statuses[0][key] == statuses[1][key]
    assert statuses[0]["problems"] == []


def test_a_server_that_is_gone_is_waited_for_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens on the port: the driver tries three times and more, and people are told once for each outage."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
    stores._listen()
    driver = neo4j.GraphDatabase.driver(
        address, auth=("neo4j", "x"), max_transaction_retry_time=0.05, initial_retry_delay=0.02
    )
    said: list[str] = []
    with driver:
        store = Store(driver, None, "neo4j", address)
        store.say = said.append
        with pytest.raises(GoneError, match="does not answer any more"):
            store.rows("RETURN 1")
        assert said == [f"{address} does not answer; waiting up to a minute for it to come back"]
        with ThreadPoolExecutor(2) as lanes:
            for lane in [lanes.submit(store.write, ("RETURN 1", None)) for _ in range(2)]:
                assert isinstance(lane.exception(), GoneError)
    assert len(said) == 1
    assert capsys.readouterr().err == "", "the driver's own log stays away from people"


def test_write_back_clears_what_an_older_run_wrote(project: Project, sample_results: dict[str, Result]) -> None:
    project.load("sample")
    project.write(sample_results["bridges"])
    fewer = sample_results["bridges"].provenance | {"parameters": {"ties": 2}}
    first = replace(sample_results["bridges"], table=sample_results["bridges"].table.head(2), provenance=fewer)
    project.write(first)
    ties = project.store.rows("MATCH ()-[b:COULD_BRIDGE]->() RETURN b.rank, b.run ORDER BY b.rank")
    assert [rank for rank, _ in ties] == [1, 2]
    assert {run for _, run in ties} == {writeback.run_id(first)}
    (run,) = project.store.rows(
        "MATCH (r:Run {id: $id}) RETURN r.parameters, r.seed, r.data_hash, r.versions", id=writeback.run_id(first)
    )
    assert json.loads(run[0])["ties"] == 2
    assert run[1] == 0
    assert run[2] == project.network().hash
    assert "igraph" in json.loads(run[3])


def test_reading_the_network_counts_once_and_asks_only_for_what_is_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two organisations in one collaboration: one census, then nodes of two labels and ties of one type."""
    rows = project.store.rows
    asked: list[str] = []

    def asking(statement: str, **parameters: Any) -> list[list[Any]]:
        asked.append(statement)
        return rows(statement, **parameters)

    loading.load(
        project.store,
        "paper",
        [
            schema.Organisation(id="own:a", row="t:1"),
            schema.Organisation(id="own:b", row="t:2"),
            schema.Collaboration(id="own:c", row="t:3"),
            *(schema.TakesPartIn(start=f"own:{o}", end="own:c", amount=2.5, row="t:4") for o in "ab"),
        ],
    )
    monkeypatch.setattr(project.store, "rows", asking)
    net = snapshot.network(project.store)
    assert (net.membership.toarray() > 0).tolist() == [[True], [True]]
    assert net.memberships["amount"].tolist() == [2.5, 2.5]
    assert asked[0] == cypher.census()
    assert [statement.count("MATCH") for statement in asked[1:]] == [1, 1, 1], asked[1:]
    assert not any("count(" in statement for statement in asked[1:])


def test_writing_back_leaves_the_content_alone(project: Project, sample_results: dict[str, Result]) -> None:
    project.load("sample")
    before = snapshot.content_hash(project.store)
    for result in sample_results.values():
        project.write(result)
    assert snapshot.content_hash(project.store) == before


def test_a_failed_write_back_changes_nothing(project: Project, sample_results: dict[str, Result]) -> None:
    project.load("sample")
    result = sample_results["brokers"]
    project.write(result)
    count = "MATCH (o:Organisation) WHERE o.broker_partners IS NOT NULL RETURN count(o)"
    before = project.store.rows(count)
    with pytest.raises(GraphkitError):
        project.store.write(
            (cypher.clear_columns("Organisation", ["broker_partners"]), None), ("THIS IS NO CYPHER", None)
        )
    assert project.store.rows(count) == before == [[len(result.table)]]


def test_own_queries_and_their_faults(project: Project) -> None:
    project.load("sample")
    counted = project.query("MATCH (o:Organisation) WHERE o.country = $country RETURN count(o) AS n", country="DE")
    organisations = project.network().organisations
    assert counted["n"].tolist() == [int((organisations["country"] == "DE").sum())]
    with pytest.raises(QueryError, match="refuses this statement"):
        project.query("MATCH (o:Organisation RETURN o")
    with pytest.raises(QueryError, match="did you mean 'brokers'"):
        project.query("broker")
    with pytest.raises(QueryError, match="takes int, not 'many'"):
        project.query("brokers", limit="many")
    with pytest.raises(QueryError, match="no parameter 'colour'"):
        project.query("brokers", colour="red")
    with pytest.raises(QueryError, match="needs --silo"):
        project.query("silo-doors")
    with pytest.raises(QueryError, match="no file missing"):
        project.query("missing.cypher")


def test_an_empty_store_says_so(project: Project) -> None:
    with pytest.raises(DataError, match="load some first"):
        project.network()
    assert "nothing is loaded yet" in project.status()["problems"][0]


def test_nothing_to_write(project: Project) -> None:
    with pytest.raises(UsageError, match="nothing that could be written"):
        project.write(project.run("proposals", network=toy_zone()))


@pytest.mark.parametrize(
    ("address", "password", "error", "said"),
    [
        ("bolt://127.0.0.1:1", "secret-canary", StoreError, "does not answer"),
        ("127.0.0.1:1", "secret-canary", StoreError, "does not answer"),
        ("ftp://127.0.0.1:1", "secret-canary", UsageError, "no Bolt address"),
        ("bolt://127.0.0.1:1", "", LoginError, "no NEO4J_PASSWORD"),
    ],
)
def test_a_store_that_does_not_answer(
    address: str, password: str, error: type[GraphkitError], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", address)
    monkeypatch.setenv("NEO4J_PASSWORD", password)
    with pytest.raises(error, match=said) as raised, projects.open():
        pass
    assert "canary" not in str(raised.value)


def test_a_wrong_password(both: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch) -> None:
    assert both[1].store.kind == "neo4j"
    monkeypatch.setenv("NEO4J_URI", os.environ["NEO4J_URI"])
    monkeypatch.setenv("NEO4J_PASSWORD", "secret-canary")
    with pytest.raises(LoginError, match="refuses the password of user") as raised, projects.open():
        pass
    assert "canary" not in str(raised.value)


def test_a_database_that_is_not_there(both: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch) -> None:
    assert both[1].store.kind == "neo4j"
    monkeypatch.setenv("NEO4J_DATABASE", "nosuch")
    with pytest.raises(StoreError, match="NEO4J_DATABASE"), projects.open():
        pass
