"""The embedded store: a child process that speaks Bolt and is shared by all commands on one project folder.

Who is alive is told by locks on files in `home/store`. The kernel takes them back when a process dies, whatever it died
of, so no process id is ever trusted:

- `starting`: held for a moment by whoever starts, joins or stops the child.
- `serving`: held by the child for as long as it lives.
- `users`: shared by all users. The child ends when nobody has held it for GRAPHKIT_LINGER seconds.
- `server.json`: address and passwords, there only while the child serves (or after it was killed).

The child is a process of its own because a Java machine inside Python crashes or hangs it at exit.
"""

import base64
import hashlib
import importlib
import importlib.util
import json
import logging
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graphkit.errors import FolderError, GraphkitError, StoreError, UsageError

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 60.0
SPACE_NEEDED = 64 * 2**20
_PACKAGES = ("arcadedb_embedded", "arcadedb")  # today's name, and the one that its makers announced for it
_PAUSE = 0.02
_log = logging.getLogger("graphkit")

# Measured on two cores with 12,000 nodes and 32,000 ties: this collector and no second compiler take the start from
# 1.5 s to 1.0 s and the load from 2.6 s to 1.9 s. -Xrs leaves the signals to Python.
_JAVA = ["-Xrs", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_SETTINGS: dict[str, str | int | bool] = {
    "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    "bolt.defaultDatabase": "graphkit",
    "txWalFlush": 1,  # a commit is on the disk, not only out of the process
    "command.timeout": 600_000,  # ms; a statement goes on when its client is gone, so there must be an end
    "opencypher.loadCsv.allowFileUrls": False,  # or any query could read any file
    "opencypher.loadCsv.allowRemoteUrls": False,
    "polyglotEngineEnabled": False,
    "serverMetrics": False,
    "server.healthCheck.enabled": False,
    "support.autoRegister": False,
}


@dataclass(frozen=True)
class Endpoint:
    """Where the store answers, and two users of it: one that may do everything and one that can only read."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    reader: str
    reader_password: str = field(repr=False)


@contextmanager
def running(home: Path) -> Iterator[Endpoint]:
    """Start (or join) the embedded store whose data lie in home / "store"; on exit say that this user is done.

    GRAPHKIT_HEAP (768m) is the memory its Java may use, GRAPHKIT_LINGER (15) for how many seconds it waits for another
    user before it stops; both count for whoever starts it. Raises FolderError when nothing can be written there, and
    StoreError with the end of its log when the store does not start.
    """
    place = _Place(home)
    place.make()
    with ExitStack() as user:
        with _holding(place.starting, seconds=SECONDS_TO_START + SECONDS_TO_STOP):
            endpoint = _started(place)
            user.enter_context(_holding(place.users, seconds=5, shared=True))
        yield endpoint


@contextmanager
def held(path: Path, seconds: float) -> Iterator[bool]:
    """Hold the lock on a file, and say whether it could be had within so many seconds; it ends with this process."""
    with ExitStack() as lock:
        try:
            lock.enter_context(_holding(path, seconds=seconds))
        except StoreError:
            yield False
            return
        yield True


def stop(home: Path) -> None:
    """Stop the embedded store of this folder, in use or not, and wait until it has ended; nothing to do is no error."""
    place = _Place(home)
    if not place.starting.exists():
        return
    with _holding(place.starting, seconds=SECONDS_TO_START + SECONDS_TO_STOP):
        if not _held(place.serving):
            return
        os.close(_private(place.stop))
        deadline = time.monotonic() + SECONDS_TO_STOP
        while _held(place.serving):
            if time.monotonic() > deadline:
                raise StoreError(f"the store in {home} does not stop; its log is {place.output}")
            time.sleep(_PAUSE)


class _Place:
    """The files of one store."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.folder = self.home / "store"
        self.starting = self.folder / "starting"
        self.serving = self.folder / "serving"
        self.users = self.folder / "users"
        self.stop = self.folder / "stop"
        self.state = self.folder / "server.json"
        self.output = self.folder / "server.log"

    def make(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            for path in (self.starting, self.serving, self.users):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise _unwritable(self.folder, error.strerror or str(error)) from error

    def read(self) -> Endpoint | None:
        try:
            return Endpoint(**json.loads(self.state.read_text(encoding="utf-8"))["endpoint"])
        except FileNotFoundError:
            return None


def _started(place: _Place) -> Endpoint:
    """Return a store that answers; the caller holds `starting`, so nobody else starts or stops one meanwhile."""
    process: subprocess.Popen[bytes] | None = None
    killed = False
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        ended = process is not None and process.poll() is not None  # as its first half soon does; so this comes first
        alive = _held(place.serving)
        if process is None and not alive:
            killed = place.state.exists()
            process = _start(place)
            importlib.import_module("neo4j")  # takes a while: let it pass while Java starts
        elif ended and not alive:
            raise _failure(place)
        endpoint = place.read()
        if endpoint is not None and _answers(endpoint):
            if killed:
                _log.warning("The store in %s was killed the last time it ran; it has recovered.", place.home)
            return endpoint
        time.sleep(_PAUSE)
    raise StoreError(
        f"the store in {place.home} did not answer within {SECONDS_TO_START:.0f} s; its log is {place.output}"
    )


def _start(place: _Place) -> "subprocess.Popen[bytes]":
    _package(), _heap(), _linger()
    free = shutil.disk_usage(place.folder).free
    if free < SPACE_NEEDED:
        raise _unwritable(place.folder, f"{free >> 20} MB free on its disk, {SPACE_NEEDED >> 20} MB needed")
    # Somebody else's passwords are no business of a process that outlives this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    root = Path(__file__).resolve().parents[1]
    if str(root) not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), environment.get("PYTHONPATH")]))
    if sys.platform == "linux":
        environment["LC_ALL"] = "C.UTF-8"  # in the C locale Java cannot open a path that is not ASCII
    try:
        place.state.unlink(missing_ok=True)
        place.stop.unlink(missing_ok=True)
        with os.fdopen(_private(place.output), "wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "graphkit.embedded", str(place.home)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=place.folder,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        raise _unwritable(place.folder, error.strerror or str(error)) from error


def _answers(endpoint: Endpoint) -> bool:
    import neo4j

    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # it logs every attempt that fails
    login = (endpoint.username, endpoint.password)
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=login, connection_timeout=5.0) as driver:
        try:
            with driver.session(database=endpoint.database) as session:
                session.run("RETURN 1").consume()
        except neo4j.exceptions.DriverError:
            return False
        except neo4j.exceptions.Neo4jError as error:
            raise StoreError(f"the embedded store at {endpoint.uri} does not let us in: {error.message}") from error
    return True


