"""graphkit run: one command for each analysis."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.commands._shared import Made, given_groups, given_value, option, printed, project, say
from graphkit.printing import print_table

if TYPE_CHECKING:
    from graphkit.analysis import Analysis


def _analysis_names() -> list[str]:
    from graphkit.analysis import analyses

    return list(analyses())


def _run_command(name: str) -> click.Command:
    from graphkit.analysis import find

    found = find(name)
    parameters: list[click.Parameter] = [option(o.name, o.type, o.default, o.sentence) for o in found.options]
    own = {o.name for o in found.options}
    shared = [each for each in _of_the_network() if each.name not in own]  # what an analysis calls so is its own
    parameters += [
        click.Option(["--write"], is_flag=True, help="Write the findings to the nodes and ties."),
        *shared,
    ]

    def run(form: str, limit: int | None, write: bool, **given: Any) -> None:
        network = {str(each.name): given[str(each.name)] for each in shared}
        options = {o.name: given_value(o.type, given[o.name]) for o in found.options}
        if str(options.get("by", "")).lower().endswith(".csv"):
            options["by"] = given_groups(Path(options["by"]))
        with project() as opened:
            read = opened.network(**network)
            if network.get("level") == "top":
                many = len(opened.network(**{**network, "level": "self"}))
                say(f"{many:,} organisations are rolled up into {len(read):,}: subsidiaries stand as their parents.")
            result = opened.run(name, write=write, network=read, **options)
        for note in result.notes:
            say(note)
        print_table(result.table, form, limit)

    return printed(click.Command(name, params=parameters, callback=run, help=_analysis_help(found)))


def _of_the_network() -> list[click.Option]:
    return [
        click.Option(
            ["--weighting"], default="newman", show_default=True, help="newman, count, fractional or jaccard."
        ),
        click.Option(["--since"], metavar="DATE", help="Only bodies that ran on or after this day."),
        click.Option(["--until"], metavar="DATE", help="Only bodies that ran on or before this day."),
        click.Option(["--largest"], type=int, help="Leave out bodies of more members."),
        click.Option(
            ["--level"], default="self", show_default=True, help="self, or top: subsidiaries as their parent."
        ),
    ]


def _analysis_help(found: "Analysis") -> str:
    columns = "\n".join(f"  {c.name}: {c.sentence}" for c in found.row.columns().values())
    text = found.method
    example = f"\b\nExample:\n  graphkit run {found.name} --json"
    if any(option.name == "by" for option in found.options):
        from graphkit.grouping import OF_BODIES, OF_TIES

        more = ", ".join([*OF_TIES, *OF_BODIES])
        text += f"\n\n--by also takes {more}, or a CSV file of one's own with the columns organisation (id) and group."
    return f"{found.question} {found.question_zh}\n\n{text}\n\n\b\nColumns:\n{columns}\n\n{example}"


command = Made(
    "run",
    names=_analysis_names,
    make=_run_command,
    help="Run an analysis and print its table; with --write, write it back.\n\n"
    "\b\nExamples:\n  graphkit run silos --by country\n  graphkit run silos --by my-groups.csv\n"
    "  graphkit run bridges --ties 5 --csv",
)
