"""The workbook of `graphkit template`: everything that can be loaded, in two languages, and nothing that runs."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graphkit import schema
from graphkit.errors import DataError, EmptyFileError, FolderError, UsageError
from graphkit.formats import workbook
from graphkit.formats.excel import Workbook
from graphkit.formats.headings import CHINESE, KINDS, columns, heading, kind_named, property_named
from graphkit.formats.reading import Reject
from graphkit.formats.workbook import EXAMPLE, README, VALUES, examples, template, write
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, Record, Tie
from graphkit.shelf import find_loader

load = find_loader("tables").load
name = pytest.mark.parametrize
XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    template(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def ours(record: Record) -> Record:
    """An example with ids that are no example's."""
    ids = {
        field.name: f"own:{value.removeprefix(EXAMPLE)}"
        for field in fields(record)
        if isinstance(value := getattr(record, field.name), str) and value.startswith(EXAMPLE)
    }
    return replace(record, **ids)


def all_examples() -> Iterator[Record]:
    return (example for kind in KINDS for example in examples(kind))


def test_there_is_a_sheet_for_everything_that_is_loaded(book: Path) -> None:
    derived_or_kept_by_the_program = {"Source", "Run", "TIED_TO", "COULD_BRIDGE"}
    wanted = [kind for kind in (*schema.NODES, *schema.TIES) if kind not in derived_or_kept_by_the_program]
    assert list(Workbook.opened(book).titles) == [README, *wanted, VALUES]


@name("kind", KINDS)
def test_headings_are_in_both_languages_and_understood(book: Path, kind: str) -> None:
    head, *rows = Workbook.opened(book).rows(kind)
    declared = [p.name for p in schema.properties(KINDS[kind]) if p.name != "row"]
    ends = [title.split(" ")[0] for title in head if title.split(" ")[0] not in declared]
    assert ends in ([], ["start", "end"], ["start", "start_label", "end"], ["start", "end", "end_label"]) or (
        ends == ["start", "start_label", "end", "end_label"]
    )
    assert [title.split(" ")[0] for title in head if title.split(" ")[0] in declared] == declared
    for title, column in zip(head, columns(kind), strict=True):
        assert re.search("[\u4e00-\u9fff]", title), f"{title} has no Chinese name"
        for written in (title, column.name, column.name.upper(), CHINESE[column.name], f" {CHINESE[column.name]} "):
            assert property_named(kind, written) == column
    assert len(rows) == len(examples(kind))
    assert all("" not in row for row in rows), "every cell of an example is filled"


def test_sheets_are_known_by_either_name() -> None:
    for title in ("MEMBER_OF", "member_of", "加入平台", "加入平台 MEMBER_OF", "MEMBER_OF 加入平台", " Member_Of "):
        assert kind_named(title) == "MEMBER_OF"
    assert kind_named("企业名单") is None
    titles = [kind.zh for kind in KINDS.values()]
    assert len(set(titles)) == len(titles)


def test_ends_of_ties_are_known_by_what_they_are() -> None:
    for written, meant in (("organisation", "start"), ("创新主体", "start"), ("Platform", "end"), ("平台", "end")):
        found = property_named("MEMBER_OF", written)
        assert found is not None
        assert found.name == meant
    assert property_named("SUPPLIES", "Organisation") is None, "it may be either end"


def test_allowed_values_stand_in_a_sheet_and_in_lists(book: Path) -> None:
    rows = list(Workbook.opened(book).rows(VALUES))
    by_use = {
        use: [row[number] for row in rows[1:] if row[number]]
        for number, uses in enumerate(rows[0])
        for use in uses.split("\n")
    }
    assert by_use["Organisation.role"][:3] == ["government 政", "enterprise 产", "university 学"]
    assert by_use["Platform.stage"] == by_use["Result.stage"]
    assert by_use["LOCATED_IN.end_label"] == ["Zone 高新区", "Region 区域"]
    with_list = 0
    members = parts(book)
    for number, kind in enumerate(KINDS, 2):  # the first sheet is the one to read
        root = ElementTree.fromstring(members[f"xl/worksheets/sheet{number}.xml"])
        lists = {e.get("sqref"): e.findtext(f"{XML}formula1") for e in root.iter(f"{XML}dataValidation")}
        assert len(lists) == sum(c.allowed is not None or c.type == "boolean" for c in columns(kind))
        with_list += len(lists)
        for formula in lists.values():
            assert re.fullmatch(rf"'{VALUES}'!\$[A-Z]+\$2:\$[A-Z]+\$\d+", str(formula))
    assert with_list > 30


def test_each_heading_says_what_belongs_there(book: Path) -> None:
    comments = "".join(text for name, text in parts(book).items() if name.startswith("xl/comments"))
    for kind in KINDS.values():
        for declared in schema.properties(kind):
            sentence = declared.sentence.replace("&", "&amp;").replace("<", "&lt;")
            assert declared.name == "row" or sentence in comments


