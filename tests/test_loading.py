"""The engine under the loaders, on both stores: books balance, order is nothing, and nothing is written twice."""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit import loading, snapshot
from graphkit.commands._books import books_sentence, raise_for_rejects
from graphkit.errors import DataError, GoneError, RejectedError, ShrunkError
from graphkit.formats.reading import Reject
from graphkit.loading import Load
from graphkit.project import Project
from graphkit.schema import Collaboration, Date, Organisation, Platform, Record, TakesPartIn


def organisation(id_: str, line: int, **facts: object) -> Organisation:
    return Organisation(id=id_, row=f"organisations.csv:{line}", **facts)  # type: ignore[arg-type]


def seat(start: str, end: str, line: int, **facts: object) -> TakesPartIn:
    return TakesPartIn(start=start, end=end, row=f"seats.csv:{line}", **facts)  # type: ignore[arg-type]


def project_of(id_: str, line: int) -> Collaboration:
    return Collaboration(id=id_, name=id_.upper(), row=f"projects.csv:{line}", from_=Date("2014-01-01"), budget=1234.5)


SMALL: list[Record] = [
    organisation("own:a", 2, name="A", role="university", country="NA", aliases=("Alpha", "AA")),
    organisation("own:b", 3, name="乙 有限公司", role="enterprise", lat=0.0),
    organisation("own:c", 4, name="Ç'\"`\\u0060"),
    project_of("own:p", 2),
    seat("own:a", "own:p", 2, role="coordinator", amount=10.0),
    seat("own:b", "own:p", 3, role="participant"),
]


def load(project: Project, records: Iterable[Record | Reject], source: str = "test") -> Load:
    return loading.load(project.store, source, iter(records), rejects_folder=project.home / "rejects")


def test_every_row_has_one_outcome(project: Project) -> None:
    outcome = load(project, SMALL)
    assert (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected) == (6, 6, 0, 0)
    nodes, ties = snapshot.counts(project.store)
    assert nodes == {"Organisation": 3, "Collaboration": 1, "Source": 1}
    assert ties == {"TAKES_PART_IN": 2}


def test_loading_twice_writes_nothing(project: Project) -> None:
    load(project, SMALL)
    before = snapshot.content_hash(project.store)
    again = load(project, SMALL)
    assert (again.loaded, again.merged, again.written) == (0, 6, 0)
    assert snapshot.content_hash(project.store) == before


def test_facts_come_back_as_they_went_in(project: Project) -> None:
    load(project, SMALL)
    found = project.network().organisations.set_index("id")
    assert found.loc["own:a", "country"] == "NA"
    assert found.loc["own:a", "aliases"] == ("AA", "Alpha") or found.loc["own:a", "aliases"] == ("Alpha", "AA")
    assert found.loc["own:b", "name"] == "乙 有限公司"
    assert found.loc["own:b", "lat"] == 0.0
    assert found.loc["own:c", "name"] == "Ç'\"`\\u0060"
    assert found.loc["own:c", "role"] is None
    seats = project.network().memberships
    assert seats["row"].tolist() == ["seats.csv:2", "seats.csv:3"]
    assert seats["amount"].tolist()[0] == 10.0


def test_both_stores_hold_the_same(both: tuple[Project, Project]) -> None:
    hashes = set()
    for each in both:
        load(each, SMALL)
        hashes.add((snapshot.content_hash(each.store), each.network().hash))
    assert len(hashes) == 1


def test_order_of_rows_does_not_matter(project: Project) -> None:
    doubtful = [
        *SMALL,
        organisation("own:a", 5, name="A Ltd", country="DE"),
        organisation("own:a", 6, name="A", country="DE"),
        seat("own:a", "own:p", 4, role="participant", amount=7.0),
        seat("own:a", "own:nowhere", 5),
    ]
    seen = set()
    for order in (doubtful, doubtful[::-1], doubtful[3:] + doubtful[:3]):
        project.clear()
        outcome = load(project, order)
        rejects = [(r.file, r.line, r.column, r.value, r.kind) for r in outcome.rejects]
        books = (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected)
        seen.add((snapshot.content_hash(project.store), books, tuple(rejects)))
    assert len(seen) == 1
    ((_, books, rejects_seen),) = seen
    # Two rows say DE, one NA: the majority stays and the other row is refused, as is the tie to nowhere.
    assert rejects_seen == (
        ("organisations.csv", 2, "country", "NA", "conflict"),
        ("seats.csv", 5, "collaboration", "own:nowhere", "tie"),
    )
    # The rest of the row that says NA is used (it alone tells the role), so that only the tie is rejected.
    assert books[0] == sum(books[1:])
    assert books[3] == 1


