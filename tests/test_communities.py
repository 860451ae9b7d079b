"""Communities: the known ones are found, in the same words whatever the order, and certainty is what it says."""

import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from small_graphs import consortia, toy_zone, two_triangles

from graphkit.analyses.communities import participation
from graphkit.analysis import run
from graphkit.measures.partition import Partition, communities_of
from graphkit.network import Network


def shuffled(net: Network, seed: int) -> Network:
    order = np.random.default_rng(seed)
    people, bodies = (
        frame.sample(frac=1, random_state=order.integers(99)) for frame in (net.organisations, net.bodies)
    )
    seats = net.memberships.sample(frac=1, random_state=order.integers(99))
    ids, names = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    seats = seats.assign(organisation=ids[seats["organisation"]], body=names[seats["body"]])
    return Network.from_frames(people, bodies, seats)


def test_two_triangles() -> None:
    table = run("communities", two_triangles()).table
    assert table["community"].tolist() == [1, 1, 1, 2, 2, 2]
    assert table["community_size"].tolist() == [3] * 6
    assert table["community_certainty"].tolist() == [1.0] * 6
    # a1 has two ties inside and one outside: 1 - (2/3)^2 - (1/3)^2 = 4/9
    assert table["community_participation"].tolist() == pytest.approx([4 / 9, 0, 0, 4 / 9, 0, 0])
    assert communities_of(two_triangles()).modularity == pytest.approx(5 / 14)


def test_the_isolate_of_the_toy_zone_belongs_to_none() -> None:
    result = run("communities", toy_zone())
    table = result.table.set_index("id")
    assert (
        table.loc["Z", ["community", "community_size", "community_certainty", "community_participation"]].tolist()
        == [None] * 4
    )
    assert table["community"].dropna().astype(int).value_counts().sort_index().tolist() == [4, 4, 3]
    assert table.loc[["U2", "E3", "E4", "X1"], "community"].nunique() == 1  # a component is never mixed with another
    assert len(result.sentences("en")) == len(result.sentences("zh")) == 11
    assert result.sentences("en", 1)[0].startswith("E1 belongs to community 3 of 3 organisations (100 % certain)")


def test_equal_communities_are_numbered_by_their_first_organisation() -> None:
    net = Network.of({"p": ["x", "y"], "q": ["b", "c"], "r": ["d", "a", "e"]})
    assert run("communities", net).table["community"].tolist() == [1, 2, 2, 1, 1, 3, 3]


def test_karate_club_falls_into_its_known_modularity() -> None:
    # The best partition known of Zachary's club, unweighted, has modularity .4198 (Brandes et al. 2008).
    graph = nx.karate_club_graph()
    net = Network.of({f"{a}-{b}": [f"{a:02d}", f"{b:02d}"] for a, b in graph.edges})
    assert communities_of(net, resolution=1.0).modularity == pytest.approx(0.4198, abs=1e-4)


def test_planted_groups_are_found() -> None:
    net = consortia(1, organisations=90, bodies=120, groups=3, mixing=0.1)
    table = run("communities", net).table
    tied = table["community"].notna().to_numpy()
    found = table["community"][tied].astype(int)
    assert adjusted_rand_score(net.organisations["region"][tied], found) > 0.9
    assert table["community_certainty"][tied].astype(float).mean() > 0.9


def test_certainty_is_the_share_of_the_own_community_that_runs_put_together() -> None:
    # In the second run c leaves a and b: a and b are with 1 of 2, c with none of 2. Over both runs 3/4, 3/4, 1/2.
    labels = np.array([0, 0, 0, 1, 1, -1])
    runs = np.array([labels, [0, 0, 1, 1, 1, -1]])
    certainty = Partition(labels, runs, 0.0).certainty()
    assert certainty[:5].tolist() == [0.75, 0.75, 0.5, 1.0, 1.0]
    assert np.isnan(certainty[5])


def test_participation_counts_weights() -> None:
    # b meets a once among two (weight 1) and c once among three with d (weight 1/2 each): shares 1/2, 1/4, 1/4.
    net = Network.of({"p": "ab", "q": "bcd"})
    assert participation(net, np.array([0, 0, 1, 2]))[1] == pytest.approx(1 - 1 / 4 - 1 / 16 - 1 / 16)


def test_order_and_repetition_change_nothing_and_pythons_random_numbers_go_on() -> None:
    net = consortia(2, organisations=80, bodies=40)
    random.seed(3)
    expected = random.random()
    random.seed(3)
    one = run("communities", net, seed=4).table
    assert random.random() == expected
    for other in (net, shuffled(net, 1)):
        again = run("communities", other, seed=4).table
        assert again.to_json() == one.to_json()


@pytest.mark.parametrize("net", [Network.of({}), Network.of({}, ["a", "b"]), Network.of({"p": ["a"]}, ["b"])])
def test_no_ties_no_communities(net: Network) -> None:
    table = run("communities", net).table
    assert len(table) == len(net)
    assert table["community"].isna().all()
    pd.testing.assert_frame_equal(table, run("communities", net, seed=1).table)