def test_persons_come_with_a_warning(book: Path) -> None:
    head = next(Workbook.opened(book).rows("Person"))
    assert "only persons who agreed" in head[0]
    assert "仅限本人同意者" in head[0]


def test_nothing_in_it_is_a_formula(tmp_path: Path) -> None:
    # Hazard 16: a cell that begins like a formula is text for whoever opens the workbook.
    hostile = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://127.0.0.1","x")',
        "\uff1d1+1",
        "{=1}",
        "http://127.0.0.1",
    ]
    written = [Organisation(id=f"own:{i}", name=text, city=text, aliases=(text,)) for i, text in enumerate(hostile)]
    write(tmp_path / "book.xlsx", written)
    members = parts(tmp_path / "book.xlsx")
    assert not any("<f>" in text or "<f " in text for name, text in members.items() if "worksheets/sheet" in name)
    assert "127.0.0.1" not in "".join(text for name, text in members.items() if name.endswith(".rels"))
    cells = ElementTree.fromstring(members["xl/worksheets/sheet2.xml"]).iter(f"{XML}c")
    assert {cell.get("t") for cell in cells} == {"s"}
    assert [replace(record, row=None) for record in load(tmp_path / "book.xlsx")] == written


def test_the_same_workbook_is_the_same_file(tmp_path: Path) -> None:
    for file in ("a.xlsx", "b.xlsx"):
        template(tmp_path / file)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_file_that_is_there_is_kept(book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(FolderError, match="is there already"):
        template(book)
    assert book.read_bytes() == before
    with pytest.raises(UsageError, match=r"has to end in \.xlsx"):
        template(book.with_suffix(".csv"))


def test_a_workbook_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with pytest.raises(DataError, match="cannot be a list in a cell"):
        write(path, [Collaboration(id="own:p", topic=("a;b", "c"))])
    with pytest.raises(DataError, match=r"a text of 32,768 letters"):
        write(path, [Organisation(id="own:p", name="x" * 32_768)])
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FolderError, match="cannot be written"):
        template(tmp_path / "file" / "book.xlsx")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_examples_left_as_they_are_are_not_loaded(book: Path) -> None:
    with pytest.raises(EmptyFileError, match="nothing but example rows"):
        list(load(book))


def test_examples_hang_together() -> None:
    things = {(type(e).__name__, getattr(e, "id", None)) for e in all_examples() if not isinstance(e, Tie)}
    members: dict[str, set[str]] = {}
    for tie in all_examples():
        if isinstance(tie, Tie):
            assert (tie.start_label or tie.starts[0], tie.start) in things
            assert (tie.end_label or tie.ends[0], tie.end) in things
            members.setdefault(schema.TYPES[type(tie)], set()).add(tie.start)
    both = {f"{EXAMPLE}organisation-1", f"{EXAMPLE}organisation-2"}
    assert members["MEMBER_OF"] == members["TAKES_PART_IN"] == both
    one_place = {tie.end for kind in ("MEMBER_OF", "TAKES_PART_IN") for tie in examples(kind) if isinstance(tie, Tie)}
    assert one_place == {f"{EXAMPLE}platform-1", f"{EXAMPLE}collaboration-1"}


@name(
    ("change", "said"),
    [
        ({"id": "own:x"}, None),
        ({"name": "四川大学"}, "is of an example row that was changed"),
        ({"id": "own:x", "name": "四川大学"}, None),
    ],
)
def test_an_example_that_was_changed_is_loaded_or_rejected(
    tmp_path: Path, change: dict[str, str], said: str | None
) -> None:
    first, second = examples("Organisation")
    changed = replace(first, **change)
    write(tmp_path / "book.xlsx", [changed, second])
    (found,) = load(tmp_path / "book.xlsx")
    if said is None:
        assert found == replace(changed, row="book.xlsx!Organisation:2")
    else:
        assert isinstance(found, Reject)
        assert (found.file, found.line, found.column) == ("book.xlsx!Organisation", 2, "id")
        assert said in found.reason


def test_a_filled_workbook_is_taken_by_the_store(project: Project, tmp_path: Path) -> None:
    # Every property of every label and tie once, with other ids than the examples have.
    write(tmp_path / "book.xlsx", map(ours, all_examples()))
    outcome = project.load("tables", tmp_path / "book.xlsx")
    assert outcome.rejects == []
    assert outcome.nodes == dict.fromkeys(sorted(label for label in KINDS if label in schema.NODES), 2)
    assert set(outcome.ties) == {kind for kind in KINDS if kind in schema.TIES}
    assert outcome.rows_in == outcome.loaded == len(list(all_examples()))
    again = project.load("tables", tmp_path / "book.xlsx")
    assert (again.loaded, again.merged, again.written) == (0, outcome.rows_in, 0)


def test_the_help_names_the_workbooks_own_sheets() -> None:
    assert kind_named(README) is None
    assert kind_named(VALUES) is None
    assert heading("TAKES_PART_IN", columns("TAKES_PART_IN")[0]) == "start 起点（创新主体）"
    assert workbook.template.__doc__
