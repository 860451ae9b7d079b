"""Four chains (四链融合): technology, industry, capital and talent of every place, and whether they close a loop."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.measures.chains import CHAINS, NEEDS, Link, chains, participation, standing
from graphkit.measures.loops import LOOP_NEEDS, STEPS, Loop, LoopFinder
from graphkit.measures.themes import both_names, evidence, lacking, places, technology_names, working
from graphkit.network import Network

CANDIDATES = 3


class PlaceAndTechnology(Row):
    """One technology in one place: which chains are there, which meet, and whether they close into a loop."""

    place: Annotated[str, "value of the property, a zone or a region", "地区：所按属性的取值，高新区或区域"]
    technology: Annotated[
        str, "technology that is worked on, or asked for, there", "技术（英文）：当地研究或需求的技术"
    ]
    technology_zh: Annotated[str, "its Chinese name", "技术：当地研究或需求的技术"]
    organisations: Annotated[int, "organisations there that work on it", "主体数：当地从事该技术的主体"]
    chains: Annotated[int, "of the four chains, how many are there (四链在位数)", "四链在位数：四链中在位的条数"]
    missing_chains: Annotated[str, "chains that nobody there stands in", "缺失的链：当地无人处于其上的链"]
    links: Annotated[
        int,
        "of the six pairs of chains, how many meet in one organisation (链间联系)",
        "链间联系：六对链中在同一主体交汇者",
    ]
    missing_links: Annotated[
        str, "pairs of chains that are both there and meet in nobody", "缺失的链间联系：两链均在位却不在任何主体交汇者"
    ]
    closed: Annotated[
        bool | None,
        "whether demand, technology, capital, talent and demand close (闭环)",
        "闭环：需求、技术、资金、人才再到需求是否闭合",
    ]
    loops: Annotated[
        int, "pairs of demander and provider between which the loop closes", "闭环数：构成闭环的需求方与供给方的对数"
    ]
    first_missing: Annotated[
        str,
        "first step of the loop that nothing there makes; what to do next",
        "首个缺失环节：闭环中当地无人承担的第一步，即下一步要补的环节",
    ]
    loop: Annotated[
        str,
        "members of the loop, or as far as it gets; persons are only counted",
        "闭环成员（英文）：闭环的成员，或能到达之处；人员只计数",
    ]
    loop_zh: Annotated[str, "the same in Chinese", "闭环成员：闭环的成员，或能到达之处；人员只计数"]
    bring_in: Annotated[
        str,
        "organisations elsewhere that could make the missing step",
        "可引入主体（英文）：能够承担缺失环节的外地主体",
    ]
    bring_in_zh: Annotated[str, "their Chinese names", "可引入主体：能够承担缺失环节的外地主体"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say whether the loop closes, and what is missing first."""
        step = row["first_missing"]
        if language == "zh":
            said = f"{row['place']}·{row['technology_zh']}：四链具备 {row['chains']} 条，链间联系 {row['links']}/6"
            if row["closed"]:
                return f"{said}；闭环成立：{row['loop_zh']}。"
            if row["closed"] is None:
                return f"{said}；缺少数据（{step}），无法判断闭环。"
            got = f"（已到：{row['loop_zh']}）" if row["loop_zh"] else ""
            other = f"；可引入：{row['bring_in_zh']}" if row["bring_in_zh"] else ""
            return f"{said}；闭环的首个缺口是“{STEPS[step]}”{got}{other}。"
        said = f"{row['place']}, {row['technology']}: {row['chains']} of the four chains, {row['links']} of 6 links"
        if row["closed"]:
            return f"{said}; the loop closes: {row['loop']}."
        if row["closed"] is None:
            return f"{said}; whether the loop closes cannot be told: no {step} loaded."
        got = f" (it gets as far as {row['loop']})" if row["loop"] else ""
        other = f"; could be brought in: {row['bring_in']}" if row["bring_in"] else ""
        return f"{said}; the loop lacks first: {step}{got}{other}."


