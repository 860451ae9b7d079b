"""Roles, helices, leadership, countries and years: what can be worked out on paper."""

import numpy as np
import pandas as pd
import pytest
from small_graphs import toy_zone

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.concentration import herfindahl, theil
from graphkit.measures.helix import entropy, synergy
from graphkit.network import Network


def test_synergy_of_independent_exclusive_and_equal_dimensions() -> None:
    exclusive, equal = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    for u, i in ((0, 0), (0, 1), (1, 0), (1, 1)):
        exclusive[u, i, u ^ i] = 1
    equal[0, 0, 0] = equal[1, 1, 1] = 1
    assert synergy(np.ones((2, 2, 2))) == pytest.approx(0)
    assert synergy(exclusive) == pytest.approx(-1)
    assert synergy(equal) == pytest.approx(1)
    assert entropy([]) == 0


def test_theil_within_and_between_on_paper() -> None:
    groups = ["a", "a", "b", "b"]
    apart = theil([8, 8, 2, 2], groups)
    assert (apart.whole, apart.within, apart.between) == pytest.approx((0.19274, 0, 0.19274), abs=5e-6)
    mixed = theil([9, 7, 3, 1], groups)
    assert (mixed.whole, mixed.within, mixed.between) == pytest.approx((0.22517, 0.03243, 0.19274), abs=5e-6)
    assert theil([], []) == theil([0, 0], ["a", "b"])
    assert herfindahl([1, 1, 2]) == pytest.approx(0.375)
    assert herfindahl([0]) is None


def test_the_toy_zone_lacks_the_roles_that_the_design_names() -> None:
    result = run("ecosystem", toy_zone(), by="region")
    table = result.table.set_index("place")
    assert table.loc["E", "missing"] == "user"
    assert table.loc["W", "missing"] == "government, research_institute, finance, intermediary"
    # P1 ties university, institute, enterprise; P2 enterprise, institute; P3 enterprise, finance, intermediary,
    # government: 3 + 6 pairs of roles, of the 15 that could meet in the east.
    assert table.loc["E", ["pairs_present", "pairs_tied"]].tolist() == [15, 9]
    assert table.loc["W", ["pairs_present", "pairs_tied"]].tolist() == [3, 3]
    assert np.isnan(table.loc["W", "synergy"])  # two bodies are too few
    # In the east P1 alone has a university, P3 alone an authority, all three an enterprise, which then says nothing:
    # T = H_u + H_g - H_ug - H_u - H_g + H_ug = 0.
    assert table.loc["E", "synergy"] == 0
    pairs = result.members
    assert pairs is not None
    assert len(pairs) == 21
    pairs = pairs.set_index("pair")
    # 16 ties: enterprises have 13 ends, institutes 3, and meet twice: 2 / (13 * 3 / 32).
    assert pairs.loc["enterprise and research_institute", "ratio"] == pytest.approx(2 / (13 * 3 / 32))
    assert pairs.loc["university and finance", "ties"] == 0


def led() -> Network:
    """Three consortia: an enterprise leads two, a university one; a fourth has no leader and a fifth one member."""
    bodies = pd.DataFrame(
        {
            "id": ["A", "B", "C", "D", "E"],
            "stage": ["applied", "applied", "basic", "basic", "basic"],
            "funding": [10.0, 20.0, 30.0, 40.0, 50.0],
            "from": ["2010-03-01", "2010-01-01", "2011-06-01", "2012-01-01", None],
            "to": ["2010-12-31", None, "2012-06-30", "2012-12-31", None],
        }
    )
    seats = [
        ("e1", "A", "coordinator"), ("u1", "A", "participant"),
        ("e2", "B", "host"), ("e1", "B", "participant"),
        ("u1", "C", "coordinator"), ("e1", "C", "participant"),
        ("u1", "D", "participant"), ("e2", "D", "participant"),
        ("e1", "E", "coordinator"),
    ]  # fmt: skip
    people = pd.DataFrame(
        {"id": ["e1", "e2", "u1"], "role": ["enterprise", "enterprise", "university"], "country": ["CN", "CN", "DE"]}
    )
    tables = {
        "Result": pd.DataFrame({"id": ["r1", "r2", "r3"]}),
        "PRODUCED": pd.DataFrame({"start": ["e1", "e1", "u1"], "end": ["r1", "r2", "r3"]}),
        "TRANSFERRED_TO": pd.DataFrame({"start": ["r1"], "end": ["e2"]}),
        "Industry": pd.DataFrame(
            {"id": ["i1", "i2"], "chain": ["optics", "optics"], "segment": ["upstream", "downstream"]}
        ),
        "ACTIVE_IN": pd.DataFrame({"start": ["e1"], "end": ["i1"]}),
    }
    return Network.from_frames(
        people, bodies, pd.DataFrame(seats, columns=["organisation", "body", "role"]), tables=tables
    )


