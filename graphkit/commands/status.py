"""graphkit status: what is in the store."""

import click

from graphkit.commands._shared import project
from graphkit.printing import print_json, print_pairs


@click.command("status")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
def command(form: str | None) -> None:
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
