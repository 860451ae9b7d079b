"""What several commands share: the project they work on, what is said beside the data, and options."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.printing import FILES, FORMATS

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.project import Project

_CLICK = {str: click.STRING, int: click.INT, float: click.FLOAT, bool: click.BOOL, Path: click.Path(path_type=Path)}


def say(sentence: str) -> None:
    """Say something to the person, beside the data."""
    if not click.get_current_context().find_root().params.get("quiet"):
        click.echo(sentence, err=True)


@contextmanager
def project() -> Iterator["Project"]:
    """Open the project of the current folder or GRAPHKIT_HOME."""
    from graphkit import project as projects

    context = click.get_current_context()  # the lanes of a load, which are threads, have none

    def told(sentence: str) -> None:
        with context.scope(cleanup=False):
            say(sentence)

    with projects.open() as opened:
        opened.say = told
        yield opened


class Made(click.Group):
    """A group whose commands are made out of declarations when they are asked for."""

    def __init__(
        self, *arguments: Any, names: Callable[[], list[str]], make: Callable[[str], click.Command], **more: Any
    ):
        super().__init__(*arguments, **more)
        self._names, self._make = names, make

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read flags before the name as if they stood behind it: `load --dry-run ror` is `load ror --dry-run`."""
        ahead = next((place for place, each in enumerate(args) if not each.startswith("-")), 0)
        if ahead and args[ahead] in self._names():
            flags = {
                flag
                for option in self._make(args[ahead]).params
                if isinstance(option, click.Option) and option.is_flag
                for flag in (*option.opts, *option.secondary_opts)
            }
            if flags.issuperset(args[:ahead]):
                args = [args[ahead], *args[:ahead], *args[ahead + 1 :]]
        return super().parse_args(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        """List the declared names."""
        return self._names()

    def get_command(self, context: click.Context, name: str) -> click.Command:
        """Make the command of one declaration; GraphkitError says what is there when it is not."""
        return self._make(name)


def printed(command: click.Command) -> click.Command:
    """Give a command the options that say how its table is printed."""
    command.params += [
        click.Option(
            ["--format", "form"],
            type=click.Choice((*FORMATS, *FILES)),
            default="table",
            help="How to print the table; xlsx and parquet are bytes for a file.",
        ),
        click.Option(["--json", "form"], flag_value="json", help="Print JSON."),
        click.Option(["--csv", "form"], flag_value="csv", help="Print CSV."),
    ]
    if all(parameter.name != "limit" for parameter in command.params):  # some queries have a limit of their own
        command.params.append(click.Option(["--limit"], type=int, help="Print the first rows only."))
    return command


def written(what: str) -> list[click.Parameter]:
    """Make the options that print what is no table as JSON or CSV."""
    return [
        click.Option(["--json", "form"], flag_value="json", help=f"Print {what} as JSON."),
        click.Option(["--csv", "form"], flag_value="csv", help=f"Print {what} as CSV."),
    ]


def option(name: str, type_: Any, default: Any, sentence: str) -> click.Option:
    """Make an option out of a declared one."""
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
        [flag, name], type=click_type(type_), default=default, show_default=default is not None, help=f"{sentence}."
    )


def click_type(type_: Any) -> Any:
    """Find click's type for a declared one."""
    from typing import get_args

    plain = [part for part in (get_args(type_) or (type_,)) if part is not type(None)]
    return _CLICK.get(plain[0], click.STRING)


def _is_ids(type_: Any) -> bool:
    from typing import get_args, get_origin

    return any(get_origin(part) is tuple for part in (type_, *get_args(type_)))


def given_value(type_: Any, value: Any) -> Any:
    """Read the ids of a file that was given for an option of ids; anything else stays as it is."""
    if not _is_ids(type_) or value is None:
        return value
    from graphkit.errors import MissingFileError

    if not value.is_file():
        raise MissingFileError(f"there is no file {value}; it should hold one id a line")
    lines = value.read_text(encoding="utf-8-sig").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def given_groups(path: Path) -> "pd.Series":
    """Read groups of one's own from a CSV file with the columns organisation (id) and group; the file names them."""
    import pandas as pd

    from graphkit.errors import DataError
    from graphkit.formats.reading import Reject, Table

    found: dict[str, str] = {}
    for line in Table(path, required=("organisation", "group")):
        if isinstance(line, Reject):
            raise DataError(f"{line.file}, line {line.line}: {line.reason}")
        organisation, group = line.text("organisation"), line.text("group")
        if organisation is None or group is None:
            continue
        if found.setdefault(organisation, group) != group:
            raise DataError(
                f"{line.where} puts {organisation} into {group!r}, an earlier line into {found[organisation]!r}: "
                "leave one of them"
            )
    return pd.Series(found, name=path.name, dtype=object)
