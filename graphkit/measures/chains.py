"""The four chains (四链) as four layers of ties between organisations: technology, industry, capital and talent."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphkit.measures.themes import Rows, about
from graphkit.network import Network

CHAINS = {"technology": "技术链", "industry": "产业链", "capital": "资金链", "talent": "人才链"}
LEADS = 1.5
NEEDS = {"industry": ("SUPPLIES",), "capital": ("RAISED", "FUNDED"), "talent": ("WORKED_AT",)}


@dataclass(frozen=True)
class Link:
    """What puts one organisation into a chain: on what it is, the technologies it is about, and the row.

    `of` are the technologies that the thing itself names; empty where it names none, so that those of the organisation
    count.
    """

    organisation: str
    of: frozenset[str]
    row: str


def chains(net: Network) -> dict[str, list[Link]]:
    """List the links of every organisation in each chain.

    Technology: seats in bodies of two and more, results produced and results taken over. Industry: supplies, of both
    ends. Capital: rounds raised and funded, and seats in bodies with public funding. Talent: posts held, of the
    employer.
    """
    found: dict[str, list[Link]] = {chain: [] for chain in CHAINS}
    topics = {
        label: about(net, *label.split()) for label in ("Platform Collaboration", "Result", "Investment", "Person")
    }

    def add(chain: str, organisation: str, label: str, id_: str, row: str | None) -> None:
        found[chain].append(Link(organisation, frozenset(topics.get(label, {}).get(id_, ())), row or ""))

    ids, bodies, seats = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy(), net.memberships
    funded = np.array([bool(value) and value > 0 for value in net.bodies["funding"]], dtype=bool)
    for i, body, row in zip(seats["organisation"], seats["body"], seats["row"], strict=True):
        if net.sizes[body] > 1:
            add("technology", ids[i], "Platform Collaboration", bodies[body], row)
        if funded[body]:
            add("capital", ids[i], "Platform Collaboration", bodies[body], row)
    for kind, chain, label, side in (
        ("PRODUCED", "technology", "Result", "start"),
        ("TRANSFERRED_TO", "technology", "Result", "end"),
        ("SUPPLIES", "industry", "", "start"),
        ("SUPPLIES", "industry", "", "end"),
        ("RAISED", "capital", "Investment", "start"),
        ("FUNDED", "capital", "Investment", "start"),
        ("WORKED_AT", "talent", "Person", "end"),
    ):
        ties, other = net.table(kind), "end" if side == "start" else "start"
        for organisation, thing, row in zip(ties[side], ties[other], ties["row"], strict=True):
            add(chain, organisation, label, thing, row)
    return found


def standing(linked: Mapping[str, list[Link]], working_on: Rows) -> dict[str, dict[str, dict[str, str]]]:
    """Tell who stands in each chain on each technology: chain, technology, organisation, and the row.

    Of a link that names no technology those of its organisation (`working_on`) count.
    """
    found: dict[str, dict[str, dict[str, str]]] = {chain: defaultdict(dict) for chain in linked}
    for chain, links in linked.items():
        for link in links:
            for technology in link.of or frozenset(working_on.get(link.organisation, ())):
                found[chain][technology].setdefault(link.organisation, link.row)
    return found


def degrees(net: Network) -> dict[str, dict[str, int]]:
    """Count the links of every organisation in each chain: chain, then organisation."""
    counted: dict[str, dict[str, int]] = {}
    for chain, links in chains(net).items():
        count: dict[str, int] = defaultdict(int)
        for link in links:
            count[link.organisation] += 1
        counted[chain] = dict(count)
    return counted


def leading(net: Network) -> list[str] | None:
    """Name the chain that leads for every organisation, `several chains` where none leads, `no chain` without links.

    A seat, a supply and a post do not count alike, so the links of an organisation in a chain are taken as a share of
    all links of that chain in the network. The chain of the largest share leads where that is at least LEADS times its
    share in any other. None where the network has links in fewer than two chains: then there is nothing to tell apart.
    """
    counted, ids = degrees(net), net.organisations["id"]
    links = np.array([[counted[chain].get(id_, 0) for chain in CHAINS] for id_ in ids], dtype=float)
    links = links.reshape(-1, len(CHAINS))
    whole = links.sum(axis=0)
    if (whole > 0).sum() < 2:
        return None
    share = links / np.maximum(whole, 1)
    second, first = np.sort(share, axis=1)[:, -2:].T
    names = np.array([f"{chain} chain" for chain in CHAINS], dtype=object)[share.argmax(axis=1)]
    told = np.where(first >= LEADS * second, names, "several chains")
    return [str(each) for each in np.where(first > 0, told, "no chain")]


def participation(degree: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> "np.ndarray[Any, Any]":
    """Spread of the links of every organisation over the layers (organisations x layers), 0 to 1; NaN without links.

    P = M / (M - 1) (1 - sum (k / o)^2) over M layers: 1 for equal parts in all, 0 for all in one (Battiston, Nicosia &
    Latora 2014, PRE 89:032804).
    """
    layers = degree.shape[1]
    whole = degree.sum(axis=1, keepdims=True)
    share = np.divide(degree, whole, out=np.full(degree.shape, np.nan), where=whole > 0)
    return np.asarray(layers / (layers - 1) * (1 - (share**2).sum(axis=1)))


def dated(net: Network) -> dict[str, list[tuple[str, str]]]:
    """List the days on which links of each chain began, with their organisation; those without a day are left out.

    A result counts on its day, a transfer on its own, a round on its closing, a seat when it, or else its body, began.
    """
    found: dict[str, list[tuple[str, str]]] = {chain: [] for chain in CHAINS}
    ids, seats = net.organisations["id"].to_numpy(), net.memberships
    begun, funding = net.bodies["from"].to_numpy(), net.bodies["funding"].to_numpy()
    for i, body, own in zip(seats["organisation"], seats["body"], seats["from"], strict=True):
        day = own if isinstance(own, str) else begun[body]
        if isinstance(day, str):
            found["technology"] += [(ids[i], day)] * int(net.sizes[body] > 1)
            found["capital"] += [(ids[i], day)] * int(bool(funding[body]))
    days = {
        kind: dict(zip(net.table(kind)["id"], net.table(kind)["date"], strict=True))
        for kind in ("Result", "Investment")
    }
    for kind, chain, who, of in (
        ("PRODUCED", "technology", "start", "Result"),
        ("TRANSFERRED_TO", "technology", "end", ""),
        ("SUPPLIES", "industry", "start", ""),
        ("SUPPLIES", "industry", "end", ""),
        ("RAISED", "capital", "start", "Investment"),
        ("FUNDED", "capital", "start", "Investment"),
        ("WORKED_AT", "talent", "end", ""),
    ):
        ties = net.table(kind)
        own_days = ties["date"] if "date" in ties else ties["from"]
        for organisation, thing, own in zip(ties[who], ties["end"], own_days, strict=True):
            day = days[of].get(thing) if of else own
            if isinstance(day, str):
                found[chain].append((organisation, day))
    return found
