"""The one place that speaks Bolt: the embedded store or a Neo4j, by the same driver and the same Cypher."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
from neo4j import exceptions as trouble

from graphkit import cypher
from graphkit.errors import GraphkitError, LoginError, QueryError, StoreError, UsageError

SECONDS_TO_CONNECT = 15.0
Step = tuple[str, Sequence[Any] | None]
_FORBIDDEN = "Neo.ClientError.Security.Forbidden"


@dataclass(frozen=True)
class Answer:
    """What a query returned: the names of its columns (none are known for an empty answer of the embedded store)."""

    columns: list[str]
    rows: list[list[Any]]


class Store:
    """A connection to one database. Everything above it says what it wants in Cypher that both stores understand."""

    def __init__(
        self,
        driver: neo4j.Driver,
        database: str | None,
        kind: str,
        address: str,
        reader: neo4j.Driver | None = None,
    ) -> None:
        """Take a connected driver; `reader` is one that the server itself keeps from writing, where there is such."""
        self.driver, self.database, self.kind, self.address = driver, database, kind, address
        self.reader = reader or driver
        self._prepared = False

    def rows(self, statement: str, **parameters: Any) -> list[list[Any]]:
        """Run a reading statement of ours and return its rows."""
        return self._reading(self.driver, statement, parameters).rows

    def lists(self, statement: str, chunks: int, **parameters: Any) -> list[list[Any]]:
        """Run a statement that returns lists named `row`, in `chunks` long lists, and return them as one."""
        found = self.rows(cypher.chunked(statement), chunks=max(chunks, 1), **parameters)
        return [row for rows, _ in found for row in rows]

    def query(self, statement: str, parameters: dict[str, Any]) -> Answer:
        """Run an analyst's query, which can only read: the server refuses anything else."""
        return self._reading(self.reader, statement, parameters)

    def write(self, *steps: Step) -> None:
        """Run statements with their rows in one transaction; the driver does it again when the server asks for that."""

        def work(transaction: neo4j.ManagedTransaction) -> None:
            for statement, rows in steps:
                for some in [None] if rows is None else batches(rows):
                    transaction.run(statement, rows=some).consume()

        with self._explained(), self.driver.session(database=self.database) as session:
            session.execute_write(work)

    def in_batches(self, statement: str) -> None:
        """Run a statement that makes its own transactions (`CALL {...} IN TRANSACTIONS`)."""
        with self._explained(), self.driver.session(database=self.database) as session:
            session.run(statement).consume()

    def prepare(self) -> None:
        """Make ids unique and indexes exist."""
        if self._prepared:
            return
        self._prepared = True
        with self._explained(), self.driver.session(database=self.database) as session:
            for statement in cypher.constraints():
                session.run(statement).consume()

    def _reading(self, driver: neo4j.Driver, statement: str, parameters: dict[str, Any]) -> Answer:
        def work(transaction: neo4j.ManagedTransaction) -> Answer:
            result = transaction.run(statement, parameters)
            columns = list(result.keys())
            return Answer(columns, [record.values() for record in result])

        with self._explained(), driver.session(database=self.database, default_access_mode="READ") as session:
            return session.execute_read(work)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the driver's errors into sentences."""
        try:
            yield
        except GraphkitError:
            raise
        except trouble.AuthError as error:
            raise LoginError(f"{self.address} refuses the user name or password; {_WHERE_LOGIN}") from error
        except (trouble.ServiceUnavailable, trouble.SessionExpired) as error:
            raise StoreError(
                f"{self.address} does not answer any more ({_short(error)}); see: graphkit status"
            ) from error
        except trouble.ClientError as error:
            if error.code == _FORBIDDEN or "AccessMode" in str(error.code):
                raise QueryError("this query writes, and queries may only read") from error
            raise QueryError(f"the store refuses this statement: {_short(error)}") from error
        except (trouble.Neo4jError, trouble.DriverError) as error:
            raise StoreError(f"{self.address} failed: {_short(error)}") from error


_WHERE_LOGIN = "set NEO4J_USERNAME and NEO4J_PASSWORD in the environment or in .env"


@contextmanager
def connected(home: Path) -> Iterator[Store]:
    """Connect to the store that the environment names, or else to the embedded one whose data lie in `home`.

    NEO4J_URI, NEO4J_USERNAME (`neo4j`), NEO4J_PASSWORD and NEO4J_DATABASE (the server's default) choose a Neo4j. Raises
    StoreError when it does not answer within 15 s and LoginError when it refuses the password.
    """
    # The driver logs every retry while a server starts; what matters reaches people as one sentence of ours.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    uri = os.environ.get("NEO4J_URI", "").strip()
    if uri:
        with _neo4j(uri) as store:
            yield store
        return
    from graphkit import embedded

    with embedded.running(home) as endpoint:
        login = (endpoint.username, endpoint.password)
        with _driver(endpoint.uri, login) as driver, _driver(endpoint.uri, _reader(endpoint)) as reader:
            yield Store(driver, endpoint.database, "embedded", f"the embedded store in {home}", reader)


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


def _short(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error)
    return " ".join(text.split())[:300]


def batches(rows: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    """Cut rows into batches; between 500 and 10,000 a batch both stores are equally fast (measured)."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
