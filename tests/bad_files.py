"""Files with one fault each, made by a seed over all loaders, and where that fault has to be reported."""

import csv
import gzip
import io
import json
import random
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Fault:
    """One bad value in one row of one file of a source; a reject must name all of it."""

    loader: str
    files: dict[str, bytes]
    options: dict[str, str]
    target: str
    file: str
    line: int
    column: str
    value: str


# Folder of samples, file, column, and values that it cannot have.
TABLES = [
    ("cordis-original-layout", "organization_df_100.csv", "role", ("wizard", "0")),
    ("cordis-original-layout", "organization_df_100.csv", "organisationID", ("12345", "x", "")),
    ("cordis-original-layout", "organization_df_100.csv", "country", ("Germany", "D", "123")),
    ("cordis-original-layout", "organization_df_100.csv", "activityType", ("ZZZ", "university")),
    ("cordis-original-layout", "organization_df_100.csv", "geolocation", ("north", "91.5,10", "1,2,3")),
    ("cordis-original-layout", "organization_df_100.csv", "netEcContribution", ("much", "1.2.3")),
    ("cordis-original-layout", "organization_df_100.csv", "projectID", ("HORIZON", "-1")),
    ("cordis-original-layout", "project_df_100.csv", "startDate", ("2025-02-30", "soon", "2025-13-01")),
    ("cordis-original-layout", "project_df_100.csv", "endDate", ("31/31/2025", "never")),
    ("cordis-original-layout", "project_df_100.csv", "totalCost", ("12x", "--1")),
    ("cordis-h2020-2016", "projects.csv", "ecMaxContribution", ("110.000,00x", "one")),
    ("cordis-h2020-2016", "projects.csv", "rcn", ("rcn", "1.5")),
    ("cordis-h2020-2016", "projects.csv", "startDate", ("2014-00-01", "2014-06-31")),
    ("cordis-h2020-2016", "edges.csv", "new_org_id", ("99", "")),
    ("cordis-h2020-2016", "edges.csv", "projectRcn", ("p1", "")),
    ("cordis-h2020-2016", "unique_org.csv", "country", ("GER", "1")),
    ("cordis-fp7", "fp7_pic.csv", "pic", ("12", "PIC", "")),
    ("cordis-fp7", "fp7org.csv", "country", ("GERMANY", "?")),
    ("cordis-fp7", "fp7edges.csv", "new_org_id", ("0", "abc")),
    ("cordis-h2020-to-2017", "participations.csv.gz", "type", ("QQQ", "hes!")),
    ("cordis-h2020-to-2017", "participations.csv.gz", "role", ("boss",)),
    ("cordis-h2020-to-2017", "participations.csv.gz", "end_date", ("2015-02-29", "x")),
    ("cordis-h2020-to-2017", "participations.csv.gz", "contribution", ("12e", "1 2 x")),
    ("tables", "institutions.csv", "成立年份", ("long ago", "18x4")),
    ("tables", "institutions.csv", "类型", ("巫师", "wizard")),
    ("tables", "seats.csv", "经费（万元）", ("很多", "1,2,3x")),
    ("tables", "seats.csv", "开始", ("31.02.2021", "2021")),
]


def made(number: int) -> Fault:
    """Make the bad file of this number."""
    chance = random.Random(f"fault {number}")
    way = number % 5
    if way == 3:
        return _json(chance)
    if way == 4:
        return _patents(chance) if number % 2 else _graph(chance)
    folder, file, column, values = chance.choice(TABLES)
    files = {p.name: p.read_bytes() for p in sorted((DATA / folder).iterdir()) if p.suffix in (".csv", ".gz", ".yaml")}
    loader, options = ("tables", {"mapping": "mapping.yaml"}) if folder == "tables" else ("cordis", {})
    files[file], line, value = _cell(files[file], column, chance, values)
    return Fault(loader, files, options, "", file, line, column, value)


def _cell(data: bytes, column: str, chance: random.Random, values: tuple[str, ...]) -> tuple[bytes, int, str]:
    """Put a bad value into one cell of a table; return the line at which its row begins."""
    packed = data[:2] == b"\x1f\x8b"
    plain = gzip.decompress(data) if packed else data
    encoding = "utf-8"
    try:
        text = plain.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
        text = plain.decode(encoding)
    head = text.splitlines()[0]
    separator = max(";\t,", key=head.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    row, value = chance.randrange(1, len(rows)), chance.choice(values)
    rows[row][rows[0].index(column)] = value
    line = 1 + sum(1 + sum(cell.count("\n") for cell in each) for each in rows[:row])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    new = out.getvalue().encode(encoding)
    return (gzip.compress(new, mtime=0) if packed else new), line, value


def _json(chance: random.Random) -> Fault:
    """Put a bad value into one record of ROR or OpenAlex."""
    if chance.random() < 0.5:
        loader, folder, file = "ror", "ror", "ror-data.jsonl"
        faults = [("id", "ror:1"), ("status", "asleep"), ("names", "none"), ("types", 7)]
    else:
        loader, folder, file = "openalex", "openalex", "works.jsonl"
        faults = [("id", "X1"), ("publication_date", "2021-02-30"), ("authorships", "nobody"), ("topics", 3)]
    lines = (DATA / folder / file).read_bytes().splitlines()
    at = chance.randrange(len(lines))
    record = json.loads(lines[at])
    column, value = chance.choice(faults)
    record[column] = value
    lines[at] = json.dumps(record, ensure_ascii=False).encode()
    # Records of OpenAlex name people: what stands where it should not is not quoted.
    shown = "" if loader == "openalex" and column in ("id", "authorships") else str(value)
    return Fault(loader, {file: b"\n".join(lines) + b"\n"}, {}, file, file, at + 1, column, shown)


def _patents(chance: random.Random) -> Fault:
    """Put a bad number or day into one row of the patents, which have no header."""
    rows = list(csv.reader((DATA / "copatents" / "raw_data.csv").read_text("utf-8-sig").splitlines()))
    at = chance.randrange(12)  # the rows below have faults of their own
    place, column, values = chance.choice([(0, "number", ("CN", "PATENT")), (2, "applied", ("2019-02-30", "x"))])
    rows[at][place] = value = chance.choice(values)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    data = out.getvalue().encode()
    return Fault("copatents", {"raw_data.csv": data}, {}, "", "raw_data.csv", at + 1, column, value)


def _graph(chance: random.Random) -> Fault:
    """Let one edge of a graph file end nowhere."""
    count = chance.randrange(3, 30)
    at, side, value = chance.randrange(count), chance.choice(["source", "target"]), f"gone{chance.randrange(99)}"
    nodes = [f'<node id="own:n{i}"/>' for i in range(count + 1)]
    ends = [{"source": f"own:n{i}", "target": f"own:n{i + 1}"} for i in range(count)]
    ends[at][side] = value
    edges = [f'<edge source="{end["source"]}" target="{end["target"]}"/>' for end in ends]
    text = "\n".join(['<graphml><graph edgedefault="undirected">', *nodes, *edges, "</graph></graphml>", ""])
    return Fault("graphfile", {"x.graphml": text.encode()}, {}, "x.graphml", "x.graphml", count + 3 + at, side, value)
