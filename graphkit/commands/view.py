"""graphkit view: one HTML file."""

from pathlib import Path

import click

from graphkit.commands._shared import project, say


@click.command("view")
@click.argument("name")
@click.argument("subject", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; NAME.html by default.")
@click.option("--title", help="Heading of the page.")
@click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), help="Language it opens in; else the reader's own."
)
def command(name: str, subject: str | None, output: Path | None, title: str | None, language: str | None) -> None:
    """Make a view: one HTML file that opens without a network.

    SUBJECT is the id of an organisation or the name of a zone, for views that show one, or what a picture shows first.

    \b
    Examples:
      graphkit view network -o network.html
      graphkit view ego pic:998616262
      graphkit view silo 3
      graphkit view matrix country --lang zh
    """
    from graphkit.files import write_text
    from graphkit.view import find

    find(name)
    path = output or Path(f"{name}.html")
    with project() as opened:
        write_text(path, opened.view(name, subject=subject, title=title, language=language))
    say(f"{path.absolute()}")
