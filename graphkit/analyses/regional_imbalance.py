"""Regional imbalance (区域不平衡): how unequally activity lies, and what each region is made for."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.concentration import theil
from graphkit.measures.fields import Portfolio, portfolio
from graphkit.measures.groups import ungrouped
from graphkit.measures.themes import evidence
from graphkit.network import Network


class Region(Row):
    """One region, its weight and its specialisation."""

    key = "region"
    region: Annotated[str, "value of the property", "区域：所按属性的取值"]
    organisations: Annotated[int, "organisations in it", "主体数：该国主体数"]
    seats: Annotated[int, "their seats in bodies", "席位数：在项目与平台中的席位"]
    share: Annotated[
        float, "share of all seats of organisations with a region", "席位占比：占有区域信息的全部席位的比例"
    ]
    money: Annotated[
        float | None,
        "money that its seats receive; none where no seat says so",
        "经费：席位获得的金额；席位均无金额时为空",
    ]
    strongest: Annotated[
        str,
        "fields with the highest location quotients of 1 and more, and at least 1 % of its seats",
        "优势领域：区位商最高且不低于 1、至少占其席位 1% 的领域",
    ]
    specialisation: Annotated[
        float | None,
        "Krugman's index against all regions, 0 to 2 (专业化)",
        "专业化：相对全部区域的克鲁格曼指数，0 至 2",
    ]
    diversity: Annotated[
        float | None,
        "fields that its seats would be if spread evenly: 1 / Herfindahl (多样性)",
        "多样性：若均匀分布相当于多少个领域，即 1 / 赫芬达尔指数",
    ]
    complexity: Annotated[
        float | None,
        "economic complexity index of its fields, standardised (复杂度)",
        "复杂度：其领域的经济复杂度指数，已标准化",
    ]
    next_fields: Annotated[
        str,
        "fields that it lacks and that are most related to what it has, with that density in %",
        "潜在领域：尚缺而与现有领域关联最强的领域，附密度（%）",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say what a region is strong in, and what lies near."""
        share = f"{100 * row['share']:.1f}"
        if language == "zh":
            said = [f"{row['region']}：占全部参与席位的 {share}%"]
            said += [f"优势方向（区位商）：{row['strongest']}"] if row["strongest"] else []
            said += [f"与现有能力最相关而尚缺的方向：{row['next_fields']}"] if row["next_fields"] else []
            return "；".join(said) + "。"
        said = [f"{row['region']}: {share} % of all seats"]
        said += [f"strongest in {row['strongest']}"] if row["strongest"] else []
        said += [f"lacks, but is near to, {row['next_fields']}"] if row["next_fields"] else []
        return "; ".join(said) + "."


@analysis(
    "Regional imbalance",
    "区域失衡",
    "regions",
    "How unequally is activity spread over regions, and what is each made for?",
    "各区域的创新活动有多不均衡，各有何特长？",
)
def regional_imbalance(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: region, country, zone, city"] = "region",
) -> Annotated[Findings, Region]:
    """Measure inequality between regions and the specialisation of each by what its seats are about.

    The notes give Gini's coefficient of seats over regions and Theil's T (1967), split into within and between macro
    regions (east, central, west, northeast) where regions have one. Fields are technologies, else programmes; location
    quotients, Krugman's index, relatedness density (Hidalgo et al. 2007) and complexity (Hidalgo & Hausmann 2009) are
    econcomplex'. Complexity needs three regions and three fields, and a map that does not fall apart. A region without
    seats has no profile. Raises DataError where no organisation has the property.

    方法：度量区域之间的不平等，以及各区域按席位内容的专业化程度。

    附注给出席位在区域间的基尼系数与泰尔指数 T（1967）；区域有大区信息（东、中、西、东北）时分解为大区内与大区间。领域
    取技术，否则取计划；区位商、克鲁格曼指数、关联密度（Hidalgo et al. 2007）与经济复杂度（Hidalgo & Hausmann 2009）由
    econcomplex 计算。复杂度至少需要三个区域与三个领域，且关系图不分裂。没有席位的区域没有画像。没有主体具备该属性时，
    无法计算。
    """
    values = net.group(by)
    names = sorted({value for value in values if value is not None})
    if not names:
        raise ungrouped(by)
    number = {name: i for i, name in enumerate(names)}
    at = np.array([number.get(value, -1) for value in values], dtype=np.int64)
    of_seat = at[net.memberships["organisation"].to_numpy()]
    seats = np.bincount(of_seat[of_seat >= 0], minlength=len(names))
    amounts = pd.to_numeric(net.memberships["amount"], errors="coerce").to_numpy(dtype=float)
    paid = (of_seat >= 0) & ~np.isnan(amounts)
    money = np.bincount(of_seat[paid], amounts[paid], len(names))
    try:
        profile: Portfolio | None = portfolio(net, at, names)
    except DataError as error:
        profile, missing = None, error.args[0]
    table = pd.DataFrame(
        {
            "region": names,
            "organisations": np.bincount(at[at >= 0], minlength=len(names)),
            "seats": seats,
            "share": seats / max(seats.sum(), 1),
            "money": pd.Series(money if paid.any() else [None] * len(names), dtype=object),
            **_profiles(profile, len(names)),
            "evidence": [evidence(net.organisations["row"][at == i]) for i in range(len(names))],
        }
    )[list(Region.columns())]
    notes = _inequality(net, names, seats) + (
        ()
        if profile is not None
        else (Bilingual(f"No profiles: {missing}.", f"没有画像：{getattr(missing, 'zh', missing)}。"),)
    )
    order = table.assign(most=-table["seats"]).sort_values(["most", "region"], kind="stable").index
    return Findings(table.loc[order].reset_index(drop=True), None, notes)


