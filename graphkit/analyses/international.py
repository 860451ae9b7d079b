"""International openness (国际开放度): whom each country works with abroad, and on how few it depends."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.concentration import herfindahl
from graphkit.measures.themes import evidence
from graphkit.network import Network

# Countries that had signed documents of cooperation under the Belt and Road Initiative by the end of 2023, China itself
# and Italy, which left it in December 2023, aside (the white paper of October 2023 counts more than 150).
_SIGNED = """
DZ AO BJ BW BF BI CV CM CF TD KM CG CD CI DJ EG GQ ER ET GA GM GH GN GW KE LS LR LY MG MW ML MR MA MZ NA NE NG RW
ST SN SC SL SO ZA SS SD TZ TG TN UG ZM ZW
AF AM AZ BH BD BN KH GE ID IR IQ KZ KW KG LA LB MY MV MN MM NP OM PK PS PH QA SA SG KR LK SY TJ TH TL TR TM AE UZ
VN YE
AL AT BY BA BG HR CY CZ EE GR HU LV LT LU MT MD ME MK PL PT RO RU RS SK SI UA
CK FJ KI FM NZ NU PG WS SB TO VU
AG AR BB BO CL CR CU DM DO EC SV GD GY HN JM NI PA PE SR TT UY VE
"""
BELT_AND_ROAD = frozenset(_SIGNED.split())


class Country(Row):
    """One country and its ties abroad."""

    key = "country"
    country: Annotated[str, "country (ISO 3166-1)", "国家：ISO 3166-1 代码"]
    organisations: Annotated[int, "organisations in it", "主体数：该国主体数"]
    tied: Annotated[int, "of them, with a tie", "有联系主体数：其中有联系者"]
    abroad_share: Annotated[
        float | None, "share of tie weight that goes abroad (跨境合作占比)", "跨境合作占比：联系权重中通向国外的比例"
    ]
    expected: Annotated[
        float | None,
        "that share if partners were met by their activity alone",
        "期望占比：若仅按活跃度结识伙伴应有的比例",
    ]
    openness: Annotated[
        float | None,
        "share over expectation; below 1 it keeps to itself more than activity explains",
        "开放度：占比与期望之比；小于 1 表示比活跃度所能解释的更封闭",
    ]
    partners: Annotated[int, "countries that it has ties with", "伙伴国数：与之有联系的国家数"]
    first_partner: Annotated[
        str, "country with most tie weight abroad, and its share of that", "首要伙伴国：跨境联系权重最大的国家及其占比"
    ]
    dependence: Annotated[
        float | None,
        "Herfindahl index of tie weight over partner countries, 1 is one partner (依赖度)",
        "依赖度：联系权重在伙伴国之间的赫芬达尔指数，1 为仅有一个伙伴国",
    ]
    belt_and_road: Annotated[
        bool,
        "whether it signed on to the Belt and Road Initiative by the end of 2023 (一带一路)",
        "一带一路：截至 2023 年底是否签署共建“一带一路”合作文件",
    ]
    belt_and_road_share: Annotated[
        float | None,
        "share of its tie weight abroad that goes to such countries",
        "一带一路占比：跨境联系权重中通向此类国家的比例",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how far a country works abroad."""
        if row["abroad_share"] is None:
            return ""
        share, chance = 100 * row["abroad_share"], 100 * row["expected"]
        first, partners = row["first_partner"], row["partners"]
        if language == "zh":
            most = f"，最主要的是 {first}" if first else ""
            return (
                f"{row['country']}：{share:.1f}% 的联系跨境（按活跃度期望 {chance:.1f}%），伙伴国 {partners} 个{most}。"
            )
        most = f", first of them {first}" if first else ""
        return (
            f"{row['country']}: {share:.1f} % of tie weight goes abroad ({chance:.1f} % by activity alone), "
            f"to {partners} countries{most}."
        )


@analysis(
    "International openness",
    "国际开放",
    "regions",
    "How open is each country to others, and on whom does it depend?",
    "各国的国际开放度如何，依赖谁？",
)
def international(net: Network) -> Annotated[pd.DataFrame, Country]:
    """Measure the tie weight of every country that crosses its border, against what activity makes expect.

    Expected is 1 - K_g / K over organisations with a country, K_g a country's tie weight (the configuration model).
    A country without ties has no shares. Organisations without a country are left out with all of their ties. Raises
    DataError where there are not at least two countries.

    方法：比较各国跨境联系权重与按活跃度应有的水平。

    期望为 1 − K_g / K，只计有国家信息的主体，K_g 为该国联系权重（配置模型）。没有联系的国家没有比例。没有国家信息的主
    体连同其全部联系不计入。少于两个国家时无法计算。
    """
    country = net.group("country")
    names = sorted({value for value in country if value is not None})
    if len(names) < 2:
        only = f"all organisations are in {names[0]}" if names else "no organisation has a country"
        only_zh = f"全部主体均在 {names[0]}" if names else "没有主体具备国家信息"
        raise DataError(
            Bilingual(
                f"{only}: load a source with organisations of several countries",
                f"{only_zh}：请载入含多个国家主体的来源",
            )
        )
    number = {name: i for i, name in enumerate(names)}
    at = np.array([number.get(value, -1) for value in country], dtype=np.int64)
    flows = _flows(net, at, len(names))
    total = flows.sum(axis=1)
    flagged = np.array([name in BELT_AND_ROAD for name in names])
    rows = []
    for i, name in enumerate(names):
        abroad = flows[i].copy()
        abroad[i] = 0
        share = float(abroad.sum() / total[i]) if total[i] else None
        expected = float(1 - total[i] / total.sum()) if total[i] else None
        first = int(abroad.argmax()) if abroad.any() else None  # of equals the first by name
        here = at == i
        rows.append(
            {
                "country": name,
                "organisations": int(here.sum()),
                "tied": int((here & (np.diff(net.ties.indptr) > 0)).sum()),
                "abroad_share": share,
                "expected": expected,
                "openness": share / expected if share is not None and expected else None,
                "partners": int((abroad > 0).sum()),
                "first_partner": ""
                if first is None
                else f"{names[first]} ({100 * abroad[first] / abroad.sum():.0f} %)",
                "dependence": herfindahl(abroad),
                "belt_and_road": bool(flagged[i]),
                "belt_and_road_share": float(abroad[flagged].sum() / abroad.sum()) if abroad.any() else None,
                "evidence": evidence(net.organisations["row"][here]),
            }
        )
    table = pd.DataFrame(rows, columns=list(Country.columns()), dtype=object)
    order = table.assign(open_=[value if value is not None else np.inf for value in table["openness"]])
    return table.loc[order.sort_values(["open_", "country"], kind="stable").index].reset_index(drop=True)


def _flows(net: Network, at: "np.ndarray[Any, Any]", groups: int) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Sum tie weight between groups, both ways: groups x groups, the diagonal twice."""
    first, second, weight = net.pairs
    a, b = at[first], at[second]
    both = (a >= 0) & (b >= 0)
    half = np.bincount(a[both] * groups + b[both], weight[both], groups**2).reshape(groups, groups)
    flows: np.ndarray[Any, np.dtype[np.float64]] = np.round(half + half.T, 9)
    return flows
