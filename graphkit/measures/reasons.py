"""Why a tie is proposed (理由): what made it likely, in words, and the rows of the sources behind it (证据)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.likelihood import Likelihood
from graphkit.schema import ROLES

WORTH_SAYING = 0.1
MOST = 3
_PROGRAMMES_NAMED = 2


class Grounds:
    """Says why, for pairs of the network that a likelihood was learned from."""

    def __init__(self, learned: Likelihood) -> None:
        past = learned.past
        self.net, self.past = past.net, past
        facts = self.net.organisations
        self.ids: list[str] = facts["id"].tolist()
        self.names: list[str] = facts["name"].where(facts["name"].notna(), facts["id"]).tolist()
        self.country: list[str | None] = facts["country"].tolist()
        self.role: list[str | None] = facts["role"].tolist()
        self._rows = self.net.memberships["row"].tolist()
        self._own_rows = facts["row"].tolist()
        self._body_ids = self.net.bodies["id"].tolist()
        self._programmes = [tuple(each or ()) for each in self.net.bodies["programme"]]
        counts: dict[str, int] = {}
        for each in self._programmes:
            for programme in each:
                counts[programme] = counts.get(programme, 0) + 1
        self._bodies_in = counts
        self._funded: dict[int, frozenset[str]] = {}
        self._met = (-1, -1, np.empty(0, dtype=np.int64))

    def facts(self, who: int) -> str:
        """Country and role of an organisation, as far as they are known."""
        role = self.role[who]
        return ", ".join(filter(None, (self.country[who], role and role.replace("_", " "))))

    def partners(self, one: int, other: int) -> NDArray[np.int64]:
        """Common partners of two organisations, those with the fewest partners of their own first."""
        if self._met[:2] != (one, other):  # words and rows of one pair are asked for one after the other
            links = self.past.links
            both = _in_both(_row(links, one), _row(links, other))
            self._met = (one, other, both[np.lexsort((both, self.past.degree[both]))])
        return self._met[2]

    def programmes(self, one: int, other: int) -> list[str]:
        """Programmes in which both have been, the rarest first."""
        for who in (one, other):
            if who not in self._funded:
                own = _row(self.net.membership, who).tolist()
                self._funded[who] = frozenset(each for body in own for each in self._programmes[body])
        return sorted(self._funded[one] & self._funded[other], key=lambda each: (self._bodies_in[each], each))

    def words(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Say in English and in Chinese what made a pair likely, what weighs most first.

        `row` is one of `Likelihood.best`. Where nothing was learned, what can be seen is said in a fixed order.
        """
        one, other = int(row["source"]), int(row["target"])
        families = ("partners", "earlier", "paths", "programme", "technology", "activity", "country", "role")
        weighed = {family: float(row[family]) for family in families}
        if not any(weighed.values()):
            weighed = {"partners": 3.0, "programme": 2.0, "activity": 1.0}
        said: list[tuple[str, str]] = []
        for family in sorted(weighed, key=lambda each: (-weighed[each], families.index(each))):
            if weighed[family] >= WORTH_SAYING and len(said) < MOST:
                phrase = getattr(self, f"_{family}")(one, other)
                said.extend([phrase] if phrase else [])
        if not said:
            said = [("little speaks for it beyond its gain", "除增益外依据很少")]
        return "; ".join(english for english, _ in said), "；".join(chinese for _, chinese in said)

    def evidence(self, one: int, other: int) -> str:
        """Name the rows behind a pair: the way over a common partner, else over a programme, else a seat of each."""
        common = self.partners(one, other)
        if len(common):
            middle = int(common[0])
            bodies = [
                (who, int(_in_both(_row(self.net.membership, who), _row(self.net.membership, middle))[0]))
                for who in (one, other)
            ]
            seats: list[tuple[int, int | None]] = [
                seat for who, body in bodies for seat in ((who, body), (middle, body))
            ]
        else:
            shared = self.programmes(one, other)[:1]
            seats = [(who, self._seat(who, shared[0] if shared else None)) for who in (one, other)]
        return ", ".join(dict.fromkeys(self._row_of(who, body) for who, body in seats))

    def _seat(self, who: int, programme: str | None) -> int | None:
        own = [int(body) for body in _row(self.net.membership, who)]
        fitting = [body for body in own if programme in self._programmes[body]]
        return next(iter(fitting or own), None)

    def _row_of(self, who: int, body: int | None) -> str:
        if body is None:
            return str(self._own_rows[who] or self.ids[who])
        start = int(self.net.membership.indptr[who])
        place = start + int(np.searchsorted(_row(self.net.membership, who), body))
        return str(self._rows[place] or f"{self.ids[who]} in {self._body_ids[body]}")

    def _partners(self, one: int, other: int) -> tuple[str, str] | None:
        common = self.partners(one, other)
        if not len(common):
            return None
        named = [self.names[each] for each in common[:2]]
        if len(common) <= len(named):
            many = "1 common partner" if len(common) == 1 else "2 common partners"
            return f"{many}: {' and '.join(named)}", f"{len(common)}个共同伙伴：{'、'.join(named)}"
        return (
            f"{len(common)} common partners, among them {' and '.join(named)}",
            f"{len(common)}个共同伙伴，其中有{'、'.join(named)}",
        )

    def _earlier(self, one: int, other: int) -> tuple[str, str] | None:
        former = self.past.former
        mine, theirs = _row(former, one), _row(former, other)
        if other in mine:
            return "partners in an earlier framework", "曾在早期框架计划中合作"
        common = _in_both(mine, theirs)
        if len(common):
            named = self.names[int(common[np.lexsort((common, self.past.former_degree[common]))[0]])]
            many = f"{len(common)} common partners" if len(common) > 1 else "a common partner"
            return (
                f"{many} in an earlier framework, as {named}",
                f"在早期框架计划中有{len(common)}个共同伙伴，如{named}",
            )
        known = _in_both(_row(self.past.links, one), theirs)
        for who, them, through in (
            (one, other, known),
            (other, one, _in_both(_row(self.past.links, other), mine)),
        ):
            if len(through):
                named = self.names[int(through[0])]
                return (
                    f"{named}, partner of {self.names[who]}, was one of {self.names[them]} in an earlier framework",
                    f"{self.names[who]}的伙伴{named}曾在早期框架计划中与{self.names[them]}合作",
                )
        return None

    def _technology(self, one: int, other: int) -> tuple[str, str] | None:
        shared = np.intersect1d(_row(self.past.technologies, one), _row(self.past.technologies, other))
        if not len(shared):
            return None
        rare = [self.past.technology_names[int(each)] for each in shared[:2]]
        return f"both work on {' and '.join(rare)}", f"都涉及{'、'.join(rare)}"

    def _paths(self, one: int, other: int) -> tuple[str, str] | None:
        if not (len(_row(self.past.links, one)) and len(_row(self.past.links, other))):
            return None
        return "many short ways lead from one to the other", "两者之间有许多短路径"

    def _programme(self, one: int, other: int) -> tuple[str, str] | None:
        shared = [each.rstrip(".") for each in self.programmes(one, other)[:_PROGRAMMES_NAMED]]
        return (f"both in {' and '.join(shared)}", f"都参与{'、'.join(shared)}") if shared else None

    def _activity(self, one: int, other: int) -> tuple[str, str] | None:
        partners, bodies = int(self.past.degree[other]), int(self.past.bodies[other])
        if partners < 2:
            return None
        name = self.names[other]
        return (
            f"{name} is active ({partners} partners in {bodies} {'body' if bodies == 1 else 'bodies'})",
            f"{name}很活跃（{bodies}个项目或平台，{partners}个伙伴）",
        )

    def _country(self, one: int, other: int) -> tuple[str, str] | None:
        here, there = self.country[one], self.country[other]
        if here is None or there is None:
            return None
        share = self._share("country", one, other)
        if here == there:
            return f"both in {here}", f"都在{here}"
        if share is not None and share >= 0.05:
            return (
                f"{100 * share:.0f} % of the partners of {self.names[one]} are in {there}",
                f"{self.names[one]}的伙伴中{100 * share:.0f}%在{there}",
            )
        return f"{'-'.join(sorted((here, there)))} pairs are frequent", f"{here}与{there}之间的合作较多"

    def _role(self, one: int, other: int) -> tuple[str, str] | None:
        here, there = self.role[one], self.role[other]
        if here is None or there is None:
            return None
        words = [role.replace("_", " ") for role in (here, there)]
        return (
            f"ties of {words[0]} and {words[1]} are frequent",
            f"{ROLES.get(here, here)}与{ROLES.get(there, there)}之间的合作较多",
        )

    def _share(self, by: str, one: int, other: int) -> float | None:
        """Share of the partners of one that have the other's value."""
        partners = _row(self.past.links, one)
        codes = self.past.kinds[by].codes
        return float((codes[partners] == codes[other]).mean()) if len(partners) else None


def _row(matrix: Any, row: int) -> NDArray[np.int64]:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.int64)


def _in_both(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """What two rows in order have in common, in order: the shorter is looked up in the longer."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    if not len(few):
        return few
    place = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return np.asarray(few[many[place] == few])
