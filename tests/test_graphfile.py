"""Graph files of many hands, whole and broken; what networkx and igraph write is read as they mean it."""

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import igraph
import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import loading, snapshot
from graphkit.errors import EmptyFileError, MissingFileError, SourceError, UsageError
from graphkit.formats import graphfiles
from graphkit.formats.jsontext import JsonText
from graphkit.formats.reading import Opened, Reject, opened
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, Record, SubsidiaryOf, Supplies, TakesPartIn, Tie
from graphkit.shelf import find_loader

DATA = Path(__file__).parent / "data" / "graph-files"
name = pytest.mark.parametrize


class Loaded:
    """All that a file yields, by kind."""

    def __init__(self, path: Path, **options: object) -> None:
        self.noted: Opened
        with opened() as self.noted:
            self.all: list[Record | Reject] = list(find_loader("graphfile").load(path, **options))
        self.rejects = [r for r in self.all if isinstance(r, Reject)]
        self.organisations = {r.id: r for r in self.all if isinstance(r, Organisation)}
        self.collaborations = {r.id: r for r in self.all if isinstance(r, Collaboration)}
        self.seats = [r for r in self.all if isinstance(r, TakesPartIn)]
        self.ties = [r for r in self.all if isinstance(r, Tie) and not isinstance(r, TakesPartIn)]

    def names(self) -> Counter[str | None]:
        """How many organisations have which name."""
        return Counter(o.name for o in self.organisations.values())

    def pairs(self) -> Counter[frozenset[str | None]]:
        """Who collaborates with whom, by name, and how often."""
        members: dict[str, set[str | None]] = {}
        for seat in self.seats:
            members.setdefault(seat.end, set()).add(self.organisations[seat.start].name)
        return Counter(frozenset(some) for some in members.values())

    def left_out(self) -> str:
        """What the file says and the graph does not."""
        return "\n".join(self.noted.remarks)


def written(folder: Path, text: str, file: str = "graph.gexf") -> Path:
    path = folder / file
    path.write_text(text, encoding="utf-8")
    return path


def gexf(nodes: str, edges: str = "", attributes: str = "") -> str:
    return (
        f'<gexf version="1.3"><graph defaultedgetype="undirected">\n{attributes}\n<nodes>\n{nodes}\n</nodes>\n'
        f"<edges>\n{edges}\n</edges></graph></gexf>"
    )


def gml(nodes: str, edges: str = "") -> str:
    return f"graph [\n{nodes}\n{edges}\n]\n"


# Counted in the files by eye: organisations, collaborations, rejected ties.
COUNTED = {
    "attributes.graphml": (6, 7, 0),
    "basic.gexf": (2, 2, 0),  # two parallel ties, one of them directed
    "edge_viz.gexf": (2, 1, 0),  # version 1.1
    "liststring.gexf": (4, 5, 0),  # 0-1 and 1-0 are two ties
    "missing_nodes.gexf": (2, 1, 3),
    "missing_nodes.graphml": (15, 0, 37),
    "mixed.gexf": (3, 3, 0),
    "mixed_multigraph.graphml": (6, 8, 0),
    "multigraph.graphml": (6, 9, 0),
    "v1_3.gexf": (2, 1, 0),
}


@name("file", COUNTED)
def test_real_files_are_read_whole(file: str) -> None:
    found = Loaded(DATA / file)
    assert (len(found.organisations), len(found.collaborations), len(found.rejects)) == COUNTED[file]
    assert len(found.seats) == 2 * len(found.collaborations)
    text = (DATA / file).read_text(encoding="utf-8")
    rows = {f"{r.file}:{r.line}" if isinstance(r, Reject) else r.row for r in found.all}
    begun = {text.count("\n", 0, m.start()) + 1 for m in re.finditer(r"<(node|edge) ", text)}
    assert rows == {f"{file}:{line}" for line in begun}, "each node and each tie is one row, at the line it begins"


def test_a_tie_to_a_node_that_is_not_there_is_rejected_by_its_line() -> None:
    found = Loaded(DATA / "missing_nodes.gexf")
    assert [(r.line, r.column, r.value, r.kind) for r in found.rejects] == [
        (13, "source", "2", "tie"),
        (15, "source", "2", "tie"),
        (16, "source", "5", "tie"),
    ]
    assert found.rejects[0].raw == '<edge id="1" source="2" target="1" />'
    assert set(found.collaborations) == {"own:missing_nodes/Hello|missing_nodes/Word"}