class ChainMember(Row):
    """How many links one organisation has in each chain, and how evenly."""

    label, key, prefix = "Organisation", "id", "chain_"
    id: Annotated[str, "organisation", "主体"]
    technology: Annotated[
        int,
        "seats in shared bodies, results produced and taken over (技术链)",
        "技术链：共同参与的席位、产出与承接的成果",
    ]
    industry: Annotated[int, "supply ties (产业链)", "产业链：供应联系"]
    capital: Annotated[
        int,
        "rounds raised and funded, seats in publicly funded bodies (资金链)",
        "资金链：获得与投出的轮次、公共资助项目中的席位",
    ]
    talent: Annotated[int, "posts held at it (人才链)", "人才链：在其处任职的岗位"]
    overlap: Annotated[int, "links in all four (重叠度)", "重叠度：四链联系的总数"]
    participation: Annotated[
        float | None,
        "1 for equal parts in all four chains, 0 for one only (多层参与系数)",
        "多层参与系数：四链均等为 1，仅在一链为 0",
    ]


@analysis(
    "The four chains",
    "四链融合",
    "chains and stages",
    "Where do the four chains close into a loop, and what is missing first?",
    "四链在何处闭环，首先缺什么？",
)
def four_chains(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
) -> Annotated[Findings, PlaceAndTechnology, ChainMember]:
    """Tell for every place and technology which chains are there, which meet, and whether they close into a loop.

    An organisation works on a technology when it says so itself (ABOUT) or a body or result of its does. A chain is
    there when an organisation of the place has a link in it on the technology: of a link that names no technology those
    of its organisation count. Two chains meet when one organisation stands in both. The loop runs from a demander, who
    issued a challenge, to a provider that bid, won or shares a body with it, to capital of the provider, to a person
    that worked at both; the first step that nothing in the place makes is what to do next. `closed` is missing where a
    step cannot be told because the network has no tie of the type, which the note names.

    Participation over the four layers is that of Battiston, Nicosia & Latora (2014), missing without links. Raises
    DataError where nothing names technologies or places.

    方法：按地区与技术说明哪些链在位、哪些链交汇、能否形成闭环。

    主体自身注明某技术（ABOUT），或其项目、平台、成果涉及某技术，即视为从事该技术。当地有主体在该技术上具有某链的联系，
    该链即在位；联系未写技术的，取其主体从事的技术。两链由同一主体承担即为交汇。闭环由发布需求的需求方，到揭榜、中榜或
    与其同在一个项目平台的供给方，到供给方的资金，再到曾在双方任职的人才；当地无人承担的第一步就是下一步要补的环节。若
    网络中没有某类联系而无法判断，闭环一栏为空，并由附注说明。

    四层参与系数取 Battiston, Nicosia & Latora（2014），无联系时为空。没有技术或地区信息时，无法计算。
    """
    where, working_on = places(net, by), working(net)
    at: dict[str, list[str]] = defaultdict(list)
    for id_, place in where.items():
        at[place].append(id_)
    linked = chains(net)
    finder = LoopFinder(net)
    stands = standing(linked, working_on)
    names = technology_names(net, {t for own in working_on.values() for t in own} | set(finder.issued))
    absent = lacking(net, *sorted({kind for kinds in LOOP_NEEDS.values() for kind in kinds}))
    called = {**both_names(net.organisations), **both_names(net.bodies), **both_names(net.table("Investment"))}
    rows: list[dict[str, Any]] = []
    for place, members in at.items():
        here = set(members)
        workers: dict[str, set[str]] = defaultdict(set)
        for id_ in members:
            for technology in working_on.get(id_, ()):
                workers[technology].add(id_)
        asked = {technology for technology, pairs in finder.issued.items() if any(d in here for d, _ in pairs)}
        for technology in {*workers, *asked}:
            in_chain = {
                chain: {i: row for i, row in stands[chain][technology].items() if i in here} for chain in CHAINS
            }
            loop = finder.find(technology, here)
            rows.append(
                {
                    "place": place,
                    "technology": names[technology][0],
                    "technology_zh": names[technology][1],
                    "organisations": len(workers.get(technology, ())),
                    **_meeting(in_chain),
                    **_loop(absent, loop, _candidates(loop, technology, here, finder, stands), called),
                    "_rows": (*loop.rows, *(next(iter(in_chain[chain].values()), "") for chain in CHAINS)),
                    "_id": technology,
                }
            )
    for row in rows:
        row["evidence"] = evidence(row.pop("_rows"))
    rows.sort(key=lambda row: (not row["closed"], -row["chains"], -row["links"], row["place"], row["_id"]))
    table = pd.DataFrame(rows, columns=list(PlaceAndTechnology.columns()))
    return Findings(table.astype({"closed": object}), _members(net, linked), _notes(net))


