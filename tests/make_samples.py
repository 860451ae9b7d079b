"""Cut the samples that travel with the program and with the tests from the full tables of CORDIS.

    python tests/make_samples.py FOLDER

FOLDER holds `cordis-h2020-2016`, `cordis-h2020-to-2017`, `cordis-fp7` and `cordis-original-layout` as they were
published. Written are `loaders/data/sample/` (the sample that users load) and one folder per layout in `tests/data/`.
In the latter every kept line stays byte for byte as it was published, since its faults are what it is kept for. The
same tables give the same files on any machine.

Which projects are kept, and for which trap:

- cordis-h2020-2016: TAB, CRLF, decimal comma, blanks before counts. 193216 and 194156 have doubled quotes, 196900 and
  199051 (also 195392 and 199052) are two RCNs for one grant, 196318 has no first day and no cost, 198654 no last day,
  193197 a name whose letters the source lost, 194395 an organisation in Namibia.
- cordis-h2020-to-2017: missing is NA, which is Namibia too (194395, 194378); 210560 has two coordinators, 195303 no
  last day, 193477 two programme parts, 199119 none.
- cordis-fp7: 94453 holds one edge twice and an organisation in Namibia; 93421 separators inside quotes; 100017 an
  organisation with two names, one of them doubly encoded; 96666 one doubly encoded in both tables; 104650 one with two
  PICs; 103938 one without a country; 100057 and 100092 Greece as EL and as GR. Of the register those entries are kept
  that begin like a kept organisation of the same country.
- cordis-original-layout: 871428 lists an organisation twice with two sums, 828799 an international partner, 741799 a
  partner without a sum; 101070806 an associated partner, 101114041 a title with quotes and no participants here. Of the
  workbooks these rows are kept where they stand, and those of 101072248, a stranger here, with its odd blanks; of the
  codes those of the topics and programmes of the H2020 projects that are kept above, and two with &amp; in their names.
"""

import csv
import gzip
import re
import sys
import zipfile
from collections.abc import Callable, Collection
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent

H2020 = ("193197", "193216", "194156", "194395", "195392", "196318", "196900", "198654", "199051", "199052")
PARTICIPATIONS = ("193477", "194378", "194395", "195303", "199119", "210560")
FP7 = ("93421", "94453", "96666", "100017", "100057", "100092", "103938", "104650")
GRANTS = ("741799", "828799", "871428")
HORIZON = ("101070806", "101114041", "101163161")
STRANGER = "101072248"
MARKED = ("ICT-11-2014", "LCE-19-2014")
ENERGY = "H2020-EU.3.3"


def main(source: Path) -> None:
    """Write every sample."""
    sample(source, TOP / "loaders" / "data" / "sample")
    three_tables(source / "cordis-h2020-2016", TOP / "tests" / "data" / "cordis-h2020-2016")
    all_in_one(source / "cordis-h2020-to-2017", TOP / "tests" / "data" / "cordis-h2020-to-2017")
    fp7(source / "cordis-fp7", TOP / "tests" / "data" / "cordis-fp7")
    published(source / "cordis-original-layout", TOP / "tests" / "data" / "cordis-original-layout")
    codes(source, TOP / "tests" / "data" / "cordis-original-layout")


