"""CORDIS: projects of the European framework programmes, and the organisations that take part in them.

Read are CSV and XLSX, in folders and in zip archives as CORDIS publishes them. Tables are told by their columns, not by
their names, and all that lie in one folder are read together, since their ids are CORDIS' own (PIC of an organisation,
RCN or grant number of a project):

- participants and projects as CORDIS publishes them (`organization.csv`, `project.csv`), projects being optional;
- three tables: participations (`projectRcn`, `new_org_id`), organisations (`new_org_id`, `name`) and, optionally,
  projects; also as FP7 has them (`organisationName`), where a register (`pic`, `country`, `name`) gives organisations
  known by an MD5 sum their PIC wherever exactly one has the same country and, letter for letter, the same name;
- participations with everything in one row (`rcn`, `role`, `pic`, `type`), and programme parts of projects;
- besides any of them: the topics of calls (`topic`) and the subjects (`euroSciVocCode`) of projects, which become
  technologies, and the names that a table of programmes (`code`, `title`, `language`) gives to the topics.

A project in which somebody takes part but that has no row of its own, or one that cannot be used, is kept by its id
alone; topics and subjects of projects in which nobody takes part are left out. Street addresses, contacts and web pages
are never read.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from graphkit.errors import WrongColumnsError
from graphkit.formats.kinds import Kind, tables_of
from graphkit.formats.reading import OWN_CODES, BadValue, Line, Reject, Table, each, remark
from graphkit.schema import MEMBER_ROLES, Collaboration, Organisation, Record, TakesPartIn
from graphkit.shelf import part

if TYPE_CHECKING:
    import _cordis_cells as cells
else:
    cells = part("_cordis_cells")

LICENCE = "CC BY 4.0 (© European Union, CORDIS, CC BY 4.0; changed by us)"
EXPECT = {
    "Organisation": (1, 200_000),
    "Collaboration": (1, 200_000),
    "TAKES_PART_IN": (1, 1_000_000),
    "Technology": (0, 50_000),
    "ABOUT": (0, 2_000_000),
}

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
    "topics": Kind("projectID topic", "projectID topic", "title"),
    "subjects": Kind("projectID euroSciVocCode", "projectID euroSciVocCode", "euroSciVocTitle"),
    "codes": Kind("code title language", "code title language"),
}


def load(
    folder: Annotated[Path, "folder, zip archive or file of CORDIS' tables"],
    *,
    since: Annotated[int | None, "leave out projects that started before this year"] = None,
    encoding: Annotated[str | None, "encoding of the tables; found out if it is not given"] = None,
) -> Iterator[Record | Reject]:
    """Yield organisations, projects and who takes part in what, from whichever of CORDIS' layouts lies there."""
    yield from _Reader(_tables(folder, encoding), since).records()


def _tables(folder: Path, encoding: str | None) -> dict[str, list[Table]]:
    """Open the tables of a folder by what they are; raises WrongColumnsError when nobody takes part in anything."""
    found = tables_of(folder, KINDS, encoding)
    ours = {kind for kind, tables in found.tables.items() if tables}
    if not ours & {"participants", "all in one"} and not {"edges", "organisations"} <= ours:
        edges, organisations = KINDS["edges"].told_by, KINDS["organisations"].told_by
        layouts = f"{KINDS['participants'].told_by}; {edges} with {organisations}; {KINDS['all in one'].told_by}"
        raise WrongColumnsError(
            f"{folder} holds none of CORDIS' layouts: {found.there}. Looked for were tables with the columns {layouts}"
        )
    return found.tables


