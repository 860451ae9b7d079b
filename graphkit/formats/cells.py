"""Cells as values of the vocabulary: texts, lists, numbers, days, yes or no, and ids, in the forms people write them.

A form that can be read in two ways (1,234 or 05/06/2024) is refused unless the `Form` of its column says which it is.
"""

import csv
import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from graphkit.formats.excel import Fault
from graphkit.formats.reading import OWN_CODES
from graphkit.schema import Date, Property

SEPARATORS = ";；"
YES_NO = {"yes": "是", "no": "否"}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_]*)[:：](\S.*)")  # a full-width colon is one as well
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAYS = (
    re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})" + _TIME + ")?"),
    re.compile(r"(\d{4}) ?(年)(?: ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日)?)?"),
    re.compile(r"(\d{4})()(?:(\d{2})(\d{2}))?"),
)
_LAST = ("to", "deadline")  # of a year or month alone these take the last day, all others the first one
_YEARS = ("founded",)  # integers that are years, and may be written as a day
_YEAR_AS_DAY = (date(1904, 12, 31), date(1905, 9, 30))  # the numbers 1,827 to 2,100, shown by Excel as days
_YEAR = re.compile(r"[+-]?\d{1,4}(?:\.0+)?")
_TRUE_FALSE = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_EXACT = 10**15  # Excel keeps 15 digits


class Unfit(ValueError):
    """A cell that cannot be used, and why."""


@dataclass(frozen=True)
class Form:
    """How the cells of one column are written, where that differs from the forms that are always understood."""

    values: Mapping[str, str] | None = None  # what stands for what; '' for nothing
    separators: str = SEPARATORS
    day: str = ""  # as strptime has it
    decimal: str = ""
    thousands: str = ""
    times: Decimal = Decimal(1)  # 10000 for a column in 万元
    scheme: str = ""
    missing: frozenset[str] = frozenset()


USUAL = Form()


def folded(name: str) -> str:
    """Return a name as it is compared: width (NFKC) and case of letters are nothing, and blanks are one.

    >>> folded("  ABC \u3000有限公司 "), folded("abc 有限公司")
    ('abc 有限公司', 'abc 有限公司')
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def shown(cell: Any) -> str:
    """Write a cell as a person sees it, whatever it is."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10 * _EXACT else repr(cell)
    if isinstance(cell, Fault):
        return cell.shown
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, list | tuple):
        return "; ".join(map(shown, cell))
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def text(cell: Any, form: Form = USUAL) -> str:
    """Return a cell as text, '' for an empty one; raises Unfit for what Excel turned into something else."""
    if isinstance(cell, str):
        if _CONTROL.search(cell):
            raise Unfit("holds a control character, which no text has")
        found = " ".join(cell.split())
    elif isinstance(cell, Fault):
        raise Unfit(cell.reason)
    elif isinstance(cell, float) and cell.is_integer() and abs(cell) >= _EXACT:
        raise Unfit("is a number, of which Excel keeps 15 digits only; format the cell as text and write it anew")
    elif isinstance(cell, date | time | timedelta):
        raise Unfit("is a day or a time to Excel, where a text is wanted; format the cell as text and write it anew")
    elif isinstance(cell, bytes | bytearray | dict | list | tuple):
        raise Unfit("is no single value")
    else:
        found = shown(cell)
    return "" if found in form.missing else found


def value(cell: Any, declared: Property, form: Form = USUAL) -> Any:
    """Return a cell as a value of a property, None or () when it is empty; raises Unfit."""
    if declared.type == "texts":
        return _texts(cell, form)
    if isinstance(cell, date) and (declared.type == "date" or declared.name in _YEARS):
        return _of_year(declared, _excel_day(cell))
    numeric = declared.type in ("number", "integer")
    if numeric and isinstance(cell, int | float | Decimal) and form.values is None and declared.name not in _YEARS:
        return _number(cell, declared, form)
    written = text(cell, form)
    if form.values is not None and written:
        written = _mapped(written, declared, form.values)
    if not written:
        return None
    if declared.type == "text":
        return _choice(written, declared.name, declared.allowed) if declared.allowed else _code(written, declared)
    if declared.type == "boolean":
        return _choice(written, declared.name, YES_NO, _TRUE_FALSE) == "yes"
    if numeric and (declared.name not in _YEARS or _YEAR.fullmatch(written)):
        return _number(_decimal(written, form), declared, form)
    return _of_year(declared, day(written, form.day, last=declared.name in _LAST))


def _of_year(declared: Property, found: Date) -> Date | int:
    return int(found[:4]) if declared.type == "integer" else found


def identifier(written: str, scheme: str = "") -> str:
    """Return an id with its scheme: `scheme` if there is one, else the one it has, else `own`; no address is an id.

    >>> identifier("ROR:05abc"), identifier("17"), identifier("91110000100000000X", "uscc")
    ('ror:05abc', 'own:17', 'uscc:91110000100000000X')
    """
    found = _SCHEME.fullmatch(written)
    if found is not None and found[1].lower() in ("http", "https"):
        raise Unfit("is an address, not an id; write ror:05abcde12 for https://ror.org/05abcde12")
    if found is not None and (not scheme or found[1].lower() == scheme):
        return f"{found[1].lower()}:{found[2]}"
    return f"{scheme or 'own'}:{written}"


def has_scheme(written: str) -> bool:
    """Whether a text has the form of an id with its scheme."""
    return _SCHEME.fullmatch(written) is not None


