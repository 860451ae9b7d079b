"""OpenAlex as the API and the snapshot give it; what the records say was decided by hand, as their licence tells."""

import csv
import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphkit import loading, snapshot
from graphkit.errors import EmptyFileError, MissingFileError, SourceError
from graphkit.formats import archives, jsonpages
from graphkit.formats.reading import Opened, Reject, opened
from graphkit.project import Project
from graphkit.schema import About, Collaboration, Organisation, Record, SubsidiaryOf, TakesPartIn, Technology
from graphkit.shelf import find_loader, folder

DATA = Path(__file__).parent / "data" / "openalex"
WORKS = [json.loads(line) for line in (DATA / "works.jsonl").read_text(encoding="utf-8").splitlines()]
INSTITUTIONS = [json.loads(line) for line in (DATA / "institutions.jsonl").read_text(encoding="utf-8").splitlines()]
TANDEM, PACKAGE, _, RETRACTED, _, SOLO, OLD_TANDEM = WORKS
TSINGHUA, CAS, PHYSICS, HUAWEI, PILOT, MUNICH = INSTITUTIONS
name = pytest.mark.parametrize


class Loaded:
    """All that a file or folder yields, by kind."""

    def __init__(self, path: Path, **options: object) -> None:
        self.noted: Opened
        with opened() as self.noted:
            self.all: list[Record | Reject] = list(find_loader("openalex").load(path, **options))
        self.rejects = [r for r in self.all if isinstance(r, Reject)]
        self.organisations = {r.id: r for r in self.all if isinstance(r, Organisation)}
        self.works = {r.id: r for r in self.all if isinstance(r, Collaboration)}
        self.topics = {r.id: r for r in self.all if isinstance(r, Technology)}
        self.seats = {(r.start, r.end) for r in self.all if isinstance(r, TakesPartIn)}
        self.about = {(r.start, r.end): r.weight for r in self.all if isinstance(r, About)}
        self.parents = {(r.start, r.end) for r in self.all if isinstance(r, SubsidiaryOf)}

    def said(self) -> str:
        """What became no record, and how much of it."""
        return "\n".join(self.noted.remarks)

    def content(self) -> frozenset[Record]:
        """Everything said, without where."""
        return frozenset(replace(r, row=None) for r in self.all if isinstance(r, Record))


