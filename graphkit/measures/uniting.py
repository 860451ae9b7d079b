"""Networks in which several organisations stand as one: duplicates, or subsidiaries with their parents (归并)."""

from collections.abc import Iterable, Mapping

import pandas as pd
import scipy.sparse as sp

from graphkit.network import Network


def duplicates(net: Network) -> dict[str, str]:
    """Map organisations that are suggested to be one (SAME_AS) to the first by id; pairs decided on say nothing."""
    ties = net.table("SAME_AS")
    ids = net.organisations["id"]
    ties = ties[(ties["status"] == "suggested") & ties["start"].isin(ids) & ties["end"].isin(ids)]
    ties = ties[ties["start"] != ties["end"]]
    if ties.empty:
        return {}
    place = {id_: number for number, id_ in enumerate(sorted({*ties["start"], *ties["end"]}))}
    first, second = ([place[id_] for id_ in ties[side]] for side in ("start", "end"))
    graph = sp.coo_array(([1.0] * len(ties), (first, second)), shape=(len(place), len(place)))
    _, group = sp.csgraph.connected_components(graph, directed=False)
    leader: dict[int, str] = {}
    return {id_: leader.setdefault(int(group[number]), id_) for id_, number in place.items()}


def parents(net: Network) -> dict[str, str]:
    """Map every organisation with a parent (SUBSIDIARY_OF) in the network to the top of its chain.

    Of several parents the one with the largest share counts, then the first by id; of a circle the first by id is the
    top, as in `Project.network(level="top")`.
    """
    ties = net.table("SUBSIDIARY_OF")
    ids = set(net.organisations["id"])
    parent: dict[str, str] = {}
    held = ties.assign(less=[-float(share) if share is not None else 0.0 for share in ties["share"]])
    for child, over in held.sort_values(["start", "less", "end"], kind="stable")[["start", "end"]].to_numpy():
        if child != over and child in ids and over in ids:
            parent.setdefault(child, over)
    found = {}
    for child in parent:
        chain = [child]
        while chain[-1] in parent and parent[chain[-1]] not in chain:
            chain.append(parent[chain[-1]])
        circle = parent.get(chain[-1])
        found[child] = chain[-1] if circle is None else min(chain[chain.index(circle) :])
    return {child: top for child, top in found.items() if child != top}


def united(net: Network, one: Mapping[str, str]) -> Network:
    """Let organisations stand as those that `one` maps them to: their seats are joined, facts are the leader's first.

    Tables of other kinds are left out: they speak of organisations that are no longer there.
    """
    ids = net.organisations["id"]
    leaders = pd.Series([one.get(id_, id_) for id_ in ids], index=ids.index)
    order = net.organisations.assign(follows=leaders != ids).sort_values(["follows", "id"], kind="stable")
    facts = order.drop(columns="follows").groupby(leaders.loc[order.index], sort=True).first()
    facts = facts.assign(id=facts.index).reset_index(drop=True)
    seats = net.memberships.assign(
        organisation=leaders.to_numpy()[net.memberships["organisation"]],
        body=net.bodies["id"].to_numpy()[net.memberships["body"]],
    )
    return Network.from_frames(facts, net.bodies, seats, weighting=net.weighting)


def mapped(ids: Iterable[str], one: Mapping[str, str]) -> set[str]:
    """Name organisations as `one` does."""
    return {one.get(id_, id_) for id_ in ids}
