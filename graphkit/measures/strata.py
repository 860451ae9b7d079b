"""Strata: chance only moves seats between bodies of one programme, year or kind, or between seats of one role (分层).

A group may look closed because its members apply to the same programmes, or all came in the same years. Within strata
those are kept as they are, and what remains is closure that they do not explain.
"""

from typing import Any

import numpy as np
import pandas as pd

from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError, UsageError
from graphkit.measures.seats import Integers
from graphkit.network import Network

STRATA = ("programme", "year", "kind", "role")
IN_WORDS = {"programme": "programmes", "year": "years", "kind": "kinds of bodies", "role": "roles"}
IN_WORDS_ZH = {"programme": "计划", "year": "年份", "kind": "类型", "role": "角色"}


def strata(net: Network, by: str) -> tuple[Integers | None, Integers | None]:
    """Number the stratum of every body, or, by role, that of every membership: one is an array, the other None.

    A body with several programmes forms a stratum with those that have exactly the same; the year is that in which it
    began. What has no value makes up a stratum of its own. Raises DataError when nothing has a value: there would be
    one stratum.
    """
    if by not in STRATA:
        raise UsageError(f"chance cannot be stratified by {by!r}; choose one of {', '.join(STRATA)}")
    if by == "role":
        return None, _numbered(net.memberships["role"], by)
    if by == "year":
        return _numbered(net.bodies["from"].map(lambda day: None if pd.isna(day) else str(day)[:4]), by), None
    values = net.bodies[by]
    return _numbered(values.map(_together) if by == "programme" else values, by), None


def _together(programmes: Any) -> str | None:
    return "; ".join(sorted(programmes)) if isinstance(programmes, tuple | list) and len(programmes) else None


def _numbered(values: "pd.Series[Any]", by: str) -> Integers:
    if not values.notna().any():
        whose = "membership" if by == "role" else "body"
        raise DataError(
            Bilingual(
                f"no {whose} has a {by}: load a source that gives it, or do not stratify by it",
                f"没有{property_zh(whose)}具备{property_zh(by)}信息：请载入含此信息的来源，或不按其分层",
            )
        )
    named = values.astype(object).where(values.notna(), "").astype(str).to_numpy()
    return np.unique(named, return_inverse=True)[1].astype(np.int64)
