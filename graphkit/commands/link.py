"""graphkit link: which entry of a register each organisation is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.commands._books import raise_for_rejects
from graphkit.commands._shared import printed, project, say
from graphkit.printing import print_table

if TYPE_CHECKING:
    import pandas as pd


@click.command("link")
@click.argument("register", type=click.Path(path_type=Path), required=False)
@click.option("--no-suggestions", is_flag=True, help="Only what is without doubt.")
@click.option("--undo", is_flag=True, help="Take back all that was linked; decisions stay.")
@click.option(
    "--strings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Print the entries that the affiliation strings of a CSV name, and write nothing.",
)
@click.option("--column", default="affiliation", show_default=True, help="The column of those strings.")
def command(
    register: Path | None,
    no_suggestions: bool,
    undo: bool,
    strings: Path | None,
    column: str,
    form: str,
    limit: int | None,
) -> None:
    """Link organisations of any source to a register (ROR's dump), or to the one that is loaded already.

    What is one without doubt (an identifier, one exact name and nothing against it) is confirmed and takes over what
    the register knows; the rest is suggested, for graphkit resolve --review. What belongs to what comes along:
    --level top rolls up. Affiliation strings are linked only where an exact name or alias stands in them; an entry that
    ROR added in 2022 or later may be younger than the string, and is only a suggestion.

    \b
    Examples:
      graphkit link ror-dump.zip
      graphkit link ror-dump.zip --strings papers.csv --column affiliation --csv
      graphkit link --undo
    """
    from graphkit.snapshot import LINK

    if strings is not None:
        print_table(_linked(strings, column, register), form, limit)
        return
    with project() as opened:
        if undo:
            say(f"{opened.unload(LINK):,} things that the register said were taken back")
            return
        outcome = opened.link(register, suggest=not no_suggestions)
        links = opened.query(
            "MATCH (:Organisation)-[s:SAME_AS]->(:Organisation) WHERE 'link' IN s.source "
            "RETURN s.status AS status, s.method AS method, count(s) AS links ORDER BY status, method"
        )
    print_table(links, form, limit)
    raise_for_rejects(outcome)


def _linked(strings: Path, column: str, register: Path | None) -> "pd.DataFrame":
    """Link the strings of one column of a table: its row, the string, and the entry that it names or may name."""
    import pandas as pd

    from graphkit.errors import DataError
    from graphkit.formats.reading import Line, Table
    from graphkit.naming.linking import Names, link
    from graphkit.naming.registering import register_of
    from graphkit.shelf import find_loader
    from graphkit.snapshot import organisations_of

    lines = [line for line in Table(strings, required=(column,)) if isinstance(line, Line)]
    texts = [line.text(column) or "" for line in lines]
    if register is not None:
        known = register_of(find_loader("ror").load(register))
    else:
        with project() as opened:
            organisations = organisations_of(opened.store)
        known = organisations[[str(id_).startswith("ror:") for id_ in organisations["id"]]]
        if known.empty:
            raise DataError(
                "no register is loaded; give its file, graphkit link FILE --strings …, or load ror FILE first"
            )
    found = link(texts, Names.of(known), younger=True).set_index("row")
    sure = found["method"] == "affiliation"
    found["suggested"] = found["ror"].mask(sure)
    found["ror"] = found["ror"].where(sure)
    younger = (~sure).sum()
    told = (
        f"; in {younger:,} stands the name of an entry that ROR added in 2022 or later ('suggested'): "
        "take it where the string was written since"
    )
    say(f"{sure.sum():,} of {len(texts):,} strings are linked{told if younger else ''}")
    where = pd.Series([line.where for line in lines], name="row")
    answer = pd.DataFrame({"row": where, "text": texts}).join(found[["suggested", "ror", "name"]])
    return answer.astype(object).where(answer.notna(), None)


printed(command)
