"""The documentation is true: its reference is that of the declarations, its commands exist, its Python runs."""

import html
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import pytest
from repository import TOP, blocks, written

from graphkit import schema, shelf
from graphkit.analysis import analyses
from graphkit.cli import cli
from graphkit.export import exports
from graphkit.guard import guard

REFERENCE: dict[str, Callable[[], Iterable[str]]] = {
    "analyses": analyses,
    "queries": shelf.queries,
    "exports": exports,
    "vocabulary": lambda: [p.name for p in schema.properties(schema.Organisation)],
}
PAGES = TOP / "docs" / "pages"
SHOWN = [TOP / "README.md", *(PAGES / f"{name}.md" for name in ("how-to", "neo4j", "questions", "tutorial"))]


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_every_command_takes_what_it_is_shown_with(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of a code block that calls graphkit is read by the command itself, options and all, and not run."""
    monkeypatch.chdir(tmp_path)  # the files that examples name are nowhere
    lines = [line for code in blocks(written(page), "") for line in code.splitlines()]
    called = [line.split("#")[0] for line in lines if re.match(r"(\w+=\S+ |echo .*\| )?graphkit \w", line)]
    assert called, "no command on this page: take it from the list"
    for line in called:
        words = shlex.split(line.split(" > ")[0])
        command: click.Command = cli
        context = click.Context(cli)
        rest = words[words.index("graphkit") + 1 :]
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            if rest[0] == "-" or (command.name == "query" and rest[0] == "mine.cypher"):
                break
            _, found, rest = command.resolve_command(context, rest)
            assert found is not None, line
            command, context = found, click.Context(found, parent=context, info_name=found.name)
        command.make_parser(context).parse_args(list(rest))


def test_every_cypher_shown_is_a_query_that_may_be_asked() -> None:
    shown = [code for page in SHOWN for code in blocks(written(page), "cypher")]
    assert shown
    for code in shown:
        guard(code)


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
    questions = (tmp_path / "site" / "questions" / "index.html").read_text(encoding="utf-8")
    assert all(html.escape(each.question, quote=False) in questions for each in analyses().values())
    assert all(html.escape(each.question, quote=False) in questions for each in shelf.queries().values())
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
