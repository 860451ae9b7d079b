"""Whether a silo that is named is a silo: alarms on data without silos, power on planted ones, stability on real data.

    python benchmarks/truth_silos.py [FOLDER] [--sets 20] [--bodies 1100] [--parts communities]

FOLDER is a folder of CORDIS (without: the built-in sample). Null data keep its margins: `bodies` of its bodies at
random with their sizes, the organisations in them with their seats, and who sits where drawn by long curveball runs.
Groups are dealt out by activity: some more active than others. Planted silos have seats swapped so that a share
(`closure`) of their ties stays inside beyond chance: a share sqrt(closure) of their seats goes to bodies of which they
take that share. Every row of the table says what was asked for and what came out, with its count.
"""

import argparse
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cordis_network import SAMPLE, network_of

from graphkit.analysis import run
from graphkit.measures.closure import Evidence, odds_ratio
from graphkit.measures.nulls import Chains, advance, closed_form
from graphkit.measures.seats import Groups, Integers, Numbers, Seats
from graphkit.network import Network

PARTS = ("calibration", "intervals", "ranking", "given", "communities")
FLAGGED = ("silo", "leaning inward")


@dataclass(frozen=True)
class Line:
    """One line of the table: what is measured, what it should be, what came out of how many."""

    what: str
    wanted: str
    found: float
    of: int

    def __str__(self) -> str:
        """Lay it out."""
        return f"{self.what:72}{self.wanted:>12}{self.found:10.3f}   of {self.of:,}"


def margins(net: Network, bodies: int, random: np.random.Generator) -> Seats:
    """Choose bodies of two and more; their seats carry the margins."""
    shared = np.flatnonzero(net.sizes > 1)
    keep = np.zeros(len(net.sizes), dtype=bool)
    keep[random.choice(shared, min(bodies, len(shared)), replace=False)] = True
    return Seats.of(net.keep(keep))


def by_chance(seats: Seats, random: np.random.Generator) -> Integers:
    """Draw who sits where, with all margins kept."""
    members, nobody = seats.members.astype(np.int32), Groups.of(np.full(seats.organisations, -1), 0)
    advance(seats, nobody, random, members, burn=30, draws=1)
    return members.astype(np.int64)


def dealt(seats: Seats, groups: int, random: np.random.Generator) -> Integers:
    """Deal organisations to groups of unequal size, of which some attract the active and some the others."""
    strength = seats.strengths()[0].astype(float)
    size, tilt = np.arange(1, groups + 1) ** -0.9, np.linspace(-1, 1, 5)[np.arange(groups) % 5]
    labels = np.full(seats.organisations, -1)
    for one in np.flatnonzero(strength):
        weight = size * strength[one] ** tilt
        labels[one] = random.choice(groups, p=weight / weight.sum())
    return labels


def planted(
    seats: Seats, members: Integers, labels: Integers, silos: list[int], closure: float, random: np.random.Generator
) -> Integers:
    """Swap seats so that about `closure` of the ties of every one of the `silos` stay inside, margins kept."""
    members, body = members.copy(), np.repeat(np.arange(len(seats.bodies)), seats.sizes)
    taken = set(zip(members.tolist(), body.tolist(), strict=True))
    share, homes = np.sqrt(closure), iter(random.permutation(len(seats.bodies)).tolist())
    for silo in silos:
        away = random.permutation(np.flatnonzero(labels[members] == silo)).tolist()
        wanted = round(share * len(away))
        for home in homes:
            if wanted <= 0 or not away:
                break
            places = random.permutation(np.arange(seats.starts[home], seats.starts[home + 1])).tolist()
            wanted -= _settle(
                members, body, labels, taken, silo, home, places, away, random.binomial(len(places), share)
            )
    return members


