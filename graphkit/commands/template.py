"""graphkit template: a workbook to fill in."""

from pathlib import Path

import click

from graphkit.commands._shared import say


@click.command("template")
@click.argument("path", type=click.Path(path_type=Path), default=Path("graphkit.xlsx"))
def command(path: Path) -> None:
    """Write an Excel workbook to fill in: a sheet for each label and tie, in Chinese and English, with examples.

    \b
    Examples:
      graphkit template network.xlsx
      graphkit load tables network.xlsx
    """
    from graphkit.formats import workbook

    workbook.template(path)
    say(f"{path.absolute()}: fill it in, then: graphkit load tables {path}")
