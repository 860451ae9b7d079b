"""ROR on records as they were published, and on small ones where every tie can be worked out by eye."""

import copy
import gzip
import json
import random
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import GraphkitError, SourceError, UsageError
from graphkit.formats.reading import Reject
from graphkit.project import Project
from graphkit.schema import ROLES, Organisation, Record, SubsidiaryOf
from graphkit.shelf import find_loader

SAMPLE = Path(__file__).parent / "data" / "ror" / "ror-data.jsonl"
LINES = SAMPLE.read_text(encoding="utf-8").splitlines()
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ror = find_loader("ror").module
name = pytest.mark.parametrize


class Loaded:
    """All that a file yields, by kind; organisations as the engine would join them."""

    def __init__(self, source: Path, country: str | None = None) -> None:
        self.register = ror.Register(country)
        self.all: list[Record | Reject] = list(self.register.records(source))
        self.rejects = [r for r in self.all if isinstance(r, Reject)]
        self.said = [r for r in self.all if isinstance(r, Organisation)]
        self.ties = [(r.start.removeprefix("ror:"), r.end.removeprefix("ror:")) for r in self.all if is_tie(r)]
        self.rows = {(r.start, r.end): r.row for r in self.all if is_tie(r)}
        self.named = {o.id.removeprefix("ror:"): o for o in self.said if o.name}

    def aliases(self, id_: str) -> set[str]:
        return {alias for o in self.said if o.id == f"ror:{id_}" for alias in o.aliases}

    def region(self, id_: str) -> str | None:
        regions = {o.region for o in self.said if o.id == f"ror:{id_}"} - {None}
        assert len(regions) < 2
        return next(iter(regions), None)

    def content(self) -> list[str]:
        return sorted(str(replace(r, row=None)) for r in self.all if not isinstance(r, Reject))


def is_tie(record: Record | Reject) -> bool:
    return isinstance(record, SubsidiaryOf)


def id_of(number: int) -> str:
    """A valid id: 0, six characters in ROR's alphabet of 32, and two check digits (ISO 7064 MOD 97-10)."""
    digits = ""
    rest = number
    for _ in range(6):
        rest, digit = divmod(rest, 32)
        digits = "0123456789abcdefghjkmnpqrstvwxyz"[digit] + digits
    return f"0{digits}{98 - number * 100 % 97:02}"


def first(number: int, relations: Sequence[tuple[str, int]] = (), **fields: Any) -> dict[str, Any]:
    """A record of schema 1."""
    return {
        "id": f"https://ror.org/{id_of(number)}",
        "name": f"Old {number}",
        "types": ["Education"],
        "status": "active",
        "established": None,
        "aliases": [],
        "acronyms": [],
        "labels": [],
        "addresses": [],
        "country": {"country_code": "FR", "country_name": "France"},
        "external_ids": {},
        "relationships": [{"type": t, "id": f"https://ror.org/{id_of(to)}", "label": ""} for t, to in relations],
        **fields,
    }


def second(number: int, relations: Sequence[tuple[str, int]] = (), **fields: Any) -> dict[str, Any]:
    """A record of schema 2."""
    return {
        "id": f"https://ror.org/{id_of(number)}",
        "names": [{"value": f"New {number}", "lang": "en", "types": ["label", "ror_display"]}],
        "types": ["education"],
        "status": "active",
        "established": None,
        "locations": [],
        "external_ids": [],
        "relationships": [{"type": t, "id": f"https://ror.org/{id_of(to)}", "label": ""} for t, to in relations],
        **fields,
    }


def written(folder: Path, records: Sequence[Any], file: str = "ror.jsonl") -> Path:
    path = folder / file
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def ties(folder: Path, *records: dict[str, Any]) -> list[tuple[int, int]]:
    found = Loaded(written(folder, records))
    assert not found.rejects
    number = {id_of(n): n for n in range(20)}
    return [(number[child], number[parent]) for child, parent in found.ties]


