"""The served report: one page, for this machine only, made anew when the content changed."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from graphkit import project as projects
from graphkit.errors import DataError
from graphkit.serving import Server


class Store:
    """What a page is made of, and whether it can be made."""

    def __init__(self) -> None:
        self.content, self.broken, self.said = "one", False, list[str]()

    def page(self) -> str:
        if self.broken:
            raise DataError("no organisation has a region")
        return f"<p>孤岛 {self.content}</p>"


@pytest.fixture
def served() -> Iterator[tuple[Store, Server]]:
    store = Store()
    server = Server(lambda: store.content, store.page, say=store.said.append)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield store, server
    server.shutdown()
    thread.join()
    server.server_close()


def asked(
    server: Server, path: str, *, method: str = "GET", host: str | None = None
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return found


def test_the_page_is_made_anew_when_the_content_changed_and_only_then(served: tuple[Store, Server]) -> None:
    store, server = served
    assert not server.refresh()
    assert asked(server, "/report")[2] == "<p>孤岛 one</p>"
    assert asked(server, "/version")[2] == "one"
    store.content = "two"
    assert server.refresh()
    assert asked(server, "/report?two")[2] == "<p>孤岛 two</p>"
    assert asked(server, "/version")[2] == "two"


def test_of_a_page_that_cannot_be_made_the_reason_is_said_once_and_the_last_stays(
    served: tuple[Store, Server],
) -> None:
    store, server = served
    store.content, store.broken = "two", True
    assert not server.refresh()
    assert not server.refresh()
    assert store.said == ["the page could not be made anew: no organisation has a region"]
    assert asked(server, "/report")[2] == "<p>孤岛 one</p>"
    assert asked(server, "/version")[2] == "one"
    store.broken = False
    assert server.refresh()


def test_nothing_else_is_served_and_nobody_else_answered(served: tuple[Store, Server]) -> None:
    _, server = served
    assert server.server_address[0] == "127.0.0.1"
    for path in ("/etc/passwd", "/../pyproject.toml", "/report/../../x", "/index.html", "/%2e%2e/"):
        assert asked(server, path)[0] == 404
    for host in ("evil.example", f"evil.example:{server.server_port}", "127.0.0.1", "127.0.0.1:1"):
        status, _, text = asked(server, "/report", host=host)
        assert (status, "孤岛" in text) == (403, False)
    assert asked(server, "/", host=f"localhost:{server.server_port}")[0] == 200
    assert asked(server, "/report", method="POST")[0] == 501
    assert asked(server, "/report", method="HEAD")[::2] == (200, "")


def test_the_outer_page_may_ask_its_server_and_nobody_else(served: tuple[Store, Server]) -> None:
    _, server = served
    status, headers, text = asked(server, "/")
    assert status == 200
    assert "/report" in text
    rules = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == rules["frame-src"] == "'self'"
    assert rules["script-src"].startswith("'sha256-")
    assert asked(server, "/report")[1]["X-Frame-Options"] == "SAMEORIGIN"


def test_it_ends_when_told_to() -> None:
    server, stop = Server(lambda: "one", lambda: "page"), threading.Event()
    stop.set()
    server.follow(stop)
    with pytest.raises(OSError):
        asked(server, "/")


def test_the_command_serves_what_is_loaded_while_it_runs(embedded_home: Path, tmp_path: Path) -> None:
    """Another process loads; the page that is served has it without anybody asking, and Ctrl-C ends the command."""

    def write(name: str, *ids: str) -> Path:
        nodes = "".join(f'<node id="{id_}"/>' for id_ in ids)
        ties = "".join(f'<edge source="{ids[0]}" target="{id_}"/>' for id_ in ids[1:])
        file = tmp_path / f"{name}.graphml"
        file.write_text(
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
            f'<graph edgedefault="undirected">{nodes}{ties}</graph></graphml>',
            encoding="utf-8",
        )
        return file

    def answer(path: str) -> str:
        with urlopen(url + path, timeout=60) as answered:
            return str(answered.read().decode())

    with projects.open(embedded_home) as project:
        project.clear()
        project.load("graphfile", write("first", "Alpha", "Beta", "Gamma"))
    graphkit = [sys.executable, "-m", "graphkit"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    environment |= {"GRAPHKIT_HOME": str(embedded_home), "PYTHONUNBUFFERED": "1"}
    with (tmp_path / "said").open("w+", encoding="utf-8") as said:
        serving = subprocess.Popen(
            [*graphkit, "report", "--serve"], env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        )
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), Path(said.name).read_text(encoding="utf-8")
            version, page = answer("version"), answer("report")
            second = write("second", "Alpha", "Omega")
            subprocess.run([*graphkit, "load", "graphfile", second], env=environment, check=True, capture_output=True)
            patience = time.monotonic() + 300
            while answer("report") == page and time.monotonic() < patience:
                time.sleep(0.5)
            assert answer("report") != page and answer("version") != version
            serving.send_signal(signal.SIGINT)
            assert serving.wait(timeout=60) == 0
        finally:
            serving.kill()
            serving.communicate()  # which closes the pipe
        assert Path(said.name).read_text(encoding="utf-8").endswith("ended\n")
    with projects.open(embedded_home) as project:
        project.clear()
