"""Orientation (成果导向): how far what is produced is meant for use, and how near enterprises are to the front."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.groups import ungrouped
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

APPLIED = ("contract", "licence", "joint_patent")  # collaborations that serve a use
SCHOLARLY = ("publication",)
BASIC = ("basic",)


class Orientation(Row):
    """One group of organisations: what it makes, and with whom its enterprises work."""

    key = "group"
    group: Annotated[str, "value of the property", "分组：所按属性的取值"]
    organisations: Annotated[int, "organisations in it", "主体数：该国主体数"]
    applied: Annotated[
        int,
        "patents, software, standards, prototypes, contracts, licences and joint patents (应用类产出)",
        "应用类产出：专利、软件、标准、样机、合同、许可与联合专利",
    ]
    scholarly: Annotated[int, "publications", "论文"]
    applied_share: Annotated[
        float | None,
        "share of applied among both; none without any",
        "应用占比：应用类产出在两类合计中的比例；两类皆无时为空",
    ]
    enterprises: Annotated[int, "enterprises with ties", "企业数：有联系的企业"]
    frontier: Annotated[
        float | None,
        "share of their tie weight that goes to actors of basic research (前沿敏感度); none without ties",
        "前沿敏感度：企业联系权重中通向基础研究主体的比例；无联系时为空",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how far a group is oriented to use, and to the front."""
        zh, en = [], []
        if row["applied_share"] is not None:
            share, whole = 100 * row["applied_share"], row["applied"] + row["scholarly"]
            zh.append(f"{whole} 项产出中 {share:.0f}% 面向应用")
            en.append(f"{share:.0f} % of {whole} outputs are meant for use")
        if row["frontier"] is not None:
            zh.append(f"{row['enterprises']} 家企业有 {100 * row['frontier']:.0f}% 的联系通向基础研究主体")
            en.append(
                f"{100 * row['frontier']:.0f} % of the tie weight of {row['enterprises']} enterprises goes to actors "
                "of basic research"
            )
        if not en:
            return ""
        if language == "zh":
            return f"{chinese(row['group'])}：{'；'.join(zh)}。"
        return f"{row['group']}: {'; '.join(en)}."


@analysis(
    "Orientation to use",
    "需求导向",
    "chains and stages",
    "Is research oriented to use, and do enterprises reach the front?",
    "科研是否面向应用，企业是否接近前沿？",
)
def orientation(
    net: Network,
    *,
    by: Annotated[str, "property of organisations to compare: role, zone, region, country"] = "role",
) -> Annotated[Findings, Orientation]:
    """Count applied and scholarly outputs of every group, and the ties of its enterprises to basic research.

    Outputs are results (PRODUCED) and collaborations of the kinds contract, licence, joint_patent (applied) and
    publication (scholarly); each counts once for a group however many of its organisations share it. An actor of basic
    research is a university or research institute with a seat in a body of stage basic or, where no body has a stage,
    any of these. Organisations without the property are left out. Raises DataError where nobody has it, and where there
    are neither outputs nor enterprises with ties.

    方法：统计各群组的应用类与论文类产出，以及其企业与基础研究的联系。

    产出包括成果（PRODUCED）与合同、许可、联合专利（应用类）、论文（学术类）类型的合作；同一产出无论由组内多少主体完成，
    只计一次。基础研究主体指在基础研究阶段的项目或平台有席位的高校与科研院所；若全无阶段信息，则指全部高校与科研院所。
    没有该属性的主体不计入。没有主体具备该属性，或既无产出也无有联系的企业时，无法计算。
    """
    values = net.group(by)
    names = sorted({value for value in values if value is not None})
    if not names:
        raise ungrouped(by)
    outputs = _outputs(net)
    role = net.group("role")
    weight, front = _to_the_front(net, role)
    enterprise = np.asarray(role == "enterprise", dtype=bool) & (weight > 0)
    if outputs.empty and not enterprise.any():
        raise DataError(
            Bilingual(
                "there are neither results or publications nor enterprises with ties: load a source with them",
                "既无成果或论文，也无有联系的企业：请载入相关来源",
            )
        )
    rows = []
    group = values.to_numpy()
    for name in names:
        here = group == name
        mine = outputs[here[outputs["organisation"].to_numpy(dtype=int)]].drop_duplicates("output")
        applied = int(mine["applied"].sum())
        some = enterprise & here
        rows.append(
            {
                "group": name,
                "organisations": int(here.sum()),
                "applied": applied,
                "scholarly": len(mine) - applied,
                "applied_share": applied / len(mine) if len(mine) else None,
                "enterprises": int(some.sum()),
                "frontier": float(front[some].sum() / weight[some].sum()) if some.any() else None,
                "evidence": evidence(mine["row"]),
            }
        )
    return Findings(pd.DataFrame(rows, columns=list(Orientation.columns()), dtype=object))


def _outputs(net: Network) -> pd.DataFrame:
    """List who made what: organisation (row), output (id), whether it is applied."""
    number = pd.Series(np.arange(len(net)), index=net.organisations["id"])
    made = net.table("PRODUCED")
    results = pd.DataFrame(
        {"organisation": number.reindex(made["start"]).to_numpy(), "output": made["end"].to_numpy(), "applied": True}
    ).assign(row=made["row"].to_numpy())
    kind = net.bodies["kind"].to_numpy()[net.memberships["body"].to_numpy()]
    shared = pd.DataFrame(
        {
            "organisation": net.memberships["organisation"].to_numpy(),
            "output": net.bodies["id"].to_numpy()[net.memberships["body"].to_numpy()],
            "applied": np.isin(kind.astype(str), APPLIED),
            "row": net.memberships["row"].to_numpy(),
        }
    )[np.isin(kind.astype(str), APPLIED + SCHOLARLY)]
    both = [frame for frame in (results, shared) if len(frame)]
    return pd.concat(both, ignore_index=True) if both else results


def _to_the_front(net: Network, role: "pd.Series[str]") -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Add up every organisation's tie weight, and what of it goes to actors of basic research."""
    science = np.asarray(role.isin(["university", "research_institute"]), dtype=bool).copy()
    stage = net.bodies["stage"]
    if stage.notna().any():
        basic = stage.isin(BASIC).to_numpy()[net.memberships["body"].to_numpy()]
        has = np.zeros(len(net), dtype=bool)
        has[net.memberships["organisation"].to_numpy()[basic]] = True
        science &= has
    return np.asarray(net.ties.sum(axis=1)).ravel(), np.asarray(net.ties @ science.astype(float)).ravel()
