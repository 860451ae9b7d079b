"""The documentation is true: its reference is that of the declarations, its commands exist, its Python runs."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import pytest
from repository import TOP

from graphkit import schema, shelf
from graphkit.analysis import analyses
from graphkit.cli import cli
from graphkit.export import exports

REFERENCE: dict[str, Callable[[], Iterable[str]]] = {
    "analyses": analyses,
    "queries": shelf.queries,
    "exports": exports,
    "vocabulary": lambda: [p.name for p in schema.properties(schema.Organisation)],
}
PAGES = TOP / "docs" / "pages"


def test_every_command_of_the_pages_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
    called = re.findall(r"^graphkit (\w[\w-]*)(?: (\w[\w-]*))?", "\n".join(blocks(text, "")), flags=re.MULTILINE)
    assert len(called) > 8
    commands = cli.list_commands(click.Context(cli))
    known = {"run": set(analyses()), "query": {"check", *shelf.queries()}, "export": set(exports())}
    for command, name in called:
        assert command in commands, f"graphkit {command}"
        assert not name or name in known.get(command, {name}), f"graphkit {command} {name}"


def test_the_python_of_the_tutorial_runs(
    tmp_path: Path, embedded_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks((PAGES / "tutorial.md").read_text(encoding="utf-8"), "python")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("GRAPHKIT_HOME", str(embedded_home))
    exec(compile(code, "tutorial.md", "exec"), {})
    assert "1970 organisations" in capsys.readouterr().out


def test_the_pages_build(tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "-f",
            "docs/mkdocs.yml",
            "--quiet",
            "--site-dir",
            str(tmp_path / "site"),
        ],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    built = {name: (tmp_path / "site" / name / "index.html").read_text(encoding="utf-8") for name in REFERENCE}
    for notebook in sorted((TOP / "docs" / "notebooks").glob("*.ipynb")):
        page = (tmp_path / "site" / "notebooks" / notebook.stem / "index.html").read_text(encoding="utf-8")
        assert "<table" in page and "import graphkit as gk" in page, notebook.name
    for name, declared in REFERENCE.items():
        assert "cog" not in built[name]
        assert [each for each in declared() if f"{each}</" not in built[name]] == [], name


def test_the_notebooks_print_what_they_hold(embedded_home: Path) -> None:
    """`python docs/notebooks.py` writes them anew where what they print has changed for a reason."""
    ran = subprocess.run(
        [sys.executable, "docs/notebooks.py", "--check"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"GRAPHKIT_HOME": str(embedded_home)},
    )
    assert ran.returncode == 0, f"{ran.stdout}{ran.stderr}; run: python docs/notebooks.py"


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, or those of none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [code for named, code in found if named == language]