def _settle(
    members: Integers,
    body: Integers,
    labels: Integers,
    taken: Any,
    silo: int,
    home: int,
    places: Any,
    away: Any,
    many: int,
) -> int:
    """Bring `many` members of a silo into a body, each against one who is of no silo's seat there; count them."""
    come = 0
    for place in places:
        if come >= many:
            break
        if labels[members[place]] == silo:
            come += 1
            continue
        for _ in range(min(20, len(away))):
            seat = away.pop()
            one, other = int(members[seat]), int(members[place])
            if labels[one] != silo or body[seat] == home:
                continue
            if (one, home) in taken or (other, int(body[seat])) in taken:
                away.insert(0, seat)
                continue
            taken -= {(one, int(body[seat])), (other, home)}
            taken |= {(one, home), (other, int(body[seat]))}
            members[seat], members[place] = other, one
            come += 1
            break
    return come


def network(seats: Seats, members: Integers, labels: Integers) -> Network:
    """Make a network of them: `region` is the group."""
    here = np.unique(members)
    ids = np.array([f"o{one:06d}" for one in range(seats.organisations)], dtype=object)
    bodies = np.array([f"b{one:06d}" for one in range(len(seats.bodies))], dtype=object)
    people = pd.DataFrame({"id": ids[here], "region": [f"g{g:03d}" if g >= 0 else None for g in labels[here]]})
    ties = pd.DataFrame({"organisation": ids[members], "body": np.repeat(bodies, seats.sizes)})
    return Network.from_frames(people, pd.DataFrame({"id": bodies}), ties)


def calibration(net: Network, bodies: int, groups: int, draws: int, seed: int = 0) -> Iterator[Line]:
    """Hold every one of many null sets against all others: alarms in every class, and of any group, without noise."""
    from scipy.stats import false_discovery_control

    random = np.random.default_rng(seed)
    seats = margins(net, bodies, random)
    labels = dealt(seats, groups, random)
    of = Groups.of(labels, groups)
    chains = Chains(seats, of, seed)
    chains.draw(draws)
    drawn, chance = np.concatenate(chains.kept), chains.chance()
    size = np.bincount(labels[labels >= 0], minlength=groups)
    evidence = Evidence.of(seats, of)
    tested = np.flatnonzero((size >= 5) & evidence.can_close(chance.mean, chance.deviation))
    p = np.column_stack([_upper(drawn[:, group]) for group in tested])
    alarm = (p <= 0.05).mean(axis=0)
    yield Line(f"given groups ({groups}), null: alarms per group at .05", ".04-.06", float(alarm.mean()), p.size)
    for name, value in (("size", evidence.seats[tested]), ("activity", (evidence.seats / np.maximum(size, 1))[tested])):
        for fifth, which in enumerate(np.array_split(np.argsort(value, kind="stable"), 5)):
            yield Line(f"  {name}, fifth {fifth + 1}", ".04-.06", float(alarm[which].mean()), len(which) * len(p))
    any_ = np.mean([false_discovery_control(row).min() <= 0.05 for row in p])
    yield Line("  any alarm in a null set after correction", "<= .05", float(any_), len(p))


def _upper(drawn: Numbers) -> Numbers:
    """Share of all draws that are as large as each."""
    return (len(drawn) - np.searchsorted(np.sort(drawn), drawn - 1e-9)) / len(drawn)


