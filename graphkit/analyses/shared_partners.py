"""Shared partners (共同伙伴): the pairs of the whole network that have most partners in common and never met."""

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.errors import UsageError
from graphkit.measures.groups import Grouping
from graphkit.measures.kinship import are_kin, kin
from graphkit.measures.neighbours import Score, best_pairs
from graphkit.measures.portrait import names_of
from graphkit.network import Network


class SharedPartners(Row):
    """Two organisations that know the same others, and not each other."""

    start, end = "one", "other"
    one: Annotated[str, "organisation", "主体"]
    other: Annotated[str, "organisation that it has not met", "未相遇主体：尚未合作过的主体"]
    one_name: Annotated[str, "name of the first", "主体名称"]
    other_name: Annotated[str, "name of the second", "未相遇主体名称"]
    score: Annotated[
        float, "what their common partners weigh together (共同伙伴得分)", "共同伙伴得分：共同伙伴的权重之和"
    ]
    common_partners: Annotated[int, "partners that both have (共同伙伴数)", "共同伙伴数：双方共有的合作伙伴"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who shares how many partners with whom."""
        many = row["common_partners"]
        if language == "zh":
            return f"{row['one_name']}与{row['other_name']}有{many}个共同伙伴，却从未合作。"
        return (
            f"{row['one_name']} and {row['other_name']} share {many} partner{'s' * (many != 1)}, and never worked "
            "together."
        )


@analysis(
    "Shared partners",
    "共同伙伴",
    "bridges",
    "Which organisations share most partners, and never worked together?",
    "哪些主体共同伙伴最多却从未合作？",
    in_report=False,
)
def shared_partners(
    net: Network,
    *,
    pairs: Annotated[int, "pairs listed"] = 100,
    score: Annotated[Score, "how a common partner counts: adamic-adar, common-partners or resource-allocation"] = (
        "adamic-adar"
    ),
    by: Annotated[str | None, "only pairs of two groups: community, or a property such as country or role"] = None,
    seed: Annotated[int, "seed of the communities"] = 0,
) -> Annotated[Findings, SharedPartners]:
    """List the untied pairs of the whole network with the best neighbour score: near, and so likely, hardly bridges.

    A common partner counts 1 / ln(its partners) (Adamic & Adar 2003), 1 (common partners), or 1 / (its partners)
    (resource allocation; Zhou, Lu & Zhang 2009). The list is exact: whatever could reach it was looked at. Pairs
    without a common partner are not in it; `proposals` and `bridges` find those, and say how likely and what for.
    Parents and subsidiaries over any chain and those that may be one (SAME_AS) are left out, which may leave fewer.

    方法：列出全网邻居得分最高、尚无联系的主体对：彼此相近，因而较易促成，但多不构成桥接。

    每个共同伙伴的权重为 1 / ln(其伙伴数)（Adamic & Adar 2003）、1（共同伙伴数）或 1 / 其伙伴数（资源分配指数，
    Zhou、Lu & Zhang 2009）。结果是精确的：凡可能入选者均已检查。没有共同伙伴的主体对不在其中，由 proposals 与
    bridges 给出其可能性与增益。任意层级的上下级主体和疑似同一主体（SAME_AS）不列入，因此可能少于所要求的对数。
    """
    if pairs < 1:
        raise UsageError(f"--pairs is {pairs}: at least one pair is needed")
    group = None if by is None else Grouping.of(net, by, seed=seed).labels
    marked = kin(net)
    found = best_pairs(net.ties, pairs + marked.nnz // 2, score=score, group=group)
    ends = found[["one", "other"]].to_numpy(dtype="int64")
    found = found[~are_kin(marked, ends)].head(pairs)
    ids, names = net.organisations["id"].to_numpy(), names_of(net.organisations)
    table = pd.DataFrame(
        {
            "one": ids[found["one"]],
            "other": ids[found["other"]],
            "one_name": [names[i] for i in found["one"]],
            "other_name": [names[i] for i in found["other"]],
            "score": found["score"].to_numpy(),
            "common_partners": found["common"].to_numpy(),
        }
    )
    return Findings(table)
