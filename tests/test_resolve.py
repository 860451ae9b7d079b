"""`graphkit resolve`: what is one without doubt stands as one, suggestions change nothing, all can be undone."""

from pathlib import Path

from graphkit import loading, snapshot
from graphkit.project import Project
from graphkit.schema import Collaboration, Organisation, Record, TakesPartIn

RECORDS: list[Record] = [
    Organisation(id="pic:999999999", name="SIEMENS AG", country="DE", row="o.csv:2"),
    Organisation(id="own:siemens", name="Siemens Aktiengesellschaft", country="DE", city="München", row="o.csv:3"),
    Organisation(id="own:other", name="Siemens Aktiengesellschaft", country="AT", row="o.csv:4"),
    Organisation(id="own:c", name="中国科学院昆明植物研究所", country="CN", row="o.csv:5"),
    Organisation(id="own:d", name="中国科学院昆明动物研究所", country="CN", row="o.csv:6"),
    Organisation(id="own:e", name="Universitat de Barcelona", country="ES", row="o.csv:7"),
    Organisation(id="own:f", name="University of Barcelona", country="ES", row="o.csv:8"),
    Collaboration(id="own:p", row="p.csv:2"),
    TakesPartIn(start="pic:999999999", end="own:p", row="s.csv:2"),
    TakesPartIn(start="own:siemens", end="own:p", row="s.csv:3"),
    TakesPartIn(start="own:c", end="own:p", row="s.csv:4"),
]


def test_resolving_and_undoing(project: Project, tmp_path: Path) -> None:
    loading.load(project.store, "test", iter(RECORDS))
    before, network = snapshot.content_hash(project.store), project.network()
    assert (len(network), network.sizes.tolist()) == (7, [3])
    project.resolve()
    united = project.network()
    assert (len(united), united.sizes.tolist()) == (6, [2])
    siemens = united.organisations.set_index("id").loc["pic:999999999"]
    assert (siemens["name"], siemens["city"]) == ("SIEMENS AG", "München")
    assert "own:other" in set(united.organisations["id"]), "the same name in another country is no proof"
    assert {"own:c", "own:d"} <= set(united.organisations["id"]), "two institutes whose names are alike"
    open_ = project.suggestions()
    pair = open_[(open_["first"] == "own:e") & (open_["second"] == "own:f")]
    assert len(pair) == 1
    assert 0.5 <= pair["score"].iloc[0] <= 1
    assert project.resolve().written == 0
    decided = tmp_path / "pairs.csv"
    pair.assign(decision="yes").to_csv(decided, index=False)
    project.resolve(decisions=decided)
    assert len(project.network()) == 5
    assert len(project.suggestions()) == len(open_) - 1
    assert project.resolve().written == 0, "finding again does not weaken what was decided"
    assert len(project.network()) == 5
    project.unload("resolve-decisions")
    project.unload("resolve")
    assert snapshot.content_hash(project.store) == before
    assert project.network().hash == network.hash
