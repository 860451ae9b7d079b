"""graphkit sources: what is loaded."""

import click

from graphkit.commands._shared import printed, project
from graphkit.printing import print_table


@printed
@click.command("sources")
def command(form: str, limit: int | None) -> None:
    """List what is loaded: from which files (SHA-256), under which licence, when, how many rows became what.

    \b
    Examples:
      graphkit sources
      graphkit sources --json
    """
    with project() as opened:
        table = opened.sources()
    print_table(table, form, limit)
