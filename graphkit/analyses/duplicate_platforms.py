"""Duplicate construction (重复建设): platforms that do the same for the same members in the same place."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError
from graphkit.measures.concentration import herfindahl
from graphkit.measures.themes import both_names, evidence, technology_names
from graphkit.network import Network

if TYPE_CHECKING:
    import networkx as nx

# What two platforms may have in common, and how much each counts; what is not known of both is left out of the mean.
WEIGHTS = {"members": 0.3, "technology": 0.3, "kind": 0.2, "place": 0.1, "time": 0.1}
LEVELS = ("national", "provincial", "municipal")


class Duplicate(Row):
    """Two platforms that may be one."""

    written = False
    first: Annotated[
        str,
        "platform that the other could join: the higher level, then the larger, then the older",
        "平台：另一平台可并入者；级别更高、规模更大或成立更早者在前",
    ]
    second: Annotated[str, "the other platform", "另一平台"]
    first_name: Annotated[str, "name of the first", "平台名称（英文）"]
    second_name: Annotated[str, "name of the second", "另一平台名称（英文）"]
    first_name_zh: Annotated[str, "Chinese name of the first", "平台名称"]
    second_name_zh: Annotated[str, "Chinese name of the second", "另一平台名称"]
    score: Annotated[
        float,
        "mean of the parts that are known of both, weighted 3 3 2 1 1 (相似度)",
        "相似度：双方均已知各项的加权均值，权重 3 3 2 1 1",
    ]
    members: Annotated[
        float, "shared over all members (Jaccard) (成员重合)", "成员重合：共同成员占全部成员的比例（Jaccard）"
    ]
    technology: Annotated[float | None, "cosine of what they are about (技术相似)", "技术相似：所涉技术的余弦相似度"]
    kind: Annotated[float | None, "1 for the same kind, else 0 (功能相同)", "功能相同：类型相同为 1，否则为 0"]
    place: Annotated[
        float | None,
        "1 for the same zone or, where a zone is not known, city (同地)",
        "同地：同一高新区为 1；高新区未知时按城市",
    ]
    time: Annotated[
        float | None,
        "overlap of their periods over both together (时间重叠)",
        "时间重叠：两者存续期的重叠占总跨度的比例",
    ]
    known: Annotated[int, "of the five parts, how many are known", "已知项数：五项中已知的项数"]
    group: Annotated[
        int,
        "number of the group of platforms that hang together by such pairs",
        "平台群：由此类相似关系连成一片的平台群编号",
    ]
    proposal: Annotated[str, "merge, share or coordinate (合并、共享、统筹)", "建议：合并、共享或统筹"]
    shared: Annotated[str, "members of both", "共同成员（英文）：两平台的共同成员"]
    shared_zh: Annotated[str, "their Chinese names", "共同成员：两平台的共同成员"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what to do with two platforms, and why."""
        if language == "zh":
            what = {
                "merge": "建议合并",
                "share": "建议共享设施与成员",
                "coordinate": "建议统筹分工",
            }[row["proposal"]]
            why = f"；共同成员：{row['shared_zh']}" if row["shared_zh"] else ""
            return (
                f"{row['first_name_zh']}与{row['second_name_zh']}疑似重复（相似度 {row['score']:.2f}）：{what}{why}。"
            )
        what = {
            "merge": "could be merged",
            "share": "could share members and equipment",
            "coordinate": "should divide the work between them",
        }[row["proposal"]]
        why = f"; members of both: {row['shared']}" if row["shared"] else ""
        return f"{row['first_name']} and {row['second_name']} look alike ({row['score']:.2f}) and {what}{why}."


class Spread(Row):
    """How the platforms of one technology are spread over places."""

    key = "technology"
    written = False
    technology: Annotated[str, "technology", "技术"]
    platforms: Annotated[int, "platforms about it whose place is known", "平台数：涉及该技术且地点已知的平台"]
    places: Annotated[int, "zones, or cities, that have one", "地区数：拥有此类平台的高新区或城市数"]
    concentration: Annotated[
        float | None,
        "Herfindahl index of platforms over places: 1 is all in one (集中度)",
        "集中度：平台在各地区间的赫芬达尔指数，1 为全在一地",
    ]
    most: Annotated[str, "place with most of them, and how many", "最集中地区：拥有最多此类平台的地区及数量"]
    same_kind: Annotated[
        int,
        "most platforms of one kind in one place; above 1 look there first",
        "同类最多：一地之中同一类型平台的最大数量；大于 1 者应先核查",
    ]


