"""Records that may be one organisation: scored suggestions with reasons, for a person to confirm or refuse.

Candidates come from blocking (a shared rare piece of the name, a shared alias, initials, one entry of the register), so
that 50,000 records need no 1.25 billion comparisons. Each is scored by what differs between the names
(`graphkit.naming.likeness`), by what the register knows of them (别名、更名), and by place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from graphkit.bilingual import Bilingual
from graphkit.naming.likeness import likeness, probability, words
from graphkit.naming.names import identifier, is_chinese, normalised
from graphkit.naming.resolving import Card, contradict, is_initials, known_homonyms, read_cards, same
from graphkit.terms import countries

_SCRIPTS = Bilingual("names in different scripts", "名称文字不同")
SUGGESTION_COLUMNS = ("first", "second", "score", "method", "reasons")

# Log-odds by judgement, since no set of pairs at hand tells them: each is what one would still bet after seeing it.
_ONE_ENTRY = 5.0  # the register lists both names under one id, and under no other
_ENTRIES = -3.0  # the register lists them under different ids
_SEVERAL_ENTRIES = 0.5  # under one id, but under others too
_ALIAS = 3.0  # one's name is another's alias
_INITIALS = 0.0  # the same initials, or initials of the other's words
_BRIEF = 2.0  # the most that a name of a few letters can say
_COUNTRY = -5.0  # different countries: another legal person even under the very same name
_CITY, _SAME_CITY = -1.0, 0.7
_IDENTIFIERS = -2.5  # different identifiers of one register
_HOMONYM = 0.0  # the most that a name can say which several organisations bear

_NEIGHBOURS = 12  # candidates by pieces of the name, for each record
_OVERLAP = 0.5  # least share of the shorter name's rare pieces that the other has too
_IN_BRACKETS = re.compile(r"([^()（）]{4,}?)\s*[(（]([^()（）]{6,})[)）]")
_BLOCK = 2000  # rows compared at a time: keeps memory flat
_CROWD = 40  # records under one key, above which the key says nothing


@dataclass(frozen=True)
class Register:
    """What a register knows of names: the ids under which each one stands (keys are cores without blanks)."""

    entries: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, aliases: Mapping[str, Collection[str]]) -> "Register":
        """Read names (and former names) by id, as `aliases_of` gives them; bare initials are left out."""
        entries: dict[str, set[str]] = defaultdict(set)
        for id_, names in aliases.items():
            for name in names:
                if identifier(name) is None and (key := _key(name)) and not is_initials(normalised(name)):
                    entries[key].add(id_)
        return cls({key: frozenset(ids) for key, ids in entries.items()})

    def ids(self, card: Card) -> frozenset[str]:
        """List the entries that an organisation may be: its own id, or all under which one of its names stands."""
        own = {value for value in card.identifiers if value.startswith("ror:")}
        if own:
            return frozenset(own)
        return frozenset().union(*(self.entries.get(_key(name), frozenset()) for name in _names(card)))


def aliases_of(register: pd.DataFrame) -> dict[str, set[str]]:
    """List all names of each organisation of a register (columns id, name, name_zh, aliases), by its id."""
    return {card.id: {*card.names, *card.aliases} for card in read_cards(register)}


def suggested(
    organisations: pd.DataFrame,
    *,
    aliases: Mapping[str, Collection[str]] | None = None,
    least: float = 0.5,
    without_doubt: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Suggest pairs of records that may be one organisation (`first`, `second`, `score`, `method`, `reasons`).

    `aliases` are the names and former names that a register knows, by its ids; `score` is the probability that both are
    one, as far as the pairs that the weights were fitted on are like these; pairs below `least` are left out, and so
    are pairs that `same` finds without doubt (`without_doubt`, where that was asked already). `method` is what speaks
    most for the pair: register, alias, initials or name. Best first, then in the order of ids.
    """
    cards = sorted(read_cards(organisations), key=lambda card: card.id)
    register = Register.of(aliases or {})
    known = [register.ids(card) for card in cards]
    joined = _joined(cards, same(organisations) if without_doubt is None else without_doubt)
    found = []
    for a, b in sorted(_candidates(cards, known)):
        if joined[a] == joined[b] or (least >= 0.5 and _hopeless(cards[a], cards[b], known[a], known[b])):
            continue
        score, method, reasons = _judged(cards[a], cards[b], known[a], known[b])
        if score >= least:
            why = Bilingual("; ".join(reasons), "；".join(reason.zh for reason in reasons))
            found.append((cards[a].id, cards[b].id, round(score, 4), method, why))
    found.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    frame = pd.DataFrame(found, columns=list(SUGGESTION_COLUMNS))
    return frame.assign(reasons=pd.Series([pair[4] for pair in found], dtype=object))  # else but its English is kept


