"""Tables of any hand: CSV, TSV, Excel and Parquet, in the layout of `graphkit template` or with a mapping file.

Without a mapping each sheet (or CSV file) is named for a label or type of tie, `Organisation` or `创新主体`, and each
column for a property, `role` or `角色`. The example rows of the template are known by what they say, and left out as
long as they say it; a row that was changed but still has an id of an example is rejected. A column whose heading begins
with `#` is the analyst's own and is not read; any other column that is no property ends the load, and so does a sheet
whose name is nearly that of a label. With a mapping, only the columns it names are read.

A thing without an id has the id `own:` and its name, normalised; an id without a scheme has the scheme `own`. The ends
of ties are ids, or names (also Chinese ones and aliases) that a single thing of these tables has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any

from graphkit import schema
from graphkit.errors import EmptyFileError, MissingFileError, SourceError, UsageError, WrongColumnsError
from graphkit.formats.cells import Unfit, folded, has_scheme, identifier, shown, value
from graphkit.formats.decoding import listed
from graphkit.formats.headings import KINDS, columns, kind_named, property_named
from graphkit.formats.mapping import Part, Rule, nearest, read
from graphkit.formats.reading import BadValue, Reject, cell_alone, put_aside, remark
from graphkit.formats.sheets import Book, Row, Sheet, blank, books
from graphkit.formats.workbook import EXAMPLE, README, VALUES, examples
from graphkit.schema import Node, Record, Tie

LICENCE = "as its owner says; not known to graphkit"
EXPECT: dict[str, tuple[int, int]] = {}

# Which thing or tie a row is about, and whether a sameness holds at all; a bad cell of these costs the row.
_VITAL = ("id", "start", "end", "start_label", "end_label", "status")
_NOTES = ("#", "\N{FULLWIDTH NUMBER SIGN}")


def load(
    path: Annotated[Path, "a table (CSV, TSV, XLSX, Parquet), or a folder of them"],
    *,
    mapping: Annotated[Path | None, "YAML file that says what the tables and columns are; not for the template"] = None,
    encoding: Annotated[str | None, "encoding of CSV and TSV; found out if it is not given"] = None,
) -> Iterator[Record | Reject]:
    """Yield what the rows of the tables say, things before ties."""
    rules = None if mapping is None else read(mapping)
    found = books(path, encoding)
    jobs = list(_laid_out(path, found) if rules is None else _mapped(path, found, rules, encoding))
    yield from _Reader(jobs).records()
    sheets = {job.sheet for job in jobs}
    if not any(sheet.used for sheet in sheets):
        examples_only = any(sheet.rows for sheet in sheets)
        what = "nothing but example rows" if examples_only else "headings, but not a single row"
        raise EmptyFileError(f"{path} holds {what}; fill it in, and load it again")
    if left_out := sum(sheet.rows - len(sheet.used) for sheet in sheets):
        what = "are examples of the template" if rules is None else "hold nothing that the mapping asks for"
        remark(f"{left_out:,} rows {what}, and were left out")


@dataclass(frozen=True)
class _Job:
    """One rule for one sheet: the parts of a record and in which cell of a row each of them stands."""

    sheet: Sheet
    rule: Rule
    places: tuple[tuple[Part, int | None, Callable[[str], Any]], ...]  # with what reads a text, and remembers it
    first: bool = True  # of those that read this sheet
    laid_out: bool = False


def _laid_out(path: Path, found: Iterable[Book]) -> Iterator[_Job]:
    """Read sheets that are named for what they hold, columns for what they say."""
    titles = []
    for sheet in (sheet for book in found for sheet in book.sheets):
        name = kind_named(sheet.title)
        if folded(sheet.title) in (folded(README), folded(VALUES)):
            continue
        titles.append(sheet.title)
        if name is None:
            _leave(sheet)
            continue
        try:
            sheet.head()
        except EmptyFileError:
            put_aside(Path(sheet.name), "it is empty")
            continue
        yield _job(sheet, Rule(name, tuple(_named(sheet, name))), laid_out=True)
    if not any(map(kind_named, titles)):
        raise SourceError(
            f"{path} holds no sheet or file named like a label or tie (Organisation, MEMBER_OF, …), but: "
            f"{listed(titles)}. Rename them, fill in the workbook of `graphkit template`, or give a --mapping"
        )


def _leave(sheet: Sheet) -> None:
    """Put a sheet aside that is named for nothing; one that is nearly named for something is an error."""
    near = nearest(sheet.title, KINDS, alike=0.75)
    if not sheet.title.startswith(_NOTES) and near.startswith("did you mean"):
        raise SourceError(f"{sheet.name} is named like no label or tie; {near} To leave it out, begin its name with #")
    put_aside(Path(sheet.name), "it is named like no label or type of tie")


def _named(sheet: Sheet, name: str) -> Iterator[Part]:
    seen: dict[str, str] = {}
    for heading in sheet.headings:
        if not heading or heading.startswith(_NOTES):
            continue
        found = property_named(name, heading)
        if found is None:
            raise WrongColumnsError(
                f"{sheet.name} has the column {heading!r}, which is no property of {name}; "
                f"{nearest(heading, [c.name for c in columns(name)])} To leave it out, begin its heading with #"
            )
        if found.name in seen:
            raise WrongColumnsError(f"{sheet.name} has {found.name} twice, as {seen[found.name]!r} and {heading!r}")
        seen[found.name] = heading
        yield Part(found, heading)
    needed = [["start"], ["end"]] if name in schema.TIES else [["id", "name", "name_zh"]]
    for some in needed:
        if not seen.keys() & set(some):
            raise WrongColumnsError(
                f"{sheet.name} lacks {' or '.join(some)}; its columns are {listed(sheet.headings) or 'none'}"
            )


def _mapped(path: Path, found: list[Book], rules: Iterable[Rule], encoding: str | None) -> Iterator[_Job]:
    """Match rules with sheets; raises what names the file, sheet or column that a rule does not find."""
    wanted: dict[Sheet, list[Rule]] = defaultdict(list)
    for rule in rules:
        for sheet in _matching(path, found, rule):
            sheet.book.asked = rule.encoding or encoding
            wanted[sheet].append(rule)
    for book in found:
        left = [sheet for sheet in book.sheets if sheet not in wanted]
        for name in [book.name] if len(left) == len(book.sheets) else [sheet.name for sheet in left]:
            put_aside(Path(name), "the mapping does not name it")
    for sheet, its_rules in wanted.items():
        sheet.head({part.column for rule in its_rules for part in rule.parts if part.column is not None})
        for number, rule in enumerate(its_rules):
            yield _job(sheet, rule, first=not number)


def _matching(path: Path, found: list[Book], rule: Rule) -> list[Sheet]:
    files = [book for book in found if _like(book.path.name, rule.file)]
    if not files:
        names = [book.path.name for book in found]
        raise MissingFileError(f"{path}: the mapping names {rule.file!r}; {nearest(rule.file, names)}")
    sheets = [sheet for book in files for sheet in book.sheets if not rule.sheet or _like(sheet.title, rule.sheet)]
    if not sheets:
        titles = [sheet.title for book in files for sheet in book.sheets]
        raise MissingFileError(f"{path}: the mapping names the sheet {rule.sheet!r}; {nearest(rule.sheet, titles)}")
    for book in files:
        if len(book.sheets) > 1 and not rule.sheet:
            titles = [sheet.title for sheet in book.sheets]
            raise UsageError(f"{book.path} has the sheets {listed(titles)}; say in the mapping which: `sheet: …`")
    return sheets


def _like(name: str, pattern: str) -> bool:
    return folded(name) == folded(pattern) or fnmatchcase(folded(name), folded(pattern))


def _job(sheet: Sheet, rule: Rule, *, first: bool = True, laid_out: bool = False) -> _Job:
    places: list[tuple[Part, int | None, Callable[[str], Any]]] = []
    for part in rule.parts:
        remembered = lru_cache(1 << 12)(partial(value, declared=part.property, form=part.form))
        if part.column is None:
            places.append((part, None, remembered))
            continue
        found = sheet.places(part.column)
        if len(found) > 1:
            raise WrongColumnsError(
                f"{sheet.name} has the column {part.column!r} {len(found)} times; rename all but one"
            )
        if not found:
            raise WrongColumnsError(
                f"{sheet.name} has no column {part.column!r} for {rule.name}.{part.property.name}; "
                f"{nearest(part.column, [heading for heading in sheet.headings if heading])}"
            )
        places.append((part, found[0], remembered))
    return _Job(sheet, rule, tuple(places), first, laid_out)


class _BadCellsError(ValueError):
    """Cells of one row that cannot be used."""

    def __init__(self, cells: Sequence[BadValue]) -> None:
        super().__init__(*cells)
        self.cells = cells


@dataclass
class _Reader:
    """Makes records of rows; things come first, so that ties can name them."""

    jobs: list[_Job]
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by label
    names: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def records(self) -> Iterator[Record | Reject]:
        """Yield the records of every job, or a reject for a row that makes none though it should."""
        ties = [job for job in self.jobs if job.rule.name in schema.TIES]
        for job in [job for job in self.jobs if job not in ties] + ties:
            for row in job.sheet:
                # An unreadable row is told once, however many entries of the mapping read it.
                made = self._made(job, row) if isinstance(row, Row) else [row] if job.first else ()
                if made:
                    job.sheet.used.add(row.line)
                    yield from made

    def _made(self, job: _Job, row: Row) -> Sequence[Record | Reject]:
        """Make the record of a row, and a reject for each cell that cannot be used; nothing of an example."""

        def rejects(cells: Sequence[BadValue]) -> list[Reject]:
            return [Reject(job.sheet.name, row.line, bad.column, bad.value, bad.reason, row.raw) for bad in cells]

        spoilt: list[BadValue] = []
        try:
            if job.laid_out:
                _hold_to_headings(job.sheet, row)
            facts = self._facts(job, row, spoilt)
            record = self._tie(job, facts) if job.rule.name in schema.TIES else self._node(job, facts)
            if record is None and spoilt:
                return rejects(spoilt)
            if record is None or (job.laid_out and _is_example(record)):
                return ()
        except BadValue as bad:
            return rejects([*spoilt, bad])
        except _BadCellsError as several:
            return rejects(several.cells)
        if isinstance(record, Node):
            self._know(record)
        return [record, *map(cell_alone, rejects(spoilt))]

    def _facts(self, job: _Job, row: Row, spoilt: list[BadValue]) -> dict[str, Any]:
        """Read the cells of a row; those of an id and of the ends of a tie as texts, None where they are empty.

        Bad cells are left out and put with `spoilt`; where one of them is vital, all become an error.
        """
        facts: dict[str, Any] = {"row": f"{job.sheet.name}:{row.line}"}
        vital = False
        for part, place, remembered in job.places:
            cell = part.constant if place is None else row.cells[place]
            try:
                # Texts alone are remembered: 1, 1.0 and True would be one.
                read_ = remembered(cell) if type(cell) is str else value(cell, part.property, part.form)
                facts[part.property.field] = read_
            except Unfit as error:
                spoilt.append(BadValue(_heading(part), shown(cell), str(error)))
                vital = vital or part.property.name in _VITAL
        if vital:
            raise _BadCellsError(spoilt)
        return facts

    def _node(self, job: _Job, facts: dict[str, Any]) -> Node | None:
        written, name = facts.pop("id", None), facts.get("name") or facts.get("name_zh")
        if written is None and name is None:
            if job.rule.optional:
                return None
            raise BadValue(_heading(*_parts(job, "id", "name", "name_zh")), "", "is missing, and no name stands for it")
        try:
            id_ = identifier(written, _scheme(job, "id")) if written is not None else f"own:{folded(str(name))}"
        except Unfit as error:
            raise BadValue(_heading(*_parts(job, "id")), str(written), str(error)) from error
        kind = schema.NODES[job.rule.name]
        return kind(id=id_, **facts)

    def _tie(self, job: _Job, facts: dict[str, Any]) -> Tie | None:
        kind = schema.TIES[job.rule.name]
        for side, labels in (("start", kind.starts), ("end", kind.ends)):
            written, label = facts.pop(side), facts.pop(f"{side}_label", None)
            part = _parts(job, side)
            if written is None and job.rule.optional:
                return None
            if written is None:
                raise BadValue(_heading(*part), "", "is missing")
            try:
                found, facts[side] = self._found((label,) if label else labels, written, part[0].form.scheme)
            except Unfit as error:
                raise BadValue(_heading(*part), written, str(error)) from error
            facts[f"{side}_label"] = found if len(labels) > 1 else ""
        return kind(**facts)

    def _know(self, node: Node) -> None:
        label = type(node).__name__
        self.ids[label].add(node.id)
        for name in {node.name, node.name_zh, *node.aliases}:
            if name:
                self.names[label][folded(name)].add(node.id)

    def _found(self, labels: tuple[str, ...], written: str, scheme: str) -> tuple[str, str]:
        """Find what an id or a name means; an id that these tables do not describe may be in the store."""
        full = bool(scheme) or has_scheme(written)
        id_ = identifier(written, scheme)
        known = {(label, id_) for label in labels if id_ in self.ids[label]}
        if not (known and full):
            known |= {(label, named) for label in labels for named in self.names[label].get(folded(written), ())}
        if len(known) == 1:
            return known.pop()
        what = " or ".join(labels)
        if known:
            ids = listed([f"{named} ({label})" if len(labels) > 1 else named for label, named in sorted(known)], 6)
            raise Unfit(f"is the id or name of {len(known)} things: {ids}; write the id of the one that is meant")
        if full and len(labels) == 1:
            return labels[0], id_
        if full:
            raise Unfit(f"is the id of no row here, so that a column has to say which of {what} it is")
        raise Unfit(
            f"is neither the id nor the name of any {what} in these tables; add it there, or write its whole id"
        )


def _hold_to_headings(sheet: Sheet, row: Row) -> None:
    """Raise BadValue for a value in a column without a heading, of which nobody can say what it is."""
    for number, cell in enumerate(row.cells):
        if not (number < len(sheet.headings) and sheet.headings[number]) and not blank(cell):
            raise BadValue("", shown(cell), f"stands in column {number + 1}, which has no heading")


def _is_example(record: Record) -> bool:
    """Whether a row is one of the template's own; raises BadValue where it was changed but not wholly."""
    ends = ("start", "end") if isinstance(record, Tie) else ("id",)
    of_example = [end for end in ends if getattr(record, end).startswith(EXAMPLE)]
    if not of_example:
        return False
    name = schema.TYPES[type(record)] if isinstance(record, Tie) else type(record).__name__
    if replace(record, row=None) in examples(name):
        return True
    value_ = getattr(record, of_example[0])
    raise BadValue(of_example[0], value_, "is of an example row that was changed; write an id of your own there, too")


def _parts(job: _Job, *names: str) -> list[Part]:
    return [part for name in names for part in job.rule.parts if part.property.name == name]


def _scheme(job: _Job, name: str) -> str:
    return next((part.form.scheme for part in _parts(job, name)), "")


def _heading(part: Part, *_: Part) -> str:
    return part.property.name if part.column is None else part.column