def test_order_of_sources_does_not_matter(project: Project) -> None:
    second: list[Record] = [
        organisation("own:a", 2, name="Alpha University", city="Windhoek"),
        organisation("own:d", 3, name="D"),
        project_of("own:p", 2),
        seat("own:d", "own:p", 2),
        seat("own:a", "own:p", 3, role="participant", amount=99.0),
    ]
    hashes = []
    for order in ((("one", SMALL), ("two", second)), (("two", second), ("one", SMALL))):
        project.clear()
        for source, records in order:
            load(project, records, source)
        hashes.append(snapshot.content_hash(project.store))
        for source, records in order:
            assert load(project, records, source).written == 0
    assert hashes[0] == hashes[1]
    a = project.network().organisations.set_index("id").loc["own:a"]
    assert (a["city"], a["role"]) == ("Windhoek", "university")
    assert {"A", "Alpha University"} <= {a["name"], *a["aliases"]}


def test_a_corrected_source_replaces_what_it_said(project: Project) -> None:
    load(project, SMALL)
    corrected = [
        organisation("own:a", 2, name="A", role="enterprise", country="NA", aliases=("Alpha", "AA")),
        *SMALL[1:],
    ]
    assert load(project, corrected).loaded == 1
    assert project.network().organisations.set_index("id").loc["own:a", "role"] == "enterprise"


def test_derived_columns_survive_a_load(project: Project) -> None:
    load(project, SMALL)
    project.run("brokers", write=True)
    count = "MATCH (o:Organisation) WHERE o.broker_partners IS NOT NULL RETURN count(o)"
    before = project.store.rows(count)
    load(project, [organisation("own:a", 2, name="A new name"), *SMALL[1:]])
    assert project.store.rows(count) == before


@pytest.mark.parametrize(
    ("record", "column"),
    [
        (organisation("own:x", 9, role="wizard"), "role"),
        (organisation("own:x", 9, country="Germany"), "country"),
        (organisation("own:x", 9, lat=91.0), "lat"),
        (organisation("noscheme", 9), "id"),
        (Collaboration(id="own:x", from_=Date("2015-02-30"), row="organisations.csv:9"), "from"),
        (Collaboration(id="own:x", budget=float("nan"), row="organisations.csv:9"), "budget"),
        (Platform(id="own:x", kind="castle", row="organisations.csv:9"), "kind"),
        (organisation("own:x", 9, founded="1900"), "founded"),
    ],
)
def test_what_cannot_be_is_rejected_and_the_rest_kept(record: Record, column: str, project: Project) -> None:
    """A bad id costs the record, any other bad value itself alone."""
    outcome = load(project, [*SMALL, record])
    lost = column == "id"
    assert (outcome.rows_in, outcome.loaded, outcome.rejected) == (7, 7 - lost, lost)
    assert outcome.rejects_file is not None
    with outcome.rejects_file.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"], row["line"], row["column"]) == ("organisations.csv", "9", column)
    assert row["reason"]
    loading.load(project.store, "test", iter(SMALL), rejects_folder=outcome.rejects_file.parent, allow_shrink=True)
    assert not outcome.rejects_file.exists(), "a load without rejects leaves no rejects file behind"


def test_a_broken_source_writes_nothing(project: Project) -> None:
    def broken() -> Iterator[Record]:
        yield from SMALL
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        load(project, broken())
    assert snapshot.counts(project.store) == ({}, {})


names = st.sampled_from(["own:a", "own:b", "own:c", "own:d"])
rows = st.lists(
    st.one_of(
        st.builds(
            dict,
            kind=st.just("organisation"),
            id=names,
            name=st.sampled_from([None, "X", "Y", "Z"]),
            country=st.sampled_from([None, "DE", "FR"]),
        ),
        st.builds(dict, kind=st.just("seat"), start=names, end=st.sampled_from(["own:p", "own:q"])),
        st.builds(dict, kind=st.just("project"), id=st.sampled_from(["own:p", "own:q"])),
    ),
    max_size=12,
)


