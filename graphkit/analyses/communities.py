"""Communities: organisations that work together more than with others."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import UsageError
from graphkit.measures.hierarchy import within
from graphkit.measures.partition import Partition, communities_of
from graphkit.measures.stability import PLAIN, SURE, agreement, of_resolution, resolution_of
from graphkit.network import Network

METHODS = ("leiden", "infomap")


class Community(Row):
    """The community of one organisation."""

    label, key = "Organisation", "id"
    unwritten = ("name",)
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str | None, "its name", "名称"]
    community: Annotated[
        int | None,
        "number of its community, 1 is the largest (社群); none without ties",
        "社群：所属社群编号，1 为最大；无联系者为空",
    ]
    community_size: Annotated[int | None, "organisations in that community", "社群规模：该社群的主体数"]
    community_certainty: Annotated[
        float | None,
        "share of its community found together with it over all runs, 0 to 1",
        "归属确定性：多次运行中与同社群其他主体归为一组的平均比例，0 至 1",
    ]
    community_uncertain: Annotated[
        bool | None,
        "whether that certainty is below 0.8: it stands between (归属不确定)",
        "归属不确定：确定性低于 0.8，即介于社群之间",
    ]
    community_path: Annotated[
        str | None,
        "communities within communities, 2.1 is the first part of 2 (层级)",
        "层级：社群中的社群，2.1 为社群 2 的第一部分",
    ]
    community_participation: Annotated[
        float | None,
        "how evenly its ties spread over communities, 0 is all in one",
        "参与系数：联系在各社群间分布的均匀程度，0 为全在一个社群",
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say where an organisation belongs."""
        if row["community"] is None:
            return ""
        name, number, sure = row["name"] or row["id"], row["community"], 100 * row["community_certainty"]
        if language == "zh":
            return f"{name}属于第{number}社群（{row['community_size']}个主体，确定性 {sure:.0f}%）。"
        size = row["community_size"]
        return f"{name} belongs to community {number} of {size} organisations ({sure:.0f} % certain)."


@analysis(
    "Communities",
    "社群",
    "silos",
    "Which organisations work together more than with others?",
    "哪些创新主体彼此合作多于与外部合作？",
)
def communities(
    net: Network,
    *,
    resolution: Annotated[
        float | None, "higher finds smaller communities (none: the most stable of a quarter to four, else 1)"
    ] = None,
    seeds: Annotated[int, "runs of which the best is taken, and over which certainty is measured"] = 20,
    seed: Annotated[int, "seed of the runs"] = 0,
    method: Annotated[str, "leiden, or infomap (which knows no resolution)"] = "leiden",
) -> Annotated[Findings, Community]:
    """Find communities by Leiden's algorithm and say how sure each membership is.

    Weighted modularity (Traag, Waltman & van Eck 2019); of all runs the best is reported. Certainty is the share of an
    organisation's community that is found together with it, averaged over the runs: below 0.8 it stands between
    communities and is marked uncertain. Participation is 1 - sum of squared shares of its tie weight by community
    (Guimerà & Amaral 2005). Path numbers the communities within communities, where five runs agree on them. The notes
    say how far runs agree, by seed and between resolutions: mean adjusted Rand index of all pairs.

    Unless another is asked for, the resolution is the one at which communities depend least on seed and resolution,
    where one of nine from a quarter to four is stable, and 1 where none is. Coleman's physicians are found as their
    cities so (at .25: ARI 1; at 1 the largest city falls into three: .62), and Zachary's factions at .5 (.77; at 1
    .46). CORDIS has no stable resolution, nor has anything drawn by chance with its margins: there it is 1. Parts
    within communities are found at the resolution asked for, else at 1.

    Organisations without ties belong to none and have no values. That a community was found does not make it a silo:
    any network has communities (see the analysis silos).

    方法：用 Leiden 算法发现社群，并说明每个归属有多确定。

    最大化加权模块度（Traag, Waltman & van Eck 2019），取多次运行中的最优者。归属确定性是该主体所在社群的其他成员与它
    归为一组的比例在各次运行中的均值；低于 0.8 即介于社群之间，标为不确定。参与系数为 1 − 联系权重在各社群中占比的平方
    和（Guimerà & Amaral 2005）。层级给出社群中的社群，以五次运行一致者为准。附注说明各次运行的一致程度（不同随机种子
    之间、不同分辨率之间），即两两调整兰德指数的均值。

    未指定分辨率时，取社群划分对随机种子与分辨率依赖最小的那一个：在 0.25 至 4 的九个分辨率中须有稳定者，都不
    稳定时为 1。Coleman 的医生网络由此还原为其城市（分辨率 0.25 时 ARI 为 1；
    为 1 时最大城市分裂为三，ARI 0.62），Zachary 的两派在 0.5（0.77；为 1 时 0.46）。CORDIS 没有稳定的分辨率，按其边际
    随机生成的数据也没有，因而为 1。社群内部的划分按指定的分辨率，未指定时为 1。

    没有联系的主体不属于任何社群，没有数值。发现社群不等于存在孤岛：任何网络都有社群（参见孤岛分析）。
    """
    if method not in METHODS:
        raise UsageError(f"communities are not found by {method!r}; choose one of {', '.join(METHODS)}")
    found = communities_of(net, seeds=seeds, seed=seed, resolution=resolution, method=method)
    size = np.bincount(found.labels[found.labels >= 0], minlength=found.number)
    tied = found.labels >= 0
    at = np.maximum(found.labels, 0)
    certainty = found.certainty().round(12)
    paths = within(net, found.labels, seed=seed, resolution=PLAIN if resolution is None else resolution)
    table = pd.DataFrame(
        {
            "id": net.nodes["id"],
            "name": net.nodes["name"],
            "community": _or_none(found.labels + 1, tied),
            "community_size": _or_none(size[at] if len(size) else at, tied),
            "community_certainty": _or_none(certainty, tied),
            "community_uncertain": _or_none(certainty < SURE, tied),
            "community_path": _or_none(np.array(paths, dtype=object), tied),
            "community_participation": _or_none(participation(net, found.labels).round(12), tied),
        }
    )
    return Findings(table, notes=tuple(_notes(net, found, certainty, paths, seed, resolution, method)))


