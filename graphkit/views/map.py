"""The map view: ties between places on a map, each place by its verdict, and what has no place beside it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views import outlines
from graphkit.views.figures import figure_page, group_names, table
from graphkit.views.payload import plain

DIMENSIONS = ("country", "region", "zone", "city")
NEEDS = (
    *(need("mixing", by=by) for by in DIMENSIONS),
    *(need("silos", by=by) for by in DIMENSIONS[:3]),
    need("silos"),
)
MOST_PLACES, MOST_ROWS, SILOS_OF_A_PLACE = 200, 400, 5
MOST_DRAWN, OF_A_PLACE = 60, 6  # flows between all places, and those that appear besides once a place is chosen
WIDTH = 960.0
ROOM = 0.11  # of the width of China is left in the east for the inset, which must hide nothing
WIDEST = 90.0  # degrees up to which a part of the world is shown by itself
MOST = 0.95  # of the organisations lie, from west to east and from south to north, in what is shown by itself
IN_CHINA = 0.9  # of the organisations from which on the map is one of China

Base = dict[str, Any]
Flow = tuple[int, int, int, float]  # two places by number, ties found, ties expected


@view("Where ties run, and where they do not", "联系的地理分布", needs=NEEDS, first=DIMENSIONS)
def map(net: Network, page: Page) -> str:
    """Draw places by their verdict and the ties between them, over outlines of China or of the world.

    SUBJECT names what is shown first: country, region, zone or city. A place stands where its code is known, else in
    the middle of its organisations with coordinates; places with neither are listed beside the map.
    """
    return figure_page(page, block(net, page, page.subject))


def block(net: Network, page: Page, first: str | None = None) -> dict[str, Any]:
    """Pack the places and ties of each dimension, and the maps they lie on; `first` is the one shown first."""
    home = _silos_here(net, page.results.get("silos"))
    found = {
        by: each
        for by in DIMENSIONS
        if (result := page.results.get(need("mixing", by=by).key)) is not None
        and (each := _places(net, by, result, page.results.get(need("silos", by=by).key), home))
    }
    countries = net.group("country").dropna()
    china = bool(len(countries)) and float(countries.isin(list(outlines.CHINA)).mean()) >= IN_CHINA
    every = [place for each in found.values() for place in each["places"] if place["at"] is not None]
    bases = _china() if china else _part([(place["at"], place["organisations"]) for place in every])
    bases |= _world()
    for place in every:
        place["at"] = {name: base["project"](place["at"]) for name, base in bases.items()}
    order = sorted(found, key=lambda by: (all(p["at"] is None for p in found[by]["places"]), china and by == "country"))
    return {
        "kind": "map",
        "first": first if first in found else next(iter(order), None),
        "by": {by: found[by] for by in order},
        "bases": {name: {key: part for key, part in base.items() if key != "project"} for name, base in bases.items()},
    }


def _places(
    net: Network, by: str, result: Result, silos: Result | None, home: Mapping[str, Mapping[str, Counter[str]]]
) -> dict[str, Any]:
    """Pack the places of one dimension, those with most organisations first, and the ties between them."""
    own = net.group(by)
    size = Counter(str(value) for value in own.dropna())
    order = sorted(size, key=lambda name: (-size[name], name))
    kept = order[:MOST_PLACES]
    number = {name: i for i, name in enumerate(kept)}
    where = _coordinates(net, by, own, kept)
    verdicts = {} if silos is None else {str(row["group"]): row for row in silos.table.to_dict("records")}
    called = group_names(net, by)
    places = [
        {
            "name": called.get(name, [name, name]),
            "value": name,
            "organisations": size[name],
            "at": where[name],
            "verdict": plain(verdicts.get(name, {}).get("verdict")),
            "share": plain(verdicts.get(name, {}).get("external_share")),
            "expected": plain(verdicts.get(name, {}).get("expected")),
            "silos": [[*told, n] for told, n in home.get(by, {}).get(name, Counter()).most_common(SILOS_OF_A_PLACE)],
        }
        for name in kept
    ]
    apart = result.table[result.table["group"] != result.table["other"]]
    pairs = [
        (number[a], number[b], int(ties), round(float(expected), 3))
        for a, b, ties, expected in zip(apart["group"], apart["other"], apart["ties"], apart["expected"], strict=True)
        if a in number and b in number
    ]
    flows = sorted((pair for pair in pairs if pair[2]), key=lambda pair: (-pair[2], pair[0], pair[1]))
    wanting = sorted((pair for pair in pairs if pair[3] - pair[2] >= 1), key=lambda p: (p[2] - p[3], p[0], p[1]))
    rows = result.table.sort_values(["ties", "group", "other"], ascending=[False, True, True], kind="stable")
    return {
        "places": places,
        "flows": _of_all_and_of_each(flows),
        "flows_left": max(len(flows) - MOST_DRAWN, 0),
        "wanting": _of_all_and_of_each(wanting),
        "drawn": MOST_DRAWN,
        "places_left": len(order) - len(kept),
        "without": int(own.isna().sum()),
        "table": table(result, rows.head(MOST_ROWS).reset_index(drop=True)),
        "table_left": max(len(rows) - MOST_ROWS, 0),
    }


def _of_all_and_of_each(flows: list[Flow]) -> list[Flow]:
    """Keep of flows in order the first of all, and after them the first of every place."""
    kept, of = [], Counter[int]()
    for position, flow in enumerate(flows):
        if position < MOST_DRAWN or min(of[flow[0]], of[flow[1]]) < OF_A_PLACE:
            kept.append(flow)
        of.update(flow[:2])
    return kept


def _coordinates(
    net: Network, by: str, own: "pd.Series[Any]", names: list[str]
) -> dict[str, tuple[float, float] | None]:
    """Find longitude and latitude of places: by code, else the mean of the organisations there that have both."""
    place = net.organisations[["lon", "lat"]].apply(pd.to_numeric, errors="coerce").assign(of=own.to_numpy())
    known = place.dropna().query("-180 <= lon <= 180 and -90 <= lat <= 90").groupby("of")[["lon", "lat"]].mean()
    middle = {str(name): (float(lon), float(lat)) for name, lon, lat in known.reset_index().itertuples(index=False)}
    coded = {name: outlines.point(name) for name in names} if by in ("country", "region") else {}
    return {name: coded.get(name) or middle.get(name) for name in names}


def _silos_here(net: Network, result: Result | None) -> dict[str, dict[str, Counter[Any]]]:
    """Count the members of silos (communities with that verdict) in every place: dimension, place, silo."""
    members = None if result is None else result.members
    if members is None or "silo_verdict" not in members:
        return {}
    closed = members[members["silo_verdict"] == "silo"]
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    found: dict[str, dict[str, Counter[Any]]] = {}
    for by in DIMENSIONS:
        own = net.group(by).to_numpy()
        here = found.setdefault(by, {})
        for id_, silo, name in zip(closed["id"], closed["silo"], closed["silo_name"], strict=True):
            if (place := own[row[id_]]) is not None:
                here.setdefault(str(place), Counter())[(plain(silo), plain(name))] += 1
    return found


def _china() -> dict[str, Base]:
    """Draw the provinces in Albers' projection, with the inset of 南海诸岛 in the corner where nothing else lies."""
    every = outlines.provinces()
    low, high = _bounds([part for each in every for part in each.parts], outlines.albers)
    high[0] += (high[0] - low[0]) * ROOM
    scale = WIDTH / (high[0] - low[0])
    height = float((high[1] - low[1]) * scale)
    land = [{"id": each.code, "d": outlines.path(_drawn(each, outlines.albers, low, high, scale))} for each in every]
    frame = WIDTH * ROOM * 0.9 / 64
    inset = [part * frame + (WIDTH - 64 * frame - 6, height - 93.1 * frame - 6) for part in outlines.south_china_sea()]
    return {
        "china": {
            "width": WIDTH,
            "height": round(height, 1),
            "land": land,
            "inset": outlines.path(inset),
            "project": _placed(outlines.albers, low, high, scale),
        }
    }


