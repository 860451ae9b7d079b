"""Enterprise leadership (企业主导): who leads the consortia, and how much of the money is led by enterprises."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.measures.concentration import herfindahl
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

LEADING = ("coordinator", "host")
GROUPINGS = ("stage", "programme", "kind", "label")
DRAWS = 999


class Leadership(Row):
    """Consortia of one kind, and who leads them."""

    key = "group"
    group: Annotated[
        str,
        "all bodies, or those of one stage, programme, kind or label; the others are 'unknown'",
        "分组：全部，或某一阶段、计划、类型、标签的项目与平台；其余为“未知”",
    ]
    bodies: Annotated[int, "bodies of two and more", "项目与平台数：成员不少于两个者"]
    led: Annotated[int, "of them, bodies whose leader is known and has a role", "牵头可知：其中牵头方及其角色已知者"]
    by_enterprises: Annotated[int, "of those, bodies led by an enterprise (企业牵头)", "企业牵头：其中由企业牵头者"]
    share: Annotated[float | None, "share led by an enterprise", "企业牵头占比"]
    share_low: Annotated[
        float | None, "lower end of its 95 % interval (Wilson)", "企业牵头占比下限：95% 置信区间（Wilson）下限"
    ]
    share_high: Annotated[
        float | None, "upper end of its 95 % interval", "企业牵头占比上限：95% 置信区间（Wilson）上限"
    ]
    money_share: Annotated[
        float | None,
        "share of public funding, else of seats' amounts, in bodies led by an enterprise",
        "企业牵头经费占比：企业牵头项目占公共资助的比例；无资助数据时按席位金额",
    ]
    seat_share: Annotated[
        float | None,
        "enterprises' share of all seats of organisations with a role",
        "企业席位占比：有角色信息的全部席位中企业所占比例",
    ]
    leaders: Annotated[int, "different leaders", "牵头方数：不同牵头方的数量"]
    concentration: Annotated[
        float | None,
        "Herfindahl index of bodies over leaders, 1 is one leader for all",
        "牵头集中度：项目与平台在牵头方之间的赫芬达尔指数，1 为全由一方牵头",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say who leads; empty where no leader is known."""
        if row["share"] is None:
            return ""
        share, low, high = (100 * row[name] for name in ("share", "share_low", "share_high"))
        if language == "zh":
            return (
                f"{chinese(row['group'])}：{row['led']} 个有牵头单位的合作中，企业牵头 {row['by_enterprises']} 个，"
                f"占 {share:.1f}%（95% 区间 {low:.1f}–{high:.1f}%）。"
            )
        return (
            f"{row['group']}: enterprises lead {row['by_enterprises']} of {row['led']} bodies with a known leader, "
            f"{share:.1f} % (95 % interval {low:.1f}-{high:.1f} %)."
        )


@analysis(
    "Enterprise leadership", "企业主导", "platforms", "Do enterprises lead the consortia?", "创新联合体由企业主导吗？"
)
def enterprise_leadership(
    net: Network,
    *,
    by: Annotated[str, "property of bodies to compare: stage, programme, kind or label"] = "stage",
    seed: Annotated[int, "seed of the bootstrap"] = 0,
) -> Annotated[Findings, Leadership]:
    """Count which bodies are led by enterprises: those whose coordinator or host is an enterprise.

    A body with several leaders counts as led by an enterprise when one of them is. A body of several programmes counts
    in each. Bodies of one organisation are left out: nobody is led there. The interval is Wilson's (1927). Money is
    the funding of bodies; where no body has any, the amounts of their seats; none where there are neither.

    The notes compare how many results of enterprises that lead, and of other leaders, were transferred (difference,
    with the middle 95 % of 999 bootstrap draws over leaders), and name the segments of each industrial chain without
    an enterprise. Raises DataError where no body has a leader with a role.

    方法：统计由企业牵头的项目与平台，即牵头方或承建方为企业者。

    有多个牵头方时，其中一个为企业即算企业牵头。属于多个计划的，在每个计划中各计一次。只有一个成员的不计：无所谓牵头。
    区间为 Wilson 区间（1927）。经费取项目与平台的资助金额；全无资助数据时取席位金额；两者皆无时为空。

    附注比较企业牵头方与其他牵头方的成果转化比例（差值及对牵头方自助抽样 999 次的中间 95% 区间），并列出各产业链中没有
    企业的环节。没有已知角色的牵头方时，无法计算。
    """
    from statsmodels.stats.proportion import proportion_confint

    if by not in GROUPINGS:
        raise UsageError(f"bodies cannot be compared by {by!r}; choose one of {', '.join(GROUPINGS)}")
    role = net.group("role").to_numpy()
    seats = net.memberships
    leads = seats["role"].isin(LEADING).to_numpy() & (net.sizes[seats["body"].to_numpy()] > 1)
    leader = seats["organisation"].to_numpy()
    known = leads & np.array([role[i] is not None for i in leader], dtype=bool)
    if not known.any():
        raise DataError(
            Bilingual(
                "no body has a coordinator or host whose role is known: load a source that says who leads",
                "没有项目或平台的牵头方或承建方角色已知：请载入说明由谁牵头的来源",
            )
        )
    led, enterprise = np.zeros((2, len(net.bodies)), dtype=bool)
    led[seats["body"].to_numpy()[known]] = True
    enterprise[seats["body"].to_numpy()[known & (role[leader] == "enterprise")]] = True
    money = _money(net)
    rows = []
    for name, some in _groups(net, by):
        shared = some & (net.sizes > 1)
        counted, won = int((shared & led).sum()), int((shared & enterprise).sum())
        low, high = proportion_confint(won, counted, method="wilson") if counted else (None, None)
        inside = shared[seats["body"].to_numpy()]
        with_role = inside & np.array([role[i] is not None for i in leader], dtype=bool)
        paid = money[shared & led].sum()
        of_leaders = np.bincount(leader[known & inside])
        rows.append(
            {
                "group": name,
                "bodies": int(shared.sum()),
                "led": counted,
                "by_enterprises": won,
                "share": won / counted if counted else None,
                "share_low": low,
                "share_high": high,
                "money_share": float(money[shared & enterprise].sum() / paid) if paid else None,
                "seat_share": float((role[leader[with_role]] == "enterprise").mean()) if with_role.any() else None,
                "leaders": int((of_leaders > 0).sum()),
                "concentration": herfindahl(of_leaders),
                "evidence": evidence(seats["row"][known & inside]),
            }
        )
    table = pd.DataFrame(rows, columns=list(Leadership.columns()), dtype=object)
    of = set(leader[known].tolist())
    notes = [*_conversion(net, of, role, seed), *_uncovered(net, role)]
    return Findings(table, None, tuple(notes))


