"""graphkit report: everything in one HTML file."""

from pathlib import Path

import click

from graphkit.commands._shared import project, say


@click.command("report")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
@click.option("--title", help="Heading of the report.")
def command(output: Path, title: str | None) -> None:
    """Run every analysis, write the findings back, and write the report: one HTML file that opens without a network.

    \b
    Examples:
      graphkit report
      graphkit report -o ./reports/november.html --title "Energy, November"
    """
    with project() as opened:
        opened.report(output, title=title)
    say(f"The report is in {output.absolute()}")
