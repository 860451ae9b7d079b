from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from small_graphs import toy_zone, two_triangles

from graphkit.analysis import run
from graphkit.errors import DataError, UsageError
from graphkit.measures import fitting
from graphkit.measures.examples import COLD, FAR, KINDS, NEAR, kinds_of, matched, split
from graphkit.measures.features import FAMILIES, NAMES, SIGNS, blocks
from graphkit.measures.fitting import NEARER, Scale, better, calibration_error, log_odds, reliability
from graphkit.measures.gain import Distances
from graphkit.measures.likelihood import Likelihood, learn
from graphkit.measures.past import Past, days, earlier_bodies
from graphkit.measures.reasons import Grounds
from graphkit.network import Network


def history(
    seed: int = 0, organisations: int = 160, bodies: int = 300, *, dated: bool = True, order: int | None = None
) -> Network:
    """Eight circles; each body draws from one circle, active organisations more often, over four years.

    Who will tie up is thus partly known from the past: the circle and the activity. `order` shuffles the rows given.
    """
    random = np.random.default_rng(seed)
    activity = random.pareto(1.5, organisations) + 0.2
    circle = np.arange(organisations) % 8
    seats, facts = [], []
    for body in range(bodies):
        home = np.flatnonzero(circle == random.integers(8))
        size = int(random.integers(2, 6))
        inside = random.choice(home, size, replace=False, p=activity[home] / activity[home].sum())
        guests = random.choice(organisations, 1, p=activity / activity.sum())
        day = np.datetime64("2014-01-01") + int(random.integers(0, 4 * 365))
        facts.append({"id": f"b{body:04d}", "from": str(day) if dated else None, "programme": (f"T{circle[home[0]]}",)})
        seats += [(f"o{i:03d}", f"b{body:04d}") for i in {*inside.tolist(), *guests.tolist()}]
    people = pd.DataFrame(
        {
            "id": [f"o{i:03d}" for i in range(organisations)],
            "country": [f"C{c % 4}" for c in circle],
            "role": "university",
        }
    )
    table = pd.DataFrame(seats, columns=["organisation", "body"])
    table["row"] = [f"seats.csv:{i + 2}" for i in range(len(table))]
    frames = [people, pd.DataFrame(facts), table]
    if order is not None:
        frames = [frame.sample(frac=1, random_state=order) for frame in frames]
    return Network.from_frames(*frames)


@pytest.fixture(scope="module")
def net() -> Network:
    return history()


@pytest.fixture(scope="module")
def learned(net: Network) -> Likelihood:
    return learn(net)


def test_proposals_are_new_ties_ranked_by_likelihood(net: Network) -> None:
    found = run("proposals", net, each=5)
    table = found.table
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    one, other = table["organisation"].map(row).to_numpy(), table["candidate"].map(row).to_numpy()
    assert (one != other).all()
    assert (np.asarray(net.ties[one, other]) == 0).all()
    assert table.groupby("organisation").size().eq(5).all()
    assert set(table["organisation"]) == set(net.organisations["id"][np.diff(net.ties.indptr) > 0])
    for _, mine in table.groupby("organisation"):
        assert mine["rank"].tolist() == [1, 2, 3, 4, 5]
        assert mine["likelihood"].is_monotonic_decreasing
        assert mine["candidate"].is_unique
    assert table["likelihood"].between(0, 1).all()
    assert list(table.columns)[:6] == ["organisation", "candidate", "rank", "likelihood", "specific", "gain"]
    common = (net.ties > 0).astype(int)
    assert table["common_partners"].tolist() == np.asarray((common @ common)[one, other]).tolist()


def test_gain_is_that_of_the_tie_alone(net: Network) -> None:
    table = run("proposals", net, each=1, among=("o001", "o002")).table
    row = {id_: i for i, id_ in enumerate(net.organisations["id"])}
    for each in table.to_dict("records"):
        distances = Distances(net.ties)
        before = distances.efficiency
        distances.add(row[each["organisation"]], row[each["candidate"]])
        assert each["gain"] == pytest.approx(distances.efficiency - before, abs=1e-12)


