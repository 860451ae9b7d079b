"""graphkit unload: take a source back."""

import click

from graphkit.commands._shared import project, say


@click.command("unload")
@click.argument("source")
def command(source: str) -> None:
    """Take back everything that a source said; what other sources say stays.

    \b
    Examples:
      graphkit sources
      graphkit unload sample
    """
    with project() as opened:
        changed = opened.unload(source)
    say(f"{source}: {changed:,} things were deleted, or are now as the other sources say")
