"""Exports: what other programs read back is what was written, and no cell becomes a formula."""

import csv
import json
import re
import shlex
from pathlib import Path
from typing import Any

import duckdb
import igraph
import neo4j_server
import networkx as nx
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from small_graphs import full_zone, toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, FolderError, UsageError
from graphkit.export import Content, Export, content, exports, find, printable, safe
from graphkit.files import placing
from graphkit.network import Network
from graphkit.schema import NODES

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x")  # noqa: RUF001
AWKWARD = {
    f"own:{i}": {"name": name} for i, name in enumerate((*HOSTILE, '"quoted" \\N', "<b>&amp;</b>", "中文；孤岛"))
}


def awkward() -> Network:
    """Organisations with names that mean something to some program, in a ring."""
    ids = list(AWKWARD)
    return Network.of({f"P{i}": [ids[i], ids[i - 1]] for i in range(len(ids))}, AWKWARD)


def written(name: str, of: Content, folder: Path) -> Path:
    found = find(name)
    path = folder / f"out{found.suffix}"
    found.function(of, path)
    return path


def pairs_of(net: Network) -> dict[frozenset[str], float]:
    ties = net.to_pandas()
    return {
        frozenset((a, b)): round(w, 9)
        for a, b, w in zip(ties["organisation"], ties["partner"], ties["weight"], strict=True)
    }


def pairs_in(graph: "nx.Graph[Any]") -> dict[frozenset[str], float]:
    return {frozenset((a, b)): round(float(w), 9) for a, b, w in graph.edges(data="weight")}


NETWORKS = pytest.mark.parametrize(
    "net", [two_triangles(), toy_zone(), awkward()], ids=["triangles", "zone", "awkward"]
)


@pytest.mark.parametrize("found", exports().values(), ids=lambda each: each.name)
def test_an_export_is_what_it_declares_and_the_same_every_time(found: Export, tmp_path: Path) -> None:
    assert found.title
    assert found.title_zh
    assert found.summary.endswith(".")
    silos = run("silos", full_zone(), by="zone")
    bytes_ = []
    for time in ("one", "two"):
        (tmp_path / time).mkdir()
        path = written(found.name, content(full_zone(), [silos]), tmp_path / time)
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        assert bool(found.suffix) == path.is_file()
        bytes_.append([(file.name, file.read_bytes()) for file in files])
    assert bytes_[0] == bytes_[1]


@pytest.mark.parametrize("found", exports().values(), ids=lambda each: each.name)
def test_networks_without_ties_can_be_exported(found: Export, tmp_path: Path) -> None:
    assert written(found.name, content(Network.of({"P": ["a"]}, ["b"])), tmp_path).exists()


@NETWORKS
def test_graph_formats_are_read_back_by_networkx_and_igraph(net: Network, tmp_path: Path) -> None:
    told = content(net)
    names = dict(zip(net.nodes["id"], net.nodes["name"], strict=True))
    gexf = nx.read_gexf(written("gexf", told, tmp_path))
    graphml = nx.read_graphml(written("graphml", told, tmp_path))
    for graph in (gexf, graphml):
        assert set(graph) == set(names)
        assert pairs_in(graph) == pairs_of(net)
    assert {id_: data["name"].replace("\r", "\n") for id_, data in graphml.nodes(data=True)} == {
        id_: printable(name).replace("\r", "\n") for id_, name in names.items()
    }
    read = igraph.Graph.Read_GraphML(str(tmp_path / "out.graphml"))
    assert (read.vcount(), read.ecount()) == (len(net), len(net.pairs[0]))
    assert sum(read.es["weight"]) == pytest.approx(sum(pairs_of(net).values()))
    pajek = nx.Graph(nx.read_pajek(written("pajek", told, tmp_path)))
    assert set(pajek) == set(names)
    assert pairs_in(pajek) == pairs_of(net)


@pytest.mark.filterwarnings("ignore:.*deprecated - use:DeprecationWarning")  # of pyparsing, about pydot
@NETWORKS
def test_dot_is_read_back_by_networkx(net: Network, tmp_path: Path) -> None:
    """By pydot, which fails over an attribute called `name` and hands quotes and escapes over as they are written."""
    read = nx.Graph(nx.nx_pydot.read_dot(written("graphviz", content(net), tmp_path)))
    weights = {frozenset((bare(a), bare(b))): round(float(w), 9) for a, b, w in read.edges(data="weight")}
    assert weights == pairs_of(net)
    labels = {bare(node): bare(label) for node, label in read.nodes(data="label")}
    # networkx opens it as text, where every line end is \n.
    assert list(labels.values()) == [printable(name).replace("\r", "\n") for name in net.nodes["name"]]
    assert list(labels) == net.nodes["id"].tolist()


