"""The shell for analysts: Cypher that only reads, the queries of the library, parameters, and queries to keep.

It works on lines, wherever they come from: a terminal with completion and history, or a pipe.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphkit import query, schema, shelf
from graphkit.analysis import analyses
from graphkit.errors import GraphkitError, UsageError
from graphkit.files import write_text
from graphkit.printing import FORMATS, print_table
from graphkit.project import Project
from graphkit.writeback import columns_of

HELP = """A statement ends with a semicolon and may have several lines; NAME name=value ... runs a query of the library.

:help                what you are reading
:queries [WORD]      the queries of the library, or those about a word
:schema [KIND]       labels and ties, or the properties of one
:params              the parameters that are set
:params NAME=VALUE   set one (VALUE is JSON, or else text); :params NAME= takes it away
:explain STATEMENT   how the store would run it
:limit N             rows shown at most (100); :timeout SECONDS, 60 at first
:format FORM         table, csv, tsv, json, ndjson or md
:save NAME           keep the last statement as a query of that name
:quit                leave (or Ctrl-D)"""
KEYWORDS = (
    *("MATCH", "OPTIONAL", "WHERE", "RETURN", "WITH", "UNWIND", "CALL", "UNION", "ORDER", "BY", "SKIP", "LIMIT", "AS"),
    *("DISTINCT", "AND", "OR", "NOT", "IN", "EXISTS", "COUNT", "COLLECT", "CASE", "WHEN", "THEN", "ELSE", "END", "IS"),
    *("NULL", "STARTS", "ENDS", "CONTAINS", "DESC", "ASC"),
)


@dataclass
class Shell:
    """What the shell remembers between lines."""

    project: Project
    say: Callable[[str], None]
    form: str = "table"
    limit: int = 100
    timeout: float = 60.0
    parameters: dict[str, Any] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    last: str = ""
    columns: list[str] = field(default_factory=list)

    def take(self, line: str) -> bool:
        """Take one line; False when it asks to leave. Raises GraphkitError for what cannot be done."""
        text = line.strip()
        if not self.waiting:
            if not text:
                return True
            if text.startswith(":"):
                return self._command(*text[1:].partition(" ")[::2])
            name, *given = text.rstrip(";").split()
            if name in shelf.queries():
                self._ask(query.find(name), dict(_pair(each) for each in given))
                return True
        self.waiting.append(line.rstrip("\n"))
        if text.endswith(";"):
            self.end()
        return True

    def end(self) -> None:
        """Run the statement that has been taken so far, if there is one."""
        statement, self.waiting = "\n".join(self.waiting).strip(), []
        if statement:
            self.last = statement.rstrip("; \n")
            self._ask(query.parse(self.last, "statement"), self._used(self.last))

    def _used(self, text: str) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if re.search(rf"\${name}\b", text)}

    def _ask(self, asked: query.Query, given: dict[str, Any]) -> None:
        start = time.perf_counter()
        answer = self.project.ask(asked, given, rows=self.limit, timeout=self.timeout)
        self.columns = [str(column) for column in answer.table.columns]
        print_table(answer.table, self.form, len(answer.table))
        more = f"; there are more: :limit {2 * self.limit}" if answer.more else ""
        rows = f"{len(answer.table):,} row{'' if len(answer.table) == 1 else 's'}"
        self.say(f"{rows} in {time.perf_counter() - start:.2f} s{more}")

    def _command(self, name: str, rest: str) -> bool:
        commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: self.say(HELP),
            "queries": self._queries,
            "schema": self._schema,
            "params": self._params,
            "explain": self._explain,
            "limit": lambda text: setattr(self, "limit", _number(text, int)),
            "timeout": lambda text: setattr(self, "timeout", _number(text, float)),
            "format": self._format,
            "save": self._save,
        }
        if name in ("quit", "exit", "q"):
            return False
        if name not in commands:
            raise UsageError(f"no command :{name}; there are: {', '.join(f':{each}' for each in [*commands, 'quit'])}")
        commands[name](rest.strip())
        return True

    def _queries(self, word: str) -> None:
        for found in query.about(word):
            self.say(f"{found.name}: {found.question} {found.question_zh}")

    def _schema(self, kind: str) -> None:
        kinds: dict[str, type[schema.Record]] = {**schema.NODES, **schema.TIES}
        if kind and kind not in kinds:
            raise UsageError(f"no label or tie {kind!r}; there are: {', '.join(kinds)}")
        for each in schema.properties(kinds[kind]) if kind else ():
            self.say(f"{each.name}: {each.type}, {each.sentence}")
        if not kind:
            self.say(", ".join(kinds))

    def _params(self, text: str) -> None:
        if text:
            name, value = _pair(text)
            if value == "":
                self.parameters.pop(name, None)
            else:
                self.parameters[name] = value
        for name, value in sorted(self.parameters.items()):
            self.say(f"{name} = {json.dumps(value, ensure_ascii=False)}")

    def _explain(self, text: str) -> None:
        asked = query.parse(text.rstrip("; ") or self.last, "statement")
        plan = self.project.plan(asked, self._used(asked.text))
        self.say("\n".join([plan.plan, *plan.warnings]))

    def _format(self, form: str) -> None:
        if form not in FORMATS:
            raise UsageError(f"no format {form!r}; there are: {', '.join(FORMATS)}")
        self.form = form

    def _save(self, name: str) -> None:
        """Write the last statement as a query file; its front matter says what is known, for its author to complete."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 100 or name in shelf.queries():
            raise UsageError(f"{name!r} is no free name of a query: small letters, digits and hyphens, not yet taken")
        if not self.last:
            raise UsageError("there is no statement to save yet")
        own = [each for each in os.environ.get("GRAPHKIT_QUERIES", "").split(os.pathsep) if each.strip()]
        path = Path(own[0]) / f"{name}.cypher" if own else self.project.home / "queries" / f"{name}.cypher"
        if path.exists():
            raise UsageError(f"{path} is there already; choose another name")
        title = name.replace("-", " ").capitalize()
        front = [f"title: {title}", f"question: {title}?", "category: own"]
        front += [f"param {key}: {_type(value)} - what it says" for key, value in self._used(self.last).items()]
        front += [f"column {column}: any - what it says" for column in self.columns if re.fullmatch(r"\w+", column)]
        body = re.sub(r"\A(\s*//[^\n]*\n)+", "", self.last)
        write_text(path, "".join(f"// {line}\n" for line in front) + body + "\n")
        self.say(f"{path}" + ("" if own else f"; to call it by name: export GRAPHKIT_QUERIES={path.parent}"))


