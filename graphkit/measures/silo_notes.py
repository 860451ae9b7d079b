"""What is said of a test of groups as a whole, in English and in Chinese: how it was made, and what it cannot tell."""

import numpy as np

from graphkit.bilingual import Bilingual
from graphkit.measures.modularity import modularity_test
from graphkit.measures.openness import assortativity, ei_index, segregation
from graphkit.measures.seats import Integers, Numbers, Truths
from graphkit.measures.stability import of_resolution, resolution_of
from graphkit.measures.verdicts import FEWEST
from graphkit.network import Network
from graphkit.terms import chinese


def notes_of_a_run(
    net: Network,
    labels: Integers,
    by: str,
    *,
    tested: Truths,
    draws: int,
    mixing: Numbers,
    null: str,
    resolution: float | None,
    seed: int,
) -> tuple[Bilingual, ...]:
    """Say how the groups of a run were tested, and what that cannot tell.

    `tested` and `mixing` (split R-hat of the chains) have one value for every group, `draws` is how many draws of the
    null model decided (0: the closed form). Communities are also told from chance as a whole, by their modularity.
    """
    notes = []
    measures = (("E-I index", ei_index), ("assortativity", assortativity), ("Freeman's segregation", segregation))
    found = [(name, measure(net, labels)) for name, measure in measures]
    known = ", ".join(f"{name} {value:.3f}" for name, value in found if value is not None)
    if known:
        notes.append(
            Bilingual(
                f"Over all ties, before any comparison with chance: {known}.",
                f"就全部联系而言，未与随机情形比较：{chinese(known)}。",
            )
        )
    worst = float(np.nanmax(np.append(mixing[tested], 1.0)))
    if null == "labels":
        notes.append(
            Bilingual(
                f"Chance dealt the groups out anew {draws:,} times among all organisations (label permutation): a "
                "group whose members are more active than others looks closed without being so. Do not decide by it.",
                f"随机情形将群组标签在全部主体间重新分配 {draws:,} 次（标签置换）："
                "成员更活跃的群组会显得封闭而实际并非如此。请勿据此下结论。",
            )
        )
    elif null == "projection":
        notes.append(
            Bilingual(
                f"Chance rewired the ties {draws:,} times (projection): it forgets that ties come from bodies, so "
                "that active groups look closed without being so. Do not decide by it.",
                f"随机情形将联系重连 {draws:,} 次（投影）：它忽略联系来自项目与平台，"
                "活跃的群组会显得封闭而实际并非如此。请勿据此下结论。",
            )
        )
    elif draws:
        mixed = worst < 1.05
        notes.append(
            Bilingual(
                f"Chance was drawn {draws:,} times on the membership graph; split R-hat of the chains {worst:.3f}"
                + ("." if mixed else ": they have not mixed, ask for more draws."),
                f"随机情形为在成员关系图上抽样 {draws:,} 次；各链的分裂 R-hat 为 {worst:.3f}"
                + ("。" if mixed else "：尚未充分混合，请增加抽样数。"),
            )
        )
    else:
        notes.append(
            Bilingual(
                "Chance was computed in closed form: p is too small too often to be reported.",
                "随机情形以解析解计算：p 值偏小的情形过多，不宜报告。",
            )
        )
    number = int(tested.sum())
    if number and draws and by != "community" and 1 / (1 + draws) > 0.05 / number:
        notes.append(
            Bilingual(
                f"With {number} groups and {draws:,} draws a single silo cannot become significant.",
                f"{number} 个群组、{draws:,} 次抽样之下，单个孤岛不可能显著。",
            )
        )
    if 0 < number < FEWEST:
        notes.append(
            Bilingual(
                f"Only {number} groups are large enough: none is compared with others of its size.",
                f"只有 {number} 个群组规模足够：不与同等规模的群组比较。",
            )
        )
    if by != "community":
        return tuple(notes)
    settled = resolution_of(net, resolution, seed=seed)
    whole = modularity_test(net, seed=seed, resolution=settled)
    if whole is not None:
        if resolution is None:
            notes.append(of_resolution(net, seed=seed))
        notes.append(
            Bilingual(
                f"Modularity {whole.observed:.3f}; communities found anew in {whole.draws} draws of chance have "
                f"{whole.expected:.3f} (z = {whole.z:.1f}).",
                f"模块度 {whole.observed:.3f}；在 {whole.draws} 次随机抽样中重新发现的社群为 "
                f"{whole.expected:.3f}（z = {whole.z:.1f}）。",
            )
        )
        notes.append(
            Bilingual(
                "Communities were found on some bodies and tested on others, in several orders; of silos of 180 "
                "organisations that send 70 % of their ties outside about seven in ten are found so, of opener ones "
                "fewer.",
                "社群在一部分项目与平台上发现，在另一部分上检验，并变换多种次序；180 个主体、"
                "70% 的联系通向外部的孤岛，约七成可以这样检出，更开放者检出更少。",
            )
        )
    return tuple(notes)
