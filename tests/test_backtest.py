from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_graphs import two_triangles
from test_proposals import history

from graphkit.analysis import Result, run
from graphkit.errors import UsageError
from graphkit.measures.backtesting import SCORES, STRATA, parted, sides, tried
from graphkit.measures.past import days
from graphkit.network import Network
from graphkit.views.report import sections


@pytest.fixture(scope="module")
def net() -> Network:
    return history(4, bodies=500)


@pytest.fixture(scope="module")
def found(net: Network) -> Result:
    return run("backtest", net, last_year=2016, sample=80)


def test_every_score_is_tried_on_every_kind_of_pair(found: Result) -> None:
    table = found.table
    assert len(table) == len(STRATA) * len(SCORES)
    assert table["precision"].between(0, 1).all()
    assert (table["precision_low"] <= table["precision"]).all()
    assert (table["precision"] <= table["precision_high"]).all()
    everything = table[table["stratum"] == "all"].set_index("score")
    assert everything.loc["graphkit", "precision"] > 3 * everything.loc["random", "precision"]
    assert everything.loc["degree", "auc_matched"] == pytest.approx(0.5, abs=0.06)
    assert everything.loc["random", "auc"] == pytest.approx(0.5, abs=0.06)
    share, many = 100 * found.table["precision"].iloc[0], found.table["organisations"].iloc[0]
    best = f"{share:.1f} % of the ten best proposals to each of {many} organisations came true."
    assert found.sentences("en")[0] == f"Among all pairs, {best}"
    assert found.sentences("zh")[0] == f"在所有机构对中，为{many}个机构各提出的前10条建议有{share:.1f}%后来成真。"
    far = found.sentences("en")[STRATA.index("without common partner")]
    assert far.startswith("Among pairs without a common partner, ")


def test_hits_are_ties_that_came_later_and_were_not_there(net: Network, found: Result) -> None:
    assert found.members is not None
    early = (net.bodies["from"] < "2017-01-01").to_numpy()
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    one, other = (found.members[c].map(row).to_numpy() for c in ("organisation", "candidate"))
    assert (np.asarray(net.keep(early).ties[one, other]) == 0).all()
    came = np.asarray(net.keep(~early).ties[one, other]) > 0
    assert (came == found.members["came"].to_numpy()).all()
    tested = found.members[found.members["tried"]]
    assert not found.members[~found.members["tried"]]["came"].any()
    assert (found.members["came"] >= found.members["in_time"]).all()
    first = tested[tested["rank"] <= 10].groupby("organisation")["came"].sum() / 10
    assert found.table["precision"].iloc[0] == pytest.approx(first.mean())  # worked out from the rows themselves


def test_what_comes_later_changes_no_proposal(net: Network, found: Result) -> None:
    # The future is shuffled, and half of it is taken away: who is proposed, in which order, stays the same.
    late = (net.bodies["from"] >= "2017-01-01").to_numpy()
    seats = net.memberships.copy()
    moved = late[seats["body"].to_numpy()]
    draw = np.random.default_rng(3).integers(0, len(net), int(moved.sum()))
    seats.loc[moved, "organisation"] = draw
    seats = seats.drop_duplicates(["organisation", "body"]).sort_values(["organisation", "body"])
    other = run("backtest", Network(net.organisations, net.bodies, seats.reset_index(drop=True)), last_year=2016)
    assert found.members is not None
    assert other.members is not None
    keys = ["organisation", "rank"]
    both = found.members.merge(other.members, on=keys, suffixes=("", "_shuffled"))
    assert len(both) > 1_000
    assert (both["candidate"] == both["candidate_shuffled"]).all()
    assert (both["likelihood"] == both["likelihood_shuffled"]).all()
    assert (both["came"] != both["came_shuffled"]).any()


def test_a_shuffled_future_tells_no_matched_pairs_apart() -> None:
    net = history(5, organisations=300, bodies=1_200)
    day = float(days(pd.Series(["2017-01-01"]))[0])
    late = days(net.bodies["from"]) >= day
    seats = net.memberships.copy()
    moved = late[seats["body"].to_numpy()]
    seats.loc[moved, "organisation"] = np.random.default_rng(5).integers(0, len(net), int(moved.sum()))
    seats = seats.drop_duplicates(["organisation", "body"]).sort_values(["organisation", "body"])
    shuffled = Network(net.organisations, net.bodies, seats.reset_index(drop=True))
    trial = tried(shuffled, parted(shuffled, day), sample=300, learned_from=300, seed=0)
    assert trial is not None
    for name in ("specific", "graphkit", "Katz", "random", "degree"):
        assert trial.auc_matched[name] == pytest.approx(0.5, abs=0.02), name


def test_east_and_west_are_macro_regions_or_sides_of_europe(net: Network) -> None:
    people = net.organisations.assign(country=["PL", "DE", "CN", None] * (len(net) // 4), region=None)
    european = replace(net, organisations=people)
    assert sides(european)[:4].tolist() == [1, -1, 0, 0]
    regions = pd.DataFrame(
        {
            "id": ["r1", "r2"],
            "name": ["Hubei", "Gansu"],
            "name_zh": None,
            "code": ["HB", "GS"],
            "macro_region": ["central", "west"],
        }
    )
    told = replace(
        net,
        tables={"Region": regions},
        organisations=people.assign(region=["HB", "GS", "Gansu", None] * (len(net) // 4)),
    )
    assert sides(told)[:4].tolist() == [0, -1, -1, 0]


def test_likeliest_pairs_and_the_untied_are_in_the_notes(found: Result) -> None:
    said = " ".join(found.notes)
    assert "% of the best 100" in said
    assert "drawn without looking ahead" in said
    assert "count every tie of the 12 months that came later" in said  # 2017 is all that is later
    assert found.members is not None
    best = found.members.sort_values("likelihood", ascending=False, kind="stable")
    ends = np.sort(best[["organisation", "candidate"]].to_numpy(dtype=str), axis=1)
    once = best[~pd.DataFrame(ends).duplicated().to_numpy()]
    assert f"{100 * once['came'].iloc[:100].mean():.1f} % of the best 100" in said


def test_the_proof_stands_beside_the_proposals_in_the_report(net: Network) -> None:
    needs = [each for each in sections() if each.analysis in ("bridges", "backtest")]
    assert [each.analysis for each in needs] == ["bridges", "backtest"]
    cheap = run("backtest", net, **{**dict(needs[1].options), "sample": 20, "learned_from": 100})
    assert len(cheap.table) == len(STRATA) * len(SCORES)
    assert cheap.members is None
    assert "came true" in cheap.sentences("en")[0]


def test_where_nothing_can_be_tried_that_is_said() -> None:
    found = run("backtest", two_triangles())
    assert found.table.empty
    assert found.notes[0].startswith("Nothing can be tried")
    with pytest.raises(UsageError, match="--sample"):
        run("backtest", two_triangles(), sample=0)
    with pytest.raises(UsageError, match="--listed"):
        run("backtest", two_triangles(), listed=101)
