"""The command line: tables on stdout, words on stderr, its own exit code for each kind of bad input."""

import contextlib
import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from graphkit import cli
from graphkit import project as projects
from graphkit.printing import FILES, print_table

DATA = Path(__file__).parent / "data"


@dataclass
class Ran:
    """What a command printed and how it ended."""

    out: str
    err: str
    code: int


Command = Callable[..., Ran]


@pytest.fixture
def home(embedded_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty project on the embedded store, which is running already."""
    monkeypatch.chdir(tmp_path)
    for variable in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GRAPHKIT_HOME", str(embedded_home))
    with projects.open() as project:
        project.clear()
        yield embedded_home
        project.clear()


@pytest.fixture
def graphkit(home: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def run(*arguments: str | Path, stdin: str | None = None) -> Ran:
        with pytest.MonkeyPatch.context() as patch:
            if stdin is not None:
                patch.setattr(sys, "stdin", io.StringIO(stdin))
            code = 0
            try:
                cli.main([str(argument) for argument in arguments])
            except SystemExit as ended:
                code = int(ended.code or 0)
        out, err = capfd.readouterr()
        return Ran(out, err, code)

    return run


ORGANISATIONS = """new_org_id;name;shortName;country;activityType
999999999;ALPHA UNIVERSITY;AU;DE;HES
999999998;BETA GMBH;;UK;PRC
999999997;GAMMA;;EL;
"""
PROJECTS = """rcn;acronym;programme;topics;startDate;endDate;totalCost;ecMaxContribution;fundingScheme
1;ONE;H2020-EU.1.;T-1;2014-01-01;2015-12-31;"1000,50";"500";RIA
2;TWO;H2020-EU.1.;T-1;2015-01-01;2016-12-31;2000;1000;RIA
"""
SEATS = """projectRcn;new_org_id
1;999999999
1;999999998
2;999999998
2;999999997
"""


@pytest.fixture
def three_tables(tmp_path: Path) -> Path:
    """A folder with three good tables, for tests to spoil."""
    folder = tmp_path / "cordis"
    folder.mkdir()
    for name, text in (("organisations", ORGANISATIONS), ("projects", PROJECTS), ("seats", SEATS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def spoil(folder: Path, table: str, line: str, new: str) -> None:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, new), encoding="utf-8")


def test_good_tables_load(graphkit: Command, three_tables: Path) -> None:
    ran = graphkit("load", "cordis", three_tables, "--json")
    assert ran.code == 0
    books = json.loads(ran.out)
    assert (books["rows_in"], books["loaded"], books["rejected"]) == (9, 9, 0)
    status = json.loads(graphkit("status", "--json").out)
    pairs = dict(csv.reader(io.StringIO(graphkit("status", "--csv").out)))
    assert (pairs["nodes.Organisation"], pairs["hash"]) == ("3", status["hash"])
    again = dict(csv.reader(io.StringIO(graphkit("load", "cordis", three_tables, "--csv").out)))
    assert (again["rows_in"], again["merged"], again["written"]) == ("9", "9", "0")
    assert status["nodes"] == {"Organisation": 3, "Collaboration": 2, "Technology": 1, "Source": 1}
    assert status["ties"] == {"TAKES_PART_IN": 4, "ABOUT": 2}
    assert len(status["hash"]) == 64
    ids = json.loads(graphkit("query", "-", "--json", stdin="MATCH (o:Organisation) RETURN o.id AS id ORDER BY id").out)
    assert [row["id"] for row in ids] == ["pic:999999997", "pic:999999998", "pic:999999999"]


@pytest.mark.parametrize(
    ("table", "line", "new", "code", "said", "column"),
    [
        (
            "organisations",
            "999999998;BETA GMBH;;UK;PRC",
            "999999998;BETA GMBH;;UK;WIZARD",
            0,  # a value costs itself alone: the organisation stays, without a role
            "WIZARD",
            "activityType",
        ),
        (
            "organisations",
            "999999997;GAMMA;;EL;",
            "999999999;GAMMA;;FR;HES\n999999997;GAMMA;;EL;",
            0,  # the row says a name that is used; the country that other rows contradict is listed
            "country",
            "country",
        ),
        ("seats", "1;999999999", "1;999999999\n2;111111111", 23, "pic:111111111", "organisation"),
        ("projects", "2015-01-01", "2015-02-30", 0, "2015-02-30", "startDate"),
    ],
    ids=["unknown role", "duplicate id with different facts", "unknown organisation", "a day that does not exist"],
)
def test_bad_rows_are_named_and_good_ones_kept(
    table: str, line: str, new: str, code: int, said: str, column: str,
    graphkit: Command, three_tables: Path, home: Path,
) -> None:  # fmt: skip
    spoil(three_tables, table, line, new)
    ran = graphkit("load", "cordis", three_tables)
    assert ran.code == code
    assert said in ran.err
    assert "line" in ran.err
    with (home / "rejects" / "cordis.csv").open(encoding="utf-8", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert column in {row["column"] for row in rejects}
    assert all(row["file"] and row["line"] and row["reason"] for row in rejects)
    assert json.loads(graphkit("status", "--json").out)["nodes"]["Organisation"] == 3


def test_flags_may_stand_before_the_loader(graphkit: Command, three_tables: Path) -> None:
    ran = graphkit("load", "--dry-run", "--json", "cordis", three_tables)
    assert (ran.code, json.loads(ran.out)["rows_in"]) == (0, 9)
    assert json.loads(graphkit("status", "--json").out)["nodes"] == {}
    assert graphkit("load", "--as", "ror", "cordis", three_tables).code == 2, "what takes a value does not move"
    assert "Usage: graphkit load" in graphkit("load", "--help").out


def test_sources_have_a_line_for_each_file(graphkit: Command, three_tables: Path) -> None:
    graphkit("load", "cordis", three_tables, "--as", "ours")
    ran = graphkit("sources")
    whole = json.loads(graphkit("sources", "--json").out)
    lines = ran.out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["ours", *whole[0]["file"][1:]]
    assert [line.split()[1 - bool(n)] for n, line in enumerate(lines)] == whole[0]["file"]
    hashes = [line.split()[2 - bool(n)] for n, line in enumerate(lines)]
    assert hashes == [hash_[:12] for hash_ in whole[0]["sha256"]]
    assert len(whole[0]["sha256"][0]) == 64
    assert "shortened" in ran.err


def test_a_missing_folder(graphkit: Command, tmp_path: Path) -> None:
    ran = graphkit("load", "cordis", tmp_path / "nowhere")
    assert (ran.code, ran.out) == (10, "")
    assert "nowhere" in ran.err


def test_an_empty_file(graphkit: Command, three_tables: Path) -> None:
    (three_tables / "seats.csv").write_text("", encoding="utf-8")
    ran = graphkit("load", "cordis", three_tables)
    assert ran.code in (11, 12)
    assert "seats.csv" in ran.err


def test_wrong_columns(graphkit: Command, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "cats.csv").write_text("name;age\nTom;3\n", encoding="utf-8")
    ran = graphkit("load", "cordis", folder)
    assert ran.code == 12
    assert "cats.csv" in ran.err
    assert json.loads(graphkit("status", "--json").out)["nodes"] == {}


def test_a_folder_that_cannot_be_written(graphkit: Command, tmp_path: Path) -> None:
    graphkit("load", "sample")
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = graphkit("view", "network", "-o", tmp_path / "file" / "view.html")
    assert ran.code == 4
    assert "view.html" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["load", "cordiss"], 2, "did you mean 'cordis'"),
        (["run", "silo"], 2, "did you mean 'silos'"),
        (["query", "isolated-silo"], 9, "did you mean 'isolated-silos'"),
        (["view", "networks"], 2, "did you mean 'network'"),
        (["schema", "Cat"], 2, "no label or tie 'Cat'"),
        (["run", "silos"], 7, "load some first"),
        (["report"], 7, "load some first"),
        (["run", "proposals", "--among", "missing.txt"], 10, "missing.txt"),
        (["query", "brokers", "-p", "x"], 2, "NAME=VALUE"),
    ],
)
def test_faults_of_the_caller_are_sentences(arguments: list[str], code: int, said: str, graphkit: Command) -> None:
    ran = graphkit(*arguments)
    assert said in ran.err
    assert (ran.code, ran.out) == (code, "")
    assert "Traceback" not in ran.err


def test_contract_of_lists_and_tables(graphkit: Command, tmp_path: Path) -> None:
    names = [row["name"] for row in json.loads(graphkit("list", "analyses", "--json").out)]
    assert {"silos", "bridges", "brokers", "proposals", "isolation", "communities"} <= set(names)
    assert graphkit("load", "sample").out == ""
    rows = json.loads(graphkit("run", "silos", "--by", "country", "--json").out)
    wanted = ["group", "members", "external_share", "expected", "z", "p", "q", "effect", "verdict"]
    assert list(rows[0])[:9] == wanted
    assert {row["verdict"] for row in rows} <= {"silo", "leaning inward", "open", "neither", "too small"}
    some = json.loads(graphkit("query", "brokers", "--limit", "3", "--json").out)
    (tmp_path / "ids.txt").write_text("\n".join(row["id"] for row in some), encoding="utf-8")
    for more in ([], ["--without-common-partner"]):
        ran = graphkit("run", "proposals", "--each", "10", "--among", tmp_path / "ids.txt", "--csv", *more)
        table = list(csv.DictReader(io.StringIO(ran.out)))
        assert list(table[0])[:6] == ["organisation", "candidate", "rank", "likelihood", "specific", "gain"]
        assert len(table) == 30
        assert {row["organisation"] for row in table} == {row["id"] for row in some}
    (tmp_path / "areas.csv").write_text("organisation,group\n" + "".join(f"{row['id']},x\n" for row in some), "utf-8")
    rows = json.loads(graphkit("run", "silos", "--by", tmp_path / "areas.csv", "--json").out)
    assert [(row["group"], row["members"]) for row in rows] == [("x", 3)]


def test_formats(graphkit: Command) -> None:
    asked = "UNWIND [1, 2] AS n RETURN n, 'a|b' AS text, null AS nothing ORDER BY n"
    assert json.loads(graphkit("query", "-", "--json", stdin=asked).out)[0] == {"n": 1, "text": "a|b", "nothing": None}
    assert graphkit("query", "-", "--csv", stdin=asked).out == "n,text,nothing\n1,a|b,\n2,a|b,\n"
    assert graphkit("query", "-", "--format", "ndjson", stdin=asked).out.count("\n") == 2
    assert "a\\|b" in graphkit("query", "-", "--format", "md", stdin=asked).out
    assert "text" in graphkit("query", "-", "--limit", "1", stdin=asked).out
    # A sheet computes what begins with =; a program gets every text as it is.
    hostile = "RETURN '=1+1' AS text, -2 AS number, ['x', 'y'] AS both, {k: 1} AS map"
    assert graphkit("query", "-", "--csv", stdin=hostile).out.split("\n")[1] == '\'=1+1,-2,x; y,"{""k"": 1}"'
    assert json.loads(graphkit("query", "-", "--json", stdin=hostile).out)[0]["text"] == "=1+1"
    ran = graphkit("query", "-", stdin=hostile)
    assert re.search(r"1 row in \S+ s \(server: .*nothing changed\)", ran.err)
    assert graphkit("query", "brokers", "--show").out.startswith("// title: Brokers")


def test_tables_as_files(tmp_path: Path) -> None:
    """Tables of analyses and queries go to Excel and Parquet, too: what is read back is what was printed."""
    table = pd.DataFrame(
        {
            "text": ["=1+1", None, "孤岛"],
            "number": [1, 2, 2**60],
            "part": [0.5, None, 1.0],
            "list": [["a"], [], ["b", "c"]],
        }
    )
    for form in FILES:
        with (tmp_path / f"t.{form}").open("w") as file, contextlib.redirect_stdout(file):
            print_table(table, form, None)
    read = duckdb.read_parquet(str(tmp_path / "t.parquet")).fetchall()
    assert read == [("=1+1", 1, 0.5, "a"), (None, 2, None, None), ("孤岛", 2**60, 1.0, "b; c")]
    sheet = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()
    assert sheet == [
        ["text", "number", "part", "list"],
        ["'=1+1", 1.0, 0.5, "a"],
        ["", 2.0, "", ""],
        ["孤岛", str(2**60), 1.0, "b; c"],
    ]


def test_running_queries(graphkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    five = "UNWIND range(1, 5) AS n RETURN n ORDER BY n"
    some = graphkit("query", "-", "--limit", "2", "--csv", stdin=five)
    assert some.out == "n\n1\n2\n"
    assert "2 rows in" in some.err
    assert "there are more: --limit 4" in some.err
    assert "more" not in graphkit("query", "-", "--limit", "5", stdin=five).err
    assert "UNWIND" in graphkit("query", "-", "--explain", stdin=five).out
    assert "Rows Returned: 5" in graphkit("query", "-", "--profile", stdin=five).out
    searched = json.loads(graphkit("query", "--search", "孤岛", "--json").out)
    assert {"isolated-silos", "silo-doors"} <= {row["name"] for row in searched} < set(graphkit_names(graphkit))
    assert graphkit("query", "--search", "unheard of").code == 9
    # Seconds of work, no more: the embedded store goes on with it when nobody waits any longer.
    slow = "UNWIND range(1, 4000) AS a UNWIND range(1, 4000) AS b WITH a + b AS x WHERE x < 0 RETURN count(x) AS n"
    late = graphkit("query", "-", "--timeout", "0.3", stdin=slow)
    assert (late.code, late.out) == (9, "")
    assert "took longer than it was given" in late.err
    assert graphkit("query", "-", "--csv", stdin="RETURN 1 AS one").out == "one\n1\n"


def graphkit_names(graphkit: Command) -> list[str]:
    return [row["name"] for row in json.loads(graphkit("query", "--list", "--json").out)]


OWN = """// title: Own
// question: How many are there?
// param least: int = 1 - smallest number
// column n: int - how many
MATCH (o:Organisation) WITH count(o) AS n WHERE n >= $least RETURN n ORDER BY n
"""


def test_queries_of_ones_own(graphkit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "how-many.cypher").write_text(OWN, encoding="utf-8")
    (tmp_path / "bad.cypher").write_text(OWN.replace("RETURN n", "DETACH DELETE o RETURN n"), encoding="utf-8")
    monkeypatch.setenv("GRAPHKIT_QUERIES", str(folder))
    graphkit("load", "sample")
    assert graphkit("query", "how-many", "--least", "5", "--csv").out == "n\n1970\n"
    assert "takes int, not 'x'" in graphkit("query", "how-many", "-p", "least=x").err
    assert "how-many" in graphkit_names(graphkit)
    checked = graphkit("query", "check", folder / "how-many.cypher", "--json")
    found = {row["check"]: row["found"] for row in json.loads(checked.out)}
    assert checked.code == 9
    assert "no '// question_zh:' line" in found["front matter"]
    assert (found["read guard"], found["plan"]) == ("good", "good")
    assert graphkit("query", "check", tmp_path / "bad.cypher").code == 9
    (folder / "brokers.cypher").write_text(OWN, encoding="utf-8")
    assert "two queries of one name" in graphkit("query", "--list").err


def test_the_shell_takes_a_pipe(graphkit: Command) -> None:
    ran = graphkit("shell", "--format", "csv", stdin="RETURN 1 AS one,\n2 AS two;\n:quit\nNEVER;\n")
    assert (ran.code, ran.out) == (0, "one,two\n1,2\n")
    assert graphkit("shell", stdin="CREATE (n);\nRETURN 1 AS one;\n").code == 9


def test_exports(graphkit: Command, tmp_path: Path) -> None:
    graphkit("load", "sample")
    assert "gexf" in graphkit("export", "--list").out
    ran = graphkit("export", "gexf", "-o", tmp_path / "de.gexf", "--where", "country=DE", "--with", "brokers")
    assert (ran.code, ran.out) == (0, "")
    assert "broker_partners" in (tmp_path / "de.gexf").read_text(encoding="utf-8")
    assert graphkit("export", "gexf", "--where", "country").code == 2
    assert graphkit("export", "parquet", "-o", tmp_path / "new" / "tables", "--since", "2015-06-01").code == 0
    assert graphkit("export", "neo4j-admin", "-o", tmp_path / "csv", "--with-persons").code == 0
    again = graphkit("export", "parquet", "-o", tmp_path / "new" / "tables")
    assert again.code == 4
    assert "is there already" in again.err


def test_an_option_of_an_analysis_may_be_called_like_one_of_the_network(graphkit: Command) -> None:
    """shelved-results has an --until of its own: the day up to which the data tells."""
    ran = graphkit("run", "shelved-results", "--until", "2020-01-01")
    assert (ran.code, ran.out) == (graphkit("run", "talent").code, "")
    assert "load some first" in ran.err  # and no fault of graphkit


def test_help_has_examples(graphkit: Command) -> None:
    for command in (
        "demo",
        "load",
        "status",
        "schema",
        "list",
        "run",
        "query",
        "view",
        "report",
        "export",
        "shell",
        "mcp",
    ):
        ran = graphkit(command, "--help")
        assert ran.code == 0
        assert ran.out.count("graphkit ") >= 2, f"{command} --help shows no example"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from graphkit.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    loaded = set(ran.stdout.splitlines()[-1].split())  # what stands above is the help, in which "neo4j" is a command
    assert not loaded & {"igraph", "pandas", "numpy", "networkx", "scipy", "neo4j", "pyvis", "numba", "sklearn", "rich"}


def test_rolling_up_says_how_many_stand_as_how_many(graphkit: Command, tmp_path: Path) -> None:
    # b belongs to a, and a to t: of four who are here two stand as t, and c for itself.
    book = {
        "Organisation": "id,name\nown:a,A\nown:b,B\nown:c,C\nown:t,T\n",
        "Platform": "id,name\nown:p,P\n",
        "MEMBER_OF": "start,end\nown:b,own:p\nown:c,own:p\n",
        "SUBSIDIARY_OF": "start,end\nown:b,own:a\nown:a,own:t\n",
    }
    (tmp_path / "book").mkdir()
    for kind, text in book.items():
        (tmp_path / "book" / f"{kind}.csv").write_text(text, encoding="utf-8")
    assert graphkit("load", "tables", tmp_path / "book").code == 0
    ran = graphkit("run", "communities", "--level", "top", "--csv")
    assert "4 organisations are rolled up into 2: subsidiaries stand as their parents." in ran.err
    assert [row["id"] for row in csv.DictReader(io.StringIO(ran.out))] == ["own:c", "own:t"]
    assert "rolled up" not in graphkit("run", "communities", "--csv").err
