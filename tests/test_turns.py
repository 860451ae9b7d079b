"""One load at a time in one store, with real processes on both stores."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.errors import BusyError
from graphkit.loading import load
from graphkit.project import Project
from graphkit.schema import Organisation
from graphkit.turns import turn

# Each of them says another thing of the same 400 organisations, and begins when the other does.
LOADING = """
import sys, time
from pathlib import Path
import graphkit as gk
from graphkit.loading import load
from graphkit.schema import Organisation

me, other = sys.argv[1:3]
with gk.open(sys.argv[3]) as project:
    Path(me).touch()
    while not Path(other).exists():
        time.sleep(0.01)
    said = {"city": "Wuhan"} if Path(me).name == "one" else {"sector": "optics"}
    load(project.store, Path(me).name, [Organisation(id=f"own:{i}", name=f"o{i}", **said) for i in range(400)])
"""
HOLDING = """
import sys, time
import graphkit as gk
from graphkit.turns import turn

with gk.open(sys.argv[1]) as project:
    project.store.prepare()
    with turn(project.store, "loading the others"):
        print("has it", flush=True)
        time.sleep(600)
"""


def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def test_two_processes_load_at_once_and_both_are_heard(project: Project, tmp_path: Path) -> None:
    signs = [tmp_path / "one", tmp_path / "two"]
    running = [start(LOADING, me, other, project.home) for me, other in (signs, signs[::-1])]
    for each in running:
        _, said = each.communicate(timeout=120)
        assert each.returncode == 0, said
    heard = project.store.rows("MATCH (o:Organisation) RETURN o.city, o.sector, size(o.source), count(o)")
    assert heard == [["Wuhan", "optics", 2, 400]]


def test_who_holds_the_turn_is_told_and_its_death_frees_it(project: Project) -> None:
    holder = start(HOLDING, project.home)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "has it\n"
    with (
        pytest.raises(BusyError, match=rf"loading the others \(process {holder.pid} on .*wait for it"),
        turn(project.store, "loading ours", seconds=0.5),
    ):
        pass
    holder.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    holder.communicate(timeout=60)
    load(project.store, "ours", [Organisation(id="own:1", name="one")])
    assert project.store.rows("MATCH (n:Organisation) RETURN n.id") == [["own:1"]]
    assert project.store.rows("MATCH (s:Source) RETURN s.id") == [["source:ours"]]
