"""Networks everybody knows: the physicians' cities, Zachary's factions, the Florentine families, the Southern Women.

tests/data/classics/medInnovations.rdata: Coleman, Katz & Menzel's physicians, MIT, T. W. Valente (licence beside it).
"""

import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from graphkit.analysis import run
from graphkit.measures.partition import communities_of
from graphkit.measures.stability import Stable, most_stable
from graphkit.network import Network

DATA = Path(__file__).parent / "data" / "classics"


def physicians() -> Network:
    """125 physicians of four cities; a tie where either names the other in any of nine answers."""
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdata on encodings that the file does not declare
        table = rdata.read_rda(DATA / "medInnovations.rdata")["medInnovations"]
    names = [f"{int(city)}-{int(one):03d}" for city, one in zip(table["city"], table["id"], strict=True)]
    ties = set()
    for column in (f"net{kind}_{answer}" for kind in (1, 2, 3) for answer in (1, 2, 3)):
        for name, city, other in zip(names, table["city"], table[column], strict=True):
            named = "" if pd.isna(other) else f"{int(city)}-{int(other):03d}"
            if named in names and named != name:
                ties.add("+".join(sorted((name, named))))
    return Network.of({tie: tie.split("+") for tie in ties}, {name: {"city": f"city {name[0]}"} for name in names})


def test_the_silos_of_the_physicians_are_their_cities() -> None:
    net = physicians()
    assert len(net) == 125 and len(net.bodies) == 240
    assert sorted(net.graph.connected_components().sizes()) == [1] * 6 + [18, 18, 23, 60]
    by_city = run("silos", net, by="city").table
    assert by_city["verdict"].tolist() == ["silo"] * 4
    assert by_city["external_share"].tolist() == [0] * 4
    # Found, not given: at the most stable resolution, unless another is asked for. At 1 the largest falls into three.
    assert most_stable(net) == Stable(0.25, 1)
    assert "most stable at resolution 0.25, " in " ".join(run("communities", net).notes)
    found = run("silos", net)
    assert "most stable at resolution 0.25, " in " ".join(found.notes)
    assert found.table["verdict"].tolist() == ["silo"] * 4 and found.members is not None
    rows = found.members.set_index("id").join(net.organisations.set_index("id")["city"])
    assert adjusted_rand_score(rows["city"], rows["silo"]) >= 0.95
    plain = communities_of(net, resolution=1.0).labels
    tied = plain >= 0
    assert adjusted_rand_score(net.organisations["city"][tied], plain[tied]) == pytest.approx(0.62, abs=0.01)
    within = run("communities", net, resolution=0.3)
    assert any("parts on which five runs agree" in note for note in within.notes)
    paths = within.table.dropna(subset=["community"])
    assert (paths["community_path"].str.split(".").str[0].astype(int) == paths["community"]).all()


def test_karate_factions() -> None:
    graph = nx.karate_club_graph()
    net = Network.of(
        {f"{a}-{b}": [f"{a:02d}", f"{b:02d}"] for a, b in graph.edges},
        {f"{a:02d}": {"region": club} for a, club in graph.nodes(data="club")},
    )
    table = run("silos", net, by="region").table.set_index("group")
    assert table["members"].to_dict() == {"Mr. Hi": 17, "Officer": 17}
    # The external share of a side is the ties that cross over all ends on that side.
    crossing = sum(graph.nodes[a]["club"] != graph.nodes[b]["club"] for a, b in graph.edges)
    for club, row in table.iterrows():
        ends = sum(degree for node, degree in graph.degree() if graph.nodes[node]["club"] == club)
        assert row["external_share"] == pytest.approx(crossing / ends)
    assert (table["q"].astype(float) < 0.01).all()
    # Two communities at the most stable resolution, and two of 34 members on the other side.
    found = communities_of(net).labels
    assert found.max() == 1
    assert adjusted_rand_score(net.organisations["region"], found) == pytest.approx(0.772, abs=5e-4)


def test_florentine_families() -> None:
    graph = nx.florentine_families_graph()
    net = Network.of({f"{a}-{b}": [a, b] for a, b in graph.edges})
    row = run("brokers", net).table.set_index("id").loc["Medici"]
    assert row["broker_betweenness"] == pytest.approx(0.522, abs=5e-4)
    assert row["broker_constraint"] == pytest.approx(0.2099, abs=5e-5)


def test_southern_women() -> None:
    graph = nx.davis_southern_women_graph()
    net = Network.of({str(e): [str(w) for w in graph[e]] for e in graph.graph["bottom"]})
    assert (len(net), len(net.bodies), len(net.memberships)) == (18, 14, 89)
    found = run("communities", net)
    assert "modularity 0.26" in found.notes[0]
    infomap = run("communities", net, method="infomap").table
    assert infomap["community"].notna().all()
    assert np.isfinite(infomap["community_participation"].astype(float)).all()
