"""Data quality (数据质量): what is missing, what is there twice, and which silo may be none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.measures.duplicates import duplicates, false_silos
from graphkit.network import Network

_SHOWN = 3  # ids and rows that stand beside a count; the second table has more
_BETWEEN = "; "  # between the rows of one thing, as networks have them
_THINGS = {"organisations": "主体", "bodies": "平台与协作", "memberships": "成员关系"}


@dataclass(frozen=True)
class _Kind:
    """One kind of check: where it belongs, and how it is said in English and Chinese when something was found."""

    area: str
    check: str
    en: str
    zh: str
    none: tuple[str, str] = ("", "")  # said when nothing was found


def _lacking(what: str, of: str, lost: str, what_zh: str, lost_zh: str) -> _Kind:
    return _Kind(
        "missing",
        f"{of} without {what}",
        f"{{found}} of {{of}} {of} have no {what} ({{share}}): {lost}.",
        f"{{of}}个{_THINGS[of]}中，{{found}}个缺少{what_zh}（{{share}}）：{lost_zh}。",
        (f"All {{of}} {of} have a {what}.", f"{{of}}个{_THINGS[of]}均有{what_zh}。"),
    )


_KINDS = (
    _lacking("name", "organisations", "duplicates among them cannot be found", "名称", "无法识别其中的重复记录"),
    _lacking(
        "role",
        "organisations",
        "which of the seven roles they play is not known",
        "角色",
        "无法判断属于七类主体中的哪一类",
    ),
    _lacking("country", "organisations", "they are in no silo by country", "国家", "无法计入国别孤岛"),
    _lacking("region", "organisations", "they are in no silo by region", "区域", "无法计入区域孤岛"),
    _lacking("stage", "bodies", "they are left out of the valley of death", "创新阶段", "无法计入死亡之谷分析"),
    _lacking(
        "date", "bodies", "they are in no year, and in every window", "起止日期", "无法归入年份，且落入所有时间窗口"
    ),
    _Kind(
        "duplicates",
        "pairs that are one without doubt",
        "{found} pairs of organisations are one without doubt; unite them (graphkit resolve on the command line).",
        "{found}对主体无疑为同一主体；请合并（命令行：graphkit resolve）。",
    ),
    _Kind(
        "duplicates",
        "pairs that may be one",
        "{found} pairs of organisations may be one; decide on them (graphkit resolve --review on the command line).",
        "{found}对主体可能为同一主体；请人工判定（命令行：graphkit resolve --review）。",
        ("No two organisations look like one.", "未发现疑似重复的主体。"),
    ),
    _Kind(
        "isolation",
        "organisations without a tie",
        "{found} of {of} organisations have no tie ({share}).",
        "{of}个主体中，{found}个没有任何联系（{share}）。",
        ("All {of} organisations have a tie.", "{of}个主体均有联系。"),
    ),
    _Kind(
        "isolation",
        "possible false silos",
        "{found} of {of} organisations without a tie have a near-duplicate that has ties: each may be a false silo.",
        "{of}个没有联系的主体中，{found}个与有联系的主体名称近似：可能是虚假孤岛。",
    ),
    _Kind(
        "size",
        "bodies without a member",
        "{found} of {of} bodies have no member.",
        "{of}个平台与协作中，{found}个没有成员。",
    ),
    _Kind(
        "size",
        "bodies of one member",
        "{found} of {of} bodies have one member only, and make no tie.",
        "{of}个平台与协作中，{found}个只有一个成员，不产生联系。",
        ("No body has one member only.", "没有只有一个成员的平台或协作。"),
    ),
    _Kind(
        "size",
        "large bodies",
        "{found} of {of} bodies are large; each ties all of its members to each other (--largest on the command line "
        "leaves them out).",
        "{of}个平台与协作中，{found}个规模过大，其成员两两相连（命令行选项 --largest 可将其排除）。",
        ("No body is so large that it dominates the ties.", "没有规模过大、主导全部联系的平台或协作。"),
    ),
    _Kind(
        "source",
        "things that no row shows",
        "{found} of {of} organisations, bodies and memberships name no row of a source.",
        "{of}个主体、平台、协作与成员关系中，{found}个没有来源行。",
    ),
    _Kind(
        "year",
        "years without a beginning",
        "In {found} of {of} years from the first to the last no body begins: a gap, or a source that is missing.",
        "首末年份之间的{of}年中，{found}年没有平台或协作启动：存在空缺或缺少来源。",
    ),
)
_ILLUSTRATIVE = ("organisations", "bodies", "other things and ties")
_MARKED = tuple(
    _Kind(
        "evidence",
        f"{what} that are illustrative",
        f"{{found}} of {{of}} {what} are made up to illustrate, no facts ({{share}}): no finding on them is one.",
        f"{{of}}个{_THINGS.get(what, '其他事物与关系')}中，{{found}}个为示例而非事实（{{share}}）：不可据此下结论。",
    )
    for what in _ILLUSTRATIVE
)
_BY_CHECK = {kind.check: kind for kind in (*_KINDS, *_MARKED)}


class Check(Row):
    """One question to the data, and how many things answer it."""

    key = "check"
    area: Annotated[
        str,
        "missing, evidence, duplicates, isolation, size, source or year",
        "类别：缺失、证据、重复、孤立、规模、来源或年份",
    ]
    check: Annotated[str, "what was counted", "检查项：统计的内容"]
    found: Annotated[int, "how many there are", "检出数"]
    of: Annotated[int, "of how many; for pairs, organisations", "总数：检查对象总数；对于成对检查为主体数"]
    share: Annotated[
        float | None, "found over of; none where there is nothing to count", "占比：检出数占总数的比例；无可统计时为空"
    ]
    ids: Annotated[str, f"ids of the first {_SHOWN}", f"标识：前 {_SHOWN} 个的标识"]
    rows: Annotated[
        str, f"rows of the sources that the first {_SHOWN} were read from", f"数据行：前 {_SHOWN} 个所读自的来源数据行"
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what was found; empty where there is nothing to find, or nothing to say about it."""
        if not row["of"]:
            return ""
        en, zh = _said(row["area"], row["check"], bool(row["found"]))
        share = _percent(row["share"], language)
        words = {"found": f"{row['found']:,}", "of": f"{row['of']:,}", "share": share}
        return (zh if language == "zh" else en).format(**words)


