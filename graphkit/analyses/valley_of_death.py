"""Valley of death (死亡之谷): where research stops on its way to industry, and who could carry it on."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit import schema
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.measures.stages import ALL, LADDER, Held, handed, held, passage, steps, taken
from graphkit.measures.themes import both_names, evidence, places, technology_names
from graphkit.network import Network

HOSTS = 3


class Valley(Row):
    """One technology in one place, and what of its research gets to industry."""

    place: Annotated[str, "value of the property, a zone or a region", "地区：所按属性的取值，高新区或区域"]
    technology: Annotated[str, "technology, or all where nothing names any", "技术：未写技术时为全部"]
    technology_zh: Annotated[str, "its Chinese name", "技术：当地研究或需求的技术"]
    basic: Annotated[
        int, "organisations there in basic research on it (基础研究)", "基础研究：当地从事该技术基础研究的主体数"
    ]
    applied: Annotated[int, "in applied research (应用研究)", "应用研究：主体数"]
    development: Annotated[int, "in experimental development (试验发展)", "试验发展：主体数"]
    maturation: Annotated[int, "in pilot scale and maturation (中试、熟化)", "中试熟化：主体数"]
    industrialisation: Annotated[int, "in industrialisation (产业化)", "产业化：主体数"]
    missing: Annotated[str, "stages at which nobody there works (缺失阶段)", "缺失阶段：当地无人从事的阶段"]
    flow: Annotated[
        int,
        "how many carry it from basic (else applied) research to industry: the maximum flow (最大流)",
        "最大流：从基础研究（否则应用研究）贯通到产业的通路数",
    ]
    cut: Annotated[
        str,
        "steps that limit the flow: the minimum cut, each with how many carry it (最小割)",
        "最小割：限制贯通的环节及各自的通路数",
    ]
    gap: Annotated[
        str,
        "last stage that basic research reaches, and the next, which it does not or barely (断点)",
        "断点：基础研究所能到达的最后阶段，以及到不了或勉强到达的下一阶段",
    ]
    bridged: Annotated[
        float | None,
        "share of those in basic research with a short way through maturation to industry",
        "贯通占比：从事基础研究的主体中经中试熟化短程到达产业者的比例",
    ]
    hosts: Annotated[
        str,
        "who there could host the missing step: those on both sides of it, or before it, first",
        "可承接主体（英文）：当地可承接缺失环节者，处于环节两侧或其前者在前",
    ]
    hosts_zh: Annotated[str, "their Chinese names", "可承接主体：当地可承接缺失环节者，处于环节两侧或其前者在前"]
    elsewhere: Annotated[
        str,
        "who elsewhere works at the missing stage, where nobody there does",
        "外地主体（英文）：当地无人从事缺失阶段时，外地的从事者",
    ]
    elsewhere_zh: Annotated[str, "their Chinese names", "外地主体：当地无人从事缺失阶段时，外地的从事者"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say where research stops and who could carry it on; empty where there is no basic or applied research."""
        if not row["basic"] + row["applied"]:
            return ""
        start = "basic" if row["basic"] else "applied"
        if language == "zh":
            before, after = (schema.STAGES[stage] for stage in row["gap"].split(" → "))
            passes = f"从{schema.STAGES[start]}到产业化的最大流为 {row['flow']}，" + ("瓶颈" if row["flow"] else "断点")
            said = f"{row['place']}·{row['technology_zh']}：{passes}在“{before}→{after}”"
            lacking = "、".join(f"“{schema.STAGES[stage]}”" for stage in row["missing"].split(", ") if stage)
            said += f"；缺失阶段：{lacking}" if lacking else ""
            said += f"；可由 {row['hosts_zh']} 承建" if row["hosts_zh"] else ""
            return said + (f"；外部可引入：{row['elsewhere_zh']}。" if row["elsewhere_zh"] else "。")
        passes = (
            f"{row['flow']} carry it from {start} research to industry" if row["flow"] else "nothing gets to industry"
        )
        said = f"{row['place']}, {row['technology']}: {passes}, "
        said += f"the {'narrowest step' if row['flow'] else 'gap'} is {row['gap']}"
        said += f"; nobody works at: {row['missing']}" if row["missing"] else ""
        said += f"; could host it: {row['hosts']}" if row["hosts"] else ""
        return said + (f"; from elsewhere: {row['elsewhere']}." if row["elsewhere"] else ".")


