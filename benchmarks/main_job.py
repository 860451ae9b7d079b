"""The main job from nothing: wall clock, CPU seconds and peak memory of graphkit and its store together.

python benchmarks/main_job.py                 # graphkit demo
python benchmarks/main_job.py FOLDER          # load cordis FOLDER, then report
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


def ours(home: Path) -> list[int]:
    """Find the processes that belong to a project folder: the command, and the store started for it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if f"GRAPHKIT_HOME={home}".encode() in environment:
            found.append(int(process.name))
    return found


def measured(home: Path, done: threading.Event) -> dict[str, float]:
    """Sample memory and CPU of all of them until `done`."""
    peak, seconds = 0.0, {}
    while not done.wait(0.1):
        total = 0
        for pid in ours(home):
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                seconds[pid] = (int(stat[11]) + int(stat[12])) / TICK
            except (OSError, IndexError):
                continue
        peak = max(peak, total / 2**20)
    return {"MB": peak, "CPU s": sum(seconds.values())}


def main() -> None:
    """Run the job in a new project folder and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {**os.environ, "GRAPHKIT_HOME": str(home), "GRAPHKIT_LINGER": "1"}
        environment.pop("NEO4J_URI", None)
        report = str(Path(folder) / "report.html")
        graphkit = [sys.executable, "-m", "graphkit"]
        steps = [[*graphkit, "demo", "-o", report]]
        if len(sys.argv) > 1:
            steps = [[*graphkit, "load", "cordis", sys.argv[1]], [*graphkit, "report", "-o", report]]
        print(f"{'step':40} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
        for step in steps:
            done, result = threading.Event(), {}
            watch = threading.Thread(target=lambda: result.update(measured(home, done)))  # noqa: B023
            start = time.monotonic()
            watch.start()
            code = subprocess.run(step, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
            wall = time.monotonic() - start
            done.set()
            watch.join()
            name = " ".join(step[3:5])
            print(f"{name:40.40} {wall:8.1f} {result['CPU s']:8.1f} {result['MB']:8.0f}   exit code {code}")
        print(f"report: {Path(report).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
