"""Tables of many hands: every row comes out, with its own line, as it was meant or with what is wrong with it."""

import codecs
import csv
import gzip
import io
import itertools
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphkit.errors import (
    EmptyFileError,
    GraphkitError,
    MissingFileError,
    SourceError,
    UsageError,
    WrongColumnsError,
)
from graphkit.formats.decoding import mended
from graphkit.formats.places import places_in
from graphkit.formats.reading import BadValue, Line, Reject, Table, columns, each, opened, put_aside
from graphkit.schema import Organisation, Record

name = pytest.mark.parametrize


def written(folder: Path, data: str | bytes, file: str = "t.csv") -> Path:
    path = folder / file
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(path: Path, *required: str, **given: object) -> list[Line | Reject]:
    return list(Table(path, required=required, **given))  # type: ignore[arg-type]


def one(folder: Path, cell: str, missing: tuple[str, ...] = ()) -> Line:
    """The only row of a table whose column `x` holds the cell."""
    (line,) = Table(written(folder, f"x;y\n{cell};1\n"), required=["x"], missing=missing)
    assert isinstance(line, Line)
    return line


def shown(rows: list[Line | Reject]) -> list[tuple[int, object]]:
    return [(row.line, row.cells if isinstance(row, Line) else row.reason) for row in rows]


@name("separator", [";", "\t", ",", "|"])
@name("end", ["\n", "\r\n", "\r"])
@name("packed", [False, True])
@name("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_one_table_in_every_dress(tmp_path: Path, separator: str, end: str, packed: bool, encoding: str) -> None:
    rows = [
        ["id", "name", "money"],
        ["007", "Zürich; Bern, Basel", "1"],
        ["NA", 'the "good" one', ""],
        ["3", "三", "2"],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    data = text.getvalue().encode(encoding)
    path = tmp_path / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(data) if packed else data)

    table = Table(path, required=["id", "money"], optional=["name"])

    assert (table.separator, table.columns) == (separator, ("id", "name", "money"))
    assert shown(list(table)) == [(2, rows[1]), (3, rows[2]), (4, rows[3])]
    assert table.rows == 3
    assert table.encoding is not None and table.encoding.startswith(encoding[:5])


def test_the_separator_is_the_one_that_gives_the_columns(tmp_path: Path) -> None:
    # More commas than semicolons: a sniffer that counts signs would be wrong.
    path = written(tmp_path, "id;name, long, and, longer;country\n1;a, b, c, d, e;NA\n")
    (line,) = read(path, "id", "country")
    assert isinstance(line, Line)
    assert (line.text("id"), line.text("country")) == ("1", "NA")


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = written(tmp_path, '\nid;name\n1;"two\nlines"\n\n2;b\n;\n3;"x\n\ny;z"\n4;d\n')
    rows = read(path, "id", "name")
    assert shown(rows) == [(3, ["1", "two\nlines"]), (6, ["2", "b"]), (8, ["3", "x\n\ny;z"]), (11, ["4", "d"])]
    assert isinstance(rows[0], Line)
    assert (rows[0].where, rows[0].raw, rows[0].text("name")) == ("t.csv:3", '1;"two\nlines"', "two lines")
    table = Table(path, required=["id"])
    assert table.raw([6, 8, 99]) == {6: "2;b", 8: '3;"x\n\ny;z"'}


@name(
    ("text", "good", "bad"),
    [
        ('1;a;b\n2;"c;d\n3;e;f\n4;g;h', [2, 4, 5], [3]),  # never closed
        ('1;"a;b\n2;c;d\n3;e;"f\n4;g;h', [3, 5], [2, 4]),  # opened twice, the quotes facing each other
        ('1;"a;b\n2;c;d\n3;e";f\n4;g;h', [3, 4, 5], [2]),  # closed by a stray quote two rows later
        ('1;"a;b\n2;"c";d\n3;e;f', [3, 4], [2]),  # closed by the next row's proper quote
        ('1;"a" b;c\n2;d;e', [3], [2]),  # text beside a quoted one
        ('1;a;"b', [], [2]),  # at the end of the file
        ("1;a;b;c\n2;d\n3;e;f", [4], [2, 3]),  # too many values, too few
        ("1;a;b;;\n2;d;e;", [2, 3], []),  # separators at the end
        ('1;a"b;c""d\n2;e;f', [2, 3], []),  # quotes inside a text that is not quoted are its own
        ("1;a;\x00b\n2;\x1bc;d\n3;e;f", [4], [2, 3]),  # control characters
    ],
)
def test_a_fault_costs_its_own_row_and_no_other(tmp_path: Path, text: str, good: list[int], bad: list[int]) -> None:
    rows = read(written(tmp_path, "id;name;country\n" + text + "\n"), "id")
    assert [row.line for row in rows if isinstance(row, Line)] == good
    assert [row.line for row in rows if isinstance(row, Reject)] == bad
    lines = text.split("\n")
    for row in rows:
        if isinstance(row, Reject):
            assert (row.file, row.kind, row.raw) == ("t.csv", "row", lines[row.line - 2])
            assert row.reason


def test_an_open_quote_takes_nothing_of_a_long_file_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, 'id;name;country\n0;"open;DE\n' + "1;a long enough name;DE\n" * 20_000)
    rows = read(path, "id")
    assert [type(row) for row in rows] == [Reject] + [Line] * 20_000


