"""Joint patents in the layout of Chinese patent searches: one publication per row, its applicants in one cell.

Without a header the columns are number, title, day of application, day of publication and applicants; what follows
them is never read. With one they are told by their names (公开号, 申请号, 标题, 申请日, 公开日, 申请人); inventors are
never read. Applicants stand between ` | ` or `;`, not between `、`, which is part of names
(中国科学院、水利部成都山地灾害与环境研究所).

- One application is one collaboration, however often it was published: A and B of one number; and publications of
  different kinds (A and C with numbers of their own, the invention and the utility model of 一案双申) that agree in
  title, day of application and applicants. Its id is the lowest of their numbers, without the kind.
- No register stands behind the names, so that a name is its own id (`own:`), in one spelling of widths and brackets.
- Persons are left out, and patents of persons alone with them: two to four Chinese characters, or a name with a dot in
  it (·), without the mark of an organisation. A name in Latin letters alone counts as an organisation's.
- Roles and countries are taken only from marks that cannot be mistaken (`data/applicant_marks.csv`).
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from graphkit.errors import EmptyFileError, WrongColumnsError
from graphkit.formats.decoding import FLAW, listed
from graphkit.formats.places import Place, places_in
from graphkit.formats.reading import BadValue, Line, Reject, Table, columns, each, put_aside, remark
from graphkit.schema import Collaboration, Date, Organisation, Record, TakesPartIn

LICENCE = "as the publisher of the table says"
EXPECT = {"Organisation": (1, 1_000_000), "Collaboration": (1, 2_000_000), "TAKES_PART_IN": (1, 5_000_000)}

FIELDS = ("number", "title", "applied", "published", "applicants")
HEADERS = {
    "number": (
        "公开(公告)号",
        "公开公告号",
        "公开号",
        "公告号",
        "授权公告号",
        "专利号",
        "publication number",
        "number",
    ),
    "application": ("申请号", "专利申请号", "application number"),
    "title": ("标题", "标题(中文)", "名称", "专利名称", "发明名称", "题名", "title"),
    "applied": ("申请日", "申请日期", "application date", "applied"),
    "published": ("公开(公告)日", "公开公告日", "公开日", "公告日", "授权公告日", "publication date", "published"),
    "applicants": (
        "申请人",
        "申请(专利权)人",
        "专利权人",
        "当前申请(专利权)人",
        "当前专利权人",
        "权利人",
        "applicants",
    ),
}

_NUMBER = re.compile(r"(ZL|[A-Z]{2})([A-Z]{0,2}\d[\d/-]{2,15}\d)(?:\.[\dX])?([A-Z]\d?)?|(\d{8,13})(?:\.[\dX])?")
_DAY = re.compile(r"(\d{4})(?:[-./年]?)(\d{1,2})(?:[-./月]?)(\d{1,2})日?(?: .*)?")
_BETWEEN = re.compile("[|;\uff5c\uff1b]")
_BRACKETS_AND_DOTS = str.maketrans("\u3014\u3015\u3010\u3011[]\u2022\u30fb\u2027", "()()()···")
_PERSON = re.compile("[\u3400-\u9fff]{2,4}")
_AFTERTHOUGHT = re.compile(r"\([^()]*\)$")


def load(
    path: Annotated[Path, "table of patents (CSV, also packed by gzip, or XLSX), or the folder of such tables"],
    *,
    encoding: Annotated[str | None, "encoding of the tables; found out if it is not given"] = None,
) -> Iterator[Record | Reject]:
    """Yield one collaboration per application, and the organisations that applied."""
    patents = Patents()
    yield from patents.records(_tables(path, encoding))
    for sentence in patents.remarks():
        remark(sentence)


class Headless(Table):
    """A table whose first line is a row already; its columns are those of the layout."""

    def __init__(self, place: Place, encoding: str | None) -> None:
        super().__init__(place, required=(), encoding=encoding)
        raws = self.raw(range(1, 1 << 16))
        self.line = min(raws)
        self.begin = raws[self.line]
        with suppress(csv.Error):
            self.columns = tuple(self._cells(strict=False))
        if place.workbook is not None:  # a sheet is as wide as its widest row
            self.columns += ("",) * (max(map(len, place.workbook.rows(place.title))) - len(self.columns))
        self.columns = (*FIELDS, *self.columns[len(FIELDS) :])
        self.at = {name: number for number, name in enumerate(FIELDS)}

    def __iter__(self) -> Iterator[Line | Reject]:
        """Yield every row, the first one too."""
        rest = super().__iter__()
        second = None
        with suppress(EmptyFileError):  # a single row is not nothing
            second = next(rest, None)
        yield self._first()
        if second is not None:
            yield second
            yield from rest
        self.rows += 1

    def _first(self) -> Line | Reject:
        reason = "holds bytes that are no text" if FLAW in self.begin else ""
        cells: list[str] = []
        try:
            cells = self._cells(strict=True)
        except csv.Error as error:
            reason = f"a quote in it does not close, or stands beside other text ({error})"
        if not reason:
            return Line(self, self.line, cells, self.begin)
        return Reject(
            self.name, self.line, "", "", reason, self.begin.replace(FLAW, "\N{REPLACEMENT CHARACTER}"), "row"
        )

    def _cells(self, *, strict: bool) -> list[str]:
        if self.place.workbook is not None:
            return self.begin.split("\t")
        return next(csv.reader([self.begin], delimiter=self.separator, strict=strict))


@dataclass(frozen=True)
class Patent:
    """What one row says; `stem` is its number without the kind, the application's if that is known."""

    stem: str
    kind: str
    number: str
    title: str | None
    applied: Date | None
    published: Date | None
    applicants: tuple[str, ...]  # as written, each once

    @property
    def key(self) -> tuple[str, Date | None, frozenset[str]]:
        """What is the same on all publications of one application."""
        return spelling(self.title or ""), self.applied, frozenset(map(spelling, self.applicants))


