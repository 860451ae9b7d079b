"""graphkit shell: questions in Cypher, one after the other."""

import sys

import click

from graphkit.commands._shared import project, say


@click.command("shell")
@click.option("--format", "form", default="table", show_default=True, help="How to print tables.")
def command(form: str) -> None:
    """Ask in Cypher, one question after the other, with completion and history; nothing can be written.

    Lines from a pipe are taken, too; there the first fault ends it.

    \b
    Examples:
      graphkit shell
      echo 'MATCH (o:Organisation) RETURN count(o) AS n;' | graphkit shell --format csv
    """
    from graphkit.shell import Shell, run, typed

    with project() as opened:
        shell = Shell(opened, say)
        shell.take(f":format {form}")
        if sys.stdin.isatty():
            say(f"{opened.store.address}; :help for help, :quit to leave")
            run(shell, typed(opened.home / "history", shell), stop=False)
        else:
            run(shell, sys.stdin, stop=True)
