"""Damaged inputs for every loader, made by a seed: bytes and lines torn out, doubled, swapped and put in.

The whole engine reads them, but for the store: the books are held to account, and only our own errors may be raised.
"""

import gzip
import json
import random
import re
import shutil
import signal
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from graphkit import loading, schema
from graphkit.errors import GraphkitError
from graphkit.formats import workbook
from graphkit.loading import Load
from graphkit.shelf import find_loader

DATA = Path(__file__).parent / "data"
PACKED = (".gz", ".zip", ".xlsx")
SECONDS = 10.0  # one input may take; a thousandth of that is usual

SCRAPS = [
    *(b'"', b"'", b";", b",", b"\t", b"\n", b"\r", b"\r\n", b"|", b"\0", b"\xff", b"\xef\xbb\xbf", b"\\ud800", b"=1+1"),
    *(
        b"<",
        b"&",
        b"]]>",
        b"<node/>",
        b"<graph>",
        b"&#0;",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b"null",
        b"true",
        b"[]",
        b"{}",
    ),
    *(b"-1", b"1e999", b"NaN", b"NA", b"9" * 30, b"0", b"2015-02-30", b"0001-01-01", b"31/12/9999", b"pic:", b"own:"),
    *("Ä".encode("cp1252"), "龙头".encode("gb18030"), "\u202e".encode(), "\u2028".encode(), b"PK\5\6", b"PK\1\2"),
]


@dataclass
class NoStore:
    """Stands in for an empty store: the engine compares with it and writes nothing."""

    lanes: int = 1
    repeated: int = 0
    batch: int = 5000

    def rows(self, statement: str, **_: object) -> list[list[int]]:
        """Know of no source and no node."""
        return [] if "Source" in statement else [[0]]

    def portions(self, rows: list[Any], work: Callable[[list[Any]], Any]) -> Iterator[Any]:
        """Give all rows at once."""
        yield work(rows)


@dataclass(frozen=True)
class Seed:
    """A small whole input of a loader: its files by name, and what is given to the loader besides."""

    files: dict[str, bytes]
    target: str = ""  # the file to load; without one the folder
    options: dict[str, str] = field(default_factory=dict)  # names of files


def whole(folder: Path, lines: int = 6) -> Seed:
    """Make a seed of a folder of samples; of texts only the first lines are taken, so that damage matters more."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name == "LICENCE":
            continue
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[:lines]), 1, mtime=0)
        elif path.suffix in (".csv", ".jsonl"):
            data = b"".join(data.splitlines(keepends=True)[:lines])
        files[path.name] = data
    return Seed(files)


def zipped(seed: Seed) -> Seed:
    """Pack a seed into an archive."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in seed.files.items():
                archive.writestr(f"csv/{name}", data)
        file.seek(0)
        return Seed({"x.zip": file.read()}, "x.zip")


