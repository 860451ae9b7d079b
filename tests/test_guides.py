"""What Neo4j's tools are given: made of the declarations, and the search index tried on a real server."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rich_graph
import yaml
from conftest import opened

from graphkit import schema, shelf
from graphkit.commands import neo4j
from graphkit.guides import COMPOSE, GUIDES, INDEX, browser_guide, search_index, styles


class Boxes(HTMLParser):
    """The text of every box that can be run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "pre"
        self.found += [""] if self.inside else []

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data


def test_the_guide_holds_every_query() -> None:
    boxes = Boxes()
    boxes.feed(browser_guide())
    text = "\n".join(boxes.found)
    for query in shelf.queries().values():
        last = query.text.strip().splitlines()[-1]
        assert last in text, query.name
        for parameter in query.parameters:
            assert f"{parameter.name}: " in text
    assert browser_guide().count("<slide") == 1 + len({query.category for query in shelf.queries().values()})


def test_styles_name_every_label() -> None:
    sheet = styles()
    assert set(re.findall(r"^node\.(\w+) \{", sheet, flags=re.MULTILINE)) == set(schema.NODES)
    assert sheet.count("{\n") == sheet.count("\n}")


def test_compose_is_yaml_that_listens_on_this_machine_only() -> None:
    service = yaml.safe_load(COMPOSE)["services"]["neo4j"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "NEO4J_PASSWORD" in service["environment"]["NEO4J_AUTH"]


def test_the_command_offers_what_there_is() -> None:
    assert set(neo4j.WHAT) == set(GUIDES)


def test_names_can_be_searched_on_a_real_server(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with opened("neo4j", request, tmp_path) as project:
        project.store.in_batches(search_index())
        try:
            rich_graph.load(project, tmp_path)
            project.store.in_batches("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
            call = f"CALL db.index.fulltext.queryNodes('{INDEX}', $word) YIELD node, score"
            asked = f"{call} RETURN node.id AS id ORDER BY id"
            assert project.query(asked, word="Lighthouse")["id"].tolist() == ["own:pi"]
            assert "own:o07" in project.query(asked, word="机构07")["id"].tolist()
        finally:
            project.store.in_batches(f"DROP INDEX {INDEX}")
