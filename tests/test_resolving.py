"""Telling organisations apart: what is merged without asking, what is suggested, and what is linked to a register."""

import csv
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DataError
from graphkit.naming.likeness import likeness, probability
from graphkit.naming.linking import Names, link
from graphkit.naming.resolving import card_of, same
from graphkit.naming.suggesting import Register, aliases_of, judged, suggested

DATA = Path(__file__).parent / "data" / "name-resolution"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(*organisations: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(organisations))


def named(*names: str, **facts: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"own:{i}" for i in range(1, len(names) + 1)], "name": list(names), **facts})


def pairs(found: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(found["first"], found["second"], strict=True))


# Without doubt


def test_one_name_is_one_organisation_unless_something_contradicts() -> None:
    assert pairs(same(named("Siemens AG", "SIEMENS Aktiengesellschaft"))) == {("own:1", "own:2")}
    assert pairs(same(named("Siemens AG", "Siemens", country=["DE", None]))) == {("own:1", "own:2")}
    assert not pairs(same(named("Siemens AG", "Siemens AG", country=["DE", "AT"])))
    assert not pairs(same(named("Siemens AG", "Siemens GmbH")))
    assert not pairs(same(named("Siemens AG", "Siemens AG", city=["München", "Wien"])))
    assert pairs(same(named("Hellas SA", "Hellas SA", country=["GR", "EL"], city=["Αθήνα", "ΑΘΗΝΑ"])))


def test_a_record_that_fits_two_fits_none() -> None:
    # The third agrees with the first and the second, which are two organisations; the fourth is the first again.
    found = same(named("Fabrikam", "Fabrikam", "Fabrikam", "Fabrikam", country=["DE", "FR", None, "DE"]))

    assert pairs(found) == {("own:1", "own:4")}


def test_identifiers_join_what_names_do_not() -> None:
    found = same(
        table(
            {"id": "pic:999997930", "name": "CNRS"},
            {"id": "own:x", "name": "Centre national", "aliases": ["999997930", "CNRS Paris"]},
            {"id": "ror:03cve4549", "name": "清华大学", "aliases": ("grid.12527.33",)},
            {"id": "grid:grid.12527.33", "name": "Tsinghua University", "aliases": None},
        )
    )

    assert pairs(found) == {("own:x", "pic:999997930"), ("grid:grid.12527.33", "ror:03cve4549")}
    assert set(found["method"]) == {"identifier"}
    assert set(found["evidence"]) == {"pic:999997930", "grid:grid.12527.33"}


def test_different_identifiers_of_one_register_keep_a_name_apart() -> None:
    both = [{"id": "pic:999997930", "name": "Fabrikam"}, {"id": "pic:999997931", "name": "Fabrikam"}]

    assert same(table(*both)).empty
    # A record without an identifier, which would fit either, joins none of them.
    assert same(table(*both, {"id": "own:1", "name": "Fabrikam"})).empty


def test_joins_never_contradict_each_other_along_a_chain() -> None:
    # 1 and 2 share a Chinese name, 2 and 3 an English one; 1 and 3 have different ROR ids.
    found = same(
        table(
            {"id": "ror:03cve4549", "name": "Alpha Institute", "name_zh": "阿尔法研究院"},
            {"id": "own:2", "name": "Beta Institute", "name_zh": "阿尔法研究院"},
            {"id": "ror:01y2jtd41", "name": "Beta Institute"},
        )
    )

    assert len(found) == 1


def test_homonyms_need_their_place() -> None:
    # In ROR there are two universities of this name, in Beijing and in Qingdao.
    assert same(named("中国石油大学", "中国石油大学")).empty
    assert same(named("国际竹藤中心", "国际竹藤中心", country=["CN", "CN"])).empty
    assert same(named("中国石油大学", "中國石油大學", country=["CN", "CN"], city=["北京", "青岛"])).empty
    assert len(same(named("中国石油大学", "中國石油大學", country=["CN", "CN"], city=["北京", "北京市"]))) == 1
    assert (
        same(
            named("Fabrikam", "Fabrikam"),
        ).shape[0]
        == 1
    )
    assert same(named("Fabrikam", "Fabrikam"), homonyms=["FABRIKAM Ltd"]).empty


def test_bare_initials_need_their_place_or_the_same_form() -> None:
    assert same(named("ICS", "ICS", country=["FR", "FR"])).empty
    assert len(same(named("ICS", "ICS", country=["FR", "FR"], city=["Paris", "Paris"]))) == 1
    assert len(same(named("BMW AG", "BMW Aktiengesellschaft"))) == 1


