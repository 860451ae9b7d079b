"""The groups that an analysis is asked about: detected communities, or anything that organisations have (分组)."""

from dataclasses import dataclass

import numpy as np

from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError
from graphkit.measures.partition import communities_of
from graphkit.measures.portrait import portraits
from graphkit.measures.seats import Integers, Truths
from graphkit.network import Network

ANOTHER = Bilingual("group by another property (--by on the command line)", "改按其他属性分组（命令行选项 --by）")


def ungrouped(by: str, *, choice: bool = True) -> DataError:
    """Say that no organisation has what is to group them, in words for a page and for the command line.

    Without a `choice` the analysis needs just that property.

    >>> ungrouped("zone").args[0]
    'no organisation has a zone: load a source that gives it, or group by another property (--by on the command line)'
    """
    other, other_zh = (f", or {ANOTHER}", f"，或{ANOTHER.zh}") if choice else ("", "")
    return DataError(
        Bilingual(
            f"no organisation has a {by}: load a source that gives it{other}",
            f"没有主体具备{property_zh(by)}信息：请载入含此信息的来源{other_zh}",
        )
    )


@dataclass(frozen=True)
class Grouping:
    """Groups by name and in words, and the group of every organisation as 0, 1, ... or -1 for none."""

    names: list[str]
    words: list[str]
    labels: Integers

    @classmethod
    def of(cls, net: Network, by: str, *, seed: int = 0, optional: bool = False) -> "Grouping":
        """Group by `community` (Leiden's, numbered from 1) or by anything of `Network.group`, in the order of names.

        Raises DataError where no organisation has a group, unless groups are `optional`: then there are none.
        """
        if by == "community":
            found = communities_of(net, seed=seed)
            names = [str(number + 1) for number in range(found.number)]
            return cls(names, portraits(net, names, found.labels), found.labels)
        values = net.group(by)
        names = sorted({value for value in values if value is not None})
        if not names and not optional:
            raise ungrouped(by)
        number = {name: i for i, name in enumerate(names)}
        return cls(names, names, np.array([number.get(value, -1) for value in values], dtype=np.int64))

    @property
    def members(self) -> Integers:
        """Count the organisations of every group."""
        return np.bincount(self.labels[self.labels >= 0], minlength=len(self.names))

    @property
    def grouped(self) -> Truths:
        """Tell the organisations that have a group."""
        known: Truths = self.labels >= 0
        return known
