"""JSON read part by part, each with the line at which it begins: Python's own decoder, told where to start."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphkit.errors import SourceError

_BLANK = re.compile(r"[ \t\n\r]*")
_CLOSING = {"{": "}", "[": "]"}


class JsonText:
    """A JSON text; places in it are offsets, and every fault is a SourceError that names the line."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path
        self._decoder = json.JSONDecoder()
        self._counted = (0, 1)  # an offset and its line, from where the next count goes on

    def sign(self, at: int) -> str:
        """Return the first character from here on that is no blank, or nothing at the end."""
        at = self._solid(at)
        return self.text[at : at + 1]

    def value(self, at: int) -> tuple[Any, int]:
        """Decode the whole value that begins here, and return it with the place where it ends."""
        at = self._solid(at)
        try:
            return self._decoder.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise self._fault(error.pos, error.msg) from error
        except RecursionError as error:
            raise self._fault(at, "nested too deep") from error
        except ValueError as error:  # a whole number of over 4,300 digits
            raise self._fault(at, str(error)) from error

    def parts(self, at: int, take: Callable[[str | None, int], int]) -> int:
        """Walk the list or object that begins here, and return where it ends.

        `take` is given the key of each part (None in a list) and where it begins, and returns where it ends.
        """
        at = self._solid(at)
        closing = _CLOSING[self.text[at]]
        at = self._solid(at + 1)
        if self.text.startswith(closing, at):
            return at + 1
        while True:
            key = None
            if closing == "}":
                if not self.text.startswith('"', at):
                    raise self._fault(at, "a name in double quotes should stand here")
                key, at = self.value(at)
                at = self._past(":", at)
            at = self._solid(take(key, self._solid(at)))
            if self.text.startswith(closing, at):
                return at + 1
            at = self._solid(self._past(",", at))

    def line(self, at: int) -> int:
        """Return the line of a place, counted from 1; cheap when places are asked for in order."""
        place, line = self._counted if at >= self._counted[0] else (0, 1)
        self._counted = at, line + self.text.count("\n", place, at)
        return self._counted[1]

    def end(self, at: int) -> None:
        """Hold the text to end here but for blanks."""
        if self.sign(at):
            raise self._fault(self._solid(at), "more follows after its end")

    def _solid(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        assert found is not None
        return found.end()

    def _past(self, sign: str, at: int) -> int:
        at = self._solid(at)
        if not self.text.startswith(sign, at):
            raise self._fault(at, f"{sign!r} should stand here")
        return at + 1

    def _fault(self, at: int, what: str) -> SourceError:
        line = self.text.count("\n", 0, at) + 1
        return SourceError(f"{self.path}, line {line}: this is no JSON ({what}); the file is broken or cut short")
