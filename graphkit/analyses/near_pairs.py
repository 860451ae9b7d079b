"""Near pairs (近邻对): the untied pairs of the whole network that share most partners."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Row, analysis
from graphkit.errors import UsageError
from graphkit.measures.best_pairs import WORTH, best_pairs
from graphkit.measures.kinship import kin
from graphkit.measures.portrait import names_of
from graphkit.network import Network


class NearPair(Row):
    """Two organisations that are not tied, and what their common partners are worth."""

    written = False
    organisation: Annotated[str, "organisation", "主体：一方"]
    other: Annotated[str, "organisation that it is not tied to", "未有联系的主体：另一方"]
    rank: Annotated[int, "place among all pairs of the network, from 1", "名次：在全网所有对中的名次，从 1 起"]
    score: Annotated[float, "what common partners are worth together (近邻得分)", "近邻得分：共同伙伴合计的分值"]
    common_partners: Annotated[int, "partners that both have (共同伙伴数)", "共同伙伴数：双方共有的合作伙伴"]
    start_name: Annotated[str, "name of the first", "一方名称"]
    end_name: Annotated[str, "name of the second", "另一方名称"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how many partners the two have in common."""
        one, other, many = row["start_name"], row["end_name"], row["common_partners"]
        if language == "zh":
            return f"{one}与{other}尚无联系，已有{many}个共同伙伴（近邻得分 {row['score']:.3f}）。"
        partners = "partner" if many == 1 else "partners"
        return f"{one} and {other} are not tied, and have {many} {partners} in common (score {row['score']:.3f})."


@analysis(
    "Pairs that share most partners",
    "共同伙伴最多的主体对",
    "bridges",
    "Which two of the whole network, not tied yet, share most partners?",
    "全网中哪些尚无联系的两个主体共同伙伴最多？",
    in_report=False,
)
def near_pairs(
    net: Network,
    *,
    pairs: Annotated[int, "pairs that are listed"] = 1_000,
    score: Annotated[str, "what ranks: allocation, adamic-adar or common"] = "allocation",
) -> Annotated[pd.DataFrame, NearPair]:
    """List the best untied pairs of the whole network by a score over their common partners.

    `common` counts them (Newman 2001), `adamic-adar` counts each by 1 / ln of its own partners (Adamic & Adar 2003),
    `allocation` by one over its own partners (Zhou, Lu & Zhang 2009). Every pair is looked at, none is held but the
    best; equals come in the order of ids. These scores see nothing of pairs without a common partner and know no time:
    what is likely, with how much it says, is for `proposals`; what opens the network is for `bridges`. Never listed
    are pairs already tied, parents and subsidiaries over any chain, and those that may be one (SAME_AS). Without a pair
    that has a common partner there are no rows.

    方法：按共同伙伴的得分列出全网最高的未联系主体对。

    common 计其个数（Newman 2001）；adamic-adar 对每个共同伙伴按其自身伙伴数自然对数的倒数计（Adamic & Adar 2003）；
    allocation 按其自身伙伴数的倒数计（Zhou、Lü、Zhang 2009）。每一对都被考察，只保留最好的；得分相同者按标识排序。这些
    得分看不见没有共同伙伴的对，也不顾时间：可能性及其依据见 proposals，能打开网络的见 bridges。已有联系的对、任意层级的
    母公司与子公司、可能为同一主体者（SAME_AS）不列出。没有任何对有共同伙伴时无行。
    """
    if pairs < 1:
        raise UsageError(f"--pairs is {pairs}: at least one pair is needed")
    if score not in WORTH:
        raise UsageError(f"pairs are not ranked by {score!r}; choose one of {', '.join(WORTH)}")
    found, scores = best_pairs(net.ties, pairs, score, kin(net))
    one, other = found.T
    ids, names = net.organisations["id"].to_numpy(dtype=object), names_of(net.organisations)
    partners = np.split(net.ties.indices, net.ties.indptr[1:-1])
    common = [len(np.intersect1d(partners[first], partners[second])) for first, second in found.tolist()]
    return pd.DataFrame(
        {
            "organisation": ids[one],
            "other": ids[other],
            "rank": np.arange(1, len(found) + 1),
            "score": scores,
            "common_partners": np.array(common, dtype=np.int64),
            "start_name": names[one],
            "end_name": names[other],
        }
    )
