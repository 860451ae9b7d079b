"""What the rows of one source say, by the thing they say it of; the same in any order of rows.

Rows that say of one thing what agrees are one; a fact that the majority contradicts is rejected with its row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graphkit import schema
from graphkit.formats.reading import Reject
from graphkit.records import Key, facts, fault, key_of, kind_of
from graphkit.voices import Facts, chosen

Progress = Callable[[str, int, int], None]  # what is done, how much of it so far, how much there is (0 if unknown)

# Whether a sameness holds at all is more than a value of it: a bad one costs the tie.
_VITAL = ("status",)


@dataclass
class Said:
    """What the rows of one source say, by the key of the thing they say it of."""

    facts: dict[Key, dict[str, Facts]] = field(default_factory=lambda: defaultdict(dict))
    rows: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    rejects: dict[str, list[Reject]] = field(default_factory=lambda: defaultdict(list))
    contradicted: dict[tuple[str, Key], set[str]] = field(default_factory=lambda: defaultdict(set))  # names of facts

    def used(self, row: str, key: Key) -> Facts:
        """Return what a row says of a thing, but for the facts that other rows contradict."""
        against = self.contradicted.get((row, key), set())
        return {n: value for n, value in self.facts[key][row].items() if value is not None and n not in against}

    def reject(self, row: str, column: str, value: str, reason: str, kind: str = "value") -> None:
        """Note down once that a value of a row is not used."""
        file, _, line = row.rpartition(":")
        found = Reject(file, int(line) if line.isdigit() else 0, column, value, reason, "", kind)
        if found not in self.rejects[row]:
            self.rejects[row].append(found)

    def drop(self, row: str) -> None:
        """Forget everything that a row says."""
        for key in self.rows.pop(row, set()):
            self.facts[key].pop(row, None)
            if not self.facts[key]:
                del self.facts[key]

    def merged(self, key: Key) -> tuple[Facts, str]:
        """Join what the rows say of one thing, and name the first row that says it."""
        by_row = self.facts[key]
        if len(by_row) == 1:
            ((only, said),) = by_row.items()
            return _stored(said), only
        joined = {}
        for declared in schema.facts(kind_of(key)):
            values = {said[declared.name] for said in by_row.values()}
            joined[declared.name] = values.pop() if len(values) == 1 else self._joined(declared, key)
        if len(key) == 2:
            names = {said["name"] for said in by_row.values()} - {None, joined["name"]}
            if names:
                joined["aliases"] = tuple(sorted({*(joined["aliases"] or ()), *names}))
        agreeing = [row for row in by_row if (row, key) not in self.contradicted]
        return _stored(joined), min(agreeing or by_row, key=_line)

    def _joined(self, declared: schema.Property, key: Key) -> Any:
        by_row = self.facts[key]
        kept = chosen(declared, (said[declared.name] for said in by_row.values()), tie=len(key) == 5)
        if len(key) == 5 or declared.type == "texts" or declared.name == "name":
            return tuple(kept) if isinstance(kept, list) else kept
        for row, said in by_row.items():
            value = said[declared.name]
            if value is not None and value != kept:
                reason = f"{key[1]} has the {declared.name} {kept!r} in other rows, which is kept"
                self.reject(row, declared.name, str(value), reason, "conflict")
                self.contradicted[row, key].add(declared.name)
        return kept


def read(records: Iterable[schema.Record | Reject], progress: Progress) -> Said:
    """Take in what all records say; a row with a fault says nothing, one with a bad value all but that value."""
    said = Said()
    for number, record in enumerate(records, 1):
        if isinstance(record, Reject):
            said.rejects[f"{record.file}:{record.line}"].append(record)
            continue
        row = record.row or f"record:{number}"
        told, misfits = facts(record)
        wrong = fault(record) or next((misfit for misfit in misfits if misfit[0] in _VITAL), None)
        if wrong:
            said.reject(row, *wrong)
            continue
        for misfit in misfits:
            said.reject(row, *misfit, "cell")
        key = key_of(record)
        by_row = said.facts[key]
        by_row[row] = told if row not in by_row else _union(by_row[row], told)
        said.rows[row].add(key)
        if number % 20_000 == 0:
            progress("reading", number, 0)
    for row in said.rejects.keys() & said.rows.keys():
        if any(reject.kind != "cell" for reject in said.rejects[row]):
            said.drop(row)
    return said


def _union(one: Facts, other: Facts) -> Facts:
    return {name: one[name] if other[name] is None else other[name] for name in one}


def _stored(facts: Facts) -> Facts:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in facts.items() if v is not None}


def _line(row: str) -> tuple[str, int, str]:
    file, _, line = row.rpartition(":")
    return (file, int(line), "") if line.isdigit() else (row, 0, row)
