"""Text from outside stays text: by every door that it comes in, it writes, reaches and breaks nothing."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphkit import query, snapshot
from graphkit.errors import GraphkitError
from graphkit.loading import load
from graphkit.project import Project
from graphkit.schema import MemberOf, Organisation, Platform
from graphkit.shell import Shell, run
from graphkit.tools import tools

SECRET = "canary-d41d8cd98f"  # what the file says that nobody may read
PAYLOADS = [
    "' OR 1 = 1 //",
    "'}) DETACH DELETE (n) //",
    "'}) MATCH (m) DETACH DELETE m //",
    "' RETURN 1 AS x UNION MATCH (n) DETACH DELETE n RETURN 2 AS x //",
    '"}) MATCH (m) DETACH DELETE m //',
    "own:o01'}) SET o.name = 'x' RETURN o //",
    "x'; MATCH (n) DETACH DELETE n; //",
    "`) DETACH DELETE n //",
    "Organisation`) MATCH (m) DETACH DELETE m //",
    "Organisation\\u0060) MATCH (m) DETACH DELETE m //",
    "\\u0027}) MATCH (m) DETACH DELETE m //",
    "Organisation) DETACH DELETE (n",
    "Organisation:Fresh",
    "id}) CREATE (:Fresh {x: 1}) //",
    "*/ MATCH (n) DELETE n /*",
    "// \nMATCH (n) DETACH DELETE n",
    "}) CALL { CREATE (m:Fresh) RETURN m } RETURN 1 //",
    "CREATE (n:Fresh) RETURN n.id AS id",
    "MERGE (n:Organisation {id: 'own:new'})",
    "CYPHER 25 MATCH (n) SET n.x = 1",
    "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS",
    "FOREACH (i IN [1] | CREATE (:Fresh))",
    "DROP CONSTRAINT organisation_id",
    "LOAD CSV FROM '{file}' AS line RETURN line",
    "' AS x LOAD CSV FROM '{url}' AS line RETURN line //",
    "LOAD/**/CSV FROM '{url}' AS line RETURN line",
    "CALL apoc.load.json('{url}') YIELD value RETURN value",
    "CALL `apoc`.`cypher`.`doIt`('CREATE (:Fresh)', {}) YIELD value RETURN value",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "$(CREATE (:Fresh))",
    "${7*7}{{7*7}}%s%n",
    "../../../../etc/passwd",
    "{file}",
    "=HYPERLINK(\"{url}\")",
    "<script src='{url}'></script>",
    "a\0b",
    "a\nb\r\tc\u202e\ufeff",
    "\ud800",
    "'",
    '"',
    "`",
    "\\",
    "$x",
    "孤岛；DELETE",
    "x" * 100_000,
]  # fmt: skip


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that nobody may ask anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def doors(project: Project, said: list[str]) -> dict[str, Callable[[str], Any]]:
    """Every way in for a text: as a value, a name, a file, a word that is searched for, or the query itself."""
    shell = Shell(project, said.append)
    named = {tool.__name__: tool for tool in tools(project, persons=True)}
    one = "MATCH (o:Organisation {id: $given}) RETURN o.id AS id"

    def typed(*lines: str) -> Callable[[str], Any]:
        return lambda text: run(shell, [line.replace("TEXT", text) for line in lines], stop=False)

    into_the_store: dict[str, Callable[[str], Any]] = {
        "a value of an own query": lambda text: project.ask(one, {"given": text}).table.to_numpy().tolist(),
        "the name of a query, or the query": lambda text: project.query(text),
        "a label": lambda text: project.query(f"MATCH (n:`{text}`) RETURN count(n) AS n"),
        "a string": lambda text: project.query(f"RETURN '{text}' AS value"),
    }
    if project.store.kind == "neo4j":  # the others are the same there until the text gets to the store
        return into_the_store
    return into_the_store | {
        "a property": lambda text: project.query(f"MATCH (n) RETURN n.`{text}` AS value LIMIT 1"),
        "a plan": lambda text: project.plan(text),
        "an id to explain": lambda text: project.explain(text),
        "a value of a library's query": lambda text: project.query("evidence-of-an-organisation", organisation=text),
        "a date": lambda text: project.query("organisations-that-left", day=text),
        "a number": lambda text: project.query("organisations-that-left", limit=text),
        "the name of a parameter": lambda text: project.ask("RETURN 1 AS one", {text: 1}),
        "a file of a query": lambda text: project.query(f"{text}.cypher"),
        "a word": lambda text: query.about(text),
        "a group": lambda text: project.run("silos", by=text, draws=10),
        "a source": lambda text: project.unload(text),
        "a filter": lambda text: project.export("gexf", project.home / "x.gexf", where={text: text}),
        "the shell": typed(":params x=TEXT", "RETURN $x AS x;", ":explain TEXT", ":queries TEXT", ":schema TEXT"),
        "the shell's names": typed("RETURN 1 AS one;", ":save TEXT", ":format TEXT", ":limit TEXT", "TEXT;"),
        "the shell's queries": typed("evidence-of-an-organisation organisation=TEXT"),
        "a model's query": lambda text: named["ask"](text),
        "a model's value": lambda text: named["ask"](one, {"given": text}),
        "a model's words": lambda text: (named["schema"](text), named["queries"](text), named["explain"](text)),
    }


def test_no_text_does_anything(project: Project, tmp_path: Path, listening: socket.socket) -> None:
    """Organisations, zones, sources and platforms may be called anything, and come back as they are."""
    secret = tmp_path / "secret.csv"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    texts = [each.replace("{file}", secret.as_uri()).replace("{url}", url) for each in PAYLOADS]
    names = [text for text in texts if text.isprintable() and len(text) < 1000]
    assert len(names) > 30
    organisations = [Organisation(id=f"own:{i}", name=name, zone=name) for i, name in enumerate(names)]
    lab = Platform(id="own:'}) DETACH DELETE (n) //", name=names[1], zone=names[1])
    seats = [MemberOf(start=each.id, end=lab.id, row="x:1") for each in organisations]
    load(project.store, f"{names[2]} and more", iter([*organisations, lab, *seats]), rejects_folder=tmp_path)
    found = project.network().organisations.set_index("id")["name"].to_dict()
    assert found == {each.id: each.name for each in organisations}
    project.run("silos", by="zone", draws=10, write=True)
    assert set(project.query("MATCH (o:Organisation) RETURN DISTINCT o.silo AS silo")["silo"]) == set(names)
    assert set(project.query("evidence-of-an-organisation", organisation="own:0")["body"]) == {lab.id}
    assert len(project.explain("own:0", "own:1")) == 4

    before = snapshot.content_hash(project.store), snapshot.counts(project.store), schema_of(project)
    files = sorted(tmp_path.rglob("*"))
    said: list[str] = []
    for door, put in doors(project, said).items():
        for text in texts:
            try:
                answer = str(put(text))
            except GraphkitError as error:  # a sentence for a person; anything else is a fault of ours
                answer = str(error)
            assert SECRET not in answer, (door, text[:100])
    assert SECRET not in "".join(said)
    assert (snapshot.content_hash(project.store), snapshot.counts(project.store), schema_of(project)) == before
    assert sorted(tmp_path.rglob("*")) == files
    with pytest.raises(BlockingIOError):  # nobody knocked
        listening.accept()


def schema_of(project: Project) -> list[str]:
    """What the store holds beside data: an index or a constraint that somebody made or dropped would show here."""
    rows = project.store.rows("SHOW CONSTRAINTS" if project.store.kind == "neo4j" else "CALL db.labels()")
    return sorted(str(row[1] if len(row) > 1 else row[0]) for row in rows)
