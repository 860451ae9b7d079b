"""The read guard: refuses, before anything is sent, what a reading query could still reach outside the graph with.

That a query does not *write* is for the store to hold (a user that can only read, or a transaction that is read-only
and always rolled back). But no store keeps a reading query from files and addresses, from administration, or from a
second statement behind the first. What is allowed is listed, not what is forbidden: a procedure that nobody has looked
at is refused. Strings, comments and quoted names are told apart first, so that no word inside them counts and none can
hide.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from graphkit.errors import QueryError

# Procedures that only read the graph itself; each a full name, or a family that ends in a dot.
PROCEDURES = (
    "db.labels",
    "db.relationshipTypes",
    "db.propertyKeys",
    "db.schema.",
    "db.index.fulltext.queryNodes",
    "db.index.fulltext.queryRelationships",
    "db.index.fulltext.listAvailableAnalyzers",
    "apoc.meta.",
    "apoc.neighbors.",
    "apoc.path.",
)
# Of APOC's functions the families that compute; others run Cypher from text, read files or ask addresses.
_FAMILIES = (
    *("agg", "any", "bitwise", "coll", "convert", "date", "diff", "hashing", "label", "map", "math", "meta", "node"),
    *("number", "path", "rel", "rels", "scoring", "stats", "temporal", "text"),
)
FUNCTIONS = tuple(f"apoc.{family}." for family in _FAMILIES)
SHOWN = {"constraint", "constraints", "index", "indexes", "function", "functions", "procedure", "procedures"}
_SHOW_FURTHER = {"all", "range", "fulltext", "text", "point", "lookup", "vector", "built", "in", "user", "defined"}
# Words after `call` where it is the name of a variable, not a clause.
_AFTER_A_VARIABLE = {
    *("as", "is", "in", "and", "or", "xor", "order", "skip", "limit", "starts", "ends", "contains", "where", "union"),
    *("return", "with"),
}
_TOKEN = re.compile(
    r"(?P<comment>//[^\n\r]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<text>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
    r"|(?P<quoted>`(?:``|[^`])*`)"
    r"|(?P<parameter>\$\w+)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<sign>[^\s])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\u+([0-9a-fA-F]{4})")


def guard(text: str) -> None:
    """Refuse a query that reaches outside the graph, or hides what it does; raises QueryError with what to do.

    >>> guard("MATCH (o:Organisation) WHERE o.name = 'LOAD CSV' RETURN o.name // CALL apoc.load.json")
    >>> guard("LOAD /* so */ CSV FROM 'file:///etc/passwd' AS line RETURN line")
    Traceback (most recent call last):
    graphkit.errors.QueryError: queries may not use LOAD CSV: it reaches outside the graph
    """
    for escape in _ESCAPE.finditer(text):
        sign = chr(int(escape[1], 16))
        # On Neo4j such a sign is read before the quotes are: a backtick or an apostrophe would end them.
        if ord(sign) < 128 or not sign.isalnum():
            raise QueryError(f"queries may not write a sign as {escape[0]}: it could end a quotation; write it itself")
    if "\u180e" in text or "\ufeff" in text.lstrip("\ufeff") or "\0" in text:
        raise QueryError("the query holds a sign that nobody can see (U+180E, U+FEFF or U+0000); take it out")
    tokens = list(_tokens(text))
    if tokens and tokens[0] in (("word", "explain"), ("word", "profile")):
        raise QueryError("write the query itself; --explain shows its plan, and --profile what every step costs")
    for first, second in pairwise(tokens):
        if first == ("sign", ";"):
            raise QueryError("one statement at a time: nothing may stand behind a semicolon")
        if first == ("word", "load") and second == ("word", "csv"):
            raise QueryError("queries may not use LOAD CSV: it reaches outside the graph")
    for at, (kind, word) in enumerate(tokens):
        before = tokens[at - 1] if at else ("", "")
        if before == ("sign", ".") or kind not in ("word", "quoted"):
            continue
        name = _name(tokens, at)
        if kind == "word" and word in ("call", "show") and before not in _NAMING:
            after = _name(tokens, at + 1)
            _call(after) if word == "call" else _show(tokens, at)
        elif name.startswith("apoc.") and before != ("word", "call") and not name.startswith(FUNCTIONS):
            raise QueryError(f"queries may not use {name}: it reaches outside the graph")


_NAMING = {("sign", sign) for sign in ":|&!%"}


def _call(name: str) -> None:
    if not name or name in _AFTER_A_VARIABLE:
        return
    if not any(
        name.startswith(known) if known.endswith(".") else name == known for known in map(str.lower, PROCEDURES)
    ):
        raise QueryError(
            f"queries may not use CALL {name}: it reaches outside the graph, or nobody has looked at whether it does; "
            f"allowed are: {', '.join(each + '*' if each.endswith('.') else each for each in PROCEDURES)}"
        )


def _show(tokens: list[tuple[str, str]], at: int) -> None:
    """Let a statement show what the graph has (indexes, constraints, functions), not who uses the server and how."""
    if at and tokens[at - 1][0] != "number":  # behind CYPHER 25, say; anywhere else it is a name
        return
    words = [word for kind, word in tokens[at + 1 : at + 5] if kind == "word"]
    while words and words[0] in _SHOW_FURTHER:
        words.pop(0)
    if not words or words[0] not in SHOWN:
        raise QueryError("queries may show INDEXES, CONSTRAINTS, FUNCTIONS and PROCEDURES only: the rest is for admins")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Cut a query into words (in small letters), quoted names (without quotes), parameters, texts, numbers, signs."""
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind == "word":
            yield kind, found[0].lower()
        elif kind == "quoted":
            yield kind, found[0][1:-1].lower()
        elif kind != "comment":
            yield kind, found[0] if kind == "sign" else ""


def _name(tokens: list[tuple[str, str]], at: int) -> str:
    """Join the name that begins at a token: `a . b` and backticks are `a.b`."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at][0] in ("word", "quoted"):
        parts.append(tokens[at][1])
        if at + 1 < len(tokens) and tokens[at + 1] == ("sign", "."):
            at += 2
        else:
            break
    return ".".join(parts)
