"""The sample of Chinese zones: whole, bilingual, and nothing made up passes for fact."""

from functools import cache

import pytest

from graphkit import schema
from graphkit.analysis import run
from graphkit.project import Project
from graphkit.schema import Node, Record, Tie
from graphkit.shelf import find_loader

MADE_UP = ("Collaboration", "Result", "Challenge", "Person")
CHAINS = (
    "four-chains",
    "chain-coupling",
    "valley-of-death",
    "shelved-results",
    "duplicate-platforms",
    "unmet-demand",
    "challenge-board",
    "capital-ladder",
    "talent",
)
SEVEN = {
    "Zhongguancun": "中关村",
    "Suzhou Industrial Park": "苏州工业园区",
    "Chengdu High-tech Zone": "成都高新区",
    "Wuhan East Lake High-tech Zone": "武汉东湖高新区",
    "Shenzhen High-tech Zone": "深圳高新区",
    "Hefei High-tech Zone": "合肥高新区",
    "Pingdingshan High-tech Zone": "平顶山高新区",
}


@cache
def records() -> tuple[Record, ...]:
    return tuple(find_loader("zones").load())


def nodes(label: str) -> list[Node]:
    return [record for record in records() if isinstance(record, Node) and type(record).__name__ == label]


def test_every_row_says_what_it_is() -> None:
    assert {record.evidence for record in records()} == set(schema.EVIDENCE)
    assert all(record.row for record in records())


@pytest.mark.parametrize("label", MADE_UP)
def test_what_can_only_be_made_up_is_marked(label: str) -> None:
    assert {record.evidence for record in nodes(label)} == {"illustrative"}


def test_what_is_made_up_is_called_an_example() -> None:
    for record in records():
        if isinstance(record, Node) and record.evidence == "illustrative" and record.id.startswith("own:"):
            if type(record).__name__ == "Person" or record.id in ("own:platform-pengcheng", "own:platform-synchrotron"):
                continue  # two real laboratories of which it is made up that they lie in the zone
            if record.id.startswith("own:platform-supercomputing-"):
                continue
            assert "xample" in (record.name or ""), record.id
            assert "示例" in (record.name_zh or ""), record.id


def test_no_tie_that_says_more_than_a_place_is_public() -> None:
    public = {schema.TYPES[type(record)] for record in records() if isinstance(record, Tie) and _is_public(record)}
    assert public == {"ABOUT", "LOCATED_IN", "MEMBER_OF", "PART_OF", "RAISED", "SUBSIDIARY_OF", "TARGETS"}
    listed = {record.start for record in records() if isinstance(record, schema.Raised) and _is_public(record)}
    assert listed == {"own:catl", "ror:009pwww24", "ror:02jzypx27", "ror:00r2rga43"}


def _is_public(record: Record) -> bool:
    return record.evidence == "public"


def test_persons_have_no_names() -> None:
    assert {(record.name, record.name_zh, record.aliases) for record in nodes("Person")} == {(None, None, ())}


def test_zones_of_all_parts_of_the_country() -> None:
    zones = {zone.name: zone.name_zh for zone in nodes("Zone")}
    assert SEVEN.items() <= zones.items()
    part = {region.id: region.macro_region for region in nodes("Region") if isinstance(region, schema.Region)}
    lies = {t.start: part[t.end] for t in records() if isinstance(t, schema.LocatedIn)}
    assert set(lies) == {zone.id for zone in nodes("Zone")}
    assert set(lies.values()) == {"east", "central", "west", "northeast"}
    used = {o.zone for o in nodes("Organisation") if isinstance(o, schema.Organisation)}
    assert used - {None} == set(zones.values())


def test_everything_has_both_names_and_every_kind_is_there() -> None:
    for record in records():
        if isinstance(record, Node) and not isinstance(record, schema.Person):
            assert record.name, record.id
            assert record.name_zh, record.id
    found = {p.kind for p in nodes("Platform") if isinstance(p, schema.Platform)}
    assert found == set(schema.PLATFORM_KINDS)
    assert {o.role for o in nodes("Organisation") if isinstance(o, schema.Organisation)} == set(schema.ROLES)
    assert {c.stage for c in nodes("Collaboration") if isinstance(c, schema.Collaboration)} == set(schema.STAGES)
    assert {c.driver for c in nodes("Collaboration") if isinstance(c, schema.Collaboration)} == set(schema.DRIVERS)


def test_every_tie_ends_at_something_of_the_sample() -> None:
    ids = {(type(record).__name__, record.id) for record in records() if isinstance(record, Node)}
    for tie in (record for record in records() if isinstance(record, Tie)):
        assert (tie.start_label or tie.starts[0], tie.start) in ids
        assert (tie.end_label or tie.ends[0], tie.end) in ids


def test_both_stores_take_all_of_it_and_say_the_same(both: tuple[Project, Project]) -> None:
    first, second = both
    for project in both:
        outcome = project.load("zones")
        assert outcome.rejects == []
        assert outcome.loaded == len(records())
    net, other = first.network(), second.network()
    assert net.hash == other.hash
    assert len(net) == len(nodes("Organisation"))
    assert set(net.table("ABOUT")["start_label"]) == set(schema.About.starts) - {"Policy"}
    for name in CHAINS:
        one, two = run(name, net), run(name, other)
        assert one.table.to_json() == two.table.to_json(), name
        for language in ("en", "zh"):
            assert any(one.sentences(language)), f"{name} says nothing about the zones"
        text = one.table.to_json() + ("" if one.members is None else one.members.to_json())
        assert "own:person" not in text, name
        if one.analysis.writes:
            assert first.write(one) == second.write(two)
    wuhan = run("four-chains", net).table
    wuhan = wuhan[(wuhan["place"] == "武汉东湖高新区") & (wuhan["technology"] == "Optoelectronics")]
    assert wuhan["closed"].tolist() == [True]