def bare(quoted: str) -> str:
    """A quoted string of DOT without its quotes and escapes."""
    return re.sub(r"\\(.)", r"\1", quoted.removeprefix('"').removesuffix('"'))


@NETWORKS
def test_vosviewer_numbers_items_from_one(net: Network, tmp_path: Path) -> None:
    whole = json.loads(written("vosviewer", content(net), tmp_path).read_text(encoding="utf-8"))["network"]
    ids = {item["id"]: item["description"] for item in whole["items"]}
    found = {frozenset((ids[k["source_id"]], ids[k["target_id"]])): round(k["strength"], 9) for k in whole["links"]}
    assert found == pairs_of(net)
    folder = written("vosviewer-files", content(net), tmp_path)
    items = pd.read_csv(folder / "map.txt", sep="\t", quoting=csv.QUOTE_NONE)
    links = pd.read_csv(folder / "network.txt", sep="\t", header=None)
    assert items["id"].tolist() == list(range(1, len(net) + 1))
    assert items["weight<Links>"].sum() == 2 * len(links) == 2 * len(pairs_of(net))


def test_hif_keeps_bodies_whole(tmp_path: Path) -> None:
    net = full_zone()
    whole = json.loads(written("hif", content(net), tmp_path).read_text(encoding="utf-8"))
    assert whole["network-type"] == "undirected"
    assert len(whole["nodes"]) == len(net)
    members = {
        edge["edge"]: [i["node"] for i in whole["incidences"] if i["edge"] == edge["edge"]] for edge in whole["edges"]
    }
    assert members["P3"] == ["E2", "F1", "G1", "S1"]
    assert Network.of(members, net.nodes["id"]).ties.toarray().tolist() == net.ties.toarray().tolist()


def test_parquet_has_types(tmp_path: Path) -> None:
    net = full_zone()
    folder = written("parquet", content(net, [run("brokers", net)]), tmp_path)
    with duckdb.connect() as connection:
        read = {
            name: connection.read_parquet(str(folder / f"{name}.parquet")).df()
            for name in ("organisations", "bodies", "memberships", "ties")
        }
    assert read["organisations"]["id"].tolist() == net.nodes["id"].tolist()
    assert read["organisations"]["broker_partners"].dtype.kind in "iu"
    assert read["organisations"]["broker_betweenness"].dtype.kind == "f"
    again = Network.from_frames(read["organisations"], read["bodies"], read["memberships"])
    assert again.ties.toarray().tolist() == net.ties.toarray().tolist()
    assert read["ties"]["weight"].tolist() == net.to_pandas()["weight"].tolist()