def _failure(place: _Place) -> GraphkitError:
    """Say why the child died, from what it wrote."""
    lines = [line.strip() for line in place.output.read_text(encoding="utf-8", errors="replace").splitlines()]
    for line in reversed(lines):
        if re.search("no space left|disk quota|read-only file|permission denied|access ?denied", line, re.IGNORECASE):
            return _unwritable(place.folder, line)
    if (free := shutil.disk_usage(place.folder).free) < SPACE_NEEDED:
        return _unwritable(place.folder, f"{free >> 20} MB free on its disk")
    dull = re.compile(r"at |File |\.\.\.|[~^]|Traceback|The above|WARNING: Using|.{23} INFO ")
    last = " / ".join([line for line in lines if line and not dull.match(line)][-3:]) or "it wrote nothing"
    return StoreError(
        f"the embedded store in {place.folder} did not start: {last[-600:]}. Its whole log is {place.output}; "
        "run the command again, or set NEO4J_URI to use a Neo4j instead"
    )


def _unwritable(path: Path, why: str) -> FolderError:
    return FolderError(f"{path} cannot be written ({why}): make room there, or set GRAPHKIT_HOME to another folder")


def _package() -> str:
    """Name the package that is installed; `_serve` imports it, and nothing else does."""
    for name in _PACKAGES:
        if importlib.util.find_spec(name):
            return name
    raise StoreError(
        "the embedded store is not installed (package arcadedb-embedded; there is none for macOS on Intel): "
        "install it, or run a Neo4j and set NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD"
    )


def _heap() -> str:
    text = os.environ.get("GRAPHKIT_HEAP", "").strip() or "768m"
    if not re.fullmatch(r"[1-9][0-9]*[kKmMgG]", text):
        raise UsageError(f"GRAPHKIT_HEAP is {text!r}; give a size of memory like 768m or 2g")
    return text


def _linger() -> float:
    text = os.environ.get("GRAPHKIT_LINGER", "").strip() or "15"
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise UsageError(f"GRAPHKIT_LINGER is {text!r}; give a number of seconds like 15")
    return float(text)


# Locks.


@contextmanager
def _holding(path: Path, *, seconds: float, shared: bool = False) -> Iterator[int]:
    """Hold the lock on a file, waiting for it up to so many seconds."""
    with ExitStack() as closing:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            closing.callback(os.close, handle)
            deadline = time.monotonic() + seconds
            while not _try_lock(handle, shared):
                if time.monotonic() > deadline:
                    raise StoreError(f"another process has held {path} for {seconds:.0f} s; see what it does")
                time.sleep(_PAUSE)
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
        yield handle


def _held(path: Path) -> bool:
    """Tell whether a living process holds the lock on a file."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(handle, False)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int, shared: bool) -> bool:
        """Lock a file at once or not at all; sharers, which Windows lacks here, each take a byte of it."""
        sharers = 1000
        for first, count in [(i, 1) for i in range(sharers)] if shared else [(0, sharers)]:
            os.lseek(handle, first, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, count)
            except OSError:
                continue
            return True
        return False

else:
    import fcntl

    def _try_lock(handle: int, shared: bool) -> bool:
        """Lock a file at once or not at all."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# The child.


