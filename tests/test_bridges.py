import networkx as nx
import numpy as np
import pandas as pd
import pytest
from small_graphs import consortia, toy_zone, two_triangles
from test_proposals import history

from graphkit.analyses.bridges import Bridge, _candidates, _groups
from graphkit.analysis import Result, run
from graphkit.errors import UsageError
from graphkit.measures.gain import Distances
from graphkit.measures.likelihood import learn
from graphkit.measures.wishes import Wishes
from graphkit.network import Network


def ends(found: Result) -> list[set[str]]:
    return [{row.start, row.end} for row in found.table.itertuples()]


def opened(net: Network, pairs: "np.ndarray[tuple[int, int], np.dtype[np.int64]]") -> float:
    """Global efficiency with some ties added, recomputed by networkx."""
    graph = nx.from_scipy_sparse_array(net.ties)
    graph.add_edges_from(pairs.tolist())
    return nx.global_efficiency(graph)


@pytest.mark.parametrize("by", ["region", "community"])
def test_two_triangles_are_joined_where_it_removes_the_single_point_of_failure(by: str) -> None:
    found = run("bridges", two_triangles(), by=by, ties=1)
    assert ends(found) == [{"a2", "b2"}]  # equal to a2-b3, a3-b2, a3-b3; the first by id
    row = found.table.iloc[0]
    assert row["gain"] == pytest.approx(1 / 15)
    assert row["gain_distance"] == pytest.approx(-4 / 15)
    assert row["distance"] == 3
    assert row["pareto"]
    assert row["feasibility"] is None  # seven bodies are no past to learn from


@pytest.mark.parametrize("by", ["region", "community"])
def test_toy_zone_is_joined_at_its_broker_and_the_lonely_one_comes_second(by: str) -> None:
    found = run("bridges", toy_zone(), by=by, ties=2, cap=5, detached=2)
    assert ends(found)[0] in ({"E2", "U2"}, {"E2", "E3"})
    first, second = found.table.iloc[0], found.table.iloc[1]
    assert first["gain"] == pytest.approx(0.1679, abs=5e-5)
    assert first["gain_reachable"] == pytest.approx(28 / 66)
    assert first["distance"] is None
    # Z to the eleven that are joined by now wins more than any second tie between two that can reach each other.
    if by == "community":
        assert ends(found)[1] == {"E2", "Z"}
        assert second["gain_reachable"] == pytest.approx(11 / 66)


def test_no_gain_is_other_than_recomputing_gives() -> None:
    net = consortia(2, organisations=90, bodies=36, groups=3, mixing=0.1)
    found = run("bridges", net, ties=6, feasible=1)
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    pairs = np.array([[row[a], row[b]] for a, b in zip(found.table["start"], found.table["end"], strict=True)])
    before = opened(net, pairs[:0])
    for many in range(1, len(pairs) + 1):
        assert found.table["cumulative_gain"][many - 1] == pytest.approx(opened(net, pairs[:many]) - before, abs=1e-9)


def test_greedy_beats_one_shot_chance_and_neighbour_scores_on_planted_silos() -> None:
    net = consortia(8, organisations=160, bodies=70, groups=4, mixing=0.04)
    found = run("bridges", net, by="region", ties=5, cap=1, feasible=1, detached=5)
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    ours = np.array([[row[a], row[b]] for a, b in zip(found.table["start"], found.table["end"], strict=True)])
    region = net.organisations["region"].to_numpy()
    one, other = np.triu_indices(len(net), k=1)
    across = (region[one] != region[other]) & (np.asarray(net.ties[one, other]) == 0)
    every = np.column_stack([one[across], other[across]])
    graph = nx.from_scipy_sparse_array(net.ties)
    allocation = np.array([score for *_, score in nx.resource_allocation_index(graph, every.tolist())])
    by_score = _capped(every[np.argsort(-allocation, kind="stable")], 5)
    alone = Distances(net.ties).gains(every).efficiency
    one_shot = _capped(every[np.argsort(-alone, kind="stable")], 5)
    random = np.random.default_rng(0)
    chance = [opened(net, every[random.choice(len(every), 5, replace=False)]) for _ in range(20)]
    won = opened(net, ours)
    assert won >= opened(net, one_shot)
    assert won > opened(net, by_score)
    assert won > max(chance)


