"""Fills the pages under Reference from the declarations whenever the documentation is built, so that none grows old."""

from typing import Any

from cogapp import Cog


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Run the page's blocks of cog and put what they print in their place."""
    cog = Cog()
    cog.options.delete_code = True
    return str(cog.process_string(markdown))
