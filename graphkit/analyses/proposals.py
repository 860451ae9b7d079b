"""Proposals (合作建议): for each organisation, the partners it is most likely to find next."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.gain import Distances
from graphkit.measures.likelihood import learn
from graphkit.measures.reasons import Grounds
from graphkit.network import Network

GAIN_SOURCES = 512


class Proposal(Row):
    """One organisation and one partner that it never had."""

    written = False
    organisation: Annotated[str, "organisation that is advised", "主体：获得建议的主体"]
    candidate: Annotated[str, "organisation that it could work with (候选伙伴)", "候选伙伴：可与之合作的主体"]
    rank: Annotated[int, "place among its candidates, from 1", "名次：在其候选中的名次，从 1 起"]
    likelihood: Annotated[
        float | None,
        "how likely such a tie is, 0 to 1; none where nothing could be learned (可能性)",
        "可能性：此类联系建立的可能性，0 至 1；无从学习时为空",
    ]
    specific: Annotated[
        float | None,
        "how far it is these two, not any two as active and as near: above 0.5 speaks for them (特异性)",
        "特异性：在多大程度上是因为这两个主体本身，而非同样活跃、同样接近的任意两者；高于 0.5 为有利",
    ]
    gain: Annotated[
        float, "what that tie alone would add to global efficiency (增益)", "增益：仅此一条联系为全局效率带来的增量"
    ]
    reasons: Annotated[str, "why it is likely, in words (理由)", "理由：为何可能（英文）"]
    organisation_name: Annotated[str, "name of the organisation", "候选成员名称"]
    candidate_name: Annotated[str, "name of the candidate", "候选伙伴名称"]
    common_partners: Annotated[int, "partners that both have (共同伙伴数)", "共同伙伴数：双方共有的合作伙伴"]
    evidence: Annotated[str, "rows of the sources behind it (证据)", "证据：支持此建议的来源数据行"]
    reasons_zh: Annotated[str, "why it is likely, in Chinese (理由)", "理由：为何可能"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who should meet whom, how likely that is, and why."""
        known, gain = row["likelihood"] is not None, row["gain"]
        chance = 100 * row["likelihood"] if known else 0.0
        if language == "zh":
            likely = f"可能性 {chance:.1f}%" if known else "可能性未知"
            return (
                f"{row['organisation_name']}可与{row['candidate_name']}合作：{likely}，全局效率 +{gain:.6f}；"
                f"{row['reasons_zh']}。"
            )
        likely = f"likelihood {chance:.1f} %" if known else "likelihood unknown"
        return (
            f"{row['organisation_name']} could work with {row['candidate_name']}: {likely}, "
            f"global efficiency +{gain:.6f}; {row['reasons']}."
        )


