"""ROR: the Research Organization Registry, with names in all languages and who belongs to whom.

Read is the dump as ROR publishes it (a zip archive around a JSON array), the array alone, or one record per line
(JSON lines), the last two also packed by gzip; records of the schemas 1 and 2 may stand side by side. A row is one
record: its number is the line of the file, in an array its place there.

- A withdrawn record is no organisation. Its names and ids become aliases of the successor that it names, however many
  steps away; without one in the file it is left out.
- Parent and child are one tie (SUBSIDIARY_OF), whichever of the two says it. Related organisations, and what an
  organisation that still has a record came from or went into, are no ties of ours.
- A record without a region of ISO 3166-2 (schema 1 has none) gets the one that others have in the same place, as far as
  they agree; the place is the same when its number in GeoNames is.
- Of several places of one organisation the first counts.
"""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from graphkit.errors import UsageError
from graphkit.formats.jsonrows import Row, rows
from graphkit.formats.reading import BadValue, Reject, Spared, cell_alone, remark
from graphkit.schema import Organisation, Record, SubsidiaryOf

LICENCE = "CC0 1.0 (Research Organization Registry, ror.org)"
EXPECT = {"Organisation": (1, 600_000)}

STATUSES = ("active", "inactive", "withdrawn")
RELATIONS = ("parent", "child", "related", "successor", "predecessor")
CHINESE_SPEAKING = ("CN", "HK", "MO", "TW")

_ID = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})")
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_SUBDIVISION = re.compile("[A-Z0-9]{1,3}")
_REGION = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HAN = re.compile("[\u3400-\u9fff]")
_NO_CHINESE_NAME = re.compile("[A-Za-z\u3040-\u30ff\uac00-\ud7af]")  # Latin, kana, hangul
_KINDS = {
    str: "text",
    list: "list",
    dict: "object",
    int: "whole number",
    (int, float): "number",
    (str, list): "text or list",
}


def load(
    path: Annotated[Path, "ROR's dump (zip, JSON, JSON lines, gz), or the folder it lies in"],
    *,
    country: Annotated[str | None, "only organisations of this country (two letters, ISO 3166-1)"] = None,
) -> Iterator[Record | Reject]:
    """Yield every organisation that is not withdrawn, and which belongs to which."""
    if country is not None and not re.fullmatch("[A-Za-z]{2}", country):
        raise UsageError(f"{country!r} is no country of two letters (ISO 3166-1), like CN")
    register = Register(None if country is None else country.upper())
    yield from register.records(path)
    for sentence in register.remarks():
        remark(sentence)


@dataclass(frozen=True)
class Told:
    """What a record of either schema tells; `names` are all but the displayed one, with language and rank."""

    status: str
    name: str
    names: list[tuple[str, bool, str]]
    country: str | None
    city: str | None
    region: str | None
    point: tuple[float | None, float | None]
    geonames: int | None
    grids: list[str]


