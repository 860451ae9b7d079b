"""Writing in several transactions at once without any of them waiting for another.

Two transactions that touch the same node wait for each other, and two that wait in a circle are a deadlock, of which
the server ends one. So ties are sorted by their endpoints into tiles: nodes fall into classes by their ids, a tile
holds the ties between two classes, and two tiles are only worked on at the same time when they share no class.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar
from zlib import crc32

Row = Sequence[Any]  # [id, ...] of a node, [start id, end id, ...] of a tie
Class = tuple[str, int]
Outcome = TypeVar("Outcome")

SMALL = 5000  # rows; what fits into one transaction is not worth a second lane


def tiles(rows: Sequence[Row], labels: Sequence[str], lanes: int) -> Iterator[tuple[frozenset[Class], list[Row]]]:
    """Sort rows of one kind into tiles, each with the classes of nodes that it touches; in order within a tile.

    `labels` are those of both ends of ties, and empty for nodes: a node is touched by its own row alone, so its class
    is free. Of ties between two labels there are lanes x lanes tiles, so that each lane has one that shares nothing
    with the others; where both ends have one label, twice as many classes are needed for that. What fits into one
    transaction, or has one lane only, is one tile.

    >>> [len(rows) for _, rows in tiles([["own:1", "own:2"], ["own:3", "own:2"]], ["Organisation", "Platform"], 4)]
    [2]
    """
    if lanes < 2 or len(rows) <= SMALL:
        yield frozenset(), list(rows)
        return
    if not labels:
        yield from ((frozenset(), list(rows[at : at + SMALL])) for at in range(0, len(rows), SMALL))
        return
    classes = lanes if labels[0] != labels[1] else 2 * lanes
    found: dict[frozenset[Class], list[Row]] = defaultdict(list)
    for row in rows:
        ends = zip(labels, row[:2], strict=True)
        found[frozenset((label, crc32(id_.encode()) % classes) for label, id_ in ends)].append(row)
    yield from sorted(found.items(), key=lambda tile: (-len(tile[1]), sorted(tile[0])))


def worked(
    todo: Sequence[tuple[Collection[Class], list[Row]]], work: Callable[[list[Row]], Outcome], lanes: int
) -> Iterator[Outcome]:
    """Give every tile to `work`, as many at once as there are lanes, and yield what comes back as it comes.

    The first error ends it: tiles that have begun are finished, no other is begun, and the error is raised.
    """
    if lanes < 2 or len(todo) < 2:
        yield from (work(rows) for _, rows in todo)
        return
    left = list(todo)
    running: dict[Future[Outcome], Collection[Class]] = {}
    with ThreadPoolExecutor(lanes, "graphkit-lane") as pool:
        while left or running:
            busy = {each for classes in running.values() for each in classes}
            for tile in list(left):
                if len(running) < lanes and busy.isdisjoint(tile[0]):
                    running[pool.submit(work, tile[1])] = tile[0]
                    busy.update(tile[0])
                    left.remove(tile)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                yield future.result()