def test_nothing_depends_on_the_order_of_rows() -> None:
    names = [row[side] for row in rows("chinese_pairs.csv") for side in ("name1", "name2")]
    frame = named(*names)
    mixed = frame.sample(frac=1, random_state=3)

    pd.testing.assert_frame_equal(same(frame), same(mixed))
    pd.testing.assert_frame_equal(suggested(frame), suggested(mixed))


def test_faults_of_the_table_are_told() -> None:
    with pytest.raises(DataError, match="no column 'id'"):
        same(pd.DataFrame({"name": ["x"]}))
    with pytest.raises(DataError, match="'own:1' stands twice"):
        same(pd.DataFrame({"id": ["own:1", "own:1"], "name": ["x", "y"]}))
    assert same(named()).empty
    assert suggested(named()).empty


@pytest.mark.parametrize("file", ["organisation_pairs.csv", "chinese_pairs.csv"])
def test_no_judged_pair_is_merged_wrongly(file: str) -> None:
    merged = [row for row in rows(file) if len(same(named(row["name1"], row["name2"])))]

    assert len(merged) >= 5
    assert [row for row in merged if row["is_match"].lower() != "true"] == []


# Suggestions


def test_what_differs_is_said_in_words() -> None:
    (pair,) = suggested(named("General Motors", "General Mortars"), least=0).itertuples(index=False)

    assert (pair.first, pair.second, pair.method) == ("own:1", "own:2", "name")
    assert "'mortars' for 'motors'" in pair.reasons
    assert 0 < pair.score < 1


@pytest.mark.parametrize(
    ("like", "unlike"),
    [
        (("Wallmart Inc.", "Walmart Inc."), ("Walmart Inc.", "Target Inc.")),
        (("Deutsche Bank", "Deutsche Bank AG"), ("Deutsche Bank AG", "Deutsche Bank Polska SA")),
        (("First International Bank", "1st Intl Bank"), ("First International Bank", "Second International Bank")),
        (("People's Liberation Army", "PLA"), ("People's Liberation Army", "NATO")),
        (("安徽省科学技术厅", "安徽省科技厅"), ("河南省科学技术厅", "海南省科学技术厅")),
        (("香港教育学院", "香港教育大学"), ("北京科技大学", "北京科技职业大学")),
        (("中国科学院西北高原生物研究所", "西北高原生物研究所"), ("西安电子科技大学", "电子科技大学")),
        (("浙江海康智联科技有限公司", "海康智联"), ("中国科学院昆明植物研究所", "中国科学院昆明动物研究所")),
    ],
)
def test_likely_pairs_stand_before_unlikely_ones(like: tuple[str, str], unlike: tuple[str, str]) -> None:
    assert likeness(*like).logit > max(likeness(*unlike).logit, 0)
    assert likeness(*like) == likeness(*reversed(like))


def test_initials_alone_are_weak_and_called_so() -> None:
    (pair,) = suggested(named("National Physical Laboratory", "NPL"), least=0).itertuples(index=False)

    assert (pair.method, pair.reasons) == ("initials", "NPL could be initials")
    assert pair.score < likeness_score("National Physical Laboratory", "National Phisical Laboratory")


def likeness_score(first: str, second: str) -> float:
    return probability(likeness(first, second).logit)


def test_a_number_that_differs_costs_and_is_named() -> None:
    found = likeness("Goldman Sachs Fund V", "Goldman Sachs Fund VI")

    assert "the number differs" in found.reasons
    assert found.logit < likeness("Goldman Sachs Fund V", "Goldman-Sachs Fund V").logit


def test_the_register_knows_renamings_that_no_spelling_shows() -> None:
    # 南昌工程学院 became 江西水利电力大学; 湖南工程学院 is another one, though most of its name is the same.
    aliases = {"ror:a": {"南昌工程学院", "江西水利电力大学"}, "ror:b": {"湖南工程学院"}}
    frame = named("南昌工程学院", "江西水利电力大学", "湖南工程学院")

    assert suggested(frame).empty
    (pair,) = suggested(frame, aliases=aliases).itertuples(index=False)
    assert (pair.first, pair.second, pair.method) == ("own:1", "own:2", "register")
    assert pair.score > 0.98
    assert "ror:a" in pair.reasons


def test_a_name_in_brackets_is_another_name() -> None:
    found = suggested(named("苏州大学附属第四医院 (苏州市独墅湖医院)", "苏州市独墅湖医院"))

    assert found["score"].tolist() == [pytest.approx(0.99, abs=0.01)]
    # A place in brackets is none: 开元 and 开来 are two firms in Shenzhen.
    assert suggested(named("开元教育科技（深圳）有限公司", "开来科技（深圳）有限公司")).empty


