"""A load that is killed is finished by loading again; the whole campaign is benchmarks/kills.py."""

import subprocess
import sys
from pathlib import Path

import graphkit


def test_killed_loads_end_as_undisturbed_ones() -> None:
    top = Path(graphkit.__file__).parent.parent
    source = top / "tests" / "data" / "cordis-h2020-2016"
    command = [sys.executable, str(top / "benchmarks" / "kills.py"), "1", "3", "cordis", str(source)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "equal the undisturbed one" in ran.stdout
    assert not ran.stdout.startswith("0 loads")
