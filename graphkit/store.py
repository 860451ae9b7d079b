"""The one place that speaks Bolt: the embedded store or a Neo4j, by the same driver and the same Cypher."""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import neo4j
from neo4j import exceptions as trouble

from graphkit import cypher
from graphkit.errors import (
    BusyError,
    GoneError,
    GraphkitError,
    LoginError,
    QueryError,
    StoreError,
    StoreMemoryError,
    UsageError,
    busy,
    waits,
)

SECONDS_TO_CONNECT = 15.0
BATCH = 5000  # rows; between 500 and 10,000 both stores are equally fast (measured)
LANES = {"neo4j": 4, "embedded": 1}  # transactions at once
_SHOWN = (
    "SHOW TRANSACTIONS YIELD transactionId AS id, metaData AS told, startTime AS began "
    "RETURN id, told.graphkit ORDER BY began, id"
)
_TAKE = "MERGE (s:Source {id: 'source:(a load is running)'})"  # never committed, so that nobody ever sees it
Step = tuple[str, Sequence[Any] | None]
Outcome = TypeVar("Outcome")
_FORBIDDEN = "Neo.ClientError.Security.Forbidden"
# The server calls these transient, but the same transaction has no more room when it is tried again.
_NO_MEMORY = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError", "OutOfMemoryError", "StackOverFlowError")