class Transition(Row):
    """One step from a stage to a later one in the whole network."""

    key = "step"
    written = False
    step: Annotated[str, "from which stage to which", "环节：从哪一阶段到哪一阶段"]
    organisations: Annotated[
        int, "organisations that work at both, on one technology", "主体数：在同一技术上同时从事两个阶段的主体"
    ]
    share: Annotated[
        float | None,
        "of those at the first stage; none where nobody is",
        "占比：占从事前一阶段主体的比例；无人从事时为空",
    ]
    transfers: Annotated[
        int,
        "results of the first stage taken over by somebody whose next stage is the second",
        "成果承接数：前一阶段的成果由次一阶段的主体承接的次数",
    ]


@analysis(
    "Valley of death",
    "死亡之谷",
    "chains and stages",
    "Where does research stop on its way to industry, and who could carry it on?",
    "科研成果在哪个阶段停滞，谁能承接？",
)
def valley_of_death(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
    reach: Annotated[int, "longest way, in ties, from basic research through maturation to industry"] = 3,
) -> Annotated[Findings, Valley, Transition]:
    """Measure what gets from basic research to industrialisation, for every technology in every place.

    An organisation works at a stage when it has a seat in a body, or produced a result, of that stage on the
    technology. It carries a step when it works at both of its stages and at none between, and so does a transfer of a
    result to somebody of the place whose own stages begin after it. The maximum flow over these steps, from basic
    (where nobody there does any: from applied) research to industrialisation, is how many get through. The minimum cut
    (Ford & Fulkerson 1956) is where they are held up, of several the one nearest to basic research, and the gap lies
    between the last stage on its near side and the next. `bridged` is the share of organisations in basic research
    with a way of at most `reach` ties, among those who work on the technology anywhere, to one in industrialisation
    that passes one in maturation; none where nobody is in basic research.

    Places and technologies without research come last. Without technologies (ABOUT) all is one. Raises DataError where
    nothing has a stage, or no organisation the property.

    方法：对各地各技术，度量从基础研究到产业化能贯通多少。

    主体在某阶段的项目或平台有席位，或产出该阶段的成果，且涉及该技术，即为从事该阶段。主体同时从事两个阶段而不从事其间
    阶段，即承担该环节；成果转移给当地一个后续阶段的主体亦然。由基础研究（当地无人从事时由应用研究）到产业化的最大流，
    就是贯通的数量。最小割（Ford & Fulkerson 1956）指出受阻之处，有多个时取最接近基础研究者；断点位于其近侧最后阶段与
    下一阶段之间。贯通占比为从事基础研究的主体中，在从事该技术的主体之间不超过 reach 步、经中试熟化到达产业化者的比例；
    无人从事基础研究时为空。

    没有研究的地区与技术排在最后。没有技术信息（ABOUT）时全部视为一项。均无阶段信息，或没有主体具备该属性时，无法计算。
    """
    where, working, transfers = places(net, by), held(net), handed(net)
    names, called = technology_names(net, working), both_names(net.organisations)
    ways = _ways(net, working, reach)
    rows = []
    for technology, own in working.items():
        local: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        for id_, stages in own.items():
            if id_ in where:
                local[where[id_]][id_] = stages
        for place, here in local.items():
            rows.append(_valley(place, technology, here, own, transfers, ways, called))
            rows[-1] |= {"technology": names[technology][0], "technology_zh": names[technology][1]}
    rows.sort(key=lambda row: (row["flow"] > 0, -row["basic"] - row["applied"], row["place"], row["_id"]))
    rows.sort(key=lambda row: not row["basic"] + row["applied"])
    table = pd.DataFrame(rows, columns=list(Valley.columns())).astype({"bridged": object})
    table["bridged"] = table["bridged"].where(table["bridged"].notna(), None)
    notes = (
        (
            Bilingual(
                "Nothing names technologies (ABOUT): all stages of a place are taken together.",
                "数据未写技术（ABOUT）：各地全部阶段合并计算。",
            ),
        )
        if ALL in working
        else ()
    )
    return Findings(table, _transitions(working, transfers), notes)