def test_a_data_package_says_what_its_columns_mean(tmp_path: Path) -> None:
    folder = written("datapackage", content(full_zone(), [run("silos", full_zone(), by="zone")]), tmp_path)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            assert field["description"], field["name"]
            read = {"number": float, "integer": int, "boolean": str, "string": str}[field["type"]]
            assert all(read(row[field["name"]]) is not None for row in rows if row[field["name"]])
    assert package["resources"][0]["schema"]["primaryKey"] == ["id"]


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    """Texts begin with an apostrophe where a sheet would compute them; numbers stay numbers."""
    net = awkward()
    assert all(safe(text) == f"'{text}" for text in HOSTILE)
    assert [safe(value) for value in (-1, -1.5, True, None, "a=b", "中")] == [-1, -1.5, True, None, "a=b", "中"]
    folder = written("datapackage", content(net), tmp_path)
    with (folder / "organisations.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(HOSTILE) or (cell[:1] in "=+-@\t\r\n＝＋－＠" and cell)]  # noqa: RUF001
    book = CalamineWorkbook.from_path(written("xlsx", content(net), tmp_path))
    assert book.sheet_names == ["organisations", "bodies", "memberships", "ties"]
    rows = book.get_sheet_by_name("organisations").to_python()
    names = [row[rows[0].index("name")] for row in rows[1:]]
    assert [str(name).replace("\r", "\n") for name in names] == [
        str(safe(name)).replace("\r", "\n") for name in net.nodes["name"]
    ]
    ties = book.get_sheet_by_name("ties").to_python()
    assert [row[2] for row in ties[1:]] == net.to_pandas()["weight"].tolist()
    assert all(isinstance(row[2], float) for row in ties[1:])


def test_what_no_cell_can_hold(tmp_path: Path) -> None:
    """A text over 32,767 units of UTF-16 is cut and says so; an emoji is two units, so 20,000 of them are too many."""
    long = {"own:a": {"name": "字" * 32_767}, "own:b": {"name": "字" * 40_000}, "own:c": {"name": "😀" * 20_000}}
    book = CalamineWorkbook.from_path(written("xlsx", content(Network.of({"P": list(long)}, long)), tmp_path))
    rows = book.get_sheet_by_name("organisations").to_python()
    whole, cut, emoji = (str(row[rows[0].index("name")]) for row in rows[1:])
    assert whole == "字" * 32_767
    assert cut == "字" * 32_732 + "… [7,268 signs more]"
    assert emoji == "😀" * 16_366 + "… [3,634 signs more]"


@pytest.mark.parametrize("found", exports().values(), ids=lambda each: each.name)
def test_persons_are_in_no_export_unless_they_are_asked_for(found: Export, tmp_path: Path) -> None:
    """full_zone has two persons, own:p1 and own:p2; only the files for neo4j-admin can hold any."""
    for persons in (False, True):
        (tmp_path / str(persons)).mkdir()
        path = written(found.name, content(full_zone(), persons=persons), tmp_path / str(persons))
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        named = [file.name for file in files if b"own:p1" in file.read_bytes() or "Person" in file.name]
        assert bool(named) == (persons and found.name == "neo4j-admin"), named


def test_neo4j_admin_files_hold_everything(tmp_path: Path) -> None:
    net = full_zone()
    folder = written("neo4j-admin", content(net, persons=True), tmp_path)
    command = (folder / "import.txt").read_text(encoding="utf-8")
    named = re.findall(r"--(?:nodes|relationships)=(\w+)=(\S+\.csv)", command)
    assert sorted(file for _, file in named) == sorted(file.name for file in folder.glob("*.csv"))
    with (folder / "Organisation-MEMBER_OF-Platform.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row[":START_ID(Organisation)"], row[":END_ID(Platform)"]) for row in rows} == {
        (o, b) for o, b in content(net).memberships[["organisation", "body"]].to_numpy()
    }
    assert len(rows) == len(net.memberships)


def test_neo4j_admin_itself_takes_the_files(tmp_path: Path) -> None:
    net = full_zone()
    folder = written("neo4j-admin", content(net, persons=True), tmp_path)
    _, *arguments = shlex.split((folder / "import.txt").read_text(encoding="utf-8").replace("\\\n", " "))
    placed = [re.sub(r"=([^=]+\.csv)$", lambda found: f"={folder / found[1]}", each) for each in arguments]
    home = tmp_path / "neo4j"
    (home / "conf").mkdir(parents=True)
    (home / "conf" / "neo4j.conf").write_text("dbms.usage_report.enabled=false\n", encoding="utf-8")
    ended = neo4j_server.run(home, "org.neo4j.cli.AdminTool", *placed).wait()
    told = (home / "output.log").read_text(encoding="utf-8")
    assert ended == 0, told
    nodes = [len(net.nodes), len(net.bodies), *(len(table) for kind, table in net.tables.items() if kind in NODES)]
    assert re.search(rf"^ +{sum(nodes)} nodes$", told, flags=re.MULTILINE), told
    ties = [len(net.memberships), *(len(table) for kind, table in net.tables.items() if kind not in NODES)]
    assert re.search(rf"^ +{sum(ties)} relationships$", told, flags=re.MULTILINE), told


def test_columns_of_analyses_and_filters() -> None:
    net = full_zone()
    told = content(net, [run("silos", net, by="zone"), run("brokers", net)], {"zone": "E"})
    assert {"silo", "silo_verdict", "broker_partners"} <= set(told.organisations.columns)
    assert told.organisations["id"].tolist() == ["E1", "E2", "F1", "G1", "R1", "S1", "U1"]
    assert set(told.bodies["id"]) == {"P1", "P2", "P3"}
    assert len(told.ties) == len(content(net).ties[lambda t: t["organisation"].isin(told.organisations["id"])])
    with pytest.raises(UsageError, match="no 'colour'"):
        content(net, where={"colour": "red"})
    with pytest.raises(DataError, match="no organisation has zone 'X'"):
        content(net, where={"zone": "X"})
    with pytest.raises(UsageError, match="says nothing about single organisations"):
        content(net, [run("bridges", net)])
    with pytest.raises(UsageError, match="did you mean 'gexf'"):
        find("gexff")


def test_files_and_folders_are_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="halfway"), placing(tmp_path / "a.txt") as place:
        place.write_text("half", encoding="utf-8")
        raise ValueError("halfway")
    assert list(tmp_path.iterdir()) == []
    with placing(tmp_path / "folder") as place:
        place.mkdir()
    with pytest.raises(FolderError, match="is there already"), placing(tmp_path / "folder") as place:
        place.mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