@dataclass(frozen=True)
class Answer:
    """What a query returned: the names of its columns (none are known for an empty answer of the embedded store)."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool = False  # whether there were more rows than were asked for
    plan: str = ""  # how the store would run it, or did, where that was asked for
    warnings: tuple[str, ...] = ()
    counters: str = ""  # what the server counted while it ran the query, in words


class Store:
    """A connection to one database. Everything above it says what it wants in Cypher that both stores understand."""

    def __init__(
        self,
        driver: neo4j.Driver,
        database: str | None,
        kind: str,
        address: str,
        reader: neo4j.Driver | None = None,
        folder: Path | None = None,
    ) -> None:
        """Take a connected driver; `reader` is one that the server itself keeps from writing, where there is such.

        `folder` is where the data of an embedded store lie.
        """
        self.driver, self.database, self.kind, self.address = driver, database, kind, address
        self.reader, self.folder = reader or driver, folder
        self.lanes = LANES[kind]
        self.batch = BATCH  # rows of one transaction; less once the server had no memory for so many
        self.repeated = 0  # transactions that the server asked for once more, as after a deadlock
        self.say: Callable[[str], None] = lambda sentence: None  # told when the server is waited for
        self._prepared = self._missed = False
        self._lock = threading.Lock()

    def rows(self, statement: str, **parameters: Any) -> list[list[Any]]:
        """Run a reading statement of ours and return its rows."""
        return self._reading(self.driver, statement, parameters).rows

    def lists(self, statement: str, chunks: int, **parameters: Any) -> list[list[Any]]:
        """Run a statement that returns lists named `row`, in `chunks` long lists, and return them as one.

        A server without memory for lists so long returns them one by one, which takes longer.
        """
        try:
            found = self.rows(cypher.chunked(statement), chunks=max(chunks, 1), **parameters)
        except StoreMemoryError:
            return [row for (row,) in self.rows(statement, **parameters)]
        return [row for rows, _ in found for row in rows]

    def query(
        self, statement: str, parameters: dict[str, Any], *, limit: int | None = None, timeout: float | None = None
    ) -> Answer:
        """Run an analyst's query, which can only read, and return at most `limit` rows.

        The embedded store keeps its reading user from writing; on a Neo4j the server must plan the statement as
        reading (type `r`) before it is run, in a read-only transaction; on both it is rolled back, never committed.
        Raises QueryError when the query takes longer than `timeout` seconds. A Neo4j then stops working on it; the
        embedded store gives up after ten minutes, since it knows no limit of a client's.
        """

        def ask() -> Answer:
            with self._asking(timeout) as transaction:
                if self.kind == "neo4j":
                    self._explain(transaction, statement, parameters)
                result = transaction.run(statement, parameters)
                columns = list(result.keys())
                rows = [record.values() for record in (result if limit is None else result.fetch(limit))]
                more = limit is not None and result.peek() is not None
                # The embedded store looks at what a user may change only when it commits, which never happens here.
                summary = result.consume()
                if summary.query_type not in (None, "r"):
                    raise QueryError(_WRITES)
                return Answer(columns, rows, more, counters=_counted(summary))

        return _within(ask, timeout, "" if self.kind == "neo4j" else "; the store itself gives up after ten minutes")

    def plan(self, statement: str, parameters: dict[str, Any], *, profile: bool = False) -> Answer:
        """Ask the store how it would run a query, or with `profile` run it and tell what every step cost.

        The answer has no rows. Warnings (a label that does not exist) and columns come from a Neo4j only.
        """
        if profile and self.kind != "neo4j":
            self.query(statement, parameters)  # which alone tells there whether it reads
        with self._asking(None, warnings=True) as transaction:
            explained = self._explain(transaction, statement, parameters)
            if not profile:
                return explained
            result = transaction.run(f"PROFILE {statement}", parameters)
            return Answer(list(result.keys()), [], plan=_drawn(result.consume().profile))

    @contextmanager
    def _asking(self, timeout: float | None, *, warnings: bool = False) -> Iterator[neo4j.Transaction]:
        """Open a transaction that can only read, and roll it back."""
        severity: Any = {"notifications_min_severity": "WARNING"} if warnings else {}
        try:
            with (
                self._explained(),
                self.reader.session(database=self.database, default_access_mode="READ", **severity) as session,
                session.begin_transaction(timeout=timeout) as transaction,
            ):
                yield transaction
                transaction.rollback()
        except StoreError as error:
            if isinstance(error.__cause__, trouble.DatabaseError):  # an unknown function, say: the query's fault
                raise QueryError(f"the store refuses this statement: {_short(error.__cause__)}") from error
            raise

    def _explain(self, transaction: neo4j.Transaction, statement: str, parameters: dict[str, Any]) -> Answer:
        result = transaction.run(f"EXPLAIN {statement}", parameters)
        columns = list(result.keys())
        summary = result.consume()
        if self.kind == "neo4j" and summary.query_type != "r":
            raise QueryError(_WRITES)
        noted = tuple(status.status_description for status in summary.gql_status_objects if status.is_notification)
        return Answer(columns, [], plan=_drawn(summary.plan), warnings=noted)

    def write(self, *steps: Step) -> None:
        """Run statements with their rows in one transaction; the driver does it again when the server asks for that.

        Raises StoreMemoryError, after one try, when the server has no memory for so many rows in one transaction.
        """
        tries = 0

        def work(transaction: neo4j.ManagedTransaction) -> None:
            nonlocal tries
            tries += 1
            with self._no_memory():
                for statement, rows in steps:
                    for some in [None] if rows is None else batches(rows):
                        transaction.run(statement, rows=some).consume()

        with self._explained(), self.driver.session(database=self.database) as session:
            session.execute_write(work)
        with self._lock:
            self.repeated += tries - 1

    def portions(self, rows: Sequence[Any], work: Callable[[Sequence[Any]], Outcome]) -> Iterator[Outcome]:
        """Give rows to `work` in batches that the server has memory for, and yield what it returns for each.

        When it says that it has none, the batch is halved, and so are all after it; StoreMemoryError is raised when it
        has none for a single row. `work` must be one that may fail and be done again, for a part of its rows.
        """
        at = 0
        while at < len(rows):
            some = rows[at : at + self.batch]
            try:
                outcome = work(some)
            except StoreMemoryError:
                if len(some) == 1:
                    raise
                self.batch = min(self.batch, (len(some) + 1) // 2)
                continue
            at += len(some)
            yield outcome

    def in_batches(self, statement: str) -> None:
        """Run a statement that makes its own transactions (`CALL {...} IN TRANSACTIONS`)."""
        with self._explained(), self.driver.session(database=self.database) as session:
            session.run(statement).consume()

    @contextmanager
    def turn(self, who: str, seconds: float, say: Callable[[str], None]) -> Iterator[Callable[[], None]]:
        """Hold a lock of a Neo4j for as long as the `with` lasts; see `graphkit.turns`, which is what to use.

        Raises BusyError when another held it for so many seconds.
        """
        taken, late, deciding = threading.Event(), threading.Event(), threading.Lock()

        def others() -> Iterator[tuple[str, str]]:
            return ((id_, holder) for id_, holder in self.rows(_SHOWN) if holder and holder != who)

        def still_held() -> None:
            try:
                with deciding:  # lanes ask, too, and a transaction is for one thread at a time
                    transaction.run("RETURN 1").consume()
            except (trouble.Neo4jError, trouble.DriverError) as error:
                raise StoreError(
                    f"{self.address} has ended our turn ({_short(error)}), and another load may have it now, so ours "
                    "stops here; load again, which goes on with what is missing"
                ) from error

        def give_up() -> None:
            with deciding:
                if not taken.is_set():
                    late.set()
                    for id_, holder in self.rows(_SHOWN):
                        if holder == who:
                            self.in_batches(f"TERMINATE TRANSACTION '{id_}'")

        waiting = threading.Timer(seconds, give_up)
        waiting.daemon = True
        # No end of its own (0): the server's usual limit of a transaction must not end the turn of a long load.
        with (
            self.driver.session(database=self.database) as session,
            session.begin_transaction(metadata={"graphkit": who}, timeout=0) as transaction,
        ):
            if (other := next(others(), None)) is not None:
                say(waits(self.address, other[1], seconds))
            waiting.start()
            try:
                transaction.run(_TAKE).consume()
            except trouble.Neo4jError as error:
                if not late.is_set():
                    raise StoreError(f"{self.address} gives no turn to load: {_short(error)}") from error
                id_, holder = next(others(), ("", ""))
                further = f", end that process, or run TERMINATE TRANSACTION '{id_}' there" if id_ else ""
                raise BusyError(busy(self.address, holder, f"wait for it{further}", seconds)) from error
            finally:
                with deciding:
                    taken.set()
                waiting.cancel()
            try:
                yield still_held
            finally:
                with suppress(trouble.Neo4jError, trouble.DriverError):
                    transaction.rollback()

    def prepare(self) -> None:
        """Make ids unique and indexes exist."""
        if self._prepared:
            return
        self._prepared = True
        with self._explained(), self.driver.session(database=self.database) as session:
            for statement in cypher.constraints():
                if self.kind == "neo4j":  # where two that make the same one at once may be a deadlock: done again
                    session.execute_write(_run, statement)
                else:
                    session.run(statement).consume()

    def _reading(self, driver: neo4j.Driver, statement: str, parameters: dict[str, Any]) -> Answer:
        def work(transaction: neo4j.ManagedTransaction) -> Answer:
            with self._no_memory():
                result = transaction.run(statement, parameters)
                columns = list(result.keys())
                return Answer(columns, [record.values() for record in result])

        with self._explained(), driver.session(database=self.database, default_access_mode="READ") as session:
            return session.execute_read(work)

    @contextmanager
    def _no_memory(self) -> Iterator[None]:
        """Keep the driver from trying for half a minute what the server has no memory for."""
        try:
            yield
        except trouble.Neo4jError as error:
            if _is_no_memory(error):
                raise self._memory_error(error) from error
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the driver's errors into sentences, and its retries while the server does not answer."""
        asked = _ASKING.set(self)
        try:
            yield
            self._missed = False
        except GraphkitError:
            raise
        except UnicodeEncodeError as error:  # half of a surrogate pair, as a damaged file name has it
            broken = str(error.object)[max(error.start - 10, 0) : error.end + 10]
            raise QueryError(f"{broken!r} is no text that could be stored or sent: it is cut in half") from error
        except trouble.AuthError as error:
            raise LoginError(f"{self.address} refuses the user name or password; {_WHERE_LOGIN}") from error
        except (trouble.ServiceUnavailable, trouble.SessionExpired) as error:
            raise GoneError(
                f"{self.address} does not answer any more ({_short(error)}); see: graphkit status"
            ) from error
        except trouble.ClientError as error:
            if error.code == _FORBIDDEN or "AccessMode" in str(error.code):
                raise QueryError(_WRITES) from error
            if "TransactionTimedOut" in str(error.code):
                raise QueryError(_LATE) from error
            raise QueryError(f"the store refuses this statement: {_short(error)}") from error
        except (trouble.Neo4jError, trouble.DriverError) as error:
            if _is_no_memory(error):  # when it committed
                raise self._memory_error(error) from error
            raise StoreError(f"{self.address} failed: {_short(error)}") from error
        finally:
            _ASKING.reset(asked)

    def waits_for_server(self) -> None:
        """Say once, until it answers again, that the server does not answer and is waited for."""
        with self._lock:
            missed, self._missed = self._missed, True
        if not missed:
            # The driver tries for 30 s, but each wait is twice the last, and the last one may end after a minute.
            self.say(f"{self.address} does not answer; waiting up to a minute for it to come back")

    def _memory_error(self, error: Exception) -> StoreMemoryError:
        settings = "dbms.memory.transaction.total.max and server.memory.heap.max_size"
        return StoreMemoryError(
            f"{self.address} has no memory for this in one transaction ({_short(error)}); raise {settings} there"
        )


