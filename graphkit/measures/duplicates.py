"""Organisations of a network that may be one (疑似重复): what telling them apart finds, beside their ties."""

import numpy as np
import pandas as pd

from graphkit.bilingual import Bilingual
from graphkit.naming.resolving import same
from graphkit.naming.suggesting import aliases_of, suggested
from graphkit.network import Network

_SAME = {"identifier": "标识", "name": "名称"}
COLUMNS = ("first", "second", "score", "reasons", "certain")


def duplicates(net: Network) -> pd.DataFrame:
    """Find pairs of organisations that are one without doubt (`certain`, score 1), then pairs that may be one.

    Organisations that were united already are one here, and pairs that somebody refused (SAME_AS) are left out. Those
    of the network with a ROR id serve as the register of names. Best first, then in the order of ids; empty for fewer
    than two organisations.
    """
    organisations = net.organisations
    if len(organisations) < 2:
        return pd.DataFrame(columns=list(COLUMNS), dtype=object)
    sure = same(organisations)
    certain = [
        (first, second, 1.0, Bilingual(f"the same {method}: {evidence}", f"{_SAME[method]}相同：{evidence}"), True)
        for first, second, method, evidence in sure.itertuples(index=False, name=None)
    ]
    register = organisations[[str(id_).startswith("ror:") for id_ in organisations["id"]]]
    likely = suggested(organisations, aliases=aliases_of(register))[["first", "second", "score", "reasons"]]
    ties = net.table("SAME_AS")
    decided = ties[ties["status"] == "refused"]
    refused = {frozenset(pair) for pair in zip(decided["start"], decided["end"], strict=True)}
    pairs = [*certain, *((*pair, False) for pair in likely.itertuples(index=False, name=None))]
    kept = [pair for pair in pairs if frozenset(pair[:2]) not in refused]
    return pd.DataFrame(kept, columns=list(COLUMNS), dtype=object)


def false_silos(net: Network, pairs: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of which one has no tie and the other has: uniting them would end an isolation.

    The columns are those of `pairs`, with the organisation without a tie `first`; its likeliest other one comes first.
    """
    tied = dict(zip(net.organisations["id"], np.diff(net.ties.indptr) > 0, strict=True))
    found = [
        (a, b, score, reasons, certain)
        for first, second, score, reasons, certain in pairs.itertuples(index=False, name=None)
        for a, b in ((first, second), (second, first))
        if not tied[a] and tied[b]
    ]
    found.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    return pd.DataFrame(found, columns=list(COLUMNS), dtype=object)
