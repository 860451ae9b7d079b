"""Proposals tried on the past (回测): what was proposed from bodies known at a day, and which ties came after it.

Organisations are drawn among those with five partners and more then and a new one later, who was known then, too.
Candidates are all that were known and not tied; a hit is a pair tied in a body that starts later. Whether likelihoods
are right is judged on organisations drawn without looking ahead: as many again, in their proportion, who found nobody.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.examples import SHARE_COLD, TESTED, Split, hits_of, matched_places
from graphkit.measures.features import Block, blocks
from graphkit.measures.fitting import calibration_error
from graphkit.measures.likelihood import Likelihood, learn
from graphkit.measures.partition import communities_of
from graphkit.measures.past import Past, days, earlier_bodies
from graphkit.measures.ranking import largest
from graphkit.network import Network

KATZ = 0.005
"""Factor by which each further step of Katz' sum counts less."""
MODEL = "graphkit"
SCORES = {
    MODEL: "graphkit",
    "random": "",
    "degree": "partners",
    "common neighbours": "common",
    "Adamic-Adar": "adamic_adar",
    "resource allocation": "allocation",
    "Katz": "",
    "L3": "paths",
    "random walk": "walk",
}
STRATA = ("all", "across communities", "without common partner", "across countries", "east-west")
EAST = "AL BA BG BY CZ EE HR HU LT LV MD ME MK PL RO RS SI SK UA"
WEST = "AT BE CH CY DE DK EL ES FI FR GB GR IE IS IT LI LU MT NL NO PT SE UK"
"""Countries of Europe by side, where no region says which macro region it is in."""
_NEGATIVES = 100
_DRAWS = 2_000


@dataclass(frozen=True)
class Trial:
    """What became of proposals: arrays over (scores, strata, organisations), NaN where an organisation has no hit.

    `stated` holds the ten best proposals of the model by stratum, to organisations drawn without looking ahead: stated
    likelihood, and whether it came true within the time for which the likelihood is stated. `drawn` is how many those
    are. `ranked` holds the hundred best proposals to each of them, of all pairs. `cold` holds the precision of each
    score for organisations that nobody was tied to and that found somebody: (scores, organisations).
    """

    model: Likelihood
    sources: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    reciprocal: NDArray[np.float64]
    stated: list[NDArray[np.float64]]
    auc: NDArray[np.float64]
    auc_matched: dict[str, float]
    ranked: pd.DataFrame
    drawn: int
    cold: NDArray[np.float64]


def parted(net: Network, day: float) -> Split:
    """Part the bodies at a day: those that start on it and after it come later.

    Bodies without a date that are of no earlier framework could be of either side, and are in neither.
    """
    start, earlier = days(net.bodies["from"]), earlier_bodies(net)
    after = np.isfinite(start) & (start >= day)
    last = float(np.nanmax(start)) if after.any() else day
    return Split(earlier | (start < day), after, day - 1, max(last - day, 1) / 365.25, earlier)