def _profiles(profile: Portfolio | None, regions: int) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        name: pd.Series([None] * regions, dtype=object) for name in ("specialisation", "diversity", "complexity")
    } | {"strongest": [""] * regions, "next_fields": [""] * regions}
    if profile is None:
        return nothing
    whole = profile.seats
    some = whole.to_numpy().sum(axis=1) > 0
    frame = whole[some]
    frame = frame.loc[:, frame.to_numpy().sum(axis=0) > 0]
    if frame.empty:
        return nothing
    import econcomplex

    quotient = econcomplex.location_quotient(frame).to_numpy()
    share = frame.to_numpy() / frame.to_numpy().sum(axis=1, keepdims=True)
    near = econcomplex.relatedness_density(frame).to_numpy()
    fields = list(frame.columns)
    found = {
        "specialisation": np.round(np.asarray(econcomplex.krugman_index(frame), dtype=float), 9),
        "diversity": np.round(1 / (share**2).sum(axis=1), 9),
        "complexity": _complexity(frame),
        "strongest": [_best(fields, q, (q >= 1) & (s >= 0.01), "{:.1f}") for q, s in zip(quotient, share, strict=True)],
        "next_fields": [_best(fields, d, (s == 0) & (d > 0), "{:.0f} %") for d, s in zip(near, share, strict=True)],
    }
    for name, values in found.items():
        column = pd.Series(nothing[name], dtype=object)
        column[some] = list(values)
        nothing[name] = column
    return nothing


def _best(fields: list[str], values: "np.ndarray[Any, Any]", allowed: "np.ndarray[Any, Any]", form: str) -> str:
    order = sorted(np.flatnonzero(allowed), key=lambda i: (-round(float(values[i]), 9), fields[i]))[:3]
    return ", ".join(f"{fields[i]} ({form.format(values[i])})" for i in order)


def _complexity(frame: pd.DataFrame) -> list[float | None]:
    """Compute the complexity of regions; none where the map of regions and fields falls apart, or is too small."""
    import econcomplex
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    has = econcomplex.location_quotient(frame).to_numpy() >= 1
    rows, columns = np.nonzero(has)
    together = coo_array((np.ones(len(rows)), (rows, columns + len(frame))), shape=(sum(frame.shape), sum(frame.shape)))
    if min(frame.shape) < 3 or connected_components(together, directed=False)[0] > 1:
        return [None] * len(frame)
    index = np.asarray(econcomplex.eci_pci(frame)[0], dtype=float)
    return [None if np.isnan(value) else round(float(value), 6) for value in index]


def _inequality(net: Network, names: list[str], seats: "np.ndarray[Any, Any]") -> tuple[Bilingual, ...]:
    import econcomplex

    gini = float(econcomplex.gini(seats.astype(float))) if seats.sum() else 0.0
    regions = net.table("Region")
    macro = {
        key: part
        for row in regions[["id", "name", "name_zh", "code", "macro_region"]].itertuples(index=False)
        for key, part in ((each, row.macro_region) for each in row[:4])
        if key is not None and part is not None
    }
    split = theil(seats, np.array([str(macro.get(name, "?")) for name in names]))
    said = [
        Bilingual(
            f"Gini of seats over {len(names)} regions: {gini:.4f}; Theil {split.whole:.4f}.",
            f"{len(names)} 个区域的席位基尼系数：{gini:.4f}；泰尔指数 {split.whole:.4f}。",
        )
    ]
    known = [name for name in names if name in macro]
    if known:
        said.append(
            Bilingual(
                f"Theil by macro region ({len(known)} of {len(names)} have one): {split.between:.4f} between them, "
                f"{split.within:.4f} within.",
                f"按大区分解的泰尔指数（{len(names)} 个区域中 {len(known)} 个有大区信息）：大区间 {split.between:.4f}，"
                f"大区内 {split.within:.4f}。",
            )
        )
    else:
        said.append(
            Bilingual(
                "Theil is not split: no region says which macro region (east, central, west, northeast) it is in.",
                "泰尔指数未分解：区域均未注明所属大区（东、中、西、东北）。",
            )
        )
    return tuple(said)
