"""Joint patents on a sample made by hand, with every trap of the real layout; the values were worked out on paper."""

import gzip
import random
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import EmptyFileError, GraphkitError, SourceError, WrongColumnsError
from graphkit.formats.reading import Reject, opened
from graphkit.project import Project
from graphkit.schema import ROLES, Collaboration, Organisation, Person, Record, TakesPartIn
from graphkit.shelf import find_loader

SAMPLE = Path(__file__).parent / "data" / "copatents"
TABLE = SAMPLE / "raw_data.csv"
ROWS = TABLE.read_text(encoding="utf-8-sig").splitlines()
copatents = find_loader("copatents").module
name = pytest.mark.parametrize

UNIVERSITY = "own:东海理工大学"
MINING = "own:东海矿业大学(北岸)"
BUILDERS = "own:东海第三建设(集团)有限责任公司"
RAILWAY = "own:东海铁建有限公司"


class Loaded:
    """All that a table yields, by kind."""

    def __init__(self, source: Path, encoding: str | None = None) -> None:
        self.patents = copatents.Patents()
        with opened() as self.noted:
            self.all: list[Record | Reject] = list(self.patents.records(copatents._tables(source, encoding)))
        self.rejects = [r for r in self.all if isinstance(r, Reject)]
        self.organisations = {r.id: r for r in self.all if isinstance(r, Organisation)}
        self.members: dict[str, set[str]] = defaultdict(set)
        for record in self.all:
            if isinstance(record, TakesPartIn):
                self.members[record.end.removeprefix("patent:")].add(record.start)

    def said(self, number: str) -> list[Collaboration]:
        return [r for r in self.all if isinstance(r, Collaboration) and r.id == f"patent:{number}"]

    def names(self, id_: str) -> set[str | None]:
        return {r.name for r in self.all if isinstance(r, Organisation) and r.id == id_}

    def content(self) -> list[str]:
        return sorted(str(replace(r, row=None)) for r in self.all if not isinstance(r, Reject))


def written(folder: Path, text: str, file: str = "patents.csv", encoding: str = "utf-8") -> Path:
    path = folder / file
    path.write_bytes(text.encode(encoding))
    return path