def test_records_as_published() -> None:
    found = Loaded(SAMPLE)

    assert not found.rejects
    assert len(RECORDS) == 40
    assert len(found.named) == 35  # five are withdrawn
    rochester, centre = found.named["022kthw22"], found.named["00trqv719"]
    assert rochester == Organisation(
        id="ror:022kthw22",
        name="University of Rochester",
        aliases=("UR", "Universidad de Rochester", "Université de Rochester", "grid:grid.16416.34"),
        role="university",
        sector="education; funder",
        country="US",
        region="US-NY",
        city="Rochester",
        lat=43.15478,
        lon=-77.61556,
        founded=1850,
        row="ror-data.jsonl:24",
    )
    assert centre == Organisation(
        id="ror:00trqv719",
        name="University of Rochester Medical Center",
        aliases=("URMC", "grid:grid.412750.5"),
        role="user",
        sector="funder; healthcare",
        country="US",
        city="Rochester",
        lat=43.15478,
        lon=-77.61556,
        founded=1921,
        row="ror-data.jsonl:19",
    )
    assert found.named["05fnp1145"].founded == 970
    assert found.named["02741hd16"].country == "CA"
    assert "RMCA" in found.named["001805t51"].aliases
    assert found.named["03gd1bh37"].founded == 1992  # inactive, and an organisation still


@name(
    ("id_", "role"),
    [
        ("01k94e681", "enterprise"),  # company, government
        ("006xfsx34", "research_institute"),  # facility, government
        ("00fj73d18", "research_institute"),  # education, facility
        ("00e8qq940", None),  # archive, funder
        ("029chgv08", "finance"),  # funder, nonprofit
        ("000025p04", "government"),  # funder, government
        ("005914142", None),  # none at all
    ],
)
def test_of_several_types_one_gives_the_role(id_: str, role: str | None) -> None:
    assert Loaded(SAMPLE).named[id_].role == role


def test_the_table_of_types_holds_roles_of_the_schema_and_reasons() -> None:
    assert set(ror.roles().values()) <= {*ROLES, None}
    assert {type_.lower() for record in RECORDS for type_ in record["types"]} <= set(ror.roles())


@name(
    ("id_", "chinese"),
    [
        ("0258as409", "北京快手科技有限公司"),  # two labels: the whole name
        ("00kf3fs20", "重庆电子科技职业大学"),  # a label among five aliases, which are former names
        ("02vj1vm13", "闽南师范大学"),  # the other one is in Latin letters
        ("0489cd473", "上海数学与交叉学科研究院"),  # no language is said
        ("00073tb80", "污染控制与资源化研究国家重点实验室"),
        ("00dhpdx54", "广西壮族自治区科学技术厅"),
        ("01gysn705", None),  # Korean
    ],
)
def test_chinese_names(id_: str, chinese: str | None) -> None:
    found = Loaded(SAMPLE).named[id_]
    assert found.name_zh == chinese
    assert chinese is None or chinese in found.aliases


def test_an_untagged_name_in_chinese_characters_is_chinese_only_where_chinese_is_spoken(tmp_path: Path) -> None:
    for number, (country, alias) in enumerate(
        [("CN", "台湾大学"), ("JP", "東京大学"), ("TW", "日本アジア"), ("HK", "港大 HKU")]
    ):
        record = first(number, aliases=[alias], country={"country_code": country})
        expected = alias if country == "CN" else None
        assert Loaded(written(tmp_path, [record])).named[id_of(number)].name_zh == expected


def test_who_belongs_to_whom_as_published() -> None:
    found = Loaded(SAMPLE)
    assert found.ties == sorted(found.ties)
    assert set(found.ties) == {
        ("00073tb80", "01rxvg760"),
        ("00trqv719", "022kthw22"),
        ("02rcfyf15", "00trqv719"),
        ("02rcfyf15", "022kthw22"),
        ("006rjbv46", "022kthw22"),
        ("04nbqb988", "01gysn705"),
        ("03gs7jc26", "04nbqb988"),
    }
    assert found.rows["ror:00trqv719", "ror:022kthw22"] == "ror-data.jsonl:19"  # the child's own row


