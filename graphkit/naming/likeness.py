"""How alike two names are: measures of what differs between them, each with its sentence, and a fitted score.

Names in Latin, Greek or Cyrillic letters are compared word by word, Chinese names (中文名) by the way in which one
could have become the other: one character more or less may be another institute. The weights in `data/likeness.csv`
are made by `benchmarks/fit_likeness.py`: logistic regression in which no difference may speak for sameness.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA, LCSseq

from graphkit.bilingual import Bilingual
from graphkit.naming.names import Name, is_chinese, legal_forms, letters, rows_of, short_forms, taken_apart, words_in

LATIN = ("edits", "edit_share", "extra", "replaced", "joined", "form", "number", "initials", "country", "adds")
WAYS = ("shortened", "brand", "part", "renamed", "contained", "abridged", "other")
CHINESE = (*WAYS, "exchanged", "place", "form")

_ORDER = Bilingual("the same words in another order", "用词相同，次序不同")
_SPELLING = Bilingual("the same name but for its spelling", "名称相同，仅写法有别")
_ROMAN = re.compile("(?=[ivxl])(xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ORDINAL = re.compile("([0-9]+)(st|nd|rd|th)")
_SPEAKING_FORMS = ("ano", "cic", "dac", "clg", "eeig", "fsbi", "fsue", "sue", "vvi")
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))  # Muenchen and München are one spelling here
_MOST_WORDS = 40  # of a name that are compared, each with each
_LEAST = 0.6  # similarity from which two words may be one word spelt differently

# Besides schools of one sort: 学院 rise to 大学, but 北京科技大学 and 北京科技职业大学 are two.
_FAMILIES = ({"专科学校", "高等专科学校", "学院"}, {"研究院", "研究总院", "研究所"})
# The end of a name of a body, of which what follows is a part: 中国科学院 in 中国科学院西北高原生物研究所.
_BODY = re.compile("(?:大学|学院|研究院|科学院|科院|解放军|委员会|集团|公司|医院|局|厅|部|附属)$")


@dataclass(frozen=True)
class Likeness:
    """What differs between two names: `measures` in the order of LATIN or CHINESE, and the same in words."""

    chinese: bool
    measures: tuple[float, ...]
    reasons: tuple[Bilingual, ...]

    @property
    def by_initials(self) -> bool:
        """Whether it rests on a word that could be the other name's initials."""
        return not self.chinese and self.measures[LATIN.index("initials")] > 0

    @property
    def logit(self) -> float:
        """Log-odds that both name one organisation, as fitted."""
        intercept, weights = coefficients()[self.chinese]
        return intercept + sum(w * m for w, m in zip(weights, self.measures, strict=True))


def likeness(first: str, second: str) -> Likeness:
    """Compare two names; symmetric, and the same for every spelling that `normalised` makes one.

    >>> likeness("Deutsche Bank AG", "Deutsche Bank Aktiengesellschaft").reasons
    ('the same name but for its spelling',)
    >>> likeness("General Motors", "General Mortars").reasons
    ("'mortars' for 'motors'",)
    """
    one, two = sorted((taken_apart(first), taken_apart(second)), key=lambda name: (name.core, name.forms))
    if is_chinese(one.core) and is_chinese(two.core):
        return _chinese(one, two)
    return _latin(one, two)


