"""Files made to do harm: XML bombs, entities that point elsewhere, zip bombs, and archives that lead out of themselves.

Each is made anew at a place, and is named with the loader that would read it and a part of the sentence it is refused
with. The tests hold every one of them to its sentence, `benchmarks/bombs.py` to a second and to little memory.
"""

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

ROWS = b"id;name\n1;a\n2;b\n"


@dataclass(frozen=True)
class Bomb:
    """A harmful file: what it is, how it is called, who would read it, how it is made, and what is said of it."""

    what: str
    file: str
    loader: str
    make: Callable[[Path], object]
    says: str


def archive(path: Path, *members: tuple[str, bytes], change: Callable[[zipfile.ZipFile], object] | None = None) -> Path:
    """Write an archive, with whatever is changed in its list of files before that is written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for called, data in members:
            packed.writestr(called, data)
        if change is not None:
            change(packed)
    return path


def attributes(mode: int) -> Callable[[zipfile.ZipFile], object]:
    """Say of the first file that it is of another kind."""
    return lambda packed: setattr(packed.filelist[0], "external_attr", mode << 16)


def claimed(unpacked_size: int, packed_size: int) -> Callable[[zipfile.ZipFile], object]:
    """Say of the first file that it has other sizes."""

    def change(packed: zipfile.ZipFile) -> None:
        packed.filelist[0].file_size, packed.filelist[0].compress_size = unpacked_size, packed_size

    return change


def again(times: int, called: str = "{}.csv") -> Callable[[zipfile.ZipFile], object]:
    """List the same packed bytes many times, as the worst bombs do."""

    def change(packed: zipfile.ZipFile) -> None:
        for number in range(times):
            other = copy(packed.filelist[0])
            other.filename = called.format(number)
            packed.filelist.append(other)

    return change


def long_list(path: Path, files: int, said: int, wide: bool) -> Path:
    """Write an archive that lists very many files and says how many it lists."""
    listed = (b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x") * files
    end = b""
    if wide:
        end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, said, said, len(listed), 0)
        end += b"PK\6\7" + struct.pack("<IQI", 0, len(listed), 1)
    fields = (0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0) if wide else (0, 0, said, said, len(listed), 0, 0)
    path.write_bytes(listed + end + struct.pack("<4s4H2LH", b"PK\5\6", *fields))
    return path


ZEROS = bytes(32 << 20)
ARCHIVES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "one bomb": (lambda path: archive(path, ("x.csv", ZEROS)), "over 100 times its size"),
    "a bomb beside a table": (lambda path: archive(path, ("a.csv", ROWS), ("x.pdf", ZEROS)), "'x.pdf', which unpacks"),
    "many small bombs": (
        lambda path: archive(path, *((f"{i}.csv", bytes(900_000)) for i in range(40))),
        "over 100 times its size",
    ),
    "one file listed often": (lambda path: archive(path, ("x.csv", ZEROS[:1_000_000]), change=again(200)), "100 times"),
    "over 2 GB": (lambda path: archive(path, ("x.csv", ROWS), change=claimed(3 << 30, 1 << 30)), "over 2 GB"),
    "a size that is not true": (lambda path: archive(path, ("x.csv", ROWS), change=claimed(3, 18)), "no whole zip"),
    "up": (lambda path: archive(path, ("../x.csv", ROWS)), "points out of the archive"),
    "up from within": (lambda path: archive(path, ("a/../../x.csv", ROWS)), "points out of the archive"),
    "up with backslashes": (lambda path: archive(path, ("..\\x.csv", ROWS)), "points out of the archive"),
    "from the root": (lambda path: archive(path, ("/etc/x.csv", ROWS)), "points out of the archive"),
    "from a drive": (lambda path: archive(path, ("C:x.csv", ROWS)), "points out of the archive"),
    "from a share": (lambda path: archive(path, ("\\\\server\\x.csv", ROWS)), "points out of the archive"),
    "a symbolic link": (
        lambda path: archive(path, ("x.csv", b"/etc/passwd"), change=attributes(stat.S_IFLNK | 0o777)),
        "is no file but a link",
    ),
    "a pipe": (lambda path: archive(path, ("x.csv", b""), change=attributes(stat.S_IFIFO)), "is no file but a link"),
    "two of one name": (lambda path: archive(path, ("x.csv", ROWS), change=again(1, "x.csv")), "of the same name"),
    "a name of two lines": (lambda path: archive(path, ("x\n.csv", ROWS)), "has a name that no file can have"),
    "no name": (
        lambda path: archive(path, ("x", ROWS), change=again(1, "")),
        "'', which has a name that no file can have",
    ),
    "a crooked name": (lambda path: archive(path, ("a//x.csv", ROWS)), "has a name that no file can have"),
    "a password": (
        lambda path: archive(path, ("x.csv", ROWS), change=lambda z: setattr(z.filelist[0], "flag_bits", 1)),
        "needs a password",
    ),
    "another method": (
        lambda path: archive(path, ("x.csv", ROWS), change=lambda z: setattr(z.filelist[0], "compress_type", 14)),
        "packed in an unusual way",
    ),
    "a million files": (lambda path: long_list(path, 1_000_000, 1_000_000, wide=True), "over 10,000 files"),
    "60,000 files": (lambda path: long_list(path, 60_000, 60_000, wide=False), "over 10,000 files"),
    "60,000 files that say they are 5": (lambda path: long_list(path, 60_000, 5, wide=False), "60,000 files"),
    "no archive": (lambda path: Path(path.write_bytes(ROWS) and path), "is no zip archive"),
    "nothing": (lambda path: Path(path.write_bytes(b"") or path), "is no zip archive"),
    "half of one": (
        lambda path: Path(path.write_bytes(archive(path, ("x.csv", ROWS)).read_bytes()[:60]) and path),
        "is no zip archive",
    ),
}


LAUGHS = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
QUADRATIC = f'<!ENTITY a "{"x" * 100_000}">'
GRAPHML = '<graphml><graph edgedefault="undirected"><node id="{}"/></graph></graphml>'
GEXF = '<gexf version="1.3"><graph><nodes><node id="a" label="{}"/></nodes><edges/></graph></gexf>'
DECLARATIONS = {  # what a document type declares, and the text that makes use of it
    "a billion laughs": (f"<!DOCTYPE g [{LAUGHS}]>", "&a9;"),
    "quadratic blow-up": (f"<!DOCTYPE g [{QUADRATIC}]>", "&a;" * 10_000),
    "a file of this machine": ('<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
    "a page of the network": ('<!DOCTYPE g [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>', "&x;"),
    "a parameter entity": ('<!DOCTYPE g [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]>', "lt"),
    "an external DTD": ('<!DOCTYPE g SYSTEM "http://127.0.0.1:9/g.dtd">', "lt"),
    "a public DTD": ('<!DOCTYPE g PUBLIC "-//G//G" "file:///etc/hostname">', "lt"),
    "an entity that means itself": ('<!DOCTYPE g [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
}
DECLARES = "line 1: it declares entities of its own or points to another file"
SHEET = "xl/worksheets/sheet1.xml"


def graph(template: str, what: str, encoding: str = "utf-8") -> bytes:
    """Write a graph that declares one of these."""
    declared, used = DECLARATIONS[what]
    return (f'<?xml version="1.0" encoding="{encoding}"?>' + declared + template.format(used)).encode(encoding)


def defaults(path: Path) -> object:
    """Write 4,000 attributes with a default, each for 4,000 nodes."""
    keys = "".join(f'<key id="{i}" for="node" attr.name="{i}"><default>1</default></key>' for i in range(4_000))
    nodes = "".join(f'<node id="{i}"/>' for i in range(4_000))
    return path.write_text(f"<graphml>{keys}<graph>{nodes}</graph></graphml>")


def workbook(change: Callable[[dict[str, bytes]], object]) -> Callable[[Path], object]:
    """Write a workbook with an organisation in it, with its parts changed."""

    def make(path: Path) -> object:
        whole = io.BytesIO()
        with xlsxwriter.Workbook(whole) as book:
            sheet = book.add_worksheet("Organisation")
            sheet.write_column(0, 0, ["id", "own:a"])
        with zipfile.ZipFile(whole) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        return archive_of(path, parts)

    return make


def archive_of(path: Path, parts: dict[str, bytes]) -> Path:
    """Write an archive of these files."""
    return archive(path, *parts.items())


def declared(part: str, what: str) -> Callable[[Path], object]:
    """Write a workbook one part of which declares one of these."""

    def change(parts: dict[str, bytes]) -> None:
        begin, _, rest = parts[part].partition(b"?>")
        parts[part] = begin + b"?>" + DECLARATIONS[what][0].encode() + rest.replace(b"own:a", b"&a9;")

    return workbook(change)


def with_part(name: str, data: bytes) -> Callable[[Path], object]:
    """Write a workbook with one part more, or another in its place."""
    return workbook(lambda parts: parts.update({name: data}))


def far_apart(path: Path) -> object:
    """Write a sheet that reaches to the last cell there can be."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return with_part(SHEET, b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (space, cells))(path)