class _NoStore:
    """Stands in for an empty store, so that thousands of loads cost nothing."""

    def __init__(self) -> None:
        self.written: dict[str, list[list[object]]] = {}
        self.lanes, self.repeated, self.batch = 1, 0, 5000
        self.folder = None

    def prepare(self) -> None:
        pass

    def turn(self, who: str, seconds: float, say: object) -> AbstractContextManager[Callable[[], None]]:
        return nullcontext(lambda: None)

    def rows(self, statement: str, **_: object) -> list[list[int]]:
        return [] if "Source" in statement else [[0]]

    def write(self, *steps: tuple[str, list[list[object]]]) -> None:
        for statement, written in steps:
            self.written.setdefault(statement, []).extend(written)

    def portions(self, rows: list[object], work: Callable[[list[object]], object]) -> Iterator[object]:
        yield work(rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows, st.randoms(use_true_random=False))
def test_books_balance_and_order_is_nothing(drawn: list[dict[str, str]], random: object) -> None:
    def records() -> list[Record]:
        made: list[Record] = []
        for line, row in enumerate(drawn, 2):
            facts = {key: value for key, value in row.items() if key != "kind"}
            if row["kind"] == "organisation":
                made.append(organisation(facts.pop("id"), line, **facts))
            elif row["kind"] == "project":
                made.append(project_of(facts["id"], line))
            else:
                made.append(seat(facts["start"], facts["end"], line))
        return made

    def written(order: list[Record]) -> tuple[object, ...]:
        store = _NoStore()
        outcome = loading.load(store, "test", order)  # type: ignore[arg-type]
        assert outcome.rows_in == len(drawn) == outcome.loaded + outcome.merged + outcome.rejected
        content = {k: v for k, v in store.written.items() if ":Source" not in k}
        return repr(content), outcome.loaded, outcome.merged, outcome.rejected

    one, other = records(), records()
    random.shuffle(other)  # type: ignore[attr-defined]
    assert written(one) == written(other)


def test_ids_of_all_things_are_sorted_before_they_are_written() -> None:
    store = _NoStore()
    loading.load(store, "test", SMALL[::-1])  # type: ignore[arg-type]
    for statement, sent in store.written.items():
        if ":Source" not in statement:
            assert all(a[:2] <= b[:2] for a, b in itertools.pairwise([[str(v) for v in row] for row in sent])), (
                statement
            )


def test_a_dry_run_counts_and_writes_nothing(project: Project) -> None:
    outcome = loading.load(project.store, "test", iter(SMALL), dry_run=True)
    assert (outcome.rows_in, outcome.loaded, outcome.written) == (6, 6, 6)
    assert snapshot.counts(project.store) == ({}, {})


MANY: list[Record] = [organisation(f"own:o{i:02}", i, name=f"O{i}") for i in range(30)]


def test_what_a_source_no_longer_says_is_taken_back(project: Project) -> None:
    load(project, [*MANY, *SMALL])
    load(project, SMALL[:4], "other")
    load(project, MANY[:15], "third")
    outcome = load(project, [*MANY, *SMALL[:5]])
    assert (outcome.removed, outcome.loaded) == (1, 0)
    assert snapshot.counts(project.store)[1] == {"TAKES_PART_IN": 1}
    fewer = [*MANY[:27], *SMALL[:5]]
    assert load(project, fewer).removed == 3
    assert snapshot.counts(project.store)[0]["Organisation"] == 30
    with pytest.raises(ShrunkError, match="nothing was changed"):
        load(project, MANY[:15])
    assert snapshot.counts(project.store)[0]["Organisation"] == 30
    loading.load(project.store, "test", iter(MANY[:15]), allow_shrink=True)
    # The other source still says the small graph, but for its ties.
    assert snapshot.counts(project.store) == (
        {"Organisation": 18, "Collaboration": 1, "Source": 3},
        {},
    )


def test_nothing_is_taken_back_when_a_row_was_rejected(project: Project) -> None:
    load(project, [*MANY, *SMALL])
    spoilt = organisation("own:o29", 29, name="O29", role="wizard")
    assert load(project, [*MANY[:29], spoilt, *SMALL]).removed == 0
    assert snapshot.counts(project.store)[0]["Organisation"] == 33


def test_unloading_a_source_leaves_what_the_others_say(project: Project) -> None:
    load(project, SMALL, "one")
    alone = snapshot.content_hash(project.store)
    load(project, [organisation("own:a", 2, name="Other", city="X"), organisation("own:n", 3), *MANY], "two")
    project.run("brokers", write=True)
    assert project.unload("two") == 32
    assert snapshot.content_hash(project.store) == alone
    assert project.sources()["name"].tolist() == ["one"]
    with pytest.raises(DataError, match="there are: one"):
        project.unload("two")
    project.unload("one")
    nodes, ties = snapshot.counts(project.store)
    assert (set(nodes), ties) == ({"Run"}, {})


