"""Challenge board (揭榜挂帅): which team should be given which open challenge, with reasons and refusals."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.concentration import herfindahl
from graphkit.measures.kinship import kin
from graphkit.measures.matching import assigned, greedily, total
from graphkit.measures.themes import Rows, about, both_names, evidence, technology_names, working
from graphkit.network import Network

TEAMS = ("enterprise", "university", "research_institute")
SHORTLIST = 3


class Board(Row):
    """One open challenge, and the team that the best matching of all gives it to."""

    label, key, prefix = "Challenge", "id", "board_"
    unwritten = ("name", "name_zh", "issuer", "issuer_zh", "team_name", "team_name_zh", "why", "why_zh", "evidence")
    id: Annotated[str, "challenge", "需求：榜单需求"]
    name: Annotated[str, "its name", "名称"]
    name_zh: Annotated[str, "its Chinese name", "需求名称"]
    issuer: Annotated[str, "who issued it (发榜方)", "发榜方：发布需求的主体"]
    issuer_zh: Annotated[str, "Chinese name of the issuer", "发榜方名称"]
    team: Annotated[
        str | None,
        "organisation that should have it (揭榜方); none where all are refused",
        "揭榜方：应由其承担的主体；全部不合格时为空",
    ]
    team_name: Annotated[str, "its name", "揭榜方名称（英文）"]
    team_name_zh: Annotated[str, "its Chinese name", "揭榜方名称"]
    score: Annotated[
        float | None,
        "similarity x capability x availability, with the bonus for a bridge, 0 to 1",
        "得分：技术匹配 × 能力 × 空闲，跨区搭桥另有加分，0 至 1",
    ]
    bid: Annotated[bool, "whether it bid for it", "已揭榜：是否已对该需求揭榜"]
    suitable: Annotated[int, "organisations with a sufficient score", "合格主体数：得分达到要求的主体数"]
    why: Annotated[str, "the reasons", "理由（英文）"]
    why_zh: Annotated[str, "the reasons in Chinese", "理由"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who should have a challenge, and why."""
        if language == "zh":
            if row["team"] is None:
                return f"{row['name_zh']}（{row['issuer_zh']}）：没有合适的揭榜方。"
            return f"{row['name_zh']}（{row['issuer_zh']}）：建议由{row['team_name_zh']}揭榜（{row['why_zh']}）。"
        if row["team"] is None:
            return f"{row['name']} ({row['issuer']}): nobody is suitable."
        return f"{row['name']} ({row['issuer']}): should go to {row['team_name']} ({row['why']})."


class Candidate(Row):
    """One organisation for one challenge: the shortlist, and every bidder that was refused."""

    written = False
    challenge: Annotated[str, "challenge", "需求"]
    team: Annotated[str, "organisation", "主体"]
    team_name: Annotated[str, "its name", "揭榜方名称（英文）"]
    place: Annotated[
        int | None, "place on the shortlist, from 1; none for a refused bidder", "入围名次：从 1 起；被排除的揭榜方为空"
    ]
    score: Annotated[float, "score, 0 to 1", "得分：0 至 1"]
    similarity: Annotated[
        float, "cosine of what is asked for and what it works on (技术匹配)", "技术匹配：需求与其研究方向的余弦相似度"
    ]
    capability: Annotated[
        float, "(1 + n) / (2 + n) for n pieces of work on it (能力)", "能力：(1 + n) / (2 + n)，n 为其相关工作数"
    ]
    availability: Annotated[
        float, "1 / (1 + n) for n challenges that it has won already (空闲)", "空闲：1 / (1 + n)，n 为其已中榜的需求数"
    ]
    bridge: Annotated[
        bool, "whether it would be a new partner from another place (跨区搭桥)", "跨区搭桥：是否为来自另一地区的新伙伴"
    ]
    bid: Annotated[bool, "whether it bid (揭榜)", "已揭榜：是否已揭榜"]
    assigned: Annotated[bool, "whether the matching gives the challenge to it", "获分配：匹配是否将该需求分配给它"]
    refusal: Annotated[str, "why it cannot have it; empty where it could", "排除原因：为何不能承担；可以承担时为空"]


@dataclass(frozen=True)
class _Parts:
    """What makes up the score of one organisation for one challenge."""

    similarity: float
    capability: float
    availability: float
    bridge: bool
    refusal: str

    def score(self, bonus: float) -> float:
        """Multiply the parts; a bridge keeps the product, any other team loses the bonus."""
        if self.refusal:
            return 0.0
        whole = self.similarity * self.capability * self.availability
        return round(whole * (1 + bonus * self.bridge) / (1 + bonus), 12)


