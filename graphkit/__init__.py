"""graphkit: find isolated silos (孤岛) in an innovation network, and the bridges that would open them.

`graphkit.open()` opens a project; `graphkit.run()` runs an analysis on a network. Everything heavy is imported when it
is first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from graphkit.analysis import Result, analyses, run
    from graphkit.errors import GraphkitError
    from graphkit.network import Network
    from graphkit.project import Project, open

__all__ = ["GraphkitError", "Network", "Project", "Result", "__version__", "analyses", "open", "run"]

_HOMES = {
    "GraphkitError": "errors",
    "Network": "network",
    "Project": "project",
    "Result": "analysis",
    "analyses": "analysis",
    "open": "project",
    "run": "analysis",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    return getattr(import_module(f"graphkit.{_HOMES[name]}"), name)
