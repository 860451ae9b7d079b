"""Says where the graph has something from: the rows of the sources that made an organisation and its ties."""

import json
from collections.abc import Iterator

import pandas as pd

from graphkit import cypher, schema
from graphkit.errors import DataError
from graphkit.naming.names import identifier
from graphkit.store import Store
from graphkit.voices import Voices, heard

COLUMNS = ("thing", "source", "row", "says")


def explain(store: Store, first: str, second: str | None = None) -> pd.DataFrame:
    """List the rows that made an organisation and all its ties, or, with a second one, what ties the two.

    One row per thing and source: the thing, the source, file and line there, and what the row says (JSON). Raises
    DataError for an id that is no organisation's.
    """
    ids = [_id_of(store, each) for each in ([first] if second is None else [first, second])]
    first, second = ids[0], ids[-1] if second is not None else None
    found = {row[0]: row for row in store.lists(cypher.read_nodes("Organisation", some=True), 1, ids=ids)}
    for id_ in ids:
        if id_ not in found:
            raise DataError(f"no organisation {id_!r}; {_called(store, id_)}")
    rows = [line for id_ in ids for line in _lines(schema.Organisation, f"Organisation {id_}", found[id_][1:])]
    ties = {id_: list(_ties(store, id_)) for id_ in ids}
    if second is not None:
        shared = {end for _, _, end, _ in ties[first]} & {end for _, _, end, _ in ties[second]}
        between = {first, second}
        ties = {id_: [t for t in some if t[2] in shared or {t[1], t[2]} == between] for id_, some in ties.items()}
    seen = set()
    for some in ties.values():
        for type_, start, end, values in some:
            thing = f"{start} {type_} {end}"
            if thing not in seen:
                seen.add(thing)
                rows += _lines(schema.TIES[type_], thing, values)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _id_of(store: Store, text: str) -> str:
    """Read an id as it is in the graph, or as its register writes it: https://ror.org/03cve4549, 999997930."""
    if store.rows("MATCH (o:Organisation {id: $id}) RETURN o.id", id=text):
        return text
    return identifier(text) or text


def _called(store: Store, name: str) -> str:
    """Name the organisations that are called so, or say what ids look like."""
    rows = store.rows(
        "MATCH (o:Organisation) WHERE toLower(o.name) = toLower($name) OR o.name_zh = $name "
        "RETURN o.id ORDER BY o.id LIMIT 5",
        name=name,
    )
    if not rows:
        return "ids carry their scheme, like pic:998616262"
    return f"that is the name of {', '.join(id_ for (id_,) in rows)}: give the id"


def _ties(store: Store, id_: str) -> Iterator[tuple[str, str, str, list[object]]]:
    for type_, tie in sorted(schema.TIES.items()):
        if schema.is_derived(tie):
            continue
        for start in tie.starts:
            for end in tie.ends:
                if start == "Organisation":
                    for row in sorted(
                        store.lists(cypher.read_ties(type_, start, end, some=True), 1, ids=[id_]), key=str
                    ):
                        yield type_, row[0], row[1], row[2:]


def _lines(kind: type[schema.Record], thing: str, values: list[object]) -> Iterator[tuple[str, str, str, str]]:
    voices: Voices = heard(kind, dict(zip(cypher.columns(kind), values, strict=True)))
    for source, (facts, row) in sorted(voices.items()):
        yield thing, source, row, json.dumps(facts, ensure_ascii=False, sort_keys=True)