@analysis(
    "Challenge board",
    "揭榜挂帅",
    "challenges",
    "Which team should be given which open challenge?",
    "哪个团队应揭哪张榜？",
)
def challenge_board(
    net: Network,
    *,
    capacity: Annotated[int, "challenges that one team may be given"] = 1,
    least: Annotated[float, "score below which a team is refused"] = 0.2,
    bonus: Annotated[float, "how much more a team counts that is a new partner from another place"] = 0.1,
    bidders_only: Annotated[bool, "consider only organisations that bid (BID_FOR)"] = False,
) -> Annotated[Findings, Board, Candidate]:
    """Match open challenges (issued, won by nobody) with teams so that the sum of scores is the largest.

    The score is similarity x capability x availability, all from 0 to 1, divided by 1 + `bonus` unless the team shares
    no body with the issuer and has another zone. Similarity is the cosine of the technologies asked for and worked on;
    capability is (1 + n) / (2 + n) for n seats and results on them, availability 1 / (1 + n) for n challenges won
    before. Refused are issuers themselves, those that belong to an issuer or it to them (SUBSIDIARY_OF), all but
    enterprises, universities and institutes, those that work on nothing of it, and scores below `least`. The matching
    is optimal (Kuhn 1955), not first come, first served: the notes compare. Challenges without technologies stay open.

    Raises DataError where there are no challenges, or nothing says who works on which technology.

    方法：将未中榜的需求与团队匹配，使得分总和最大。

    得分为技术匹配 × 能力 × 空闲，三者均在 0 至 1 之间；除非团队与发榜方没有共同的项目或平台且处于不同高新区，否则再除
    以 1 + bonus。技术匹配为所需技术与所从事技术的余弦相似度；能力为 (1 + n) / (2 + n)，n 为相关席位与成果数；空闲为 1
    / (1 + n)，n 为已中榜需求数。排除的有：发榜方自身、与发榜方有隶属关系者（SUBSIDIARY_OF）、企业、高校与科研院所以外
    的主体、不从事任何所需技术者，以及得分低于 least 者。匹配为最优匹配（Kuhn 1955），而非先到先得，附注给出两者的比较。
    未写技术的需求保持开放。

    没有需求，或没有主体从事何种技术的信息时，无法计算。
    """
    if capacity < 1:
        raise UsageError(f"a team has to be given one challenge at least, not {capacity}")
    challenges = net.table("Challenge")
    if challenges.empty:
        raise DataError(
            Bilingual(
                "there are no challenges: load a source with demands (Challenge, ISSUED)",
                "没有需求：请载入含需求的来源（Challenge、ISSUED）",
            )
        )
    scene = _Scene.of(net)
    won = net.table("WON")
    open_ = [id_ for id_ in challenges["id"] if id_ not in set(won["end"])]
    teams = sorted(scene.skills)
    parts = {(c, t): scene.parts(c, t, bidders_only) for c in open_ for t in teams}
    scores = np.array([[parts[c, t].score(bonus) for t in teams] for c in open_]).reshape(len(open_), len(teams))
    chosen = assigned(scores, capacity, least)
    titles, rows = both_names(challenges), dict(zip(challenges["id"], challenges["row"], strict=True))
    table = [
        _board(scene, id_, titles[id_], rows[id_], teams, scores[i], chosen[i], parts, least)
        for i, id_ in enumerate(open_)
    ]
    table.sort(key=lambda row: (row["score"] is None, -(row["score"] or 0), row["id"]))
    shortlist = [
        line
        for i, id_ in enumerate(open_)
        for line in _shortlist(scene, id_, teams, scores[i], chosen[i], parts, least)
    ]
    frame = pd.DataFrame(table, columns=list(Board.columns()), dtype=object)
    listed = pd.DataFrame(shortlist, columns=list(Candidate.columns()), dtype=object)
    return Findings(frame, listed, _notes(net, scores, chosen, capacity, least))


