"""Tables of any hand: what people write comes in as they meant it, and what cannot be meant is rejected there."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import schema, snapshot
from graphkit.errors import (
    EmptyFileError,
    GraphkitError,
    MissingFileError,
    SourceError,
    UsageError,
    WrongColumnsError,
)
from graphkit.formats.headings import KINDS, cells, columns, name_of
from graphkit.formats.reading import Reject, opened
from graphkit.formats.workbook import examples, write
from graphkit.project import Project
from graphkit.schema import (
    About,
    Collaboration,
    Date,
    LocatedIn,
    MemberOf,
    Organisation,
    Platform,
    Record,
    Supplies,
    TakesPartIn,
    Technology,
    Tie,
)
from graphkit.shelf import find_loader

load = find_loader("tables").load
name = pytest.mark.parametrize
DATA = Path(__file__).parent / "data" / "tables"
Cells = list[list[Any]]


def excel(path: Path, sheets: Mapping[str, Cells]) -> Path:
    """Write a workbook as Excel would: numbers as numbers, days as days."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_urls": False}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if value is not None:
                        sheet.write(row, column, value)
    return path


def table(folder: Path, text: str, file: str = "Organisation.csv", encoding: str = "utf-8") -> Path:
    (folder / file).write_bytes(text.encode(encoding))
    return folder / file


def read(path: Path, **given: Any) -> list[Record]:
    """What the tables say, when no row is rejected; without where it stands."""
    found = list(load(path, **given))
    assert not [record for record in found if isinstance(record, Reject)]
    return [replace(record, row=None) for record in found if not isinstance(record, Reject)]


def rejected(path: Path, **given: Any) -> list[tuple[str, int, str, str, str]]:
    return [(r.file, r.line, r.column, r.value, r.reason) for r in load(path, **given) if isinstance(r, Reject)]


def mapped(folder: Path, text: str) -> Path:
    return table(folder, text, "mapping.yaml")


# --- the layout of the workbook comes back as it was written