def tried(net: Network, at: Split, *, sample: int, learned_from: int, seed: int) -> Trial | None:
    """Learn from what was known, and hold it against what came; None where nobody can be tested or learned from."""
    known = net.keep(at.before)
    model = learn(known, organisations=learned_from, seed=seed)
    past = model.past
    later = sp.csr_array(net.keep(at.after).ties)
    new = sp.csr_array((later > 0).astype(np.int64))
    new = sp.csr_array(new - new.multiply(sp.csr_array((past.links > 0).astype(np.int64))))
    enough = past.degree >= TESTED
    finds = new @ past.present.astype(np.int64) > 0
    found, others = np.flatnonzero(enough & finds), np.flatnonzero(enough & ~finds)
    if not len(found) or model.models is None:
        return None
    random = np.random.default_rng(seed)
    sources = np.sort(random.choice(found, min(sample, len(found)), replace=False))
    beside = round(len(others) * len(sources) / len(found))
    others = np.sort(random.choice(others, beside, replace=False))
    start = days(net.bodies["from"])
    soon = sp.csr_array(net.keep(at.after & (start <= at.today + 1 + 365.25 * model.years)).ties)
    group = communities_of(past.net, seed=seed).labels
    side = sides(past.whole)
    country = past.net.organisations["country"].fillna("").astype(str).to_numpy()
    shape = (len(SCORES), len(STRATA), len(sources))
    precision, recall, reciprocal = (np.full(shape, np.nan) for _ in range(3))
    stated: list[list[NDArray[np.float64]]] = [[] for _ in STRATA]
    positive: list[NDArray[np.float64]] = []
    negative: list[NDArray[np.float64]] = []
    pairs: list[pd.DataFrame] = []
    ranked: list[pd.DataFrame] = []
    at_row = 0

    def parts_of(block: Block) -> tuple[NDArray[np.bool_], ...]:
        own, theirs = country[block.sources][:, None], country[block.columns][None, :]
        free = ~block.tied
        return (
            free,
            free & (group[block.columns][None, :] != group[block.sources][:, None]),
            free & (block.common == 0),
            free & (theirs != own) & (theirs != "") & (own != ""),
            free & (side[block.columns][None, :] * side[block.sources][:, None] < 0),
        )

    def propose(
        block: Block, best: list[Any], score: NDArray[np.floating], hits: Any, within: Any, found: bool
    ) -> None:
        for row, source in enumerate(block.sources):
            for which, places in enumerate(best):
                mine = places[row][places[row] >= 0]
                stated[which].append(np.column_stack([score[row, mine[:10]], within[row, mine[:10]]]).astype(float))
                if which == 0:
                    told = (each[row, mine] for each in (score, hits, within))
                    ranked.append(_ranked(int(source), block.columns[mine], *told).assign(tried=found))

    for block in blocks(past, sources):
        came = later[block.sources].toarray()[:, block.columns] > 0
        within = soon[block.sources].toarray()[:, block.columns] > 0
        scores = _scores(model, block, random)
        rows, columns, true = matched_places(block, past, came, random)
        told = {name: score[rows, columns] for name, score in scores.items()}
        if model.specific is not None:
            told["specific"] = model.specific.margin(block.at(rows, columns))
        pairs.append(pd.DataFrame({**told, "came": true, "common": block.common[rows, columns] > 0}))
        parts = parts_of(block)
        rows_now = slice(at_row, at_row + len(block.sources))
        for number, score in enumerate(scores.values()):
            best = [largest(score, part, 100) for part in parts]
            if number == 0:
                propose(block, best, score, came, within, True)
            for which, part in enumerate(parts):
                true, all_hits = hits_of(came, best[which]), (came & part).sum(axis=1)
                precision[number, which, rows_now] = true[:, :10].sum(axis=1) / 10
                some = all_hits > 0
                first = np.where(true.any(axis=1), 1 / (1 + true.argmax(axis=1)), 0.0)
                recall[number, which, rows_now][some] = true.sum(axis=1)[some] / all_hits[some]
                reciprocal[number, which, rows_now][some] = first[some]
        at_row += len(block.sources)
        table = np.array(list(scores.values()), dtype=np.float64)
        for row in range(len(block.sources)):
            free = ~block.tied[row]
            lost = random.choice(np.flatnonzero(free & ~came[row]), _NEGATIVES)
            positive.append(table[:, row, free & came[row]])
            negative.append(table[:, row, lost])
    for block in blocks(past, others):
        score, none = model.scores(block), np.zeros(block.tied.shape, dtype=bool)
        propose(block, [largest(score, part, 100) for part in parts_of(block)], score, none, none, False)
    return Trial(
        model,
        sources,
        precision,
        recall,
        reciprocal,
        [np.concatenate(each) for each in stated],
        _auc(np.concatenate(positive, axis=1), np.concatenate(negative, axis=1)),
        _matched([each for each in pairs if len(each)]),
        pd.concat(ranked, ignore_index=True).sort_values(["source", "rank"], ignore_index=True),
        len(sources) + len(others),
        _cold(model, later, finds, sample // SHARE_COLD, random),
    )


def sides(net: Network) -> NDArray[np.int8]:
    """Tell on which side an organisation is: 1 in the east (东部), -1 in the west (西部), else 0.

    That is what the macro region of its region says, in any country; where none says so, its country's side of Europe.
    """
    regions = net.table("Region")
    part = {
        key: value
        for name in ("id", "name", "name_zh", "code")
        for key, value in zip(regions[name], regions["macro_region"], strict=True)
        if value in ("east", "west") and isinstance(key, str)
    }
    told = net.organisations["region"].map(part).map({"east": 1, "west": -1})
    if told.isna().all():
        told = net.organisations["country"].map({**dict.fromkeys(EAST.split(), 1), **dict.fromkeys(WEST.split(), -1)})
    return told.fillna(0).to_numpy().astype(np.int8)


def _cold(
    model: Likelihood, later: Any, finds: NDArray[np.bool_], most: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Precision at ten of each score for organisations that were present, tied to nobody, and found somebody later."""
    past = model.past
    cold = np.flatnonzero(past.present & (past.degree == 0) & finds)
    sources = np.sort(random.choice(cold, min(most, len(cold)), replace=False))
    precision = [np.empty((len(SCORES), 0))]
    for block in blocks(past, sources):
        came = later[block.sources].toarray()[:, block.columns] > 0
        best = [largest(score, ~block.tied, 10) for score in _scores(model, block, random).values()]
        precision.append(np.array([hits_of(came, each).sum(axis=1) / 10 for each in best]))
    return np.concatenate(precision, axis=1)


def interval(values: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """Give the 95 % interval of a mean by a bootstrap over organisations; NaN for fewer than two."""
    kept = values[np.isfinite(values)]
    if len(kept) < 2:
        return float("nan"), float("nan")
    draw = np.random.default_rng(seed).integers(0, len(kept), (_DRAWS, len(kept)))
    low, high = np.quantile(kept[draw].mean(axis=1), [0.025, 0.975]).round(12)  # 1e-18 is a 0 that did not cancel
    return float(low), float(high)


def error_of(stated: NDArray[np.float64]) -> float:
    """Mean difference between stated and observed likelihood of the best proposals of all."""
    known = stated[np.isfinite(stated[:, 0])]
    return calibration_error(known[:, 0], known[:, 1] > 0)


def _scores(model: Likelihood, block: Block, random: np.random.Generator) -> dict[str, NDArray[np.floating]]:
    past = model.past
    found: dict[str, NDArray[np.floating]] = {MODEL: model.scores(block)}
    for name, sign in SCORES.items():
        if name == "random":
            found[name] = random.random(block.tied.shape)
        elif name == "Katz":
            found[name] = _katz(past, block)
        elif name == "degree":
            found[name] = block.sign(sign)
        elif name != MODEL:
            found[name] = -block.sign(sign)
    return found


def _katz(past: Past, block: Block) -> NDArray[np.float64]:
    """Katz' sum (1953) over ways of two, three and four steps."""
    two = past.links @ (past.links[block.sources].toarray().T.astype(np.float64))
    three = past.links @ two
    found = two + KATZ * three + KATZ**2 * (past.links @ three)
    return np.ascontiguousarray(found[block.columns].T)


def _ranked(
    source: int,
    targets: NDArray[np.int64],
    score: NDArray[np.floating],
    came: NDArray[np.bool_],
    within: NDArray[np.bool_],
) -> pd.DataFrame:
    rank = np.arange(1, len(targets) + 1)
    return pd.DataFrame(
        {"source": source, "target": targets, "rank": rank, "likelihood": score, "came": came, "in_time": within}
    )


def _auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> NDArray[np.float64]:
    from sklearn.metrics import roc_auc_score

    label = np.repeat([True, False], [positive.shape[1], negative.shape[1]])
    return np.array([roc_auc_score(label, np.append(*each)) for each in zip(positive, negative, strict=True)])


def _matched(found_in: list[pd.DataFrame]) -> dict[str, float]:
    """AUC on matched pairs of each score, and of `specific`, that also without a common partner."""
    from sklearn.metrics import roc_auc_score

    if not found_in:
        return {}
    pairs = pd.concat(found_in, ignore_index=True)
    came, far = pairs["came"].to_numpy(dtype=bool), ~pairs["common"].to_numpy(dtype=bool)
    found = {str(name): float(roc_auc_score(came, pairs[name])) for name in pairs.columns.drop(["came", "common"])}
    if "specific" in found and 0 < came[far].sum() < far.sum():
        found["specific, without common partner"] = float(roc_auc_score(came[far], pairs["specific"][far]))
    return found
