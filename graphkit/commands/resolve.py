"""graphkit resolve: tell organisations apart."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.commands._books import raise_for_rejects
from graphkit.commands._shared import project, say

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.project import Project

_HERE = "-"
_ORGANISATIONS = "MATCH (o:Organisation) RETURN count(o)"
_MANY = 10_000  # from there on it takes seconds
_EACH = 1 / 1500  # seconds for each, as measured on CORDIS and ROR together (62,000)
_STOP = "stop"
_ANSWERS = {
    **dict.fromkeys(("y", "yes", "是"), "yes"),
    **dict.fromkeys(("n", "no", "否"), "no"),
    **dict.fromkeys(("s", "skip", "跳过"), ""),
    **dict.fromkeys(("stop", "q", "quit", "退出"), _STOP),
}


@click.command("resolve")
@click.option("--undo", is_flag=True, help="Take back all that was found; decisions stay.")
@click.option("--undo-decisions", is_flag=True, help="Take back all that people decided.")
@click.option("--no-suggestions", is_flag=True, help="Only what is without doubt.")
@click.option(
    "--review",
    is_flag=False,
    flag_value=_HERE,
    metavar="[FILE]",
    help="Decide on the suggestions one by one at the terminal, or write them to a CSV.",
)
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Read decisions from that CSV.")
def command(undo: bool, undo_decisions: bool, no_suggestions: bool, review: str | None, decisions: Path | None) -> None:
    """Tell organisations apart: merge what is one without doubt, and suggest the rest for a person to decide.

    Decisions are kept beside what is found, and outlive finding anew; a decision 'open' in the CSV takes one back.

    \b
    Examples:
      graphkit resolve --review               yes, no or skip, pair by pair; what was answered counts
      graphkit resolve --review pairs.csv     then fill in the column decision: yes, no or open
      graphkit resolve --decisions pairs.csv
      graphkit resolve --undo
    """
    from graphkit.files import write_text
    from graphkit.sameness import DECISIONS, RESOLVE

    with project() as opened:
        if undo or undo_decisions:
            for source in [RESOLVE] * undo + [DECISIONS] * undo_decisions:
                say(f"{opened.unload(source):,} ties of sameness were taken back")
            return
        if decisions is None and (size := opened.store.rows(_ORGANISATIONS)[0][0]) > _MANY:
            say(f"{size:,} organisations are compared with each other, which takes about {size * _EACH:.0f} s")
        outcome = opened.resolve(suggest=not no_suggestions, decisions=decisions)
        open_ = opened.suggestions()
        if review == _HERE and at_a_terminal():
            decided = _reviewed(opened, open_)
            told = "1 pair was" if decided == 1 else f"{decided:,} pairs were"
            say(f"{told} decided; graphkit resolve --undo-decisions takes that back")
            open_ = opened.suggestions()
        elif review is not None:
            text = open_.to_csv(index=False, lineterminator="\n")
            click.echo(text, nl=False) if review == _HERE else write_text(Path(review), text)
    say(f"{outcome.ties.get('SAME_AS', 0):,} pairs, {len(open_):,} of them to be decided by a person")
    raise_for_rejects(outcome)


def at_a_terminal() -> bool:
    """Tell whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _answer(word: str) -> str:
    """Read what was typed, in either language; what is not understood is asked again."""
    found = _ANSWERS.get(word.strip().casefold())
    if found is None:
        raise click.UsageError(f"{word!r} is none of y (是), n (否), skip (跳过) and stop (退出)")
    return found


def _reviewed(opened: "Project", open_: "pd.DataFrame") -> int:
    """Ask about pair after pair, likeliest first, and write what was answered, also when the person stops midway."""
    answers: list[str] = []
    try:
        for number, pair in enumerate(open_.to_dict("records"), 1):
            click.echo(f"\n{number} of {len(open_):,}: {pair['score'] or 0:.0%} by {pair['method']}")
            for side in ("first", "second"):
                place = f"  ({pair[f'{side}_place']})" if pair[f"{side}_place"] else ""
                click.echo(f"  {pair[f'{side}_name'] or '(no name)'}{place}  {pair[side]}")
            answer = click.prompt("One organisation? (y, n, skip, stop)", value_proc=_answer, default="skip")
            if answer == _STOP:
                break
            answers.append(answer)
    except click.Abort:
        click.echo()
    decided = open_.head(len(answers)).assign(decision=answers)
    decided = decided[decided["decision"] != ""]
    if len(decided):
        opened.decide(decided)
    return len(decided)
