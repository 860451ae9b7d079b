"""Fixtures that several test files share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import settings
from neo4j_server import Endpoint, neo4j_server

from graphkit import embedded
from graphkit import project as projects
from graphkit.analysis import Result, analyses, run
from graphkit.errors import DataError
from graphkit.project import Project

# The same examples at every run, so that a green run stays green; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


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


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose embedded store is kept running for the whole session."""
    home = tmp_path_factory.mktemp("embedded")
    with embedded.running(home):
        yield home
    embedded.stop(home)


@pytest.fixture(scope="session")
def sample_results(embedded_home: Path) -> dict[str, Result]:
    """What every analysis that is written back finds in the sample, computed once for all tests.

    CORDIS tells nothing of challenges, capital and results; what needs them is tested on the zones (test_zones.py).
    """
    with projects.open(embedded_home) as project:
        project.clear()
        project.load("sample")
        network = project.network()
        project.clear()
    found = {}
    for name, each in analyses().items():
        if each.writes:
            with suppress(DataError):
                found[name] = run(name, network)
    return found


@contextmanager
def opened(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Project]:
    """Open an empty project on one of the two stores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for variable in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE", "GRAPHKIT_HOME"):
            patch.delenv(variable, raising=False)
        home = folder / "home"
        if kind == "neo4j":
            endpoint: Endpoint = request.getfixturevalue("neo4j_endpoint")
            patch.setenv("NEO4J_URI", endpoint.uri)
            patch.setenv("NEO4J_USERNAME", endpoint.user)
            patch.setenv("NEO4J_PASSWORD", endpoint.password)
        else:
            home = request.getfixturevalue("embedded_home")
        with projects.open(home) as project:
            project.clear()
            yield project
            project.clear()


@pytest.fixture(params=["embedded", "neo4j"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    """An empty project, once on the embedded store and once on a real Neo4j."""
    with opened(request.param, request, tmp_path) as empty:
        yield empty


@pytest.fixture
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Project, Project]]:
    """Two empty projects, one on each store."""
    for kind in ("one", "two"):
        (tmp_path / kind).mkdir()
    with opened("embedded", request, tmp_path / "one") as one, opened("neo4j", request, tmp_path / "two") as two:
        yield one, two
