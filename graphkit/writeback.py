"""Writes what an analysis found to the nodes and ties that it owns, with the run that found it, in one transaction."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, get_args

import pandas as pd

from graphkit import cypher, schema
from graphkit.analysis import Analysis, Result, Row
from graphkit.errors import UsageError
from graphkit.store import Step, Store

MOST_FINDINGS = 10_000  # of one run
_WORD = 40  # signs of a text that are kept


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


def findings(result: Result) -> dict[str, str]:
    """Say in short what each of the first rows is about and what it found: counts, ranks, verdicts, yes and no.

    This is what two runs are compared by. Measured values are left out: they move a little with every new row of data.
    """
    columns = result.analysis.row.columns()
    about = _about(result.analysis.row, [name for name, column in columns.items() if column.type is str])
    told = [c for c, column in columns.items() if c not in about and _is_told(c, column.type)]
    found = {}
    for row in result.table.head(MOST_FINDINGS).to_dict("records"):
        facts = ((c, row[c]) for c in told if row[c] is not None and row[c] == row[c] and row[c] != "")
        found[" → ".join(str(row[c]) for c in about)] = ", ".join(f"{c} {str(v)[:_WORD]}" for c, v in facts)
    return found


def _about(row: type[Row], texts: list[str]) -> list[str]:
    if row.key:
        return [row.key]
    return [row.start, row.end] if row.start else texts[:2]


def _is_told(column: str, type_: Any) -> bool:
    if column in ("name", "evidence", "reasons") or column.endswith(("_zh", "_name", "_facts")):
        return False
    return bool({str, int, bool} & {type_, *get_args(type_)})


def _run_row(result: Result, run: str) -> list[Any]:
    origin = result.provenance
    found = findings(result)
    facts = {
        "name": result.analysis.name,
        "analysis": result.analysis.name,
        "parameters": json.dumps(origin["parameters"], sort_keys=True, ensure_ascii=False),
        "seed": origin["seed"],
        "versions": json.dumps(origin["versions"], sort_keys=True),
        "data_hash": origin["data_hash"],
        "columns": columns_of(result.analysis),
        "findings": list(found),
        "states": list(found.values()),
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),  # two runs may fall into one second
    }
    return [run, *(facts.get(column) for column in cypher.columns(schema.Run))]


def columns_of(analysis: Analysis) -> list[str]:
    """List everything an analysis writes, as `Label.column` or `TIE.column`."""
    return [f"{table.tie or table.label}.{column}" for table in analysis.writes for column in owned(table)]
