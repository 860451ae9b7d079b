"""Mixing (混合矩阵): which groups work with which, against what their activity makes expect."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh, written
from graphkit.errors import UsageError
from graphkit.measures.groups import Grouping
from graphkit.measures.openness import assortativity, observed_over_expected
from graphkit.network import Network
from graphkit.terms import chinese


class Mixed(Row):
    """Two groups, or a group with itself, and the ties between them."""

    group: Annotated[str, "group", "群组"]
    other: Annotated[
        str, "the same group, or another one after it by name", "另一群组：同一群组，或按名称排在其后的群组"
    ]
    ties: Annotated[int, "pairs of organisations with a tie, one in either", "联系数：分属两个群组且有联系的主体对"]
    expected: Annotated[
        float, "pairs that their numbers of partners make expect", "期望联系数：按双方合作伙伴数应有的联系"
    ]
    ratio: Annotated[
        float | None, "ties over expected; 1 is chance, 0 no tie (观测/期望)", "观测/期望：1 为随机水平，0 为无联系"
    ]
    weight: Annotated[float, "tie weight between them", "联系强度：两者之间的联系权重"]
    weight_ratio: Annotated[
        float | None, "tie weight over what their weights make expect", "强度观测/期望：联系权重与按其权重应有水平之比"
    ]
    share: Annotated[
        float | None,
        "share of the group's ties with others that go to this other; none within a group",
        "占比：该群组对外联系中通向另一群组的比例；群组内部为空",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how much more or less than expected two groups work together."""
        if row["ratio"] is None:
            return ""
        ties, chance, ratio = row["ties"], row["expected"], row["ratio"]
        if language == "zh":
            one, other = chinese(row["group"]), chinese(row["other"])
            whom = f"{one}内部" if one == other else f"{one}与{other}之间"
            return f"{whom}有 {ties} 条联系，期望 {written(chance, 3)} 条（{ratio:.2f} 倍）。"
        whom = f"within {row['group']}" if row["group"] == row["other"] else f"{row['group']} and {row['other']}"
        return f"{whom}: {ties} ties, {written(chance, 3)} expected ({ratio:.2f} times)."


@analysis(
    "Who works with whom",
    "群体间合作",
    "silos",
    "Which groups work with which, more or less than expected?",
    "哪些群体之间的合作多于或少于预期？",
)
def mixing(
    net: Network,
    *,
    by: Annotated[str, "community, or what organisations are grouped by: country, region, role, technology ..."] = (
        "country"
    ),
    least: Annotated[float, "pairs expected from which on two groups are listed"] = 0.0,
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[Findings, Mixed]:
    """Compare the ties between every two groups with e = d_A d_B / 2m, d the numbers of partners, m that of all ties.

    The configuration model of the ties: within a group it expects d_A^2 / 4m. `weight_ratio` is the same of tie weight;
    with Newman's weighting that is seats, so that large bodies do not count for more. Assortativity (Newman 2003) is in
    the notes. Ties of organisations without a group are left out. Weakest first: a pair of groups with many partners
    and no tie is where a bridge is missing. A group without ties has no ratios. Raises DataError where no organisation
    has a group.

    方法：将每两个群组之间的联系与 e = d_A d_B / 2m 比较，d 为合作伙伴数，m 为全部联系数。

    即联系的配置模型：群组内部的期望为 d_A² / 4m。强度观测/期望对联系权重作同样比较；在 Newman 加权下权重即席位，大型
    项目不会因此占优。同配系数（Newman 2003）见附注。没有群组的主体的联系不计入。最弱者在前：伙伴众多而毫无联系的群组
    对，正是缺桥之处。没有联系的群组没有比值。没有主体具备群组时，无法计算。
    """
    if least < 0:
        raise UsageError(f"least is a number of expected ties, 0 or more; got {least}")
    groups = Grouping.of(net, by, seed=seed)
    number, labels = len(groups.names), groups.labels
    pairs, weight = _between(net, labels, number, weighted=False), _between(net, labels, number, weighted=True)
    ratio = observed_over_expected(net, labels) if number else pairs
    first, second = np.triu_indices(number)
    expected = _expected(pairs)
    expected_weight = _expected(weight)
    once = np.where(first == second, 0.5, 1.0)
    outward = pairs.sum(axis=1) - np.diag(pairs)
    shares = _over(pairs, np.broadcast_to(outward[:, None], pairs.shape))
    frame = pd.DataFrame(
        {
            "group": np.array(groups.words, dtype=object)[first],
            "other": np.array(groups.words, dtype=object)[second],
            "ties": np.round(pairs[first, second] * once).astype(np.int64),
            "expected": np.round(expected[first, second] * once, 9),
            "ratio": _known(ratio[first, second]),
            "weight": np.round(weight[first, second] * once, 9),
            "weight_ratio": _known(_over(weight, expected_weight)[first, second]),
            "share": _known(np.where(first == second, np.nan, shares[first, second])),
        }
    )
    keep = (frame["expected"] >= least).to_numpy()
    order = frame[keep].assign(
        by_ratio=[np.inf if value is None else value for value in frame["ratio"][keep]], more=-frame["expected"][keep]
    )
    order = order.sort_values(["by_ratio", "more", "group", "other"], kind="stable")
    table = frame.loc[order.index].reset_index(drop=True)
    value = assortativity(net, labels)
    notes = (
        ()
        if value is None
        else (
            Bilingual(
                f"Assortativity by {by}: {value:.3f} (1 all ties inside, 0 chance).",
                f"按{property_zh(by)}的同配系数：{value:.3f}（1 为联系全在组内，0 为随机水平）。",
            ),
        )
    )
    return Findings(table, None, notes)


def _between(net: Network, labels: "np.ndarray[Any, Any]", groups: int, *, weighted: bool) -> "np.ndarray[Any, Any]":
    """Sum ties between groups, both ways: groups x groups, the diagonal twice."""
    first, second, weight = net.pairs
    a, b = labels[first], labels[second]
    both = (a >= 0) & (b >= 0)
    values = weight[both] if weighted else np.ones(int(both.sum()))
    half = np.bincount(a[both] * groups + b[both], values, groups**2).reshape(groups, groups)
    return np.asarray(half + half.T)


def _expected(matrix: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    degree, total = matrix.sum(axis=1), matrix.sum()
    return np.outer(degree, degree) / total if total else np.zeros_like(matrix)


def _over(above: "np.ndarray[Any, Any]", below: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    ratio: np.ndarray[Any, Any] = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio


def _known(values: "np.ndarray[Any, Any]") -> pd.Series:
    column = pd.Series(values).round(12)
    return column.astype(object).where(column.notna(), None)
