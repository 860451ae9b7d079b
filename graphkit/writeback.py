"""Writes what an analysis found to the nodes and ties that it owns, with the run that found it, in one transaction."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from graphkit import cypher, schema
from graphkit.analysis import Analysis, Result, Row
from graphkit.errors import UsageError
from graphkit.store import Step, Store


def write(store: Store, result: Result) -> str:
    """Write a result back and return the id of its Run; columns and ties of an older run are cleared first.

    Raises UsageError for an analysis that declares nothing to write.
    """
    if not result.analysis.writes:
        raise UsageError(f"{result.analysis.name} declares nothing that could be written back")
    run = run_id(result)
    steps = [step for table in result.analysis.writes for step in _steps(table, _frame(result, table), run)]
    store.write((cypher.write_nodes("Run"), [_run_row(result, run)]), *steps)
    return run


def run_id(result: Result) -> str:
    """Name a run by what went into it: the same analysis of the same data with the same options has the same name."""
    origin = {k: result.provenance[k] for k in ("analysis", "parameters", "seed", "versions", "data_hash", "weighting")}
    digest = hashlib.sha256(json.dumps(origin, sort_keys=True).encode()).hexdigest()
    return f"run:{result.analysis.name}:{digest[:12]}"


def owned(table: type[Row]) -> list[str]:
    """List the properties that a table writes: its columns, without those that the schema declares for the label."""
    left = {table.key, table.start, table.end, *table.unwritten}
    if table.tie:
        declared = {p.name for p in schema.properties(schema.TIES[table.tie])}
        return [c for c in table.columns() if c not in left and c in declared]
    declared = {p.name for p in schema.properties(schema.NODES[table.label])}
    return [table.prefix + c for c in table.columns() if c not in left and c not in declared]


def _frame(result: Result, table: type[Row]) -> pd.DataFrame:
    if table is result.analysis.row:
        return result.table
    return result.members if result.members is not None else pd.DataFrame(columns=list(table.columns()))


def _steps(table: type[Row], frame: pd.DataFrame, run: str) -> list[Step]:
    properties = owned(table)
    if table.tie:
        (start,), (end,) = schema.TIES[table.tie].starts, schema.TIES[table.tie].ends
        rows = _rows(frame, [table.start, table.end, *properties])
        make = cypher.create_ties(table.tie, start, end, [*properties, "run"])
        return [(cypher.clear_ties(table.tie), None), (make, [[*row, run] for row in rows])]
    columns = [table.key, *(p.removeprefix(table.prefix) for p in properties)]
    return [
        (cypher.clear_columns(table.label, properties), None),
        (cypher.set_columns(table.label, properties), _rows(frame, columns)),
    ]


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    chosen = frame[columns].astype(object)
    lists = chosen.where(chosen.notna(), None).to_numpy().tolist()
    return [[value.item() if hasattr(value, "item") else value for value in row] for row in lists]


def _run_row(result: Result, run: str) -> list[Any]:
    origin = result.provenance
    facts = {
        "name": result.analysis.name,
        "analysis": result.analysis.name,
        "parameters": json.dumps(origin["parameters"], sort_keys=True, ensure_ascii=False),
        "seed": origin["seed"],
        "versions": json.dumps(origin["versions"], sort_keys=True),
        "data_hash": origin["data_hash"],
        "columns": columns_of(result.analysis),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return [run, *(facts.get(column) for column in cypher.columns(schema.Run))]


def columns_of(analysis: Analysis) -> list[str]:
    """List everything an analysis writes, as `Label.column` or `TIE.column`."""
    return [f"{table.tie or table.label}.{column}" for table in analysis.writes for column in owned(table)]
