"""Kill a load and load again: whether the graph is the same as that of a load that nobody disturbed.

python benchmarks/kills.py                       # a few kills on the built-in sample
python benchmarks/kills.py 50 200 FOLDER         # 50 at random moments, one at each of the first 200 writes

Each kill is SIGKILL to the process that loads, on the store that NEO4J_URI names or the embedded one. The project
folder is a new one; on a Neo4j the database must be empty, and it is emptied between the kills.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import graphkit
from graphkit import project as projects

CHILD = """
import os, signal, sys
from graphkit import project, store
left, source = int(sys.argv[1]), sys.argv[2:]
write = store.Store.write
def writing(self, *steps):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, *steps)
store.Store.write = writing
store.batches.__defaults__ = (25,)  # many small writes, so that there are many moments to be killed at
with project.open() as opened:
    print("open", flush=True)
    opened.load(*source)
"""


def load(source: list[str], *, at: int = 0, after: float | None = None) -> int:
    """Load in a child process that kills itself at a write, or is killed after some seconds; return its exit code."""
    command = [sys.executable, "-c", CHILD, str(at), *source]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    if after is not None:
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
    child.stdout.close()
    return child.wait()


def campaign(moments: int, writes: int, source: list[str], seed: int = 0) -> tuple[int, int]:
    """Return how many kills happened, and how many of the graphs after loading again equalled the undisturbed one."""
    chance = random.Random(seed)
    with projects.open() as project:
        if project.status()["nodes"]:
            raise SystemExit("this database is not empty: nothing was done")
        start = time.monotonic()
        load(source)
        whole = time.monotonic() - start
        wanted = project.status()["hash"]
        killed = same = 0
        plans = [{"after": chance.random() * whole} for _ in range(moments)] + [{"at": n + 1} for n in range(writes)]
        for plan in plans:
            project.clear()
            if load(source, **plan) == -signal.SIGKILL:  # type: ignore[arg-type]
                killed += 1
                if load(source) == 0 and project.status()["hash"] == wanted:
                    same += 1
                else:
                    print(f"NOT THE SAME after a kill at {plan}")
        project.clear()
    return killed, same


def main() -> None:
    """Run the campaign and print how it ended."""
    moments, writes, *source = sys.argv[1:] or ["3", "5"]
    given = ["cordis", source[0]] if source else ["sample"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GRAPHKIT_HOME"] = str(Path(folder) / "home")
        os.environ.setdefault("PYTHONPATH", str(Path(graphkit.__file__).parent.parent))
        killed, same = campaign(int(moments), int(writes), given)
    print(f"{killed} loads were killed; after loading again {same} of {killed} graphs equal the undisturbed one")
    sys.exit(killed != same)


if __name__ == "__main__":
    main()
