"""graphkit whatif: every indicator before and after a change that is not made."""

from typing import Any

import click

from graphkit.commands._shared import printed, project, say
from graphkit.printing import print_table


@click.group("whatif")
def command() -> None:
    """Measure the network as if a tie or platform were there, or an organisation gone; the store is not touched.

    \b
    Examples:
      graphkit whatif add-tie pic:999984059 pic:999604110
      graphkit whatif remove-organisation "FRAUNHOFER GESELLSCHAFT" --by country --json
    """


def _changing(name: str, help_: str, *arguments: click.Argument) -> None:
    def run(form: str, limit: int | None, by: str, seed: int, **given: Any) -> None:
        network = {key: given.pop(key) for key in ("weighting", "since", "until", "largest", "level")}
        names = [one for value in given.values() for one in (value if isinstance(value, tuple) else (value,))]
        with project() as opened:
            found = opened.whatif(name, *names, by=by, seed=seed, network=opened.network(**network))
        if (error := float(found["error"].max())) > 0:
            say(f"Ways are measured from a sample of organisations; standard errors up to {error:.2g} stand beside.")
        print_table(found, form, limit)

    parameters: list[click.Parameter] = [
        *arguments,
        click.Option(
            ["--by"], default="community", show_default=True, help="Groups: community, country, region, zone, role …"
        ),
        click.Option(["--seed"], type=int, default=0, show_default=True, help="Seed of everything random."),
        click.Option(["--weighting"], default="newman", show_default=True, help="Weighting of ties."),
        click.Option(["--since"], metavar="DATE", help="Only bodies that ran on or after this day."),
        click.Option(["--until"], metavar="DATE", help="Only bodies that ran on or before this day."),
        click.Option(["--largest"], type=int, help="Leave out bodies of more members."),
        click.Option(
            ["--level"], default="self", show_default=True, help="self, or top: subsidiaries as their parent."
        ),
    ]
    command.add_command(printed(click.Command(name, params=parameters, callback=run, help=help_)))


_changing(
    "add-tie",
    "Let two organisations (ids or names) work together.\n\n\b\nExample:\n  graphkit whatif add-tie U1 E3",
    click.Argument(["first"]),
    click.Argument(["second"]),
)
_changing(
    "add-platform",
    "Let organisations (ids or names) join a new platform.\n\n\b\nExample:\n  graphkit whatif add-platform U1 E3 Z",
    click.Argument(["members"], nargs=-1, required=True),
)
_changing(
    "remove-organisation",
    "Take an organisation out with all of its seats.\n\n\b\nExample:\n  graphkit whatif remove-organisation E2",
    click.Argument(["organisation"]),
)
_changing(
    "merge-platforms",
    "Make two platforms or collaborations one.\n\n\b\nExample:\n  graphkit whatif merge-platforms P4 P5",
    click.Argument(["first"]),
    click.Argument(["second"]),
)