_ASKING: ContextVar[Store | None] = ContextVar("_ASKING", default=None)


class _Retries(logging.Handler):
    """Hears the driver try again, which it tells nobody but its log, and has the store say so in a sentence of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on that the server did not answer; nothing else that the driver logs reaches people."""
        store = _ASKING.get()
        error = record.args[-1] if isinstance(record.args, tuple) and record.args else None
        if store is not None and isinstance(error, trouble.ServiceUnavailable | trouble.SessionExpired):
            store.waits_for_server()


_RETRIES = _Retries()


def _run(transaction: neo4j.ManagedTransaction, statement: str) -> None:
    transaction.run(statement).consume()


def _is_no_memory(error: Exception) -> bool:
    return isinstance(error, trouble.Neo4jError) and str(error.code).rpartition(".")[2] in _NO_MEMORY


_WRITES = "this query writes, or administers the store, and queries may only read"
_LATE = "the query took longer than it was given and was stopped; give it more with --timeout, or ask for less"
_WHERE_LOGIN = "set NEO4J_USERNAME and NEO4J_PASSWORD in the environment or in .env"


@contextmanager
def connected(home: Path) -> Iterator[Store]:
    """Connect to the store that the environment names, or else to the embedded one whose data lie in `home`.

    NEO4J_URI, NEO4J_USERNAME (`neo4j`), NEO4J_PASSWORD and NEO4J_DATABASE (the server's default) choose a Neo4j. Raises
    StoreError when it does not answer within 15 s and LoginError when it refuses the password.
    """
    _listen()
    uri = os.environ.get("NEO4J_URI", "").strip()
    if uri:
        with _neo4j(uri) as store:
            yield store
        return
    from graphkit import embedded

    with embedded.running(home) as endpoint:
        login = (endpoint.username, endpoint.password)
        with _driver(endpoint.uri, login) as driver, _driver(endpoint.uri, _reader(endpoint)) as reader:
            where = f"the embedded store in {home}"
            yield Store(driver, endpoint.database, "embedded", where, reader, home.absolute() / "store")


