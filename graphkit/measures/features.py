"""What is known of pairs of organisations at a day: the signs (特征) from which the likelihood of a tie is learned.

Every sign is declared once, in `SIGNS`, with what it says in English and Chinese; it is a function of the past alone.
All signs of one organisation against all others are computed at once, as sparse products over blocks of organisations,
so that ranks within an organisation come for free and no pair is ever left out unseen.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graphkit.measures.past import Past
from graphkit.measures.ranking import Values, log_ranks, turned
from graphkit.measures.walking import Shared, restarting, through

Judged = TypeVar("Judged")

AHEAD = 2
"""Blocks that are computed at once, each on a core of its own and in some 300 MB."""


class Sight:
    """Some organisations (sources) seen against others (columns): what signs share, computed once.

    Scores have one row for each source and one column for each organisation.
    """

    def __init__(self, past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        self.past, self.sources, self.columns = past, sources, columns
        self.everyone = len(columns) == past.n

    def marks(self, matrix: Any) -> NDArray[np.bool_]:
        """Where the rows of the sources have an entry."""
        rows = matrix[self.sources].tocoo()
        found = np.zeros((len(self.sources), self.past.n), dtype=bool)
        found[rows.row, rows.col] = True
        return np.asarray(self.among(found))

    def among(self, scores: Any) -> Any:
        """Scores of the columns asked for, of those of every organisation."""
        return scores if self.everyone else np.take(scores, self.columns, axis=1)

    @cached_property
    def degree(self) -> Values:
        """Partners of every organisation, at least 1."""
        return np.asarray(np.maximum(self.past.degree, 1))

    def to_all(self, first: Any, last: Any, by: Values | None = None) -> Values:
        """Sum of first[source, z] / by[z] * last[z, organisation] over every z: what comes over one z between.

        The same as a product with a dense row for each source, term by term in the same order, but only those that
        `first` leads to are looked at.
        """
        return through(first, last, np.ones(first.shape[1], dtype=np.float32) if by is None else by, self.sources)

    def over_one(self, first: Any, last: Any, by: Values | None = None) -> Values:
        """The same to the columns asked for."""
        return np.asarray(self.among(self.to_all(first, last, by)))

    def onward(self, scores: Values, ties: Shared) -> Values:
        """What comes from all to the columns asked for by one step more."""
        return np.asarray(self.among(ties.onward(scores)))

    @cached_property
    def common(self) -> Values:
        """Common partners."""
        return self.over_one(self.past.links, self.past.links)

    @cached_property
    def spread(self) -> Values:
        """Strength of each organisation lately."""
        return np.asarray(np.maximum(self.past.strength, 0.05))

    @cached_property
    def two(self) -> Values:
        """Ways over one partner that are fresh, to every organisation."""
        return self.to_all(self.past.fresh, self.past.fresh, self.spread)

    @cached_property
    def alike(self) -> Values:
        """How alike programmes are."""
        return self.over_one(self.past.portfolio, self.past.in_programmes)

    def walk(self, steps: tuple[Any, Any]) -> Values:
        """Random walk from each source, by steps from organisations to bodies and back."""
        rows = len(self.sources)
        there = (np.ones(rows, dtype=np.float32), self.sources, np.arange(rows + 1))
        start = sp.csr_array(there, shape=(rows, self.past.n))
        return np.asarray(self.among(turned(restarting(start, steps))))

    def nothing(self) -> Values:
        """Nought for everybody."""
        return np.zeros((len(self.sources), len(self.columns)), dtype=np.float32)

    @cached_property
    def dot(self) -> Values:
        """Inner product of positions in the embedding."""
        return np.asarray(self.past.position[self.sources] @ self.past.position[self.columns].T)

    @cached_property
    def length(self) -> Values:
        """Product of the lengths of positions."""
        own = np.linalg.norm(self.past.position, axis=1)
        return np.asarray(np.maximum(own[self.sources][:, None] * own[self.columns][None, :], 1e-9))

    def mixing(self, by: str, what: str) -> Values:
        """Pairs of countries or of roles: for each source (rows) of all values of both, 0 for those of the other."""
        kinds = self.past.kinds
        return np.hstack([kinds[each].value(what, self.sources) * np.float32(each == by) for each in kinds])

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Places of the country and of the role of each column among those values (2 x columns)."""
        country, role = self.past.kinds.values()
        return np.array([country.codes[self.columns], len(country.lift) + role.codes[self.columns]])

    def theirs(self, by: str) -> Values:
        """How the ties of each column lean to the country or the role of the source."""
        kind = self.past.kinds[by]
        return np.asarray(self.among(kind.share_by_value[kind.codes[self.sources]]))


