"""Feedback (反馈回路): whether what science gives to industry comes back to it, in ties that have a direction."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import networkx as nx
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

SPHERES = {"university": "science", "research_institute": "science", "enterprise": "industry", "user": "industry"}
LONGEST = 4


class Loop(Row):
    """One closed loop of at most four organisations through both spheres."""

    key = "loop"
    loop: Annotated[str, "organisations in the order of the loop, by name", "回路：按回路次序列出的主体名称"]
    ids: Annotated[str, "their ids", "标识：各主体的标识"]
    length: Annotated[int, "organisations in it", "长度：回路中的主体数"]
    kinds: Annotated[str, "what flows from each to the next", "流动内容：依次流向下一主体的内容"]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say the loop."""
        if language == "zh":
            return f"闭合回路：{row['loop']}（{chinese(row['kinds'])}）。"
        return f"Closed loop: {row['loop']} ({row['kinds']})."


@analysis(
    "Feedback loops",
    "产学反哺",
    "chains and stages",
    "Does industry give back to the science that serves it?",
    "产业是否反哺为其服务的科研？",
)
def feedback_loops(net: Network) -> Annotated[Findings, Loop]:
    """Find closed loops between science and industry in ties that have a direction.

    Directed ties: results that an organisation produced and that were transferred to another, supplies, rounds of
    capital from who funded to who raised, and challenges from the winner, who serves, to who issued them, with their
    reward back. Science are universities and research institutes, industry enterprises and users. Loops are elementary
    circuits of up to four organisations with at least one of each sphere (Johnson 1975; networkx), shortest first; the
    two sides of one challenge alone are none.

    The notes give reciprocity: the share of directed ties that have one back (networkx' overall reciprocity), over
    all and between the spheres. Raises DataError without any directed tie.

    方法：在有方向的联系中寻找产学之间的闭合回路。

    有方向的联系包括：成果由完成方到承接方、供应、资金由出资方到融资方，以及需求由中榜方（提供服务）到发布方并附带回报。
    学研方为高校与科研院所，产业方为企业与用户。回路为不超过四个主体、双方至少各有一个的基本回路（Johnson 1975；
    networkx），短者在前；仅由同一需求的往返构成者不算。

    附注给出互惠度：有反向联系的有向联系所占比例（networkx 的总体互惠度），分全部与产学之间。没有有向联系时无法计算。
    """
    graph = _directed(net)
    if not graph.number_of_edges():
        raise DataError(
            Bilingual(
                "no tie has a direction: transfers, supplies, capital or challenges are needed",
                "没有带方向的联系：需要成果转移、供应、资金或需求数据",
            )
        )
    role = dict(zip(net.organisations["id"], net.group("role"), strict=True))
    sphere = {id_: SPHERES.get(value or "") for id_, value in role.items()}
    names = dict(zip(net.organisations["id"], net.organisations["name"], strict=True))
    rows = []
    for circuit in nx.simple_cycles(graph, length_bound=LONGEST):
        if {"science", "industry"} <= {sphere[id_] for id_ in circuit}:
            first = circuit.index(min(circuit))
            ids = [*circuit[first:], *circuit[:first]]
            kinds = [", ".join(sorted(graph[a][b]["kinds"])) for a, b in zip(ids, [*ids[1:], ids[0]], strict=True)]
            if set(kinds) == {"reward", "solution"}:
                continue  # one challenge by itself: its two sides, no loop
            said = " → ".join(str(names[id_] or id_) for id_ in [*ids, ids[0]])
            shown = (row for a, b in zip(ids, [*ids[1:], ids[0]], strict=True) for row in sorted(graph[a][b]["rows"]))
            rows.append((said, " → ".join(ids), len(ids), " → ".join(kinds), evidence(shown)))
    table = pd.DataFrame(rows, columns=list(Loop.columns()))
    table = table.sort_values(["length", "ids"], kind="stable").drop_duplicates("loop").reset_index(drop=True)
    return Findings(table, None, _notes(graph, sphere))


def _directed(net: Network) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()

    def flow(start: str, end: str, kind: str, row: str | None) -> None:
        if start != end:
            graph.add_edge(start, end)
            graph[start][end].setdefault("kinds", set()).add(kind)
            graph[start][end].setdefault("rows", set()).update([row] if row else [])

    made = net.table("PRODUCED").groupby("end")["start"].agg(list).to_dict()
    for result, taker, row in net.table("TRANSFERRED_TO")[["start", "end", "row"]].itertuples(index=False):
        for maker in made.get(result, ()):
            flow(maker, taker, "result", row)
    for supplier, buyer, row in net.table("SUPPLIES")[["start", "end", "row"]].itertuples(index=False):
        flow(supplier, buyer, "supply", row)
    raised = net.table("RAISED").groupby("end")["start"].agg(list).to_dict()
    for funder, round_, row in net.table("FUNDED")[["start", "end", "row"]].itertuples(index=False):
        for taker in raised.get(round_, ()):
            flow(funder, taker, "capital", row)
    issued = net.table("ISSUED").groupby("end")["start"].agg(list).to_dict()
    for winner, challenge, row in net.table("WON")[["start", "end", "row"]].itertuples(index=False):
        for issuer in issued.get(challenge, ()):
            flow(winner, issuer, "solution", row)
            flow(issuer, winner, "reward", row)
    return graph


def _notes(graph: "nx.DiGraph[str]", sphere: Mapping[str, str | None]) -> tuple[Bilingual, ...]:
    across = [(a, b) for a, b in graph.edges if {sphere[a], sphere[b]} == {"science", "industry"}]
    back = sum(graph.has_edge(b, a) for a, b in across)
    ways = Counter(f"{sphere[a]} to {sphere[b]}" for a, b in across)
    said = [
        Bilingual(
            f"{graph.number_of_edges()} directed ties, {100 * nx.overall_reciprocity(graph):.0f} % of them returned.",
            f"有向联系 {graph.number_of_edges()} 条，其中 {100 * nx.overall_reciprocity(graph):.0f}% 有反向联系。",
        )
    ]
    if across:
        way = ", ".join(f"{count} from {name}" for name, count in sorted(ways.items()))
        said.append(
            Bilingual(
                f"Between science and industry: {way}; {100 * back / len(across):.0f} % returned.",
                f"学研与产业之间共 {len(across)} 条，{100 * back / len(across):.0f}% 有反向联系。",
            )
        )
    return tuple(said)