@lru_cache(maxsize=1 << 14)
def day(written: str, form: str = "", *, last: bool = False) -> Date:
    """Read a day: 2024-01-05, 2024/1/5, 2024.1.5, 20240105, 2024年1月5日, also with a time, or as `form` says.

    A year or month alone is its first day, or its last one. Raises Unfit.

    >>> day("2024年1月5日"), day("2024"), day("2024/2", last=True)
    ('2024-01-05', '2024-01-01', '2024-02-29')
    """
    if form:
        try:
            found = datetime.strptime(written, form)
        except ValueError as error:
            raise Unfit(f"is no day written {form}") from error
        year, month = found.year, found.month if re.search("%[mbBj]", form) else None
        number = found.day if re.search("%[dj]", form) else None
    else:
        plain = unicodedata.normalize("NFKC", written)
        match = next((m for pattern in _DAYS if (m := pattern.fullmatch(plain))), None)
        if match is None or (int(match[1]) < 1000 and not match[3]):
            raise Unfit("is no day written 2024-01-05, 2024/1/5, 2024年1月5日, or a year alone")
        year = int(match[1])
        month, number = (int(part) if part else None for part in match.group(3, 4))
    if month is None:
        month = 12 if last else 1
    try:
        end = monthrange(year, month)[1]
        return Date(date(year, month, (end if last else 1) if number is None else number).isoformat())
    except ValueError as error:
        raise Unfit("is no day that exists") from error


def _excel_day(cell: date) -> Date:
    found = cell.date() if isinstance(cell, datetime) else cell
    if _YEAR_AS_DAY[0] <= found <= _YEAR_AS_DAY[1]:
        number = (found - date(1899, 12, 30)).days
        raise Unfit(f"is the number {number} that Excel shows as a day; format the cell as text and write it anew")
    return Date(found.isoformat())


def _texts(cell: Any, form: Form) -> tuple[str, ...]:
    if isinstance(cell, list | tuple):
        found = [text(part, form) for part in cell]
    else:
        found = re.split(f"[{re.escape(form.separators)}]", text(cell, form))
    parts = {" ".join(part.split()) for part in found} - {"", *form.missing}
    if form.values is not None:
        parts = {_known(part, form.values) for part in parts} - {""}
    return tuple(sorted(parts))


def _known(written: str, values: Mapping[str, str]) -> str:
    if written in values:
        return values[written]
    same = {folded(name): meaning for name, meaning in values.items()}
    if folded(written) not in same:
        raise Unfit(f"is none of the values that the mapping knows: {', '.join(values)}")
    return same[folded(written)]


def _mapped(written: str, declared: Property, values: Mapping[str, str]) -> str:
    """Look a value up in the mapping; what the vocabulary itself knows need not stand there."""
    try:
        return _known(written, values)
    except Unfit:
        if declared.allowed is None or folded(written) not in _terms(tuple(declared.allowed.items())):
            raise
        return written


def _choice(written: str, name: str, allowed: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """Return which allowed value is meant, in English, in Chinese, or both."""
    known = _terms(tuple(allowed.items()))
    plain = folded(written)
    if plain in known:
        return known[plain]
    if name == "role" and (role := _role_words().get(plain, "")) in allowed:
        return role
    if more is not None and plain in more:
        return more[plain]
    raise Unfit(f"is no {name} that is known: {', '.join(f'{value} {zh}' for value, zh in allowed.items())}")


@cache
def _role_words() -> dict[str, str]:
    """Read the Chinese words for the seven roles that tables use beside the vocabulary's own."""
    text = (resources.files("graphkit.formats") / "data" / "role_words.csv").read_text(encoding="utf-8")
    return {folded(word): row["role"] for row in csv.DictReader(text.splitlines()) for word in row["words"].split("|")}


@lru_cache(maxsize=256)
def _terms(allowed: tuple[tuple[str, str], ...]) -> dict[str, str]:
    known = {}
    for value_, zh in allowed:
        spaced = value_.replace("_", " ")
        for term in (zh, f"{value_} {zh}", f"{zh} {value_}", spaced, spaced.replace(" ", "-"), value_):
            known[folded(term)] = value_
    return known


def _code(written: str, declared: Property) -> str:
    """Put the codes of countries into capitals; EL and UK are the European Union's own for Greece and Britain."""
    if declared.name != "country":
        return written
    code = unicodedata.normalize("NFKC", written).upper()
    return OWN_CODES.get(code, code)


def _decimal(written: str, form: Form) -> Decimal:
    plain = unicodedata.normalize("NFKC", written)
    thousands, decimal = form.thousands, form.decimal
    if thousands and re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:\D.*)?", plain):
        plain = plain.replace(thousands, "")
    if decimal and decimal != ".":
        plain = plain.replace(".", "?").replace(decimal, ".")
    elif not decimal and thousands != "," and re.fullmatch(r"[+-]?\d+,(?:\d{1,2}|\d{4,})", plain):
        plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain):
        return Decimal(plain)
    if re.fullmatch(r"[+-]?\d{1,3}(?:[,. ']\d{3})+(?:[.,]\d+)?", plain):
        raise Unfit("may hold groups of thousands; write it without them, 1234567.5")
    raise Unfit("is no number; write digits with at most one decimal point, 1234567.5")


def _number(found: int | float | Decimal, declared: Property, form: Form) -> float | int | None:
    if isinstance(found, bool):
        raise Unfit("is no number")
    if found != found:
        return None  # what pandas writes to Parquet for an empty cell
    number = float(found)
    if form.times != 1 and abs(number) != float("inf"):
        found = Decimal(repr(found) if isinstance(found, float) else found) * form.times
        number = float(found)
    if abs(number) == float("inf") or (declared.type == "integer" and abs(number) >= _EXACT):
        raise Unfit("is too large a number")
    if declared.type == "number":
        return number
    if found != int(found):
        raise Unfit("is no whole number")
    return int(found)