def lines(path: Path, *records: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8")
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def changed(record: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**record, **fields}


def test_works_are_collaborations_of_the_institutions_of_their_authors() -> None:
    found = Loaded(DATA)
    assert not found.rejects
    tandem = "openalex:W4400000001"
    assert found.works[tandem] == Collaboration(
        id=tandem,
        name="Tandem cells on flexible substrates",
        kind="publication",
        from_="2021-05-03",  # type: ignore[arg-type]
        to="2021-05-03",  # type: ignore[arg-type]
        row="works.jsonl:1",
    )
    package = found.works["openalex:W4400000002"]
    assert (package.name, package.from_, package.to) == ("光子集成 电路的低损耗封装", "2019-01-01", "2019-12-31")
    assert found.works["openalex:W4400000006"].name is None
    assert {start for start, end in found.seats if end == tandem} == {"ror:03cve4549", "ror:00cmhce21"}
    # 2 + 2 + 2 + 1 institutions in works.jsonl, where one is named by no author, and 2 + 1 in the answer of the API.
    assert len(found.seats) == 10
    assert set(found.works) == {f"openalex:W44000000{n:02d}" for n in (1, 2, 4, 6, 10, 11)}
    assert found.works["openalex:W4400000010"].row == "page.json!record:1"


def test_topics_are_technologies_and_concepts_stand_in_for_them() -> None:
    found = Loaded(DATA)
    assert {(t.code, t.name, t.scheme) for t in found.topics.values()} == {
        ("T10017", "Perovskite Solar Cells", "OpenAlex"),
        ("T10251", "Photonic Integrated Circuits", "OpenAlex"),
        ("C121332964", "Physics", "OpenAlex"),
    }
    assert found.about == {
        ("openalex:W4400000001", "openalex:T10017"): 0.9987,
        ("openalex:W4400000001", "openalex:T10251"): 0.61,
        ("openalex:W4400000002", "openalex:C121332964"): 0.71,
        ("openalex:W4400000004", "openalex:T10017"): 0.5,
        ("openalex:W4400000010", "openalex:T10017"): 0.9987,
    }


def test_institutions_come_from_their_records_and_else_from_works() -> None:
    found = Loaded(DATA)
    assert found.organisations["ror:03cve4549"] == Organisation(
        id="ror:03cve4549",
        name="Tsinghua University",
        name_zh="清华大学",  # simplified before traditional
        aliases=("Qinghua University", "THU"),
        role="university",
        country="CN",
        city="Beijing",
        lat=39.9075,
        lon=116.39723,
        row="institutions.jsonl:1",
    )
    # Its name in `zh` is in Latin letters; of the others one is in Chinese characters alone.
    assert found.organisations["ror:00cmhce21"].name_zh == "华为"
    pilot = found.organisations["openalex:I4390000001"]  # it has no ROR id
    assert (pilot.role, pilot.city, pilot.lat) == (None, None, None)
    london = found.organisations["ror:02jx3x895"]  # it has no record, but a work names it
    assert (london.name, london.role, london.country, london.row) == (
        "University College London",
        "university",
        "GB",
        "works.jsonl:4",
    )
    assert "ror:0079jjr10" in found.organisations, "an institution without a work stays"
    assert len(found.organisations) == 7

    alone = Loaded(DATA / "works.jsonl")
    assert {o.id for o in alone.organisations.values()} == set(found.organisations) - {"ror:0079jjr10"}
    assert alone.organisations["ror:05cvf7v30"].role == "research_institute"


def test_who_belongs_to_whom_is_told_by_records_or_by_a_lineage_of_two(tmp_path: Path) -> None:
    assert Loaded(DATA).parents == {("ror:05cvf7v30", "ror:034t30j35")}
    # Of works alone: the Institute of Physics has exactly one above it, and the pilot centre two, in no order.
    assert Loaded(DATA / "works.jsonl").parents == {("ror:05cvf7v30", "ror:034t30j35")}
    assert "1 institutions have a lineage of more than two" in Loaded(DATA).said()
    # Neither the Max Planck Society nor the University of London is there.
    assert "2 parents of institutions are left out" in Loaded(DATA).said()
    # A record that names a parent is stronger than its lineage.
    both = changed(PILOT, associated_institutions=[{"id": TSINGHUA["id"], "relationship": "Parent"}, {"id": CAS["id"]}])
    assert Loaded(lines(tmp_path / "i.jsonl", both, TSINGHUA, CAS)).parents == {
        ("openalex:I4390000001", "ror:03cve4549")
    }
    itself = changed(
        PILOT, lineage=[PILOT["id"]], associated_institutions=[{"id": PILOT["id"], "relationship": "parent"}]
    )
    assert not Loaded(lines(tmp_path / "i.jsonl", itself)).parents


def test_what_is_left_out_is_counted() -> None:
    assert sorted(sentence.split(":")[0].split(",")[0] for sentence in Loaded(DATA).noted.remarks) == [
        "1 institutions have a lineage of more than two",
        "1 records are left out",
        "1 records are left out",
        "1 works are left out",
        "1 works show their first hundred authors only",
        "1 works were retracted",
        "2 parents of institutions are left out",
    ]


def test_no_author_is_ever_read(tmp_path: Path) -> None:
    authors = [a["author"] for w in WORKS for a in w["authorships"]]
    private = {value for author in authors for value in author.values()} | {a["id"].rsplit("/")[-1] for a in authors}
    shown = [repr(Loaded(DATA).all)]
    text = (DATA / "works.jsonl").read_text(encoding="utf-8")
    rng = random.Random(5)
    for _ in range(60):
        broken = list(text)
        for at in rng.sample(range(len(text)), 3):
            broken[at] = rng.choice('"[]{},:0')
        (tmp_path / "works.jsonl").write_text("".join(broken), encoding="utf-8")
        shown += [repr([r for r in Loaded(tmp_path).all if isinstance(r, Reject)])]
    for kind in ("Jane Roe", ["Jane Roe"], {"name": "Jane Roe"}, [["Jane Roe"]], [{"institutions": "Jane Roe"}]):
        found = Loaded(lines(tmp_path / "works.jsonl", changed(TANDEM, authorships=kind)))
        assert len(found.rejects) == 1
        shown += [repr(found.all)]
    for text in shown:
        assert not [value for value in {*private, "Jane Roe"} if str(value) in text]


def test_works_since_a_year(tmp_path: Path) -> None:
    found = Loaded(DATA, since=2021)
    assert set(found.works) == {f"openalex:W44000000{n:02d}" for n in (1, 6, 10, 11)}
    assert "3 works are left out: they were published earlier" in found.said()
    # Munich has no work at all, London only an early one; the Academy stands above an institute that has a late one.
    assert set(found.organisations) == {
        "ror:03cve4549",
        "ror:00cmhce21",
        "ror:05cvf7v30",
        "ror:034t30j35",
        "openalex:I4390000001",
    }
    undated = changed(TANDEM, publication_date=None, publication_year=None)
    assert Loaded(lines(tmp_path / "w.jsonl", undated), since=2030).works, "a work without a year stays"


FORMS: dict[str, Callable[[Path], Path]] = {
    "folder": lambda tmp: lines(tmp / "works.jsonl", *WORKS).parent,
    "packed": lambda tmp: lines(tmp / "works.jsonl.gz", *WORKS),
    "array": lambda tmp: lines(tmp / "works.json", WORKS),
    "answer": lambda tmp: lines(tmp / "works.json", {"meta": {"count": 7}, "results": WORKS, "group_by": []}),
    "answers": lambda tmp: lines(tmp / "pages.jsonl", {"results": WORKS[:3]}, {"results": WORKS[3:]}),
}


@name("form", FORMS)
def test_one_content_in_every_form(tmp_path: Path, form: str) -> None:
    plain = Loaded(DATA / "works.jsonl")
    assert Loaded(FORMS[form](tmp_path)).content() == plain.content()
    for file in tmp_path.rglob("*.json*"):
        if file.suffix != ".gz":
            file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
            assert Loaded(file).content() == plain.content(), "a byte order mark is nothing"
    indented = tmp_path / "indented.json"
    indented.write_text(json.dumps({"results": WORKS}, indent=2), encoding="utf-8")
    assert Loaded(indented).content() == plain.content()


def test_the_snapshot_as_it_lies_and_grows(tmp_path: Path) -> None:
    data = tmp_path / "data" / "jsonl"
    lines(data / "works/updated_date=2025-06-01/part_0000.gz", OLD_TANDEM, PACKAGE)
    lines(data / "works/updated_date=2026-01-15/part_0000.gz", TANDEM, *WORKS[2:6])
    lines(data / "institutions/updated_date=2026-01-20/part_0000.gz", *INSTITUTIONS)
    lines(
        data / "authors/updated_date=2026-01-20/part_0000.gz",
        {"id": "https://openalex.org/A1", "display_name": "Jane Roe"},
    )
    (data / "manifest.json").write_text('{"entries": []}', encoding="utf-8")
    lines(data / "merged_ids/works/2026-01-01.csv.gz", "x")
    found = Loaded(tmp_path)
    assert not found.rejects
    assert found.works["openalex:W4400000001"].row == "data/jsonl/works/updated_date=2026-01-15/part_0000.gz:1"
    assert {path.name for path in found.noted.aside} == {"authors", "merged_ids"}
    assert len(found.noted.files) == 3
    assert "1 records are left out: of several states of one" in found.said()
    both = tmp_path / "both"
    lines(both / "i.jsonl", *INSTITUTIONS)
    lines(both / "w.jsonl", *WORKS)
    assert found.content() == Loaded(both).content()


def test_the_newest_state_counts_in_any_order(tmp_path: Path) -> None:
    same_day = changed(TANDEM, publication_date="2021-05-04")
    moved = changed(TSINGHUA, display_name="Tsinghua", updated_date="2026-02-01")
    records = [*WORKS, *INSTITUTIONS, same_day, moved]
    said = set()
    for order in range(8):
        random.Random(order).shuffle(records)
        found = Loaded(lines(tmp_path / "all.jsonl", *records))
        said.add(found.content())
        assert found.organisations["ror:03cve4549"].name == "Tsinghua"
        assert "openalex:W4400000001" in found.works
        assert ("ror:02jx3x895", "openalex:W4400000001") not in found.seats, "that was in the old state"
    assert len(said) == 1


@name(
    ("line", "column", "value", "reason"),
    [
        ('{"id": "https://openalex.org/W1"', "", "", "is no JSON"),
        ("[1, 2]", "id", "", "is missing: no object is there"),
        ("7", "id", "", "is missing: no object is there"),
        ("[" * 100_000, "", "", "is nested too deep"),
        ('{"a": ' + "9" * 5000 + "}", "", "", "too long a number"),
        ("{}", "id", "", "is missing; fetch the records with all their fields"),
        (changed(TANDEM, id="W"), "id", "W", "is no id of OpenAlex"),
        (changed(TANDEM, id=7), "id", "7", "is no text"),
        ({k: v for k, v in TANDEM.items() if k != "authorships"}, "authorships", "", "is missing"),
        (changed(TANDEM, publication_date="2021-02-30"), "publication_date", "2021-02-30", "is no day that exists"),
        (changed(TANDEM, publication_date="May 2021"), "publication_date", "May 2021", "is no day written YYYY-MM-DD"),
        (changed(TANDEM, publication_date=None, publication_year=0), "publication_year", "0", "is no day"),
        (changed(TANDEM, topics=[{"id": "T1", "score": 1.5}]), "score", "1.5", "is no number from 0 to 1"),
        (changed(TANDEM, topics=[{"id": "T1", "score": -0.5}]), "score", "-0.5", "lies outside 0 to 1"),
        (changed(TANDEM, topics=[{"id": "X1"}]), "topics.id", "X1", "is no id of OpenAlex"),
        (changed(TANDEM, topics=3), "topics", "3", "is no list"),
        (changed(TSINGHUA, type="castle"), "type", "castle", "is none of the known ones: education"),
        (changed(TSINGHUA, ror="https://ror.org/03cve4548"), "ror", "https://ror.org/03cve4548", "is no id of ROR"),
        (changed(TSINGHUA, country_code="China"), "country_code", "China", "is no country of two letters"),
        (changed(TSINGHUA, geo={"latitude": 91}), "latitude", "91", "is no number from -90 to 90"),
        (changed(TSINGHUA, geo={"longitude": "116"}), "longitude", "", "is no number from -180 to 180"),
        (changed(TSINGHUA, lineage=["https://openalex.org/W1"]), "lineage", "https://openalex.org/W1", "is no id"),
        ({"id": "https://openalex.org/A5", "display_name": "Jane Roe"}, "id", "", "is of authors, among works"),
    ],
)
def test_bad_lines_are_rejected_by_their_line(tmp_path: Path, line: Any, column: str, value: str, reason: str) -> None:
    text = line if isinstance(line, str) else json.dumps(line)
    path = tmp_path / "mixed.jsonl"
    path.write_text(f"{json.dumps(PHYSICS)}\n\n{text}\n{json.dumps(PACKAGE)}\n", encoding="utf-8")
    found = Loaded(path)
    (reject,) = found.rejects
    assert (reject.file, reject.line, reject.column, reject.value, reject.raw) == ("mixed.jsonl", 3, column, value, "")
    assert reason in reject.reason
    spared = column in ("publication_date", "publication_year", "score")  # nothing else of the work hangs on it
    assert reject.kind == "cell" or not (spared or column in ("type", "country_code", "latitude", "longitude"))
    assert set(found.works) == {"openalex:W4400000002", *["openalex:W4400000001"] * spared}, "the good lines are kept"


def test_bytes_that_are_no_text_and_odd_characters(tmp_path: Path) -> None:
    path = lines(tmp_path / "w.jsonl", TANDEM)
    path.write_bytes(path.read_bytes().replace(b"flexible", b"fle\xffible"))
    assert [r.reason for r in Loaded(path).rejects] == ["holds bytes that are no text in UTF-8"]
    odd = changed(TANDEM, display_name="a\x00b\u2028 c\ud800")
    path.write_text(json.dumps(odd) + "\n", encoding="utf-8")
    assert Loaded(path).works["openalex:W4400000001"].name == "a b c\N{REPLACEMENT CHARACTER}"


def test_what_is_no_file_of_openalex_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingFileError, match="is not there"):
        Loaded(tmp_path / "none")
    with pytest.raises(MissingFileError, match="holds no file of records"):
        Loaded(tmp_path)
    (tmp_path / "empty.json").write_bytes(b"\n")
    with pytest.raises(EmptyFileError, match="holds no record of OpenAlex"):
        Loaded(tmp_path)
    refused: dict[str, tuple[bytes, str]] = {
        "utf16.json": (json.dumps(TANDEM).encode("utf-16"), "is in UTF-16; save it as UTF-8"),
        "cut.json": (b'{"results": [{"id": 1},\n', "line 2: this is no JSON"),
        "latin.json": ('{"results":\n["é"]}'.encode("latin-1"), "line 2: bytes that are no text in UTF-8"),
        "cut.gz": (gzip.compress(json.dumps(WORKS).encode())[:-20], "cannot be unpacked"),
        "plain.gz": (json.dumps(TANDEM).encode(), "cannot be unpacked"),
    }
    for file, (data, said) in refused.items():
        path = tmp_path / "refused" / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        with pytest.raises(SourceError, match=said):
            Loaded(path)
    monkeypatch.setattr(jsonpages, "_LONGEST", 1000)
    monkeypatch.setattr(archives, "ALWAYS_UNPACKED", 5000)
    monkeypatch.setattr(jsonpages, "_LARGEST_PAGES", 5000)
    bombs = {
        "zeros.jsonl": (bytes(10_000), "line 1: it is longer than"),
        "lines.gz": (gzip.compress(b"{}\n" * 100_000), "unpacks to over 100 times its size"),
        "pages.json": (b"[\n" + b" " * 6000, "write one record a line"),
    }
    for file, (data, said) in bombs.items():
        path = tmp_path / "refused" / file
        path.write_bytes(data)
        with pytest.raises(SourceError, match=said):
            Loaded(path)


