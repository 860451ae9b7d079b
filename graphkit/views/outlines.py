"""Outlines of countries and of Chinese provinces, and the equal-area projections that maps of them are drawn in.

The files in `outlines/` come from a package on npm; its README says which, under which licence, and what was changed.
China is drawn as that package draws it: 34 provinces with 台湾 and 钓鱼岛, and 南海诸岛 as the usual inset.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

Projection = Callable[["np.ndarray[Any, np.dtype[np.float64]]"], "np.ndarray[Any, np.dtype[np.float64]]"]
# ISO 3166-2 by the first two digits of the national code (GB/T 2260), which the outlines carry.
PROVINCES = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL", "31": "SH",
    "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA", "42": "HB", "43": "HN",
    "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN",
    "62": "GS", "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "81": "HK", "82": "MO",
}  # fmt: skip
CHINA = frozenset({"CN", "HK", "MO", "TW"})
_ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")


@dataclass(frozen=True)
class Outline:
    """One country or province: its code, its Chinese name where the file has it, its point, and its parts.

    The point is longitude and latitude of the capital (provinces) or the middle of the largest part (countries);
    `parts` are rings of longitude and latitude, shape (points, 2).
    """

    code: str | None
    name: str
    at: tuple[float, float]
    parts: tuple["np.ndarray[Any, np.dtype[np.float64]]", ...]


@cache
def provinces() -> tuple[Outline, ...]:
    """Read the 34 provinces of China, by ISO 3166-2 code (`CN-HB`)."""
    found = []
    for feature in json.loads(_read("china.json"))["features"]:
        said, geometry = feature["properties"], feature["geometry"]
        texts, offsets = geometry["coordinates"], geometry["encodeOffsets"]
        if geometry["type"] == "Polygon":
            texts, offsets = [texts], [offsets]
        parts = [
            _decoded(text, offset)
            for polygon, begins in zip(texts, offsets, strict=True)
            for text, offset in zip(polygon, begins, strict=True)
        ]
        code = f"CN-{PROVINCES[said['id'][:2]]}"
        if code == "CN-TW":  # as the package does in its script
            parts += [np.array(ring) for ring in json.loads(_read("islands.json"))["diaoyuIsland"]]
        found.append(Outline(code, said["name"], (said["cp"][0], said["cp"][1]), tuple(parts)))
    return tuple(found)


@cache
def countries() -> tuple[Outline, ...]:
    """Read the countries of the world, by ISO 3166-1 alpha-2 code; disputed parts without one have None."""
    found = []
    for each in json.loads(_read("world.json")):
        parts = tuple(np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / 100.0 for ring in each["rings"])
        if parts:
            largest = max(parts, key=lambda ring: float(abs(_area(ring))))
            found.append(Outline(each["id"], "", _middle(largest), parts))
    return tuple(found)


@cache
def south_china_sea() -> tuple["np.ndarray[Any, np.dtype[np.float64]]", ...]:
    """Read the inset of 南海诸岛: polygons in a frame 64 wide and 93.1 high, y downwards."""
    return tuple(np.array(ring, dtype=float) for ring in json.loads(_read("islands.json"))["nanhai"])


@cache
def points() -> dict[str, tuple[float, float]]:
    """Map codes of countries and provinces, and Chinese names of provinces, to longitude and latitude.

    >>> points()["CN-HB"]
    (113.298572, 30.684355)
    """
    found = {each.code: each.at for each in countries() if each.code}
    for each in provinces():
        found[str(each.code)] = found[each.name] = each.at
    # Places that the file of countries draws as parts of China.
    return found | {code: found[f"CN-{code}"] for code in ("HK", "MO", "TW")} | {"UK": found["GB"], "EL": found["GR"]}


def point(value: str) -> tuple[float, float] | None:
    """Find a country or Chinese province by its code or its Chinese name, short or full; None for anything else.

    >>> point("湖北省") == point("湖北") == point("CN-HB")
    True
    """
    known = points()
    short = next((value.removesuffix(end) for end in _ENDINGS if value.endswith(end)), value)
    return known.get(value) or known.get(short)


def albers(lonlat: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Project China: Albers' equal-area conic with parallels at 25 and 47 degrees, centred on 105 E (Snyder 1987)."""
    lon, lat = np.radians(lonlat).T
    one, two, middle = np.radians((25.0, 47.0, 36.0))
    n = (np.sin(one) + np.sin(two)) / 2
    c = np.cos(one) ** 2 + 2 * n * np.sin(one)
    rho, rho_0 = (np.sqrt(c - 2 * n * np.sin(each)) / n for each in (lat, middle))
    theta = n * ((lon - np.radians(105.0) + np.pi) % (2 * np.pi) - np.pi)
    return np.column_stack((rho * np.sin(theta), rho_0 - rho * np.cos(theta)))


