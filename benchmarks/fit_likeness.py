"""Make the weights of graphkit/naming/data/likeness.csv from pairs of names that people have judged.

    python benchmarks/fit_likeness.py FOLDER [--cordis FP7 H2020] [--write]

FOLDER holds organisation_pairs.csv and chinese_pairs.csv (columns name1, name2, is_match). Logistic regression with a
ridge on standardised measures, under two kinds of bounds: no difference may speak for sameness, and the differences in
CAPS weigh at least so much, since the pairs at hand do not show what is known of organisations. Prints precision and
recall in cross-validation (10 times 5 parts) and on all pairs; `--write` replaces the table.
"""

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedKFold

import graphkit
from graphkit.files import writing
from graphkit.naming.likeness import CHINESE, LATIN, Likeness, likeness

RIDGE = 1.0  # variance of a standardised weight
CAPS: dict[tuple[str, str], tuple[float, str]] = {
    ("latin", "number"): (
        -2.5,
        "a number tells one institute, fund or hospital from the next; the pairs call funds V and VI one",
    ),
    ("latin", "initials"): (-3.5, "the same initials stand for many names"),
    ("latin", "edit_share"): (-3.0, "in a short word one letter makes another name"),
    ("latin", "country"): (-1.0, "a name with another country is a subsidiary or another state's office"),
    ("chinese", "shortened"): (-0.5, "short forms are customary, yet not unique"),
    ("chinese", "brand"): (
        -2.5,
        "中国石油 stands whole in 中国石油化工, which is its rival; subsidiaries add words as well",
    ),
    ("chinese", "part"): (-1.5, "two academies may each have an institute of one name"),
    ("chinese", "exchanged"): (-1.5, "one character makes another institute (植物, 动物)"),
    ("chinese", "form"): (-1.0, "a company and the group around it differ in form"),
}


def fitted(measures: np.ndarray, same: np.ndarray, caps: np.ndarray) -> np.ndarray:
    """Fit intercept and weights, each weight at most its cap; returns 1 + measures numbers."""
    scale = np.where(measures.std(axis=0) > 0, measures.std(axis=0), 1.0)
    scaled = measures / scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logit = weights[0] + scaled @ weights[1:]
        missing = same - 1 / (1 + np.exp(-logit))
        value = np.logaddexp(0, np.where(same, -logit, logit)).sum() + (weights[1:] ** 2).sum() / (2 * RIDGE)
        return value, -np.r_[missing.sum(), scaled.T @ missing - weights[1:] / RIDGE]

    bounds = [(None, None), *((None, cap) for cap in caps * scale)]
    start = np.r_[1.0, np.minimum(caps * scale, -0.1)]
    weights = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return np.r_[weights[0], weights[1:] / scale]


def figures(same: np.ndarray, score: np.ndarray) -> dict[str, float]:
    """Best F1, and recall at precision .95 and .99, over all thresholds that the scores allow."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(same[order])
    last = np.r_[np.diff(score[order]) != 0, True]
    precision, recall = (hits / np.arange(1, len(hits) + 1))[last], (hits / same.sum())[last]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    at = {share: recall[precision >= share].max(initial=0.0) for share in (0.95, 0.99)}
    return {"F1": f1.max(), "R at P .95": at[0.95], "R at P .99": at[0.99]}


def validated(measures: np.ndarray, same: np.ndarray, caps: np.ndarray) -> Mapping[str, float]:
    """Score every pair by weights of a fit that did not see it; means over 10 divisions."""
    found = []
    for seed in range(10):
        score = np.zeros(len(same))
        for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(measures, same):
            weights = fitted(measures[train], same[train], caps)
            score[test] = weights[0] + measures[test] @ weights[1:]
        found.append(figures(same, score))
    return {str(name): float(value) for name, value in pd.DataFrame(found).mean().items()}


def main() -> None:
    """Fit both scripts, print how well, and write the table when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    table = []
    for script, file, names in (
        ("latin", "organisation_pairs.csv", LATIN),
        ("chinese", "chinese_pairs.csv", CHINESE),
    ):
        pairs = pd.read_csv(options.folder / file, keep_default_na=False, dtype=str)
        found: list[Likeness] = [likeness(a, b) for a, b in zip(pairs["name1"], pairs["name2"], strict=True)]
        fits = np.array([one.chinese == (script == "chinese") for one in found])
        measures = np.array([one.measures for one, fit in zip(found, fits, strict=True) if fit], dtype=float)
        same = (pairs["is_match"].str.lower() == "true").to_numpy()[fits]
        caps = np.array([CAPS.get((script, name), (0.0, ""))[0] for name in names])
        weights = fitted(measures, same, caps)
        for how, got in (
            ("cross-validated", validated(measures, same, caps)),
            ("on all pairs", figures(same, weights[0] + measures @ weights[1:])),
        ):
            print(f"{script:8} {len(same):4} pairs {how:16}", *(f"{name} {value:.3f}" for name, value in got.items()))
        for name, weight in zip(("intercept", *names), weights, strict=True):
            cap, why = CAPS.get((script, name), (0.0, ""))
            # Adding zero turns -0.0 into 0.0.
            table.append(
                (script, name, f"{round(weight, 3) + 0:.3f}", why if cap and weight >= cap - 1e-9 else "fitted")
            )
    for row in table:
        print("  ".join(row))
    if options.write:
        with writing(Path(graphkit.__file__).parent / "naming" / "data" / "likeness.csv") as file:
            csv.writer(file, lineterminator="\n").writerows([("script", "measure", "weight", "why"), *table])


if __name__ == "__main__":
    main()
