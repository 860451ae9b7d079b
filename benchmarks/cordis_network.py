"""A folder of CORDIS as a network, without a store between: for benchmarks and for the protocols of truth."""

from pathlib import Path

import pandas as pd

from graphkit.network import Network
from graphkit.schema import Collaboration, Organisation, TakesPartIn
from graphkit.shelf import find_loader, folder

SAMPLE = folder("loaders") / "data" / "sample"


def network_of(source: Path) -> Network:
    """Read every organisation, project and participation; of several rows about one thing the first in order counts."""
    records = list(find_loader("cordis").load(source))
    people = [
        {"id": r.id, "name": r.name, "country": r.country, "role": r.role}
        for r in records
        if isinstance(r, Organisation)
    ]
    bodies = [
        {"id": r.id, "name": r.name, "programme": r.programme or None, "from": r.from_, "to": r.to, "kind": r.kind}
        for r in records
        if isinstance(r, Collaboration)
    ]
    seats = [
        {"organisation": r.start, "body": r.end, "role": r.role, "row": r.row}
        for r in records
        if isinstance(r, TakesPartIn)
    ]
    known = {person["id"] for person in people}, {body["id"] for body in bodies}
    ties = pd.DataFrame([s for s in seats if s["organisation"] in known[0] and s["body"] in known[1]])
    return Network.from_frames(_first(people), _first(bodies), ties)


def _first(records: list[dict[str, object]]) -> pd.DataFrame:
    """One row an id, every column the first value said in the order of the source."""
    return pd.DataFrame(records).groupby("id", sort=True, as_index=False).first()
