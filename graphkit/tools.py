"""A server of tools for language models (Model Context Protocol): the graph, read-only, under the guard of queries."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from graphkit import query, schema
from graphkit.errors import GraphkitError, StoreError
from graphkit.project import Project

MOST_ROWS = 500
SECONDS = 60.0
ABOUT = (
    "Ask an innovation network: organisations, platforms and collaborations, the silos (孤岛) among them and the "
    "bridges that would open them. Nothing can be written. Look at schema and queries before you write Cypher of your "
    "own, and quote the rows of the data (explain) for what you claim."
)
Rows = list[dict[str, Any]]


def server(project: Project) -> Any:
    """Make the server; raises StoreError where the package `mcp` is missing."""
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

    for tool in tools(project):
        made.add_tool(spoken(tool))
    return made


def tools(project: Project) -> list[Callable[..., Rows]]:
    """List the tools: functions that return rows, and that read only."""

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
        return _rows(project.ask(query, parameters, rows=rows, timeout=SECONDS, prepare=False).table)

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
        return _rows(project.explain(first, second or None).head(max(1, min(limit, MOST_ROWS))))

    def _found(name: str, limit: int, **options: Any) -> Rows:
        result = project.run(name, **options)
        rows = _rows(result.table.head(max(1, min(limit, MOST_ROWS))))
        say = result.analysis.row.sentence
        return [row | {"sentence": say(row, "en")} for row in rows]

    vocabulary.__name__ = "schema"
    return [vocabulary, queries, ask, silos, bridges, explain]


def _rows(table: Any) -> Rows:
    import json

    found: Rows = json.loads(table.to_json(orient="records", date_format="iso", default_handler=str))
    return found


def _first(kind: type[schema.Record]) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]
