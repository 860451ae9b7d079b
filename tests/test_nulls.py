"""The membership null: margins kept, every graph equally likely, closed form right, and the same without numba."""

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import consortia, homophily, two_triangles

from graphkit import compiled
from graphkit.measures.closure import Evidence, odds_ratio
from graphkit.measures.modularity import modularity_test
from graphkit.measures.nulls import CHAINS, Chains, closed_form, enough, sample
from graphkit.measures.seats import Groups, Seats, by_body, group_seats, internal_weights
from graphkit.network import Network

# Five organisations with 2, 2, 1, 1 and 1 seats in bodies of two, three and two.
TINY = {"p": ["a", "b"], "q": ["a", "c", "d"], "r": ["b", "e"]}


def labelled(net: Network, members: str) -> Groups:
    """One group of the named organisations."""
    return Groups.of(np.where(net.nodes["id"].isin(list(members)), 0, -1), 1)


def all_graphs(seats: Seats) -> list[tuple[tuple[int, ...], ...]]:
    """Every membership graph with the same margins, by trying all."""
    strengths = seats.strengths()[0]
    sizes = seats.sizes.tolist()
    choices = (itertools.combinations(range(seats.organisations), size) for size in sizes)
    return [
        graph
        for graph in itertools.product(*choices)
        if Counter(itertools.chain(*graph)) == Counter({i: int(k) for i, k in enumerate(strengths) if k})
    ]


def weight(graph: tuple[tuple[int, ...], ...], group: set[int]) -> float:
    """Internal weight of a group, straight from its definition."""
    met = [len(group.intersection(body)) for body in graph]
    return sum(m * (m - 1) / (len(body) - 1) for m, body in zip(met, graph, strict=True))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    pool = [f"o{i}" for i in range(8)]
    bodies = {
        f"p{i}": draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size, unique=True))
        for i, size in enumerate(sizes)
    }
    return Network.of(bodies, pool)


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(0, 3))
def test_draws_keep_every_seat_count_and_every_body_size(net: Network, seed: int) -> None:
    seats = Seats.of(net)
    chains = Chains(seats, Groups.of(np.zeros(len(net), dtype=int), 1), seed)
    chains.draw(16)
    before = np.bincount(seats.members, minlength=len(net))
    for _, members in chains.chains:
        assert np.bincount(members, minlength=len(net)).tolist() == before.tolist()
        for first, last in itertools.pairwise(seats.starts):
            assert len(set(members[first:last])) == last - first


@settings(max_examples=30, deadline=None)
@given(networks(), st.integers(0, 3))
def test_seats_are_only_exchanged_within_a_part(net: Network, seed: int) -> None:
    parts = np.arange(len(net.sizes)) % 3 - 1  # -1 is left out
    seats = Seats.of(net, parts)
    assert set(parts[seats.bodies]) <= {0, 1}
    chains = Chains(seats, Groups.of(np.zeros(len(net), dtype=int), 1), seed)
    chains.draw(16)
    row = np.repeat(seats.parts, seats.sizes)
    for _, members in chains.chains:
        for part in range(seats.number_of_parts):
            counts = np.bincount(members[row == part], minlength=len(net))
            assert counts.tolist() == seats.strengths()[part].tolist()


def test_every_graph_is_drawn_equally_often() -> None:
    net = Network.of(TINY)
    seats = Seats.of(net)
    graphs = all_graphs(seats)
    chains = Chains(seats, Groups.of(np.full(len(net), -1), 0), seed=1)
    seen: Counter[tuple[tuple[int, ...], ...]] = Counter()
    for _ in range(1500):
        chains.draw(2 * CHAINS)
        for _, members in chains.chains:
            seen[tuple(tuple(sorted(members[a:b].tolist())) for a, b in itertools.pairwise(seats.starts))] += 1
    assert set(seen) == set(graphs)
    expected = sum(seen.values()) / len(graphs)
    chi_square = sum((seen[graph] - expected) ** 2 / expected for graph in graphs)
    degrees = len(graphs) - 1
    assert chi_square < degrees + 4 * np.sqrt(2 * degrees)  # mean and deviation of chi square; seeded


def test_bodies_that_lie_far_apart_trade_too() -> None:
    # 1,300 pairs come to three tables a round. The first 325 pairs are the group's: where everyone sits once the closed
    # form is exact, with 650 of 2,600 seats 650 * 649 / 2599 = 162.3, the weight of 81 pairs in place of 325.
    net = Network.of({f"p{i:04d}": [f"o{i:04d}a", f"o{i:04d}b"] for i in range(1300)})
    seats, groups = Seats.of(net), Groups.of(np.where(np.arange(2600) < 650, 0, -1), 1)
    drawn, chance = sample(seats, groups, seed=4, draws=800), closed_form(seats, groups)
    assert drawn.observed[0] == 650 and chance.mean[0] == pytest.approx(650 * 649 / 2599)
    assert drawn.mean[0] == pytest.approx(chance.mean[0], abs=4 * chance.deviation[0] / np.sqrt(800) * 1.5)
    assert drawn.deviation[0] == pytest.approx(chance.deviation[0], rel=0.1)
    assert drawn.mixing[0] < 1.05


