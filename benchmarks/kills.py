"""Kill a load and load again: whether the graph is the same as that of a load that nobody disturbed.

python benchmarks/kills.py                       # a few kills on the built-in sample
python benchmarks/kills.py 50 200                # 50 at random moments, one at each of the first 200 writes
python benchmarks/kills.py 50 200 --part 3/10    # the third tenth of these, for those who have no half hour at a time
python benchmarks/kills.py 50 200 cordis FOLDER  # another source

Each kill is SIGKILL to the process that loads, on the store that NEO4J_URI names or the embedded one. The project
folder is a new one; on a Neo4j the database must be empty, and it is emptied between the kills.
"""

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphkit import project as projects
from graphkit import store as stores

PROCESSES = multiprocessing.get_context("forkserver")  # children that have everything imported already


def child(ready: Connection, at: int, batch: int, source: list[str]) -> None:
    """Load in batches of so many rows, and end by SIGKILL right before the write number `at`; 0 is none."""
    write, left = stores.Store.write, at

    def writing(self: stores.Store, *steps: stores.Step) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        write(self, *steps)

    stores.Store.write, stores.BATCH = writing, batch  # type: ignore[method-assign]
    with projects.open() as opened:
        ready.send("open")
        opened.load(*source)


def load(source: list[str], batch: int, *, at: int = 0, after: float | None = None) -> int | None:
    """Load in a child process that kills itself at a write, or is killed after some seconds; return its exit code."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=child, args=(there, at, batch, source))
    process.start()
    there.close()
    here.recv()
    if after is not None:
        time.sleep(after)
        process.kill()
    process.join()
    return process.exitcode


def campaign(moments: int, writes: int, source: list[str], part: tuple[int, int], seed: int = 0) -> tuple[int, int]:
    """Return how many kills happened, and how many of the graphs after loading again equalled the undisturbed one."""
    chance = random.Random(seed)
    with projects.open() as project:
        if project.status()["nodes"]:
            raise SystemExit("this database is not empty: nothing was done")
        load(source, 5000)
        status = project.status()
        # Many small writes, so that there are many moments to be killed at.
        batch = max(1, sum(map(sum, (status["nodes"].values(), status["ties"].values()))) // max(writes, 100))
        project.clear()
        start = time.monotonic()
        load(source, batch)
        whole = time.monotonic() - start
        killed = same = 0
        plans: list[dict[str, Any]] = [{"after": chance.random() * whole} for _ in range(moments)]
        plans += [{"at": number + 1} for number in range(writes)]
        for plan in plans[part[0] - 1 :: part[1]]:
            project.clear()
            while load(source, batch, **plan) != -signal.SIGKILL:
                if "at" in plan:
                    raise SystemExit(f"it is loaded with fewer than {plan['at']} writes: give a larger source")
                plan["after"] *= 0.7  # it was too quick
                project.clear()
            killed += 1
            if load(source, batch) == 0 and project.status()["hash"] == status["hash"]:
                same += 1
            else:
                print(f"NOT THE SAME after a kill at {plan}")
        project.clear()
    return killed, same


def main() -> None:
    """Run the campaign and print how it ended."""
    given = sys.argv[1:]
    part = (1, 1)
    if "--part" in given:
        place = given.index("--part")
        one, of = given[place + 1].split("/")
        part, given = (int(one), int(of)), given[:place] + given[place + 2 :]
    moments, writes, *source = given or ["3", "5"]
    PROCESSES.set_forkserver_preload(["graphkit.project", "graphkit.embedded"])
    with tempfile.TemporaryDirectory() as home:
        os.environ["GRAPHKIT_HOME"] = str(Path(home) / "home")
        killed, same = campaign(int(moments), int(writes), source or ["sample"], part)
    print(f"{killed} loads were killed; after loading again {same} of {killed} graphs equal the undisturbed one")
    sys.exit(killed != same)


if __name__ == "__main__":
    main()
