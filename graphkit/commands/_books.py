"""What the commands that load say: the books, what was rejected, and how far it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._shared import say
from graphkit.errors import RejectedConflictError, RejectedError, RejectedTieError, RejectedValueError

if TYPE_CHECKING:
    from graphkit.formats.reading import Reject
    from graphkit.loading import Load

_UNLISTED = "a load without --dry-run lists them all in a file"


def books(outcome: "Load") -> dict[str, Any]:
    """Lay out the books of a load for the next program."""
    return {
        "source": outcome.source,
        "rows_in": outcome.rows_in,
        "loaded": outcome.loaded,
        "merged": outcome.merged,
        "rejected": outcome.rejected,
        "nodes": outcome.nodes,
        "ties": outcome.ties,
        "written": outcome.written,
        "removed": outcome.removed,
        "rejects_file": str(outcome.rejects_file) if outcome.rejects_file else None,
    }


def books_sentence(outcome: "Load", *, dry_run: bool = False) -> str:
    """Say the books of a load in one sentence; those of a dry run say what would be written."""
    things = ", ".join(f"{n:,} {what}" for what, n in {**outcome.nodes, **outcome.ties}.items()) or "nothing said"
    rows = "row" if outcome.rows_in == 1 else "rows"
    return (
        f"{outcome.source}: {outcome.rows_in:,} {rows} in = {outcome.loaded:,} loaded + {outcome.merged:,} merged + "
        f"{outcome.rejected:,} rejected; {things}; {outcome.written:,} {'would be ' if dry_run else ''}written"
        f"{f', {outcome.removed:,} taken back' if outcome.removed else ''}"
    )


def raise_for_rejects(outcome: "Load") -> None:
    """Say what was not used of a row that was; raise the error of its kind when whole rows were rejected."""
    if not outcome.rejects:
        return
    listed = outcome.rejects_file  # a dry run writes none
    values = [reject for reject in outcome.rejects if reject.used]
    rows = [reject for reject in outcome.rejects if not reject.used]
    if values:
        whose = "value was not used, though the rest of its row was"
        if len(values) > 1:
            whose = "values were not used, though the rest of their rows was"
        say(f"{len(values):,} {whose}; {_examples(values)}; {f'all in {listed}' if listed else _UNLISTED}")
    if not rows:
        return
    kinds = {"value" if reject.kind == "cell" else reject.kind for reject in rows}
    errors = {"value": RejectedValueError, "row": RejectedValueError, "conflict": RejectedConflictError}
    error = errors.get(kinds.pop(), RejectedTieError) if len(kinds) == 1 else RejectedError
    advice = f"mend the rows listed in {listed} and load again" if listed else _UNLISTED
    one = outcome.rejected == 1
    what = f"{'would be' if not listed else 'was' if one else 'were'} rejected"
    if listed:
        what += ", the good ones are loaded" if outcome.rejected < outcome.rows_in else ", and there are no others"
    raise error(f"{outcome.rejected:,} {'row' if one else 'rows'} {what}; {_examples(rows)}; {advice}")


def _examples(rejects: list["Reject"]) -> str:
    """Show the first of several rejects, or the only one."""
    first = rejects[0]
    value = f", {first.column} {first.value!r}" if first.column else ""  # of a line as a whole there is none
    shown = f"{first.file}, line {first.line}{value}: {first.reason}"
    return shown if len(rejects) == 1 else f"the first is {shown}"


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far a load is, on a terminal only."""
    if not sys.stderr.isatty() or click.get_current_context().find_root().params.get("quiet"):
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Count(ProgressColumn):
        """How many rows so far, of how many, and how many in a second."""

        def render(self, task: Task) -> Text:
            of = f" of {task.total:,.0f}" if task.total else ""
            speed = f", {task.speed:,.0f} rows/s" if task.speed else ""
            return Text(f"{task.completed:,.0f}{of}{speed}")

    columns = (TextColumn("{task.description}"), BarColumn(), Count(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def step(what: str, done: int, total: int) -> None:
            if bar.tasks[0].description != what:
                bar.reset(task, description=what)
            bar.update(task, total=total or None, completed=done)

        yield step
