"""OpenAlex: works, and the institutions whose people wrote them together.

Read are JSON lines (also .gz), answers of the API ({"results": [...]}, one or several in a file), JSON arrays, and
folders of these, as the snapshot lies (`works/updated_date=2026-01-31/part_0000.gz`); its folders of other things are
passed over. Works and institutions may be mixed.

- A work is a collaboration (publication) of all institutions that its authors name; topics, or in older files
  concepts, are technologies it is about. A work that names no institution, and what is no work (paratext), is left out
  and counted; a retracted work stays, since it was done together all the same, and is counted.
- An institution is known by its ROR id, without one by OpenAlex' own. Where there is no record of an institution, what
  the newest work says of it is taken. The role is that of its type (`data/openalex_types.csv`). Who belongs to whom is
  told by its record (the parents among `associated_institutions`), or by a lineage of exactly two: a longer one is in
  no order. `geo.region` is a name, not a code of ISO 3166-2, and not kept.
- Of several states of one record, as they lie in a snapshot that was updated, the newest counts.
- Authors are never read; since a line holds their names, rejects show no raw text.

A row is a record: its number is the line, or in an answer of the API its place in the file (`page.json!record:7`).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from graphkit.errors import EmptyFileError
from graphkit.formats.cells import Unfit, day
from graphkit.formats.jsonpages import files, values
from graphkit.formats.reading import BadValue, Reject, Spared, cell_alone, put_aside, reads, remark
from graphkit.naming.names import identifier, is_chinese
from graphkit.schema import About, Collaboration, Date, Organisation, Record, SubsidiaryOf, TakesPartIn, Technology

LICENCE = "CC0 1.0 (OpenAlex, openalex.org)"
EXPECT = {"Organisation": (1, 200_000)}

OURS = {"W": "works", "I": "institutions"}
OTHERS = {"A": "authors", "S": "sources", "P": "publishers", "F": "funders", "T": "topics", "C": "concepts"}
NOT_OURS = (*OTHERS.values(), "awards", "domains", "fields", "subfields", "keywords", "merged_ids", "parquet", "venues")

_ID = re.compile(r"(?:https?://(?:api\.)?openalex\.org/)?(?:[a-z]+/)?([A-Za-z])(\d{1,18})")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")
_HALF = re.compile("[\ud800-\udfff]")
_CHINESE = ("zh-hans", "zh-cn", "zh", "zh-sg", "zh-hant", "zh-tw", "zh-hk", "zh-mo")
_CHINESE_SPEAKING = ("CN", "HK", "MO", "TW")
_OTHER_LETTERS = re.compile("[A-Za-z\u3040-\u30ff\uac00-\ud7af]")  # Latin, kana, hangul
_KINDS = {str: "text", list: "list", dict: "object", int: "whole number", bool: "true or false"}

# What becomes no record on purpose, and the sentence that says how much of it.
_NO_INSTITUTION = "{:,} works are left out: none of their authors names an institution that OpenAlex knows"
_PARATEXT = "{:,} records are left out: covers, contents and the like are no works (is_paratext)"
_EARLY = "{:,} works are left out: they were published earlier"
_OLDER = "{:,} records are left out: of several states of one the newest counts (updated_date)"
_RETRACTED = "{:,} works were retracted, and stay: they were done together all the same"
_CUT = (
    "{:,} works show their first hundred authors only, as lists of the API do (is_authors_truncated); fetch them one "
    "by one, or take the snapshot"
)
_ABSENT = "{:,} parents of institutions are left out: neither has a record here, nor does a work name them"
_MANY = "{:,} institutions have a lineage of more than two, which does not say who is the parent; their records would"


def load(
    path: Annotated[Path, "file or folder of OpenAlex: works, institutions or both"],
    *,
    since: Annotated[int | None, "leave out works published before this year"] = None,
) -> Iterator[Record | Reject]:
    """Yield works as collaborations, institutions, topics, and who took part in what."""
    yield from _Reader(since).records(path)


class _OtherKind(Exception):
    """A file holds records of another kind, which are never read."""


@dataclass(slots=True)
class _State:
    """One state of a record; the one with the latest `updated` counts, and all the rest decides between equals."""

    updated: str
    where: str
    facts: dict[str, Any]
    parents: tuple[str, ...] = ()  # of an institution
    many: bool = False  # ... whose lineage does not say which of several is the parent
    members: tuple[str, ...] = ()  # of a work
    topics: tuple[tuple[str, float | None], ...] = ()
    left_out: str = ""
    retracted: bool = False
    cut: bool = False

    def key(self) -> tuple[str, str, str]:
        return self.updated, repr((sorted(self.facts.items()), self.parents, self.members, self.topics)), self.where


@dataclass
class _Reader:
    """Reads all files; which state of a record is the newest can be told only at the end."""

    since: int | None
    works: dict[str, _State] = field(default_factory=dict)
    institutions: dict[str, _State] = field(default_factory=dict)  # that have a record of their own
    mentioned: dict[str, _State] = field(default_factory=dict)  # institutions as works tell them
    topics: dict[str, _State] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def records(self, path: Path) -> Iterator[Record | Reject]:
        """Yield rejects as they come, and records when all is read."""
        read = 0
        for file, name in files(path, NOT_OURS):
            for number, (place, value) in enumerate(values(file, name)):
                read += 1
                try:
                    spared = self._take(value, place)
                    yield from (cell_alone(_reject(place, bad)) for bad in spared.spoilt)
                except _OtherKind as kind:
                    if not number:
                        put_aside(file, f"it holds {kind}, not works or institutions")
                        break
                    yield _reject(place, BadValue("id", "", f"is of {kind}, among works or institutions"))
                except BadValue as bad:
                    yield _reject(place, bad)
            else:
                reads(file)
        if not read:
            raise EmptyFileError(f"{path} holds no record of OpenAlex; put the whole file there")
        yield from self._made()
        for sentence, times in sorted(self.counts.items()):
            remark(sentence.format(times))

    def _take(self, value: Any, place: str) -> Spared:
        """Read a record and keep it if it is the newest of its id; return what was left out of it."""
        if isinstance(value, BadValue):
            raise value
        letter, id_ = _id(_given(value, "id", str), "id")
        if letter in OTHERS:
            raise _OtherKind(OTHERS[letter])
        if letter not in OURS:
            raise BadValue("id", "", f"begins with {letter}, as no id of OpenAlex does")
        known = self.works if letter == "W" else self.institutions
        spared = Spared()
        state = self._work(value, place, spared) if letter == "W" else _institution(value, place, spared)
        if (before := known.get(id_)) is not None:
            self.counts[_OLDER] += 1
            state = max(before, state, key=_State.key)
        known[id_] = state
        return spared

    def _work(self, record: dict[str, Any], place: str, spared: Spared) -> _State:
        updated = _text(record, "updated_date") or ""
        first, last = spared.spare(_days, record) or (None, None)
        state = _State(updated, place, {"from_": first, "to": last})
        state.facts["name"] = _text(record, "display_name") or _text(record, "title")
        state.retracted = bool(_given(record, "is_retracted", bool, optional=True))
        state.cut = bool(_given(record, "is_authors_truncated", bool, optional=True))
        told = [
            (institution, _id(id_, "institutions.id", "I")[1])
            for authorship in _given(record, "authorships", list) or []
            for institution in _given(authorship, "institutions", list) or []
            if (id_ := _given(institution, "id", str)) is not None
        ]
        told_states = {id_: _dehydrated(institution, updated, place, spared) for institution, id_ in told}
        topics = _topics(record, updated, place, spared)
        if _given(record, "is_paratext", bool, optional=True):
            state.left_out = _PARATEXT
        elif self.since is not None and first is not None and int(first[:4]) < self.since:
            state.left_out = _EARLY
        elif not told:
            state.left_out = _NO_INSTITUTION
        else:
            state.members = tuple(sorted(told_states))
            state.topics = tuple(sorted((id_, score) for id_, (_, score) in topics.items()))
            for id_, own in told_states.items():
                _keep_newest(self.mentioned, id_, own)
            for id_, (topic, _) in topics.items():
                _keep_newest(self.topics, id_, topic)
        return state

    def _made(self) -> Iterator[Record]:
        kept = {id_: work for id_, work in self.works.items() if not work.left_out}
        self.counts.update(work.left_out for work in self.works.values() if work.left_out)
        self.counts[_RETRACTED] = sum(work.retracted for work in kept.values())
        self.counts[_CUT] = sum(work.cut for work in kept.values())
        institutions = self._institutions(kept)
        for id_ in sorted({id_ for work in kept.values() for id_, _ in work.topics}):
            topic = self.topics[id_]
            yield Technology(id=f"openalex:{id_}", scheme="OpenAlex", code=id_, row=topic.where, **topic.facts)
        for institution in institutions.values():
            yield Organisation(row=institution.where, **institution.facts)
        for institution in institutions.values():
            yield from self._parents(institution, institutions)
        for id_, work in kept.items():
            own = f"openalex:{id_}"
            yield Collaboration(id=own, kind="publication", row=work.where, **work.facts)
            for member in sorted({institutions[member].facts["id"] for member in work.members}):
                yield TakesPartIn(start=member, end=own, row=work.where)
            for topic_id, score in work.topics:
                yield About(
                    start=own, start_label="Collaboration", end=f"openalex:{topic_id}", weight=score, row=work.where
                )
        self.counts = +self.counts

    def _institutions(self, kept: dict[str, _State]) -> dict[str, _State]:
        """Choose the institutions that are kept: all with a record, unless years are left out, and all in works."""
        wanted = {id_ for work in kept.values() for id_ in work.members}
        if self.since is None:
            wanted |= self.institutions.keys()
        else:
            # What is above them stays as well; one all of whose works are too old would look isolated.
            below = list(wanted)
            while below:
                state = self.institutions.get(below.pop())
                above = set(state.parents if state else ()) & self.institutions.keys() - wanted
                wanted |= above
                below += above
        known = self.mentioned | self.institutions
        return {id_: known[id_] for id_ in sorted(wanted) if id_ in known}

    def _parents(self, institution: _State, institutions: dict[str, _State]) -> Iterator[SubsidiaryOf]:
        self.counts[_MANY] += institution.many
        own = institution.facts["id"]
        for parent in institution.parents:
            if parent not in institutions:
                self.counts[_ABSENT] += 1
            elif (above := institutions[parent].facts["id"]) != own:
                yield SubsidiaryOf(start=own, end=above, row=institution.where)


def _reject(place: str, bad: BadValue) -> Reject:
    file, _, number = place.rpartition(":")
    return Reject(file, int(number), bad.column, bad.value, bad.reason, "", "value" if bad.column else "row")


def _keep_newest(known: dict[str, _State], id_: str, state: _State) -> None:
    before = known.get(id_)
    if before is None or (state.updated >= before.updated and state.key() > before.key()):
        known[id_] = state


def _institution(record: dict[str, Any], place: str, spared: Spared) -> _State:
    """Read an institution's own record."""
    state = _dehydrated(record, _text(record, "updated_date") or "", place, spared)
    geo = spared.spare(_given, record, "geo", dict, optional=True) or {}
    international = _given(record, "international", dict, optional=True) or {}
    names = _given(international, "display_name", dict, optional=True) or {}
    others = {
        _clean(other)
        for field_ in ("display_name_alternatives", "display_name_acronyms")
        for other in _given(record, field_, list, optional=True) or []
        if isinstance(other, str)
    }
    state.facts |= {
        "name_zh": _chinese(names, others if state.facts["country"] in _CHINESE_SPEAKING else set()),
        "aliases": tuple(sorted(others - {"", state.facts["name"]})),
        "city": spared.spare(_text, geo, "city"),
        "lat": spared.spare(_number, geo, "latitude", 90),
        "lon": spared.spare(_number, geo, "longitude", 180),
    }
    associated = _given(record, "associated_institutions", list, optional=True) or []
    above = [each for each in associated if (_text(each, "relationship") or "").lower() == "parent"]
    if above:
        parents = {_id(_given(each, "id", str), "associated_institutions.id", "I")[1] for each in above}
        state.parents, state.many = tuple(sorted(parents)), False
    return state


