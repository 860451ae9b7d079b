"""Breadth (技术广度): how wide and how far apart the fields are that an organisation brings together."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.measures.portrait import names_of
from graphkit.measures.technologies import breadth as measured
from graphkit.measures.technologies import portfolios
from graphkit.network import Network


class Breadth(Row):
    """One organisation and its fields."""

    label, key, prefix = "Organisation", "id", "breadth_"
    unwritten = ("name",)
    id: Annotated[str, "organisation", "主体"]
    name: Annotated[str, "its name", "名称"]
    fields: Annotated[int, "technologies, or programmes, that it is about (领域数)", "领域数：所涉及的技术或计划数"]
    rao_stirling: Annotated[
        float | None,
        "Rao-Stirling diversity, 0 one field to 1; none without a field (多样性)",
        "多样性：Rao-Stirling 多样性，0 为单一领域，最大为 1；无领域者为空",
    ]
    main_field: Annotated[str | None, "field with the largest share", "主要领域：占比最大的领域"]
    main_share: Annotated[float | None, "that share", "主要领域占比"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how broad an organisation is; empty with fewer than two fields."""
        if row["fields"] < 2:
            return ""
        value, share = row["rao_stirling"], 100 * row["main_share"]
        if language == "zh":
            many = row["fields"]
            return (
                f"{row['name']}：涉及{many}个领域，Rao-Stirling 多样性 {value:.3f}；{row['main_field']}占{share:.0f}%。"
            )
        return (
            f"{row['name']} brings together {row['fields']} fields, Rao-Stirling diversity {value:.3f}; "
            f"{share:.0f} % is {row['main_field']}."
        )


@analysis(
    "Breadth of fields",
    "领域广度",
    "policy and technology",
    "Which organisations bring distant fields together?",
    "哪些主体汇聚了相距较远的技术领域？",
)
def breadth(
    net: Network,
    *,
    over: Annotated[str | None, "technology or programme; else technologies where there are any"] = None,
) -> Annotated[Findings, Breadth]:
    """Measure the Rao-Stirling diversity of what every organisation, its bodies and its results are about.

    The sum over all pairs of fields of p_i p_j d_ij (Stirling 2007), d_ij = 1 - cosine over the organisations that work
    on both. An organisation without a field has none; with one field 0. Raises DataError where nothing has a
    technology or a programme.

    方法：计算每个主体及其项目、平台与成果所涉领域的 Rao-Stirling 多样性。

    对所有领域对求 p_i p_j d_ij 之和（Stirling 2007），其中 d_ij = 1 − 同时从事两领域的主体的余弦相似度。没有领域的主
    体无此值；只有一个领域的为 0。若全无技术或计划信息，则无法计算。
    """
    found = portfolios(net, over)
    shares = found.shares()
    many = np.diff(shares.indptr).astype(np.int64)
    main: list[str | None] = [None] * len(net)
    most: list[float | None] = [None] * len(net)
    for i in np.flatnonzero(many):
        row = slice(shares.indptr[i], shares.indptr[i + 1])
        best = int(np.argmax(shares.data[row].round(12)))
        main[i] = found.names[shares.indices[row][best]]
        most[i] = round(float(shares.data[row][best]), 12)
    value = measured(found)
    table = pd.DataFrame(
        {
            "id": net.organisations["id"],
            "name": names_of(net.organisations),
            "fields": many,
            "rao_stirling": pd.Series([None if np.isnan(v) else float(v) for v in value], dtype=object),
            "main_field": pd.Series(main, dtype=object),
            "main_share": pd.Series(most, dtype=object),
        }
    )
    order = np.lexsort((table["id"].to_numpy(dtype=str), -many, -np.nan_to_num(value, nan=-1.0)))
    return Findings(
        table.iloc[order].reset_index(drop=True),
        None,
        (Bilingual(f"Fields are over each {found.over}.", f"领域按{property_zh(found.over)}计。"),),
    )