def _valley(
    place: str,
    technology: str,
    here: Mapping[str, Mapping[str, str]],
    everywhere: Mapping[str, Mapping[str, str]],
    transfers: Mapping[tuple[str, str], list[tuple[str, str, str]]],
    ways: Mapping[str, set[str]],
    called: Mapping[str, tuple[str, str]],
) -> dict[str, Any]:
    count = Counter(stage for stages in here.values() for stage in stages)
    capacity = Counter(step for stages in here.values() for step in steps(stages))
    rows = [row for stages in here.values() for row in stages.values()]
    for id_, stages in here.items():
        for _, stage, row in transfers.get((technology, id_), ()):
            if step := taken(stage, stages):
                capacity[step] += 1
                rows.append(row)
    through = passage(capacity, LADDER[0] if count[LADDER[0]] or not count[LADDER[1]] else LADDER[1])
    basic = [id_ for id_, stages in here.items() if LADDER[0] in stages]
    missing = [stage for stage in LADDER if not count[stage]]
    outside = [i for i, stages in everywhere.items() if through.after in stages and i not in here]
    return {
        "place": place,
        "_id": technology,
        **{stage: count[stage] for stage in LADDER},
        "missing": ", ".join(missing),
        "flow": through.flow,
        "cut": ", ".join(f"{a} → {b} ({capacity[a, b]})" for a, b in through.cut),
        "gap": f"{through.before} → {through.after}",
        "bridged": len([i for i in basic if i in ways.get(technology, ())]) / len(basic) if basic else None,
        **_told("hosts", _hosts(here, through.before, through.after), called),
        **_told(
            "elsewhere", sorted(outside, key=lambda i: (-len(everywhere[i]), i)) * (through.after in missing), called
        ),
        "evidence": evidence(rows),
    }


def _hosts(here: Mapping[str, Mapping[str, str]], before: str, after: str) -> list[str]:
    """Rank who could host a step: those at the stage before it, if also after it first; then the nearest below."""
    at, beyond = LADDER.index(before), set(LADDER[LADDER.index(after) :])

    def rank(id_: str) -> tuple[int, int, int, str]:
        below = [LADDER.index(stage) for stage in here[id_] if LADDER.index(stage) <= at]
        return -max(below), -bool(beyond & here[id_].keys()), -len(here[id_]), id_

    able = [id_ for id_, stages in here.items() if any(LADDER.index(stage) <= at for stage in stages)]
    return sorted(able, key=rank)


def _told(column: str, ids: list[str], called: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    some = [called[id_] for id_ in ids[:HOSTS]]
    return {column: ", ".join(en for en, _ in some), f"{column}_zh": "、".join(zh for _, zh in some)}


def _ways(net: Network, working: Held, reach: int) -> dict[str, set[str]]:
    """Find, for each technology, who in basic research has a short way through maturation to industrialisation."""
    number = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    found = {}
    for technology, own in working.items():
        at = {stage: [id_ for id_ in own if stage in own[id_]] for stage in LADDER}
        ends = at["basic"], at["maturation"], at["industrialisation"]
        if not all(ends):
            continue
        members = sorted(own)
        part = net.graph.induced_subgraph([number[id_] for id_ in members])
        place = {id_: i for i, id_ in enumerate(members)}
        basic, middle, last = ([place[id_] for id_ in some] for some in ends)
        distance = np.array(part.distances(source=middle), dtype=float)
        onward = distance[:, last].min(axis=1)
        whole = (distance[:, basic] + onward[:, None]).min(axis=0)
        found[technology] = {id_ for id_, length in zip(at["basic"], whole, strict=True) if length <= reach}
    return found


def _transitions(working: Held, transfers: Mapping[tuple[str, str], list[tuple[str, str, str]]]) -> pd.DataFrame:
    made = Counter(step for own in working.values() for stages in own.values() for step in steps(stages))
    present = Counter(stage for own in working.values() for stages in own.values() for stage in stages)
    passed_on = Counter(
        step
        for (technology, taker), many in transfers.items()
        for _, stage, _ in many
        if (step := taken(stage, working.get(technology, {}).get(taker, {})))
    )
    rows = [
        (f"{a} → {b}", made[a, b], made[a, b] / present[a] if present[a] else None, passed_on[a, b])
        for a, b in combinations(LADDER, 2)
    ]
    return pd.DataFrame(rows, columns=list(Transition.columns())).astype({"share": object})
