"""Missed encounters (错失的相遇、信息不对称): alike in what they work on, unlike in role, and far apart."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import UsageError
from graphkit.measures.gain import NONE, hops
from graphkit.measures.groups import ungrouped
from graphkit.measures.portrait import names_of
from graphkit.measures.technologies import portfolios
from graphkit.network import Network
from graphkit.terms import chinese

BLOCK = 256


class MissedEncounter(Row):
    """Two organisations that should know each other and do not."""

    start, end = "one", "other"
    one: Annotated[str, "organisation", "主体"]
    other: Annotated[str, "organisation that it has not met", "未相遇主体：尚未合作过的主体"]
    one_name: Annotated[str, "name of the first", "主体名称"]
    other_name: Annotated[str, "name of the second", "未相遇主体名称"]
    one_role: Annotated[str | None, "role of the first (角色)", "主体角色"]
    other_role: Annotated[str | None, "role of the second (角色)", "未相遇主体角色"]
    similarity: Annotated[float, "cosine of their fields, 0 to 1 (技术相似度)", "技术相似度：领域的余弦相似度，0 至 1"]
    distance: Annotated[
        int | None, "hops between them; none where there is no way (距离)", "距离：相隔的步数；不连通时为空"
    ]
    shared_fields: Annotated[
        str,
        "fields of both, those that make most of the cosine first",
        "共同领域：双方共有的领域，对相似度贡献最大者在前",
    ]
    score: Annotated[
        float,
        "similarity times distance; no way counts one hop more than the longest of the network's",
        "得分：相似度 × 距离；不连通时按网络最长距离加一步计",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who has missed whom, and over what."""
        far = row["distance"]
        roles = [str(role or "").replace("_", " ") for role in (row["one_role"], row["other_role"])]
        if language == "zh":
            roles = [chinese(role) for role in roles]
            apart = "彼此不可达" if far is None else f"相距{far:.0f}步"
            return (
                f"{row['one_name']}（{roles[0]}）与{row['other_name']}（{roles[1]}）在{row['shared_fields']}上相近"
                f"（相似度{row['similarity']:.2f}），但{apart}。"
            )
        apart = "there is no way between them" if far is None else f"they are {far:.0f} hops apart"
        return (
            f"{row['one_name']} ({roles[0]}) and {row['other_name']} ({roles[1]}) both work on {row['shared_fields']} "
            f"(similarity {row['similarity']:.2f}), yet {apart}."
        )


@analysis(
    "Missed encounters",
    "错过的相遇",
    "bridges",
    "Who works on the same things and has never met?",
    "谁做着相近的事却从未相遇？",
)
def missed_encounters(
    net: Network,
    *,
    similarity: Annotated[float, "least cosine of two portfolios, above 0 to 1"] = 0.6,
    apart: Annotated[int, "least hops between them"] = 3,
    pairs: Annotated[int, "pairs listed"] = 50,
    cap: Annotated[int, "most pairs that one organisation is listed in"] = 3,
    over: Annotated[str | None, "technology or programme; else technologies where there are any"] = None,
) -> Annotated[Findings, MissedEncounter]:
    """List pairs alike in fields, of different known roles, without a tie and some hops from each other.

    Ranked by similarity times distance (a missing way counts one hop more than the longest way there is among these
    pairs, at least `apart`), then by the fields that they share; an organisation appears in at most `cap` pairs.
    Complementary means of two different roles of 政产学研金服用. Organisations without role or field are left out.
    Raises DataError where nothing has a technology or a programme, or no organisation a role.

    方法：列出领域相近、已知角色不同、尚无联系且相隔若干步的主体对。

    按相似度 × 距离排序（不连通时按这些主体对中最长距离加一步计，至少为 apart），再按共同领域排序；每个主体至多出现在
    cap 对中。互补指政产学研金服用中的两种不同角色。没有角色或领域的主体不计入。没有技术或计划信息，或没有主体具备
    角色时，无法计算。
    """
    if not 0 < similarity <= 1 or apart < 2 or pairs < 1 or cap < 1:
        raise UsageError(
            "--similarity lies above 0 and at most at 1, --apart is 2 or more, --pairs and --cap 1 or more"
        )
    found = portfolios(net, over)
    unit = found.unit()
    role = net.group("role").to_numpy()
    if pd.isna(role).all():
        raise ungrouped("role", choice=False)
    usable = np.flatnonzero((np.diff(unit.indptr) > 0) & pd.notna(role))
    codes = np.full(len(net), -1)
    codes[usable] = pd.factorize(role[usable], sort=True)[0]
    kept = [np.empty((0, 2), dtype=np.int64)]
    alike, hop = [np.empty(0)], [np.empty(0, dtype=np.int64)]
    for low in range(0, len(usable), BLOCK):
        mine = usable[low : low + BLOCK]
        close = sp.coo_array(unit[mine] @ unit[usable].T)
        one, other, value = mine[close.row], usable[close.col], close.data.round(12)
        good = (value >= similarity) & (one < other) & (codes[one] != codes[other])
        one, other, value = one[good], other[good], value[good]
        if not len(one):
            continue
        sources, place = np.unique(one, return_inverse=True)
        distance = hops(net.ties, sources)[other, place].astype(np.int64)
        far = distance >= apart
        kept.append(np.column_stack([one[far], other[far]]))
        alike.append(value[far])
        hop.append(distance[far])
    ends, value, distance = np.concatenate(kept), np.concatenate(alike), np.concatenate(hop)
    reached = distance < NONE
    longest = max(int(distance[reached].max(initial=0)), apart - 1)
    score = value * np.where(reached, distance, longest + 1)
    depth = np.diff(unit.indptr)
    both = np.minimum(depth[ends[:, 0]], depth[ends[:, 1]])
    order = np.lexsort((ends[:, 1], ends[:, 0], -both, -score.round(9)))
    chosen = _capped(ends, order, pairs, cap)
    names, ids = names_of(net.organisations), net.organisations["id"].to_numpy()
    rows = [
        (
            *(ids[end] for end in ends[at]),
            *(names[end] for end in ends[at]),
            *(role[end] for end in ends[at]),
            float(value[at]),
            int(distance[at]) if reached[at] else None,
            _shared(unit, found.names, *ends[at]),
            float(score[at].round(9)),
        )
        for at in chosen
    ]
    table = pd.DataFrame(rows, columns=list(MissedEncounter.columns()))
    table["distance"] = pd.Series([row[7] for row in rows], dtype=object)
    return Findings(
        table,
        None,
        (
            Bilingual(
                f"{len(ends):,} pairs in all; fields are over each {found.over}.",
                f"共 {len(ends):,} 对；领域按{property_zh(found.over)}计。",
            ),
        ),
    )


def _capped(ends: NDArray[np.int64], order: NDArray[np.int64], most: int, cap: int) -> list[int]:
    times: dict[int, int] = {}
    chosen: list[int] = []
    for at in order.tolist():
        one, other = ends[at].tolist()
        if times.get(one, 0) < cap and times.get(other, 0) < cap:
            times[one], times[other] = times.get(one, 0) + 1, times.get(other, 0) + 1
            chosen.append(at)
        if len(chosen) == most:
            break
    return chosen


def _shared(unit: "sp.csr_array[Any]", names: list[str], one: int, other: int, most: int = 3) -> str:
    """Name the fields that make the cosine of two organisations."""
    both = unit[[one]].multiply(unit[[other]]).tocsr()
    order = np.lexsort((both.indices, -both.data.round(12)))
    return ", ".join(names[both.indices[at]] for at in order[:most])