XML = [
    *(
        Bomb(f"GraphML: {what}", "x.graphml", "graphfile", lambda p, w=what: p.write_bytes(graph(GRAPHML, w)), DECLARES)
        for what in DECLARATIONS
    ),
    *(
        Bomb(f"GEXF: {what}", "x.gexf", "graphfile", lambda p, w=what: p.write_bytes(graph(GEXF, w)), DECLARES)
        for what in [*DECLARATIONS][:4]
    ),
    *(
        Bomb(f"workbook, {part}: {what}", "x.xlsx", "tables", declared(part, what), "declares entities of its own")
        for part, what in [
            (SHEET, "a billion laughs"),
            ("xl/sharedStrings.xml", "a billion laughs"),
            ("xl/sharedStrings.xml", "quadratic blow-up"),
            ("xl/workbook.xml", "a file of this machine"),
            ("xl/_rels/workbook.xml.rels", "an external DTD"),
            ("xl/styles.xml", "a page of the network"),
        ]
    ),
    Bomb(
        "GraphML in UTF-16: a billion laughs",
        "x.graphml",
        "graphfile",
        lambda p: p.write_bytes(graph(GRAPHML, "a billion laughs", "utf-16")),
        DECLARES,
    ),
    Bomb(
        "GraphML in gzip: a billion laughs",
        "x.graphml.gz",
        "graphfile",
        lambda p: p.write_bytes(gzip.compress(graph(GRAPHML, "a billion laughs"))),
        DECLARES,
    ),
    Bomb("GraphML: 16 million defaults", "x.graphml", "graphfile", defaults, "declares 4,000 values for each node"),
]
TABLE = gzip.compress(b"rcn;role;pic;type;country;start_date;end_date\n" + ZEROS)
PACKED = [
    *(Bomb(f"zip: {what}", "x.zip", "cordis", make, says) for what, (make, says) in ARCHIVES.items()),
    Bomb("gzip: a table", "x.csv.gz", "cordis", lambda p: p.write_bytes(TABLE), "over 100 times"),
    Bomb(
        "gzip: records",
        "x.jsonl.gz",
        "ror",
        lambda p: p.write_bytes(gzip.compress(b"{}\n" * (8 << 20))),
        "over 100 times",
    ),
    Bomb(
        "gzip: works",
        "x.jsonl.gz",
        "openalex",
        lambda p: p.write_bytes(gzip.compress(b"{}\n" * (8 << 20))),
        "over 100 times",
    ),
    Bomb(
        "gzip: a graph",
        "x.gexf.gz",
        "graphfile",
        lambda p: p.write_bytes(gzip.compress(ZEROS * 3)),
        "larger than 64 MB",
    ),
    Bomb(
        "gzip in a zip: a table",
        "x.zip",
        "cordis",
        lambda p: archive(p, ("participations.csv.gz", TABLE)),
        "over 100 times",
    ),
    Bomb(
        "zip in a zip",
        "x.zip",
        "cordis",
        lambda p: archive(p, ("y.zip", archive(p.with_name("y.zip"), ("x.csv", ZEROS)).read_bytes())),
        "holds no table",
    ),
    Bomb(
        "workbook: a part too large",
        "x.xlsx",
        "tables",
        with_part("xl/media/image1.png", ZEROS),
        "over 100 times its size",
    ),
    Bomb("workbook: a part that leads out", "x.xlsx", "tables", with_part("../x.xml", b"<x/>"), "points out of"),
    Bomb("workbook: a part of the root", "x.xlsx", "tables", with_part("/etc/x.xml", b"<x/>"), "points out of"),
    Bomb("workbook: cells far apart", "x.xlsx", "tables", far_apart, "more than can be read"),
    Bomb(
        "workbook in a zip: a part too large",
        "x.zip",
        "cordis",
        lambda p: archive(p, ("x.xlsx", _inner(p, with_part("xl/media/image1.png", ZEROS)))),
        "over 100 times its size",
    ),
]


def _inner(path: Path, make: Callable[[Path], object]) -> bytes:
    inner = path.with_name("inner")
    make(inner)
    data = inner.read_bytes()
    inner.unlink()
    return data
