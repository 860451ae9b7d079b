"""Records that are one organisation without doubt: the automatic lane of telling organisations apart.

Merging wrongly hides silos (孤岛), not merging invents them. Two records are the same here only when they share an
identifier of a register, or bear exactly one name after normalisation and nothing that is known of them, or of any
third record of that name, contradicts it. All else is a suggestion (`graphkit.naming.suggesting`), for a person to
decide.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from graphkit.errors import DataError
from graphkit.naming.names import Name, identifier, is_chinese, normalised, taken_apart

PAIR_COLUMNS = ("first", "second", "method", "evidence")
_COUNTRY_CODES = {"EL": "GR", "UK": "GB"}  # as the European Union writes them
_MOST_KINDS = 300  # different records of one name, above which it is no name but a word


@dataclass(frozen=True)
class Card:
    """What is known of one organisation to tell it from others: names as written, identifiers, country and city."""

    id: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    identifiers: frozenset[str]
    country: str | None
    city: str | None


def same(organisations: pd.DataFrame, *, homonyms: Collection[str] = ()) -> pd.DataFrame:
    """Find the pairs of records that are one organisation without doubt (`first`, `second`, `method`, `evidence`).

    `organisations` has the columns of the schema, of which `id` must be there; `homonyms` are names that several
    organisations are known to bear, beside those of `known_homonyms`. Groups of three and more come as pairs that join
    them all. Pairs are in the order of ids, and the same for every order of rows.

    - `identifier`: an identifier of the one (its id, or one among its aliases) is one of the other's.
    - `name`: the same name or Chinese name (中文名), nothing contradictory in country, city, legal form and
      identifiers, and no third record of that name which only one of the two contradicts. Homonyms and initials need
      more: the same country and city.
    """
    cards = sorted(read_cards(organisations), key=lambda card: card.id)
    groups = _Groups(cards)
    for value, holders in sorted(_holders(cards).items()):
        first = holders[0]
        for other in holders[1:]:
            groups.join(first, other, "identifier", value)
    common = known_homonyms() | {normalised(name) for name in homonyms}
    for core, bearers in sorted(_bearers(cards, groups).items()):
        for members in _without_doubt(core, bearers, groups, core in common):
            for other in members[1:]:
                groups.join(members[0], other, "name", core)
    pairs = sorted((cards[a].id, cards[b].id, method, evidence) for a, b, method, evidence in groups.joined)
    return pd.DataFrame(pairs, columns=list(PAIR_COLUMNS), dtype=object)


def read_cards(organisations: pd.DataFrame) -> list[Card]:
    """Read the rows of a table of organisations; raises DataError without ids, or where one stands twice."""
    if "id" not in organisations:
        raise DataError("the table of organisations has no column 'id'; give every organisation one")
    if not organisations["id"].is_unique:
        twice = organisations["id"][organisations["id"].duplicated()].iloc[0]
        raise DataError(f"organisation {twice!r} stands twice in the table; give every organisation one row")
    there = [column for column in ("id", "name", "name_zh", "aliases", "country", "city") if column in organisations]
    rows = organisations[there].itertuples(index=False, name=None)
    return [card_of(dict(zip(there, row, strict=True))) for row in rows]


def card_of(row: Mapping[str, Any]) -> Card:
    """Read one organisation from its properties; missing ones may be absent, None or NaN."""
    names = tuple(dict.fromkeys(text for text in (_text(row, "name"), _text(row, "name_zh")) if text))
    given = row.get("aliases")
    others = [given] if isinstance(given, str) else [*given] if isinstance(given, Iterable) else []
    aliases, identifiers = [], set()
    for text in [str(row["id"]), *others]:
        if found := identifier(text):
            identifiers.add(found)
    for text in others:
        if identifier(text) is None and text not in names:
            aliases.append(text)
    country, city = _text(row, "country"), _text(row, "city")
    return Card(
        id=str(row["id"]),
        names=names,
        aliases=tuple(sorted(set(aliases))),
        identifiers=frozenset(identifiers),
        country=_COUNTRY_CODES.get(country.upper(), country.upper()) if country else None,
        city=place(city) if city else None,
    )


def place(city: str) -> str:
    """Level the name of a city: 杭州市 is 杭州.

    >>> place("MÜNCHEN"), place("杭州市")
    ('munchen', '杭州')
    """
    levelled = normalised(city)
    return levelled.removesuffix("市") if is_chinese(levelled) and len(levelled) > 2 else levelled


@cache
def known_homonyms() -> frozenset[str]:
    """Names (normalised) that several organisations of ROR bear: 中国石油大学 is in Beijing and in Qingdao."""
    file = resources.files("graphkit.naming") / "data" / "homonyms.txt"
    return frozenset(file.read_text(encoding="utf-8").splitlines())


def contradict(first: Collection[str], second: Collection[str]) -> bool:
    """Whether two sets of identifiers hold different ones of one register, and none of that register in common."""
    registers = {value.partition(":")[0] for value in first} & {value.partition(":")[0] for value in second}
    return any(
        not {value for value in first if value.startswith(f"{register}:")} & set(second) for register in registers
    )


def is_initials(core: str) -> bool:
    """Whether a name is so short that it may be anybody's initials: one word of up to five Latin letters."""
    return len(core) <= 5 and " " not in core and not is_chinese(core)