@dataclass
class Patents:
    """Reads tables twice: which publications are one application can be told only when all were seen."""

    one: dict[str, str] = field(default_factory=dict)  # the number that stands for an application, by stem
    persons: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)  # stems of patents of persons alone
    publications: int = 0
    applications: set[str] = field(default_factory=set)

    def records(self, tables: list[Table]) -> Iterator[Record | Reject]:
        """Yield the applications, their applicants, and who takes part in which."""
        self._unite(tables)
        for table in tables:
            yield from each(table, self._patent)

    def remarks(self) -> Iterator[str]:
        """Say what became no record of its own, and why."""
        repeats = self.publications - len(self.applications)
        if repeats:
            yield f"{repeats:,} of {self.publications:,} publications repeat an application"
        if self.persons:
            yield f"{len(self.persons):,} persons among the applicants are left out"
        if self.alone:
            yield f"left out with them: {len(self.alone):,} of the applications, which are of persons alone"

    def _unite(self, tables: list[Table]) -> None:
        """Find the applications: by number, then by what their first publications say, if the kinds differ."""
        first: dict[str, Patent] = {}
        kinds: dict[str, set[str]] = defaultdict(set)
        for table in tables:
            for line in table:
                with suppress(BadValue):  # that row is rejected when its turn comes
                    if isinstance(line, Line):
                        patent = _read(line)
                        kinds[patent.stem].add(patent.kind)
                        known = first.setdefault(patent.stem, patent)
                        first[patent.stem] = min(known, patent, key=lambda p: (p.published or "~", p.number))
        alike: dict[tuple[str, Date | None, frozenset[str]], list[str]] = defaultdict(list)
        for stem, patent in sorted(first.items()):
            alike[patent.key if patent.title and patent.applied else (stem, None, frozenset())].append(stem)
        for stems in alike.values():
            differ = sum(len(kinds[stem]) for stem in stems) == len(set().union(*(kinds[stem] for stem in stems)))
            self.one.update({stem: stems[0] if differ else stem for stem in stems})

    def _patent(self, line: Line) -> list[Record] | None:
        patent = _read(line)
        stem = self.one[patent.stem]
        self.publications += 1
        self.applications.add(stem)
        organisations = [name for name in patent.applicants if not is_person(name)]
        self.persons.update(spelling(name) for name in patent.applicants if is_person(name))
        if not organisations:
            self.alone.add(stem)
            return None
        id_ = f"patent:{stem}"
        records: list[Record] = [
            Collaboration(
                id=id_, name=patent.title, aliases=(patent.number,), kind="joint_patent", from_=patent.applied
            )
        ]
        for name in organisations:
            role, country = told_by(name)
            records.append(Organisation(id=f"own:{spelling(name)}", name=name, role=role, country=country))
            records.append(TakesPartIn(start=f"own:{spelling(name)}", end=id_))
        return records