def sample(source: Path, target: Path) -> None:
    """Keep the energy projects with two and more participants, and join the kind of organisation to its PIC."""
    three = source / "cordis-h2020-2016"
    projects, organisations = rows(three / "projects.csv", "\t"), rows(three / "unique_org.csv", "\t")
    edges = rows(three / "edges.csv", "\t")
    members: dict[str, set[str]] = {}
    for edge in edges:
        members.setdefault(edge["projectRcn"], set()).add(edge["new_org_id"])
    kept = [row for row in projects if ENERGY in row["programme"] and len(members.get(row["rcn"], ())) > 1]
    numbers = {row["rcn"] for row in kept}
    seats = [row for row in edges if row["projectRcn"] in numbers]
    seated = {row["new_org_id"] for row in seats}
    kinds = {row["pic"]: row["type"] for row in rows(source / "cordis-h2020-to-2017" / "participations.csv.gz", ",")}
    typed = [
        {**{column: row[column] for column in ("new_org_id", "name", "shortName", "country")}, "activityType": kind}
        for row in organisations
        if row["new_org_id"] in seated
        for kind in (kinds.get(row["new_org_id"], ""),)
    ]
    for name, table in (("projects", kept), ("organisations", typed), ("participations", seats)):
        with (target / f"h2020_2016_energy_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            out.writeheader()
            out.writerows(table)


def three_tables(source: Path, target: Path) -> None:
    """Keep some projects with everybody in them."""
    cut(source / "projects.csv", target, "\t", lambda row: row["rcn"] in H2020)
    seated = cut(source / "edges.csv", target, "\t", lambda row: row["projectRcn"] in H2020)
    members = {row["new_org_id"] for row in seated}
    cut(source / "unique_org.csv", target, "\t", lambda row: row["new_org_id"] in members)


def all_in_one(source: Path, target: Path) -> None:
    """Keep some projects with everybody in them, one table packed as it comes and the other not."""
    cut(source / "participations.csv.gz", target, ",", lambda row: row["rcn"] in PARTICIPATIONS)
    cut(source / "programme_parts.csv.gz", target, ",", lambda row: row["rcn"] in PARTICIPATIONS)


def fp7(source: Path, target: Path) -> None:
    """Keep some projects with everybody in them, and what the register has for names that begin like theirs."""
    seated = cut(source / "fp7edges.csv", target, "\t", lambda row: row["projectRcn"] in FP7)
    members = {row["new_org_id"] for row in seated}
    kept = cut(source / "fp7org.csv", target, ";", lambda row: row["new_org_id"] in members)
    alike = {(row["country"], beginning(row["organisationName"])) for row in kept}
    cut(source / "fp7_pic.csv", target, ",", lambda row: (row["country"], beginning(row["name"])) in alike)


def beginning(name: str) -> str:
    """Return the first letters of a name, without blanks and signs."""
    return "".join(filter(str.isalnum, name.casefold()))[:9]


def published(source: Path, target: Path) -> None:
    """Keep some grants of Horizon 2020 without project rows, and some of Horizon Europe with them."""
    name = "h2020_organizations_out_formatted_latest.csv"
    cut(source / name, target, ",", lambda row: row["projectID"] in GRANTS)
    cut(source / "organization_df_100.csv", target, ",", lambda row: row["projectID"] in HORIZON)
    cut(source / "project_df_100.csv", target, ",", lambda row: row["id"] in HORIZON)
    for workbook in ("horizon_topics.xlsx", "horizon_euroSciVoc.xlsx"):
        cut_sheet(source / workbook, target, {"projectID", *HORIZON, STRANGER})


def codes(source: Path, target: Path) -> None:
    """Keep the codes of the topics and programmes of some projects, and the one of all topics."""
    kept = [row for row in rows(source / "cordis-h2020-2016" / "projects.csv", "\t") if row["rcn"] in H2020]
    used = {code for row in kept for column in ("topics", "programme") for code in row[column].split(";")}
    path = source / "cordis-original-layout" / "cordisref-H2020programmes.csv"
    header, *found = path.read_bytes().splitlines(keepends=True)
    wanted = {code.encode() for code in (*used, *MARKED, "H2020-Topics")}
    # Line by line: one row that is not wanted breaks a line.
    (target / path.name).write_bytes(header + b"".join(line for line in found if set(line.split(b";")[1:2]) & wanted))


def rows(path: Path, separator: str) -> list[dict[str, str]]:
    """Read a table whole, as text."""
    return [row for _, row in lines(path, separator)[1]]


def lines(path: Path, separator: str) -> tuple[bytes, list[tuple[bytes, dict[str, str]]]]:
    """Read the header, and each row as it is written and as it is meant; no row here is longer than a line."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    header, *found = data.splitlines(keepends=True)
    names = header.decode("utf-8").strip().split(separator)
    if names[0].startswith('"'):
        names = [name.strip('"') for name in names]
    reader = csv.reader((line.decode("utf-8") for line in found), delimiter=separator)
    return header, [(line, dict(zip(names, cells, strict=True))) for line, cells in zip(found, reader, strict=True)]


def cut(
    path: Path, target: Path, separator: str, wanted: Callable[[dict[str, str]], bool]
) -> Collection[dict[str, str]]:
    """Write the rows that are wanted as they stand, and return them."""
    header, found = lines(path, separator)
    kept = [(line, row) for line, row in found if wanted(row)]
    data = header + b"".join(line for line, _ in kept)
    target.mkdir(parents=True, exist_ok=True)
    # Without a time of writing in it a packed file is the same every time.
    (target / path.name).write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return [row for _, row in kept]


def cut_sheet(path: Path, target: Path, wanted: Collection[str]) -> None:
    """Write a workbook with those rows of its only sheet whose first cell is wanted, each at the place it stood."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(target / path.name, "w") as part:
        for member in whole.infolist():
            data = whole.read(member)
            if member.filename.startswith("xl/worksheets/"):
                before, *found = re.split(rb"(?=<row )", data)
                *found, last = found
                last, after = last[: last.index(b"</row>") + 6], last[last.index(b"</row>") + 6 :]
                firsts = {b"<t>%s</t>" % text.encode() for text in wanted}
                kept = [row for row in [*found, last] if row[row.index(b"<t>") : row.index(b"</t>") + 4] in firsts]
                data = before + b"".join(kept) + after
            # Not deflated, which may come out otherwise on another machine.
            part.writestr(zipfile.ZipInfo(member.filename, member.date_time), data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
