"""Drivers (四大驱动力): what brings organisations together, as declared, and as their ties show."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.dyads import mrqap
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

FEWEST = 30  # organisations from which on the regression says anything


class Driver(Row):
    """One thing that may bring two organisations together."""

    key = "driver"
    driver: Annotated[
        str, "what two organisations have in common, or a declared driver", "动因：两个主体的共同点，或已声明的动因"
    ]
    share: Annotated[
        float,
        "share of ties (of bodies with a driver, for a declared one) that have it",
        "占比：具备该动因的联系比例（已声明的动因按项目或平台计）",
    ]
    expected: Annotated[
        float | None,
        "that share among all pairs; none for a declared one",
        "期望占比：全部主体对中的比例；已声明的动因为空",
    ]
    coefficient: Annotated[
        float | None,
        "how much it raises the chance of a tie, the others held (线性概率)",
        "系数：在控制其他动因后使联系概率提高多少（线性概率）",
    ]
    p: Annotated[
        float | None,
        "two-sided p by double semi-partialling permutation (MRQAP)",
        "p 值：双重半偏置换检验（MRQAP）的双侧 p 值",
    ]
    evidence: Annotated[
        str,
        "rows of the first two organisations that are tied and have it in common; or of bodies",
        "证据：首批具备该共同点且有联系的两个主体的数据行；或项目与平台的数据行",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what the driver does."""
        share, name = f"{100 * row['share']:.1f}", row["driver"]
        if row["expected"] is None:
            zh = f"{chinese(name.removeprefix('declared: '))}驱动：占有驱动力标注的合作的 {share}%。"
            return zh if language == "zh" else f"{name}: {share} % of the bodies that declare a driver."
        chance = f"{100 * row['expected']:.1f}"
        if language == "zh":
            tested = (
                ""
                if row["p"] is None
                else f"；合作概率变化 {100 * row['coefficient']:+.2f} 个百分点（p = {row['p']:.2g}）"
            )
            return f"{chinese(name)}：{share}% 的联系具备，全部机构对中为 {chance}%{tested}。"
        tested = "" if row["p"] is None else f"; moves the chance of a tie by {100 * row['coefficient']:+.2f} points"
        tested += "" if row["p"] is None else f" (p = {row['p']:.2g})"
        return f"{name}: {share} % of ties have it, {chance} % of all pairs{tested}."