def spelling(text: str) -> str:
    """Write a name in the one way that all its spellings share: widths, brackets, dots, case, without blanks.

    >>> spelling("中国矿业大学（北京） "), spelling("中煤第三建设(集团)有限责任公司")
    ('中国矿业大学(北京)', '中煤第三建设(集团)有限责任公司')
    """
    plain = unicodedata.normalize("NFKC", text).translate(_BRACKETS_AND_DOTS).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf")


def is_person(name: str) -> bool:
    """Whether an applicant is a person: a short Chinese name, or one with a dot, that no mark of an organisation has.

    >>> is_person("崔凯"), is_person("约翰·史密斯"), is_person("清华大学"), is_person("罗伯特·博世有限公司")
    (True, True, False, False)
    """
    plain = spelling(name)
    return ("·" in plain or _PERSON.fullmatch(_AFTERTHOUGHT.sub("", plain)) is not None) and not _marks_of(plain)


def told_by(name: str) -> tuple[str | None, str | None]:
    """Tell role and country from the marks of a name; what stands in brackets behind it is passed over.

    >>> told_by("中国科学院武汉岩土力学研究所"), told_by("中国矿业大学(北京)"), told_by("黑龙江省公路建设中心")
    (('research_institute', 'CN'), ('university', None), (None, None))
    """
    found = _marks_of(spelling(name))
    role = next((mark.role for mark in found if mark.place == "end"), None)
    return role, next((mark.country for mark in found if mark.country), None)


@dataclass(frozen=True)
class Mark:
    """A mark of an organisation: with what a name begins or ends, and what that tells."""

    mark: str
    place: str
    shortest: int  # characters of a name; in a shorter one it may be part of a person's name
    role: str | None
    country: str | None


@cache
def marks() -> tuple[Mark, ...]:
    """Read the marks, longest first."""
    with (Path(__file__).parent / "data" / "applicant_marks.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Mark(row["mark"], row["place"], int(row["shortest"]), row["role"] or None, row["country"] or None)
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(found, key=lambda mark: (-len(mark.mark), mark.mark)))


@cache
def _marks_of(plain: str) -> list[Mark]:
    bare = _AFTERTHOUGHT.sub("", plain)
    return [
        mark
        for mark in marks()
        if (
            plain.startswith(mark.mark)
            if mark.place == "begin"
            else plain.endswith(mark.mark) or bare.endswith(mark.mark)
        )
        and len(plain) >= mark.shortest
    ]


