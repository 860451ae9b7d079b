"""How long harmful files take until they are refused, and how much memory: XML bombs, zip bombs, path traversals.

    python benchmarks/bombs.py

Each file is read in a process of its own, which has everything imported already. What is printed is the time of the
processor, the memory the process took on top of what it began with, and the sentence; last, the slowest and the
largest beside the goals. It fails when a file is not refused, or not with the sentence that is expected.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from bombs import PACKED, XML, Bomb

from graphkit.errors import GraphkitError
from graphkit.shelf import find_loader

MOST_SECONDS, MOST_MEMORY = 1.0, 100  # MB
PROCESSES = multiprocessing.get_context("fork")


def memory() -> float:
    """Return the most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(bomb: Bomb, path: Path, out: Connection) -> None:
    """Read a harmful file and report what was said, the seconds it took and the memory."""
    before, began = memory(), time.process_time()
    try:
        for _ in find_loader(bomb.loader).load(path):
            pass
        said = ""
    except GraphkitError as error:
        said = str(error)
    out.send((said, time.process_time() - began, memory() - before))


def refused(bomb: Bomb, folder: Path) -> tuple[str, float, float]:
    """Make a harmful file and read it in a process of its own."""
    path = folder / bomb.file
    maker = PROCESSES.Process(target=bomb.make, args=(path,))  # what it takes to make one is not counted
    maker.start()
    maker.join()
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=read, args=(bomb, path, there))
    process.start()
    there.close()
    found = here.recv()
    process.join()
    for each in folder.iterdir():
        each.unlink()
    return found[0].replace(f"{folder}/", ""), found[1], found[2]


def main() -> None:
    """Print a line for each file, and the figures to reach."""
    failed, slowest, largest = 0, (0.0, ""), (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        for warm in (XML[0], next(bomb for bomb in PACKED if bomb.file == "x.xlsx")):
            path = Path(folder, warm.file)
            warm.make(path)
            try:
                list(find_loader(warm.loader).load(path))
            except GraphkitError:
                path.unlink()
        for kind, bombs in (("XML bombs and entity files", XML), ("zip bombs and path traversals", PACKED)):
            print(f"\n{kind}: {len(bombs)}\n  {'seconds':>7} {'MB':>5}  file")
            for bomb in bombs:
                said, seconds, megabytes = refused(bomb, Path(folder))
                failed += bomb.says not in said
                slowest, largest = max(slowest, (seconds, bomb.what)), max(largest, (megabytes, bomb.what))
                print(f"  {seconds:7.3f} {megabytes:5.0f}  {bomb.what}: {said or 'NOT REFUSED'}")
    print(f"\n{len(XML) + len(PACKED)} files, {failed} not refused as they should be")
    print(f"slowest {slowest[0]:.3f} s ({slowest[1]}), goal {MOST_SECONDS} s")
    print(f"most memory {largest[0]:.0f} MB ({largest[1]}), goal {MOST_MEMORY} MB")
    sys.exit(failed > 0 or slowest[0] >= MOST_SECONDS or largest[0] >= MOST_MEMORY)


if __name__ == "__main__":
    main()
