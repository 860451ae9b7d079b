"""Brokerage (中介角色): between which groups an organisation stands, and in which of five roles."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError
from graphkit.measures.brokerage import ROLES, across, chance, roles
from graphkit.measures.groups import Grouping
from graphkit.measures.portrait import names_of
from graphkit.network import Network
from graphkit.terms import chinese

NULLS = ("membership", "labels")
ROLES_ZH = {
    "coordinator": "组内协调者",
    "itinerant": "外来协调者",
    "gatekeeper": "守门人",
    "representative": "代表",
    "liaison": "联络人",
}


class Brokerage(Row):
    """One organisation and the open pairs of partners that it stands between."""

    label, key, prefix = "Organisation", "id", "brokerage_"
    unwritten = ("name",)
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    group: Annotated[str | None, "its group (群组)", "群组：所属群组"]
    coordinator: Annotated[
        int,
        "open pairs within its own group (组内协调者), each counted both ways",
        "组内协调者：本组内部的开放对，双向各计一次",
    ]
    itinerant: Annotated[int, "open pairs of one other group (外来协调者)", "外来协调者：同属另一群组的开放对"]
    gatekeeper: Annotated[int, "from another group into its own (守门人)", "守门人：由其他群组进入本组的开放对"]
    representative: Annotated[int, "from its own group to another (代表)", "代表：由本组通向其他群组的开放对"]
    liaison: Annotated[int, "between two other groups (联络人)", "联络人：两个其他群组之间的开放对"]
    main_role: Annotated[
        str | None,
        "the role furthest above chance, else the most frequent (主要角色)",
        "主要角色：超出随机水平最多的角色，否则取次数最多者",
    ]
    main_role_zh: Annotated[str | None, "the same in Chinese", "主要角色：超出随机水平最多的角色，否则取次数最多者"]
    coordinator_z: Annotated[
        float | None,
        "standard deviations above chance; none where chance cannot vary",
        "组内协调者 z 值：高于随机水平的标准差数；随机情形无变化时为空",
    ]
    itinerant_z: Annotated[float | None, "the same for itinerant", "外来协调者 z 值：高于随机水平的标准差数"]
    gatekeeper_z: Annotated[float | None, "the same for gatekeeper", "守门人 z 值：高于随机水平的标准差数"]
    representative_z: Annotated[float | None, "the same for representative", "代表 z 值：高于随机水平的标准差数"]
    liaison_z: Annotated[float | None, "the same for liaison", "联络人 z 值：高于随机水平的标准差数"]
    across: Annotated[
        float,
        "share of the shortest paths between organisations of two groups that pass (组间中介度)",
        "组间中介度：分属两个群组的主体之间，最短路径经过它的比例",
    ]
    across_error: Annotated[
        float,
        "standard error of that share; 0 where all sources were used",
        "组间中介度误差：该比例的标准误；采用全部源点时为 0",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say between whom an organisation stands; empty where it brokers nothing between groups."""
        between = row["itinerant"] + row["gatekeeper"] + row["representative"] + row["liaison"]
        if not between or row["main_role"] is None:
            return ""
        share, role = 100 * row["across"], row["main_role"]
        if language == "zh":
            return (
                f"{row['name']}（{chinese(row['group'])}）：{between:,} 次跨组中介，主要角色为{row['main_role_zh']}；"
                f"组间最短路径的 {share:.2f}% 经过它。"
            )
        return (
            f"{row['name']} ({row['group']}): stands {between:,} times between two partners of different groups; main "
            f"role {role}; {share:.2f} % of the shortest paths between groups pass here."
        )


