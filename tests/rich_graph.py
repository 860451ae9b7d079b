"""A graph with every kind of node and tie, drawn with a seed, for what must hold over all of the vocabulary."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphkit import loading, schema
from graphkit.formats.reading import Reject
from graphkit.project import Project
from graphkit.schema import Date, Record

ZONES = ("Donghu", "Zhangjiang", "Yizhuang", "Nanshan", "Faraway", "Empty")
CITIES = dict(zip(ZONES, ("Wuhan", "Shanghai", "Beijing", "Shenzhen", "Lhasa", "Nowhere"), strict=True))
STAGES = tuple(schema.STAGES)
TECHNOLOGIES = ("optics", "batteries", "quantum", "biomedicine", "chips", "hydrogen", "robots", "seeds")
CHAINS = {"optics": ("upstream", "midstream", "downstream"), "batteries": ("upstream", "downstream"), "chips": ()}


def records(seed: int = 11) -> Iterator[Record]:
    """Yield 62 organisations in six zones, and everything that ties them; the same at every call."""
    for number, record in enumerate(_records(random.Random(seed)), 1):
        object.__setattr__(record, "row", f"rich:{number}")
        yield record


def load(project: Project, folder: Path) -> None:
    """Load the graph into a project, as the source `rich`."""
    everything: Iterator[Record | Reject] = records()
    outcome = loading.load(project.store, "rich", everything, licence="CC0-1.0", rejects_folder=folder)
    assert not outcome.rejected, outcome
    project._networks.clear()


def _records(draw: random.Random) -> Iterator[Record]:
    organisations = [f"own:o{i:02d}" for i in range(60)]
    facts: dict[str, dict[str, Any]] = {}
    roles = ("enterprise", "enterprise", "enterprise", "university", "research_institute", "finance", "intermediary")
    for i, id_ in enumerate(organisations):
        zone = draw.choice(ZONES[:4])
        country = draw.choice(("CN", "CN", "CN", "CN", "DE", "US"))
        role = draw.choice((*roles, "government", "user")) if i != 53 else None
        zone = zone if i < 54 else "Faraway"  # whose organisations belong to nothing
        facts[id_] = {"zone": zone, "country": country, "role": role}
        yield schema.Organisation(
            id=id_, name=f"Organisation {min(i, 58):02d}", name_zh=f"机构{i:02d}", role=role, country=country,
            city=CITIES[zone], region=f"CN-{zone[0]}", zone=zone, leader=role == "enterprise" and draw.random() < 0.2,
            founded=draw.randrange(1950, 2020),
        )  # fmt: skip
    technologies = [f"own:t:{name}" for name in TECHNOLOGIES]
    for id_, name in zip(technologies, TECHNOLOGIES, strict=True):
        yield schema.Technology(id=id_, name=name, scheme="own", code=name[:3].upper())
    yield from _places()
    yield from _island()
    yield from _bodies(draw, organisations, technologies)
    yield from _chains(draw, organisations, facts)
    yield from _results(draw, organisations, technologies)
    yield from _challenges(draw, organisations, technologies, facts)
    for id_ in organisations:
        if draw.random() < 0.8:
            yield schema.About(start=id_, start_label="Organisation", end=draw.choice(technologies))
        yield schema.LocatedIn(
            start=id_, start_label="Organisation", end=f"own:z:{facts[id_]['zone']}", end_label="Zone"
        )
    for i, kind in enumerate(("tax", "fund", "procurement", "reform")):
        yield schema.Policy(id=f"own:pol{i}", name=f"Policy {i}", kind=kind, from_=Date(f"{2010 + i}-01-01"))
        yield schema.Targets(start=f"own:pol{i}", end=technologies[i], end_label="Technology")
        yield schema.Targets(start=f"own:pol{i}", end=organisations[i], end_label="Organisation")
    for child, parent in ((50, 3), (51, 3), (52, 50)):
        yield schema.SubsidiaryOf(start=organisations[child], end=organisations[parent], share=0.6)
    yield schema.SameAs(start=organisations[10], end=organisations[40], score=0.9, method="names", status="suggested")


def _island() -> Iterator[Record]:
    """Two organisations of a zone of their own, one of which has a single tie to the others."""
    for id_, role in (("own:i1", "enterprise"), ("own:i2", "university")):
        yield schema.Organisation(id=id_, name=id_, role=role, country="CN", zone="Island", founded=2001)
    yield schema.Technology(id="own:t:tides", name="tides", scheme="own")
    yield schema.About(start="own:i2", start_label="Organisation", end="own:t:tides")
    yield schema.Platform(id="own:pi", name="Lighthouse", kind="joint_lab", zone="Island", from_=Date("2012-01-01"))
    yield schema.MemberOf(start="own:i1", end="own:pi", role="host")
    yield schema.MemberOf(start="own:i2", end="own:pi", role="member")
    yield schema.Collaboration(id="own:ci", name="Ferry", kind="contract")
    yield schema.TakesPartIn(start="own:i1", end="own:ci", role="coordinator")
    yield schema.TakesPartIn(start="own:o01", end="own:ci", role="participant")


def _places() -> Iterator[Record]:
    for zone, macro in zip(ZONES, ("central", "east", "east", "east", "west", "west"), strict=True):
        yield schema.Zone(id=f"own:z:{zone}", name=zone, level="national")
        yield schema.Region(id=f"own:g:{zone}", name=CITIES[zone], level="city", macro_region=macro)
        yield schema.LocatedIn(start=f"own:z:{zone}", start_label="Zone", end=f"own:g:{zone}", end_label="Region")
    yield schema.Region(id="own:g:CN", name="China", level="country")
    for zone in ZONES:
        yield schema.PartOf(start=f"own:g:{zone}", end="own:g:CN")


def _bodies(draw: random.Random, organisations: list[str], technologies: list[str]) -> Iterator[Record]:
    kinds = tuple(schema.PLATFORM_KINDS)
    tied = organisations[:54]  # the last six belong to nothing
    for i in range(24):
        id_, zone = f"own:p{i:02d}", draw.choice(ZONES[:4])
        yield schema.Platform(
            id=id_, name=f"Platform {i:02d}", kind=kinds[i % len(kinds)], level=draw.choice(("national", "provincial")),
            stage=draw.choice(STAGES), from_=Date(f"{2008 + i % 10}-03-01"), capacity=draw.randrange(2, 9), zone=zone,
            to=Date(f"{2016 + i % 6}-12-31") if i % 5 == 0 else None, city=CITIES[zone],
        )  # fmt: skip
        for place, member in enumerate(draw.sample(tied, draw.randrange(0, 6))):
            yield schema.MemberOf(start=member, end=id_, role="host" if place == 0 else "member")
        for technology in draw.sample(technologies[:7], draw.randrange(0, 3)):
            yield schema.About(start=id_, start_label="Platform", end=technology)
    for i in range(36):
        id_ = f"own:c{i:02d}"
        year = draw.randrange(2010, 2020)
        trl = draw.randrange(1, 7)
        yield schema.Collaboration(
            id=id_, name=f"Project {i:02d}", kind=draw.choice(tuple(schema.COLLABORATION_KINDS)), currency="CNY",
            programme=("P1",) if i % 2 else ("P1", "P2"), from_=Date(f"{year}-01-01"),
            driver=draw.choice((*schema.DRIVERS, None)), stage=draw.choice(STAGES),
            to=Date(f"{year + draw.randrange(0, 5)}-12-31") if i % 7 else None, budget=float(draw.randrange(10, 100)),
            funding=float(draw.randrange(1, 10)), trl_from=trl, trl_to=trl + draw.randrange(0, 3),
        )  # fmt: skip
        for place, member in enumerate(draw.sample(tied, draw.randrange(1, 6))):
            role = "coordinator" if place == 0 else "participant"
            yield schema.TakesPartIn(start=member, end=id_, role=role, amount=float(draw.randrange(1, 50)))
        for technology in draw.sample(technologies[:7], draw.randrange(0, 3)):
            yield schema.About(start=id_, start_label="Collaboration", end=technology, weight=0.5)


def _chains(draw: random.Random, organisations: list[str], facts: dict[str, dict[str, Any]]) -> Iterator[Record]:
    enterprises = [id_ for id_ in organisations if facts[id_]["role"] == "enterprise"]
    financiers = [id_ for id_ in organisations if facts[id_]["role"] == "finance"]
    for chain, segments in CHAINS.items():
        for segment in ("upstream", "midstream", "downstream"):
            yield schema.Industry(
                id=f"own:i:{chain}-{segment}", name=f"{chain} {segment}", chain=chain, segment=segment, code="C39"
            )
        for segment in segments:
            for member in draw.sample(enterprises, 4):
                yield schema.ActiveIn(start=member, end=f"own:i:{chain}-{segment}")
    for _ in range(30):
        supplier, customer = draw.sample(enterprises, 2)
        yield schema.Supplies(start=supplier, end=customer)
    for i in range(14):
        id_ = f"own:inv{i:02d}"
        yield schema.Investment(
            id=id_, name=f"Round {i:02d}", round=("angel", "seed", "venture", "growth")[i % 4],
            date=Date(f"{2011 + i % 8}-06-01"), amount=float(draw.randrange(1, 60)), currency="CNY",
        )  # fmt: skip
        yield schema.Raised(start=draw.choice(enterprises), end=id_)
        for financier in draw.sample(financiers, draw.randrange(1, min(3, len(financiers)) + 1)):
            yield schema.Funded(start=financier, end=id_)
    for i in range(20):
        id_ = f"own:per{i:02d}"
        yield schema.Person(id=id_, name=f"Person {i:02d}", role=("scientist", "engineer", "entrepreneur")[i % 3])
        year = 2005
        for employer in draw.sample(organisations, draw.randrange(1, 4)):
            years = draw.randrange(2, 5)
            yield schema.WorkedAt(
                start=id_, end=employer, role="staff", from_=Date(f"{year}-01-01"), to=Date(f"{year + years - 1}-12-31")
            )
            year += years


def _results(draw: random.Random, organisations: list[str], technologies: list[str]) -> Iterator[Record]:
    for i in range(26):
        id_ = f"own:r{i:02d}"
        year = draw.randrange(2008, 2019)
        yield schema.Result(
            id=id_, name=f"Result {i:02d}", kind=("patent", "software", "standard", "prototype")[i % 4],
            date=Date(f"{year}-05-01"), stage=draw.choice(STAGES),
        )  # fmt: skip
        for producer in draw.sample(organisations, draw.randrange(1, 3)):
            yield schema.Produced(start=producer, end=id_)
        if i % 3 == 0:
            yield schema.TransferredTo(
                start=id_, end=draw.choice(organisations), kind="licence", date=Date(f"{year + 2}-02-01"), value=1.5
            )
        for technology in draw.sample(technologies, draw.randrange(0, 3)):
            yield schema.About(start=id_, start_label="Result", end=technology)


def _challenges(
    draw: random.Random, organisations: list[str], technologies: list[str], facts: dict[str, dict[str, Any]]
) -> Iterator[Record]:
    for i in range(12):
        id_ = f"own:ch{i:02d}"
        yield schema.Challenge(
            id=id_, name=f"Challenge {i:02d}", budget=float(draw.randrange(5, 200)),
            deadline=Date(f"{2014 + i % 5}-09-30"), status=("open", "won", "closed")[i % 3],
        )  # fmt: skip
        yield schema.Issued(start=draw.choice(organisations), end=id_)
        yield schema.About(start=id_, start_label="Challenge", end=draw.choice(technologies))
        bidders = draw.sample(organisations, draw.randrange(0, 4))
        for bidder in bidders:
            yield schema.BidFor(start=bidder, end=id_)
        if bidders and i % 3 == 1:
            yield schema.Won(start=bidders[0], end=id_)