def test_nothing_is_dropped_in_silence() -> None:
    here = {record["id"] for record in RECORDS}
    gone = {record["id"] for record in RECORDS if record["status"] == "withdrawn"}
    relations = [(record["id"], r["type"].lower(), r["id"]) for record in RECORDS for r in record["relationships"]]
    missing = [kind for _, kind, to in relations if to not in here]
    found = Loaded(SAMPLE)
    counts = found.register.counts

    assert counts["relations"] == len(relations)
    assert counts["not in the file"] == len(missing)
    assert counts["parents and children not in the file"] == missing.count("parent") + missing.count("child")
    # 000bmd763 is withdrawn and names a parent and a child that are here.
    assert counts["of withdrawn records"] == 2
    followed = [of for of, kind, to in relations if of in gone and kind == "successor" and to in here]
    assert counts["followed"] == len(followed) == 3
    assert counts["withdrawn"] == len(gone) - 3 == 2
    # 03gd1bh37 went into 000025p04, which says so as well; 038mj2660 came from itself.
    assert (counts["related"], counts["successor"], counts["predecessor"], counts["no tie"]) == (0, 1, 2, 3)
    # Each of two is the other's parent, and one organisation its own child.
    assert counts["contradictory"] == 3
    used = len(relations) - sum(counts[c] for c in ("not in the file", "of withdrawn records", "no tie", "followed"))
    assert used == 2 * 7 + 2 * 2 + 1  # seven ties said by both, two by both of both, and one of itself
    assert all(
        f"{counts[c]:,}" in said
        for c, said in zip(("not in the file", "no tie", "followed"), found.register.remarks(), strict=False)
    )
    assert len(list(found.register.remarks())) == 6


def test_withdrawn_records_are_aliases_of_the_last_of_their_successors() -> None:
    found = Loaded(SAMPLE)
    for id_, old in [("00ngpkv62", "School of Management and Engineering Vaud"), ("05vgg3342", "HES-SO Vaud")]:
        assert id_ not in found.named
        assert {f"ror:{id_}", old} <= found.aliases("01xkakk17")
    assert {"grid:grid.435142.5", "HEIG-VD", "grid:grid.5681.a"} <= found.aliases("01xkakk17")
    assert {o.row for o in found.said if "ror:000bmd763" in o.aliases} == {"ror-data.jsonl:5"}
    assert {"ror:000bmd763", "차 의료원"} <= found.aliases("04nbqb988")
    everything = " ".join(str(o) for o in found.said)
    assert "Family Health Council" not in everything
    assert "Madison University" not in everything


def test_one_tie_whichever_side_says_it(tmp_path: Path) -> None:
    for make, parent, child in ((first, "Parent", "Child"), (second, "parent", "child")):
        assert ties(tmp_path, make(1, [(parent, 2)]), make(2)) == [(1, 2)]
        assert ties(tmp_path, make(1), make(2, [(child, 1)])) == [(1, 2)]
        assert ties(tmp_path, make(1, [(parent, 2)]), make(2, [(child, 1)])) == [(1, 2)]
        assert ties(tmp_path, make(2, [(child, 1), (child, 1)]), make(1, [(parent, 2)])) == [(1, 2)]
        assert ties(tmp_path, make(1, [("Related", 2)]), make(2, [("Successor", 1)])) == []
        assert ties(tmp_path, make(1, [(parent, 2)]), make(2, [(parent, 3)]), make(3)) == [(1, 2), (2, 3)]
        assert ties(tmp_path, make(1, [(parent, 2), (parent, 9)]), make(2, [(parent, 1)])) == []
        assert ties(tmp_path, make(1, [(parent, 1)])) == []


def test_ties_to_withdrawn_records_lead_to_their_successors(tmp_path: Path) -> None:
    gone = {"status": "withdrawn"}
    assert ties(tmp_path, second(1, [("parent", 2)]), second(2, [("successor", 3)], **gone), second(3)) == [(1, 3)]
    assert ties(tmp_path, second(3, [("parent", 2)]), second(2, [("successor", 3)], **gone)) == []
    circle = [second(2, [("successor", 3)], **gone), second(3, [("successor", 2)], **gone)]
    assert ties(tmp_path, second(1, [("parent", 2)]), *circle) == []
    two = second(2, [("successor", 3), ("successor", 4)], **gone)
    found = Loaded(written(tmp_path, [second(1, [("parent", 2)]), two, second(3), second(4)]))
    assert not found.ties
    assert found.register.counts["withdrawn"] == 1  # which of the two would be a guess
    assert found.register.counts["of withdrawn records"] == 1


