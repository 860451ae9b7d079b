"""Pictures of findings as pages of their own: their numbers, and what they do in a real browser."""

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from browser import chromium, complaints, faint, nameless, requests, screen, tiny, wearing
from pages import HOSTILE, data_of, hostile_network
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from small_graphs import full_zone

from graphkit import analysis
from graphkit.analyses.backtest import Tried
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.network import Network
from graphkit.project import Project
from graphkit.serving import Server
from graphkit.view import Page, views
from graphkit.views import outlines
from graphkit.views import time as time_view
from graphkit.views.backtest import block as proof
from graphkit.views.map import MOST_DRAWN, OF_A_PLACE, _of_all_and_of_each, _shortest
from graphkit.views.matrix import _together
from graphkit.views.outlines import albers, azimuthal, equal_earth
from graphkit.views.page import html

NAMES = ("matrix", "time", "backtest", "chain", "map")


def page_of(name: str, net: Network, title: str, subject: str | None = None) -> str:
    results, missing = {}, {}
    for need in views()[name].needs:
        try:
            results[need.key] = analysis.run(need.analysis, net, **dict(need.options))
        except DataError as error:
            missing[need.key] = str(error)
    text = views()[name].function(net, Page(results, missing, title, (), subject))
    assert isinstance(text, str)
    return text


@cache
def toy(name: str) -> str:
    """The picture of the small network in which everything is there."""
    return page_of(name, full_zone() if name == "chain" else placed(), "Toy")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


def opened(browser: webdriver.Chrome, folder: Path, html: str) -> None:
    file = folder / "picture.html"
    file.write_text(html, encoding="utf-8")
    requests(browser)
    complaints(browser)
    browser.get(file.as_uri())
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("data-ready") == "true"