def test_likelihood_ranks_better_than_chance_on_a_future_that_it_never_saw() -> None:
    net = history(4, bodies=500)
    early = (net.bodies["from"] < "2017-01-01").to_numpy()
    model = learn(net.keep(early))
    later, before = net.keep(~early).ties, net.keep(early).ties
    sources = np.flatnonzero(np.diff(before.indptr) > 0)
    best = model.best(sources, 10)
    hits = np.asarray(later[best["source"].to_numpy(), best["target"].to_numpy()] > 0)
    untied = np.asarray(before[sources].toarray() == 0)
    chance = (later[sources].toarray()[untied] > 0).mean()
    assert hits.mean() > 4 * chance
    assert model.proof is not None
    assert model.proof.precision > 4 * chance
    assert abs(best["likelihood"].mean() - hits.mean()) < 0.05  # stated and observed, all proposals together


def described(net: Network) -> Network:
    """The same, with two roles, a coordinator for every body, and two technologies that each is about."""
    bodies = net.bodies["id"]
    number = np.arange(len(bodies))
    about = pd.DataFrame({"start": [*bodies, *bodies], "start_label": "Collaboration", "end_label": "Technology"})
    about["end"] = [f"t{i}" for i in (*(number % 7), *(7 + number % 5))]
    first = ~net.memberships.duplicated("body")
    return replace(
        net,
        organisations=net.organisations.assign(role=[("university", "enterprise")[i % 2] for i in range(len(net))]),
        memberships=net.memberships.assign(role=np.where(first, "coordinator", None)),
        tables={"ABOUT": about},
    )


@pytest.mark.parametrize("earlier", [False, True], ids=["alone", "after an earlier framework"])
def test_what_comes_after_the_split_changes_no_sign(net: Network, earlier: bool) -> None:
    # Three networks alike until the parting: as it is, with later seats moved, and with more bodies and seats appended.
    whole = described(with_earlier_framework(net, whom="o087") if earlier else net)
    parted = split(whole, 0.25, 0.0, seed=0)
    seats = whole.memberships.copy()
    moved = seats["body"].isin(np.flatnonzero(parted.after)).to_numpy()
    random = np.random.default_rng(9)
    seats.loc[moved, "organisation"] = random.integers(0, len(whole), int(moved.sum()))
    seats = seats.drop_duplicates(["organisation", "body"]).sort_values(["organisation", "body"])
    other = Network(whole.organisations, whole.bodies, seats.reset_index(drop=True), tables=whole.tables)
    more = whole.bodies.iloc[parted.after].assign(id=lambda table: "z" + table["id"])
    added = pd.DataFrame({"organisation": random.integers(0, len(whole), 90), "body": 0, "row": None})
    added["body"] = len(whole.bodies) + random.integers(0, len(more), len(added))
    grown = pd.concat([whole.memberships, added]).drop_duplicates(["organisation", "body"])
    about = whole.table("ABOUT")
    late = about[about["start"].isin(whole.bodies["id"][parted.after])]
    appended = Network(
        whole.organisations,
        pd.concat([whole.bodies, more], ignore_index=True),
        grown.sort_values(["organisation", "body"], ignore_index=True),
        tables={"ABOUT": pd.concat([about, late.assign(start="z" + late["start"])], ignore_index=True)},
    )
    sources = np.arange(0, len(whole), 7)

    def signs(of: Network, before: NDArray[np.bool_]) -> NDArray[np.float32]:
        old = earlier_bodies(of)[before]
        found = blocks(Past(of.keep(before), parted.today, old), sources)
        return np.concatenate([np.array([block.sign(name) for name in NAMES]) for block in found], 1)

    ours = signs(whole, parted.before)
    assert (whole.ties != other.ties).nnz > 0
    assert (whole.ties != appended.ties).nnz > 0
    theirs = {"moved": signs(other, parted.before), "appended": signs(appended, np.r_[parted.before, more.index < 0])}
    leaks = [(how, name) for how, each in theirs.items() for i, name in enumerate(NAMES) if (ours[i] != each[i]).any()]
    assert leaks == []
    # What never varies could not leak: every sign has to say something here, those of an earlier framework with one.
    silent = {sign.name for sign in SIGNS if np.ptp(ours[NAMES.index(sign.name)]) == 0}
    assert silent == (set() if earlier else {*FAMILIES["earlier"], "earlier"})


