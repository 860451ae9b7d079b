"""What Neo4j's own tools need to be at home in the graph, made out of the vocabulary and the library of queries."""

import html
import itertools

from graphkit import cypher, schema, shelf
from graphkit.perspective import COLOURS, GREY, ROLE_LABELS, perspective, role_labels
from graphkit.query import Query

INDEX = "graphkit_names"
COMPOSE = """\
# docker compose up -d, then: export NEO4J_URI=bolt://localhost:7687 NEO4J_PASSWORD=...
services:
  neo4j:
    image: neo4j:2026.08.1-community
    ports:
      - "127.0.0.1:7474:7474"   # Neo4j Browser
      - "127.0.0.1:7687:7687"   # Bolt, for graphkit
    environment:
      NEO4J_AUTH: neo4j/${NEO4J_PASSWORD:?choose a password of 8 signs and more}
      NEO4J_dbms_security_allow__csv__import__from__file__urls: "false"
      NEO4J_dbms_security_procedures_allowlist: db.*
      NEO4J_dbms_usage__report_enabled: "false"
    volumes:
      - neo4j-data:/data
volumes:
  neo4j-data:
"""


def search_index() -> str:
    """Write the statement that makes names searchable by words, in Chinese too (analyser cjk).

    Afterwards: CALL db.index.fulltext.queryNodes('graphkit_names', '孤岛') YIELD node, score
    """
    labels = "|".join(cypher.name(label) for label, kind in schema.NODES.items() if not schema.is_derived(kind))
    names = ", ".join(f"n.{cypher.name(each)}" for each in ("name", "name_zh", "aliases"))
    options = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    return f"CREATE FULLTEXT INDEX {INDEX} IF NOT EXISTS FOR (n:{labels}) ON EACH [{names}] {options}"


def styles() -> str:
    """Write a style sheet for Neo4j Browser (GraSS): drop it onto the window; captions are names.

    Colours go by label, and by role where `role_labels` gave organisations a second label: the later rule holds.
    """
    colours = itertools.cycle(COLOURS)
    rules = [
        "node {\n  diameter: 50px;\n  color: #A5ABB6;\n  text-color-internal: #FFFFFF;\n}",
        "relationship {\n  color: #A5ABB6;\n  shaft-width: 1px;\n  caption: '<type>';\n}",
    ]
    for label, kind in schema.NODES.items():
        colour = GREY if schema.is_derived(kind) else next(colours)
        rules.append(_rule(label, colour, "{id}" if label == "Run" else "{name}"))
    rules += [_rule(label, colour, "{name}") for label, colour in zip(ROLE_LABELS.values(), COLOURS, strict=True)]
    rules.append("relationship.COULD_BRIDGE {\n  color: #D55E00;\n  shaft-width: 4px;\n  caption: '{rank}';\n}")
    return "\n".join(rules) + "\n"


def _rule(label: str, colour: str, caption: str) -> str:
    ink = "#FFFFFF" if colour in ("#0072B2", "#D55E00", GREY) else "#000000"
    return f"node.{label} {{\n  color: {colour};\n  text-color-internal: {ink};\n  caption: '{caption}';\n}}"


def browser_guide() -> str:
    """Write a guide for Neo4j Browser: a slide for each category of queries, each query ready to be run."""
    queries = sorted(shelf.queries().values(), key=lambda found: (found.category, found.name))
    slides = [
        _slide(
            "graphkit", "<p>Questions of innovation networks, ready to run; parameters are set by the first box.</p>"
        )
    ]
    for category, found in itertools.groupby(queries, key=lambda each: each.category):
        slides.append(_slide(category.capitalize(), "\n".join(_asked(each) for each in found)))
    deck = "\n".join(slides)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>graphkit</title></head>\n<body>\n'
        f'<article class="guide">\n<carousel class="deck container-fluid">\n{deck}\n</carousel>\n</article>\n'
        "</body>\n</html>\n"
    )


def _slide(title: str, body: str) -> str:
    return (
        f'<slide class="row-fluid">\n<div class="col-sm-12">\n<h3>{html.escape(title)}</h3>\n{body}\n</div>\n</slide>'
    )


def _asked(found: Query) -> str:
    boxes = []
    if found.parameters:
        given = ", ".join(f"{p.name}: {_literal(p.default)}" for p in found.parameters)
        boxes.append(f":params {{{given}}}")
    if found.needs:
        told = " ".join(f"graphkit run {need} --write;" for need in found.needs)
        boxes.append(f"// first, on the command line: {told}\n{_bare(found)}")
    else:
        boxes.append(_bare(found))
    runnable = "\n".join(f'<pre class="pre-scrollable code runnable">{html.escape(box)}</pre>' for box in boxes)
    heading = f"<h4>{html.escape(found.title)} · {html.escape(found.title_zh)}</h4>"
    return f"{heading}\n<p>{html.escape(found.question)}</p>\n{runnable}"


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "\\'") + "'"


def _bare(found: Query) -> str:
    return "\n".join(line for line in found.text.splitlines() if not line.startswith("//")).strip()


GUIDES = {
    "browser-guide": ("graphkit-guide.html", browser_guide),
    "styles": ("graphkit.grass", styles),
    "role-labels": ("graphkit-roles.cypher", role_labels),
    "perspective": ("graphkit-perspective.json", lambda: perspective(INDEX)),
    "search-index": ("graphkit-search.cypher", lambda: search_index() + ";\n"),
    "compose": ("compose.yaml", lambda: COMPOSE),
}
