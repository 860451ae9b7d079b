"""Imports point only backwards along the flow: source, loader, store, network, analysis, write-back, query, view."""

import ast
from pathlib import Path

import graphkit
from graphkit import shelf

PACKAGE = Path(graphkit.__file__).parent

# Each layer may import itself and what stands before it.
LAYERS = (
    {"errors", "bilingual"},
    {"schema", "files", "compiled", "voices", "records", "guard", "lanes", "categories"},
    {"terms"},
    {"naming"},
    {"formats"},
    {"said", "shelf", "cypher"},
    {"loaders"},
    {"embedded", "store"},
    {"unloading", "explaining", "turns"},
    {"loading"},
    {"grouping", "network"},
    {"measures", "layout"},
    {"snapshot", "analysis"},
    {"analyses"},
    {"writeback", "sameness"},
    {"query"},
    {"checking", "guides", "perspective"},
    {"view", "export"},
    {"views", "exports"},
    {"project"},
    {"printing"},
    {"shell", "tools", "serving"},
    {"commands"},
    {"cli"},
    {"__main__", "__init__"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
# The register of the shelf reads queries, and the package offers its own names; both only when they are asked for.
ALLOWED = {("shelf", "query")}


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphkit"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("graphkit.")}
    return {name for name in found if not name.startswith("__version")}


def files() -> dict[Path, str]:
    inside = {file: file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in PACKAGE.rglob("*.py")}
    return inside | dict.fromkeys(shelf.folder("loaders").glob("*.py"), "loaders")


def test_every_file_has_a_place() -> None:
    assert set(files().values()) <= set(RANK)


def test_imports_point_backwards() -> None:
    upward = {
        f"{file.name} imports {name}"
        for file, layer in files().items()
        if layer != "__init__"
        for name in imports(file)
        if RANK[name] > RANK[layer] and (layer, name) not in ALLOWED
    }
    assert not upward


def test_analyses_and_views_are_pure() -> None:
    for file, layer in files().items():
        if layer in ("analyses", "views", "exports"):
            assert not imports(file) & {"store", "snapshot", "loading", "project", "embedded", "cypher"}, file.name


def test_only_the_store_speaks_bolt() -> None:
    speakers = {
        layer
        for file, layer in files().items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(
            name.split(".")[0] == "neo4j" for name in [getattr(node, "module", "") or "", *(a.name for a in node.names)]
        )
    }
    assert speakers <= {"store", "embedded"}
