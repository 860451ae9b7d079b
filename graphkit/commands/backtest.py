"""graphkit backtest: proposals held against what came after."""

from pathlib import Path

import click

from graphkit.commands._shared import printed, project, say


@click.command("backtest")
@click.option("--until", type=int, metavar="YEAR", help="Last year that is known; else the last quarter is foretold.")
@click.option("--sample", type=int, default=1_500, show_default=True, help="Organisations that are tried.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the draws.")
@click.option("--ranked", type=click.Path(path_type=Path), help="Write the ranked proposals to this CSV file.")
def command(until: int | None, sample: int, seed: int, ranked: Path | None, form: str, limit: int | None) -> None:
    """Learn from what was known until a year, and hold the proposals against what came after, beside all baselines.

    \b
    Examples:
      graphkit backtest --until 2015
      graphkit backtest --until 2015 --sample 300 --ranked ranked.csv
    """
    from graphkit.files import write_text
    from graphkit.printing import print_table

    with project() as opened:
        network = opened.network()
        found = opened.run("backtest", network=network, last_year=until, sample=sample, seed=seed)
    print_table(found.table, form, limit)
    for note in found.notes:
        say(f"- {note}")
    if ranked is not None and found.members is not None:
        write_text(ranked, found.members.to_csv(index=False))
        say(f"{len(found.members):,} ranked proposals are in {ranked}")


command = printed(command)
