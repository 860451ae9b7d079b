"""Trees beside a regression (梯度提升树): what no sum of signs can say, and a sum that keeps the trees steady.

Gradient-boosted trees (Friedman 2001) see that a sign counts only where another is strong; a logistic regression, from
the same examples, errs less where examples are few or older than what is asked. Half of each does better than either.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.fitting import Scale

TREES = 150
LEAVES = 15
SHARE = 0.5
"""How much of the log odds comes from the trees."""


@dataclass(frozen=True)
class Blend:
    """A regression and trees learned from the same examples; log odds are their weighted mean, and are calibrated."""

    scale: Scale
    trees: Any

    def margin(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log odds of pairs; `values` has the signs first, then the pairs."""
        told = self.scale.margin(values)
        if not len(told):
            return told
        grown = self.trees.decision_function(np.ascontiguousarray(values.T))
        return np.asarray((1 - SHARE) * told + SHARE * grown, dtype=np.float32)

    def likelihood(self, margin: NDArray[np.float32]) -> NDArray[np.float64]:
        """Turn log odds into a likelihood."""
        return self.scale.likelihood(margin)


def blended(scale: Scale, values: NDArray[np.float32], labels: NDArray[np.bool_], seed: int) -> Blend:
    """Grow trees beside a regression on the same examples (`values`: examples x signs); both labels must occur.

    Trees are small and see a third of the signs at every branching, so that none of many similar ones leads them all.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=40,
        l2_regularization=10.0,
        max_features=0.3,
        early_stopping=False,
        random_state=seed,
    )
    return Blend(scale, trees.fit(values, labels))
