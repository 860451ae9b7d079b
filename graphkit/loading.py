"""The engine under the loaders: checks records, joins what rows say of the same thing, and writes only what changed.

Loading is by state, not by steps: what a source says is worked out whole, compared with what the store holds, and the
difference is written in batches. So loading twice writes nothing, the order of rows and of sources does not matter, and
a load that was killed is finished by running it again. Every row ends as exactly one of loaded, merged or rejected.
"""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphkit import cypher, schema
from graphkit.errors import FolderError, GoneError, ShrunkError
from graphkit.files import writing
from graphkit.formats.reading import Opened, Reject, opened
from graphkit.lanes import tiles, worked
from graphkit.records import Key
from graphkit.said import Progress, Said, read
from graphkit.store import Store, batches
from graphkit.turns import Held, Say, turn
from graphkit.unloading import Stale, stale, withdraw
from graphkit.voices import Facts, differs, heard, laid

MOST_SHRINKING = 0.1  # of what a source said before; more is asked about


@dataclass
class Load:
    """What one load did: every row is loaded (said something new), merged (said what was known) or rejected."""

    source: str
    rows_in: int = 0
    loaded: int = 0
    merged: int = 0
    rejected: int = 0
    nodes: dict[str, int] = field(default_factory=dict)
    ties: dict[str, int] = field(default_factory=dict)
    written: int = 0
    removed: int = 0
    rejects: list[Reject] = field(default_factory=list)
    rejects_file: Path | None = None
    remarks: list[str] = field(default_factory=list)

    def check(self, counted: int | None) -> None:
        """Hold the books to `rows in = loaded + merged + rejected`, and to what the tables themselves counted."""
        if self.rows_in != self.loaded + self.merged + self.rejected or counted not in (None, self.rows_in):
            raise AssertionError(
                f"{self.source}: {counted or self.rows_in} rows in, but {self.loaded} loaded + {self.merged} merged + "
                f"{self.rejected} rejected; this is a fault of graphkit, please report it"
            )


@dataclass
class _News:
    """What is new of one kind: how many things there are, which of them say something new, and the rows to write."""

    name: Key
    things: int
    fresh: list[Key] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)


def load(
    store: Store,
    source: str,
    records: Iterable[schema.Record | Reject],
    *,
    licence: str = "",
    rejects_folder: Path | None = None,
    progress: Progress = lambda what, done, total: None,
    say: Say = lambda sentence: None,
    dry_run: bool = False,
    allow_shrink: bool = False,
    from_store: bool = False,
) -> Load:
    """Load what a source says into the store and return the books.

    Nothing is written before all of the source was read; with `dry_run`, nothing at all. What the source said at an
    earlier load and says no more is taken back at the end, if every row could be read; ShrunkError is raised before
    anything is written when that is over a tenth and not allowed. Raises whatever the loader raises for a source that
    cannot be read at all; single bad rows become rejects instead (file, line, column, value, reason, raw line).

    Whoever changes a store takes turns (`graphkit.turns`), and `say` is told when that means to wait. `from_store` is
    for records that are worked out from what the store holds: they are not asked for before it is our turn.
    """
    order = _Order(source, licence, rejects_folder, progress, allow_shrink)
    with ExitStack() as until_done:

        def taken() -> Held:
            store.prepare()
            return until_done.enter_context(turn(store, f"loading {source}", say=say))

        held = taken() if from_store and not dry_run else None
        with opened() as noted:
            said = read(records, progress)
        if not dry_run and held is None:
            held = taken()
        return _settled(store, order, said, noted, held)


@dataclass(frozen=True)
class _Order:
    """What was asked for: how the source is called and licensed, and what may be done."""

    source: str
    licence: str
    rejects_folder: Path | None
    progress: Progress
    allow_shrink: bool


