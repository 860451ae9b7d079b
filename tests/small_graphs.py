"""Graphs with known answers: two that fit on paper, and two generators whose truth is known by construction."""

from collections.abc import Sequence

import numpy as np

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