def _hopeless(one: Card, two: Card, entries_one: frozenset[str], entries_two: frozenset[str]) -> bool:
    """Whether a pair cannot reach one half: in different countries only the very same words do, in whichever order."""
    if not one.country or not two.country or one.country == two.country or entries_one & entries_two:
        return False
    return _spellings(one).isdisjoint(_spellings(two))


@lru_cache(maxsize=1 << 17)
def _spellings(card: Card) -> frozenset[str]:
    names = (*_names(card), *card.aliases)
    return frozenset({*map(_key, names), *(" ".join(sorted(words(normalised(name)))) for name in names)})


def judged(first: Card, second: Card, register: Register | None = None) -> tuple[float, str, tuple[Bilingual, ...]]:
    """Score one pair of records from 0 to 1, with what speaks most for it and the reasons in words."""
    register = register or Register()
    return _judged(first, second, register.ids(first), register.ids(second))


def _judged(
    one: Card, two: Card, entries_one: frozenset[str], entries_two: frozenset[str]
) -> tuple[float, str, tuple[Bilingual, ...]]:
    logit, method, reasons = _by_name(one, two)
    alias = _by_alias(one, two)
    if alias is not None and alias[0] > logit:
        logit, method, reasons = alias
    both = entries_one & entries_two
    if both:
        alone = len(entries_one) == len(entries_two) == 1
        listed = _ONE_ENTRY if alone else _SEVERAL_ENTRIES
        if listed > logit:
            logit, method = listed, "register"
        entries = ", ".join(sorted(both))
        reasons = (*reasons, Bilingual(f"both are names of {entries}", f"均为 {entries} 的名称"))
    elif entries_one and entries_two:
        logit = min(logit, _ENTRIES)
        shown = "; ".join(", ".join(sorted(entries)[:3]) for entries in (entries_one, entries_two))
        reasons = (*reasons, Bilingual(f"names of different organisations ({shown})", f"分属不同主体（{shown}）"))
    if contradict(one.identifiers, two.identifiers):
        logit += _IDENTIFIERS
        reasons = (*reasons, Bilingual("different identifiers of one register", "同一登记体系中的标识不同"))
    if one.country and two.country and one.country != two.country:
        logit += _COUNTRY
        here, there = (countries().get(each.country or "", each.country) for each in (one, two))
        different = f"different countries ({one.country}, {two.country})"
        reasons = (*reasons, Bilingual(different, f"国家不同（{here}、{there}）"))
    elif one.city and two.city and one.city != two.city:
        logit += _CITY
        here, there = one.city.title(), two.city.title()
        different = f"different cities ({here}, {there})"
        reasons = (*reasons, Bilingual(different, f"城市不同（{here}、{there}）"))
    elif one.city and two.city:
        logit += _SAME_CITY
        reasons = (*reasons, Bilingual(f"both in {one.city.title()}", f"同在{one.city.title()}"))
    return probability(logit), method, reasons


def _by_name(one: Card, two: Card) -> tuple[float, str, tuple[Bilingual, ...]]:
    """Compare each name of the one with each of the other in the same script; the most alike counts."""
    best: tuple[float, str, tuple[Bilingual, ...]] = (-8.0, "name", (_SCRIPTS,))
    for a in _names(one):
        for b in _names(two):
            if is_chinese(a) != is_chinese(b):
                continue
            found = likeness(a, b)
            logit, method = found.logit, "initials" if found.by_initials else "name"
            if normalised(a) == normalised(b) and normalised(a) in known_homonyms():
                logit = min(logit, _HOMONYM)
            elif normalised(a) == normalised(b) and is_initials(normalised(a)):
                logit = min(logit, _BRIEF)
            if logit > best[0]:
                best = logit, method, found.reasons
    return best


def _by_alias(one: Card, two: Card) -> tuple[float, str, tuple[Bilingual, ...]] | None:
    """Find the longest name of the one that is an alias of the other, or an alias that both have."""
    keys = [{_key(name): name for name in (*card.names, *card.aliases)} for card in (one, two)]
    # Equal names are no aliases: what they say, legal forms and all, is the names' likeness.
    equal = {_key(name) for name in one.names} & {_key(name) for name in two.names}
    both = sorted((keys[0].keys() & keys[1].keys()) - equal - {""}, key=lambda key: (-len(key), key))
    if not both:
        return None
    name = keys[0][both[0]]
    if is_initials(normalised(name)):
        return _INITIALS, "initials", (Bilingual(f"both go by {name!r}", f"均称“{name}”"),)
    logit = _HOMONYM if normalised(name) in known_homonyms() else _ALIAS
    return logit, "alias", (Bilingual(f"both go by {name!r}", f"均称“{name}”"),)


def _names(card: Card) -> Iterator[str]:
    """Yield names as written and, where a Chinese name ends in another one in brackets, each of the two."""
    for name in card.names:
        yield name
        yield from _bracketed(name)


