"""Coverage (覆盖度): which organisations infrastructure and policies reach, which none does, and where they pile up."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit import schema
from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError
from graphkit.measures.groups import ungrouped
from graphkit.measures.sphere import centre, kilometres, positions
from graphkit.measures.themes import evidence
from graphkit.network import Network

_Reach = tuple[str, str, "np.ndarray[Any, np.dtype[np.bool_]]", str | None]


class Coverage(Row):
    """One place, and one kind of platform or policy."""

    key = "cover"
    cover: Annotated[str, "place and kind", "地区与类型"]
    place: Annotated[str, "value of the property", "地区：所按属性的取值"]
    what: Annotated[str, "platform or policy", "对象：平台或政策"]
    kind: Annotated[str, "kind of platform or policy", "类型：平台或政策的类型"]
    number: Annotated[int, "of that kind, with a member or target there", "数量：该类型中在当地有成员或对象者"]
    organisations: Annotated[int, "organisations there", "主体数：当地主体数"]
    reached: Annotated[int, "of them, how many at least one reaches", "覆盖主体数：至少被一个覆盖的主体数"]
    share: Annotated[float, "that share (覆盖率)", "覆盖率：被覆盖主体的比例"]
    several: Annotated[int, "of them, how many two and more reach (重复覆盖)", "重复覆盖：被两个及以上覆盖的主体数"]
    nearest: Annotated[
        float | None,
        "mean kilometres from its organisations to the nearest of that kind; none without coordinates",
        "平均最近距离：当地主体到最近一个该类型的平均公里数；无坐标时为空",
    ]
    evidence: Annotated[str, "rows that say so", "证据：说明此项的来源数据行"]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say how many are reached."""
        kinds = {**schema.PLATFORM_KINDS, "tax": "税收", "fund": "基金", "procurement": "采购", "reform": "改革"}
        far = "" if row["nearest"] is None else f"{row['nearest']:,.0f}"
        if language == "zh":
            name = kinds.get(row["kind"], row["kind"])
            what = name if row["what"] == "platform" else f"{name}政策"
            return (
                f"{row['place']}：{what} {row['number']} 个，覆盖 {row['organisations']} 个主体中的 {row['reached']} 个"
                f"（{100 * row['share']:.0f}%），其中 {row['several']} 个被重复覆盖"
                f"{f'；到最近的同类平台平均 {far} 公里' if far else ''}。"
            )
        return (
            f"{row['place']}: {row['what']} {row['kind']}: {row['number']}, reaching {row['reached']} of "
            f"{row['organisations']} organisations ({100 * row['share']:.0f} %), {row['several']} of them repeatedly"
            f"{f'; the nearest is {far} km away on average' if far else ''}."
        )


