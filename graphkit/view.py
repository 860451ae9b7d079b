"""What a view is, and the register of all of them.

A view is one file in `graphkit/views/`: a pure function from a network and the results it needs to the text of one
self-contained HTML page. Whoever calls it writes the file. A result that could not be computed (no organisation has a
region, say) is a sentence in `missing`, and the view says so instead of showing a number.
"""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import import_module
from typing import Any

from graphkit.analysis import Result
from graphkit.bilingual import spoken
from graphkit.errors import UsageError, unknown
from graphkit.network import Network


class Subject:
    """Stands, as the value of an option of a need, for what the view is of: it becomes a tuple of that one id."""


SUBJECT = Subject()


@dataclass(frozen=True)
class Need:
    """An analysis that a view shows, with the options to run it with; `key` names its result.

    The key says nothing of an option that stands for the subject: whoever shows the result knows what it is of.
    """

    analysis: str
    options: tuple[tuple[str, Any], ...] = ()

    def settings(self, subject: str | None = None) -> dict[str, Any]:
        """The options of a run for what the view is of.

        >>> need("proposals", among=SUBJECT).settings("pic:1")
        {'among': ('pic:1',)}
        """
        return {name: (subject,) if value is SUBJECT else value for name, value in self.options}

    @property
    def key(self) -> str:
        """`silos`, or `silos by=country`."""
        return " ".join([self.analysis, *(f"{name}={value}" for name, value in self.options if value is not SUBJECT)])


def need(analysis: str, **options: Any) -> Need:
    """Name an analysis that a view shows, with options.

    >>> need("silos", by="country").key
    'silos by=country'
    """
    return Need(analysis, tuple(sorted(options.items())))


@dataclass(frozen=True)
class Page:
    """What a view is given besides the network: results by the key of their need, what is missing and why, a title."""

    results: Mapping[str, Result]
    missing: Mapping[str, str] = field(default_factory=dict)
    title: str = "Innovation network"
    sources: tuple[Mapping[str, Any], ...] = ()
    subject: str | None = None
    language: str | None = None  # `zh` or `en`; else the reader's own

    @property
    def heading(self) -> str:
        """The title in the language that the page opens in, for a page that knows no other."""
        return spoken(self.title, self.language or "en")


@dataclass(frozen=True)
class View:
    """A declared view."""

    name: str
    title: str
    title_zh: str
    function: Callable[..., str]
    needs: tuple[Need, ...]
    subjects: Callable[[Network], list[str]] | None = None
    first: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (self.function.__doc__ or "").strip().split("\n")[0]


def view(
    title: str,
    title_zh: str,
    needs: tuple[Need, ...] = (),
    *,
    subjects: Callable[[Network], list[str]] | None = None,
    first: tuple[str, ...] = (),
) -> Callable[[Callable[..., str]], View]:
    """Declare the decorated function `(net: Network, page: Page) -> str` a view that shows the results of `needs`.

    `subjects` lists what it can be a view of, where it is of one thing: whoever makes it checks that first. `first`
    are the ways to show it of which the subject may name the one that is shown first.
    """

    def declare(function: Callable[..., str]) -> View:
        return View(function.__name__.replace("_", "-"), title, title_zh, function, needs, subjects, first)

    return declare


@dataclass(frozen=True)
class Cell:
    """A view as what a notebook shows of the last line of a cell: its page in a frame that can reach nothing around it.

    The frame runs the page's own scripts (by the hashes of its policy), but has no origin: it reads no cookie, opens no
    window, sends no form and does not see the notebook.

    >>> Cell("<p>'孤岛' & more</p>", 300)._repr_html_().split(" srcdoc=")[1]
    '"&lt;p&gt;&#x27;孤岛&#x27; &amp; more&lt;/p&gt;"></iframe>'
    """

    html: str = field(repr=False)
    height: int = 640

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height:d}px; border: 0"
        return (
            f'<iframe sandbox="allow-scripts" style="{style}" title="graphkit" srcdoc="{escape(self.html)}"></iframe>'
        )


@cache
def views() -> dict[str, View]:
    """Find every view in `graphkit/views/`, by name."""
    package = import_module("graphkit.views")
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [
        value
        for module in modules
        for value in vars(import_module(f"graphkit.views.{module}")).values()
        if isinstance(value, View) and value.function.__module__ == f"graphkit.views.{module}"
    ]
    return {each.name: each for each in found}


def find(name: str) -> View:
    """Look a view up by name; raises UsageError with the nearest name when there is none."""
    known = views()
    if name not in known:
        raise UsageError(unknown("view", "views", name, known))
    return known[name]
