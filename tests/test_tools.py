"""The tools for language models, called through the client of the Model Context Protocol, in this process."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rich_graph
from conftest import opened
from mcp import Client, StdioServerParameters
from repository import TOP

from graphkit import snapshot
from graphkit.project import Project
from graphkit.tools import server


@pytest.fixture(scope="module")
def rich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("tools")
    with opened("embedded", request, folder) as project:
        rich_graph.load(project, folder)
        yield project


def call(project: Project, *calls: tuple[str, dict[str, Any]], persons: bool = True) -> list[Any]:
    """Call tools one after the other; a fault is its text."""

    async def work() -> list[Any]:
        async with Client(server(project, persons=persons)) as client:
            found = [await client.call_tool(name, arguments) for name, arguments in calls]
            names = [tool.name for tool in (await client.list_tools()).tools]
        assert names == ["schema", "queries", "ask", "silos", "bridges", "explain"]
        return [
            each.content[0].text if each.is_error else (each.structured_content or {}).get("result")  # type: ignore[union-attr]
            for each in found
        ]

    return asyncio.run(work())


def test_the_tools_say_what_is_there(rich: Project) -> None:
    kinds, properties, listed = call(rich, ("schema", {}), ("schema", {"kind": "Zone"}), ("queries", {"word": "孤岛"}))
    assert {"Organisation", "TAKES_PART_IN"} <= {row["kind"] for row in kinds}
    assert {"id", "name", "level"} <= {row["property"] for row in properties}
    assert "isolated-silos" in {row["name"] for row in listed}


def test_the_tools_answer(rich: Project) -> None:
    counted, named, silos, bridges, why = call(
        rich,
        ("ask", {"query": "MATCH (o:Organisation {zone: $z}) RETURN count(o) AS n", "parameters": {"z": "Island"}}),
        ("ask", {"query": "zones-without-organisations"}),
        ("silos", {"by": "zone", "limit": 3}),
        ("bridges", {"limit": 1}),
        ("explain", {"first": "own:i1", "second": "own:i2"}),
    )
    assert counted == [{"n": 2}]
    assert [row["name"] for row in named] == ["Empty"]
    assert len(silos) == 3
    assert {"group", "verdict", "sentence"} <= set(silos[0])
    assert bridges[0]["sentence"]
    assert "own:pi" in json.dumps(why)


def test_the_command_serves_over_standard_input_and_output(rich: Project) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    place = {"GRAPHKIT_HOME": str(rich.home), "PYTHONPATH": str(TOP)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "graphkit", "mcp", "--with-persons"], env=kept | place
    )

    async def work() -> Any:
        async with Client(command) as client:
            return await client.call_tool("ask", {"query": "MATCH (z:Zone {name: 'Empty'}) RETURN z.id AS id"})

    assert asyncio.run(work()).structured_content == {"result": [{"id": "own:z:Empty"}]}


def test_persons_are_not_shown_unless_they_are_asked_for(
    rich: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by Cypher, not by a query that names one, not by explain; counts of persons name nobody."""
    ((id_, name, works_at),) = rich.store.rows(
        "MATCH (p:Person)-[:WORKED_AT]->(o:Organisation) RETURN p.id, p.name, o.id ORDER BY p.id LIMIT 1"
    )
    asked = (
        ("ask", {"query": "MATCH (n) WHERE n.role = 'scientist' RETURN toUpper(n.name) AS name"}),
        ("explain", {"first": works_at, "limit": 500}),
        ("ask", {"query": "talent-roles-by-zone"}),
    )
    refused, without, counted = call(rich, *asked, persons=False)
    spelt, with_, _ = call(rich, *asked)
    assert "--with-persons" in refused
    assert name.upper() in {row["name"] for row in spelt}
    assert counted
    assert id_ not in json.dumps(without)
    assert [row for row in with_ if id_ not in json.dumps(row)][: len(without)] == without
    # A query of one's own may name whom it likes on this machine; a model is not told.
    people = "// title: P\n// question: Q?\n// column name: text - n\nMATCH (p:Person) RETURN p.name AS name\n"
    (tmp_path / "people.cypher").write_text(people, encoding="utf-8")
    monkeypatch.setenv("GRAPHKIT_QUERIES", str(tmp_path))
    assert call(rich, ("ask", {"query": "people"}), persons=False) == [[]]
    assert len(call(rich, ("ask", {"query": "people"}))[0]) > 1


def test_nothing_can_be_written(rich: Project) -> None:
    before = snapshot.content_hash(rich.store), snapshot.counts(rich.store)
    refused = call(
        rich,
        ("ask", {"query": "MATCH (n) DETACH DELETE n"}),
        ("ask", {"query": "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line"}),
        ("ask", {"query": "isolated-silos"}),
        ("ask", {"query": "no-such-query"}),
    )
    assert [type(text) for text in refused] == [str] * 4
    assert "queries may only read" in refused[0]
    assert "LOAD CSV" in refused[1]
    assert "graphkit run silos --write" in refused[2]
    assert (snapshot.content_hash(rich.store), snapshot.counts(rich.store)) == before
