"""An Excel workbook."""

from datetime import datetime
from pathlib import Path

from graphkit.errors import DataError
from graphkit.export import Content, export, safely

MOST_ROWS = 2**20 - 1
_LONGEST = 32_767  # what a cell can hold


@export("Excel workbook", "Excel 工作簿", ".xlsx")
def xlsx(content: Content, path: Path) -> None:
    """Write organisations, bodies, memberships and ties as four sheets; no text can become a formula."""
    import xlsxwriter

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    tables = content.tables
    for name, table in tables.items():
        if len(table) > MOST_ROWS:
            raise DataError(f"{len(table):,} {name} do not fit into a sheet ({MOST_ROWS:,}); use parquet")
    with xlsxwriter.Workbook(str(path), safe) as book:
        book.set_properties({"title": content.title, "created": datetime(2000, 1, 1)})  # the same bytes every time
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            shown = safely(table)
            sheet.write_row(0, 0, list(shown.columns), bold)
            for row, values in enumerate(shown.itertuples(index=False), 1):
                for column, value in enumerate(values):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value[:_LONGEST])
                    elif value is not None:
                        sheet.write(row, column, value)
            if len(shown):
                sheet.autofilter(0, 0, len(shown), len(shown.columns) - 1)
