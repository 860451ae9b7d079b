"""How fast the tables of CORDIS are read, beside pandas, and how fast they become records; nothing is written.

    python benchmarks/reading.py FOLDER

FOLDER holds folders with tables of CORDIS, in any of its layouts. Rows per second are of processor time, the best of
five for a table; pandas only splits them, and makes no check.
"""

import gzip
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pandas as pd

from graphkit.errors import GraphkitError
from graphkit.formats.places import Place, places_in
from graphkit.formats.reading import Reject, Table, opened
from graphkit.shelf import find_loader


def main(folder: Path) -> None:
    """Read every folder that holds one of CORDIS' layouts."""
    sources = []
    for source in sorted(path for path in folder.iterdir() if path.is_dir()):
        began = time.process_time()
        try:
            with opened() as noted:
                kinds = Counter(type(record) for record in find_loader("cordis").load(source))
        except GraphkitError:
            continue
        sources.append((source, kinds, sum(each.rows for each in noted.tables), time.process_time() - began))
    print(f"{'table':60} {'columns':>8} {'bytes/row':>9} {'rows':>8} {'rows/s':>10} {'pandas':>10}")
    for source, *_ in sources:
        for place in places_in(source):
            if place.workbook is None:
                table(source.name, place)
    print(f"\n{'folder':60} {'rejects':>8} {'records':>9} {'rows':>8} {'rows/s':>10} {'seconds':>10}")
    for source, kinds, rows, took in sources:
        rejects = kinds.pop(Reject, 0)
        print(f"{source.name:60} {rejects:8,} {kinds.total():9,} {rows:8,} {rows / took:10,.0f} {took:10.2f}")


def table(source: str, place: Place) -> None:
    """Time one table."""
    found = Table(place, required=())
    data = gzip.decompress(place.path.read_bytes()) if place.path.suffix == ".gz" else place.path.read_bytes()
    ours = best(lambda: Table(place, required=()))
    theirs = best(lambda: [pd.read_csv(BytesIO(data), sep=found.separator, dtype=str, keep_default_na=False)])
    deque(found, maxlen=0)
    name = f"{source}/{place.name}"
    width = len(data) // found.rows
    print(
        f"{name:60} {len(found.columns):8} {width:9} {found.rows:8,} {found.rows / ours:10,.0f} "
        f"{found.rows / theirs:10,.0f}"
    )


def best(made: Callable[[], Iterable[object]]) -> float:
    """Time how long going through what is made takes, in seconds."""
    taken = []
    for _ in range(5):
        began = time.process_time()
        deque(made(), maxlen=0)
        taken.append(time.process_time() - began)
    return min(taken)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
