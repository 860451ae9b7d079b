"""Parquet files, for pandas, polars, R, DuckDB and Spark."""

from pathlib import Path
from typing import Any

import pandas as pd

from graphkit.export import Content, export, plain_rows


@export("Parquet, a folder of four files", "Parquet（四个文件）", "")
def parquet(content: Content, path: Path) -> None:
    """Write organisations, bodies, memberships and ties, each a file, with typed columns (by DuckDB)."""
    path.mkdir()
    for name, table in content.tables.items():
        parquet_file(table, path / f"{name}.parquet")


def parquet_file(table: pd.DataFrame, path: Path) -> None:
    """Write one table as a file; a column has the type that all its known values have, else it is text."""
    import duckdb

    rows = plain_rows(table)
    columns = {str(c): pd.Series([row.get(str(c)) for row in rows], dtype=object) for c in table.columns}
    frame = pd.DataFrame({column: _settled(values) for column, values in columns.items()})
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.register("exported", frame)
        connection.execute(f"COPY exported TO '{target}' (FORMAT parquet)")


def _settled(column: pd.Series) -> pd.Series:
    """Give a column the type that all its known values have; one that is empty throughout is text."""
    kinds = {type(value) for value in column if value is not None}
    dtype: Any = {bool: "boolean", int: "Int64", float: "float64"}.get(next(iter(kinds), str), "object")
    settled: pd.Series = column.astype("string" if not kinds else dtype)
    return settled
