"""Talent (人才): scientists, engineers and entrepreneurs of every place, how they change posts, and who loses them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise, product
from typing import Annotated, Any

import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.themes import places
from graphkit.network import Network

TRINITY = {"scientist": "科学家", "engineer": "工程师", "entrepreneur": "企业家"}


class PlaceOfTalent(Row):
    """The people of one place, counted; nobody is named."""

    key = "place"
    place: Annotated[str, "value of the property, a zone or a region", "地区：所按属性的取值，高新区或区域"]
    people: Annotated[int, "people with a post there at any time (人才数)", "人才数：任何时候曾在当地任职者"]
    scientists: Annotated[int, "of them, scientists (科学家)", "科学家：其中的科学家"]
    engineers: Annotated[int, "engineers (工程师)", "工程师：其中的工程师"]
    entrepreneurs: Annotated[int, "entrepreneurs (企业家)", "企业家：其中的企业家"]
    missing: Annotated[str, "of the three, who is not there (三位一体缺位)", "缺位：三类人才中不在位者"]
    arrived: Annotated[int, "moves from another place to a post here (流入)", "流入：由外地来此任职的次数"]
    left: Annotated[int, "moves from a post here to another place (流出)", "流出：由此赴外地任职的次数"]
    net: Annotated[int, "arrived less left (净流入)", "净流入：流入减流出"]
    drain: Annotated[
        float | None,
        "left over arrived; none where nobody arrived (人才流失比)",
        "人才流失比：流出与流入之比；无人流入时为空",
    ]
    loses_to: Annotated[
        str, "place that most of those who left went to, and how many", "主要流向：流出人才去往最多的地区及人次"
    ]
    gains_from: Annotated[
        str, "place that most of those who arrived came from, and how many", "主要来源：流入人才来自最多的地区及人次"
    ]
    within: Annotated[int, "moves from one organisation of the place to another", "内部流动：在当地不同主体之间的流动"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say whether a place wins or loses people, and who of the three is missing."""
        flow = row["net"]
        if language == "zh":
            said = f"{row['place']}：人才流入 {row['arrived']}、流出 {row['left']}，"
            said += "收支平衡" if not flow else f"净流入 {flow}" if flow > 0 else f"净流失 {-flow}"
            said += f"，主要流向{row['loses_to']}" if flow < 0 else ""
            gone = "、".join(TRINITY[role] for role in row["missing"].split(", ") if role)
            return said + (f"；缺少{gone}。" if gone else "；科学家、工程师、企业家俱全。")
        said = f"{row['place']}: {row['arrived']} people moved in, {row['left']} out"
        said += f" (net {flow:+d})" + (f", mostly to {row['loses_to']}" if flow < 0 else "")
        return said + (f"; missing: {row['missing']}." if row["missing"] else "; all three kinds are there.")


class Change(Row):
    """How often people went from one kind of post to another."""

    key = "step"
    written = False
    step: Annotated[str, "from which kind of post to which", "流动类型：由何类岗位到何类岗位"]
    moves: Annotated[
        int,
        "moves between posts at different organisations or in different roles",
        "流动次数：在不同主体或不同角色的岗位之间的流动",
    ]
    share: Annotated[float | None, "of the moves from posts of the first kind", "占比：占由前一类岗位出发的流动的比例"]