def _chinese(names: dict[str, Any], others: set[str]) -> str | None:
    """Choose the Chinese name: by language, simplified first, else the longest other in Chinese characters alone."""
    told = [_clean(name) for language in _CHINESE if isinstance(name := names.get(language), str)]
    alone = sorted((name for name in others if not _OTHER_LETTERS.search(name)), key=lambda name: (-len(name), name))
    return next((name for name in (*told, *alone) if is_chinese(name)), None)


def _dehydrated(record: dict[str, Any], updated: str, place: str, spared: Spared) -> _State:
    """Read what a work, too, tells of an institution; what is bad and no id is noted for the row that tells it."""
    own = _id(_given(record, "id", str), "id", "I")[1]
    ror = _text(record, "ror")
    if ror is not None and not (identifier(ror) or "").startswith("ror:"):
        raise BadValue("ror", ror[:100], "is no id of ROR, like https://ror.org/03cve4549")
    facts = {
        "id": identifier(ror) if ror else f"openalex:{own}",
        "name": _text(record, "display_name"),
        "country": spared.spare(_country, record),
        "role": spared.spare(_role, record),
    }
    lineage = {_id(each, "lineage", "I")[1] for each in _given(record, "lineage", list, optional=True) or []} - {own}
    return _State(updated, place, facts, parents=tuple(lineage) if len(lineage) == 1 else (), many=len(lineage) > 1)


