import numpy as np
import pandas as pd
import pytest
from small_graphs import toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures.technologies import breadth, portfolios
from graphkit.network import Network


def about(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["start_label", "start", "end"])


def chain(**kinds: str | None) -> Network:
    """a-b-c-d in three bodies of two, e by itself; a works on t:1 and t:2, d and e on t:1, b and c on t:3 and none."""
    facts = {name: {"role": role} for name, role in kinds.items()}
    rows = about(
        ("Organisation", "a", "t:1"),
        ("Organisation", "a", "t:2"),
        ("Organisation", "b", "t:3"),
        ("Organisation", "d", "t:1"),
        ("Organisation", "e", "t:1"),
    )
    return Network.of(
        {"P1": ["a", "b"], "P2": ["b", "c"], "P3": ["c", "d"]}, facts | {"e": facts["e"]}, tables={"ABOUT": rows}
    )


ROLES = {"a": "university", "b": "enterprise", "c": "enterprise", "d": "enterprise", "e": "university"}


def test_breadth_on_paper() -> None:
    # t:1 is a's, d's and e's, t:2 a's alone: their cosine is 1 / sqrt(3), so d_12 = .42265. a has halves of both:
    # 2 * .5 * .5 * .42265 = .211325.
    found = portfolios(chain(**ROLES))
    value = breadth(found)
    assert value[[0, 1, 3, 4]] == pytest.approx([(1 - 3**-0.5) / 2, 0, 0, 0])
    assert np.isnan(value[2])
    table = run("breadth", chain(**ROLES)).table
    assert table["id"].tolist()[0] == "a"
    assert table["rao_stirling"].iloc[-1] is None


def test_portfolios_add_what_bodies_and_results_are_about() -> None:
    tables = {
        "ABOUT": about(("Platform", "P", "t:1"), ("Result", "r:1", "t:2"), ("Organisation", "a", "t:1")),
        "PRODUCED": pd.DataFrame({"start": ["b"], "end": ["r:1"]}),
        "Technology": pd.DataFrame({"id": ["t:1", "t:2"], "name": ["Optics", None]}),
    }
    net = Network.of({"P": ["a", "b"]}, tables=tables)
    found = portfolios(net)
    assert found.names == ["Optics", "t:2"]
    assert found.amounts.toarray().tolist() == [[2, 0], [1, 1]]


def test_programmes_stand_in_for_technologies() -> None:
    net = two_triangles()
    net = Network.from_frames(
        net.organisations,
        net.bodies.assign(programme=[("X",) if "a" in str(id_) else ("Y",) for id_ in net.bodies["id"]]),
        net.memberships.assign(
            organisation=net.organisations["id"].to_numpy()[net.memberships["organisation"]],
            body=net.bodies["id"].to_numpy()[net.memberships["body"]],
        ),
    )
    assert portfolios(net).over == "programme"
    with pytest.raises(DataError, match="source with technologies"):
        portfolios(net, "technology")
    with pytest.raises(DataError, match="neither technologies nor programmes"):
        run("breadth", toy_zone())
    with pytest.raises(UsageError):
        portfolios(net, "colour")


def test_missed_encounters_on_paper() -> None:
    # d is a's: cosine 1 / sqrt(2), three hops apart, an enterprise and a university. e is d's: cosine 1, no way, which
    # counts as 3 + 1. a and e are both universities, b and d share nothing.
    table = run("missed-encounters", chain(**ROLES)).table
    assert table[["one", "other"]].to_numpy().tolist() == [["d", "e"], ["a", "d"]]
    assert table["score"].tolist() == pytest.approx([4, 3 / 2**0.5])
    assert table["distance"].tolist() == [None, 3]
    assert table["shared_fields"].tolist() == ["t:1", "t:1"]
    assert run("missed-encounters", chain(**ROLES), apart=4).table["other"].tolist() == ["e"]
    assert run("missed-encounters", chain(**ROLES), similarity=0.8).table["other"].tolist() == ["e"]
    assert len(run("missed-encounters", chain(**ROLES), cap=1).table) == 1


def test_missed_encounters_never_lists_partners_or_two_of_one_role() -> None:
    same = run("missed-encounters", chain(**dict.fromkeys(ROLES, "enterprise")))
    assert len(same.table) == 0
    with pytest.raises(UsageError):
        run("missed-encounters", chain(**ROLES), similarity=0.0)
    with pytest.raises(DataError, match="no organisation has a role"):
        run("missed-encounters", chain(**dict.fromkeys(ROLES)))


def test_sentences() -> None:
    found = run("missed-encounters", chain(**ROLES))
    assert found.sentences("en")[0] == (
        "d (enterprise) and e (university) both work on t:1 (similarity 1.00), yet there is no way between them."
    )
    assert "彼此不可达" in found.sentences("zh")[0]
    assert run("breadth", chain(**ROLES)).sentences("en")[0].startswith("a brings together 2 fields")
