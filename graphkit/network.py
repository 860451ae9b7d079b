"""The in-memory snapshot that every analysis is given: organisations, bodies, and who belongs to what.

The membership matrix (organisations x bodies) is the data; one-mode ties between organisations are computed from it by
a sparse product. Rows and columns are in the order of ids, so that nothing depends on the order of loading.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit import schema
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, UsageError
from graphkit.grouping import USUAL, group_of_each

if TYPE_CHECKING:
    import igraph
    import networkx

Weighting = Literal["newman", "count", "fractional", "jaccard"]
ORGANISATION_COLUMNS = tuple(p.name for p in schema.properties(schema.Organisation))
# What platforms and collaborations may say, together; `label` tells which of the two a body is.
BODY_COLUMNS = tuple(
    dict.fromkeys(
        (
            "id",
            "label",
            *(p.name for label in schema.MEMBERSHIPS.values() for p in schema.properties(schema.NODES[label])),
        )
    )
)
MEMBERSHIP_COLUMNS = ("organisation", "body", "role", "amount", "from", "to", "row")
TIE_KEYS = ("start_label", "start", "end_label", "end")


@dataclass(frozen=True)
class Network:
    """Organisations in bodies (platforms and collaborations), and views of them for every library.

    `organisations` has one row per organisation (columns of the schema, in the order of ids), `bodies` one per body,
    `memberships` one per seat with the row numbers of both. A seat is counted once however often it was given.
    `tables` holds every other kind of node and tie that there is, see `table`.
    """

    organisations: pd.DataFrame
    bodies: pd.DataFrame
    memberships: pd.DataFrame
    weighting: Weighting = "newman"
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        bodies: Mapping[str, Iterable[str]],
        organisations: Mapping[str, Mapping[str, Any]] | Iterable[str] = (),
        *,
        weighting: Weighting = "newman",
        tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> "Network":
        """Build a network from its bodies and their members; organisations named only there get no attributes.

        >>> Network.of({"P1": ["a", "b"], "P2": ["b", "c", "d"]}, ["z"]).ties.sum(axis=1).tolist()
        [1.0, 2.0, 1.0, 1.0, 0.0]
        """
        facts = dict(organisations) if isinstance(organisations, Mapping) else {id_: {} for id_ in organisations}
        seats = [(member, body) for body, members in bodies.items() for member in members]
        ids = sorted({*facts, *(member for member, _ in seats)})
        people = pd.DataFrame([{"id": id_, "name": id_, **facts.get(id_, {})} for id_ in ids])
        return cls.from_frames(
            people if ids else pd.DataFrame({"id": []}),
            pd.DataFrame({"id": sorted(bodies)}),
            pd.DataFrame(seats, columns=["organisation", "body"]),
            weighting=weighting,
            tables=tables,
        )

    @classmethod
    def from_frames(
        cls,
        organisations: pd.DataFrame,
        bodies: pd.DataFrame,
        memberships: pd.DataFrame,
        *,
        weighting: Weighting = "newman",
        tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> "Network":
        """Build a network from three frames in any order; `memberships` names organisations and bodies by their ids.

        Missing columns are added empty, repeated seats are counted once (the first in order is kept), and a seat of
        an unknown organisation or body raises DataError. `tables` are frames of other kinds by label or type; labels
        of ends that a type leaves no choice of may be left out.
        """
        if weighting not in get_args(Weighting):
            raise UsageError(f"no weighting {weighting!r}; choose one of {', '.join(get_args(Weighting))}")
        organisations = _in_order(organisations, ORGANISATION_COLUMNS)
        bodies = _in_order(bodies, BODY_COLUMNS)
        seats = memberships.reindex(columns=list(MEMBERSHIP_COLUMNS))
        rows = pd.Index(organisations["id"]).get_indexer(pd.Index(seats["organisation"]))
        columns = pd.Index(bodies["id"]).get_indexer(pd.Index(seats["body"]))
        for position, of in ((rows, "organisation"), (columns, "body")):
            if (position < 0).any():
                raise DataError(f"a membership names {of} {seats[of][position < 0].iloc[0]!r}, which is not there")
        seats = seats.assign(organisation=rows, body=columns)
        order = ["organisation", "body", "role", "from", "to", "row"]
        seats = seats.sort_values(order, kind="stable").drop_duplicates(["organisation", "body"])
        others = {kind: _laid_out(kind, frame) for kind, frame in sorted((tables or {}).items())}
        return cls(organisations, bodies, seats.reset_index(drop=True), weighting, others)

    def __len__(self) -> int:
        """Count the organisations."""
        return len(self.organisations)

    def __repr__(self) -> str:
        """Say how large it is."""
        return (
            f"<Network of {len(self):,} organisations in {len(self.bodies):,} bodies: "
            f"{len(self.memberships):,} memberships, {self.ties.nnz // 2:,} ties ({self.weighting})>"
        )

    @property
    def nodes(self) -> pd.DataFrame:
        """The organisations, under the name that analyses use."""
        return self.organisations

    def table(self, kind: str) -> pd.DataFrame:
        """Return every node of a label, or every tie of a type, beyond organisations, bodies and memberships.

        Nodes have `id` and the schema's properties, in the order of ids; ties `start_label`, `start`, `end_label`,
        `end` and properties, in that order, once for each pair. Ids of organisations are those of `organisations`: of
        several that are one, or that are rolled up, the one that stands for all. Where there is none the frame is
        empty. Raises UsageError for a kind that the schema does not have, or that is kept elsewhere.

        >>> about = pd.DataFrame({"start_label": ["Organisation"], "start": ["a"], "end": ["t:1"]})
        >>> Network.of({"P": ["a", "b"]}, tables={"ABOUT": about}).table("ABOUT")["end_label"].tolist()
        ['Technology']
        """
        if kind not in OTHER_KINDS:
            raise UsageError(f"no table {kind!r}; there are: {', '.join(OTHER_KINDS)}")
        found = self.tables.get(kind)
        return _laid_out(kind, pd.DataFrame()) if found is None else found

    @cached_property
    def membership(self) -> "sp.csr_array[Any]":
        """Membership matrix, organisations x bodies, 1.0 where one belongs to the other (CSR, sorted indices)."""
        shape = (len(self.organisations), len(self.bodies))
        seats = self.memberships
        data = np.ones(len(seats))
        matrix = sp.csr_array((data, (seats["organisation"].to_numpy(), seats["body"].to_numpy())), shape=shape)
        matrix.sort_indices()
        return matrix

    @cached_property
    def sizes(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Members per body."""
        return np.bincount(self.memberships["body"].to_numpy(), minlength=len(self.bodies)).astype(np.int64)

    @cached_property
    def seats(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Seats per organisation in bodies of two and more: its Newman strength."""
        shared = self.sizes[self.memberships["body"].to_numpy()] > 1
        seats = self.memberships["organisation"].to_numpy()[shared]
        return np.bincount(seats, minlength=len(self)).astype(np.int64)

    @cached_property
    def ties(self) -> "sp.csr_array[Any]":
        """One-mode ties between organisations: symmetric, weighted, no diagonal (CSR, organisations x organisations).

        `newman` counts 1/(n-1) for every shared body of n members (Newman 2001, PRE 64:016132), `fractional` 1/n,
        `count` 1, `jaccard` shared bodies over all bodies of either. A body with one member makes no tie.
        """
        return self.project(self.weighting)

    def project(self, weighting: Weighting) -> "sp.csr_array[Any]":
        """Compute the one-mode ties by a weighting, as `ties` describes."""
        shared = self.sizes > 1
        matrix = self.membership[:, shared]
        sizes = self.sizes[shared].astype(float)
        scale = {"newman": 1 / (sizes - 1), "fractional": 1 / sizes}.get(weighting, np.ones_like(sizes))
        product = sp.csr_array(matrix * scale[None, :] @ matrix.T)
        rows = np.repeat(np.arange(len(self)), np.diff(product.indptr))
        product.data[rows == product.indices] = 0
        product.eliminate_zeros()
        product.sort_indices()
        if weighting == "jaccard":
            degree = np.diff(self.membership.indptr)
            rows = np.repeat(np.arange(len(self)), np.diff(product.indptr))
            product.data /= degree[rows] + degree[product.indices] - product.data
        return product

    @cached_property
    def pairs(self) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]":
        """The ties once each: row numbers of the first and the second organisation (first < second), and weights."""
        upper = sp.triu(self.ties, k=1, format="coo")
        order = np.lexsort((upper.col, upper.row))
        return upper.row[order], upper.col[order], upper.data[order]

    @cached_property
    def graph(self) -> "igraph.Graph":
        """The ties as an igraph graph; vertex i is organisation i, edges carry `weight`."""
        import igraph

        first, second, weight = self.pairs
        graph = igraph.Graph(n=len(self))
        graph.add_edges(np.column_stack([first, second]))  # half the time of giving them to the constructor
        graph.es["weight"] = weight.tolist()
        return graph

    def to_igraph(self) -> "igraph.Graph":
        """Return the ties as an igraph graph whose vertices carry `name` (the organisation's id)."""
        graph = self.graph.copy()
        graph.vs["name"] = self.organisations["id"].tolist()
        return graph

    def to_networkx(self) -> "networkx.Graph[str]":
        """Return the ties as a networkx graph: nodes are ids with their facts, edges carry `weight`."""
        import networkx as nx

        ids = self.organisations["id"].tolist()
        graph: networkx.Graph[str] = nx.Graph()
        facts = self.organisations.drop(columns="id").to_dict("records")
        known = ({str(key): value for key, value in fact.items() if _is_known(value)} for fact in facts)
        graph.add_nodes_from(zip(ids, known, strict=True))
        first, second, weight = (part.tolist() for part in self.pairs)
        graph.add_weighted_edges_from((ids[a], ids[b], w) for a, b, w in zip(first, second, weight, strict=True))
        return graph

    def to_pandas(self) -> pd.DataFrame:
        """Return the ties as a frame: organisation, partner (ids, first < second) and weight."""
        first, second, weight = self.pairs
        ids = self.organisations["id"].to_numpy()
        return pd.DataFrame({"organisation": ids[first], "partner": ids[second], "weight": weight})

    def to_scipy(self) -> "sp.csr_array[Any]":
        """Return the ties as they are kept: a symmetric CSR matrix in the order of `organisations`."""
        return self.ties

    def group(self, by: str) -> pd.Series:
        """Look up the group of each organisation, as text: a property of it, or its main technology, programme, ...

        Organisations without one have a missing value. `grouping.group_of_each` says what `by` may be, and which of
        several an organisation is taken to belong to.
        """
        return group_of_each(self, by)

    def with_groups(self, name: str, groups: "pd.Series | Mapping[str, str]") -> "Network":
        """Add groups of one's own under a name, for `by`: from ids of organisations to groups.

        Ids that are not there are passed over; raises UsageError for a name that is taken, and when no id is there.

        >>> net = Network.of({"p": ["a", "b"]}).with_groups("mine", {"a": "x"})
        >>> net.group("mine").tolist()
        ['x', None]
        """
        if name in self.organisations.columns or name in USUAL or name == "community":
            raise UsageError(f"organisations have a {name!r} already; give the groups another name")
        given = {str(id_): str(group) for id_, group in groups.items() if pd.notna(group) and str(group).strip()}
        ids = self.organisations["id"]
        if not ids.isin(list(given)).any():
            raise UsageError(f"none of the {len(given)} ids of {name} is an organisation of this network")
        column = pd.Series([given.get(id_) for id_ in ids], index=ids.index, dtype=object)
        return replace(self, organisations=self.organisations.assign(**{name: column}))

    def keep(self, bodies: "np.ndarray[Any, np.dtype[np.bool_]]") -> "Network":
        """Keep every organisation, but only the bodies for which `bodies` is true and their memberships."""
        number = np.cumsum(bodies) - 1
        kept = self.memberships[bodies[self.memberships["body"].to_numpy()]]
        kept = kept.assign(body=number[kept["body"].to_numpy()]).reset_index(drop=True)
        return replace(self, bodies=self.bodies[bodies].reset_index(drop=True), memberships=kept)

    def without_large(self, most: int) -> "Network":
        """Leave out bodies of more than `most` members: one alliance of 200 alone makes 19,900 ties."""
        return self.keep(self.sizes <= most)

    def window(self, since: str | None = None, until: str | None = None) -> "Network":
        """Keep the bodies that ran at some time in [since, until] (ISO dates); a missing date is open."""
        start, end = self.bodies["from"], self.bodies["to"]
        running = np.ones(len(self.bodies), dtype=bool)
        if since is not None:
            running &= (end.isna() | (end >= since)).to_numpy()
        if until is not None:
            running &= (start.isna() | (start <= until)).to_numpy()
        return self.keep(running)

    def weighted(self, weighting: Weighting) -> "Network":
        """Return the same network with another weighting of ties."""
        return replace(self, weighting=weighting)

    @cached_property
    def called(self) -> Mapping[str, Bilingual]:
        """The names of all nodes in both languages, by id, code and either name; what two nodes share is left out.

        >>> zones = pd.DataFrame({"id": ["z:1"], "name": ["East Lake"], "name_zh": ["东湖高新区"]})
        >>> called = Network.of({}, tables={"Zone": zones}).called
        >>> called["z:1"], called["东湖高新区"], called["East Lake"].zh
        ('East Lake', 'East Lake', '东湖高新区')
        """
        found: dict[str, Bilingual] = {}
        several, settled = set[str](), set[str]()
        places = ("Region", "Zone")  # what else bears the name of one takes it from none
        others = [kind for kind in OTHER_KINDS if kind in schema.NODES and kind not in places]
        frames = [*map(self.table, places), self.organisations, self.bodies, *map(self.table, others)]
        for number, frame in enumerate(frames):
            codes = frame["code"] if "code" in frame else [None] * len(frame)
            for id_, code, name, zh in zip(frame["id"], codes, frame["name"], frame["name_zh"], strict=True):
                if name is None and zh is None:
                    continue
                said = Bilingual(name or zh, zh or name)
                # A code of figures alone could as well be the number of a group.
                for key in {id_, name, zh, None if code is None or code.isdigit() else code} - {None}:
                    other = found.setdefault(key, said)
                    if (other, other.zh) != (said, said.zh) and key not in settled:
                        several.add(key)
            settled |= set(found) if number < len(places) else set()
        return {key: said for key, said in found.items() if key not in several}

    @cached_property
    def remembered(self) -> dict[tuple[Any, ...], Any]:
        """What a measure has found in this network, by its name and options, so that it is found once; starts empty."""
        return {}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what the analyses see without the rows it came from; equal on both stores, in any order."""
        digest = hashlib.sha256(self.weighting.encode())
        for frame in (self.organisations, self.bodies, self.memberships):
            digest.update(frame.drop(columns="row").to_json(orient="split", double_precision=15).encode())
        for kind, frame in sorted(self.tables.items()):
            if len(frame):
                digest.update(kind.encode())
                digest.update(frame.drop(columns="row").to_json(orient="split", double_precision=15).encode())
        return digest.hexdigest()


def _kinds() -> tuple[str, ...]:
    kinds: dict[str, type[schema.Record]] = {**schema.NODES, **schema.TIES}
    elsewhere = {"Organisation", *schema.MEMBERSHIPS, *schema.MEMBERSHIPS.values()}
    return tuple(kind for kind, cls in kinds.items() if kind not in elsewhere and not schema.is_derived(cls))


OTHER_KINDS = _kinds()


def _laid_out(kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the frame of another kind its declared columns, its keys and their order; repeated keys are kept once."""
    tie = schema.TIES.get(kind)
    declared = tuple(p.name for p in schema.properties(tie or schema.NODES[kind]) if p.name != "id")
    keys = ("id",) if tie is None else TIE_KEYS
    frame = frame.reindex(columns=[*keys, *declared])
    for side, labels in (("start", tie.starts), ("end", tie.ends)) if tie is not None else ():
        if len(labels) == 1:
            frame[f"{side}_label"] = labels[0]
    frame = frame.astype(object).where(frame.notna(), None)
    ordered = frame.sort_values([*keys, "row"], kind="stable", na_position="last").drop_duplicates(list(keys))
    return ordered.reset_index(drop=True)


def _in_order(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    frame = frame.reindex(columns=[*columns, *(c for c in frame.columns if c not in columns)])
    if frame["id"].duplicated().any():
        raise DataError(f"two rows have the id {frame['id'][frame['id'].duplicated()].iloc[0]!r}")
    ordered = frame.sort_values("id", kind="stable").reset_index(drop=True)
    return ordered.astype(object).where(ordered.notna(), None)


def _is_known(value: object) -> bool:
    return value is not None and value != () and value != [] and value == value
