"""What can go wrong, as sentences for people, each kind with its own exit code."""

from collections.abc import Iterable


def unknown(kind: str, shelf: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is not known, with the nearest one that is, or all of them.

    >>> unknown("view", "views", "networks", ["network", "report"])
    "no view 'networks'; did you mean 'network'? (graphkit list views)"
    """
    import difflib

    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}"
    return f"no {kind} {name!r}; {hint} (graphkit list {shelf})"


def busy(store: str, who: str, advice: str, seconds: float) -> str:
    """Say that another load has the turn, who that is, and what to do."""
    return f"{store} is being changed by another load for over {seconds:.0f} s: {who or 'nobody says which'}; {advice}"


def waits(store: str, who: str, seconds: float) -> str:
    """Say that another load has the turn, who that is, and that it is waited for."""
    return f"{store} is being changed by another load, {who or 'nobody says which'}; waiting up to {seconds:.0f} s"


class GraphkitError(Exception):
    """Anything a person can do something about: the message says what, where, and what to do next."""

    exit_code = 1


class UsageError(GraphkitError):
    """A command, option or name that does not exist or does not fit."""

    exit_code = 2


class SourceError(GraphkitError):
    """A source that cannot be read at all."""

    exit_code = 3


class MissingFileError(SourceError):
    """A file or folder of a source that is not there."""

    exit_code = 10


class EmptyFileError(SourceError):
    """A file of a source without a single row."""

    exit_code = 11


class WrongColumnsError(SourceError):
    """A file whose columns are those of no known layout."""

    exit_code = 12


class FolderError(GraphkitError):
    """A file or folder that cannot be written: read-only, full, not ours."""

    exit_code = 4


class StoreError(GraphkitError):
    """A store that does not answer, or that refuses what was asked."""

    exit_code = 5


class GoneError(StoreError):
    """A store that has stopped to answer."""


class LoginError(StoreError):
    """A store that answers but refuses the user name or the password."""

    exit_code = 6


class StoreMemoryError(StoreError):
    """A store that has no memory for what was asked in one transaction."""


class BusyError(StoreError):
    """A store that another load is changing, and went on changing for longer than was waited."""

    exit_code = 8


class DataError(GraphkitError):
    """The graph lacks what was asked for: nothing loaded, no such group, no such organisation."""

    exit_code = 7


class QueryError(GraphkitError):
    """A query that cannot be read, lacks a parameter, or that the store refuses."""

    exit_code = 9


class RejectedError(GraphkitError):
    """Rows were rejected for more than one kind of reason; the good rows are in the store."""

    exit_code = 20


class RejectedValueError(RejectedError):
    """Rows were rejected for a value that cannot be: an unknown role, a date that does not exist."""

    exit_code = 21


class ShrunkError(GraphkitError):
    """A source says much less than at its last load; nothing was changed."""

    exit_code = 24


class RejectedConflictError(RejectedError):
    """Rows were rejected because they give an id other facts than another row does."""

    exit_code = 22


class RejectedTieError(RejectedError):
    """Rows were rejected because they name an organisation, or another thing, that no row describes."""

    exit_code = 23
