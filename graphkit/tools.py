"""A server of tools for language models (Model Context Protocol): the graph, read-only, under the guard of queries.

Persons (人才) are left out unless the server is started with them: rows that name one are not handed on, and where the
graph holds any, Cypher of the model's own is refused, since it could spell a name in another way than it is written.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from graphkit import query, schema, shelf
from graphkit.errors import GraphkitError, QueryError, StoreError
from graphkit.project import Project

MOST_ROWS = 500
SECONDS = 60.0
ABOUT = (
    "Ask an innovation network: organisations, platforms and collaborations, the silos (孤岛) among them and the "
    "bridges that would open them. Nothing can be written. Look at schema and queries before you write Cypher of your "
    "own, and quote the rows of the data (explain) for what you claim."
)
Rows = list[dict[str, Any]]


def server(project: Project, *, persons: bool = False) -> Any:
    """Make the server, with `persons` one that names them too; raises StoreError where the package `mcp` is missing."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ModuleNotFoundError as error:
        raise StoreError("graphkit mcp needs the package mcp: pip install 'innovation-graphkit[mcp]'") from error
    made = MCPServer("graphkit", instructions=ABOUT)

    def spoken(tool: Callable[..., Rows]) -> Callable[..., Rows]:
        """Let the model read our sentence when it did something wrong; other faults are not for its eyes."""

        @wraps(tool)
        def told(*arguments: Any, **options: Any) -> Rows:
            try:
                return tool(*arguments, **options)
            except GraphkitError as error:
                raise ToolError(str(error)) from error

        return told

    for tool in tools(project, persons=persons):
        made.add_tool(spoken(tool))
    return made


def tools(project: Project, *, persons: bool = False) -> list[Callable[..., Rows]]:
    """List the tools: functions that return rows, and that read only; without `persons` no row names one."""

    def shared(table: Any) -> Rows:
        names = frozenset() if persons else _names_of_persons(project)
        return [row for row in _rows(table) if not names & _words(row)] if names else _rows(table)

    def vocabulary(kind: Annotated[str, "label or tie; empty for all"] = "") -> Rows:
        """List labels and ties, or the properties of one of them with their meaning and allowed values."""
        kinds: dict[str, type[schema.Record]] = {**schema.NODES, **schema.TIES}
        if kind not in kinds:
            return [
                {"kind": name, "zh": str(vars(each).get("zh")), "meaning": _first(each)} for name, each in kinds.items()
            ]
        return [
            {"property": p.name, "type": p.type, "meaning": p.sentence, "values": sorted(p.allowed or ())}
            for p in schema.properties(kinds[kind])
        ]

    def queries(word: Annotated[str, "only queries about this word, Chinese or English"] = "") -> Rows:
        """List the proven queries of the library with their parameters."""
        return [
            {
                "name": each.name,
                "question": each.question,
                "question_zh": each.question_zh,
                "parameters": {p.name: f"{p.type}: {p.sentence}" for p in each.parameters},
            }
            for each in query.about(word)
        ]

    def ask(
        query: Annotated[str, "name of a query of the library, or Cypher that reads"],
        parameters: Annotated[dict[str, Any] | None, "values of its parameters"] = None,
        limit: Annotated[int, "rows at most, up to 500"] = 100,
    ) -> Rows:
        """Run a query of the library, or Cypher that only reads, and return its rows."""
        rows = max(1, min(limit, MOST_ROWS))
        if not persons and query not in shelf.queries() and _names_of_persons(project):
            raise QueryError(
                "this graph holds persons, who are not shown: choose a query of the library (the tool queries), or "
                "have the server started with --with-persons where they agreed to be read"
            )
        return shared(project.ask(query, parameters, rows=rows, timeout=SECONDS, prepare=False).table)

    def silos(
        by: Annotated[str, "country, region, zone, city, role or sector; empty for groups found in the ties"] = "",
        limit: Annotated[int, "groups at most"] = 20,
    ) -> Rows:
        """Test which groups keep to themselves more than chance explains (孤岛); one row a group, with its verdict."""
        return _found("silos", limit, **({"by": by} if by else {}))

    def bridges(limit: Annotated[int, "proposals at most"] = 10) -> Rows:
        """Propose new ties that would open silos, with gain, likelihood and reasons."""
        return _found("bridges", limit)

    def explain(
        first: Annotated[str, "id of an organisation"],
        second: Annotated[str, "id of another; empty for all ties of the first"] = "",
        limit: Annotated[int, "rows at most"] = 100,
    ) -> Rows:
        """List the rows of the data that made an organisation and its ties, or what ties two of them."""
        return shared(project.explain(first, second or None).head(max(1, min(limit, MOST_ROWS))))

    def _found(name: str, limit: int, **options: Any) -> Rows:
        result = project.run(name, **options)
        rows = shared(result.table.head(max(1, min(limit, MOST_ROWS))))
        say = result.analysis.row.sentence
        return [row | {"sentence": say(row, "en")} for row in rows]

    vocabulary.__name__ = "schema"
    return [vocabulary, queries, ask, silos, bridges, explain]


def _names_of_persons(project: Project) -> frozenset[str]:
    """List every id, name and alias of a person in the graph; loads may add some at any time, so it is asked anew."""
    found = project.store.rows("MATCH (p:Person) RETURN p.id, p.name, p.name_zh, p.aliases")
    cells = [cell for row in found for cell in row]
    return frozenset(text for cell in cells for text in (cell if isinstance(cell, list) else [cell]) if text)


def _words(value: Any) -> set[str]:
    """List the texts that a row holds, whole and in their parts: `own:p1 WORKED_AT own:u1` is three words, too."""
    if isinstance(value, dict):
        return set().union(*map(_words, value), *map(_words, value.values()))
    if isinstance(value, list):
        return set().union(*map(_words, value))
    return {value, *value.split()} if isinstance(value, str) else set()


def _rows(table: Any) -> Rows:
    import json

    found: Rows = json.loads(table.to_json(orient="records", date_format="iso", default_handler=str))
    return found


def _first(kind: type[schema.Record]) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]
