"""What views write: layout, packing, escaping, size, and the same bytes for the same network."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pages import HOSTILE, data_of, hostile_network, ints, made_up
from small_graphs import consortia, toy_zone, two_triangles

from graphkit import project as project_module
from graphkit.errors import DataError, UsageError
from graphkit.layout import components, two_level
from graphkit.network import Network
from graphkit.view import Page, View, need, views
from graphkit.views.focused import MOST_NODES, Node, Tie, picture
from graphkit.views.network import NEEDS
from graphkit.views.page import packed
from graphkit.views.payload import coded, lines, numbers, payload
from graphkit.views.report import SECTIONS

PAGES = [views()["report"], views()["network"]]
FOCUSED = [views()[name] for name in ("ego", "groups", "silo", "platform")]
SUBJECTS = {"silo": "0", "platform": "p00001"}  # else the first organisation


def made(view: View, net: Network, page: Page) -> str:
    text = view.function(net, page)
    assert isinstance(text, str)
    return text


def unpacked(table: dict[str, Any], net: Network) -> dict[str, list[Any]]:
    """Undo what payload packs, as the script of the page does."""
    columns: dict[str, list[Any]] = {}
    data = {column["name"]: column["data"] for column in table["columns"]}

    def rows(packed: str | None) -> list[int]:
        return list(range(len(net))) if packed is None else ints(packed)

    for name, each in data.items():
        if isinstance(each, list):
            columns[name] = each
        elif "organisation" in each:
            columns[name] = [net.organisations["id"][row] for row in rows(each["organisation"])]
        elif "name_of" in each:
            columns[name] = [net.organisations["name"][row] for row in rows(data[each["name_of"]]["organisation"])]
        else:
            at = data[each["as"]]["at"] if "as" in each else each["at"]
            columns[name] = [None if code < 0 else each["of"][code] for code in ints(at)]
    return columns


def shuffled(net: Network, seed: int) -> Network:
    ids, bodies = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    seats = net.memberships.assign(
        organisation=ids[net.memberships["organisation"]], body=bodies[net.memberships["body"]]
    )
    frames = (frame.sample(frac=1, random_state=seed) for frame in (net.organisations, net.bodies, seats))
    return Network.from_frames(*frames)


# --- layout


def overlaps(layout: Any) -> float:
    """Deepest overlap of two discs."""
    gap = layout.centres[:, None] - layout.centres[None]
    deep = layout.radii[:, None] + layout.radii[None] - np.hypot(gap[..., 0], gap[..., 1])
    np.fill_diagonal(deep, -np.inf)
    return float(deep.max(initial=-np.inf))


@pytest.mark.parametrize("net", [consortia(3, groups=3, mixing=0.1), toy_zone(), two_triangles()])
def test_groups_do_not_overlap_and_nobody_is_drawn_on_another(net: Network) -> None:
    layout = two_level(net, pd.factorize(net.organisations["region"])[0])
    assert overlaps(layout) < 0
    gap = layout.positions[:, None] - layout.positions[None]
    distance = np.hypot(gap[..., 0], gap[..., 1]) + np.eye(len(net)) * 9
    assert distance.min() > 0.5
    inside = np.hypot(*(layout.positions - layout.centres[layout.group]).T)
    assert (inside < layout.radii[layout.group] + 1.5).all()


def test_layout_is_the_same_for_any_order_of_rows_and_differs_by_seed() -> None:
    net = consortia(3, groups=3, mixing=0.2)
    first, again, other = two_level(net), two_level(shuffled(net, 5)), two_level(net, seed=1)
    assert first.positions.tobytes() == again.positions.tobytes()
    assert not np.allclose(first.positions, other.positions)


def test_tied_organisations_lie_nearer_than_others() -> None:
    net = consortia(3, groups=3, mixing=0.1)
    at = two_level(net, pd.factorize(net.organisations["region"])[0]).positions
    first, second, _ = net.pairs
    tied = np.hypot(*(at[first] - at[second]).T).mean()
    everybody = np.hypot(*(at[:, None] - at[None]).reshape(-1, 2).T).mean()
    assert tied < 0.7 * everybody


def test_isolates_and_small_components_stand_below() -> None:
    net = toy_zone()
    layout = two_level(net)
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    big, small, alone = (layout.positions[row[id_], 1] for id_ in ("E1", "U2", "Z"))
    assert big < small < alone
    assert layout.radii[layout.group[row["Z"]]] == pytest.approx(0.62)


def test_layout_at_the_edges() -> None:
    assert two_level(Network.of({})).positions.shape == (0, 2)
    assert two_level(Network.of({}, ["a"])).positions.shape == (1, 2)
    one_group = two_level(Network.of({"P": "abcd"}), ["x"] * 4)
    assert (one_group.group == 0).all()
    assert components(toy_zone()).max() == 2


# --- packing


def test_values_are_packed_without_loss() -> None:
    for whole in ([], [-1], [0, 62, 63, 64, -1], [4095, 10**9, 0], list(range(-1, 300))):
        assert ints(numbers(whole)) == whole
    for values in ([], ["a"], ["a", "b", None], ["x"] * 9 + [None], [None] * 4, [True, 1, 1.0, "1", None] * 3):
        short = coded(values)
        again = values
        if isinstance(short, dict):
            again = [None if at < 0 else short["of"][at] for at in ints(short["at"])]
        assert [(type(value), value) for value in again] == [(type(value), value) for value in values]
    places = ["a:b.csv:12", None, "a:b.csv:13"]
    short = lines(places)
    assert isinstance(short, dict)
    codes = zip(ints(short["at"]), ints(short["line"]), strict=True)
    assert [None if at < 0 else f"{short['of'][at]}:{line}" for at, line in codes] == places
    assert lines(["no line", "x:1"]) == ["no line", "x:1"]


def test_seats_and_tables_come_back_from_the_page() -> None:
    net = hostile_network()
    data = data_of(made(views()["report"], net, made_up(net)))
    assert data["organisations"]["id"] == net.organisations["id"].tolist()
    assert data["organisations"]["name"] == net.organisations["name"].tolist()
    rows = np.repeat(np.arange(len(net)), ints(data["seats"]["count"]))
    assert list(zip(rows.tolist(), ints(data["seats"]["body"]), strict=True)) == list(
        zip(net.memberships["organisation"], net.memberships["body"], strict=True)
    )
    sections = {section["key"]: section for section in data["sections"]}
    shown = {key: result for key, result in made_up(net).results.items() if key in sections}
    assert set(shown) == {"silos", "brokers", "bridges"}
    for key, result in shown.items():
        for carried, table in ((sections[key]["table"], result.table), (sections[key].get("members"), result.members)):
            if table is None:
                continue
            again = unpacked(carried, net)
            assert list(again) == list(table.columns)
            for name in table:
                exact = [pytest.approx(v, rel=1e-5) if isinstance(v, float) else v for v in table[name].tolist()]
                assert again[name] == exact
    columns = {column["name"]: column for column in sections["brokers"]["table"]["columns"]}
    assert columns["name"]["data"] == {"name_of": "id"}
    assert "help" not in columns["broker_partners"], "what several sections say stands once"
    assert data["declared"]["brokers"]["table"]["broker_partners"] == ["partners", ""]
    assert sections["silos"]["members"]["columns"][2]["data"]["as"] == "silo", "a group's verdict is packed once"
    assert [s["key"] for s in data["sections"]] == [each.key for each in SECTIONS]
    missing = {s["key"]: s["missing"] for s in data["sections"] if "missing" in s}
    assert missing["silos by=region"][0].startswith("No organisation has a region.")
    assert missing["isolation"][0] == "It was not computed for this page."


def test_the_network_alone_carries_of_large_tables_what_its_panel_reads() -> None:
    net = hostile_network()
    page = made_up(net)
    sections = {section["key"]: section for section in payload(net, page, NEEDS, findings=False)["sections"]}
    whole = {section["key"]: section for section in payload(net, page, NEEDS, findings=True)["sections"]}
    brokers = sections["brokers"]["table"]
    assert [column["name"] for column in brokers["columns"]] == ["id", "broker_betweenness"]
    assert brokers["columns"][0]["data"] == {"organisation": None}, "in the order of the organisations"
    told = page.results["brokers"].table.set_index("id")["broker_betweenness"]
    assert unpacked(brokers, net)["broker_betweenness"] == pytest.approx(
        told[net.organisations["id"]].tolist(), rel=1e-5
    )
    for key in ("silos", "bridges"):
        assert sections[key]["table"] == whole[key]["table"]
        assert sections[key]["said"] == whole[key]["said"]
    assert not {"members", "method", "provenance"} & set(sections["silos"])


def test_what_is_missing_is_counted() -> None:
    """The toy zone by hand: 12 organisations, no country; 5 bodies, no stage, no date."""
    missing = payload(toy_zone(), Page({}), (), findings=True)["missing"]
    assert missing == {"role": 0, "region": 0, "country": 12, "name": 0, "stage": 5, "date": 5}


# --- the pages


@pytest.mark.parametrize("view", [*PAGES, *FOCUSED], ids=lambda each: each.name)
def test_same_network_same_bytes(view: View) -> None:
    net = hostile_network()
    subject = SUBJECTS.get(view.name, net.organisations["id"][0])
    first = made(view, net, replace(made_up(net), subject=subject))
    again = shuffled(net, 3)
    assert made(view, again, replace(made_up(again), subject=subject)) == first


@pytest.mark.parametrize("view", PAGES, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "net",
    [Network.of({}), Network.of({}, ["a"]), Network.of({"P": ["a"]}), Network.of({"P": ["a", "b"]}), toy_zone()],
    ids=["empty", "one", "alone", "pair", "toy"],
)
def test_page_of_little_and_without_results(view: View, net: Network) -> None:
    assert data_of(made(view, net, Page({})))["organisations"]["id"] == net.organisations["id"].tolist()


def policy_of(html: str) -> dict[str, list[str]]:
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert found
    text = found[1].replace("&#39;", "'")
    return {part.split()[0]: part.split()[1:] for part in text.split(";")}


@pytest.mark.parametrize("view", [*PAGES, *FOCUSED], ids=lambda each: each.name)
def test_policy_allows_our_scripts_and_nothing_else(view: View) -> None:
    net = hostile_network()
    html = made(view, net, replace(made_up(net), subject=SUBJECTS.get(view.name, net.organisations["id"][0])))
    policy = policy_of(html)
    assert policy["default-src"] == ["'none'"]
    assert "connect-src" not in policy
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        texts = [
            text
            for start, text in re.findall(rf"<{tag}\b([^>]*)>(.*?)</{tag}>", html, re.DOTALL)
            if "text/plain" not in start
        ]
        digests = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts}
        assert set(policy[directive]) == digests
    head = html[: html.index("<body")]
    assert html.index("Content-Security-Policy") < html.index("<style")
    assert "\ud800" not in head


@pytest.mark.parametrize("view", [*PAGES, *FOCUSED], ids=lambda each: each.name)
def test_no_address_and_no_markup_of_the_data(view: View) -> None:
    net = hostile_network()
    html = made(view, net, replace(made_up(net), subject=SUBJECTS.get(view.name, net.organisations["id"][0])))
    assert not re.findall(
        r"<(?:link|script|img|iframe|a|base|form|object|embed)\b[^>]*(?:src|href|action)=.?https?:", html
    )
    assert "<img src=x" not in html
    assert "<svg onload" not in html
    assert "document.title='run'</script>" not in html
    assert "\u2028" not in html


def test_data_end_no_script_and_carry_every_character() -> None:
    values = [*HOSTILE, "\ud800 alone", "\u2028\u2029", "]]>", "</SCRIPT >"]
    html = f'<script type="text/plain" id="data">{packed({"values": values})}</script>'
    assert data_of(html) == {"values": values}
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed(float("nan"))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("head", [":root {", ":root[data-theme='dark'] {"])
def test_letters_stand_out_from_what_is_behind_them(head: str) -> None:
    style = (resources.files("graphkit.views") / "templates" / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style.split(head)[1].split("}")[0]))
    # AA asks 4.5 of letters (1.4.3) and 3 of what is drawn (1.4.11): ties, proposals, the outlines of silos.
    # Discs of a category may be any hue, for a rim stands round each.
    letters, drawn = ("ink", "muted", "accent", "bridge", "silo-text"), ("line", "silo", "open", "rim")
    for names, least in ((letters, 4.5), (drawn, 3.0)):
        for name in names:
            for behind in ("paper", "ground", "card", "soft"):
                low, high = sorted((luminance(colours[name]), luminance(colours[behind])))
                assert (high + 0.05) / (low + 0.05) >= least, (name, behind)
    for disc in (".dot", ".chip::before"):
        (rule,) = re.findall(rf"^{re.escape(disc)} \{{(.*?)\}}", style, re.MULTILINE | re.DOTALL)
        assert "var(--rim)" in rule, disc


def test_report_of_three_thousand_organisations_is_under_one_megabyte() -> None:
    net = consortia(2, organisations=3000, bodies=500, groups=20)
    people = net.organisations.assign(name=[f"INSTITUTE FOR THE STUDY OF SOMETHING LONG {i} GMBH" for i in range(3000)])
    page = made_up(replace(net, organisations=people))
    assert len(made(views()["report"], replace(net, organisations=people), page).encode()) < 1_000_000


def test_only_cypher_goes_over_several_lines_in_a_script() -> None:
    """Indentation is left out of the page, so that it must mean nothing: backticks close on the line they open on."""
    for file in (resources.files("graphkit.views") / "templates").iterdir():
        if file.name.endswith(".js") and file.name != "cypher.js":
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                assert line.count("`") % 2 == 0, f"{file.name}:{number}"


def test_an_analysis_that_is_needed_twice_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mixing goes by country by default, and the matrix asks for it by country."""
    net = toy_zone()
    net = replace(
        net, organisations=net.organisations.assign(country=["DE", "FR"] * (len(net) // 2) + ["DE"] * (len(net) % 2))
    )
    ran: list[str] = []
    run = project_module.analysis.run
    monkeypatch.setattr(project_module.analysis, "run", lambda name, *a, **k: ran.append(name) or run(name, *a, **k))
    made_once = project_module.Project.results(
        project_module.Project(store=None, home=Path()),  # type: ignore[arg-type]
        (need("mixing"), need("mixing", by="country"), need("mixing", by="role")),
        net,
    )[0]
    assert ran == ["mixing", "mixing"]
    assert made_once["mixing"] is made_once["mixing by=country"]


# --- focused pictures


def test_ego_names_the_strongest_and_says_what_it_left_out() -> None:
    """A body of 700: 699 partners of equal strength, of which 499 fit beside the centre."""
    net = Network.of({"P": [f"o{i:03d}" for i in range(700)]})
    html = made(views()["ego"], net, Page({}, subject="o000"))
    nodes = drawn_nodes(html)
    assert len(nodes) == MOST_NODES
    assert [node["id"] for node in nodes] == list(range(MOST_NODES))
    assert "Of 699 partners the 499 with the strongest ties are drawn." in html
    assert "weaker ties among partners are not drawn" in html


def test_ego_draws_proposals_dashed() -> None:
    net = hostile_network()
    html = made(views()["ego"], net, replace(made_up(net), subject=net.organisations["id"][0]))
    edges = json.loads(re.findall(r"edges = new vis\.DataSet\((.*?)\);", html)[0])
    assert [edge["dashes"] for edge in edges].count(True) == 1


def test_ego_needs_an_organisation_that_is_there() -> None:
    net = two_triangles()
    with pytest.raises(UsageError, match="name the organisation"):
        made(views()["ego"], net, Page({}))
    with pytest.raises(DataError, match="no organisation has the id 'x'"):
        made(views()["ego"], net, Page({}, subject="x"))
    with pytest.raises(DataError, match="no group was found"):
        made(views()["groups"], net, Page({}))


def test_silo_draws_its_members_who_is_outside_and_what_is_proposed() -> None:
    """Two triangles, a1-b1 between: the silo A has a1, a2, a3 inside, and of the outside b1; a2-b2 is proposed."""
    net, page = two_triangles(), made_up(hostile_network())
    silos, bridges = page.results["silos"], page.results["bridges"]
    members = pd.DataFrame({"id": net.organisations["id"], "silo": [0, 0, 0, 1, 1, 1]})
    proposed = bridges.table.head(1).assign(start="a2", end="b2")
    results = {"silos": replace(silos, members=members), "bridges": replace(bridges, table=proposed)}
    page = replace(page, results=results)
    html = made(views()["silo"], net, replace(page, subject="0"))
    nodes = drawn_nodes(html)
    edges = json.loads(re.findall(r"edges = new vis\.DataSet\((.*?)\);", html)[0])
    assert [node["label"] for node in nodes] == ["b2", "a1", "a2", "a3", "b1"]
    assert {(edge["from"], edge["to"]) for edge in edges if not edge["dashes"]} == {
        (1, 2),
        (1, 3),
        (2, 3),
        (1, 4),
        (4, 0),
    }
    assert [(edge["from"], edge["to"]) for edge in edges if edge["dashes"]] == [(2, 0)]
    assert "1 of the 1 they know outside; 1 proposed bridge dashed" in html
    assert made(views()["silo"], net, replace(page, subject="second group")) != html
    with pytest.raises(DataError, match="no group is called 'x'; there is 0, 1"):
        made(views()["silo"], net, replace(page, subject="x"))


def test_platform_tells_who_meets_elsewhere_too() -> None:
    """P2 of the toy zone is E1, E2 and R1: E1 and R1 share P1 as well, the two other pairs meet only there."""
    html = made(views()["platform"], toy_zone(), Page({}, subject="P2"))
    edges = json.loads(re.findall(r"edges = new vis\.DataSet\((.*?)\);", html)[0])
    assert len(edges) == 3 + 1
    assert "3 members; 1 of their 3 pairs also meet elsewhere" in html
    with pytest.raises(UsageError, match="name the platform or project"):
        made(views()["platform"], toy_zone(), Page({}))
    with pytest.raises(DataError, match="no platform or project has the id 'x'"):
        made(views()["platform"], toy_zone(), Page({}, subject="x"))


def drawn_nodes(html: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(re.findall(r"nodes = new vis\.DataSet\((.*?)\);", html)[0])
    return found


def test_focused_pictures_read_names_at_once_that_cover_no_other_and_fill_the_screen() -> None:
    """Three in a row, 56 apart once fitted; names of ten letters are 84 wide: the middle one covers another."""
    row = [Node("ten letter", "", x, 0, 10, first=True) for x in (-30, 0, 30)]
    apart = [Node("ten letter", "", 300, 100, 10, first=True), Node("ten letter", "", -300, -100, 10)]
    drawn = drawn_nodes(picture("", [], [*row, *apart], []))
    assert [node["font"]["size"] for node in drawn] == [15, 5, 15, 15, 5]
    # 560 / 300 in both directions, so that circles stay round; and a small picture is at most doubled.
    assert [(node["x"], node["y"], node["size"]) for node in drawn[3:]] == [(560, 186.7, 18.7), (-560, -186.7, 18.7)]
    assert [node["x"] for node in drawn_nodes(picture("", [], row, []))] == [-60, 0, 60]


@pytest.mark.parametrize(("language", "name", "line"), [("zh", "北京大学", "3 个成员"), ("en", "Peking", "3 members")])
def test_focused_pictures_speak_one_language(language: str, name: str, line: str) -> None:
    net = toy_zone()
    row = net.organisations["id"].tolist().index("E1")
    people = net.organisations.assign(
        **{column: net.organisations[column].astype(object) for column in ("name", "name_zh")}
    )
    people.loc[row, ["name", "name_zh"]] = ["Peking", "北京大学"]
    html = made(views()["platform"], replace(net, organisations=people), Page({}, subject="P2", language=language))
    assert name in {node["label"] for node in drawn_nodes(html)}
    (summary,) = re.findall(r"<header>.*?<p[^>]*>(.*?)</p>", html)
    assert summary.startswith(line) and ("members" in summary) == (language == "en")


def test_focused_picture_keeps_text_as_text() -> None:
    html = picture(HOSTILE[0], [HOSTILE[2]], [Node(text, f"href {text}", 0, i) for i, text in enumerate(HOSTILE)], [])
    nodes = drawn_nodes(html)
    assert not any("href" in node["title"] for node in nodes)
    assert "popup" not in html.split("drawGraph")[1], "pyvis did not switch to titles as markup"
    with pytest.raises(ValueError, match="at most 500 nodes"):
        picture("", [], [Node("", "", 0, 0)] * 501, [])
    assert "dashes" in picture("", [], [Node("a", "", 0, 0), Node("b", "", 1, 0)], [Tie(0, 1, proposed=True)])
