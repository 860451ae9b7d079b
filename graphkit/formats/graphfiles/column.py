"""Attributes of nodes and ties as properties of the schema."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from graphkit.formats.cells import Form, Unfit, value
from graphkit.formats.graphfiles.element import Element
from graphkit.formats.graphfiles.terms import shown, text, texts
from graphkit.formats.reading import BadValue
from graphkit.schema import Property

_GLOBE = {"lat": 90, "lon": 180}


@dataclass(frozen=True)
class Column:
    """Where a property comes from: an attribute, or (`=value`) a value that holds for all; and how to read it."""

    property: Property
    attribute: str
    form: Form

    def value(self, element: Element) -> Any:
        """Read the value of one element; raises BadValue."""
        constant = self.attribute.startswith("=")
        written = self.attribute[1:] if constant else element.attributes.get(self.attribute, "")
        several = self.property.type == "texts"
        cell: Any = texts(self.attribute, written, several=True) if several else text(self.attribute, written)
        if self.property.type == "date":
            cell = cell.removesuffix(".0")  # Gephi writes years as numbers
        said = shown("; ".join(cell) if several else cell)
        try:
            found = value(cell, self.property, self.form)
        except Unfit as unfit:
            raise BadValue(self.attribute, said, str(unfit)) from unfit
        if found is not None and self.property.name == "country" and not re.fullmatch("[A-Z]{2}", found):
            raise BadValue(self.attribute, said, "is no country of two letters (ISO 3166-1)")
        if found is not None and self.property.name in _GLOBE and abs(found) > _GLOBE[self.property.name]:
            raise BadValue(self.attribute, said, "lies outside the globe (latitude -90 to 90, longitude -180 to 180)")
        return found


def misfits(column: Column, elements: list[Element]) -> list[BadValue]:
    """List what is wrong with the values of a column."""
    wrong = []
    for element in elements:
        try:
            column.value(element)
        except BadValue as bad:
            wrong.append(bad)
    return wrong


def by_attribute(elements: list[Element]) -> dict[str, list[Element]]:
    """Give the elements that have an attribute, by its name."""
    found: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        for name in element.attributes:
            found[name].append(element)
    return found