@analysis(
    "Duplicate platforms",
    "重复建设",
    "platforms",
    "Which platforms do the same for the same members?",
    "哪些平台属于重复建设？",
)
def duplicate_platforms(
    net: Network,
    *,
    threshold: Annotated[float, "score from which on two platforms are told, 0 to 1"] = 0.6,
) -> Annotated[Findings, Duplicate, Spread]:
    """Compare platforms that share a technology or a member by members, technology, kind, place and time.

    Members: the Jaccard index. Technology: the cosine of the weights of ABOUT. Kind and place: the same or not. Time:
    the years that the periods share over the years of both, open ends reaching as far as the other or the last day
    known. The score is their mean weighted 3, 3, 2, 1, 1 over those known of both platforms; members always are. A
    pair of the same kind in the same place and time is proposed for merging, one of the same kind elsewhere for
    sharing, any other for coordination. A part counted as known for a pair that shares none of it is 0.

    Every body that is not a collaboration is a platform. Raises DataError where there are fewer than two.

    方法：对涉及同一技术或有共同成员的平台，比较其成员、技术、类型、地点与时间。

    成员：Jaccard 指数。技术：ABOUT 权重的余弦相似度。类型与地点：相同与否。时间：两者存续期重叠的年数占总跨度的比例，
    未写终止日期者延伸至对方的终止日或数据的最后一日。相似度为双方均已知各项按 3、3、2、1、1 加权的均值；成员始终已知。
    同地、同时、同类型者建议合并，异地同类型者建议共享，其余建议统筹。已知而毫无共同者该项为 0。

    凡不是合作项目的机构体均视为平台。少于两个平台时无法计算。
    """
    import networkx as nx

    platforms = net.bodies[net.bodies["label"] != "Collaboration"]
    if len(platforms) < 2:
        raise DataError(
            Bilingual(
                "there are fewer than two platforms: load a source with standing bodies (Platform)",
                "平台不足两个：请载入含平台的来源（Platform）",
            )
        )
    facts = _facts(net, platforms)
    names = both_names(platforms)
    called = both_names(net.organisations)
    found: list[dict[str, Any]] = []
    for a, b in sorted(_candidates(facts)):
        parts = _parts(facts[a], facts[b])
        known = {part: value for part, value in parts.items() if value is not None}
        score = sum(WEIGHTS[part] * value for part, value in known.items()) / sum(WEIGHTS[part] for part in known)
        if round(score, 9) >= threshold:
            first, second = sorted((a, b), key=lambda id_: facts[id_]["order"])
            both = sorted(facts[a]["members"].keys() & facts[b]["members"].keys())
            rows = [facts[id_]["row"] for id_ in (a, b)] + [
                facts[id_]["members"][who] for id_ in (a, b) for who in both
            ]
            found.append(
                {
                    "first": first,
                    "second": second,
                    **{f"{side}_name": names[id_][0] for side, id_ in (("first", first), ("second", second))},
                    **{f"{side}_name_zh": names[id_][1] for side, id_ in (("first", first), ("second", second))},
                    "score": round(score, 9),
                    **parts,
                    "known": len(known),
                    "proposal": _proposal(parts),
                    "shared": ", ".join(called[who][0] for who in both),
                    "shared_zh": "、".join(called[who][1] for who in both),
                    "evidence": evidence(rows),
                }
            )
    found.sort(key=lambda row: (-row["score"], row["first"], row["second"]))
    groups: nx.Graph[str] = nx.Graph([(row["first"], row["second"]) for row in found])
    number = {id_: i for i, part in enumerate(_ordered(groups, found), 1) for id_ in part}
    table = pd.DataFrame(
        [row | {"group": number[row["first"]]} for row in found], columns=list(Duplicate.columns()), dtype=object
    )
    absent = [part for part in ("technology", "kind", "place") if not any(own[part] for own in facts.values())]
    notes = [
        Bilingual(
            f"No platform has a {part}: the score is told without it.",
            f"没有平台具备{property_zh(part)}信息：相似度不含此项。",
        )
        for part in absent
    ]
    return Findings(table, _spread(net, facts), tuple(notes))


