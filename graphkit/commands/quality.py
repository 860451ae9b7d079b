"""graphkit quality: how far the data can be trusted, in words."""

import click

from graphkit.commands._shared import printed, project, say
from graphkit.printing import print_table

_HEADINGS = {
    "missing": ("Missing", "缺失"),
    "duplicates": ("There twice", "疑似重复"),
    "isolation": ("Without ties", "孤立"),
    "size": ("Size", "规模"),
    "source": ("Sources", "来源"),
    "year": ("Years", "年份"),
}


@click.command("quality")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of words.")
@click.option("--suspects", is_flag=True, help="Print the suspects with their rows instead, as a table.")
def command(language: str, suspects: bool, form: str, limit: int | None) -> None:
    """Say what is missing, what may be there twice, which silo may be none, and what each source and year gives.

    This is `graphkit run quality` in words; with --json or --csv, its table.

    \b
    Examples:
      graphkit quality
      graphkit quality --language zh
      graphkit quality --suspects --csv
    """
    with project() as opened:
        result = opened.run("quality")
    if suspects and result.members is not None:
        print_table(result.members, form, limit)
        return
    if form != "table":
        print_table(result.table, form, limit)
        return
    for area, headings in _HEADINGS.items():
        rows = result.table[result.table["area"] == area].to_dict("records")
        said = [sentence for row in rows if (sentence := result.analysis.row.sentence(row, language))]  # type: ignore[arg-type]
        if said:
            click.echo(headings[language == "zh"])
            for sentence in said[:limit]:
                click.echo(f"  {sentence}")
    say("The suspects with their rows: graphkit quality --suspects")


printed(command)