class _Groups:
    """Records joined so far, with what is known of each group; a join that would contradict itself is not made."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.leader = list(range(len(cards)))
        self.identifiers = [set(card.identifiers) for card in cards]
        self.countries = [{card.country} if card.country else set() for card in cards]
        self.cities = [{card.city} if card.city else set() for card in cards]
        self.joined: list[tuple[int, int, str, str]] = []

    def of(self, record: int) -> int:
        """Find the group of a record, by the number of its leader."""
        while self.leader[record] != record:
            self.leader[record] = self.leader[self.leader[record]]
            record = self.leader[record]
        return record

    def join(self, first: int, second: int, method: str, evidence: str) -> None:
        """Join two records unless their groups contradict each other; places count only where names speak."""
        a, b = sorted((self.of(first), self.of(second)))
        if a == b or contradict(self.identifiers[a], self.identifiers[b]):
            return
        if method == "name" and not (
            _may(self.countries[a], self.countries[b]) and _may(self.cities[a], self.cities[b])
        ):
            return
        self.leader[b] = a
        for facts in (self.identifiers, self.countries, self.cities):
            facts[a] |= facts[b]
        self.joined.append((min(first, second), max(first, second), method, evidence))


def _holders(cards: Sequence[Card]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for number, card in enumerate(cards):
        for value in card.identifiers:
            holders[value].append(number)
    return {value: numbers for value, numbers in holders.items() if len(numbers) > 1}


@dataclass(frozen=True)
class _Bearer:
    """A kind of record that bears a name: what is known of it; `own` when it is the name and not only an alias."""

    identifiers: frozenset[str]
    countries: frozenset[str]
    cities: frozenset[str]
    forms: tuple[str, ...]


def _bearers(cards: Sequence[Card], groups: _Groups) -> dict[str, dict[_Bearer, list[tuple[int, bool]]]]:
    """For each core that several groups bear: kinds of records, and the records of each kind (number, is its name)."""
    found: dict[str, dict[tuple[int, bool, tuple[str, ...]], None]] = defaultdict(dict)
    for number, card in enumerate(cards):
        for own, texts in ((True, card.names), (False, card.aliases)):
            for text in texts:
                name = taken_apart(text)
                found[name.core][number, own, name.forms] = None
    bearers: dict[str, dict[_Bearer, list[tuple[int, bool]]]] = {}
    for core, who in found.items():
        if sum(own for _, own, _ in who) < 2 or not any(character.isalpha() for character in core):
            continue
        kinds: dict[_Bearer, list[tuple[int, bool]]] = defaultdict(list)
        for number, own, forms in who:
            group = groups.of(number)
            kind = _Bearer(
                frozenset(groups.identifiers[group]),
                frozenset(groups.countries[group]),
                frozenset(groups.cities[group]),
                forms,
            )
            kinds[kind].append((number, own))
        bearers[core] = kinds
    return bearers


def _without_doubt(
    core: str, bearers: Mapping[_Bearer, list[tuple[int, bool]]], groups: _Groups, homonym: bool
) -> Iterator[list[int]]:
    """Yield the records of one name that are one organisation: those which agree with exactly the same others.

    Where 'Foo' stands without a country beside a Foo in Germany and one in France, it agrees with both, and joins none.
    """
    if len(bearers) > _MOST_KINDS:
        return
    kinds = sorted(bearers, key=lambda kind: min(bearers[kind]))
    strict = homonym or is_initials(core)
    agreeing = [
        frozenset(j for j, other in enumerate(kinds) if i == j or _agree(kind, other, homonym, strict))
        for i, kind in enumerate(kinds)
    ]
    classes: dict[frozenset[int], list[int]] = defaultdict(list)
    for i, kind in enumerate(kinds):
        with_itself = _agree(kind, kind, homonym, strict)
        if (with_itself or len(agreeing[i]) > 1) and all(agreeing[j] >= agreeing[i] for j in agreeing[i]):
            classes[agreeing[i]].append(i)
    for members in classes.values():
        numbers = sorted({number for i in members for number, own in bearers[kinds[i]] if own})
        if len({groups.of(number) for number in numbers}) > 1 and all(
            _agree(kinds[i], kinds[i], homonym, strict) for i in members
        ):
            yield numbers


def _agree(one: _Bearer, two: _Bearer, homonym: bool, strict: bool) -> bool:
    if contradict(one.identifiers, two.identifiers) or not Name("", one.forms).may_be(Name("", two.forms)):
        return False
    if not (_may(one.countries, two.countries) and _may(one.cities, two.cities)):
        return False
    placed = bool(one.countries & two.countries and one.cities & two.cities)
    same_form = bool(one.forms) and one.forms == two.forms
    return not strict or placed or (same_form and not homonym)


def _may(one: Collection[Any], two: Collection[Any]) -> bool:
    return not one or not two or not set(one).isdisjoint(two)


def _text(row: Mapping[str, Any], column: str) -> str | None:
    value = row.get(column)
    return value.strip() or None if isinstance(value, str) else None
