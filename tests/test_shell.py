"""The shell: lines in, tables out, nothing written; and what completion proposes."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
import rich_graph
from conftest import opened
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from repository import TOP

from graphkit import snapshot
from graphkit.errors import GraphkitError, QueryError, UsageError
from graphkit.project import Project
from graphkit.query import read
from graphkit.shell import Shell, completer, completions, run


@pytest.fixture(scope="module")
def rich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("shell")
    with opened("embedded", request, folder) as project:
        rich_graph.load(project, folder)
        yield project


@pytest.fixture
def shell(rich: Project) -> Shell:
    return Shell(rich, said.append, form="csv")


said: list[str] = []


def lines(shell: Shell, text: str, *, stop: bool = True) -> str:
    said.clear()
    run(shell, text.splitlines(), stop=stop)
    return "\n".join(said)


def test_statements_may_have_several_lines(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    lines(shell, "MATCH (o:Organisation)\nWHERE o.zone = 'Island'\nRETURN o.id AS id ORDER BY id;\nRETURN 1 AS one")
    assert capsys.readouterr().out == "id\nown:i1\nown:i2\none\n1\n"


def test_parameters_limits_and_queries_of_the_library(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(
        shell,
        ':params zone="Island"\n:params\n:limit 1\nMATCH (o:Organisation {zone: $zone}) RETURN o.id AS id ORDER BY id;',
    )
    assert capsys.readouterr().out == "id\nown:i1\n"
    assert 'zone = "Island"' in told
    assert "there are more: :limit 2" in told
    lines(shell, ":limit 10\nzones-without-a-platform-kind kind=joint_lab\n:format json\nzones-without-organisations")
    out = capsys.readouterr().out
    assert out.startswith("zone,organisations\n")
    assert '"name": "Empty"' in out


def test_what_writes_is_refused_and_the_shell_goes_on(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot.content_hash(shell.project.store)
    told = lines(shell, "MATCH (n) DETACH DELETE n;\nCALL dbms.listConfig();\nRETURN 2 AS two;", stop=False)
    assert told.count("graphkit: ") == 2
    assert capsys.readouterr().out == "two\n2\n"
    assert snapshot.content_hash(shell.project.store) == before
    with pytest.raises(QueryError, match="writes"):
        lines(shell, "CREATE (n:Organisation {id: 'own:new'});")


def test_help_schema_plans_and_faults(shell: Shell) -> None:
    assert ":save NAME" in lines(shell, ":help")
    assert "TAKES_PART_IN" in lines(shell, ":schema")
    assert "zone: text, high-tech zone" in lines(shell, ":schema Organisation")
    assert "isolated-silos" in lines(shell, ":queries 孤岛")
    assert "Organisation" in lines(shell, ":explain MATCH (o:Organisation) RETURN count(o)")
    assert lines(shell, ":quit\nTHIS IS NEVER READ;") == ""
    for text in (":colour", ":limit x", ":limit 0", ":format pdf", ":schema Cat", ":params x", ":save Bad Name"):
        with pytest.raises(UsageError):
            lines(shell, text)


def test_a_statement_can_be_saved_and_called_by_name(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAPHKIT_QUERIES", str(tmp_path))
    statement = "// mine\nMATCH (o:Organisation {zone: $zone}) RETURN count(o) AS number;"
    lines(shell, f":params zone=Island\n{statement}\n:save of-a-zone")
    saved = read(tmp_path / "of-a-zone.cypher")
    assert [(p.name, p.type) for p in saved.parameters] == [("zone", "text")]
    assert [c.name for c in saved.columns] == ["number"]
    capsys.readouterr()
    lines(shell, "of-a-zone zone=Island")
    assert capsys.readouterr().out == "number\n2\n"
    with pytest.raises(GraphkitError, match="no free name"):
        lines(shell, "RETURN 1 AS x;\n:save of-a-zone")


def test_completion_knows_labels_ties_properties_queries_and_commands(shell: Shell) -> None:
    assert completions("MATCH (o:Organi") == [("Organisation", 6)]
    assert ("TAKES_PART_IN", 5) in completions("MATCH (o)-[t:TAKES")
    assert ("MEMBER_OF", 3) in completions("MATCH (o)-[:TAKES_PART_IN|MEM")
    assert ("isolated-silos", 4) in completions("isol")
    assert (":save"[1:], 2) in completions(":sa")
    assert ("RETURN", 3) in completions("MATCH (o) ret")
    document = Document("MATCH (o:Plat")
    assert [c.text for c in completer(shell).get_completions(document, CompleteEvent())] == ["Platform"]


def test_completion_knows_what_a_variable_stands_for(shell: Shell) -> None:
    """Its own properties and what analyses write there; all there are where its label is not said."""
    organisation = {word for word, _ in completions("MATCH (o:Organisation)--(p:Platform) RETURN o.")}
    assert {"country", "zone", "silo_verdict", "broker_betweenness"} <= organisation
    assert "capacity" not in organisation
    assert {"kind", "capacity"} <= {word for word, _ in completions("MATCH (o:Organisation)--(p:Platform) WHERE p.")}
    assert ("capacity", 3) in completions("RETURN x.cap")
    assert ("status", 4) in completions("MATCH ()-[s:SAME_AS]-() RETURN s.stat")
    assert completions("MATCH (t:TAKES_PART_IN|MEMBER_OF) RETURN t.amou") == [("amount", 4)]
    shell.waiting = ["MATCH (z:Zone)"]
    found = completer(shell).get_completions(Document("RETURN z.lev"), CompleteEvent())
    assert [(c.text, c.start_position) for c in found] == [("level", -3)]
    shell.waiting = []


def test_a_terminal_completes_answers_and_remembers(rich: Project, tmp_path: Path) -> None:
    """In a real (pseudo-)terminal: Tab completes, an answer is a table, Ctrl-D leaves, and the history stays."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    environment |= {
        "GRAPHKIT_HOME": str(rich.home),
        "PYTHONPATH": str(TOP),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    command = ["-m", "graphkit", "shell"]
    child = pexpect.spawn(sys.executable, command, timeout=20, cwd=str(tmp_path), env=environment, encoding="utf-8")
    try:
        child.expect("graphkit>")
        child.send("MATCH (o:Organisation {zone: 'Island'}) RETURN o.coun")
        child.expect("country")  # the menu
        child.send("\t")
        child.expect("try")
        child.send(" AS land, count(*) AS two;\r")
        child.expect("1 row in")
        assert re.search(r"land\W[^;]*two\W", child.before.rpartition(";")[2])  # the heading, behind what was typed
        child.expect("graphkit>")
        child.send("\x04")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    assert child.exitstatus == 0
    history = rich.home / "history"
    assert "o.country AS land" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o777 == 0o600
