"""One self-contained HTML page: template, style, script and data in one text, which asks no network for anything.

The content-security policy allows the inline script and style by their SHA-256 and nothing else. Data stand in the page
as JSON, compressed (zlib) and written in the 64 signs of base64: a quarter of the room, and nothing in it can end the
element it stands in. The script writes them to the page as text, never as markup.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup

_FIGURES = ("matrix", "trend", "proof", "chain", "map", "figures")
SCRIPTS = {
    "page": (
        *("words", "reader", "data", "cypher", "scene", "draw", "place", "dom", "sliders", "panel", "details", "chart"),
        *("table", *_FIGURES, "minute", "report", "drawing", "camera", "choose", "search", "pointer", "keys", "page"),
    ),
    # A page of one picture needs neither the network nor the report.
    "picture": ("words", "reader", "dom", "chart", "table", *_FIGURES, "picture"),
}
STYLES = ("page", "picture")
_INDENTED = re.compile("^ +", re.MULTILINE)
_COMMENT = re.compile("^// .*\n", re.MULTILINE)
_HALVES = re.compile("[\ud800-\udfff]")  # of characters: UTF-8 has no form for one alone


def html(payload: Mapping[str, Any], page: str = "page") -> str:
    """Write the page that shows `payload`: the network with or without the report around it, or one `picture`."""
    script = "\n".join(["'use strict';", *(lean(_read(f"{name}.js")) for name in SCRIPTS[page])])
    script, style = f"(async () => {{\n{script}\n}})();", "".join(lean(_read(f"{name}.css")) for name in STYLES)
    shelf = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read))
    template = shelf.get_template(f"{page}.html")
    return template.render(
        title=payload["title"][payload["language"] == "zh"] or payload["title"][0],
        findings=payload["findings"],
        policy=policy(script, style),
        data=packed(payload),
        script=Markup(script),
        style=Markup(style),
    )


def lean(text: str) -> str:
    """Leave out the indentation and the lines of comment of a script or style: a fifth of it, and no reader's loss.

    Of our texts only Cypher goes over several lines (template literals), and there indentation means nothing.

    >>> lean("a {\\n  // why\\n  b: c; // d\\n}\\n")
    'a {\\nb: c; // d\\n}\\n'
    """
    return _COMMENT.sub("", _INDENTED.sub("", text))


def policy(script: str, style: str) -> str:
    """Write the content-security policy that allows this script and style and no request."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def packed(value: Any) -> str:
    """Write a value as JSON, compressed (RFC 1950) and in base64, as the script of the page reads it.

    >>> import zlib, base64
    >>> zlib.decompress(base64.b64decode(packed(["</script>", "高新区"]))).decode()
    '["</script>","高新区"]'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    whole = _HALVES.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
    return base64.b64encode(zlib.compress(whole, level=9)).decode("ascii")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    return resources.files("graphkit.views").joinpath("templates", name).read_text("utf-8").replace("\r\n", "\n")