def test_bytes_that_are_no_text_reject_their_line(tmp_path: Path) -> None:
    rows = read(written(tmp_path, b"id;name\n1;Z\xc3\xbcrich\n2;B\xff\xfern\n3;Gen\xc3\xa8ve\n"), "id", "name")
    assert [(row.line, type(row)) for row in rows] == [(2, Line), (3, Reject), (4, Line)]
    assert isinstance(rows[1], Reject)
    assert "no text in UTF-8" in rows[1].reason
    assert rows[1].raw == "2;B\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}rn"


CHINESE = ["中国科学院昆明植物研究所", "清华大学", "华为技术有限公司", "四川大学（成都）"]
FRENCH = ["Université de Montpellier", "École normale supérieure", "Société générale", "Hôpital de Genève"]


@name(
    ("names", "encoding"),
    [
        (CHINESE, "gb18030"),
        (CHINESE[:2], "gb18030"),
        (["臺灣大學", "國立交通大學", "中央研究院"], "big5"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-8"),
        (CHINESE, "utf-16"),
    ],
)
def test_encodings_are_found_and_said(tmp_path: Path, names: list[str], encoding: str) -> None:
    path = written(tmp_path, "\n".join(["id;name", *(f"{i};{n}" for i, n in enumerate(names))]).encode(encoding))
    table = Table(path, required=["id", "name"])
    assert [line.text("name") for line in table if isinstance(line, Line)] == names
    assert table.encoding == codecs.lookup(encoding).name


def test_an_encoding_that_is_given_overrules(tmp_path: Path) -> None:
    path = written(tmp_path, "id;name\n1;Łódź\n".encode("cp1250"))
    # Two letters are too little to guess from: the row is refused with what to do, not taken for something else.
    (found,) = read(path, "id")
    assert isinstance(found, Reject)
    assert "name its encoding" in found.reason
    (told,) = read(path, "id", encoding="cp1250")
    assert isinstance(told, Line)
    assert told.cells == ["1", "Łódź"]
    for unknown in ("klingon", "base64", "a\0b"):
        with pytest.raises(UsageError, match="no encoding"):
            read(path, "id", encoding=unknown)


@name(
    ("cell", "number"),
    [
        ("5557263,00", 5557263.0),
        ("4364748.60", 4364748.6),
        (" 18", 18.0),
        ("-3,5", -3.5),
        ("0", 0.0),
        ("1E+06", 1e6),
        ("", None),
        ("  ", None),
    ],
)
def test_numbers(tmp_path: Path, cell: str, number: float | None) -> None:
    assert one(tmp_path, cell).number("x") == number


@name(
    "cell", ["1.234.567,89", "1,234.5", "1 234", "1'234", "nan", "inf", "1e999", "0x10", "1_000", "12 EUR", "NA", "-"]
)
def test_what_is_no_number_is_left_out_and_noted(tmp_path: Path, cell: str) -> None:
    line = one(tmp_path, cell)
    assert line.number("x") is None
    assert [(bad.column, bad.value) for bad in line.spoilt] == [("x", cell)]


@name(
    ("cell", "day"),
    [
        ("2016-02-29", "2016-02-29"),
        ("2023-12-26 14:40:12", "2023-12-26"),
        ("2023-12-26T14:40:12.5Z", "2023-12-26"),
        ("31/12/2015", "2015-12-31"),
        ("1/2/2015", "2015-02-01"),
        ("", None),
    ],
)
def test_days(tmp_path: Path, cell: str, day: str | None) -> None:
    assert one(tmp_path, cell).day("x") == day


@name("cell", ["2015-02-29", "31/02/2015", "2015-13-01", "12/31/2015", "2015", "0000-01-01", "tomorrow", "2015-01-01x"])
def test_what_is_no_day_is_left_out_and_noted(tmp_path: Path, cell: str) -> None:
    line = one(tmp_path, cell)
    assert line.day("x") is None
    (bad,) = line.spoilt
    assert (bad.column, bad.value, "no day that exists" in bad.reason) == ("x", cell, True)


def test_of_two_days_in_the_wrong_order_neither_is_used(tmp_path: Path) -> None:
    (line,) = Table(written(tmp_path, "from;to\n2020-05-01;2019-05-01\n"), required=["from", "to"])
    assert isinstance(line, Line)
    assert line.days("from", "to") == (None, None)
    assert [(bad.column, bad.value) for bad in line.spoilt] == [("to", "2019-05-01")]


def test_what_says_which_thing_is_meant_costs_the_row(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="none of the known ones: yes"):
        one(tmp_path, "perhaps").choice("x", {"yes": "confirmed"}, strict=True)
    with pytest.raises(BadValue, match="two letters"):
        one(tmp_path, "Germany").country("x", strict=True)


def test_texts_choices_and_countries(tmp_path: Path) -> None:
    assert one(tmp_path, " 007 ").text("x") == "007"
    assert one(tmp_path, "NA").text("x") == "NA"
    assert one(tmp_path, "NA", missing=("NA",)).text("x") is None
    assert one(tmp_path, "NA", missing=("NA",)).country("x") == "NA"
    assert one(tmp_path, '"b; a;;b ;"').texts("x") == ("a", "b")
    assert one(tmp_path, "").texts("x") == ()
    assert [one(tmp_path, c).country("x") for c in ("EL", "uk", "GR", "GB", "")] == ["GR", "GB", "GR", "GB", None]
    kinds = {"HES": "university", "OTH": None}
    assert [one(tmp_path, c).choice("x", kinds) for c in ("HES", "hes", "OTH", "")] == [
        "university",
        "university",
        None,
        None,
    ]
    other = one(tmp_path, "SME")
    assert other.choice("x", kinds) is None
    assert [str(bad) for bad in other.spoilt] == ["x 'SME' is none of the known ones: HES, OTH"]
    for wrong in ("DEU", "Germany", "D", "1A", "Ω1"):
        line = one(tmp_path, wrong)
        assert line.country("x") is None
        assert ["two letters" in bad.reason for bad in line.spoilt] == [True]
    with pytest.raises(BadValue, match="missing"):
        one(tmp_path, "").needed("x")
    with pytest.raises(KeyError):
        one(tmp_path, "1").text("street")  # nobody declared it, so nobody reads it


def test_a_workbook_with_one_sheet_is_a_table(tmp_path: Path) -> None:
    def book(file: str, **sheets: list[list[object]]) -> Path:
        with xlsxwriter.Workbook(tmp_path / file) as made:
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return tmp_path / file

    rows: list[list[object]] = [["id", "affiliation"], [7, "Nanjing University"]]
    only = book("one.xlsx", Sheet1=rows, Sheet2=[], Sheet3=[])
    found = read(only, "affiliation")
    assert [line.text("affiliation") for line in found if isinstance(line, Line)] == ["Nanjing University"]
    assert [line.where for line in found if isinstance(line, Line)] == ["one.xlsx!Sheet1:2"]
    assert columns(only) == ("id", "affiliation")
    assert [place.name for place in places_in(tmp_path)] == ["one.xlsx!Sheet1"]
    with pytest.raises(SourceError, match=r"two\.xlsx holds several sheets \(a, b\); save the one"):
        read(book("two.xlsx", a=rows, b=rows), "affiliation")
    with pytest.raises(SourceError, match=r"text\.xlsx is no Excel workbook .* has to be named \.csv"):
        read(written(tmp_path, "id,affiliation\n1,x\n", "text.xlsx"), "affiliation")
    with pytest.raises(EmptyFileError, match=r"none\.xlsx"):
        read(book("none.xlsx", a=[]), "affiliation")


def test_files_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    written(tmp_path, "x", "here.doc")
    for missing in (tmp_path / "t.csv", tmp_path / "no" / "t.csv", tmp_path / "here.doc" / "t.csv"):
        with pytest.raises(MissingFileError, match="is not there"):
            read(missing, "id")
    with pytest.raises(MissingFileError, match=r"lie: here\.doc"):
        read(tmp_path / "t.csv", "id")
    with pytest.raises(MissingFileError, match=r"holds no table .* lie: here\.doc"):
        places_in(tmp_path)
    with pytest.raises(MissingFileError, match="is not there"):
        places_in(tmp_path / "no")
    for empty in (b"", b"\n\r\n", b"\xef\xbb\xbf", b";;\n"):
        with pytest.raises(EmptyFileError, match=r"t\.csv is empty"):
            read(written(tmp_path, empty), "id")
    with pytest.raises(EmptyFileError, match="not a single row"):
        read(written(tmp_path, "id;name\n\n;\n"), "id")
    with pytest.raises(WrongColumnsError, match=r"t\.csv lacks country, role; its columns are id, name"):
        read(written(tmp_path, "id,name\n1,2\n"), "id", "country", "role")
    with pytest.raises(WrongColumnsError, match="has the column ID twice"):
        read(written(tmp_path, "id,name,ID\n1,2,3\n"), "ID")
    with pytest.raises(WrongColumnsError, match="lacks id"):
        read(written(tmp_path, bytes(range(1, 256)) * 3), "id")
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path, "id")