def _part(places: list[tuple[tuple[float, float], int]]) -> dict[str, Base]:
    """Draw the part of the world where most organisations are; nothing where they are spread over all of it."""
    if not places:
        return {}
    at = np.array([where for where, _ in places])
    count = np.array([n for _, n in places], dtype=float)
    low, high = np.array([_shortest(at[:, axis], count) for axis in (0, 1)]).T
    near = at[((at >= low) & (at <= high)).all(axis=1)]
    if (high - low).max() > WIDEST:
        return {}
    project = outlines.azimuthal((float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)))
    if not len(near):
        return {}
    return {"part": _base(project, *_widened(*_bounds([near], project)), every=False)}


def _shortest(values: "np.ndarray[Any, Any]", weights: "np.ndarray[Any, Any]") -> tuple[float, float]:
    """Find the shortest stretch in one direction that holds MOST of the organisations."""
    order = np.argsort(values, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weights[order])])
    ends = np.searchsorted(before, before[:-1] + MOST * before[-1] - 1e-9) - 1  # of the stretch from each on
    starts = np.flatnonzero(ends < len(order))
    first = starts[np.argmin(values[order][ends[starts]] - values[order][starts])]
    return float(values[order][first]), float(values[order][ends[first]])


def _world() -> dict[str, Base]:
    """Draw the whole world without Antarctica."""
    every = [part[part[:, 1] > -58] for each in outlines.countries() for part in each.parts]
    low, high = _bounds([part for part in every if len(part)], outlines.equal_earth)
    return {"world": _base(outlines.equal_earth, low, high, every=True)}


