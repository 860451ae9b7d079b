"""One load at a time: whoever compares a source with a store and writes the difference does so alone.

Two loads that both add their voice to one organisation would each lay theirs beside what it held before the other had
written. So a load takes its turn, and nobody is ever in the way for longer than they live:

- The embedded store lies in a folder: its turn is the lock on a file there, which the kernel takes back when a process
  dies, whatever it died of. Beside it stands who holds it, in words only.
- On a Neo4j the turn is a transaction that stays open, and makes a node that nobody will ever see: the uniqueness of
  its id keeps a second one waiting, and the server ends the transaction when its connection is gone. Who holds it
  stands in the transaction's metadata.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit import embedded
from graphkit.errors import BusyError, busy, waits
from graphkit.files import write_text

if TYPE_CHECKING:
    from graphkit.store import Store

SECONDS_TO_WAIT = 120.0
Held = Callable[[], None]  # raises StoreError when the turn was lost meanwhile
Say = Callable[[str], None]


@contextmanager
def turn(
    store: "Store", what: str, seconds: float = SECONDS_TO_WAIT, say: Say = lambda sentence: None
) -> Iterator[Held]:
    """Hold the turn to change what sources say in a store, waiting up to so many seconds for whoever has it.

    `what` is what is done meanwhile, for whoever waits; `say` is told once for whom we wait. Yields what asks whether
    the turn is still ours, to be asked before something is written: it raises StoreError when a Neo4j has ended it.
    Raises BusyError, which says who holds it, when none came. On a Neo4j the ids of sources must be unique already
    (`Store.prepare`).
    """
    who = f"{what} (process {os.getpid()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)"
    if store.folder is not None:
        with _of_folder(store.folder, who, seconds, say):
            yield _for_life
    else:
        with store.turn(who, seconds, say) as held:
            yield held


def _for_life() -> None:
    """A lock on a file is ours until we die."""


@contextmanager
def _of_folder(folder: Path, who: str, seconds: float, say: Say) -> Iterator[None]:
    named = folder / "loading-by"
    place = f"the store in {folder.parent}"

    def holder() -> str:
        with suppress(OSError):
            return named.read_text(encoding="utf-8").strip()
        return ""

    with ExitStack() as turns:
        if not turns.enter_context(embedded.held(folder / "loading", 0)):
            say(waits(place, holder(), seconds))
            if not turns.enter_context(embedded.held(folder / "loading", seconds)):
                raise BusyError(busy(place, holder(), "wait for it, or end that process", seconds))
        write_text(named, who)
        try:
            yield
        finally:
            named.unlink(missing_ok=True)
