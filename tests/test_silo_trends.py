"""Silos over time: windows on paper, no trend seen where there is none, planted ones found with their direction."""

import numpy as np
import pytest
from small_graphs import toy_zone
from test_communities import shuffled

from graphkit.analyses.silo_trends import _trends, _windows
from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.groups import Grouping
from graphkit.measures.trends import trend
from graphkit.network import Network


def dated(net: Network, first_days: dict[str, str | None]) -> Network:
    days = [first_days.get(id_) for id_ in net.bodies["id"]]
    ends = [None if day is None else f"{day[:4]}-12-31" for day in days]
    return Network(net.organisations, net.bodies.assign(**{"from": days, "to": ends}), net.memberships)


def drifting(seed: int, closures: list[float], groups: int = 8, each: int = 30, bodies: int = 40) -> Network:
    """Eight groups with organisations of unlike activity; group 0's own bodies close by `closures`, others' stay .3."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), each)
    activity = random.gamma(1.0, 1.0, len(group)) + 0.1
    members, first = {}, {}
    for year, closure in enumerate(closures):
        for body in range(bodies):
            home, size, chosen = int(random.integers(groups)), int(random.integers(3, 8)), set[int]()
            while len(chosen) < size:
                own = random.random() < (closure if home == 0 else 0.3)
                pool = np.flatnonzero(group == home) if own else np.arange(len(group))
                chosen.add(int(random.choice(pool, p=activity[pool] / activity[pool].sum())))
            members[f"p{year}{body:03d}"] = [f"o{i:03d}" for i in sorted(chosen)]
            first[f"p{year}{body:03d}"] = f"{2010 + year}-03-01"
    facts = {f"o{i:03d}": {"region": f"g{of}"} for i, of in enumerate(group)}
    return dated(Network.of(members, facts), first)


def test_windows_align_to_calendar_years() -> None:
    assert list(_windows(2010, 2014, 3, "rolling")) == [(2010, 2012), (2011, 2013), (2012, 2014)]
    assert list(_windows(2010, 2014, 3, "expanding")) == [(2010, 2012), (2010, 2013), (2010, 2014)]
    assert list(_windows(2010, 2011, 3, "rolling")) == [(2010, 2011)]


def test_windows_on_paper() -> None:
    # P1 and P2 in 2010 and 2011 are East's, P4 of 2011 is West's: of 2011's 6 seats 3 are of either, no organisation
    # twice, so Q = 3 * 2 / (6 * 5) and 6 Q / 3 = 0.4 stays by chance.
    days = {"P1": "2010-01-01", "P2": "2011-01-01", "P4": "2011-06-01", "P5": None}
    result = run("silo-trends", dated(toy_zone(), days), by="region", years=1)
    table = result.table.set_index(["group", "until"])
    assert table["seats"].to_dict() == {("E", 2010): 3, ("E", 2011): 3, ("W", 2011): 3}
    assert table["members"].to_dict() == {("E", 2010): 3, ("E", 2011): 3, ("W", 2011): 3}
    assert table["external_share"].tolist() == [0, 0, 0]
    assert table.loc[("E", 2010), ["expected", "effect"]].tolist() == [None, None]  # three seats say nothing of chance
    assert table.loc[[("E", 2011), ("W", 2011)], "expected"].tolist() == pytest.approx([0.6, 0.6])
    assert set(table["trend"]) == {"too short"} and table["trend_q"].isna().all()
    assert result.notes[0] == "2 bodies without a first day are in no window."
    assert result.sentences("en") == [
        "E, 2011-2011: 0 % of tie weight leaves the group (60 % by chance); too short to tell a trend.",
        "W, 2011-2011: 0 % of tie weight leaves the group (60 % by chance); too short to tell a trend.",
    ]
    assert result.sentences("zh")[0].endswith("（随机期望 60%）；时间太短，无法判断。")
    wide = run("silo-trends", dated(toy_zone(), days), by="region", window="expanding", years=1).table
    assert wide.set_index(["group", "until"]).loc[("E", 2011), ["since", "seats"]].tolist() == [2010, 6]


def test_a_trend_on_paper() -> None:
    # Ten bodies a year with four seats of the group each and even odds by chance. The shares inside are those of the
    # log odds -0.5, -0.5, -0.5, 0, 0.5: level until the third year, then half a unit a year.
    shares = 1 / (1 + np.exp(-np.array([-0.5, -0.5, -0.5, 0.0, 0.5])))
    years = np.repeat(np.arange(2010, 2015), 10)
    scatter = np.tile([0.2, -0.2], 25)
    found = trend(years, np.repeat(shares, 10) * 4 + scatter, [4] * 50, [0.5] * 50, [10] * 50)
    assert found is not None and found.since == 2012 and found.p < 0.001 and found.slope > 0
    straight = 1 / (1 + np.exp(-np.linspace(-1, 1, 5)))
    found = trend(years, np.repeat(straight, 10) * 4 + scatter, [4] * 50, [0.5] * 50, [10] * 50)
    assert found is not None and found.since == 2010
    assert found.slope == pytest.approx(0.5)
    back = trend(years[::-1], np.repeat(straight, 10) * 4 + scatter, [4] * 50, [0.5] * 50, [10] * 50)
    assert back is not None and back.slope == pytest.approx(-0.5) and back.p == pytest.approx(found.p)


def test_what_has_no_trend() -> None:
    assert trend([1, 2, 3] * 5, [1] * 15, [2] * 15, [0.5] * 15, [9] * 15) is None  # three years
    assert trend([1, 2, 3, 4], [1] * 4, [2] * 4, [0.5] * 4, [9] * 4) is None  # four bodies
    assert trend([1, 2, 3, 4] * 3, [2] * 12, [2] * 12, [0.5] * 12, [9] * 12) is None  # all of it stays inside
    level = trend([1, 2, 3, 4] * 3, [1] * 12, [2] * 12, [0.5] * 12, [9] * 12)
    assert level is not None and level.slope == pytest.approx(0) and level.p == pytest.approx(1)


def test_of_groups_without_a_trend_the_largest_come_first() -> None:
    # Neither region has four years; by name the smaller one would lead.
    facts = {"a": {"region": "A"}, "b": {"region": "B"}, "c": {"region": "B"}}
    found = run("silo-trends", dated(Network.of({"P": ["a", "b", "c"]}, facts), {"P": "2015-01-01"}), by="region")
    assert found.table["group"].tolist() == ["B", "A"]


def test_a_trend_without_a_bound() -> None:
    # Ties leave in year 1 only, where some stay, too: the steeper the line, the likelier. Turned round, it falls so.
    inside, years = [1] * 5 + [2] * 15, np.repeat([1, 2, 3, 4], 5)
    rising = trend(years, inside, [2] * 20, [0.5] * 20, [5] * 20)
    falling = trend(5 - years, inside, [2] * 20, [0.5] * 20, [5] * 20)
    assert rising is not None and falling is not None and rising.p == pytest.approx(falling.p)
    assert (rising.slope, falling.slope) == (np.inf, -np.inf)


def test_chance_is_no_trend() -> None:
    # 60 sets like these have .044 below .05 (480 groups).
    found = []
    for seed in range(10):
        net = drifting(seed, [0.3] * 6)
        began = np.array([int(day[:4]) for day in net.bodies["from"]])
        found += [each.p for each in _trends(net, began, Grouping.of(net, "region"), 5) if each is not None]
    assert len(found) == 80
    assert np.mean(np.array(found) < 0.05) <= 0.1


def test_planted_trends_are_found() -> None:
    closing = run("silo-trends", drifting(1, [0.1, 0.1, 0.1, 0.9, 0.9, 0.9], bodies=90), by="region")
    row = closing.table.iloc[0]
    assert (row["group"], row["trend"]) == ("g0", "closing")
    assert 2011 <= row["trend_since"] <= 2013 and row["trend_yearly"] > 1 and row["trend_q"] < 0.05
    said = closing.sentences("en", 4)
    assert len(said) == 1 and f"closing since {row['trend_since']} (odds of staying inside" in said[0]
    assert f"{row['trend_since']}年以来趋于封闭" in closing.sentences("zh", 4)[0]
    opening = run("silo-trends", drifting(1, [0.9, 0.8, 0.6, 0.4, 0.2, 0.1], bodies=90), by="region").table.iloc[0]
    assert (opening["group"], opening["trend"]) == ("g0", "opening") and opening["trend_yearly"] < 1


def test_windows_are_sampled_when_asked_and_order_changes_nothing() -> None:
    net = drifting(2, [0.3] * 4, groups=3, each=15, bodies=15)
    quick, drawn = run("silo-trends", net, by="region"), run("silo-trends", net, by="region", draws=400, seed=1)
    assert drawn.table["expected"].astype(float).tolist() == pytest.approx(
        quick.table.set_index(["group", "until"])["expected"]
        .reindex(drawn.table.set_index(["group", "until"]).index)
        .astype(float)
        .tolist(),
        abs=0.02,
    )
    for table in (quick.table, drawn.table):
        low, middle, high = (table[name].astype(float) for name in ("expected_low", "expected", "expected_high"))
        assert ((low < middle) & (middle < high)).all()
    assert not drawn.table["expected_low"].equals(quick.table["expected_low"])
    assert (drawn.table["p"] >= 1 / 408).all() and "closed form" in quick.notes[0] and not drawn.notes
    assert run("silo-trends", shuffled(net, 3), by="region").table.to_json() == quick.table.to_json()


def test_communities_are_not_tested_on_what_they_were_found_in() -> None:
    result = run("silo-trends", drifting(3, [0.3] * 4, groups=3, each=15, bodies=15), by="community")
    assert set(result.table["trend"]) == {"not tested"}
    assert result.table[["z", "p", "q", "trend_q"]].isna().all(axis=None)
    assert "neither their windows nor their trends" in result.notes[0]


def test_what_is_missing_is_said() -> None:
    with pytest.raises(DataError, match="no platform or collaboration has a first day"):
        run("silo-trends", toy_zone(), by="region")
    with pytest.raises(UsageError, match="rolling, expanding"):
        run("silo-trends", toy_zone(), by="region", window="sliding")


def test_what_leaves_by_rounding_alone_is_no_trend() -> None:
    # Eight bodies of four years keep all but 1e-12 of a seat inside: level, and not a year that parts in from out.
    found = trend(
        np.repeat([2010, 2011, 2012, 2013], 2), np.full(8, 1 - 1e-12), np.ones(8), np.full(8, 0.5), np.full(8, 2)
    )
    assert found is not None
    assert found.slope == pytest.approx(0, abs=1e-9)
    assert found.p == 1
