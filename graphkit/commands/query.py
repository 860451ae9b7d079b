"""graphkit query: one command for each query of the library, for one's own, and for checking those."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._shared import Made, printed, project, say
from graphkit.errors import QueryError, UsageError
from graphkit.printing import print_table

if TYPE_CHECKING:
    from graphkit.query import Query


def _query_names() -> list[str]:
    from graphkit.shelf import queries

    return ["check", *queries()]


def _query_command(name: str) -> click.Command:
    from graphkit.query import find, parse

    if name == "check":
        return _check
    if name == "-":
        text = sys.stdin.read()
        if not text.strip():
            raise UsageError("nothing came in on standard input; try: echo 'RETURN 1 AS one' | graphkit query -")
        found = parse(text, "standard input")
    else:
        found = find(name)
    parameters: list[click.Parameter] = [
        click.Option(
            [f"--{p.name.replace('_', '-')}", p.name],
            help=f"{p.sentence} ({p.type}{'' if p.default is None else f', {p.default} by default'}).",
        )
        for p in found.parameters
    ]
    parameters += [
        click.Option(["--param", "-p"], multiple=True, metavar="NAME=VALUE", help="Give a parameter of an own query."),
        click.Option(["--show"], is_flag=True, help="Print the Cypher instead of running it."),
        click.Option(["--explain", "look"], flag_value="explain", help="Print how the store would run it."),
        click.Option(["--profile", "look"], flag_value="profile", help="Run it and print what every step cost."),
        click.Option(["--timeout"], type=float, metavar="SECONDS", help="Stop it when it takes longer."),
    ]
    own = {p.name: p for p in found.parameters}

    def run(
        form: str, param: tuple[str, ...], show: bool, look: str | None, timeout: float | None, **given: Any
    ) -> None:
        limit = None if "limit" in own else given.pop("limit")
        if show:
            click.echo(found.text.rstrip())
            return
        chosen: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        chosen.update(_pair(each, declared=bool(found.title)) for each in param)
        with project() as opened:
            if look:
                plan = opened.plan(found, chosen, profile=look == "profile")
                click.echo(plan.plan or "this store shows no plan of this query")
                for warning in plan.warnings:
                    say(warning)
                return
            start = time.perf_counter()
            asked = opened.ask(found, chosen, rows=limit, timeout=timeout)
        print_table(asked.table, form, None)
        rows = len(asked.table)
        more = f"; there are more: --limit {2 * rows}" if asked.more else ""
        took = f"{time.perf_counter() - start:.2f} s (server: {asked.counters})"
        say(f"{rows:,} row{'' if rows == 1 else 's'} in {took}{more}")

    return printed(click.Command(name, params=parameters, callback=run, help=_query_help(found)))


def _pair(text: str, *, declared: bool) -> tuple[str, Any]:
    """Read NAME=VALUE; where no type is declared, VALUE is read as JSON where it is some."""
    import json

    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--param takes NAME=VALUE, not {text!r}")
    if declared:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _query_help(found: "Query") -> str:
    columns = "\n".join(f"  {c.name}: {c.sentence}" for c in found.columns)
    return (
        f"{found.question or 'Run a query.'} {found.question_zh}\n\n\b\nColumns:\n{columns}"
        if columns
        else "Run a query."
    )


class _Queries(Made):
    """The queries; without the name of one, a list of those that were searched for."""

    def invoke(self, context: click.Context) -> Any:
        """List what was asked for, or run the query that was named."""
        if not (context._protected_args or context.args):
            _list(context.params.get("search") or "", str(context.params["form"]), context.params["limit"])
            return None
        return super().invoke(context)


def _list(word: str, form: str, limit: int | None) -> None:
    import pandas as pd

    from graphkit.query import about

    said = [(q.name, q.category, q.question, q.question_zh, ", ".join(q.needs)) for q in about(word)]
    if not said:
        raise QueryError(f"no query is about {word!r}; all of them: graphkit query --list")
    print_table(pd.DataFrame(said, columns=["name", "category", "question", "question_zh", "needs"]), form, limit)


@printed
@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def _check(files: tuple[Path, ...], form: str, limit: int | None) -> None:
    """Check query files that you wrote: front matter, read guard, and what the store says of them.

    \b
    Example:
      graphkit query check my-queries/*.cypher
    """
    import pandas as pd

    with project() as opened:
        found = [(str(file), *row) for file in files for row in opened.check_query(file)]
    print_table(pd.DataFrame(found, columns=["file", "check", "found"]), form, limit)
    faults = sum(verdict != "good" for *_, verdict in found)
    if faults:
        raise QueryError(f"{faults} of {len(found)} checks found something; see the list")


command = printed(
    _Queries(
        "query",
        names=_query_names,
        make=_query_command,
        invoke_without_command=True,
        no_args_is_help=True,
        params=[
            click.Option(["--list", "list_"], is_flag=True, help="List the queries."),
            click.Option(["--search"], metavar="WORD", help="List the queries about a word, in Chinese or English."),
        ],
        help="Ask a question in Cypher: by name, from a file, or from standard input (-). Queries only read.\n\n"
        "GRAPHKIT_QUERIES names folders with queries of your own, separated as in PATH.\n\n"
        "\b\nExamples:\n  graphkit query isolated-silos --min-members 5\n  graphkit query --search 孤岛\n"
        "  echo 'MATCH (o:Organisation) RETURN count(o) AS n' | graphkit query -",
    )
)
