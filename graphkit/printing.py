"""Prints tables: for people on a terminal, or as CSV, TSV, JSON, NDJSON or Markdown for the next program."""

import csv
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

ON_A_SCREEN = 40
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "md")


def print_table(table: "pd.DataFrame", form: str, limit: int | None) -> None:
    """Print a table to stdout."""
    shown = table if limit is None else table.head(limit)
    if form in ("json", "ndjson"):
        rows = _plain_rows(shown)
        if form == "json":
            print_json(rows)
        for row in rows if form == "ndjson" else ():
            print_json(row, indent=None)
    elif form in ("csv", "tsv"):
        click.echo(shown.to_csv(index=False, sep="," if form == "csv" else "\t", lineterminator="\n"), nl=False)
    elif form == "md":
        click.echo("\n".join(_markdown(shown)))
    else:
        _print_rich(shown if limit is not None or not sys.stdout.isatty() else shown.head(ON_A_SCREEN))
        if limit is None and sys.stdout.isatty() and len(shown) > ON_A_SCREEN:
            click.echo(f"{len(shown) - ON_A_SCREEN:,} more rows: --limit {len(shown)}, or --csv", err=True)


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
