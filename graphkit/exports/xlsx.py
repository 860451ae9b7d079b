"""An Excel workbook."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pandas as pd

from graphkit.errors import DataError
from graphkit.export import Content, export, safely

MOST_ROWS = 2**20 - 1
LONGEST = 32_767  # what a cell can hold, in units of UTF-16
_WHOLE = 2**53  # beyond it a sheet, which knows floats only, would change the last figures


@export("Excel workbook", "Excel 工作簿", ".xlsx")
def xlsx(content: Content, path: Path) -> None:
    """Write organisations, bodies, memberships and ties as four sheets; no text can become a formula."""
    workbook(content.tables, str(path), content.title)


def workbook(tables: Mapping[str, pd.DataFrame], target: str | IO[bytes], title: str) -> None:
    """Write tables as the sheets of a workbook, the same bytes every time.

    No text becomes a formula or an address, one too long for a cell is cut and says by how much, and whole numbers
    that a sheet could not hold exactly are texts. Raises DataError for more rows than a sheet has.
    """
    import xlsxwriter

    for name, table in tables.items():
        if len(table) > MOST_ROWS:
            raise DataError(f"{len(table):,} {name} do not fit into a sheet ({MOST_ROWS:,}); use parquet")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options | {"nan_inf_to_errors": True}) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            shown = safely(table)
            for column, heading in enumerate(shown.columns):
                sheet.write_string(0, column, fitting(str(heading)), bold)
            for row, values in enumerate(shown.itertuples(index=False), 1):
                for column, value in enumerate(values):
                    _fill(sheet, row, column, value)
            if len(shown):
                sheet.autofilter(0, 0, len(shown), len(shown.columns) - 1)


def _fill(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) <= _WHOLE:
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, fitting(str(value)))


def fitting(text: str) -> str:
    """Cut a text that no cell of Excel could hold, and say how many signs are wanting.

    >>> fitting("孤岛"), fitting("x" * 40_000)[-26:]
    ('孤岛', 'xxxxxx… [7,268 signs more]')
    """
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (LONGEST - 35)].decode("utf-16-le", "ignore")
    return f"{kept}… [{len(text) - len(kept):,} signs more]"
