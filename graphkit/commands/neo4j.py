"""graphkit neo4j: what Neo4j's own tools need."""

from pathlib import Path

import click

from graphkit.commands._shared import say

WHAT = ("browser-guide", "styles", "role-labels", "perspective", "search-index", "compose")


@click.command("neo4j")
@click.argument("what", type=click.Choice(WHAT))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; printed without it.")
def command(what: str, output: Path | None) -> None:
    """Write what Neo4j's own tools need to be at home in the graph.

    \b
    browser-guide   the queries of the library as a guide for Neo4j Browser
    styles          a style sheet (.grass): drop it onto Neo4j Browser
    role-labels     statements that give organisations a label for their role, for colours by role
    perspective     a perspective with search phrases for Neo4j Explore (Bloom)
    search-index    the statement that makes names searchable, Chinese too
    compose         a file for Docker Compose with a Neo4j for graphkit
    Examples:
      graphkit neo4j compose -o compose.yaml
      graphkit neo4j styles -o graphkit.grass
    """
    from graphkit.files import write_text
    from graphkit.guides import GUIDES

    text = GUIDES[what][1]()
    if output is None:
        click.echo(text, nl=False)
        return
    write_text(output, text)
    say(f"{output.absolute()}")
