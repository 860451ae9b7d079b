"""graphkit mcp: tools for language models."""

import click

from graphkit.commands._shared import project


@click.command("mcp")
@click.option("--with-persons", "persons", is_flag=True, help="Name persons, too; only where they agreed to it.")
def command(persons: bool) -> None:
    """Serve read-only tools to a language model over standard input and output (Model Context Protocol).

    The tools are schema, queries, ask, silos, bridges and explain; what they run is held to reading as every query is.
    Persons are left out, and Cypher of the model's own is refused where the graph holds any, unless they are asked for.
    Needs the package mcp (pip install 'innovation-graphkit[mcp]').

    \b
    Examples:
      graphkit mcp
      claude mcp add graphkit -- graphkit mcp
    """
    from graphkit.tools import server

    with project() as opened:
        server(opened, persons=persons).run("stdio")
