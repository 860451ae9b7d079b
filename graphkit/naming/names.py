"""Names of organisations as they can be compared, and identifiers as registers write them.

Two spellings of one name differ in width, case, accents, simplified and traditional characters (简繁体), punctuation
and legal form (公司形式); what is left when those are gone is the core of the name. Legal forms stand in `data/`.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ROR = re.compile(r"(?:https?://(?:www\.)?ror\.org/|ror\.org/|ror:\s*)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})/?")
_GRID = re.compile(r"(?:https?://(?:www\.)?grid\.ac/institutes/|grid:\s*)?(grid\.[0-9]{1,7}\.[0-9a-f]{1,3})")
_PIC = re.compile(r"(?:pic:?\s*)?([89][0-9]{8})")
_USCC = re.compile(r"(?:uscc:?\s*|统一社会信用代码[:\s]*)?([0-9a-z]{18})")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"

_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02b9\u00b4`\u2032]")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_BETWEEN_HAN = re.compile(f"(?<={HAN.pattern}) (?={HAN.pattern})")
_MARKED = re.compile("[\u0300-\u036f]")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class Name:
    """A name taken apart: its core, and the legal forms that stood at its ends (sorted, as the table writes them)."""

    core: str
    forms: tuple[str, ...]

    def may_be(self, other: "Name") -> bool:
        """Whether neither has a legal form that the other's lack: an AG is no GmbH, but may go without a form."""
        mine, theirs = set(self.forms), set(other.forms)
        return mine <= theirs or theirs <= mine


def normalised(name: str) -> str:
    """Give the core of a name: one spelling for all that differ only in form, empty for what holds no letter or digit.

    NFKC, case, accents, traditional to simplified characters, punctuation and legal forms are levelled; the order of
    words, 集团, brackets' contents and all other words stay, since they tell organisations apart.

    >>> normalised("Société Générale S.A."), normalised("浙江大學 ")
    ('societe generale', '浙江大学')
    >>> normalised("Foo, spol. s r.o."), normalised("華為技術有限公司")
    ('foo', '华为技术')
    """
    return taken_apart(name).core


@lru_cache(maxsize=1 << 18)
def taken_apart(name: str) -> Name:
    """Take the legal forms off a levelled name; a name that is nothing but legal forms keeps them as its core.

    What stands in brackets is no name of its own: the laboratories SRL (Japan) are not called Japan.
    """
    text = levelled(name)
    forms: set[str] = set()
    outside = _BRACKETED.sub(" ", name)
    if outside != name and _is_form(levelled(outside)):
        return Name(text, ())
    while True:
        shorter = _without_form(text)
        if shorter is None:
            return Name(text, tuple(sorted(forms)))
        text, form = shorter
        forms.add(form)


def levelled(name: str) -> str:
    """Level the spelling, with the legal form still there: letters, digits and single blanks.

    >>> levelled("The A.B.C. Company & Sons")
    'abc company and sons'
    """
    text = unicodedata.normalize("NFKC", name)
    if HAN.search(text):
        text = _simplified().convert(text)
    text = unicodedata.normalize("NFKD", text.casefold())
    text = _MARKED.sub("", text).translate(letters("always")).casefold()
    text = unicodedata.normalize("NFC", text)
    text = _APOSTROPHES.sub("", text).replace("&", " and ").replace("+", " and ")
    text = _DOTTED.sub(lambda found: f" {found[0].replace('.', '')} ", text)
    # Combining marks of Indian and other scripts are part of the word, though no letters.
    text = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    text = _BETWEEN_HAN.sub("", " ".join(_initials_joined(text.split())))
    return text.removeprefix("the ")


