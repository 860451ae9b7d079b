"""Unmet demand (需求未对接): challenges that nobody near the issuer, or nobody at all, could meet."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.themes import about, both_names, evidence, technology_names, working
from graphkit.network import Network

# Who does research or makes things; a financier or an authority that is tied to a technology cannot solve anything.
ABLE = ("enterprise", "university", "research_institute", "user", None)
NAMED = 3


class Demand(Row):
    """One challenge, and who could meet it."""

    label, key, prefix = "Challenge", "id", "demand_"
    unwritten = ("name", "name_zh", "issuer", "issuer_zh", "technology", "technology_zh", "who", "who_zh", "evidence")
    id: Annotated[str, "challenge", "需求：榜单需求"]
    name: Annotated[str, "its name", "名称"]
    name_zh: Annotated[str, "its Chinese name", "需求名称"]
    issuer: Annotated[str, "who issued it (发榜方)", "发榜方：发布需求的主体"]
    issuer_zh: Annotated[str, "Chinese name of the issuer", "发榜方名称"]
    technology: Annotated[str, "what it asks for", "所需技术（英文）"]
    technology_zh: Annotated[str, "the same in Chinese", "所需技术"]
    answer: Annotated[
        str,
        "nearby, distant (somebody could, but not near), nowhere, or unknown (it names no technology)",
        "响应：就近、远处（有能力者不在近处）、无处可寻或不明（需求未写技术）",
    ]
    capable: Annotated[
        int,
        "organisations anywhere that work on all it asks for (有能力者)",
        "有能力者：从事所需全部技术的主体，不限地区",
    ]
    nearby: Annotated[int, "of them, within `hops` ties of the issuer", "就近有能力者：距发布方不超过所设步数者"]
    nearest: Annotated[
        int | None,
        "ties to the nearest of them; none where no way leads there",
        "最近距离：到最近一个有能力者的步数；无通路时为空",
    ]
    bids: Annotated[int, "organisations that bid for it (揭榜)", "揭榜数：对其揭榜的主体"]
    won: Annotated[bool, "whether somebody won it", "已中榜：是否已有主体中榜"]
    who: Annotated[
        str,
        "the nearest of those that could, or for nowhere those that could do a part",
        "对接主体（英文）：最近的有能力者；无处可寻时为能承担一部分者",
    ]
    who_zh: Annotated[str, "their Chinese names", "对接主体：最近的有能力者；无处可寻时为能承担一部分者"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who could meet a challenge; empty where somebody near could."""
        if row["answer"] == "nearby":
            return ""
        if language == "zh":
            first = f"{row['name_zh']}（{row['issuer_zh']}，{row['technology_zh'] or '未注明技术方向'}）"
            return (
                first
                + {
                    "distant": f"：附近无人能解，{row['capable']} 家有能力的机构尚未与之联系：{row['who_zh']}。",
                    "nowhere": "：整个网络中无人能解" + (f"；可部分承担：{row['who_zh']}。" if row["who_zh"] else "。"),
                    "unknown": "：未注明技术方向，无法判断。",
                }[row["answer"]]
            )
        first = f"{row['name']} ({row['issuer']}, {row['technology'] or 'no technology named'})"
        return (
            first
            + {
                "distant": f": nobody near could meet it; {row['capable']} elsewhere could: {row['who']}.",
                "nowhere": ": nobody in the network could meet it"
                + (f"; a part: {row['who']}." if row["who"] else "."),
                "unknown": ": it names no technology, so that nobody can tell.",
            }[row["answer"]]
        )


