"""CORDIS: projects of the European framework programmes, and the organisations that take part in them.

Tables are told by their columns, not by their names, and all that lie in one folder are read together, since their ids
are CORDIS' own (PIC of an organisation, RCN or grant number of a project):

- participants and projects as CORDIS publishes them (`organization.csv`, `project.csv`), projects being optional;
- three tables: participations (`projectRcn`, `new_org_id`), organisations (`new_org_id`, `name`) and, optionally,
  projects; also as FP7 has them (`organisationName`), where a register (`pic`, `country`, `name`) gives organisations
  known by an MD5 sum their PIC wherever exactly one has the same country and, letter for letter, the same name;
- participations with everything in one row (`rcn`, `role`, `pic`, `type`), and programme parts of projects.

A project that takes part in something but has no row of its own, or one that cannot be used, is kept by its id alone.
Street addresses, contacts and web pages are never read.
"""

import csv
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated

from graphkit.decoding import listed, mended
from graphkit.errors import WrongColumnsError
from graphkit.reading import OWN_CODES, BadValue, Line, Reject, Table, columns, each, put_aside, tables_in
from graphkit.schema import MEMBER_ROLES, Collaboration, Date, Organisation, Record, TakesPartIn

LICENCE = "CC BY 4.0 (© European Union, CORDIS, CC BY 4.0; changed by us)"
EXPECT = {"Organisation": (1, 200_000), "Collaboration": (1, 200_000), "TAKES_PART_IN": (1, 1_000_000)}

ROLES = {"HES": "university", "REC": "research_institute", "PRC": "enterprise", "PUB": "government", "OTH": None}
SEATS = {
    "coordinator": "coordinator",
    "participant": "participant",
    "beneficiary": "participant",
    "partner": "partner",
    "internationalPartner": "partner",
    "thirdParty": "third_party",
    "affiliatedEntity": "third_party",
    "associatedPartner": "associated",
    "hostInstitution": "host",
}


_PIC = re.compile(r"(\d{9})(?:\.0)?")  # a spreadsheet that met an empty cell in the column adds the .0
_MD5 = re.compile("[0-9a-fA-F]{32}")
_INTEGER = re.compile(r"(\d+)(?:\.0)?")


@dataclass(frozen=True)
class Kind:
    """A kind of table: columns that tell it (`a|b` is one with two names), columns it must have, and may have."""

    told_by: str
    required: str
    optional: str = ""
    missing: tuple[str, ...] = ()


KINDS = {
    "participants": Kind(
        "role organisationID|id projectID|projectReference|projectRcn name",
        "role name activityType country",
        "organisationID id projectID projectReference projectRcn projectAcronym shortName city nutsCode geolocation "
        "contentUpdateDate order ecContribution netEcContribution",
    ),
    "all in one": Kind(
        "rcn role pic",
        "rcn role pic type country start_date end_date",
        "contribution max_contribution total_cost",
        missing=("NA",),
    ),
    "parts": Kind("rcn programme_part", "rcn programme_part", missing=("NA",)),
    "projects": Kind(
        "rcn|reference|id acronym",
        "acronym startDate endDate",
        "rcn reference id title programme legalBasis frameworkProgramme topics totalCost ecMaxContribution "
        "fundingScheme",
    ),
    "organisations": Kind(
        "new_org_id name|organisationName",
        "new_org_id country",
        "name organisationName shortName organisationShortName activityType REGION_Level_NUTS_3",
    ),
    "edges": Kind("projectRcn new_org_id", "projectRcn new_org_id"),
    "register": Kind("pic country name", "pic country name"),
}


def load(
    folder: Annotated[Path, "folder of CORDIS' tables"],
    *,
    since: Annotated[int | None, "leave out projects that started before this year"] = None,
    encoding: Annotated[str | None, "encoding of the tables; found out if it is not given"] = None,
) -> Iterator[Record | Reject]:
    """Yield organisations, projects and who takes part in what, from whichever of CORDIS' layouts lies there."""
    yield from _Reader(_tables(folder, encoding), since).records()


def _tables(folder: Path, encoding: str | None) -> dict[str, list[Table]]:
    """Open the tables of a folder by what they are; raises WrongColumnsError when nobody takes part in anything."""
    found: dict[str, list[Table]] = {kind: [] for kind in KINDS}
    seen = {path: columns(path, encoding) for path in tables_in(folder)}
    told = {path: _kind(names) for path, names in seen.items()}
    ours = set(told.values())
    if not ours & {"participants", "all in one"} and not {"edges", "organisations"} <= ours:
        there = "; ".join(f"{path.name} has {listed(names, 12)}" for path, names in seen.items())
        edges, organisations = KINDS["edges"].told_by, KINDS["organisations"].told_by
        layouts = f"{KINDS['participants'].told_by}; {edges} with {organisations}; {KINDS['all in one'].told_by}"
        raise WrongColumnsError(
            f"{folder} holds none of CORDIS' layouts: {there}. Looked for were tables with the columns {layouts}"
        )
    for path, kind in told.items():
        if kind is None:
            put_aside(path, f"its columns are those of no table that is read: {listed(seen[path], 12)}")
        else:
            what = KINDS[kind]
            required, optional = what.required.split(), what.optional.split()
            table = Table(path, required=required, optional=optional, missing=what.missing, encoding=encoding)
            found[kind].append(table)
    return found


