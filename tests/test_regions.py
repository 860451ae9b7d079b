"""Regions: inequality, specialisation and links, worked out on paper."""

import numpy as np
import pandas as pd
import pytest
from small_graphs import full_zone

from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.measures.sphere import centre, kilometres, positions
from graphkit.network import Network


def two_profiles() -> Network:
    """East with 8 seats in optics and 2 in batteries, west the other way round; no two of them meet."""
    seats = [(who, f"{who}{field}{i}") for who, field, n in PROFILES for i in range(n)]
    about = [(f"{who}{field}{i}", field) for who, field, n in PROFILES for i in range(n)]
    return Network.from_frames(
        pd.DataFrame({"id": ["e", "w"], "region": ["E", "W"]}),
        pd.DataFrame({"id": [body for _, body in seats]}),
        pd.DataFrame(seats, columns=["organisation", "body"]),
        tables={
            "ABOUT": pd.DataFrame(about, columns=["start", "end"]).assign(start_label="Platform"),
            "Region": pd.DataFrame({"id": ["g:E", "g:W"], "name": ["E", "W"], "macro_region": ["east", "west"]}),
        },
    )


PROFILES = (("e", "optics", 8), ("e", "batteries", 2), ("w", "optics", 2), ("w", "batteries", 8))


def test_location_quotients_and_krugman_on_paper() -> None:
    # Quotients (8/10) / (10/20) = 1.6 and (2/10) / (10/20) = 0.4; Krugman against all: |.8 - .5| + |.2 - .5| = .6;
    # diversity 1 / (.64 + .04).
    result = run("regional-imbalance", two_profiles())
    table = result.table.set_index("region")
    assert table.loc["E", "strongest"] == "optics (1.6)"
    assert table.loc["W", "strongest"] == "batteries (1.6)"
    assert table["specialisation"].tolist() == pytest.approx([0.6, 0.6])
    assert table["diversity"].tolist() == pytest.approx([1 / 0.68] * 2)
    assert result.notes[0].startswith("Gini of seats over 2 regions: 0.0000")


def test_gini_of_four_regions_on_paper() -> None:
    # Seats 8, 8, 2, 2: Gini .3, Theil .19274, all of it between east and west.
    seats = [(region, f"{region}{i}") for region, n in (("a", 8), ("b", 8), ("c", 2), ("d", 2)) for i in range(n)]
    net = Network.from_frames(
        pd.DataFrame({"id": list("abcd"), "region": list("ABCD")}),
        pd.DataFrame({"id": [body for _, body in seats]}),
        pd.DataFrame(seats, columns=["organisation", "body"]),
        tables={
            "Region": pd.DataFrame(
                {
                    "id": [f"g:{r}" for r in "ABCD"],
                    "code": list("ABCD"),
                    "macro_region": ["east", "east", "west", "west"],
                }
            )
        },
    )
    notes = run("regional-imbalance", net).notes
    assert notes[0] == "Gini of seats over 4 regions: 0.3000; Theil 0.1927."
    assert "0.1927 between them, 0.0000 within" in notes[1]
    assert notes[2].startswith("No profiles: nothing says what is worked on")


def test_salton_expectation_and_cosine_on_paper() -> None:
    # 4 bodies of both, 6 of the east only, 16 of the west only: Salton 4 / sqrt(10 * 20). Ties: e-w (once), e-f, w-x.
    shared = {f"s{i}": ["e", "w"] for i in range(4)}
    east, west = ({f"{a}{i}": [a, b] for i in range(n)} for a, b, n in (("e", "f", 6), ("w", "x", 16)))
    regions = {"e": {"region": "E"}, "f": {"region": "E"}, "w": {"region": "W"}, "x": {"region": "W"}}
    link = run("region-links", Network.of({**shared, **east, **west}, regions)).table.iloc[0]
    assert link["salton"] == pytest.approx(4 / np.sqrt(200))
    assert link["ties"] == 1
    # d = 2 (the east's own tie, both ends) + 1 each: 3 * 3 / 6.
    assert link["expected"] == pytest.approx(1.5)
    assert link["gravity"] is None
    cosine = run("region-links", linked()).table.iloc[0]["similarity"]
    assert cosine == pytest.approx(32 / 68)  # (8*2 + 2*8) / (64 + 4)