def given_groups(net: Network, bodies: int, groups: int, sets: int, closures: tuple[float, ...]) -> Iterator[Line]:
    """The analysis itself on null sets and on planted ones, every fourth group closed."""
    flagged = 0
    scores: dict[float, list[tuple[float, bool]]] = {closure: [] for closure in closures}
    found: dict[float, list[bool]] = {closure: [] for closure in closures}
    for number in range(sets):
        random = np.random.default_rng([number, 1])
        seats = margins(net, bodies, random)
        labels = dealt(seats, groups, random)
        members = by_chance(seats, random)
        table = run("silos", network(seats, members, labels), by="region", seed=number, unvaried=True).table
        flagged += bool(table["verdict"].isin(FLAGGED).any())
        for closure in closures:
            silos = list(range(1, groups, 4))
            moved = planted(seats, members, labels, silos, closure, random)
            table = run(
                "silos", network(seats, moved, labels), by="region", seed=number, draws=1999, unvaried=True
            ).table
            table = table[table["q"].notna()]
            is_planted = table["group"].isin([f"g{silo:03d}" for silo in silos])
            found[closure] += table.loc[is_planted, "verdict"].isin(FLAGGED).tolist()
            scores[closure] += list(zip(table["z"].astype(float), is_planted, strict=True))
    yield Line(
        f"given groups ({groups}), null: sets with any alarm, the analysis itself", "<= .05", flagged / sets, sets
    )
    for closure in closures:
        power = float(np.mean(found[closure]))
        yield Line(f"  planted closure {closure:g}: share flagged", "", power, len(found[closure]))
        yield Line(f"  planted closure {closure:g}: AUC", "", _auc(scores[closure]), len(scores[closure]))


def _auc(scores: list[tuple[float, bool]]) -> float:
    from scipy.stats import rankdata

    score, truth = np.array([s for s, _ in scores]), np.array([t for _, t in scores])
    ranks = rankdata(score)
    yes, no = truth.sum(), (~truth).sum()
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / max(yes * no, 1))


def communities(net: Network, bodies: int, sets: int, closures: tuple[float, ...], each: int = 180) -> Iterator[Line]:
    """Silos of `each` organisations that have to be found, six in a set; 0 in `closures` is data without any."""
    for closure in closures:
        found, any_ = [], 0
        for number in range(sets):
            random = np.random.default_rng([number, 2])
            seats = margins(net, bodies, random)
            members = by_chance(seats, random)
            labels = np.full(seats.organisations, -1)
            silos = list(range(6))
            labels[random.permutation(np.unique(members))[: 6 * each]] = np.repeat(silos, each)
            if closure:
                members = planted(seats, members, labels, silos, closure, random)
            result = run("silos", network(seats, members, labels), seed=number, unvaried=True)
            flagged = set(result.table.loc[result.table["verdict"].isin(FLAGGED), "group"])
            any_ += bool(flagged)
            if closure and result.members is not None:
                of = result.members.set_index("id")["silo"]
                for silo in silos:
                    mine = of.reindex([f"o{one:06d}" for one in np.flatnonzero(labels == silo)]).dropna()
                    found.append(mine[mine.astype(int) > 0].mode().iloc[0] in flagged)
        if closure:
            wanted = ">= .60" if closure == 0.3 else ""
            what = f"communities, planted closure {closure:g}: share whose own community is flagged"
            yield Line(what, wanted, float(np.mean(found)), len(found))
        else:
            yield Line("communities, null: sets with any alarm", "<= .05", any_ / sets, sets)


def ranking(net: Network) -> Iterator[Line]:
    """Rank correlation of the residuals of countries: seeds, and bodies above 50 left out.

    Other weightings of ties change nothing: the test is on memberships.
    """
    from scipy.stats import spearmanr

    def residuals(of: Network, seed: int) -> pd.Series:
        table = run("silos", of, by="country", seed=seed, draws=999, unvaried=True).table.set_index("group")
        return table.loc[table["unusual"].notna(), "unusual"].astype(float)

    first = residuals(net, 0)
    others = {
        "another seed": residuals(net, 1),
        "weighted by count": residuals(net.weighted("count"), 0),
        "without bodies above 50": residuals(net.without_large(50), 0),
    }
    for name, other in others.items():
        both = first.index.intersection(other.index)
        yield Line(f"residual ranking, {name}", ">= .9", float(spearmanr(first[both], other[both])[0]), len(both))