def test_packed_files_that_are_broken_or_bombs_are_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"id;name\n" + b"".join(b"%d;x\n" % i for i in range(5000)))
    for broken in (whole[:-20], whole[:200], b"id;name\n1;x\n", whole[:50] + b"\0\0\0\0" + whole[54:]):
        with pytest.raises(SourceError):
            read(written(tmp_path, broken, "t.csv.gz"), "id")
    bomb = gzip.compress(b"id;name\n" + b"0" * (90 << 20), compresslevel=9)
    with pytest.raises(SourceError, match="over 100 times its size"):
        read(written(tmp_path, bomb, "t.csv.gz"), "id")


def test_each_makes_records_or_one_reject_of_every_row(tmp_path: Path) -> None:
    path = written(tmp_path, "id;kind\n1;HES\n2;SME\n3;\n4;HES;x\n5;skip\n")

    def make(line: Line) -> list[Record] | None:
        if line.text("kind") == "skip":
            return None
        role = line.choice("kind", {"HES": "university"})
        return [Organisation(id=f"own:{line.text('id')}", role=role)] if line.text("kind") else []

    table = Table(path, required=["id", "kind"])
    made = list(each(table, make))

    assert made == [
        Organisation(id="own:1", role="university", row="t.csv:2"),
        Organisation(id="own:2", row="t.csv:3"),
        Reject("t.csv", 3, "kind", "SME", "is none of the known ones: HES", "2;SME", "cell"),
        Reject("t.csv", 4, "", "", "holds nothing that can be used", "3;"),
        Reject("t.csv", 5, "", "", "has 3 values, but the table has 2 columns", "4;HES;x", "row"),
    ]
    assert (table.rows, table.left_out) == (5, 1)


