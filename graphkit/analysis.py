"""What an analysis is, and the register of all of them.

An analysis is one file in `graphkit/analyses/`: a Row class that declares its columns, and a pure function from a
network to a table. From this one declaration come the command with its options, the help, the row in the README, the
section of the report, the check of the columns, and the statements that write the result back.
"""

import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module, metadata
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

import pandas as pd

from graphkit import __version__
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError, unknown
from graphkit.network import Network
from graphkit.terms import chinese_names, english

_METHOD_ZH = "\n\n方法："


class Row:
    """Declares the columns of a table: each annotation carries its type and its sentence, in English and in Chinese.

    The Chinese is the name of the column, and after a colon what its name does not say: `Annotated[int, "organisations
    in it", "成员数：其中的主体数"]`.

    `label` and `key` say what a row is about; with `written` true its columns are written to the nodes with that label
    (a node's column is the class' `prefix` and the name). With `tie`, each row becomes a tie of that type from
    `start` to `end`. Columns that are only for reading are named in `unwritten`.
    """

    label: ClassVar[str] = ""
    key: ClassVar[str] = ""
    prefix: ClassVar[str] = ""
    tie: ClassVar[str] = ""
    start: ClassVar[str] = ""
    end: ClassVar[str] = ""
    written: ClassVar[bool] = True
    unwritten: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def columns(cls) -> dict[str, "Column"]:
        """List the declared columns in order."""
        hints = get_type_hints(cls, include_extras=True)
        return {
            name: Column(name, *get_args(hint)[:3]) for name, hint in hints.items() if get_origin(hint) is Annotated
        }

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say one row as a finding, in English (`en`) or Chinese (`zh`); empty where a row is no finding by itself."""
        return ""


@dataclass(frozen=True)
class Column:
    """One declared column."""

    name: str
    type: Any
    sentence: str
    chinese: str = ""  # name, or name and sentence

    @property
    def name_zh(self) -> str:
        """Its name in Chinese; empty where none is declared."""
        return self.chinese.split("：")[0]


@dataclass(frozen=True)
class Option:
    """One declared option of an analysis."""

    name: str
    type: Any
    default: Any
    sentence: str


@dataclass(frozen=True)
class Analysis:
    """A declared analysis."""

    name: str
    title: str
    title_zh: str
    category: str
    question: str
    question_zh: str
    function: Callable[..., "pd.DataFrame | Findings"]
    row: type[Row]
    members: type[Row] | None
    options: tuple[Option, ...]
    in_report: bool = True

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return self.method.split("\n")[0]

    @property
    def method(self) -> str:
        """The docstring in English: what is measured, by which formula, whose it is, and what happens at the edges."""
        return (inspect.getdoc(self.function) or "").split(_METHOD_ZH)[0].strip()

    @property
    def method_zh(self) -> str:
        """The docstring in Chinese, which follows the English after `方法：`; empty where there is none."""
        return (inspect.getdoc(self.function) or "").partition(_METHOD_ZH)[2].strip()

    @property
    def writes(self) -> tuple[type[Row], ...]:
        """The tables that are written back."""
        tables = (self.row,) if self.members is None else (self.row, self.members)
        return tuple(table for table in tables if table.written and (table.tie or (table.label and table.key)))


@dataclass(frozen=True)
class Findings:
    """What an analysis returns when its table is about groups: the table, and a second one about their members.

    `notes` are sentences about the whole run (a mixing diagnostic, a warning), in plain words of both languages.
    """

    table: pd.DataFrame
    members: pd.DataFrame | None = None
    notes: tuple[Bilingual, ...] = ()


@dataclass(frozen=True)
class Result:
    """A checked table with where it came from; `table` is the DataFrame."""

    analysis: Analysis
    table: pd.DataFrame
    members: pd.DataFrame | None
    notes: tuple[Bilingual, ...]
    provenance: dict[str, Any] = field(compare=False)
    called: Mapping[str, Bilingual] = field(default_factory=dict, compare=False, repr=False)  # as `Network.called`

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.table)

    def _repr_html_(self) -> str:
        return str(self.table.to_html())

    def sentences(self, language: str = "en", most: int | None = None) -> list[str]:
        """Say the first rows as findings."""
        return [sentence for sentence in self.said(language, most) if sentence]

    def said(self, language: str, most: int | None = None) -> list[str]:
        """Say each of the first rows, empty where one is no finding, by the names that are known in that language."""
        row = self.analysis.row
        ids = {row.key: "name", **{c: f"{c}_name" for c in (row.start, row.end, "organisation", "candidate")}}
        named = {id_: name for id_, name in ids.items() if {id_, name} <= set(self.table.columns)}
        sentences = []
        for each in (self.table.head(most) if most is not None else self.table).to_dict("records"):
            ids_of = {name: each[id_] for id_, name in named.items()}
            facts = {str(key): self._named(value, language) for key, value in each.items()}
            facts |= {name: self._named(id_, language) for name, id_ in ids_of.items() if id_ in self.called}
            said = row.sentence(facts, language)
            sentences.append(said if language == "zh" else english(said, self.called))
        return sentences

    def _named(self, value: Any, language: str) -> Any:
        """Give the name of what a value is the id or code of; in Chinese those in a list, too."""
        if not isinstance(value, str):
            return value
        return chinese_names(value, self.called) if language == "zh" else str(self.called.get(value, value))


def analysis(
    title: str, title_zh: str, category: str, question: str, question_zh: str, *, in_report: bool = True
) -> Callable[[Callable[..., Any]], Analysis]:
    """Declare the decorated function an analysis that answers `question`; reports and lists are ordered by `category`.

    With `in_report` false it is run only when asked for: it takes minutes, or an option that nobody else can choose.
    The function takes a Network and keyword-only options annotated with a sentence. Its return annotation names the
    Row: `Annotated[pd.DataFrame, Bridge]`, or `Annotated[Findings, Silo, SiloMember]` where members get columns too.
    """

    def declare(function: Callable[..., Any]) -> Analysis:
        hints = get_type_hints(function, include_extras=True)
        _, row, *more = get_args(hints["return"])
        options = tuple(
            Option(name, get_args(hints[name])[0], parameter.default, str(get_args(hints[name])[1]))
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        )
        name = function.__name__.replace("_", "-")
        members = more[0] if more else None
        return Analysis(
            name, title, title_zh, category, question, question_zh, function, row, members, options, in_report
        )

    return declare


@cache
def analyses() -> dict[str, Analysis]:
    """Find every analysis in `graphkit/analyses/`, by name."""
    package = import_module("graphkit.analyses")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [
        value
        for module in modules
        for value in vars(import_module(f"graphkit.analyses.{module}")).values()
        if isinstance(value, Analysis) and value.function.__module__ == f"graphkit.analyses.{module}"
    ]
    return {each.name: each for each in found}


def find(name: str) -> Analysis:
    """Look an analysis up by name; raises UsageError with the nearest names when there is none."""
    known = analyses()
    if name not in known:
        raise UsageError(unknown("analysis", "analyses", name, known))
    return known[name]


def run(name: str, network: Network, **options: Any) -> Result:
    """Run an analysis and hold its tables to their declaration.

    Groups of one's own are given as `by`: a Series of groups, its index the ids of organisations, its name theirs.
    Raises UsageError for an unknown analysis or option, and TypeError when the analysis breaks its declaration.
    """
    found = find(name)
    known = {option.name: option for option in found.options}
    for option in options:
        if option not in known:
            raise UsageError(f"{name} has no option {option!r}; it has: {', '.join(known) or 'none'}")
    if isinstance(options.get("by"), pd.Series):
        name_of_groups = str(options["by"].name or "given")
        network = network.with_groups(name_of_groups, options["by"])
        options["by"] = name_of_groups
    returned = found.function(network, **options)
    findings = returned if isinstance(returned, Findings) else Findings(returned)
    check(findings.table, found.row)
    if found.members is not None and findings.members is not None:
        check(findings.members, found.members)
    settings = {option.name: options.get(option.name, option.default) for option in found.options}
    provenance = {
        "analysis": name,
        "parameters": json.loads(json.dumps(settings, default=str)),
        "seed": settings.get("seed"),
        "versions": versions(),
        "data_hash": network.hash,
        "weighting": network.weighting,
        "organisations": len(network),
        "bodies": len(network.bodies),
        "memberships": len(network.memberships),
    }
    return Result(found, findings.table, findings.members, findings.notes, provenance, network.called)


def check(table: pd.DataFrame, row: type[Row]) -> None:
    """Hold a table to its declaration: exactly the declared columns in their order, and one row per key."""
    declared = list(row.columns())
    if list(table.columns) != declared:
        raise TypeError(f"{row.__name__} declares the columns {declared}, the table has {list(table.columns)}")
    keys = [row.start, row.end] if row.tie else [row.key] if row.key else []
    if keys and table.duplicated(keys).any():
        raise TypeError(f"{row.__name__}: two rows have the same {' and '.join(keys)}")


@cache
def versions() -> dict[str, str]:
    """List the versions of what computes: ours, and the libraries' whose numbers end up in tables."""
    names = ("igraph", "networkx", "numpy", "pandas", "scipy", "scikit-learn", "numba")
    return {"graphkit": __version__, **dict(_versions(names))}


def _versions(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:  # numba may be missing: its kernels have a plain path, too
            continue
