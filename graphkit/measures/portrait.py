"""Groups in words: what they are called, what carries their ties, and who opens them."""

import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd

from graphkit.measures.seats import Groups, Integers, Numbers, Seats, by_body, totals
from graphkit.network import Network

PLACES = ("country", "region", "zone", "city")
NEARLY_ALL = 0.75  # share of one value above which places of that kind tell no groups apart


def portraits(net: Network, names: list[str], labels: Integers) -> list[str]:
    """Name every community by what sets its members apart: place and role that weigh more here than elsewhere.

    The value taken is the one with the largest share x log(share here / share in the network), its part in the
    Kullback-Leibler divergence, among those of 15 % of the members and two of them at least. Places are the first of
    country, region, zone and city of which no value has over three quarters of those known: in a network of China,
    regions.
    """
    told: list[list[str]] = [[] for _ in names]
    placed = False
    for name in (*PLACES, "role", "sector"):
        if name in PLACES and placed:
            continue
        values = net.nodes[name].to_numpy()
        known = (labels >= 0) & pd.notna(values)
        if not known.any() or (name in PLACES and _most(values[known]) > NEARLY_ALL):
            continue
        placed |= name in PLACES
        for group, value in _distinct(labels[known], values[known]).items():
            told[group].append(value.replace("_", " "))
    return [" · ".join([*words, f"community {name}"]) for words, name in zip(told, names, strict=True)]


def carriers(net: Network, seats: Seats, groups: Groups) -> list[str]:
    """Name what carries the internal weight of every group: the programme that does so beyond its share, and bodies.

    `H2020-EU.2.3. 50 % (9 %)` is a programme with half of the group's internal weight and 9 % of the network's.
    """
    body, group, _, weight = by_body(seats, groups)
    inside = totals(group, weight, groups.number)
    told: list[list[str]] = [[] for _ in range(groups.number)]
    programmes = net.bodies["programme"].to_numpy()[seats.bodies]
    listed = [(position, one) for position, many in enumerate(programmes) for one in many or ()]
    if listed:
        of = pd.DataFrame(listed, columns=["body", "programme"])
        whole = of.assign(n=seats.sizes[of["body"]]).groupby("programme")["n"].sum() / seats.sizes.sum()
        here = pd.DataFrame({"body": body, "group": group, "weight": weight}).merge(of, on="body")
        share = here.groupby(["group", "programme"])["weight"].sum().reset_index()
        share["here"] = share["weight"] / np.where(inside > 0, inside, 1)[share["group"]]
        share["more"] = share["here"] - whole.reindex(share["programme"]).to_numpy()
        share = share[share["more"] > 0.005].sort_values(["more", "programme"], ascending=[False, True])
        best = share.drop_duplicates("group")
        for where, programme, here_, more in zip(
            *(best[c] for c in ("group", "programme", "here", "more")), strict=True
        ):
            told[where].append(f"{programme} {_percent(here_)} ({_percent(here_ - more)})")
    names = names_of(net.bodies)[seats.bodies]
    order = np.lexsort((body, -weight, group))
    order = order[weight[order] > 0]
    first = np.searchsorted(group[order], group[order], "left")
    for place in order[np.arange(len(order)) - first < 2]:
        told[group[place]].append(f"{names[body[place]]} {_percent(weight[place] / inside[group[place]])}")
    return [", ".join(words) for words in told]


def doors(net: Network, labels: Integers, groups: int, most: int = 3) -> list[str]:
    """Name the members of every group with the most tie weight outside it, and that weight."""
    stays, whole = staying(net, labels)
    outside = np.where(labels >= 0, np.round(whole - stays, 9), 0)
    names = names_of(net.nodes)
    told: list[list[str]] = [[] for _ in range(groups)]
    for place in np.lexsort((np.arange(len(net)), -outside)):
        if outside[place] <= 0:
            break
        if len(told[labels[place]]) < most:
            told[labels[place]].append(f"{names[place]} {outside[place]:.3g}")
    return [", ".join(words) for words in told]


def rows_behind(net: Network, seats: Seats, labels: Integers, groups: int, most: int = 6) -> list[str]:
    """List the memberships that make the internal weight of every group, by the rows of the sources they come from.

    Seats in bodies that carry most of it come first, within a body by organisation; what is beyond `most` is counted. A
    seat without a row is told as organisation and body. Empty for a group whose members never meet.
    """
    body = np.repeat(np.arange(len(seats.bodies)), seats.sizes)
    group = labels[seats.members]
    at = np.flatnonzero(group >= 0)
    _, into, many = np.unique(body[at] * max(groups, 1) + group[at], return_inverse=True, return_counts=True)
    met = many[into]
    weight = (met * (met - 1) / (seats.sizes[body[at]] - 1)).round(9)
    at, weight = at[met > 1], weight[met > 1]
    order = np.lexsort((seats.members[at], body[at], -weight, group[at]))
    at = at[order]
    first = np.searchsorted(group[at], np.arange(groups + 1))
    held, ids, bodies = net.memberships, net.nodes["id"].to_numpy(), net.bodies["id"].to_numpy()
    rows = held["row"].astype(object).where(held["row"].notna(), "").to_numpy()
    place = held["organisation"].to_numpy(dtype=np.int64) * len(bodies) + held["body"].to_numpy(dtype=np.int64)
    told = []
    for start, end in itertools.pairwise(first):
        shown = at[start : min(end, start + most)]
        who, where = seats.members[shown], seats.bodies[body[shown]]
        found = rows[np.searchsorted(place, who * len(bodies) + where)]  # memberships stand in this order
        words = [row or f"{ids[i]} in {bodies[j]}" for row, i, j in zip(found, who, where, strict=True)]
        more = end - start - len(words)
        told.append("; ".join([*words, *([f"+{more}"] if more else [])]))
    return told


def names_of(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Name of every row of a frame of organisations or bodies, or its id where it has none."""
    return frame["name"].where(frame["name"].notna(), frame["id"]).to_numpy(dtype=object)


def staying(net: Network, labels: Integers) -> tuple[Numbers, Numbers]:
    """Add up every organisation's tie weight within its own group, and all of its tie weight."""
    ties = net.ties
    rows = np.repeat(np.arange(len(net)), np.diff(ties.indptr))
    same = (labels[rows] == labels[ties.indices]) & (labels[rows] >= 0)
    return totals(rows[same], ties.data[same], len(net)), totals(rows, ties.data, len(net))


def _most(values: npt.NDArray[np.object_]) -> float:
    """Share of the most frequent value."""
    return float(pd.Series(values).value_counts(normalize=True).iloc[0])


def _distinct(labels: Integers, values: npt.NDArray[np.object_]) -> dict[int, str]:
    frame = pd.DataFrame({"group": labels, "value": values.astype(str)})
    count = frame.value_counts().rename("n").reset_index()
    here = count["n"] / count.groupby("group")["n"].transform("sum")
    everywhere = frame["value"].value_counts() / len(frame)
    count["part"] = (here * np.log(here / everywhere.reindex(count["value"]).to_numpy())).round(12)
    count = count[(here >= 0.15) & (count["n"] > 1) & (count["part"] > 0)]
    best = count.sort_values(["part", "value"], ascending=[False, True]).drop_duplicates("group")
    return dict(zip(best["group"], best["value"], strict=True))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