def test_a_node_that_ties_of_others_hold_on_to_stays_bare(project: Project) -> None:
    load(project, [*SMALL[:4]], "nodes")
    load(project, [*SMALL[4:]], "ties")
    project.unload("nodes")
    found = project.network().organisations
    assert found["id"].tolist() == ["own:a", "own:b"]
    assert found["name"].tolist() == [None, None]
    load(project, [*SMALL[:4]], "nodes")
    assert snapshot.network(project.store).organisations["name"].tolist()[0] == "A"


def test_a_hub_of_three_hundred_ties_can_be_unloaded_and_shrink(project: Project) -> None:
    """The embedded store once lost its way among so many ties of one organisation while they were deleted."""
    hub = organisation("own:hub", 2, name="Hub")
    bodies = [Collaboration(id=f"own:p{n:03}", row=f"projects.csv:{n + 2}") for n in range(300)]
    seats = [TakesPartIn(start="own:hub", end=body.id, row=f"seats.csv:{n}") for n, body in enumerate(bodies, 2)]
    load(project, [hub, *bodies, *seats], "one")
    again = loading.load(project.store, "one", iter([hub, *bodies, *seats[:20]]), allow_shrink=True)
    assert again.removed == 280
    assert project.store.rows("MATCH (:Organisation)-[t:TAKES_PART_IN]->() RETURN count(t)") == [[20]]
    load(project, [hub, *bodies, *seats], "one")
    # What an analysis found of the hub goes with it.
    ties = [["own:hub", body.id] for body in bodies]
    made = (
        "UNWIND $rows AS r MATCH (a:Organisation {id: r[0]}), (b:Collaboration {id: r[1]}) CREATE (a)-[:TIED_TO]->(b)"
    )
    project.store.write((made, ties))
    assert project.unload("one") == 601
    assert project.status()["nodes"] == {}


def test_everything_can_be_traced_to_its_rows(project: Project) -> None:
    load(project, SMALL, "one")
    load(project, [organisation("own:a", 7, name="A", city="X"), *SMALL[1:]], "two")
    rows = project.explain("own:a")
    assert rows[["source", "row"]].to_numpy().tolist() == [
        ["one", "organisations.csv:2"],
        ["two", "organisations.csv:7"],
        ["one", "seats.csv:2"],
        ["two", "seats.csv:2"],
    ]
    assert '"city": "X"' in rows["says"][1]
    between = project.explain("own:a", "own:b")
    assert set(between["thing"]) == {
        "Organisation own:a",
        "Organisation own:b",
        "own:a TAKES_PART_IN own:p",
        "own:b TAKES_PART_IN own:p",
    }
    assert set(project.explain("own:a", "own:c")["thing"]) == {"Organisation own:a", "Organisation own:c"}
    with pytest.raises(DataError, match="no organisation 'own:nobody'"):
        project.explain("own:nobody")
    named = Organisation(id="pic:999997930", name="Big Lab", name_zh="大实验室", row="a.csv:2")
    loading.load(project.store, "named", iter([named]))
    for written in ("pic:999997930", "999997930", "PIC: 999997930"):  # as registers write it
        assert project.explain(written)["row"].tolist() == ["a.csv:2"]
    for name in ("big lab", "大实验室"):
        with pytest.raises(DataError, match=r"that is the name of pic:999997930: give the id"):
            project.explain(name)


def test_rows_that_all_contradict_each_other_still_make_the_organisation(project: Project) -> None:
    one = organisation("own:x", 2, city="A", country="DE", region="R")
    other = organisation("own:x", 3, city="B", country="DE", region="Q")
    outcome = load(project, [one, other])
    # One tells the city, the other the region: both are used, and what is not used of them is listed.
    assert (outcome.rows_in, outcome.loaded, outcome.rejected) == (2, 2, 0)
    assert [(r.line, r.column, r.value, r.used) for r in outcome.rejects] == [
        (2, "region", "R", True),
        (3, "city", "B", True),
    ]
    found = project.network().organisations.iloc[0]
    assert (found["country"], found["city"], found["region"]) == ("DE", "A", "Q")


def test_a_row_of_which_nothing_is_used_is_rejected(project: Project) -> None:
    rows = [organisation("own:x", line, country=country) for line, country in enumerate(["DE", "DE", "FR"], 2)]
    outcome = load(project, rows)
    assert (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected) == (3, 1, 1, 1)
    assert [(r.line, r.value, r.kind, r.used) for r in outcome.rejects] == [(4, "FR", "conflict", False)]