def linked() -> Network:
    """The two profiles, tied by one body that is about nothing."""
    net = two_profiles()
    seats = pd.DataFrame(
        {
            "organisation": [*net.nodes["id"].to_numpy()[net.memberships["organisation"]], "e", "w"],
            "body": [*net.bodies["id"].to_numpy()[net.memberships["body"]], "both", "both"],
        }
    )
    bodies = pd.concat([net.bodies[["id"]], pd.DataFrame({"id": ["both"]})])
    return Network.from_frames(net.organisations, bodies, seats, tables=net.tables)


def test_gravity_finds_the_pair_that_keeps_apart() -> None:
    # Six regions on a line, 1 degree of longitude apart; ties fall with distance, but a and b, neighbours, have none.
    names = "abcdef"
    at = {name: {"region": name.upper(), "lat": 0.0, "lon": float(i)} for i, name in enumerate(names)}
    at |= {f"{name}{j}": at[name] for name in names for j in range(6)}
    bodies = {}
    for i, one in enumerate(names):
        for j, other in enumerate(names[i + 1 :], i + 1):
            if (one, other) == ("a", "b"):
                continue
            for tie in range(round(6 / (j - i))):
                bodies[f"{one}{other}{tie}"] = [f"{one}{tie}", f"{other}{tie}"]
    result = run("region-links", Network.of(bodies, at))
    assert result.table.set_index("pair")["residual"].astype(float).idxmin() == "A and B"
    assert result.table.set_index("pair").loc["A and B", "distance"] == pytest.approx(111.19, abs=0.01)
    assert "log distance -" in result.notes[0]


def test_what_is_missing_is_said_by_name() -> None:
    with pytest.raises(DataError, match="no two values of region"):
        run("region-links", Network.of({"P": ["a", "b"]}))
    with pytest.raises(DataError, match="no organisation has a city"):
        run("regional-imbalance", full_zone(), by="city")


def test_regions_on_both_sides_of_the_date_line_are_near() -> None:
    # a and b lie at 179 degrees east and west, so their centre is at 180, and c 10 degrees from it: 6,371 km pi / 18.
    at = {"a": ("A", 0.0, 179.0), "b": ("A", 0.0, -179.0), "c": ("C", 0.0, -170.0)}
    facts = {name: {"region": region, "lat": lat, "lon": lon} for name, (region, lat, lon) in at.items()}
    (row,) = run("region-links", Network.of({"p": "abc"}, facts)).table.to_dict("records")
    assert row["distance"] == pytest.approx(6371 * np.pi / 18)


def test_distances_and_centres_on_the_sphere() -> None:
    # Suva 18.1416 S 178.4419 E, Apia 13.8333 S 171.7667 W: 4.3083 degrees of latitude, 9.7914 of longitude, not 350.2.
    # sin^2(2.15415) + cos 18.1416 cos 13.8333 sin^2(4.8957) = .001413 + .95029 x .97100 x .007283 = .008133, by the
    # haversine 2 x 6,371 km x asin(.090185) = 1,150.7 km.
    where = {"suva": (-18.1416, 178.4419), "apia": (-13.8333, -171.7667), "pole": (90.0, 0.0), "nowhere": (None, 5.0)}
    net = Network.of({"p": list(where)}, {name: {"lat": lat, "lon": lon} for name, (lat, lon) in where.items()})
    points = dict(zip(net.organisations["id"], positions(net), strict=True))
    apart = kilometres(np.linalg.norm(points["suva"] - points["apia"]))
    assert apart == pytest.approx(1150.7, abs=0.3)
    middle = centre(np.array([points["suva"], points["apia"], points["nowhere"]]))
    assert kilometres(np.linalg.norm(middle - points["apia"])) == pytest.approx(apart / 2)
    assert points["pole"] == pytest.approx([0, 0, 1])
    assert kilometres(np.linalg.norm(points["pole"] - -points["pole"])) == pytest.approx(np.pi * 6371)
    assert np.isnan(centre(np.array([points["pole"], -points["pole"]]))).all()  # poles have no middle
    assert np.isnan(centre(np.array([points["nowhere"]]))).all()
