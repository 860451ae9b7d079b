"""Entries of a register (ROR) for the organisations of any source: which entry each of them is, and who is above it.

Confirmed is what `graphkit.naming.resolving.same` calls one without doubt when the register stands beside the
organisations: an identifier, or one exact name and nothing against it in any of both. Another name that the register
knows (别名、更名), or a name whose place does not fit, is a suggestion.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

import pandas as pd

from graphkit.naming.linking import Names, link
from graphkit.naming.names import taken_apart
from graphkit.naming.resolving import Card, read_cards, same
from graphkit.naming.suggesting import Register, aliases_of, judged
from graphkit.schema import Organisation, Record, SubsidiaryOf

ENTRY_COLUMNS = ("organisation", "entry", "score", "method", "status")
_KNOWN = ("name", "name_zh", "country", "city")


def register_of(records: Iterable[Record]) -> pd.DataFrame:
    """Read the organisations among records, one row per id in the order of ids, with every alias that any gives."""
    rows: dict[str, dict[str, object]] = {}
    aliases: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if isinstance(record, Organisation):
            facts = {name: value for name in _KNOWN if (value := getattr(record, name)) is not None}
            rows.setdefault(record.id, {"id": record.id}).update(facts)
            aliases[record.id].update(record.aliases)
    frame = pd.DataFrame([row | {"aliases": tuple(sorted(aliases[id_]))} for id_, row in sorted(rows.items())])
    return frame.reindex(columns=["id", *_KNOWN, "aliases"]).astype(object)


def entries(organisations: pd.DataFrame, register: pd.DataFrame, *, least: float = 0.5) -> pd.DataFrame:
    """Find the entry of the register that each organisation is (`organisation`, `entry`, `score`, `method`, `status`).

    At most one entry for each organisation that is not in the register itself, in the order of ids. Those without
    doubt are `confirmed` with score 1; where only a name, an alias and the place speak (`link`), the entry is
    `suggested` with the score of `judged`, if that is `least` or more.
    """
    own = organisations[~organisations["id"].isin(set(register["id"]))]
    sure = _confirmed(own, register)
    cards = {card.id: card for card in read_cards(own)}
    found = [(id_, entry, 1.0, method, "confirmed") for id_, (entry, method) in sure.items()]
    rest = own[~own["id"].isin(sure.keys())]
    if len(rest) and len(register):
        names, known = Names.of(register), Register.of(aliases_of(register))
        for id_, entry, _, method in link(rest, names).itertuples(index=False, name=None):
            score = judged(cards[id_], names.cards[entry], known)[0]
            if score >= least:
                found.append((id_, entry, round(score, 4), f"register {method}", "suggested"))
    return pd.DataFrame(sorted(found), columns=list(ENTRY_COLUMNS), dtype=object)


def above(ids: Collection[str], ties: Iterable[SubsidiaryOf]) -> list[SubsidiaryOf]:
    """List the ties that lead from entries upwards, to their parents and on, each once; circles end there."""
    parents: dict[str, list[SubsidiaryOf]] = defaultdict(list)
    for tie in ties:
        parents[tie.start].append(tie)
    found: dict[tuple[str, str], SubsidiaryOf] = {}
    waiting, seen = sorted(ids), set(ids)
    while waiting:
        for tie in parents[waiting.pop()]:
            found[tie.start, tie.end] = tie
            if tie.end not in seen:
                seen.add(tie.end)
                waiting.append(tie.end)
    return [found[key] for key in sorted(found)]


def _confirmed(own: pd.DataFrame, register: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Map organisations to the one entry that they are without doubt, and what says so."""
    cards = read_cards(own)
    cores = {core for card in cards for core in _cores(card)}
    identifiers = {value for card in cards for value in card.identifiers}
    # Entries that share neither a name nor an identifier with any of ours can neither be one of them nor stand against.
    near = {
        card.id
        for card in read_cards(register)
        if not identifiers.isdisjoint(card.identifiers) or not cores.isdisjoint(_cores(card))
    }
    columns = ["id", *_KNOWN, "aliases"]
    both = pd.concat(
        [own.reindex(columns=columns), register[register["id"].isin(near)].reindex(columns=columns)], ignore_index=True
    )
    pairs = same(both)
    group: dict[str, set[str]] = {}
    method: dict[str, str] = {}
    for first, second, how in pairs[["first", "second", "method"]].itertuples(index=False, name=None):
        members = group.get(first, {first}) | group.get(second, {second})
        group |= dict.fromkeys(members, members)
        for id_ in (first, second):
            method.setdefault(id_, how)
    found = {id_: sorted(members & near) for id_, members in group.items() if id_ not in near}
    return {id_: (of[0], method[id_]) for id_, of in sorted(found.items()) if len(of) == 1}


def _cores(card: Card) -> set[str]:
    return {taken_apart(text).core for text in (*card.names, *card.aliases)}