@dataclass(frozen=True)
class _Scene:
    """What the scores are made of, read once."""

    names: Mapping[str, tuple[str, str]]
    role: Mapping[str, str | None]
    zone: Mapping[str, str | None]
    skills: Rows
    asked: Rows
    work: Mapping[str, Counter[str]]  # pieces of work by organisation and technology
    issuers: Mapping[str, list[str]]
    bidders: Mapping[str, set[str]]
    won: Counter[str]
    kin: frozenset[tuple[str, str]]
    partners: frozenset[tuple[str, str]]
    technologies: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, net: Network) -> "_Scene":
        ids = net.organisations["id"].tolist()
        skills, asked = working(net), about(net, "Challenge")
        issued, bids = net.table("ISSUED"), net.table("BID_FOR")
        issuers: dict[str, list[str]] = defaultdict(list)
        bidders: dict[str, set[str]] = defaultdict(set)
        for who, challenge in zip(issued["start"], issued["end"], strict=True):
            issuers[challenge].append(who)
        for who, challenge in zip(bids["start"], bids["end"], strict=True):
            bidders[challenge].add(who)
        one, other = kin(net).nonzero()
        first, second, _ = net.pairs
        tied = {(ids[a], ids[b]) for a, b in zip(first.tolist(), second.tolist(), strict=True)}
        topics = {technology for own in [*skills.values(), *asked.values()] for technology in own}
        return cls(
            names=both_names(net.organisations),
            role=dict(zip(ids, net.group("role"), strict=True)),
            zone=dict(zip(ids, net.group("zone"), strict=True)),
            skills={id_: own for id_, own in skills.items() if id_ in set(ids)},
            asked=asked,
            work=_work(net),
            issuers=issuers,
            bidders=bidders,
            won=Counter(net.table("WON")["start"]),
            kin=frozenset((ids[a], ids[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)),
            partners=frozenset(tied | {(b, a) for a, b in tied}),
            technologies=technology_names(net, topics),
        )

    def parts(self, challenge: str, team: str, bidders_only: bool) -> _Parts:
        """Weigh one organisation for one challenge."""
        wanted, own = set(self.asked.get(challenge, ())), set(self.skills[team])
        shared, issuers = wanted & own, self.issuers.get(challenge, [])
        count = sum(self.work[team][technology] for technology in shared) if team in self.work else 0
        refusal = ""
        if team in issuers:
            refusal = "issued it itself"
        elif any((team, issuer) in self.kin for issuer in issuers):
            refusal = "belongs together with the issuer"
        elif self.role.get(team) not in TEAMS:
            refusal = f"is no enterprise, university or institute ({self.role.get(team) or 'role unknown'})"
        elif not shared:
            refusal = "works on nothing of it"
        elif bidders_only and team not in self.bidders.get(challenge, ()):
            refusal = "did not bid"
        new = bool(issuers) and not any((team, issuer) in self.partners for issuer in issuers)
        places = {self.zone.get(issuer) for issuer in issuers} - {None}
        here = self.zone.get(team)
        return _Parts(
            similarity=len(shared) / (len(wanted) * len(own)) ** 0.5 if shared else 0.0,
            capability=(1 + count) / (2 + count),
            availability=1 / (1 + self.won[team]),
            bridge=new and here is not None and bool(places) and here not in places,
            refusal=refusal,
        )


def _work(net: Network) -> dict[str, Counter[str]]:
    """Count the seats and results of every organisation on each technology."""
    bodies, results = about(net, "Platform", "Collaboration"), about(net, "Result")
    ids, names, seats = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy(), net.memberships
    made = net.table("PRODUCED")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for i, body in zip(seats["organisation"], seats["body"], strict=True):
        found[ids[i]].update(list(bodies.get(names[body], ())))
    for who, result in zip(made["start"], made["end"], strict=True):
        found[who].update(list(results.get(result, ())))
    return found


def _board(
    scene: _Scene,
    challenge: str,
    title: tuple[str, str],
    row: str | None,
    teams: list[str],
    scores: "np.ndarray[Any, np.dtype[np.float64]]",
    chosen: int | None,
    parts: Mapping[tuple[str, str], _Parts],
    least: float,
) -> dict[str, Any]:
    issuers = [who for who in scene.issuers.get(challenge, ()) if who in scene.names]
    team = None if chosen is None else teams[chosen]
    why = ("", "") if team is None else _why(scene, challenge, team, parts[challenge, team])
    skills = scene.skills.get(team or "", {})
    return {
        "id": challenge,
        "name": title[0],
        "name_zh": title[1],
        "issuer": ", ".join(scene.names[who][0] for who in issuers),
        "issuer_zh": "、".join(scene.names[who][1] for who in issuers),
        "team": team,
        "team_name": scene.names[team][0] if team else "",
        "team_name_zh": scene.names[team][1] if team else "",
        "score": None if chosen is None else float(scores[chosen]),
        "bid": team in scene.bidders.get(challenge, ()),
        "suitable": int((scores >= max(least, 1e-12)).sum()),
        "why": why[0],
        "why_zh": why[1],
        "evidence": evidence([row, *(skills.get(technology) for technology in scene.asked.get(challenge, ()))]),
    }


def _why(scene: _Scene, challenge: str, team: str, parts: _Parts) -> tuple[str, str]:
    """Give the reasons in English and Chinese."""
    shared = sorted(set(scene.asked.get(challenge, ())) & set(scene.skills[team]))
    count = sum(scene.work[team][technology] for technology in shared) if team in scene.work else 0
    english = [
        f"works on {', '.join(scene.technologies[t][0] for t in shared)}",
        f"{count} piece{'s' * (count != 1)} of work on it",
    ]
    chinese = [f"从事{'、'.join(scene.technologies[t][1] for t in shared)}", f"相关成果与项目 {count} 项"]
    if scene.won[team]:
        english.append(f"has won {scene.won[team]} already")
        chinese.append(f"已中榜 {scene.won[team]} 项")
    if parts.bridge:
        english.append("a new partner from another place")
        chinese.append("来自其他园区的新伙伴")
    if team in scene.bidders.get(challenge, ()):
        english.append("bid for it")
        chinese.append("已揭榜")
    return "; ".join(english), "；".join(chinese)


def _shortlist(
    scene: _Scene,
    challenge: str,
    teams: list[str],
    scores: "np.ndarray[Any, np.dtype[np.float64]]",
    chosen: int | None,
    parts: Mapping[tuple[str, str], _Parts],
    least: float,
) -> list[dict[str, Any]]:
    order = sorted(range(len(teams)), key=lambda i: (-scores[i], teams[i]))
    best = [i for i in order if scores[i] >= max(least, 1e-12)]
    listed = best[:SHORTLIST] + [i for i in best[SHORTLIST:] if i == chosen]
    refused = [i for i in order if teams[i] in scene.bidders.get(challenge, ()) and i not in best]
    lines = []
    for place, i in [*((best.index(i) + 1, i) for i in listed), *((None, i) for i in refused)]:
        own = parts[challenge, teams[i]]
        lines.append(
            {
                "challenge": challenge,
                "team": teams[i],
                "team_name": scene.names[teams[i]][0],
                "place": place,
                "score": float(scores[i]),
                "similarity": own.similarity,
                "capability": own.capability,
                "availability": own.availability,
                "bridge": own.bridge,
                "bid": teams[i] in scene.bidders.get(challenge, ()),
                "assigned": i == chosen,
                "refusal": own.refusal or ("" if place else f"its score is below {least:g}"),
            }
        )
    unskilled = sorted(
        who for who in scene.bidders.get(challenge, ()) if who not in scene.skills and who in scene.names
    )
    for who in unskilled:
        line = dict.fromkeys(Candidate.columns(), None) | dict.fromkeys(
            ("score", "similarity", "capability", "availability"), 0.0
        )
        line |= {"challenge": challenge, "team": who, "team_name": scene.names[who][0], "bridge": False, "bid": True}
        lines.append(line | {"assigned": False, "refusal": "nothing says what it works on"})
    return lines


def _notes(
    net: Network,
    scores: "np.ndarray[Any, np.dtype[np.float64]]",
    chosen: list[int | None],
    capacity: int,
    least: float,
) -> tuple[Bilingual, ...]:
    said = []
    if chosen:
        best, first = total(scores, chosen), total(scores, greedily(scores, capacity, least))
        given = sum(column is not None for column in chosen)
        said.append(
            Bilingual(
                f"{given} of {len(chosen)} open challenges are given away, with scores of {best:.2f} together; first "
                f"come, first served would reach {first:.2f}.",
                f"{len(chosen)} 项开放需求中分配出 {given} 项，得分合计 {best:.2f}；若先到先得则为 {first:.2f}。",
            )
        )
    else:
        said.append(Bilingual("No challenge is open: all were won.", "没有开放的需求：均已中榜。"))
    won = net.table("WON")
    if len(won):
        of = dict(zip(net.organisations["id"], net.group("zone"), strict=True))
        winners, places = Counter(won["start"]), Counter(of.get(who) or "unknown" for who in won["start"])
        most = min(places, key=lambda place: (-places[place], place))
        said.append(
            Bilingual(
                f"So far {len(won)} were won by {len(winners)} organisations (Herfindahl index "
                f"{herfindahl(list(winners.values())):.2f}), {places[most]} of them in {most}.",
                f"迄今 {len(won)} 项由 {len(winners)} 个主体中榜（赫芬达尔指数 "
                f"{herfindahl(list(winners.values())):.2f}），其中 {places[most]} 项在{most}。",
            )
        )
    return tuple(said)