def test_a_record_without_a_region_has_that_of_its_place_where_all_agree(tmp_path: Path) -> None:
    found = Loaded(SAMPLE)
    assert found.region("00trqv719") == "US-NY"  # Rochester, as the university
    assert found.region("02rcfyf15") == "US-NY"  # from its own state code
    assert found.region("006qk6d61") is None  # Hanoi is VN-HN and VN-44
    assert found.region("0003e4m70") is None  # nobody else is there

    def at(place: int, **details: str) -> dict[str, Any]:
        where = {"name": "X", "lat": 1, "lng": 2, "country_code": "FR", **details}
        return {"locations": [{"geonames_id": place, "geonames_details": where}]}

    some = [second(1, **at(7)), second(2, **at(7, country_subdivision_code="IDF")), second(3, **at(8))]
    for records in (some, some[::-1]):
        loaded = Loaded(written(tmp_path, records))
        assert [loaded.region(id_of(n)) for n in (1, 2, 3)] == ["FR-IDF", "FR-IDF", None]


def test_the_order_of_records_does_not_matter(tmp_path: Path) -> None:
    shuffled = random.Random(3).sample(LINES, len(LINES))
    (tmp_path / "s.jsonl").write_text("\n".join(shuffled), encoding="utf-8")
    found, expected = Loaded(tmp_path), Loaded(SAMPLE)
    assert found.content() == expected.content()
    assert found.register.counts == expected.register.counts


def test_every_packing_gives_the_same(tmp_path: Path) -> None:
    expected = Loaded(SAMPLE).content()
    array = json.dumps(RECORDS, indent=4).encode()
    (tmp_path / "a.json").write_bytes(array)
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(array))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(SAMPLE.read_bytes()))
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("v1.50-ror-data.csv", "id,name\n")
        archive.writestr("v1.50-ror-data.json", "[]")
        archive.writestr("v1.50-ror-data_schema_v2.json", array)
    for path in sorted(tmp_path.iterdir()):
        assert Loaded(path).content() == expected
    assert Loaded(tmp_path / "d.zip").named["000025p04"].row == "d.zip!v1.50-ror-data_schema_v2.json:1"


def test_one_country_alone(tmp_path: Path) -> None:
    found = Loaded(SAMPLE, "US")
    assert {o.country for o in found.named.values()} == {"US"}
    assert found.ties == [t for t in Loaded(SAMPLE).ties if set(t) <= set(found.named)]
    assert len(found.ties) == 4
    assert "5 records outside" in " ".join(
        Loaded(written(tmp_path, [first(n) for n in range(5)]), "CN").register.remarks()
    )
    everywhere = list(find_loader("ror").load(SAMPLE, country="cn"))
    assert {o.country for o in everywhere if isinstance(o, Organisation) and o.name} == {"CN"}
    with pytest.raises(UsageError, match="'China' is no country of two letters"):
        list(find_loader("ror").load(SAMPLE, country="China"))