def test_a_bad_value_leaves_none_of_the_records_of_its_row(tmp_path: Path) -> None:
    def make(line: Line) -> itertools.chain[Record]:
        def later() -> list[Record]:
            raise BadValue("id", "1", "comes too late")

        return itertools.chain([Organisation(id="own:1")], (record for _ in (1,) for record in later()))

    made = list(each(Table(written(tmp_path, "id\n1\n"), required=["id"]), make))
    assert [type(each_) for each_ in made] == [Reject]


def test_what_was_opened_is_noted(tmp_path: Path) -> None:
    path = written(tmp_path, "id;name\n1;a\n")
    assert columns(path) == ("id", "name")
    with opened() as noted:
        table = Table(path, required=["id"])
        put_aside(tmp_path / "other.csv", "no use for it")
        with opened() as inner:
            Table(path, required=["id"])
    put_aside(path, "nobody listens")
    assert (noted.tables, noted.aside) == ([table], {tmp_path / "other.csv": "no use for it"})
    assert len(inner.tables) == 1


@name(
    ("broken", "whole"),
    [
        ("EIDGENÃ–SSISCHE TECHNISCHE HOCHSCHULE ZÃœRICH", "EIDGENÖSSISCHE TECHNISCHE HOCHSCHULE ZÜRICH"),
        ("A P MOLLER MÃ†RSK A/S", "A P MOLLER MÆRSK A/S"),
        ("ELEGÃ\x8d", "ELEGÍ"),
        ("PREPARAÇÃO", "PREPARAÇÃO"),
        ("Łódź", "Łódź"),
        ("清华大学", "清华大学"),
        ("plain", "plain"),
    ],
)
def test_double_encoding_is_undone_and_nothing_else(broken: str, whole: str) -> None:
    assert mended(broken) == whole


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(';,\t\n"'), max_size=8)


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8),
    separator=st.sampled_from(";\t,"),
)
def test_what_csv_writes_comes_back_cell_by_cell(rows: list[tuple[str, ...]], separator: str) -> None:
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    out.writerow(["id", "name", "country", "role"])
    for number, row in enumerate(rows):
        out.writerow([f"row {number}", *row[1:]])
    with tempfile.TemporaryDirectory() as folder:
        found = read(written(Path(folder), text.getvalue()), "id", "name", "country", "role")
    assert [line.cells for line in found if isinstance(line, Line)] == [
        [f"row {number}", *row[1:]] for number, row in enumerate(rows)
    ]
    begins = itertools.accumulate((sum(cell.count("\n") for cell in row[1:]) + 1 for row in rows), initial=2)
    assert [line.line for line in found] == list(begins)[:-1]


@settings(deadline=None, max_examples=200)
@given(
    data=st.binary(max_size=200)
    | st.lists(st.sampled_from([b"id;name\n", b"1;a\n", b'2;"b', b'"', b"\xff", b"\0", b"\r", b"\xc3\xbc;\n"])).map(
        b"".join
    ),
    head=st.sampled_from([b"", b"id;name\n"]),
)
@example(data=b"\xff\xfe\x00\xd8", head=b"")
@example(data=b"\xff\xfe\x00\x00", head=b"")
def test_any_bytes_at_all_give_rows_or_a_sentence(data: bytes, head: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = Table(written(Path(folder), head + data), required=["id"])
            rows = list(table)
        except GraphkitError as error:
            assert str(error).startswith(folder)
        else:
            assert len(rows) == table.rows > 0
            assert all(row.line > 0 and (isinstance(row, Line) or row.reason) for row in rows)
