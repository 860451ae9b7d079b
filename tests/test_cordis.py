"""CORDIS in each of its layouts, on rows as they were published; the values were read off the rows by eye."""

import csv
import gzip
import io
import random
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import schema, snapshot
from graphkit.errors import EmptyFileError, GraphkitError, MissingFileError, WrongColumnsError
from graphkit.formats.reading import Opened, Reject, opened
from graphkit.project import Project
from graphkit.schema import About, Collaboration, Organisation, Record, TakesPartIn, Technology
from graphkit.shelf import find_loader, folder

DATA = Path(__file__).parent / "data"
LAYOUTS = ("cordis-h2020-2016", "cordis-h2020-to-2017", "cordis-fp7", "cordis-original-layout")
SAMPLE = folder("loaders") / "data" / "sample"
name = pytest.mark.parametrize


class Loaded:
    """All that a folder yields, by kind."""

    def __init__(self, source: Path, **options: object) -> None:
        with opened() as self.noted:
            self.all: list[Record | Reject] = list(find_loader("cordis").load(source, **options))
        self.rejects = [r for r in self.all if isinstance(r, Reject)]
        self.organisations = [r for r in self.all if isinstance(r, Organisation)]
        self.projects = [r for r in self.all if isinstance(r, Collaboration)]
        self.ties = [r for r in self.all if isinstance(r, TakesPartIn)]
        self.technologies = [r for r in self.all if isinstance(r, Technology)]
        self.about = [r for r in self.all if isinstance(r, About)]

    def organisation(self, id_: str, field: str) -> set[object]:
        """What rows say of an organisation."""
        return {getattr(o, field) for o in self.organisations if o.id == id_} - {None, ()}

    def project(self, id_: str) -> Collaboration:
        """The one thing that is said of a project."""
        (said,) = {replace(p, row=None) for p in self.projects if p.id == id_}
        return said

    def tie(self, start: str, end: str) -> TakesPartIn:
        """The one thing that is said of a participation."""
        (said,) = {replace(t, row=None) for t in self.ties if (t.start, t.end) == (start, end)}
        return said

    def content(self) -> Counter[Record]:
        """Everything said, without where."""
        return Counter(replace(r, row=None) for r in self.all if not isinstance(r, Reject))


def books(noted: Opened) -> int:
    """Rows that the tables counted, but for those that make no record on purpose."""
    return sum(table.rows - table.left_out for table in noted.tables)


def rows_of(records: list[Record | Reject]) -> set[str | None]:
    return {f"{r.file}:{r.line}" if isinstance(r, Reject) else r.row for r in records}


def rewrite(path: Path, change: Callable[[list[list[str]]], list[list[str]]], separator: str, to: str = "") -> None:
    """Change the cells of a table and write it in another dress."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = change(list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=separator)))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=to or separator, lineterminator="\n").writerows(rows)
    written = text.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a layout's sample that a test may change."""

    def make(layout: str) -> Path:
        return Path(shutil.copytree(DATA / layout, tmp_path / layout))

    return make


def separator_of(path: Path) -> str:
    """The separator each published file has; known from looking, not from the program."""
    semicolons = ("fp7org.csv", "cordisref-H2020programmes.csv")
    return ";" if path.name in semicolons else "\t" if path.name in TABBED else ","


TABBED = ("edges.csv", "projects.csv", "unique_org.csv", "fp7edges.csv")


def test_sample_is_what_the_files_hold() -> None:
    organisations, projects, seats = (
        pd.read_csv(SAMPLE / f"h2020_2016_energy_{what}.csv", dtype=str, keep_default_na=False)
        for what in ("organisations", "projects", "participations")
    )
    loaded = Loaded(SAMPLE)

    assert not loaded.rejects
    assert (len(loaded.organisations), len(loaded.projects), len(loaded.ties)) == (1970, 274, 2838)
    assert [(t.start.split(":")[1], t.end) for t in loaded.ties] == list(
        zip(seats["new_org_id"], "rcn:" + seats["projectRcn"], strict=True)
    )
    assert [o.name for o in loaded.organisations] == organisations["name"].str.split().str.join(" ").tolist()
    assert [p.budget for p in loaded.projects] == projects["totalCost"].str.replace(",", ".").astype(float).tolist()
    # Measured on the whole set: components of 1,832, 14, 9 and 8 organisations, 42 in all; 87.5 % have a kind.
    parts = sorted(map(len, nx.connected_components(nx.Graph((t.start, t.end) for t in loaded.ties))), reverse=True)
    members = nx.Graph((t.start, t.end) for t in loaded.ties)
    sizes = sorted((sum(n[:3] != "rcn" for n in c) for c in nx.connected_components(members)), reverse=True)
    assert (len(parts), sizes[:4]) == (42, [1832, 14, 9, 8])
    typed = organisations["activityType"].ne("")
    assert round(100 * typed.mean(), 1) == 87.5
    with_role = sum(o.role is not None for o in loaded.organisations)
    assert with_role == organisations["activityType"].isin(["HES", "REC", "PRC", "PUB"]).sum()


def test_sample_loader_is_those_three_tables() -> None:
    assert Counter(find_loader("sample").load()) == Counter(Loaded(SAMPLE).all)
    assert (SAMPLE / "LICENCE").read_text(encoding="utf-8").startswith("© European Union, CORDIS, CC BY 4.0; changed")