def _tables(path: Path, encoding: str | None) -> list[Table]:
    """Open every table of a folder that is of the layout; raises WrongColumnsError when none is."""
    found: list[Table] = []
    seen = {each_: columns(each_, encoding) for each_ in places_in(path)}
    for each_, names in seen.items():
        if _is_row(names):
            found.append(Headless(each_, encoding))
        elif told := _told(names):
            table = Table(each_, required=[*told.values()], encoding=encoding)
            table.at = {name: table.at[told[name]] if name in told else None for name in HEADERS}
            found.append(table)
    if not found:
        there = "; ".join(f"{each_.name} begins with {listed(names, 3)}" for each_, names in seen.items())
        raise WrongColumnsError(
            f"{path} holds no patents: {there}. Looked for were the columns {', '.join(FIELDS)}, with a header "
            "(公开号, 标题, 申请日, 公开日, 申请人) or in this order"
        )
    for each_ in seen.keys() - {table.place for table in found}:
        put_aside(Path(str(each_)), f"it has no titles, days and applicants: it begins with {listed(seen[each_], 3)}")
    return found


def _is_row(cells: tuple[str, ...]) -> bool:
    """Whether a first line is a row of the layout: a number, a title, two days (or none), applicants."""
    if len(cells) < len(FIELDS) or not _NUMBER.fullmatch(_plain(cells[0])):
        return False
    days = [_DAY.fullmatch(unicodedata.normalize("NFKC", day)) for day in cells[2:4]]
    return any(days) or not any(cells[2:4])


def _told(names: tuple[str, ...]) -> dict[str, str] | None:
    """Find the columns by their names in a header; None without a number or applicants."""
    plain = {spelling(name).removeprefix("(标)"): name for name in reversed(names)}
    told = {
        column: plain[spelling(known[0])]
        for column, all_known in HEADERS.items()
        if (known := [name for name in all_known if spelling(name) in plain])
    }
    return told if "applicants" in told and ("number" in told or "application" in told) else None


def _plain(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def _read(line: Line) -> Patent:
    """Read a row, or raise BadValue."""
    given = [(column, _text(line, column)) for column in ("application", "number")]
    numbers = [(column, text) for column, text in given if text]
    if not numbers:
        raise BadValue("number", "", "is missing: no patent has this row")
    found = [_NUMBER.fullmatch(_plain(number)) for _, number in numbers]
    for (column, number), match in zip(numbers, found, strict=True):
        if match is None:
            raise BadValue(column, number, "is no number of a patent, like CN110210173A")
    applicants = _applicants(line)
    return Patent(
        stem=_stem(found[0]),
        kind=(found[-1] and found[-1][3]) or "",
        number=_plain(numbers[-1][1]),
        title=line.text("title"),
        applied=line.spare(_day, line, "applied"),
        published=line.spare(_day, line, "published"),
        applicants=applicants,
    )


def _stem(found: re.Match[str] | None) -> str:
    """Give a number without its kind and check digit; a patent's own number (ZL) is its application's."""
    assert found is not None
    if found[4]:
        return f"CN{found[4]}"
    return f"{'CN' if found[1] == 'ZL' else found[1]}{found[2]}"


def _applicants(line: Line) -> tuple[str, ...]:
    """List the applicants, each spelling once; raises BadValue when there is none."""
    parts = _BETWEEN.split(line.needed("applicants"))
    found = {spelling(part): " ".join(part.split()) for part in reversed(parts) if spelling(part)}
    if not found:
        raise BadValue("applicants", line.written("applicants"), "holds no name")
    return tuple(found.values())[::-1]


def _text(line: Line, column: str) -> str | None:
    return line.text(column) if column in line.table.at else None


def _day(line: Line, column: str) -> Date | None:
    """Read a day as Chinese tables write it: 2019-06-20, 2019.6.20, 2019/6/20, 20190620, 2019年6月20日."""
    value = _text(line, column)
    if value is None:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", value))
    try:
        return Date(date(int(found[1]), int(found[2]), int(found[3])).isoformat()) if found else _no_day(column, value)
    except ValueError:
        return _no_day(column, value)


def _no_day(column: str, value: str) -> Date:
    raise BadValue(column, value, "is no day that exists, written like 2019-06-20")
