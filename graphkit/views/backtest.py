"""The backtest view: the proof behind the proposals, how many of them came true beside simpler rules."""

from typing import Any

import numpy as np

from graphkit.analyses.backtest import Ranked
from graphkit.analysis import Result
from graphkit.network import Network
from graphkit.view import Page, need, view
from graphkit.views.figures import figure_page, table
from graphkit.views.payload import pair, plain

NEEDS = (need("backtest"),)
BINS = 10


@view("Did proposals come true?", "建议后来成真了吗？", needs=NEEDS)
def backtest(net: Network, page: Page) -> str:
    """Draw the share of proposals that came true, by kind of pair and beside each baseline, and the calibration."""
    return figure_page(page, block(page.results.get("backtest")))


def block(result: Result | None) -> dict[str, Any]:
    """Pack the precision of every score on every kind of pair, and stated against observed likelihood in ten bins."""
    if result is None or not len(result.table):
        return {"kind": "proof", "strata": [], "bins": [], "table": None, "said": [[], []]}
    frame = result.table
    strata = [
        {
            "name": plain(name),
            "organisations": int(rows["organisations"].max()),
            "scores": [
                {column: plain(row.get(column)) for column in ("score", "precision", "precision_low", "precision_high")}
                for row in rows.to_dict("records")
            ],
        }
        for name, rows in frame.groupby("stratum", sort=False)
    ]
    return {
        "kind": "proof",
        "strata": strata,
        "when": pair(result.notes[0]),  # what was known, and how many were tried
        "bins": calibration(result),
        "table": table(result, frame),
        "said": [result.said(language, 8) for language in ("en", "zh")],
    }


def calibration(result: Result) -> list[dict[str, Any]]:
    """Divide the proposals into ten bins of equal number by stated likelihood, and say how many came true in each.

    The interval is Wilson's (1927) at 95 %; proposals of one organisation are not independent, so it is a lower bound.
    """
    proposed = result.members
    if proposed is None or not len(proposed) or result.analysis.members is not Ranked:
        return []
    stated = proposed["likelihood"].to_numpy(dtype=float)
    came = proposed["in_time"].to_numpy(dtype=bool)
    order = np.lexsort((proposed["candidate"].to_numpy(str), proposed["organisation"].to_numpy(str), stated))
    made = []
    for part in np.array_split(order, min(BINS, len(order))):
        low, high = _wilson(int(came[part].sum()), len(part))
        made.append(
            {
                "stated": plain(float(stated[part].mean())),
                "observed": plain(float(came[part].mean())),
                "low": plain(low),
                "high": plain(high),
                "proposals": len(part),
            }
        )
    return made


def _wilson(hits: int, tried: int, z: float = 1.959964) -> tuple[float, float]:
    share, scale = hits / tried, 1 + z * z / tried
    middle = (share + z * z / (2 * tried)) / scale
    half = z * np.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried)) / scale
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)
