"""The protocol of `make truth` in small: its own generators keep what they promise, and the test is calibrated."""

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from graphkit.measures.hierarchy import within
from graphkit.measures.partition import communities_of
from graphkit.measures.seats import Groups, group_seats, internal_weights
from graphkit.measures.stability import Stable, agreement, most_stable
from graphkit.network import Network

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def truth() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("truth_silos", FOLDER / "truth_silos.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["truth_silos"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module


@pytest.fixture(scope="module")
def energy(truth: ModuleType) -> Network:
    net: Network = truth.network_of(truth.SAMPLE)
    return net


def test_planting_keeps_margins_and_closes_as_much_as_it_says(truth: ModuleType, energy: Network) -> None:
    random = np.random.default_rng(0)
    seats = truth.margins(energy, 200, random)
    labels = truth.dealt(seats, 10, random)
    members = truth.by_chance(seats, random)
    moved = truth.planted(seats, members, labels, [0, 4], 0.5, random)
    for each in (members, moved):
        assert np.bincount(each).tolist() == np.bincount(seats.members).tolist()
        assert all(len(set(each[a:b])) == b - a for a, b in pairwise(seats.starts))
    groups = Groups.of(labels, 10)
    shares = []
    for each in (members, moved):
        net = truth.Seats(each, seats.starts, seats.bodies, seats.parts, seats.organisations, seats.kinds)
        shares.append(internal_weights(net, groups) / group_seats(net, groups))
    assert (shares[1][[0, 4]] > shares[0][[0, 4]] + 0.2).all()


def test_alarms_are_one_in_twenty_in_every_class(truth: ModuleType, energy: Network) -> None:
    lines = list(truth.calibration(energy, 250, 20, 2000))
    assert [line.wanted for line in lines] == [".04-.06"] * 11 + ["<= .05"]
    assert all(0.04 <= line.found <= 0.06 for line in lines[:1])
    assert all(line.found <= 0.06 for line in lines[1:-1])  # small groups meet in steps: .05 may not be reached
    assert lines[-1].found <= 0.055


def test_intervals_of_the_odds_ratio_hold_it(truth: ModuleType) -> None:
    line, error = truth.intervals(50, (0.3,), 120, 500)
    # 600 intervals of 50 sets; the deviation of their share is about .01. The large form asks for .94 to .96.
    assert line.of > 500 and 0.92 <= line.found <= 0.98
    assert 0.8 <= error.found <= 1.2


def test_agreement_of_runs() -> None:
    # Two equal and one that puts all together: ARI 1 once, 0 twice.
    same = [0, 0, 1, 1]
    assert agreement(np.array([same, same, [0, 0, 0, 0]])) == pytest.approx(1 / 3)
    assert agreement(np.array([same])) is None
    assert agreement(np.array([[-1, -1], [-1, -1]])) is None


def test_communities_within_communities() -> None:
    # Two districts of three cliques of five: cliques in a ring within the district, one tie between the districts.
    names = [f"{d}{c}{i}" for d in "ab" for c in range(3) for i in range(5)]
    cliques = [[n for n in names if n.startswith(f"{d}{c}")] for d in "ab" for c in range(3)]
    bodies = {f"{x}-{y}": [x, y] for clique in cliques for i, x in enumerate(clique) for y in clique[i + 1 :]}
    bodies |= {f"{d}{c}-{d}{(c + 1) % 3}": [f"{d}{c}0", f"{d}{(c + 1) % 3}1"] for d in "ab" for c in range(3)}
    bodies["a-b"] = ["a00", "b00"]
    net = Network.of(bodies)
    districts = communities_of(net, resolution=0.1)
    assert districts.number == 2
    # Six cliques are as stable as two districts, so that the resolution nearest to 1 is named.
    assert most_stable(net) == Stable(1, 1) and communities_of(net).number == 6
    paths = within(net, districts.labels, resolution=1.0)
    assert len(set(paths)) == 6 and {path.count(".") for path in paths} == {1}
    assert all(len({paths[names.index(n)] for n in clique}) == 1 for clique in cliques)
    assert within(Network.of({}, "ab"), np.array([-1, -1])) == ["", ""]
    # Nothing is stable without ties, nor of two who met: they are in one community, or each in its own.
    assert most_stable(Network.of({}, "ab")) is None and most_stable(Network.of({"x": "ab"})) is None
