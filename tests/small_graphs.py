"""Graphs with known answers: two that fit on paper, and two generators whose truth is known by construction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from graphkit.network import Network

TRIANGLE_TIES = ("a1-a2", "a1-a3", "a2-a3", "b1-b2", "b1-b3", "b2-b3", "a1-b1")
ZONE_ORGANISATIONS = {
    "U1": ("university", "E"),
    "R1": ("research_institute", "E"),
    "E1": ("enterprise", "E"),
    "E2": ("enterprise", "E"),
    "F1": ("finance", "E"),
    "G1": ("government", "E"),
    "S1": ("intermediary", "E"),
    "U2": ("university", "W"),
    "E3": ("enterprise", "W"),
    "E4": ("enterprise", "W"),
    "X1": ("user", "W"),
    "Z": ("enterprise", "W"),
}
ZONE_PLATFORMS = {
    "P1": ("U1", "R1", "E1"),
    "P2": ("E1", "E2", "R1"),
    "P3": ("E2", "F1", "S1", "G1"),
    "P4": ("U2", "E3", "E4"),
    "P5": ("U2", "E3", "X1"),
}


def two_triangles() -> Network:
    """Two triangles joined by the tie a1-b1; every tie is a body of two, so every weight is 1; `region` is A or B."""
    bodies = {tie: tie.split("-") for tie in TRIANGLE_TIES}
    regions = {name: {"region": name[0].upper()} for name in ("a1", "a2", "a3", "b1", "b2", "b3")}
    return Network.of(bodies, regions)


def toy_zone() -> Network:
    """Twelve organisations in two regions and five platforms; Z belongs to none."""
    facts = {name: {"role": role, "region": region} for name, (role, region) in ZONE_ORGANISATIONS.items()}
    return Network.of(ZONE_PLATFORMS, facts)


def consortia(
    seed: int, organisations: int = 300, bodies: int = 120, groups: int = 0, mixing: float = 0.3, smallest: int = 4
) -> Network:
    """Consortia of 4 to 8 organisations: drawn at random (`groups=0`), or planted silos.

    With `groups`, organisation i belongs to group i mod groups (its `region`), every consortium has a home group, and
    each seat goes with probability `mixing` to anyone, else to the home group. Without, the `region` of three is a
    label that says nothing.
    """
    random = np.random.default_rng(seed)
    label = np.arange(organisations) % (groups or 3)
    members = {}
    for body in range(bodies):
        size = int(random.integers(smallest, smallest + 5))
        home = np.flatnonzero(label == random.integers(groups)) if groups else np.arange(organisations)
        members[body] = _consortium(random, size, home, np.ones(organisations), 1 - mixing)
    return _labelled(members, [f"R{g + 1}" for g in label])


def homophily(
    seed: int,
    strength: float = 0.0,
    east_activity: float = 1.0,
    organisations: int = 200,
    east: int = 60,
    bodies: int = 100,
) -> Network:
    """Consortia of 4 to 8 organisations from East and West (`region`), East being `east_activity` times as active.

    The first member is drawn by activity; each further seat goes with probability `strength` to the first member's
    own region, else to anyone, always by activity.
    """
    random = np.random.default_rng(seed)
    is_east = np.arange(organisations) < east
    activity = np.where(is_east, east_activity, 1.0)
    members = {}
    for body in range(bodies):
        size = int(random.integers(4, 9))
        first = random.choice(organisations, p=activity / activity.sum())
        home = np.flatnonzero(is_east == is_east[first])
        members[body] = _consortium(random, size, home, activity, strength, first=int(first))
    return _labelled(members, ["East" if each else "West" for each in is_east])


def _consortium(
    random: np.random.Generator,
    size: int,
    home: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    activity: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    closure: float,
    first: int | None = None,
) -> list[int]:
    everyone = np.arange(len(activity))
    chosen = [] if first is None else [first]
    while len(chosen) < size:
        pool = home if random.random() < closure else everyone
        one = int(random.choice(pool, p=activity[pool] / activity[pool].sum()))
        if one not in chosen:
            chosen.append(one)
    return chosen


def _labelled(members: dict[int, list[int]], labels: Sequence[str]) -> Network:
    names = [f"o{i:05d}" for i in range(len(labels))]
    facts = {name: {"region": label} for name, label in zip(names, labels, strict=True)}
    return Network.of({f"p{body:05d}": [names[i] for i in who] for body, who in members.items()}, facts)


def full_zone() -> Network:
    """The toy zone with something of every kind, so that every analysis has something to say.

    The region is the zone, too; the first member of a platform leads it; platform i runs from 2010 + i on. Technologies
    t:1 and t:2, an industrial chain, a round of capital, people, a result, a challenge, policies.
    """
    net = toy_zone()
    ids = net.organisations["id"].to_numpy()
    bodies = net.bodies.assign(
        **{
            "label": "Platform",
            "kind": ["joint_lab", "engineering_centre", "incubator", "pilot_scale", "pilot_scale"],
            "stage": ["basic", "applied", "development", "maturation", "maturation"],
            "zone": ["E", "E", "E", "W", "W"],
            "from": [f"201{i}-01-01" for i in range(5)],
        }
    )
    seats = net.memberships.assign(
        organisation=ids[net.memberships["organisation"]], body=net.bodies["id"].to_numpy()[net.memberships["body"]]
    )
    leads = ~seats.duplicated("body")
    about = [("Organisation", "E1", "t:1"), ("Organisation", "U1", "t:1"), ("Organisation", "E3", "t:2")]
    about += [("Platform", "P1", "t:1"), ("Platform", "P4", "t:2"), ("Platform", "P5", "t:2")]
    about += [("Result", "r:1", "t:1"), ("Challenge", "c:1", "t:1"), ("Investment", "i:1", "t:1")]
    tables = {
        "Technology": _frame("id name", ("t:1", "Optics"), ("t:2", "Batteries")),
        "ABOUT": _frame("start_label start end", *about),
        "Industry": _frame("id chain segment", ("n:1", "optics", "upstream"), ("n:2", "optics", "downstream")),
        "ACTIVE_IN": _frame("start end", ("E1", "n:1"), ("E2", "n:2")),
        "SUPPLIES": _frame("start end", ("E1", "E2"), ("E3", "E4")),
        "Investment": _frame("id round date amount currency", ("i:1", "angel", "2011-05-01", 5.0, "CNY")),
        "RAISED": _frame("start end", ("E1", "i:1")),
        "FUNDED": _frame("start end", ("F1", "i:1")),
        "Person": _frame("id role", ("own:p1", "scientist"), ("own:p2", "entrepreneur")),
        "WORKED_AT": _frame(
            "start end from to", ("own:p1", "U1", "2008-01-01", "2012-12-31"), ("own:p2", "E3", None, None)
        ),
        "Result": _frame("id kind date", ("r:1", "patent", "2010-06-01"), ("r:2", "software", "2011-06-01")),
        "PRODUCED": _frame("start end", ("U1", "r:1"), ("E1", "r:2")),
        "TRANSFERRED_TO": _frame("start end date", ("r:1", "E1", "2012-06-01")),
        "Challenge": _frame("id budget deadline", ("c:1", 100.0, "2013-01-01")),
        "ISSUED": _frame("start end", ("E2", "c:1")),
        "BID_FOR": _frame("start end", ("U1", "c:1")),
        "WON": _frame("start end", ("U1", "c:1")),
        "Policy": _frame("id kind from", ("o:1", "fund", None), ("o:2", "reform", "2012-01-01")),
        "TARGETS": _frame("start end_label end", ("o:1", "Organisation", "E1"), ("o:2", "Zone", "z:E")),
        "Zone": _frame("id name", ("z:E", "E"), ("z:W", "W")),
        "Region": _frame("id name macro_region", ("g:E", "E", "east"), ("g:W", "W", "west")),
    }
    return Network.from_frames(
        net.organisations.assign(
            country=["DE" if id_ == "Z" else "CN" for id_ in ids], zone=net.organisations["region"]
        ),
        bodies,
        seats.assign(role=["host" if leading else "member" for leading in leads]),
        tables=tables,
    )


def _frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)