@dataclass
class Register:
    """Reads one dump; relations and withdrawn records can be told only when all of it was read.

    `counts` says afterwards what became no record, and `remarks()` says it in sentences.
    """

    country: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[str, str] = field(default_factory=dict)  # names of organisations by id
    elsewhere: set[str] = field(default_factory=set)  # ids of those in other countries than the one asked for
    withdrawn: dict[str, tuple[list[str], tuple[str, ...], str]] = field(default_factory=dict)  # successors, names, row
    relations: list[tuple[str, str, str, str]] = field(default_factory=list)  # kind, of, to, row
    regions: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # by number of GeoNames
    unplaced: list[tuple[str, int, str]] = field(default_factory=list)  # id, number of GeoNames, row

    def records(self, path: Path) -> Iterator[Record | Reject]:
        """Yield organisations as they come, then aliases, regions and ties that hang on others."""
        for row, value in rows(path, prefer="schema_v2"):
            spared = Spared()
            try:
                if isinstance(value, BadValue):
                    raise value
                made = self._organisation(value, row, spared)
            except BadValue as bad:
                yield row.reject(bad)
                continue
            if made is not None:
                yield made
                yield from (cell_alone(row.reject(bad)) for bad in spared.spoilt)
        yield from self._aliases()
        for id_, place, where in self.unplaced:
            if len(found := self.regions[place]) == 1:
                yield Organisation(id=id_, region=next(iter(found)), row=where)
        yield from self._ties()

    def remarks(self) -> Iterator[str]:
        """Say how much of the dump became no record, and why."""
        found = self.counts
        if found["not in the file"]:
            yield (
                f"{found['not in the file']:,} of {found['relations']:,} relations lead to organisations that the "
                f"file does not hold, {found['parents and children not in the file']:,} of them to a parent or child"
            )
        if found["no tie"]:
            kinds = ", ".join(f"{found[kind]:,} {kind}" for kind in ("related", "successor", "predecessor"))
            yield f"{found['no tie']:,} relations are no ties of ours ({kinds})"
        if found["followed"]:
            yield f"{found['followed']:,} withdrawn records are followed to their successors, whose aliases they are"
        if found["withdrawn"]:
            yield f"{found['withdrawn']:,} withdrawn records have no successor in the file and are left out"
        if found["of withdrawn records"]:
            yield f"{found['of withdrawn records']:,} relations of, or to, withdrawn records are not used"
        if found["contradictory"]:
            yield f"{found['contradictory']:,} ties are left out: parent and child would be the same, or each other's"
        if self.elsewhere:
            yield f"{len(self.elsewhere):,} records outside {self.country} are left out, as asked"

    def _organisation(self, record: Any, row: Row, spared: Spared) -> Organisation | None:
        if not isinstance(record, dict):
            raise BadValue("", _shown(record), "is no record of ROR, which has fields with names")
        id_ = _id(_given(record, "id", str))
        told = _second(record, spared) if "names" in record else _first(record, spared)
        founded = spared.spare(_year, record)
        relations = [
            (_known("relationships", _given(each, "type", str), RELATIONS), _id(_given(each, "id", str)))
            for each in _each(record, "relationships")
        ]
        known = roles()
        types = spared.spare(_types, record) or []
        names = {name for _, _, name in told.names} | {f"grid:{grid}" for grid in told.grids}
        if told.region is not None and told.geonames is not None:
            self.regions[told.geonames].add(told.region)
        if self.country is not None and told.country != self.country:
            self.elsewhere.add(id_)
            return None
        self.relations += [(kind, id_, to, row.where) for kind, to in relations]
        if told.status == "withdrawn":
            successors = sorted({to for kind, to in relations if kind == "successor"})
            self.withdrawn[id_] = successors, tuple(sorted({*names, told.name, id_})), row.where
            return None
        self.kept[id_] = told.name
        if told.region is None and told.geonames is not None:
            self.unplaced.append((id_, told.geonames, row.where))
        return Organisation(
            id=id_,
            name=told.name,
            name_zh=_chinese(told),
            aliases=tuple(sorted(names - {told.name})),
            role=next((known[type_] for type_ in known if type_ in types), None),
            sector="; ".join(sorted(set(types))) or None,
            country=told.country,
            region=told.region,
            city=told.city,
            lat=told.point[0],
            lon=told.point[1],
            founded=founded,
            row=row.where,
        )

    def _aliases(self) -> Iterator[Organisation]:
        for id_, (_, names, where) in self.withdrawn.items():
            successor = self._now(id_)
            if successor in self.kept:
                self.counts["followed"] += 1
                yield Organisation(
                    id=successor, aliases=tuple(n for n in names if n != self.kept[successor]), row=where
                )
            elif successor not in self.elsewhere:
                self.counts["withdrawn"] += 1

    def _now(self, id_: str) -> str:
        """Follow a withdrawn record to the one that stands for it; without exactly one it stays where it is."""
        passed: set[str] = set()
        while id_ in self.withdrawn and id_ not in passed and id_ not in self.kept:
            passed.add(id_)
            successors = self.withdrawn[id_][0]
            if len(successors) == 1:
                id_ = successors[0]
        return id_

    def _ties(self) -> Iterator[SubsidiaryOf]:
        said: dict[tuple[str, str], str] = {}  # the row that says so, the child's own where both do
        for kind, of, named, where in self.relations:
            self.counts["relations"] += 1
            to = self._now(named)
            if not any(named in ids for ids in (self.kept, self.elsewhere, self.withdrawn)):
                self.counts["not in the file"] += 1
                self.counts["parents and children not in the file"] += kind in ("parent", "child")
            elif of in self.withdrawn or to in self.withdrawn:
                self.counts["of withdrawn records"] += of not in self.withdrawn or kind != "successor"
            elif kind == "parent":
                said[of, to] = where
            elif kind == "child":
                said.setdefault((to, of), where)
            else:
                self.counts["no tie"] += 1
                self.counts[kind] += 1
        for child, parent in sorted(said):
            if child in self.elsewhere or parent in self.elsewhere:
                continue
            if (parent, child) in said:
                self.counts["contradictory"] += 1
            else:
                yield SubsidiaryOf(start=child, end=parent, row=said[child, parent])


