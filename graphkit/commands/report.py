"""graphkit report: everything in one HTML file."""

from pathlib import Path

import click

from graphkit.commands._shared import project, say


@click.command("report")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
@click.option("--title", help="Heading of the report.")
@click.option("--zone", help="Only one zone's full picture: what is strong there, what is missing, whom to bring in.")
@click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), help="Language it opens in; else the reader's own."
)
def command(output: Path, title: str | None, zone: str | None, language: str | None) -> None:
    """Run every analysis, write the findings back, and write the report: one HTML file that opens without a network.

    \b
    Examples:
      graphkit report
      graphkit report -o ./reports/november.html --title "Energy, November"
      graphkit report --zone 武汉东湖高新区 --lang zh
    """
    with project() as opened:
        opened.report(output, title=title, zone=zone, language=language)
    say(f"The report is in {output.absolute()}")