def test_places_and_identifiers_count() -> None:
    def score(**facts: list[object]) -> float:
        frame = named("Walmart Stores", "Wallmart Stores", **facts)
        return float(suggested(frame, least=0)["score"].iloc[0])

    assert score(country=["US", "DE"]) < score(country=["US", "US"]) == score()
    assert score(city=["Ulm", "Bonn"]) < score() < score(city=["Ulm", "ULM"])


def test_other_countries_are_suggested_only_under_the_very_same_words() -> None:
    names = ("Walmart Stores", "Stores Walmart", "Walmart-Stores", "Wallmart Stores")
    frame = named(*names, country=["US", "DE", "FR", "IT"])
    everything = suggested(frame, least=0)
    likely = everything[everything["score"] >= 0.5].reset_index(drop=True)

    # Pairs that cannot reach one half are passed over before they are compared: the outcome is the same.
    pd.testing.assert_frame_equal(suggested(frame), likely)
    assert pairs(likely) == {("own:1", "own:3")}


def test_what_is_without_doubt_is_not_suggested() -> None:
    frame = named("Siemens AG", "Siemens Aktiengesellschaft", "Siemems AG")

    assert pairs(same(frame)) == {("own:1", "own:2")}
    assert pairs(suggested(frame)) == {("own:1", "own:3"), ("own:2", "own:3")}


def test_chinese_pairs_are_found_through_names_of_the_register() -> None:
    judged_pairs = rows("chinese_pairs.csv")
    aliases: dict[str, set[str]] = defaultdict(set)
    for row in judged_pairs:
        if row["is_match"] == "true":
            aliases[row["ror_if_match"]] |= {row["name1"], row["name2"]}
    register = Register.of(aliases)
    scores = [
        (judged(card_of({"id": "1", "name": r["name1"]}), card_of({"id": "2", "name": r["name2"]}), register)[0], r)
        for r in judged_pairs
    ]
    kept = [row["is_match"] == "true" for score, row in scores if score >= 0.95]

    assert sum(kept) / len(kept) >= 0.99
    assert sum(kept) / sum(row["is_match"] == "true" for row in judged_pairs) >= 0.6


def test_chinese_and_english_names_meet_in_the_register() -> None:
    aliases: dict[str, set[str]] = defaultdict(set)
    for row in rows("chinese_english_pairs.csv"):
        aliases[row["ror_id"]] |= {row["zh"], row["en"]}
    register = Register.of(aliases)
    found = [
        judged(card_of({"id": "1", "name": row["zh"]}), card_of({"id": "2", "name": row["en"]}), register)[0] > 0.9
        for row in rows("chinese_english_pairs.csv")
    ]

    assert sum(found) / len(found) >= 0.9


def test_aliases_of_a_register() -> None:
    register = table({"id": "ror:03cve4549", "name": "Tsinghua University", "name_zh": "清华大学", "aliases": ("THU",)})

    assert aliases_of(register) == {"ror:03cve4549": {"Tsinghua University", "清华大学", "THU"}}


# Links


@pytest.fixture(scope="module")
def register() -> Names:
    def entry(id_: str, name: str, country: str, city: str, *aliases: str, zh: str | None = None) -> dict[str, object]:
        return {"id": id_, "name": name, "name_zh": zh, "country": country, "city": city, "aliases": aliases}

    return Names.of(
        table(
            entry("ror:1", "Tsinghua University", "CN", "Beijing", "grid.12527.33", zh="清华大学"),
            entry("ror:2", "National Tsing Hua University", "TW", "Hsinchu"),
            entry("ror:3", "University of California, San Diego", "US", "San Diego", "UCSD"),
            entry("ror:4", "Georgia Institute of Technology", "US", "Atlanta"),
            entry("ror:5", "Loyola University", "US", "Chicago"),
            entry("ror:6", "Loyola University", "US", "New Orleans"),
            entry("ror:7", "Henan University", "CN", "Kaifeng", zh="河南大学"),
            entry("ror:8", "University of Science and Technology of China", "CN", "Hefei", zh="中国科学技术大学"),
            entry("ror:9", "Institute of Physics", "CZ", "Prague"),
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Department of Physics, Tsinghua University, Beijing 100084, P.R. China", "ror:1"),
        ("Dept. of EEIS, Univ. of Sci. and Tech. of China, Hefei, China", "ror:8"),
        ("University of California, San Diego, La Jolla, USA", "ror:3"),
        ("School of Mathematics, Georgia Institute of Technology, Atlanta, GA", "ror:4"),
        ("Loyola University, New Orleans, USA", "ror:6"),
        ("清华大学物理系", "ror:1"),
        ("北京市海淀区，清华大学", "ror:1"),
        ("Loyola University, USA", None),  # which of the two?
        ("Henan Univ. of Technology, Zhengzhou, China", None),  # another university
        ("Institute of Physics, University of Somewhere, Warsaw, Poland", None),  # not the one in Prague
        ("Tsinghua University, Taiwan", None),  # the country contradicts
        ("Tsinghua University, Beijing, and Georgia Institute of Technology, Atlanta", None),
        ("a; b; c; Tsinghua University, Beijing", None),
        ("Macao Hospital, Tsinghua University, Beijing", None),  # of a body that nobody knows
        ("Dept ofPhysics, TsinghuaUniversity, Beijing, China", "ror:1"),
        ("Tsinghua University  THU", "ror:1"),
        ("UCSD", None),  # initials are no name
        ("", None),
        (", ; #", None),
        ("Nobody's Private Laboratory", None),
    ],
)
def test_affiliations_are_linked_only_as_far_as_a_name_stands_in_them(
    register: Names, text: str, expected: str | None
) -> None:
    found = link([text], register)

    assert found["ror"].tolist() == ([] if expected is None else [expected])


