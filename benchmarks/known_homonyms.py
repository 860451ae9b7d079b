"""Make graphkit/naming/data/homonyms.txt: the names (normalised) that several organisations of ROR bear.

    python benchmarks/known_homonyms.py DUMP [--write]

DUMP is the dump of ROR that `graphkit load ror` reads (CC0). Bare initials are left out: no name alone merges them.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import graphkit
from graphkit.files import write_text
from graphkit.naming.names import identifier, normalised
from graphkit.naming.resolving import is_initials
from graphkit.schema import Organisation
from graphkit.shelf import find_loader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    bearers: dict[str, set[str]] = defaultdict(set)
    for record in find_loader("ror").load(options.dump):
        if isinstance(record, Organisation):
            for name in (record.name, record.name_zh, *record.aliases):
                if name and identifier(name) is None:
                    bearers[normalised(name)].add(record.id)
    homonyms = sorted(name for name, ids in bearers.items() if name and len(ids) > 1 and not is_initials(name))
    print(f"{len(homonyms)} of {len(bearers):,} names are borne by several organisations")
    if options.write:
        write_text(
            Path(graphkit.__file__).parent / "naming" / "data" / "homonyms.txt",
            "".join(f"{name}\n" for name in homonyms),
        )


if __name__ == "__main__":
    main()