@analysis(
    "Brokerage between groups",
    "群组间中介",
    "bridges",
    "Who stands between which groups, and in which role?",
    "谁在哪些群组之间扮演什么中介角色？",
)
def brokerage(
    net: Network,
    *,
    by: Annotated[str, "what the groups are: community, or a property such as country, region, role"] = "community",
    null: Annotated[str, "chance: membership (seats dealt out anew), or labels (groups dealt out, ties kept)"] = (
        "membership"
    ),
    draws: Annotated[int, "draws of chance; 0 leaves the z out"] = 39,
    effort: Annotated[float, "sources times ties that betweenness may cost; above, sources are sampled"] = 5e8,
    seed: Annotated[int, "seed of everything random"] = 0,
) -> Annotated[Findings, Brokerage]:
    """Count the five roles of Gould and Fernandez (1989), hold them against chance, and measure paths between groups.

    A role is taken for every two partners that have no tie with each other, each way (ties have no direction, so that
    gatekeeper and representative are equal): coordinator (all three of one group), itinerant (two of one other group),
    gatekeeper and representative (one of its own), liaison (three groups). Chance is the membership graph with all
    margins kept, projected anew in every draw; `--null labels` permutes the groups instead and says so, for it takes
    activity for brokerage. Communities are found once, in the data: with them z is a description, not a test.
    Betweenness between groups counts shortest paths between organisations of different groups only.
    Organisations without a group take no role and are no ends; isolates have zeros. Raises DataError where nobody has
    the property.

    方法：统计 Gould 与 Fernandez（1989）的五种中介角色，与随机情形比较，并度量群组之间的路径。

    对每两个彼此没有联系的伙伴，双向各计一次角色（联系无方向，因此守门人与代表数目相等）：组内协调者（三方同组）、外来
    协调者（另两方同属另一组）、守门人与代表（其中一方同组）、联络人（分属三组）。随机情形为保持全部边际不变的成员关系
    图，每次抽样后重新投影；选用 --null labels 时改为置换群组标签并予说明，因为它会把活跃误认为中介。社群只在原数据中
    寻找一次，此时 z 值只是描述，不是检验。组间中介度只计分属不同群组的主体之间的最短路径。没有群组的主体不承担角色，
    也不作为端点；孤立点为 0。若无主体具备该属性，则无法计算。
    """
    if null not in NULLS or draws < 0:
        raise UsageError(f"--null is one of {', '.join(NULLS)}, and --draws 0 or more; not {null!r} and {draws}")
    groups = Grouping.of(net, by, seed=seed, optional=not len(net))
    labels, names = groups.labels, groups.words
    observed = roles(net.ties, labels)
    share, error = across(net, labels, effort=effort, seed=seed)
    drawn = draws if net.ties.nnz else 0
    z = (
        chance(net, labels, null=null, draws=drawn, seed=seed).z(observed)
        if drawn > 1
        else np.full(observed.shape, np.nan)
    )
    main = _main(observed, z)
    columns: dict[str, Any] = {
        "id": net.organisations["id"],
        "name": names_of(net.organisations),
        "group": pd.Series([names[i] if i >= 0 else None for i in labels], dtype=object, index=range(len(net))),
        **{role: observed[:, at] for at, role in enumerate(ROLES)},
        "main_role": pd.Series(main, dtype=object, index=range(len(net))),
        "main_role_zh": pd.Series([role and ROLES_ZH[role] for role in main], dtype=object, index=range(len(net))),
        **{f"{role}_z": _or_none(z[:, at]) for at, role in enumerate(ROLES)},
        "across": share,
        "across_error": error.round(12),
    }
    table = pd.DataFrame(columns)
    order = table.assign(between=-observed[:, 1:].sum(axis=1)).sort_values(
        ["across", "between", "id"], ascending=[False, True, True]
    )
    return Findings(table.loc[order.index].reset_index(drop=True), None, _notes(null, drawn, by, table))


def _main(observed: "np.ndarray[Any, Any]", z: "np.ndarray[Any, Any]") -> list[str | None]:
    told: list[str | None] = []
    for counts, above in zip(observed, z, strict=True):
        if not counts.any():
            told.append(None)
            continue
        taken = counts > 0
        known = taken & ~np.isnan(above)
        rank = np.where(known, above.round(9), -np.inf) if known.any() else np.where(taken, counts, -1).astype(float)
        told.append(ROLES[int(np.argmax(rank))])
    return told


def _or_none(values: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, Any]":
    missing = values.round(9).astype(object)
    missing[np.isnan(values)] = None
    return missing


def _notes(null: str, draws: int, by: str, table: pd.DataFrame) -> tuple[Bilingual, ...]:
    said = []
    if draws > 1 and null == "membership":
        said.append(
            Bilingual(
                f"z against {draws} membership graphs with every seat count and body size kept.",
                f"z 值相对 {draws} 个保持每个席位数与项目平台规模的成员关系图。",
            )
        )
    elif draws > 1:
        said.append(
            Bilingual(
                f"z against {draws} permutations of the groups (label permutation): it takes activity for brokerage "
                "where groups differ in activity.",
                f"z 值相对群组的 {draws} 次置换（标签置换）：群组活跃度不同时会把活跃误认为中介。",
            )
        )
    if by == "community":
        said.append(
            Bilingual(
                "Communities were found in these ties: z describes, it does not test.",
                "社群由这些联系得出：z 值只是描述，不是检验。",
            )
        )
    if (bound := 1.96 * float(table["across_error"].max()) if len(table) else 0.0) > 0:
        said.append(
            Bilingual(
                f"Betweenness is estimated from a sample of sources, to ±{100 * bound:.2g} points (95 %) at most: "
                "organisations that differ by less are not ranked by it.",
                f"组间中介度由抽样源点估计，误差不超过 ±{100 * bound:.2g} 个百分点（95%）：差异更小的主体不据此排序。",
            )
        )
    return tuple(said)
