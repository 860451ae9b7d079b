"""Checks a query that somebody wrote: its front matter, what it may use, and what the store says of it."""

from collections.abc import Iterator
from pathlib import Path

from graphkit import analysis, query
from graphkit.errors import QueryError
from graphkit.guard import guard
from graphkit.query import Query
from graphkit.store import Store

GOOD = "good"


def checked(store: Store, file: Path) -> Iterator[tuple[str, str]]:
    """Yield each check and what it found; `good` where it found nothing.

    The store plans the query without running it: a Neo4j names its columns and warns of labels and properties that it
    does not have, the embedded store only says whether it understands.
    """
    try:
        if not file.is_file():
            raise QueryError(f"there is no file {file}")
        found = query.read(file)
    except (QueryError, UnicodeDecodeError) as error:
        yield "front matter", str(error)
        return
    yield "front matter", _said(found)
    try:
        guard(found.text)
    except QueryError as error:
        yield "read guard", str(error)
        return
    yield "read guard", GOOD
    try:
        plan = store.plan(found.text, {p.name: p.default for p in found.parameters})
    except QueryError as error:
        yield "plan", str(error)
        return
    yield "plan", "; ".join(plan.warnings) or GOOD
    declared = [column.name for column in found.columns]
    if plan.columns:
        yield "columns", GOOD if plan.columns == declared else f"returns {plan.columns}, declares {declared}"


def _said(found: Query) -> str:
    """Say what the front matter of a query that others shall find should have."""
    lacks = [key for key in ("title_zh", "question_zh", "category") if not getattr(found, key)]
    faults = [f"no '// {key}:' line" for key in lacks]
    faults += [f"no analysis {name!r} (needs)" for name in found.needs if name not in analysis.analyses()]
    if "ORDER BY" not in found.text.upper():
        faults.append("no ORDER BY: the rows come in any order")
    return "; ".join(faults) or GOOD
