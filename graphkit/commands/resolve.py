"""graphkit resolve: tell organisations apart."""

from pathlib import Path

import click

from graphkit.commands._books import raise_for_rejects
from graphkit.commands._shared import project, say


@click.command("resolve")
@click.option("--undo", is_flag=True, help="Take back all that was found; decisions stay.")
@click.option("--no-suggestions", is_flag=True, help="Only what is without doubt.")
@click.option("--review", type=click.Path(path_type=Path), metavar="FILE", help="Write the suggestions to a CSV.")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Read decisions from that CSV.")
def command(undo: bool, no_suggestions: bool, review: Path | None, decisions: Path | None) -> None:
    """Tell organisations apart: merge what is one without doubt, and suggest the rest for a person to decide.

    \b
    Examples:
      graphkit resolve --review pairs.csv     then fill in the column decision: yes or no
      graphkit resolve --decisions pairs.csv
      graphkit resolve --undo
    """
    from graphkit.files import write_text

    with project() as opened:
        if undo:
            say(f"{opened.unload('resolve'):,} ties of sameness were taken back")
            return
        outcome = opened.resolve(suggest=not no_suggestions, decisions=decisions)
        open_ = opened.suggestions()
        if review is not None:
            write_text(review, open_.to_csv(index=False, lineterminator="\n"))
    say(f"{outcome.ties.get('SAME_AS', 0):,} pairs, {len(open_):,} of them to be decided by a person")
    raise_for_rejects(outcome)
