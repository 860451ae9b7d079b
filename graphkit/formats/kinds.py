"""Tables told apart by their columns: what they are called does not matter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graphkit.formats.decoding import listed
from graphkit.formats.places import places_in
from graphkit.formats.reading import Table, columns, put_aside


@dataclass(frozen=True)
class Kind:
    """A kind of table: columns that tell it (`a|b` is one with two names), columns it must have, and may have."""

    told_by: str
    required: str
    optional: str = ""
    missing: tuple[str, ...] = ()

    def fits(self, names: Iterable[str]) -> bool:
        """Whether all the columns that tell it are there, in any case of letters."""
        present = {name.casefold() for name in names}
        return all(present & set(column.casefold().split("|")) for column in self.told_by.split())


@dataclass(frozen=True)
class Found:
    """The tables of a source by kind, and what it holds besides, in words."""

    tables: dict[str, list[Table]]
    there: str


def tables_of(path: Path, kinds: Mapping[str, Kind], encoding: str | None = None) -> Found:
    """Open the tables that lie in a folder, archive or file, each by the first kind it fits; others are put aside.

    Raises MissingFileError without any table, and WrongColumnsError for one that lacks columns of its kind.
    """
    seen = {place: columns(place, encoding) for place in places_in(path)}
    there = "; ".join(f"{place.name} has {listed(names, 12)}" for place, names in seen.items())
    found = Found({name: [] for name in kinds}, there)
    for place, names in seen.items():
        name = next((name for name, kind in kinds.items() if kind.fits(names)), None)
        if name is None:
            put_aside(Path(str(place)), f"its columns are those of no table that is read: {listed(names, 12)}")
            continue
        kind = kinds[name]
        required, optional = kind.required.split(), kind.optional.split()
        table = Table(place, required=required, optional=optional, missing=kind.missing, encoding=encoding)
        found.tables[name].append(table)
    return found
