"""The embedded store as a process: who starts it, who shares it, when it ends, and what it keeps to itself.

Every start of it takes a second or more, so a test here follows one store through several events.
"""

import json
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import neo4j
import pytest

from graphkit import embedded
from graphkit.embedded import Endpoint, running, stop
from graphkit.errors import FolderError, StoreError, UsageError

ROOT = Path(__file__).parents[1]

# A user in a process of its own: says where the store is, then does what it is told.
USER = """
import os, signal, sys
from pathlib import Path
from graphkit.embedded import running
with running(Path(sys.argv[1])) as endpoint:
    print(endpoint.uri, flush=True)
    match sys.argv[2]:
        case "raise": raise SystemExit(7)
        case "wait": sys.stdin.read()
"""


def ask(endpoint: Endpoint, statement: str, *, reader: bool = False, **parameters: Any) -> list[list[Any]]:
    login = (endpoint.reader, endpoint.reader_password) if reader else (endpoint.username, endpoint.password)
    with (
        neo4j.GraphDatabase.driver(endpoint.uri, auth=login, notifications_min_severity="OFF") as driver,
        driver.session(database=endpoint.database) as session,
    ):
        return [record.values() for record in session.run(statement, parameters)]


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that will happen; the limit only keeps a failure from lasting for ever."""
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def serving(home: Path) -> bool:
    return embedded._held(home / "store" / "serving")


def pid(home: Path) -> int:
    return int(json.loads((home / "store" / "server.json").read_text())["pid"])


@contextmanager
def folder(base: Path) -> Iterator[Path]:
    """A home with a name that needs care, whose store is stopped whatever happens."""
    home = base / "项目 1"
    try:
        yield home
    finally:
        stop(home)


def user(home: Path, what: str, **more: str) -> "subprocess.Popen[str]":
    """Run a user with captured pipes, as another program would run graphkit."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(home), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One running store for all tests that only look."""
    base, elsewhere = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as patch, folder(base) as home:
        patch.chdir(elsewhere)
        patch.setenv("NEO4J_PASSWORD", "canary-of-another-store")
        with running(home) as endpoint:
            yield SimpleNamespace(home=home, endpoint=endpoint, elsewhere=elsewhere)


def test_a_second_user_in_the_same_process_joins(shared: SimpleNamespace) -> None:
    with running(shared.home) as first, running(shared.home) as second:
        assert first == second == shared.endpoint
    assert ask(shared.endpoint, "RETURN 1") == [[1]]


def test_only_the_owner_can_read_what_it_keeps(shared: SimpleNamespace) -> None:
    readable = [
        path
        for path in [shared.home, *shared.home.rglob("*")]
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert readable == []
    assert stat.S_IMODE((shared.home / "store" / "server.json").stat().st_mode) == 0o600


def test_nothing_is_written_to_the_current_folder(shared: SimpleNamespace) -> None:
    assert list(shared.elsewhere.iterdir()) == []
    assert [path.name for path in shared.home.iterdir()] == ["store"]


def test_a_closed_terminal_does_not_take_it_along(shared: SimpleNamespace) -> None:
    assert os.getsid(pid(shared.home)) != os.getsid(0)


def test_it_listens_on_the_loopback_alone(shared: SimpleNamespace) -> None:
    # On Linux all of 127.0.0.0/8 is this machine: a server on every interface would answer at 127.0.0.2 too.
    process = Path("/proc") / str(pid(shared.home))
    sockets = set()
    for descriptor in (process / "fd").iterdir():
        with suppress(FileNotFoundError):  # the server closed it meanwhile: it is not the listening one
            sockets.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    lines = [line.split() for name in ("tcp", "tcp6") for line in (process / "net" / name).read_text().splitlines()[1:]]
    ports = {int(line[1].split(":")[1], 16) for line in lines if line[9] in sockets and line[3] == "0A"}
    assert int(shared.endpoint.uri.rpartition(":")[2]) in ports
    for port in ports:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.2", port), timeout=10)


def test_no_password_is_where_others_can_see_it(shared: SimpleNamespace) -> None:
    secrets = [shared.endpoint.password, shared.endpoint.reader_password]
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                text = (process / name).read_text(errors="replace")
            except OSError:  # it has ended meanwhile
                continue
            assert not any(secret in text for secret in secrets), process / name
    assert "canary" not in Path(f"/proc/{pid(shared.home)}/environ").read_text(errors="replace")
    holding = {
        path.name
        for path in shared.home.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    }
    assert holding == {"server.json"}
    assert not any(secret in repr(shared.endpoint) for secret in secrets)


def test_the_reader_reads_and_cannot_write(shared: SimpleNamespace) -> None:
    ask(shared.endpoint, "UNWIND ['a', 'b'] AS id CREATE (:Mark {id: id})")
    reads = "MATCH (m:Mark) RETURN m.id, properties(m) ORDER BY m.id"
    before = [["a", {"id": "a"}], ["b", {"id": "b"}]]
    assert ask(shared.endpoint, reads, reader=True) == before
    for statement in (
        "CREATE (:Mark {id: 'c'})",
        "CREATE (:Other)",
        "MATCH (m:Mark {id: 'a'}) SET m.id = 'c'",
        "MATCH (m:Mark) DETACH DELETE m",
        "MATCH (a:Mark {id: 'a'}), (b:Mark {id: 'b'}) MERGE (a)-[:TIED_TO]->(b)",
        "CREATE CONSTRAINT mark IF NOT EXISTS FOR (m:Mark) REQUIRE m.id IS UNIQUE",
        "MATCH (m:Mark) CALL { WITH m DETACH DELETE m } IN TRANSACTIONS OF 1 ROWS",
    ):
        with pytest.raises(neo4j.exceptions.Forbidden):
            ask(shared.endpoint, statement, reader=True)
    assert ask(shared.endpoint, reads) == before
    assert ask(shared.endpoint, "MATCH ()-[r]->() RETURN count(r)") == [[0]]


@pytest.mark.parametrize("what", ["file:///etc/hostname", "http://127.0.0.1:9/x"])
def test_no_query_reads_files_or_addresses(shared: SimpleNamespace, what: str) -> None:
    with pytest.raises(neo4j.exceptions.ClientError, match="disabled"):
        ask(shared.endpoint, f"LOAD CSV FROM '{what}' AS line RETURN line")


def test_a_rollback_is_one(shared: SimpleNamespace) -> None:
    # Loading relies on it: what is not committed has not happened.
    login = (shared.endpoint.username, shared.endpoint.password)
    with neo4j.GraphDatabase.driver(shared.endpoint.uri, auth=login) as driver, driver.session() as session:
        transaction = session.begin_transaction()
        transaction.run("CREATE (:Undone {id: 1})-[:TIED_TO]->(:Undone {id: 2})").consume()
        transaction.rollback()
    assert ask(shared.endpoint, "MATCH (u:Undone) RETURN count(u)") == [[0]]


def test_data_outlive_a_stop_a_kill_and_a_signal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "graphkit")
    with folder(tmp_path) as home:
        with running(home) as endpoint:
            ask(endpoint, "CREATE (:Kept {id: 1})")
        stop(home)
        assert not serving(home) and not (home / "store" / "server.json").exists()

        with running(home) as second:
            assert second.password != endpoint.password
            ask(second, "CREATE (:Kept {id: 2})")
            assert caplog.messages == []
            os.kill(pid(home), signal.SIGKILL)
        until(lambda: not serving(home), "the killed store still holds its lock")

        # What it left names a process that is alive, but another one: ours.
        left = json.loads((home / "store" / "server.json").read_text())
        (home / "store" / "server.json").write_text(json.dumps(left | {"pid": os.getpid()}))
        with running(home) as third:
            assert ask(third, "MATCH (k:Kept) RETURN k.id ORDER BY k.id") == [[1], [2]]
            assert len(caplog.messages) == 1 and "recovered" in caplog.messages[0]
            os.kill(pid(home), signal.SIGTERM)
            until(lambda: not serving(home), "SIGTERM did not stop the store")
        assert not (home / "store" / "server.json").exists()