def test_facts_of_a_sample_project() -> None:
    assert Loaded(SAMPLE).project("rcn:193236") == Collaboration(
        id="rcn:193236",
        name="MORE-CONNECT",
        aliases=("grant:633477",),
        kind="project",
        programme=("H2020-EU.3.3.1.",),
        topic=("EE-01-2014",),
        scheme="IA",
        from_=schema.Date("2014-12-01"),
        to=schema.Date("2018-11-30"),
        budget=5557263.0,
        funding=4364748.6,
        currency="EUR",
        stage="maturation",
    )
    fracture = Loaded(SAMPLE).project("rcn:193422")
    assert fracture.programme == ("H2020-EU.3.", "H2020-EU.3.3.", "H2020-EU.3.3.2.", "H2020-EU.3.3.2.3.")
    assert fracture.stage == "applied"


def test_three_tables() -> None:
    loaded = Loaded(DATA / "cordis-h2020-2016")

    assert not loaded.rejects
    assert (len(loaded.projects), len(loaded.organisations), len(loaded.ties)) == (10, 31, 34)
    assert loaded.organisation("pic:999596738", "country") == {"NA"}
    assert loaded.organisation("pic:999624868", "country") == {"GB"}
    assert loaded.organisation("pic:999978239", "name") == {'NATIONAL CENTER FOR SCIENTIFIC RESEARCH "DEMOKRITOS"'}
    assert loaded.organisation("pic:999978239", "country") == {"GR"}
    assert loaded.organisation("pic:999981634", "aliases") == {("WU",)}
    assert loaded.organisation("pic:999981634", "role") == set()  # this layout does not know it
    unfunded = loaded.project("rcn:196318")
    assert (unfunded.from_, unfunded.to, unfunded.budget, unfunded.funding) == (None, "2020-06-01", None, None)
    # Two RCNs share the grant 656579: two projects.
    assert [loaded.project(f"rcn:{rcn}").aliases for rcn in (196900, 199051)] == [("grant:656579",)] * 2
    assert {t.start for t in loaded.ties if t.end == "rcn:194156"} == {
        "pic:999988133",
        "pic:999991043",
        "pic:999978239",
    }
    assert loaded.ties[0].row == "edges.csv:2"


def test_projects_are_known_by_their_number_where_no_table_describes_them(
    copy: Callable[[str], Path],
) -> None:
    source = copy("cordis-h2020-2016")
    whole = Loaded(source)
    rewrite(source / "projects.csv", lambda rows: [r for r in rows if r[0] != "194395"], "\t")
    part = Loaded(source)
    assert part.project("rcn:194395") == Collaboration(id="rcn:194395", kind="project")
    (source / "projects.csv").unlink()
    none = Loaded(source)
    assert {p.id for p in none.projects} == {p.id for p in whole.projects}
    for loaded in (part, none):
        assert not loaded.rejects
        assert [(t.start, t.end) for t in loaded.ties] == [(t.start, t.end) for t in whole.ties]
        assert books(loaded.noted) == len(rows_of(loaded.all))


def test_all_in_one() -> None:
    loaded = Loaded(DATA / "cordis-h2020-to-2017")

    assert not loaded.rejects
    assert len(loaded.ties) == 36
    # NA is missing money here, and Namibia there: 194378,partner,915949564,HES,NA,NA,...
    assert loaded.organisation("pic:915949564", "country") == {"NA"}
    assert loaded.tie("pic:915949564", "rcn:194378") == TakesPartIn(
        start="pic:915949564", end="rcn:194378", role="partner"
    )
    assert loaded.organisation("pic:999995893", "country") == {"GR"}
    both = [loaded.tie(f"pic:{pic}", "rcn:210560") for pic in (924833212, 897379108)]
    assert [(t.role, t.amount) for t in both] == [("coordinator", None), ("coordinator", 2434742.51)]
    assert loaded.organisation("pic:941734977", "role") == set()  # OTH: unknown until told
    assert loaded.organisation("pic:941332718", "role") == {"research_institute"}
    dated = {(p.from_, p.to) for p in loaded.projects if p.id == "rcn:195303" and p.from_}
    assert dated == {("2015-10-01", None)}
    assert {p.programme for p in loaded.projects if p.id == "rcn:193477"} == {(), ("SC3",), ("SC5",)}
    assert {p.budget for p in loaded.projects if p.id == "rcn:199119"} == {1598836.25}


