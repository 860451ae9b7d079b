"""The command line, made out of the declarations: no logic of its own, nothing heavy imported before it is needed."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit import __version__
from graphkit.errors import (
    DataError,
    GraphkitError,
    RejectedConflictError,
    RejectedError,
    RejectedTieError,
    RejectedValueError,
    UsageError,
)
from graphkit.printing import FORMATS, print_json, print_pairs, print_table

if TYPE_CHECKING:
    from graphkit.analysis import Analysis
    from graphkit.loading import Load
    from graphkit.project import Project
    from graphkit.query import Query
    from graphkit.shelf import Loader

_CLICK = {str: click.STRING, int: click.INT, float: click.FLOAT, bool: click.BOOL, Path: click.Path(path_type=Path)}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; every error a person can mend is one sentence on stderr and its own exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli.main(arguments, prog_name="graphkit", standalone_mode=False)
    except GraphkitError as error:
        _end(f"graphkit: {error}", error.exit_code)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("graphkit: stopped; what was written is whole, and the same command goes on where it stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("GRAPHKIT_DEBUG"):
            raise
        _end(
            f"graphkit: a fault of graphkit itself ({type(error).__name__}: {error}); "
            "please report it with what GRAPHKIT_DEBUG=1 prints",
            70,
        )


def _end(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)


def say(sentence: str) -> None:
    """Say something to the person, beside the data."""
    if not click.get_current_context().find_root().params.get("quiet"):
        click.echo(sentence, err=True)


@contextmanager
def project() -> Iterator["Project"]:
    """Open the project of the current folder or GRAPHKIT_HOME."""
    from graphkit import project as projects

    with projects.open() as opened:
        opened.say = say
        yield opened


class Made(click.Group):
    """A group whose commands are made out of declarations when they are asked for."""

    def __init__(
        self, *arguments: Any, names: Callable[[], list[str]], make: Callable[[str], click.Command], **more: Any
    ):
        super().__init__(*arguments, **more)
        self._names, self._make = names, make

    def list_commands(self, context: click.Context) -> list[str]:
        """List the declared names."""
        return self._names()

    def get_command(self, context: click.Context, name: str) -> click.Command:
        """Make the command of one declaration; GraphkitError says what is there when it is not."""
        return self._make(name)


def printed(command: click.Command) -> click.Command:
    """Give a command the options that say how its table is printed."""
    command.params += [
        click.Option(["--format", "form"], type=click.Choice(FORMATS), default="table", help="How to print the table."),
        click.Option(["--json", "form"], flag_value="json", help="Print JSON."),
        click.Option(["--csv", "form"], flag_value="csv", help="Print CSV."),
    ]
    if all(parameter.name != "limit" for parameter in command.params):  # some queries have a limit of their own
        command.params.append(click.Option(["--limit"], type=int, help="Print the first rows only."))
    return command


def _written(what: str) -> list[click.Parameter]:
    """Make the options that print what is no table as JSON or CSV."""
    return [
        click.Option(["--json", "form"], flag_value="json", help=f"Print {what} as JSON."),
        click.Option(["--csv", "form"], flag_value="csv", help=f"Print {what} as CSV."),
    ]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, package_name="innovation-graphkit", prog_name="graphkit")
@click.option("--quiet", is_flag=True, help="Print data and errors only.")
def cli(quiet: bool) -> None:
    """Find isolated silos (孤岛) in an innovation network, and the bridges that would open them.

    \b
    First look:   graphkit demo
    Own data:     graphkit load cordis FOLDER, then graphkit report -o report.html
    """


def _loader_names() -> list[str]:
    from graphkit.shelf import loaders

    return list(loaders())


def _load_command(name: str) -> click.Command:
    from graphkit.shelf import find_loader

    loader = find_loader(name)
    parameters: list[click.Parameter] = []
    for argument in loader.arguments:
        type_ = _click_type(argument.type)
        if argument.required:
            parameters.append(click.Argument([argument.name], type=type_))
        else:
            parameters.append(_option(argument.name, argument.type, argument.default, argument.sentence))
    parameters.append(click.Option(["--as", "source"], help="Name of the source in the graph."))
    parameters.append(click.Option(["--dry-run"], is_flag=True, help="Read, check and count without writing."))
    parameters.append(click.Option(["--allow-shrink"], is_flag=True, help="Let it say much less than the last time."))
    parameters += _written("the books")

    def run(form: str | None, **given: Any) -> None:
        _load(loader, form, given)

    example = " ".join(argument.name.upper() for argument in loader.arguments if argument.required)
    licence = f"Licence of the data: {loader.licence or 'not stated'}."
    text = f"{loader.summary}\n\n{licence}\n\n\b\nExample:\n  graphkit load {name} {example}"
    return click.Command(name, params=parameters, callback=run, help=text)


def _load(loader: "Loader", form: str | None, given: dict[str, Any]) -> None:
    arguments = [given.pop(argument.name) for argument in loader.arguments if argument.required]
    name = str(loader.module.__file__) if not loader.module.__name__.startswith("graphkit.loaders.") else loader.name
    with project() as opened, _progress() as progress:
        outcome = opened.load(name, *arguments, progress=progress, **given)
    if form == "json":
        print_json(_books(outcome))
    elif form == "csv":
        print_pairs(_books(outcome))
    else:
        say(_books_sentence(outcome))
    _raise_for_rejects(outcome)


def _books(outcome: "Load") -> dict[str, Any]:
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


def _books_sentence(outcome: "Load") -> str:
    things = ", ".join(f"{n:,} {what}" for what, n in {**outcome.nodes, **outcome.ties}.items())
    return (
        f"{outcome.source}: {outcome.rows_in:,} rows in = {outcome.loaded:,} loaded + {outcome.merged:,} merged + "
        f"{outcome.rejected:,} rejected; {things}; {outcome.written:,} written"
        f"{f', {outcome.removed:,} taken back' if outcome.removed else ''}"
    )


def _raise_for_rejects(outcome: "Load") -> None:
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
def _progress() -> Iterator[Callable[[str, int, int], None]]:
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


cli.add_command(
    Made(
        "load",
        names=_loader_names,
        make=_load_command,
        help="Read a source into the store: good rows are kept, bad ones go to a rejects file.\n\n"
        "\b\nExamples:\n  graphkit load sample\n  graphkit load cordis ./h2020",
    )
)


def _analysis_names() -> list[str]:
    from graphkit.analysis import analyses

    return list(analyses())


def _run_command(name: str) -> click.Command:
    from graphkit.analysis import find

    found = find(name)
    parameters: list[click.Parameter] = [_option(o.name, o.type, o.default, o.sentence) for o in found.options]
    parameters += [
        click.Option(["--write"], is_flag=True, help="Write the findings to the nodes and ties."),
        click.Option(
            ["--weighting"], default="newman", show_default=True, help="newman, count, fractional or jaccard."
        ),
        click.Option(["--since"], metavar="DATE", help="Only bodies that ran on or after this day."),
        click.Option(["--until"], metavar="DATE", help="Only bodies that ran on or before this day."),
        click.Option(["--largest"], type=int, help="Leave out bodies of more members."),
    ]

    def run(form: str, limit: int | None, write: bool, **given: Any) -> None:
        network = {key: given.pop(key) for key in ("weighting", "since", "until", "largest")}
        options = {o.name: _given(o.type, given[o.name]) for o in found.options}
        with project() as opened:
            result = opened.run(name, write=write, network=opened.network(**network), **options)
        for note in result.notes:
            say(note)
        print_table(result.table, form, limit)

    return printed(click.Command(name, params=parameters, callback=run, help=_analysis_help(found)))


def _analysis_help(found: "Analysis") -> str:
    import inspect

    columns = "\n".join(f"  {c.name}: {c.sentence}" for c in found.row.columns().values())
    text = inspect.getdoc(found.function) or ""
    example = f"\b\nExample:\n  graphkit run {found.name} --json"
    return f"{found.question} {found.question_zh}\n\n{text}\n\n\b\nColumns:\n{columns}\n\n{example}"


cli.add_command(
    Made(
        "run",
        names=_analysis_names,
        make=_run_command,
        help="Run an analysis and print its table; with --write, write it back.\n\n"
        "\b\nExamples:\n  graphkit run silos --by country\n  graphkit run bridges --ties 5 --csv",
    )
)


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


cli.add_command(
    Made(
        "query",
        names=_query_names,
        make=_query_command,
        help="Ask a question in Cypher: by name, from a file, or from standard input (-). Queries only read.\n\n"
        "\b\nExamples:\n  graphkit query isolated-silos --min-size 5\n"
        "  echo 'MATCH (o:Organisation) RETURN count(o) AS n' | graphkit query -",
    )
)


def _view_names() -> list[str]:
    from graphkit.view import views

    return list(views())


@cli.command()
@click.argument("name")
@click.argument("subject", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; NAME.html by default.")
@click.option("--title", help="Heading of the page.")
def view(name: str, subject: str | None, output: Path | None, title: str | None) -> None:
    """Make a view: one HTML file that opens without a network.

    SUBJECT is the id of an organisation, for views that show one.

    \b
    Examples:
      graphkit view network -o network.html
      graphkit view ego pic:998616262
    """
    from graphkit.files import write_text
    from graphkit.view import find

    find(name)
    path = output or Path(f"{name}.html")
    with project() as opened:
        write_text(path, opened.view(name, subject=subject, title=title))
    say(f"{path.absolute()}")


@cli.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
@click.option("--title", help="Heading of the report.")
def report(output: Path, title: str | None) -> None:
    """Run every analysis, write the findings back, and write the report: one HTML file that opens without a network.

    \b
    Examples:
      graphkit report
      graphkit report -o ./reports/november.html --title "Energy, November"
    """
    with project() as opened:
        opened.report(output, title=title)
    say(f"The report is in {output.absolute()}")


@cli.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("graphkit-report.html"), show_default=True
)
def demo(output: Path) -> None:
    """Do the main job on the built-in sample: load, find the silos, propose the bridges, write back, report.

    \b
    Examples:
      graphkit demo
      GRAPHKIT_HOME=/tmp/try graphkit demo -o /tmp/report.html
    """
    with project() as opened:
        if not opened.is_only("sample"):
            raise DataError(
                "this store holds other data; to try the sample beside it: GRAPHKIT_HOME=.graphkit-demo graphkit demo"
            )
        say(_books_sentence(opened.load("sample")))
        results = opened.report(output, title=None)
    click.echo(f"\nThe report is in {output.absolute()}")
    for heading, name, most in (("The three strongest silos:", "silos", 3), ("The five best bridges:", "bridges", 5)):
        click.echo(f"\n{heading}")
        for number, sentence in enumerate(results[name].sentences(most=most), 1):
            click.echo(f"  {number}. {sentence}")


@cli.command()
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
def status(form: str | None) -> None:
    """Say which store this is, what is in it, and what is wrong.

    \b
    Examples:
      graphkit status
      graphkit status --json
    """
    with project() as opened:
        found = opened.status()
    if form is not None:
        print_json(found) if form == "json" else print_pairs(found)
        return
    click.echo(f"store: {found['address']} ({found['store']})")
    for kind in ("nodes", "ties"):
        click.echo(f"{kind}: {', '.join(f'{n:,} {what}' for what, n in found[kind].items()) or 'none'}")
    click.echo(f"hash: {found['hash']}")
    for source in found["sources"]:
        click.echo(
            f"source: {source['name']}, {source['status']}, {source['loaded_at']}, {source['licence'] or 'no licence'}"
        )
    for run in found["runs"]:
        click.echo(f"run: {run['analysis']} {run['parameters']}, {run['at']}")
    for problem in found["problems"]:
        click.echo(f"problem: {problem}")


@printed
@cli.command()
def sources(form: str, limit: int | None) -> None:
    """List what is loaded: from which files (SHA-256), under which licence, when, how many rows became what.

    \b
    Examples:
      graphkit sources
      graphkit sources --json
    """
    with project() as opened:
        table = opened.sources()
    print_table(table, form, limit)


@cli.command()
@click.option("--undo", is_flag=True, help="Take back all that was found; decisions stay.")
@click.option("--no-suggestions", is_flag=True, help="Only what is without doubt.")
@click.option("--review", type=click.Path(path_type=Path), metavar="FILE", help="Write the suggestions to a CSV.")
@click.option("--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Read decisions from that CSV.")
def resolve(undo: bool, no_suggestions: bool, review: Path | None, decisions: Path | None) -> None:
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
    _raise_for_rejects(outcome)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("graphkit.xlsx"))
def template(path: Path) -> None:
    """Write an Excel workbook to fill in: a sheet for each label and tie, in Chinese and English, with examples.

    \b
    Examples:
      graphkit template network.xlsx
      graphkit load tables network.xlsx
    """
    from graphkit.formats import workbook

    workbook.template(path)
    say(f"{path.absolute()}: fill it in, then: graphkit load tables {path}")


@printed
@cli.command()
@click.argument("organisation")
@click.argument("other", required=False)
def explain(organisation: str, other: str | None, form: str, limit: int | None) -> None:
    """Print the rows that made an organisation and its ties, or those that tie two organisations.

    \b
    Examples:
      graphkit explain pic:999984059
      graphkit explain pic:999984059 pic:999604110 --json
    """
    with project() as opened:
        table = opened.explain(organisation, other)
    print_table(table, form, limit)


@cli.command()
@click.argument("source")
def unload(source: str) -> None:
    """Take back everything that a source said; what other sources say stays.

    \b
    Examples:
      graphkit sources
      graphkit unload sample
    """
    with project() as opened:
        changed = opened.unload(source)
    say(f"{source}: {changed:,} things were deleted, or are now as the other sources say")


@printed
@cli.command()
@click.argument("name", required=False)
def schema(name: str | None, form: str, limit: int | None) -> None:
    """Print the vocabulary: every label and tie with its properties.

    \b
    Examples:
      graphkit schema
      graphkit schema Organisation
    """
    import pandas as pd

    from graphkit import schema as vocabulary

    kinds = {**vocabulary.NODES, **vocabulary.TIES}
    if name is not None and name not in kinds:
        raise UsageError(f"no label or tie {name!r}; there are: {', '.join(kinds)}")
    rows = [
        (kind, str(vars(declared).get("zh")), p.name, p.type, p.sentence, ", ".join(p.allowed or ()))
        for kind, declared in kinds.items()
        if name in (None, kind)
        for p in vocabulary.properties(declared)
    ]
    print_table(pd.DataFrame(rows, columns=["kind", "zh", "property", "type", "meaning", "values"]), form, limit)


@printed
@cli.command("list")
@click.argument("kind", type=click.Choice(["loaders", "analyses", "queries", "views"]), required=False)
def list_(kind: str | None, form: str, limit: int | None) -> None:
    """List what there is: loaders, analyses, queries, views.

    \b
    Examples:
      graphkit list
      graphkit list analyses --json
    """
    import pandas as pd

    rows = [row for each, rows in _LISTED.items() if kind in (None, each) for row in rows()]
    print_table(pd.DataFrame(rows, columns=["kind", "name", "summary", "summary_zh"]), form, limit)


def _listed_loaders() -> list[tuple[str, str, str, str]]:
    from graphkit.shelf import loaders

    return [("loader", each.name, each.summary, "") for each in loaders().values()]


def _listed_analyses() -> list[tuple[str, str, str, str]]:
    from graphkit.analysis import analyses

    return [("analysis", each.name, each.question, each.question_zh) for each in analyses().values()]


def _listed_queries() -> list[tuple[str, str, str, str]]:
    from graphkit.shelf import queries

    return [("query", each.name, each.question, each.question_zh) for each in queries().values()]


def _listed_views() -> list[tuple[str, str, str, str]]:
    from graphkit.view import views

    return [("view", each.name, each.title, each.title_zh) for each in views().values()]


_LISTED = {
    "loaders": _listed_loaders,
    "analyses": _listed_analyses,
    "queries": _listed_queries,
    "views": _listed_views,
}


def _option(name: str, type_: Any, default: Any, sentence: str) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    if _is_ids(type_):
        return click.Option([flag, name], type=click.Path(path_type=Path), metavar="FILE", help=f"{sentence}.")
    if type_ is bool:
        return click.Option(
            [flag, name] if not default else [f"{flag}/--no-{name}", name],
            is_flag=True,
            default=default,
            help=f"{sentence}.",
        )
    return click.Option(
        [flag, name], type=_click_type(type_), default=default, show_default=default is not None, help=f"{sentence}."
    )


def _click_type(type_: Any) -> Any:
    from typing import get_args

    plain = [part for part in (get_args(type_) or (type_,)) if part is not type(None)]
    return _CLICK.get(plain[0], click.STRING)


def _is_ids(type_: Any) -> bool:
    from typing import get_args, get_origin

    return any(get_origin(part) is tuple for part in (type_, *get_args(type_)))


def _given(type_: Any, value: Any) -> Any:
    if not _is_ids(type_) or value is None:
        return value
    from graphkit.errors import MissingFileError

    if not value.is_file():
        raise MissingFileError(f"there is no file {value}; it should hold one id a line")
    lines = value.read_text(encoding="utf-8-sig").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
