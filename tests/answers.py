"""The answer to every query of the library, computed in Python from a network and its tables, without Cypher.

Each function is named like its query and yields the rows, in any order, as tuples in the order of the columns.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import combinations, product
from typing import Any

from graphkit.network import Network

Rows = Iterable[tuple[Any, ...]]
Facts = dict[str, Any]


class Graph:
    """A network as plain dictionaries."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.org: dict[str, Facts] = {row["id"]: row for row in _dicts(net.organisations)}
        self.body: dict[str, Facts] = {row["id"]: row for row in _dicts(net.bodies)}
        ids, bodies = list(self.org), list(self.body)
        self.seats = [(ids[s["organisation"]], bodies[s["body"]], s) for s in _dicts(net.memberships)]

    def nodes(self, label: str) -> dict[str, Facts]:
        """Every node of another label by id."""
        return {row["id"]: row for row in _dicts(self.net.table(label))}

    def ties(self, type_: str, start: str = "", end: str = "") -> list[tuple[str, str, Facts]]:
        """Every tie of another type, between such labels."""
        rows = _dicts(self.net.table(type_))
        return [
            (r["start"], r["end"], r) for r in rows if start in ("", r["start_label"]) and end in ("", r["end_label"])
        ]

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """The organisations of each body that has some."""
        found = defaultdict(list)
        for organisation, body, _ in self.seats:
            found[body].append(organisation)
        return dict(found)

    @cached_property
    def bodies_of(self) -> dict[str, list[str]]:
        """The bodies of each organisation that has some."""
        found = defaultdict(list)
        for organisation, body, _ in self.seats:
            found[organisation].append(body)
        return dict(found)

    @cached_property
    def shared(self) -> dict[frozenset[str], list[str]]:
        """The bodies that two organisations share."""
        found = defaultdict(list)
        for body, members in self.members.items():
            for pair in combinations(members, 2):
                found[frozenset(pair)].append(body)
        return dict(found)

    @cached_property
    def partners(self) -> dict[str, set[str]]:
        """The organisations that each works with."""
        found: dict[str, set[str]] = {id_: set() for id_ in self.org}
        for first, second in map(tuple, self.shared):
            found[first].add(second)
            found[second].add(first)
        return found

    def zone(self, id_: str) -> Any:
        """The zone of an organisation."""
        return self.org[id_]["zone"]

    def technologies(self, label: str) -> dict[str, set[str]]:
        """The things of a label about each technology."""
        found: dict[str, set[str]] = {id_: set() for id_ in self.nodes("Technology")}
        for thing, technology, _ in self.ties("ABOUT", label):
            found[technology].add(thing)
        return found


def _dicts(frame: Any) -> list[Facts]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def zone_pairs_without_ties(g: Graph) -> Rows:
    zones = sorted({o["zone"] for o in g.org.values() if o["zone"]})
    tied = {frozenset(map(g.zone, pair)) for pair in g.shared}
    return [pair for pair in combinations(zones, 2) if frozenset(pair) not in tied]


def organisations_without_ties_by_zone(g: Graph) -> Rows:
    every = Counter(o["zone"] for o in g.org.values() if o["zone"])
    alone = Counter(g.zone(id_) for id_, partners in g.partners.items() if not partners)
    return [(zone, number, alone[zone]) for zone, number in every.items()]


def _without(g: Graph, role: str, others: set[str]) -> Rows:
    for id_, o in g.org.items():
        if o["role"] == role and not others & {g.org[p]["role"] for p in g.partners[id_]}:
            yield id_, o["name"], o["zone"]


def universities_without_an_enterprise(g: Graph) -> Rows:
    return _without(g, "university", {"enterprise"})


def enterprises_without_research(g: Graph) -> Rows:
    return _without(g, "enterprise", {"university", "research_institute"})


def partners_in_own_zone_only(g: Graph) -> Rows:
    for id_, partners in g.partners.items():
        if partners and {g.zone(p) for p in partners} == {g.zone(id_)}:
            yield id_, g.org[id_]["name"], g.zone(id_), len(partners)