@analysis(
    "Talent",
    "人才",
    "capital and talent",
    "Which places win and lose talent, and where is the trinity complete?",
    "哪些地方流入或流失人才，三位一体是否完备？",
)
def talent(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
) -> Annotated[Findings, PlaceOfTalent, Change]:
    """Count the people of every place by their kind, their moves between places, and between kinds of posts.

    A move leads from a person's post (WORKED_AT) to the next by the day it began; posts without a day are in no move,
    though their people count. A post is of the kind that its role says (scientist, engineer, entrepreneur), else of
    the kind of its person. The notes tell on how many platforms members with all three kinds of people meet. Persons
    are only counted: neither their ids nor their names leave the analysis.

    Raises DataError where there are no posts, or no organisation has the property.

    方法：按类型统计各地人才、地区之间的流动，以及岗位类型之间的流动。

    流动指一个人由一个岗位（WORKED_AT）到按起始日期排列的下一个岗位；没有日期的岗位不计入流动，但人才仍计数。岗位类型
    取其角色所示（科学家、工程师、企业家），否则取该人的类型。附注说明三类人才的所在主体在多少个平台上相遇。人员只作计
    数：其标识与姓名不会出现在分析结果中。

    没有任职数据，或没有主体具备该属性时，无法计算。
    """
    posts = net.table("WORKED_AT")
    if posts.empty:
        raise DataError(
            Bilingual(
                "there are no posts: load a source that says who worked where (Person, WORKED_AT)",
                "没有任职数据：请载入说明何人在何处任职的来源（Person、WORKED_AT）",
            )
        )
    where = places(net, by)
    people = net.table("Person")
    kind = {id_: role for id_, role in zip(people["id"], people["role"], strict=True) if role}
    kinds_at: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    everybody: dict[str, set[str]] = defaultdict(set)
    kinds_of: dict[str, set[str]] = defaultdict(set)  # by organisation
    careers: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    undated = 0
    for person, who, role, since in zip(*(posts[c] for c in ("start", "end", "role", "from")), strict=True):
        own = role if role in TRINITY else kind.get(person)
        if own:
            kinds_of[who].add(own)
        if who in where:
            everybody[where[who]].add(person)
            if own:
                kinds_at[where[who]][own].add(person)
        if since is None:
            undated += 1
        else:
            careers[person].append((since, who, own))
    moves = [(a, b) for posts_ in careers.values() for a, b in pairwise(sorted(posts_, key=_order))]
    between = [(where[a[1]], where[b[1]]) for a, b in moves if a[1] in where and b[1] in where and a[1] != b[1]]
    rows = [_place(place, everybody[place], kinds_at[place], between) for place in sorted(set(where.values()))]
    rows.sort(key=lambda row: (row["net"], row["place"]))
    table = pd.DataFrame(rows, columns=list(PlaceOfTalent.columns())).astype({"drain": object})
    table["drain"] = pd.Series([row["drain"] for row in rows], dtype=object)
    changes = Counter((a[2], b[2]) for a, b in moves if a[2] and b[2] and (a[1], a[2]) != (b[1], b[2]))
    return Findings(table, _changes(changes), _notes(net, kinds_of, undated, moves))


def _order(post: tuple[str, str, str | None]) -> tuple[str, str, str]:
    return post[0], post[1], post[2] or ""


def _place(
    place: str, everybody: set[str], kinds: Mapping[str, set[str]], between: list[tuple[str, str]]
) -> dict[str, Any]:
    out = Counter(b for a, b in between if a == place and b != place)
    into = Counter(a for a, b in between if b == place and a != place)
    left, arrived = sum(out.values()), sum(into.values())
    return {
        "place": place,
        "people": len(everybody),
        **{f"{role}s": len(kinds.get(role, ())) for role in TRINITY},
        "missing": ", ".join(role for role in TRINITY if not kinds.get(role)),
        "arrived": arrived,
        "left": left,
        "net": arrived - left,
        "drain": left / arrived if arrived else None,
        "loses_to": _most(out),
        "gains_from": _most(into),
        "within": sum(a == b == place for a, b in between),
    }


def _most(count: Counter[str]) -> str:
    best = min(count, key=lambda place: (-count[place], place), default=None)
    return "" if best is None else f"{best} ({count[best]})"


def _changes(changes: Counter[tuple[str, str]]) -> pd.DataFrame:
    whole = Counter(a for a, _ in changes.elements())
    rows = [
        (f"{a} → {b}", changes[a, b], changes[a, b] / whole[a] if whole[a] else None)
        for a, b in product(TRINITY, TRINITY)
    ]
    return pd.DataFrame(rows, columns=list(Change.columns()), dtype=object)


def _notes(net: Network, kinds_of: Mapping[str, set[str]], undated: int, moves: list[Any]) -> tuple[Bilingual, ...]:
    said = []
    if undated:
        said.append(
            Bilingual(
                f"{undated} posts have no first day (WORKED_AT.from), and are in no move.",
                f"{undated} 个任职没有起始日期（WORKED_AT.from），不计入流动。",
            )
        )
    if not moves:
        said.append(
            Bilingual("Nobody has two posts with a day: no move is told.", "没有人有两个带日期的任职：无法得出流动。")
        )
    ids, seats = net.organisations["id"].to_numpy(), net.memberships
    met: dict[int, set[str]] = defaultdict(set)
    for i, body in zip(seats["organisation"], seats["body"], strict=True):
        met[body] |= kinds_of.get(ids[i], set())
    platforms = [i for i, label in enumerate(net.bodies["label"]) if label != "Collaboration"]
    if platforms:
        whole = sum(len(met.get(i, ())) == len(TRINITY) for i in platforms)
        said.append(
            Bilingual(
                f"On {whole} of {len(platforms)} platforms ({100 * whole / len(platforms):.0f} %) members with "
                "scientists, engineers and entrepreneurs meet.",
                f"{len(platforms)} 个平台中有 {whole} 个（{100 * whole / len(platforms):.0f}%）汇聚了科学家、"
                "工程师与企业家所在的成员。",
            )
        )
    return tuple(said)
