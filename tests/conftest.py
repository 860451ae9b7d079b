"""Fixtures that several test files share."""

from collections.abc import Iterator

import pytest
from neo4j_server import Endpoint, neo4j_server


@pytest.fixture(scope="session")
def neo4j_endpoint() -> Iterator[Endpoint]:
    """The address of a real Neo4j, started for the first test that asks and stopped after the last one.

    The server is ours and new: were anything in it, the tests, which delete all they find, would be at the wrong one.
    """
    with neo4j_server() as endpoint:
        with endpoint.driver() as driver:
            found = driver.execute_query("MATCH (n) RETURN count(n) AS nodes").records[0]["nodes"]
        if found:
            raise RuntimeError(f"{endpoint.uri} holds {found} nodes that no test wrote: nothing was touched there")
        yield endpoint