def identifier(text: str) -> str | None:
    """Read an identifier as registers write it: `ror:`, `pic:`, `uscc:` or `grid:` and its value; None for any other.

    ROR ids and USCC (统一社会信用代码) must have the right check digits (ISO 7064 MOD 97-10; GB 32100-2015); a PIC has
    nine digits of which the first is 8 or 9.

    >>> identifier("https://ror.org/03cve4549"), identifier("999997930"), identifier("03cve4548")
    ('ror:03cve4549', 'pic:999997930', None)
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if found := _ROR.fullmatch(plain):
        number = 0
        for character in found[1][:7]:
            number = number * 32 + _CROCKFORD.index(character)
        return f"ror:{found[1]}" if 98 - number * 100 % 97 == int(found[1][7:]) else None
    if found := _GRID.fullmatch(plain):
        return f"grid:{found[1]}"
    if found := _PIC.fullmatch(plain):
        return f"pic:{found[1]}"
    if found := _USCC.fullmatch(plain):
        from stdnum.cn import uscc

        return f"uscc:{found[1].upper()}" if uscc.is_valid(found[1].upper()) else None
    return None


def is_chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters, at least in part."""
    return HAN.search(name) is not None


def _initials_joined(words: list[str]) -> list[str]:
    """Join single letters that stand beside each other: S. A. and S A are SA."""
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha() and not HAN.match(word):
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    return joined


def _is_form(text: str) -> bool:
    chinese, ends, starts = legal_forms()
    return text in ends or text in starts or any(text == written for written, _, _ in chinese)


def _without_form(text: str) -> tuple[str, str] | None:
    """Take one legal form off the end or the start, the longest that stands there; None when there is none."""
    chinese, ends, starts = legal_forms()
    if HAN.search(text) and all(text != written for written, _, _ in chinese):
        for written, place, form in chinese:
            if place != "start" and text.endswith(written) and len(text) > len(written) + 1:
                return text.removesuffix(written).rstrip(), form
            if place != "end" and text.startswith(written) and len(text) > len(written) + 1:
                return text.removeprefix(written).lstrip(), form
    words = text.split(" ")
    for count in range(min(8, len(words) - 1), 0, -1):
        if (last := " ".join(words[-count:])) in ends:
            return " ".join(words[:-count]), ends[last]
        if (first := " ".join(words[:count])) in starts:
            return " ".join(words[count:]), starts[first]
    return None


@cache
def legal_forms() -> tuple[tuple[tuple[str, str, str], ...], dict[str, str], dict[str, str]]:
    """Read the tables: Chinese forms longest first (written, place, form), then others at the end and at the start."""
    chinese = [
        (written, row["place"], row["form"])
        for row in rows_of("chinese_legal_forms.csv")
        for written in row["written"].split("|")
    ]
    chinese.sort(key=lambda form: (-len(form[0]), form))
    ends: dict[str, str] = {}
    starts: dict[str, str] = {}
    for row in rows_of("legal_forms.csv"):
        for written in row["written"].split("|"):
            spelling = levelled(written)
            if row["place"] != "start":
                ends[spelling] = row["form"]
            if row["place"] != "end":
                starts[spelling] = row["form"]
    return tuple(chinese), ends, starts


def rows_of(name: str) -> list[dict[str, str]]:
    """Read a table of `graphkit/naming/data`."""
    text = (resources.files("graphkit.naming") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def words_in(name: str) -> tuple[str, ...]:
    """Read one of the lists of words of `data/word_lists.csv`."""
    return next(tuple(row["words"].split()) for row in rows_of("word_lists.csv") if row["list"] == name)


@cache
def short_forms(used: str) -> dict[str, str]:
    """Read short forms and what they are read as: `compared`, `linked` or `chinese`."""
    return {row["written"]: row["read"] for row in rows_of("short_forms.csv") if row["used"] == used}


@cache
def letters(used: str) -> dict[int, str]:
    """Read how letters are written in Latin ones: `always` (Unicode does not take them apart) or when `compared`."""
    return {ord(row["letter"]): row["latin"] for row in rows_of("letters.csv") if row["used"] == used}


@cache
def _simplified() -> Any:
    """Load the conversion of traditional to simplified characters once; it takes 30 ms."""
    from opencc import OpenCC

    return OpenCC("t2s")
