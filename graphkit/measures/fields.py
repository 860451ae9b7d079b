"""What groups of organisations work on: seats by technology, or by programme where no technology is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit.bilingual import Bilingual
from graphkit.errors import DataError
from graphkit.measures.seats import Integers
from graphkit.network import Network


@dataclass(frozen=True)
class Portfolio:
    """Seats of every group in every field: a frame groups x fields; `fields` says what the fields are."""

    seats: pd.DataFrame
    fields: str


def portfolio(net: Network, labels: Integers, groups: list[str]) -> Portfolio:
    """Count the seats of every group by field; a seat in a body of several fields counts in each with its share.

    Fields are the technologies that bodies are about (ABOUT), or those of organisations where no body has any, or else
    the programmes of bodies. Raises DataError where there are none of these.
    """
    about = net.table("ABOUT")
    for label, ids, rows in (
        ("bodies", net.bodies["id"], net.memberships["body"]),
        ("organisations", net.organisations["id"], pd.Series(np.arange(len(net)))),
    ):
        tied = about[about["start"].isin(set(ids)) & (about["start_label"] != "Organisation").eq(label == "bodies")]
        if len(tied):
            names = _names(net.table("Technology"), sorted(set(tied["end"])))
            pairs = list(zip(tied["start"], (names[end] for end in tied["end"]), strict=True))
            who = net.memberships["organisation"] if label == "bodies" else rows
            return Portfolio(_count(labels[who.to_numpy()], rows.to_numpy(), ids, pairs, groups), "technology")
    pairs = [
        (id_, name) for id_, each in zip(net.bodies["id"], net.bodies["programme"], strict=True) for name in each or ()
    ]
    if not pairs:
        raise DataError(
            Bilingual(
                "nothing says what is worked on: load a source with technologies (ABOUT) or programmes",
                "数据未说明研究内容：请载入含技术（ABOUT）或计划的来源",
            )
        )
    at = labels[net.memberships["organisation"].to_numpy()]
    return Portfolio(_count(at, net.memberships["body"].to_numpy(), net.bodies["id"], pairs, groups), "programme")


def _names(technologies: pd.DataFrame, ids: list[str]) -> dict[str, str]:
    known = dict(zip(technologies["id"], technologies["name"], strict=True))
    return {id_: known.get(id_) or id_ for id_ in ids}


def _count(
    at: Integers, rows: Integers, ids: "pd.Series[str]", pairs: list[tuple[str, str]], groups: list[str]
) -> pd.DataFrame:
    fields = sorted({field for _, field in pairs})
    place, number = {id_: i for i, id_ in enumerate(ids)}, {field: i for i, field in enumerate(fields)}
    of = sp.csr_array(
        (np.ones(len(pairs)), ([place[id_] for id_, _ in pairs], [number[field] for _, field in pairs])),
        shape=(len(ids), len(fields)),
    )
    of.data[:] = 1  # the same field twice is once
    shares = of.toarray() if len(ids) * len(fields) < 5e6 else of
    weight = 1 / np.maximum(np.asarray(of.sum(axis=1)).ravel(), 1)
    known = at >= 0
    seat = sp.csr_array((weight[rows[known]], (at[known], rows[known])), shape=(len(groups), len(ids)))
    found = seat @ shares
    return pd.DataFrame(np.asarray(found.todense() if sp.issparse(found) else found), index=groups, columns=fields)
