"""What Neo4j's tools are given: made of the declarations, and the search index tried on a real server."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rich_graph
import yaml
from conftest import opened

from graphkit import schema, shelf, snapshot
from graphkit.commands import neo4j
from graphkit.guides import COMPOSE, GUIDES, INDEX, browser_guide, search_index, styles
from graphkit.perspective import PHRASES, ROLE_LABELS, perspective, role_labels, searching
from graphkit.project import Project


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


def test_styles_name_every_label_and_every_role() -> None:
    """GraSS: selectors with a block of `name: value;` lines; the later rule holds, so that roles come last."""
    sheet = styles()
    block = r"(?:node|relationship)(?:\.\w+)? \{\n(?:  [a-z-]+: (?:#[0-9A-F]{6}|\d+px|'[^'\n]*');\n)+\}\n"
    assert re.fullmatch(f"(?:{block})+", sheet)
    named = re.findall(r"^node\.(\w+) \{", sheet, flags=re.MULTILINE)
    assert named == [*schema.NODES, *ROLE_LABELS.values()]
    assert sheet.count("{\n") == sheet.count("\n}")


def test_the_perspective_holds_the_vocabulary_and_no_person() -> None:
    made = json.loads(perspective(INDEX))
    labels = [label for category in made["categories"] for label in category["labels"]]
    derived = {label for label, kind in schema.NODES.items() if schema.is_derived(kind)}
    assert set(labels) == (set(schema.NODES) | set(ROLE_LABELS.values())) - derived - {"Person"}
    assert labels[:8] == [*ROLE_LABELS.values(), "Organisation"]  # the first that fits is drawn
    assert [category["id"] for category in made["categories"]] == list(range(1, len(labels) + 1))
    assert len({category["color"] for category in made["categories"][:7]}) == 7
    assert {each["name"] for each in made["relationshipTypes"]} == set(schema.TIES)
    assert made["hideUncategorisedData"]
    assert made["hiddenRelationshipTypes"] == ["WORKED_AT"]
    for template in made["templates"]:
        asked = set(re.findall(r"\$\w+", template["cypher"]))
        assert asked == set(re.findall(r"\$\w+", template["text"])) == {each["name"] for each in template["params"]}
        for each in template["params"]:
            assert not each["suggestionLabel"] or each["suggestionLabel"] in schema.NODES


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
            drawn(project)
            roles(project)
        finally:
            project.store.in_batches(f"DROP INDEX {INDEX}")


def drawn(project: Project) -> None:
    """Every search phrase of the perspective reads, is planned without a warning, and finds something to draw."""
    project.store.in_batches("MATCH (o:Organisation) SET o.silo = 'a', o.broker_betweenness = 0.5")
    project.store.in_batches(
        "MATCH (a:Organisation {id: 'own:o01'}), (b:Organisation {id: 'own:o02'}) CREATE (a)-[:COULD_BRIDGE]->(b)"
    )
    (one, other), *_ = project.store.rows(
        "MATCH (a:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->()<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation) "
        "WHERE a.zone <> b.zone RETURN a.name, b.name ORDER BY a.id, b.id LIMIT 1"
    )
    zones = dict(project.store.rows("MATCH (o:Organisation) RETURN o.name, o.zone"))
    ((supplier, zone, technology, silo),) = project.store.rows(
        "MATCH (s:Organisation)-[:SUPPLIES]->() WITH s ORDER BY s.id LIMIT 1 "
        "MATCH (r:Organisation)-[:RAISED]->()<-[:FUNDED]-() WHERE r.zone IS NOT NULL WITH s, r ORDER BY r.id LIMIT 1 "
        "MATCH (:Organisation)-[:ABOUT]->(t:Technology) WITH s, r, t ORDER BY t.id LIMIT 1 "
        "MATCH (m:Organisation) WHERE m.silo IS NOT NULL "
        "RETURN s.name, r.zone, t.name, m.silo ORDER BY m.id LIMIT 1"
    )
    values = {"organisation": one, "first": one, "second": other, "zone": zones[one], "other": zones[other]}
    values |= {"technology": technology, "silo": silo, "words": "Lighthouse"}
    special = {"Supply chain": {"organisation": supplier}, "Capital": {"zone": zone}}
    for phrase in (*PHRASES, searching(INDEX)):
        known = values | next((told for begins, told in special.items() if phrase.text.startswith(begins)), {})
        given = {name: known[name] for name in re.findall(r"\$(\w+)", phrase.text)}
        assert project.plan(phrase.cypher, given).warnings == (), phrase.text
        assert len(project.query(phrase.cypher, **given)), phrase.text


def roles(project: Project) -> None:
    """The labels for roles change nothing that graphkit reads, and the file begins by taking them away."""
    before = snapshot.content_hash(project.store), snapshot.counts(project.store)
    statements = [line.split(";")[0] for line in role_labels().splitlines() if not line.startswith("//")]
    for _ in range(2):
        for statement in statements:
            project.store.in_batches(statement)
    asked = "MATCH (o:Organisation) RETURN o.role AS role, labels(o) AS labels"
    for role, labels in project.store.rows(asked):
        assert set(labels) == {"Organisation", *([ROLE_LABELS[role]] if role else [])}
    assert (snapshot.content_hash(project.store), snapshot.counts(project.store)) == before