def _base(project: outlines.Projection, low: Any, high: Any, *, every: bool) -> Base:
    scale = WIDTH / (high[0] - low[0])
    height = float((high[1] - low[1]) * scale)
    land = []
    for each in outlines.countries():
        drawn = _drawn(each, project, low, high, scale)
        if not every:
            drawn = [part for part in drawn if _meets(part, height)]
        if drawn:
            land.append({"id": each.code, "d": outlines.path(drawn)})
    return {
        "width": WIDTH,
        "height": round(height, 1),
        "land": [each for each in land if each["d"]],
        "inset": None,
        "project": _placed(project, low, high, scale),
    }


def _meets(part: "np.ndarray[Any, np.dtype[np.float64]]", height: float) -> bool:
    return bool((part.max(axis=0) > 0).all() and (part.min(axis=0) < (WIDTH, height)).all())


def _bounds(parts: Any, project: outlines.Projection) -> tuple[Any, Any]:
    every = np.vstack([project(part) for part in parts])
    return every.min(axis=0), every.max(axis=0)


def _widened(low: Any, high: Any) -> tuple[Any, Any]:
    """Widen what is shown by a margin, to no less than a small country and to a shape that fits a page."""
    middle, half = (low + high) / 2, np.maximum((high - low) / 2 * 1.14, 0.08)
    half = np.array([max(half[0], half[1] / 0.8), max(half[1], half[0] * 0.5)])
    return middle - half, middle + half


def _drawn(each: outlines.Outline, project: outlines.Projection, low: Any, high: Any, scale: float) -> list[Any]:
    return [(project(part) - (low[0], high[1])) * (scale, -scale) for part in each.parts]


def _placed(project: outlines.Projection, low: Any, high: Any, scale: float) -> Any:
    def place(at: tuple[float, float]) -> list[float]:
        x, y = ((project(np.array([at])) - (low[0], high[1])) * (scale, -scale))[0]
        return [round(float(x), 1), round(float(y), 1)]

    return place
