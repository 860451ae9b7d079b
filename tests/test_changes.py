"""What changed since the last run of an analysis, on both stores."""

import pandas as pd
from small_graphs import full_zone

from graphkit.analysis import run
from graphkit.loading import load
from graphkit.project import Project
from graphkit.schema import MemberOf, Organisation, Platform, Record
from graphkit.writeback import findings

ASKED = "changes-since-the-last-run"


def members(platforms: dict[str, str]) -> list[Record]:
    """Organisations and platforms of one letter each, `{"P": "abc"}`."""
    letters = sorted(set("".join(platforms.values())))
    ties = [
        MemberOf(start=f"own:{letter}", end=f"own:{name}", row=f"x:{name}{letter}")
        for name, inside in platforms.items()
        for letter in inside
    ]
    organisations = [Organisation(id=f"own:{letter}", name=letter) for letter in letters]
    return [*organisations, *(Platform(id=f"own:{name}", name=name) for name in platforms), *ties]


def test_new_gone_and_changed_findings(project: Project) -> None:
    """First a triangle a-b-c and the tie c-e; then the triangle and c-d.

    a and b say the same twice: two partners, who know each other. c has three partners both times, e is gone, d is
    new. Then b-d comes: b has three partners, d has two; c stays the one with most ties between others.
    """

    def ask(platforms: dict[str, str]) -> list[tuple[str, str]]:
        load(project.store, "x", iter(members(platforms)), rejects_folder=project.home / "rejects", allow_shrink=True)
        project._networks.clear()
        project.run("brokers", write=True)
        table = project.query(ASKED, analysis="brokers")
        assert (table["before"].isna() == (table["change"] == "new")).all()
        assert (table["now"].isna() == (table["change"] == "gone")).all()
        return list(table[["change", "finding"]].itertuples(index=False, name=None))

    assert ask({"P": "abc", "Q": "ce"}) == []  # there was no run before
    assert ask({"P": "abc", "Q": "ce"}) == []  # the same run again
    assert ask({"P": "abc", "Q": "cd"}) == [("new", "own:d"), ("gone", "own:e")]
    changed = ask({"P": "abc", "Q": "cd", "R": "bd"})
    assert {("changed", "own:b"), ("changed", "own:d")} <= set(changed) <= {("changed", f"own:{x}") for x in "abcd"}
    # Other options are another question: nothing is compared with what they found.
    project.run("brokers", weighted=True, write=True)
    assert project.query(ASKED, analysis="brokers").empty
    assert project.query(ASKED, analysis="silos").empty


def test_findings_hold_counts_and_words_but_no_measured_values() -> None:
    """Of a broker partners, place and yes or no are told; betweenness and the like are not."""

    brokers = run("brokers", full_zone())
    told = findings(brokers)
    assert list(told) == brokers.table["id"].tolist()
    first = brokers.table.iloc[0]
    state = told[first["id"]]
    assert state.startswith(f"broker_partners {first['broker_partners']}, broker_place {first['broker_place']}")
    assert "betweenness" not in state
    silos = findings(run("silos", full_zone(), by="zone"))
    assert all("verdict " in state for state in silos.values())
    assert pd.Series(list(silos)).is_unique
