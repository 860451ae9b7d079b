"""`graphkit link`: organisations of any source and the entries of ROR that they are, on published records."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from graphkit import loading, snapshot
from graphkit.cli import cli
from graphkit.errors import DataError
from graphkit.naming.registering import above, entries, register_of
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, SubsidiaryOf, TakesPartIn
from graphkit.shelf import find_loader

SAMPLE = Path(__file__).parent / "data" / "ror" / "ror-data.jsonl"
REGISTER = register_of(find_loader("ror").load(SAMPLE))

# l is a laboratory and m the medical centre of the University of Rochester, which no source of ours names; n bears the
# very name of Nanjing University, z a former name of Minnan Normal University, w Wellcome's name in another country.
RECORDS = [
    Organisation(id="own:l", name="Laboratory for Laser Energetics", country="US", row="o.csv:2"),
    Organisation(id="own:m", name="University of Rochester Medical Center", country="US", row="o.csv:3"),
    Organisation(id="own:n", name="南京大學", country="CN", row="o.csv:4"),
    Organisation(id="own:z", name="Zhangzhou Normal University", country="CN", city="Zhangzhou", row="o.csv:5"),
    Organisation(id="own:w", name="Wellcome Trust", country="IN", row="o.csv:6"),
    Organisation(id="own:g", name="Somewhere Ltd", aliases=("grid.444929.6",), country="VN", row="o.csv:7"),
    Collaboration(id="own:p", row="p.csv:2"),
    *(TakesPartIn(start=f"own:{id_}", end="own:p", row=f"s.csv:{id_}") for id_ in "lmnzwg"),
]
LINKED = {
    "own:g": ("ror:006qk6d61", "identifier", "confirmed"),
    "own:l": ("ror:006rjbv46", "name", "confirmed"),
    "own:m": ("ror:00trqv719", "name", "confirmed"),
    "own:n": ("ror:01rxvg760", "name", "confirmed"),
    "own:z": ("ror:02vj1vm13", "register name", "suggested"),
}


def own() -> pd.DataFrame:
    return register_of(record for record in RECORDS if isinstance(record, Organisation))


def test_entries_without_doubt_and_suggested() -> None:
    found = entries(own(), REGISTER)
    assert {row.organisation: (row.entry, row.method, row.status) for row in found.itertuples()} == LINKED
    assert found[found["status"] == "confirmed"]["score"].eq(1).all()
    assert found[found["status"] == "suggested"]["score"].between(0.5, 1).all()
    shuffled = entries(own().sample(frac=1, random_state=2), REGISTER.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(found, shuffled)
    assert entries(own().head(0), REGISTER).empty
    assert entries(own(), REGISTER.head(0)).empty


def test_two_entries_of_one_name_are_no_link() -> None:
    twin = REGISTER[REGISTER["id"] == "ror:006rjbv46"].assign(id="ror:04dg5b632", aliases=[()], city="Berkeley")
    two = pd.concat([REGISTER[REGISTER["id"] != "ror:04dg5b632"], twin], ignore_index=True)
    assert "own:l" not in set(entries(own(), two)["organisation"])


def test_above_goes_up_to_the_top_and_around_circles() -> None:
    ties = [SubsidiaryOf(start=a, end=b) for a, b in ("ab", "bc", "ca", "de", "bf")]
    assert [(tie.start, tie.end) for tie in above({"a"}, ties)] == [("a", "b"), ("b", "c"), ("b", "f"), ("c", "a")]
    assert above({"f"}, ties) == []


@pytest.fixture
def linked(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """The records, linked to the sample of ROR."""
    monkeypatch.setenv("GRAPHKIT_HOME", str(project.home))
    loading.load(project.store, "test", iter(RECORDS))
    with pytest.raises(DataError, match="no register is loaded"):
        project.link()
    project.before = snapshot.content_hash(project.store), project.network().hash  # type: ignore[attr-defined]
    project.link(SAMPLE)
    yield project


def test_linking_rolling_up_and_undoing(linked: Project) -> None:
    net = linked.network()
    ids = net.organisations["id"].tolist()
    assert ids == ["own:w", "own:z", "ror:006qk6d61", "ror:006rjbv46", "ror:00trqv719", "ror:01rxvg760"]
    cities = net.organisations.set_index("id")["city"]
    assert cities["ror:006rjbv46"] == "Rochester", "a linked organisation knows what the register knows"
    top = linked.network(level="top")
    assert top.sizes.tolist() == [5], "the laboratory and the medical centre are the University of Rochester"
    assert "ror:022kthw22" in set(top.organisations["id"])
    assert linked.suggestions()[["first", "second"]].to_numpy().tolist() == [["own:z", "ror:02vj1vm13"]]
    assert linked.link(SAMPLE).written == 0
    source = linked.sources().set_index("name").loc["link"]
    assert (source["file"], source["sha256"]) == ([SAMPLE.name], [loading.sha256(SAMPLE)])
    linked.decide(linked.suggestions().assign(decision="yes"))
    assert "ror:02vj1vm13" in set(linked.network().organisations["id"])
    linked.unload("resolve-decisions")
    linked.unload("link")
    assert (snapshot.content_hash(linked.store), linked.network().hash) == linked.before  # type: ignore[attr-defined]


def ran(*arguments: str, answers: str | None = None) -> Result:
    found = CliRunner().invoke(cli, list(arguments), input=answers)
    assert found.exit_code == 0, found.output
    return found


def test_a_person_decides_at_the_terminal(linked: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    piped = ran("resolve", "--no-suggestions", "--review").stdout
    assert piped.splitlines()[0].startswith("first,second,first_name")
    assert 'own:z,ror:02vj1vm13,Zhangzhou Normal University,Minnan Normal University,"Zhangzhou, CN",' in piped
    monkeypatch.setattr("graphkit.commands.resolve.at_a_terminal", lambda: True)
    asked = ran("resolve", "--no-suggestions", "--review", answers="perhaps\nskip\n")
    assert "Minnan Normal University  (Zhangzhou, CN)  ror:02vj1vm13" in asked.stdout, "a place helps to decide"
    assert "'perhaps' is none of y (是), n (否), skip (跳过) and stop (退出)" in asked.stdout + asked.stderr
    assert "0 pairs were decided" in ran("resolve", "--no-suggestions", "--review", answers="quit\n").stderr
    assert "0 pairs were decided" in asked.stderr
    assert "1 pair was decided" in ran("resolve", "--no-suggestions", "--review", answers="No\n").stderr
    assert linked.suggestions().empty
    others = tmp_path / "others.csv"
    others.write_text("first,second,decision\nown:l,own:m,no\nown:w,own:g,\n", encoding="utf-8")
    linked.resolve(decisions=others)
    assert linked.suggestions().empty, "what was decided before stays decided"
    others.write_text("first,second,decision\nown:z,ror:02vj1vm13,open\n", encoding="utf-8")
    linked.resolve(decisions=others)
    assert len(linked.suggestions()) == 1
    ran("resolve", "--undo", "--undo-decisions")
    ran("link", "--undo")
    assert snapshot.content_hash(linked.store) == linked.before[0]  # type: ignore[attr-defined]


def test_affiliation_strings_from_the_command_line(tmp_path: Path) -> None:
    strings = tmp_path / "papers.csv"
    strings.write_text(
        "affiliation\n"
        '"Department of Physics, Nanjing University, Nanjing 210093, China"\n'
        '"Faculty of Arts, Atlantis University, Atlantis"\n'
        '"南京大学物理学院"\n'
        '"Dai Nam University, Hanoi, Vietnam"\n',
        encoding="utf-8",
    )
    asked = ran("link", str(SAMPLE), "--strings", str(strings), "--csv")
    answer = asked.stdout.splitlines()
    assert answer[0] == "row,text,suggested,ror,name"
    assert answer[1].endswith(",,ror:01rxvg760,nanjing university")
    assert answer[2].endswith('Atlantis",,,')
    assert answer[3].endswith(",,ror:01rxvg760,南京大学")
    assert answer[4].endswith(",ror:0031x3y66,,dai nam university"), "ROR has it since 2022: the string may be older"
    assert "2 of 4 strings are linked; in 1 stands the name of an entry that ROR added in 2022 or later" in asked.stderr


def test_strings_need_a_register(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRAPHKIT_HOME", str(project.home))
    strings = tmp_path / "papers.csv"
    strings.write_text("affiliation\nNanjing University\n", encoding="utf-8")
    loading.load(project.store, "test", iter(RECORDS))
    found = CliRunner().invoke(cli, ["link", "--strings", str(strings)])
    assert isinstance(found.exception, DataError)
    assert "no register is loaded" in str(found.exception)
