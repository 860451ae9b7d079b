"""Links between regions (区域间联系): which pairs work together less than expected, and which would be good twins."""

import warnings
from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import pandas as pd

from graphkit.analysis import Findings, Row, analysis
from graphkit.bilingual import Bilingual, property_zh
from graphkit.errors import DataError
from graphkit.measures.fields import portfolio
from graphkit.measures.groups import ANOTHER
from graphkit.measures.sphere import centre, kilometres, positions
from graphkit.measures.themes import evidence
from graphkit.network import Network
from graphkit.terms import chinese

TWIN = 0.2  # from which on a pair is called worth a twinning: half as many ties as expected at a complementarity of .4
FEWEST = 10  # pairs from which on a gravity model is fitted


class RegionLink(Row):
    """Two regions, what ties them, and what would be expected."""

    key = "pair"
    pair: Annotated[str, "two regions", "区域对"]
    first: Annotated[str, "region", "区域"]
    second: Annotated[str, "region", "另一区域"]
    ties: Annotated[int, "ties between organisations of the two", "联系数：两个区域的主体之间的联系"]
    expected: Annotated[float, "ties that the activity of both makes expect", "期望联系数：按双方活跃度应有的联系"]
    ratio: Annotated[float | None, "observed over expected", "观测/期望"]
    gravity: Annotated[
        float | None,
        "ties that sizes, distance and what both work on make expect (引力模型)",
        "引力期望：按规模、距离与研究内容应有的联系（引力模型）",
    ]
    residual: Annotated[
        float | None,
        "(ties - gravity) over the spread around it; below -2 weaker than expected",
        "残差：（联系数 − 引力期望）与离散程度之比；低于 -2 为弱于预期",
    ]
    salton: Annotated[
        float | None,
        "bodies of both over the root of bodies of either, n_ij / sqrt(n_i n_j)",
        "Salton 指数：共同项目平台数与双方项目平台数之几何平均的比，n_ij / √(n_i n_j)",
    ]
    distance: Annotated[
        float | None,
        "kilometres between the centres of their organisations; none without coordinates",
        "距离：双方主体中心之间的公里数；无坐标时为空",
    ]
    similarity: Annotated[
        float | None,
        "cosine of what both work on, 1 is the same (同质化)",
        "同质化：双方研究内容的余弦相似度，1 为相同",
    ]
    complementarity: Annotated[
        float | None,
        "how near each is to what only the other is strong in, 0 to 1 (互补性)",
        "互补性：各自与对方独有优势领域的接近程度，0 至 1",
    ]
    twin: Annotated[
        float | None,
        "complementarity times how far the ratio lies below 1: worth a twinning (结对)",
        "结对指数：互补性 × 观测/期望低于 1 的幅度，越大越值得结对",
    ]
    evidence: Annotated[
        str, "rows of bodies of both; empty where they share none", "证据：双方共同项目与平台的数据行；没有则为空"
    ]

    @classmethod
    def sentence(cls, row: Mapping[str, Any], language: str) -> str:
        """Say which regions work together less than expected; empty where they do not."""
        if row["ratio"] is None or row["ratio"] >= 1:
            return ""
        expected, ties = f"{row['expected']:.1f}", row["ties"]
        fits = row["twin"] is not None and row["twin"] >= TWIN
        weaker = row["residual"] is not None and row["residual"] <= -2
        if language == "zh":
            more = "，低于规模与距离的预期" if weaker else ""
            twin = f"；互补性 {row['complementarity']:.2f}，可考虑结对" if fits else ""
            return f"{row['first']} 与 {row['second']}：联系 {ties} 条，按活跃度应有 {expected} 条{more}{twin}。"
        more = ", weaker than their sizes and distance explain" if weaker else ""
        twin = f"; complementarity {row['complementarity']:.2f}: worth a twinning" if fits else ""
        return f"{row['first']} and {row['second']}: {ties} ties, {expected} by their activity{more}{twin}."