def probability(logit: float) -> float:
    """Turn log-odds into a number from 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def coefficients() -> dict[bool, tuple[float, tuple[float, ...]]]:
    """Read the fitted weights: for Latin (False) and Chinese (True) names, the intercept and one weight per measure."""
    rows = {(row["script"], row["measure"]): float(row["weight"]) for row in rows_of("likeness.csv")}
    return {
        chinese: (rows[script, "intercept"], tuple(rows[script, measure] for measure in measures))
        for chinese, script, measures in ((False, "latin", LATIN), (True, "chinese", CHINESE))
    }


def _latin(one: Name, two: Name) -> Likeness:
    form, reasons = _forms(one, two)
    a, b = words(one.core), words(two.core)
    joined_a, joined_b = one.core.replace(" ", ""), two.core.replace(" ", "")
    if a == b or joined_a == joined_b:
        return Likeness(False, (0, 0, 0, 0, 0, form, 0, 0, 0, 0), (*reasons, _SPELLING))
    a, b = a[:_MOST_WORDS], b[:_MOST_WORDS]
    pairs, left, right, initials = _aligned(a, b)
    if initials:
        reasons.append(Bilingual(f"{initials} could be initials", f"{initials} 可能是缩写"))
    left, right = _without_form_words(left), _without_form_words(right)
    number = any(_numeric(word) for word in (*left, *right)) or any(_numeric(x) and x != y for x, y in pairs)
    if number:
        reasons.append(Bilingual("the number differs", "编号不同"))
    spelt = [
        (x, y, OSA.distance(x, y))
        for x, y in pairs
        if x != y and not (_numeric(x) and _numeric(y)) and not _is_glued_form(x, y)
    ]
    reasons += [Bilingual(f"'{x}' for '{y}'", f"“{x}”对“{y}”") for x, y, _ in sorted(spelt)]
    left, right = ([word for word in side if not _numeric(word)] for side in (left, right))
    if left and right:
        one_has, other_has = " ".join(left), " ".join(right)
        reasons.append(Bilingual(f"'{one_has}' in place of '{other_has}'", f"“{one_has}”替代“{other_has}”"))
    elif left or right:
        added = " ".join(left or right)
        reasons.append(Bilingual(f"one adds '{added}'", f"一方多出“{added}”"))
    countries = _country_words()
    country = (countries & {*left, *right}) or {x for x, y in pairs if x != y and {x, y} <= countries}
    if country:
        named = ", ".join(sorted(country))
        reasons.append(Bilingual(f"not both name the country ({named})", f"仅一方写明国家（{named}）"))
    letters = sum(map(len, a)) + sum(map(len, b))
    joined = max(OSA.normalized_similarity(joined_a, joined_b), OSA.normalized_similarity("".join(a), "".join(b)))
    measures = (
        min(sum(edits for _, _, edits in spelt), 5),
        max((edits / max(len(x), len(y)) for x, y, edits in spelt), default=0.0),
        sum(map(len, left + right)) / max(letters, 1),
        float(bool(left and right)),
        0.0 if initials else 1 - joined,
        form,
        float(number),
        float(bool(initials)),
        float(bool(country)),
        float(bool(left) != bool(right)),
    )
    return Likeness(False, measures, tuple(reasons) or (_ORDER,))


@lru_cache(maxsize=1 << 17)
def words(core: str) -> tuple[str, ...]:
    """Cut a core into words in one spelling: numbers in digits, short forms written out, Latin letters, no articles."""
    found: list[str] = []
    for word in core.translate(letters("compared")).split():
        if ordinal := _ORDINAL.fullmatch(word):
            word = ordinal[1]
        found += short_forms("compared").get(word, word).split()
    kept = [word for word in found if word not in words_in("linking")] or found
    for written, read in _UMLAUTS:
        kept = [word.replace(written, read) for word in kept]
    return tuple(kept)


@cache
def _country_words() -> frozenset[str]:
    return frozenset(word for country in words_in("countries") for word in words(country))


@lru_cache(maxsize=1 << 16)
def _numeric(word: str) -> bool:
    return word[0].isdigit() or _ROMAN.fullmatch(word) is not None or any(c.isdigit() for c in word)


def _aligned(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[str], list[str], str]:
    """Pair the words of two names, most similar first; also give what stays unpaired, and initials that were found."""
    candidates = sorted(
        (-similarity, abs(i - j), i, j)
        for i, x in enumerate(a)
        for j, y in enumerate(b)
        if (similarity := OSA.normalized_similarity(x, y, score_cutoff=_LEAST)) >= _LEAST
    )
    left, right = set(range(len(a))), set(range(len(b)))
    pairs = []
    for _, _, i, j in candidates:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((a[i], b[j]))
    initials = ""
    for short, long, of, among in ((a, b, left, right), (b, a, right, left)):
        for i in sorted(of):
            stretch = _spelt_out(short[i], [j for j in sorted(among)], long)
            if stretch:
                initials = short[i].upper()
                of.remove(i)
                among.difference_update(stretch)
    return pairs, [a[i] for i in sorted(left)], [b[j] for j in sorted(right)], initials


def _spelt_out(word: str, places: list[int], of: tuple[str, ...]) -> list[int]:
    """Find words that follow each other, in `places`, whose initials make `word`; empty when there are none."""
    if not 2 <= len(word) <= 8 or len(places) < len(word):
        return []
    for start in range(len(places) - len(word) + 1):
        stretch = places[start : start + len(word)]
        if stretch[-1] - stretch[0] == len(word) - 1 and all(of[j][0] == c for j, c in zip(stretch, word, strict=True)):
            return stretch
    return []


def _is_glued_form(x: str, y: str) -> bool:
    """Whether one word is the other with a legal form written on to it, as in SiemensAG."""
    short, long = sorted((x, y), key=len)
    return long.startswith(short) and long[len(short) :] in legal_forms()[1]


def _without_form_words(left: list[str]) -> list[str]:
    """Drop words which are (nearly) words of legal forms written out: 'joynt stock', 'aktiengeselschaft'."""
    return [word for word in left if not _is_form_word(word)]


@lru_cache(maxsize=1 << 16)
def _is_form_word(word: str) -> bool:
    return len(word) >= 5 and any(OSA.normalized_similarity(word, known) >= 0.8 for known in _form_words())


@cache
def _form_words() -> tuple[str, ...]:
    _, ends, starts = legal_forms()
    # 'State unitary enterprise' and its kind are left out: their words stand in names as well.
    forms = {written for table in (ends, starts) for written, form in table.items() if form not in _SPEAKING_FORMS}
    return tuple(sorted({word for form in forms for word in form.split() if len(word) >= 5} - {"public"}))


def _forms(one: Name, two: Name) -> tuple[float, list[Bilingual]]:
    if one.may_be(two):
        return 0.0, []
    forms = "; ".join(", ".join(name.forms) for name in (one, two))
    return 1.0, [Bilingual(f"legal forms differ ({forms})", f"法律形式不同（{forms}）")]


def _chinese(one: Name, two: Name) -> Likeness:
    """Compare two Chinese names: which way the one could have become the other, and what is exchanged in it."""
    form, reasons = _forms(one, two)
    short, long = sorted((one.core.replace(" ", ""), two.core.replace(" ", "")), key=lambda core: (len(core), core))
    if short == long:
        return _told("", form, 0.0, 0, (*reasons, _SPELLING))
    a, b = sorted((_in_short(short), _in_short(long)), key=lambda core: (len(core), core))
    places = [set(_place().findall(core)) for core in (a, b)]
    place = float(bool(places[0] - places[1] and places[1] - places[0]))
    if place:
        where = "; ".join("、".join(sorted(found)) for found in places)
        reasons.append(Bilingual(f"places differ ({where})", f"地名不同（{where}）"))
    exchanged = len(b) - LCSseq.similarity(a, b)
    kind_a, kind_b = _kind(a), _kind(b)
    before = b.removesuffix(a) if b.endswith(a) else ""
    if a == b:
        shortened = Bilingual(f"'{short}' is short for '{long}'", f"“{short}”是“{long}”的简称")
        return _told("shortened", form, place, 0, (*reasons, shortened))
    within = Bilingual(f"'{short}' stands whole in '{long}'", f"“{long}”包含“{short}”")
    if a in b and not kind_a:
        return _told("brand", form, place, 0, (*reasons, within))
    if before and _BODY.search(before):
        part = Bilingual(f"'{long}' says of what '{short}' is a part", f"“{long}”写明“{short}”所属的单位")
        return _told("part", form, place, 0, (*reasons, part))
    if kind_a != kind_b and a.removesuffix(kind_a) == b.removesuffix(kind_b) and _renaming(kind_a, kind_b):
        renamed = f"'{kind_a}' and '{kind_b}' differ, as after a renaming"
        return _told("renamed", form, place, 0, (*reasons, Bilingual(renamed, f"“{kind_a}”与“{kind_b}”之差，似为更名")))
    if a in b:
        return _told("contained", form, place, 0, (*reasons, within))
    if _in_order(a, b):
        abridged = Bilingual(f"'{short}' could be short for '{long}'", f"“{short}”可能是“{long}”的简称")
        return _told("abridged", form, place, 0, (*reasons, abridged))
    differ = Bilingual(f"{exchanged} of {len(b)} characters differ", f"{len(b)}个字中{exchanged}个不同")
    return _told("other", form, place, exchanged, (*reasons, differ))


def _told(way: str, form: float, place: float, exchanged: int, reasons: tuple[Bilingual, ...]) -> Likeness:
    ways = tuple(float(way == each) for each in WAYS)
    return Likeness(True, (*ways, min(exchanged, 4) / 4, place, form), reasons)


@lru_cache(maxsize=1 << 16)
def _in_short(core: str) -> str:
    """Write the usual long parts of Chinese names short, and leave 省 and 市 after a known place away."""
    for full, short in short_forms("chinese").items():
        core = core.replace(full, short)
    return _place_with_kind().sub(r"\1", core)


@cache
def _place() -> re.Pattern[str]:
    return re.compile("|".join(words_in("places")))


@cache
def _place_with_kind() -> re.Pattern[str]:
    return re.compile(f"({_place().pattern})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)")


def _kind(name: str) -> str:
    """Find what a Chinese organisation is, at the end of its name."""
    kinds = (*words_in("vocational"), *words_in("academic"), *words_in("other kinds"))
    return next((kind for kind in kinds if name.endswith(kind)), "")


def _renaming(one: str, two: str) -> bool:
    """Whether a body of one kind becomes one of the other kind by decree: a school that rises stays of its family."""
    families: tuple[Collection[str], ...] = (words_in("vocational"), words_in("academic"), *_FAMILIES)
    return any(one in family and two in family for family in families)


def _in_order(short: str, long: str) -> bool:
    """Whether the characters of one name stand in the other in order, as 浙大宁理 in 浙江大学宁波理工学院."""
    rest = iter(long)
    return all(character in rest for character in short)