def run(shell: Shell, lines: Iterable[str], *, stop: bool) -> None:
    """Take lines until they end or one asks to leave; with `stop` the first fault ends it, else it is only said."""
    for line in lines:
        try:
            if not shell.take(line):
                return
        except GraphkitError as error:
            if stop:
                raise
            shell.say(f"graphkit: {error}")
    shell.end()


def typed(history: Path, shell: Shell) -> Iterator[str]:
    """Read lines from a terminal, with completion, and a history that stays (in a file that only you can read)."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory

    history.parent.mkdir(parents=True, exist_ok=True)
    history.touch(mode=0o600)
    session: PromptSession[str] = PromptSession(history=FileHistory(str(history)), completer=completer(shell))
    while True:
        try:
            yield session.prompt("graphkit> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def completer(shell: Shell) -> Any:
    """Make the completer of the terminal: see `completions`; the lines of a statement before this one count, too."""
    from prompt_toolkit.completion import Completer, Completion

    class Words(Completer):
        def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:
            earlier = "\n".join(shell.waiting)
            for word, begun in completions(document.text_before_cursor, earlier):
                yield Completion(word, start_position=-begun)

    return Words()


def completions(text: str, earlier: str = "") -> list[tuple[str, int]]:
    """List what may follow a text, and how many of its signs that replaces; `earlier` are the lines before it.

    Behind a colon labels and ties, behind the point of a variable the properties of what it stands for (of everything
    where that is not said) and what analyses write there, at the beginning of a line queries and commands, elsewhere
    keywords.

    >>> completions("MATCH (o:Organi")
    [('Organisation', 6)]
    >>> completions("MATCH (o:Organisation) RETURN o.count")
    [('country', 5)]
    >>> completions("MATCH (p:Platform) RETURN p.count")
    []
    """
    begun = re.search(r"[\w-]*$", text)
    word = begun[0] if begun else ""
    before = text[: len(text) - len(word)]
    if before.strip() == ":" and not before.startswith(" "):
        words: Iterable[str] = re.findall(r"^:(\w+)", HELP, flags=re.MULTILINE)
    elif before.endswith((":", "|")):
        words = [*schema.NODES, *schema.TIES]
    elif before.endswith("."):
        words = _properties(before, f"{earlier}\n{text}")
    elif not before.strip() and not earlier:
        words = [*shelf.queries(), *KEYWORDS]
    else:
        words = KEYWORDS
    pointed = before.endswith(".")  # all properties of a variable may be listed, but not all words there are
    found = sorted({each for each in words if (word or pointed) and each.lower().startswith(word.lower())} - {word})
    return [(each, len(word)) for each in found]


def _properties(before: str, statement: str) -> set[str]:
    """List the properties of the variable that a text ends in, by the labels or types it is bound to anywhere."""
    kinds: dict[str, type[schema.Record]] = {**schema.NODES, **schema.TIES}
    variable = re.search(r"(\w+)\.$", before)
    bound = re.findall(rf"[(\[]\s*{variable[1]}\s*:([\w|:&!`]+)", statement) if variable else []
    names = {name for each in bound for name in re.findall(r"\w+", each) if name in kinds} or set(kinds)
    known = {p.name for name in names for p in schema.properties(kinds[name])}
    written = (column.partition(".") for each in analyses().values() for column in columns_of(each))
    return known | {column for name, _, column in written if name in names}


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not re.fullmatch(r"\w+", name):
        raise UsageError(f"give NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _number(text: str, kind: Callable[[str], Any]) -> Any:
    try:
        number = kind(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no number") from error
    if not number > 0:
        raise UsageError(f"give a number above 0, not {text}")
    return number


def _type(value: Any) -> str:
    return {bool: "bool", int: "int", float: "float", str: "text", list: "list"}.get(type(value), "any")