@analysis(
    "Unmet demand",
    "未满足需求",
    "challenges",
    "Which challenges could nobody near, or nobody at all, meet?",
    "哪些需求附近无人、甚至全网无人能解？",
)
def unmet_demand(
    net: Network,
    *,
    hops: Annotated[int, "ties within which somebody is near"] = 2,
) -> Annotated[Findings, Demand]:
    """Look for organisations that could meet every challenge, near its issuer and anywhere.

    An organisation could when it works on every technology that the challenge is about (itself, or by a body or a
    result of its) and is no financier, intermediary or authority; an issuer cannot answer itself. Near is a way of at
    most `hops` ties (shared bodies) from any of the issuers. Without an issuer nobody is near. Gaps anywhere come
    first, then those with far answers, each by the fewest that could.

    Raises DataError where there are no challenges, or nothing says who works on which technology.

    方法：为每项需求寻找能够满足它的主体，先近处后全网。

    主体（自身或通过其项目、平台、成果）从事需求所涉的全部技术，且不是金融机构、中介或政府，即为有能力者；发布方不能自
    己响应。近处指由任一发布方出发不超过 hops 步（共同的项目或平台）。没有发布方则无近处可言。无处可寻者在前，其次为响
    应在远处者，各按有能力者由少到多排列。

    没有需求，或没有主体从事何种技术的信息时，无法计算。
    """
    challenges = net.table("Challenge")
    if challenges.empty:
        raise DataError(
            Bilingual(
                "there are no challenges: load a source with demands (Challenge, ISSUED)",
                "没有需求：请载入含需求的来源（Challenge、ISSUED）",
            )
        )
    skills, asked, called = working(net), about(net, "Challenge"), both_names(net.organisations)
    role = dict(zip(net.organisations["id"], net.group("role"), strict=True))
    able = {id_: own for id_, own in skills.items() if role.get(id_) in ABLE and id_ in called}
    workers: dict[str, set[str]] = defaultdict(set)
    for id_, own in able.items():
        for technology in own:
            workers[technology].add(id_)
    issued, bids, won = (_ends(net, kind) for kind in ("ISSUED", "BID_FOR", "WON"))
    names = technology_names(net, {technology for own in asked.values() for technology in own})
    titles = both_names(challenges)
    number = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    rows = []
    for id_, row in zip(challenges["id"], challenges["row"], strict=True):
        wanted, issuers = sorted(asked.get(id_, {})), sorted(who for who in issued.get(id_, {}) if who in number)
        capable = set.intersection(*(workers[t] for t in wanted)) - set(issuers) if wanted else set()
        part = Counter(who for t in wanted for who in workers[t] if who not in issuers)
        away = _distances(net, [number[who] for who in issuers])
        near = {who for who in capable if away[number[who]] <= hops}
        some = capable or set(part)
        who = sorted(some, key=lambda each: (away[number[each]], -part[each], each))[:NAMED]
        least = min((away[number[each]] for each in capable), default=np.inf)
        rows.append(
            {
                "id": id_,
                **dict(zip(("name", "name_zh"), titles[id_], strict=True)),
                "issuer": ", ".join(called[each][0] for each in issuers),
                "issuer_zh": "、".join(called[each][1] for each in issuers),
                "technology": ", ".join(names[t][0] for t in wanted),
                "technology_zh": "、".join(names[t][1] for t in wanted),
                "answer": "unknown" if not wanted else "nearby" if near else "distant" if capable else "nowhere",
                "capable": len(capable),
                "nearby": len(near),
                "nearest": int(least) if np.isfinite(least) else None,
                "bids": len(bids.get(id_, ())),
                "won": bool(won.get(id_)),
                "who": ", ".join(called[each][0] for each in who),
                "who_zh": "、".join(called[each][1] for each in who),
                "evidence": evidence([row, *issued.get(id_, {}).values(), *asked.get(id_, {}).values()]),
            }
        )
    order = {answer: i for i, answer in enumerate(("nowhere", "distant", "unknown", "nearby"))}
    rows.sort(key=lambda found: (order[found["answer"]], found["capable"], found["id"]))
    table = pd.DataFrame(rows, columns=list(Demand.columns()))
    table["nearest"] = pd.Series([row["nearest"] for row in rows], dtype=object)
    return Findings(table, None, _notes(net, table))


def _ends(net: Network, kind: str) -> dict[str, dict[str, str]]:
    """Read who is tied to each challenge by a type, with the rows."""
    ties = net.table(kind)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for who, challenge, row in zip(ties["start"], ties["end"], ties["row"], strict=True):
        found[challenge][who] = row
    return found


def _distances(net: Network, sources: list[int]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Ties from the nearest of some organisations to every other; infinite without any."""
    if not sources:
        return np.full(len(net), np.inf)
    return np.asarray(np.array(net.graph.distances(source=sources), dtype=float).min(axis=0))


def _notes(net: Network, table: pd.DataFrame) -> tuple[Bilingual, ...]:
    said = []
    if net.table("ISSUED").empty:
        said.append(
            Bilingual(
                "Nothing says who issued the challenges (ISSUED): nobody can be near.",
                "数据未说明需求由谁发布（ISSUED）：无从判断远近。",
            )
        )
    if unknown := int((table["answer"] == "unknown").sum()):
        said.append(
            Bilingual(
                f"{unknown} challenges name no technology (ABOUT), so that nobody can tell who could meet them.",
                f"{unknown} 项需求未写技术（ABOUT），无法判断谁能满足。",
            )
        )
    return tuple(said)
