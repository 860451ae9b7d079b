"""Several transactions at once: none touches what another touches, deadlocks are done again, batches fit the memory."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j import GraphDatabase
from neo4j_server import Endpoint, neo4j_server

from graphkit import cypher, lanes, loading, snapshot
from graphkit.errors import StoreMemoryError
from graphkit.lanes import Class, Row, tiles, worked
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, Record, TakesPartIn
from graphkit.store import Store

HUBS, MEMBERS = 20, 250
WRITE = cypher.write_nodes("Organisation")
WIDTH = 1 + len(cypher.columns(Organisation))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)), max_size=60, unique=True),
    st.integers(1, 8),
    st.booleans(),
)
def test_tiles_hold_every_tie_once_and_share_only_their_classes(
    pairs: list[tuple[int, int]], number: int, one_label: bool
) -> None:
    end = "A" if one_label else "B"
    rows: list[Row] = sorted([f"own:{a}", f"own:{b}"] for a, b in pairs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "SMALL", 3)
        found = list(tiles(rows, ["A", end], number))
    assert sorted(row for _, tile in found for row in tile) == rows
    assert all(tile == sorted(tile) for _, tile in found)
    nodes = [{("A", row[0]) for row in tile} | {(end, row[1]) for row in tile} for _, tile in found]
    for one, other in combinations(range(len(found)), 2):
        assert nodes[one].isdisjoint(nodes[other]) or not found[one][0].isdisjoint(found[other][0])


@given(st.lists(st.sets(st.integers(0, 9), max_size=2), max_size=30), st.integers(1, 5), st.randoms())
def test_no_two_tiles_at_work_share_a_class(drawn: list[set[int]], number: int, chance: random.Random) -> None:
    todo: list[tuple[frozenset[Class], list[Row]]] = [
        (frozenset(("A", each) for each in classes), [[place]]) for place, classes in enumerate(drawn)
    ]
    lock, at_work, most = Lock(), list[int](), 0

    def work(rows: list[Row]) -> int:
        nonlocal most
        place = rows[0][0]
        with lock:
            clashing = [other for other in at_work if drawn[other] & drawn[place]]
            at_work.append(place)
            most = max(most, len(at_work))
        sleep(chance.random() / 5000)
        with lock:
            at_work.remove(place)
        assert not clashing
        return int(place)

    assert sorted(worked(todo, work, number)) == list(range(len(drawn)))
    assert most <= number


def test_the_first_error_ends_it() -> None:
    done: list[Row] = []

    def work(rows: list[Row]) -> None:
        if rows == [["own:3"]]:
            raise ValueError("three")
        done.append(rows[0])

    with pytest.raises(ValueError, match="three"):
        list(worked([(frozenset(), [[f"own:{i}"]]) for i in range(1000)], work, 2))
    assert len(done) < 1000


class _Memory(Store):
    """Stands in for a store with room for some rows in one transaction."""

    def __init__(self, room: int) -> None:
        self.batch, self.room = 5000, room

    def take(self, rows: Sequence[Any]) -> list[Any]:
        if len(rows) > self.room:
            raise StoreMemoryError("no room")
        return list(rows)


@given(st.integers(0, 20_000), st.integers(1, 6000))
def test_batches_are_halved_until_they_fit(rows: int, room: int) -> None:
    store = _Memory(room)
    found = list(store.portions(range(rows), store.take))
    assert [row for some in found for row in some] == list(range(rows))
    if rows > room:
        assert room / 2 <= store.batch <= room
        assert len(found) <= 2 * rows / room + 2
    with pytest.raises(StoreMemoryError):
        list(_Memory(0).portions(range(3), _Memory(0).take))


def hubs(offset: int = 0, members: int = MEMBERS) -> Iterator[Record]:
    """Everybody takes part in everything: the worst there is for transactions that wait for each other."""
    for hub in range(HUBS):
        yield Collaboration(id=f"own:hub{hub}", name=f"Hub {hub}", row=f"hubs.csv:{hub + 2}")
    for member in range(members):
        id_ = f"own:m{offset + member}"
        yield Organisation(id=id_, name=f"M{member}", row=f"members.csv:{member + 2}")
        for hub in range(HUBS):
            row = f"seats.csv:{member * HUBS + hub + 2}"
            yield TakesPartIn(start=id_, end=f"own:hub{hub}", role="participant", row=row)


def alone(writer: int) -> Iterator[Record]:
    """What one of several writers says of its own members, in hubs that another source describes."""
    for record in hubs(MEMBERS * writer, MEMBERS // 5):
        if not isinstance(record, Collaboration):
            yield record


@contextmanager
def opened(endpoint: Endpoint, number: int, *, batch: int = 500) -> Iterator[Store]:
    login = (endpoint.user, endpoint.password)
    with GraphDatabase.driver(endpoint.uri, auth=login, notifications_min_severity="OFF") as driver:
        store = Store(driver, None, "neo4j", endpoint.uri)
        store.lanes, store.batch = number, batch
        yield store


def emptied(store: Store) -> None:
    Project(store, Path()).clear()


def test_eight_lanes_on_twenty_hubs_end_as_one_does(neo4j_endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "SMALL", 500)
    hashes = []
    for number in (1, 8):
        with opened(neo4j_endpoint, number) as store:
            outcome = loading.load(store, "hubs", hubs())
            assert (outcome.rows_in, outcome.rejected) == (HUBS + MEMBERS + HUBS * MEMBERS, 0)
            assert (outcome.remarks, store.repeated) == ([], 0), "tiles that share nothing never wait for each other"
            assert loading.load(store, "hubs", hubs()).written == 0
            hashes.append(snapshot.content_hash(store))
            emptied(store)
    assert hashes[0] == hashes[1]


def test_eight_writers_at_once_on_twenty_hubs_end_as_one_after_the_other(neo4j_endpoint: Endpoint) -> None:
    hashes = []
    for number in (1, 8):
        with opened(neo4j_endpoint, 1) as store:
            loading.load(store, "hubs", hubs(0, 0))
            with ThreadPoolExecutor(number) as pool:
                loads = [pool.submit(loading.load, store, f"writer {w}", alone(w)) for w in range(8)]
            assert [each.result().rejected for each in loads] == [0] * 8
            hashes.append(snapshot.content_hash(store))
            emptied(store)
    assert hashes[0] == hashes[1]


def test_a_server_short_of_memory_gets_smaller_batches() -> None:
    with neo4j_server("dbms.memory.transaction.total.max=10m") as endpoint, opened(endpoint, 4, batch=4000) as store:
        rows = [[f"own:o{i}", "long " * 400, *[None] * (WIDTH - 2)] for i in range(4000)]
        with pytest.raises(StoreMemoryError, match="no memory for this in one transaction"):
            store.write((WRITE, rows))
        news = loading._News(("Organisation",), len(rows), rows=rows)
        assert list(loading._write(store, [news], lambda *_: None, lambda: None)) == [
            f"the server has memory for about {store.batch:,} rows in one transaction; that made it slower"
        ]
        assert 10 < store.batch < 4000
        assert store.rows("MATCH (n:Organisation) RETURN count(n)") == [[len(rows)]]
        # Lists too long for its memory are read one by one.
        assert len(store.lists(cypher.read_nodes("Organisation"), 1)) == len(rows)