@dataclass
class _Reader:
    """Reads the tables of one folder; what one table says decides how rows of the others are read."""

    tables: dict[str, list[Table]]
    since: int | None
    projects: dict[str, str] = field(default_factory=dict)  # id by grant number
    described: set[str] = field(default_factory=set)  # ids of projects with a row of their own
    joined: set[str] = field(default_factory=set)  # ids of projects in which somebody takes part
    topics: set[str] = field(default_factory=set)  # codes of topics that projects have
    strange: Counter[str] = field(default_factory=Counter)  # rows of projects in which nobody does, by table
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
        yield from self._of("topics", self._topic)
        yield from self._of("subjects", self._subject)
        yield from self._of("codes", self._code)
        for table, rows in sorted(self.strange.items()):
            remark(f"{rows:,} rows of {table} were left out: nobody takes part in their projects here")

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
                        self.early.add(cells.project_id(*cells.numbers_of(line)))

    def _project(self, line: Line) -> list[Record] | None:
        rcn, grant = cells.numbers_of(line)
        id_ = cells.project_id(rcn, grant)
        if grant is not None:
            # Now and then two RCNs share a grant number; the lower one is older, and stands for the grant.
            self.projects[grant] = min(self.projects.get(grant, id_), id_, key=lambda known: (len(known), known))
        if id_ in self.early:
            return None
        first, last = line.days("startDate", "endDate")
        topics = line.texts("topics")
        name, title, scheme = cells.name(line, "acronym"), cells.name(line, "title"), line.text("fundingScheme")
        project = Collaboration(
            id=id_,
            name=name or title,
            aliases=cells.others(name or title, title, rcn and grant and f"grant:{grant}"),
            kind="project",
            programme=line.texts("programme") or line.texts("legalBasis") or line.texts("frameworkProgramme"),
            topic=topics,
            scheme=scheme,
            from_=first,
            to=last,
            budget=line.number("totalCost") or None,  # CORDIS writes 0 where a lump sum is paid for no stated cost
            funding=line.number("ecMaxContribution"),
            currency="EUR",
            stage=None if scheme is None else cells.stages().get(scheme.casefold()),
            row=line.where,
        )
        self.described.add(id_)
        self.topics.update(topics)
        return [project, *(r for code in topics for r in cells.about(line, id_, cells.topic(line, "topic", code)))]

    def _entry(self, line: Line) -> None:
        """Note who has which PIC; it makes no record, since an organisation that is in nothing would look isolated."""
        pic, letters = cells.PIC.fullmatch(line.needed("pic")), cells.letters(line.text("name"))
        if pic is None:
            raise BadValue("pic", line.needed("pic"), "is no PIC (9 digits)")
        if letters:
            self.register[line.country("country", strict=True) or "", letters].add(f"pic:{pic[1]}")

    def _find_pics(self) -> None:
        """Give organisations known by an MD5 sum the PIC of the one entry of the same country and name."""
        found: dict[str, set[str]] = defaultdict(set)
        for table in self.tables["organisations"] if self.register else []:
            for line in table:
                md5 = line.written("new_org_id").lower() if isinstance(line, Line) else ""
                if isinstance(line, Line) and cells.MD5.fullmatch(md5):
                    letters = cells.letters(line.text(cells.there(line, "name", "organisationName")))
                    country = line.written("country").upper()
                    found[md5] |= self.register.get((OWN_CODES.get(country, country), letters), set())
        self.pics = {md5: next(iter(pics)) for md5, pics in found.items() if len(pics) == 1}

    def _participant(self, line: Line) -> list[Record] | None:
        rcn, grant = cells.numbers(line, "projectRcn", cells.there(line, "projectID", "projectReference"))
        project = cells.project_id(rcn, grant)
        if rcn is None and grant is not None:
            project = self.projects.get(grant, project)
        if project in self.early:
            return None
        name, short = cells.name(line, "name"), cells.name(line, "shortName")
        organisation = Organisation(
            id=self._id(line, cells.there(line, "organisationID", "id")),
            name=name,
            aliases=cells.others(name, short),
            role=line.choice("activityType", cells.ROLES),
            country=line.country("country"),
            row=line.where,
        )
        # The net sum leaves out what a participant hands on to its third parties, who have rows of their own.
        tie = cells.tie(line, organisation.id, project, "netEcContribution", "ecContribution")
        place = cells.place(line, organisation.id)
        newest = (line.day("contentUpdateDate") or "", *cells.facts(place))
        # Of several rows that differ in where it lies (it moved, or is spelt anew) the newest one holds.
        if any(newest[1:]) and newest > self.places.get(organisation.id, ((), place))[0]:
            self.places[organisation.id] = newest, place
        self._take(tie, line.text("order"))
        if project in self.described:
            return [organisation]
        acronym, number = cells.name(line, "projectAcronym"), rcn and grant and f"grant:{grant}"
        others = cells.others(acronym, number)
        return [organisation, Collaboration(id=project, name=acronym, aliases=others, kind="project", row=line.where)]

    def _participation(self, line: Line) -> list[Record] | None:
        project = cells.project_id(*cells.numbers(line, "rcn"))
        if project in self.early:
            return None
        first, last = line.days("start_date", "end_date")
        organisation = Organisation(
            id=self._id(line, "pic"),
            role=line.choice("type", cells.ROLES),
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
        self._take(cells.tie(line, organisation.id, project, "contribution"))
        return [organisation] if project in self.described else [organisation, facts]

    def _part(self, line: Line) -> list[Record] | None:
        project = cells.project_id(*cells.numbers(line, "rcn"))
        if project in self.early:
            return None
        return [Collaboration(id=project, kind="project", programme=line.texts("programme_part"), row=line.where)]

    def _organisation(self, line: Line) -> list[Record] | None:
        id_ = self._id(line, "new_org_id")
        if self.since is not None and id_ not in self.seated:
            return None
        name = cells.name(line, cells.there(line, "name", "organisationName"))
        short = cells.name(line, cells.there(line, "shortName", "organisationShortName"))
        md5 = line.needed("new_org_id").lower()
        return [
            Organisation(
                id=id_,
                name=name,
                aliases=cells.others(name, short, f"md5:{md5}" if md5 in self.pics else None),
                role=line.choice("activityType", cells.ROLES),
                country=line.country("country"),
                region=cells.region(line, "REGION_Level_NUTS_3"),
                row=line.where,
            )
        ]

    def _edge(self, line: Line) -> list[Record] | None:
        project = cells.project_id(*cells.numbers(line, "projectRcn"))
        if project in self.early:
            return None
        tie = TakesPartIn(start=self._id(line, "new_org_id"), end=project, row=line.where)
        self.joined.add(project)
        if project in self.described:
            return [tie]
        return [tie, Collaboration(id=project, kind="project", programme=self._programme, row=line.where)]

    def _topic(self, line: Line) -> list[Record] | None:
        project, code = self._project_of(line), line.needed("topic")
        if project is None:
            return None
        self.topics.add(code)
        return cells.about(line, project, cells.topic(line, "topic", code, cells.name(line, "title")))

    def _subject(self, line: Line) -> list[Record] | None:
        project, code = self._project_of(line), line.needed("euroSciVocCode")
        if project is None:
            return None
        return cells.about(line, project, cells.topic(line, "euroscivoc", code, cells.name(line, "euroSciVocTitle")))

    def _code(self, line: Line) -> list[Record] | None:
        """Name a topic that projects have; programmes, other topics and other languages are left out."""
        code, title = line.needed("code"), cells.plain(line, "title")
        if code not in self.topics or title is None or line.text("language") not in (None, "en"):
            return None
        return [cells.topic(line, "topic", code, title)]

    def _project_of(self, line: Line) -> str | None:
        """Find the project that a row is of; None for one that is left out, or in which nobody takes part."""
        grant, _ = cells.numbers(line, "projectID")
        project = self.projects.get(grant or "", f"grant:{grant}")
        if project in self.early:
            return None
        if project not in self.joined and project not in self.described:
            self.strange[line.table.name] += 1
            return None
        return project

    def _take(self, tie: TakesPartIn, order: str | None = None) -> None:
        self.seats.append((tie, order))
        self.seated.add(tie.start)
        self.joined.add(tie.end)

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
        if found := cells.PIC.fullmatch(value):
            return f"pic:{found[1]}"
        if cells.MD5.fullmatch(value):
            return self.pics.get(value.lower(), f"md5:{value.lower()}")
        raise BadValue(column, value, "is neither a PIC (9 digits) nor an MD5 sum (32 hexadecimal digits)")