plain = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=";；"), min_size=1, max_size=12)
words = st.lists(plain, min_size=1, max_size=3).map(" ".join)
ids = st.tuples(st.sampled_from(["own", "ror", "pic", "uscc"]), words).map(":".join)
VALUES_OF = {
    "text": words,
    "date": st.dates().map(lambda day: Date(day.isoformat())),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(10**14), 10**14),
    "boolean": st.booleans(),
    "texts": st.lists(words, unique=True, max_size=3).map(lambda parts: tuple(sorted(parts))),
}
ONLY = {"founded": st.integers(1, 2100), "country": st.sampled_from(["CN", "NA", "NO", "GB"])}


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record of any label or tie that the schema declares, each property there or not."""
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    facts: dict[str, Any] = {}
    for declared in schema.facts(kind):
        values = ONLY.get(declared.name, VALUES_OF[declared.type])
        if declared.allowed is not None:
            values = st.sampled_from(sorted(declared.allowed))
        if draw(st.booleans()):
            facts[declared.field] = draw(values)
    if not issubclass(kind, Tie):
        return kind(id=draw(ids), **facts)
    facts |= {"start": draw(ids), "end": draw(ids)}
    for side, labels in (("start", kind.starts), ("end", kind.ends)):
        facts[f"{side}_label"] = draw(st.sampled_from(labels)) if len(labels) > 1 else ""
    return kind(**facts)


def sorted_texts(found: list[Record]) -> list[str]:
    return sorted(map(repr, found))


@settings(max_examples=40, deadline=None)
@given(st.lists(records(), min_size=1, max_size=6))
def test_what_is_written_in_the_layout_comes_back(written: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write(path, written)
        assert sorted_texts(read(path)) == sorted_texts(written)


@settings(max_examples=60, deadline=None)
@given(st.lists(records(), min_size=1, max_size=6), st.sampled_from([",", ";", "\t"]))
def test_the_layout_is_the_same_in_csv(written: list[Record], separator: str) -> None:
    by_kind: dict[str, list[Record]] = {}
    for record in written:
        by_kind.setdefault(name_of(record), []).append(record)
    with tempfile.TemporaryDirectory() as folder:
        for kind, some in by_kind.items():
            heads = [column.name for column in columns(kind)]
            with (Path(folder) / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, heads, delimiter=separator)
                out.writeheader()
                out.writerows(cells(record) for record in some)
        assert sorted_texts(read(Path(folder))) == sorted_texts(written)


def test_workbook_and_csv_make_the_same_graph(project: Project, tmp_path: Path) -> None:
    heads = ["id 标识", "名称", "role 角色", "别名"]
    rows: Cells = [["1", "四川大学", "学", "川大；SCU"], ["007", "腾讯", "enterprise 产", None]]
    ties: Cells = [
        ["创新主体", "collaboration", "role"],
        ["四川大学", "P1", "牵头"],
        ["own:007", "甲项目", "participant"],
    ]
    things: Cells = [["id", "name", "from"], ["P1", "甲项目", "2024"]]
    book = excel(tmp_path / "book.xlsx", {"Organisation": [heads, *rows], "参与合作": ties, "Collaboration": things})
    folder = tmp_path / "csv"
    folder.mkdir()
    for title, values in (("创新主体", [heads, *rows]), ("TAKES_PART_IN", ties), ("合作", things)):
        text = "\n".join(",".join(cell or "" for cell in row) for row in values)
        table(folder, text, f"{title}.csv", "gb18030")
    hashes = []
    for source in (book, folder):
        project.clear()
        outcome = project.load("tables", source, encoding="gb18030")
        assert (outcome.rows_in, outcome.loaded, outcome.rejected) == (5, 5, 0)
        hashes.append(snapshot.content_hash(project.store))
    assert hashes[0] == hashes[1]
    assert project.status()["sources"][0]["file"] == ["TAKES_PART_IN.csv", "创新主体.csv", "合作.csv"]


def test_the_books_balance_when_rows_are_left_out_and_rejected(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    ours = [Organisation(id="own:a", name="A"), Organisation(id="own:b", lat=95.0), Platform(id="own:p")]
    ties = [MemberOf(start="own:a", end="own:p"), MemberOf(start="own:a", end="own:nowhere")]
    write(path, [*examples("Organisation"), *ours, *ties])
    outcome = project.load("tables", path)
    assert (outcome.rows_in, outcome.loaded, outcome.merged, outcome.rejected) == (
        5,
        4,
        0,
        1,
    )  # the latitude costs itself alone
    places = [(r.file, r.line, r.column, r.value) for r in outcome.rejects]
    assert places == [
        ("book.xlsx!MEMBER_OF", 3, "platform", "own:nowhere"),
        ("book.xlsx!Organisation", 5, "lat", "95.0"),
    ]
    assert outcome.remarks == ["2 rows are examples of the template, and were left out"]
    assert project.status()["sources"][0]["file"] == ["book.xlsx"]


def test_files_of_every_kind_in_one_folder(project: Project, tmp_path: Path) -> None:
    import duckdb

    excel(
        tmp_path / "a.xlsx", {"Organisation": [["id"], ["a"]], "MEMBER_OF": [["start", "end"], ["a", "甲"], ["b", "p"]]}
    )
    table(tmp_path, "id,name\np,甲\nq,乙,3\n", "Platform.csv")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'b' AS id) TO '{tmp_path}/Organisation.parquet' (FORMAT parquet)")
    (tmp_path / "notes.docx").write_text("not a table")
    outcome = project.load("tables", tmp_path)
    assert (outcome.rows_in, outcome.loaded, outcome.rejected) == (6, 5, 1)
    assert outcome.nodes == {"Organisation": 2, "Platform": 1}
    assert outcome.ties == {"MEMBER_OF": 2}
    files = ["Organisation.parquet", "Platform.csv", "a.xlsx"]
    assert project.status()["sources"][0]["file"] == files


# --- what people write in cells


def one(folder: Path, heading: str, cell: str, kind: str = "Collaboration") -> Any:
    """The value of the only cell beside the id, or the reason why it is left out."""
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", heading], ["x", cell]])
    found, *rejects = load(path)
    declared = next(column for column in columns(kind) if column.name == heading)
    for bad in rejects:
        assert isinstance(bad, Reject)
        assert (bad.file, bad.line, bad.column, bad.value, bad.kind) == (path.name, 2, heading, cell, "cell")
        assert getattr(found, declared.field) is None, "the row is used without it"
        return bad.reason
    return getattr(found, declared.field)


@name("cell", ["2024-01-05", "2024-1-5", "2024/1/5", "2024.01.05", "20240105", "2024年1月5日", "2024 年 1 月 5 日"])
def test_days_in_common_forms(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, "from", cell) == "2024-01-05"
    assert one(tmp_path, "to", f"{cell} 10:30" if cell[4] in "-/." else cell) == "2024-01-05"


def test_a_year_or_month_is_its_first_day_or_its_last(tmp_path: Path) -> None:
    assert [one(tmp_path, "from", cell) for cell in ("2024", "2024年", "2024-02", "2024年2月")] == [
        "2024-01-01",
        "2024-01-01",
        "2024-02-01",
        "2024-02-01",
    ]
    assert [one(tmp_path, "to", cell) for cell in ("2024", "2024-02", "2023/2")] == [
        "2024-12-31",
        "2024-02-29",
        "2023-02-28",
    ]
    assert one(tmp_path, "deadline", "2024", "Challenge") == "2024-12-31"


@name("cell", ["05/06/2024", "5.6.2024", "2024-13-01", "2023-02-29", "2024-1/5", "24-01-05", "999", "即日", "45296"])
def test_days_that_may_be_two_or_are_none_are_rejected(tmp_path: Path, cell: str) -> None:
    assert "is no day" in one(tmp_path, "from", cell)


@name(
    ("cell", "number"),
    [
        ("1234.5", 1234.5),
        ("0", 0.0),
        ("-1", -1.0),
        ("1e3", 1000.0),
        ("12,5", 12.5),
        ("1234,5", 1234.5),
        ("\uff11\uff12.\uff15", 12.5),
    ],
)
def test_numbers(tmp_path: Path, cell: str, number: float) -> None:
    assert one(tmp_path, "budget", cell) == number


@name("cell", ["1,234", "1,234.50", "1.234.567", "1 234", "1，234", "1'234"])
def test_groups_of_thousands_are_refused(tmp_path: Path, cell: str) -> None:
    assert "may hold groups of thousands" in one(tmp_path, "budget", cell)


@name("cell", ["约100", "100万", "50%", "1-2", "--", "¥5", "0x10", "inf", "nan"])
def test_what_is_no_number_is_rejected(tmp_path: Path, cell: str) -> None:
    assert "is no number" in one(tmp_path, "budget", cell)


def test_whole_numbers_and_years(tmp_path: Path) -> None:
    assert one(tmp_path, "trl_from", "3") == 3
    assert one(tmp_path, "trl_from", "3.0") == 3
    assert one(tmp_path, "trl_from", "3.5") == "is no whole number"
    assert one(tmp_path, "trl_from", "9" * 30) == "is too large a number"
    assert one(tmp_path, "founded", "1998", "Organisation") == 1998
    assert one(tmp_path, "founded", "1998年", "Organisation") == 1998
    assert one(tmp_path, "founded", "1998-11-03", "Organisation") == 1998
    assert one(tmp_path, "founded", "19981103", "Organisation") == 1998


def test_words_of_bureaus_for_roles(tmp_path: Path) -> None:
    """事业单位 may be a school, an institute or an office, so that it is no role."""
    path = table(tmp_path, "id,role\na,企业\nb,高校\nc,科研院所\nd,用户单位\ne,政府\n")
    roles = ["enterprise", "university", "research_institute", "user", "government"]
    assert [organisation.role for organisation in read(path)] == roles
    assert one(tmp_path, "role", "高 校", "Organisation") != "university"


@name(
    "cell",
    [
        "research_institute",
        "Research Institute",
        "research-institute",
        "研",
        "research_institute 研",
        "研 research_institute",
    ],
)
def test_allowed_values_in_either_language(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, "role", cell, "Organisation") == "research_institute"


def test_unknown_values_are_rejected_with_the_known_ones(tmp_path: Path) -> None:
    reason = one(tmp_path, "role", "事业单位", "Organisation")
    assert reason.startswith("is no role that is known: government 政, enterprise 产, ")


def test_yes_and_no(tmp_path: Path) -> None:
    said = {cell: one(tmp_path, "leader", cell, "Organisation") for cell in ("yes", "是", "TRUE", "1", "no", "否", "0")}
    assert said == {"yes": True, "是": True, "TRUE": True, "1": True, "no": False, "否": False, "0": False}
    assert "is no leader that is known" in one(tmp_path, "leader", "perhaps", "Organisation")


def test_lists(tmp_path: Path) -> None:
    assert one(tmp_path, "topic", "b; a；b ;") == ("a", "b")
    assert one(tmp_path, "topic", "a, b、c") == ("a, b、c",)


def test_zeros_and_namibia_survive(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name,country\n007,NA,NA\n008,null,cn\n009,None,UK\n")
    assert read(path) == [
        Organisation(id="own:007", name="NA", country="NA"),
        Organisation(id="own:008", name="null", country="CN"),
        Organisation(id="own:009", name="None", country="GB"),
    ]


def test_ids(tmp_path: Path) -> None:
    rows = [
        "ror:011ashp19,A",
        "ROR:05abc,B",
        "91110000MA0000000X,C",
        "uscc：91110000,D",
        ",\uff21cme\u3000Ltd",
        "编号：7,E",
    ]
    path = table(tmp_path, "id,name\n" + "\n".join(rows) + "\n")
    assert [record.id for record in read(path) if isinstance(record, Organisation)] == [
        "ror:011ashp19",
        "ror:05abc",
        "own:91110000MA0000000X",
        "uscc:91110000",
        "own:acme ltd",
        "own:编号：7",
    ]


def test_rows_that_name_nothing_are_rejected(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name,city\nhttps://ror.org/011ashp19,A,\n,,Chengdu\n")
    assert rejected(path) == [
        (
            "Organisation.csv",
            2,
            "id",
            "https://ror.org/011ashp19",
            "is an address, not an id; write ror:05abcde12 for https://ror.org/05abcde12",
        ),
        ("Organisation.csv", 3, "id", "", "is missing, and no name stands for it"),
    ]


# --- ties by name


def two_tables(folder: Path, organisations: str, ties: str, kind: str = "SUPPLIES") -> Path:
    table(folder, organisations)
    table(folder, ties, f"{kind}.csv")
    return folder


def test_ties_by_id_by_name_and_by_alias(tmp_path: Path) -> None:
    organisations = "id,name,name_zh,aliases\nror:1,Sichuan University,四川大学,SCU;川大\n2,Tencent,腾讯,\n"
    ties = "start,end\nror:1,own:2\n1,2\nSICHUAN  university,腾讯\n川大,2\nown:2,ror:elsewhere\n"
    found = list(load(two_tables(tmp_path, organisations, ties)))
    assert [(tie.start, tie.end) for tie in found if isinstance(tie, Supplies)] == [
        ("ror:1", "own:2"),
        ("ror:1", "own:2"),
        ("ror:1", "own:2"),
        ("own:2", "ror:elsewhere"),  # which may be in the store
    ]
    (unknown,) = [reject for reject in found if isinstance(reject, Reject)]
    assert (unknown.line, unknown.column, unknown.value) == (3, "start", "1")  # own:1 is nobody
    assert unknown.reason.startswith("is neither the id nor the name of any Organisation")


def test_a_name_of_two_is_rejected_with_both(tmp_path: Path) -> None:
    # 中国石油大学 is the name of two universities, in 北京 and 青岛.
    organisations = "id,name,city\nror:041qf4r12,中国石油大学,北京\nror:05gbn2817,中国石油大学,青岛\nown:x,X,\n"
    path = two_tables(tmp_path, organisations, "start,end\nX,中国石油大学\nX,ror:05gbn2817\n")
    assert rejected(path) == [
        (
            "SUPPLIES.csv",
            2,
            "end",
            "中国石油大学",
            "is the id or name of 2 things: ror:041qf4r12, ror:05gbn2817; write the id of the one that is meant",
        )
    ]


def test_an_id_that_is_the_name_of_another_is_rejected(tmp_path: Path) -> None:
    path = two_tables(tmp_path, "id,name\na,b\nb,c\n", "start,end\nb,c\nown:b,a\n")
    (found,) = rejected(path)
    assert found[:4] == ("SUPPLIES.csv", 2, "start", "b")
    assert "own:a, own:b" in found[4]


def test_what_an_end_is_follows_from_its_name(tmp_path: Path) -> None:
    table(tmp_path, "id,name\no,成都\n")
    table(tmp_path, "id,name\nz,成都高新区\n", "Zone.csv")
    table(tmp_path, "id,name\nr,成都\n", "Region.csv")
    table(
        tmp_path,
        "start,start_label,end,end_label\no,,成都高新区,\no,创新主体,成都,Region\no,,own:q,\n",
        "LOCATED_IN.csv",
    )
    found = list(load(tmp_path))
    assert [replace(tie, row=None) for tie in found if isinstance(tie, LocatedIn)] == [
        LocatedIn(start="own:o", start_label="Organisation", end="own:z", end_label="Zone"),
        LocatedIn(start="own:o", start_label="Organisation", end="own:r", end_label="Region"),
    ]
    (reject,) = [found for found in found if isinstance(found, Reject)]
    assert (reject.line, reject.column, reject.value) == (4, "end", "own:q")
    assert "Zone or Region" in reject.reason


def test_an_end_that_is_missing_is_rejected(tmp_path: Path) -> None:
    path = two_tables(tmp_path, "id\na\n", "start,end\na,\n")
    assert rejected(path) == [("SUPPLIES.csv", 2, "end", "", "is missing")]


def test_a_row_with_no_name_in_a_table_of_chinese_names(tmp_path: Path) -> None:
    assert rejected(table(tmp_path, "中文名称,城市\n,成都\n")) == [
        ("Organisation.csv", 2, "中文名称", "", "is missing, and no name stands for it")
    ]


# --- encodings and the shapes of text files


@name("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be"])
@name("separator", [",", ";", "\t"])
def test_encodings_are_found_and_told(tmp_path: Path, encoding: str, separator: str) -> None:
    simplified = ["四川大学", "华中科技大学", "腾讯控股有限公司", "武汉城市学院", "南方科技大学"]
    traditional = ["臺灣大學", "國立清華大學", "工業技術研究院", "香港中文大學", "澳門大學"]
    names = traditional if encoding == "big5" else simplified
    rows = [separator.join(("id", "name", "city")), *(separator.join((str(i), n, "")) for i, n in enumerate(names))]
    path = table(tmp_path, "\r\n".join(rows), encoding=encoding)
    with opened() as noted:
        assert [record.name for record in read(path) if isinstance(record, Organisation)] == names
    (noticed,) = noted.tables
    assert noticed.encoding is not None
    family = {"gbk": "gb", "gb18030": "gb"}.get(encoding, encoding[:5])
    assert noticed.encoding.replace("_", "-").startswith(family)


def test_the_encoding_can_be_overruled(tmp_path: Path) -> None:
    path = table(tmp_path, "id,name\n1,大\n", encoding="gb18030")  # too little to find out
    assert rejected(path)
    assert read(path, encoding="gb18030") == [Organisation(id="own:1", name="大")]
    with pytest.raises(UsageError, match="no encoding 'klingon'"):
        read(path, encoding="klingon")


# --- Excel


def test_what_excel_keeps_as_numbers_and_days(tmp_path: Path) -> None:
    rows: Cells = [
        ["id", "name", "lat", "founded", "leader"],
        [123456789, 360, 30.57, 1998, True],
        ["007", "NA", 0.1 + 0.2, date(2006, 5, 4), False],
    ]
    things: Cells = [["id", "from", "to"], ["p", date(2024, 1, 5), datetime(2024, 12, 31, 23, 59)], ["q", 2024, 2024]]
    path = excel(tmp_path / "book.xlsx", {"Organisation": rows, "Collaboration": things})
    assert read(path) == [
        Organisation(id="own:123456789", name="360", lat=30.57, founded=1998, leader=True),
        Organisation(id="own:007", name="NA", lat=0.3, founded=2006, leader=False),  # Excel's file has 16 digits
        Collaboration(id="own:p", from_=Date("2024-01-05"), to=Date("2024-12-31")),
        Collaboration(id="own:q", from_=Date("2024-01-01"), to=Date("2024-12-31")),
    ]


def test_what_excel_has_spoilt_is_rejected(tmp_path: Path) -> None:
    things: Cells = [
        ["id", "name", "from", "budget"],
        [110101199003078888, "A", None, None],  # 18 digits, of which Excel keeps 15
        ["p", date(2024, 3, 1), None, None],  # "3-1" became a day
        ["q", None, date(1905, 7, 16), None],  # 2024 in a cell formatted as a day
        ["r", None, time(12, 30), None],
        ["s", None, 45296, None],  # a day formatted as a number
        ["t", None, None, date(2024, 1, 5)],
    ]
    path = excel(tmp_path / "book.xlsx", {"Collaboration": things})
    found = rejected(path)
    assert [(line, column) for _, line, column, *_ in found] == [
        (2, "id"),
        (3, "name"),
        (4, "from"),
        (5, "from"),
        (6, "from"),
        (7, "budget"),
    ]
    reasons = [reason for *_, reason in found]
    assert "15 digits" in reasons[0]
    assert "is a day or a time to Excel" in reasons[1]
    assert "is the number 2024 that Excel shows as a day" in reasons[2]
    assert found[0][0] == "book.xlsx!Collaboration"


def test_errors_and_formulas_never_pass_for_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明 Read me")
        sheet = book.add_worksheet("Organisation")
        sheet.write_row(0, 0, ["id", "name", "city"])
        sheet.write_row(1, 0, ["a"])
        sheet.write_formula(1, 1, "=VLOOKUP(A1,B:C,2)", None, "#N/A")
        sheet.write_formula(2, 0, '="b"', None, "b")
        sheet.write_formula(2, 1, '="B"', None, "B")
        sheet.write_row(3, 0, ["c", "C"])
        sheet.write_formula(3, 2, "=B1")
        sheet.write_row(4, 0, ["d", "D"])
        sheet.write_formula(6, 1, "=B1")
    with zipfile.ZipFile(path) as archive:  # as libraries write a formula that no Excel has seen
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet_2 = members["xl/worksheets/sheet2.xml"]
    assert sheet_2.count(b"<f>B1</f><v>0</v>") == 2
    members["xl/worksheets/sheet2.xml"] = sheet_2.replace(b"<f>B1</f><v>0</v>", b"<f>B1</f>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    found = list(load(path))
    assert [(r.line, r.column, r.value, r.reason.split(";")[0]) for r in found if isinstance(r, Reject)] == [
        (2, "name", "#N/A", "is an error of a formula"),
        (4, "city", "", "is a formula that was never computed"),
        (7, "name", "", "is a formula that was never computed"),
        (7, "id", "", "is missing, and no name stands for it"),
    ]
    assert [r.id for r in found if isinstance(r, Organisation)] == ["own:a", "own:b", "own:c", "own:d"]


def test_titles_above_the_headings_and_merged_cells(tmp_path: Path) -> None:
    # A bureau's list: a title over all columns, headings in the third row, the city written once for its enterprises.
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, 2, "2024年龙头企业名单")
        sheet.write_row(2, 0, ["城市", "企业\n名称", "备注"])
        sheet.merge_range(3, 0, 4, 0, "成都")
        sheet.write_row(3, 1, ["甲公司", "x"])
        sheet.write_row(4, 1, ["乙公司"])
        sheet.write_row(6, 0, ["武汉", "丙公司"])
        sheet.merge_range(7, 2, 9, 2, "x")  # beside nothing: its first row alone is one
    rules = "tables:\n  - is: Organisation\n    properties: {name: 企业名称, city: 城市, leader: {value: 是}}\n"
    *found, last = load(path, mapping=mapped(tmp_path, rules))
    assert found == [
        Organisation(id=f"own:{n}", name=n, city=c, leader=True, row=f"list.xlsx!名单:{line}")
        for n, c, line in (("甲公司", "成都", 4), ("乙公司", "成都", 5), ("丙公司", "武汉", 7))
    ]
    assert isinstance(last, Reject)
    assert (last.line, last.raw) == (8, "\t\tx")


def test_rejects_carry_the_whole_row(tmp_path: Path) -> None:
    path = excel(
        tmp_path / "book.xlsx", {"Organisation": [["id", "name", "role"], ["a", "甲", "事业单位"], ["b", 1.0, "产"]]}
    )
    (reject,) = [found for found in load(path) if isinstance(found, Reject)]
    assert (reject.file, reject.line, reject.column) == ("book.xlsx!Organisation", 2, "role")
    assert (reject.value, reject.raw) == ("事业单位", "a\t甲\t事业单位")


def test_each_bad_cell_of_a_row_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, "id,role,lat,leader,city\na,事业单位,x,yes,\nb,产,1,yes,\n")
    assert [(line, column, value) for _, line, column, value, _ in rejected(path)] == [
        (2, "role", "事业单位"),
        (2, "lat", "x"),
    ]


# --- sheets and columns that are not what they should be


@name("title", ["Organization", "Organisations", "MEMBEROF", "Colaboration"])
def test_a_sheet_that_is_nearly_named_right_is_no_small_matter(tmp_path: Path, title: str) -> None:
    path = excel(tmp_path / "book.xlsx", {"Platform": [["id"], ["p"]], title: [["id"], ["a"]]})
    with pytest.raises(SourceError, match=r"did you mean '(Organisation|MEMBER_OF|Collaboration)'"):
        read(path)


def test_other_sheets_are_put_aside_and_told(tmp_path: Path) -> None:
    path = excel(tmp_path / "book.xlsx", {"Organisation": [["id"], ["a"]], "联系人": [["x"], ["y"]], "Platform": []})
    with opened() as noted:
        assert read(path) == [Organisation(id="own:a")]
    assert {p.name: reason for p, reason in noted.aside.items()} == {
        "book.xlsx!联系人": "it is named like no label or type of tie",
        "book.xlsx!Platform": "it is empty",
    }


def test_a_table_that_is_named_for_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no sheet or file named like a label"):
        read(table(tmp_path, "id\n1\n", "companies.csv"))


def test_columns_are_known_or_refused(tmp_path: Path) -> None:
    with pytest.raises(
        WrongColumnsError, match=r"column 'rolle', which is no property of Organisation; did you mean 'role'"
    ):
        read(table(tmp_path, "id,rolle\n1,产\n"))
    with pytest.raises(WrongColumnsError, match="has role twice, as 'role' and '角色'"):
        read(table(tmp_path, "id,role,角色\n1,产,产\n"))
    with pytest.raises(WrongColumnsError, match="lacks id or name"):
        read(table(tmp_path, "city,role\n1,产\n"))
    with pytest.raises(WrongColumnsError, match="lacks end"):
        read(table(tmp_path, "start,role\n1,牵头\n", "MEMBER_OF.csv"))
    assert read(table(tmp_path, "id,#own notes,city\n1,anything,成都\n")) == [Organisation(id="own:1", city="成都")]


def test_values_without_a_heading_are_rejected(tmp_path: Path) -> None:
    path = excel(
        tmp_path / "book.xlsx",
        {"Organisation": [["id", None, "city"], ["a", None, "x"], ["b", "?"], ["c", None, None, 5]]},
    )
    assert [(line, value, reason) for _, line, _, value, reason in rejected(path)] == [
        (3, "?", "stands in column 2, which has no heading"),
        (4, "5", "stands in column 4, which has no heading"),
    ]


def test_nothing_at_all(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="holds no table"):
        read(tmp_path)
    with pytest.raises(MissingFileError, match="is not there"):
        read(tmp_path / "none.csv")
    with pytest.raises(EmptyFileError, match="headings, but not a single row"):
        read(table(tmp_path, "id,name\n"))
    with pytest.raises(SourceError, match=r"an older workbook has to be saved as \.xlsx first"):
        read(table(tmp_path, "", "old.xls"))
    with pytest.raises(SourceError, match="tables end in"):
        read(table(tmp_path, "", "page.html"))


# --- Parquet


def test_parquet(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "Organisation.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES (1, '四川大学', ['SCU', '川大'], 30.63::DECIMAL(8, 2), 1896, true), "
            "(2, NULL, NULL, NULL, NULL, NULL)) AS t(id, name, aliases, lat, founded, leader)) "
            f"TO '{path}' (FORMAT parquet)"
        )
    found = list(load(path))
    assert found == [
        Organisation(
            id="own:1",
            name="四川大学",
            aliases=("SCU", "川大"),
            lat=30.63,
            founded=1896,
            leader=True,
            row="Organisation.parquet:1",
        ),
        Organisation(id="own:2", row="Organisation.parquet:2"),
    ]


# --- the mapping file


def test_the_documented_mapping(tmp_path: Path) -> None:
    found = read(DATA, mapping=DATA / "mapping.yaml")
    organisations = [record for record in found if isinstance(record, Organisation)]
    assert organisations[0] == Organisation(
        id="ror:011ashp19",
        name="Sichuan University",
        name_zh="四川大学",
        role="university",
        country="CN",
        city="成都",
        founded=1740,
        leader=False,
        evidence="public",
    )
    assert [(o.id, o.role, o.leader) for o in organisations[4:]] == [
        ("ror:00hhjss72", "enterprise", True),
        ("ror:03kmn9a50", "user", None),  # 无 is nothing in this table
    ]
    seats = [(t.start, t.end, t.role, t.amount) for t in found if isinstance(t, TakesPartIn)]
    assert seats == [
        ("ror:011ashp19", "own:P-001", "coordinator", 12_005_000.0),
        ("ror:00p991c53", "own:P-001", "participant", 3_000_000.0),
        ("ror:00hhjss72", "own:P-001", "participant", None),
        ("ror:00hhjss72", "own:P-002", "coordinator", 800_000.0),
        ("ror:049tv2d57", "own:P-002", "participant", 452_500.0),
    ]
    assert {(c.id, c.from_, c.currency) for c in found if isinstance(c, Collaboration)} == {
        ("own:P-001", "2021-01-05", "CNY"),
        ("own:P-002", "2022-07-01", "CNY"),
    }
    assert {t.id for t in found if isinstance(t, Technology)} == {"own:光电子"}
    about = {(t.start, t.start_label, t.end) for t in found if isinstance(t, About)}
    assert about == {("own:P-001", "Collaboration", "own:光电子")}


def test_the_documented_mapping_in_the_store(project: Project) -> None:
    outcome = project.load("tables", DATA, mapping=DATA / "mapping.yaml")
    assert outcome.rows_in == 11, "a row that several entries read is one row"
    assert (outcome.loaded + outcome.merged, outcome.rejected) == (11, 0)
    assert outcome.nodes == {"Collaboration": 2, "Organisation": 6, "Technology": 1}
    assert outcome.ties == {"ABOUT": 1, "TAKES_PART_IN": 5}
    assert "institutions.csv was read as gb18030" in outcome.remarks


def test_every_option_is_documented() -> None:
    from graphkit.formats import mapping

    said = (DATA / "mapping.yaml").read_text(encoding="utf-8")
    for option in (*mapping._OF_A_TABLE, *mapping._OF_A_PROPERTY):
        assert option in said


@name(
    ("options", "cell", "said"),
    [
        ("budget: {column: c, thousands: ','}", "1,234,567.5", 1234567.5),
        ("budget: {column: c, thousands: '.', decimal: ','}", "1.234,5", 1234.5),
        ("budget: {column: c, decimal: ','}", "1,234", 1.234),
        ("budget: {column: c, decimal: ','}", "1.234", None),
        ("budget: {column: c, times: 10000}", "0.1", 1000.0),
        ("budget: {column: c, thousands: ','}", "12,34", None),
        ("from: {column: c, format: '%d/%m/%Y'}", "05/06/2024", "2024-06-05"),
        ("to: {column: c, format: '%m/%Y'}", "02/2024", "2024-02-29"),
        ("from: {column: c, format: '%d/%m/%Y'}", "2024-06-05", None),
        ("topic: {column: c, separator: '、|'}", "乙、甲|丙; 丁", ("丙; 丁", "乙", "甲")),
        ("stage: {column: c, values: {小试: development, 未知: }}", "小试", "development"),
        ("stage: {column: c, values: {小试: development, 未知: }}", "未知", ()),
        ("stage: {column: c, values: {小试: development}}", "产业化", "industrialisation"),
        ("stage: {column: c, values: {小试: development}}", "别的", None),
        ("currency: {column: c, values: {人民币: CNY}}", "人民币", "CNY"),
        ("currency: {column: c, values: {人民币: CNY}}", "EUR", None),
        ("trl_from: {column: c, values: {实验室: 4}}", "实验室", 4),
    ],
)
def test_options_of_a_property(tmp_path: Path, options: str, cell: str, said: object) -> None:
    """`said` is the value, () for an empty one, None for a reject."""
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "c"], ["x", cell]])
    rules = f"tables:\n  - is: Collaboration\n    properties:\n      id: n\n      {options}\n"
    found, *rejects = load(path, mapping=mapped(tmp_path, rules))
    field = options.split(":")[0]
    if said is None:
        (bad,) = rejects
        assert isinstance(bad, Reject)
        assert (bad.line, bad.column, bad.value, bad.kind) == (2, "c", cell, "cell")
        assert getattr(found, "from_" if field == "from" else field) is None
    else:
        assert not rejects
        assert getattr(found, "from_" if field == "from" else field) == (None if said == () else said)


@name(
    ("rule", "error", "said"),
    [
        ("is: Organization, properties: {id: c}", UsageError, "tie 'Organization'; did you mean 'Organisation'"),
        ("is: Source, properties: {id: c}", UsageError, "no label or type of tie 'Source'"),
        ("iss: Organisation", UsageError, "table 1: no option 'iss'; did you mean 'is'"),
        ("is: Organisation, file: nay.csv, properties: {id: c}", MissingFileError, "did you mean 'any.csv'"),
        ("is: Organisation, sheet: x, properties: {id: c}", MissingFileError, "names the sheet 'x'; there are: any"),
        ("is: Organisation, optional: maybe, properties: {id: c}", UsageError, "'maybe' is neither yes nor no"),
        ("is: Organisation, properties: [id]", UsageError, "lines of the form"),
        ("is: MEMBER_OF, properties: {start: c}", UsageError, "needs end"),
    ],
)
def test_a_table_of_a_mapping_that_cannot_be_meant(
    tmp_path: Path, rule: str, error: type[GraphkitError], said: str
) -> None:
    path = table(tmp_path, "c,d\n1,2\n", "any.csv")
    with pytest.raises(error, match=said):
        read(path, mapping=mapped(tmp_path, f"tables: [{{{rule}}}]"))


@name(
    ("properties", "error", "said"),
    [
        ("id: c, rolle: d", UsageError, "no property 'rolle'; did you mean 'role'"),
        ("id: c, role: {colum: d}", UsageError, "no option 'colum'; did you mean 'column'"),
        ("id: cc", WrongColumnsError, "no column 'cc' for Organisation.id; did you mean 'c'"),
        ("id: c, role: {value: company}", UsageError, "'company' is no role that is known"),
        ("id: c, role: {column: d, values: {x: company}}", UsageError, "'company' is no role that is known"),
        ("id: c, name: {value: a, column: d}", UsageError, "and not both"),
        ("id: c, name: {scheme: own}", UsageError, "needs a column"),
        ("city: c", UsageError, "needs an id or a name"),
        ("id: c, 标识: d", UsageError, "the property id is there twice"),
        ("id: c, id: d", UsageError, "line 1: is no YAML .*'id' is there twice"),
        ("id: c, founded: {column: d, format: '%d'}", UsageError, "has no year"),
        ("id: c, lat: {column: d, times: x}", UsageError, "no number to multiply"),
        ("id: c, name: {column: d, scheme: own}", UsageError, "of an id, a start or an end"),
    ],
)
def test_properties_of_a_mapping_that_cannot_be_meant(
    tmp_path: Path, properties: str, error: type[GraphkitError], said: str
) -> None:
    path = table(tmp_path, "c,d\n1,2\n", "any.csv")
    with pytest.raises(error, match=said):
        read(path, mapping=mapped(tmp_path, f"tables: [{{is: Organisation, properties: {{{properties}}}}}]"))


@name(
    ("text", "said"),
    [
        ("tables: {}", "has to be a list"),
        ("tables:\n  - is: [", r"mapping\.yaml, line 2: is no YAML"),
        ("[" * 5000, "is no YAML"),
        ("", "lines of the form"),
        ("- a", "lines of the form"),
    ],
)
def test_a_mapping_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    path = table(tmp_path, "c,d\n1,2\n", "any.csv")
    with pytest.raises(UsageError, match=said):
        read(path, mapping=mapped(tmp_path, text))


def test_texts_of_a_mapping_are_texts(tmp_path: Path) -> None:
    # In YAML 1.1 a bare NO is false, 007 is seven and 2024-01-05 is a day.
    rules = (
        "tables: [{is: Organisation, properties: {id: {value: 007}, name: {value: 2024-01-05}, country: {value: NO}}}]"
    )
    path = table(tmp_path, "c\n1\n", "any.csv")
    assert read(path, mapping=mapped(tmp_path, rules)) == [Organisation(id="own:007", name="2024-01-05", country="NO")]


def test_a_workbook_of_several_sheets_needs_the_sheet(tmp_path: Path) -> None:
    path = excel(tmp_path / "book.xlsx", {"一": [["c"], ["1"]], "二": [["c"], ["2"]]})
    rule = "tables: [{is: Organisation, %s properties: {id: c}}]"
    with pytest.raises(UsageError, match="has the sheets 一, 二; say in the mapping which"):
        read(path, mapping=mapped(tmp_path, rule % ""))
    with opened() as noted:
        assert read(path, mapping=mapped(tmp_path, rule % "sheet: 二,")) == [Organisation(id="own:2")]
    assert [p.name for p in noted.aside] == ["book.xlsx!一"]
    assert len(read(path, mapping=mapped(tmp_path, rule % "sheet: '*',"))) == 2


def test_a_bad_row_that_several_entries_read_is_told_once(tmp_path: Path) -> None:
    path = table(tmp_path, "a,b\n1,2\n3\n", "any.csv")
    rules = "tables: [{is: Organisation, properties: {id: a}}, {is: Platform, properties: {id: b}}]"
    assert [line for _, line, *_ in rejected(path, mapping=mapped(tmp_path, rules))] == [3]


def test_rows_that_hold_nothing_for_any_entry_are_counted_and_told(project: Project, tmp_path: Path) -> None:
    path = table(tmp_path, "a,b,c\n1,,x\n,2,x\n,,x\n", "any.csv")
    rule = "is: %s, optional: yes, properties: {id: %s}"
    rules = f"tables: [{{{rule % ('Organisation', 'a')}}}, {{{rule % ('Platform', 'b')}}}]"
    outcome = project.load("tables", path, mapping=mapped(tmp_path, rules))
    assert (outcome.rows_in, outcome.loaded) == (2, 2)
    assert outcome.remarks == ["1 rows hold nothing that the mapping asks for, and were left out"]


# --- hostile files


def repacked(path: Path, change: Mapping[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | change
    with zipfile.ZipFile(path, "w", level) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
FOOT = b"</sheetData></worksheet>"


def bombs() -> dict[str, bytes | None]:
    cell = b'<c r="A1"><v>1</v></c>'
    return {
        "two cells far apart": HEAD
        + b'<row r="1">'
        + cell
        + b'</row><row r="1048576"><c r="XFD1048576"/></row>'
        + FOOT,
        "a cell beyond the last column": HEAD + b'<row r="1"><c r="ZZZZ1"><v>1</v></c></row>' + FOOT,
        "a place that runs over": HEAD + b'<row><c r="C9999999999999999999992"><v>1</v></c></row>' + FOOT,
        "a place with zeros before it": HEAD + b'<row><c r="XFD0000000000000001048576"/></row>' + FOOT,
        "a row beyond the last one": HEAD + b'<row r="99999999999">' + cell + b"</row>" + FOOT,
        "cells without a place": HEAD + b'<row r="1048000"/><row>' + b"<c/>" * 20_000 + b"</row>" + FOOT,
        "in quotes of the other kind": HEAD + b"<row><c r='A1'/><c  r = 'XFD1048576'/></row>" + FOOT,
        "much of nothing": HEAD + b" " * (80 << 20) + FOOT,
    }


@name("what", bombs())
def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path, what: str) -> None:
    path = excel(tmp_path / "book.xlsx", {"Organisation": [["id"], ["a"]]})
    repacked(path, {"xl/worksheets/sheet1.xml": bombs()[what] or b""})
    with pytest.raises(SourceError, match=r"more than can be read|over 100 times its size"):
        read(path)


def test_a_count_that_cannot_be_is_refused(tmp_path: Path) -> None:
    # calamine makes room for as many texts as the file says it has.
    path = excel(tmp_path / "book.xlsx", {"Organisation": [["id"], ["a"]]})
    with zipfile.ZipFile(path) as archive:
        texts = archive.read("xl/sharedStrings.xml")
    assert texts.count(b'uniqueCount="2"') == 1
    repacked(path, {"xl/sharedStrings.xml": texts.replace(b'uniqueCount="2"', b'uniqueCount="99999999999999"')})
    with pytest.raises(SourceError, match="holds more than it can"):
        read(path)


def test_one_text_in_very_many_cells_is_refused(tmp_path: Path) -> None:
    path = excel(tmp_path / "book.xlsx", {"Organisation": [["x" * 30_000], ["a"]]})
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(1, 20_000))
    repacked(path, {"xl/worksheets/sheet1.xml": HEAD + rows + FOOT})  # 600 MB in a file of 70 kB
    with pytest.raises(SourceError, match="MB of text in its cells"):
        read(path)


def test_a_size_that_is_a_lie_is_found(tmp_path: Path) -> None:
    path = excel(tmp_path / "book.xlsx", {"Organisation": [["id"], ["a"]]})
    repacked(path, {"xl/worksheets/sheet1.xml": HEAD + b" " * 100_000 + FOOT})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46  # in the table of contents
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (500).to_bytes(4, "little")  # the unpacked size
    path.write_bytes(data)
    with pytest.raises(SourceError, match="does not unpack to what it should"):
        read(path)


def test_an_archive_of_very_many_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    with pytest.raises(SourceError, match="lists over 10,000 files; save the sheet"):
        read(path)


@name(
    "data",
    [b"", b"PK", b"PK\x03\x04" + b"\0" * 60, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"<html>", b"id\n1"],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    for file in ("book.xlsx", "Organisation.parquet"):
        (tmp_path / file).write_bytes(data)
        with pytest.raises(SourceError, match=r"is no Excel workbook|cannot be read as Parquet"):
            read(tmp_path / file)


def test_parquet_of_very_many_equal_values_is_refused(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "Organisation.parquet"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"COPY (SELECT 1 AS id, 'x' AS name FROM range(6000000)) TO '{path}' (FORMAT parquet)")
    with pytest.raises(SourceError, match="12,000,000 values, far too many for its size"):
        read(path)


def seeds() -> dict[str, bytes]:
    """Small files of each kind, packed without compression so that a changed byte is a changed cell."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        book = excel(
            Path(folder) / "b.xlsx", {"Organisation": [["id", "role"], ["a", "产"], [1, None]], "Zone": [["id"], ["z"]]}
        )
        parquet = Path(folder) / "p.parquet"
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT i AS id, 'a;b' AS aliases FROM range(20) t(i)) TO '{parquet}' (FORMAT parquet)"
            )
        return {
            "book.xlsx": repacked(book, {}, zipfile.ZIP_STORED).read_bytes(),
            "Organisation.parquet": parquet.read_bytes(),
            "Organisation.csv": 'id,name,role\n1,"四川, 大学",学\n2,b,产\n'.encode("gb18030"),
            "mapping.yaml": (DATA / "mapping.yaml").read_bytes(),
        }


SEEDS = seeds()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_mutated_files_raise_sentences_only(file: str, data: st.DataObject) -> None:
    changed = bytearray(SEEDS[file])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        size = data.draw(st.integers(0, 8))
        changed[at : at + size] = data.draw(st.binary(max_size=8))
    if file.endswith(".xlsx"):
        changed = bytearray(_with_right_checksums(bytes(changed)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(changed)
        try:
            if file == "mapping.yaml":
                list(load(DATA, mapping=path))
            else:
                list(load(path))
        except GraphkitError as error:
            assert str(error)


def _with_right_checksums(data: bytes) -> bytes:
    """Pack a damaged archive anew where it can be read, so that the damage reaches the reader of sheets."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as anew:
            for member in archive.infolist():
                start = member.header_offset + 30 + len(member.filename.encode())
                anew.writestr(member.filename, data[start : start + member.compress_size])
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, UnicodeDecodeError):
        return data
    return out.getvalue()
