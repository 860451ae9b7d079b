"""graphkit explain: the rows behind an organisation."""

import click

from graphkit.commands._shared import printed, project
from graphkit.printing import print_table


@printed
@click.command("explain")
@click.argument("organisation")
@click.argument("other", required=False)
def command(organisation: str, other: str | None, form: str, limit: int | None) -> None:
    """Print the rows that made an organisation and its ties, or those that tie two organisations.

    \b
    Examples:
      graphkit explain pic:999984059
      graphkit explain pic:999984059 pic:999604110 --json
    """
    with project() as opened:
        table = opened.explain(organisation, other)
    print_table(table, form, limit)
