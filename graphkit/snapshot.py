"""What the store holds: the network for the analyses, counts, sources, and the hash of the graph's content."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit import cypher, schema
from graphkit.errors import DataError, UsageError
from graphkit.measures.uniting import tops
from graphkit.network import BODY_COLUMNS, MEMBERSHIP_COLUMNS, ORGANISATION_COLUMNS, OTHER_KINDS, Network, Weighting
from graphkit.store import Store

Level = Literal["self", "top"]
LINK = "link"  # the source that `graphkit link` writes
_IN_ONE_LIST = 5_000
SOURCE_COLUMNS = tuple(p.name for p in schema.facts(schema.Source) if p.name not in ("name_zh", "aliases", "evidence"))


def network(
    store: Store,
    *,
    weighting: Weighting = "newman",
    since: str | None = None,
    until: str | None = None,
    largest: int | None = None,
    level: Level = "self",
) -> Network:
    """Read everything that was loaded once, in long lists.

    `since` and `until` (ISO dates) keep the bodies that ran in that window, `largest` leaves out bodies of more
    members, `level="top"` rolls organisations up to the top of SUBSIDIARY_OF. Raises DataError when the store holds no
    organisation.
    """
    if level not in get_args(Level):
        raise UsageError(f"no level {level!r}; choose one of {', '.join(get_args(Level))}")
    sizes = _census(store)
    found = _organisations(store, sizes)
    one = _one_for_another(store) if sizes["SAME_AS"] else {}
    if level == "top":
        one = tops(found["id"], one, _ties(store, "SUBSIDIARY_OF", "Organisation", "Organisation", sizes))
    aside = _bystanders(found, one)
    organisations = _united(found[list(ORGANISATION_COLUMNS)], one)
    organisations = organisations[~organisations["id"].isin(aside)].reset_index(drop=True)
    bodies, seats = [], []
    for type_, label in schema.MEMBERSHIPS.items():
        bodies.append(_nodes(store, label, sizes).assign(label=label).reindex(columns=list(BODY_COLUMNS)))
        wanted = [column for column in cypher.columns(schema.TIES[type_]) if column in MEMBERSHIP_COLUMNS]
        ties = _ties(store, type_, "Organisation", label, sizes, wanted)
        seat = ties.rename(columns={"start": "organisation", "end": "body"})
        seat["organisation"] = [one.get(id_, id_) for id_ in seat["organisation"]]
        seats.append(seat.reindex(columns=list(MEMBERSHIP_COLUMNS)))
    others = {kind: _others(store, kind, one, aside, sizes) for kind in OTHER_KINDS if sizes[kind]}
    filled = {kind: frame for kind, frame in others.items() if len(frame)}
    read = Network.from_frames(organisations, _together(bodies), _together(seats), weighting=weighting, tables=filled)
    if since is not None or until is not None:
        read = read.window(since, until)
    return read if largest is None else read.without_large(largest)


def organisations_of(store: Store) -> pd.DataFrame:
    """Read every organisation as it was loaded, one row per id; raises DataError when there is none."""
    return _organisations(store, _census(store))[list(ORGANISATION_COLUMNS)]


def _organisations(store: Store, sizes: dict[str, int]) -> pd.DataFrame:
    if not sizes["Organisation"]:
        raise DataError(f"{store.address} holds no organisation yet; load some first: graphkit load sample")
    return _nodes(store, "Organisation", sizes)


def _one_for_another(store: Store) -> dict[str, str]:
    """Map each organisation that is confirmed to be another (SAME_AS) to the one that stands for all of them."""
    match = "MATCH (a:Organisation)-[s:SAME_AS {status: 'confirmed'}]->(b:Organisation)"
    pairs = store.rows(f"{match} RETURN a.id, b.id ORDER BY a.id, b.id")
    if not pairs:
        return {}
    ids = sorted({id_ for pair in pairs for id_ in pair}, key=lambda id_: (not id_.startswith(("ror:", "pic:")), id_))
    place = {id_: number for number, id_ in enumerate(ids)}
    first, second = ([place[pair[side]] for pair in pairs] for side in (0, 1))
    graph = sp.coo_array((np.ones(len(pairs)), (first, second)), shape=(len(ids), len(ids)))
    _, group = sp.csgraph.connected_components(graph, directed=False)
    leader: dict[int, str] = {}
    return {id_: leader.setdefault(int(group[number]), id_) for number, id_ in enumerate(ids)}


def _bystanders(organisations: pd.DataFrame, one: dict[str, str]) -> set[str]:
    """Find the entries of a register that were only linked to, and stand for no organisation of another source.

    They are there to be decided on and to roll up along: in the network each would be an isolate that no source tells.
    """
    entry = [source == [LINK] for source in organisations["source"]]
    return _standing(organisations["id"][entry], one) - _standing(organisations["id"][~np.array(entry)], one)


def _standing(ids: Iterable[str], one: dict[str, str]) -> set[str]:
    return {one.get(id_, id_) for id_ in ids}


def _others(store: Store, kind: str, one: dict[str, str], aside: set[str], sizes: dict[str, int]) -> pd.DataFrame:
    """Read the nodes of another label or the ties of another type, their organisations as those that stand for all."""
    if kind in schema.NODES:
        return _nodes(store, kind, sizes)
    tie = schema.TIES[kind]
    frames = [
        _ties(store, kind, start, end, sizes).assign(start_label=start, end_label=end)
        for start in tie.starts
        for end in tie.ends
    ]
    read = _together(frames)
    for side in ("start", "end"):
        own = read[f"{side}_label"] == "Organisation"
        read[side] = read[side].where(~own, [one.get(id_, id_) for id_ in read[side]])
        read = read[~(own & read[side].isin(aside))]
    return read


def _united(organisations: pd.DataFrame, one: dict[str, str]) -> pd.DataFrame:
    """Make one row of organisations that are one: the leader's facts, and where it has none the others'."""
    leaders = pd.Series([one.get(id_, id_) for id_ in organisations["id"]], index=organisations.index)
    if not one or (leaders == organisations["id"]).all():
        return organisations
    order = organisations.assign(leads=leaders != organisations["id"]).sort_values(["leads", "id"], kind="stable")
    united = order.drop(columns="leads").groupby(leaders.loc[order.index], sort=True).first()
    return united.assign(id=united.index).reset_index(drop=True)[list(organisations.columns)]


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _nodes(store: Store, label: str, sizes: dict[str, int]) -> pd.DataFrame:
    return _frame(_nodes_as_read(store, label, sizes), ["id", *cypher.columns(schema.NODES[label])])


def _nodes_as_read(store: Store, label: str, sizes: dict[str, int]) -> list[list[Any]]:
    return store.lists(cypher.read_nodes(label), sizes[label] // _IN_ONE_LIST) if sizes[label] else []


def _ties(
    store: Store, type_: str, start: str, end: str, sizes: dict[str, int], wanted: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read the ties of a type between two labels, with the columns that are wanted or all."""
    columns = cypher.columns(schema.TIES[type_]) if wanted is None else wanted
    statement = cypher.read_ties(type_, start, end, properties=columns)
    rows = store.lists(statement, sizes[type_] // _IN_ONE_LIST) if sizes[type_] else []
    return _frame(rows, ["start", "end", *columns])


def _census(store: Store) -> dict[str, int]:
    """Count the nodes of every label and the ties of every type."""
    counted = {kind: number for kind, number in store.rows(cypher.census())}
    return {kind: counted.get(kind, 0) for kind in (*schema.NODES, *schema.TIES)}


def _frame(rows: list[list[Any]], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    for column in ("aliases", "programme", "topic"):
        if column in frame:
            frame[column] = [tuple(value or ()) for value in frame[column]]
    # The rows that say so, as one text: the evidence that analyses and views pass on.
    frame["row"] = ["; ".join(where) if where else None for where in frame["row"]]
    return frame


def counts(store: Store) -> tuple[dict[str, int], dict[str, int]]:
    """Count nodes per label and ties per type; kinds without any are left out."""
    sizes = _census(store)
    return {k: sizes[k] for k in schema.NODES if sizes[k]}, {k: sizes[k] for k in schema.TIES if sizes[k]}


def sources(store: Store) -> list[dict[str, Any]]:
    """List what was loaded: name, files, licence, when, how many rows became what."""
    frame = _nodes(store, "Source", _census(store)).sort_values("id")
    return [{str(k): v for k, v in row.items()} for row in frame[list(SOURCE_COLUMNS)].to_dict("records")]


def content_hash(store: Store) -> str:
    """Hash the graph's content (SHA-256): every declared fact of every node and tie that was loaded.

    Runs, sources, derived ties and columns, and the rows that things were read from are left out, so that the hash is
    the same on both stores, in any order of rows and of sources.
    """
    digest = hashlib.sha256()
    for line in sorted(_content(store)):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _content(store: Store) -> Iterator[str]:
    sizes = _census(store)
    for label, kind in schema.NODES.items():
        if not schema.is_derived(kind):
            yield from _lines(label, _nodes_as_read(store, label, sizes), cypher.columns(kind), 1)
    for type_, tie in schema.TIES.items():
        if not schema.is_derived(tie) and sizes[type_]:
            for start in tie.starts:
                for end in tie.ends:
                    rows = store.lists(cypher.read_ties(type_, start, end), 20)
                    yield from _lines(f"{start} {type_} {end}", rows, cypher.columns(tie), 2)


def _lines(kind: str, rows: Iterable[list[Any]], columns: tuple[str, ...], ends: int) -> Iterator[str]:
    kept = [(i, c) for i, c in enumerate(columns, ends) if c not in cypher.PROVENANCE]
    for row in rows:
        facts = {c: row[i] for i, c in kept if row[i] is not None and row[i] != []}
        yield json.dumps([kind, *row[:ends], facts], ensure_ascii=False, sort_keys=True)
