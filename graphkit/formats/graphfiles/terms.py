"""What people call labels, ties and properties of the vocabulary: in English or Chinese, whatever case and signs."""

import re
from functools import lru_cache

from graphkit.formats.cells import folded
from graphkit.formats.graphfiles.element import Value
from graphkit.formats.headings import CHINESE
from graphkit.formats.reading import BadValue
from graphkit.schema import BOOKKEEPING, NODES, TIES, Collaboration, Property, Record, is_derived, properties

# What Gephi and maps call them; weaker than the property's own name.
SYNONYMS = {"label": "name", "start": "from", "end": "to", "latitude": "lat", "longitude": "lon", "lng": "lon"}

_CHINESE = re.compile(r"\(([\u4e00-\u9fff]+)\)")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")


def term(name: str) -> str:
    """Bring a name to one form.

    >>> term(":Organisation"), term("TAKES-PART_IN")
    ('organisation', 'takes part in')
    """
    return " ".join(re.split(r"[\s_\-]+", folded(name).strip(": ")))


def properties_by_term(kind: type[Record]) -> dict[str, Property]:
    """Give the properties of a kind by their names, their Chinese names, and their synonyms."""
    found: dict[str, Property] = {}
    for declared in properties(kind):
        if declared.name not in ("id", "row"):
            chinese = [CHINESE.get(declared.name, declared.name), *_CHINESE.findall(declared.sentence)]
            found |= dict.fromkeys(map(term, (declared.name, *chinese)), declared)
    return {synonym: found[name] for synonym, name in SYNONYMS.items() if name in found} | found


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """Give the labels of data by their terms: singular, plural, American and Chinese."""
    found: dict[str, str] = {}
    for label, kind in NODES.items():
        if label not in BOOKKEEPING:
            english = [label, label[:-1] + "ies" if label.endswith("y") else label + "s"]
            american = [name.replace("isation", "ization") for name in english]
            found |= dict.fromkeys(map(term, (*english, *american, kind.zh)), label)
    return found


@lru_cache(maxsize=1)
def tie_types() -> dict[str, str]:
    """Give the types of ties by their terms, and Collaboration, which is no tie but what most become."""
    found = {term(name): "Collaboration" for name in ("Collaboration", Collaboration.zh)}
    for name, kind in TIES.items():
        if not is_derived(kind):
            spaced = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__)
            found |= dict.fromkeys(map(term, (name, spaced, kind.__name__, kind.zh)), name)
    return found


def texts(column: str, given: Value, *, several: bool = False) -> tuple[str, ...]:
    """Put the blanks of a value in order, and part it where `several` may be in it; no part of the result is empty.

    Lists are written `a|b`, `[a, b]` or, in JSON, as such. Raises BadValue for characters that no text has.
    """
    found = (given,) if isinstance(given, str) else given
    for text in found:
        if bad := _UNREADABLE.search(text):
            raise BadValue(column, shown(text), f"holds the character {ord(bad.group()):#04x}, which no text has")
    if several and isinstance(given, str):
        inner = given.strip()
        listed = inner[1:-1].split(",") if inner[:1] == "[" and inner[-1:] == "]" else re.split("[|;；]", inner)
        found = tuple(part.strip(" \"'") for part in listed)
    return tuple(text for text in (" ".join(part.split()) for part in found) if text)


def text(column: str, given: Value) -> str:
    """Return the one text that a value is, with its blanks in order; raises BadValue for several."""
    found = texts(column, given)
    if len(found) > 1:
        raise BadValue(column, shown("; ".join(found)), "are several values, where one belongs")
    return found[0] if found else ""


def shown(text: str) -> str:
    """Cut a long value short, and write half characters so that a file can hold them."""
    return text[:200].encode("utf-8", errors="backslashreplace").decode("utf-8")