def test_a_captured_user_returns_at_once_and_a_removed_folder_ends_the_store(tmp_path: Path) -> None:
    with folder(tmp_path) as home:
        process = user(home, "raise", GRAPHKIT_LINGER="3600", LC_ALL="C", NO_COLOR="1")
        out, err = process.communicate(timeout=240)  # would wait for the store, had it inherited the pipes
        assert (process.returncode, err) == (7, "")
        assert serving(home)
        with running(home) as endpoint:
            assert endpoint.uri == out.strip()
        handle = os.open(home / "store" / "serving", os.O_RDWR)
        try:
            shutil.rmtree(home)
            until(lambda: embedded._try_lock(handle, False), "the store goes on without its folder")
        finally:
            os.close(handle)
        assert not home.exists()


def test_two_first_users_start_one_store_which_ends_when_both_were_killed(tmp_path: Path) -> None:
    with folder(tmp_path) as home:
        users = [user(home, "wait", GRAPHKIT_LINGER="0") for _ in range(2)]
        try:
            first, second = (process.stdout.readline() for process in users if process.stdout)
            assert first == second and first.startswith("bolt://127.0.0.1:")
            servers = []
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    words = (process / "cmdline").read_bytes().split(b"\0")
                except OSError:  # it has ended meanwhile
                    continue
                if b"graphkit.embedded" in words and str(home).encode() in words:
                    servers.append(int(process.name))
            assert servers == [pid(home)]
            users[0].kill()
            users[0].wait()
            with running(home) as endpoint:
                assert endpoint.uri == first.strip()
                assert ask(endpoint, "RETURN 1") == [[1]]
        finally:
            for process in users:
                process.kill()
                process.communicate()
        until(lambda: not serving(home), "the store outlives its last user")
        assert not (home / "store" / "server.json").exists()


def test_a_store_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHKIT_HEAP", "1k")
    with pytest.raises(StoreError, match=r"(?i)too small maximum heap.*server\.log"), running(tmp_path):
        pass
    assert not serving(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("GRAPHKIT_HEAP", "lots"), ("GRAPHKIT_LINGER", "-1")])
def test_a_setting_that_cannot_be_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=f"{name} is '{value}'"), running(tmp_path):
        pass


def test_without_the_package_it_points_to_neo4j(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PACKAGES", ("no_such_package_of_a_store",))
    with pytest.raises(StoreError, match=r"macOS on Intel.*NEO4J_URI"), running(tmp_path):
        pass


def test_a_full_disk_is_a_folder_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * 2**20))
    with pytest.raises(FolderError, match=r"store cannot be written \(3 MB free"), running(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_a_folder_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match=r"file.*Not a directory"), running(tmp_path / "file" / "home"):
        pass


def test_a_read_only_folder_is_a_folder_error(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    # Root may write everywhere, so a user in a process of its own stops being root first.
    code = (
        "import os, sys; from pathlib import Path; from graphkit.embedded import running\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "with running(Path(sys.argv[1])): pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "FolderError" in done.stderr and str(home) in done.stderr and "Permission denied" in done.stderr


def test_stopping_what_never_ran_is_no_error(tmp_path: Path) -> None:
    stop(tmp_path)
    assert list(tmp_path.iterdir()) == []