@analysis(
    "Drivers of collaboration", "合作动因", "bridges", "What brings organisations together?", "什么把机构联系在一起？"
)
def drivers(
    net: Network,
    *,
    most: Annotated[int, "organisations with ties to take into the regression; of more, so many are drawn"] = 400,
    draws: Annotated[int, "permutations per driver"] = 499,
    seed: Annotated[int, "seed of the draw and of the permutations"] = 0,
) -> Annotated[Findings, Driver]:
    """Regress ties on what two organisations have in common, and count the drivers that bodies declare.

    A tie is a shared collaboration; where there are none, a shared platform. What pairs may have in common:
    a technology, a platform (where ties are collaborations), a supply link either way, zone, region, country, role;
    each only where the data say so. The regression is linear on 0 and 1 (MRQAP with double semi-partialling; Dekker,
    Krackhardt & Snijders 2007, Psychometrika 72:563), so a coefficient is a difference of chances. It describes; it
    does not say what causes what. Fewer than 30 organisations with ties give shares without a test. Raises DataError
    without ties, and where nothing is known that pairs could have in common.

    方法：将合作联系对两个主体的共同点作回归，并统计项目与平台所声明的动因。

    联系指共同参与的合作项目；没有合作项目时指共同的平台。共同点包括：技术、平台（联系为合作项目时）、任一方向的供应关
    系、高新区、区域、国家、角色，以数据载有者为限。回归为 0、1 变量的线性回归（MRQAP，双重半偏置换；Dekker,
    Krackhardt & Snijders 2007, Psychometrika 72:563），系数即概率之差。它只作描述，不说明因果。有联系的主体少于 30 个
    时只给出占比，不作检验。没有联系，或没有任何共同点信息时，无法计算。
    """
    together = net.keep((net.bodies["label"] == "Collaboration").to_numpy())
    platforms = net.keep((net.bodies["label"] != "Collaboration").to_numpy())
    tied, other = (together, platforms) if together.ties.nnz else (net, None)
    some = np.flatnonzero(np.diff(tied.ties.indptr) > 0)
    if not len(some):
        raise DataError(
            Bilingual(
                "no two organisations share a body: there is no tie to explain",
                "没有两个主体同在一个项目或平台：没有可解释的联系",
            )
        )
    if len(some) > most:
        some = np.sort(np.random.default_rng(seed).choice(some, most, replace=False))
    outcome = _some(tied, some)
    found = dict(_common(net, other, some))
    declared = net.bodies["driver"].dropna()
    if not found and declared.empty:
        raise DataError(
            Bilingual(
                "nothing says what organisations have in common (technology, supply, zone, role ...) or a driver",
                "数据未说明主体的共同点（技术、供应、高新区、角色等），也未声明动因",
            )
        )
    upper = np.triu_indices(len(some), 1)
    pairs = outcome[upper] > 0
    tested = mrqap(outcome, list(found.values()), draws=draws, seed=seed) if len(some) >= FEWEST and found else None
    rows: list[tuple[Any, ...]] = []
    for i, (name, matrix) in enumerate(found.items()):
        has = matrix[upper] > 0
        share = float(has[pairs].mean()) if pairs.any() else 0.0
        test = (None, None) if tested is None else (float(tested.coefficients[i]), float(tested.p[i]))
        first = np.flatnonzero(has & pairs)[:1]
        two = some[np.concatenate([upper[0][first], upper[1][first]])]
        chance = float(has.mean()) if len(has) else 0.0
        rows.append((name, share, chance, *test, evidence(net.organisations["row"].iloc[two])))
    for driver, count in sorted(declared.value_counts().items()):
        shown = evidence(net.bodies["row"][net.bodies["driver"] == driver])
        rows.append((f"declared: {driver}", float(count / len(declared)), None, None, None, shown))
    note = f"{len(some)} organisations with ties, {int(pairs.sum()):,} ties among them."
    note_zh = f"有联系的主体 {len(some)} 个，其间联系 {int(pairs.sum()):,} 条。"
    if tested is None:
        note += f" No test: it takes {FEWEST} organisations."
        note_zh += f"未作检验：至少需要 {FEWEST} 个主体。"
    else:
        note += f" The common things together explain {100 * tested.explained:.1f} % of the variance."
        note_zh += f"各共同点合计解释方差的 {100 * tested.explained:.1f}%。"
    table = pd.DataFrame(rows, columns=list(Driver.columns()), dtype=object)
    return Findings(table.astype({"share": float}), None, (Bilingual(note, note_zh),))


def _some(net: Network, some: "np.ndarray[Any, Any]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.asarray((net.ties[some][:, some] > 0).todense(), dtype=float)


def _common(net: Network, platforms: Network | None, some: "np.ndarray[Any, Any]") -> Iterable[tuple[str, Any]]:
    """List what pairs may have in common and that is neither always nor never so: name, and matrix of 0 and 1."""
    ids = net.organisations["id"].to_numpy()[some]
    place = {id_: i for i, id_ in enumerate(ids)}
    about = net.table("ABOUT")
    about = about[(about["start_label"] == "Organisation") & about["start"].isin(place)]
    technologies = {id_: i for i, id_ in enumerate(sorted(set(about["end"])))}
    has = np.zeros((len(some), len(technologies)))
    has[[place[id_] for id_ in about["start"]], [technologies[id_] for id_ in about["end"]]] = 1
    supplies = np.zeros((len(some), len(some)))
    for start, end in net.table("SUPPLIES")[["start", "end"]].itertuples(index=False):
        if start in place and end in place:
            supplies[place[start], place[end]] = supplies[place[end], place[start]] = 1
    found = {"same technology": (has @ has.T > 0).astype(float), "supplies the other": supplies}
    if platforms is not None:
        found["shared platform"] = _some(platforms, some)
    for name in ("zone", "region", "country", "role"):
        values = net.group(name).to_numpy()[some]
        known = np.array([value is not None for value in values], dtype=bool)
        same = (values[:, None] == values[None, :]) & known[:, None] & known[None, :]
        found[f"same {name}"] = same.astype(float)
    upper = np.triu_indices(len(some), 1)
    for name, matrix in found.items():
        if 0 < matrix[upper].sum() < len(upper[0]):
            yield name, matrix
