"""The command line: finds the commands, each a file in `graphkit/commands/`, and turns errors into sentences."""

import os
import pkgutil
import sys
from importlib import import_module

import click

from graphkit import __version__, commands
from graphkit.errors import GraphkitError


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


class Commands(click.Group):
    """The commands of `graphkit/commands/`: a file is one command, under the file's name; none is imported unasked."""

    def list_commands(self, context: click.Context) -> list[str]:
        """List the files."""
        return sorted(m.name for m in pkgutil.iter_modules(commands.__path__) if not m.name.startswith("_"))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in self.list_commands(context):
            return None
        found: click.Command = import_module(f"graphkit.commands.{name}").command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, package_name="innovation-graphkit", prog_name="graphkit")
@click.option("--quiet", is_flag=True, help="Print data and errors only.")
def cli(quiet: bool) -> None:
    """Find isolated silos (孤岛) in an innovation network, and the bridges that would open them.

    \b
    First look:   graphkit demo
    Own data:     graphkit load cordis FOLDER, then graphkit report -o report.html
    """