@analysis(
    "Coverage",
    "平台与政策覆盖",
    "platforms",
    "Whom do platforms and policies reach, and whom not?",
    "平台与政策覆盖了谁，遗漏了谁？",
)
def coverage(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: zone, region, city, country"] = "zone",
) -> Annotated[Findings, Coverage]:
    """Count, for every place and kind of platform or policy, the organisations that are reached, once and more.

    A platform reaches its members. A policy reaches the organisations that it targets, all of a zone or region that it
    targets (by the name or code of either), and those about a technology or active in an industry that it targets.
    Distances are great circles to the mean position of a platform's members, as far as these have coordinates. Kinds
    that reach nobody of a place and whose distance is not known are left out; the notes name the places that no policy,
    and no platform, reaches.
    Raises DataError where nobody has the property, and where there are neither platforms nor policies.

    方法：按地区与平台、政策类型统计被覆盖一次及多次的主体。

    平台覆盖其成员。政策覆盖其对象主体、对象高新区或区域（按名称或代码）内的全部主体，以及涉及其对象技术或处于其对象产
    业的主体。距离为到平台成员平均位置的大圆距离，以其坐标已知为限。在某地不覆盖任何主体且距离未知的类型不列出；附注列
    出没有政策、没有平台覆盖的地区。没有主体具备该属性，或既无平台也无政策时，无法计算。
    """
    values = net.group(by)
    names = sorted({value for value in values if value is not None})
    if not names:
        raise ungrouped(by)
    reach = [*_platforms(net), *_policies(net)]
    if not reach:
        raise DataError(
            Bilingual(
                "there are neither platforms nor policies: load a source that gives them",
                "既无平台也无政策：请载入相关来源",
            )
        )
    place = values.to_numpy()
    rows = []
    for what, kind in sorted({(what, kind) for what, kind, _, _ in reach}):
        some = np.array([members for w, k, members, _ in reach if (w, k) == (what, kind)])
        said = [row for w, k, _, row in reach if (w, k) == (what, kind)]
        times = some.sum(axis=0)
        away = _nearest(net, some) if what == "platform" else np.full(len(net), np.nan)
        for name in names:
            here = place == name
            known = away[here][~np.isnan(away[here])]
            if times[here].any() or len(known):
                reached = int((times[here] > 0).sum())
                rows.append(
                    {
                        "cover": f"{name}: {what} {kind}",
                        "place": name,
                        "what": what,
                        "kind": kind,
                        "number": int(some[:, here].any(axis=1).sum()),
                        "organisations": int(here.sum()),
                        "reached": reached,
                        "share": reached / int(here.sum()),
                        "several": int((times[here] > 1).sum()),
                        "nearest": float(known.mean()) if len(known) else None,
                        "evidence": evidence(said[i] for i in np.flatnonzero(some[:, here].any(axis=1))),
                    }
                )
    table = pd.DataFrame(rows, columns=list(Coverage.columns())).astype({"nearest": object})
    table["nearest"] = table["nearest"].where(table["nearest"].notna(), None)
    table = table.sort_values(["place", "what", "share", "kind"], ascending=[True, True, False, True], kind="stable")
    notes = []
    for what in ("platform", "policy"):
        found = table["place"][(table["what"] == what) & (table["reached"] > 0)]
        without = [name for name in names if name not in set(found)]
        if without:
            notes.append(
                Bilingual(
                    f"No {what} reaches anybody in: {', '.join(without)}.",
                    f"以下地区没有{property_zh(what)}覆盖：{'、'.join(without)}。",
                )
            )
    return Findings(table.reset_index(drop=True), None, tuple(notes))


def _nearest(net: Network, members: "np.ndarray[Any, Any]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Compute the kilometres from every organisation to the nearest platform; not a number where a position lacks."""
    from scipy.spatial import KDTree

    points = positions(net)
    known = ~np.isnan(points).any(axis=1)
    centres = np.array([centre(points[who]) for who in members])
    centres = centres[~np.isnan(centres).any(axis=1)]
    away = np.full(len(net), np.nan)
    if len(centres) and known.any():
        away[known] = kilometres(KDTree(centres).query(points[known])[0])
    return away


def _platforms(net: Network) -> list[_Reach]:
    found = []
    membership = net.membership.tocsc()
    for i, (label, kind, row) in enumerate(net.bodies[["label", "kind", "row"]].itertuples(index=False)):
        if label == "Platform":
            members = np.zeros(len(net), dtype=bool)
            members[membership.indices[membership.indptr[i] : membership.indptr[i + 1]]] = True
            found.append(("platform", kind or "unknown", members, row))
    return found


def _policies(net: Network) -> list[_Reach]:
    ids = net.organisations["id"].to_numpy()
    policies = net.table("Policy").set_index("id")
    called: dict[str, set[str]] = {}
    for label in ("Zone", "Region"):
        for row in net.table(label)[["id", "name", "name_zh", "code"]].itertuples(index=False):
            called[row[0]] = {value for value in row if value is not None}
    places = [net.group("zone").to_numpy(), net.group("region").to_numpy()]
    about, active = net.table("ABOUT"), net.table("ACTIVE_IN")
    found: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
    for policy, label, end in net.table("TARGETS")[["start", "end_label", "end"]].itertuples(index=False):
        reached = found.setdefault(policy, np.zeros(len(net), dtype=bool))
        if label == "Organisation":
            reached |= ids == end
        elif label in ("Zone", "Region"):
            for place in places:
                reached |= np.isin(place.astype(str), sorted(called.get(end, {end})))
        elif label == "Technology":
            reached |= np.isin(ids, about["start"][(about["start_label"] == "Organisation") & (about["end"] == end)])
        elif label == "Industry":
            reached |= np.isin(ids, active["start"][active["end"] == end])
    return [
        ("policy", policies["kind"].get(policy) or "unknown", reached, policies["row"].get(policy))
        for policy, reached in sorted(found.items())
    ]
