"""Statements made out of declarations: constraints and indexes, loading, reading and writing back.

Every identifier comes from `graphkit.schema` or from a Row class and is held to the form of a plain name; nothing is
ever escaped. Rows travel as lists, which both stores take faster than maps.
"""

import re
from collections.abc import Iterable

from graphkit import schema

# What the store keeps of each node and tie beside its declared properties: which sources say so, in which rows, and,
# where several sources describe the same thing, what each of them says (JSON), so that any one can be taken back.
PROVENANCE = ("source", "row", "facts")
INDEXED = {"Organisation": ("role", "country", "zone"), "Platform": ("kind",), "Run": ("analysis",)}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def name(identifier: str) -> str:
    """Return an identifier that is a plain name; anything else raises ValueError, since escaping is never safe."""
    if not _NAME.fullmatch(identifier):
        raise ValueError(f"{identifier!r} is no plain name of a label, tie or property")
    return identifier


def columns(kind: type[schema.Record]) -> tuple[str, ...]:
    """List the stored properties of a kind, without `id`, in a fixed order."""
    return (*(name(p.name) for p in schema.facts(kind)), *PROVENANCE)


def constraints() -> list[str]:
    """Write the statements that make ids unique and indexes exist; each may be run again without effect."""
    unique = [
        f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{name(label)}) REQUIRE n.id IS UNIQUE"
        for label in schema.NODES
    ]
    indexes = [
        f"CREATE INDEX {label.lower()}_{column} IF NOT EXISTS FOR (n:{name(label)}) ON (n.{name(column)})"
        for label, indexed in INDEXED.items()
        for column in indexed
    ]
    return unique + indexes


def _assignments(variable: str, properties: Iterable[str], first: int) -> str:
    return ", ".join(f"{variable}.{name(p)} = r[{i}]" for i, p in enumerate(properties, first))


def write_nodes(label: str) -> str:
    """Write the statement that makes or updates nodes from `$rows` of [id, property ...]; a null removes a property."""
    properties = columns(schema.NODES[label])
    return f"UNWIND $rows AS r MERGE (n:{name(label)} {{id: r[0]}}) SET {_assignments('n', properties, 1)}"


def write_ties(type_: str, start: str, end: str) -> str:
    """Write the statement that makes or updates ties from `$rows` of [start id, end id, property ...]."""
    properties = columns(schema.TIES[type_])
    return (
        f"UNWIND $rows AS r MATCH (a:{name(start)} {{id: r[0]}}) MATCH (b:{name(end)} {{id: r[1]}}) "
        f"MERGE (a)-[t:{name(type_)}]->(b) SET {_assignments('t', properties, 2)}"
    )


def read_nodes(label: str, *, some: bool = False) -> str:
    """Write the statement that reads nodes as lists [id, property ...]; with `some` only those with ids in `$ids`."""
    wanted = ", ".join(f"n.{p}" for p in columns(schema.NODES[label]))
    match = f"UNWIND $ids AS id MATCH (n:{name(label)} {{id: id}})" if some else f"MATCH (n:{name(label)})"
    return f"{match} WITH [n.id, {wanted}] AS row RETURN row"


def read_ties(type_: str, start: str, end: str, *, some: bool = False, properties: Iterable[str] | None = None) -> str:
    """Write the statement that reads ties as lists [start id, end id, property ...]; `some` as in `read_nodes`.

    `properties` are those to read, by default all that are stored.
    """
    wanted = ", ".join(f"t.{name(p)}" for p in (columns(schema.TIES[type_]) if properties is None else properties))
    match = f"UNWIND $ids AS id MATCH (a:{name(start)} {{id: id}})" if some else f"MATCH (a:{name(start)})"
    return f"{match}-[t:{name(type_)}]->(b:{name(end)}) WITH [a.id, b.id, {wanted}] AS row RETURN row"


def read_said(kind: tuple[str, ...]) -> str:
    """Write the statement that reads what `$source` says, of one kind, as `read_nodes` and `read_ties` do."""
    if len(kind) == 1:
        return read_nodes(kind[0]).replace(" WITH ", " WHERE $source IN n.source WITH ", 1)
    return read_ties(*kind).replace(" WITH ", " WHERE $source IN t.source WITH ", 1)


# All are found before the first is deleted: the embedded store (ArcadeDB 26.10) loses its way among the ties of a node
# when some of them are deleted while it still walks along them, which takes some two hundred.
_DELETE_TIES = "WITH collect(t) AS found UNWIND found AS t DELETE t"


