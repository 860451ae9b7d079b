"""graphkit demo: the main job on the built-in sample."""

from pathlib import Path

import click

from graphkit.commands._books import books_sentence
from graphkit.commands._shared import project, say
from graphkit.errors import DataError


@click.command("demo")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
def command(output: Path) -> None:
    """Do the main job on the built-in sample: load, find the silos, propose the bridges, write back, report.

    \b
    Examples:
      graphkit demo
      GRAPHKIT_HOME=/tmp/try graphkit demo -o /tmp/report.html
    """
    with project() as opened:
        if not opened.is_only("sample"):
            raise DataError(
                "this store holds other data; to try the sample beside it: GRAPHKIT_HOME=.graphkit-demo graphkit demo"
            )
        say(books_sentence(opened.load("sample")))
        results = opened.report(output, title=None)
    click.echo(f"\nThe report is in {output.absolute()}")
    told = (("The three groups that keep most to themselves:", "silos", 3), ("The five best bridges:", "bridges", 5))
    for heading, name, most in told:
        click.echo(f"\n{heading}")
        for number, sentence in enumerate(results[name].sentences(most=most), 1):
            click.echo(f"  {number}. {sentence}")
