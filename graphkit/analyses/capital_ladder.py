"""Capital ladder (资金链阶梯): which rungs from angel to listing a place has, and where its enterprises fall off."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.themes import about, both_names, evidence, places, technology_names, working
from graphkit.network import Network

# Angel and seed are one rung: an enterprise that had one of them has not skipped the other.
RUNGS = {"early": ("angel", "seed"), "venture": ("venture",), "growth": ("growth",), "ipo": ("ipo",)}
RUNGS_ZH = {"early": "天使、种子", "venture": "创投", "growth": "成长", "ipo": "上市"}
EACH = ("place", "technology")


class Ladder(Row):
    """The rungs of one place, or of one technology in it."""

    key = "group"
    group: Annotated[
        str,
        "place, and technology where they are told apart; all for everything",
        "分组：地区，区分技术时并列技术；all 为全部",
    ]
    group_zh: Annotated[str, "the same in Chinese", "分组：地区，区分技术时并列技术"]
    raised: Annotated[int, "organisations that raised capital (获投机构)", "获投机构数：获得融资的主体数"]
    early: Annotated[
        int, "of them, in an angel or seed round (天使、种子)", "天使与种子轮：其中经历天使轮或种子轮的主体数"
    ]
    venture: Annotated[int, "in a venture round (创投)", "创投轮：经历创业投资轮的主体数"]
    growth: Annotated[int, "in a growth round (成长)", "成长轮：经历成长轮的主体数"]
    ipo: Annotated[int, "listed (上市)", "上市：已上市的主体数"]
    after_early: Annotated[
        float | None,
        "share of those on the early rung that got higher (转化率)",
        "早期转化率：早期梯级中进入更高梯级的比例",
    ]
    after_venture: Annotated[
        float | None, "share of those with venture capital that got higher", "创投转化率：创投梯级中进入更高梯级的比例"
    ]
    after_growth: Annotated[
        float | None, "share of those with growth capital that were listed", "成长转化率：成长梯级中最终上市的比例"
    ]
    missing: Annotated[
        str,
        "rungs, of those that there are anywhere, on which nobody is (缺失梯级)",
        "缺失梯级：全体数据中存在、但此处无人到达的梯级",
    ]
    skipped: Annotated[
        int,
        "organisations on a rung without one below it that there is anywhere (跳级)",
        "跳级：越过了全体数据中存在的某一下级梯级的主体数",
    ]
    never: Annotated[int, "enterprises there that raised nothing (未获投企业)", "未获投企业：从未获得融资的企业数"]
    financiers: Annotated[int, "financial organisations there (金融机构)", "金融机构数：当地的金融机构"]
    local: Annotated[
        float | None,
        "share of the money ties to those there that come from the same place (本地资金占比)",
        "本地资金占比：投向当地的资金联系中来自同地的比例",
    ]
    uncovered: Annotated[
        str,
        "rungs on which no financial organisation of the place has funded anybody",
        "未覆盖梯级：当地金融机构从未投资过的梯级",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say where the ladder breaks."""
        lost = [(row[f"after_{rung}"], rung) for rung in list(RUNGS)[:-1] if row[f"after_{rung}"] is not None]
        worst = min(lost, default=None)
        if language == "zh":
            said = f"{row['group_zh']}：{row['raised']} 家获投，{row['never']} 家企业未获投"
            gone = "、".join(RUNGS_ZH[rung] for rung in row["missing"].split(", ") if rung)
            said += f"；缺少梯级：{gone}" if gone else ""
            said += f"；{RUNGS_ZH[worst[1]]}之后仅 {100 * worst[0]:.0f}% 进入更高梯级" if worst else ""
            return said + (f"；{row['skipped']} 家跳级。" if row["skipped"] else "。")
        said = f"{row['group']}: {row['raised']} organisations raised capital, {row['never']} enterprises none"
        said += f"; nobody is on the rung {row['missing']}" if row["missing"] else ""
        said += f"; after {worst[1]} capital {100 * worst[0]:.0f} % get higher" if worst else ""
        return said + (f"; {row['skipped']} skipped a rung." if row["skipped"] else ".")


class Climber(Row):
    """One organisation and its rungs."""

    label, key, prefix = "Organisation", "id", "capital_"
    unwritten = ("name", "evidence")
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    rungs: Annotated[str, "rungs that it was on, from below", "经历梯级：到达过的梯级，自下而上"]
    highest: Annotated[str, "the highest of them (最高梯级)", "最高梯级：其中最高的梯级"]
    skipped: Annotated[str, "rungs below it that it was not on (跳过梯级)", "跳过梯级：其下未曾经历的梯级"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]