def delete_ties(type_: str, start: str, end: str) -> str:
    """Write the statement that deletes ties from `$rows` of [start id, end id]."""
    match = f"MATCH (a:{name(start)} {{id: r[0]}})-[t:{name(type_)}]->(b:{name(end)} {{id: r[1]}})"
    return f"UNWIND $rows AS r {match} {_DELETE_TIES}"


def forget_source() -> str:
    """Write the statement that deletes the Source nodes of `$rows` of [id]."""
    return "UNWIND $rows AS r MATCH (n:Source {id: r[0]}) DETACH DELETE n"


def forget_nodes(label: str) -> tuple[str, str, str]:
    """Write the statements that take every fact from the nodes of `$rows` of [id], and delete those without a tie left.

    Ties that analyses derived do not hold a node.
    """
    derived = "|".join(name(type_) for type_, tie in schema.TIES.items() if schema.is_derived(tie))
    facts = ", ".join(f"n.{p}" for p in columns(schema.NODES[label]))
    match = f"UNWIND $rows AS r MATCH (n:{name(label)} {{id: r[0]}})"
    loaded = "|".join(name(type_) for type_, tie in schema.TIES.items() if not schema.is_derived(tie))
    return (
        f"{match} MATCH (n)-[t:{derived}]-() WITH DISTINCT t {_DELETE_TIES}",  # both ends may be among the rows
        f"{match} REMOVE {facts}",
        f"{match} WHERE NOT EXISTS {{ (n)-[:{loaded}]-() }} DETACH DELETE n",
    )


def chunked(read: str) -> str:
    """Turn a statement that returns lists named `row` into one that returns them in $chunks lists of lists.

    Both stores and the driver handle a few long lists several times faster than many short records.
    """
    statement, found = re.subn(r"AS row RETURN row$", "AS row", read)
    if not found:
        raise ValueError("only statements that end in 'AS row RETURN row' can be chunked")
    return f"{statement} WITH row, toInteger(rand() * $chunks) AS chunk RETURN collect(row) AS rows, chunk"


def census() -> str:
    """Write the statement that counts the nodes of every label and the ties of every type: [label or type, number].

    One statement, since a server that has just been started takes a tenth of a second to plan each.
    """
    nodes = [f"MATCH (n:{name(label)}) RETURN '{label}' AS kind, count(n) AS n" for label in schema.NODES]
    ties = [f"MATCH ()-[t:{name(type_)}]->() RETURN '{type_}' AS kind, count(t) AS n" for type_ in schema.TIES]
    return " UNION ALL ".join(nodes + ties)


def count_nodes(label: str) -> str:
    """Write the statement that counts the nodes with a label."""
    return f"MATCH (n:{name(label)}) RETURN count(n) AS n"


def count_ties(type_: str) -> str:
    """Write the statement that counts the ties of a type."""
    return f"MATCH ()-[t:{name(type_)}]->() RETURN count(t) AS n"


def delete_nodes(label: str) -> str:
    """Write the statement that deletes the nodes with a label and their ties, in transactions of its own."""
    return f"MATCH (n:{name(label)}) CALL {{ WITH n DETACH DELETE n }} IN TRANSACTIONS OF 1000 ROWS"


def clear_columns(label: str, properties: Iterable[str]) -> str:
    """Write the statement that removes the columns an analysis owns from every node that has one of them."""
    owned = [name(p) for p in properties]
    some = " OR ".join(f"n.{p} IS NOT NULL" for p in owned)
    return f"MATCH (n:{name(label)}) WHERE {some} REMOVE {', '.join(f'n.{p}' for p in owned)}"


def set_columns(label: str, properties: Iterable[str]) -> str:
    """Write the statement that sets an analysis' columns from `$rows` of [id, value ...]."""
    return f"UNWIND $rows AS r MATCH (n:{name(label)} {{id: r[0]}}) SET {_assignments('n', properties, 1)}"


def clear_ties(type_: str) -> str:
    """Write the statement that deletes the ties an analysis owns."""
    return f"MATCH ()-[t:{name(type_)}]->() {_DELETE_TIES}"


def create_ties(type_: str, start: str, end: str, properties: Iterable[str]) -> str:
    """Write the statement that makes an analysis' ties from `$rows` of [start id, end id, value ...]."""
    given = ", ".join(f"{name(p)}: r[{i}]" for i, p in enumerate(properties, 2))
    return (
        f"UNWIND $rows AS r MATCH (a:{name(start)} {{id: r[0]}}) MATCH (b:{name(end)} {{id: r[1]}}) "
        f"CREATE (a)-[:{name(type_)} {{{given}}}]->(b)"
    )