@pytest.fixture(scope="module")
def neighbours() -> Names:
    """Organisations whose names stand within or beside those of others."""
    entries = [
        ("nankai", "Nankai University", "CN", "Tianjin"),
        ("georgia", "Georgia Institute of Technology", "US", "Atlanta"),
        ("hospitals", "National Hospital Organization", "JP", "Tokyo"),
        ("clinic", "Cleveland Clinic", "US", "Cleveland"),
        ("desert", "Desert Research Institute", "US", "Las Vegas"),
        ("consulting", "Boston Consulting Group", "US", "Boston"),
        ("fudan", "Fudan University", "CN", "Shanghai"),
        ("cotton", "Laboratoire Aimé Cotton", "FR", "Orsay"),
        ("south", "Université Paris-Sud", "FR", "Orsay", "Univ. Paris Sud"),
        ("ohio", "Ohio State University", "US", "Columbus", "OSU"),
        ("system", "University of Colorado System", "US", "Boulder", "University of Colorado"),
        ("medicine", "Fudan University School of Medicine", "CN", "Shanghai"),
        ("oist", "Okinawa Institute of Science and Technology", "JP", "Onna", "OIST"),
        ("canary", "Instituto de Astrofísica de Canarias", "ES", "La Laguna"),
    ]
    return Names.of(
        table(
            *(
                {"id": f"ror:{id_}", "name": name, "country": country, "city": city, "aliases": tuple(aliases)}
                for id_, name, country, city, *aliases in entries
            )
        )
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Two organisations, each beside its city: none is the one, though only one country is written.
        ("Georgia Institute of Technology, Atlanta, GA and Centre Y, Nankai University, Tianjin, China", None),
        ("Nankai University, Tianjin, China", "nankai"),
        # What follows a name is its address, or the name goes on.
        ("Ward 3, National Hospital Organization Tokyo National Hospital, Tokyo, Japan", None),
        ("National Hospital Organization Tokyo 152-8902, Japan", "hospitals"),
        ("Ohio State University 1858 Neil Avenue", "ohio"),
        ("Ohio State University, Columbus, OH, USA", "ohio"),
        # A body that is called after its city is a branch in another; no body is in a city abroad.
        ("Cleveland Clinic, Las Vegas, NV, USA", None),
        ("Cleveland Clinic, Cleveland, Ohio, USA", "clinic"),
        ("Boston Consulting Group - Shanghai", None),
        ("Ohio State University, Shanghai", None),
        # An institute or medical centre of its own beside a university: which of the two?
        ("Laboratoire Aimé Cotton, CNRS, Univ. Paris Sud, Orsay, France", None),
        ("Laboratoire de Physique, Univ. Paris Sud, Orsay, France", "south"),
        ("Ohio State University, Wexner Medical Center, Columbus, USA", None),
        ("Ohio Key Laboratory of Ceramics, Ohio State University, Columbus, USA", "ohio"),
        ("Instituto de Astrofisica de Canarias, 38205 La Laguna, Spain", "canary"),
        ("Instituto de Astrofisica de Canarias, Ohio State University, Columbus, USA", "ohio"),
        # A school, faculty or department that is called after a body is that body.
        ("Fudan University School of Medicine, Shanghai", "fudan"),
        ("Ohio State University Department of Physics", "ohio"),
        # A short name of a system of universities, with a unit, is one of them, and nobody knows which.
        ("University of Colorado", "system"),
        ("University of Colorado School of Medicine", None),
        # Initials beside the name that they stand for add nothing, and take nothing away.
        ("Okinawa Institute of Science and Technology (OIST)", "oist"),
        ("Okinawa Institute of Science and Technology (ABCD)", None),
        ("Department of Physics, Georgia Institute of Technology", "georgia"),
        # Of several affiliations the first is the author's, also where nobody knows it; what goes on is no other one.
        ("Federation of Psychiatry, Lille, France; Nankai University, Tianjin, China", None),
        ("Department of Physics; Nankai University; Tianjin, China", "nankai"),
        ("Nankai University, Tianjin, China; Federation of Psychiatry, Lille, France", "nankai"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_name_decides(neighbours: Names, text: str, expected: str | None) -> None:
    found = link([text], neighbours)

    assert found["ror"].tolist() == ([] if expected is None else [f"ror:{expected}"])


def test_an_entry_that_may_be_younger_than_the_text_is_no_link() -> None:
    """Entries without a GRID id were added since GRID ended: what stands in an older text was something else.

    The university here was founded in 2023 out of another one, and the centre is listed since 2024 beside its
    university, so that texts with those names were about the other one, and the university.
    """
    entries = [
        {"id": "ror:old", "name": "University of Aville", "country": "DE", "city": "Aville", "aliases": ("grid.1.a",)},
        {"id": "ror:new", "name": "University of Beburg", "country": "DE", "city": "Beburg", "aliases": ()},
        {"id": "ror:centre", "name": "University of Aville Cancer Center", "country": "DE", "aliases": ("UACC",)},
    ]
    texts = [
        "University of Beburg, Germany",
        "University of Aville Cancer Center",
        "Department of Physics, University of Aville, Germany",
        "University of Cedorf, Germany",
    ]

    found = link(texts, table(*entries))
    with_younger = link(texts, table(*entries), younger=True)

    assert found[["row", "ror"]].to_numpy().tolist() == [[2, "ror:old"]]
    assert with_younger[["row", "ror", "method"]].to_numpy().tolist() == [
        [0, "ror:new", "younger entry"],
        [1, "ror:centre", "younger entry"],
        [2, "ror:old", "affiliation"],
    ]
    # In a register that did not grow out of GRID the lack of its ids says nothing.
    own = table(*({**entry, "aliases": ()} for entry in entries))
    assert link(texts, own)["ror"].tolist() == ["ror:new", "ror:centre", "ror:old"]
    # A table of organisations is of today, and has more than a string to be told by.
    one = table({"id": "own:b", "name": "University of Beburg", "country": "DE"})
    assert link(one, table(*entries))["ror"].tolist() == ["ror:new"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.text("Uni vof.,;()中国大学 \n1", max_size=60))
def test_any_text_can_be_read_and_compared(register: Names, one: str, other: str) -> None:
    found = [likeness(one, other), likeness(other, one)]

    assert found[0] == found[1]
    assert found[0].reasons
    assert all(measure >= 0 for measure in found[0].measures)
    assert len(link([one, other], register)) <= 2


def test_a_name_of_general_words_needs_a_place() -> None:
    """With 25 universities of science and technology in the register, the bare words name none of them."""
    name = "University of Science and Technology"
    others = [{"id": f"ror:{n}", "name": f"Town{n} {name}", "country": "CN", "city": f"Town{n}"} for n in range(25)]
    names = Names.of(table({"id": "ror:a", "name": name, "country": "YE", "city": "Aden"}, *others))

    found = link([name, f"{name}, Aden", f"{name}, Yemen", f"Town7 {name}"], names)

    assert found[["row", "ror"]].to_numpy().tolist() == [[1, "ror:a"], [2, "ror:a"], [3, "ror:7"]]


def test_organisations_are_linked_by_identifier_name_and_place(register: Names) -> None:
    found = link(
        table(
            {"id": "own:a", "name": "THU", "aliases": ("grid.12527.33",)},
            {"id": "own:b", "name": "TSINGHUA UNIVERSITY", "country": "CN"},
            {"id": "own:c", "name": "Tsinghua University", "country": "TW"},
            {"id": "own:d", "name": "Loyola University", "country": "US", "city": "Chicago"},
            {"id": "own:e", "name": "Loyola University", "country": "US"},
            {"id": "own:f", "name": "X", "name_zh": "清華大學"},
        ),
        register,
    )

    assert list(zip(found["row"], found["ror"], found["method"], strict=True)) == [
        ("own:a", "ror:1", "identifier"),
        ("own:b", "ror:1", "name"),
        ("own:d", "ror:5", "name"),
        ("own:f", "ror:1", "name"),
    ]
