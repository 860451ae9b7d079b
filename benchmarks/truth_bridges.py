"""Do proposed bridges come true? Learned until a year, held against what came after.

    python benchmarks/truth_bridges.py [FOLDER] [--until 2015] [--sample 1500]

FOLDER holds one layout of CORDIS, or `cordis-h2020-to-2017` and, optionally, the earlier framework `cordis-fp7`: then
both are tried, with and without it. Without FOLDER it is the built-in sample. The protocol is that of
`graphkit backtest`. "must" and "goal" were set for a later split that is kept aside: they stand here for comparison.
"""

import argparse
from pathlib import Path

import pandas as pd
from cordis_network import SAMPLE, network_of

from graphkit.analysis import run
from graphkit.network import Network

GOALS = {("all", "precision"): (0.185, 0.22), ("without common partner", "precision"): (0.019, 0.030)}
GOALS |= {("all", "recall"): (0.26, 0.30), ("without common partner", "recall"): (0.13, 0.18)}


def beside(one: Network, other: Network) -> Network:
    """Put two networks together; of several rows about one thing the first that says something counts."""
    people, bodies = (
        pd.concat([getattr(each, what) for each in (one, other)]).groupby("id", sort=True, as_index=False).first()
        for what in ("organisations", "bodies")
    )
    seats = pd.concat(
        [
            each.memberships.assign(
                organisation=each.organisations["id"].to_numpy()[each.memberships["organisation"]],
                body=each.bodies["id"].to_numpy()[each.memberships["body"]],
            )
            for each in (one, other)
        ]
    )
    return Network.from_frames(people, bodies, seats)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--until", type=int, default=2015)
    parser.add_argument("--sample", type=int, default=1_500)
    given = parser.parse_args()
    main_one = given.folder / "cordis-h2020-to-2017"
    alone = network_of(main_one if main_one.is_dir() else given.folder)
    sets = {"alone": alone}
    if (given.folder / "cordis-fp7").is_dir():
        sets["with the earlier framework"] = beside(alone, network_of(given.folder / "cordis-fp7"))
    for name, net in sets.items():
        found = run("backtest", net, last_year=given.until, sample=given.sample)
        print(f"\n{name}: {' '.join(found.notes)}")
        print(found.table.round(4).to_string(index=False))
        if found.table.empty:
            continue
        ours = found.table[found.table["score"] == "graphkit"].set_index("stratum")
        for (stratum, column), (must, goal) in GOALS.items():
            print(f"{stratum}, {column}: {ours.loc[stratum, column]:.4f} (must {must}, goal {goal})")


if __name__ == "__main__":
    main()
