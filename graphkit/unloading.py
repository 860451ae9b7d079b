"""Takes back what a source said: the whole source, or what a newer state of it no longer says.

What other sources say stays as it was. A thing that nobody says any more is deleted, ties before nodes; a node that
ties of other sources still hold on to stays, without facts. What analyses wrote is theirs: it goes with its node only.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from graphkit import cypher, schema
from graphkit.store import Store
from graphkit.voices import Facts, heard, laid

Key = tuple[str, ...]
Kind = tuple[str, ...]  # ("Organisation",) or ("TAKES_PART_IN", "Organisation", "Collaboration")


@dataclass
class Stale:
    """What a source said and says no more: by kind, the ends (ids) of each thing and what the others say of it."""

    said: int = 0
    deleted: dict[Kind, list[tuple[str, ...]]] = field(default_factory=dict)
    changed: dict[Kind, list[list[Any]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the things that the source no longer says."""
        return sum(map(len, self.deleted.values())) + sum(map(len, self.changed.values()))


def kinds() -> Iterator[Kind]:
    """List everything that a source can say, ties before nodes."""
    for type_, tie in schema.TIES.items():
        if not schema.is_derived(tie):
            yield from ((type_, start, end) for start in tie.starts for end in tie.ends)
    yield from ((label,) for label, kind in schema.NODES.items() if not schema.is_derived(kind))


def stale(store: Store, source: str, keep: Set[Key] = frozenset()) -> Stale:
    """Find what a source once said and what is not in `keep` (keys as the loading engine makes them)."""
    found = Stale()
    for kind in kinds():
        declared: type[schema.Record] = schema.TIES[kind[0]] if len(kind) == 3 else schema.NODES[kind[0]]
        columns = cypher.columns(declared)
        ends = 2 if len(kind) == 3 else 1
        for row in store.lists(cypher.read_said(kind), 1, source=source):
            found.said += 1
            ids = tuple(row[:ends])
            key = (kind[0], kind[1], ids[0], kind[2], ids[1]) if ends == 2 else (kind[0], ids[0])
            if key in keep:
                continue
            voices = heard(declared, dict(zip(columns, row[ends:], strict=True)))
            del voices[source]
            if voices:
                after: Facts = laid(declared, voices)
                found.changed.setdefault(kind, []).append([*ids, *(after[c] for c in columns)])
            else:
                found.deleted.setdefault(kind, []).append(ids)
    return found


def withdraw(store: Store, gone: Stale) -> None:
    """Take back what was found stale."""
    for kind, rows in gone.changed.items():
        change = cypher.write_ties(*kind) if len(kind) == 3 else cypher.write_nodes(kind[0])
        _in_portions(store, (change,), sorted(rows))
    for kind, ids in gone.deleted.items():
        statements = (cypher.delete_ties(*kind),) if len(kind) == 3 else cypher.forget_nodes(kind[0])
        _in_portions(store, statements, [list(each) for each in sorted(ids)])


def _in_portions(store: Store, statements: tuple[str, ...], rows: list[list[Any]]) -> None:
    for _ in store.portions(rows, lambda some: store.write(*((statement, some) for statement in statements))):
        pass