class Suspect(Row):
    """One thing that somebody should look at."""

    written = False
    check: Annotated[str, "the check that it belongs to", "检查项：所属的检查"]
    id: Annotated[str, "id of the organisation or body", "标识：主体或项目、平台的标识"]
    name: Annotated[str | None, "its name", "名称"]
    other: Annotated[str | None, "id of the organisation that it may be one with", "疑似重复：可能为同一主体的标识"]
    other_name: Annotated[str | None, "name of that one", "疑似重复名称"]
    score: Annotated[float | None, "how likely the two are one, 0 to 1", "相似得分：两者为同一主体的可能性，0 至 1"]
    reason: Annotated[str, "what says so", "依据"]
    reason_zh: Annotated[str, "what says so, in Chinese (依据)", "依据"]
    rows: Annotated[str, "rows of the sources that say so", "数据行：说明此项的来源数据行"]


@analysis(
    "Data quality",
    "数据质量",
    "quality",
    "How far can the data be trusted, and which silo may be none?",
    "数据质量如何，哪些可能是虚假孤岛？",
)
def quality(
    net: Network,
    *,
    large: Annotated[int, "members above which a body is large"] = 50,
    most: Annotated[int, "suspects of each kind that are listed"] = 200,
) -> Annotated[Findings, Check, Suspect]:
    """Count what is missing, what is there twice, alone or too large, and how much each source and year gives.

    - missing: organisations without a name, role, country or region; bodies without a stage, or with neither a first
      nor a last day.
    - evidence: what its source marks as illustrative: made up to show something, no fact.
    - duplicates: pairs of organisations that are one without doubt (one identifier, or one name and nothing against
      it) and were not united yet, then pairs that may be one; pairs that somebody refused are left out.
    - isolation: organisations without a tie, and how many of those have such a near-duplicate that has ties. Uniting
      the two would end the isolation, so each may be a false silo (虚假孤岛).
    - size: bodies of no member, of one member (no tie), and of more than `large` (n members make n(n-1)/2 ties).
    - source: organisations, bodies and memberships that each file says something of; year: bodies by the year of their
      first day.

    The second table lists the suspects with their rows. In an empty network nothing is missing and shares are none.

    方法：统计缺失、重复、孤立与过大之处，以及各来源、各年份提供的数据量。

    - 缺失：没有名称、角色、国家或区域的主体；没有阶段，或既无首日也无末日的项目与平台。
    - 证据：来源标明为示例的内容：为说明而编制，并非事实。
    - 重复：确为同一主体（标识相同，或名称相同且无相反证据）而尚未合并的对，以及可能为同一主体的对；已被否认的对不列。
    - 孤立：没有联系的主体，以及其中有一个有联系的疑似重复主体的数目。合并即可消除孤立，因此每一个都可能是虚假孤岛。
    - 规模：没有成员、只有一个成员（不产生联系）以及成员多于 large 的项目与平台（n 个成员产生 n(n−1)/2 条联系）。
    - 来源：各文件所涉及的主体、项目平台与成员关系数；年份：按首日所在年份统计的项目与平台。

    第二张表列出疑点及其数据行。空网络没有缺失，比例为空。
    """
    pairs = duplicates(net)
    suspected = {
        "pairs that are one without doubt": pairs[pairs["certain"].astype(bool)],
        "pairs that may be one": pairs[~pairs["certain"].astype(bool)],
        "possible false silos": false_silos(net, pairs),
    }
    sized = {
        "bodies without a member": net.sizes == 0,
        "bodies of one member": net.sizes == 1,
        "large bodies": net.sizes > large,
    }
    organisations = net.organisations.set_index("id", drop=False)
    suspects = [s for check, found in suspected.items() for s in _suspected(check, found, organisations)]
    suspects += [s for check, which in sized.items() for s in _sized(check, net, which)]
    alone = np.diff(net.ties.indptr) == 0
    evidence = {check: [s for s in suspects if s[0] == check] for check in (*suspected, *sized)}
    of_all = {"possible false silos": int(alone.sum())}
    checks = [*_missing(net), *_illustrative(net)]
    for check in suspected:
        if check == "possible false silos":
            checks.append(_count("organisations without a tie", net.organisations, alone))
        checks.append(_listed(check, evidence[check], of_all.get(check, len(net))))
    checks += [_listed(check, evidence[check], len(net.bodies)) for check in sized]
    checks += [*_sources(net), *_years(net)]
    table = pd.DataFrame(checks, columns=list(Check.columns()), dtype=object)
    listed = pd.DataFrame(suspects, columns=list(Suspect.columns()), dtype=object)
    kept = listed[listed.groupby("check").cumcount() < most].reset_index(drop=True)
    left = len(listed) - len(kept)
    return Findings(
        table,
        kept,
        (
            Bilingual(
                f"{left:,} suspects are not listed; --most on the command line says how many of each kind are.",
                f"另有 {left:,} 个疑点未列出；命令行选项 --most 设定每类列出的数量。",
            ),
        )
        * (left > 0),
    )


