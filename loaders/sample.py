"""EU energy projects of 2014 to 2016 in Horizon 2020: 1,970 organisations in 274 projects.

The projects of "secure, clean and efficient energy" (H2020-EU.3.3) with two and more participants, cut from CORDIS by
`tests/make_samples.py`.
"""

from collections.abc import Iterator
from pathlib import Path

from graphkit.formats.reading import Reject
from graphkit.schema import Record
from graphkit.shelf import find_loader

LICENCE = "CC BY 4.0 (© European Union, CORDIS, CC BY 4.0; changed by us)"
EXPECT = {
    "Organisation": (1_576, 3_940),
    "Collaboration": (219, 548),
    "TAKES_PART_IN": (2_270, 5_676),
    "Technology": (66, 164),
    "ABOUT": (219, 548),
}


def load() -> Iterator[Record | Reject]:
    """Yield the sample that travels with the program, read as any three tables of CORDIS are."""
    yield from find_loader("cordis").load(Path(__file__).parent / "data" / "sample")
