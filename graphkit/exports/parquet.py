"""Parquet files, for pandas, polars, R, DuckDB and Spark."""

from pathlib import Path
from typing import Any

import pandas as pd

from graphkit.export import Content, export, plain_rows


@export("Parquet, a folder of four files", "Parquet（四个文件）", "")
def parquet(content: Content, path: Path) -> None:
    """Write organisations, bodies, memberships and ties, each a file, with typed columns (by DuckDB)."""
    import duckdb

    path.mkdir()
    with duckdb.connect() as connection:
        for name, table in content.tables.items():
            rows = plain_rows(table)
            columns = {str(c): pd.Series([row.get(str(c)) for row in rows], dtype=object) for c in table.columns}
            frame = pd.DataFrame({column: _settled(values) for column, values in columns.items()})
            connection.register("exported", frame)
            target = str(path / f"{name}.parquet").replace("'", "''")
            connection.execute(f"COPY exported TO '{target}' (FORMAT parquet)")
            connection.unregister("exported")


def _settled(column: pd.Series) -> pd.Series:
    """Give a column the type that all its known values have."""
    kinds = {type(value) for value in column if value is not None}
    dtype: Any = {bool: "boolean", int: "Int64", float: "float64"}.get(next(iter(kinds), str), "object")
    settled: pd.Series = column.astype(dtype)
    return settled
