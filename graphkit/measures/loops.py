"""The closed loop of a technology in a place: demand, technology, capital, talent, and back to the demand (闭环).

A loop is a demander that issued a challenge; another organisation that bid for it, won it or shares a body on the
technology with the demander; capital of that organisation (a round it raised, or public funding of a body it is in);
and a person that worked there and at the demander, too.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from graphkit.measures.themes import Rows, about
from graphkit.network import Network

STEPS = {
    "demand": "需求",
    "demand to technology": "需求→技术",
    "technology to capital": "技术→资金",
    "capital to talent": "资金→人才",
    "talent to demand": "人才→需求",
}
LOOP_NEEDS = {
    "demand": ("ISSUED",),
    "demand to technology": (),
    "technology to capital": (),
    "capital to talent": ("WORKED_AT",),
    "talent to demand": ("WORKED_AT",),
}


@dataclass(frozen=True)
class Loop:
    """A closed loop, or how far one got: `missing` is the first step that nothing in the place makes."""

    missing: str
    demander: str = ""
    provider: str = ""
    capital: str = ""
    persons: int = 0
    loops: int = 0  # different pairs of demander and provider that close
    rows: tuple[str, ...] = ()


@dataclass
class LoopFinder:
    """Reads a network once, and then finds the loop of any place and technology."""

    net: Network
    issued: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))  # by technology
    answers: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # by challenge
    capital: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # by organisation
    staff: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # persons by organisation
    together: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # by technology, members of each body
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    topics: Rows = field(default_factory=dict)  # of rounds of capital and of bodies

    def __post_init__(self) -> None:
        """Sort challenges, answers, capital and staff by what they belong to."""
        net = self.net
        topics, invested = about(net, "Challenge"), about(net, "Investment")
        bodies = about(net, "Platform", "Collaboration")
        issued = net.table("ISSUED")
        for issuer, challenge, row in zip(issued["start"], issued["end"], issued["row"], strict=True):
            self.rows[issuer, challenge] = row or ""
            for technology in topics.get(challenge, ()):
                self.issued[technology].append((issuer, challenge))
        for kind in ("BID_FOR", "WON"):
            ties = net.table(kind)
            for who, challenge, row in zip(ties["start"], ties["end"], ties["row"], strict=True):
                self.answers[challenge][who] = row or ""
        raised = net.table("RAISED")
        for who, round_, row in zip(raised["start"], raised["end"], raised["row"], strict=True):
            self.capital[who][round_] = row or ""
        ids, names, seats = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy(), net.memberships
        funding = net.bodies["funding"].to_numpy()
        self.together = defaultdict(lambda: defaultdict(set))
        for i, number, row in zip(seats["organisation"], seats["body"], seats["row"], strict=True):
            body = names[number]
            if funding[number]:
                self.capital[ids[i]][body] = row or ""
            for technology in bodies.get(body, ()):
                self.together[technology][body].add(ids[i])
        worked = net.table("WORKED_AT")
        for person, who, row in zip(worked["start"], worked["end"], worked["row"], strict=True):
            self.staff[who][person] = row or ""
        self.topics = {**invested, **bodies}

    def find(self, technology: str, here: set[str]) -> Loop:
        """Find the first closed loop by ids among the organisations of a place, or the first step that is missing."""
        issued = sorted(pair for pair in self.issued.get(technology, ()) if pair[0] in here)
        if not issued:
            return Loop("demand")
        reached, best = 0, Loop("demand to technology", demander=issued[0][0], rows=(self.rows[issued[0]],))
        closed: dict[tuple[str, str], Loop] = {}
        for demander, challenge in issued:
            for provider in sorted(self._providers(demander, challenge, technology) & here):
                loop = self._through(demander, challenge, provider, technology)
                if not loop.missing:
                    closed.setdefault((demander, provider), loop)
                elif list(STEPS).index(loop.missing) > max(reached, 1):
                    reached, best = list(STEPS).index(loop.missing), loop
        if closed:
            first = closed[min(closed)]
            return Loop(
                "", first.demander, first.provider, first.capital, first.persons, loops=len(closed), rows=first.rows
            )
        return best

    def _providers(self, demander: str, challenge: str, technology: str) -> set[str]:
        answered = set(self.answers.get(challenge, ()))
        shared = [members for members in self.together.get(technology, {}).values() if demander in members]
        return answered.union(*shared) - {demander}

    def _through(self, demander: str, challenge: str, provider: str, technology: str) -> Loop:
        row, said = self.rows[demander, challenge], self.answers.get(challenge, {}).get(provider, "")
        start = (row, said)
        capital = sorted(
            id_ for id_ in self.capital.get(provider, ()) if technology in self.topics.get(id_, (technology,))
        )
        if not capital:
            return Loop("technology to capital", demander, provider, rows=start)
        paid = (*start, self.capital[provider][capital[0]])
        staff = self.staff.get(provider, {})
        if not staff:
            return Loop("capital to talent", demander, provider, capital[0], rows=paid)
        back = sorted(set(staff) & set(self.staff.get(demander, ())))
        if not back:
            return Loop("talent to demand", demander, provider, capital[0], len(staff), rows=paid)
        moved = (*paid, staff[back[0]], self.staff[demander][back[0]])
        return Loop("", demander, provider, capital[0], len(back), rows=moved)
