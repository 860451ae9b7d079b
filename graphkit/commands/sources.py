"""graphkit sources: what is loaded."""

from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from graphkit.commands._shared import printed, project, say
from graphkit.printing import print_table

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 12  # characters of a hash that people compare


@printed
@click.command("sources")
def command(form: str, limit: int | None) -> None:
    """List what is loaded: from which files (SHA-256), under which licence, when, how many rows became what.

    On a screen each file has a line and hashes are shortened; other formats have one row per source, and all of it.

    \b
    Examples:
      graphkit sources
      graphkit sources --json
    """
    with project() as opened:
        table = opened.sources()
    if form == "table" and len(table):
        print_table(_by_file(table if limit is None else table.head(limit)), form, None)
        say("Hashes are shortened: --csv and --json have them whole.")
    else:
        print_table(table, form, limit)


def _by_file(table: "pd.DataFrame") -> "pd.DataFrame":
    """Give each file a line; what is said of its source stands on the first one, and the longest of it last."""
    columns = [*(column for column in table.columns if column != "licence"), "licence"]
    lines = []
    for source in table[columns].to_dict("records"):
        files = [*zip_longest(source["file"] or [None], source["sha256"] or [None])]
        for number, (file, hash_) in enumerate(files):
            said = {column: source[column] if number == 0 else None for column in columns}
            lines.append(said | {"file": file, "sha256": hash_[:_SHOWN] if hash_ else None})
    import pandas as pd

    return pd.DataFrame(lines, columns=columns, dtype=object)
