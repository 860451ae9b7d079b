"""What the commands that load say: the books, what was rejected, and how far it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._shared import say
from graphkit.errors import RejectedConflictError, RejectedError, RejectedTieError, RejectedValueError

if TYPE_CHECKING:
    from graphkit.loading import Load


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


def books_sentence(outcome: "Load") -> str:
    """Say the books of a load in one sentence."""
    things = ", ".join(f"{n:,} {what}" for what, n in {**outcome.nodes, **outcome.ties}.items())
    return (
        f"{outcome.source}: {outcome.rows_in:,} rows in = {outcome.loaded:,} loaded + {outcome.merged:,} merged + "
        f"{outcome.rejected:,} rejected; {things}; {outcome.written:,} written"
        f"{f', {outcome.removed:,} taken back' if outcome.removed else ''}"
    )


def raise_for_rejects(outcome: "Load") -> None:
    """Say what was not used of a row that was; raise the error of its kind when whole rows were rejected."""
    if not outcome.rejects:
        return
    first = outcome.rejects[0]
    example = f"{first.file}, line {first.line}, {first.column} {first.value!r}: {first.reason}"
    if not outcome.rejected:
        say(f"{len(outcome.rejects):,} values were not used, the first at {example}; all in {outcome.rejects_file}")
        return
    kinds = {reject.kind for reject in outcome.rejects}
    errors = {"value": RejectedValueError, "row": RejectedValueError, "conflict": RejectedConflictError}
    error = errors.get(kinds.pop(), RejectedTieError) if len(kinds) == 1 else RejectedError
    raise error(
        f"{outcome.rejected:,} rows were rejected, the good ones are loaded; the first is {example}; "
        f"mend the rows listed in {outcome.rejects_file} and load again"
    )


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show how far a load is, on a terminal only."""
    if not sys.stderr.isatty() or click.get_current_context().find_root().params.get("quiet"):
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def step(what: str, done: int, total: int) -> None:
            if what == "reading":
                bar.update(task, completed=done)
            else:
                bar.update(task, description=what, total=total, advance=done) if bar.tasks[0].total else bar.reset(
                    task, description=what, total=total, completed=done
                )

        yield step