def _year(record: dict[str, Any]) -> int | None:
    founded: int | None = _given(record, "established", int)
    if founded is not None and not 0 < founded < 10_000:
        raise BadValue("established", _shown(founded), "is no year")
    return founded


def _types(record: dict[str, Any]) -> list[str]:
    return [_known("types", str(type_), tuple(roles())) for type_ in _each(record, "types")]


def _first(record: dict[str, Any], spared: Spared) -> Told:
    """Read what schema 1 has in its own way."""
    labels = [(_text(each, "iso639") or "", True, _needed(each, "label")) for each in _each(record, "labels")]
    others = [("", False, _clean(kind, each)) for kind in ("aliases", "acronyms") for each in _each(record, kind)]
    place = next(iter(_each(record, "addresses")), None)
    state = _text(place, "state_code", optional=True)
    return Told(
        status=_known("status", _needed(record, "status"), STATUSES),
        name=_needed(record, "name"),
        names=[*labels, *others],
        country=_text(_given(record, "country", dict), "country_code", optional=True),
        city=_text(place, "city", optional=True),
        region=state if state and _REGION.fullmatch(state) else None,
        point=(spared.spare(_number, place, "lat"), spared.spare(_number, place, "lng")),
        geonames=_given(_given(place, "geonames_city", dict, optional=True), "id", int, optional=True),
        grids=_grids(_given(_given(record, "external_ids", dict), "GRID", dict, optional=True)),
    )


def _second(record: dict[str, Any], spared: Spared) -> Told:
    """Read what schema 2 has in its own way."""
    shown, names = [], []
    for each in _each(record, "names"):
        kinds, name = _each(each, "types"), _needed(each, "value")
        if "ror_display" in kinds:
            shown.append(name)
        names.append((_text(each, "lang") or "", "label" in kinds, name))
    if len(shown) != 1:
        raise BadValue("names", "; ".join(shown), "must hold exactly one name of the type ror_display")
    place = next(iter(_each(record, "locations")), None)
    where = _given(place, "geonames_details", dict, optional=True)
    country = _text(where, "country_code", optional=True)
    part = _text(where, "country_subdivision_code", optional=True)
    return Told(
        status=_known("status", _needed(record, "status"), STATUSES),
        name=shown[0],
        names=names,
        country=country,
        city=_text(where, "name", optional=True),
        region=f"{country}-{part}" if country and part and _SUBDIVISION.fullmatch(part) else None,
        point=(spared.spare(_number, where, "lat"), spared.spare(_number, where, "lng")),
        geonames=_given(place, "geonames_id", int, optional=True),
        grids=[g for each in _each(record, "external_ids") if _needed(each, "type") == "grid" for g in _grids(each)],
    )


