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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.past import Past
from graphkit.measures.ranking import Values, log_ranks, turned
from graphkit.measures.walking import through

WALK_STEPS = 8
AHEAD = 2
"""Blocks that are computed at once, each on a core of its own and in some 300 MB."""


class Sight:
    """Some organisations (sources) seen against others (columns): what signs share, computed once.

    Scores have one row for each column and one column for each source.
    """

    def __init__(self, past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        self.past, self.sources, self.columns = past, sources, columns
        self.everyone = len(columns) == past.n

    def last(self, matrix: Any) -> Any:
        """Rows of a matrix for the columns asked for."""
        return matrix if self.everyone else self.past.rows_of(matrix, self.columns)

    @cached_property
    def own(self) -> Values:
        """Whom each source is tied to (organisations x sources)."""
        return _columns(self.past.links, self.sources)

    @cached_property
    def degree(self) -> Values:
        """Partners of every organisation, at least 1, as a column."""
        return np.asarray(np.maximum(self.past.degree, 1)[:, None])

    def over_one(self, first: Any, last: Any, by: Values | None = None, *, all_of_them: bool = False) -> Values:
        """Sum of first[source, z] / by[z] * last[z, column] over every z: what comes over one organisation between.

        The same as a product with a dense column for each source, term by term in the same order, but only those that
        `first` leads to are looked at.
        """
        by = np.ones(self.past.n, dtype=np.float32) if by is None else by.ravel()
        found = through(first, last, by, self.sources)
        return (found if self.everyone or all_of_them else found[:, self.columns]).T

    @cached_property
    def common(self) -> Values:
        """Common partners."""
        return self.over_one(self.past.links, self.past.links)

    @cached_property
    def spread(self) -> Values:
        """Strength of each organisation lately, as a column."""
        return np.asarray(np.maximum(self.past.strength, 0.05)[:, None])

    @cached_property
    def two(self) -> Values:
        """Ways over one partner that are fresh, to every organisation."""
        return self.over_one(self.past.fresh, self.past.fresh, self.spread, all_of_them=True)

    @cached_property
    def alike(self) -> Values:
        """How alike programmes are."""
        return np.asarray(self.last(self.past.portfolio) @ _columns(self.past.portfolio, self.sources))

    @cached_property
    def walk(self) -> Values:
        """Personalised PageRank over organisations and bodies, returning with probability 0.2."""
        past = self.past
        start = _ones(self)
        bodies = np.maximum(past.bodies, 1)[:, None]
        sizes = np.maximum(past.net.sizes, 1).astype(np.float32)[:, None]
        now = start
        for _ in range(WALK_STEPS):
            now = 0.2 * start + 0.8 * (past.membership @ ((past.seated @ (now / bodies)) / sizes))
        return np.asarray(now, dtype=np.float32)

    @cached_property
    def walk_both(self) -> Values:
        """Personalised PageRank over the bodies of both frameworks, returning with probability 0.2."""
        out, back = self.past.both_steps
        start = _ones(self)
        now = start
        for _ in range(WALK_STEPS):
            now = 0.2 * start + 0.8 * (back @ (out @ now))
        return np.asarray(now, dtype=np.float32)

    def nothing(self) -> Values:
        """Nought for everybody."""
        return np.zeros((len(self.columns), len(self.sources)), dtype=np.float32)

    @cached_property
    def dot(self) -> Values:
        """Inner product of positions in the embedding."""
        return np.asarray(self.past.position[self.columns] @ self.past.position[self.sources].T)

    @cached_property
    def length(self) -> Values:
        """Product of the lengths of positions."""
        own = np.linalg.norm(self.past.position, axis=1)
        return np.asarray(np.maximum(own[self.columns][:, None] * own[self.sources][None, :], 1e-9))

    def mixing(self, by: str, what: str) -> Values:
        """Pairs of countries or of roles."""
        return self.past.kinds[by].value(what, self.sources, self.columns).T


@dataclass(frozen=True)
class Sign:
    """One sign: what it is called, what it says, to which family of reasons it belongs, and how it is computed.

    `ranked` signs enter as the logarithm of the rank that the organisation has among all for the source.
    """

    name: str
    family: str
    sentence: str
    sentence_zh: str
    of: Callable[[Sight], Any]
    ranked: bool = True


def _target(name: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(name, "activity", sentence, sentence_zh, lambda s: s.past.targets[name][s.columns][:, None], False)


def _itself(name: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(
        f"own_{name}", "itself", sentence, sentence_zh, lambda s: s.past.targets[name][s.sources][None, :], False
    )


def _mixed(by: str, what: str, sentence: str, sentence_zh: str) -> Sign:
    return Sign(f"{by}_{what}", by, sentence, sentence_zh, lambda s: s.mixing(by, what), False)


def _gravity(seen: Sight) -> Values:
    pull = np.exp(seen.mixing("country", "own") + seen.mixing("role", "own"))
    return np.asarray(pull * (seen.past.strength[seen.columns] + 1e-3)[:, None])


def _both_paths(seen: Sight) -> Values:
    past = seen.past
    middle = seen.over_one(past.both_links, past.both_links, past.both_root, all_of_them=True)
    return np.asarray(seen.last(past.both_links) @ (middle / past.both_root))


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
    Sign("recent_two", "partners", "common partners of late", "近期共同伙伴", lambda s: s.last(s.two)),
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
        lambda s: (
            s.last(s.past.links)
            @ (s.over_one(s.past.links, s.past.links, np.sqrt(s.degree), all_of_them=True) / np.sqrt(s.degree))
        ),
    ),
    Sign(
        "recent_three",
        "paths",
        "ways over two partners of late",
        "近期三步路径",
        lambda s: s.last(s.past.fresh) @ (s.two / s.spread),
    ),
    Sign(
        "walk",
        "paths",
        "random walk over organisations and bodies",
        "重启随机游走",
        lambda s: s.last(s.walk),
    ),
    Sign("place", "paths", "nearness in the embedding of seats", "成员矩阵嵌入中的接近度", lambda s: s.dot),
    Sign("angle", "paths", "same direction in the embedding of seats", "嵌入方向相近", lambda s: s.dot / s.length),
    Sign("programme", "programme", "programmes of both are alike", "参与的计划相近", lambda s: s.alike),
    Sign(
        "programme_active",
        "programme",
        "programmes alike, and active",
        "计划相近且活跃",
        lambda s: s.alike * np.log1p(s.past.strength)[s.columns][:, None],
    ),
    Sign(
        "programme_strength",
        "programme",
        "active of late in the programmes of the organisation",
        "近期活跃于该机构的计划",
        lambda s: s.last(s.past.programme_strength) @ _columns(s.past.portfolio, s.sources),
    ),
    Sign(
        "technology",
        "technology",
        "technologies of both are alike",
        "技术相近",
        lambda s: s.last(s.past.technologies) @ _columns(s.past.technologies, s.sources),
    ),
    Sign(
        "former",
        "earlier",
        "partners in an earlier framework, by the weight of the tie",
        "早期框架计划中的伙伴",
        lambda s: _columns(s.past.former, s.sources)[s.columns],
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
        lambda s: s.over_one(
            s.past.links, s.past.former, np.sqrt(s.degree[:, 0] * np.maximum(s.past.former_degree, 1))
        ),
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
        lambda s: s.last(s.walk_both) if s.past.former.nnz else s.nothing(),
    ),
    Sign(
        "former_paths",
        "earlier",
        "ways over two partners of today or of an earlier framework",
        "含早期框架计划的三步路径",
        lambda s: _both_paths(s) if s.past.former.nnz else s.nothing(),
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
    _mixed("country", "their", "how the other's ties lean to its country", "对方对本国的偏好"),
    _mixed("country", "same", "same country", "同一国家"),
    _mixed("role", "lift", "ties of the two roles", "两种角色之间的合作"),
    _mixed("role", "own", "how its own ties lean to that role", "该机构对该角色的偏好"),
    _mixed("role", "their", "how the other's ties lean to its role", "对方对本角色的偏好"),
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


@dataclass(frozen=True)
class Block:
    """The signs of some organisations against others: `values` is (signs, sources, columns).

    `columns` are the organisations that are looked at; `tied` are those never to be proposed: tied today, the source
    itself, and its kin; `former` those tied in an earlier framework only.
    """

    sources: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Values
    tied: NDArray[np.bool_]
    former: NDArray[np.bool_]
    common: Values


def blocks(past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64] | None = None) -> Iterator[Block]:
    """Compute the signs of each source against the organisations that are present, a few sources at a time.

    Blocks come in order, the next ones in the making: sparse products and kernels leave Python to other threads.
    """
    columns = np.flatnonzero(past.present) if columns is None else columns
    step = int(np.clip(1_200_000 // max(len(columns), 1), 8, 64))
    parts = [sources[low : low + step] for low in range(0, len(sources), step)]
    if parts:  # alone, so that what the past computes once, and what is compiled, is there for all
        yield _block(past, parts[0], columns)
    ahead = max(min(os.cpu_count() or 1, AHEAD), 1)
    with ThreadPoolExecutor(ahead) as pool:
        at_work = deque(pool.submit(_block, past, part, columns) for part in parts[1 : 1 + ahead])
        for place in range(1, len(parts)):
            ready = at_work.popleft().result()
            if place + ahead < len(parts):
                at_work.append(pool.submit(_block, past, parts[place + ahead], columns))
            yield ready
            del ready


def _block(past: Past, sources: NDArray[np.int64], columns: NDArray[np.int64]) -> Block:
    seen = Sight(past, sources, columns)
    tied = np.ascontiguousarray((seen.own[columns] > 0).T)
    tied |= columns[None, :] == sources[:, None]
    if past.kin.nnz:
        tied |= past.kin[sources].toarray()[:, columns]
    former = np.ascontiguousarray((_columns(past.former, sources)[columns] > 0).T)
    scores = np.empty((len(sources), len(columns)), dtype=np.float32)
    values = np.empty((len(SIGNS), len(sources), len(columns)), dtype=np.float32)
    for place, sign in enumerate(SIGNS):
        score = sign.of(seen)
        if sign.ranked:
            turned(score, scores)
            log_ranks(scores, tied, values[place])
        else:
            turned(score, values[place])
    return Block(sources, columns, values, tied, former & ~tied, np.ascontiguousarray(seen.common.T))


def _ones(seen: Sight) -> Values:
    one = np.zeros((seen.past.n, len(seen.sources)), dtype=np.float32)
    one[seen.sources, np.arange(len(seen.sources))] = 1
    return one


def _columns(matrix: Any, rows: NDArray[np.int64]) -> Values:
    """Rows of a matrix turned to columns, as a dense array; of a symmetric one, its columns (organisations x rows)."""
    return np.ascontiguousarray(matrix[rows].toarray().T)
