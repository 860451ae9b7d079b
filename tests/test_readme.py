"""The README is true: its tables come from the declarations, and its Python runs."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from repository import TOP

from graphkit import shelf
from graphkit.analysis import analyses
from graphkit.cli import cli


def test_the_tables_are_those_of_the_declarations() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "cogapp", "-P", "--check", "README.md"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout}{ran.stderr}; run: python -m cogapp -P -r README.md"


def test_every_command_of_the_readme_exists() -> None:
    blocks = re.findall(r"```\n(.*?)```", (TOP / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    text = "\n".join(blocks)
    called = set(re.findall(r"^(?:echo .*\| )?graphkit (\w[\w-]*)(?: (\w[\w-]*))?", text, flags=re.MULTILINE))
    commands = cli.list_commands(click.Context(cli))
    assert {"load", "run", "query", "report"} <= {command for command, _ in called}
    for command, name in called:
        assert command in commands, f"graphkit {command}"
        known = {"run": analyses(), "query": shelf.queries(), "load": shelf.loaders()}.get(command)
        assert known is None or not name or name in known, f"graphkit {command} {name}"


def test_the_python_of_the_readme_runs(
    tmp_path: Path, embedded_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (TOP / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("GRAPHKIT_HOME", str(embedded_home))
    exec(compile(code, "README.md", "exec"), {})
    assert "organisations" in capsys.readouterr().out
    assert (tmp_path / "report.html").stat().st_size > 100_000
