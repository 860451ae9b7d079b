"""One record held against its declaration: which thing it is of, what it says, and which of its values do not fit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from graphkit import schema
from graphkit.voices import Facts

Key = tuple[str, ...]  # ("Organisation", id) or ("TAKES_PART_IN", "Organisation", id, "Collaboration", id)
Misfit = tuple[str, str, str]  # column, value and reason

_ID = re.compile(r"[a-z][a-z0-9_]*:\S(.*\S)?")
_COUNTRY = re.compile("[A-Z]{2}")
_RANGES = {"lat": (-90, 90), "lon": (-180, 180), "trl_from": (1, 9), "trl_to": (1, 9), "share": (0, 1), "score": (0, 1)}
_KINDS = {"text": str, "date": str, "number": (int, float), "integer": int, "boolean": bool, "texts": tuple}


def key_of(record: schema.Record) -> Key:
    """Name the node or tie that a record is of."""
    if isinstance(record, schema.Tie):
        start = record.start_label or record.starts[0]
        end = record.end_label or record.ends[0]
        return (schema.TYPES[type(record)], start, record.start, end, record.end)
    assert isinstance(record, schema.Node)
    return (type(record).__name__, record.id)


def kind_of(key: Key) -> type[schema.Record]:
    """Return the declaration of the node or tie that a key names."""
    return schema.TIES[key[0]] if len(key) == 5 else schema.NODES[key[0]]


def fault(record: schema.Record) -> Misfit | None:
    """Find what leaves nothing of a record in its ids and labels."""
    if isinstance(record, schema.Tie):
        for side, labels in (("start", record.starts), ("end", record.ends)):
            if misfit := _no_id(side, getattr(record, side)):
                return misfit
            label = getattr(record, f"{side}_label")
            if label not in labels and (label or len(labels) > 1):
                return f"{side}_label", str(label), f"must be one of {', '.join(labels)}"
    elif isinstance(record, schema.Node):
        return _no_id("id", record.id)
    return None


def _no_id(column: str, value: object) -> Misfit | None:
    if not isinstance(value, str):
        kind = type(value).__name__
        return column, str(value), f"is {kind}, no text; a loader must give ids with a scheme, like pic:998616262"
    return None if _ID.fullmatch(value) else (column, value, "is no id with a scheme, like pic:998616262")


def facts(record: schema.Record) -> tuple[Facts, list[Misfit]]:
    """Return what a record says, as the store keeps it, and the values that do not fit, in whose place is None.

    Empty values are None, too; a number is a float, texts are sorted, each once.
    """
    kind = type(record)
    form = _FORMS.get(kind)
    if form is None:
        form = _FORMS[kind] = _form(kind)
    said, misfits = form.nothing.copy(), []
    for (declared, plain), value in zip(form.columns, form.values(record), strict=True):
        if value is None or value == ():
            continue
        if plain and type(value) is str:  # most values are, and this loop is most of the work of checking
            if value:
                said[declared.name] = value
            continue
        reason = _unfit(declared, value)
        if reason:
            misfits.append((declared.name, str(value), reason))
        elif declared.name in said:
            said[declared.name] = _kept(declared, value)
    return said, misfits


@dataclass(frozen=True)
class _Form:
    """How to read the records of one kind: its properties, whether any text fits them, and their values at once."""

    columns: tuple[tuple[schema.Property, bool], ...]
    values: Callable[[schema.Record], tuple[Any, ...]]
    nothing: Facts


def _form(kind: type[schema.Record]) -> _Form:
    # Its id and its row are checked like all of it, but are no facts.
    own = schema.properties(kind)
    said = {p.name: None for p in schema.facts(kind)}
    columns = tuple((p, p.type == "text" and p.allowed is None and p.name in said and p.name != "country") for p in own)
    return _Form(columns, attrgetter(*(p.field for p in own)), said)


_FORMS: dict[type[schema.Record], _Form] = {}


def _kept(declared: schema.Property, value: Any) -> Any:
    if value == "":
        return None
    if declared.type == "texts":
        return tuple(sorted(set(value)))
    return float(value) if declared.type == "number" else str(value) if declared.type == "date" else value


def _unfit(declared: schema.Property, value: Any) -> str:
    expected = _KINDS[declared.type]
    if not isinstance(value, expected) or (isinstance(value, bool) and declared.type != "boolean"):  # type: ignore[arg-type]
        return f"is no {declared.type}"
    if declared.allowed is not None and value not in declared.allowed:
        return f"is none of {', '.join(declared.allowed)}"
    if declared.type == "date":
        try:
            if date.fromisoformat(value).isoformat() != value:
                return "is no day written YYYY-MM-DD"
        except ValueError:
            return "is no day that exists, written YYYY-MM-DD"
    if declared.type == "number" and (value != value or abs(value) == float("inf")):
        return "is no finite number"
    low, high = _RANGES.get(declared.name, (None, None))
    if low is not None and high is not None and not low <= value <= high:
        return f"lies outside {low} to {high}"
    if declared.name == "country" and not _COUNTRY.fullmatch(value):
        return "is no country of ISO 3166-1 (two capital letters)"
    return ""