@analysis(
    "Ladder of capital",
    "资本阶梯",
    "capital and talent",
    "Where does the ladder of capital break, from angel to listing?",
    "从天使到上市，资金链在哪一级断裂？",
)
def capital_ladder(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
    each: Annotated[str, "what makes a row: place, or technology for every technology in every place"] = "place",
) -> Annotated[Findings, Ladder, Climber]:
    """Count the organisations of every place on each rung: early (angel, seed), venture, growth, listing.

    The share that got higher counts, of those once on a rung, those that were on any higher one, too. A rung is skipped
    by those that were on a higher one without it; one that nobody in the data was ever on is no rung. By technology a
    round counts for those it names (ABOUT), or else for those that its organisation works on. Money ties are pairs of
    a round and a funder (FUNDED) whose place is known. Rungs are told by what was loaded: a round that is not in the
    data cannot be told from one that did not happen.

    Raises DataError where there are no rounds (Investment, RAISED), none has a rung, or no organisation the property.

    方法：统计各地处于各融资梯级的主体数：早期（天使、种子）、创投、成长、上市。

    转化率以曾到达某梯级的主体为分母，曾到达任一更高梯级者均计入分子。越过下级梯级而到达更高梯级为跳级；全体数据中从未
    有人到达的梯级不算梯级。按技术区分时，融资轮次计入其注明的技术（ABOUT），未注明的计入该主体从事的技术。资金联系是
    融资轮次与地点已知的出资方（FUNDED）构成的对。梯级以载入的数据为准：数据中没有的轮次与未发生的轮次无法区分。

    没有融资轮次（Investment、RAISED）、轮次均无梯级，或无主体具备该属性时，无法计算。
    """
    if each not in EACH:
        raise UsageError(f"no rows for each {each!r}; choose one of {', '.join(EACH)}")
    rounds, raised = net.table("Investment"), net.table("RAISED")
    if rounds.empty or raised.empty:
        raise DataError(
            Bilingual(
                "there are no rounds of capital: load a source with them (Investment, RAISED, FUNDED)",
                "没有融资轮次：请载入含融资数据的来源（Investment、RAISED、FUNDED）",
            )
        )
    where = places(net, by)
    rung: dict[str, str | None] = {id_: _rung(value) for id_, value in zip(rounds["id"], rounds["round"], strict=True)}
    topics = _topics(net) if each == "technology" else {}
    names = technology_names(net, {topic for own in topics.values() for topic in own})
    climbed: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    by_topic: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for who, round_, row in zip(raised["start"], raised["end"], raised["row"], strict=True):
        if (on := rung.get(round_)) is not None:
            climbed[who][on].append(row)
            for topic in topics.get(round_) or topics.get(who) or []:
                by_topic[who, topic][on].append(row)
    if not climbed:
        raise DataError(
            Bilingual(
                "no round of capital says which it is (Investment.round): angel, seed, venture, growth or ipo",
                "融资轮次均未注明轮次（Investment.round）：天使、种子、创投、成长或上市",
            )
        )
    there = [on for on in RUNGS if any(on in own for own in climbed.values())]
    scene = _Scene(net, where, rung, there)
    rows = [scene.row("all", "全部", climbed, list(where), None)]
    for place in sorted(set(where.values())):
        here = [who for who, at in where.items() if at == place]
        rows.append(scene.row(place, place, {w: climbed[w] for w in here if w in climbed}, here, place))
        if each == "technology":
            skills = sorted({topic for who, topic in by_topic if where.get(who) == place})
            for topic in skills:
                own = {who: on for (who, about_), on in by_topic.items() if about_ == topic and where.get(who) == place}
                workers = [who for who in here if topic in topics.get(who, ())]
                english, chinese = names[topic]
                rows.append(scene.row(f"{place}, {english}", f"{place}·{chinese}", own, workers, place))
    if each == "technology":
        rows = [rows[0], *(row for row in rows[1:] if row["group"] not in set(where.values()))]
    table = pd.DataFrame(rows, columns=list(Ladder.columns()), dtype=object)
    return Findings(table, _climbers(net, climbed, there), _notes(net, there))


def _rung(value: object) -> str | None:
    return next((rung for rung, rounds in RUNGS.items() if value in rounds), None)


