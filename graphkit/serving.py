"""A page on this machine that follows the store: it is made anew when the content changed, and the reader's refreshes.

What a browser opens is a small outer page; the page itself stands in a frame of it and is loaded again when the version
that is asked for every two seconds has become another. Only this machine is answered (127.0.0.1), and only under its
own name: a page from elsewhere whose name was pointed at this address (DNS rebinding) is refused by its `Host`.
"""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from graphkit.errors import GraphkitError
from graphkit.views.page import policy

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "127.0.0.1"
EVERY = 2.0  # seconds between two looks at the store

_STYLE = "html,body{margin:0;height:100%}iframe{display:block;border:0;width:100%;height:100%}"
_SCRIPT = """
const frame = document.querySelector('iframe');
let seen = null;
async function look() {
  try {
    const version = await (await fetch('/version', { cache: 'no-store' })).text();
    if (seen !== null && version !== seen)
      frame.contentWindow.location.replace(`/report?${version}${frame.contentWindow.location.hash}`);
    seen = version;
  } catch {
    /* the server has ended; what was read stays */
  }
  setTimeout(look, 2000);
}
look();
"""


class Server(ThreadingHTTPServer):
    """Serve a page that `make` writes, and write it anew when `version` says another text; `say` hears of both.

    Listens from the moment it is made, on a free port unless one is given. `follow` answers and looks at the store
    again and again, from the thread that opened it. Of a page that cannot be made the reason is said; the last stays.
    """

    daemon_threads = True

    def __init__(
        self, version: Callable[[], str], make: Callable[[], str], *, port: int = 0, say: Callable[[str], None] = print
    ):
        super().__init__((ADDRESS, port), _Handler)
        self.at, self.made = version(), make()
        self._version, self._make, self._say, self._failed = version, make, say, ""

    @property
    def url(self) -> str:
        """Address of the outer page."""
        return f"http://{ADDRESS}:{self.server_port}/"

    def refresh(self) -> bool:
        """Make the page anew if the content changed; say whether it did."""
        try:
            now = self._version()
            if now == self.at:
                return False
            self.made = self._make()
            self.at = now
        except GraphkitError as error:
            said = f"the page could not be made anew: {error}"
            if said != self._failed:  # once, and not every two seconds
                self._say(said)
            self._failed = said
            return False
        self._failed = ""
        self._say("the store changed: the page was made anew")
        return True

    def follow(self, stop: threading.Event) -> None:
        """Answer in threads of their own and look at the store every two seconds, until `stop` or an interruption.

        Where a look takes long (a large store), the pause is nine times as long: looking takes a tenth of the time.
        """
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            pause = EVERY
            while not stop.wait(pause):
                begun = time.perf_counter()
                made = self.refresh()
                pause = EVERY if made else max(EVERY, 9 * (time.perf_counter() - begun))
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "graphkit", ""

    def do_GET(self) -> None:
        port = self.server.server_port
        if self.headers.get("Host") not in (f"{ADDRESS}:{port}", f"localhost:{port}"):
            return self._answer(403, "text/plain", "this server answers this machine only, under its own name\n")
        path = self.path.partition("?")[0]
        if path == "/":
            outer = f"default-src 'none'; connect-src 'self'; frame-src 'self'; img-src data:; {_inline()}"
            return self._answer(200, "text/html", _outer(), {"Content-Security-Policy": outer})
        if path == "/report":
            return self._answer(200, "text/html", self.server.made, {"X-Frame-Options": "SAMEORIGIN"})
        if path == "/version":
            return self._answer(200, "text/plain", self.server.at)
        return self._answer(404, "text/plain", "there is only one page here: /\n")

    do_HEAD = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of every request: the page asks every two seconds."""

    def _answer(self, status: int, kind: str, text: str, more: "Mapping[str, str] | None" = None) -> None:
        body = text.encode()
        self.send_response(status)
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in {**headers, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _inline() -> str:
    """Allow the outer page's own script and style, as every page allows its own."""
    return "; ".join(part for part in policy(_SCRIPT, _STYLE).split("; ") if part.startswith(("script-", "style-")))


def _outer() -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>graphkit</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<style>{_STYLE}</style></head><body><iframe src="/report" title="graphkit"></iframe>'
        f"<script>{_SCRIPT}</script></body></html>\n"
    )
