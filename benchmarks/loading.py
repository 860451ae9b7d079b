"""How long a folder of CORDIS takes into each store and back into the membership matrix; Neo4j with four lanes and one.

    python benchmarks/loading.py FOLDER [embedded] [neo4j]

Neo4j is the one that the tests start (`python tests/prepare.py` fetches it). Wall clock and CPU seconds are those of
the load alone, of graphkit and the store together, from an empty store that has been started; peak memory is of both.
The same graph must be there whatever the lanes and the store: its hash is printed. On a machine that does other work
the wall clock says little.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from main_job import PAGE, TICK, ours

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from neo4j_server import neo4j_server

from graphkit import project, snapshot

GOALS = {"neo4j": 40.0, "embedded": 90.0}  # seconds on two cores, for the 70,724 participations until 2017
READING = 5.0
# The embedded store knows changed pages, not rows: two writers at once on one page end in an error.
LANES = {"neo4j": (4, 1), "embedded": (1,)}


def used(home: Path) -> tuple[float, float]:
    """Add up the CPU seconds that the processes of a project folder have used so far, and the MB that they hold."""
    ticks = pages = 0
    for pid in {*ours(home), os.getpid()}:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        ticks += int(stat[11]) + int(stat[12])
        pages += int(stat[21])
    return ticks / TICK, pages * PAGE / 2**20


@contextmanager
def watched(home: Path) -> Iterator[dict[str, float]]:
    """Measure wall clock, CPU seconds and peak memory of what is done inside."""
    found = {"MB": 0.0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            found["MB"] = max(found["MB"], used(home)[1])

    watcher = threading.Thread(target=watch)
    began, before = time.monotonic(), used(home)[0]
    watcher.start()
    try:
        yield found
        found |= {"wall": time.monotonic() - began, "CPU": used(home)[0] - before}
    finally:
        done.set()
        watcher.join()


def once(folder: Path, home: Path, lanes: int) -> dict[str, Any]:
    """Load a folder with so many lanes, then read the network."""
    with project.open(home) as opened:
        opened.store.lanes = lanes
        with watched(home) as loading:
            outcome = opened.load("cordis", folder)
        with watched(home) as reading:
            network = opened.network()
        return {
            "rows": outcome.rows_in,
            "loading": loading,
            "reading": reading,
            "seats": int(network.membership.nnz),
            "hash": snapshot.content_hash(opened.store),
        }


@contextmanager
def environment(kind: str, home: Path) -> Iterator[dict[str, str]]:
    """Name the store to a child process; what is started for it bears the name of the project folder, too."""
    os.environ["GRAPHKIT_HOME"] = str(home)
    given = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    if kind == "embedded":
        yield given | {"GRAPHKIT_LINGER": "1"}
        return
    with neo4j_server() as server:
        yield given | {"NEO4J_URI": server.uri, "NEO4J_USERNAME": server.user, "NEO4J_PASSWORD": server.password}


def main(folder: Path, kinds: list[str]) -> None:
    """Load into each store, with as many lanes as it takes."""
    head = f"{'store':10} {'lanes':>5} {'rows':>7} {'wall s':>7} {'goal':>5} {'CPU s':>7} {'rows/s':>7} {'peak MB':>8}"
    print(f"{head}   {'read, wall s':>12} {'goal':>5} {'CPU s':>7} {'seats':>7}   hash")
    for kind in kinds:
        for lanes in LANES[kind]:
            with tempfile.TemporaryDirectory() as home, environment(kind, Path(home)) as given:
                command = [sys.executable, __file__, "--once", str(folder), home, str(lanes)]
                answer = subprocess.run(command, env=given, stdout=subprocess.PIPE, check=True).stdout
            told = json.loads(answer.splitlines()[-1])
            load, read = told["loading"], told["reading"]
            print(
                f"{kind:10} {lanes:5} {told['rows']:7,} {load['wall']:7.1f} {GOALS[kind]:5.0f} {load['CPU']:7.1f} "
                f"{told['rows'] / load['wall']:7,.0f} {load['MB']:8.0f}   {read['wall']:12.1f} {READING:5.0f} "
                f"{read['CPU']:7.1f} {told['seats']:7,}   {told['hash'][:12]}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(once(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))))
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]), sys.argv[2:] or [*GOALS])
    else:
        raise SystemExit(__doc__)