def _country(record: dict[str, Any]) -> str | None:
    country = _text(record, "country_code")
    if country is not None and not re.fullmatch("[A-Za-z]{2}", country):
        raise BadValue("country_code", country[:100], "is no country of two letters (ISO 3166-1)")
    return country and country.upper()


def _role(record: dict[str, Any]) -> str | None:
    type_ = _text(record, "type")
    if type_ is not None and type_.lower() not in roles():
        raise BadValue("type", type_[:100], f"is none of the known ones: {', '.join(roles())}")
    return roles()[type_.lower()] if type_ else None


def _topics(record: dict[str, Any], updated: str, place: str, spared: Spared) -> dict[str, tuple[_State, float | None]]:
    """Read topics or, where there are none, concepts; a concept of score 0 is only above another one."""
    found: dict[str, tuple[_State, float | None]] = {}
    topics = _given(record, "topics", list, optional=True)
    for each in topics or _given(record, "concepts", list, optional=True) or []:
        _, id_ = _id(_given(each, "id", str), "topics.id", "TC")
        score = spared.spare(_score, each)
        before = found.get(id_)
        if (topics or score) and (before is None or (score or 0) > (before[1] or 0)):
            found[id_] = _State(updated, place, {"name": _text(each, "display_name")}), score
    return found