@lru_cache(maxsize=1 << 16)
def _bracketed(name: str) -> tuple[str, ...]:
    """Cut 山东第一医科大学（山东省医学科学院） in two; short brackets are places or parts of the name and stay."""
    found = _IN_BRACKETS.fullmatch(name.strip())
    return (found[1], found[2]) if found and is_chinese(found[2]) else ()


@lru_cache(maxsize=1 << 18)
def _key(name: str) -> str:
    return normalised(name).replace(" ", "")


def _joined(cards: list[Card], pairs: pd.DataFrame) -> Any:
    """Number the groups that are the same without doubt."""
    place = {card.id: number for number, card in enumerate(cards)}
    ends = [pairs[end].map(place).to_numpy(dtype=np.int64) for end in ("first", "second")]
    size = len(cards)
    return sp.csgraph.connected_components(
        sp.coo_array((np.ones(len(pairs)), (ends[0], ends[1])), shape=(size, size)), directed=False
    )[1]


def _candidates(cards: list[Card], known: list[frozenset[str]]) -> set[tuple[int, int]]:
    """Collect pairs (a < b) worth a look."""
    keys: dict[str, set[int]] = defaultdict(set)
    for number, card in enumerate(cards):
        for name in (*_names(card), *card.aliases):
            keys[_key(name)].add(number)
            if not is_chinese(name) and 3 <= len(initials := "".join(word[0] for word in words(normalised(name)))) <= 8:
                keys[initials].add(number)
        for id_ in known[number]:
            keys[id_].add(number)
    keys.pop("", None)
    found = {
        (a, b) for members in keys.values() if 1 < len(members) <= _CROWD for a in members for b in members if a < b
    }
    for chinese in (False, True):
        found.update(_neighbours(cards, chinese))
    return found


def _neighbours(cards: list[Card], chinese: bool) -> Iterator[tuple[int, int]]:
    """Yield records whose names share rare pieces: three letters, or two Chinese characters."""
    owners, pieces = [], []
    for number, card in enumerate(cards):
        for name in dict.fromkeys(_names(card)):
            if is_chinese(name) == chinese and (found := _pieces(name, chinese)):
                owners.append(number)
                pieces.append(found)
    count = Counter(piece for each in pieces for piece in each)
    most = max(100, len(pieces) // 100)
    column = {piece: place for place, piece in enumerate(sorted(p for p, n in count.items() if 1 < n <= most))}
    if not column:
        return
    rarity = np.zeros(len(column))
    for piece, at in column.items():
        rarity[at] = np.log(len(pieces) / count[piece]) + 1
    lengths = [sum(piece in column for piece in each) for each in pieces]
    indices = np.fromiter((column[p] for each in pieces for p in sorted(each) if p in column), dtype=np.int32)
    starts = np.r_[0, np.cumsum(lengths)]
    shape = (len(pieces), len(column))
    has = sp.csr_array((np.ones(len(indices), dtype=np.float32), indices, starts), shape=shape)
    weighted = sp.csr_array((rarity[indices].astype(np.float32), indices, starts), shape=shape)
    total = np.asarray(weighted.sum(axis=1)).ravel()
    columns = has.T.tocsr()
    for start in range(0, len(pieces), _BLOCK):
        shared = (weighted[start : start + _BLOCK] @ columns).tocsr()
        for row in range(shared.shape[0]):
            stretch = slice(shared.indptr[row], shared.indptr[row + 1])
            others, weight, mine = shared.indices[stretch], shared.data[stretch], total[start + row]
            near = weight >= _OVERLAP * np.minimum(mine, total[others])
            near &= others != start + row
            others, weight = others[near], weight[near]
            # Of equally near ones the first in the order of ids: the sort is stable and so is its result.
            others, weight = others[order := np.argsort(others)], weight[order]
            order = np.argsort(-weight / (mine + total[others]), kind="stable")[:_NEIGHBOURS]
            a = owners[start + row]
            yield from ((min(a, owners[b]), max(a, owners[b])) for b in others[order] if owners[b] != a)


def _pieces(name: str, chinese: bool) -> frozenset[str]:
    core = normalised(name)
    if chinese:
        core = core.replace(" ", "")
        return frozenset(core[i : i + 2] for i in range(len(core) - 1))
    text = f" {' '.join(words(core))} "
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def pairs_of(pairs: Iterable[tuple[str, str]], register: Register | None = None) -> list[float]:
    """Score pairs of bare names, for measuring: as `judged` does for two records that have nothing but a name."""
    cards = [
        (Card("a", (a,), (), frozenset(), None, None), Card("b", (b,), (), frozenset(), None, None)) for a, b in pairs
    ]
    return [judged(a, b, register)[0] for a, b in cards]
