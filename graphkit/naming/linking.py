"""Links to a register (ROR): which of its organisations an affiliation string or a record names, as far as it says so.

A link is made only where a name or alias of the register stands in the text exactly (after normalisation and with the
usual short forms, as Univ. and Inst., written out), as a whole part of it or beside nothing but a unit or a place, and
where no country in the text contradicts it. Where two organisations bear the name, the city decides or nothing does.
Without a match a text stays without: a wrong link hides more than a missing one.

A name alone does not say when. ROR took its entries from GRID until 2021, so that one without a GRID id was added in
2022 or later: for a body that was founded, split off or renamed since, or that the register came to list beside the one
it belongs to. A text that is older than the entry means what was there before it, so that such entries are told apart
from links, for somebody to decide who knows when the text was written.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from graphkit.naming.likeness import words
from graphkit.naming.names import is_chinese, normalised, rows_of, short_forms, words_in
from graphkit.naming.resolving import Card, is_initials, known_homonyms, place, read_cards

LINK_COLUMNS = ("row", "ror", "name", "method")

_LONGEST = 2000  # characters of a string that are read; affiliations of consortia run to pages
_MOST_AFFILIATIONS = 3  # of one string; more are a list, of which none is the one
_OF_GRID = 1 / 4  # share of entries with a GRID id from which on a register is one that grew out of GRID, as ROR
_GENERAL, _FEW = 1 / 500, 20  # share of the names of a register, and at least so many, that share a general word
_PARTS = re.compile(r"[,|/()\[\]#:>\n\t•]+|\s[-–—]\s|\s{2,}|(?<=[^\W\d_]{7})\.\s")
_GLUED = re.compile("(?<=[a-z])(?=[A-Z][a-z])")  # a blank lost between words: MacauUniversity
_CHINESE_PARTS = re.compile(r"[,，、|/()（）\[\]\s]+")


@dataclass(frozen=True)
class Names:
    """The names of a register, as they are looked up; build once, link many."""

    cards: dict[str, Card]
    ids: dict[str, frozenset[str]]
    cities: dict[str, frozenset[str | None]]  # and the countries that they are in
    short: dict[str, frozenset[str]] = field(default_factory=dict)  # the initials of each
    longest: int = 0
    longest_chinese: int = 0
    homonyms: frozenset[str] = field(default_factory=frozenset)
    longer: dict[str, frozenset[str]] = field(default_factory=dict)  # what follows a name in longer names
    general: frozenset[str] = field(default_factory=frozenset)  # words of so many names that they tell none apart
    younger: frozenset[str] = field(default_factory=frozenset)  # ids of entries that GRID did not know

    @classmethod
    def of(cls, register: pd.DataFrame) -> "Names":
        """Read a register (columns id, name, name_zh, aliases, country, city); bare initials are no names."""
        cards = {card.id: card for card in read_cards(register)}
        ids: dict[str, set[str]] = defaultdict(set)
        short: dict[str, set[str]] = defaultdict(set)
        for card in cards.values():
            for name in (*card.names, *card.aliases):
                core = normalised(name)
                if not is_initials(core):
                    ids[_key(core)].add(card.id)
                else:
                    short[card.id].add(_key(core))
        ids.pop("", None)
        cities: dict[str, set[str | None]] = defaultdict(set)
        for card in cards.values():
            if card.city:
                cities[_key(card.city)].add(card.country)
        chinese = [len(key) for key in ids if is_chinese(key)]
        longer: dict[str, set[str]] = defaultdict(set)
        for key in ids:
            tokens = key.split()
            for count in range(2, len(tokens)):
                if (start := " ".join(tokens[:count])) in ids:
                    longer[start].add(" ".join(tokens[count:]))
        return cls(
            cards=cards,
            ids={key: frozenset(holders) for key, holders in ids.items()},
            cities={city: frozenset(countries) for city, countries in cities.items()},
            short={id_: frozenset(initials) for id_, initials in short.items()},
            longest=min(14, max((key.count(" ") + 1 for key in ids), default=0)),
            longest_chinese=max(chinese, default=0),
            homonyms=frozenset(_key(name) for name in known_homonyms()),
            longer={name: frozenset(rests) for name, rests in longer.items()},
            general=frozenset(
                word
                for word, count in Counter(w for key in ids for w in {*key.split()}).items()
                if count > max(_FEW, _GENERAL * len(ids))
            ),
            younger=_younger(cards.values()),
        )


def _younger(cards: Collection[Card]) -> frozenset[str]:
    """Find the entries that were added since GRID ended; none in a register that did not grow out of GRID."""
    without = frozenset(card.id for card in cards if not any(value.startswith("grid:") for value in card.identifiers))
    return without if len(cards) - len(without) >= _OF_GRID * len(cards) else frozenset()


def link(what: pd.DataFrame | Iterable[str], register: pd.DataFrame | Names, *, younger: bool = False) -> pd.DataFrame:
    """Link affiliation strings, or a table of organisations, to a register.

    Returns one row per link: `row` is the place in the list of strings (from 0) or the id of the organisation, `ror`
    the id in the register, `name` the name that was found (normalised) and `method` how: identifier, name, or
    affiliation. What has no link has no row. Of a table whole names are compared, with country and city; of a string
    comes at most one link. `younger` also gives the strings in which the name of an entry stands that may be younger
    than they are, with `younger entry` as the method: those are no links yet.
    """
    names = register if isinstance(register, Names) else Names.of(register)
    found: Iterable[tuple[int | str, str, str, str]]
    if isinstance(what, pd.DataFrame):
        found = _organisations(read_cards(what), names)
    else:
        found = (
            (row, hit[1], hit[0], "younger entry" if hit[1] in names.younger else "affiliation")
            for row, text in enumerate(what)
            if (hit := affiliation(text, names)) and (younger or hit[1] not in names.younger)
        )
    return pd.DataFrame([*found], columns=list(LINK_COLUMNS), dtype=object)


def affiliation(text: str, names: Names) -> tuple[str, str] | None:
    """Find the one organisation that an affiliation string names: the name found and its id; None where unsure.

    The name may be that of an entry that is younger than the string (`names.younger`). Of several affiliations the
    first counts that names one; but one with a country of its own is another organisation's, which nobody knows.
    """
    affiliations = [part for part in re.split("[;；]", text[:_LONGEST]) if part.strip()]
    if len(affiliations) > _MOST_AFFILIATIONS:
        return None
    for one in affiliations:
        if hit := _one(_GLUED.sub(" ", one), names) or _one(one, names):
            return hit
        parts = _keys(one)
        if len(parts) > 1 and _countries(parts):
            return None
    return None


def _organisations(cards: Sequence[Card], names: Names) -> Iterator[tuple[str, str, str, str]]:
    by_identifier = {value: card.id for card in names.cards.values() for value in card.identifiers}
    for card in cards:
        known = {by_identifier[value] for value in card.identifiers if value in by_identifier}
        if known:
            if len(known) == 1:
                yield card.id, known.pop(), ", ".join(sorted(card.identifiers & by_identifier.keys())), "identifier"
            continue
        for name in card.names:
            key = _key(normalised(name))
            fit = [
                id_
                for id_ in sorted(names.ids.get(key, ()))
                if card.country in (None, names.cards[id_].country) or names.cards[id_].country is None
            ]
            if len(fit) > 1 or key in names.homonyms:
                fit = [id_ for id_ in fit if card.city and card.city == names.cards[id_].city]
            if len(fit) == 1:
                yield card.id, fit[0], normalised(name), "name"
                break


def _one(text: str, names: Names) -> tuple[str, str] | None:
    """Read one affiliation: find the names in its parts, and link when exactly one organisation is left."""
    whole = _key(normalised(text))
    if is_chinese(whole):
        return _one_chinese(text, names)
    parts = _keys(text)
    hits = {}
    found = [*_found(parts, names)]
    seen = {place_ for _, start, end in found for place_ in range(start, end)}
    if found and any(_is_doubtful(part) for place_, part in enumerate(parts) if place_ not in seen):
        return None
    for name, start, end in found:
        name = _whole_of(name, names)
        own = {of for id_ in names.ids[name] for of in names.short.get(id_, ())}
        rest = [part for part in [*parts[:start], *parts[end:]] if part not in own]
        id_ = _chosen(name, rest, whole, names, alone=len(found) == 1)
        if id_:
            hits[id_] = name
        elif _may_be_meant(name, rest, names):
            return None
    return next(((name, id_) for id_, name in hits.items()), None) if len(hits) == 1 else None


def _keys(text: str) -> list[str]:
    """Split an affiliation into its parts, each as names are looked up."""
    return [
        key for part in _PARTS.split(text.replace("#TAB#", " ").replace("#N#", " ")) if (key := _key(normalised(part)))
    ]


def _may_be_its_own(name: str, names: Names) -> bool:
    """Whether a name is that of one organisation only, by a word of its own, though it starts as a unit does."""
    tokens = name.split()
    return tokens[0] in words_in("own units") and len(names.ids[name]) == 1 and not names.general.issuperset(tokens)


def _whole_of(name: str, names: Names) -> str:
    """Give the name of the body that a unit is called after: X University of X University School of Medicine."""
    tokens = name.split()
    for count in range(len(tokens) - 2, 1, -1):
        start, end = tokens[:count], tokens[-count:]
        if tokens[count] in _units() and _is_whole(start) and " ".join(start) in names.ids:
            return " ".join(start)
        if tokens[0] in _units() and _is_whole(end) and " ".join(end) in names.ids:
            return " ".join(end)
    return name


def _may_be_meant(name: str, rest: Sequence[str], names: Names) -> bool:
    """Whether a name that is not chosen stands beside its city, or is a unit's with a record and the place of its own.

    Then the text names two organisations, as one of two authors does, or an institute with the university around it.
    """
    if len(names.ids[name]) > 1:
        return False
    card = names.cards[next(iter(names.ids[name]))]
    if card.city and _key(card.city) in rest and (_is_whole(name.split()) or _may_be_its_own(name, names)):
        return True
    return _may_be_its_own(name, names) and card.country in _countries(rest)


def _found(parts: Sequence[str], names: Names) -> Iterator[tuple[str, int, int]]:
    """Yield names that are whole parts (up to three in a row: a comma may stand in a name), else stand within one."""
    used: set[int] = set()
    for count in (3, 2, 1):
        for start in range(len(parts) - count + 1):
            run = range(start, start + count)
            name = " ".join(parts[start : start + count])
            if name in names.ids and used.isdisjoint(run) and name not in names.cities and not country(name):
                used.update(run)
                yield name, start, start + count
    for place_, part in enumerate(parts):
        if place_ not in used and (inner := _within(part, names)):
            yield inner, place_, place_ + 1


def _within(part: str, names: Names) -> str | None:
    """Find the longest name within a part that has only a unit before it and a unit or its own address after it."""
    tokens = part.split()
    for count in range(min(len(tokens) - 1, names.longest), 1, -1):
        for start in range(len(tokens) - count + 1):
            name = " ".join(tokens[start : start + count])
            if name not in names.ids or _bodies().isdisjoint(tokens[start : start + count]):
                continue
            before, after = tokens[:start], tokens[start + count :]
            if before and before[0] not in _units():
                continue
            if not after or (after[0] in _units() and _is_whole(tokens[start : start + count])):
                return name
            if any(_is_place(after, names.cards[id_]) for id_ in names.ids[name]):
                return name
    return None


def _is_doubtful(part: str) -> bool:
    """Whether a part that is no known name may be a body of its own, and what is known only what it belongs to."""
    tokens = part.split()
    if tokens[0] in _units() or "key laboratory" in part:  # 重点实验室 belong to the body beside them
        return False
    return not frozenset(words_in("doubtful bodies")).isdisjoint(tokens) or "medical centre" in part


def _is_place(tokens: Sequence[str], card: Card) -> bool:
    """Whether words after a name are an address: numbers, or the city or country of the organisation, and no body."""
    text = " ".join(tokens)
    if country(text) == card.country or (card.country and text == card.country.lower()):
        return True
    if all(any(c.isdigit() for c in token) for token in tokens) or re.fullmatch("[0-9]{3,}", tokens[0]):
        return True
    in_city = bool(card.city) and f"{text} ".startswith(f"{_key(card.city or '')} ")
    in_country = len(tokens) < 5 and card.country in _countries([text])
    return (in_city or in_country) and _named().isdisjoint(tokens)


def _chosen(name: str, rest: Sequence[str], whole: str, names: Names, *, alone: bool) -> str | None:
    """Choose among the organisations that bear a name by what else the text says; None when that does not decide."""
    around = " ".join(rest)
    countries = _countries(rest)
    if "CN" in countries:
        countries |= {"HK", "MO"}  # as some write, and some do not
    fit = []
    for id_ in sorted(names.ids[name]):
        card = names.cards[id_]
        in_city = bool(card.city) and f" {_key(card.city or '')} " in f" {whole} "
        if countries and card.country not in countries:
            continue
        if _is_elsewhere(name, card, rest, names) or (name != whole and _is_system(name, card)):
            continue
        unique = len(names.ids[name]) == 1 and not (_is_general(name, card, names) and not countries)
        if in_city or (unique and (card.country in countries or _needs_no_place(name, rest, names))):
            fit.append(id_)
    if len(fit) != 1 or any(f" {more} " in f" {around} " for more in names.longer.get(name, ())):
        return None
    tokens = name.split()
    city = _key(names.cards[fit[0]].city or "-")
    if tokens[0] in _units() and not _is_whole(tokens) and rest and city not in name:
        return fit[0] if alone and f" {city} " in f" {around} " and _may_be_its_own(name, names) else None
    if len(tokens) == 1 and rest and city not in around:
        return None
    return fit[0]


def _is_elsewhere(name: str, card: Card, rest: Sequence[str], names: Names) -> bool:
    """Whether a text puts a body into another city: one abroad, or not the one that the body is named after."""
    if not card.city or f" {_key(card.city)} " in f" {' '.join(rest)} ":
        return False
    others = [part for part in rest if part in names.cities and not country(part) and part not in name]
    if f" {_key(card.city)} " in f" {name} " and not country(_key(card.city)):
        return bool(others)
    return not _countries(rest) and any(card.country not in names.cities[city] for city in others)


def _is_system(name: str, card: Card) -> bool:
    """Whether a name is only short for a system of universities: with anything beside it, it is one of them."""
    return "system" not in name and any("system" in words(normalised(known)) for known in card.names)


def _is_general(name: str, card: Card, names: Names) -> bool:
    """Whether a name has no word of its own, nor its city or country: University of Science and Technology."""
    tokens = frozenset(name.split())
    placed = bool(card.city) and f" {_key(card.city or '')} " in f" {name} "
    return tokens <= names.general and not placed and all(country(token) != card.country for token in tokens)


def _needs_no_place(name: str, rest: Sequence[str], names: Names) -> bool:
    """Whether a name may go without a place: the text is nothing else, or nothing but units besides."""
    return name not in names.homonyms and (
        not rest or (_is_whole(name.split()) and all(part.split()[0] in _units() or is_initials(part) for part in rest))
    )


def _one_chinese(text: str, names: Names) -> tuple[str, str] | None:
    """Read a Chinese affiliation: the longest name with which one of its parts starts (系 and 所 follow)."""
    hits: dict[str, str] = {}
    for part in _CHINESE_PARTS.split(text):
        core = _key(normalised(part))
        name = next(
            (core[:n] for n in range(min(len(core), names.longest_chinese), 3, -1) if core[:n] in names.ids), None
        )
        if name is None or not is_chinese(name):
            continue
        fit = names.ids[name]
        if len(fit) > 1 or name in names.homonyms:
            fit = frozenset(i for i in fit if (city := names.cards[i].city) and city in place(text))
        hits |= dict.fromkeys(fit, name) if len(fit) == 1 else {}
    return next(((name, id_) for id_, name in hits.items()), None) if len(hits) == 1 else None


def _countries(parts: Sequence[str]) -> set[str]:
    """List the countries that parts of a text name: as a whole part, or at the end of one."""
    found = set()
    for part in parts:
        tokens = part.split()
        found |= {code for n in range(1, 5) if (code := country(" ".join(tokens[-n:])))}
    return found


@cache
def country(name: str) -> str | None:
    """Find the country (ISO 3166-1) of a normalised name, in English or its own language."""
    return _country_names().get(name)


@cache
def _country_names() -> dict[str, str]:
    return {_key(name): row["code"] for row in rows_of("countries.csv") for name in row["names"].split("|")}


@cache
def _units() -> frozenset[str]:
    """Words with which a unit starts: it may stand before a name, and is itself no name to link to."""
    return frozenset(words_in("units"))


@cache
def _bodies() -> frozenset[str]:
    return frozenset(words_in("bodies"))


@cache
def _named() -> frozenset[str]:
    """Words that stand for a body, in a name that is known or may be unknown."""
    return _bodies() | frozenset(words_in("doubtful bodies"))


def _is_whole(tokens: Sequence[str]) -> bool:
    """Whether a name is that of a whole body, as those of universities, not of a unit."""
    return not _proper().isdisjoint(tokens) or "institute technology" in " ".join(tokens)


@cache
def _proper() -> frozenset[str]:
    return frozenset(words_in("proper bodies"))


def _key(core: str) -> str:
    return (
        core.replace(" ", "")
        if is_chinese(core)
        else " ".join(short_forms("linked").get(word, word) for word in words(core))
    )