def equal_earth(lonlat: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Project the world: Equal Earth (Šavrič, Patterson & Jenny 2018)."""
    lon, lat = np.radians(lonlat).T
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(lat))
    slope = a[0] + 3 * a[1] * t**2 + t**6 * (7 * a[2] + 9 * a[3] * t**2)
    y = t * (a[0] + a[1] * t**2 + t**6 * (a[2] + a[3] * t**2))
    return np.column_stack((2 * np.sqrt(3) * lon * np.cos(t) / (3 * slope), y))


def azimuthal(centre: tuple[float, float]) -> Projection:
    """Project a part of the world: Lambert's azimuthal equal-area around a point; beyond 100 degrees all is edge."""
    lon_0, lat_0 = np.radians(centre)

    def project(lonlat: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.float64]]":
        lon, lat = np.radians(lonlat).T
        away = np.sin(lat_0) * np.sin(lat) + np.cos(lat_0) * np.cos(lat) * np.cos(lon - lon_0)
        x = np.cos(lat) * np.sin(lon - lon_0)
        y = np.cos(lat_0) * np.sin(lat) - np.sin(lat_0) * np.cos(lat) * np.cos(lon - lon_0)
        length = np.maximum(np.hypot(x, y), 1e-12)
        rho = np.sqrt(2 * (1 - np.maximum(away, np.cos(np.radians(100)))))
        return np.column_stack((rho * x / length, rho * y / length))

    return project


def path(parts: Iterable["np.ndarray[Any, np.dtype[np.float64]]"]) -> str:
    """Write rings as an SVG path, in whole tenths from point to point; points that fall together are written once.

    >>> path([np.array([[0.0, 0.0], [1.04, 0.0], [1.0, 0.0], [1.0, 2.5]])])
    'M0 0l10 0 0 25z'
    """
    written = []
    for ring in parts:
        whole = np.round(ring * 10).astype(int)
        steps = np.diff(whole, axis=0)
        steps = steps[steps.any(axis=1)].tolist()
        if len(steps) > 1:
            written.append(f"M{whole[0][0]} {whole[0][1]}l{' '.join(f'{x} {y}' for x, y in steps)}z")
    return "".join(written)


def _decoded(text: str, offset: list[int]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Undo the package's own coding: differences in zigzag, 1,024 to a degree."""
    value = np.array([ord(sign) - 64 for sign in text]).reshape(-1, 2)
    return np.asarray((np.cumsum((value >> 1) ^ -(value & 1), axis=0) + np.array(offset)) / 1024.0, dtype=float)


def _area(ring: "np.ndarray[Any, np.dtype[np.float64]]") -> float:
    x, y = ring.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def _middle(ring: "np.ndarray[Any, np.dtype[np.float64]]") -> tuple[float, float]:
    """Compute the centre of area of a ring."""
    x, y = ring.T
    cross = x * np.roll(y, -1) - y * np.roll(x, -1)
    whole = 3 * float(cross.sum()) or 1.0
    lon, lat = (float(((v + np.roll(v, -1)) * cross).sum() / whole) for v in (x, y))
    return round(lon, 3), round(lat, 3)


def _read(name: str) -> str:
    return resources.files("graphkit.views").joinpath("outlines", name).read_text("utf-8")