@analysis(
    "Proposals for one organisation",
    "单个主体的合作建议",
    "bridges",
    "With whom should each organisation work next?",
    "每个机构下一步应与谁合作？",
    in_report=False,
)
def proposals(
    net: Network,
    *,
    each: Annotated[int, "proposals for each organisation"] = 10,
    among: Annotated[tuple[str, ...] | None, "file with one organisation id a line; else all that have a tie"] = None,
    without_common_partner: Annotated[bool, "only candidates with whom it has no partner in common"] = False,
    former: Annotated[bool, "also partners of an earlier framework, with whom it has no tie today"] = False,
    learned_from: Annotated[int, "organisations drawn to learn from; more is slower and a little better"] = 1_500,
    seed: Annotated[int, "seed of the draws"] = 0,
) -> Annotated[Findings, Proposal]:
    """Rank for each organisation those it was never tied to by how likely a tie is.

    Likelihood is learned from the network's own past by a logistic regression on ranks of neighbour, path and walk
    scores (Adamic & Adar 2003; Kovacs et al. 2019; personalised PageRank), an embedding of the seats, activity,
    programmes, technologies, countries, roles and partners in an earlier framework, with a model of its own for pairs
    without a common partner; reasons are its largest terms. `specific` is learned on new ties beside untied pairs
    with as many partners and at the same distance, by a regression and gradient-boosted trees (Friedman 2001), half
    each; no reason is taken from the trees. Gain is judged apart and never enters the rank: exact to 5,000
    organisations, estimated from 512 sources above. Where there is too little past, likelihood is missing and
    candidates are ranked by resource allocation and short ways; of an organisation without any tie it is missing,
    too, and those active in the countries and roles that its own tie up with come first. Bodies without dates whose
    programmes are never dated are an earlier framework, before everything else. Never proposed are pairs already
    tied, parents and subsidiaries over any chain, and those that may be one (SAME_AS). The notes say how well
    proposals of the same model came true on a later part of the past that it had not seen.

    方法：为每个主体，将从未与之联系的主体按建立联系的可能性排序。

    可能性由网络自身的过去学得：对邻居、路径与游走得分的秩（Adamic & Adar 2003；Kovacs et al. 2019；个性化 PageRank）、
    席位的嵌入、活跃度、计划、技术、国家、角色以及上一框架计划的伙伴作逻辑回归，没有共同伙伴的对另用一个模型；理由为其中
    最大的几项。特异性由新联系与伙伴数相同、距离相同的无联系对比较学得，逻辑回归与梯度提升树（Friedman 2001）各占一半；
    理由不取自树。增益另行判断，不进入排序：5,000 个主体以内精确，超过则由 512 个源点估计。过去太短时可能性为空，候选按
    资源分配指数与短路径排序；没有任何联系的主体亦然，与其同类主体常合作的国家与角色中活跃者在前。所属计划从未有日期的项
    目与平台视为上一框架计划，先于其他一切。已有联系的对、任意层级的母公司与子公司、可能为同一主体者（SAME_AS）从不建议。
    附注说明同一模型的建议在其未曾见过的较晚时期成真的情况。
    """
    if each < 1:
        raise UsageError(f"--each is {each}: at least one proposal for each organisation is needed")
    sources = _chosen(net, among)
    learned = learn(net, organisations=learned_from, seed=seed)
    if among is None:  # who was in an earlier framework only is advised when it is named
        sources = sources[learned.past.present[sources]]
    best = learned.best(sources, each, without_common_partner=without_common_partner, former=former)
    pairs = best[["source", "target"]].to_numpy(dtype=np.int64).reshape(-1, 2)
    grounds = Grounds(learned)
    one, other = pairs.T.tolist()
    words, evidence = [], []
    with ThreadPoolExecutor(1) as beside:  # gains are compiled, and leave Python to the words
        gains = beside.submit(lambda: Distances(net.ties, sources=GAIN_SOURCES, seed=seed).gains(pairs).efficiency)
        for row in best.to_dict("records"):
            words.append(grounds.words({str(key): value for key, value in row.items()}))
            evidence.append(grounds.evidence(int(row["source"]), int(row["target"])))
    table = pd.DataFrame(
        {
            "organisation": [grounds.ids[i] for i in one],
            "candidate": [grounds.ids[i] for i in other],
            "rank": best.groupby("source").cumcount().to_numpy(dtype=np.int64) + 1,
            "likelihood": best["likelihood"].astype(object).where(best["likelihood"].notna(), None).to_numpy(),
            "specific": best["specific"].astype(object).where(best["specific"].notna(), None).to_numpy(),
            "gain": gains.result(),
            "reasons": [english for english, _ in words],
            "organisation_name": [grounds.names[i] for i in one],
            "candidate_name": [grounds.names[i] for i in other],
            "common_partners": best["common"].to_numpy(dtype=np.int64),
            "evidence": evidence,
            "reasons_zh": [chinese for _, chinese in words],
        }
    )
    return Findings(table, notes=learned.notes)


def _chosen(net: Network, among: tuple[str, ...] | None) -> "np.ndarray[Any, np.dtype[np.int64]]":
    if among is None:
        return np.flatnonzero(np.diff(net.ties.indptr) > 0)
    rows = pd.Index(net.organisations["id"]).get_indexer(pd.Index(among))
    if (rows < 0).any():
        unknown = [id_ for id_, row in zip(among, rows, strict=True) if row < 0]
        more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        raise DataError(
            Bilingual(
                f"no organisation has the id {unknown[0]!r}{more}; ids carry their scheme, as in pic:998616262",
                f"没有标识为 {unknown[0]!r} 的主体；标识带有前缀，如 pic:998616262",
            )
        )
    return np.unique(rows).astype(np.int64)