def _meeting(in_chain: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    there = [chain for chain in CHAINS if in_chain[chain]]
    pairs = list(combinations(there, 2))
    met = [pair for pair in pairs if set(in_chain[pair[0]]) & set(in_chain[pair[1]])]
    return {
        "chains": len(there),
        "missing_chains": ", ".join(chain for chain in CHAINS if chain not in there),
        "links": len(met),
        "missing_links": ", ".join(f"{a} and {b}" for a, b in pairs if (a, b) not in met),
    }


def _loop(absent: list[str], loop: Loop, bring_in: list[str], names: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    unknown = [kind for kind in LOOP_NEEDS.get(loop.missing, ()) if kind in absent]
    members = [id_ for id_ in (loop.demander, loop.provider, loop.capital) if id_]
    told = []
    for language, some in enumerate(
        (f"{loop.persons} person{'s' if loop.persons > 1 else ''}", f"{loop.persons} 名人才")
    ):
        words = [names.get(id_, (id_, id_))[language] for id_ in members] + [some] * bool(loop.persons)
        told.append(" → ".join([*words, *words[: not loop.missing]]))
    return {
        "closed": None if unknown else not loop.missing,
        "loops": loop.loops,
        "first_missing": ", ".join(unknown) or loop.missing,
        "loop": told[0],
        "loop_zh": told[1],
        "bring_in": "" if unknown else ", ".join(names[id_][0] for id_ in bring_in),
        "bring_in_zh": "" if unknown else "、".join(names[id_][1] for id_ in bring_in),
    }


def _candidates(
    loop: Loop,
    technology: str,
    here: set[str],
    finder: LoopFinder,
    stands: dict[str, dict[str, dict[str, str]]],
) -> list[str]:
    """Choose organisations elsewhere that make the step which is missing, those with most links in it first."""
    count: Counter[str] = Counter()
    if loop.missing == "demand":
        count.update(demander for demander, _ in finder.issued.get(technology, ()))
    elif loop.missing == "demand to technology":
        answered = {who for _, c in finder.issued.get(technology, ()) for who in finder.answers.get(c, ())}
        count.update({who: 1 + (who in answered) for who in stands["technology"].get(technology, ())})
    elif loop.missing == "technology to capital":
        funded = finder.net.table("FUNDED")
        rounds = zip(funded["start"], funded["end"], strict=True)
        count.update(who for who, what in rounds if technology in finder.topics.get(what, ()))
    elif loop.missing:
        count.update({who: len(finder.staff.get(who, ())) for who in stands["talent"].get(technology, ())})
    best = sorted((who for who in count if who not in here), key=lambda who: (-count[who], who))
    return best[:CANDIDATES]


def _members(net: Network, linked: dict[str, list[Link]]) -> pd.DataFrame:
    count = {chain: Counter(link.organisation for link in links) for chain, links in linked.items()}
    ids = net.organisations["id"].tolist()
    degree = np.array([[count[chain][id_] for chain in CHAINS] for id_ in ids], dtype=float).reshape(-1, len(CHAINS))
    spread = participation(degree).astype(object)
    spread[degree.sum(axis=1) == 0] = None
    table = pd.DataFrame({"id": ids, **{chain: degree[:, i].astype(np.int64) for i, chain in enumerate(CHAINS)}})
    table["overlap"] = degree.sum(axis=1).astype(np.int64)
    table["participation"] = pd.Series(spread, dtype=object, index=table.index)
    return table


def _notes(net: Network) -> tuple[Bilingual, ...]:
    absent = {chain: lacking(net, *kinds) for chain, kinds in NEEDS.items()}
    said = [
        Bilingual(
            f"Nothing tells of {chain} beyond public funding: no {' and no '.join(kinds)} is loaded.",
            f"除公共资助外没有资金链数据：未载入 {'、'.join(kinds)}。",
        )
        if chain == "capital"
        else Bilingual(
            f"Nothing tells of the {chain} chain: no {' and no '.join(kinds)} is loaded.",
            f"没有{CHAINS[chain]}数据：未载入 {'、'.join(kinds)}。",
        )
        for chain, kinds in absent.items()
        if kinds and len(kinds) == len(NEEDS[chain])
    ]
    if lacking(net, "ISSUED"):
        said.append(
            Bilingual(
                "Nothing tells of demand: no ISSUED (challenge) is loaded, so that no loop can be told.",
                "没有需求数据：未载入 ISSUED（需求），无法判断闭环。",
            )
        )
    return tuple(said)
