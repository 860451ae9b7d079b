"""How long the full tables of CORDIS take to read, beside what pandas takes to parse them, and how many rows fail.

    python benchmarks/reading.py FOLDER

FOLDER holds folders with tables of CORDIS, in any of its layouts. Nothing is written.
"""

import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd

from graphkit.errors import WrongColumnsError
from graphkit.reading import Reject, opened
from graphkit.shelf import find_loader


def main(folder: Path) -> None:
    """Read every folder that holds one of CORDIS' layouts."""
    print(f"{'folder':24} {'rows':>8} {'rejects':>8} {'records':>8} {'seconds':>8} {'pandas':>7}")
    for source in sorted(path for path in folder.iterdir() if path.is_dir()):
        if not any(path.name.lower().endswith((".csv", ".csv.gz")) for path in source.iterdir()):
            continue
        began = time.process_time()
        try:
            with opened() as noted:
                kinds = Counter(type(record) for record in find_loader("cordis").load(source))
        except WrongColumnsError:
            continue
        took = time.process_time() - began
        rows = sum(table.rows for table in noted.tables)
        began = time.process_time()
        for table in noted.tables:
            pd.read_csv(table.path, sep=table.separator, dtype=str, keep_default_na=False)
        parsed = time.process_time() - began
        rejects = kinds.pop(Reject, 0)
        print(f"{source.name:24} {rows:8,} {rejects:8,} {kinds.total():8,} {took:8.2f} {parsed:7.2f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
