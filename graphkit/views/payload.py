"""What a page carries: the network, its layout and the tables, packed small enough to travel inside one file.

Ties are not packed: the script computes them from the seats by the formula of `Network.project`, which takes a tenth
of the room. Repeated texts are packed as numbers into a list, organisations in tables as row numbers.
"""

import math
import re
import string
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graphkit.analysis import Result, Row, find
from graphkit.bilingual import Bilingual
from graphkit.categories import CATEGORIES
from graphkit.layout import two_level
from graphkit.measures.chains import leading
from graphkit.network import Network
from graphkit.terms import chinese, english
from graphkit.view import Need, Page
from graphkit.views.pinyin import pinyin

SAID = 24  # rows of a table that are also said in a sentence; of what the network's panel shows, every row
ALL_SAID = {"silos", "bridges"}
# What the network reads of tables with a row for every organisation; of other tables it reads all.
READ = {
    "communities": {"id", "community_certainty"},
    "brokers": {"id", "broker_betweenness", "broker_constraint", "broker_effective_size", "broker_efficiency"},
}
DIGITS = 6
MANY = 20_000  # above so many organisations the whole is shown by its groups
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
# Chinese has no space where a line ended, nor beside its punctuation.
_HAN_BREAK = re.compile(
    "(?<=[\u2e80-\u9fff]) (?=[\u2e80-\u9fff])|(?<=[\u3000-\u303f\uff00-\uffef]) | (?=[\u3000-\u303f\uff00-\uffef])"
)
_BREAK = re.compile(r"(?<!\n)\n(?!\n|- ) *")
AS_WRITTEN = {"id", "ids", "rows", "evidence"}  # columns of identifiers, and of places in files
FACTS = ("role", "sector", "country", "region", "zone", "city", "leader", "founded")


NOT_COMPUTED = Bilingual("It was not computed for this page.", "本页未计算。")
# What a director reads first, and how many lines of each.
HEADLINES: Mapping[str, int] = {"silos by=zone": 2, "silos": 2, "bridges": 3, "new-platforms": 1, "isolation": 2}
NO_PICTURES: Mapping[str, Sequence[Mapping[str, Any]]] = {}


def payload(
    net: Network,
    page: Page,
    needs: tuple[Need, ...],
    *,
    findings: bool,
    headlines: Mapping[str, int] = HEADLINES,
    pictures: Mapping[str, Sequence[Mapping[str, Any]]] = NO_PICTURES,
) -> dict[str, Any]:
    """Pack a network and the results of `needs` for the script of the page; `findings` adds the report around it.

    `headlines` says of which results, by the key of their need, how many sentences stand at the top of the report;
    `pictures` holds the blocks (views/figures.py) that stand in the section of a result.
    """
    group = groups(net, page.results)
    drawn = two_level(net, None if set(group) <= {None} else pd.factorize(np.array(group, object), sort=True)[0])
    place = np.round(drawn.positions * 100).astype(int)
    place -= place.min(axis=0, initial=0)
    sections = [_section(net, page, each, findings) | _drawn(pictures.get(each.key, ())) for each in needs]
    return {
        "title": pair(page.title),
        "findings": findings,
        "language": page.language,
        "headlines": dict(headlines),
        "weighting": net.weighting,
        "many": MANY,
        "hash": net.hash,
        "sources": [{str(k): plain(v) for k, v in source.items()} for source in page.sources],
        "organisations": _organisations(net),
        "x": numbers(place[:, 0].tolist()),
        "y": numbers(place[:, 1].tolist()),
        "group": coded(group),
        "bodies": _bodies(net),
        "seats": _seats(net),
        "missing": _missing(net),
        "declared": _declared(sections),
        "sections": sections,
    }


