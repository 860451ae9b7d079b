"""What an export is, and the register of all of them.

An export is one file in `graphkit/exports/`: a function that writes the content of a network, with the columns that
analyses found, in the format of another tool. It is given a path that does not exist yet; whoever calls it puts the
finished file or folder in its place.
"""

import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from graphkit.analysis import Result
from graphkit.errors import DataError, UsageError, unknown
from graphkit.network import Network

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 (a sheet reads them, too)


@dataclass(frozen=True)
class Content:
    """What is exported: a network, its organisations with the columns of analyses, and its ties."""

    network: Network
    organisations: pd.DataFrame
    title: str = "Innovation network"

    @property
    def ties(self) -> pd.DataFrame:
        """The ties once each: organisation, partner, weight."""
        return self.network.to_pandas()

    @property
    def bodies(self) -> pd.DataFrame:
        """Platforms and collaborations, without columns that are empty throughout."""
        return _filled(self.network.bodies)

    @property
    def memberships(self) -> pd.DataFrame:
        """Who belongs to what, by ids."""
        net = self.network
        seats = net.memberships
        return _filled(
            seats.assign(
                organisation=net.organisations["id"].to_numpy()[seats["organisation"]],
                body=net.bodies["id"].to_numpy()[seats["body"]],
            )
        )

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The four tables, by name, as sheets and data packages have them."""
        names = ("organisations", "bodies", "memberships", "ties")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Export:
    """A declared export."""

    name: str
    title: str
    title_zh: str
    suffix: str  # empty where a folder is written
    function: Callable[[Content, Path], None]

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


def export(title: str, title_zh: str, suffix: str) -> Callable[[Callable[[Content, Path], None]], Export]:
    """Declare the decorated function `(content: Content, path: Path) -> None` an export; without suffix to a folder."""

    def declare(function: Callable[[Content, Path], None]) -> Export:
        return Export(function.__name__.replace("_", "-"), title, title_zh, suffix, function)

    return declare


@cache
def exports() -> dict[str, Export]:
    """Find every export in `graphkit/exports/`, by name."""
    package = import_module("graphkit.exports")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [
        value
        for module in modules
        for value in vars(import_module(f"graphkit.exports.{module}")).values()
        if isinstance(value, Export) and value.function.__module__ == f"graphkit.exports.{module}"
    ]
    return {each.name: each for each in found}


def find(name: str) -> Export:
    """Look an export up by name; raises UsageError with the nearest name when there is none."""
    known = exports()
    if name not in known:
        raise UsageError(unknown("export", "exports", name, known))
    return known[name]


def content(
    network: Network,
    results: Iterable[Result] = (),
    where: Mapping[str, str] | None = None,
    title: str = "",
    *,
    persons: bool = False,
) -> Content:
    """Bring a network, what analyses found about its organisations, and a filter together.

    A column of an analysis is named as it is written back (`silo_verdict`). `where` keeps the organisations that have
    these values, and the bodies of those; the columns of analyses were found on the whole network before. Persons, and
    every tie of theirs, are left out unless `persons` asks for them. Raises
    UsageError for an analysis that says nothing about organisations, and DataError when nobody is left.
    """
    organisations = _filled(network.organisations)
    for result in results:
        organisations = organisations.merge(_columns(result), on="id", how="left", validate="one_to_one")
    organisations = organisations.astype(object).where(organisations.notna(), None)
    for column, value in (where or {}).items():
        if column not in organisations:
            raise UsageError(f"organisations have no {column!r} here; there are: {', '.join(organisations.columns)}")
        organisations = organisations[[str(each) == value for each in organisations[column]]]
    if organisations.empty:
        raise DataError(f"no organisation has {', '.join(f'{k} {v!r}' for k, v in (where or {}).items())}")
    if where:
        network = _among(network, set(organisations["id"]))
    if not persons:
        network = _without_persons(network)
    return Content(network, organisations.reset_index(drop=True), title or "Innovation network")


def safe(value: Any) -> Any:
    """Make a cell that no spreadsheet takes for a formula; numbers, dates and other texts stay as they are.

    >>> safe("=1+1"), safe("-2 °C"), safe(-2.0), safe("a=b")
    ("'=1+1", "'-2 °C", -2.0, 'a=b')
    """
    if isinstance(value, (tuple, list)):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def safely(table: pd.DataFrame) -> pd.DataFrame:
    """Make every text of a table safe as `safe` does, the column names too."""
    cells = {safe(str(name)): [safe(_plain(value)) for value in table[name]] for name in table.columns}
    return pd.DataFrame(cells, dtype=object)


def attributes(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give each row's known values by its id, as `plain_rows` does."""
    return dict(zip(table["id"], plain_rows(table.drop(columns="id")), strict=True))


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give each row's known values, a column all of one plain type: true/false, whole, number or text.

    Signs that XML cannot hold are left out of texts.
    """
    typed = {str(name): _typed(table[name]) for name in table.columns}
    return [{name: values[at] for name, values in typed.items() if values[at] is not None} for at in range(len(table))]


def _typed(column: pd.Series) -> list[Any]:
    values = [_plain(value) for value in column]
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} or kinds <= {int}:
        return values
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else printable(_text(value)) for value in values]


def _text(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def printable(text: str) -> str:
    """Leave out the signs that XML 1.0 cannot hold."""
    return _UNPRINTABLE.sub("", text)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value == () or (isinstance(value, float) and value != value) or value is pd.NA:
        return None
    return tuple(value) if isinstance(value, list) else value


def _columns(result: Result) -> pd.DataFrame:
    """Take what an analysis found about organisations, under the names that are written back."""
    tables = ((result.analysis.members, result.members), (result.analysis.row, result.table))
    for row, table in tables:
        if row is not None and table is not None and row.label == "Organisation" and row.key and not row.tie:
            chosen = [c for c in table.columns if c not in (row.key, *row.unwritten)]
            named = table[[row.key, *chosen]].rename(columns={c: row.prefix + c for c in chosen})
            return named.rename(columns={row.key: "id"}).set_axis(["id", *(row.prefix + c for c in chosen)], axis=1)
    raise UsageError(f"{result.analysis.name} says nothing about single organisations; leave it out of the export")


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    known = {str(c) for c in table.columns if any(_plain(value) is not None for value in table[c])}
    return table[[c for c in table.columns if c in known or c in ("id", "name", "organisation", "body")]]


def _without_persons(network: Network) -> Network:
    """Leave out persons, and all ties that begin or end at one."""
    tables = {kind: table for kind, table in network.tables.items() if kind != "Person"}
    for kind, table in tables.items():
        ends = [column for column in ("start_label", "end_label") if column in table]
        tables[kind] = table[(table[ends] != "Person").all(axis=1)] if ends else table
    return replace(network, tables={kind: table for kind, table in tables.items() if len(table)})


def _among(network: Network, ids: set[str]) -> Network:
    """Keep some organisations, and the bodies that one of them belongs to."""
    seats = network.memberships.assign(
        organisation=network.organisations["id"].to_numpy()[network.memberships["organisation"]],
        body=network.bodies["id"].to_numpy()[network.memberships["body"]],
    )
    seats = seats[seats["organisation"].isin(ids)]
    return Network.from_frames(
        network.organisations[network.organisations["id"].isin(ids)],
        network.bodies[network.bodies["id"].isin(set(seats["body"]))],
        seats,
        weighting=network.weighting,
        tables=network.tables,
    )