def _percent(share: float, language: str) -> str:
    under, text = 0 < share < 0.01, f"{100 * share:.0f}"
    if language == "zh":
        return "不足 1%" if under else f"{text}%"
    return "under 1 %" if under else f"{text} %"


def _said(area: str, check: str, found: bool) -> tuple[str, str]:
    """Find the sentences of a check in English and Chinese; those of sources and years are alike."""
    kind = _BY_CHECK.get(check)
    if kind is not None:
        return (kind.en, kind.zh) if found else kind.none
    if area == "year":
        return (
            f"{check}: {{found}} of {{of}} bodies begin ({{share}}).",
            f"{check}：{{of}}个平台与协作中，{{found}}个启动（{{share}}）。",
        )
    file, what = check.rsplit(": ", 1)
    return (
        f"{file} says something of {{found}} of {{of}} {what} ({{share}}).",
        f"{file}：涉及{{of}}个{_THINGS[what]}中的{{found}}个（{{share}}）。",
    )


def _suspected(check: str, pairs: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    for first, second, score, reasons, _ in pairs.itertuples(index=False, name=None):
        both = [organisations.loc[id_] for id_ in (first, second)]
        names = [_known(each["name"]) or _known(each["name_zh"]) for each in both]
        rows = [row for each in both if (row := _known(each["row"]))]
        yield check, first, names[0], second, names[1], score, reasons, reasons.zh, _BETWEEN.join(rows)


def _sized(check: str, net: Network, which: "np.ndarray[Any, Any]") -> Iterator[tuple[Any, ...]]:
    shown = net.bodies[which]
    for id_, name, row, size in zip(shown["id"], shown["name"], shown["row"], net.sizes[which], strict=True):
        members = f"{size} member{'' if size == 1 else 's'}"
        yield check, id_, _known(name), None, None, None, members, f"{size}个成员", _known(row) or ""


def _known(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _missing(net: Network) -> Iterator[tuple[Any, ...]]:
    organisations, bodies = net.organisations, net.bodies
    names = organisations["name"].isna() & organisations["name_zh"].isna()
    yield _count("organisations without name", organisations, names)
    for column in ("role", "country", "region"):
        yield _count(f"organisations without {column}", organisations, organisations[column].isna())
    yield _count("bodies without stage", bodies, bodies["stage"].isna())
    yield _count("bodies without date", bodies, bodies["from"].isna() & bodies["to"].isna())


def _illustrative(net: Network) -> Iterator[tuple[Any, ...]]:
    others = [frame for frame in net.tables.values() if len(frame)]
    for what, frames in zip(_ILLUSTRATIVE, ([net.organisations], [net.bodies], others), strict=True):
        marked = [frame[frame["evidence"] == "illustrative"] for frame in frames]
        check = f"{what} that are illustrative"
        rows = (row for frame in marked for row in frame["row"])
        ids = (id_ for frame in marked if "id" in frame for id_ in frame["id"])
        yield _check("evidence", check, sum(map(len, marked)), sum(map(len, frames)), ids, rows)


def _count(check: str, things: pd.DataFrame, which: "np.ndarray[Any, Any] | pd.Series[bool]") -> tuple[Any, ...]:
    shown = things[np.asarray(which)]
    return _check(_BY_CHECK[check].area, check, len(shown), len(things), shown["id"], shown["row"])


def _listed(check: str, suspects: list[tuple[Any, ...]], of: int) -> tuple[Any, ...]:
    """Count suspects of one kind; an organisation that several others may be is one false silo."""
    found = len({s[1] for s in suspects}) if check == "possible false silos" else len(suspects)
    return _check(_BY_CHECK[check].area, check, found, of, (s[1] for s in suspects), (s[8] for s in suspects))


def _check(
    area: str, check: str, found: int, of: int, ids: Iterable[str], rows: Iterable[str | None]
) -> tuple[Any, ...]:
    share = found / of if of else None
    return area, check, found, of, share, _first(ids, ", "), _first((row for row in rows if row), _BETWEEN)


def _first(texts: Iterable[str], between: str) -> str:
    return between.join(list(dict.fromkeys(texts))[:_SHOWN])


def _sources(net: Network) -> Iterator[tuple[Any, ...]]:
    """Count what each file says something of, file after file, and what no row shows."""
    things = {"organisations": net.organisations, "bodies": net.bodies, "memberships": net.memberships}
    counted: Counter[tuple[str, str]] = Counter()
    for what, table in things.items():
        for row in table["row"].dropna():
            counted.update({(file, what) for one in row.split(_BETWEEN) if (file := one.rpartition(":")[0])})
    for file in sorted({file for file, _ in counted}):
        for what, table in things.items():
            if counted[file, what]:
                yield _check("source", f"{file}: {what}", counted[file, what], len(table), (), ())
    shown = sum(int(table["row"].notna().sum()) for table in things.values())
    total = sum(map(len, things.values()))
    yield _check("source", "things that no row shows", total - shown, total, (), ())


def _years(net: Network) -> Iterator[tuple[Any, ...]]:
    """Count the bodies that begin in each year in which any does, and the years between in which none does."""
    began = Counter(str(day)[:4] for day in net.bodies["from"].dropna())
    if not began:
        return
    for year in sorted(began):
        yield _check("year", year, began[year], began.total(), (), ())
    years = int(max(began)) - int(min(began)) + 1
    yield _check("year", "years without a beginning", years - len(began), years, (), ())