def test_fp7() -> None:
    loaded = Loaded(DATA / "cordis-fp7")

    assert not loaded.rejects
    assert {alias: o.id for o in loaded.organisations for alias in o.aliases if alias.startswith("md5:")} == {
        "md5:1cd5c34bd7855b736ebfeef777fa59bc": "pic:986506782",  # A P MOLLER  MÃ†RSK A/S is A.P. Moller - MÃ¦rsk A/S
        "md5:584bc89fb56cfe70f931a16560454851": "pic:999415057",
        "md5:14eb08102600ca8613c31cc3c9ce785c": "pic:997333922",
        "md5:b087324af0419989f336378c35cda8f5": "pic:984070336",  # CINTRANAVAL DEFCAR SL is CINTRANAVAL-DEFCAR SL
        "md5:346a4916b4366a87897c8ddc962dccdd": "pic:986338487",
        "md5:427fc12fc664d6e3917a97bc78380f91": "pic:992612059",  # ELECTRONIC MACHINING SRL is Electronic Machining srl
        "md5:642d5cdc4114487605bde635c359102b": "pic:999830023",
        "md5:ddcac5743c032091455987a460f06e2b": "pic:999824785",
        "md5:a4c865ec642ea24c1060829c34766f86": "pic:991673681",  # "NARVA LICHTQUELLEN GMBH + CO; KG"
        "md5:88b2cb9cdb9b3e1f8b26cab69e071254": "pic:998982049",
        "md5:00d94e42a2b79c510fbaeb37f6406349": "pic:984044437",  # SISTEMAR S A is SISTEMAR S.A.
        "md5:565c54d1f7589d237a0dae5d4f8408eb": "pic:993596027",  # UK is UK
    }
    # Two PICs have this name, so that neither is taken.
    assert loaded.organisation("md5:13b7d56521660cdddb54fe01cedf821e", "name") == {"DEUTSCHES ARCHAOLOGISCHES INSTITUT"}
    assert {t.start for t in loaded.ties if t.end == "rcn:104650"} == {"md5:13b7d56521660cdddb54fe01cedf821e"}
    assert "pic:986506782" in {t.start for t in loaded.ties if t.end == "rcn:96666"}
    # A renaming: two rows, one organisation, and the doubly encoded name mended.
    assert loaded.organisation("pic:999979015", "name") == {
        "EIDGENOESSISCHE TECHNISCHE HOCHSCHULE ZURICH",
        "EIDGENÖSSISCHE TECHNISCHE HOCHSCHULE ZÜRICH",
    }
    assert loaded.organisation("pic:999979015", "region") == {"CH040"}
    assert loaded.organisation("pic:999591888", "region") == set()  # BW alone is a country
    assert loaded.organisation("pic:999596738", "country") == {"NA"}
    assert loaded.organisation("pic:999995893", "country") == {"GR"}
    assert loaded.organisation("md5:5a1ca974de37e54a977884524de007aa", "country") == set()
    assert loaded.project("rcn:94453") == Collaboration(id="rcn:94453", kind="project", programme=("FP7",))
    assert sum((t.start, t.end) == ("pic:999591888", "rcn:94453") for t in loaded.ties) == 2  # as often as it stands


def test_as_published() -> None:
    loaded = Loaded(DATA / "cordis-original-layout")

    assert not loaded.rejects
    assert len(loaded.ties) == 36
    # Of these grants there is a project table, which gives their RCN ...
    assert loaded.project("rcn:241159") == Collaboration(
        id="rcn:241159",
        name="SDG-INOV-ECOS",
        aliases=(
            "EU SDG-driven Innovation Ecosystems Stimulating economic growth and addressing innovation support "
            "imbalances in Europe and beyond",
            "grant:101070806",
        ),
        kind="project",
        programme=("HORIZON.3.2",),
        topic=("HORIZON-EIE-2021-CONNECT-01-01",),
        scheme="HORIZON-CSA",
        from_=schema.Date("2022-08-01"),
        to=schema.Date("2024-07-31"),
        funding=353500.0,
        currency="EUR",
    )
    assert loaded.project("rcn:268970").stage == "basic"
    assert loaded.tie("pic:888767836", "rcn:241159").role == "associated"
    # ... and of those there is none.
    assert loaded.project("grant:828799") == Collaboration(id="grant:828799", name="HPCWE", kind="project")
    assert loaded.tie("pic:953210271", "grant:828799").role == "partner"
    assert loaded.tie("pic:998096827", "grant:741799") == TakesPartIn(
        start="pic:998096827", end="grant:741799", role="partner", amount=0.0
    )
    # Listed 14th with a net 26,624.21 and 3rd with 33,375.78: one seat with both sums.
    twice = loaded.tie("pic:945991531", "grant:871428")
    assert (twice.role, twice.amount) == ("third_party", 59999.99)
    # 450,705.62 less the 26,624.21 that it hands on.
    assert loaded.tie("pic:900207337", "grant:871428").amount == 424081.41
    assert loaded.organisation("pic:955202457", "lat") == {41.3881775}
    assert loaded.organisation("pic:955202457", "lon") == {2.1902547625287534}
    assert loaded.organisation("pic:999997736", "region") == {"DK042"}
    assert loaded.organisation("pic:999997736", "city") == {"Aarhus C"}
    assert loaded.organisation("pic:888991712", "region") == set()  # IL alone is a country
    assert loaded.organisation("pic:999993468", "country") == {"GB"}
    assert loaded.organisation("pic:953210271", "role") == {"government"}