def test_what_is_no_longer_said_is_taken_back_though_two_rows_contradict_each_other(project: Project) -> None:
    doubtful = [*MANY, organisation("own:o00", 99, name="O0", country="DE"), organisation("own:o00", 98, country="FR")]
    load(project, [*doubtful, organisation("own:late", 97, name="Late")])
    assert load(project, doubtful).removed == 1


def test_a_bad_cell_costs_itself_and_not_its_row() -> None:
    """Line 2 has a bad sum and line 3 nothing but one; line 4 is unusable besides: 3 rows = 2 loaded + 1 rejected."""
    said: list[Record | Reject] = [
        organisation("own:a", 2, name="A"),
        Reject("organisations.csv", 2, "lat", "x", "is no number", "", "cell"),
        organisation("own:b", 3),
        Reject("organisations.csv", 3, "lat", "y", "is no number", "", "cell"),
        organisation("own:c", 4),
        Reject("organisations.csv", 4, "lat", "z", "is no number", "", "cell"),
        Reject("organisations.csv", 4, "id", "c", "is no id", ""),
    ]
    outcome = loading.load(_NoStore(), "test", said)  # type: ignore[arg-type]
    assert (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected) == (3, 2, 0, 1)
    assert outcome.nodes == {"Organisation": 2}
    assert [(r.line, r.column, r.used) for r in outcome.rejects] == [
        (2, "lat", True),
        (3, "lat", True),
        (4, "id", False),
        (4, "lat", False),
    ]


class _FailingStore(_NoStore):
    """Stands in for a server that is stopped when the first organisations are written."""

    def write(self, *steps: tuple[str, list[list[object]]]) -> None:
        if "Organisation" in steps[0][0]:
            raise GoneError("bolt://x does not answer any more")
        super().write(*steps)


def test_whoever_loses_the_store_in_the_middle_is_told_to_load_again() -> None:
    with pytest.raises(GoneError) as raised:
        loading.load(_FailingStore(), "test", SMALL)  # type: ignore[arg-type]
    assert str(raised.value) == (
        "bolt://x does not answer any more. What was written of test stays; when the store is back, run the same load "
        "again, which writes only the rest"
    )


@pytest.mark.parametrize("id_", [None, 17, ("own:a",)])
def test_an_id_that_is_no_text_costs_its_row_and_names_the_fault_of_the_loader(id_: object) -> None:
    """Line 2 is good, 3 has no id, and line 4 ties the one to no one: 3 rows = 1 loaded + 2 rejected."""
    tie = TakesPartIn(start="own:a", end=id_, row="seats.csv:4")  # type: ignore[arg-type]
    said: list[Record | Reject] = [organisation("own:a", 2, name="A"), organisation(id_, 3), tie]  # type: ignore[arg-type]
    outcome = loading.load(_NoStore(), "test", said)  # type: ignore[arg-type]
    assert (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected) == (3, 1, 0, 2)
    reason = f"is {type(id_).__name__}, no text; a loader must give ids with a scheme, like pic:998616262"
    assert [(r.line, r.column, r.value, r.reason) for r in outcome.rejects] == [
        (3, "id", str(id_), reason),
        (4, "end", str(id_), reason),
    ]


def test_a_dry_run_names_no_file_of_rejects_and_claims_no_load() -> None:
    reject = Reject("x.csv", 3, "role", "wizard", "is no role", "a;wizard", "row")
    with pytest.raises(RejectedError) as raised:
        raise_for_rejects(Load("x", rows_in=1, rejected=1, rejects=[reject]))
    assert str(raised.value) == (
        "1 row would be rejected; x.csv, line 3, role 'wizard': is no role; "
        "a load without --dry-run lists them all in a file"
    )
    with pytest.raises(RejectedError, match=r"^2 rows would be rejected; the first is x\.csv, line 3, role 'wizard'"):
        raise_for_rejects(Load("x", rows_in=2, rejected=2, rejects=[reject, replace(reject, line=4)]))
    torn = replace(reject, column="", value="", reason="is no JSON")
    with pytest.raises(
        RejectedError, match=r"^1 row was rejected, and there are no others; x\.csv, line 3: is no JSON"
    ):
        raise_for_rejects(Load("x", rows_in=1, rejected=1, rejects=[torn], rejects_file=Path("rejects.csv")))
    books = "x: 1 row in = 0 loaded + 0 merged + 1 rejected; nothing said; 0 written"
    assert books_sentence(Load("x", rows_in=1, rejected=1)) == books
    assert books_sentence(Load("x", written=2), dry_run=True).endswith("2 would be written")
    assert books_sentence(Load("x", written=2)).endswith("2 written")