def test_matrix_holds_the_ties_that_mixing_counts() -> None:
    """Two parts that never meet: 11 ties inside E, every cell off the diagonal empty (counted by hand)."""
    net = full_zone()
    block = data_of(page_of("matrix", net, "Toy", "region"))["figure"]
    region = block["pairs"]["region"]
    at = {name: position for position, name in enumerate(region["rows"])}
    mixing = analysis.run("mixing", net, by="region").table
    for row in mixing.to_dict("records"):
        i, j = sorted((at[row["group"]], at[row["other"]]))
        assert region["observed"][i][j] == row["ties"]
    assert region["observed"][at["E"]][at["E"]] == 11
    assert region["openness"][at["E"]] == 0
    assert block["first"] == "region"
    assert block["called"]["technology"] == {"Optics": ["Optics", "Optics"], "Batteries": ["Batteries", "Batteries"]}


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_picture_says_why_and_what_to_load(browser: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    opened(browser, tmp_path, page_of(name, Network.of({}), "Nothing"))
    assert browser.find_element(By.CSS_SELECTOR, "#picture .notice").is_displayed()
    assert " load " in browser.find_element(By.ID, "picture").text
    assert complaints(browser) == []
    assert requests(browser) == []


def test_a_course_that_nothing_draws_is_said_and_not_left_blank(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """Seats in one year only: every group has one window, and one point is no course."""
    net = full_zone()
    dated = replace(net, bodies=net.bodies.assign(**{"from": "2015-01-01", "to": "2015-12-31"}))
    opened(browser, tmp_path, page_of("time", dated, "Toy"))
    assert "no course to draw" in browser.find_element(By.ID, "picture").text
    assert complaints(browser) == []
    trends = analysis.run("silo-trends", dated)
    report = data_of(views()["report"].function(dated, Page({"silo-trends": trends}, title="Toy")))
    (section,) = (each for each in report["sections"] if each["key"] == "silo-trends")
    assert section["said"] and "pictures" not in section  # in a report the section has its sentences without a picture


def test_the_band_of_chance_is_that_of_the_windows_own_draws() -> None:
    net = full_zone()
    drawn = analysis.run("silo-trends", net, by="region", draws=400).table
    shown = data_of(page_of("time", net, "Toy", "region"))["figure"]["by"]["region"]
    said = {(each["group"], w["until"]): (w["low"], w["high"]) for each in shown["groups"] for w in each["windows"]}
    assert said
    for row in drawn.to_dict("records"):
        if (row["group"], row["until"]) in said and row["expected_low"] is not None:
            ends = row["expected_low"], row["expected_high"]
            assert said[row["group"], row["until"]] == pytest.approx(ends, rel=1e-5)


def test_what_is_shown_first_is_held_to_what_there_is(project: Project) -> None:
    with pytest.raises(UsageError, match=r"matrix shows one of region, role.*not 'nonsense'"):
        project.view("matrix", subject="nonsense")


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_reads_well_in_both_modes_and_on_a_phone(
    browser: webdriver.Chrome, tmp_path: Path, name: str
) -> None:
    for theme in ("light", "dark"):
        with wearing(browser, theme):
            opened(browser, tmp_path, toy(name))
            assert browser.find_element(By.TAG_NAME, "html").get_attribute("data-theme") == theme
            assert faint(browser) == []
    assert nameless(browser) == []
    browser.find_element(By.ID, "language").click()
    assert browser.execute_script("return document.documentElement.lang") == "zh-Hans"
    assert nameless(browser) == []
    with screen(browser, 390, 844, 2, mobile=True):
        opened(browser, tmp_path, toy(name))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
        assert tiny(browser) == []
    assert complaints(browser) == []
    assert requests(browser) == []


def test_a_page_is_called_in_its_readers_language(browser: webdriver.Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, page_of("chain", full_zone(), Bilingual("Chains · Toy", "四链 · 玩具")))
    heading = browser.find_element(By.ID, "title")
    assert (heading.text, browser.title) == ("Chains · Toy", "Chains · Toy")
    browser.find_element(By.ID, "language").click()
    assert (heading.text, browser.title) == ("四链 · 玩具", "四链 · 玩具")
    assert Page({}, title=Bilingual("Chains", "四链"), language="zh").heading == "四链"
    assert "<title>四链</title>" in html({"title": ["Chains", "四链"], "language": "zh", "findings": False}, "picture")


def test_groups_that_work_together_stand_side_by_side() -> None:
    """A works with C and B with D: whatever the order of the rows, these pairs are neighbours."""
    expected = np.full((4, 4), 5.0)
    ties = np.eye(4) * 5
    for a, b in ((0, 2), (1, 3)):
        ties[a, b] = ties[b, a] = 40
    order = _together(ties, expected)
    assert sorted(order) == [0, 1, 2, 3]
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset((0, 2)), frozenset((1, 3))}
    assert _together(ties[:2, :2], expected[:2, :2]) == [0, 1]


def test_a_matrix_is_one_stop_of_the_keyboard_and_keeps_its_heads_in_sight(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    opened(browser, tmp_path, page_of("matrix", hostile_network(), "Toy", "country"))
    cells = browser.find_elements(By.CSS_SELECTOR, ".matrix .cell")
    assert len(cells) == 9
    assert [each.get_attribute("tabindex") for each in cells] == ["0", *["-1"] * 8]
    cells[0].send_keys(Keys.ARROW_RIGHT)
    now = browser.switch_to.active_element
    assert now == cells[1]
    now.send_keys(Keys.ARROW_DOWN)
    now = browser.switch_to.active_element
    assert now == cells[4]
    now.send_keys(Keys.ARROW_UP, Keys.ARROW_UP, Keys.END, Keys.ENTER)  # at the upper edge it stays
    assert browser.switch_to.active_element == cells[2]
    told = (cells[2].get_attribute("aria-label") or "").split(":")[0]
    assert told and told in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    scroll = "const box = document.querySelector('.wide'); box.style.height = box.style.width = '150px'; "
    browser.execute_script(f"{scroll} box.scrollTop = box.scrollLeft = 60;")
    edges = browser.execute_script(
        "const at = (css) => document.querySelector(css).getBoundingClientRect();"
        "return [at('.wide').top, at('.matrix thead').top, at('.wide').left, at('.matrix tbody th').left]"
    )
    assert edges[0] == pytest.approx(edges[1], abs=1)
    assert edges[2] == pytest.approx(edges[3], abs=1)
    assert complaints(browser) == []


def test_technologies_against_regions_expect_the_product_of_margins() -> None:
    pair = data_of(page_of("matrix", full_zone(), "Toy"))["figure"]["pairs"]["technology-region"]
    total = sum(map(sum, pair["observed"]))
    for i, row in enumerate(pair["observed"]):
        for j in range(len(row)):
            margins = sum(row) * sum(other[j] for other in pair["observed"])
            assert pair["expected"][i][j] == pytest.approx(margins / total, abs=6e-4)


def test_a_cell_opens_its_ties_and_the_page_knows_two_languages_and_themes(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    opened(browser, tmp_path, page_of("matrix", full_zone(), "Toy", "region"))
    for cell in browser.find_elements(By.CSS_SELECTOR, "#picture .cell"):
        if "11" in (cell.get_attribute("aria-label") or ""):
            cell.click()
            break
    else:
        raise AssertionError("no cell says the 11 ties of E")
    text = browser.find_element(By.ID, "picture").text
    assert "E1 – R1" in text
    assert "expected" in text
    browser.find_element(By.ID, "language").click()
    assert "预期" in browser.find_element(By.ID, "picture").text
    theme = browser.find_element(By.TAG_NAME, "html").get_attribute("data-theme")
    browser.find_element(By.ID, "theme").click()
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("data-theme") != theme
    assert complaints(browser) == []
    assert requests(browser) == []


def test_chain_counts_who_stands_where_and_who_carries_what() -> None:
    """E on paper (small_graphs.full_zone): P1 basic U1 R1 E1 is on t:1 alone of E's bodies, and E1 and U1 are on t:1.

    Technology: U1, R1 and E1 by P1. Industry: E1 by supplying E2. Capital: E1 raised i:1 and F1 funded it, both on t:1.
    Talent: a post at U1. So E1 is in technology, industry and capital, U1 in technology and talent, nobody in the
    others' pairs. Stages: only P1 is on t:1, basic; nobody carries it on. Of the loop there is E2's demand, U1's bid.
    """
    block = data_of(page_of("chain", full_zone(), "Toy", "E"))["figure"]
    zone = block["zones"]["E"]
    assert [called for (called, _), _ in zone["technologies"]] == ["Optics"]
    whole, optics = zone["scopes"]
    assert [node["count"] for node in optics["chains"]["nodes"]] == [3, 1, 2, 1]
    both = {(i, j): part["count"] for i, j, part in optics["chains"]["links"]}
    assert both == {(0, 1): 1, (0, 2): 1, (1, 2): 1, (0, 3): 1}
    assert [node["count"] for node in optics["stages"]["nodes"]] == [3, 0, 0, 0, 0]
    assert optics["stages"]["links"] == []
    assert optics["flow"] == 0
    assert optics["gap"] == [0, 1]
    assert zone["table"]["words"]["zh"]["missing_links"], "lists of links are told in Chinese"
    told = analysis.run("four-chains", full_zone()).table.query("place == 'E'").iloc[0]
    assert (told["chains"], told["links"]) == (4, len(both))
    assert block["steps"][optics["loops"][0]["reached"]] == told["first_missing"]
    assert whole["chains"] == optics["chains"]


def test_a_zone_that_is_none_is_told() -> None:
    with pytest.raises(DataError, match=r"no organisation lies in the zone 'N'; there is: E, W"):
        page_of("chain", full_zone(), "Toy", "N")


def test_what_is_missing_in_a_chain_is_dashed_named_and_opens_what_could_be_done(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    opened(browser, tmp_path, page_of("chain", full_zone(), "Toy", "E"))
    missing = browser.find_elements(By.CSS_SELECTOR, "#picture .ribbon.missing")
    said = [each.get_attribute("aria-label") or "" for each in missing]
    assert "basic research → applied research: nothing passes" in said
    assert "industry chain – talent chain: in nobody" in said
    missing[said.index("basic research → applied research: nothing passes")].send_keys(Keys.ENTER)
    assert "Optics\ncould host it: " in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    missing[said.index("development → maturation: nothing passes")].send_keys(Keys.ENTER)
    assert "another step is the first" in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    browser.find_element(By.CSS_SELECTOR, "[aria-label='industry chain: 1 organisation']").send_keys(Keys.ENTER)
    assert "E1" in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    Select(browser.find_element(By.ID, "chain-zone")).select_by_value("W")
    browser.find_element(By.ID, "language").click()
    assert "产业链" in browser.find_element(By.ID, "picture").text
    assert complaints(browser) == []
    assert requests(browser) == []


def placed() -> Network:
    """Lay the toy zone on the map: W has coordinates of two of its five organisations, E has none."""
    net = full_zone()
    where = {"U2": (30.0, 114.0), "E3": (32.0, 116.0)}
    return replace(
        net,
        organisations=net.organisations.assign(
            lat=[where.get(id_, (None, None))[0] for id_ in net.organisations["id"]],
            lon=[where.get(id_, (None, None))[1] for id_ in net.organisations["id"]],
        ),
    )


def points(path: str) -> "np.ndarray[Any, Any]":
    """Read the points of an outline: each ring begins where it says, and goes on by steps."""
    rings = [re.findall(r"-?\d+ -?\d+", ring) for ring in path.split("M") if ring]
    return np.vstack([np.cumsum([[int(v) for v in pair.split()] for pair in ring], axis=0) for ring in rings])


def test_a_place_lies_in_the_middle_of_its_organisations_or_is_listed() -> None:
    """W: (30 + 32) / 2 north, (114 + 116) / 2 east, which is in Hubei; eleven of twelve in CN make a map of China."""
    block = data_of(page_of("map", placed(), "Toy", "region"))["figure"]
    assert list(block["bases"]) == ["china", "world"]
    west, east = (next(p for p in block["by"]["region"]["places"] if p["value"] == name) for name in "WE")
    assert east["at"] is None
    x, y = west["at"]["china"]
    there = albers(np.array([[115.0, 31.0], [114.0, 31.0]]))
    of = {each["id"]: each["d"] for each in block["bases"]["china"]["land"]}
    hubei = points(of["CN-HB"]) / 10
    assert (hubei.min(axis=0) < (x, y)).all()
    assert (hubei.max(axis=0) > (x, y)).all()
    assert there[0, 0] > there[1, 0]
    country = {p["value"]: p["at"] for p in block["by"]["country"]["places"]}
    assert country["CN"] is not None
    assert country["DE"]["world"][0] < country["CN"]["world"][0]


def test_outlines_are_those_of_the_package_and_nothing_hides_an_island() -> None:
    notes = (Path(outlines.__file__).parent / "outlines" / "README.md").read_text("utf-8")
    china = (Path(outlines.__file__).parent / "outlines" / "china.json").read_bytes()
    assert hashlib.sha256(china).hexdigest() in notes
    assert len({each.code for each in outlines.provinces()}) == 34
    base = data_of(page_of("map", placed(), "Toy"))["figure"]["bases"]["china"]
    inset, *_, taiwan = (
        points(d) for d in (base["inset"], *(each["d"] for each in base["land"] if each["id"] == "CN-TW"))
    )
    assert inset[:, 0].min() > taiwan[:, 0].max()
    assert inset.max() <= 10 * max(base["width"], base["height"])


@pytest.mark.parametrize("project", [albers, equal_earth, azimuthal((105.0, 36.0))], ids=["albers", "earth", "lambert"])
def test_projections_keep_areas(project: outlines.Projection) -> None:
    """A tenth of a degree each way at 20 and at 50 north: the areas drawn are as those on the sphere."""

    def area(lat: float) -> float:
        corners = np.array([[100.0, lat], [100.1, lat], [100.1, lat + 0.1], [100.0, lat + 0.1]])
        x, y = project(corners).T
        return float(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2))

    sphere = np.diff(np.sin(np.radians([20.0, 20.1, 50.0, 50.1])))
    assert area(20.0) / area(50.0) == pytest.approx(sphere[0] / sphere[2], rel=1e-4)


def test_a_place_on_the_map_opens_and_what_has_no_place_stands_beside(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    opened(browser, tmp_path, page_of("map", placed(), "Toy", "region"))
    aside = browser.find_element(By.CSS_SELECTOR, "#picture .aside")
    assert "Not on the map (no coordinates)\nE\n7" in aside.text
    browser.find_element(By.CSS_SELECTOR, "#picture .place").send_keys(Keys.ENTER)
    assert "5 organisations" in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    for control, value in (("map-ties", "wanting"), ("map-base", "world"), ("map-by", "country")):
        Select(browser.find_element(By.ID, control)).select_by_value(value)
    assert len(browser.find_elements(By.CSS_SELECTOR, "#picture .place")) == 2
    browser.find_element(By.ID, "language").click()
    assert "中国" in browser.find_element(By.CSS_SELECTOR, "#picture .wide svg").get_attribute("textContent")
    assert complaints(browser) == []
    assert requests(browser) == []


def test_a_map_shows_the_shortest_stretch_that_holds_most() -> None:
    """Of a hundred the two in the far south and three far in the north are left out: 10 to 20 hold 95."""
    values, weights = np.array([20.0, -60.0, 10.0, 80.0, 15.0]), np.array([30.0, 2.0, 40.0, 3.0, 25.0])
    assert _shortest(values, weights) == (10.0, 20.0)
    assert _shortest(np.array([7.0]), np.array([1.0])) == (7.0, 7.0)
    assert _shortest(np.array([0.0, 100.0]), np.array([50.0, 50.0])) == (0.0, 100.0)


def test_a_place_has_its_own_flows_however_weak() -> None:
    """A strong pair for each of sixty, then place 99 with eight weak ones: six of these are kept."""
    strong = [(i, i + 1, 1000 - i, 1.0) for i in range(0, 2 * MOST_DRAWN, 2)]
    weak = [(number, 999, 9 - number, 1.0) for number in range(8)]
    kept = _of_all_and_of_each([*strong, *weak])
    assert kept[:MOST_DRAWN] == strong
    assert kept[MOST_DRAWN:] == weak  # places 0 to 7 have one flow each before
    busy = [(0, i, 500 - i, 1.0) for i in range(1, 100)]
    crowd = [(998, 999, 3, 1.0), *((0, 999, 2, 1.0) for _ in range(9))]
    assert len([f for f in _of_all_and_of_each([*busy, *crowd]) if 999 in f[:2]]) == OF_A_PLACE


def test_a_place_that_is_chosen_shows_its_own_flows_alone(browser: webdriver.Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, page_of("map", hostile_network(), "Toy", "country"))
    flows = browser.find_elements(By.CSS_SELECTOR, "#picture .flow")
    assert len(flows) == 3  # of DE, FR and CN
    browser.find_element(By.CSS_SELECTOR, "#picture [data-place='0']").send_keys(Keys.ENTER)
    (other,) = browser.find_elements(By.CSS_SELECTOR, "#picture .flow.away")
    other.send_keys(Keys.ENTER)
    assert "times expected" in browser.find_element(By.CSS_SELECTOR, "#picture .aside").text
    assert not browser.find_elements(By.CSS_SELECTOR, "#picture .flow.away")
    assert browser.find_elements(By.CSS_SELECTOR, "#picture .key .measure"), "sizes and widths are told in numbers"
    assert complaints(browser) == []


def test_the_course_with_most_groups_that_could_be_tested_is_shown_first() -> None:
    trends = {"community": ["not tested"] * 9, "country": ["steady"], "zone": ["closing", "opening", "too short"]}
    shown = {by: {"groups": [{"trend": trend} for trend in each]} for by, each in trends.items()}
    assert time_view.block(shown)["first"] == "zone"
    assert time_view.block(shown, "country")["first"] == "country"
    assert time_view.block({})["first"] is None


def test_the_proof_says_what_was_known_and_when_nothing_came_true(browser: webdriver.Chrome, tmp_path: Path) -> None:
    rows = [
        {"stratum": stratum, "score": score, "organisations": 7, "precision": share}
        for stratum, score, share in (
            ("all", "graphkit", 0.115),
            ("all", "random", 0.112),
            ("across countries", "graphkit", 0.0),
            ("across countries", "random", 0.0),
        )
    ]
    table = pd.DataFrame(rows, columns=list(Tried.columns())).astype(object).where(lambda frame: frame.notna(), None)
    note = Bilingual("Known were bodies until 2015.", "已知者为 2015 年前的项目。")
    result = analysis.Result(analysis.find("backtest"), table, None, (note,), {})
    found = Page({"backtest": result}, title="Toy")
    assert proof(result)["when"] == [note, note.zh]
    opened(browser, tmp_path, str(views()["backtest"].function(full_zone(), found)))
    text = browser.find_element(By.ID, "picture").text
    assert "Known were bodies until 2015. Share of the ten best" in text
    assert "11.5 %" in text and "11.2 %" in text
    assert "No proposal of this kind came true" in text
    assert complaints(browser) == []


def test_what_was_chosen_stands_in_the_address(browser: webdriver.Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, toy("map"))
    for control, value in (("map-by", "country"), ("map-ties", "wanting"), ("map-base", "world")):
        Select(browser.find_element(By.ID, control)).select_by_value(value)
    browser.find_element(By.ID, "language").click()
    address = browser.current_url
    assert "map-base=world" in address and "lang=zh" in address
    browser.get("about:blank")
    browser.get(address)
    chosen = {
        each: browser.find_element(By.ID, each).get_attribute("value") for each in ("map-by", "map-ties", "map-base")
    }
    assert chosen == {"map-by": "country", "map-ties": "wanting", "map-base": "world"}
    assert browser.execute_script("return document.documentElement.lang") == "zh-Hans"
    assert browser.switch_to.active_element.tag_name == "body"
    browser.get("about:blank")
    browser.get(address.split("#")[0] + "#map-base=nowhere&title=%3Cscript%3E&lang=xx")
    assert browser.find_element(By.ID, "map-base").get_attribute("value") == "china"
    assert complaints(browser) == []
    assert requests(browser) == []


def hostile_zones() -> Network:
    """Name the toy zone's organisations, zones and regions with hostile text, and lay one of them on the map."""
    net = placed()
    zones = {"E": HOSTILE[0], "W": HOSTILE[4]}
    return replace(
        net,
        organisations=net.organisations.assign(
            name=HOSTILE[: len(net)],
            zone=[zones[each] for each in net.organisations["zone"]],
            region=[zones[each] for each in net.organisations["zone"]],
        ),
    )


SAVED = """
const done = arguments[1];
URL.createObjectURL = (blob) => {
  blob.text().then(done);
  return 'data:,';
};
HTMLAnchorElement.prototype.click = () => {};
arguments[0].click();
"""


def test_a_picture_is_saved_as_it_is_seen_and_a_matrix_as_its_cells(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """Names stay text, what is hidden stays away, and no style, script or address goes along."""
    for name in ("map", "chain"):
        opened(browser, tmp_path, page_of(name, hostile_zones(), "Toy", "region" if name == "map" else None))
        button = browser.find_element(By.CSS_SELECTOR, "#picture figure > button")
        assert button.accessible_name == "Save the picture as SVG"
        drawn = ElementTree.fromstring(browser.execute_async_script(SAVED, button))
        tags = {each.tag.removeprefix("{http://www.w3.org/2000/svg}") for each in drawn.iter()}
        assert tags <= {"svg", "g", "rect", "path", "circle", "text", "title"}
        assert not {key for each in drawn.iter() for key in each.attrib} & {"class", "style", "href", "onload"}
        assert all(each.get("fill") for each in drawn.iter() if each.tag.endswith("circle"))
        shown = browser.find_element(By.CSS_SELECTOR, ".wide > svg").get_attribute("textContent")
        assert "".join(drawn.itertext()) == shown
    opened(browser, tmp_path, page_of("matrix", full_zone(), "Toy", "region"))
    button = browser.find_element(By.CSS_SELECTOR, "#picture .choices button")
    lines = browser.execute_async_script(SAVED, button).removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "region,other,observed,expected"
    assert sorted(line.split(",")[:2] for line in lines[1:-1]) == [["E", "E"], ["E", "W"], ["W", "W"]]
    assert [line.split(",")[2] for line in lines[1:-1] if line.startswith("E,E")] == ["11"]
    assert complaints(browser) == []
    assert requests(browser) == []


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_stay_text(browser: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    net = hostile_zones() if name in ("chain", "map") else hostile_network()
    opened(browser, tmp_path, page_of(name, net, HOSTILE[0], "region" if name == "map" else None))
    for node in browser.find_elements(By.CSS_SELECTOR, "#picture svg [tabindex='0'], #picture .cell")[:12]:
        browser.execute_script(
            "arguments[0].dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));"
            "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))",
            node,
        )
    assert browser.title != "run"
    assert browser.find_elements(By.CSS_SELECTOR, "#picture img, #picture script, #picture iframe") == []
    assert complaints(browser) == []
    assert requests(browser) == []


def test_the_report_draws_its_findings_in_their_sections(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """The pictures take names and proposals from the report, which has them anyway, and stand beside the sentences."""
    net = full_zone()
    course = "silo-trends by=region draws=400"
    keys = ("mixing", "mixing by=region", "silo-trends", course, "four-chains", "valley-of-death", "bridges")
    needed = [each for each in views()["report"].needs if each.key in keys]
    results = {each.key: analysis.run(each.analysis, net, **dict(each.options)) for each in needed}
    text = views()["report"].function(net, Page(results, title="Toy", language="en"))
    drawn = {each["key"]: [part["kind"] for part in each.get("pictures", ())] for each in data_of(text)["sections"]}
    assert {key: kinds for key, kinds in drawn.items() if kinds} == {
        "mixing": ["matrix"],  # no region of the toy lies anywhere: a map would be empty
        "silo-trends": ["trend"],
        "four-chains": ["chain"],
    }
    pictures = {each["key"]: each.get("pictures") for each in data_of(text)["sections"]}
    assert "names" not in pictures["mixing"][0]
    assert set(pictures["silo-trends"][0]["by"]) == {"country", "region"}
    opened(browser, tmp_path, text)
    next(
        each
        for each in browser.find_elements(By.CSS_SELECTOR, "#s-mixing .cell")
        if "11 found" in (each.get_attribute("aria-label") or "")
    ).click()
    assert "E1 – R1" in browser.find_element(By.CSS_SELECTOR, "#s-mixing .aside").text
    assert browser.find_element(By.CSS_SELECTOR, "#s-silo-trends .findings").text.startswith("China, 20")
    browser.find_element(By.ID, "language").click()
    assert browser.find_element(By.CSS_SELECTOR, "#s-silo-trends .findings").text.startswith("中国，20")
    assert "中国" in browser.find_element(By.CSS_SELECTOR, "#s-silo-trends tbody").text
    assert "技术链" in browser.find_element(By.CSS_SELECTOR, "#s-four-chains .picture").text
    twice = "const ids = [...document.querySelectorAll('[id]')].map((n) => n.id); return ids.length - new Set(ids).size"
    assert browser.execute_script(twice) == 0
    assert complaints(browser) == []
    assert requests(browser) == []


def test_a_served_page_refreshes_itself_when_the_store_changed(browser: webdriver.Chrome) -> None:
    content = ["one"]
    nothing = {"findings": False, "figure": {}, "about": [], "missing": [], "language": "en"}
    server = Server(lambda: content[0], lambda: html({"title": [content[0], ""], **nothing}, "picture"), say=str)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        browser.get(server.url)
        browser.execute_script("window.stays = 1")

        def shown(title: str) -> bool:
            browser.switch_to.default_content()
            browser.switch_to.frame(0)
            found = browser.find_elements(By.ID, "title")
            return bool(found) and found[0].text == title

        WebDriverWait(browser, 20).until(lambda _: shown("one"))
        content[0] = "two"
        assert server.refresh()
        WebDriverWait(browser, 20).until(lambda _: shown("two"))
        browser.switch_to.default_content()
        assert browser.execute_script("return window.stays") == 1
    finally:
        browser.get("about:blank")
        server.shutdown()
        thread.join()
        server.server_close()
    assert complaints(browser) == []