def _kind(names: Iterable[str]) -> str | None:
    present = {name.casefold() for name in names}
    for kind, what in KINDS.items():
        if all(present & set(column.casefold().split("|")) for column in what.told_by.split()):
            return kind
    return None


@dataclass
class _Reader:
    """Reads the tables of one folder; what one table says decides how rows of the others are read."""

    tables: dict[str, list[Table]]
    since: int | None
    projects: dict[str, str] = field(default_factory=dict)  # id by grant number
    described: set[str] = field(default_factory=set)  # ids of projects with a row of their own
    early: set[str] = field(default_factory=set)  # ids of projects that started before `since`
    seats: list[tuple[TakesPartIn, str | None]] = field(default_factory=list)  # with the place among participants
    places: dict[str, tuple[tuple[str | float, ...], Organisation]] = field(default_factory=dict)  # with how new
    seated: set[str] = field(default_factory=set)  # ids of organisations that take part in something
    register: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    pics: dict[str, str] = field(default_factory=dict)  # id by MD5 sum

    def records(self) -> Iterator[Record | Reject]:
        """Yield everything, projects first: their rows say which numbers are one project's."""
        self._find_early()
        yield from self._of("projects", self._project)
        yield from self._of("register", self._entry)
        self._find_pics()
        yield from self._of("participants", self._participant)
        yield from self._of("all in one", self._participation)
        yield from self._ties()
        yield from (place for _, place in self.places.values())
        yield from self._of("parts", self._part)
        if self.since is not None:
            # Organisations without any project that is left would look isolated, and are left out as well.
            self.seated.update(tie.start for tie in self._of("edges", self._edge) if isinstance(tie, TakesPartIn))
        yield from self._of("organisations", self._organisation)
        yield from self._of("edges", self._edge)

    def _of(self, kind: str, make: Callable[[Line], list[Record] | None]) -> Iterator[Record | Reject]:
        for table in self.tables[kind]:
            yield from each(table, make)

    def _find_early(self) -> None:
        """Find the projects that are known to have started before `since`; one without a first day is kept."""
        dated = (("projects", "startDate"), ("all in one", "start_date")) if self.since is not None else ()
        for kind, column in dated:
            for line in itertools.chain.from_iterable(self.tables[kind]):
                with suppress(BadValue):  # that row is rejected when its turn comes
                    first = line.day(column) if isinstance(line, Line) else None
                    if isinstance(line, Line) and first is not None and int(first[:4]) < (self.since or 0):
                        self.early.add(_project_id(*_numbers_of(line)))

    def _project(self, line: Line) -> list[Record] | None:
        rcn, grant = _numbers_of(line)
        id_ = _project_id(rcn, grant)
        if grant is not None:
            # Now and then two RCNs share a grant number; the lower one is older, and stands for the grant.
            self.projects[grant] = min(self.projects.get(grant, id_), id_, key=lambda known: (len(known), known))
        if id_ in self.early:
            return None
        first, last = _days(line, "startDate", "endDate")
        name, title, scheme = _name(line, "acronym"), _name(line, "title"), line.text("fundingScheme")
        project = Collaboration(
            id=id_,
            name=name or title,
            aliases=_others(name or title, title, rcn and grant and f"grant:{grant}"),
            kind="project",
            programme=line.texts("programme") or line.texts("legalBasis") or line.texts("frameworkProgramme"),
            topic=line.texts("topics"),
            scheme=scheme,
            from_=first,
            to=last,
            budget=line.number("totalCost") or None,  # CORDIS writes 0 where a lump sum is paid for no stated cost
            funding=line.number("ecMaxContribution"),
            currency="EUR",
            stage=None if scheme is None else stages().get(scheme.casefold()),
            row=line.where,
        )
        self.described.add(id_)
        return [project]

    def _entry(self, line: Line) -> None:
        """Note who has which PIC; it makes no record, since an organisation that is in nothing would look isolated."""
        pic, letters = _PIC.fullmatch(line.needed("pic")), _letters(line.text("name"))
        if pic is None:
            raise BadValue("pic", line.needed("pic"), "is no PIC (9 digits)")
        if letters:
            self.register[line.country("country") or "", letters].add(f"pic:{pic[1]}")

    def _find_pics(self) -> None:
        """Give organisations known by an MD5 sum the PIC of the one entry of the same country and name."""
        found: dict[str, set[str]] = defaultdict(set)
        for table in self.tables["organisations"] if self.register else []:
            for line in table:
                md5 = line.written("new_org_id").lower() if isinstance(line, Line) else ""
                if isinstance(line, Line) and _MD5.fullmatch(md5):
                    letters = _letters(line.text(_there(line, "name", "organisationName")))
                    country = line.written("country").upper()
                    found[md5] |= self.register.get((OWN_CODES.get(country, country), letters), set())
        self.pics = {md5: next(iter(pics)) for md5, pics in found.items() if len(pics) == 1}

    def _participant(self, line: Line) -> list[Record] | None:
        rcn, grant = _numbers(line, "projectRcn", _there(line, "projectID", "projectReference"))
        project = _project_id(rcn, grant)
        if rcn is None and grant is not None:
            project = self.projects.get(grant, project)
        if project in self.early:
            return None
        name, short = _name(line, "name"), _name(line, "shortName")
        organisation = Organisation(
            id=self._id(line, _there(line, "organisationID", "id")),
            name=name,
            aliases=_others(name, short),
            role=line.choice("activityType", ROLES),
            country=line.country("country"),
            row=line.where,
        )
        # The net sum leaves out what a participant hands on to its third parties, who have rows of their own.
        tie = _tie(line, organisation.id, project, "netEcContribution", "ecContribution")
        place = _place(line, organisation.id)
        newest = (line.day("contentUpdateDate") or "", *_facts(place))
        # Of several rows that differ in where it lies (it moved, or is spelt anew) the newest one holds.
        if any(newest[1:]) and newest > self.places.get(organisation.id, ((), place))[0]:
            self.places[organisation.id] = newest, place
        self._take(tie, line.text("order"))
        if project in self.described:
            return [organisation]
        acronym, number = _name(line, "projectAcronym"), rcn and grant and f"grant:{grant}"
        others = _others(acronym, number)
        return [organisation, Collaboration(id=project, name=acronym, aliases=others, kind="project", row=line.where)]

    def _participation(self, line: Line) -> list[Record] | None:
        project = _project_id(*_numbers(line, "rcn"))
        if project in self.early:
            return None
        first, last = _days(line, "start_date", "end_date")
        organisation = Organisation(
            id=self._id(line, "pic"),
            role=line.choice("type", ROLES),
            country=line.country("country"),
            row=line.where,
        )
        facts = Collaboration(
            id=project,
            kind="project",
            from_=first,
            to=last,
            budget=line.number("total_cost") or None,
            funding=line.number("max_contribution"),
            currency="EUR",
            row=line.where,
        )
        self._take(_tie(line, organisation.id, project, "contribution"))
        return [organisation] if project in self.described else [organisation, facts]

    def _part(self, line: Line) -> list[Record] | None:
        project = _project_id(*_numbers(line, "rcn"))
        if project in self.early:
            return None
        return [Collaboration(id=project, kind="project", programme=line.texts("programme_part"), row=line.where)]

    def _organisation(self, line: Line) -> list[Record] | None:
        id_ = self._id(line, "new_org_id")
        if self.since is not None and id_ not in self.seated:
            return None
        name = _name(line, _there(line, "name", "organisationName"))
        short = _name(line, _there(line, "shortName", "organisationShortName"))
        md5 = line.needed("new_org_id").lower()
        return [
            Organisation(
                id=id_,
                name=name,
                aliases=_others(name, short, f"md5:{md5}" if md5 in self.pics else None),
                role=line.choice("activityType", ROLES),
                country=line.country("country"),
                region=_region(line, "REGION_Level_NUTS_3"),
                row=line.where,
            )
        ]

    def _edge(self, line: Line) -> list[Record] | None:
        project = _project_id(*_numbers(line, "projectRcn"))
        if project in self.early:
            return None
        tie = TakesPartIn(start=self._id(line, "new_org_id"), end=project, row=line.where)
        if project in self.described:
            return [tie]
        return [tie, Collaboration(id=project, kind="project", programme=self._programme, row=line.where)]

    def _take(self, tie: TakesPartIn, order: str | None = None) -> None:
        self.seats.append((tie, order))
        self.seated.add(tie.start)

    def _ties(self) -> Iterator[TakesPartIn]:
        """Tie organisations to projects; who is listed twice in one has the strongest role and all of the money."""
        times = Counter((tie.start, tie.end) for tie, _ in self.seats)
        both: dict[tuple[str, str], set[tuple[str | None, float | None, str | None]]] = defaultdict(set)
        for tie, order in self.seats:
            if times[tie.start, tie.end] > 1:
                both[tie.start, tie.end].add((tie.role, tie.amount, order))
        for tie, _ in self.seats:
            if seats := both.get((tie.start, tie.end)):
                roles = {role for role, _, _ in seats}
                role = next((role for role in MEMBER_ROLES if role in roles), None)
                paid = [amount for _, amount, _ in seats if amount is not None]
                yield replace(tie, role=role, amount=math.fsum(paid) if paid else None)
            else:
                yield tie

    @property
    def _programme(self) -> tuple[str, ...]:
        """Name the programme of projects that have no row: only FP7's organisations come with these columns."""
        tables = self.tables["organisations"]
        return ("FP7",) if tables and all(table.at["organisationName"] is not None for table in tables) else ()

    def _id(self, line: Line, column: str) -> str:
        value = line.needed(column)
        if found := _PIC.fullmatch(value):
            return f"pic:{found[1]}"
        if _MD5.fullmatch(value):
            return self.pics.get(value.lower(), f"md5:{value.lower()}")
        raise BadValue(column, value, "is neither a PIC (9 digits) nor an MD5 sum (32 hexadecimal digits)")