def test_a_file_of_authors_is_put_aside(tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", {"id": "https://openalex.org/A1", "display_name": "Jane Roe"}, {"id": "A2"})
    lines(tmp_path / "w.jsonl", TANDEM)
    found = Loaded(tmp_path)
    assert found.noted.aside[tmp_path / "a.jsonl"] == "it holds authors, not works or institutions"
    assert (len(found.works), found.rejects) == (1, [])


def test_roles_are_those_that_ror_gives() -> None:
    tables = {}
    for source in ("openalex", "ror"):
        with (folder("loaders") / "data" / f"{source}_types.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(row["reason"] for row in rows)
        tables[source] = {row["type"]: row["role"] for row in rows}
    assert tables["openalex"] == tables["ror"], "one organisation has one role, whoever tells it"


def test_it_is_loaded_once(project: Project) -> None:
    def load() -> loading.Load:
        records = find_loader("openalex").load(DATA)
        return loading.load(project.store, "openalex", records, rejects_folder=project.home / "rejects")

    first = load()
    # 4 works and 6 institutions by lines, 2 works of an answer; London is told by the row of a work.
    assert (first.rows_in, first.loaded, first.merged, first.rejected) == (12, 12, 0, 0)
    assert first.nodes == {"Collaboration": 6, "Organisation": 7, "Technology": 3}
    assert first.ties == {"ABOUT": 5, "SUBSIDIARY_OF": 1, "TAKES_PART_IN": 10}
    before = snapshot.content_hash(project.store)
    again = load()
    assert (again.loaded, again.merged, again.written) == (0, 12, 0)
    assert snapshot.content_hash(project.store) == before