def _topics(net: Network) -> dict[str, list[str]]:
    """Tell what rounds, and where they name nothing their organisations, are about."""
    return {id_: sorted(own) for id_, own in {**working(net), **about(net, "Investment")}.items()}


class _Scene:
    """What every row is counted from."""

    def __init__(
        self, net: Network, where: Mapping[str, str], rung: Mapping[str, str | None], there: Iterable[str]
    ) -> None:
        self.where, self.rung, self.there = where, rung, list(there)
        role = dict(zip(net.organisations["id"], net.group("role"), strict=True))
        self.enterprises = {id_ for id_, value in role.items() if value == "enterprise"}
        self.finance = {id_ for id_, value in role.items() if value == "finance"}
        funded, raised = net.table("FUNDED"), net.table("RAISED")
        self.funders: dict[str, list[str]] = defaultdict(list)
        for who, round_ in zip(funded["start"], funded["end"], strict=True):
            self.funders[round_].append(who)
        self.rounds: dict[str, list[str]] = defaultdict(list)
        for who, round_ in zip(raised["start"], raised["end"], strict=True):
            self.rounds[who].append(round_)

    def row(
        self,
        group: str,
        group_zh: str,
        climbed: Mapping[str, Mapping[str, list[str]]],
        here: list[str],
        place: str | None,
    ) -> dict[str, Any]:
        """Count one group: who climbed which rung, of all organisations that are here."""
        count = Counter(on for own in climbed.values() for on in own)
        higher = {on: sum(bool(_above(on) & own.keys()) for own in climbed.values() if on in own) for on in RUNGS}
        pairs = [
            (self.where[who], self.where[funder])
            for who in climbed
            for round_ in self.rounds[who]
            for funder in self.funders.get(round_, ())
            if who in self.where and funder in self.where
        ]
        finance = {who for who, at in self.where.items() if who in self.finance and place in (None, at)}
        covered = {self.rung.get(round_) for round_, funders in self.funders.items() if finance & set(funders)}
        return {
            "group": group,
            "group_zh": group_zh,
            "raised": len(climbed),
            **{on: count[on] for on in RUNGS},
            **{f"after_{on}": higher[on] / count[on] if count[on] else None for on in list(RUNGS)[:-1]},
            "missing": ", ".join(on for on in self.there if not count[on]),
            "skipped": sum(bool(skipped(own, self.there)) for own in climbed.values()),
            "never": len([who for who in here if who in self.enterprises and not self.rounds.get(who)]),
            "financiers": len(finance),
            "local": sum(mine == theirs for mine, theirs in pairs) / len(pairs) if pairs else None,
            # Nobody funds a listing as a round: the market does.
            "uncovered": ", ".join(on for on in self.there if on not in covered and on != "ipo"),
            "evidence": evidence(row for own in climbed.values() for rows in own.values() for row in rows),
        }


def _above(rung: str) -> set[str]:
    order = list(RUNGS)
    return set(order[order.index(rung) + 1 :])


def skipped(own: Iterable[str], there: list[str]) -> list[str]:
    """List the rungs that there are, below the highest of some, and not among them."""
    climbed = set(own)
    highest = max((there.index(on) for on in climbed if on in there), default=0)
    return [on for on in there[:highest] if on not in climbed]


def _climbers(net: Network, climbed: Mapping[str, Mapping[str, list[str]]], there: list[str]) -> pd.DataFrame:
    names = both_names(net.organisations)
    rows = [
        (
            who,
            names[who][0],
            ", ".join(on for on in RUNGS if on in climbed[who]),
            max(climbed[who], key=list(RUNGS).index),
            ", ".join(skipped(climbed[who], there)),
            evidence(row for rows in climbed[who].values() for row in rows),
        )
        for who in sorted(climbed)
        if who in names
    ]
    return pd.DataFrame(rows, columns=list(Climber.columns()))


def _notes(net: Network, there: list[str]) -> tuple[Bilingual, ...]:
    said = [
        Bilingual(
            f"Nobody in the data is on the rung {on}: it counts as no rung.",
            f"数据中无人到达{RUNGS_ZH[on]}梯级：不计为梯级。",
        )
        for on in RUNGS
        if on not in there
    ]
    if net.table("FUNDED").empty:
        said.append(
            Bilingual(
                "Nothing says who funded (FUNDED): where the money comes from is not told.",
                "数据未说明出资方（FUNDED）：无法得知资金来自何处。",
            )
        )
    return tuple(said)
