"""Ecosystem: which of the seven roles (政产学研金服用) a place has, which it lacks, and how they work together."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit import schema
from graphkit.analysis import Findings, Row, analysis
from graphkit.measures.groups import ungrouped
from graphkit.measures.helix import synergy
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

HELICES = ("university", "enterprise", "government")


class Place(Row):
    """One place and its seven roles."""

    key = "place"
    place: Annotated[str, "value of the property, a zone or a region", "地区：所按属性的取值，高新区或区域"]
    organisations: Annotated[int, "organisations there", "主体数：当地主体数"]
    roles: Annotated[int, "of the seven roles, how many are there (角色数)", "角色数：七类主体中在位的类数"]
    missing: Annotated[str, "roles that nobody there has (缺失角色)", "缺失角色：当地无人承担的角色"]
    pairs_present: Annotated[
        int, "of the 21 pairs of roles, how many could meet there", "可相遇角色对：21 对角色中双方均在当地者"
    ]
    pairs_tied: Annotated[
        int, "how many of those pairs share a body there", "已合作角色对：其中在当地共同参与某一项目或平台者"
    ]
    pairs_untied: Annotated[
        str,
        "pairs of roles that are both there and never meet, the most numerous first",
        "未合作角色对：双方均在当地却从未合作者，人数最多的在前",
    ]
    role_unknown: Annotated[int, "organisations there without a role", "角色未知：当地没有角色信息的主体数"]
    synergy: Annotated[
        float | None,
        "synergy of university, enterprise and government, bits; below 0 they hold each other up (三螺旋)",
        "三螺旋协同：大学、企业、政府之间的协同，单位比特；小于 0 表示相互支撑",
    ]
    bodies: Annotated[int, "bodies of two and more with a member there", "项目与平台数：有当地成员且成员不少于两个者"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what a place lacks."""
        if language == "zh":
            lacking, met = chinese(row["missing"]), chinese(row["pairs_untied"])
            first = f"{row['place']}：七类主体（政产学研金服用）具备 {row['roles']} 类"
            said = [first, f"缺少 {lacking}" if lacking else "无缺失"]
            said += [f"同在却从未合作的角色对：{met}"] if met else []
            return "；".join(said) + "。"
        first = f"{row['place']}: {row['roles']} of the seven roles ({row['organisations']} organisations)"
        said = [first, f"missing: {row['missing']}" if row["missing"] else "none is missing"]
        said += [f"there, but never together: {row['pairs_untied']}"] if row["pairs_untied"] else []
        return "; ".join(said) + "."


class RolePair(Row):
    """One of the 21 pairs of roles in the whole network."""

    key = "pair"
    written = False
    pair: Annotated[str, "two roles", "角色对：两类角色"]
    ties: Annotated[int, "ties between organisations of the two", "联系数：两类角色之间的联系"]
    expected: Annotated[
        float | None, "ties that the activity of both roles makes expect", "期望联系数：按双方活跃度应有的联系"
    ]
    ratio: Annotated[
        float | None,
        "observed over expected; below 1 they meet less than their activity explains",
        "观测/期望：小于 1 表示合作少于活跃度所能解释的水平",
    ]