def test_the_split_is_by_time_and_leaves_undated_bodies_known(net: Network) -> None:
    parted = split(net, 0.5, 0.25, seed=0)
    day = days(net.bodies["from"])
    assert day[parted.before].max() <= parted.today < day[parted.after].min()
    assert not (parted.before & parted.after).any()
    assert (day[~(parted.before | parted.after)] > day[parted.after].max()).all()
    assert parted.years == pytest.approx(1, abs=0.15)  # a quarter of four years
    undated = history(dated=False)
    at_random = split(undated, 0.25, 0.0, seed=3)
    assert np.isnan(at_random.today)
    assert 0.15 < at_random.after.mean() < 0.35


def test_a_future_without_any_order_cannot_be_foretold(net: Network) -> None:
    # Later bodies get members at random, three times over: every pair is as likely as any other (.049 for these).
    early = (net.bodies["from"] < "2016-07-01").to_numpy()
    late = ~early[net.memberships["body"].to_numpy()]
    precisions = []
    for seed in (2, 3, 4):
        seats = net.memberships.copy()
        seats.loc[late, "organisation"] = np.random.default_rng(seed).integers(0, len(net), int(late.sum()))
        seats = seats.drop_duplicates(["organisation", "body"]).sort_values(["organisation", "body"])
        proof = learn(Network(net.organisations, net.bodies, seats.reset_index(drop=True))).proof
        assert proof is not None
        precisions.append(proof.precision)
    assert np.mean(precisions) == pytest.approx(0.049, abs=0.01)


def test_rows_in_any_order_and_the_same_seed_give_the_same_table(net: Network) -> None:
    tables = [run("proposals", each, each=3, seed=5).table for each in (net, history(order=1), history(order=2))]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])


def test_without_common_partner_only_such_candidates_come(net: Network) -> None:
    table = run("proposals", net, each=4, without_common_partner=True).table
    assert (table["common_partners"] == 0).all()
    assert not table["reasons"].str.contains("common partner").any()


def test_among_takes_ids_and_names_the_unknown(net: Network) -> None:
    table = run("proposals", net, each=2, among=("o009", "o003", "o003")).table
    assert table["organisation"].tolist() == ["o003", "o003", "o009", "o009"]
    with pytest.raises(DataError, match="'pic:1'"):
        run("proposals", net, among=("o003", "pic:1"))
    with pytest.raises(UsageError, match="--each"):
        run("proposals", net, each=0)


def test_reasons_and_evidence_name_what_is_behind(net: Network) -> None:
    table = run("proposals", net, each=3).table
    assert table["reasons"].ne("").all()
    assert table["reasons_zh"].ne("").all()
    rows = net.memberships.set_index("row")[["organisation", "body"]]
    ids, bodies = net.organisations["id"].to_numpy(), net.bodies["id"].to_numpy()
    near = table[table["common_partners"] > 0].iloc[0]
    seats = [rows.loc[each] for each in near["evidence"].split(", ")]
    who = [ids[seat["organisation"]] for seat in seats]
    assert {near["organisation"], near["candidate"]} <= set(who)
    where = {id_: {bodies[s["body"]] for s, w in zip(seats, who, strict=True) if w == id_} for id_ in who}
    middle = next(iter(set(who) - {near["organisation"], near["candidate"]}))
    assert where[near["organisation"]] & where[middle]
    assert where[near["candidate"]] & where[middle]


def test_terms_of_the_score_add_up_to_its_log_odds(learned: Likelihood) -> None:
    assert learned.models is not None
    rows = learned.best(np.arange(10), 5).dropna(subset="likelihood")
    kind = np.where(rows["common"] > 0, NEAR, np.where(learned.past.degree[rows["source"]] > 0, FAR, COLD))
    for which, part in rows.groupby(kind):
        model = learned.models[int(which)]
        margin = np.log(part["likelihood"] / (1 - part["likelihood"]))
        terms = part[list(FAMILIES)].sum(axis=1)
        constant = (margin - model.shift) / model.slope - terms
        assert constant.to_numpy() == pytest.approx(np.full(len(part), model.intercept), abs=1e-3)
    assert {name for names in FAMILIES.values() for name in names} == set(NAMES)


