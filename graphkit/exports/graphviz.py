"""Graphviz' DOT language."""

from pathlib import Path

from graphkit.export import Content, attributes, export


@export("Graphviz", "Graphviz", ".dot")
def graphviz(content: Content, path: Path) -> None:
    """Write an undirected graph in DOT: labels are names, every other fact is an attribute of its node."""
    # The name is the label only: pydot, by which networkx reads DOT, takes no attribute that is called `name`.
    lines = [f"graph {_quoted(content.title)} {{"]
    for id_, facts in attributes(content.organisations).items():
        told = {"label": facts.pop("name", id_), **facts}
        lines.append(f"  {_quoted(id_)} [{', '.join(f'{key}={_quoted(value)}' for key, value in told.items())}];")
    ties = content.ties
    for first, second, weight in zip(ties["organisation"], ties["partner"], ties["weight"], strict=True):
        lines.append(f"  {_quoted(first)} -- {_quoted(second)} [weight={float(weight)!r}];")
    path.write_text("\n".join([*lines, "}", ""]), encoding="utf-8", newline="\n")


def _quoted(value: object) -> str:
    # A backslash begins an escape (\N is the node's name), so it is doubled, too.
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