def main(home: Path) -> None:
    """Be the child: serve until nobody uses the store, then stop it and end at once."""
    place = _Place(home)
    os.umask(0o077)
    os.chdir(place.folder)
    status = 1
    try:
        # The starter looks at this lock again and again, so it may be taken for an instant.
        with _holding(place.serving, seconds=5) as serving:
            if hasattr(os, "fork") and os.fork():
                os._exit(0)  # the starter has no child to wait for; the lock goes on with the other half
            _serve(place, serving)
            status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # not through Python's own end, where Java crashes or hangs it


def _serve(place: _Place, serving: int) -> None:
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    with socket.create_server(("127.0.0.1", 0)) as bolt, socket.create_server(("127.0.0.1", 0)) as http:
        bolt_port, http_port = bolt.getsockname()[1], http.getsockname()[1]
    endpoint = Endpoint(
        uri=f"bolt://127.0.0.1:{bolt_port}",
        username="root",
        password=secrets.token_urlsafe(32),
        database="graphkit",
        reader="reader",
        reader_password=secrets.token_urlsafe(32),
    )
    _write_users(place, endpoint)
    settings = {**_SETTINGS, "bolt.port": bolt_port}
    java = [*_JAVA, f"-Xmx{_heap()}", *(f"-Darcadedb.{name}={value}" for name, value in settings.items())]
    os.environ["ARCADEDB_JVM_ARGS"] = shlex.join(java) + " " + os.environ.get("ARCADEDB_JVM_ARGS", "")
    # Some settings count only as Java properties, and the package's successor will know no Java: they are said twice.
    config = {name.replace(".", "_"): value for name, value in settings.items()}
    config |= {"host": "127.0.0.1", "http_port": http_port}
    server = importlib.import_module(_package()).create_server(str(place.folder), None, config=config)
    server.start()
    server.create_database(endpoint.database)
    _write(place.state, json.dumps({"pid": os.getpid(), "endpoint": asdict(endpoint)}))
    if not _wait_for_the_end(place, serving, _linger(), signals):
        return  # the folder is gone: what is there to close?
    watchdog = threading.Timer(SECONDS_TO_STOP / 2, os._exit, args=[1])
    watchdog.daemon = True
    watchdog.start()
    place.state.unlink(missing_ok=True)
    place.stop.unlink(missing_ok=True)
    server.stop()


def _wait_for_the_end(place: _Place, serving: int, linger: float, signals: list[int]) -> bool:
    """Wait for a signal, a request or the last user's leaving; False when the folder was taken away instead."""
    used = time.monotonic()
    while not signals and not place.stop.exists():
        time.sleep(0.1)
        try:
            if not os.path.samestat(os.fstat(serving), place.serving.stat()):
                return False
            if _held(place.users):
                used = time.monotonic()
            elif time.monotonic() - used >= linger:
                starting = os.open(place.starting, os.O_RDWR)
                # From here on nobody can join; the lock is kept until this process has ended.
                if _try_lock(starting, False) and not _held(place.users):
                    return True
                os.close(starting)
        except FileNotFoundError:
            return False
    return True


def _write_users(place: _Place, endpoint: Endpoint) -> None:
    """Tell the server its two users, each with a new password, before it starts."""

    def group(access: list[str], records: list[str]) -> dict[str, Any]:
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": {"*": {"access": records}}}

    groups = {
        "admin": group(
            ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
            ["createRecord", "readRecord", "updateRecord", "deleteRecord"],
        ),
        "reader": group([], ["readRecord"]),
        "*": group([], []),
    }
    users = [
        {"name": name, "databases": {"*": [of]}, "password": _hashed(password)}
        for name, password, of in (
            (endpoint.username, endpoint.password, "admin"),
            (endpoint.reader, endpoint.reader_password, "reader"),
        )
    ]
    folder = place.folder / "config"
    folder.mkdir(exist_ok=True)
    _write(folder / "server-groups.json", json.dumps({"databases": {"*": {"groups": groups}}, "version": 2}))
    _write(folder / "server-users.jsonl", "".join(json.dumps(user) + "\n" for user in users))


def _hashed(password: str) -> str:
    """Hash a password as the server does; few rounds, as 256 random bits need no protection from guessing."""
    rounds, salt = 1000, base64.b64encode(secrets.token_bytes(32)).decode()
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds)
    return f"PBKDF2WithHmacSHA256${rounds}${salt}${base64.b64encode(digest).decode()}"


def _private(path: Path) -> int:
    """Open a new or emptied file that nobody else can read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}")
    with os.fdopen(_private(temporary), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
