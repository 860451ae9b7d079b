"""What the cells of CORDIS' tables say: numbers of projects, ids, roles, places, money and topics."""

import csv
import html
import re
import unicodedata
from functools import cache
from pathlib import Path

from graphkit.formats.decoding import mended
from graphkit.formats.reading import BadValue, Line
from graphkit.schema import About, Organisation, Record, TakesPartIn, Technology

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
SCHEMES = {"topic": "CORDIS topic", "euroscivoc": "EuroSciVoc"}  # of technologies, by the beginning of their ids

PIC = re.compile(r"(\d{9})(?:\.0)?")  # a spreadsheet that met an empty cell in the column adds the .0
MD5 = re.compile("[0-9a-fA-F]{32}")
_ENTITY = re.compile(r"&#?\w+;")
_INTEGER = re.compile(r"(\d+)(?:\.0)?")


@cache
def stages() -> dict[str, str]:
    """Read which funding scheme (in small letters) stands for which stage of research, from the table of reasons."""
    with (Path(__file__).parent / "data" / "funding_scheme_stages.csv").open(encoding="utf-8", newline="") as file:
        return {row["scheme"].casefold(): row["stage"] for row in csv.DictReader(file) if row["stage"]}


def there(line: Line, *names: str) -> str:
    """Choose among the names that one column has in different years the one that this table uses."""
    return next((column for column in names if line.table.at[column] is not None), names[0])


def numbers(line: Line, *columns: str) -> tuple[str | None, str | None]:
    """Read the RCN and, from a second column, the grant number of a project; one of them must be there."""
    found: list[str | None] = []
    for column in columns:
        value = line.text(column)
        number = None if value is None else _INTEGER.fullmatch(value)
        if value is not None and number is None:
            raise BadValue(column, value, "is no number of a project")
        found.append(None if number is None else number[1])
    if not any(found):
        raise BadValue(there(line, *columns[::-1]), "", "is missing: no project has this row")
    return found[0], found[1] if len(found) > 1 else None


def numbers_of(line: Line) -> tuple[str | None, str | None]:
    """Read the numbers of a project from a row of its own."""
    grant = [column for column in ("reference", "id") if line.table.at.get(column) is not None]
    return numbers(line, "rcn", *grant[:1])


def project_id(rcn: str | None, grant: str | None) -> str:
    """Make the id of a project: its RCN if that is known, else the number of its grant."""
    return f"grant:{grant}" if rcn is None else f"rcn:{rcn}"


def name(line: Line, column: str) -> str | None:
    """Read a name; one that was encoded twice is mended."""
    value = line.text(column)
    return None if value is None else mended(value)


def plain(line: Line, column: str) -> str | None:
    """Read a name in which signs are written as on a web page (`R&amp;D`)."""
    value = name(line, column)
    return None if value is None else _ENTITY.sub(lambda found: html.unescape(found[0]), value)


def others(name: str | None, *more: str | None) -> tuple[str, ...]:
    """Collect the other names of a thing."""
    return tuple(sorted({other for other in more if other} - {name or ""}))


def region(line: Line, column: str) -> str | None:
    """Read a NUTS code; two letters alone are a country, and no region."""
    value = line.text(column)
    return value if value is not None and len(value) > 2 else None


def place(line: Line, organisation: str) -> Organisation:
    """Read where an organisation lies, without its street."""
    latitude, longitude = line.point("geolocation") or (None, None)
    nuts, city = region(line, "nutsCode"), name(line, "city")
    return Organisation(id=organisation, region=nuts, city=city, lat=latitude, lon=longitude, row=line.where)


def facts(found: Organisation) -> tuple[str | float, ...]:
    """Return what is known of a place, in a form that can be put in order."""
    return found.region or "", found.city or "", found.lat or 0.0, found.lon or 0.0


def tie(line: Line, organisation: str, project: str, *money: str) -> TakesPartIn:
    """Read in which role an organisation takes part, and what it gets: the first sum that is there, or none if bad."""
    role = line.choice("role", SEATS)
    there = next((column for column in money if line.text(column) is not None), None)
    amount = None if there is None else line.number(there)
    return TakesPartIn(start=organisation, end=project, role=role, amount=amount, row=line.where)


def letters(written: str | None) -> str:
    """Reduce a name to its letters and digits, without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", mended(written or "")).casefold()
    return "".join(character for character in plain if character.isalnum())


def topic(line: Line, scheme: str, code: str, title: str | None = None) -> Technology:
    """Make the technology that a topic of a call, or a subject of EuroSciVoc, is."""
    return Technology(id=f"{scheme}:{code}", name=title, scheme=SCHEMES[scheme], code=code, row=line.where)


def about(line: Line, project: str, found: Technology) -> list[Record]:
    """Say that a project is about a technology; each row says all of it, so that the order of rows is nothing."""
    return [found, About(start=project, start_label="Collaboration", end=found.id, row=line.where)]
