"""graphkit mcp: tools for language models."""

import click

from graphkit.commands._shared import project


@click.command("mcp")
def command() -> None:
    """Serve read-only tools to a language model over standard input and output (Model Context Protocol).

    The tools are schema, queries, ask, silos, bridges and explain; what they run is held to reading as every query is.
    Needs the package mcp (pip install 'innovation-graphkit[mcp]').

    \b
    Examples:
      graphkit mcp
      claude mcp add graphkit -- graphkit mcp
    """
    from graphkit.tools import server

    with project() as opened:
        server(opened).run("stdio")
