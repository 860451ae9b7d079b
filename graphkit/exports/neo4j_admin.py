"""CSV files for `neo4j-admin database import`, the fastest way into a Neo4j."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from graphkit import schema
from graphkit.export import Content, export, plain_rows

_TYPES = {bool: ":boolean", int: ":long", float: ":double", str: ""}
_LISTS = {"aliases", "programme", "topic"}


@export("CSV files for neo4j-admin database import", "CSV（neo4j-admin 导入）", "")
def neo4j_admin(content: Content, path: Path) -> None:
    """Write one CSV file a label and a type, of everything that the network holds, and `import.txt`, the command.

    The files are for a program and hold every text as it is, so they are not made safe for spreadsheets.
    """
    path.mkdir()
    arguments = []
    bodies = content.network.bodies
    nodes: dict[str, pd.DataFrame] = {"Organisation": content.organisations}
    for label in schema.MEMBERSHIPS.values():
        nodes[label] = bodies[bodies["label"] == label].drop(columns="label")
    nodes |= {kind: table for kind, table in content.network.tables.items() if kind in schema.NODES}
    for label, table in nodes.items():
        if len(table):
            _write(path / f"{label}.csv", [f"id:ID({label})"], table.rename(columns={"id": "_0"}), 1)
            arguments.append(f"--nodes={label}={label}.csv")
    known = {label: set(table["id"]) for label, table in nodes.items()}
    for type_, start, end, table in _ties(content):
        inside = table["start"].isin(known.get(start, set())) & table["end"].isin(known.get(end, set()))
        if inside.any():
            name = f"{start}-{type_}-{end}.csv"
            heads = [f":START_ID({start})", f":END_ID({end})"]
            _write(path / name, heads, table[inside].rename(columns={"start": "_0", "end": "_1"}), 2)
            arguments.append(f"--relationships={type_}={name}")
    command = " \\\n  ".join(["neo4j-admin database import full neo4j --array-delimiter='|'", *arguments])
    (path / "import.txt").write_text(command + "\n", encoding="utf-8", newline="\n")


def _ties(content: Content) -> Iterable[tuple[str, str, str, pd.DataFrame]]:
    seats = content.memberships.rename(columns={"organisation": "start", "body": "end"})
    for type_, label in schema.MEMBERSHIPS.items():
        yield type_, "Organisation", label, seats
    for kind, table in content.network.tables.items():
        if kind in schema.TIES:
            for (start, end), part in table.groupby(["start_label", "end_label"], sort=True):
                yield kind, str(start), str(end), part.drop(columns=["start_label", "end_label"])


def _write(file: Path, heads: list[str], table: pd.DataFrame, keys: int) -> None:
    ends = [f"_{i}" for i in range(keys)]
    facts = [str(c) for c in table.columns if str(c) not in ends]
    rows = plain_rows(table[facts])
    kinds = {c: {type(row[c]) for row in rows if c in row} for c in facts}
    used = [c for c in facts if kinds[c]]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*heads, *(c + (":string[]" if c in _LISTS else _TYPES[next(iter(kinds[c]))]) for c in used)])
        for keyed, row in zip(table[ends].itertuples(index=False), rows, strict=True):
            writer.writerow([*keyed, *(_cell(c, row.get(c)) for c in used)])


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(value.split("; ")) if column in _LISTS and value else value