def _facts(net: Network, platforms: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Read what is known of every platform."""
    topics: dict[str, dict[str, float]] = defaultdict(dict)
    about = net.table("ABOUT")
    for label, start, end, weight in zip(*(about[c] for c in ("start_label", "start", "end", "weight")), strict=True):
        if label == "Platform":
            topics[start][end] = 1.0 if weight is None else float(weight)
    members: dict[str, dict[str, str]] = defaultdict(dict)
    ids, bodies = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    seats = net.memberships
    for i, body, row in zip(seats["organisation"], seats["body"], seats["row"], strict=True):
        members[bodies[body]][ids[i]] = row
    facts = {}
    for own in platforms.to_dict("records"):
        id_, level = own["id"], own["level"]
        rank = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        facts[id_] = {
            "members": members.get(id_, {}),
            "technology": topics.get(id_, {}),
            "kind": own["kind"],
            "place": own["zone"] or own["city"],
            "time": (own["from"], own["to"]),
            "row": own["row"],
            "order": (rank, -len(members.get(id_, ())), own["from"] or "9999", id_),
        }
    return facts


def _candidates(facts: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Pair the platforms that share a technology or a member, and no others."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for id_, own in facts.items():
        for key in (*own["members"], *own["technology"]):
            blocks[key].append(id_)
    return {(min(a, b), max(a, b)) for some in blocks.values() for a, b in combinations(some, 2)}


def _parts(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, float | None]:
    mine, theirs = one["members"].keys(), other["members"].keys()
    either = len(mine | theirs)
    return {
        "members": len(mine & theirs) / either if either else 0.0,
        "technology": _cosine(one["technology"], other["technology"]),
        "kind": _same(one["kind"], other["kind"]),
        "place": _same(one["place"], other["place"]),
        "time": _overlap(one["time"], other["time"]),
    }


def _same(one: object, other: object) -> float | None:
    return None if one is None or other is None else float(one == other)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    if not one or not other:
        return None
    from sklearn.metrics.pairwise import cosine_similarity

    topics = sorted({*one, *other})
    return round(float(cosine_similarity(*([[own.get(t, 0.0) for t in topics]] for own in (one, other)))[0, 0]), 12)


def _overlap(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> float | None:
    """Share of the time of both that is the time of each; a platform without an end ends with the later known day."""
    if one[0] is None or other[0] is None:
        return None
    latest = max(day for day in (*one, *other) if day is not None)
    spans = [(_year(start), _year(end or latest)) for start, end in (one, other)]
    both = min(end for _, end in spans) - max(start for start, _ in spans)
    either = max(end for _, end in spans) - min(start for start, _ in spans)
    open_ended = one[1] is None and other[1] is None
    return 1.0 if open_ended or not either else round(max(both, 0.0) / either, 9)


def _year(day: str | None) -> float:
    text = day or "0000"
    return int(text[:4]) + (int(text[5:7]) - 1) / 12 + (int(text[8:10]) - 1) / 365


def _proposal(parts: Mapping[str, float | None]) -> str:
    same_kind, same_place = parts["kind"] != 0, parts["place"] != 0
    together = parts["time"] is None or parts["time"] > 0
    if same_kind and same_place and together:
        return "merge"
    return "share" if same_kind else "coordinate"


def _ordered(graph: "nx.Graph[str]", found: list[dict[str, Any]]) -> list[set[str]]:
    import networkx as nx

    parts = [set(part) for part in nx.connected_components(graph)]
    best = {id_: i for i, row in reversed(list(enumerate(found))) for id_ in (row["first"], row["second"])}
    return sorted(parts, key=lambda part: min(best[id_] for id_ in part))


def _spread(net: Network, facts: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    at: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for own in facts.values():
        for topic in own["technology"] if own["place"] is not None else ():
            at[topic].append((own["place"], own["kind"]))
    names = technology_names(net, at)
    rows: list[dict[str, Any]] = []
    for topic, some in at.items():
        places = Counter(place for place, _ in some)
        alike = Counter(each for each in some if each[1] is not None)
        most = min(places, key=lambda place: (-places[place], place))
        rows.append(
            {
                "technology": names[topic][0],
                "platforms": len(some),
                "places": len(places),
                "concentration": herfindahl(list(places.values())),
                "most": f"{most} ({places[most]})",
                "same_kind": max(alike.values(), default=0),
            }
        )
    rows.sort(key=lambda row: (-row["same_kind"], -row["platforms"], row["technology"]))
    return pd.DataFrame(rows, columns=list(Spread.columns()))
