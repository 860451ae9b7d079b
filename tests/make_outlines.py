"""Make graphkit/views/outlines/ from the npm packages echarts 4.9.0 and i18n-iso-countries 7.14.0, unpacked somewhere.

    python tests/make_outlines.py ECHARTS/package ISO/package

`china.json` is copied as it is. `world.json` is simplified: Douglas and Peucker's line within a twentieth of a degree,
rounded to a hundredth; islands under a twentieth of a square degree are left out, but of no country its largest part,
and none of China.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

OUT = Path(__file__).parent.parent / "graphkit" / "views" / "outlines"
WITHIN, SMALLEST = 0.05, 0.05
# The package shortens these; the rest is found by name, the last two have none in it.
CALLED = {
    "Bosnia and Herz.": "BA", "Central African Rep.": "CF", "Congo": "CG", "Dem. Rep. Congo": "CD", "Curaçao": "CW",
    "Czech Rep.": "CZ", "Dominican Rep.": "DO", "Eq. Guinea": "GQ", "Korea": "KR", "Dem. Rep. Korea": "KP",
    "Lao PDR": "LA", "Macedonia": "MK", "Moldova": "MD", "Russia": "RU", "S. Sudan": "SS", "Solomon Is.": "SB",
    "Syria": "SY", "Tanzania": "TZ", "United States": "US", "Venezuela": "VE", "Vietnam": "VN", "W. Sahara": "EH",
    "Palestine": "PS", "Iran": "IR", "Bolivia": "BO", "Brunei": "BN", "Libya": "LY", "Swaziland": "SZ",
    "Falkland Is.": "FK", "Fr. S. Antarctic Lands": "TF", "Côte d'Ivoire": "CI", "Cape Verde": "CV", "Turkey": "TR",
    "Timor-Leste": "TL", "Gambia": "GM", "Bahamas": "BS", "Aland": "AX", "Antigua and Barb.": "AG", "Faeroe Is.": "FO",
    "Micronesia": "FM", "Fr. Polynesia": "PF", "N. Mariana Is.": "MP", "S. Geo. and S. Sandw. Is.": "GS",
    "St. Pierre and Miquelon": "PM", "São Tomé and Principe": "ST", "Turks and Caicos Is.": "TC",
    "St. Vin. and Gren.": "VC", "U.S. Virgin Is.": "VI", "Cayman Is.": "KY", "Saint Helena": "SH",
    "Br. Indian Ocean Ter.": "IO", "Heard I. and McDonald Is.": "HM",
}  # fmt: skip


def main(echarts: Path, iso: Path) -> None:
    """Write both files."""
    OUT.mkdir(exist_ok=True)
    shutil.copyfile(echarts / "map/json/china.json", OUT / "china.json")
    names = json.loads((iso / "langs/en.json").read_text("utf-8"))["countries"]
    code = {one: each for each, said in names.items() for one in ([said] if isinstance(said, str) else said)} | CALLED
    world = json.loads((echarts / "map/json/world.json").read_text("utf-8"))
    made = []
    for feature in world["features"]:
        name, rings = feature["properties"]["name"], _rings(feature["geometry"])
        areas = [_area(ring) for ring in rings] or [0.0]
        kept = [r for r, area in zip(rings, areas, strict=False) if area >= SMALLEST or area == max(areas)]
        made.append({"id": code.get(name), "rings": [_coded(_line(r)) for r in (rings if name == "China" else kept)]})
    unknown = [f["properties"]["name"] for f, m in zip(world["features"], made, strict=True) if m["id"] is None]
    print("without a code:", unknown)
    (OUT / "world.json").write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    islands = {name: _points(echarts / f"src/coord/geo/fix/{name}.js") for name in ("nanhai", "diaoyuIsland")}
    (OUT / "islands.json").write_text(json.dumps(islands, separators=(",", ":")) + "\n", encoding="utf-8")


def _points(script: Path) -> Any:
    """Read the list of points that a script of the package begins with."""
    text = script.read_text("utf-8")
    begin = text.index("var points = ") + len("var points = ")
    return json.loads(re.sub(r"\s+", "", text[begin : text.index("];", begin) + 1]))


def _rings(geometry: dict[str, Any]) -> list["np.ndarray[Any, Any]"]:
    many = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [np.array(polygon[0], dtype=float) for polygon in many if polygon]


def _area(ring: "np.ndarray[Any, Any]") -> float:
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _line(ring: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    keep = np.zeros(len(ring), dtype=bool)
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))
    keep[[0, far, -1]] = True
    parts = [(0, far), (far, len(ring) - 1)]
    while parts:
        a, b = parts.pop()
        if b - a < 2:
            continue
        way = ring[b] - ring[a]
        off = ring[a + 1 : b] - ring[a]
        length = float(np.hypot(*way))
        away = np.abs(way[0] * off[:, 1] - way[1] * off[:, 0]) / length if length else np.hypot(*off.T)
        at = int(np.argmax(away))
        if away[at] > WITHIN:
            keep[a + 1 + at] = True
            parts += [(a, a + 1 + at), (a + 1 + at, b)]
    return ring[keep]


def _coded(ring: "np.ndarray[Any, Any]") -> list[int]:
    whole = np.round(ring * 100).astype(int)
    return np.vstack([whole[:1], np.diff(whole, axis=0)]).ravel().tolist()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