def wide(text: str) -> str:
    """Write a text in full width."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def bodies(folder: Path, *rows: str) -> dict[str, set[str]]:
    """Which publications make which application."""
    found = Loaded(written(folder, "\n".join(rows)))
    assert not found.rejects
    made = defaultdict(set)
    for record in found.all:
        if isinstance(record, Collaboration):
            made[record.id.removeprefix("patent:")].update(record.aliases)
    return made


def test_the_sample() -> None:
    found = Loaded(SAMPLE)

    assert found.members == {
        "CN119000001": {UNIVERSITY, "own:东海省科学院、水务厅山地研究所"},
        "CN119000002": {"own:防灾示例学院", "own:东海减震科技股份公司"},
        "CN119000004": {MINING, BUILDERS},
        "CN119000005": {MINING, BUILDERS, f"{BUILDERS}设备研究所"},
        "CN119000007": {UNIVERSITY},  # with a person
        "CN119000008": {UNIVERSITY, "own:示例铁路建造国家重点实验室"},
        "CN119000009": {RAILWAY, f"{RAILWAY}北岸分公司"},
        "CN119000010": {RAILWAY, f"{RAILWAY}北岸分公司"},
        "CN219000011": {RAILWAY, f"{RAILWAY}北岸分公司"},
        "CN119000012": {UNIVERSITY, "own:东海铁建有限公司"},  # whose day does not exist
        "CN119000014": {"own:罗伯特·样本有限公司", "own:东海公路建设中心"},
    }
    assert len(found.organisations) == 12
    assert not any(isinstance(record, Person) for record in found.all)
    (table,) = found.noted.tables
    assert (table.rows, table.left_out, table.encoding) == (len(ROWS), 1, "utf-8")


def test_repeat_publications_are_one_collaboration() -> None:
    found = Loaded(SAMPLE)
    first, second = found.said("CN119000001")
    assert first == Collaboration(
        id="patent:CN119000001",
        name="一种示例隧道支护结构",
        aliases=("CN119000001A",),
        kind="joint_patent",
        from_=first.from_,
        row="raw_data.csv:1",
    )
    assert first.from_ == "2019-06-20"
    assert replace(second, aliases=first.aliases, row=first.row) == first
    assert second.aliases == ("CN119000001B",)
    # The invention and the utility model that were filed for together (一案双申).
    assert [p.aliases for p in found.said("CN119000002")] == [("CN119000002A",), ("CN219000003U",)]
    assert found.said("CN119000008")[0].name == '一种带"引号"和,逗号的装置'


def test_what_is_left_out_is_counted() -> None:
    found = Loaded(SAMPLE)
    # 17 rows, 2 of them rejected (a bad day costs itself alone). 001, 002 and 007 were published twice.
    assert (found.patents.publications, len(found.patents.applications)) == (15, 12)
    assert found.patents.persons == {"王示例", "欧阳样本", "李样", "约翰·样本"}
    assert found.patents.alone == {"CN219000006"}
    assert list(found.patents.remarks()) == [
        "3 of 15 publications repeat an application",
        "4 persons among the applicants are left out",
        "left out with them: 1 of the applications, which are of persons alone",
    ]
    assert "王示例" not in str([r for r in found.all if not isinstance(r, Reject)])


def test_bad_rows_are_rejected_with_their_place() -> None:
    assert [(r.file, r.line, r.column, r.value, r.reason) for r in Loaded(SAMPLE).rejects] == [
        ("raw_data.csv", 14, "applied", "2020-02-30", "is no day that exists, written like 2019-06-20"),
        ("raw_data.csv", 15, "number", "没有号码", "is no number of a patent, like CN110210173A"),
        ("raw_data.csv", 16, "applicants", "", "is missing"),
    ]
    assert Loaded(SAMPLE).rejects[0].raw == ROWS[13]


def row(number: str, title: str = "装置", day: str = "2020-01-01", who: str = "甲有限公司 | 乙有限公司") -> str:
    return f"{number},{title},{day},2020-06-01,{who},,公开"


def test_which_publications_are_one_application(tmp_path: Path) -> None:
    a, b = row("CN101000001A"), row("CN101000001B")
    assert bodies(tmp_path, a, b) == {"CN101000001": {"CN101000001A", "CN101000001B"}}
    # Before 2010 a granted patent got a number of its own.
    c = row("CN100000002C")
    assert bodies(tmp_path, a, c) == {"CN100000002": {"CN101000001A", "CN100000002C"}}
    # A grant may have another title, and another owner.
    assert len(bodies(tmp_path, a, row("CN101000001B", "改名的装置", who="甲有限公司 | 丙有限公司"))) == 1
    for other in (
        row("CN101000002A"),  # two of one kind are two inventions
        row("CN100000002C", day="2020-01-02"),
        row("CN100000002C", "另一装置"),
        row("CN100000002C", who="甲有限公司 | 丙有限公司"),
        row("CN100000002C", day=""),
    ):
        assert len(bodies(tmp_path, a, other)) == 2
    assert len(bodies(tmp_path, a, b, row("CN201000003U"))) == 1
    assert len(bodies(tmp_path, a, row("CN101000002A"), row("CN201000003U"))) == 3  # whose model it is nobody says
    assert len(bodies(tmp_path, row("CN101000001A", ""), row("CN201000003U", ""))) == 2
    # Applicants in another order and with other brackets and widths, titles with other blanks, are the same.
    one, other = (
        row("CN101000001A", who="甲（一）有限公司 | 乙有限公司"),
        row("CN201000003U", " 装 置", who="乙有限公司\uff5c甲(一)有限公司"),
    )
    assert len(bodies(tmp_path, one, other)) == 1


@name(
    ("written_as", "stem"),
    [
        ("CN110210173A", "CN110210173"),
        (" cn 110210173 b ", "CN110210173"),
        (wide("CN110210173A"), "CN110210173"),
        ("CN201910533573.5", "CN201910533573"),
        ("ZL201910533573.5", "CN201910533573"),
        ("201910533573.X", "CN201910533573"),
        ("WO2020/123456A1", "WO2020/123456"),
        ("TWI712345B", "TWI712345"),
        ("US2020123456A1", "US2020123456"),
    ],
)
def test_numbers_as_they_are_written(tmp_path: Path, written_as: str, stem: str) -> None:
    assert set(bodies(tmp_path, row(written_as))) == {stem}


@name(
    "day",
    [
        "2019-06-20",
        "2019.6.20",
        "2019/06/20",
        "20190620",
        "2019年6月20日",
        "2019-06-20 00:00:00",
        wide("2019-06-20"),
    ],
)
def test_days_as_they_are_written(tmp_path: Path, day: str) -> None:
    (patent,) = Loaded(written(tmp_path, row("CN110210173A", day=day))).said("CN110210173")
    assert patent.from_ == "2019-06-20"


def test_one_id_for_all_spellings_of_a_name() -> None:
    found = Loaded(SAMPLE)
    assert found.names(MINING) == {"东海矿业大学(北岸)", "东海矿业大学（北岸）"}
    assert found.names(BUILDERS) == {"东海第三建设（集团）有限责任公司", "东海第三建设(集团)有限责任公司"}
    spelt = {
        copatents.spelling(n)
        for n in ("甲【一】 \uff21bc有限公司", "甲\u3014一\u3015ABC有限公司", "甲(一)abc\u200b有限公司\u3000")
    }
    assert spelt == {"甲(一)abc有限公司"}
    assert copatents.spelling("甲、乙研究所") == "甲、乙研究所"


@name(
    "who",
    [
        "崔凯",
        "章和高",
        "欧阳样本",
        "约翰·史密斯",
        "J·史密斯",
        "阿卜杜·买买提",
        "M・琼斯",
        "李军",
        "刘会",
        "周院生",
        "李样(LI YANG)",
        "王中学",
    ],
)
def test_persons(who: str) -> None:
    assert copatents.is_person(who)


@name(
    "what",
    [
        "清华大学",
        "中科院",
        "武钢集团",
        "某某公司",
        "第二医院",
        "国家电网",
        "中国移动",
        "西安铁路局",
        "罗伯特·博世有限公司",
        "长沙市建筑节能与绿色建筑产业技术创新战略联盟",
        "黑龙江省公路建设中心",
        "故宫博物院",
        "3M",
        "Siemens AG",
    ],
)
def test_organisations(what: str) -> None:
    assert not copatents.is_person(what)


@name(
    ("what", "role", "country"),
    [
        ("石家庄铁道大学", "university", None),
        ("防灾科技学院", "university", None),
        ("中国矿业大学(北京)", "university", None),
        ("中国矿业大学（北京）", "university", None),
        ("中国科学院", "research_institute", "CN"),
        ("江苏省农业科学院", "research_institute", None),
        ("中国科学院、水利部成都山地灾害与环境研究所", "research_institute", "CN"),
        ("中国科学院大学", "university", "CN"),
        ("中国铁道科学研究院集团有限公司", "enterprise", None),
        ("中国铁道科学研究院集团有限公司铁道建筑研究所", "research_institute", None),
        ("通号工程局集团有限公司天津分公司", "enterprise", None),
        ("盾构及掘进技术国家重点实验室", "research_institute", "CN"),
        ("北京某某中心(有限合伙)", "enterprise", None),
        ("三星电子株式会社", "enterprise", None),
        ("罗伯特·博世有限公司", "enterprise", None),
        ("北京大学第一医院", None, None),
        ("黑龙江省公路建设中心", None, None),
    ],
)
def test_roles_and_countries_only_where_the_name_makes_them_plain(
    what: str, role: str | None, country: str | None
) -> None:
    assert copatents.told_by(what) == (role, country)


def test_the_table_of_marks_holds_roles_of_the_schema() -> None:
    assert {mark.role for mark in copatents.marks()} <= {*ROLES, None}
    assert {mark.place for mark in copatents.marks()} == {"begin", "end"}
    assert all(mark.shortest >= len(mark.mark) for mark in copatents.marks())


HEADER = "公开（公告）号,申请号,标题,申请日,公开（公告）日,申请人,发明人,当前法律状态\n"


def test_a_table_with_a_header_is_read_by_its_names_and_inventors_never(tmp_path: Path) -> None:
    text = (
        HEADER + "CN101000001A,CN200910000001.5,装置,2009.1.1,2009.6.1,甲有限公司；乙大学,张三;李四,授权\n"
        "CN100000002C,CN200910000001.5,装置(改),2009.1.1,2010.6.1,甲有限公司；乙大学,张三;李四,授权\n"
    )
    found = Loaded(written(tmp_path, text))
    assert found.members == {"CN200910000001": {"own:甲有限公司", "own:乙大学"}}  # the application's own number
    assert [p.aliases for p in found.said("CN200910000001")] == [("CN101000001A",), ("CN100000002C",)]
    assert found.said("CN200910000001")[0].row == "patents.csv:2"
    assert "张三" not in str(found.all)
    bare = Loaded(written(tmp_path, "专利权人,专利号\n甲有限公司|乙大学,ZL200910000001.5\n"))
    assert bare.members == {"CN200910000001": {"own:甲有限公司", "own:乙大学"}}


@name("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "\n".join(ROWS), encoding=encoding)
    expected = Loaded(SAMPLE).content()
    assert Loaded(path).content() == expected
    assert Loaded(path, encoding).content() == expected


def test_layout_and_order_do_not_matter(tmp_path: Path) -> None:
    expected = Loaded(SAMPLE).content()
    for number, rows in enumerate(
        [ROWS[::-1][3:] + ROWS[::-1][:3], random.Random(1).sample(ROWS[:13], 13) + ROWS[13:]]
    ):
        path = written(tmp_path, "\r\n".join(rows), f"{number}.csv")
        assert Loaded(path).content() == expected
    (tmp_path / "0.csv").unlink()
    (tmp_path / "1.csv").unlink()
    packed = tmp_path / "p.csv.gz"
    packed.write_bytes(gzip.compress(TABLE.read_bytes()))
    assert Loaded(packed).content() == expected
    packed.unlink()
    # In two tables, with A in one and B in the other.
    written(tmp_path, "\n".join(ROWS[::2]), "a.csv")
    written(tmp_path, "\n".join(ROWS[1::2]), "b.csv")
    assert Loaded(tmp_path).content() == expected


@name("header", [True, False])
def test_a_workbook_says_what_its_text_says(tmp_path: Path, header: bool) -> None:
    rows = [
        ["CN110210173A", "装置", date(2020, 1, 1), date(2020, 6, 1), "甲有限公司 | 乙大学"],
        ["CN110210174A", "方法", date(2020, 1, 2), "", "丙有限公司 | 乙大学", "", "授权"],  # wider than the first
    ]
    named = ["公开号", "标题", "申请日", "公开日", "申请人", "", "状态"]
    with xlsxwriter.Workbook(tmp_path / "book.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("专利")
        book.add_worksheet("Sheet2")
        for number, cells in enumerate([named, *rows] if header else rows):
            sheet.write_row(number, 0, cells)
    found = Loaded(tmp_path / "book.xlsx")
    assert not found.rejects
    assert found.members == {
        "CN110210173": {"own:甲有限公司", "own:乙大学"},
        "CN110210174": {"own:丙有限公司", "own:乙大学"},
    }
    assert [p.from_ for p in found.said("CN110210173")] == ["2020-01-01"]
    assert found.said("CN110210173")[0].row == f"book.xlsx!专利:{2 if header else 1}"


def test_text_and_noise_that_are_called_a_workbook_are_refused(tmp_path: Path) -> None:
    for data in (TABLE.read_bytes(), b"PK\x03\x04garbage", bytes(range(256))):
        (tmp_path / "x.xlsx").write_bytes(data)
        with pytest.raises(SourceError, match=r"x\.xlsx is no Excel workbook .* a table of text has to be named \.csv"):
            Loaded(tmp_path / "x.xlsx")


def test_the_first_row_is_a_row(tmp_path: Path) -> None:
    good = row("CN110210173A")
    assert Loaded(written(tmp_path, good)).noted.tables[0].rows == 1
    assert set(Loaded(written(tmp_path, f"\n\n{good}\n")).members) == {"CN110210173"}
    quoted = Loaded(written(tmp_path, row("CN110210173A", '"一,二"') + "\n" + row("CN110210174A")))
    assert quoted.said("CN110210173")[0].name == "一,二"
    assert [r.row for r in quoted.all if isinstance(r, Collaboration)] == ["patents.csv:1", "patents.csv:2"]
    short = Loaded(written(tmp_path, "CN110210173A,装置,2020-01-01,,甲有限公司 | 乙大学\n" + row("CN110210174A")))
    assert set(short.members) == {"CN110210173"}
    assert "has 7 values, but the table has 5 columns" in short.rejects[0].reason
    no_day = Loaded(written(tmp_path, row("CN110210173A", day="n/a") + "\n" + row("CN110210174A")))
    assert [(r.line, r.column, r.value) for r in no_day.rejects] == [(1, "applied", "n/a")]
    bad_day = Loaded(written(tmp_path, row("CN110210173A", day="2020-02-31") + "\n" + row("CN110210174A")))
    assert [(r.line, r.column) for r in bad_day.rejects] == [(1, "applied")]
    only_bad = Loaded(written(tmp_path, row("CN110210173A", day="2020-02-31")))
    assert len(only_bad.rejects) == 1


def test_what_is_no_such_table_is_put_aside_or_refused(tmp_path: Path) -> None:
    written(tmp_path, "CN119000001A,甲有限公司,乙大学\n", "stripped.csv")
    written(tmp_path, "甲有限公司,C0\n", "ids.csv")
    with pytest.raises(
        WrongColumnsError, match=r"holds no patents: ids\.csv begins with 甲有限公司, C0; stripped\.csv"
    ):
        Loaded(tmp_path)
    written(tmp_path, row("CN119000001A"), "raw.csv")
    found = Loaded(tmp_path)
    assert set(found.members) == {"CN119000001"}
    assert {path.name for path in found.noted.aside} == {"stripped.csv", "ids.csv"}
    with pytest.raises(EmptyFileError):
        Loaded(written(tmp_path, ""))


def test_newman_strength_is_the_number_of_shared_applications(project: Project) -> None:
    loaded = project.load("copatents", SAMPLE)
    assert (loaded.rows_in, loaded.rejected) == (len(ROWS) - 1, 2)  # one row is of persons alone
    assert loaded.nodes == {"Organisation": 12, "Collaboration": 11}
    assert loaded.ties == {"TAKES_PART_IN": 22}
    assert project.load("copatents", SAMPLE).written == 0
    net = project.network()
    found = Loaded(SAMPLE)
    shared = {id_: sum(id_ in m and len(m) > 1 for m in found.members.values()) for id_ in found.organisations}
    strength = dict(zip(net.nodes["id"], net.graph.strength(weights="weight"), strict=True))
    assert strength == pytest.approx(shared)
    pairs = {pair for members in found.members.values() for pair in combinations(sorted(members), 2)}
    assert net.graph.ecount() == len(pairs) == 9
    # The university, its two partners, the railway and its branch; the mining university with its two; two pairs.
    assert sorted(map(len, net.graph.connected_components()), reverse=True) == [5, 3, 2, 2]


@settings(deadline=None, max_examples=200)
@given(seed=st.integers(0, 1 << 32), garbage=st.binary(max_size=8))
def test_any_bytes_anywhere_give_a_sentence_at_worst(seed: int, garbage: bytes) -> None:
    chance, data = random.Random(seed), bytearray(TABLE.read_bytes())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 9)] = chance.choice([garbage, b"\n", b'"', b",", b"|", b"\0"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw_data.csv"
        path.write_bytes(data)
        try:
            found = Loaded(path)
        except GraphkitError as error:
            assert str(error).startswith(folder)
        else:
            (table,) = found.noted.tables
            assert table.rows
            rows = {r.row for r in found.all if not isinstance(r, Reject)} | {
                f"{r.file}:{r.line}" for r in found.rejects
            }
            assert len(rows) == table.rows - table.left_out


def test_bars_between_applicants_need_no_blanks_and_may_stand_at_the_end(tmp_path: Path) -> None:
    found = Loaded(written(tmp_path, row("CN100000001A", who="甲有限公司|乙大学\uff5c丙研究院 | |")))
    assert not found.rejects
    assert {o.name for o in found.all if isinstance(o, Organisation)} == {"甲有限公司", "乙大学", "丙研究院"}