PAIR, VALUE, TARGET, SOURCE = "pair", "value", "target", "source"


@dataclass(frozen=True)
class Sign:
    """One sign: what it is called, what it says, to which family of reasons it belongs, and how it is computed.

    It is said of every pair (sources x columns), or of a source and the country or role of the other (sources x values;
    see `Sight.mixing`), or the same of a target for every source (columns), or of a source for every target (sources).
    `ranked` signs enter as the logarithm of the rank that the organisation has among all for the source.
    """

    name: str
    family: str
    sentence: str
    sentence_zh: str
    of: Callable[[Sight], Any]
    ranked: bool = True
    said_of: str = PAIR


def _target(name: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(name, "activity", sentence, sentence_zh, lambda s: s.past.targets[name][s.columns], False, TARGET)


def _itself(name: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(
        f"own_{name}", "itself", sentence, sentence_zh, lambda s: s.past.targets[name][s.sources], False, SOURCE
    )


def _mixed(by: str, what: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(f"{by}_{what}", by, sentence, sentence_zh, lambda s: s.mixing(by, what), False, VALUE)


def _theirs(by: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(f"{by}_their", by, sentence, sentence_zh, lambda s: s.theirs(by), False)


def _gravity(seen: Sight) -> Values:
    leaning = seen.mixing("country", "own") + seen.mixing("role", "own")
    pull = np.exp(np.take(leaning, seen.codes[0], axis=1) + np.take(leaning, seen.codes[1], axis=1))
    return np.asarray(pull * (seen.past.strength[seen.columns] + 1e-3))


def _over_two(seen: Sight, links: Shared, root: Values) -> Values:
    """Ways over two partners, each of them counted by one over the square root of its partners."""
    return seen.onward(seen.to_all(links.ties, links.ties, root) / root, links)


SIGNS: tuple[Sign, ...] = (
    Sign("common", "partners", "common partners", "共同伙伴数", lambda s: s.common),
    Sign(
        "adamic_adar",
        "partners",
        "common partners, those with few partners first (Adamic & Adar 2003)",
        "共同伙伴，按对数度数折算",
        lambda s: s.over_one(s.past.links, s.past.links, np.log(np.maximum(s.degree, 2))),
    ),
    Sign(
        "allocation",
        "partners",
        "common partners, each counted by one over its partners (Zhou, Lu & Zhang 2009)",
        "资源分配",
        lambda s: s.over_one(s.past.links, s.past.links, s.degree),
    ),
    Sign(
        "strong",
        "partners",
        "common partners, by the weight of both ties",
        "共同伙伴，按合作强度",
        lambda s: s.over_one(s.past.ties, s.past.ties, np.maximum(s.past.seats, 1)),
    ),
    Sign("recent_two", "partners", "common partners of late", "近期共同伙伴", lambda s: s.among(s.two)),
    Sign(
        "cosine",
        "partners",
        "common partners for the partners of both (Salton)",
        "共同伙伴的余弦相似度",
        lambda s: s.common / np.sqrt(s.degree[s.columns]),
    ),
    Sign(
        "paths",
        "paths",
        "ways over two partners, by their partners (L3; Kovacs et al. 2019)",
        "三步路径",
        lambda s: _over_two(s, s.past.shared_links, np.sqrt(s.degree)),
    ),
    Sign(
        "recent_three",
        "paths",
        "ways over two partners of late",
        "近期三步路径",
        lambda s: s.onward(s.two / s.spread, s.past.shared_fresh),
    ),
    Sign(
        "walk",
        "paths",
        "random walk over organisations and bodies",
        "重启随机游走",
        lambda s: s.walk(s.past.steps),
    ),
    Sign("place", "paths", "nearness in the embedding of seats", "成员矩阵嵌入中的接近度", lambda s: s.dot),
    Sign("angle", "paths", "same direction in the embedding of seats", "嵌入方向相近", lambda s: s.dot / s.length),
    Sign("programme", "programme", "programmes of both are alike", "参与的计划相近", lambda s: s.alike),
    Sign(
        "programme_active",
        "programme",
        "programmes alike, and active",
        "计划相近且活跃",
        lambda s: s.alike * np.log1p(s.past.strength)[s.columns],
    ),
    Sign(
        "programme_strength",
        "programme",
        "active of late in the programmes of the organisation",
        "近期活跃于该机构的计划",
        lambda s: s.over_one(s.past.portfolio, s.past.strength_in_programmes),
    ),
    Sign(
        "technology",
        "technology",
        "technologies of both are alike",
        "技术相近",
        lambda s: s.over_one(s.past.technologies, s.past.in_technologies),
    ),
    Sign(
        "former",
        "earlier",
        "partners in an earlier framework, by the weight of the tie",
        "早期框架计划中的伙伴",
        lambda s: s.among(s.past.former[s.sources].toarray()),
    ),
    Sign(
        "former_two",
        "earlier",
        "common partners in an earlier framework",
        "早期框架计划中的共同伙伴",
        lambda s: s.over_one(s.past.former, s.past.former, np.sqrt(np.maximum(s.past.former_degree, 1))),
    ),
    Sign(
        "former_links",
        "earlier",
        "partners of today that were its partners in an earlier framework",
        "现有伙伴的早期伙伴",
        lambda s: s.over_one(s.past.links, s.past.former, np.sqrt(s.degree * np.maximum(s.past.former_degree, 1))),
    ),
    Sign(
        "former_theirs",
        "earlier",
        "partners of its partners in an earlier framework",
        "早期伙伴的现有伙伴",
        lambda s: s.over_one(s.past.former, s.past.links, s.degree),
    ),
    Sign(
        "former_walk",
        "earlier",
        "random walk over the bodies of today and of an earlier framework",
        "含早期框架计划的重启随机游走",
        lambda s: s.walk(s.past.both_steps) if s.past.former.nnz else s.nothing(),
    ),
    Sign(
        "former_paths",
        "earlier",
        "ways over two partners of today or of an earlier framework",
        "含早期框架计划的三步路径",
        lambda s: _over_two(s, s.past.shared_by_both, s.past.both_root) if s.past.former.nnz else s.nothing(),
    ),
    Sign("gravity", "activity", "active, in a country and role that it ties up with", "国家与角色引力", _gravity),
    _target("partners", "partners", "伙伴数"),
    _target("seats", "seats in bodies of two and more", "席位数"),
    _target("strength", "seats of late", "近期席位"),
    _target("lately", "seats of the last half year", "最近半年席位"),
    _target("size", "members of its bodies", "所在项目的规模"),
    _target("leads", "bodies that it coordinates", "牵头项目数"),
    _target("bodies", "bodies", "项目或平台数"),
    _target("active", "place by activity", "活跃度排名"),
    _target("earlier", "partners in an earlier framework", "早期伙伴数"),
    _mixed("country", "lift", "ties of the two countries", "两国之间的合作"),
    _mixed("country", "own", "how its own ties lean to that country", "该机构对该国的偏好"),
    _theirs("country", "how the other's ties lean to its country", "对方对本国的偏好"),
    _mixed("country", "same", "same country", "同一国家"),
    _mixed("role", "lift", "ties of the two roles", "两种角色之间的合作"),
    _mixed("role", "own", "how its own ties lean to that role", "该机构对该角色的偏好"),
    _theirs("role", "how the other's ties lean to its role", "对方对本角色的偏好"),
    _mixed("role", "same", "same role", "同一角色"),
    _itself("partners", "its own partners", "自身伙伴数"),
    _itself("seats", "its own seats", "自身席位数"),
    _itself("strength", "its own seats of late", "自身近期席位"),
)
NAMES = tuple(sign.name for sign in SIGNS)
FAMILIES: dict[str, tuple[str, ...]] = {
    family: tuple(sign.name for sign in SIGNS if sign.family == family)
    for family in dict.fromkeys(sign.family for sign in SIGNS)
}
"""Signs by what they say; those of the organisation itself say nothing about which partner."""


PLACES = {
    of: np.array([place for place, sign in enumerate(SIGNS) if sign.said_of == of])
    for of in (PAIR, VALUE, TARGET, SOURCE)
}
"""Places in `SIGNS` by what a sign is said of."""


@dataclass(frozen=True)
class Block:
    """The signs of some organisations (sources) against others (columns), by what each is said of.

    `pairs` is (signs of a pair x sources x columns), `values` (signs of a value x sources x values), of which that of a
    pair is the sum over both `codes` of the column, `targets` (signs of a target x columns) and `own` (signs of a
    source x sources), all in the order of `PLACES`. `tied` are those never to be proposed: tied today, the source
    itself, and its kin; `former` those tied in an earlier framework only; `common` counts common partners.
    """

    sources: NDArray[np.int64]
    columns: NDArray[np.int64]
    pairs: Values
    values: Values
    codes: NDArray[np.int64]
    targets: Values
    own: Values
    tied: NDArray[np.bool_]
    former: NDArray[np.bool_]
    common: Values

    def sign(self, name: str) -> Values:
        """One sign of all pairs (sources x columns), to be read only."""
        of = SIGNS[NAMES.index(name)].said_of
        place = np.searchsorted(PLACES[of], NAMES.index(name))
        if of == VALUE:
            return np.asarray(sum(np.take(self.values[place], codes, axis=1) for codes in self.codes))
        found = {PAIR: self.pairs, TARGET: self.targets, SOURCE: self.own[:, :, None]}[of]
        return np.broadcast_to(found[place], self.tied.shape)

    def at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Values:
        """All signs of some pairs, given by their places in the block (signs x pairs)."""
        found = np.empty((len(SIGNS), len(rows)), dtype=np.float32)
        found[PLACES[PAIR]] = self.pairs[:, rows, columns]
        found[PLACES[VALUE]] = sum(self.values[:, rows, codes[columns]] for codes in self.codes)
        found[PLACES[TARGET]] = self.targets[:, columns]
        found[PLACES[SOURCE]] = self.own[:, rows]
        return found


def blocks(past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64] | None = None) -> Iterator[Block]:
    """Compute the signs of each source against the organisations that are present, a few sources at a time.

    A block lasts until the next one is asked for: its memory is used again.
    """
    return judged_blocks(past, sources, lambda block: block, columns)


def judged_blocks(
    past: Past,
    sources: NDArray[np.int64],
    judge: Callable[[Block], Judged],
    columns: NDArray[np.int64] | None = None,
) -> Iterator[Judged]:
    """Give what is made of each of `blocks`, judged where it was computed: on the core that still holds it.

    Blocks come in order, the next ones in the making: sparse products and kernels leave Python to other threads.
    """
    columns = np.flatnonzero(past.present) if columns is None else columns
    step = int(np.clip(1_200_000 // max(len(columns), 1), 8, 64))
    parts = [sources[low : low + step] for low in range(0, len(sources), step)]

    ahead = max(min(os.cpu_count() or 1, AHEAD, len(parts)), 1)
    # Memory that was never written to costs more than all signs that are computed into it.
    rooms = [np.empty((len(PLACES[PAIR]), step, len(columns)), dtype=np.float32) for _ in range(ahead)]

    def judged(part: NDArray[np.int64], room: Values) -> tuple[Judged, Values]:
        return judge(_block(past, part, columns, room[:, : len(part)])), room

    if parts:  # alone, so that what the past computes once, and what is compiled, is there for all
        yield judged(parts[0], rooms[0])[0]
    left = iter(parts[1:])
    with ThreadPoolExecutor(ahead) as pool:
        at_work = deque(pool.submit(judged, part, room) for room, part in zip(rooms, left, strict=False))
        while at_work:
            ready, room = at_work.popleft().result()
            yield ready
            at_work.extend(pool.submit(judged, part, room) for part in islice(left, 1))


def _block(past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64], pairs: Values) -> Block:
    """Compute one block; signs of pairs are written into memory that is given."""
    seen = Sight(past, sources, columns)
    tied = seen.marks(past.links) | (columns[None, :] == sources[:, None])
    if past.kin.nnz:
        tied |= seen.marks(past.kin)
    said = {of: [SIGNS[place] for place in places] for of, places in PLACES.items()}
    for into, sign in zip(pairs, said[PAIR], strict=True):
        if sign.ranked:
            log_ranks(sign.of(seen), tied, into)
        else:
            into[:] = sign.of(seen)
    values, targets, own = (np.array([sign.of(seen) for sign in said[of]]) for of in (VALUE, TARGET, SOURCE))
    former = seen.marks(past.former) & ~tied
    return Block(sources, columns, pairs, values, seen.codes, targets, own, tied, former, seen.common)