def test_sampling_finds_the_mean_and_the_p_of_all_graphs() -> None:
    net = Network.of(TINY)
    seats = Seats.of(net)
    rows = {"a": 0, "c": 2, "d": 3}
    weights = np.array([weight(graph, set(rows.values())) for graph in all_graphs(seats)])
    drawn = sample(seats, labelled(net, "acd"), seed=3, draws=20_000)
    assert drawn.observed[0] == 3  # all of q: 3 * 2 / 2
    assert drawn.mean[0] == pytest.approx(weights.mean(), abs=4 * weights.std() / np.sqrt(20_000) * 1.5)
    assert drawn.deviation[0] == pytest.approx(weights.std(), rel=0.03)
    assert drawn.p[0] == pytest.approx((weights >= 3 - 1e-9).mean(), abs=0.01)
    assert drawn.p_open[0] == 1.0


def test_closed_form_is_exact_where_everyone_sits_once() -> None:
    # Six organisations, one seat each, in bodies of two and four; the group is three of them. All 15 choices of who
    # sits in the pair are alike. In 3 of 15 two of the group do: I = 2 + 0; in 9 one does: I = 2 * 1 / 3; in 3 none
    # does: I = 3 * 2 / 3 = 2. The mean is (3 * 2 + 9 * 2/3 + 3 * 2) / 15 = 1.2, the mean square 28 / 15.
    net = Network.of({"p": "ab", "q": "cdef"})
    chance = closed_form(Seats.of(net), labelled(net, "abc"))
    assert chance.mean[0] == pytest.approx(1.2)
    assert chance.deviation[0] ** 2 == pytest.approx(28 / 15 - 1.44)
    assert chance.draws == 0


@pytest.mark.parametrize(("group", "weight"), [("a", 0.0), ("ab", 1.0), ("abc", 3.0)])
def test_closed_form_of_a_single_small_body_is_what_is_there(group: str, weight: float) -> None:
    # Three seats in one body have one arrangement: of two members I = 2 * 1 / 2 = 1, of three 3 * 2 / 2 = 3. With two
    # seats more in a part of their own nothing moves either: d and e, both of the group or not, weigh 2 * 1 / 1 or 0.
    net = Network.of({"p": "abc"})
    chance = closed_form(Seats.of(net), labelled(net, group))
    assert (chance.mean[0], chance.deviation[0], chance.p[0]) == pytest.approx((weight, 0, 1))
    apart = Network.of({"p": "abc", "q": "de"})
    for more in ("", "d", "de"):
        chance = closed_form(Seats.of(apart, np.array([0, 1])), labelled(apart, group + more))
        assert (chance.mean[0], chance.deviation[0]) == pytest.approx((weight + 2 * (more == "de"), 0))


def test_the_mean_of_the_closed_form_is_near_that_of_all_graphs_where_seats_differ() -> None:
    net = Network.of({"p": "abc", "q": "def", "r": "agh"})
    seats = Seats.of(net)
    graphs = all_graphs(seats)
    for members in ("abc", "defg", "adf"):
        group = {"abcdefgh".index(name) for name in members}
        weights = np.array([weight(graph, group) for graph in graphs])
        chance = closed_form(seats, labelled(net, members))
        assert chance.mean[0] == pytest.approx(weights.mean(), rel=0.1)  # of eight; 1-3 % on real networks


def test_closed_form_is_near_sampling_on_consortia() -> None:
    net = consortia(1)
    seats, groups = Seats.of(net), Groups.of(np.arange(300) % 7, 7)
    chance, drawn = closed_form(seats, groups), sample(seats, groups, seed=0, draws=4000)
    assert chance.mean == pytest.approx(drawn.mean, rel=0.03)
    assert chance.deviation == pytest.approx(drawn.deviation, rel=0.11)
    assert chance.low == pytest.approx(drawn.low, rel=0.1)
    assert np.all(np.abs(np.log(chance.p / drawn.p)) < 0.5)


def test_nothing_that_chance_cannot_change_is_unlikely() -> None:
    # Everyone is in the group: its internal weight is its seats in every draw.
    net = two_triangles()
    groups = Groups.of(np.zeros(6, dtype=int), 1)
    for chance in (sample(Seats.of(net), groups, seed=0, draws=80), closed_form(Seats.of(net), groups)):
        assert chance.mean[0] == pytest.approx(14)
        assert (chance.p[0], chance.z[0]) == (1, 0)