def test_enterprise_leadership_on_paper() -> None:
    result = run("enterprise-leadership", led())
    table = result.table.set_index("group")
    assert table.loc["all", ["bodies", "led", "by_enterprises"]].tolist() == [4, 3, 2]
    assert table.loc["all", "share"] == pytest.approx(2 / 3)
    assert table.loc["all", "money_share"] == pytest.approx(30 / 60)
    assert table.loc["all", "concentration"] == pytest.approx(1 / 3)
    assert table.loc["basic", ["led", "by_enterprises", "share"]].tolist() == [1, 0, 0]
    # Wilson's interval of 2 in 3: centre (2/3 + z^2/6) / (1 + z^2/3), z = 1.96.
    assert table.loc["all", ["share_low", "share_high"]].tolist() == pytest.approx([0.2077, 0.9385], abs=5e-4)
    assert any("50 % of those of 1 leading enterprises, 0 % of those of 1 other" in note for note in result.notes)
    assert "optics: no enterprise is active in its downstream segment." in result.notes
    with pytest.raises(UsageError, match="cannot be compared by 'colour'"):
        run("enterprise-leadership", led(), by="colour")
    with pytest.raises(DataError, match="whose role is known"):
        run("enterprise-leadership", toy_zone())


def test_countries_on_paper() -> None:
    # Weights: A e1-u1, B e1-e2, C e1-u1, D e2-u1, 1 each. CN has 2 + 2 ends at home (B) ... 5 ends, 3 of them abroad.
    table = run("international", led()).table.set_index("country")
    assert table.loc["CN", "abroad_share"] == pytest.approx(3 / 5)
    assert table.loc["CN", "expected"] == pytest.approx(1 - 5 / 8)
    assert table.loc["DE", ["abroad_share", "dependence", "first_partner"]].tolist() == [1, 1, "CN (100 %)"]
    assert not table.loc["CN", "belt_and_road"]
    with pytest.raises(DataError, match="no organisation has a country"):
        run("international", toy_zone())


def test_years_on_paper() -> None:
    # 2010: A, B (e1-u1, e1-e2); 2011: B, C (e1-e2, e1-u1); 2012: B, C, D (e1-e2, e1-u1, e2-u1).
    result = run("vitality", led())
    table = result.table.set_index("year")
    assert table["ties"].tolist() == [2, 2, 3]
    assert table["formed"].tolist() == [None, 0, pytest.approx(1 / 3)]
    assert table["dissolved"].tolist() == [None, 0, 0]
    assert table["new"].tolist() == [3, 0, 0]
    assert result.notes == ("1 bodies without a first day are in no year.",)


def test_change_of_ties_is_that_of_the_design() -> None:
    # Ties 1 2 3 4, then 3 4 5: Jaccard 2 / 5, formed 1 / 3, dissolved 1 / 2.
    pairs = {"1": "ab", "2": "cd", "3": "ef", "4": "gh", "5": "ij"}
    days = {"1": (2010, 2010), "2": (2010, 2010), "3": (2010, 2011), "4": (2010, 2011), "5": (2011, 2011)}
    bodies = pd.DataFrame(
        [(name, f"{first}-01-01", f"{last}-12-31") for name, (first, last) in days.items()],
        columns=["id", "from", "to"],
    )
    seats = pd.DataFrame([(o, name) for name, pair in pairs.items() for o in pair], columns=["organisation", "body"])
    net = Network.from_frames(pd.DataFrame({"id": list("abcdefghij")}), bodies, seats)
    last = run("vitality", net).table.iloc[1]
    assert last[["kept", "formed", "dissolved"]].tolist() == pytest.approx([0.4, 1 / 3, 1 / 2])