def _capped(pairs: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", many: int) -> np.ndarray:
    """The first pairs in which no organisation comes twice."""
    seen: set[int] = set()
    found = []
    for pair in pairs.tolist():
        if not seen & set(pair) and len(found) < many:
            seen |= set(pair)
            found.append(pair)
    return np.array(found)


def test_gains_fall_within_a_component_and_none_is_below_zero() -> None:
    net = consortia(6, organisations=120, bodies=70, groups=4, mixing=0.1)
    found = run("bridges", net, by="region", ties=8, feasible=1)
    inside = found.table[found.table["distance"].notna()]
    assert len(inside) >= 5
    assert (inside["gain"].diff().dropna() < 1e-12).all()
    assert (found.table["gain"] > 0).all()
    assert found.table["cumulative_gain"].to_numpy() == pytest.approx(found.table["gain"].cumsum().to_numpy())


def test_caps_groups_and_ties_are_kept() -> None:
    net = history(1)
    found = run("bridges", net, by="country", ties=12, cap=1)
    table = found.table
    assert len(table) == 12
    assert pd.concat([table["start"], table["end"]]).is_unique
    assert (table["start_group"] != table["end_group"]).all()
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    assert (np.asarray(net.ties[table["start"].map(row).to_numpy(), table["end"].map(row).to_numpy()]) == 0).all()
    assert table["feasibility"].between(0, 1).all()
    assert table["evidence"].str.contains("seats.csv:").all()


@pytest.mark.parametrize("feasible", [0.1, 0.5])
def test_only_the_likelier_part_of_each_kind_is_chosen(feasible: float) -> None:
    net = history(2)
    chosen = {share: run("bridges", net, ties=10, feasible=share).table for share in (feasible, 1.0)}
    assert chosen[1]["cumulative_gain"].iloc[-1] > chosen[feasible]["cumulative_gain"].iloc[-1]
    # Every tie chosen is among the likelier part of all candidates of its kind, not only likelier on average.
    group, _ = _groups(net, "community", 0)
    pool = _candidates(net, learn(net), group, Wishes.of(net, None, None, None, 1.0), 2_000, 0)
    pairs = pool[["source", "target"]].to_numpy(dtype=np.int64)
    hops = Distances(net.ties).between(pairs)
    pool["kind"] = np.where(hops < 0, "apart", np.where(pool["common"] > 0, "near", "far"))
    least = pool.groupby("kind")["score"].quantile(1 - feasible)
    ids = net.organisations["id"].to_numpy()
    score = {frozenset(ids[pair]): (row.kind, row.score) for pair, row in zip(pairs, pool.itertuples(), strict=True)}
    strict = [score[frozenset(pair)] for pair in chosen[feasible][["start", "end"]].to_numpy()]
    assert all(value >= least[kind] - 1e-12 for kind, value in strict)
    loose = [score[frozenset(pair)] for pair in chosen[1][["start", "end"]].to_numpy()]
    assert any(value < least[kind] for kind, value in loose)  # what the rule keeps out would have been taken


def test_a_detached_component_wins_up_to_its_share() -> None:
    bodies = {f"main{i}": [f"m{i}", f"m{(i + 1) % 40}", f"m{(i + 3) % 40}"] for i in range(40)}
    bodies |= {f"far{i}": [f"f{i}{j}" for j in range(4)] for i in range(6)}
    found = run("bridges", Network.of(bodies), ties=6)
    apart = found.table["distance"].isna()
    assert apart.tolist() == [True, True, True, False, False, False]  # half of the portfolio
    assert (found.table["gain_reachable"] > 0).tolist() == apart.tolist()
    assert run("bridges", Network.of(bodies), ties=6, detached=6).table["distance"].isna().all()


def test_the_front_is_what_nothing_beats_by_both() -> None:
    from graphkit.analyses.bridges import _front

    gain, score = np.array([3.0, 2, 2, 1, 3, 1]), np.array([1.0, 2, 1, 3, 1, 2])
    assert _front(gain, score).tolist() == [True, True, False, True, True, False]


def test_rows_in_any_order_give_the_same_portfolio() -> None:
    tables = [run("bridges", history(3, order=order), ties=5).table for order in (None, 1)]
    pd.testing.assert_frame_equal(tables[0], tables[1])


def test_nothing_to_join_is_said_and_wrong_options_are_refused() -> None:
    found = run("bridges", Network.of({"P": ["a", "b", "c"]}))
    assert len(found.table) == 0
    assert "No untied pair" in found.notes[0]
    assert len(run("bridges", Network.of({})).table) == 0
    for wrong in ({"ties": 0}, {"cap": 0}, {"feasible": 0.0}, {"by": "colour"}):
        with pytest.raises(UsageError):
            run("bridges", two_triangles(), **wrong)


def test_sentences_say_who_what_and_why() -> None:
    net = toy_zone()
    found = run("bridges", net, by="region", ties=1)
    (english,), (chinese,) = found.sentences("en"), found.sentences("zh")
    assert english.startswith("Introduce E2 (enterprise, E) to ")
    assert "no way between them now" in english
    assert "reachable pairs +42.42 %" in english
    assert "likelihood unknown" in english
    assert "现在彼此不可达" in chinese


def test_ends_are_said_in_chinese_by_role_and_community() -> None:
    row = dict.fromkeys(Bridge.columns(), 0) | {
        "start_name": "北京大学",
        "start_facts": "CN, university",
        "start_group": "CN · research institute · community 3",
        "end_name": "无名",
        "end_facts": "",
        "end_group": "no community",
        "distance": None,
        "feasibility": None,
        "reasons_zh": "技术相同",
    }
    said = Bridge.sentence(row, "zh")
    assert said.startswith("建议把北京大学（中国、高校，中国 · 科研院所 · 社群 3）介绍给无名（无社群）：现在彼此不可达")
