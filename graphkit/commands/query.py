"""graphkit query: one command for each query of the library, and for one's own."""

import sys
from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._shared import Made, printed, project
from graphkit.errors import UsageError
from graphkit.printing import print_table

if TYPE_CHECKING:
    from graphkit.query import Query


def _query_names() -> list[str]:
    from graphkit.shelf import queries

    return list(queries())


def _query_command(name: str) -> click.Command:
    from graphkit.query import find, parse

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
    ]

    own = {p.name for p in found.parameters}

    def run(form: str, param: tuple[str, ...], show: bool, **given: Any) -> None:
        limit = None if "limit" in own else given.pop("limit")
        if show:
            click.echo(found.text.rstrip())
            return
        chosen: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        chosen.update(_pair(each) for each in param)
        with project() as opened:
            table = opened.query(found, **chosen)
        print_table(table, form, limit)

    return printed(click.Command(name, params=parameters, callback=run, help=_query_help(found)))


def _pair(text: str) -> tuple[str, Any]:
    import json

    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--param takes NAME=VALUE, not {text!r}")
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


command = Made(
    "query",
    names=_query_names,
    make=_query_command,
    help="Ask a question in Cypher: by name, from a file, or from standard input (-). Queries only read.\n\n"
    "\b\nExamples:\n  graphkit query isolated-silos --min-size 5\n"
    "  echo 'MATCH (o:Organisation) RETURN count(o) AS n' | graphkit query -",
)