def test_topics_and_subjects_become_technologies() -> None:
    loaded = Loaded(DATA / "cordis-original-layout")

    assert {(t.id, t.name, t.scheme, t.code) for t in loaded.technologies if t.row and "!" in t.row} == {
        ("topic:ERC-2024-SyG", "ERC SYNERGY GRANTS", "CORDIS topic", "ERC-2024-SyG"),
        (
            "topic:HORIZON-EIE-2021-CONNECT-01-01",
            "Preparatory action for setting up joint programmes among innovation ecosystems actors",
            "CORDIS topic",
            "HORIZON-EIE-2021-CONNECT-01-01",
        ),
        ("topic:HORIZON-EIE-2022-SCALEUP-02-02", "Women TechEU", "CORDIS topic", "HORIZON-EIE-2022-SCALEUP-02-02"),
        ("euroscivoc:/27/81/30021/30833628", "grains and oilseeds", "EuroSciVoc", "/27/81/30021/30833628"),
        ("euroscivoc:/23/43/251/48354418", "microscopy", "EuroSciVoc", "/23/43/251/48354418"),
        ("euroscivoc:/23/43/257/761", "astrochemistry", "EuroSciVoc", "/23/43/257/761"),
        ("euroscivoc:/29/89", "law", "EuroSciVoc", "/29/89"),
        ("euroscivoc:/23/43/251/1077", "spectroscopy", "EuroSciVoc", "/23/43/251/1077"),
        ("euroscivoc:/29/91/523/1307", "business models", "EuroSciVoc", "/29/91/523/1307"),
        ("euroscivoc:/25/67/425/1169/1685/98939167", "photovoltaic", "EuroSciVoc", "/25/67/425/1169/1685/98939167"),
    }
    # The grant 101114041 is the project 251204: its row, the row of its topic and those of its subjects.
    assert {(t.start_label, t.start, t.end, t.row) for t in loaded.about if t.start == "rcn:251204"} == {
        ("Collaboration", "rcn:251204", "topic:HORIZON-EIE-2022-SCALEUP-02-02", "project_df_100.csv:4"),
        ("Collaboration", "rcn:251204", "topic:HORIZON-EIE-2022-SCALEUP-02-02", "horizon_topics.xlsx!DATA:87"),
        ("Collaboration", "rcn:251204", "euroscivoc:/29/91/523/1307", "horizon_euroSciVoc.xlsx!DATA:82"),
        ("Collaboration", "rcn:251204", "euroscivoc:/25/67/425/1169/1685/98939167", "horizon_euroSciVoc.xlsx!DATA:83"),
    }
    # Row 39 is of 101072248, which no other table has: it would be a project without anybody in it.
    assert loaded.noted.remarks == [
        "1 rows of horizon_topics.xlsx!DATA were left out: nobody takes part in their projects here"
    ]
    assert books(loaded.noted) == len(rows_of(loaded.all))


def test_topics_of_three_tables_and_the_names_that_a_table_of_codes_gives_them(copy: Callable[[str], Path]) -> None:
    source = copy("cordis-h2020-2016")
    loaded = Loaded(source)
    codes = {"INT-02-2014", "MSCA-IF-2014-EF", "MSCA-NIGHT-2014", "MSCA-RISE-2014", "WIDESPREAD-1-2014"}
    assert {(t.id, t.code, t.name) for t in loaded.technologies} == {(f"topic:{code}", code, None) for code in codes}
    assert len(loaded.about) == len(loaded.projects) == 10
    assert all(
        (p.topic, t.start) == ((t.end.removeprefix("topic:"),), p.id)
        for p, t in zip(loaded.projects, loaded.about, strict=True)
    )

    codes_path = source / "codes.csv"
    shutil.copy(DATA / "cordis-original-layout" / "cordisref-H2020programmes.csv", codes_path)
    with codes_path.open("a", encoding="utf-8") as file:
        file.write(
            '664549;MSCA-NIGHT-2014;Europäische Nacht der Forscher;;de\n1;INT-02-2014;"R&amp;D &lt;now&gt;";;en\n'
        )
    named = Loaded(source)
    said = {(t.id, t.name) for t in named.technologies if t.name}
    # Neither other topics nor programmes, nor names in other languages; signs as on a web page are mended.
    assert said == {
        ("topic:MSCA-NIGHT-2014", "European Researchers' Night (NIGHT)"),
        ("topic:MSCA-RISE-2014", "Marie Sk?odowska-Curie Research and Innovation Staff Exchange (RISE)"),
        ("topic:MSCA-IF-2014-EF", "Marie Sk?odowska-Curie Individual Fellowships (IF-EF)"),
        ("topic:WIDESPREAD-1-2014", "Teaming"),
        (
            "topic:INT-02-2014",
            "Encouraging the research and innovation cooperation between the Union and selected regional partners "
            "\N{REPLACEMENT CHARACTER} proposals targeting Black Sea, Middle East, Africa",
        ),
        ("topic:INT-02-2014", "R&D <now>"),
    }
    assert books(named.noted) == len(rows_of(named.all))


def test_topics_of_projects_that_are_left_out_are_left_out() -> None:
    later = Loaded(DATA / "cordis-original-layout", since=2025)
    assert {t.start for t in later.about} == {"rcn:268970"}
    assert {t.id for t in later.technologies if t.id.startswith("topic:")} == {"topic:ERC-2024-SyG"}
    assert books(later.noted) == len(rows_of(later.all))


def test_addresses_and_contacts_are_never_read() -> None:
    kept = " ".join(str(value) for r in Loaded(DATA / "cordis-original-layout").all for value in vars(r).values())
    for private in ("DRIENERLOLAAN", "SOUTH KENSINGTON", "SW7 2AZ", "http", "www.", "GB649926678", "contact"):
        assert private not in kept