def test_how_many_blocks_are_made_at_once_changes_nothing(learned: Likelihood, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = np.flatnonzero(learned.past.degree > 0)

    def signs() -> list[NDArray[np.float32]]:
        return [np.array([block.sign(name) for name in NAMES]) for block in blocks(learned.past, sources)]

    together = signs()
    assert len(together) > 2
    monkeypatch.setattr("graphkit.measures.features.AHEAD", 1)
    for one, other in zip(together, signs(), strict=True):
        assert np.array_equal(one, other)


def test_given_pairs_are_judged_as_the_best_are(learned: Likelihood) -> None:
    best = learned.best(np.array([3, 90, 150]), 6)
    again = learned.of(best[["source", "target"]].to_numpy()[::-1])
    pd.testing.assert_frame_equal(again.iloc[::-1].reset_index(drop=True), best, check_exact=False, rtol=1e-5)


def test_neighbour_scores_are_those_of_networkx() -> None:
    import networkx as nx

    net = two_triangles()
    graph, ids = net.to_networkx(), net.organisations["id"].tolist()
    (block,) = blocks(Past(net, np.nan), np.array([ids.index("a2")]))
    # a2-b1 is the only pair of a2 across with a common partner (a1): rank 1, all others last.
    scores = {other: score for _, other, score in nx.adamic_adar_index(graph, [("a2", b) for b in ("b1", "b2", "b3")])}
    assert scores == {"b1": pytest.approx(1 / np.log(3)), "b2": 0, "b3": 0}
    ranks = [float(block.sign("adamic_adar")[0, ids.index(b)]) for b in ("b1", "b2", "b3")]
    assert ranks == pytest.approx([0, np.log(7), np.log(7)])


@pytest.mark.parametrize("small", [two_triangles(), toy_zone()], ids=["two triangles", "toy zone"])
def test_too_little_past_is_said_and_still_ranked(small: Network) -> None:
    found = run("proposals", small, each=2)
    assert found.table["likelihood"].tolist() == [None] * len(found.table)
    assert "too little past" in found.notes[0]
    assert "likelihood unknown" in found.sentences("en")[0]
    assert "可能性未知" in found.sentences("zh")[0]
    if "a2" in set(small.organisations["id"]):
        first = found.table[found.table["organisation"] == "a2"].iloc[0]
        assert first["candidate"] == "b1"  # the only one with a common partner
        assert first["reasons"].startswith("1 common partner: a1")


def test_empty_networks_give_empty_tables() -> None:
    assert len(run("proposals", Network.of({})).table) == 0
    assert len(run("proposals", Network.of({"P": ["a"]}, ["b"])).table) == 0
    assert len(run("proposals", Network.of({"P": ["a", "b"]})).table) == 0  # nobody else is there


def test_bodies_without_dates_are_parted_at_random_and_that_is_said() -> None:
    found = run("proposals", history(dated=False, bodies=600), each=2)
    assert "no dates" in found.notes[0]
    assert found.table["likelihood"].notna().all()


def with_earlier_framework(net: Network, *, who: str = "o000", whom: str = "o077") -> Network:
    """Add twelve bodies without dates, of a programme that no dated body has; two organisations share one of them."""
    seats = pd.DataFrame(
        {
            "organisation": net.organisations["id"].to_numpy()[net.memberships["organisation"]],
            "body": net.bodies["id"].to_numpy()[net.memberships["body"]],
            "row": net.memberships["row"],
        }
    )
    old = pd.DataFrame({"id": [f"x{i:02d}" for i in range(12)], "programme": [("FP0",)] * 12})
    pairs = [(f"o{i:03d}", f"o{i + 80:03d}") for i in range(1, 12)]
    more = [(member, f"x{i:02d}") for i, pair in enumerate([(who, whom), *pairs]) for member in pair]
    return Network.from_frames(
        net.organisations,
        pd.concat([net.bodies, old], ignore_index=True),
        pd.concat([seats, pd.DataFrame(more, columns=["organisation", "body"])], ignore_index=True),
    )


def test_an_earlier_framework_is_before_everything_and_has_signs_of_its_own(net: Network) -> None:
    both = with_earlier_framework(net)
    earlier = earlier_bodies(both)
    assert set(both.bodies["id"][earlier]) == {f"x{i:02d}" for i in range(12)}
    parted = split(both, 0.25, 0.0, seed=0)
    assert parted.before[earlier].all()
    assert parted.today == split(net, 0.25, 0.0, seed=0).today
    past = parted.past(both)
    ids = both.organisations["id"].tolist()
    one, other = ids.index("o000"), ids.index("o077")
    assert past.links[one, other] == 0  # no tie of today
    assert past.former[one, other] == 1  # one body of two: Newman weight 1
    (block,) = blocks(past, np.array([one]))
    at = int(np.flatnonzero(block.columns == other)[0])
    assert block.sign("former")[0, at] == 0  # the first by rank: the only one
    assert block.former[0].sum() == 1
    model = learn(both)
    assert "12 bodies without a date are of an earlier framework" in model.notes[0]
    assert other not in set(model.best(np.array([one]), 200)["target"])
    assert other in set(model.best(np.array([one]), 200, former=True)["target"])
    assert "partners in an earlier framework" in Grounds(model)._earlier(one, other)  # type: ignore[operator]


def test_undated_bodies_of_a_dated_programme_are_no_earlier_framework(net: Network) -> None:
    bodies = net.bodies.copy()
    bodies.loc[:5, "from"] = None
    assert not earlier_bodies(Network(net.organisations, bodies, net.memberships)).any()
    assert not earlier_bodies(history(dated=False)).any()


def test_matched_examples_differ_neither_in_partners_nor_in_distance(net: Network) -> None:
    parted = split(net, 0.25, 0.0, seed=0)
    past = parted.past(net)
    later = net.keep(parted.after).ties
    random = np.random.default_rng(0)
    found = [
        matched(block, past, later[block.sources].toarray()[:, block.columns] > 0, random)
        for block in blocks(past, np.flatnonzero(past.degree > 0))
    ]
    values, came, common = (np.concatenate(part) for part in zip(*found, strict=True))
    assert len(came) == 3 * came.sum() > 100
    partners = np.expm1(values[:, NAMES.index("partners")]).reshape(-1, 3)
    assert (np.abs(partners[:, 1:] - partners[:, :1]) <= np.maximum(partners[:, :1] / 8, 1) + 1e-3).all()
    assert (common.reshape(-1, 3) == common.reshape(-1, 3)[:, :1]).all()
    assert roc_auc_score(came, values[:, NAMES.index("partners")]) == pytest.approx(0.5, abs=0.03)


def test_ranks_never_speak_against_a_tie(learned: Likelihood) -> None:
    assert learned.models is not None
    for model in learned.models:
        assert (model.weight[NEARER] <= 0).all()


def test_a_single_score_stands_in_only_where_it_clearly_does_better() -> None:
    ours = np.array([1.0, 2, 3, 2, 1, 2])
    # Ahead by 1 everywhere, by 0.17 on average with a standard error of 0.31, and behind.
    assert better(ours, {"behind": ours - 1, "ahead": ours + 1}) == "ahead"
    assert better(ours, {"perhaps": ours + np.array([1, -1, 1, 0, 0, 0])}) is None
    assert better(ours, {"behind": ours - 1}) is None
    assert better(ours[:1], {"ahead": ours[:1] + 1}) is None
    # Ahead by 1 for 4 of 12: .333 with a standard error of .142, which is 2.34 of them: enough for one score (1.96),
    # and not for the best of eight (2.73).
    none, some = np.zeros(12), {"some": np.repeat([1.0, 0.0], [4, 8])}
    assert better(none, some) == "some"
    assert better(none, some | {f"behind {i}": none - 1 for i in range(7)}) is None


def test_reliability_is_that_worked_out_by_hand() -> None:
    # Four stated at .1 of which one came, four at .5 of which three came: off by .15 and .25.
    stated, came = np.repeat([0.5, 0.1], 4), np.array([1, 1, 1, 0, 0, 0, 0, 1], dtype=bool)
    assert reliability(stated, came) == [(0.1, 0.25, 4), (0.5, 0.75, 4)]
    assert calibration_error(stated, came) == pytest.approx(0.2)
    assert np.isnan(calibration_error(stated[:0], came[:0]))


def test_each_kind_of_pair_is_ranked_by_what_does_best_for_it(net: Network) -> None:
    learned = learn(net)
    assert learned.models is not None
    assert learned.proof is not None
    assert len(learned.models) == len(learned.proof.chosen) == len(KINDS)
    # One kind falls back to a single score; the others keep their models, and all stay likelihoods.
    models = list(learned.models)
    models[NEAR] = Scale.of_one("paths")
    changed = replace(learned, models=tuple(models))
    (block,), (again,) = ([each for each in blocks(of.past, np.arange(8))] for of in (learned, changed))
    was, now = learned.scores(block), changed.scores(again)
    far = kinds_of(learned.past, block) != NEAR
    assert (was[far] == now[far]).all()
    assert (was[~far] != now[~far]).any()


def test_kin_are_never_proposed(net: Network) -> None:
    # Of the three best for organisation 5 one is its parent, one its parent's parent, one perhaps the same.
    first, second, third = (int(each) for each in learn(net).best(np.array([5]), 3)["target"])
    ids = net.organisations["id"].tolist()
    owned = pd.DataFrame({"start": [ids[5], ids[first]], "end": [ids[first], ids[second]]})
    same = pd.DataFrame({"start": [ids[third]], "end": [ids[5]], "status": ["suggested"]})
    kept = learn(replace(net, tables={"SUBSIDIARY_OF": owned, "SAME_AS": same}))
    assert not {first, second, third} & set(kept.best(np.array([5]), len(net))["target"])


def test_of_whom_nothing_is_known_no_likelihood_is_given(net: Network) -> None:
    alone = pd.DataFrame({"id": ["z1"], "country": ["C1"], "role": ["university"]})
    people = pd.concat([net.organisations, alone], ignore_index=True)
    more = Network(people.reindex(columns=net.organisations.columns), net.bodies, net.memberships)
    best = learn(more).best(np.array([len(net)]), 5)
    assert best["likelihood"].isna().all()
    assert len(best) == 5
    assert (net.organisations["country"].to_numpy()[best["target"]] == "C1").sum() >= 3  # its own country ties up most


def test_log_odds_are_those_of_each_pairs_own_model(learned: Likelihood) -> None:
    past, models = learned.past, learned.models
    assert models is not None
    block = next(blocks(past, np.arange(len(past.net))))
    kinds = kinds_of(past, block)
    assert {NEAR, FAR} <= set(np.unique(kinds))
    found = log_odds(models, block, kinds)
    for kind, model in enumerate(models):
        rows, columns = np.nonzero(kinds == kind)
        odds = model.slope * model.margin(block.at(rows, columns)) + model.shift
        assert found[rows, columns] == pytest.approx(odds, abs=1e-4)


@pytest.mark.parametrize("columns", [0, 3, 2_100])
def test_adding_signs_one_by_one_and_choosing_among_products_agree(columns: int) -> None:
    random = np.random.default_rng(columns)
    pairs = random.normal(size=(5, 4, columns)).astype(np.float32)
    values, codes = random.normal(size=(3, 4, 6)).astype(np.float32), random.integers(0, 6, (2, columns))
    targets, own, weight = (random.normal(size=(3, many)).astype(np.float32) for many in (columns, 4, 5))
    kinds = random.integers(0, 2, (4, columns)).astype(np.int8)
    kinds[3] = 2
    added, chosen = np.full((2, 4, columns), np.nan, dtype=np.float32)
    fitting._added(pairs, values, codes, targets, own, weight, kinds, added)
    fitting._chosen(pairs, values, codes, targets, own, weight, kinds, chosen)
    np.testing.assert_allclose(added, chosen, atol=1e-5)
