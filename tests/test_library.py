"""Every loader, analysis, query and view, found by itself and held to its declaration."""

import ast
import inspect
import re
from pathlib import Path

import pandas as pd
import pytest
from small_graphs import full_zone

from graphkit import cypher, schema, shelf
from graphkit.analysis import Analysis, Row, analyses, check, run
from graphkit.categories import CATEGORIES
from graphkit.errors import QueryError, UsageError
from graphkit.formats.reading import Reject
from graphkit.network import Network
from graphkit.query import Query, parse
from graphkit.view import View, views
from graphkit.writeback import owned

ANALYSES = list(analyses().values())
QUERIES = list(shelf.queries().values())
LOADERS = list(shelf.loaders().values())
VIEWS = list(views().values())
name = pytest.mark.parametrize
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@name("found", ANALYSES, ids=lambda each: each.name)
def test_analysis_is_what_it_declares(found: Analysis) -> None:
    assert found.category in CATEGORIES
    assert CHINESE.search(found.title_zh)
    assert found.question.endswith("?")
    assert found.question_zh.endswith("？")
    assert found.summary.endswith(".")
    assert len(found.method) > len(found.summary), "the docstring says what is measured"
    assert CHINESE.search(found.method_zh), "the docstring says it in Chinese, too, after 方法："
    assert not CHINESE.search(re.sub("[(（].*?[)）]|（?孟庆松、韩文秀|政产学研金服用", "", found.method)), "and apart"
    for option in found.options:
        assert option.sentence, f"{option.name} has no sentence"
    for table in filter(None, (found.row, found.members)):
        for column in table.columns().values():
            assert column.sentence, f"{column.name} has no sentence"
            assert CHINESE.search(column.chinese), f"{column.name} has no Chinese"
            assert len(column.name_zh) <= 12, f"the Chinese name of {column.name} is a sentence: a colon ends the name"
    first, again = run(found.name, full_zone()), run(found.name, full_zone())
    check(first.table, found.row)
    assert first.table.to_json() == again.table.to_json()
    assert first.provenance == again.provenance
    for note in first.notes:
        assert CHINESE.search(note.zh) and note[:40] not in note.zh, note
    for language in ("en", "zh"):
        assert all(isinstance(sentence, str) for sentence in first.sentences(language))


def test_what_data_cannot_answer_is_said_in_chinese_too() -> None:
    """The report lists it in the reader's language: every DataError of an analysis is Bilingual."""
    analyses_folder = Path(inspect.getfile(Analysis)).parent / "analyses"
    for file in sorted(analyses_folder.glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "DataError":
                assert ast.unparse(call.args[0]).startswith("Bilingual("), f"{file.name}:{call.lineno}"


@name("found", ANALYSES, ids=lambda each: each.name)
def test_analysis_does_not_depend_on_the_order_of_rows(found: Analysis) -> None:
    net = full_zone()
    seats = net.memberships.assign(
        organisation=net.organisations["id"].to_numpy()[net.memberships["organisation"]],
        body=net.bodies["id"].to_numpy()[net.memberships["body"]],
    )
    shuffled = Network.from_frames(
        *(frame.sample(frac=1, random_state=7) for frame in (net.nodes, net.bodies, seats)),
        tables={kind: frame.sample(frac=1, random_state=7) for kind, frame in net.tables.items()},
    )
    assert shuffled.hash == net.hash
    assert run(found.name, net).table.to_json() == run(found.name, shuffled).table.to_json()


@name("found", ANALYSES, ids=lambda each: each.name)
@name("empty", [Network.of({}), Network.of({}, ["a"]), Network.of({"P": ["a"]}), Network.of({"P": ["a", "b"]})])
def test_analysis_has_an_answer_at_the_edges(found: Analysis, empty: Network) -> None:
    try:
        run(found.name, empty)
    except Exception as error:
        assert type(error).__module__ == "graphkit.errors", f"{type(error).__name__}: {error}"


def test_a_column_is_written_by_one_analysis_only() -> None:
    owners: dict[str, str] = {}
    for found in ANALYSES:
        for table in found.writes:
            for column in owned(table):
                place = f"{table.tie or table.label}.{column}"
                assert place not in owners, f"{place} is written by {owners[place]} and {found.name}"
                owners[place] = found.name
                assert cypher.name(column)


@name("found", QUERIES, ids=lambda each: each.name)
def test_query_is_what_it_declares(found: Query) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", found.name)
    assert found.question.endswith("?")
    assert found.question_zh.endswith("？")
    assert found.title_zh
    assert found.category in CATEGORIES
    assert set(found.needs) <= set(analyses())
    assert "ORDER BY" in found.text
    returned = re.split(r"\bRETURN\b", found.text)[-1].split("ORDER BY")[0]
    named = [re.split(r"\s+AS\s+|\.", part.strip())[-1].strip() for part in _parts(returned)]
    assert named == [column.name for column in found.columns]


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@name("found", LOADERS, ids=lambda each: each.name)
def test_loader_is_what_it_declares(found: shelf.Loader) -> None:
    assert found.summary.endswith(".")
    assert found.licence
    for argument in found.arguments:
        assert argument.sentence, f"{argument.name} has no sentence"
    if any(argument.required for argument in found.arguments):
        return
    records = list(found.load())
    assert not [record for record in records if isinstance(record, Reject)]
    counted: dict[str, set[object]] = {}
    for record in records:
        kind = type(record).__name__
        key = (record.start, record.end) if isinstance(record, schema.Tie) else getattr(record, "id", None)
        counted.setdefault(schema.TYPES.get(type(record), kind), set()).add(key)  # type: ignore[arg-type]
        assert record.row, "every record knows the row it was read from"
    for what, (low, high) in found.expect.items():
        assert low <= len(counted[what]) <= high
    assert found.expect


@name("found", VIEWS, ids=lambda each: each.name)
def test_view_is_what_it_declares(found: View) -> None:
    assert found.title
    assert found.title_zh
    assert found.summary.endswith(".")
    for needed in found.needs:
        options = {option.name for option in analyses()[needed.analysis].options}
        assert {key for key, _ in needed.options} <= options


def test_unknown_names_are_told_apart() -> None:
    with pytest.raises(UsageError, match="did you mean 'silos'"):
        run("silo", Network.of({}))
    with pytest.raises(UsageError, match="has no option 'colour'"):
        run("silos", Network.of({}), colour=1)


class _Faulty(Row):
    key = "id"


@name(
    ("text", "said"),
    [
        ("// title: A\n// what is this\nRETURN 1", "cannot read"),
        ("// title: A\n// param x: int = 1 - number\nRETURN 1", "declared but not used"),
        ("// title: A\nRETURN $x", "used but not declared"),
        ("// title: A\n// param x: colour = 1 - number\nRETURN $x", "no type 'colour'"),
    ],
)
def test_faulty_front_matter_is_refused(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        parse(text, "faulty")


def test_a_table_that_breaks_its_declaration_is_refused() -> None:
    with pytest.raises(TypeError, match="declares the columns"):
        check(pd.DataFrame({"id": [1], "other": [2]}), _Faulty)


def test_names_are_never_escaped() -> None:
    for hostile in ("a`b", "a b", "\\u0060", "", "1a", "a-b", "a;b"):
        with pytest.raises(ValueError, match="no plain name"):
            cypher.name(hostile)