@analysis(
    "Links between regions",
    "区域联系",
    "regions",
    "Which regions work together less than they could?",
    "哪些区域之间的合作弱于应有水平？",
)
def region_links(
    net: Network,
    *,
    by: Annotated[str, "property of organisations that says where they are: region, country, zone, city"] = "region",
) -> Annotated[Findings, RegionLink]:
    """Compare the ties of every pair of regions with what activity, and a gravity model, make expect.

    Expected by activity is d_a d_b / 2m (d the ties of a region's organisations). The gravity model is a Poisson
    regression (Scherngell & Barber 2009; statsmodels' GLM) of ties on log d_a d_b, log distance where all regions have
    coordinates, the same country where `by` is not the country, and the cosine of what both work on; the residual is
    Pearson's, over the dispersion. Salton's measure is over bodies of two and more. Complementarity is, averaged both
    ways, the relatedness density (Hidalgo et al. 2007) of what the other has a location quotient of 1 and more in and
    this one has not.

    Regions without a tie are left out. Fewer than 10 pairs, or ties that a model cannot tell apart, give no gravity.
    Raises DataError where no two regions have ties.

    方法：将每对区域的联系与按活跃度、按引力模型应有的水平比较。

    活跃度期望为 d_a d_b / 2m（d 为区域内主体的联系数）。引力模型为泊松回归（Scherngell & Barber 2009；statsmodels 的
    GLM），自变量为 log d_a d_b、距离对数（全部区域有坐标时）、是否同国（分组不是国家时）以及研究内容的余弦相似度；残
    差为 Pearson 残差除以离散参数。Salton 指数按成员不少于两个的项目与平台计算。互补性为双向平均的关联密度（Hidalgo et
    al. 2007）：对方区位商不低于 1 而己方没有的领域与己方领域的接近程度。

    没有联系的区域不计入。少于 10 对，或模型无法区分时，不给出引力期望。没有两个区域存在联系时，无法计算。
    """
    values = net.group(by)
    degree = np.diff(net.ties.indptr)
    names = sorted({value for value, ties in zip(values, degree, strict=True) if value is not None and ties})
    if len(names) < 2:
        raise DataError(
            Bilingual(
                f"no two values of {by} have organisations with ties: load more, or {ANOTHER}",
                f"没有两个{property_zh(by)}拥有有联系的主体：请载入更多数据，或{ANOTHER.zh}",
            )
        )
    number = {name: i for i, name in enumerate(names)}
    at = np.array([number.get(value, -1) for value in values], dtype=np.int64)
    shared = _bodies(net, at, len(names))
    bodies = np.asarray(shared.astype(np.float32) @ shared.T.astype(np.float32), dtype=float)
    ties = _between(net, at, len(names))
    activity = ties.sum(axis=1)
    a, b = (np.array(side) for side in zip(*combinations(range(len(names)), 2), strict=True))
    observed = ties[a, b]
    expected = activity[a] * activity[b] / activity.sum()
    both = np.sqrt(bodies.diagonal()[a] * bodies.diagonal()[b])
    similarity, complementarity = _profiles(net, at, names)
    away = _distances(net, at, len(names))
    factors = {"log d_a d_b": np.log(activity[a] * activity[b])}
    if away is not None:
        factors["log distance"] = np.log(np.maximum(away[a, b], 1))
    if by != "country" and (home := _countries(net, at, len(names))) is not None:
        factors["same country"] = (home[a] == home[b]).astype(float)
    if similarity is not None:
        factors["similarity"] = similarity[a, b]
    gravity, residual, note = _gravity(observed, factors)
    ratio = observed / expected
    near = None if complementarity is None else complementarity[a, b]
    table = pd.DataFrame(
        {
            "pair": [f"{names[i]} and {names[j]}" for i, j in zip(a, b, strict=True)],
            "first": [names[i] for i in a],
            "second": [names[j] for j in b],
            "ties": observed.astype(int),
            "expected": expected.round(9),
            "ratio": ratio.round(9),
            "gravity": _or_none(gravity),
            "residual": _or_none(residual),
            "salton": _or_none(np.divide(bodies[a, b], both, out=np.full(len(a), np.nan), where=both > 0)),
            "distance": _or_none(None if away is None else away[a, b]),
            "similarity": _or_none(None if similarity is None else similarity[a, b]),
            "complementarity": _or_none(near),
            "twin": _or_none(None if near is None else near * np.maximum(1 - ratio, 0)),
            "evidence": [
                evidence(net.bodies["row"].to_numpy()[shared[i] & shared[j]]) for i, j in zip(a, b, strict=True)
            ],
        },
        columns=list(RegionLink.columns()),
    )
    order = table.assign(lost=(table["ties"] - table["expected"]).round(6)).sort_values(["lost", "pair"], kind="stable")
    return Findings(table.loc[order.index].reset_index(drop=True), None, (note,))


def _between(net: Network, at: "np.ndarray[Any, Any]", groups: int) -> "np.ndarray[Any, np.dtype[np.float64]]":
    first, second, _ = net.pairs
    both = (at[first] >= 0) & (at[second] >= 0)
    half = np.bincount(at[first[both]] * groups + at[second[both]], minlength=groups**2).reshape(groups, groups)
    return (half + half.T).astype(float)