def _settled(store: Store, order: _Order, said: Said, noted: Opened, held: Held | None) -> Load:
    """Compare what a source says with the store, and write the difference if the turn to do so is held."""
    source, progress = order.source, order.progress
    files = sorted({table.path for table in noted.tables} | set(noted.files))
    labels = {label for key in said.facts for label in ((key[0],) if len(key) == 2 else (key[1], key[3]))}
    known = {label: _some_exist(store, label) for label in sorted(labels)}
    _reject_loose_ties(said, store, known)
    merged = {key: said.merged(key) for key in said.facts}
    outcome = Load(source, rows_in=len(said.rows.keys() | said.rejects.keys()))
    whole = all(reject.kind in ("conflict", "cell") for rejects in said.rejects.values() for reject in rejects)
    gone = _no_longer_said(store, source, merged.keys(), order.allow_shrink) if whole else Stale()
    note = _noting(store, source, order.licence, files, outcome)
    news = _compare(store, source, merged, known, progress)
    for kind in news:
        counts = outcome.ties if len(kind.name) == 3 else outcome.nodes
        counts[kind.name[0]] = counts.get(kind.name[0], 0) + kind.things  # a type of tie may join several kinds of ends
    outcome.written = sum(len(kind.rows) for kind in news)
    outcome.removed = len(gone)
    _count(outcome, said, merged, {key for kind in news for key in kind.fresh})
    outcome.check(_counted(noted))
    outcome.rejects = _with_raw_text(outcome.rejects, noted)
    outcome.remarks = _remarks(noted)
    if held is not None:
        with _half_done(source):
            held()
            note("loading")
            outcome.remarks += _write(store, news, progress, held)
            held()
            withdraw(store, gone)
            outcome.rejects_file = _keep_rejects(outcome, order.rejects_folder)
            held()
            note("complete")
    return outcome


@contextmanager
def _half_done(source: str) -> Iterator[None]:
    """Say what to do when the store goes away in the middle."""
    try:
        yield
    except GoneError as error:
        raise GoneError(
            f"{error}. What was written of {source} stays; when the store is back, run the same load again, "
            "which writes only the rest"
        ) from error


def _no_longer_said(store: Store, source: str, said: Set[Key], allow_shrink: bool) -> Stale:
    if not store.rows("MATCH (s:Source {id: $id}) RETURN s.id", id=f"source:{source}"):
        return Stale()
    gone = stale(store, source, said)
    if len(gone) > MOST_SHRINKING * gone.said and not allow_shrink:
        raise ShrunkError(
            f"{source} no longer says {len(gone):,} of the {gone.said:,} things it said before; nothing was changed. "
            "If that is right, load it again with --allow-shrink; if it is another source, name it with --as"
        )
    return gone


def _some_exist(store: Store, label: str) -> bool:
    return bool(store.rows(cypher.count_nodes(label))[0][0])


def _reject_loose_ties(said: Said, store: Store, known: dict[str, bool]) -> None:
    """Reject the rows of ties to things that no row describes, until every tie that is left has both its ends."""
    while True:
        wanted: dict[str, set[str]] = defaultdict(set)
        ties = [key for key in said.facts if len(key) == 5]
        for _, start_label, start, end_label, end in ties:
            for label, id_ in ((start_label, start), (end_label, end)):
                if (label, id_) not in said.facts:
                    wanted[label].add(id_)
        for label in sorted(wanted):
            if known[label]:
                wanted[label] -= _ids(store, label, sorted(wanted[label]))
        loose = [key for key in ties if key[2] in wanted[key[1]] or key[4] in wanted[key[3]]]
        if not loose:
            return
        for key in loose:
            missing = (key[1], key[2]) if key[2] in wanted[key[1]] else (key[3], key[4])
            for row in list(said.facts.get(key, ())):
                reason = f"no row describes this {missing[0].lower()}"
                said.reject(row, missing[0].lower(), missing[1], reason, "tie")
                said.drop(row)


def _ids(store: Store, label: str, ids: list[str]) -> set[str]:
    statement = f"UNWIND $ids AS id MATCH (n:{cypher.name(label)} {{id: id}}) RETURN n.id"
    return {row[0] for some in batches(ids) for row in store.rows(statement, ids=list(some))}


