"""One load at a time in one store, with real processes on both stores."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit import store as stores
from graphkit.errors import BusyError, StoreError
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
DECIDING = """
import sys
import pandas as pd
import graphkit as gk

with gk.open(sys.argv[1]) as project:
    project.say = lambda sentence: print(sentence, flush=True)
    project.decide(pd.DataFrame({"first": [sys.argv[2]], "second": ["own:z"], "decision": ["yes"]}))
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


def test_two_people_decide_at_one_moment_and_both_are_heard(project: Project) -> None:
    load(project.store, "ours", [Organisation(id=f"own:{letter}", name=letter) for letter in "abz"])
    with turn(project.store, "looking on"):
        people = [start(DECIDING, project.home, id_) for id_ in ("own:a", "own:b")]
        for each in people:  # both have begun, and wait for us: what they read before now would be out of date
            assert each.stdout is not None
            assert f"looking on (process {os.getpid()} on " in each.stdout.readline()
    for each in people:
        more, said = each.communicate(timeout=120)
        assert (each.returncode, more) == (0, ""), f"it is told once that one waits, and no more: {said}"
    decided = "MATCH (a:Organisation)-[s:SAME_AS]->(b:Organisation) RETURN a.id, b.id, s.status ORDER BY a.id"
    assert project.store.rows(decided) == [["own:a", "own:z", "confirmed"], ["own:b", "own:z", "confirmed"]]


def test_a_load_whose_turn_a_neo4j_ends_stops_before_it_writes_on(both: tuple[Project, Project]) -> None:
    store = both[1].store

    def end_our_turn(what: str, done: int, total: int) -> None:
        if what == "comparing":
            for id_, holder in store.rows(stores._SHOWN):
                if holder:
                    store.in_batches(f"TERMINATE TRANSACTION '{id_}'")

    ours = [Organisation(id="own:1", name="one")]
    with pytest.raises(StoreError, match=r"has ended our turn .* load again"):
        load(store, "ours", ours, progress=end_our_turn)
    assert store.rows("MATCH (n) RETURN count(n)") == [[0]]
    assert load(store, "ours", ours).written == 1
