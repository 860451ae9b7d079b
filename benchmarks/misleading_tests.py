"""How often three tests call groups closed that are not: remakes the figures of docs/silo-tests.md.

    python benchmarks/misleading_tests.py [--sets 20] [--check]

Everything is seeded, so that the same figures come out; `--check` says whether the page still has them.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from graphkit.measures.classic_nulls import label_permutation, projection_rewiring
from graphkit.measures.nulls import sample
from graphkit.measures.seats import Groups, Seats
from graphkit.network import Network

PAGE = Path(__file__).parent.parent / "docs" / "silo-tests.md"
START, END = "<!-- figures: python benchmarks/misleading_tests.py -->", "<!-- end of figures -->"
NULLS = {"membership": 999, "labels": 999, "projection": 19}
DESIGNS = {
    "all equally active, bodies of 4 to 8": (1.0, 0.0, (4, 9), 100),
    "East four times as active, bodies of 4 to 8": (4.0, 0.0, (4, 9), 100),
    "all equally active, bodies of 4 to 40": (1.0, 0.0, (4, 41), 20),
    "half of all seats go to the own side, East four times as active": (4.0, 0.5, (4, 9), 100),
}


def drawn(seed: int, activity: float, closure: float, sizes: tuple[int, int], bodies: int) -> Network:
    """200 organisations, 60 of them in the East; bodies filled by activity, with `closure` from the first's side.

    With closure 0 nobody looks at sides: there are no silos.
    """
    random = np.random.default_rng([seed, 3])
    east = np.arange(200) < 60
    weight = np.where(east, activity, 1.0)
    members = {}
    for body in range(bodies):
        chosen = [int(random.choice(200, p=weight / weight.sum()))]
        size = int(random.integers(*sizes))
        while len(chosen) < size:
            own = random.random() < closure
            of = weight * (east == east[chosen[0]]) if own else weight.copy()
            if len(chosen) >= np.count_nonzero(of):
                of = weight.copy()
            of[chosen] = 0
            chosen.append(int(random.choice(200, p=of / of.sum())))
        members[f"p{body:03d}"] = [f"o{one:03d}" for one in chosen]
    return Network.of(members, {f"o{i:03d}": {"region": "East" if e else "West"} for i, e in enumerate(east)})


def chance(net: Network, null: str, draws: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the p of East and West by a test."""
    sides = Groups.of((net.organisations["region"] == "West").to_numpy().astype(int), 2)
    if null == "projection":
        return projection_rewiring(net, sides, seed=0, draws=draws).p
    test = label_permutation if null == "labels" else sample
    return test(Seats.of(net), sides, seed=0, draws=draws).p


def table(sets: int) -> str:
    """Share of networks in which each test calls East, West closed at p <= .05, as a table of Markdown."""
    lines = [
        f"| network ({sets} of each) | silos | side | membership | labels | projection |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, (activity, closure, sizes, bodies) in DESIGNS.items():
        nets = [drawn(seed, activity, closure, sizes, bodies) for seed in range(sets)]
        closed = {}
        for null, draws in NULLS.items():
            p = np.array([chance(net, null, draws) for net in nets])
            closed[null] = dict(zip(("East", "West"), (p <= 0.05).mean(axis=0), strict=True))
        for side in ("East", "West"):
            shares = " | ".join(f"{100 * closed[null][side]:.0f} %" for null in NULLS)
            lines.append(f"| {name} | {'both sides' if closure else 'none'} | {side} | {shares} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    made = f"{before}{START}\n\n{table(given.sets)}\n\n{END}{after}"
    if given.check:
        print("the figures are those of the page" if made == page else "the figures differ from the page")
        return int(made != page)
    PAGE.write_text(made, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