def _score(topic: Any) -> float | None:
    score = _number(topic, "score", 1)
    if score is not None and score < 0:
        raise BadValue("score", str(score), "lies outside 0 to 1")
    return score


def _days(record: dict[str, Any]) -> tuple[Date | None, Date | None]:
    """Read the day of publication, or the first and the last of its year."""
    written, year = _text(record, "publication_date"), _given(record, "publication_year", int, optional=True)
    try:
        if written is not None:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", written):
                raise Unfit("is no day written YYYY-MM-DD")
            return day(written), day(written)
        return (None, None) if year is None else (day(str(year)), day(str(year), last=True))
    except Unfit as unfit:
        column = "publication_year" if written is None else "publication_date"
        raise BadValue(column, (written or str(year))[:100], str(unfit)) from unfit


@cache
def roles() -> dict[str, str | None]:
    """Read which type of institution has which role."""
    with (Path(__file__).parent / "data" / "openalex_types.csv").open(encoding="utf-8", newline="") as file:
        return {row["type"]: row["role"] or None for row in csv.DictReader(file)}


# --- Fields of records ------------------------------------------------------------------------------------------------


def _given(record: Any, name: str, kind: type, *, optional: bool = False) -> Any:
    """Return a field of the kind it must be, or None where it holds nothing or, if optional, is not there.

    What is refused is shown only where it cannot hold the name of a person.
    """
    if not isinstance(record, dict):
        raise BadValue(name, "", "is missing: no object is there that could have it")
    if name not in record and not optional:
        raise BadValue(name, "", "is missing; fetch the records with all their fields")
    value = record.get(name)
    if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        shown = str(value)[:100] if isinstance(value, int | float) and abs(value) < 1e300 else ""
        raise BadValue(name, shown, f"is no {_KINDS[kind]}")
    return value


def _id(value: Any, column: str, letters: str = "") -> tuple[str, str]:
    """Read an id of OpenAlex: its letter, which says what it is of, and the letter with its number."""
    found = _ID.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1].upper() not in (letters or found[1].upper()):
        shown = _clean(value)[:100] if isinstance(value, str) else ""
        raise BadValue(column, shown, "is no id of OpenAlex, like https://openalex.org/W2741809807")
    return found[1].upper(), f"{found[1].upper()}{int(found[2])}"


def _text(record: Any, name: str) -> str | None:
    value = _given(record, name, str, optional=True)
    return None if value is None else _clean(value) or None


def _clean(text: str) -> str:
    """Put the blanks of a text in order, control characters among them; half characters show as what they are."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", _BLANKS.sub(" ", text)).strip()


def _number(record: Any, name: str, most: int) -> float | None:
    value = record.get(name) if isinstance(record, dict) else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        shown = str(value)[:100] if isinstance(value, int | float) else ""
        raise BadValue(name, shown, f"is no number from {'-' * (most > 1)}{most * (most > 1)} to {most}")
    return float(value)
