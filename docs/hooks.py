"""Fills the pages under Reference from the declarations whenever the documentation is built, so that none grows old.

The notebooks and the page on tests for silos lie beside the pages, where they are read without building anything; here
they become pages, too.
"""

import re
from pathlib import Path
from typing import Any

import nbformat
from cogapp import Cog
from mkdocs.structure.files import File, Files

HERE = Path(__file__).parent


def on_files(files: Files, *, config: Any) -> Files:
    """Add the notebooks, and what lies beside the pages."""
    for book in sorted((HERE / "notebooks").glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{book.stem}.md", content=page_of(book)))
    files.append(File.generated(config, "silo-tests.md", abs_src_path=str(HERE / "silo-tests.md")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Run the page's blocks of cog and put what they print in their place."""
    cog = Cog()
    cog.options.delete_code = True
    return str(cog.process_string(markdown))


def page_of(notebook: Path) -> str:
    """Write a notebook as Markdown: its text, its code, and what the code printed."""
    parts: list[str] = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "markdown":
            parts.append(re.sub(r"\((\w[\w-]*)\.ipynb\)", r"(\1.md)", cell.source))
        else:
            parts.append(f"```python\n{cell.source}\n```")
            parts += [_printed(output) for output in cell.outputs]
    return "\n\n".join(parts) + "\n"


def _printed(output: Any) -> str:
    """Take a table as it is, without the style that notebooks give it, and anything else as text."""
    data = output.get("data", {})
    if "text/html" in data:
        table = re.sub(r"<style.*?</style>", "", data["text/html"], flags=re.DOTALL)
        return re.sub(r"\n\s*", "\n", table.replace('class="dataframe"', 'class="table table-sm"')).strip()
    return f"```text\n{output.get('text') or data.get('text/plain', '')}\n```"