@name("end", ["\n", "\r\n"])
@name("to", [";", "\t", ","])
@name("layout", LAYOUTS)
def test_the_dress_does_not_matter(layout: str, to: str, end: str, copy: Callable[[str], Path]) -> None:
    source = copy(layout)
    for number, path in enumerate(sorted(source.glob("*.csv*"))):
        rewrite(path, lambda rows: rows, separator_of(path), to)
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        data = "\ufeff".encode() + data.replace(b"\n", end.encode())
        path.unlink()
        # Tables are told by their columns: any name will do.
        (source / f"table {9 - number}.txt").write_bytes(data)
    assert Loaded(source).content() == Loaded(DATA / layout).content()


@name("layout", LAYOUTS)
def test_archives_are_read_as_folders_are(layout: str, tmp_path: Path) -> None:
    # As CORDIS has them: one archive with a folder in it; and a folder of archives and of folders.
    files = sorted(path for path in (DATA / layout).iterdir() if path.name != "LICENCE")
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, f"csv/{path.name}")
    folder = tmp_path / "folder"
    for number, path in enumerate(files):
        place = folder / f"{number}"
        place.mkdir(parents=True)
        if number % 2:
            with zipfile.ZipFile(place / "one.zip", "w") as archive:
                archive.write(path, path.name)
        else:
            shutil.copy(path, place)

    whole, packed, spread = Loaded(DATA / layout), Loaded(tmp_path / "all.zip"), Loaded(folder)

    assert packed.content() == spread.content() == whole.content()
    assert books(packed.noted) == books(spread.noted) == books(whole.noted)
    assert books(packed.noted) == len(rows_of(packed.all))
    assert rows_of(packed.all) == {f"all.zip/csv/{row}" for row in rows_of(whole.all)}
    assert any(str(row).startswith("1/one.zip/") for row in rows_of(spread.all))
    assert [table.path for table in packed.noted.tables] == [tmp_path / "all.zip"]


