"""The mechanisms of an innovation ecosystem on CORDIS: what can be counted in its files by other means is counted."""

import gzip
from collections import defaultdict
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from repository import TOP

from graphkit import project as projects
from graphkit.analysis import run
from graphkit.errors import DataError
from graphkit.network import Network

FLAT = TOP / "tests" / "data" / "cordis-h2020-to-2017"


def loaded(home: Path, *what: object) -> Network:
    with projects.open(home) as project:
        project.clear()
        project.load(*what)  # type: ignore[arg-type]
        network = project.network()
        project.clear()
    return network


@pytest.fixture(scope="module")
def sample(embedded_home: Path) -> Network:
    """The built-in sample of energy projects."""
    return loaded(embedded_home, "sample")


@pytest.fixture(scope="module")
def flat(embedded_home: Path) -> Network:
    """Participations as CORDIS has them until 2017, a few of them."""
    return loaded(embedded_home, "cordis", FLAT)


def test_leaders_are_those_of_the_file(flat: Network) -> None:
    with gzip.open(FLAT / "participations.csv.gz", "rt", encoding="utf-8") as file:
        rows = pd.read_csv(file, keep_default_na=False, dtype=str)
    rows = rows.drop_duplicates(["rcn", "pic"])
    shared = rows[rows.groupby("rcn")["pic"].transform("nunique") > 1]
    leads = shared[(shared["role"] == "coordinator") & shared["type"].isin(["HES", "REC", "PRC", "PUB"])]
    by_enterprises = leads[leads["type"] == "PRC"]
    whole = run("enterprise-leadership", flat).table.set_index("group").loc["all"]
    assert whole["led"] == leads["rcn"].nunique()
    assert whole["by_enterprises"] == by_enterprises["rcn"].nunique()


def test_ties_abroad_are_those_of_networkx(sample: Network) -> None:
    graph = sample.to_networkx()
    weight: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for a, b, facts in graph.edges(data=True):
        one, other = graph.nodes[a].get("country"), graph.nodes[b].get("country")
        if one and other:
            for country in (one, other):
                weight[country][one != other] += facts["weight"]
    table = run("international", sample).table.set_index("country")
    for country, (home, abroad) in weight.items():
        assert table.loc[country, "abroad_share"] == pytest.approx(abroad / (home + abroad))


def test_what_breaks_is_what_breaks_in_networkx(sample: Network) -> None:
    graph = sample.to_networkx()
    table = run("resilience", sample, draws=1).table.set_index("id")
    assert set(table.index[table["single_point"]]) == set(nx.articulation_points(graph))
    first = table.index[0]
    reach = [len(c) - (first in c) for c in nx.connected_components(graph)]
    graph.remove_node(first)
    left = [len(c) for c in nx.connected_components(graph)]
    pairs, kept = (sum(n * (n - 1) / 2 for n in sizes) for sizes in (reach, left))
    assert table.loc[first, "pairs_lost"] == pytest.approx((pairs - kept) / pairs)


def test_ties_between_countries_add_up(sample: Network) -> None:
    country = sample.group("country")
    first, second, _ = sample.pairs
    a, b = country.to_numpy()[first], country.to_numpy()[second]
    across = sum(x is not None and y is not None and x != y for x, y in zip(a, b, strict=True))
    links = run("region-links", sample, by="country").table
    assert links["ties"].sum() == across
    regions = run("regional-imbalance", sample, by="country").table
    assert regions["share"].sum() == pytest.approx(1)
    assert regions["seats"].sum() == country.to_numpy()[sample.memberships["organisation"]].astype(bool).sum()


def test_active_bodies_of_a_year_are_those_of_the_dates(sample: Network) -> None:
    table = run("vitality", sample).table.set_index("year")
    for year in table.index:
        start, end = (pd.to_numeric(sample.bodies[side].str[:4]) for side in ("from", "to"))
        assert table.loc[year, "bodies"] == ((start <= year) & ~(end < year)).sum()


def test_funding_schemes_are_stages_of_the_valley(sample: Network) -> None:
    stages = set(sample.bodies["stage"].dropna())
    assert {"applied"} <= stages
    result = run("valley-of-death", sample, by="country")
    assert len(result.table)
    assert all(result.sentences(language, 3) for language in ("en", "zh"))


@pytest.mark.parametrize("name", ["capital-ladder", "talent", "challenge-board", "shelved-results", "feedback-loops"])
def test_what_cordis_does_not_say_is_named(name: str, sample: Network) -> None:
    with pytest.raises(DataError, match=r"\w+"):
        run(name, sample)