def _groups(net: Network, by: str) -> list[tuple[str, "np.ndarray[Any, np.dtype[np.bool_]]"]]:
    values = [value if isinstance(value, tuple) else (value,) if value is not None else () for value in net.bodies[by]]
    names = sorted({name for each in values for name in each})
    groups = [("all", np.ones(len(values), dtype=bool))]
    groups += [(name, np.array([name in each for each in values], dtype=bool)) for name in names]
    unknown = np.array([not each for each in values], dtype=bool)
    return groups + ([("unknown", unknown)] if unknown.any() and names else [])


def _money(net: Network) -> "np.ndarray[Any, np.dtype[np.float64]]":
    seats = net.memberships
    funding = pd.to_numeric(net.bodies["funding"], errors="coerce").fillna(0).to_numpy(dtype=float)
    if funding.any():
        return funding
    amounts = pd.to_numeric(seats["amount"], errors="coerce").fillna(0).to_numpy(dtype=float)
    return np.bincount(seats["body"].to_numpy(), amounts, len(net.bodies)).astype(float)


def _conversion(net: Network, leaders: set[int], role: "np.ndarray[Any, Any]", seed: int) -> list[Bilingual]:
    """Compare the share of transferred results of leading enterprises with that of other leaders."""
    ids = net.organisations["id"].to_numpy()
    moved = set(net.table("TRANSFERRED_TO")["start"])
    of = net.table("PRODUCED").groupby("start")["end"].agg(list).to_dict()
    results = {i: [result in moved for result in of[ids[i]]] for i in sorted(leaders) if ids[i] in of}
    enterprises = [flags for i, flags in results.items() if role[i] == "enterprise"]
    others = [flags for i, flags in results.items() if role[i] not in ("enterprise", None)]
    if not enterprises or not others:
        return [
            Bilingual(
                "Conversion of results is not compared: leaders of both kinds with results (PRODUCED) are needed.",
                "未比较成果转化：需要两类牵头方均有成果（PRODUCED）。",
            )
        ]
    random = np.random.default_rng(seed)

    def share(groups: list[list[bool]], drawn: "np.ndarray[Any, Any] | None" = None) -> float:
        chosen = groups if drawn is None else [groups[i] for i in drawn]
        return float(np.mean([flag for flags in chosen for flag in flags]))

    def draw(groups: list[list[bool]]) -> float:
        return share(groups, random.integers(len(groups), size=len(groups)))

    low, high = np.quantile([draw(enterprises) - draw(others) for _ in range(DRAWS)], [0.025, 0.975])
    mine, theirs = share(enterprises), share(others)
    return [
        Bilingual(
            f"Results transferred: {100 * mine:.0f} % of those of {len(enterprises)} leading enterprises, "
            f"{100 * theirs:.0f} % of those of {len(others)} other leaders; difference {100 * (mine - theirs):.0f} "
            f"points (bootstrap interval {100 * low:.0f} to {100 * high:.0f}).",
            f"成果转化比例：{len(enterprises)} 个牵头企业 {100 * mine:.0f}%，{len(others)} 个其他牵头方 "
            f"{100 * theirs:.0f}%；相差 {100 * (mine - theirs):.0f} 个百分点（自助法区间 {100 * low:.0f} 至 "
            f"{100 * high:.0f}）。",
        )
    ]


def _uncovered(net: Network, role: "np.ndarray[Any, Any]") -> list[Bilingual]:
    """Name the segments of every chain in which no enterprise is active."""
    industries = net.table("Industry")
    industries = industries[industries["chain"].notna() & industries["segment"].notna()]
    ids = set(net.organisations["id"][role == "enterprise"])
    active = net.table("ACTIVE_IN")
    covered = set(active["end"][active["start"].isin(ids)])
    said = []
    for chain, some in industries.groupby("chain", sort=True):
        open_ = sorted({s for s in some["segment"]} - set(some["segment"][some["id"].isin(covered)]))
        if open_:
            said.append(
                Bilingual(
                    f"{chain}: no enterprise is active in its {', '.join(open_)} segment.",
                    f"{chain}：{'、'.join(map(chinese, open_))}环节没有企业。",
                )
            )
    return said