def _by_kind(keys: Iterable[Key]) -> dict[Key, list[Key]]:
    """Group keys by the statement that writes them, nodes before ties."""
    kinds: dict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        kinds[(key[0],) if len(key) == 2 else (key[0], key[1], key[3])].append(key)
    return dict(sorted(kinds.items(), key=lambda item: (len(item[0]), item[0])))


def _compare(
    store: Store,
    source: str,
    merged: dict[Key, tuple[Facts, str]],
    known: dict[str, bool],
    progress: Progress,
) -> list[_News]:
    """Find the things that differ from what the store holds, nodes before ties."""
    news, done = [], 0
    for kind, keys in _by_kind(sorted(merged)).items():
        tie = len(kind) == 3
        declared = schema.TIES[kind[0]] if tie else schema.NODES[kind[0]]
        columns = cypher.columns(declared)
        look = cypher.read_ties(*kind, some=True) if tie else cypher.read_nodes(kind[0], some=True)
        ends = 2 if tie else 1
        exist = known[kind[1] if tie else kind[0]]
        found = _News(kind, len(keys))
        news.append(found)

        def compare(
            some: Sequence[Key],
            found: _News = found,
            declared: type[schema.Record] = declared,
            columns: tuple[str, ...] = columns,
            look: str = look,
            ends: int = ends,
            exist: bool = exist,
        ) -> int:
            ids = [key[2::2] if ends == 2 else key[1:] for key in some]
            held: dict[tuple[str, ...], dict[str, Any]] = {}
            if exist:
                rows = store.lists(look, 1, ids=sorted({id_[0] for id_ in ids}))
                held = {tuple(row[:ends]): dict(zip(columns, row[ends:], strict=True)) for row in rows}
            for key, id_ in zip(some, ids, strict=True):
                before = held.get(id_)
                after = laid(declared, {**heard(declared, before), source: merged[key]})
                if differs(after, before):
                    found.fresh.append(key)
                if after != before:
                    found.rows.append([*id_, *(after[c] for c in columns)])
            return len(some)

        for some in store.portions(keys, compare):
            done += some
            progress("comparing", done, len(merged))
    return news


def _write(store: Store, news: list[_News], progress: Progress, held: Held) -> Iterator[str]:
    """Write what is new, in as many lanes as the store is good for, and say what was out of the ordinary."""
    done, total, repeated, batch = 0, sum(len(kind.rows) for kind in news), store.repeated, store.batch
    for kind in news:
        statement = cypher.write_ties(*kind.name) if len(kind.name) == 3 else cypher.write_nodes(kind.name[0])

        def write(some: Sequence[Any], statement: str = statement) -> int:
            held()
            store.write((statement, some))
            return len(some)

        todo = list(tiles(kind.rows, kind.name[1:], store.lanes))
        for some in worked(todo, lambda tile: sum(store.portions(tile, write)), store.lanes):
            done += some
            progress("writing", done, total)
    if store.repeated > repeated:
        more = store.repeated - repeated
        were = "transaction was" if more == 1 else "transactions were"
        yield f"{more:,} {were} done once more, since the server asked for that"
    if store.batch < batch:
        yield f"the server has memory for about {store.batch:,} rows in one transaction; that made it slower"


def _count(outcome: Load, said: Said, merged: dict[Key, tuple[Facts, str]], fresh: set[Key]) -> None:
    """Give every row its one outcome; of several rows that say the same new thing the first one loaded it.

    A row is rejected when nothing it says is used. One of whose values another row contradicts, while the others are
    used, is loaded or merged: its value is listed among the rejects all the same.
    """
    lost = said.rejects.keys() - said.rows.keys()
    for row, keys in said.rows.items():
        contradicted = any(reject.kind == "conflict" for reject in said.rejects.get(row, ()))
        if contradicted and not any(said.used(row, key) for key in keys):
            lost.add(row)
        elif any(key in fresh and _adds(said, merged, key, row) for key in keys):
            outcome.loaded += 1
        else:
            outcome.merged += 1
    outcome.rejected = len(lost)
    outcome.rejects = sorted(
        (replace(reject, used=row not in lost) for row, rejects in said.rejects.items() for reject in rejects),
        key=lambda reject: (reject.file, reject.line, reject.column, reject.value),
    )