def test_p_is_never_zero_and_the_same_for_the_same_seed() -> None:
    net = consortia(1, groups=3)
    seats, groups = Seats.of(net), Groups.of(np.arange(300) % 3, 3)
    one, two = (sample(seats, groups, seed=5, draws=400) for _ in range(2))
    assert one.p.tolist() == [1 / 401] * 3
    assert one.mean.tobytes() == two.mean.tobytes()
    assert one.mean.tobytes() != sample(seats, groups, seed=6, draws=400).mean.tobytes()


def test_more_is_drawn_only_near_the_line() -> None:
    assert (enough(1, 0.05), enough(118, 0.05), enough(10_000, 0.05)) == (999, 9440, 20_000)
    net = consortia(1, groups=3)
    seats = Seats.of(net)
    assert sample(seats, Groups.of(np.arange(300) % 3, 3), seed=0).draws < 1010  # far below the line
    # A group whose p is on the line: the two of a single body, which chance puts together about as often as alpha.
    near = sample(seats, Groups.of(np.arange(300) % 3, 3), seed=0, alpha=1 / 1001, most=9000)
    assert near.draws >= 8000


class Urn(Chains):
    """Groups whose true p is drawn evenly, as on data without silos: every draw hits with that chance."""

    def __init__(self, number: int, random: np.random.Generator) -> None:
        self.chances, self.random, self.draws = random.random(number), random, 0
        self.above, self.below = np.zeros(number, dtype=np.int64), np.zeros(number, dtype=np.int64)
        self.least = np.zeros((2, number))

    def draw(self, draws: int) -> None:
        if draws > 0:
            hits = self.random.binomial(draws, self.chances)
            self.above, self.below, self.draws = self.above + hits, self.below + draws - hits, self.draws + draws


@pytest.mark.parametrize(("groups", "sets"), [(1, 4000), (20, 250)])
def test_p_stays_valid_although_the_hits_decide_when_to_stop(groups: int, sets: int) -> None:
    random = np.random.default_rng(3)
    urns = [Urn(groups, random) for _ in range(sets)]
    for urn in urns:
        urn.settle(np.ones(groups, dtype=bool), 0.05, 20_000)
    assert len({urn.draws for urn in urns}) > 1  # some went on
    closed, opened = np.concatenate([urn.p() for urn in urns], axis=1)
    for level in (0.001, 0.01, 0.03, 0.037, 0.043, 0.05, 0.1, 0.5):
        error = np.sqrt(level * (1 - level) / len(closed))
        assert max((closed <= level).mean(), (opened <= level).mean()) <= level + 3 * error
    assert (closed <= 0.05).mean() > 0.04  # and little is given away


def test_more_draws_take_findings_back_but_make_none() -> None:
    urns = [Urn(1, np.random.default_rng(seed)) for seed in range(40)]
    for urn in urns:
        urn.chances[:] = 0.048
        urn.settle(np.ones(1, dtype=bool), 0.05, 20_000)
        if urn.least[0, 0] > 0.05:
            assert urn.draws == 999
        assert urn.p()[0, 0] == max(urn.least[0, 0], (1 + urn.above[0]) / (1 + urn.draws))
    assert any(urn.least[0, 0] > 0.05 for urn in urns)
    assert any(urn.least[0, 0] <= 0.05 < urn.p()[0, 0] for urn in urns)


def test_mixing_is_split_r_hat() -> None:
    # Two blocks, 0 and 2, 10 and 12. Variance within 2; means 1 and 11, variance of means 50.
    # R-hat is the root of ((n - 1) / n * 2 + 50) / 2 with n = 2.
    net = two_triangles()
    chains = Chains(Seats.of(net), Groups.of(np.zeros(6, dtype=int), 1), 0)
    chains._count(np.array([[0.0], [2.0]]))
    chains._count(np.array([[10.0], [12.0]]))
    assert chains.chance().mixing[0] == pytest.approx(np.sqrt(51 / 2))


def test_chains_mix_from_a_planted_start() -> None:
    net = homophily(1, 0.9)
    groups = Groups.of((np.arange(200) < 60).astype(int), 2)
    drawn = sample(Seats.of(net), groups, seed=0, draws=2000)
    assert drawn.z.min() > 20
    assert drawn.mixing.max() < 1.02