def roles_that_never_meet(g: Graph) -> Rows:
    there = defaultdict(set)
    for o in g.org.values():
        if o["zone"] and o["role"]:
            there[o["zone"]].add(o["role"])
    met = set()
    for a, b in map(tuple, g.shared):
        if g.zone(a) == g.zone(b):
            met.add((g.zone(a), frozenset((g.org[a]["role"], g.org[b]["role"]))))
    for zone, roles in there.items():
        for pair in combinations(sorted(roles), 2):
            if (zone, frozenset(pair)) not in met:
                yield zone, *pair


def zones_tied_by_one_body(g: Graph) -> Rows:
    for pair, bodies in _between_zones(g).items():
        if len(bodies) == 1:
            yield *pair, *bodies


def zones_dependent_on_one_broker(g: Graph, most: int = 1) -> Rows:
    brokers, partners = defaultdict(set), defaultdict(set)
    for pair in g.shared:
        for one in pair:
            (other,) = pair - {one}
            if g.zone(one) != g.zone(other):
                brokers[g.zone(one)].add(one)
                partners[g.zone(one)].add(other)
    for zone, doors in brokers.items():
        if len(doors) <= most:
            zones = {g.zone(other) for other in partners[zone]}
            yield zone, len(doors), sorted(doors), len(partners[zone]), len(zones)


def _between_zones(g: Graph) -> dict[tuple[str, str], set[str]]:
    found = defaultdict(set)
    for pair, bodies in g.shared.items():
        first, second = sorted(g.zone(id_) for id_ in pair)
        if first != second:
            found[first, second].update(bodies)
    return found


def organisations_with_one_partner(g: Graph) -> Rows:
    return [(id_, g.org[id_]["name"], *partners) for id_, partners in g.partners.items() if len(partners) == 1]


def organisations_between_zones(g: Graph) -> Rows:
    for id_, partners in g.partners.items():
        away = {p for p in partners if g.zone(p) != g.zone(id_)}
        if away:
            yield id_, g.org[id_]["name"], g.zone(id_), len({g.zone(p) for p in away}), len(away)


def common_partners(g: Graph, first: str, second: str) -> Rows:
    for id_ in g.partners[first] & g.partners[second]:
        yield (
            id_,
            g.org[id_]["name"],
            len(g.shared[frozenset((first, id_))]),
            len(g.shared[frozenset((second, id_))]),
        )


def friends_of_partners(g: Graph, organisation: str) -> Rows:
    known = g.partners[organisation]
    for id_, partners in g.partners.items():
        if id_ != organisation and id_ not in known and partners & known:
            yield id_, g.org[id_]["name"], g.zone(id_), len(partners & known)


def _platforms(g: Graph) -> dict[str, Facts]:
    return {id_: b for id_, b in g.body.items() if b["label"] == "Platform"}


def platforms_without_enterprise_leader(g: Graph) -> Rows:
    led = {b for o, b, s in g.seats if s["role"] in ("host", "coordinator") and g.org[o]["role"] == "enterprise"}
    for id_, p in _platforms(g).items():
        if id_ not in led:
            yield id_, p["name"], p["kind"], p["zone"], len(g.members.get(id_, ()))


def duplicate_platforms(g: Graph) -> Rows:
    names = g.nodes("Technology")
    found = defaultdict(set)
    for platform, technology, _ in g.ties("ABOUT", "Platform"):
        if g.body[platform]["city"]:
            found[technology, g.body[platform]["city"]].add(platform)
    for (technology, city), platforms in found.items():
        if len(platforms) > 1:
            yield technology, names[technology]["name"], city, len(platforms), sorted(platforms)


def empty_platforms(g: Graph) -> Rows:
    return [(i, p["name"], p["kind"], p["zone"]) for i, p in _platforms(g).items() if i not in g.members]


def platforms_with_room(g: Graph) -> Rows:
    for id_, p in _platforms(g).items():
        members = len(g.members.get(id_, ()))
        if p["capacity"] and members / p["capacity"] < 0.5:
            yield id_, p["name"], p["zone"], members, p["capacity"], members / p["capacity"]


