"""The program works however it was installed: from its wheel, editable, and as a bare checkout."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from repository import TOP, committed

# Each takes up to a second to import, and none is needed to say which commands there are.
HEAVY = {"arcadedb_embedded", "igraph", "jpype", "neo4j", "networkx", "numba", "numpy", "pandas", "pyvis", "scipy"}


def call(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed, without variables that would lead it to this checkout or to another store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NEO4J_", "GRAPHKIT_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=kept | {"PYTHONUTF8": "1"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


class Environment(NamedTuple):
    """A new environment without graphkit, which borrows what graphkit needs from the one that runs the tests."""

    python: Path
    graphkit: Path

    @classmethod
    def create(cls, folder: Path) -> "Environment":
        folder.mkdir()
        call(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
        scripts, packages = (Path(sysconfig.get_path(key, "venv", {"base": folder})) for key in ("scripts", "purelib"))
        # Links, not a .pth file: that would show the metadata of the graphkit installed there as well.
        for theirs in Path(sysconfig.get_path("purelib")).iterdir():
            if "graphkit" not in theirs.name:
                (packages / theirs.name).symlink_to(theirs)
        return cls(scripts / "python", scripts / "graphkit")

    def install(self, *what: str | Path) -> "Environment":
        """Install from local files alone."""
        pip: list[str | Path] = [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--python",
            self.python,
            "install",
        ]
        call(*pip, "--no-deps", "--no-index", "--no-build-isolation", *what, cwd=self.python.parent)
        return self


def build(source: Path, folder: Path, *what: str) -> Path:
    """Build what is asked for, or an sdist and from it a wheel; return the wheel."""
    call(sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", folder, source, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(TOP, tmp_path_factory.mktemp("dist"), "--wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment.create(tmp_path_factory.mktemp("wheel") / "environment").install(wheel)


def members(wheel: Path) -> dict[str, int]:
    """Checksums of a wheel's files by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {member.filename: member.CRC for member in archive.infolist()}


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    travels = [name for name in committed() if name.startswith(("graphkit/", "loaders/", "queries/"))]
    expected = {re.sub("^(loaders|queries)/", r"graphkit/\1/", name) for name in travels}

    found = {name for name in members(wheel) if ".dist-info/" not in name}

    assert found == expected
    assert {"graphkit/py.typed", "graphkit/loaders/sample.py"} <= found
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in members(wheel))


def test_the_wheel_built_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    assert members(build(TOP, tmp_path)) == members(wheel)


def test_the_installed_wheel_does_the_main_job_from_an_empty_folder(installed: Environment, tmp_path: Path) -> None:
    def graphkit(*arguments: str) -> str:
        return call(installed.graphkit, *arguments, cwd=tmp_path).stdout

    graphkit("load", "sample")

    # As the sample's own docstring counts them.
    assert json.loads(graphkit("status", "--json"))["nodes"]["Organisation"] == 1970
    assert json.loads(graphkit("run", "isolation", "--json"))
    assert isinstance(json.loads(graphkit("query", "isolated-silos", "--json")), list)


def test_wheel_editable_install_and_bare_checkout_are_the_same_program(installed: Environment, tmp_path: Path) -> None:
    editable = Environment.create(tmp_path / "editable").install("--editable", TOP)
    bare = Environment.create(tmp_path / "bare")
    ways: list[tuple[list[str | Path], dict[str, str]]] = [
        ([installed.graphkit], {}),
        ([installed.python, "-m", "graphkit"], {}),
        ([editable.graphkit], {}),
        ([bare.python, "-m", "graphkit"], {"PYTHONPATH": str(TOP)}),
    ]

    versions = [call(*way, "--version", cwd=tmp_path, **variables).stdout for way, variables in ways]
    found = [call(*way, "list", "--json", cwd=tmp_path, **variables).stdout for way, variables in ways]

    assert len(set(versions)) == 1
    assert re.search(r"\d+\.\d+\.\d+", versions[0])
    assert len(set(found)) == 1
    assert {"sample", "isolation", "isolated-silos", "network"} <= {row["name"] for row in json.loads(found[0])}


def test_help_imports_nothing_heavy(installed: Environment, tmp_path: Path) -> None:
    done = call(installed.python, "-X", "importtime", "-m", "graphkit", "--help", cwd=tmp_path)

    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}

    assert "click" in imported
    assert imported & HEAVY == set()
