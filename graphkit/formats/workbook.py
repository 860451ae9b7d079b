"""The workbook in which people fill in a graph: a sheet for each label and type of tie, in Chinese and English.

Sheets, columns, lists of values and examples are all made from `schema`, so that the workbook knows what the program
knows. `graphkit load tables` reads it back without any mapping, also as a folder of CSV files named like its sheets.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from graphkit import schema
from graphkit.errors import DataError, FolderError, UsageError
from graphkit.files import writing
from graphkit.formats.cells import YES_NO
from graphkit.formats.headings import CONSENT, KINDS, cells, columns, heading, name_of
from graphkit.schema import Date, Node, Property, Record, Tie

README, VALUES = "说明 Read me", "取值 Values"
EXAMPLE = "example:"  # ids of the examples begin so

_LONGEST = 32_767  # letters in a cell of Excel
_LAST_ROW = (1 << 20) - 1
_HELP = (
    (
        "Fill in what you know and leave the rest empty; one row is one thing or one tie.",
        "知道什么填什么，其余留空；一行是一个事物或一条关系。",
    ),
    (
        "The grey rows are examples. Left as they are they are not loaded; delete them, or write over the whole row.",
        "灰色行是示例，保持原样时不会载入；可以删除，也可以整行改写。",
    ),
    (
        "An id carries its scheme: ror:, pic:, uscc: (unified social credit code); one without a scheme gets own:.",
        "标识带体系前缀：ror:、pic:、uscc:（统一社会信用代码），没有前缀的一律视为 own:。",
    ),
    (
        "Without an id a thing is known by its name (own: and the name); two things of one name need ids.",
        "没有标识时以名称为标识（own: 加名称）；同名的不同事物必须填写标识。",
    ),
    ("Start and end of a tie are ids, or names that only one thing has.", "关系的起点和终点填标识，或填唯一的名称。"),
    ("Values with a list may be written in English, in Chinese, or both.", "有下拉列表的值可以填英文、中文，或两者。"),
    (
        "Days: 2024-01-05, 2024/1/5, 2024年1月5日, or a year alone. Numbers without groups of thousands. Lists with ;",
        "日期：2024-01-05、2024/1/5、2024年1月5日，或只写年份。数字不加千位分隔符。多个值用分号（; 或 ；）隔开。",
    ),
    ("A column of your own is left out when its heading begins with #.", "自己加的列，标题以 # 开头即不载入。"),
    ("Load it with: graphkit load tables FILE", "载入命令：graphkit load tables 文件名"),
)
_FILLED: dict[str, tuple[Any, Any]] = {  # what the examples say where any text or number would look odd
    "evidence": ("illustrative", "illustrative"),
    "country": ("CN", "CN"),
    "region": ("CN-SC", "CN-HB"),
    "zone": ("成都高新区", "武汉东湖高新区"),
    "city": ("成都", "武汉"),
    "lat": (30.57, 30.51),
    "lon": (104.07, 114.4),
    "founded": (1998, 2006),
    "from": (Date("2021-01-01"), Date("2022-07-01")),
    "to": (Date("2024-12-31"), Date("2025-06-30")),
    "currency": ("CNY", "CNY"),
    "trl_from": (3, 4),
    "trl_to": (6, 7),
    "capacity": (120, 80),
    "weight": (1.0, 0.5),
    "share": (0.51, 0.51),
    "score": (0.93, 0.93),
}


@cache
def examples(name: str) -> tuple[Record, ...]:
    """Make the examples of a sheet: two things, or ties of both to the first; of a thing to one of its kind only one.

    Both organisations so belong to one platform and take part in one collaboration.
    """
    kind = KINDS[name]
    if not issubclass(kind, Tie):
        return tuple(kind(**_example(kind, number)) for number in (1, 2))
    made = []
    for number in (1,) if kind.starts == kind.ends else (1, 2):
        start = kind.starts[(number - 1) % len(kind.starts)]
        end = kind.ends[(number - 1) % len(kind.ends)]
        ends = {
            "start": f"{EXAMPLE}{start.lower()}-{number if start == kind.starts[0] else 1}",
            "end": f"{EXAMPLE}{end.lower()}-{2 if start == end else 1}",
            "start_label": start if len(kind.starts) > 1 else "",
            "end_label": end if len(kind.ends) > 1 else "",
        }
        made.append(kind(**{**_example(kind, number), **ends}))
    return tuple(made)


def _example(kind: type[Node] | type[Tie], number: int) -> dict[str, Any]:
    label, found = kind.__name__.lower(), {}
    for column in schema.facts(kind):
        plain = {"number": 1000.0 * number, "integer": number, "boolean": number == 1, "texts": (f"example {number}",)}
        plain |= {"date": Date(f"202{number}-06-30"), "text": f"example {number}"}
        if column.allowed is not None:
            plain["text"] = list(column.allowed)[number % len(column.allowed)]
        filled = _FILLED.get(column.name)
        found[column.field] = plain[column.type] if filled is None else filled[number - 1]
    if issubclass(kind, Node):
        found |= {"id": f"{EXAMPLE}{label}-{number}", "name": f"Example {label} {number}"}
        found["name_zh"] = f"示例{kind.zh}{number}"
    return found


def template(path: Path) -> None:
    """Write the empty workbook, with two examples in each sheet; raises FolderError rather than write over a file."""
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} has to end in .xlsx, since it becomes an Excel workbook")
    if path.exists():
        raise FolderError(f"{path} is there already, and may hold somebody's work; choose another name")
    write(path, (example for name in KINDS for example in examples(name)))


def write(path: Path, records: Iterable[Record]) -> None:
    """Write records as a workbook that loads as these records; where a row came from is not kept.

    Raises DataError for a value that no cell can hold, and FolderError when the file cannot be written.
    """
    rows: dict[str, list[Record]] = {name: [] for name in KINDS}
    for record in records:
        rows[name_of(record)].append(record)
    data = _workbook(rows)
    with writing(path) as file:
        file.buffer.write(data)


def _workbook(rows: Mapping[str, list[Record]]) -> bytes:
    """Make the bytes of a workbook; every text is written as text, so that none is ever a formula, number or link."""
    import xlsxwriter

    data = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(data, plain)
    book.set_properties({"title": "graphkit", "created": datetime(2026, 1, 1, tzinfo=UTC)})
    looks = {
        "text": book.add_format({"num_format": "@"}),
        "grey": book.add_format({"num_format": "@", "italic": True, "font_color": "#7f7f7f"}),
        "head": book.add_format({"bold": True, "bg_color": "#dbe9f4", "border": 1, "text_wrap": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _write_readme(book.add_worksheet(README), looks)
    places = _value_places()
    for name, records in rows.items():
        _write_sheet(book.add_worksheet(name), name, records, looks, places)
    sheet = book.add_worksheet(VALUES)
    for number, (allowed, uses) in enumerate(_vocabularies().items()):
        sheet.set_column(number, number, 30)
        _put(sheet, 0, number, "\n".join(uses), looks["head"])
        for row, (value, zh) in enumerate(allowed, 1):
            _put(sheet, row, number, f"{value} {zh}", looks["text"])
    sheet.freeze_panes(1, 0)
    book.close()
    return data.getvalue()


def _write_readme(sheet: Any, looks: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 110)
    for row, (english, chinese) in enumerate(_HELP):
        sheet.merge_range(row, 0, row, 2, "", looks["wrap"])
        sheet.set_row(row, 32)
        _put(sheet, row, 0, f"{chinese}\n{english}", looks["wrap"])
    for row, (name, kind) in enumerate(KINDS.items(), len(_HELP) + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        _put(sheet, row, 1, kind.zh, looks["wrap"])
        _put(sheet, row, 2, (kind.__doc__ or "").split("\n")[0], looks["wrap"])


def _write_sheet(
    sheet: Any,
    name: str,
    records: Iterable[Record],
    looks: Mapping[str, Any],
    places: Mapping[tuple[tuple[str, str], ...], str],
) -> None:
    for number, column in enumerate(columns(name)):
        title = heading(name, column)
        sheet.set_column(number, number, 24, None if column.type in ("number", "integer") else looks["text"])
        _put(sheet, 0, number, title, looks["head"])
        note = "\n".join(_note(name, column))
        sheet.write_comment(0, number, note, {"author": "graphkit", "x_scale": 2, "y_scale": 2})
        if (allowed := _allowed(column)) is not None:
            listed = {"validate": "list", "source": places[allowed], "error_type": "warning"}
            listed["error_message"] = "Choose from the list, or write it in English or Chinese. 请从列表中选择。"
            sheet.data_validation(1, number, _LAST_ROW, number, listed)
    for row, record in enumerate(records, 1):
        written = cells(record)
        look = looks["grey"] if record in examples(name) else None
        for number, column in enumerate(columns(name)):
            if column.name in written:
                _put(sheet, row, number, written[column.name], look)
    sheet.freeze_panes(1, 2 if name in schema.NODES else 1)
    if name == "Person":
        sheet.set_tab_color("#c00000")


def _put(sheet: Any, row: int, column: int, value: str | float | int, look: Any = None) -> None:
    if isinstance(value, str) and len(value) > _LONGEST:
        raise DataError(f"a text of {len(value):,} letters ({value[:40]!r} …) is too long for a cell of Excel")
    write = sheet.write_string if isinstance(value, str) else sheet.write_number
    if write(row, column, value, *([] if look is None else [look])):
        raise DataError(
            f"{value!r:.60} cannot be written to row {row + 1:,} of a workbook, which has {_LAST_ROW + 1:,}"
        )


def _note(name: str, column: Property) -> Iterator[str]:
    if name == "Person":
        yield f"{CONSENT}."
    yield f"{column.sentence}."
    if column.name == "id":
        yield "Empty: the name stands for it. 可空，以名称代替。"
    if column.type == "texts":
        yield "Separated by ; 用分号隔开。"
    if column.type == "date":
        yield "2024-01-05, 2024/1/5, 2024年1月5日, 2024"


def _allowed(column: Property) -> tuple[tuple[str, str], ...] | None:
    if column.type == "boolean":
        return tuple(YES_NO.items())
    return None if column.allowed is None else tuple(column.allowed.items())


@cache
def _vocabularies() -> dict[tuple[tuple[str, str], ...], list[str]]:
    """List each set of allowed values once, with the columns that have it."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name in KINDS:
        for column in columns(name):
            if (allowed := _allowed(column)) is not None and column.name != "evidence":
                found.setdefault(allowed, []).append(f"{name}.{column.name}")
    return found | {tuple(schema.EVIDENCE.items()): ["evidence"]}


def _value_places() -> dict[tuple[tuple[str, str], ...], str]:
    from xlsxwriter.utility import xl_range_abs

    return {
        allowed: f"='{VALUES}'!{xl_range_abs(1, number, len(allowed), number)}"
        for number, allowed in enumerate(_vocabularies())
    }
