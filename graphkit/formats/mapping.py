"""The mapping file: for each table what its rows are, and in which column each property stands (YAML).

A documented example is `tests/data/tables/mapping.yaml`. Every text of the file stays the text it is: NO is Norway.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from graphkit import schema
from graphkit.errors import SourceError, UsageError
from graphkit.formats.cells import SEPARATORS, USUAL, YES_NO, Form, Unfit, folded, value
from graphkit.formats.decoding import decoded, listed, unpacked
from graphkit.formats.headings import KINDS, columns, kind_named, property_named
from graphkit.schema import Property

_LARGEST = 1 << 20  # bytes; larger is no mapping
_OF_A_TABLE = ("file", "sheet", "is", "encoding", "missing", "optional", "properties")
_OF_A_PROPERTY = ("column", "value", "values", "separator", "format", "decimal", "thousands", "times", "scheme")
_ENDS = ("id", "start", "end")


@dataclass(frozen=True)
class Part:
    """How one property is had: from a column, read as `form` says, or the same text in every row."""

    property: Property
    column: str | None
    constant: str = ""
    form: Form = USUAL


@dataclass(frozen=True)
class Rule:
    """What the rows of some tables are: a label or type of tie, and where each property stands.

    `file` and `sheet` are names or patterns (`*.csv`). Where a rule is `optional`, a row that lacks the id and the name
    of the thing, or an end of the tie, is no fault.
    """

    name: str
    parts: tuple[Part, ...]
    file: str = "*"
    sheet: str = ""
    encoding: str | None = None
    optional: bool = False


def nearest(word: str, names: Iterable[str], *, hint: str = "", alike: float = 0.6) -> str:
    """Say which name may have been meant, or which there are."""
    known = {folded(name): name for name in names}
    near = difflib.get_close_matches(folded(word), known, n=1, cutoff=alike)
    return f"did you mean {known[near[0]]!r}?" if near else f"there are: {listed(known.values(), 60)}{hint}"


def read(path: Path) -> tuple[Rule, ...]:
    """Read a mapping file; raises UsageError that names the table and the option, with the nearest name that exists."""
    import yaml

    data = unpacked(path, _LARGEST + 1)
    if len(data) > _LARGEST:
        raise SourceError(f"{path} is larger than a megabyte, which no mapping is")
    try:
        # Of the loaders of yaml this one alone makes nothing but texts, lists and mappings.
        given = yaml.load(decoded(data)[0], Loader=_texts_only())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{line}: is no YAML ({getattr(error, 'problem', None) or error})") from error
    whole = _options(given, ("tables",), str(path))
    tables = whole.get("tables")
    if not isinstance(tables, list) or not tables:
        raise UsageError(f"{path}: `tables` has to be a list, with a - before each table")
    return tuple(_rule(table, f"{path}, table {number}") for number, table in enumerate(tables, 1))


def _texts_only() -> Any:
    import yaml

    class Loader(yaml.BaseLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if str(key.value) in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
                seen.add(str(key.value))
            return super().construct_mapping(node, deep)

    return Loader


def _rule(given: Any, where: str) -> Rule:
    options = _options(given, _OF_A_TABLE, where)
    is_ = _text(options.get("is", ""), f"{where}: is")
    name = kind_named(is_)
    if name is None:
        hint = "; graphkit schema lists them"
        raise UsageError(f"{where}: no label or type of tie {is_!r}; {nearest(is_, KINDS, hint=hint)}")
    where = f"{where} ({name})"
    missing = options.get("missing", [])
    missing = frozenset(
        _text(word, f"{where}: missing") for word in ([missing] if isinstance(missing, str) else missing)
    )
    parts: dict[str, Part] = {}
    for key, told in _options(options.get("properties", {}), None, f"{where}: properties").items():
        found = property_named(name, key)
        if found is None:
            raise UsageError(f"{where}: no property {key!r}; {nearest(key, [c.name for c in columns(name)])}")
        if found.name in parts:
            raise UsageError(f"{where}: the property {found.name} is there twice; once is enough")
        parts[found.name] = _part(found, told, missing, f"{where}: {key}")
    tie = name in schema.TIES
    lacking = [end for end in ("start", "end") if end not in parts] if tie else ["id", "name"]
    if lacking and (tie or not {"id", "name", "name_zh"} & set(parts)):
        raise UsageError(f"{where} needs {' and '.join(lacking) if tie else 'an id or a name'} among its properties")
    return Rule(
        name,
        tuple(parts.values()),
        _text(options.get("file", "*"), f"{where}: file"),
        _text(options.get("sheet", ""), f"{where}: sheet"),
        _text(options["encoding"], f"{where}: encoding") if "encoding" in options else None,
        _yes(options.get("optional", "no"), f"{where}: optional"),
    )


def _part(declared: Property, told: Any, missing: frozenset[str], where: str) -> Part:
    options = _options({"column": told} if isinstance(told, str) else told, _OF_A_PROPERTY, where)
    if ("column" in options) == ("value" in options):
        raise UsageError(f"{where}: needs a column (the heading) or a value (the same in every row), and not both")
    texts = {name: _text(given, f"{where}: {name}") for name, given in options.items() if name != "values"}
    values = (
        {
            key: _text(meaning, f"{where}: values: {key}")
            for key, meaning in _options(options["values"], None, f"{where}: values").items()
        }
        if "values" in options
        else None
    )
    if texts.get("format") and not re.search("%[yY]", texts["format"]):
        raise UsageError(f"{where}: format {texts['format']!r} has no year; write a day as %d.%m.%Y, for example")
    if texts.get("scheme") and (declared.name not in _ENDS or not re.fullmatch("[a-z][a-z0-9_]*", texts["scheme"])):
        raise UsageError(f"{where}: a scheme is a word in small letters (uscc, pic, own), of an id, a start or an end")
    try:
        times = Decimal(texts.get("times", "1"))
        if not times.is_finite() or not times:
            raise ArithmeticError
    except ArithmeticError as error:
        raise UsageError(f"{where}: times {texts['times']!r} is no number to multiply with") from error
    form = Form(
        values=values,
        separators=texts.get("separator", SEPARATORS).strip() or " ",
        day=texts.get("format", ""),
        decimal=texts.get("decimal", ""),
        thousands=texts.get("thousands", ""),
        times=times,
        scheme=texts.get("scheme", ""),
        missing=missing,
    )
    for meaning in (values or {}).values():
        _hold(meaning, declared, USUAL, where)
    if "value" in texts:
        _hold(texts["value"], declared, form, where)
    return Part(declared, texts.get("column"), texts.get("value", ""), form)


def _hold(meaning: str, declared: Property, form: Form, where: str) -> None:
    try:
        value(meaning, declared, form)
    except Unfit as error:
        raise UsageError(f"{where}: {meaning!r} {error}") from error


def _options(given: Any, known: tuple[str, ...] | None, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise UsageError(f"{where}: has to be lines of the form `name: what`")
    for key in given:
        if known is not None and key not in known:
            raise UsageError(f"{where}: no option {key!r}; {nearest(str(key), known)}")
    return given


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str):
        raise UsageError(f"{where}: has to be a single text")
    return given


def _yes(given: Any, where: str) -> bool:
    word = folded(_text(given, where))
    if word not in ("yes", "no", "true", "false", *YES_NO.values()):
        raise UsageError(f"{where}: {given!r} is neither yes nor no")
    return word in ("yes", "true", YES_NO["yes"])
