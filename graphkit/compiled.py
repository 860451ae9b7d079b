"""Compiled kernels: numba's `njit`, imported at the first call and cached where the machine lets us write.

Every kernel is plain Python over numpy arrays. Without numba, or with GRAPHKIT_PURE=1 in the environment, the same
source runs as it stands and gives the same numbers, only slower. A kernel that draws random numbers is handed a
`numpy.random.Generator`: numba draws the same stream from it as numpy does.
"""

import os
import tempfile
from collections.abc import Callable
from functools import update_wrapper
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, overload

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


COMPILES = not os.environ.get("GRAPHKIT_PURE") and find_spec("numba") is not None
"""Whether kernels are compiled; where one is far too slow as it stands, numpy takes its place."""


class _Compiled:
    """A kernel that is compiled when it is first called, and that then calls others compiled as well."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.options = options
        self.dispatcher: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        if self.dispatcher is not None:
            return self.dispatcher(*arguments)
        try:
            found = self.compile()(*arguments)
        except (OSError, EOFError):  # a cache that is full, locked or damaged: the kernel itself is fine
            self.options["cache"] = False
            self.dispatcher = None
            return self.compile()(*arguments)
        return found

    def compile(self) -> Callable[..., Any]:
        if self.dispatcher is None:
            _choose_cache()
            import numba

            reload_config: Callable[[], None] = numba.config.reload_config
            reload_config()  # for when somebody had imported numba before the folder was chosen
            names = self.function.__globals__
            for name in self.function.__code__.co_names:  # numba looks for the kernels it calls under these names
                if isinstance(names.get(name), _Compiled):
                    names[name] = names[name].compile()
            try:
                self.dispatcher = numba.njit(**self.options)(self.function)
            except RuntimeError:  # numba found no folder at all for its cache
                self.dispatcher = numba.njit(**{**self.options, "cache": False})(self.function)
        return self.dispatcher


@overload
def njit(function: Kernel) -> Kernel: ...
@overload
def njit(function: None = None, **options: Any) -> Callable[[Kernel], Kernel]: ...
def njit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile the decorated kernel with numba at its first call, cached; options are those of `numba.njit`.

    Kernels are called with positional arguments. One kernel may call another of the same module by its name. Where
    numba is missing, or GRAPHKIT_PURE is set, the function is returned unchanged.
    """
    if function is None:
        return lambda each: njit(each, **options)
    if not COMPILES:
        return function
    return _Compiled(function, {"cache": True, **options})


def _choose_cache() -> None:
    """Point numba at a cache folder of ours when it may not write beside the source; a folder set before is kept."""
    package = Path(__file__).parent
    if os.environ.get("NUMBA_CACHE_DIR") or all(_is_writable(p) for p in (package, package / "analyses")):
        return
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    user = Path(home) / "graphkit" / "numba"
    spare = Path(tempfile.gettempdir()) / f"graphkit-numba-{getattr(os, 'getuid', lambda: 0)()}"
    for folder in (user, spare):
        if _is_writable(folder):
            os.environ["NUMBA_CACHE_DIR"] = str(folder)
            return


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