@name(
    ("file", "error", "said"),
    [
        (
            "undeclared_attribute.gexf",
            SourceError,
            r"line 9: the attribute url .* no <attribute> declares it, nor count",
        ),
        ("pedantic.gexf", EmptyFileError, "without a single node"),
        ("none.gexf", MissingFileError, "is not there; in .* lie: .*basic.gexf"),
        ("LICENCE", SourceError, "none of the graph files that are read"),
    ],
)
def test_broken_files_are_named_with_their_fault(file: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        Loaded(DATA / file)


def test_what_is_undeclared_can_be_told_in_a_mapping(tmp_path: Path) -> None:
    told = written(tmp_path, "nodes: {sector: url}\nedges: {name: count}\n", "mapping.yaml")
    found = Loaded(DATA / "undeclared_attribute.gexf", mapping=told)
    assert found.organisations["own:undeclared_attribute/Gephi"].sector == "http://gephi.org"
    assert [c.name for c in found.collaborations.values()] == ["43"]


KEYS = '<key id="d" for="node" attr.name="x"/>'


@name(
    ("file", "text", "said"),
    [
        ("a.gexf", "<gexf><graph>\n<nodes>\n<node id='a'>\n</nodes></graph></gexf>", "line 4: broken XML .mismatched"),
        ("a.gexf", "<gexf><graph><nodes><node id='a'/>\n", "line 2: broken XML .no element found"),
        ("a.gexf", "<gexf><graph><nodes>\n<node id='a\x01'/></nodes></graph></gexf>", "line 2: broken XML"),
        ("a.xml", "<html><body/></html>", "XML, but <html> is no graph"),
        (
            "a.graphml",
            f"<graphml>{KEYS}<graph>\n<node id='a'><data key='e'>1</data></node></graph></graphml>",
            "line 2.* e ",
        ),
        (
            "a.graphml",
            "<graphml><graph><node id='a'/></graph>\n<graph><node id='a'/></graph></graphml>",
            "line 2: a second",
        ),
        ("a.gml", 'graph [\nnode [ id 1\nlabel "a\n]\n]', "line 3: broken GML .a quote does not close"),
        ("a.gml", "graph [\nnode [ id 1 ]\nnode [ id ]\n]", "line 3: broken GML .id stands alone"),
        ("a.gml", "graph [\nnode [ id 1 ]\n", "line 1: broken GML .graph . does not close"),
        ("a.gml", "graph [ node [ id 1 ] ]\n]", "line 2: broken GML .. stands alone"),
        ("a.gml", "graph [ node [ id 1 ] ]\ngraph [ node [ id 1 ] ]", "line 2: a second graph"),
        ("a.net", "*Vertices 1\n1 a\n*Bows\n1 1", "line 3: .Bows is no section"),
        ("a.net", "*Vertices\n", "line 1: .Vertices needs their number"),
        ("a.net", "*Vertices 999999999\n", "line 1: 999,999,999 vertices are more than"),
        ("a.net", "*Vertices 2\n*Matrix\n0 1\n1\n", "line 4: row 2 of the matrix has 1 values; 2 belong"),
        ("a.net", "*Network x\n*Vertices 1\n1 a\n*Vertices 1\n1 b\n", "line 4: a second graph"),
        ("a.json", '{"nodes": [\n{"id": 1},\n{"id" 2}]}', "line 3: this is no JSON .Expecting ':'"),
        ("a.json", '{"nodes": [{"id": 1}\n{"id": 2}]}', "line 2: this is no JSON .',' should stand here"),
        ("a.json", '{"nodes": [{"id": 1}]', "this is no JSON .',' should stand here"),
        ("a.json", '{"nodes": [{"id": 1}]}\n7', "line 2: this is no JSON .more follows"),
        ("a.json", '{"graph": ' * 2000, "graphs in graphs"),
        ("a.json", '{"nodes": [{"id": ' + "[" * 100_000, "nested too deep"),
        ("a.json", '{"nodes": [{"id": ' + "9" * 5000 + "}]}", "4300 digits"),
        ("a.json", '{"rows": [1, 2]}', "without a list of nodes"),
        ("a.json", '{"nodes": [{"id": 1}], "adjacency": [[]]}', "adjacency data, which is not read"),
        ("a.json", "[]", "without a list of nodes"),
        ("a.txt", "a b\nb c\n", "none of the graph files"),
        ("a.txt", " \n", "is empty"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, file: str, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        Loaded(written(tmp_path, text, file))


def test_what_is_larger_than_can_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphfiles, "LARGEST", 1000)
    packed = tmp_path / "zeros.gexf.gz"
    packed.write_bytes(gzip.compress(bytes(1_000_000)))
    for path in (packed, written(tmp_path, " " * 1001)):
        with pytest.raises(SourceError, match="larger than 0 MB, unpacked"):
            Loaded(path)


def test_packed_files_are_read_and_cut_ones_refused(tmp_path: Path) -> None:
    plain = (DATA / "mixed.gexf").read_bytes()
    packed = tmp_path / "mixed.gexf.gz"
    packed.write_bytes(gzip.compress(plain))
    assert Loaded(packed).pairs() == Loaded(DATA / "mixed.gexf").pairs()
    packed.write_bytes(gzip.compress(plain)[:-40])
    with pytest.raises(SourceError, match="cannot be unpacked"):
        Loaded(packed)


def test_chinese_files_in_their_encodings(tmp_path: Path) -> None:
    text = gexf('<node id="a" label="清华大学"/>\n<node id="b" label="华为技术"/>', '<edge source="a" target="b"/>')
    for declared, encoding in (("GBK", "gbk"), ("Big5", "big5"), ("UTF-16", "utf-16"), ("UTF-8", "utf-8-sig")):
        path = tmp_path / f"{encoding}.gexf"
        # Big5 has the traditional characters only.
        own = text.replace("华为技术", "華為技術").replace("清华大学", "清華大學") if encoding == "big5" else text
        path.write_bytes(f'<?xml version="1.0" encoding="{declared}"?>\n{own}'.encode(encoding))
        found = Loaded(path)
        assert [o.name for o in found.organisations.values()] == re.findall('label="(.*?)"', own)
        assert found.noted.files == [path]
        assert found.left_out() == ("" if encoding == "utf-8-sig" else f"{path.name} was read as {encoding}")
    path = tmp_path / "raw.gml"
    path.write_bytes(gml('node [ id 1 label "清华大学" ]', 'node [ id 2 label "北京航空航天大学" ]').encode("gb18030"))
    assert {o.name for o in Loaded(path, encoding="gb18030").organisations.values()} == {"清华大学", "北京航空航天大学"}
    path.write_bytes(b'graph [\nnode [ id 1 label "\xff" ]\n]')
    with pytest.raises(SourceError, match="line 2: bytes that are no text in UTF-8"):
        Loaded(path)
    path.write_bytes(b"RDX3\nX\n\x00\x00\x00\x03\xff\xfe\x80")  # data of R, which no encoding makes a graph file
    with pytest.raises(SourceError, match="none of the graph files that are read"):
        Loaded(path)


def test_an_encoding_that_does_not_exist_is_named_with_the_file(tmp_path: Path) -> None:
    for file, text in (("x.graphml", "<graphml><graph><node id='a'/></graph></graphml>"), ("x.gexf", gexf("", ""))):
        path = written(tmp_path, f'<?xml version="1.0" encoding="klingon"?>{text}', file)
        with pytest.raises(SourceError, match=f"{file} says it is written in what is no encoding 'klingon'; try utf-8"):
            Loaded(path)


# --- What networkx and igraph write -----------------------------------------------------------------------------------

WRITERS: dict[str, Callable[[nx.Graph, Path], None]] = {
    "g.graphml": nx.write_graphml_xml,
    "g.gexf": nx.write_gexf,
    "g.gml": nx.write_gml,
    "links.json": lambda g, p: p.write_text(json.dumps(nx.node_link_data(g, edges="links"))) and None,
    "edges.json": lambda g, p: p.write_text(json.dumps(nx.node_link_data(g, edges="edges"), indent=1)) and None,
}
NAMES = st.text("abcxyzäé清华大学 &<>\"'#[]", min_size=1, max_size=6).map(lambda t: " ".join(f"k{t}k".split()))


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    nodes = draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    ends = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)).filter(lambda pair: pair[0] != pair[1])
    kind = draw(st.sampled_from([nx.Graph, nx.DiGraph, nx.MultiGraph]))
    graph = kind(draw(st.lists(ends, max_size=12)) if len(nodes) > 1 else None)
    graph.add_nodes_from(nodes)
    return graph


@given(graph=graphs(), file=st.sampled_from(sorted(WRITERS)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_networkx_writes_is_read_as_it_meant_it(tmp_path: Path, graph: nx.Graph, file: str) -> None:
    WRITERS[file](graph, tmp_path / file)
    found = Loaded(tmp_path / file)
    assert not found.rejects
    assert found.names() == Counter(graph)
    assert found.pairs() == Counter(frozenset(pair[:2]) for pair in graph.edges)
    # The Newman strength of an organisation is the number of its memberships in things with two members and more.
    seats = Counter(found.organisations[seat.start].name for seat in found.seats)
    assert {member: seats[member] for member in graph} == dict(graph.degree())


def test_davis_is_read_as_memberships_whoever_wrote_it(tmp_path: Path) -> None:
    davis = nx.davis_southern_women_graph()
    davis.graph.clear()
    for file, write in WRITERS.items():
        write(davis, tmp_path / file)
    twice = igraph.Graph.Bipartite(
        [davis.nodes[n]["bipartite"] for n in davis],
        [(list(davis).index(a), list(davis).index(b)) for a, b in davis.edges],
    )
    twice.vs["name"] = list(davis)
    twice.write_graphml(str(tmp_path / "igraph.graphml"))
    twice.write_pajek(str(tmp_path / "igraph.net"))
    for path in sorted(tmp_path.iterdir()):
        found = Loaded(path)
        # Davis, Gardner and Gardner (1941): 18 women, 14 events, 89 attendances; Evelyn was at 8, Sylvia at 7.
        assert (len(found.organisations), len(found.collaborations), len(found.seats)) == (18, 14, 89), path.name
        names = {o.id: o.name for o in found.organisations.values()}
        times = Counter(names[seat.start] for seat in found.seats)
        assert (times["Evelyn Jefferson"], times["Sylvia Avondale"]) == (8, 7)


def test_pajek_in_its_dialects(tmp_path: Path) -> None:
    nx.write_pajek(
        nx.MultiGraph([("清华大学", "Firm B"), ("Firm B", "C"), ("清华大学", "Firm B")]), tmp_path / "nx.net"
    )
    assert Loaded(tmp_path / "nx.net").pairs() == {frozenset({"清华大学", "Firm B"}): 2, frozenset({"Firm B", "C"}): 1}

    two_modes = '*Vertices 5 3\n% firms\n1 "Firm A" 0.1 0.2 ellipse\n2 B\n3 C\n4 "Park 1"\n*Edges\n'
    found = Loaded(written(tmp_path, two_modes + "1 4 1 [2001-2003]\n2 4\n3 5 2\n4 3\n", "a.net"))
    assert found.names() == Counter(["Firm A", "B", "C"])
    # Vertex 5 has no line, and exists all the same; an edge may name the second mode first.
    assert found.pairs() == {frozenset({"Firm A", "B", "C"}): 1, frozenset({"C"}): 1}
    assert [(s.from_, s.to) for s in found.seats if s.from_] == [("2001-01-01", "2003-12-31")]

    lists = '*Vertices 4\n1 "a"\n2 "b"\n3 "c"\n4 "d"\n*Arcslist\n1 2 3\n*Edgeslist\n4 1\n*Matrix\n'
    found = Loaded(written(tmp_path, lists + "0 0 0 1\n0 0 0 0\n0 0 .5 0\n0 0 0 0\n", "b.net"))
    assert found.pairs() == {frozenset("ab"): 1, frozenset("ac"): 1, frozenset("ad"): 2}
    assert found.seats[0].row == "b.net!tie:1", "where a line holds several ties, their number stands for it"
    assert [(r.file, r.line, r.reason[:25]) for r in found.rejects] == [("b.net!tie", 5, "is the source as well: no")]

    wrong = '*Vertices 2\n1 "a"\n1 "b"\n3 "c"\n2 "d\n*Edges\n1 2\n1 1\n1 7\n1\n'
    found = Loaded(written(tmp_path, wrong, "c.net"))
    assert {r.line: r.reason for r in found.rejects} == {
        3: "stands at line 2 already",
        4: "is none of the 2 vertices that line 1 counts",
        5: "has a quote that does not close",
        7: "is no node of this file, or one that was rejected; add or mend the node, or take the tie out",
        8: "is the source as well: nothing collaborates with itself",
        9: "is no node of this file, or one that was rejected; add or mend the node, or take the tie out",
        10: "is no node of this file, or one that was rejected; add or mend the node, or take the tie out",
    }


def test_other_json_and_gml(tmp_path: Path) -> None:
    jgf = {
        "graph": {
            "directed": True,
            "nodes": {"a": {"label": "A", "metadata": {"role": "university", "parts": {"x": 1}}}, "b": {"label": "B"}},
            "edges": [{"source": "a", "target": "b", "relation": "SUPPLIES", "metadata": {"from": "2019"}}],
        }
    }
    found = Loaded(written(tmp_path, json.dumps(jgf, indent=1), "jgf.json"))
    assert [(t.start, t.end, t.from_) for t in found.ties] == [("own:a", "own:b", "2019-01-01")]
    assert (found.organisations["own:a"].role, found.organisations["own:a"].row) == ("university", "jgf.json:5")

    cytoscape = {"elements": {"nodes": [{"data": {"id": "x1"}}, {"data": {"id": "x2"}}], "edges": []}}
    cytoscape["elements"]["edges"].append({"data": {"id": "e", "source": "x1", "target": "x2"}})
    flat = [*cytoscape["elements"]["nodes"], *cytoscape["elements"]["edges"]]
    # d3 and networkx 1 name the ends by their positions.
    d3 = {"nodes": [{"name": "x1"}, {"name": "x2"}], "links": [{"source": 0, "target": 1, "value": 7}]}
    lists = {"nodes": ["x1", "x2"], "edges": [["x1", "x2"]]}
    vis = {"nodes": [{"id": "x1"}, {"id": "x2"}], "edges": [{"from": "x1", "to": "x2"}]}
    for number, said in enumerate((cytoscape, flat, d3, lists, vis, {"graphs": [lists]})):
        found = Loaded(written(tmp_path, json.dumps(said), f"{number}.json"))
        assert found.pairs() == {frozenset({"x1", "x2"}): 1}, said

    odd = {
        "nodes": [{"id": 1.0}, {"id": 2}, {"x": 3}, None, {"id": "\ud800"}],
        "links": [{"source": 1, "target": 2.0}, 7],
    }
    found = Loaded(written(tmp_path, json.dumps(odd, indent=1), "odd.json"))
    assert found.pairs() == {frozenset("12"): 1}
    assert [r.reason.split(",")[0].split(";")[0] for r in found.rejects] == [
        "is missing",
        "is no node",
        "holds the character 0xd800",
        "is no tie: it lacks source and target",
    ]

    text = 'Creator "me"\n# graph [ none ]\ngraph\n[\n  directed 1\n  node [ id 7 label "A &amp; B&#228;" '
    text += "graphics [ x 1 ] ]\n"
    found = Loaded(written(tmp_path, text + "  node [ id 8 label C\n]\n  edge [ source 7 target 8 ]\n]\n", "a.gml"))
    assert found.pairs() == {frozenset({"A & Bä", "C"}): 1}
    assert "1 ties of a.gml have a direction, which a collaboration has not" in found.left_out()


def test_hyperedges_and_yed_labels(tmp_path: Path) -> None:
    nodes = "".join(f'<node id="{n}"/>\n' for n in "abc")
    label = '<node id="d"><data key="k"><y:ShapeNode><y:NodeLabel>Firm D</y:NodeLabel></y:ShapeNode></data></node>\n'
    joint = '<hyperedge>\n<endpoint node="a"/><endpoint node="b"/><endpoint node="d"/></hyperedge>\n<hyperedge/>\n'
    keys = '<key id="k" for="node" yfiles.type="nodegraphics"/>'
    text = (
        f'<graphml xmlns:y="http://www.yworks.com/xml/graphml">{keys}<graph>\n{nodes}{label}{joint}</graph></graphml>'
    )
    found = Loaded(written(tmp_path, text, "joint.graphml"))
    assert found.pairs() == {frozenset({"a", "b", "Firm D"}): 1}
    assert set(found.collaborations) == {"own:a|b|d"}
    assert [(r.line, r.column, r.reason) for r in found.rejects] == [
        (8, "endpoint", "is missing: the tie has no end at all")
    ]


def test_defaults_and_keys_for_something_else(tmp_path: Path) -> None:
    keys = (
        '<key id="r" for="node" attr.name="role"><default>user</default></key><key id="c" for="edge" attr.name="city"/>'
    )
    nodes = '<node id="a"/><node id="b"><data key="r">enterprise</data><data key="c">Jena</data></node>'
    found = Loaded(written(tmp_path, f"<graphml>{keys}<graph>{nodes}</graph></graphml>"))
    assert [(o.role, o.city, o.row) for o in found.organisations.values()] == [
        ("user", None, "graph.gexf!node:1"),
        ("enterprise", "Jena", "graph.gexf!node:2"),
    ]


# --- What nodes and ties become ---------------------------------------------------------------------------------------


def test_attributes_are_properties_where_name_and_most_values_fit(tmp_path: Path) -> None:
    nodes = [
        'id "a" label "A" Role "学" lat 31.5 founded "1911" 国家 "cn" 高新区 "Zhongguancun" 龙头 "是" score 3',
        'id "b" label "B" Role "enterprise" lat 91 founded "later" 国家 "China" aliases "乙|[乙方]"',
        'id "c" label "C" Role "fun" founded "soon" 国家 "DE" name "Charlie" lat "-0,5"',
        'id "d" label "D" Role "government" lat 10 国家 "UK"',
    ]
    found = Loaded(written(tmp_path, gml("\n".join(f"node [ {node} ]" for node in nodes)), "a.gml"))
    a, d = found.organisations["own:a"], found.organisations["own:d"]
    assert (a.role, a.lat, a.country, a.zone, a.leader) == ("university", 31.5, "CN", "Zhongguancun", True)
    assert (d.role, d.country, d.founded) == ("government", "GB", None)
    assert (a.name, d.name) == ("A", "D"), "a label is the name of what has no other"
    assert [(r.line, r.column, r.value) for r in found.rejects] == [
        (3, "lat", "91"),
        (3, "国家", "China"),
        (4, "Role", "fun"),
    ]
    assert set(found.organisations) == {"own:a", "own:b", "own:c", "own:d"}, "bad values cost themselves alone"
    assert found.rejects[0].reason == "lies outside the globe (latitude -90 to 90, longitude -180 to 180)"
    assert "score (no property has this name)" in found.left_out()
    assert "founded ('later' is no" in found.left_out(), "two of three values are no year"

    lists = gml(
        'node [ id "a" label "A" name "Firm A" aliases "甲|AA" ]\nnode [ id "b" label "B" aliases "[x, \'y\']" ]'
    )
    found = Loaded(written(tmp_path, lists, "b.gml"))
    assert found.organisations["own:a"].aliases == ("A", "AA", "甲")
    assert found.organisations["own:b"].aliases == ("x", "y")


def test_ids_keep_their_scheme_and_running_numbers_say_nothing(tmp_path: Path) -> None:
    def ids(*nodes: str, file: str = "net.gexf", **options: object) -> list[str]:
        path = written(tmp_path, gexf("\n".join(f"<node {node}/>" for node in nodes)), file)
        return list(Loaded(path, **options).organisations)

    assert ids(
        'id="ror:02jx3x895"', 'id="https://ror.org/00f54p054"', 'id="uscc:91110000100000000X"', 'id="DLR  e.V."'
    ) == [
        "ror:02jx3x895",
        "ror:00f54p054",
        "uscc:91110000100000000X",
        "own:DLR e.V.",
    ]
    # The next file has another organisation number 1; its label, if there is one for each, is the same tomorrow.
    assert ids('id="1" label="A"', 'id="n2" label="B"') == ["own:net/A", "own:net/B"]
    assert ids('id="1" label="A"', 'id="n2" label="A"') == ["own:net/1", "own:net/n2"]
    assert ids('id="1" label="11"', 'id="2" label="12"') == ["own:net/1", "own:net/2"]
    assert ids('id="998616262"', 'id="998616263"', scheme="pic") == ["pic:998616262", "pic:998616263"]
    assert ids('id="1" label="A"', 'id="2" label="B"', scheme="own") == ["own:1", "own:2"]
    assert ids('id="1" label="A"', file="China 2024.gexf.v2.gexf") == ["own:China 2024/A"]
    with pytest.raises(UsageError, match="no scheme of ids"):
        ids('id="1"', scheme="PIC:")


def test_two_nodes_with_one_id_are_two_only_if_they_say_the_same(tmp_path: Path) -> None:
    nodes = '<node id="a" label="A"/>\n<node id="a" label="A"/>\n<node id="a" label="Other"/>\n<node label="none"/>'
    found = Loaded(written(tmp_path, gexf(nodes)))
    assert [r.row for r in found.all if isinstance(r, Organisation)] == ["graph.gexf:4", "graph.gexf:5"]
    assert [(r.line, r.column, r.reason) for r in found.rejects] == [
        (6, "id", "names another node at line 4 already"),
        (7, "id", "is missing, so that no tie can name this node"),
    ]


ABC = '<node id="aa" label="A"/>\n<node id="bb" label="B"/>\n<node id="cc" label="C"/>\n'


def test_parallel_ties_are_several_collaborations_in_any_order(tmp_path: Path) -> None:
    ties = [
        '<edge source="aa" target="bb" label="P"/>',
        '<edge source="bb" target="aa" label="Q" start="2010" end="2011"/>',
    ]
    ties += ['<edge source="aa" target="bb" weight="3"/>', '<edge source="cc" target="aa"/>']
    said = set()
    for order in range(6):
        random.Random(order).shuffle(ties)
        found = Loaded(written(tmp_path, gexf(ABC, "\n".join(ties))))
        said.add(frozenset(replace(r, row=None) for r in found.all if isinstance(r, Record)))
    assert len(said) == 1
    own = found.collaborations
    assert {id_: (c.name, c.from_, c.to) for id_, c in own.items()} == {
        "own:aa|bb": (None, None, None),
        "own:aa|bb #2": ("P", None, None),
        "own:aa|bb #3": ("Q", "2010-01-01", "2011-12-31"),
        "own:aa|cc": (None, None, None),
    }
    assert "weight (every tie is one collaboration, whatever its weight)" in found.left_out()


def test_of_days_that_contradict_each_other_neither_is_used(tmp_path: Path) -> None:
    found = Loaded(written(tmp_path, gexf(ABC, '<edge source="aa" target="bb" start="2012.0" end="2011-05"/>')))
    assert [(r.line, r.column, r.value, r.reason) for r in found.rejects] == [
        (10, "to", "2011-05-31", "lies before 2012-01-01, so that neither is used")
    ]


def test_labels_and_kinds_of_ties_are_told_by_attributes(tmp_path: Path) -> None:
    declared = '<attributes class="node"><attribute id="t" title="Type"/></attributes>'
    declared += '<attributes class="edge"><attribute id="r" title="relation"/></attributes>'

    def node(id_: str, type_: str) -> str:
        return f'<node id="{id_}"><attvalues><attvalue for="t" value="{type_}"/></attvalues></node>'

    def tie(source: str, target: str, relation: str = "") -> str:
        said = f'<attvalues><attvalue for="r" value="{relation}"/></attvalues>' if relation else ""
        return f'<edge source="{source}" target="{target}">{said}</edge>'

    nodes = [node("firm", "organization"), node("lab", "创新主体"), node("park", "Platforms"), node("paper", "合作")]
    nodes += [node("solar", "Technology"), node("call", "Challenge"), node("odd", "planet")]
    ties = [
        tie("firm", "park"),  # the one tie that the schema has
        tie("paper", "lab"),  # the other way round
        tie("firm", "solar"),
        tie("lab", "firm", "supplies"),
        tie("firm", "lab", "SubsidiaryOf"),
        tie("firm", "lab", "Collaboration"),
        tie("firm", "call", "bid-for"),
        tie("firm", "call"),  # one of three
        tie("park", "paper"),
        tie("park", "solar", "supplies"),
        tie("firm", "odd"),
    ]
    found = Loaded(written(tmp_path, gexf("\n".join(nodes), "\n".join(ties), declared)))
    kinds = Counter(type(r).__name__ for r in found.all)
    assert kinds == Counter(
        Organisation=2, Platform=1, Collaboration=2, Technology=1, Challenge=1, MemberOf=1, TakesPartIn=3, About=1,
        Supplies=1, SubsidiaryOf=1, BidFor=1, Reject=5,
    )  # fmt: skip
    (supplies,) = (t for t in found.ties if isinstance(t, Supplies))
    (owned,) = (t for t in found.ties if isinstance(t, SubsidiaryOf))
    assert (supplies.start, supplies.end, owned.start, owned.end) == ("own:lab", "own:firm", "own:firm", "own:lab")
    assert {r.line - 12: r.reason.split(";")[0] for r in found.rejects if r.line > 12} == {
        8: "may be ISSUED or BID_FOR or WON",
        9: "joins a Platform and a Collaboration, for which the schema has no tie",
        10: "joins a Platform and a Technology, for which the schema has no such tie",
        11: "is no node of this file, or one that was rejected",
    }
    (odd,) = (r for r in found.rejects if r.line <= 12)
    assert (odd.column, odd.value) == ("Type", "planet")
    assert odd.reason.startswith("is no label; there are: Challenge, Collaboration, Industry")


def test_persons_are_loaded_only_where_a_mapping_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, gml('node [ id "jane" type "person" ]\nnode [ id "firm" type "organisation" ]'), "a.gml")
    found = Loaded(path)
    assert (set(found.organisations), [(r.line, r.value) for r in found.rejects]) == ({"own:firm"}, [(2, "person")])
    assert not Loaded(path, mapping=written(tmp_path, "nodes: {label: type}", "told.yaml")).rejects


def test_a_mapping_says_what_is_what(tmp_path: Path) -> None:
    text = gexf(
        '<node id="1" label="A"><attvalues><attvalue for="s" value="Univ"/><attvalue for="c" value="NO"/>'
        '<attvalue for="p" value="998616262"/></attvalues></node>\n'
        '<node id="2" label="B"><attvalues><attvalue for="s" value="firm"/></attvalues></node>\n'
        '<node id="3" label="C"><attvalues><attvalue for="s" value="bank"/></attvalues></node>\n',
        '<edge source="1" target="2"/>\n<edge source="2" target="1" kind="owned"/>',
        '<attributes class="node"><attribute id="s" title="sort"/><attribute id="c" title="land"/>'
        '<attribute id="p" title="number"/></attributes>',
    )
    told = """
nodes: {role: sort, country: land, id: number}
edges: {tie: kind, kind: =project}
values:
  sort: {univ: university, firm: enterprise}
  kind: {owned: SUBSIDIARY_OF}
"""
    path = written(tmp_path, text)
    found = Loaded(path, mapping=written(tmp_path, told, "told.yaml"), scheme="pic")
    a = found.organisations["pic:998616262"]
    assert (a.role, a.country, a.name) == ("university", "NO", "A"), "NO is Norway, not false"
    assert found.organisations["own:graph/B"].role == "enterprise"
    assert [(r.line, r.column, r.value) for r in found.rejects] == [(6, "sort", "bank")]
    assert [c.kind for c in found.collaborations.values()] == ["project"]
    assert [(t.start, t.end) for t in found.ties] == [("own:graph/B", "pic:998616262")]
    assert Loaded(path, nodes="Platform").rejects[0].reason.startswith("joins a Platform and a Platform")


@name(
    ("text", "said"),
    [
        ("nodes: [role]", "must hold nodes, edges and values"),
        ("nodes: {role: {a: b}}", "must hold nodes, edges and values"),
        ("knots: {}", "must hold nodes, edges and values"),
        ("", "must hold nodes, edges and values"),
        ("nodes: {colour: x}", "'colour' is no property of nodes; there are: .*country"),
        ("edges: {role: x, knd: y}", "'knd' is no property of edges; there are: .*kind"),
        ("nodes: {role: sort}", "names 'sort', but nodes of mixed.gexf have: label"),
        ("nodes:\n  role: [", "line 2: this is no YAML"),
        ("nodes: !!python/object/apply:os.getcwd []", "must hold nodes"),
        ("&a [*a]", "must hold nodes|this is no YAML"),
        ("a: " + "[" * 5000, "this is no YAML"),
    ],
)
def test_a_mapping_that_fits_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Loaded(DATA / "mixed.gexf", mapping=written(tmp_path, text, "told.yaml"))


def test_options_that_name_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'Firm' is no label of data; there are: Challenge"):
        Loaded(DATA / "mixed.gexf", nodes="Firm")
    with pytest.raises(MissingFileError, match=r"the mapping .* cannot be read"):
        Loaded(DATA / "mixed.gexf", mapping=tmp_path / "none.yaml")


def test_a_long_list_of_members_still_has_an_id(tmp_path: Path) -> None:
    nodes = "".join(f'<node id="organisation number {n}"/>' for n in range(40))
    ends = "".join(f'<endpoint node="organisation number {n}"/>' for n in range(40))
    text = f"<graphml><graph>{nodes}<hyperedge>{ends}</hyperedge></graph></graphml>"
    (joint,) = Loaded(written(tmp_path, text)).collaborations
    assert re.fullmatch("own:[0-9a-f]{32}", joint)


# --- Hostile bytes, and the store -------------------------------------------------------------------------------------


def test_json_is_read_part_by_part_with_its_lines() -> None:
    text = JsonText('\n{"a": [1,\n [2]],\n"b": {}}\n', Path("x.json"))
    seen: list[tuple[str | None, int]] = []

    def take(key: str | None, at: int) -> int:
        seen.append((key, text.line(at)))
        return text.parts(at, take) if text.sign(at) in ("[", "{") else text.value(at)[1]

    text.end(text.parts(0, take))
    assert seen == [("a", 2), (None, 2), (None, 3), (None, 3), ("b", 4)]
    assert text.line(0) == 1


def test_it_is_loaded_once(project: Project) -> None:
    def load() -> loading.Load:
        records = find_loader("graphfile").load(DATA / "missing_nodes.gexf")
        return loading.load(project.store, "graph", records, rejects_folder=project.home / "rejects")

    first = load()
    assert (first.rows_in, first.loaded, first.merged, first.rejected) == (6, 3, 0, 3)
    assert first.nodes == {"Organisation": 2, "Collaboration": 1}
    before = snapshot.content_hash(project.store)
    again = load()
    assert (again.loaded, again.merged, again.rejected, again.written) == (0, 3, 3, 0)
    assert snapshot.content_hash(project.store) == before


def test_a_folder_is_told_what_to_load(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="without a graph file"):
        Loaded(tmp_path)
    (tmp_path / "b.gexf").touch()
    (tmp_path / "a.graphml.gz").touch()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(MissingFileError, match=r"load graphfile \S*a\.graphml\.gz. Its graph files are .*b\.gexf$"):
        Loaded(tmp_path)
