"""Who completes a body? One member of every later body is hidden and looked for among all who were known.

    python benchmarks/truth_members.py [FOLDER] [--until 2016] [--sample 1500]

FOLDER is that of truth_bridges.py. Learned is from bodies that start until the year, as `graphkit run platform-members`
does; asked for are bodies that start later and have two members who were known. "must" and "goal" were set for a later
split that is kept aside.
"""

import argparse
from pathlib import Path

import numpy as np
from cordis_network import SAMPLE, network_of
from truth_bridges import beside

from graphkit.measures.backtesting import parted
from graphkit.measures.completing import CLUES, MET_FIRST, complete, hidden

ASKED = {10: (0.16, 0.22), 100: (0.45, 0.52)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--until", type=int, help="2016 on cordis-h2020-to-2017, else 2015")
    parser.add_argument("--sample", type=int, default=1_500)
    given = parser.parse_args()
    main_one = given.folder / "cordis-h2020-to-2017"
    alone = network_of(main_one if main_one.is_dir() else given.folder)
    until = given.until or (2016 if main_one.is_dir() else 2015)
    sets = {"alone": alone}
    if (given.folder / "cordis-fp7").is_dir():
        sets["with the earlier framework"] = beside(alone, network_of(given.folder / "cordis-fp7"))
    for name, net in sets.items():
        at = parted(net, float(np.datetime64(f"{until + 1}-01-01", "D").astype(int)))
        model = complete(net.keep(at.before))
        later = hidden(net, at, given.sample, 0)
        print(f"\n{name}: {len(later.member):,} bodies after {until}, {int(later.past.present.sum()):,} organisations")
        scores = {"members met, then resource allocation": MET_FIRST}
        scores |= {"partners": np.array([clue == "partners" for clue in CLUES], dtype=np.float32)}
        if model is None:
            print("too little past to learn from, or nothing gained by it")
        else:
            scores |= {"graphkit": model.weight}
            print({clue: round(float(weight), 2) for clue, weight in zip(CLUES, model.weight, strict=True)})
        for score, weight in scores.items():
            ranks = later.ranks(weight)
            for many, (must, goal) in ASKED.items():
                hit = float((ranks < many).mean())
                error = (hit * (1 - hit) / max(len(ranks), 1)) ** 0.5
                print(f"{score}, first {many}: {hit:.4f} (standard error {error:.4f}); must {must}, goal {goal}")


if __name__ == "__main__":
    main()