@cache
def seeds() -> dict[str, list[Seed]]:
    """Collect the seeds of every loader that reads anything."""
    cordis = [whole(DATA / name) for name in sorted(p.name for p in DATA.iterdir()) if name.startswith("cordis-")]
    plain = [Seed({n: d for n, d in seed.files.items() if not n.endswith(".xlsx")}) for seed in cordis]
    ror = (DATA / "ror" / "ror-data.jsonl").read_bytes().splitlines(keepends=True)[:8]
    array = b"[" + b",".join(ror) + b"]"
    openalex = {
        "works.jsonl": (DATA / "openalex" / "works.jsonl").read_bytes(),
        "institutions.jsonl": (DATA / "openalex" / "institutions.jsonl").read_bytes(),
        "page.json": (DATA / "openalex" / "page.json").read_bytes(),
    }
    graphs = {p.name: p.read_bytes() for p in sorted((DATA / "graph-files").iterdir()) if p.name != "LICENCE"}
    graphs["small.net"] = b'*Vertices 3\n1 "A"\n2 "B" 0.1 0.2\n3 "C"\n*Edges\n1 2 1.0\n*Arcs\n2 3\n'
    graphs["modes.net"] = b'*Vertices 4 2\n1 "A"\n2 "B"\n3 "P"\n4 "Q"\n*Edges\n1 3\n2 4\n'
    graphs["small.gml"] = b'graph [\n node [ id 1 label "A" role "university" ]\n node [ id 2 label "B" ]\n' + (
        b" edge [ source 1 target 2 value 1 ]\n]\n"
    )
    graphs["small.json"] = json.dumps(
        {"nodes": [{"id": "a", "country": "DE"}, {"id": "b"}], "links": [{"source": "a", "target": "b"}]}, indent=1
    ).encode()
    tables = whole(DATA / "tables")
    mapping = {"mapping": "mapping.yaml"}
    with tempfile.TemporaryDirectory() as folder:
        workbook.write(
            Path(folder, "x.xlsx"),
            [
                schema.Organisation(id="own:a", name="A", role="university", country="CN"),
                schema.Platform(id="own:p", name="P", kind="alliance"),
                schema.MemberOf(start="own:a", end="own:p"),
            ],
        )
        book = Path(folder, "x.xlsx").read_bytes()
    own = b"id,name,role,country,city,lat,founded\nown:a,A,university,CN,Wuhan,30.5,1893-01-01\nown:b,B,,CN,,,\n"
    patents = whole(DATA / "copatents", 8)
    return {
        "cordis": [*plain, *cordis, zipped(plain[0]), zipped(plain[-1])],
        "ror": [
            Seed({"r.jsonl": b"".join(ror)}, "r.jsonl"),
            Seed({"r.json": array}, "r.json"),
            Seed({"r.jsonl.gz": gzip.compress(b"".join(ror), 1, mtime=0)}, "r.jsonl.gz"),
            zipped(Seed({"ror-data_schema_v2.json": array})),
        ],
        "openalex": [
            *(Seed({name: data}, name) for name, data in openalex.items()),
            Seed(openalex),
            Seed({"w.jsonl.gz": gzip.compress(openalex["works.jsonl"], 1, mtime=0)}, "w.jsonl.gz"),
        ],
        "graphfile": [Seed({name: data}, name) for name, data in graphs.items()],
        "tables": [
            Seed(tables.files | {"mapping.yaml": tables.files["mapping.yaml"]}, options=mapping),
            Seed({"Organisation.csv": own, "x.tsv": b"start\tend\nown:a\town:b\n"}, "Organisation.csv"),
            Seed({"x.xlsx": book}, "x.xlsx"),
        ],
        "copatents": [patents, zipped(patents)],
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Damage bytes in one to six places: single ones, spans, lines, cells, or the end."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, way = chance.randrange(len(found) + 1), chance.random()
        if way < 0.6:
            scrap = chance.choice(SCRAPS) if chance.random() < 0.7 else chance.randbytes(chance.randint(0, 4))
            found[at : at + chance.choice([0, 0, 1, 1, 2, 9, 80])] = scrap
        elif way < 0.7:
            other = chance.randrange(len(found) + 1)
            found[at:at] = found[other : other + chance.choice([3, 30, 300])]
        elif way < 0.95:
            lines = bytes(found).split(b"\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            if way < 0.78:
                lines[one], lines[other] = lines[other], lines[one]
            elif way < 0.84:
                lines.insert(one, lines[other])
            elif cells := re.findall(rb"[^;,\t|]+", lines[one]):
                lines[one] = lines[one].replace(chance.choice(cells), chance.choice(SCRAPS), 1)
            found = bytearray(b"\n".join(lines))
        else:
            del found[at:]
    return bytes(found)


def damaged(loader: str, number: int, folder: Path) -> tuple[Path, dict[str, Path]]:
    """Write the damaged input of this number into a folder; what to give to the loader, and its options."""
    chance = random.Random(f"{loader} {number}")
    seed = chance.choice(seeds()[loader])
    name = chance.choice(sorted(seed.files))
    for each, data in seed.files.items():
        if each == name:
            inner = each.endswith(".gz") and chance.random() < 0.7
            data = gzip.compress(mutated(gzip.decompress(data), chance), 1) if inner else mutated(data, chance)
        (folder / each).write_bytes(data)
    return folder / seed.target, {option: folder / file for option, file in seed.options.items()}


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what takes longer by TimeoutError."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"over {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def survived(loader: str, number: int, home: Path) -> Load | GraphkitError:
    """Load a damaged input; anything that is no outcome and no sentence for people is raised."""
    folder = home / "input"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path, options = damaged(loader, number, folder)
    files = [each.name for each in folder.iterdir()]
    try:
        with limited(SECONDS):
            records = find_loader(loader).load(path, **options)
            outcome = loading.load(NoStore(), loader, records, dry_run=True)  # type: ignore[arg-type]
    except GraphkitError as error:
        str(error).encode("utf-8")
        assert any(name in str(error) for name in (folder.name, *files)), f"which file is it? {error}"
        return error
    for reject in outcome.rejects:
        assert reject.file
        assert reject.reason
        "".join((reject.file, reject.column, reject.value, reject.reason, reject.raw)).encode("utf-8")
    return outcome
