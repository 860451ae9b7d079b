"""Distances and centres on the sphere (球面距离): positions are unit vectors, so that no meridian is an edge."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from graphkit.measures.seats import Numbers
from graphkit.network import Network

EARTH = 6371.0  # km, mean radius


def positions(net: Network) -> Numbers:
    """Give the place of every organisation as a unit vector, organisations x 3; not a number where it is not known."""
    place = net.organisations[["lat", "lon"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    lat, lon = np.radians(place).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def centre(points: Numbers) -> Numbers:
    """Compute the point of the sphere nearest to all of some: their mean, as long as the radius (Fisher 1953).

    Unknown points are left out. Not a number without a known one, and where they balance, as two poles do.
    """
    known = points[~np.isnan(points).any(axis=1)]
    mean = known.mean(axis=0) if len(known) else np.full(3, np.nan)
    length = np.linalg.norm(mean)
    return mean / length if length > 1e-9 else np.full(3, np.nan)


def kilometres(chord: npt.ArrayLike) -> Numbers:
    """Turn the straight line between two points of the unit sphere into the great circle between them, in km."""
    half = np.minimum(np.asarray(chord, dtype=float) / 2, 1)
    return np.asarray((2 * EARTH * np.arcsin(half)).round(6))