def _notes(
    net: Network,
    found: Partition,
    certainty: "np.ndarray[Any, np.dtype[np.float64]]",
    paths: list[str],
    seed: int,
    resolution: float | None,
    method: str,
) -> Iterator[Bilingual]:
    if not found.number:
        return
    seeds = agreement(found.runs)
    said = f"{found.number} communities, modularity {found.modularity:.3f}"
    said_zh = f"{found.number} 个社群，模块度 {found.modularity:.3f}"
    if seeds is None:
        yield Bilingual(f"{said}.", f"{said_zh}。")
    else:
        runs = len(found.runs)
        yield Bilingual(
            f"{said}; {runs} runs agree to {seeds:.2f} (mean pairwise ARI).",
            f"{said_zh}；{runs} 次运行的一致程度为 {seeds:.2f}（两两调整兰德指数均值）。",
        )
    if method == "leiden" and seeds is not None:
        at = resolution_of(net, resolution, seed=seed)
        others = [communities_of(net, seeds=3, seed=seed, resolution=at * by).labels for by in (0.5, 2.0)]
        between = agreement(np.array([found.labels, *others]))
        if between is not None:
            yield Bilingual(
                f"At half and twice the resolution they agree to {between:.2f}.",
                f"在一半与两倍分辨率下的一致程度为 {between:.2f}。",
            )
        yield of_resolution(net, seed=seed)
    uncertain = int((certainty < SURE).sum())
    yield Bilingual(
        f"{uncertain} of {int((found.labels >= 0).sum())} members stand between communities (certainty below {SURE}).",
        f"{int((found.labels >= 0).sum())} 个成员中有 {uncertain} 个介于社群之间（确定性低于 {SURE}）。",
    )
    parts = len({path for path in paths if "." in path})
    if parts:
        yield Bilingual(
            f"Communities within communities: {parts} parts on which five runs agree.",
            f"社群中的社群：五次运行一致的部分有 {parts} 个。",
        )


def participation(net: Network, labels: "np.ndarray[Any, np.dtype[np.int64]]") -> "np.ndarray[Any, Any]":
    """Compute 1 - sum over groups of (tie weight into the group / all tie weight)^2 for every organisation.

    `labels` gives each organisation's group or -1. Not a number for an organisation without ties (Guimerà & Amaral
    2005, Nature 433:895).
    """
    ties = net.ties
    rows = np.repeat(np.arange(len(net)), np.diff(ties.indptr))
    groups = int(labels.max(initial=-1)) + 2
    cell, into = np.unique(rows * groups + labels[ties.indices] + 1, return_inverse=True)
    squares = np.bincount(cell // groups, np.bincount(into, ties.data, len(cell)) ** 2, len(net))
    whole = np.bincount(rows, ties.data, len(net))
    return np.where(whole > 0, 1 - squares / np.where(whole > 0, whole, 1) ** 2, np.nan)


def _or_none(values: "np.ndarray[Any, Any]", known: "np.ndarray[Any, np.dtype[np.bool_]]") -> pd.Series:
    return pd.Series(values, dtype=object).where(pd.Series(known), None)