def platforms_of_one_zone(g: Graph) -> Rows:
    for id_, p in _platforms(g).items():
        zones = {g.zone(o) for o in g.members.get(id_, ())}
        if len(zones) == 1 and len(g.members[id_]) >= 2:
            yield id_, p["name"], *zones, len(g.members[id_])


def platform_kinds_by_zone(g: Graph) -> Rows:
    counted = Counter((p["zone"], p["kind"]) for p in _platforms(g).values() if p["zone"] and p["kind"])
    return [(*key, number) for key, number in counted.items()]


def zones_without_a_platform_kind(g: Graph) -> Rows:
    have = {p["zone"] for p in _platforms(g).values() if p["kind"] == "pilot_scale"}
    every = Counter(o["zone"] for o in g.org.values() if o["zone"])
    return [(zone, number) for zone, number in every.items() if zone not in have]


def _staged(g: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield technology, thing and its stage."""
    stages = {id_: b["stage"] for id_, b in g.body.items()} | {i: r["stage"] for i, r in g.nodes("Result").items()}
    for thing, technology, _ in g.ties("ABOUT"):
        if stages.get(thing):
            yield technology, thing, stages[thing]


def basic_research_without_maturation(g: Graph) -> Rows:
    names = g.nodes("Technology")
    matured = {t for t, thing, stage in _staged(g) if stage == "maturation" and thing in _platforms(g)}
    basic = Counter(t for t, _, stage in set(_staged(g)) if stage == "basic")
    return [(t, names[t]["name"], number) for t, number in basic.items() if t not in matured]


def stages_of_technologies(g: Graph) -> Rows:
    names = g.nodes("Technology")
    counted = Counter((t, stage) for t, _, stage in set(_staged(g)))
    return [(t, names[t]["name"], stage, number) for (t, stage), number in counted.items()]


def shelved_results(g: Graph) -> Rows:
    moved = {r for r, _, _ in g.ties("TRANSFERRED_TO")}
    producers = Counter(r for _, r, _ in g.ties("PRODUCED"))
    for id_, r in g.nodes("Result").items():
        if r["date"] and r["date"] < "2015-01-01" and id_ not in moved:
            yield id_, r["name"], r["kind"], r["date"], producers[id_]


def years_to_transfer(g: Graph) -> Rows:
    results = g.nodes("Result")
    for result, taker, t in g.ties("TRANSFERRED_TO"):
        years = int(t["date"][:4]) - int(results[result]["date"][:4])
        yield result, results[result]["name"], taker, t["kind"], years


def absent_supply_segments(g: Graph) -> Rows:
    active = {i for _, i, _ in g.ties("ACTIVE_IN")}
    return [(i, s["name"], s["chain"], s["segment"]) for i, s in g.nodes("Industry").items() if i not in active]


def segments_absent_in_a_zone(g: Graph, zone: str) -> Rows:
    industry = g.nodes("Industry")
    here = {i for o, i, _ in g.ties("ACTIVE_IN") if g.zone(o) == zone}
    chains = {industry[i]["chain"] for i in here}
    for id_, s in industry.items():
        if s["chain"] in chains and id_ not in here:
            yield id_, s["name"], s["chain"], s["segment"]


def single_suppliers(g: Graph) -> Rows:
    suppliers = defaultdict(set)
    for supplier, customer, _ in g.ties("SUPPLIES"):
        suppliers[customer].add(supplier)
    return [(id_, g.org[id_]["name"], *found) for id_, found in suppliers.items() if len(found) == 1]


def supply_without_research(g: Graph) -> Rows:
    for supplier, customer, _ in g.ties("SUPPLIES"):
        if frozenset((supplier, customer)) not in g.shared:
            yield supplier, customer, g.zone(supplier), g.zone(customer)


def four_chain_loop(g: Graph) -> Rows:
    about = {label: g.technologies(label) for label in ("Collaboration", "Result", "Organisation")}
    supply = {id_ for s, c, _ in g.ties("SUPPLIES") for id_ in (s, c)}
    raised = {o for o, _, _ in g.ties("RAISED")}
    staffed = {o for _, o, _ in g.ties("WORKED_AT")}
    for id_, technology in g.nodes("Technology").items():
        own = about["Organisation"][id_]
        counts = {
            "research": len(about["Collaboration"][id_]) + len(about["Result"][id_]),
            "industry": len(own & supply),
            "capital": len(own & raised),
            "talent": len(own & staffed),
        }
        missing = next((chain for chain, number in counts.items() if not number), "none")
        yield id_, technology["name"], *counts.values(), missing


def _collaborations(g: Graph) -> dict[str, Facts]:
    return {id_: b for id_, b in g.body.items() if b["label"] == "Collaboration"}


def collaborations_by_driver(g: Graph) -> Rows:
    found = defaultdict(list)
    for c in _collaborations(g).values():
        found[c["driver"] or "unknown"].append(c["funding"] or 0.0)
    return [(driver, len(funding), sum(funding)) for driver, funding in found.items()]


def readiness_gained(g: Graph) -> Rows:
    for id_, c in _collaborations(g).items():
        if c["trl_from"] is not None and c["trl_to"] is not None:
            yield id_, c["name"], c["trl_from"], c["trl_to"], c["trl_to"] - c["trl_from"]


def _capital(g: Graph) -> list[tuple[str, str, str]]:
    """List financier, round and who raised it."""
    return [(f, i, o) for f, i, _ in g.ties("FUNDED") for o, j, _ in g.ties("RAISED") if i == j]


def finance_without_local_investee(g: Graph) -> Rows:
    local = {f for f, _, o in _capital(g) if g.zone(f) == g.zone(o)}
    rounds = Counter(f for f, _, _ in g.ties("FUNDED"))
    for id_, o in g.org.items():
        if o["role"] == "finance" and o["zone"] and id_ not in local:
            yield id_, o["name"], o["zone"], rounds[id_]


def enterprises_without_capital(g: Graph) -> Rows:
    raised = {o for o, _, _ in g.ties("RAISED")}
    results = Counter(o for o, _, _ in g.ties("PRODUCED"))
    working = {o for o, b, _ in g.seats if g.body[b]["label"] == "Collaboration"} | set(results)
    for id_, o in g.org.items():
        if o["role"] == "enterprise" and id_ in working and id_ not in raised:
            yield id_, o["name"], o["zone"], results[id_]


def capital_between_zones(g: Graph) -> Rows:
    found = defaultdict(set)
    for financier, round_, raiser in _capital(g):
        found[g.zone(financier), g.zone(raiser)].add(round_)
    return [(*zones, len(rounds)) for zones, rounds in found.items()]


def capital_ladder(g: Graph) -> Rows:
    found = defaultdict(list)
    for i in g.nodes("Investment").values():
        found[i["round"], i["currency"]].append(i["amount"])
    return [(*key, len(amounts), sum(amounts)) for key, amounts in found.items()]


def talent_between_zones(g: Graph) -> Rows:
    found = defaultdict(set)
    for (p, a, w), (q, b, v) in product(g.ties("WORKED_AT"), repeat=2):
        if p == q and w["to"] < v["from"]:
            found[g.zone(a), g.zone(b)].add(p)
    return [(*zones, len(people)) for zones, people in found.items()]


def people_without_collaboration(g: Graph) -> Rows:
    found = defaultdict(set)
    for (p, a, _), (q, b, _) in product(g.ties("WORKED_AT"), repeat=2):
        if p == q and a < b and frozenset((a, b)) not in g.shared:
            found[a, b].add(p)
    return [(*pair, len(people)) for pair, people in found.items()]


def talent_roles_by_zone(g: Graph) -> Rows:
    people = g.nodes("Person")
    found = defaultdict(set)
    for person, organisation, _ in g.ties("WORKED_AT"):
        found[g.zone(organisation), people[person]["role"]].add(person)
    return [(*key, len(who)) for key, who in found.items()]


def challenges_nobody_here_can_solve(g: Graph) -> Rows:
    challenges = g.nodes("Challenge")
    able = {(g.zone(o), t) for o, t, _ in g.ties("ABOUT", "Organisation")}
    for issuer, challenge, _ in g.ties("ISSUED"):
        for about, technology, _ in g.ties("ABOUT", "Challenge"):
            if about == challenge and (g.zone(issuer), technology) not in able:
                yield challenge, challenges[challenge]["name"], g.zone(issuer), technology


def challenges_without_bids(g: Graph) -> Rows:
    bid = {c for _, c, _ in g.ties("BID_FOR")}
    for id_, c in g.nodes("Challenge").items():
        if id_ not in bid:
            yield id_, c["name"], c["budget"], c["deadline"], c["status"]


def challenges_and_their_winners(g: Graph) -> Rows:
    challenges = g.nodes("Challenge")
    for issuer, challenge, _ in g.ties("ISSUED"):
        for winner, won, _ in g.ties("WON"):
            if won == challenge:
                yield challenge, challenges[challenge]["name"], issuer, winner, g.zone(issuer) == g.zone(winner)


def bidders(g: Graph) -> Rows:
    bids, wins = (Counter(o for o, _, _ in g.ties(type_)) for type_ in ("BID_FOR", "WON"))
    return [(id_, g.org[id_]["name"], number, wins[id_]) for id_, number in bids.items()]


def ties_between_zones(g: Graph) -> Rows:
    for (first, second), bodies in _between_zones(g).items():
        inside = {o for body in bodies for o in g.members[body]}
        yield first, second, len(bodies), *(sum(g.zone(o) == zone for o in inside) for zone in (first, second))


def foreign_dependence(g: Graph) -> Rows:
    names = g.nodes("Technology")
    for technology, things in g.technologies("Collaboration").items():
        countries = [{g.org[o]["country"] for o in g.members.get(c, ())} for c in things]
        at_home = [found for found in countries if "CN" in found]
        abroad = sum(len(found) > 1 for found in at_home)
        if at_home:
            yield technology, names[technology]["name"], len(at_home), abroad, abroad / len(at_home)


def reach_of_national_labs(g: Graph) -> Rows:
    for id_, p in _platforms(g).items():
        members = set(g.members.get(id_, ()))
        if p["kind"] == "national_lab" and members:
            reached = {o for m in members for o in g.partners[m]} - members
            yield id_, p["name"], len(members), len(reached), len({g.zone(o) for o in reached})


def organisations_by_macro_region(g: Graph) -> Rows:
    regions = g.nodes("Region")
    zones, organisations = defaultdict(set), defaultdict(set)
    for zone, region, _ in g.ties("LOCATED_IN", "Zone", "Region"):
        for organisation, there, _ in g.ties("LOCATED_IN", "Organisation", "Zone"):
            if there == zone and regions[region]["macro_region"]:
                zones[regions[region]["macro_region"]].add(zone)
                organisations[regions[region]["macro_region"]].add(organisation)
    return [(macro, len(zones[macro]), len(organisations[macro])) for macro in zones]


def zones_without_organisations(g: Graph) -> Rows:
    filled = {zone for _, zone, _ in g.ties("LOCATED_IN", "Organisation", "Zone")}
    return [(id_, zone["name"]) for id_, zone in g.nodes("Zone").items() if id_ not in filled]


def subsidiaries_elsewhere(g: Graph) -> Rows:
    for child, parent, s in g.ties("SUBSIDIARY_OF"):
        if g.zone(child) != g.zone(parent):
            yield child, g.org[child]["name"], g.zone(child), parent, g.zone(parent), s["share"]


def organisations_with_gaps(g: Graph) -> Rows:
    for id_, o in g.org.items():
        gaps = [o[key] is None for key in ("role", "country", "zone")]
        if any(gaps):
            yield id_, o["name"], *gaps


def same_names(g: Graph) -> Rows:
    found = defaultdict(list)
    for id_, o in sorted(g.org.items()):
        found[o["name"]].append(id_)
    return [(name, len(ids), ids) for name, ids in found.items() if len(ids) > 1]


def suggested_duplicates(g: Graph) -> Rows:
    for first, second, s in g.ties("SAME_AS"):
        if s["status"] == "suggested":
            yield first, second, g.org[first]["name"], g.org[second]["name"], s["score"], s["method"]


def bodies_with_one_member(g: Graph) -> Rows:
    return [(body, g.body[body]["name"], *found) for body, found in g.members.items() if len(found) == 1]


def bodies_without_dates(g: Graph) -> Rows:
    return [(b, g.body[b]["name"], len(found)) for b, found in g.members.items() if g.body[b]["from"] is None]


def large_bodies(g: Graph, members: int) -> Rows:
    for body, found in g.members.items():
        if len(found) >= members:
            yield body, g.body[body]["name"], len(found), len(found) * (len(found) - 1) // 2


def evidence_of_an_organisation(g: Graph, organisation: str) -> Rows:
    for id_, body, seat in g.seats:
        if id_ == organisation:
            tie = "MEMBER_OF" if g.body[body]["label"] == "Platform" else "TAKES_PART_IN"
            yield tie, body, ["rich"], [seat["row"]]


def what_a_source_says(g: Graph, source: str) -> Rows:
    others = ("Technology", "Industry", "Zone", "Region", "Result", "Person", "Investment", "Challenge", "Policy")
    counts = Counter(b["label"] for b in g.body.values()) | {label: len(g.nodes(label)) for label in others}
    return [(label, number) for label, number in ({"Organisation": len(g.org)} | counts).items()]


def new_bodies(g: Graph) -> Rows:
    for body, found in g.members.items():
        if (g.body[body]["from"] or "") >= "2016-01-01":
            yield body, g.body[body]["name"], g.body[body]["from"], len(found)


def newcomers(g: Graph) -> Rows:
    for id_, bodies in g.bodies_of.items():
        days = [g.body[b]["from"] for b in bodies if g.body[b]["from"]]
        if days and min(days) >= "2016-01-01":
            yield id_, g.org[id_]["name"], min(days), len(days)


def organisations_that_left(g: Graph) -> Rows:
    for id_, bodies in g.bodies_of.items():
        ends = [g.body[b]["to"] or "9" for b in bodies]
        if max(ends) < "2020-01-01":
            yield id_, g.org[id_]["name"], len(bodies), max(ends)


def bodies_by_year(g: Graph) -> Rows:
    return list(Counter(int(b["from"][:4]) for b in g.body.values() if b["from"]).items())


def targets_of_policies(g: Graph) -> Rows:
    policies = g.nodes("Policy")
    counted = Counter((start, t["end_label"]) for start, _, t in g.ties("TARGETS"))
    return [(p, policies[p]["name"], policies[p]["kind"], label, n) for (p, label), n in counted.items()]


def technologies_of_a_zone(g: Graph) -> Rows:
    names = g.nodes("Technology")
    counted = Counter((g.zone(o), t) for o, t, _ in g.ties("ABOUT", "Organisation"))
    return [(zone, t, names[t]["name"], number) for (zone, t), number in counted.items()]


def technologies_in_one_zone_only(g: Graph) -> Rows:
    names = g.nodes("Technology")
    for technology, organisations in g.technologies("Organisation").items():
        zones = {g.zone(o) for o in organisations}
        if len(zones) == 1:
            yield technology, names[technology]["name"], 1, *zones, len(organisations)


def why_tied(g: Graph, first: str, second: str) -> Rows:
    rows = {(o, b): s["row"] for o, b, s in g.seats}
    for body in g.shared[frozenset((first, second))]:
        b = g.body[body]
        evidence = ([rows[first, body]], [rows[second, body]])
        yield body, b["name"], b["from"], b["to"], len(g.members[body]), *evidence


ANSWERS: dict[str, Callable[..., Rows]] = {
    name.replace("_", "-"): found
    for name, found in globals().items()
    if not name.startswith("_") and getattr(found, "__module__", "") == __name__ and not isinstance(found, type)
}