def _adds(said: Said, merged: dict[Key, tuple[Facts, str]], key: Key, row: str) -> bool:
    first = merged[key][1]
    return row == first or said.used(row, key) != said.used(first, key)


def _counted(noted: Opened) -> int | None:
    """Count the rows that came out of the tables, but for those that a loader left out on purpose."""
    by_file: dict[Path, int] = {}
    for table in noted.tables:
        by_file[table.path] = max(by_file.get(table.path, 0), table.rows - table.left_out)
    return sum(by_file.values()) if by_file else None


def _with_raw_text(rejects: list[Reject], noted: Opened) -> list[Reject]:
    """Give the rejects that were found after reading the raw text of their rows, too."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for reject in rejects:
        if not reject.raw:
            wanted[reject.file].add(reject.line)
    texts = {
        (file, line): raw for file, lines in wanted.items() for line, raw in noted.raw(file, sorted(lines)).items()
    }
    return [replace(r, raw=r.raw or texts.get((r.file, r.line), "")) for r in rejects]


def _remarks(noted: Opened) -> list[str]:
    """Say what was not plain about the files: an encoding that had to be found out, a file that was not read."""
    encodings = {t.path.name: t.encoding for t in noted.tables if t.encoding and not t.encoding.startswith("utf-8")}
    said = [f"{name} was read as {encoding}" for name, encoding in sorted(encodings.items())]
    aside = [f"{path.name} was not read: {reason}" for path, reason in sorted(noted.aside.items())]
    return said + aside + noted.remarks


def _keep_rejects(outcome: Load, folder: Path | None) -> Path | None:
    if folder is None:
        return None
    path = folder / f"{re.sub(r'[^0-9A-Za-z._-]+', '-', outcome.source)}.csv"
    try:
        if not outcome.rejects:
            path.unlink(missing_ok=True)
            return None
        with writing(path) as file:
            out = csv.writer(file)
            out.writerow(["file", "line", "column", "value", "reason", "raw"])
            out.writerows([r.file, r.line, r.column, r.value, r.reason, r.raw] for r in outcome.rejects)
    except OSError as error:
        raise FolderError(f"the rejects cannot be written to {path}: {error.strerror or error}") from error
    return path


def _noting(store: Store, source: str, licence: str, files: Iterable[Path], outcome: Load) -> Callable[[str], None]:
    """Make what writes down the source itself: which files, their hashes, how many rows became what."""
    ordered = sorted(files)
    hashes = [sha256(file) for file in ordered]

    def note(status: str) -> None:
        complete = status == "complete"
        facts: dict[str, Any] = {
            "name": source,
            "file": [file.name for file in ordered] or None,
            "sha256": hashes or None,
            "licence": licence or None,
            "status": status,
            "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows_in": outcome.rows_in if complete else None,
            "rows_loaded": outcome.loaded if complete else None,
            "rows_merged": outcome.merged if complete else None,
            "rows_rejected": outcome.rejected if complete else None,
        }
        row = [f"source:{source}", *(facts.get(column) for column in cypher.columns(schema.Source))]
        store.write((cypher.write_nodes("Source"), [row]))

    return note


def sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expect(outcome: Load, bounds: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Compare what a source yielded with the bounds its loader declares, and say where it lies outside."""
    for what, (low, high) in bounds.items():
        found = outcome.nodes.get(what, 0) + outcome.ties.get(what, 0)
        if not low <= found <= high:
            yield f"{outcome.source}: {found:,} {what}, but {low:,} to {high:,} are expected: is this the right source?"
