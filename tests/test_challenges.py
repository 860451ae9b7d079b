"""Challenges: who could meet them, and whom they should be given to, on paper."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_graphs import full_zone, toy_zone

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.matching import assigned, greedily, total
from graphkit.network import Network

SCORES = np.array([[0.9, 0.8, 0.1], [0.85, 0.2, 0.1]])


def test_the_best_matching_is_not_the_greedy_one() -> None:
    # First come, first served gives .9 + .2 = 1.10; the best is .8 + .85 = 1.65.
    assert (assigned(SCORES), total(SCORES, assigned(SCORES))) == ([1, 0], pytest.approx(1.65))
    assert (greedily(SCORES), total(SCORES, greedily(SCORES))) == ([0, 1], pytest.approx(1.10))
    assert assigned(SCORES, capacity=2) == [0, 0]
    assert assigned(SCORES, least=0.84) == [0, None] or assigned(SCORES, least=0.84) == [None, 0]
    assert total(SCORES, assigned(SCORES, least=0.84)) == pytest.approx(0.9)
    assert assigned(np.zeros((2, 3))) == [None, None]
    assert assigned(np.zeros((2, 0))) == greedily(np.zeros((2, 0))) == [None, None]


@given(arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(0, 1)), st.integers(1, 2))
def test_no_matching_is_worse_than_the_greedy_one(
    scores: "np.ndarray[object, np.dtype[np.float64]]", many: int
) -> None:
    found = assigned(scores, many)
    assert total(scores, found) >= total(scores, greedily(scores, many)) - 1e-9
    assert max((found.count(column) for column in found if column is not None), default=0) <= many


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


def board(**more: pd.DataFrame) -> Network:
    """d and its partner n in zone Z ask; n, f (zone Y) and b (a bank) work on optics, f and g on batteries."""
    people = {
        "d": {"zone": "Z", "role": "enterprise"},
        "n": {"zone": "Z", "role": "university"},
        "f": {"zone": "Y", "role": "enterprise"},
        "g": {"zone": "Y", "role": "research_institute"},
        "b": {"zone": "Z", "role": "finance"},
    }
    skills = [
        ("n", "optics"),
        ("f", "optics"),
        ("b", "optics"),
        ("f", "batteries"),
        ("g", "batteries"),
        ("d", "optics"),
    ]
    asks = [("c:1", "optics"), ("c:2", "batteries"), ("c:3", "hydrogen"), ("c:4", "optics"), ("c:4", "batteries")]
    tables = {
        "Challenge": frame("id name", *[(f"c:{i}", f"Challenge {i}") for i in range(1, 6)]),
        "ISSUED": frame("start end row", *[("d", f"c:{i}", f"issued:{i}") for i in range(1, 6)]),
        "ABOUT": frame(
            "start_label start end row",
            *[("Organisation", who, what, f"about:{who}") for who, what in skills],
            *[("Challenge", who, what, f"asks:{who}") for who, what in asks],
            ("Collaboration", "P", "optics", "about:P"),
        ),
        "BID_FOR": frame("start end", ("n", "c:1"), ("b", "c:1"), ("g", "c:3")),
    }
    return Network.of({"P": ["d", "n"], "Q": ["n", "f"], "R": ["f", "b"]}, people, tables=tables | more)


def test_who_could_meet_a_challenge() -> None:
    table = run("unmet-demand", board()).table.set_index("id")
    # Optics: n is one tie from d, f two; b is a bank. Batteries: f two, g nowhere near. Both: f. Hydrogen: nobody.
    assert table.loc["c:1", ["answer", "capable", "nearby", "nearest", "bids", "who"]].tolist() == [
        "nearby", 2, 2, 1, 2, "n, f",
    ]  # fmt: skip
    assert table.loc["c:2", ["answer", "capable", "nearby", "nearest", "who"]].tolist() == ["nearby", 2, 1, 2, "f, g"]
    assert table.loc["c:3", ["answer", "capable", "nearest", "who"]].tolist() == ["nowhere", 0, None, ""]
    assert table.loc["c:4", ["capable", "who"]].tolist() == [1, "f"]
    assert table.loc["c:5", "answer"] == "unknown"
    assert table.loc["c:1", "evidence"] == "asks:c:1; issued:1"
    assert table.index[0] == "c:3"


def test_a_far_answer_and_none_are_told_apart() -> None:
    result = run("unmet-demand", board(), hops=1)
    table = result.table.set_index("id")
    assert table.loc[["c:1", "c:2"], "answer"].tolist() == ["nearby", "distant"]
    said = result.sentences("en")
    assert said[0] == "Challenge 3 (d, hydrogen): nobody in the network could meet it."
    assert "2 elsewhere could: f, g" in said[2]
    assert "无人能解" in result.sentences("zh")[0]
    assert "name no technology" in result.notes[0]
    # f has optics and batteries: it could do that part of what asks for hydrogen, too.
    both = board(
        ABOUT=frame(
            "start_label start end",
            ("Organisation", "f", "optics"),
            ("Challenge", "c:1", "optics"),
            ("Challenge", "c:1", "hydrogen"),
        )
    )
    part = run("unmet-demand", both).table.set_index("id").loc["c:1"]
    assert (part["answer"], part["who"]) == ("nowhere", "f")


def test_the_board_gives_each_challenge_to_another_team() -> None:
    result = run("challenge-board", board())
    table = result.table.set_index("id")
    # c:1 asks for optics: n has it alone, one seat on it (capability 2/3), and is a partner: 1 * 2/3 / 1.1 = .606; f
    # has it among two: .7071, capability 1/2, new from elsewhere: .354. c:2: g .5, f .354. c:4 asks for both: f .5.
    assert table.loc[["c:1", "c:2", "c:4"], "team"].tolist() == ["n", "g", "f"]
    assert table.loc[["c:1", "c:2", "c:4"], "score"].tolist() == pytest.approx([1 / 1.5 / 1.1, 0.5, 0.5])
    assert table.loc["c:3", "team"] is None
    assert table.loc["c:1", "why"] == "works on optics; 1 piece of work on it; bid for it"
    assert "a new partner from another place" in table.loc["c:2", "why"]
    assert "3 of 5 open challenges" in result.notes[0]
    assert any("nobody is suitable" in sentence for sentence in result.sentences("en"))
    assert "建议由n揭榜" in "".join(result.sentences("zh"))


def test_refusals_say_why() -> None:
    listed = run("challenge-board", board()).members
    assert listed is not None
    of = listed.set_index(["challenge", "team"])
    assert of.loc[("c:1", "n"), "place"] == 1
    assert of.loc[("c:1", "b"), "refusal"] == "is no enterprise, university or institute (finance)"
    assert of.loc[("c:3", "g"), "refusal"] == "works on nothing of it"
    owned = board(SUBSIDIARY_OF=frame("start end", ("n", "d")))
    again = run("challenge-board", owned)
    assert again.table.set_index("id").loc["c:1", "team"] != "n"
    assert again.members is not None
    assert (
        again.members.set_index(["challenge", "team"]).loc[("c:1", "n"), "refusal"]
        == "belongs together with the issuer"
    )
    grandchild = board(SUBSIDIARY_OF=frame("start end", ("n", "b"), ("b", "d")))
    far = run("challenge-board", grandchild).members
    assert far is not None
    refusals = far.set_index(["challenge", "team"])["refusal"]
    assert refusals["c:1", "n"] == "belongs together with the issuer"  # over its parent
    strict = run("challenge-board", board(), least=0.55)
    assert strict.table.set_index("id")["team"].tolist() == ["n", None, None, None, None]


def test_what_was_won_makes_a_team_less_available() -> None:
    net = board(WON=frame("start end", ("n", "c:5")))
    result = run("challenge-board", net)
    assert "c:5" not in result.table["id"].tolist()
    assert result.table.set_index("id").loc["c:1", "score"] == pytest.approx(1 / 1.5 / 2 / 1.1)
    assert "won by 1 organisations (Herfindahl index 1.00), 1 of them in Z" in result.notes[1]
    only = run("challenge-board", board(), bidders_only=True).table.set_index("id")
    assert only["team"].dropna().to_dict() == {"c:1": "n"}


def test_what_is_missing_is_named() -> None:
    for name in ("unmet-demand", "challenge-board"):
        with pytest.raises(DataError, match="Challenge"):
            run(name, toy_zone())
    with pytest.raises(UsageError, match="at least"):
        run("challenge-board", board(), capacity=0)
    # The only challenge of the full zone was won; E2 issued it, and U1, two ties away, works on optics.
    assert run("challenge-board", full_zone()).notes[0] == "No challenge is open: all were won."
    assert run("unmet-demand", full_zone()).table.loc[0, ["answer", "won"]].tolist() == ["nearby", True]