def test_labels_of_parts_add_up_to_groups() -> None:
    # Body p counts with the first labels, q with the second: a and b are together only in p, c and d only in q.
    net = Network.of({"p": "abcd", "q": "abcd"})
    seats = Seats.of(net, np.array([0, 1]))
    labels = np.array([[0, 0, 1, 2], [3, 4, 5, 5]])
    groups = Groups(labels, np.array([0, 1, 1, 0, 0, 1]), 2)
    assert internal_weights(seats, groups).tolist() == [2 / 3, 2 / 3]
    assert group_seats(seats, groups).tolist() == [4, 4]
    body, group, members, inside = by_body(seats, groups)
    assert (body.tolist(), group.tolist()) == ([0, 0, 1, 1], [0, 1, 0, 1])
    assert (members.tolist(), inside.tolist()) == ([2, 2, 2, 2], [2 / 3, 0, 0, 2 / 3])


def test_modularity_of_chance_is_not_a_finding_and_that_of_silos_is() -> None:
    for seed in (1, 2):
        null = modularity_test(consortia(seed), seed=seed, draws=39)
        planted = modularity_test(consortia(seed, groups=3), seed=seed, draws=39)
        assert null is not None and planted is not None
        assert null.p > 0.05 and null.z < 2
        assert planted.p == 1 / 40 and planted.z > 3
    assert modularity_test(Network.of({"p": ["a"]})) is None


def test_modularity_of_davis_southern_women() -> None:
    # 18 women at 14 events: modularity .264, far above the membership null.
    graph = nx.davis_southern_women_graph()
    events = graph.graph["bottom"]
    found = modularity_test(Network.of({str(e): [str(w) for w in graph[e]] for e in events}), draws=99)
    assert found is not None
    assert found.observed == pytest.approx(0.264, abs=0.0005)
    assert found.z > 8 and found.p == 0.01


def test_without_numba_the_numbers_are_the_same() -> None:
    program = (
        "import json, sys, numpy as np\n"
        "from small_graphs import consortia\n"
        "from graphkit.measures.nulls import Groups, Seats, sample\n"
        "drawn = sample(Seats.of(consortia(3, 60, 20, 3)), Groups.of(np.arange(60) % 3, 3), seed=2, draws=16)\n"
        "print(json.dumps([drawn.mean.tolist(), drawn.p.tolist(), 'numba' in sys.modules]))\n"
    )
    root = Path(__file__).parent
    path = os.pathsep.join([str(root), str(root.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    pure = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "GRAPHKIT_PURE": "1", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    drawn = sample(Seats.of(consortia(3, 60, 20, 3)), Groups.of(np.arange(60) % 3, 3), seed=2, draws=16)
    assert json.loads(pure.stdout) == [drawn.mean.tolist(), drawn.p.tolist(), False]


def test_listing_the_analyses_does_not_import_numba() -> None:
    program = "import sys\nfrom graphkit.analyses import communities, isolation, silos\nprint('numba' in sys.modules)"
    root = Path(__file__).parent.parent
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    listed = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout == "False\n"


def test_a_read_only_package_caches_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    writable = compiled._is_writable
    package = Path(compiled.__file__).parent
    monkeypatch.setattr(
        compiled, "_is_writable", lambda folder: package not in (folder, *folder.parents) and writable(folder)
    )
    compiled._choose_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "graphkit" / "numba")

    monkeypatch.setenv("NUMBA_CACHE_DIR", "somebody's")
    compiled._choose_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == "somebody's"

    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(package))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    compiled._choose_cache()
    assert Path(os.environ["NUMBA_CACHE_DIR"]).parent == tmp_path


def test_a_damaged_cache_does_not_stop_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = compiled._Compiled(lambda x: x + 1, {"cache": True})

    def broken(_: int) -> int:
        raise EOFError

    monkeypatch.setattr(kernel, "dispatcher", None)
    original = compiled._Compiled.compile
    monkeypatch.setattr(compiled._Compiled, "compile", lambda self: broken if self.options["cache"] else original(self))
    assert kernel(1) == 2


def test_the_error_of_the_odds_ratio_is_that_of_leaving_out_one_body_after_the_other() -> None:
    # By brute force, with three parts and two labels to a group; what a body without the group moves is of first order.
    net = consortia(4, organisations=80, bodies=60, groups=4)
    random = np.random.default_rng(1)
    parts, labels = random.integers(0, 3, len(net.sizes)), random.integers(-1, 6, (3, len(net)))
    groups = Groups(labels, np.arange(6) // 2, 3)

    def log_odds(left_out: int) -> np.ndarray:
        seats = Seats.of(net, np.where(np.arange(len(parts)) == left_out, -1, parts))
        evidence = Evidence.of(seats, groups)
        return np.log(odds_ratio(evidence, closed_form(seats, groups).mean)[0])

    moved = np.array([log_odds(-1) - log_odds(body) for body in np.flatnonzero(net.sizes > 1)])
    error = Evidence.of(Seats.of(net, parts), groups).error
    assert error == pytest.approx(np.sqrt((moved**2).sum(axis=0)), rel=0.01)
