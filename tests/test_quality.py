"""Data quality, counted on paper: `graphkit quality`, and what it lists as possible false silos."""

import pandas as pd
import pytest
from click.testing import CliRunner
from small_graphs import toy_zone

from graphkit import loading
from graphkit.analysis import Result, run
from graphkit.cli import cli
from graphkit.network import Network
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, TakesPartIn

# Four organisations in three bodies. Siemens stands there twice under one name (one country, nothing against it), once
# with ties and once without; the two Barcelonas are one in two languages; Z is alone, and like nobody.
ORGANISATIONS = {
    "own:a": {"name": "Siemens AG", "country": "DE", "role": "enterprise", "row": "o.csv:2"},
    "own:b": {"name": "SIEMENS Aktiengesellschaft", "country": "DE", "row": "o.csv:3"},
    "own:c": {"name": "University of Barcelona", "country": "ES", "region": "ES51", "row": "o.csv:4; p.csv:9"},
    "own:d": {"name": "Universitat de Barcelona", "country": "ES", "row": "o.csv:5"},
    "own:z": {"name": "Zentralbibliothek Fulda", "country": "DE", "row": "o.csv:6"},
}
BODIES = pd.DataFrame(
    {"id": ["p:1", "p:2", "p:3"], "from": ["2014-05-01", "2017-01-01", None], "row": ["p.csv:2", "p.csv:3", "p.csv:4"]}
)
SEATS = [("own:a", "p:1"), ("own:c", "p:1"), ("own:d", "p:2")]


def found(**options: object) -> Result:
    people = pd.DataFrame([{"id": id_, **facts} for id_, facts in ORGANISATIONS.items()])
    seats = pd.DataFrame(SEATS, columns=["organisation", "body"])
    tables = options.pop("tables", None)
    net = Network.from_frames(people, BODIES, seats, tables=tables)  # type: ignore[arg-type]
    return run("quality", net, **options)


def test_counts_on_paper() -> None:
    table = found(large=1).table.set_index("check")
    expected = {
        "organisations without name": (0, 5),
        "organisations without role": (4, 5),
        "organisations without country": (0, 5),
        "organisations without region": (4, 5),
        "bodies without stage": (3, 3),
        "bodies without date": (1, 3),
        "pairs that are one without doubt": (1, 5),
        "pairs that may be one": (1, 5),
        "organisations without a tie": (3, 5),  # b and z in no body, d in one alone
        "possible false silos": (2, 3),  # b may be a, d may be c
        "bodies without a member": (1, 3),
        "bodies of one member": (1, 3),
        "large bodies": (1, 3),  # more than one member
        "o.csv: organisations": (5, 5),
        "p.csv: organisations": (1, 5),
        "p.csv: bodies": (3, 3),
        "organisations that are illustrative": (0, 5),
        "bodies that are illustrative": (0, 3),
        "other things and ties that are illustrative": (0, 0),
        "things that no row shows": (3, 11),  # the seats
        "2014": (1, 2),
        "2017": (1, 2),
        "years without a beginning": (2, 4),
    }
    counted = zip(table.index, table["found"], table["of"], strict=True)
    assert {check: (n, of) for check, n, of in counted} == expected
    assert table.loc["organisations without role", "rows"] == "o.csv:3; o.csv:4; p.csv:9; o.csv:5"


def test_suspects_have_reasons_and_rows() -> None:
    members = found().members
    assert members is not None
    false = members[members["check"] == "possible false silos"][["id", "other", "rows"]]
    assert false.to_numpy().tolist() == [
        ["own:b", "own:a", "o.csv:3; o.csv:2"],
        ["own:d", "own:c", "o.csv:5; o.csv:4; p.csv:9"],
    ]
    assert members["reason"].str.len().gt(0).all()
    few = found(most=1)
    assert few.members is not None
    assert few.members["check"].is_unique
    assert few.notes == ("1 suspects are not listed; --most on the command line says how many of each kind are.",)


def test_a_refused_pair_is_no_suspect() -> None:
    refused = pd.DataFrame({"start": ["own:d"], "end": ["own:c"], "status": ["refused"]})
    table = found(tables={"SAME_AS": refused}).table.set_index("check")
    assert table.loc["pairs that may be one", "found"] == 0
    assert table.loc["possible false silos", "found"] == 1


def test_what_is_said() -> None:
    said = found().sentences("en")
    assert "4 of 5 organisations have no role (80 %): which of the seven roles they play is not known." in said
    assert "All 5 organisations have a country." in said
    assert "2 of 3 organisations without a tie have a near-duplicate that has ties: each may be a false silo." in said
    assert "In 2 of 4 years from the first to the last no body begins: a gap, or a source that is missing." in said
    assert "5个主体中，4个缺少角色（80%）：无法判断属于七类主体中的哪一类。" in found().sentences("zh")
    assert run("quality", toy_zone()).sentences()[:2] == [
        "All 12 organisations have a name.",
        "All 12 organisations have a role.",
    ]
    assert run("quality", Network.of({})).sentences() == []


def test_the_command_says_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHKIT_HOME", str(project.home))
    records = [
        Organisation(id="own:a", name="Siemens AG", country="DE", row="o.csv:2"),
        Organisation(id="own:b", name="Siemens AG", country="DE", row="o.csv:3"),
        Organisation(id="own:c", name="ACME", country="DE", row="o.csv:4"),
        Collaboration(id="own:p", row="p.csv:2"),
        TakesPartIn(start="own:a", end="own:p", row="s.csv:2"),
        TakesPartIn(start="own:c", end="own:p", row="s.csv:3"),
    ]
    loading.load(project.store, "test", iter(records))
    said = CliRunner().invoke(cli, ["quality", "--language", "zh"])
    assert said.exit_code == 0, said.output
    assert "1个没有联系的主体中，1个与有联系的主体名称近似：可能是虚假孤岛。" in said.output
    listed = CliRunner().invoke(cli, ["quality", "--suspects", "--csv"]).output
    assert (
        "possible false silos,own:b,Siemens AG,own:a,Siemens AG,1.0,the same name: siemens,名称相同：siemens,"
        "o.csv:3; o.csv:2" in listed
    )


def test_what_is_made_up_is_counted_and_said() -> None:
    facts = {"a": {"evidence": "illustrative"}, "b": {"evidence": "public"}}
    tables = {"Technology": pd.DataFrame({"id": ["t:1", "t:2"], "evidence": ["illustrative", None]})}
    result = run("quality", Network.of({"P": ["a", "b"]}, facts, tables=tables))
    table = result.table.set_index("check")
    assert table.loc["organisations that are illustrative", ["found", "of"]].tolist() == [1, 2]
    assert table.loc["bodies that are illustrative", "found"] == 0
    assert table.loc["other things and ties that are illustrative", ["found", "of", "ids"]].tolist() == [1, 2, "t:1"]
    assert (
        "1 of 2 organisations are made up to illustrate, no facts (50 %): no finding on them is one."
        in result.sentences()
    )
