"""Which records are one organisation: what is found, what a register says and what people decide, as SAME_AS ties.

All of it is worked out from what the store holds. These are generators, so that nothing is read before the first record
is asked for: that is when the load which writes them has its turn, and nobody else changes the store.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from graphkit import cypher, schema, snapshot
from graphkit.errors import DataError
from graphkit.formats.reading import Line, Reject, Table, each
from graphkit.store import Store
from graphkit.voices import heard

RESOLVE = "resolve"  # the source that what is found is kept as
DECISIONS = "resolve-decisions"  # ... and what people decided
_DECISIONS = {"yes": "confirmed", "no": "refused", "open": None, "是": "confirmed", "否": "refused", "待定": None}


def resolved(store: Store, *, suggest: bool = True) -> Iterator[schema.Record]:
    """Find the organisations that are one without doubt, and with `suggest` those that may be."""
    from graphkit.naming import resolving, suggesting

    organisations = snapshot.organisations_of(store)
    register = organisations[_in_register(organisations)]
    sure = resolving.same(organisations)
    found = [(*pair, 1.0, "confirmed") for pair in sure[["first", "second", "method"]].to_numpy()]
    if suggest:
        known = suggesting.aliases_of(register)
        likely = suggesting.suggested(organisations, aliases=known, without_doubt=sure)
        found += [
            (first, second, method, float(score), "suggested")
            for first, second, score, method in likely[["first", "second", "score", "method"]].to_numpy()
        ]
    for number, (first, second, method, score, status) in enumerate(found, 1):
        row = f"{RESOLVE}:{number}"
        yield schema.SameAs(start=first, end=second, score=score, method=method, status=status, row=row)


def suggestions(store: Store) -> pd.DataFrame:
    """List the pairs that may be one organisation and that nobody has decided on, the likeliest first."""
    rows = store.rows(
        "MATCH (a:Organisation)-[s:SAME_AS {status: 'suggested'}]->(b:Organisation) "
        "RETURN a.id, b.id, a.name, b.name, a.city, a.country, b.city, b.country, s.score, s.method "
        "ORDER BY s.score DESC, a.id, b.id"
    )
    columns = ["first", "second", "first_name", "second_name", "first_place", "second_place", "score", "method"]
    placed = [[*row[:4], _place(*row[4:6]), _place(*row[6:8]), *row[8:]] for row in rows]
    return pd.DataFrame(placed, columns=columns, dtype=object).assign(decision="")


def _place(city: str | None, country: str | None) -> str | None:
    return ", ".join(part for part in (city, country) if part) or None


def decision(first: str, second: str, word: str) -> schema.SameAs:
    """Make the tie of a decision; raises DataError for a word that is none."""
    if word not in _DECISIONS:
        raise DataError(f"{word!r} is no decision; write one of {', '.join(_DECISIONS)}")
    return _tie(first, second, _DECISIONS[word])


def decisions(path: Path) -> Iterator[schema.Record | Reject]:
    """Read what people decided on suggested pairs; a row without a decision says nothing."""

    def decided(line: Line) -> list[schema.Record] | None:
        if line.text("decision") is None:
            return None
        status = line.choice("decision", _DECISIONS, strict=True)
        return [_tie(line.needed("first"), line.needed("second"), status)]

    return each(Table(path, required=("first", "second", "decision")), decided)


def decided(store: Store, new: Iterable[schema.Record | Reject]) -> Iterator[schema.Record | Reject]:
    """Lay new decisions beside those of before, which stay but for pairs decided anew or taken back."""
    told = list(new)
    ties = {(tie.start, tie.end): tie for tie in told if isinstance(tie, schema.SameAs)}
    yield from (reject for reject in told if isinstance(reject, Reject))
    columns = cypher.columns(schema.SameAs)
    kind = ("SAME_AS", "Organisation", "Organisation")
    for first, second, *stored in store.lists(cypher.read_said(kind), 1, source=DECISIONS):
        facts, row = heard(schema.SameAs, dict(zip(columns, stored, strict=True)))[DECISIONS]
        if not {(first, second), (second, first)} & ties.keys():
            yield schema.SameAs(start=first, end=second, row=row, **facts)
    yield from (tie for tie in ties.values() if tie.status is not None)


def linked(store: Store, told: list[schema.Record] | None, *, suggest: bool = True) -> Iterator[schema.Record]:
    """Find the entry of a register for each organisation, with what the register says of it and of those above it.

    `told` is what the register says; without it, what is loaded with a ROR id is the register. Raises DataError when
    there is none.
    """
    from graphkit.naming import registering

    organisations = snapshot.organisations_of(store)
    if told is not None:
        known = registering.register_of(told)
    else:
        known = organisations[_in_register(organisations)]
        if known.empty:
            raise DataError("no register is loaded; give its file, graphkit link FILE, or graphkit load ror FILE")
    found = registering.entries(organisations, known)
    found = found if suggest else found[found["status"] == "confirmed"]
    above = (tie for tie in told or () if isinstance(tie, schema.SubsidiaryOf))
    upwards = registering.above(set(found["entry"]), above)
    wanted = {*found["entry"], *(id_ for tie in upwards for id_ in (tie.start, tie.end))}
    yield from (record for record in told or () if isinstance(record, schema.Organisation) and record.id in wanted)
    yield from upwards
    for number, (one, entry, score, method, status) in enumerate(found.itertuples(index=False, name=None), 1):
        first, second = sorted((one, entry))
        row = f"{snapshot.LINK}:{number}"
        yield schema.SameAs(start=first, end=second, score=score, method=method, status=status, row=row)


def _in_register(organisations: pd.DataFrame) -> list[bool]:
    return [str(id_).startswith("ror:") for id_ in organisations["id"]]


def _tie(first: str, second: str, status: str | None) -> schema.SameAs:
    """Make the tie of a decision; without a status it only takes back what was decided before."""
    return schema.SameAs(start=first, end=second, method="decided by a person", status=status)
