"""graphkit export: the network for another tool."""

from pathlib import Path

import click

from graphkit.commands._shared import project, say


@click.command("export")
@click.argument("format_", metavar="FORMAT", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; graphkit-FORMAT by default.")
@click.option("--with", "columns", metavar="ANALYSIS", multiple=True, help="Add the columns of an analysis.")
@click.option("--where", metavar="COLUMN=VALUE", multiple=True, help="Only organisations with this value.")
@click.option("--weighting", default="newman", show_default=True, help="newman, count, fractional or jaccard.")
@click.option("--since", metavar="DATE", help="Only bodies that ran on or after this day.")
@click.option("--until", metavar="DATE", help="Only bodies that ran on or before this day.")
@click.option("--largest", type=int, help="Leave out bodies of more members.")
@click.option("--level", default="self", show_default=True, help="self, or top: subsidiaries as their parent.")
@click.option("--with-persons", "persons", is_flag=True, help="Let persons go along; only where they agreed to it.")
@click.option("--list", "list_", is_flag=True, help="List the formats.")
def command(
    format_: str | None,
    output: Path | None,
    columns: tuple[str, ...],
    where: tuple[str, ...],
    persons: bool,
    list_: bool,
    **network: str,
) -> None:
    """Write the network in the format of another tool: FORMAT is one of those that --list names.

    \b
    Examples:
      graphkit export --list
      graphkit export gexf -o network.gexf --with silos --with brokers
      graphkit export xlsx --since 2015-01-01 --where country=DE
    """
    from graphkit.errors import UsageError
    from graphkit.export import exports, find
    from graphkit.printing import print_table

    if list_ or format_ is None:
        import pandas as pd

        rows = [(each.name, each.title, each.title_zh, each.suffix or "folder") for each in exports().values()]
        print_table(pd.DataFrame(rows, columns=["format", "title", "title_zh", "writes"]), "table", None)
        return
    found = find(format_)
    pairs = [each.partition("=") for each in where]
    wrong = [each for each, pair in zip(where, pairs, strict=True) if not pair[1]]
    if wrong:
        raise UsageError(f"--where takes COLUMN=VALUE, not {wrong[0]!r}")
    path = output or Path(f"graphkit-{found.name}{found.suffix}")
    with project() as opened:
        chosen = {key: value for key, _, value in pairs}
        opened.export(format_, path, columns=columns, where=chosen, persons=persons, **network)
    say(f"{path.absolute()}")
