"""Runs the notebooks anew: `python docs/notebooks.py` writes what they print into them, `--check` compares it.

All run one after another in one kernel, each in an empty namespace on an emptied store, so that importing graphkit is
paid for once. What is compared is what the cells print as text; their tables as HTML come from the same values.
"""

import argparse
import difflib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent / "notebooks"
ORDER = ("first-look", "silos", "bridges", "zones", "own-data")
_ANEW = "%reset -sf\nimport graphkit\nwith graphkit.open() as project:\n    project.clear()"


def executed(home: str) -> dict[str, Any]:
    """Run every notebook on a store in `home`, and return them with what they printed."""
    books = {name: nbformat.read(FOLDER / f"{name}.ipynb", as_version=4) for name in ORDER}
    cells = [nbformat.v4.new_code_cell("import pandas\npandas.set_option('display.width', 160)")]
    for book in books.values():
        cells += [nbformat.v4.new_code_cell(_ANEW), *book.cells]
    run = nbformat.v4.new_notebook(cells=cells, metadata=books[ORDER[0]].metadata)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GRAPHKIT_HOME": home, "IPYTHONDIR": folder, "OMP_NUM_THREADS": "1"}
        os.environ.pop("NEO4J_URI", None)
        NotebookClient(run, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    for book in books.values():
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        for number, cell in enumerate(code, 1):
            cell.execution_count, cell.metadata = number, {}
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = number
    return books


def printed(book: Any) -> list[str]:
    """List what the cells of a notebook print as text, and what they say on standard error."""
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    lines = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return "\n".join(lines).splitlines()


def main() -> int:
    """Run the notebooks and write what they print into them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; print what has changed, and end with 1")
    check = parser.parse_args().check
    held = {name: printed(nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)) for name in ORDER}
    with tempfile.TemporaryDirectory() as folder:
        books = executed(os.environ.get("GRAPHKIT_HOME", folder))
    changed = 0
    for name, book in books.items():
        if check:
            difference = list(
                difflib.unified_diff(held[name], printed(book), f"{name} holds", "and prints", lineterm="")
            )
            print(*difference, sep="\n", end="\n" if difference else "")
            changed += bool(difference)
        else:
            nbformat.write(book, FOLDER / f"{name}.ipynb")
    return min(changed, 1)


if __name__ == "__main__":
    sys.exit(main())
