"""Prints tables: for people on a terminal, or as CSV, TSV, JSON, NDJSON, Markdown, Excel or Parquet for a program.

CSV, TSV and Excel are opened in spreadsheets, and names come from strangers: a text that a sheet would compute gets an
apostrophe before it. JSON, NDJSON and Parquet hold every text as it is.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

ON_A_SCREEN = 40
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "md")
FILES = ("xlsx", "parquet")  # bytes, for a file


def print_table(table: "pd.DataFrame", form: str, limit: int | None) -> None:
    """Print a table to stdout."""
    shown = table if limit is None else table.head(limit)
    if form in ("json", "ndjson"):
        rows = _plain_rows(shown)
        if form == "json":
            print_json(rows)
        for row in rows if form == "ndjson" else ():
            print_json(row, indent=None)
    elif form in FILES:
        _print_bytes(shown, form)
    elif form in ("csv", "tsv"):
        click.echo(_safe(shown).to_csv(index=False, sep="," if form == "csv" else "\t", lineterminator="\n"), nl=False)
    elif form == "md":
        click.echo("\n".join(_markdown(shown)))
    else:
        _print_rich(shown if limit is not None or not sys.stdout.isatty() else shown.head(ON_A_SCREEN))
        if limit is None and sys.stdout.isatty() and len(shown) > ON_A_SCREEN:
            click.echo(f"{len(shown) - ON_A_SCREEN:,} more rows: --limit {len(shown)}, or --csv", err=True)


def _safe(table: "pd.DataFrame") -> "pd.DataFrame":
    """Keep a spreadsheet from taking a text for a formula; columns of numbers stay as they are."""
    from graphkit.export import safe

    texts = {column: [safe(_flat(value)) for value in table[column]] for column in _texts(table)}
    named = table.assign(**texts)
    named.columns = [safe(str(name)) for name in table.columns]
    return named


def _texts(table: "pd.DataFrame") -> list[str]:
    """List the columns that may hold something else than numbers."""
    return [str(column) for column in table.columns if table[column].dtype.kind not in "biuf"]


def _print_bytes(table: "pd.DataFrame", form: str) -> None:
    """Write a table as a file's bytes to stdout; on a terminal they would only be noise."""
    from graphkit.errors import UsageError
    from graphkit.exports import parquet, xlsx

    if sys.stdout.isatty():
        raise UsageError(f"{form} is for a file, not for a screen: put > FILE.{form} behind the command")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{form}"
        flat = table.assign(**{str(c): [_flat(value) for value in table[c]] for c in _texts(table)})
        if form == "xlsx":
            xlsx.workbook({"table": flat}, str(path), "graphkit")
        else:
            parquet.parquet_file(flat, path)
        click.echo(path.read_bytes(), nl=False)


def _flat(value: Any) -> Any:
    """Make what no cell can hold (a map, a list in a list, a day of the store) a text."""
    value = _plain(value)
    if isinstance(value, list | tuple) and all(isinstance(each, str | int | float) for each in value):
        return tuple(value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _plain_rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value - value != 0 else value


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON; dates and the like as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=str, allow_nan=False))


def print_pairs(values: dict[str, Any]) -> None:
    """Print what is no table as CSV with the columns name and value; what lies deeper is named `nodes.Organisation`."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["name", "value"])
    out.writerows(_pairs("", values))


def _pairs(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else None
    if parts is None:
        yield name, value
        return
    for key, part in parts:
        yield from _pairs(f"{name}.{key}" if name else str(key), part)


def _cell(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, float):
        return f"{plain:.4g}"
    return ", ".join(map(str, plain)) if isinstance(plain, list | tuple) else str(plain)


def _markdown(table: "pd.DataFrame") -> Iterator[str]:
    yield f"| {' | '.join(map(str, table.columns))} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.itertuples(index=False):
        yield f"| {' | '.join(_cell(value).replace('|', chr(92) + '|') for value in row)} |"


def _print_rich(table: "pd.DataFrame") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=100_000)
    drawn = Table(box=box.SIMPLE_HEAD)
    for column in table.columns:
        drawn.add_column(Text(str(column)), overflow="fold")
    for row in table.itertuples(index=False):
        drawn.add_row(*(Text(_cell(value)) for value in row))
    console.print(drawn) if sys.stdout.isatty() else _print_lines(console, drawn)


def _print_lines(console: Any, drawn: Any) -> None:
    with console.capture() as captured:
        console.print(drawn)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()).strip("\n"))