@name("layout", LAYOUTS)
def test_workbooks_are_read_as_tables_of_text_are(layout: str, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "all.xlsx")
    for path in sorted((DATA / layout).glob("*.csv*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        sheet = book.add_worksheet(path.name[:31])
        rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=separator_of(path))
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                days = re.fullmatch(r"\d{4}-\d\d-\d\d", cell)
                if days:
                    day = datetime.fromisoformat(cell)
                    sheet.write_datetime(number + 2, column, day, book.add_format({"num_format": "yyyy-mm-dd"}))
                elif re.fullmatch(r"[1-9]\d{0,8}", cell):
                    sheet.write_number(number + 2, column, int(cell))
                else:
                    sheet.write_string(number + 2, column, cell)
    book.close()
    for path in (DATA / layout).glob("*.xlsx"):
        shutil.copy(path, tmp_path)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(tmp_path.glob("*.xlsx")):
            archive.write(path, path.name)

    whole, loaded, packed = Loaded(DATA / layout), Loaded(tmp_path / "all.xlsx"), Loaded(tmp_path / "all.zip")

    assert not loaded.rejects
    assert packed.content() == whole.content()
    assert loaded.content() == whole.content() - Counter(
        replace(r, row=None) for r in whole.technologies + whole.about if r.row and "!" in r.row
    )
    assert books(loaded.noted) == len(rows_of(loaded.all))
    assert all(re.search(r"^all\.xlsx!\S+:\d+$", str(row)) for row in rows_of(loaded.all))


def test_faults_in_workbooks_are_told_by_sheet_and_row(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "topics.xlsx")
    sheet = book.add_worksheet("DATA")
    for number, row in enumerate(
        [
            ["projectID", "topic", "title"],
            ["101163161", "A", "one"],
            [],
            ["x", "A", "one"],
            ["101163161", "", "one"],
            ["101163161", "A", "one", "more"],
            ["101163161", "A\x01", "one"],
        ]
    ):
        sheet.write_row(number, 0, row)
    sheet.write_formula(7, 0, "=1/0", None, "#DIV/0!")
    sheet.write_row(7, 1, ["A", "one"])
    book.close()
    shutil.copy(DATA / "cordis-original-layout" / "organization_df_100.csv", tmp_path)

    loaded = Loaded(tmp_path)

    assert [(r.file, r.line, r.column, r.value) for r in loaded.rejects] == [
        ("topics.xlsx!DATA", 4, "projectID", "x"),
        ("topics.xlsx!DATA", 5, "topic", ""),
        ("topics.xlsx!DATA", 6, "", ""),
        ("topics.xlsx!DATA", 7, "", ""),
        ("topics.xlsx!DATA", 8, "", ""),
    ]
    for reject, says in zip(loaded.rejects, ("no number", "missing", "4 values", "0x01", "#DIV/0!"), strict=True):
        assert says in reject.reason
    assert loaded.rejects[0].raw == "x\tA\tone"
    assert [t.row for t in loaded.about] == ["topics.xlsx!DATA:2"]
    assert books(loaded.noted) == len(rows_of(loaded.all))


def test_folder_and_archive_give_one_graph(project: Project, tmp_path: Path) -> None:
    source = Path(shutil.copytree(DATA / "cordis-original-layout", tmp_path / "deep" / "cordis-x"))
    with zipfile.ZipFile(tmp_path / "cordis-x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.iterdir()):
            archive.write(path, f"csv/{path.name}")

    first = project.load("cordis", source.parent, source="cordis-x")
    before = snapshot.content_hash(project.store)
    again = project.load("cordis", tmp_path / "cordis-x.zip", source="cordis-x")

    assert (first.rejected, again.rejected, again.loaded) == (0, 0, 0)
    assert first.rows_in == again.rows_in == first.loaded + first.merged
    assert snapshot.content_hash(project.store) == before
    (noted,) = project.sources()["file"]
    assert list(noted) == ["cordis-x.zip"]


def test_what_the_engine_rejects_of_an_archive_has_its_raw_text(project: Project, tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for path in sorted((DATA / "cordis-h2020-2016").glob("*.csv")):
            data = path.read_bytes()
            archive.writestr(f"csv/{path.name}", data + b"193197\t999999999\r\n" if path.name == "edges.csv" else data)

    (reject,) = project.load("cordis", source).rejects

    assert (reject.file, reject.line, reject.kind) == ("x.zip/csv/edges.csv", 36, "tie")
    assert reject.raw == "193197\t999999999"


@settings(deadline=None, max_examples=25)
@given(layout=st.sampled_from(LAYOUTS), seed=st.integers(0, 1000), since=st.sampled_from([None, 2015, 2016]))
def test_the_order_of_rows_does_not_matter(layout: str, seed: int, since: int | None) -> None:
    def shuffled(rows: list[list[str]]) -> list[list[str]]:
        return rows[:1] + random.Random(seed).sample(rows[1:], len(rows) - 1)

    with tempfile.TemporaryDirectory() as temporary:
        source = Path(shutil.copytree(DATA / layout, Path(temporary) / "x"))
        for path in source.glob("*.csv*"):
            rewrite(path, shuffled, separator_of(path))
        assert Loaded(source, since=since).content() == Loaded(DATA / layout, since=since).content()


def test_places_that_differ_are_settled_by_the_newest_row(copy: Callable[[str], Path]) -> None:
    # Between two exports Aarhus was spelt anew and its point moved.
    source = copy("cordis-original-layout")
    path = source / "organization_df_100.csv"
    older = "2020-01-01 00:00:00"
    old = {"projectID": "1", "city": "AARHUS", "nutsCode": "DK04", "geolocation": "1,2", "contentUpdateDate": older}

    def again(rows: list[list[str]]) -> list[list[str]]:
        aarhus = next(row for row in rows if row[2] == "999997736")
        return [*rows, [old.get(column, cell) for column, cell in zip(rows[0], aarhus, strict=True)]]

    rewrite(path, again, ",")
    loaded = Loaded(source)
    assert loaded.organisation("pic:999997736", "city") == {"Aarhus C"}
    assert loaded.organisation("pic:999997736", "region") == {"DK042"}
    assert loaded.organisation("pic:999997736", "lat") == {56.171028}
    assert len([t for t in loaded.ties if t.start == "pic:999997736"]) == 2


def test_listed_twice_the_stronger_role_stays(copy: Callable[[str], Path]) -> None:
    source = copy("cordis-original-layout")
    path = source / "organization_df_100.csv"

    def again(rows: list[list[str]]) -> list[list[str]]:
        role, money, order = (rows[0].index(column) for column in ("role", "netEcContribution", "order"))
        found = next(row for row in rows if row[2] == "999997736")
        other = [*found]
        other[role], other[money], other[order] = "thirdParty", "1000,5", "9"
        return [*rows, other, other]  # the very same row once more says nothing new

    rewrite(path, again, ",")
    tie = Loaded(source).tie("pic:999997736", "rcn:268970")
    assert (tie.role, tie.amount) == ("participant", 4246240.0 + 1000.5)


def test_line_breaks_in_titles_do_not_shift_lines(copy: Callable[[str], Path]) -> None:
    source = copy("cordis-original-layout")
    path = source / "project_df_100.csv"

    def broken(rows: list[list[str]]) -> list[list[str]]:
        title = rows[0].index("title")
        return [
            [*row[:title], row[title].replace(" ", "\n"), *row[title + 1 :]] if i else row for i, row in enumerate(rows)
        ]

    whole = Loaded(source)
    rewrite(path, broken, ",")
    loaded = Loaded(source)
    assert loaded.content() == whole.content()
    # The first title has nine words, so that the second project begins nine lines after the first.
    assert [p.row for p in loaded.projects if p.id == "rcn:268970"] == ["project_df_100.csv:2"]
    assert [p.row for p in loaded.projects if p.id == "rcn:241159"] == ["project_df_100.csv:11"]


def test_the_older_published_columns(copy: Callable[[str], Path]) -> None:
    # Up to 2020 the same tables came as projectRcn, id (of the organisation), reference (of the project), programme.
    source = copy("cordis-original-layout")
    (source / "h2020_organizations_out_formatted_latest.csv").unlink()
    whole = Loaded(source)
    rcns = {"101163161": "268970", "101070806": "241159", "101114041": "251204"}

    def organisations(rows: list[list[str]]) -> list[list[str]]:
        header = ["projectReference" if c == "projectID" else "id" if c == "organisationID" else c for c in rows[0]]
        return [["projectRcn", *header]] + [[rcns[row[0]], *row] for row in rows[1:]]

    def projects(rows: list[list[str]]) -> list[list[str]]:
        older = {"id": "reference", "legalBasis": "programme"}
        return [[older.get(c, c) for c in rows[0]], *rows[1:]]

    rewrite(source / "organization_df_100.csv", organisations, ",", ";")
    rewrite(source / "project_df_100.csv", projects, ",", ";")
    assert Loaded(source).content() == whole.content()


def test_layouts_in_one_folder_are_read_together(tmp_path: Path) -> None:
    for layout in LAYOUTS:
        for path in (DATA / layout).glob("*.csv*"):
            shutil.copy(path, tmp_path)
    loaded = Loaded(tmp_path)
    alone = [Loaded(DATA / layout) for layout in LAYOUTS]
    assert not loaded.rejects
    assert {t.end for t in loaded.ties} == {t.end for one in alone for t in one.ties}
    assert books(loaded.noted) == len(rows_of(loaded.all))
    # RINEA is in two of them: its own row describes it, the other adds a programme part.
    rinea = {(p.name, p.to, p.programme) for p in loaded.projects if p.id == "rcn:194395"}
    assert rinea == {("RINEA", "2018-02-28", ("H2020-EU.3.6.",)), (None, None, ("SC6",))}
    # An organisation is named in the one, and of a kind in the other.
    assert loaded.organisation("pic:999995893", "name") == {"FOUNDATION FOR RESEARCH AND TECHNOLOGY HELLAS"}
    assert loaded.organisation("pic:999995893", "role") == {"research_institute"}


def test_since_leaves_out_what_began_before(copy: Callable[[str], Path]) -> None:
    loaded = Loaded(DATA / "cordis-h2020-2016", since=2015)
    # 2014: 193197 and 193216; unknown and so kept: 196318 and 198654.
    kept = {"194156", "194395", "195392", "196318", "196900", "198654", "199051", "199052"}
    assert {p.id for p in loaded.projects} == {f"rcn:{rcn}" for rcn in kept}
    assert {t.end for t in loaded.ties} == {f"rcn:{rcn}" for rcn in kept}
    assert {o.id for o in loaded.organisations} == {t.start for t in loaded.ties}
    assert not loaded.organisation("pic:967870463", "name")  # was in 193197 alone
    assert loaded.organisation("pic:999978239", "name")  # is in 194156 as well
    assert not loaded.rejects
    assert books(loaded.noted) == len(rows_of(loaded.all))
    later = Loaded(DATA / "cordis-h2020-to-2017", since=2017)
    assert {p.id for p in later.projects} == {"rcn:210560"}
    assert books(later.noted) == len(rows_of(later.all))
    horizon = Loaded(DATA / "cordis-original-layout", since=2025)
    assert {p.id for p in horizon.projects} == {"rcn:268970", "grant:741799", "grant:828799", "grant:871428"}
    assert books(horizon.noted) == len(rows_of(horizon.all))


@name(
    ("layout", "file", "find", "put", "column", "value", "says"),
    [
        (LAYOUTS[3], "organization_df_100.csv", "False,HES,NORDRE", "False,EDU,NORDRE", "activityType", "EDU", "HES"),
        (LAYOUTS[3], "organization_df_100.csv", "2,participant,4246", "2,friend,4246", "role", "friend", "coordinator"),
        (LAYOUTS[3], "organization_df_100.csv", ",DK,DK042", ",DNK,DK042", "country", "DNK", "two letters"),
        (LAYOUTS[3], "organization_df_100.csv", "IRASTRO,999997736", "IRASTRO,99999", "organisationID", "99999", "PIC"),
        (LAYOUTS[3], "organization_df_100.csv", "IRASTRO,999997736", "IRASTRO,", "organisationID", "", "missing"),
        (
            LAYOUTS[3],
            "organization_df_100.csv",
            "56.171028,10",
            "156.17,10",
            "geolocation",
            "156.17,10.199381",
            "globe",
        ),
        (LAYOUTS[3], "organization_df_100.csv", "56.171028,10", "x,10", "geolocation", "x,10.199381", "no point"),
        (
            LAYOUTS[3],
            "organization_df_100.csv",
            ",4246240.0,4246240,F",
            ",4.246.240,1,F",
            "netEcContribution",
            "4.246.240",
            "no number",
        ),
        (LAYOUTS[3], "project_df_100.csv", "2025-08-01", "2025-02-30", "startDate", "2025-02-30", "no day"),
        (LAYOUTS[3], "project_df_100.csv", "2031-07-31", "2021-07-31", "endDate", "2021-07-31", "before startDate"),
        (LAYOUTS[0], "edges.csv", "193197\t967870463", "193197\t96787o463", "new_org_id", "96787o463", "neither"),
        (LAYOUTS[0], "edges.csv", "193197\t967870463", "RCN1\t967870463", "projectRcn", "RCN1", "no number"),
        (LAYOUTS[0], "edges.csv", "193197\t967870463", "\t967870463", "projectRcn", "", "missing"),
        (LAYOUTS[0], "projects.csv", "287850,00", "287.850,00", "totalCost", "287.850,00", "no number"),
        (LAYOUTS[2], "fp7_pic.csv", "986506782", "98650678", "pic", "98650678", "no PIC"),
    ],
)
def test_a_value_that_cannot_be_costs_its_row_or_only_itself(
    layout: str, file: str, find: str, put: str, column: str, value: str, says: str, copy: Callable[[str], Path]
) -> None:
    source = copy(layout)
    data = (source / file).read_bytes().decode("utf-8")
    assert data.count(find) == 1
    line = data[: data.index(find)].count("\n") + 1
    (source / file).write_bytes(data.replace(find, put).encode("utf-8"))

    loaded = Loaded(source)

    (reject,) = loaded.rejects
    alone = column not in ("organisationID", "new_org_id", "projectRcn", "pic")  # but these say which thing is meant
    kind = "cell" if alone else "value"
    assert (reject.file, reject.line, reject.column, reject.value, reject.kind) == (file, line, column, value, kind)
    assert says in reject.reason
    assert put in reject.raw
    assert (f"{file}:{line}" in {r.row for r in loaded.all if not isinstance(r, Reject)}) == alone
    assert books(loaded.noted) == len(rows_of(loaded.all))
    whole = Loaded(DATA / layout)
    if alone:
        assert len(loaded.ties) == len(whole.ties)
        return
    assert len(loaded.ties) == len(whole.ties) - (file in ("organization_df_100.csv", "edges.csv"))


def test_folders_without_a_layout_say_what_is_there(tmp_path: Path, copy: Callable[[str], Path]) -> None:
    with pytest.raises(MissingFileError, match="is not there"):
        Loaded(tmp_path / "nowhere")
    (tmp_path / "notes.doc").write_text("x")
    with pytest.raises(MissingFileError, match=r"holds no table .*notes\.doc"):
        Loaded(tmp_path)
    (tmp_path / "a.csv").write_text("name,age\nAnn,7\n")
    with pytest.raises(WrongColumnsError) as wrong:
        Loaded(tmp_path)
    for part in ("a.csv has name, age", "projectRcn new_org_id", "organisationID", "rcn role pic"):
        assert part in str(wrong.value)
    source = copy("cordis-h2020-2016")
    (source / "unique_org.csv").rename(source / "unique_org.bak")
    with pytest.raises(WrongColumnsError, match=r"edges\.csv has projectRcn, new_org_id"):
        Loaded(source)
    (source / "unique_org.bak").rename(source / "unique_org.csv")
    rewrite(source / "projects.csv", lambda rows: [[c.replace("startDate", "begin") for c in rows[0]], *rows[1:]], "\t")
    with pytest.raises(WrongColumnsError, match=r"projects\.csv lacks startDate"):
        Loaded(source)
    (source / "projects.csv").write_bytes(b"")
    with pytest.raises(EmptyFileError, match=r"projects\.csv is empty"):
        Loaded(source)


def test_other_tables_are_put_aside_and_named(copy: Callable[[str], Path]) -> None:
    source = copy("cordis-original-layout")
    other = source / "webLink.csv"
    other.write_text('"projectID";"physUrl";"status"\n"1";"https://example.org";"OK"\n')
    loaded = Loaded(source)
    assert list(loaded.noted.aside) == [other]
    assert "physUrl" in loaded.noted.aside[other]
    assert loaded.content() == Loaded(DATA / "cordis-original-layout").content()
    alone = Loaded(source / "organization_df_100.csv")  # a table may be named instead of its folder
    assert len(alone.ties) == 8


def test_ids_that_a_spreadsheet_made_decimal_are_understood(copy: Callable[[str], Path]) -> None:
    source = copy("cordis-h2020-2016")
    whole = Loaded(source)
    rewrite(source / "edges.csv", lambda rows: [rows[0], *([f"{a}.0", f"{b}.0"] for a, b in rows[1:])], "\t")
    assert Loaded(source).content() == whole.content()


def test_every_stage_is_one_of_ours_and_has_its_reason() -> None:
    with (folder("loaders") / "data" / "funding_scheme_stages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["stage"] for row in rows} == {*schema.STAGES, ""}
    assert all(len(row["reason"]) > 10 for row in rows)
    known = [row["scheme"].casefold() for row in rows]
    assert len(known) == len(set(known))
    sample = pd.read_csv(SAMPLE / "h2020_2016_energy_projects.csv", dtype=str)
    assert set(sample["fundingScheme"].str.casefold()) <= set(known)


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_damaged_files_are_read_or_refused_but_never_crash(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(LAYOUTS))
    file = data.draw(st.sampled_from(sorted(path.name for path in (DATA / layout).iterdir() if path.suffix)))
    packed = data.draw(st.booleans()) and file.endswith(".gz")
    held = (DATA / layout / file).read_bytes()
    whole = bytearray(gzip.decompress(held) if file.endswith(".gz") and not packed else held)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(whole) - 1, 0)))
        span = data.draw(st.sampled_from([0, 1, 1, 2, 20, 500]))
        whole[at : at + span] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from([b'"', b"\n", b";", b"\t", b",", b"\r", b"\0", b"\xff", b"NA", b"-1"])
        )
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(shutil.copytree(DATA / layout, Path(temporary) / "x"))
        (source / file).write_bytes(
            gzip.compress(bytes(whole)) if file.endswith(".gz") and not packed else bytes(whole)
        )
        try:
            loaded = Loaded(source)
        except GraphkitError as error:
            assert str(source) in str(error)
        else:
            assert books(loaded.noted) == len(rows_of(loaded.all))
            assert all(r.row for r in loaded.all if not isinstance(r, Reject))
            assert all(r.reason and r.line for r in loaded.rejects)