def _bodies(net: Network, at: "np.ndarray[Any, Any]", groups: int) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Tell in which bodies of two and more each region has members: regions x bodies."""
    rows, columns = at[net.memberships["organisation"].to_numpy()], net.memberships["body"].to_numpy()
    shared = (rows >= 0) & (net.sizes[columns] > 1)
    has = np.zeros((groups, len(net.bodies)), dtype=bool)
    has[rows[shared], columns[shared]] = True
    return has


def _profiles(net: Network, at: "np.ndarray[Any, Any]", names: list[str]) -> tuple[Any, Any]:
    try:
        seats = portfolio(net, at, names).seats
    except DataError:
        return None, None
    seats = seats.loc[:, seats.to_numpy().sum(axis=0) > 0]
    length = np.linalg.norm(seats.to_numpy(), axis=1, keepdims=True)
    unit = np.divide(seats.to_numpy(), length, out=np.zeros(seats.shape), where=length > 0)
    some = length.ravel() > 0
    strong, near = np.zeros((2, *seats.shape))
    if some.any() and seats.shape[1] > 1:
        import econcomplex

        strong[some] = econcomplex.location_quotient(seats[some]).to_numpy() >= 1
        near[some] = np.nan_to_num(econcomplex.relatedness_density(seats[some]).to_numpy()) / 100
    # How near i is to what j is strong in and i is not, averaged over those fields.
    reach = (near * (1 - strong)) @ strong.T
    fields = (1 - strong) @ strong.T
    one_way = np.divide(reach, fields, out=np.zeros_like(reach), where=fields > 0)
    return (unit @ unit.T).round(9), ((one_way + one_way.T) / 2).round(9)


def _distances(net: Network, at: "np.ndarray[Any, Any]", groups: int) -> Any:
    """Compute the great circles between the centres of groups; None when one has none."""
    points = positions(net)
    centres = np.array([centre(points[at == group]) for group in range(groups)])
    if np.isnan(centres).any():
        return None
    return kilometres(np.linalg.norm(centres[:, None] - centres, axis=2))


def _countries(net: Network, at: "np.ndarray[Any, Any]", groups: int) -> Any:
    """Find the country of most organisations of every group; None when all have the same one, or one has none."""
    frame = pd.DataFrame({"at": at, "country": net.group("country")})
    frame = frame[(frame["at"] >= 0) & frame["country"].notna()]
    most = frame.value_counts().reset_index().sort_values(["at", "count", "country"], ascending=[True, False, True])
    home = most.drop_duplicates("at")["country"].to_numpy()
    return home if len(home) == groups and len(set(home)) > 1 else None


def _gravity(
    observed: "np.ndarray[Any, Any]", factors: dict[str, "np.ndarray[Any, Any]"]
) -> tuple[Any, Any, Bilingual]:
    import statsmodels.api as sm

    used = {name: values for name, values in factors.items() if np.ptp(values) > 1e-9}
    if len(observed) < max(FEWEST, 3 * (len(used) + 1)) or not used or not observed.any():
        return (
            None,
            None,
            Bilingual(
                f"No gravity model: {len(observed)} pairs of regions are too few, or too much alike.",
                f"没有引力模型：{len(observed)} 对区域太少或过于相似。",
            ),
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = sm.GLM(
                observed, sm.add_constant(np.column_stack(list(used.values()))), sm.families.Poisson()
            ).fit()
        except (ValueError, np.linalg.LinAlgError, sm.tools.sm_exceptions.PerfectSeparationError):
            return (
                None,
                None,
                Bilingual(
                    "No gravity model: the ties of regions cannot be told apart by it.",
                    "没有引力模型：它无法区分区域之间的联系。",
                ),
            )
    if not fitted.converged or not np.isfinite(fitted.params).all():
        return None, None, Bilingual("No gravity model: the fit did not settle.", "没有引力模型：拟合未收敛。")
    mean = np.maximum(np.asarray(fitted.fittedvalues), 1e-9)
    spread = np.sqrt(mean * max(float(fitted.pearson_chi2 / fitted.df_resid), 1))
    said = ", ".join(f"{name} {value:+.3f}" for name, value in zip(("constant", *used), fitted.params, strict=True))
    return (
        mean.round(6),
        ((observed - mean) / spread).round(6),
        Bilingual(f"Gravity (Poisson, log scale): {said}.", f"引力模型（泊松，对数尺度）：{chinese(said)}。"),
    )


def _or_none(values: Any) -> Any:
    if values is None:
        return None
    column = pd.Series(np.asarray(values, dtype=float), dtype=object)
    return column.where(column.notna(), None)
