"""graphkit load: one command for each loader."""

from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._books import books, books_sentence, progress_bar, raise_for_rejects
from graphkit.commands._shared import (
    Made,
    click_type,
    option,
    project,
    say,
    written,
)
from graphkit.printing import print_json, print_pairs

if TYPE_CHECKING:
    from graphkit.shelf import Loader


def _loader_names() -> list[str]:
    from graphkit.shelf import loaders

    return list(loaders())


def _load_command(name: str) -> click.Command:
    from graphkit.shelf import find_loader

    loader = find_loader(name)
    parameters: list[click.Parameter] = []
    for argument in loader.arguments:
        type_ = click_type(argument.type)
        if argument.required:
            parameters.append(click.Argument([argument.name], type=type_))
        else:
            parameters.append(option(argument.name, argument.type, argument.default, argument.sentence))
    parameters.append(click.Option(["--as", "source"], help="Name of the source in the graph."))
    parameters.append(click.Option(["--dry-run"], is_flag=True, help="Read, check and count without writing."))
    resumed = "Finish a load that was broken off; always on, since a load writes only what the store lacks."
    parameters.append(click.Option(["--resume"], is_flag=True, expose_value=False, help=resumed))
    parameters.append(click.Option(["--allow-shrink"], is_flag=True, help="Let it say much less than the last time."))
    parameters += written("the books")

    def run(form: str | None, **given: Any) -> None:
        _load(loader, form, given)

    example = " ".join(argument.name.upper() for argument in loader.arguments if argument.required)
    licence = f"Licence of the data: {loader.licence or 'not stated'}."
    text = f"{loader.summary}\n\n{licence}\n\n\b\nExample:\n  graphkit load {name} {example}"
    return click.Command(name, params=parameters, callback=run, help=text)


def _load(loader: "Loader", form: str | None, given: dict[str, Any]) -> None:
    arguments = [given.pop(argument.name) for argument in loader.arguments if argument.required]
    name = str(loader.module.__file__) if not loader.module.__name__.startswith("graphkit.loaders.") else loader.name
    with project() as opened, progress_bar() as progress:
        outcome = opened.load(name, *arguments, progress=progress, **given)
    if form == "json":
        print_json(books(outcome))
    elif form == "csv":
        print_pairs(books(outcome))
    else:
        say(books_sentence(outcome, dry_run=bool(given.get("dry_run"))))
    raise_for_rejects(outcome)


command = Made(
    "load",
    names=_loader_names,
    make=_load_command,
    help="Read a source into the store: good rows are kept, bad ones go to a rejects file.\n\n"
    "\b\nExamples:\n  graphkit load sample\n  graphkit load cordis ./h2020",
)
