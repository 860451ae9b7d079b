"""Pictures of findings as pages of their own: their numbers, and what they do in a real browser."""

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browser import chromium, complaints, requests
from pages import HOSTILE, data_of, hostile_network
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from small_graphs import full_zone

from graphkit import analysis
from graphkit.errors import DataError, UsageError
from graphkit.network import Network
from graphkit.project import Project
from graphkit.serving import Server
from graphkit.view import Page, views
from graphkit.views import outlines
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
    for cell in browser.find_elements(By.CSS_SELECTOR, "#picture svg [tabindex='0'], #picture svg [role=button]"):
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


def test_a_place_lies_in_the_middle_of_its_organisations_or_is_listed() -> None:
    """W: (30 + 32) / 2 north, (114 + 116) / 2 east, which is in Hubei; eleven of twelve in CN make a map of China."""
    block = data_of(page_of("map", placed(), "Toy", "region"))["figure"]
    assert list(block["bases"]) == ["china", "world"]
    west, east = (next(p for p in block["by"]["region"]["places"] if p["value"] == name) for name in "WE")
    assert east["at"] is None
    x, y = west["at"]["china"]
    there = albers(np.array([[115.0, 31.0], [114.0, 31.0]]))
    of = {each["id"]: each["d"] for each in block["bases"]["china"]["land"]}
    hubei = np.array([[int(v) for v in pair.split()] for pair in re.findall(r"\d+ \d+", of["CN-HB"])]) / 10
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
        np.array([[int(v) for v in pair.split()] for pair in re.findall(r"\d+ \d+", d)])
        for d in (base["inset"], *(each["d"] for each in base["land"] if each["id"] == "CN-TW"))
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
    assert "中国" in browser.find_element(By.CSS_SELECTOR, "#picture svg").get_attribute("textContent")
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


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_stay_text(browser: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    net = hostile_zones() if name in ("chain", "map") else hostile_network()
    opened(browser, tmp_path, page_of(name, net, HOSTILE[0], "region" if name == "map" else None))
    for node in browser.find_elements(By.CSS_SELECTOR, "#picture svg [tabindex='0']")[:12]:
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
    keys = ("mixing", "mixing by=region", "silo-trends", "four-chains", "valley-of-death", "bridges")
    needed = [each for each in views()["report"].needs if each.key in keys]
    results = {each.key: analysis.run(each.analysis, net, **dict(each.options)) for each in needed}
    text = views()["report"].function(net, Page(results, title="Toy", language="en"))
    drawn = {each["key"]: [part["kind"] for part in each.get("pictures", ())] for each in data_of(text)["sections"]}
    assert {key: kinds for key, kinds in drawn.items() if kinds} == {
        "mixing": ["matrix"],  # no region of the toy lies anywhere: a map would be empty
        "silo-trends": ["trend"],
        "four-chains": ["chain"],
    }
    assert "names" not in next(each for each in data_of(text)["sections"] if each["key"] == "mixing")["pictures"][0]
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
    server = Server(lambda: content[0], lambda: html({"title": content[0], **nothing}, "picture"), say=str)
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
