"""Sixteen Chinese high-tech zones: 334 organisations of all seven roles, and the four chains between them (四链).

A sample in the layout of `graphkit template`, one CSV file for each sheet. Every row says what it is (`evidence`):
`public` is what is generally known (that there is such an organisation, in such a city), `illustrative` is made up to
show what the analyses do. Names, ids and places of 219 organisations are those of ROR (CC0); one whose row gives it to
a zone only because it lies in the zone's city is illustrative, as is every project, round of capital, result, challenge
and person. Persons have no names. No finding about this sample is one about the zones it is named for.
"""

from collections.abc import Iterator
from pathlib import Path

from graphkit.formats.reading import Reject
from graphkit.schema import Record
from graphkit.shelf import find_loader

LICENCE = "CC0 1.0 (names, ids and places from the Research Organization Registry, ror.org); the rest Apache-2.0"
EXPECT = {
    "Organisation": (260, 640),
    "Platform": (54, 134),
    "Collaboration": (128, 320),
    "Result": (96, 240),
    "Technology": (14, 28),
    "Industry": (24, 48),
    "Zone": (16, 32),
    "Region": (17, 34),
    "Person": (60, 150),
    "Investment": (58, 144),
    "Challenge": (29, 72),
    "Policy": (15, 38),
    "TAKES_PART_IN": (470, 1_180),
    "MEMBER_OF": (280, 700),
    "ABOUT": (670, 1_690),
}


def load() -> Iterator[Record | Reject]:
    """Yield the sample that travels with the program, read as any filled workbook is."""
    yield from find_loader("tables").load(Path(__file__).parent / "data" / "zones")