def _listen() -> None:
    """Keep the driver's log, with a line for every retry, from people; what matters is a sentence of ours."""
    log = logging.getLogger("neo4j")
    log.setLevel(logging.WARNING)
    log.propagate = False
    log.addHandler(_RETRIES)  # which does nothing the second time


def _reader(endpoint: Any) -> tuple[str, str]:
    return (endpoint.reader, endpoint.reader_password)


@contextmanager
def _neo4j(uri: str) -> Iterator[Store]:
    if "://" not in uri:
        uri = f"bolt://{uri}"
    username = os.environ.get("NEO4J_USERNAME", "neo4j")
    password = os.environ.get("NEO4J_PASSWORD", "")
    if not password:
        raise LoginError(f"NEO4J_URI is {uri}, but there is no NEO4J_PASSWORD; {_WHERE_LOGIN}")
    try:
        driver = _driver(uri, (username, password))
    except (trouble.ConfigurationError, ValueError) as error:
        raise UsageError(
            f"NEO4J_URI {uri!r} is no Bolt address ({error}); give one like bolt://localhost:7687"
        ) from error
    with driver:
        store = Store(driver, os.environ.get("NEO4J_DATABASE") or None, "neo4j", uri)
        try:
            driver.verify_connectivity()
            with driver.session(database=store.database) as session:
                session.run("RETURN 1").consume()
        except trouble.AuthError as error:
            raise LoginError(f"{uri} refuses the password of user {username!r}; {_WHERE_LOGIN}") from error
        except trouble.ClientError as error:
            raise StoreError(f"{uri} answers, but refuses: {_short(error)}; see NEO4J_DATABASE") from error
        except (trouble.Neo4jError, trouble.DriverError, OSError, ValueError) as error:
            why = "is a Neo4j running there? To use the embedded store instead, unset NEO4J_URI"
            raise StoreError(f"{uri} does not answer ({_short(error)}); {why}") from error
        yield store


def _driver(uri: str, login: tuple[str, str]) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        uri,
        auth=login,
        connection_timeout=SECONDS_TO_CONNECT,
        connection_acquisition_timeout=SECONDS_TO_CONNECT,
        notifications_min_severity="OFF",
        user_agent="graphkit",
    )


def _within(ask: Callable[[], Answer], seconds: float | None, further: str) -> Answer:
    """Wait for an answer only so long, by a clock of ours: one of the stores has none."""
    if seconds is None:
        return ask()
    found: list[Answer] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(ask())
        except BaseException as error:
            failed.append(error)

    # A thread that nobody waits for: one that still reads must not hold up the end of the program.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds if further else seconds + 2)  # a Neo4j stops by itself, and says so better
    if failed:
        raise failed[0]
    if not found:
        raise QueryError(_LATE + further)
    return found[0]


def _counted(summary: neo4j.ResultSummary) -> str:
    """Say what the server counted: when its first and last rows were ready, as far as it tells, and what changed."""
    told = {"first row": summary.result_available_after, "last row": summary.result_consumed_after}
    times = [f"{name} after {time:,} ms" for name, time in told.items() if time is not None and time >= 0]
    counted = {name: count for name, count in vars(summary.counters).items() if not name.startswith("_") and count}
    changes = [f"{name.replace('_', ' ')}: {count}" for name, count in counted.items()]
    return ", ".join([*times, *(changes or ["nothing changed"])])


def _drawn(plan: dict[str, Any] | None) -> str:
    """Take the picture of a plan that both stores draw themselves."""
    return str((plan or {}).get("args", {}).get("string-representation", "")).strip()


def _short(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return " ".join(text.split())[:300]


def batches(rows: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Cut rows into batches."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
