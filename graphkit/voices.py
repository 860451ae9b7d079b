"""What several rows and several sources say of one thing, laid side by side; pure, and the same in any order.

A node or tie in the store shows what its sources agree on. Where there is more than one, the store keeps what each of
them says (`facts`, JSON), so that a source can be replaced by a newer state of itself, or taken back, by itself.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from graphkit import schema

Facts = dict[str, Any]
Voices = dict[str, tuple[Facts, str]]  # by source: what it says, and the row where


def chosen(declared: schema.Property, values: Iterable[Any], *, tie: bool) -> Any:
    """Choose one of several values, the same one in any order.

    Lists are joined. Of the roles of one seat the strongest counts (the first of the vocabulary), of its dates the
    widest, of its amounts the largest; of a node's facts what most say, and among equals the first in order of text.
    """
    given = [value for value in values if value is not None]
    if not given:
        return None
    if declared.type == "texts":
        return sorted({part for value in given for part in value}) or None
    if given.count(given[0]) == len(given):
        return given[0]
    counts = Counter(given)
    if tie and declared.allowed is not None:
        return min(counts, key=list(declared.allowed).index)
    if tie:
        return min(counts) if declared.name == "from" else max(counts)
    return min(counts, key=lambda value: (-counts[value], str(value)))


def heard(kind: type[schema.Record], stored: Facts | None) -> Voices:
    """Read from what the store holds of a thing what each source says of it."""
    if stored is None or not stored["source"]:
        return {}
    kept = json.loads(stored["facts"]) if stored["facts"] else {}
    alone = {p.name: stored[p.name] for p in schema.facts(kind) if stored[p.name] not in (None, [])}
    return {source: (kept.get(source, alone), row) for source, row in zip(stored["source"], stored["row"], strict=True)}


def laid(kind: type[schema.Record], voices: Voices) -> Facts:
    """Lay side by side what the sources say of a thing, as the store keeps it: what holds, and who says what."""
    order = sorted(voices)
    tie = issubclass(kind, schema.Tie)
    said = [voices[source][0] for source in order]
    if len(said) == 1:  # as nearly always: there is nothing to choose
        stored = {p.name: said[0].get(p.name) for p in schema.facts(kind)}
    else:
        stored = {p.name: chosen(p, [facts.get(p.name) for facts in said], tie=tie) for p in schema.facts(kind)}
    if "aliases" in stored:
        other_names = {facts.get("name") for facts in said} - {None, stored["name"]}
        stored["aliases"] = sorted({*(stored["aliases"] or ()), *map(str, other_names)}) or None
    stored["source"] = order
    stored["row"] = [voices[source][1] for source in order]
    several = dict(zip(order, said, strict=True))
    stored["facts"] = json.dumps(several, ensure_ascii=False, sort_keys=True) if len(order) > 1 else None
    return stored


def differs(one: Facts, other: Facts | None) -> bool:
    """Tell whether a thing says something new; in which rows it stands is nothing new."""
    return other is None or any(value != other[name] for name, value in one.items() if name not in ("row", "facts"))