def drawn(bodies: int, labels: Integers, activity: Numbers, closure: float, random: np.random.Generator) -> Seats:
    """Draw bodies of 2 to 42 at random: 3 in 5 are a group's, which then has sqrt(`closure`) of their seats' weight."""
    groups = int(labels.max()) + 1
    weight = activity / activity.sum()
    of = np.bincount(labels, weight, groups)
    home = np.where(random.random(bodies) < 0.6, random.choice(groups, bodies, p=of), -1)
    own = np.where(labels == home[:, None], weight / of[labels], 0.0)
    share = np.where(home >= 0, np.sqrt(closure), 0.0)[:, None]
    sizes = 2 + np.minimum(random.geometric(0.15, bodies) - 1, 40)
    rank = np.argsort(-np.log((1 - share) * weight + share * own) - random.gumbel(size=(bodies, len(labels))), axis=1)
    members = np.concatenate([np.sort(row[:size]) for row, size in zip(rank, sizes, strict=True)]).astype(np.int64)
    starts, nothing = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), np.zeros(len(members), dtype=np.int64)
    return Seats(members, starts, np.arange(bodies), np.zeros(bodies, dtype=np.int64), len(labels), nothing)


def intervals(sets: int, closures: tuple[float, ...], bodies: int = 300, organisations: int = 1500) -> Iterator[Line]:
    """Intervals of the odds ratio of twelve groups, the first twelve times the last, whose odds are known.

    What is known is the odds ratio in thirty times as many bodies of the same making. The second line is the standard
    error over the deviation of the log odds from set to set.
    """
    for closure in closures:
        random = np.random.default_rng([bodies, round(100 * closure)])
        size = 1 / np.arange(1, 13)
        labels = np.sort(random.choice(12, organisations, p=size / size.sum()))
        activity, of = random.pareto(1.8, organisations) + 1, Groups.of(labels, 12)

        def measured(many: int, of: Groups = of, made: Any = (labels, activity, closure, random)) -> Any:
            seats = drawn(many, *made)
            evidence = Evidence.of(seats, of)
            return evidence, odds_ratio(evidence, closed_form(seats, of).mean)

        truth = np.mean([np.log(measured(bodies * 5)[1][0]) for _ in range(6)], axis=0)
        found = [measured(bodies) for _ in range(sets)]
        odds, low, high = (np.log([each[1][i] for each in found]) for i in range(3))
        told = np.isfinite(low)
        inside = ((low <= truth) & (truth <= high))[told]
        error = np.median([each[0].error for each in found], axis=0) / np.std(odds, axis=0)
        what = f"intervals, {bodies} bodies, closure {closure:g}"
        yield Line(f"{what}: hold the true odds ratio", ".94-.96", float(inside.mean()), inside.size)
        yield Line("  standard error over true deviation, mean of groups", "1", float(error.mean()), len(error))


def lines(folder: Path | None, bodies: int, sets: int, parts: Collection[str] = PARTS) -> Iterator[Line]:
    """Run the protocol, or some of its parts; the built-in sample is small, so that its groups are fewer."""
    net = network_of(folder or SAMPLE)
    bodies = min(bodies, int((net.sizes > 1).sum()))
    if "calibration" in parts:
        yield from calibration(net, bodies, 118 if bodies >= 1000 else 20, 9_440)
    if "intervals" in parts:
        yield from intervals(10 * sets, (0.0, 0.1, 0.3))
    if "ranking" in parts:
        yield from ranking(net)
    if "given" in parts:
        yield from given_groups(net, bodies, 47 if bodies >= 1000 else 12, sets, (0.2, 0.1, 0.05))
    if "communities" in parts:
        yield from communities(net, bodies, max(sets // 2, 1), (0.0, 0.5, 0.3, 0.2, 0.1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--bodies", type=int, default=1100)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    print(f"{'silos':72}{'wanted':>12}{'found':>10}", flush=True)
    for line in lines(given.folder, given.bodies, given.sets, given.parts):
        print(line, flush=True)


if __name__ == "__main__":
    main()
