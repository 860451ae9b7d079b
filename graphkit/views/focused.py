"""The one guarded way to pyvis: pictures of up to 500 nodes which make no request and run no text of the data.

pyvis 0.3.2 asks two addresses on the net in every file, runs script from a heading, from node ids in its menus and
from a title that holds "href", and takes quadratic time to add ties. So: its lists are assigned, ids are integers,
positions are ours, physics, heading and menus are off, titles are plain text, every tag with an address is taken out,
and a content-security policy by hash lets only the scripts run that pyvis itself put in.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jinja2 import Environment

from graphkit.bilingual import spoken

MOST_NODES, MOST_TIES, MOST_LABELS, MOST_SIGNS = 500, 3000, 40, 34
# Half the width and height of a picture on a screen of 1400 x 900, its letters, and how large and small a dot may be.
WIDE, HIGH, LETTERS, LARGEST, SMALLEST = 560.0, 340.0, 15.0, 2.0, 3.0
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#d6c60a")
GREY, PROPOSED, LINE = "#98a2b0", "#98297a", "#c3cad4"
OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "hideEdgesOnDrag": True, "tooltipDelay": 120, "keyboard": {"enabled": True}},
    "edges": {"smooth": False},
    "nodes": {
        "borderWidth": 1,
        "font": {"strokeWidth": 4, "strokeColor": "#ffffff"},
        "scaling": {"label": {"drawThreshold": 9}},  # small letters wait until one has zoomed in
    },
}
STYLE = """
html, body { margin: 0; height: 100%; }
body { display: flex; flex-direction: column; font: 15px/1.45 system-ui, "Segoe UI", "Microsoft YaHei", sans-serif; }
header { padding: 10px 18px; border-bottom: 1px solid #d8dee6; }
h1 { font-size: 18px; margin: 0; overflow-wrap: anywhere; max-height: 6em; overflow: auto; }
p { margin: 2px 0 0; color: #556070; }
.card { flex: 1; min-height: 0; }
#mynetwork { height: 100% !important; border: 0 !important; }
@media (max-width: 600px) {
  body { font-size: 13px; }
  header { padding: 8px 12px; max-height: 40vh; overflow: auto; }
}
/* pyvis paints for white paper: on a dark screen lightness is turned round, and every hue stays what the lines say. */
@media (prefers-color-scheme: dark) {
  :root { color-scheme: dark; }
  body, #mynetwork { background: #0d1117 !important; color: #e6e9ee; }
  header { border-color: #2b333f; }
  p { color: #aab3c0; }
  canvas { filter: invert(1) hue-rotate(180deg); }
}
"""
# Without it a phone lays the page out 980 pixels wide, and letters are too small to read.
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
_HEADER = Environment(autoescape=True).from_string(
    '<header><h1 dir="auto">{{ title }}</h1>{% for line in lines %}<p dir="auto">{{ line }}</p>{% endfor %}</header>'
)
_TITLE = Environment(autoescape=True).from_string("<title>{{ title }}</title>")


@dataclass(frozen=True)
class Node:
    """One dot: what is written below it, what is told on hovering, where it lies, how large and of which colour.

    `first` says that its label is read at once where it covers none of a node before it; those of the others wait until
    one has zoomed in.
    """

    label: str
    told: str
    x: float
    y: float
    size: float = 12.0
    colour: str = GREY
    first: bool = False


@dataclass(frozen=True)
class Tie:
    """One line between two nodes, by their numbers; a proposed one is dashed."""

    start: int
    end: int
    width: float = 1.0
    told: str = ""
    proposed: bool = False


def picture(
    title: str, lines: Sequence[str], nodes: Sequence[Node], ties: Sequence[Tie], language: str | None = None
) -> str:
    """Draw nodes and ties through pyvis as one self-contained page; `lines` are sentences above the picture.

    Those are said in `language`, in both without one. Raises ValueError above 500 nodes or 3,000 ties: choose before,
    and say so in `lines`.
    """
    from pyvis.network import Network as Pyvis

    if len(nodes) > MOST_NODES or len(ties) > MOST_TIES:
        raise ValueError(f"a focused picture has at most {MOST_NODES} nodes and {MOST_TIES} ties")
    drawn = Pyvis(height="100%", width="100%", cdn_resources="in_line")
    nodes, by = _fitted(nodes)
    read = _apart(nodes)
    drawn.nodes = [_node(number, node, number in read) for number, node in enumerate(nodes)]
    drawn.node_ids = list(range(len(nodes)))
    drawn.edges = [_tie(tie if tie.proposed else replace(tie, width=tie.width * min(by, 1))) for tie in ties]
    drawn.options = OPTIONS
    return guarded(drawn.generate_html(), title, [spoken(line, language) for line in lines])


def _fitted(nodes: Sequence[Node]) -> tuple[list[Node], float]:
    """Stretch or shrink a picture to the screen that letters are written for, and tell by how much.

    Left to itself vis makes what is large smaller, letters too, and leaves what is small as it is.
    """
    at = np.array([(node.x, node.y) for node in nodes], dtype=float).reshape(-1, 2)
    low, high = at.min(axis=0, initial=np.inf), at.max(axis=0, initial=-np.inf)
    by = float(np.minimum((WIDE, HIGH) / np.maximum((high - low) / 2, 1e-9), LARGEST).min()) if nodes else 1.0
    places = ((at - (low + high) / 2) * by).tolist()
    fitted = [
        replace(node, x=x, y=y, size=max(node.size * by, SMALLEST)) for node, (x, y) in zip(nodes, places, strict=True)
    ]
    return fitted, by


def _apart(nodes: Sequence[Node]) -> set[int]:
    """Choose whose labels are read at once: in order, as long as they cover none chosen before (numbers of nodes)."""
    chosen: dict[int, tuple[float, float, float]] = {}
    for number, node in enumerate(nodes):
        signs = _plain(node.label, MOST_SIGNS)
        half = LETTERS * sum(1.0 if sign > "\u2e80" else 0.56 for sign in signs) / 2
        y = node.y + node.size + LETTERS
        if node.first and all(abs(node.x - a) > half + b or abs(y - c) > 1.25 * LETTERS for a, c, b in chosen.values()):
            chosen[number] = (node.x, y, half)
        if len(chosen) == MOST_LABELS:
            break
    return set(chosen)


def guarded(page: str, title: str, lines: Sequence[str]) -> str:
    """Take every address out of a page of pyvis, put our heading in and the policy in front."""
    page = re.sub(r"<!--.*?-->|<center>.*?</center>", "", page, flags=re.DOTALL)
    page = re.sub(r"<link\b[^>]*>|<script\b[^>]*\bsrc=[^>]*>\s*</script>", "", page)
    page = page.replace(' style="width: 100%"', "").replace("\r\n", "\n")
    header = str(_HEADER.render(title=title, lines=lines))
    page = re.sub(r"<body>", lambda _: f"<body>\n{header}", page, count=1)
    page = page.replace("</head>", f"<style>{STYLE}</style>\n</head>", 1)
    page = re.sub(r'<meta charset="utf-8">', lambda found: f"{found[0]}\n{_head(page, title)}", page, count=1)
    return "<!DOCTYPE html>\n" + page


def _head(page: str, title: str) -> str:
    scripts, styles = (" ".join(_digests(tag, page)) for tag in ("script", "style"))
    policy = f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; base-uri 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{VIEWPORT}\n{_TITLE.render(title=title)}'


def _digests(tag: str, page: str) -> list[str]:
    texts = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page, flags=re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]


def _plain(text: str, most: int) -> str:
    # pyvis turns titles into markup as soon as one of them holds these four letters.
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return cut.replace("href", "hr\u200bef")


def _node(number: int, node: Node, read: bool) -> dict[str, Any]:
    return {
        "id": number,
        "label": _plain(node.label, MOST_SIGNS),
        "title": _plain(node.told, 600),
        "x": round(node.x, 1),
        "y": round(node.y, 1),
        "size": round(node.size, 1),
        "color": node.colour,
        "font": {"size": LETTERS if read else LETTERS / 3},
        "shape": "dot",
    }


def _tie(tie: Tie) -> dict[str, Any]:
    drawn: dict[str, Any] = {"from": tie.start, "to": tie.end, "width": round(tie.width, 2)}
    drawn["color"] = PROPOSED if tie.proposed else LINE
    drawn["dashes"] = tie.proposed
    if tie.told:
        drawn["title"] = _plain(tie.told, 600)
    return drawn
