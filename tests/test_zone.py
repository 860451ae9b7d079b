"""One zone's report: only its rows, its organisations and their partners, in the language asked for."""

from pathlib import Path

import pytest
from pages import data_of
from small_graphs import full_zone

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.project import Project
from graphkit.view import Page, views


def page(subject: str, language: str | None = None) -> dict[str, object]:
    net = full_zone()
    results = {}
    for each in views()["zone"].needs:
        try:
            results[each.key] = run(each.analysis, net, **dict(each.options))
        except DataError:
            continue
    html = views()["zone"].function(net, Page(results, title="Toy", subject=subject, language=language))
    return data_of(str(html))


def test_a_zone_and_its_partners_are_shown_and_nothing_else() -> None:
    data = page("W", "zh")
    assert data["language"] == "zh"
    # E3, E4, U2, X1 and the isolated Z lie in the west; nobody of the east shares a body with them.
    assert data["organisations"]["id"] == ["E3", "E4", "U2", "X1", "Z"]  # type: ignore[index]
    sections = {each["key"]: each for each in data["sections"]}  # type: ignore[attr-defined]
    assert sections["ecosystem"]["table"]["rows"] == 1
    assert sections["silos by=zone"]["table"]["rows"] == 1
    assert sections["resilience"]["table"]["rows"] == 5
    assert all(said.startswith("W：") for said in sections["ecosystem"]["said"][1])


def test_chinese_sentences_use_chinese_names() -> None:
    net = full_zone()
    net.organisations.loc[net.organisations["id"] == "E2", "name_zh"] = "光谷企业"
    result = run("resilience", net)
    assert "光谷企业" in result.sentences("zh")[0]
    assert "E2" in result.sentences("en")[0]


def test_a_zone_that_is_not_there_is_told_before_anything_is_computed(project: Project, tmp_path: Path) -> None:
    project.load("zones")
    with pytest.raises(DataError, match=r"zone shows one of: .*武汉东湖高新区.*'武汉' is not among them"):
        project.report(tmp_path / "zone.html", zone="武汉")
    with pytest.raises(UsageError, match="no language 'fr'"):
        project.view("network", language="fr")
    assert not (tmp_path / "zone.html").exists()
