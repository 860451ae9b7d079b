"""What organisations work on: their portfolios over technologies, or over programmes where no technology is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.network import Network

OVER = ("technology", "programme")


@dataclass(frozen=True)
class Portfolios:
    """How much every organisation does in every field: `amounts` is organisations x fields, `names` names the fields.

    `over` is `technology` or `programme`.
    """

    amounts: "sp.csr_array[Any]"
    names: list[str]
    over: str

    def unit(self) -> "sp.csr_array[Any]":
        """Rows scaled to length 1, so that the product of two rows is their cosine; an empty row stays empty."""
        return _scaled(self.amounts, np.sqrt(self.amounts.multiply(self.amounts).sum(axis=1)))

    def shares(self) -> "sp.csr_array[Any]":
        """Rows scaled to the sum 1; an empty row stays empty."""
        return _scaled(self.amounts, self.amounts.sum(axis=1))


def portfolios(net: Network, over: str | None = None) -> Portfolios:
    """Add up what an organisation is about itself, its results, and the bodies that it sits in.

    Technologies come from ABOUT ties (their weight, or 1), programmes from the bodies. Without `over` technologies are
    taken where any organisation has one. Raises DataError where there is neither, UsageError for another word.
    """
    if over not in (None, *OVER):
        raise UsageError(f"portfolios are over {' or '.join(OVER)}, not {over!r}")
    if over != "programme":
        found = _technologies(net)
        if found.amounts.nnz:
            return found
        if over == "technology":
            raise DataError(
                Bilingual(
                    "nothing says what organisations are about: load a source with technologies",
                    "数据未说明主体涉及什么：请载入含技术的来源",
                )
            )
    found = _programmes(net)
    if not found.amounts.nnz:
        raise DataError(
            Bilingual(
                "there are neither technologies nor programmes: load a source that gives one of the two",
                "既无技术也无计划：请载入含其中之一的来源",
            )
        )
    return found


def breadth(found: Portfolios) -> NDArray[np.float64]:
    """Rao-Stirling diversity of every portfolio, the sum of p_i p_j d_ij over all i and j (Stirling 2007).

    d_ij is 1 less the cosine of two fields over the organisations that work on them (Porter & Rafols 2009): 0 for one
    field, near 1 for many that nobody else combines; NaN without any.
    """
    columns = sp.csr_array(found.amounts.T)
    fields = _scaled(columns, np.sqrt(columns.multiply(columns).sum(axis=1)))
    alike = sp.csr_array(fields @ fields.T)
    shares = found.shares()
    within = np.asarray((shares @ alike).multiply(shares).sum(axis=1)).ravel()
    return np.where(np.diff(shares.indptr) > 0, np.maximum(1 - within, 0).round(12), np.nan)


def _technologies(net: Network) -> Portfolios:
    about = net.table("ABOUT")
    names = sorted(set(about["end"]))
    place = {name: at for at, name in enumerate(names)}
    weight = pd.to_numeric(about["weight"]).fillna(1.0).to_numpy(dtype=float)
    column = about["end"].map(place).to_numpy(dtype=np.int64) if len(about) else np.empty(0, dtype=np.int64)
    label, start = about["start_label"].to_numpy(), about["start"].to_numpy()

    def of(ids: pd.Series, which: "NDArray[np.bool_]") -> "sp.csr_array[Any]":
        rows = pd.Index(ids).get_indexer(pd.Index(start[which])) if which.any() else np.empty(0, dtype=np.int64)
        here = rows >= 0
        values = (weight[which][here], (rows[here], column[which][here]))
        return sp.csr_array(values, shape=(len(ids), len(names)))

    amounts = of(net.organisations["id"], label == "Organisation")
    amounts = amounts + net.membership @ of(net.bodies["id"], np.isin(label, ["Platform", "Collaboration"]))
    made = net.table("PRODUCED")
    if len(made) and (label == "Result").any():
        ids = pd.Series(sorted(set(made["end"])))
        rows = pd.Index(net.organisations["id"]).get_indexer(pd.Index(made["start"]))
        columns = pd.Index(ids).get_indexer(pd.Index(made["end"]))
        here = rows >= 0
        produced = sp.csr_array((np.ones(int(here.sum())), (rows[here], columns[here])), shape=(len(net), len(ids)))
        amounts = amounts + produced @ of(ids, label == "Result")
    names_by_id = dict(zip(net.table("Technology")["id"], net.table("Technology")["name"], strict=True))
    return Portfolios(_tidy(amounts), [str(names_by_id.get(name) or name) for name in names], "technology")


def _programmes(net: Network) -> Portfolios:
    listed = [(row, one) for row, many in enumerate(net.bodies["programme"]) for one in many or ()]
    names = sorted({name for _, name in listed})
    place = {name: at for at, name in enumerate(names)}
    rows, columns = [row for row, _ in listed], [place[name] for _, name in listed]
    bodies = sp.csr_array((np.ones(len(listed)), (rows, columns)), shape=(len(net.bodies), len(names)))
    return Portfolios(_tidy(net.membership @ bodies), names, "programme")


def _tidy(amounts: Any) -> "sp.csr_array[Any]":
    tidy = sp.csr_array(amounts)
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    tidy.sort_indices()
    return tidy


def _scaled(matrix: "sp.csr_array[Any]", by: Any) -> "sp.csr_array[Any]":
    length = np.asarray(by, dtype=float).ravel()
    scale = np.divide(1, length, out=np.zeros(len(length)), where=length > 0)
    return sp.csr_array(matrix.multiply(scale[:, None]))