def _declared(sections: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Take out of the sections, by analysis, what several by one analysis share: its method, and what columns say."""
    found: dict[str, dict[str, Any]] = {}
    for section in sections:
        said = found.setdefault(section["analysis"], {"table": {}, "members": {}})
        if "method" in section:
            said["method"] = section.pop("method")
        for part in ("table", "members"):
            columns = (section.get(part) or {"columns": ()})["columns"]
            said[part] |= {column["name"]: column.pop("help") for column in columns}
    return found


def groups(net: Network, results: Mapping[str, Result]) -> list[str | None]:
    """Each organisation's silo where silos were computed, else its community; None where it has neither."""
    for key, column in (("silos", "silo"), ("communities", "community")):
        result = results.get(key)
        table = None if result is None else result.members if key == "silos" else result.table
        if table is not None and column in table.columns:
            found = pd.Series(table[column].to_numpy(dtype=object), index=table["id"]).reindex(net.organisations["id"])
            return _texts(found)
    return [None] * len(net)


def numbers(values: Sequence[int]) -> str:
    """Pack whole numbers from -1 on as text: how many letters each takes, then their letters, 64 to a place.

    >>> numbers([-1, 0, 1, 62])
    '1ABC_'
    """
    width, most = 1, max(values, default=0) + 1
    while 64**width <= most:
        width += 1
    places = [64**place for place in reversed(range(width))]
    return f"{width}" + "".join(ALPHABET[(value + 1) // place % 64] for value in values for place in places)


def coded(values: Sequence[Any]) -> dict[str, Any] | list[Any]:
    """Pack values: as they are, or as numbers into the list of distinct ones where that is shorter (-1 is missing).

    >>> coded(["ES", "ES", None, "ES", "FR"])
    {'of': ['ES', 'FR'], 'at': '1BBABC'}
    """
    distinct, codes = _codes(values)
    return list(values) if 2 * len(distinct) > len(values) else {"of": distinct, "at": numbers(codes)}


def lines(values: Sequence[str | None]) -> dict[str, Any] | list[str | None]:
    """Pack places in files: `file:line` as a file and a number, or as they are where some have another form.

    >>> lines(["a.csv:2", "a.csv:3", None])
    {'of': ['a.csv'], 'at': '1BBA', 'line': '1DEB'}
    """
    parts = [None if value is None else re.fullmatch(r"(.*):(\d{1,12})", value, re.DOTALL) for value in values]
    if any(part is None and value is not None for part, value in zip(parts, values, strict=True)):
        return list(values)
    files, at = _codes([part[1] if part else None for part in parts])
    return {
        "of": files,
        "at": numbers(at),
        "line": numbers([int(part[2]) if part else 0 for part in parts]),
    }


def _organisations(net: Network) -> dict[str, Any]:
    frame = net.organisations
    facts = {}
    for name in FACTS:
        if frame[name].notna().any():
            facts[name] = coded([_text(value) for value in frame[name]])
    led = leading(net)
    if led is not None and len(set(led)) > 1:
        facts["chain"] = coded(led)
    return {
        "id": frame["id"].tolist(),
        "name": _texts(frame["name"]),
        "zh": _few(frame["name_zh"]),
        "pinyin": pinyin(_chinese(frame)),
        "aliases": _few([" · ".join(value) if value else None for value in frame["aliases"]]),
        "row": lines(_texts(frame["row"])),
        "facts": facts,
    }


def _bodies(net: Network) -> dict[str, Any]:
    frame = net.bodies
    return {
        "id": frame["id"].tolist(),
        "name": _texts(frame["name"]),
        "zh": _few(frame["name_zh"]),
        "pinyin": pinyin(_chinese(frame)),
        **{name: coded(_texts(frame[name])) for name in ("label", "kind", "from", "to")},
    }


def _seats(net: Network) -> dict[str, Any]:
    """Pack the seats, one organisation after the other."""
    seats = net.memberships
    return {
        "count": numbers(np.bincount(seats["organisation"].to_numpy(), minlength=len(net)).tolist()),
        "body": numbers(seats["body"].tolist()),
        "role": coded(_texts(seats["role"])),
        "row": lines(_texts(seats["row"])),
    }


def _missing(net: Network) -> dict[str, int]:
    """Count what a reader must know to be missing before believing a finding; the rest is said by `quality`."""
    organisations, bodies = net.organisations, net.bodies
    return {
        **{name: int(organisations[name].isna().sum()) for name in ("role", "region", "country", "name")},
        "stage": int(bodies["stage"].isna().sum()),
        "date": int((bodies["from"].isna() & bodies["to"].isna()).sum()),
    }


def _section(net: Network, page: Page, need: Need, findings: bool) -> dict[str, Any]:
    """Pack one result: its question, findings in sentences, tables, method and origin; or why there is none.

    Without the report around it, only what the network reads.
    """
    result = page.results.get(need.key)
    found = find(need.analysis) if result is None else result.analysis
    about = {
        "key": need.key,
        "analysis": need.analysis,
        "options": dict(need.options),
        "title": [found.title, found.title_zh],
        "chapter": [found.category.capitalize(), CATEGORIES[found.category]],
        "question": [found.question, found.question_zh],
    }
    if result is None:
        return {**about, "missing": pair(page.missing.get(need.key, NOT_COMPUTED))}
    if not findings:
        return {
            **about,
            "said": [_sentences(result, language) if need.analysis in ALL_SAID else [] for language in ("en", "zh")],
            "table": _table(net, result.table, found.row, READ.get(need.analysis)),
        }
    return {
        **about,
        "said": [_sentences(result, language) for language in ("en", "zh")],
        "notes": [[english(said, net.called), zh] for said, zh in map(pair, result.notes)],
        "method": [flowing(found.method), flowing(found.method_zh)],
        "table": _table(net, result.table, found.row),
        "members": None
        if result.members is None or found.members is None
        else _table(net, result.members, found.members),
        "provenance": {str(key): plain(value) for key, value in result.provenance.items()},
    }


def pair(said: str) -> list[str]:
    """Give a sentence in English and in Chinese, empty where its Chinese is not known."""
    return [str(said), said.zh if isinstance(said, Bilingual) else ""]


def flowing(text: str) -> str:
    """Undo the line breaks that paragraphs and items of a list have in a source file; blank lines part paragraphs.

    >>> flowing("First line,\\nsecond.\\n\\n- one\\n  item\\n- 孤岛\\n  与桥")
    'First line, second.\\n\\n- one item\\n- 孤岛与桥'
    """
    return _HAN_BREAK.sub("", _BREAK.sub(" ", text))


def _drawn(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"pictures": list(blocks)} if blocks else {}


def _sentences(result: Result, language: str) -> list[str]:
    return result.said(language, None if result.analysis.name in ALL_SAID else SAID)


def _table(net: Network, table: pd.DataFrame, row: type[Row], only: Collection[str] | None = None) -> dict[str, Any]:
    """Pack a table column by column, with what each column says.

    Of a table with a row for every organisation `only` some columns can be asked for: then its rows stand in the order
    of the organisations, whose numbers need not travel.
    """
    index = pd.Index(net.organisations["id"])
    if only is not None:
        table = table.iloc[np.argsort(index.get_indexer(pd.Index(table[row.key])), kind="stable")]
    tied = {row.start, row.end} if row.tie else {row.key} if row.label == "Organisation" else set()
    rows_of = {name: index.get_indexer(pd.Index(table[name])) for name in tied & set(table.columns)}
    rows_of = {name: rows for name, rows in rows_of.items() if (rows >= 0).all()}
    ids = net.organisations["id"]
    names = np.array([name or id_ for name, id_ in zip(_texts(net.organisations["name"]), ids, strict=True)], object)
    packed, coded_before = [], dict[str, list[int]]()
    for name, column in row.columns().items():
        if only is not None and name not in only:
            continue
        of = {"name": row.key}.get(name, name.removesuffix("_name") if name.endswith("_name") else "")
        if name in rows_of:
            all_in_order = np.array_equal(rows_of[name], np.arange(len(net)))
            data: Any = {"organisation": None if all_in_order else numbers(rows_of[name].tolist())}
        elif of in rows_of and table[name].tolist() == names[rows_of[of]].tolist():
            data = {"name_of": of}
        else:
            data = _column(name, table[name], coded_before)
        packed.append({"name": name, "help": [column.sentence, column.chinese], "data": data})
    # Of organisations the page has the names; an identifier that has a name beside it is left as it is.
    own = {row.key} if row.label and "name" in table else set()
    others = [
        each["name"]
        for each in packed
        if not {"organisation", "name_of"} & set(each["data"])
        and each["name"] not in own
        and f"{each['name']}_name" not in table
    ]
    return {"rows": len(table), "columns": packed, "words": {} if only else words(table[others], net.called)}


def words(table: pd.DataFrame, called: Mapping[str, Bilingual]) -> dict[str, dict[str, dict[str, str]]]:
    """Say in English and in Chinese, by column, each value that has other words there.

    In English these are the names of what a value is the code of, or has in Chinese. A column with a Chinese twin
    (`reasons` and `reasons_zh`) is left out of the Chinese, and its twin tells what its values are.
    """
    texts = {str(name): [value for value in table[name].unique() if isinstance(value, str)] for name in table}
    twins = [name for name in texts if f"{name}_zh" in texts]
    names: dict[str, str] = {**called}
    for name in twins:
        names |= dict(zip(table[name], table[f"{name}_zh"], strict=True))
    found: dict[str, dict[str, dict[str, str]]] = {"en": {}, "zh": {}}
    for name, values in texts.items():
        if name in AS_WRITTEN or name.endswith("_zh"):
            continue
        found["en"][name] = {value: told for value in values if (told := english(value, called)) != value}
        if name not in twins:
            found["zh"][name] = {value: told for value in values if (told := chinese(value, names)) != value}
    return {language: {name: said for name, said in by.items() if said} for language, by in found.items()}


def _column(name: str, values: "pd.Series[Any]", before: dict[str, list[int]]) -> Any:
    """Pack a column; one that follows from a column before it (a group's figure beside the group) by that one."""
    told = [plain(value) for value in values]
    distinct, codes = _codes(told)
    for other, others in before.items():
        pairs = set(zip(others, codes, strict=True))
        by = dict(pairs)
        if len(by) == len(pairs) and by.pop(-1, -1) == -1:
            return {"as": other, "of": [distinct[by[code]] if by[code] >= 0 else None for code in range(len(by))]}
    if 2 * len(distinct) > len(told):
        return told
    before[name] = codes
    return {"of": distinct, "at": numbers(codes)}


def _codes(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """List the distinct values in order of appearance, and which of them each value is; -1 for None."""
    keys = [(type(value).__name__, value) for value in values]  # True is not 1
    distinct = [key for key in dict.fromkeys(keys) if key[1] is not None]
    number = {key: position for position, key in enumerate(distinct)}
    return [value for _, value in distinct], [number.get(key, -1) for key in keys]


def plain(value: Any) -> Any:
    """Turn a value into one that JSON can say: numbers to six digits, missing to None, lists to text."""
    if isinstance(value, str):  # most are
        return str(value)
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _short(float(value))
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return "; ".join(str(plain(each)) for each in value)
    return str(value)


def _short(value: float) -> float | int | str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    return float(f"{value:.{DIGITS}g}")


def _text(value: Any) -> str | None:
    said = plain(value)
    return None if said is None else str(said)


def _texts(values: Iterable[Any]) -> list[str | None]:
    return [_text(value) for value in values]


def _chinese(frame: pd.DataFrame) -> list[str | None]:
    return [zh or name for zh, name in zip(_texts(frame["name_zh"]), _texts(frame["name"]), strict=True)]


def _few(values: Iterable[Any]) -> dict[str, str]:
    """Pack texts that most organisations lack: by row number."""
    return {str(position): str(value) for position, value in enumerate(values) if value is not None}
