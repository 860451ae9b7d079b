"""Reads queries: one `.cypher` file answers one question, and its first lines declare it.

The front matter is comments, so that the file can be sent to a server as it is: `// title:`, `// question:`, each also
in Chinese (`title_zh`, `question_zh`), `// category:`, `// needs:` (analyses whose columns it reads), `// param NAME:
TYPE = DEFAULT - sentence`, `// column NAME: TYPE - sentence`. A line that cannot be read is an error, not a comment.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from graphkit import shelf
from graphkit.errors import QueryError, unknown

_TYPES: dict[str, Any] = {
    "text": str,
    "date": str,
    "int": int,
    "float": (float, int),
    "bool": bool,
    "list": (list, tuple),
    "any": object,
}
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_PARAMETER = re.compile(r"param (\w+): (\w+)(?: = (.+?))? - (.+)")
_COLUMN = re.compile(r"column (\w+): (\w+) - (.+)")
_PLAIN = ("title", "title_zh", "question", "question_zh", "category", "needs")
_QUIET = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """A declared parameter of a query; without a default it must be given."""

    name: str
    type: str
    default: Any
    sentence: str
    required: bool

    def value(self, given: Any) -> Any:
        """Read a value given as text (or already of its type); raises QueryError when it does not fit."""
        try:
            return self._read(given) if isinstance(given, str) else self._held(given)
        except (ValueError, KeyError) as error:
            raise QueryError(f"--{self.name.replace('_', '-')} takes {self.type}, not {given!r}") from error

    def _read(self, given: str) -> Any:
        if self.type == "date":
            return date.fromisoformat(given).isoformat()
        if self.type == "bool":
            return _BOOLEANS[given.lower()]
        if self.type == "list":
            return json.loads(given) if given.startswith("[") else [part.strip() for part in given.split(",")]
        return {"int": int, "float": float}.get(self.type, str)(given)

    def _held(self, given: Any) -> Any:
        """Hold a value that is no text to the type; None stands for nothing, and true and false are no numbers."""
        if isinstance(given, date) and self.type in ("date", "any"):
            return given.isoformat()
        if given is not None and (
            not isinstance(given, _TYPES[self.type]) or (isinstance(given, bool) and self.type in ("int", "float"))
        ):
            raise ValueError(self.type)
        return given


@dataclass(frozen=True)
class Column:
    """A declared column of a query's answer."""

    name: str
    type: str
    sentence: str


@dataclass(frozen=True)
class Query:
    """A declared query."""

    name: str
    text: str
    title: str
    title_zh: str
    question: str
    question_zh: str
    category: str
    needs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Complete and check the parameters; an unknown one, or one that is missing, raises QueryError.

        A query without a title declares none and takes what it is given, under names that Cypher could call.
        """
        if not self.title:
            if wrong := [name for name in given if not re.fullmatch(r"\w+", name)]:
                raise QueryError(f"{wrong[0]!r} is no name of a parameter: letters, digits and _ only")
            return given
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise QueryError(f"{self.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}")
        missing = [p.name for p in self.parameters if p.required and p.name not in given]
        if missing:
            raise QueryError(f"{self.name} needs --{missing[0].replace('_', '-')}: {known[missing[0]].sentence}")
        return {p.name: p.value(given[p.name]) if p.name in given else p.default for p in self.parameters}


def read(file: Path) -> Query:
    """Read one query file of the library and hold it to its front matter."""
    query = parse(file.read_text(encoding="utf-8"), file.stem)
    for wanted in ("title", "question"):
        if not getattr(query, wanted):
            raise QueryError(f"{file.name} has no '// {wanted}:' line")
    if not query.columns:
        raise QueryError(f"{file.name} declares no '// column' line")
    return query


def parse(text: str, name: str) -> Query:
    """Read the text of a query. Text without any front matter is a query of nobody's library: it declares nothing."""
    plain: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    lines = text.splitlines()
    front = []
    for line in lines:
        if not line.startswith("//"):
            break
        front.append(line[2:].strip())
    declares = bool(front) and front[0].startswith("title:")
    for number, line in enumerate(front if declares else [], 1):
        key, _, rest = line.partition(":")
        if key in _PLAIN:
            plain[key] = rest.strip()
        elif found := _PARAMETER.fullmatch(line):
            parameters.append(_parameter(found, name, number))
        elif found := _COLUMN.fullmatch(line):
            columns.append(Column(found[1], found[2], found[3]))
        else:
            raise QueryError(
                f"{name}, line {number}: cannot read '// {line}' (title, question, needs, param or column?)"
            )
    needs = tuple(part.strip() for part in plain.get("needs", "").split(",") if part.strip())
    if declares:
        _compare(name, text, parameters)
    title, title_zh, question, question_zh, category = (plain.get(key, "") for key in _PLAIN[:-1])
    return Query(name, text, title, title_zh, question, question_zh, category, needs, tuple(parameters), tuple(columns))


def _parameter(found: re.Match[str], name: str, number: int) -> Parameter:
    if found[2] not in _TYPES:
        raise QueryError(f"{name}, line {number}: no type {found[2]!r}; there are: {', '.join(_TYPES)}")
    bare = Parameter(found[1], found[2], None, found[4], required=found[3] is None)
    default = None if found[3] in (None, "null") else bare.value(found[3].strip("'\""))
    return Parameter(found[1], found[2], default, found[4], required=found[3] is None)


def _compare(name: str, text: str, parameters: list[Parameter]) -> None:
    used = set(re.findall(r"\$(\w+)", _QUIET.sub(" ", text)))
    declared = {parameter.name for parameter in parameters}
    for lost, what in ((used - declared, "used but not declared"), (declared - used, "declared but not used")):
        if lost:
            raise QueryError(f"{name}: parameter ${sorted(lost)[0]} is {what}")


def find(name: str) -> Query:
    """Find a query by its name in the library, by the path of its file, or take the text itself as one."""
    known = shelf.queries()
    if name in known:
        return known[name]
    if name.endswith(".cypher"):
        path = Path(name)
        try:
            there = path.is_file()
        except OSError:  # no file could have such a name
            there = False
        if not there:
            raise QueryError(f"there is no file {name}; the library's queries are listed by: graphkit list queries")
        return parse(path.read_text(encoding="utf-8"), path.stem)
    if any(sign in name for sign in " \n("):
        return parse(name, "query")
    raise QueryError(unknown("query", "queries", name, known))


def about(word: str = "") -> list[Query]:
    """List the queries that are about a word, in Chinese or English, in their names, titles, questions or category."""
    return [
        found
        for found in shelf.queries().values()
        if word.lower()
        in " ".join(
            (found.name, found.category, found.title, found.title_zh, found.question, found.question_zh)
        ).lower()
    ]