@cache
def stages() -> dict[str, str]:
    """Read which funding scheme (in small letters) stands for which stage of research, from the table of reasons."""
    with (Path(__file__).parent / "data" / "funding_scheme_stages.csv").open(encoding="utf-8", newline="") as file:
        return {row["scheme"].casefold(): row["stage"] for row in csv.DictReader(file) if row["stage"]}


def _there(line: Line, *names: str) -> str:
    """Choose among the names that one column has in different years the one that this table uses."""
    return next((name for name in names if line.table.at[name] is not None), names[0])


def _numbers(line: Line, *columns: str) -> tuple[str | None, str | None]:
    """Read the RCN and, from a second column, the grant number of a project; one of them must be there."""
    found: list[str | None] = []
    for column in columns:
        value = line.text(column)
        number = None if value is None else _INTEGER.fullmatch(value)
        if value is not None and number is None:
            raise BadValue(column, value, "is no number of a project")
        found.append(None if number is None else number[1])
    if not any(found):
        raise BadValue(_there(line, *columns[::-1]), "", "is missing: no project has this row")
    return found[0], found[1] if len(found) > 1 else None


def _numbers_of(line: Line) -> tuple[str | None, str | None]:
    """Read the numbers of a project from a row of its own."""
    grant = [name for name in ("reference", "id") if line.table.at.get(name) is not None]
    return _numbers(line, "rcn", *grant[:1])