@analysis(
    "The seven roles",
    "七类主体",
    "regions",
    "Which of the seven roles does each place lack, and which never meet?",
    "各地缺少七类主体中的哪些，哪些从未合作？",
)
def ecosystem(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
) -> Annotated[Findings, Place, RolePair]:
    """Count the seven roles of every place and the 21 pairs of different roles that meet in its bodies.

    A pair of roles is tied in a place when a body has a member of each from that place. Synergy is T(u, i, g) over the
    place's bodies of two and more, each either with or without a university, an enterprise and an authority among all
    of its members (Leydesdorff 2003, Scientometrics 58:445); none for fewer than three bodies. The second table has the
    21 pairs over the whole network: ties against d_a d_b / 2m of the ties of organisations with a role.

    Organisations without a role count as unknown, not as missing roles. Raises DataError where no organisation has a
    role, or none has the property.

    方法：统计各地在位的七类主体，以及 21 对不同角色中在当地项目与平台中相遇者。

    某一项目或平台同时有当地两类角色的成员，该角色对即为已合作。三螺旋协同 T(u, i, g) 以当地成员不少于两个的项目与平台
    计算，看其全部成员中有无高校、企业与政府（Leydesdorff 2003, Scientometrics 58:445）；少于三个时为空。第二张表给出
    全网 21 对角色：联系数与有角色主体的 d_a d_b / 2m 之比。

    没有角色的主体计为未知，不计为缺失角色。没有主体具备角色或该属性时，无法计算。
    """
    place, role = net.group(by), net.group("role")
    if not role.notna().any():
        raise ungrouped("role", choice=False)
    names = sorted({value for value in place if value is not None})
    if not names:
        raise ungrouped(by)
    known = list(schema.ROLES)
    number = {value: i for i, value in enumerate(names)}
    at = np.array([number.get(value, -1) for value in place], dtype=np.int64)
    of = np.array([known.index(value) if value in known else -1 for value in role], dtype=np.int64)
    rows = [_place(net, name, at == i, of) for i, name in enumerate(names)]
    table = pd.DataFrame(rows, columns=list(Place.columns()))
    order = table.assign(size=-table["organisations"]).sort_values(["roles", "size", "place"], kind="stable").index
    return Findings(table.loc[order].reset_index(drop=True), _role_pairs(net, of))


def _place(net: Network, name: str, here: "np.ndarray[Any, Any]", of: "np.ndarray[Any, Any]") -> tuple[Any, ...]:
    known = list(schema.ROLES)
    count = np.bincount(of[here & (of >= 0)], minlength=len(known))
    matrix = _roles_in_bodies(net, here, of)
    shared = net.sizes > 1
    pairs = list(combinations(range(len(known)), 2))
    present = [(a, b) for a, b in pairs if count[a] and count[b]]
    met = matrix[:, shared]
    tied = [(a, b) for a, b in present if (met[a] & met[b]).any()]
    untied = sorted((pair for pair in present if pair not in tied), key=lambda pair: (-count[list(pair)].sum(), pair))
    active = matrix.any(axis=0) & shared
    return (
        name,
        int(here.sum()),
        int((count > 0).sum()),
        ", ".join(known[i] for i in np.flatnonzero(count == 0)),
        len(present),
        len(tied),
        ", ".join(f"{known[a]} and {known[b]}" for a, b in untied),
        int((here & (of < 0)).sum()),
        _synergy(net, of, active),
        int(active.sum()),
        evidence(net.organisations["row"][here]),
    )


def _roles_in_bodies(net: Network, some: "np.ndarray[Any, Any]", of: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Tell which roles every body has among some organisations: roles x bodies."""
    found = np.zeros((len(schema.ROLES), len(net.bodies)), dtype=bool)
    who = net.memberships["organisation"].to_numpy()
    counted = some[who] & (of[who] >= 0)
    found[of[who[counted]], net.memberships["body"].to_numpy()[counted]] = True
    return found


def _synergy(net: Network, of: "np.ndarray[Any, Any]", bodies: "np.ndarray[Any, Any]") -> float | None:
    if bodies.sum() < 3:
        return None
    everywhere = _roles_in_bodies(net, np.ones(len(net), dtype=bool), of)[:, bodies]
    has = everywhere[[list(schema.ROLES).index(helix) for helix in HELICES]].astype(int)
    table = np.zeros((2, 2, 2))
    np.add.at(table, tuple(has), 1)
    return round(synergy(table), 12)


def _role_pairs(net: Network, of: "np.ndarray[Any, Any]") -> pd.DataFrame:
    known = list(schema.ROLES)
    first, second, _ = net.pairs
    both = (of[first] >= 0) & (of[second] >= 0)
    a, b = of[first[both]], of[second[both]]
    half = np.bincount(a * len(known) + b, minlength=len(known) ** 2).reshape(len(known), len(known))
    mixing = half + half.T
    degree = mixing.sum(axis=1)
    rows = []
    for i, j in combinations(range(len(known)), 2):
        expected = degree[i] * degree[j] / degree.sum() if degree.sum() else 0.0
        ratio = mixing[i, j] / expected if expected else None
        rows.append((f"{known[i]} and {known[j]}", int(mixing[i, j]), round(expected, 9) or None, ratio))
    return pd.DataFrame(rows, columns=list(RolePair.columns())).astype({"expected": object, "ratio": object})