@name(
    ("record", "column", "reason"),
    [
        (5, "", "is no record of ROR"),
        ({}, "id", "is missing"),
        ({"id": "https://ror.org/0000000xx"}, "id", "is no id of ROR"),
        (second(1) | {"id": f"https://ror.org/{id_of(1)[:-1]}9"}, "id", "is no id of ROR"),
        (second(1) | {"id": None}, "id", "is no id of ROR"),
        (second(1) | {"types": ["education", "school"]}, "types", "is none of the known ones: company, facility"),
        (second(1) | {"types": [None]}, "types", "is none of the known ones"),
        (second(1) | {"status": "closed"}, "status", "is none of the known ones: active, inactive, withdrawn"),
        (second(1, [("sibling", 2)]), "relationships", "is none of the known ones: parent, child"),
        (second(1) | {"relationships": [{"type": "child", "id": "x"}]}, "id", "is no id of ROR"),
        (second(1) | {"relationships": {}}, "relationships", "is no list"),
        (second(1) | {"names": []}, "names", "exactly one name of the type ror_display"),
        (second(1) | {"names": second(1)["names"] * 2}, "names", "exactly one name of the type ror_display"),
        (second(1) | {"established": "1850"}, "established", "is no whole number"),
        (second(1) | {"established": True}, "established", "is no whole number"),
        (first(1) | {"name": "a\0b"}, "name", "holds a control character"),
        (first(1) | {"name": "a\ud800b"}, "name", "half of a character"),
        (first(1) | {"name": " "}, "name", "is empty"),
        (first(1) | {"aliases": [7]}, "aliases", "is no text"),
        (first(1) | {"country": "FR"}, "country", "is no object"),
        (second(1) | {"established": 10**30}, "established", "is no year"),
        (first(1) | {"addresses": ["x"]}, "state_code", "is no object"),
        (first(1) | {"addresses": [{"lat": float("nan")}]}, "lat", "is no latitude or longitude"),
        ({k: v for k, v in first(1).items() if k != "labels"}, "labels", "in neither schema of ROR"),
        ({k: v for k, v in first(1).items() if k != "name"}, "name", "is missing"),
    ],
)
def test_a_record_that_cannot_be_used_is_rejected_and_the_others_come(
    tmp_path: Path, record: Any, column: str, reason: str
) -> None:
    found = Loaded(written(tmp_path, [second(8), record, second(9)]))
    (reject,) = found.rejects
    assert len(found.named) == 2 + (reject.kind == "cell")
    assert {id_of(8), id_of(9)} <= set(found.named)
    assert (reject.kind == "cell") == (column in ("types", "established", "lat", "lng")), "else it says too little"
    assert (reject.file, reject.line, reject.column) == ("ror.jsonl", 2, column)
    assert reason in reject.reason
    f"{reject.value}{reject.raw}".encode()


def test_the_engine_loads_it_and_loading_twice_writes_nothing(project: Project) -> None:
    first_time = project.load("ror", SAMPLE)
    assert first_time.nodes == {"Organisation": 35}
    assert first_time.ties == {"SUBSIDIARY_OF": 7}
    assert (first_time.rows_in, first_time.loaded, first_time.merged, first_time.rejected) == (38, 38, 0, 0)
    again = project.load("ror", SAMPLE)
    assert (again.loaded, again.merged, again.written) == (0, 38, 0)
    ((aliases,),) = project.store.rows("MATCH (o:Organisation {id: 'ror:01xkakk17'}) RETURN o.aliases")
    assert "ror:00ngpkv62" in aliases


WORDS = [None, True, 0, -1, 1e308, "", "x", "\ud800", "CN", [], [None], {}, {"all": 3}, "https://ror.org/05fnp1145"]


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, part in inner for place in places(part, (*here, key)))]


@settings(deadline=None, max_examples=300)
@given(number=st.integers(0, len(RECORDS) - 1), seed=st.integers(0, 1 << 32))
def test_any_value_anywhere_gives_records_that_fit_or_a_reject(number: int, seed: int) -> None:
    chance = random.Random(seed)
    record = copy.deepcopy(RECORDS[number])
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice(places(record)[1:])
        part = record
        try:
            for key in way:
                part = part[key]
            if chance.random() < 0.3:
                del part[last]
            else:
                part[last] = copy.deepcopy(chance.choice(WORDS))  # a shared list could come to hold itself
        except (KeyError, IndexError, TypeError):
            continue
    with tempfile.TemporaryDirectory() as folder:
        for made in Loaded(written(Path(folder), [second(1), record])).all:
            if isinstance(made, Reject):
                assert made.reason
                f"{made.column}{made.value}{made.raw}".encode()
            else:
                str(made).encode()


@settings(deadline=None, max_examples=100)
@given(seed=st.integers(0, 1 << 32), garbage=st.binary(max_size=8))
def test_any_bytes_anywhere_give_a_sentence_at_worst(seed: int, garbage: bytes) -> None:
    chance, data = random.Random(seed), bytearray("\n".join(LINES[:6]).encode())
    for _ in range(5):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 9)] = garbage
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.jsonl"
        path.write_bytes(data)
        try:
            found = Loaded(path)
        except GraphkitError as error:
            assert isinstance(error, SourceError)
        else:
            assert found.all
