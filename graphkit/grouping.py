"""What organisations can be grouped by: what they are, what they work on, or what somebody says of them (分组).

A property of organisations is read as it stands. What belongs to bodies (programme, stage, topic ...) or to other nodes
(technology, industry) an organisation may have several of; a group is one, so the main one is taken.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from graphkit import schema
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.network import Network

NO_GROUPS = ("id", "name", "name_zh", "aliases", "row", "evidence")
OF_BODIES = ("programme", "stage", "topic", "scheme", "kind", "driver")
OF_TIES = {"technology": ("ABOUT", "Technology"), "industry": ("ACTIVE_IN", "Industry")}
USUAL = ("country", "region", "zone", "city", "role", "sector", *OF_TIES, *OF_BODIES)


def group_of_each(net: "Network", by: str) -> pd.Series:
    """Look up the group of each organisation, as text, None for none.

    `by` is a property of organisations or a column that was added to them (`Network.with_groups`); or `technology` or
    `industry`; or a property of bodies (`OF_BODIES`). Of several an organisation has its main one:

    - of bodies, that of most of its seats;
    - a technology that the organisation itself is said to be about, the weightiest; where there is none, that of most
      of its seats in bodies about technologies;
    - an industry that it is active in.

    Of equals the first by name counts. Raises UsageError for anything else.
    """
    if by in net.organisations.columns and by not in NO_GROUPS:
        values = net.organisations[by]
        return values.where(values.isna(), values.astype(str)).astype(object).where(values.notna(), None)
    if by in OF_BODIES:
        return _main(net, _of_seats(net, zip(net.bodies["id"], net.bodies[by], strict=True)))
    if by in OF_TIES:
        type_, label = OF_TIES[by]
        ties, names = net.table(type_), _names(net.table(label))
        ties = ties.assign(name=[names.get(id_, id_) for id_ in ties["end"]])
        own = ties[ties["start_label"] == "Organisation"]
        weights = [float(own_["weight"]) if own_.get("weight") is not None else 1.0 for own_ in own.to_dict("records")]
        found = _main(net, zip(own["start"], own["name"], weights, strict=True))
        of_bodies = ties[ties["start_label"].isin(schema.MEMBERSHIPS.values())]
        by_seats = _main(net, _of_seats(net, zip(of_bodies["start"], of_bodies["name"], strict=True)))
        return found.where(found.notna(), by_seats)
    raise UsageError(f"organisations cannot be grouped by {by!r}; choose one of {', '.join(USUAL)}")


def _of_seats(net: "Network", said: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str, float]]:
    """Give every organisation what is said of the bodies it sits in, once for each of its seats."""
    of: dict[str, list[str]] = {}
    for body, value in said:
        values = value if isinstance(value, tuple | list) else () if value is None else (value,)
        of.setdefault(body, []).extend(str(each) for each in values)
    bodies = net.bodies["id"].tolist()
    ids = net.organisations["id"].tolist()
    for organisation, body in zip(net.memberships["organisation"], net.memberships["body"], strict=True):
        for value in of.get(bodies[body], ()):
            yield ids[organisation], value, 1.0


def _main(net: "Network", said: Iterable[tuple[str, str, float]]) -> pd.Series:
    """Choose what weighs most of what is said of each organisation; of equals the first by name."""
    weights: dict[str, dict[str, float]] = {}
    for organisation, value, weight in said:
        of = weights.setdefault(organisation, {})
        of[value] = of.get(value, 0.0) + weight
    main = {id_: min(of, key=lambda value: (-round(of[value], 9), value)) for id_, of in weights.items()}
    return pd.Series([main.get(id_) for id_ in net.organisations["id"]], index=net.organisations.index, dtype=object)


def _names(nodes: pd.DataFrame) -> dict[str, str]:
    """Name nodes by their names; where two share one, or there is none, by their ids."""
    count = nodes["name"].value_counts()
    return {
        id_: str(name) if name is not None and count[name] == 1 else id_
        for id_, name in zip(nodes["id"], nodes["name"], strict=True)
    }