def _given(record: Any, name: str, kind: type | tuple[type, ...], *, optional: bool = False) -> Any:
    """Return a field of the kind it must be, or None where it holds nothing or, if optional, is not there."""
    if optional and (record is None or (isinstance(record, dict) and name not in record)):
        return None
    if not isinstance(record, dict):
        raise BadValue(name, _shown(record), "is no object that has this field")
    if name not in record:
        raise BadValue(name, "", "is missing; in neither schema of ROR is a record without it")
    value = record[name]
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise BadValue(name, _shown(value), f"is no {_KINDS[kind]}")
    return value


def _each(record: Any, name: str) -> list[Any]:
    return _given(record, name, list) or []


def _text(record: Any, name: str, *, optional: bool = False) -> str | None:
    value = _given(record, name, str, optional=optional)
    return _clean(name, value) or None if value is not None else None


def _needed(record: Any, name: str) -> str:
    value = _text(record, name)
    if value is None:
        raise BadValue(name, "", "is empty")
    return value


def _clean(name: str, value: Any) -> str:
    """Put the blanks of a text in order; refuse what no text holds."""
    if not isinstance(value, str):
        raise BadValue(name, _shown(value), "is no text")
    if _CONTROL.search(value):
        raise BadValue(name, _shown(value), "holds a control character, or half of a character")
    return " ".join(value.split())


def _number(record: Any, name: str) -> float | None:
    value = _given(record, name, (int, float), optional=True)
    if value is not None and not abs(value) <= 180:
        raise BadValue(name, _shown(value), "is no latitude or longitude in degrees")
    return None if value is None else float(value)


def _grids(entry: Any) -> list[str]:
    """List GRID ids: schema 1 writes one as text, schema 2 all in a list."""
    found = _given(entry, "all", (str, list), optional=True) or []
    return [_clean("external_ids", each) for each in ([found] if isinstance(found, str) else found)]


def _known(column: str, value: str | None, known: tuple[str, ...]) -> str:
    if value is None or value.lower() not in known:
        raise BadValue(column, _shown(value), f"is none of the known ones: {', '.join(known)}")
    return value.lower()


def _id(value: str | None) -> str:
    """Make `ror:...` of an id; its last two digits check the rest (ISO 7064 MOD 97-10, as ROR computes it)."""
    found = _ID.fullmatch((value or "").strip().lower())
    number = 0
    for character in found[1][:7] if found else "":
        number = number * 32 + _DIGITS.index(character)
    if found is None or 98 - number * 100 % 97 != int(found[1][7:]):
        raise BadValue("id", _shown(value), "is no id of ROR, like https://ror.org/03cve4549")
    return f"ror:{found[1]}"


def _shown(value: Any) -> str:
    """Show a value in a reject; whatever it is, the text can be written to a file."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text[:100].encode("utf-8", errors="backslashreplace").decode("utf-8")


def _chinese(told: Told) -> str | None:
    """Choose the Chinese name: a label before an alias, then the longest, which is the whole one.

    Schema 1 says no language of aliases; where Chinese is spoken, one in Chinese characters alone is Chinese.
    """
    tagged = [(label, len(name), name) for lang, label, name in told.names if lang[:2] == "zh" and _HAN.search(name)]
    if not tagged and told.country in CHINESE_SPEAKING:
        untagged = [*told.names, ("", True, told.name)]
        tagged = [
            (label, len(name), name)
            for lang, label, name in untagged
            if not lang and _HAN.search(name) and not _NO_CHINESE_NAME.search(name)
        ]
    return min(tagged, key=lambda found: (not found[0], -found[1], found[2]))[2] if tagged else None


@cache
def roles() -> dict[str, str | None]:
    """Read which type of ROR has which role; of several types the first in the table counts."""
    with (Path(__file__).parent / "data" / "ror_types.csv").open(encoding="utf-8", newline="") as file:
        return {row["type"]: row["role"] or None for row in csv.DictReader(file)}