def _project_id(rcn: str | None, grant: str | None) -> str:
    return f"grant:{grant}" if rcn is None else f"rcn:{rcn}"


def _days(line: Line, first: str, last: str) -> tuple[Date | None, Date | None]:
    start, end = line.day(first), line.day(last)
    if start is not None and end is not None and end < start:
        raise BadValue(last, end, f"lies before {first} {start}")
    return start, end


def _name(line: Line, column: str) -> str | None:
    value = line.text(column)
    return None if value is None else mended(value)


def _others(name: str | None, *others: str | None) -> tuple[str, ...]:
    return tuple(sorted({other for other in others if other} - {name or ""}))


def _region(line: Line, column: str) -> str | None:
    """Read a NUTS code; two letters alone are a country, and no region."""
    value = line.text(column)
    return value if value is not None and len(value) > 2 else None


def _point(line: Line, column: str) -> tuple[float, float] | None:
    """Read latitude and longitude, as `52.0,5.7`."""
    value = line.text(column)
    if value is None:
        return None
    try:
        latitude, longitude = (float(part) for part in value.strip("()").split(","))
    except ValueError:
        raise BadValue(column, value, "is no point (latitude,longitude)") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise BadValue(column, value, "lies outside the globe (latitude -90 to 90, longitude -180 to 180)")
    return latitude, longitude


def _place(line: Line, organisation: str) -> Organisation:
    latitude, longitude = _point(line, "geolocation") or (None, None)
    region, city = _region(line, "nutsCode"), _name(line, "city")
    return Organisation(id=organisation, region=region, city=city, lat=latitude, lon=longitude, row=line.where)


def _facts(place: Organisation) -> tuple[str | float, ...]:
    return place.region or "", place.city or "", place.lat or 0.0, place.lon or 0.0


def _tie(line: Line, organisation: str, project: str, *money: str) -> TakesPartIn:
    role = line.choice("role", SEATS)
    amount = next((paid for paid in map(line.number, money) if paid is not None), None)
    return TakesPartIn(start=organisation, end=project, role=role, amount=amount, row=line.where)


def _letters(name: str | None) -> str:
    """Reduce a name to its letters and digits, without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", mended(name or "")).casefold()
    return "".join(character for character in plain if character.isalnum())
