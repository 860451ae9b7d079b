"""How well organisations are told apart, beside fuzzy ratios, on pairs and strings that people have judged.

    python benchmarks/resolving.py FOLDER [--ror DUMP] [--speed]

FOLDER holds organisation_pairs.csv, chinese_pairs.csv, chinese_english_pairs.csv, affiliations_s2aff.csv and
affiliations_ror_logs.csv; DUMP is ROR's dump, without which only what needs no register is shown. The weights of the
scores were fitted on the two first files (`fit_likeness.py` shows them cross-validated), and the Chinese pairs are made
of ROR's own names: with ROR they show that the register is used rightly, not what it knows of other names.
`--speed` also takes the time and memory of 50,000 records of the register. The figures that were to be reached come
last, each beside its goal.

Strings are linked to the register as the dump has it, and to its entries that carry a GRID id. ROR took its entries
from GRID until 2021, so that an entry without one is younger, as a rule; where its name stands in a string it is only
suggested, and `right suggestions` shows how many of those were judged right. Where few were, the judgements are older
than the entries: the very name stands in the string, and was judged to have no match or to mean the body above it. P is
the share of the links that were judged right, R that of the strings whose match is in the register that are linked to
it, each with its 95 % interval (Wilson 1927); `P, with a match` leaves out the strings that were judged to have no
match at all. `half 0` and `half 1` are the strings with an even and an odd SHA-256. The rules were written with these
very files in view: they are no test of what the rules do on others.
"""

import argparse
import ast
import hashlib
import re
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fit_likeness import figures
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein
from scipy.stats import binomtest

from graphkit.naming.linking import Names, link
from graphkit.naming.names import levelled, normalised
from graphkit.naming.registering import register_of
from graphkit.naming.resolving import card_of, same
from graphkit.naming.suggesting import Register, aliases_of, judged, suggested
from graphkit.shelf import find_loader

Score = Callable[[str, str], float]
reached: list[tuple[str, float, float]] = []  # what, figure, goal: at least so much


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, keep_default_na=False, dtype=str)


def read_register(dump: Path) -> pd.DataFrame:
    """Read organisations of ROR, each with the aliases that withdrawn records leave to it."""
    return register_of(find_loader("ror").load(dump))


def of_grid(register: pd.DataFrame) -> pd.DataFrame:
    """Keep the entries that GRID knew: those that were there when the strings were judged."""
    return register[[any(alias.startswith("grid:") for alias in aliases) for aliases in register["aliases"]]]


def wilson(right: int, of: int) -> str:
    """Print a share with its 95 % interval (Wilson 1927)."""
    low, high = binomtest(right, of).proportion_ci(method="wilson")
    return f"{right / of:.3f} ({low:.3f}-{high:.3f})"


def pair(a: str, b: str) -> pd.DataFrame:
    return pd.DataFrame({"id": ["own:a", "own:b"], "name": [a, b]})


def show_pairs(
    name: str,
    pairs: Sequence[tuple[str, str]],
    truth: np.ndarray,
    scores: dict[str, Score],
    goals: dict[str, dict[str, float]],
) -> None:
    """Print the automatic lane, then each score: best F1, recall at .95 and .99, and what a score of .5 gives."""
    merged = np.array([len(same(pair(a, b))) > 0 for a, b in pairs])
    print(f"\n{name}: {len(truth)} pairs, {truth.sum()} of one organisation")
    wrong = (merged & ~truth).sum()
    reached.append((f"{name}: merged without asking, precision", truth[merged].mean(), 0.995))
    print(
        f"  merged without asking: {merged.sum()}, wrongly {wrong}; recall {(merged & truth).sum() / truth.sum():.3f}"
    )
    print(f"  {'score':34} {'F1':>6} {'R at P .95':>11} {'R at P .99':>11} {'P at .5':>8} {'R at .5':>8}")
    for label, score in scores.items():
        got = np.array([score(a, b) for a, b in pairs])
        best = figures(truth, got)
        over = got >= 0.5
        for figure, least in goals.get(label, {}).items():
            reached.append((f"{name}: {label}, {figure}", best[figure], least))
        half = ("", "") if "graphkit" not in label else (f"{truth[over].mean():.3f}", f"{over[truth].mean():.3f}")
        shown = f"{best['F1']:6.3f} {best['R at P .95']:11.3f} {best['R at P .99']:11.3f}"
        print(f"  {label:34} {shown} {half[0]:>8} {half[1]:>8}")


def ours(register: Register | None = None) -> Score:
    return lambda a, b: judged(card_of({"id": "a", "name": a}), card_of({"id": "b", "name": b}), register)[0]


def show_links(name: str, texts: Sequence[str], truth: Sequence[set[str]], names: Names, of: str) -> None:
    """Print precision over all strings and over those that have a match, recall, and links of those that have none."""
    began = time.perf_counter()
    found = link(texts, names, younger=True)
    took = time.perf_counter() - began
    right = np.array([ror in truth[row] for row, ror in found[["row", "ror"]].itertuples(index=False, name=None)])
    sure = (found["method"] == "affiliation").to_numpy()
    inside = np.array([not ids.isdisjoint(names.cards) for ids in truth])
    without = np.array([not ids for ids in truth])
    row = found["row"].to_numpy(int)
    odd = np.array([hashlib.sha256(text.encode()).digest()[-1] % 2 == 1 for text in texts])
    reached.append((f"{name}, {of}: precision", right[sure].mean(), 0.95))
    for part, of_part in (("all", np.full(len(texts), True)), ("half 0", ~odd), ("half 1", odd)):
        links = sure & of_part[row]
        linked = links & without[row]
        good = right[links].sum()
        shown = f"{(right & ~sure & of_part[row]).sum()} of {(~sure & of_part[row]).sum():3}"
        print(
            f"  {name:22} {of:7} {part:6} {of_part.sum():6} {links.sum():6} {wilson(good, links.sum()):>20}"
            f" {wilson(good, (links & ~linked).sum()):>20}"
            f" {wilson(good, (inside & of_part).sum()):>20}"
            f" {linked.sum():6} of {(without & of_part).sum():3} {shown:>17} {len(texts) / took:9,.0f}"
        )


def ids(text: str) -> set[str]:
    return {f"ror:{found}" for found in re.findall(r"ror\.org/(\w{9})", text)}


def affiliations(folder: Path) -> Iterable[tuple[str, list[str], list[set[str]]]]:
    for file, text, label in (
        ("affiliations_s2aff.csv", "original_affiliation", "labels"),
        ("affiliations_ror_logs.csv", "affiliation", "ror_id"),
    ):
        table = read(folder / file)
        labels = [ids(" ".join(ast.literal_eval(each)) if each.startswith("{") else each) for each in table[label]]
        yield file.removesuffix(".csv"), table[text].tolist(), labels


def speed(register: pd.DataFrame) -> None:
    """Take the time of 50,000 records, as a source that knows no ROR ids would bring them."""
    records = register.head(50_000).drop(columns="aliases").assign(id=lambda table: "own:" + table["id"].str[4:])
    for name, job in (
        ("same", lambda: same(records)),
        ("suggested", lambda: suggested(records)),
        ("suggested with the register", lambda: suggested(records, aliases=aliases_of(register))),
    ):
        began = time.perf_counter()
        found = job()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took = time.perf_counter() - began
        print(f"  {name:30} {len(records):7,} records {len(found):7,} pairs {took:6.1f} s, {memory:5.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ror", type=Path)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    register = read_register(options.ror) if options.ror else None
    known = Register.of(aliases_of(register)) if register is not None else None
    peers: dict[str, Score] = {
        "rapidfuzz WRatio": lambda a, b: fuzz.WRatio(a, b),
        "rapidfuzz WRatio, levelled": lambda a, b: fuzz.WRatio(levelled(a), levelled(b)),
        "rapidfuzz WRatio, without forms": lambda a, b: fuzz.WRatio(normalised(a), normalised(b)),
        "Levenshtein, without forms": lambda a, b: Levenshtein.normalized_similarity(normalised(a), normalised(b)),
        "Jaro-Winkler, without forms": lambda a, b: JaroWinkler.similarity(normalised(a), normalised(b)),
        "graphkit": ours(),
    }
    if known is not None:
        peers["graphkit with ROR's names"] = ours(known)
    goals = {
        "organisation_pairs.csv": {"graphkit": {"F1": 0.90, "R at P .99": 0.55}},
        "chinese_pairs.csv": {"graphkit with ROR's names": {"R at P .99": 0.60}},
    }
    for file, wanted in goals.items():
        table = read(options.folder / file)
        truth = (table["is_match"].str.lower() == "true").to_numpy()
        show_pairs(file, [*zip(table["name1"], table["name2"], strict=True)], truth, peers, wanted)
    if register is not None:
        with_register(options, register, ours(known))
    print("\nfigures to reach")
    for what, figure, least in reached:
        print(f"  {what:74} {figure:6.3f}  goal {least:5.3f}  {'reached' if figure >= least else 'NOT REACHED'}")


def with_register(options: argparse.Namespace, register: pd.DataFrame, score: Score) -> None:
    """Print what needs the register: two languages, strings, and the time it takes."""
    table = read(options.folder / "chinese_english_pairs.csv")
    met = np.array([score(zh, en) for zh, en in zip(table["zh"], table["en"], strict=True)])
    moved = table["en"].to_numpy()[np.random.default_rng(0).permutation(len(table))]
    other = np.array([score(zh, en) for zh, en in zip(table["zh"], moved, strict=True)])
    print(f"\nchinese_english_pairs.csv: recall at .5 {np.mean(met >= 0.5):.3f}, at .95 {np.mean(met >= 0.95):.3f};")
    reached.append(("chinese_english_pairs.csv: recall at .5", float(np.mean(met >= 0.5)), 0.90))
    print(f"  of the same names paired at random {np.mean(other >= 0.5):.4f} reach .5")
    heads = f"{'texts':>6} {'links':>6} {'P':>20} {'P, with a match':>20} {'R':>20} {'without match':>13}"
    heads += f" {'right suggestions':>17} {'a second':>9}"
    print(f"\n  {'links to ROR':22} {'entries':7} {'part':6} {heads}")
    for of, entries in (("today", register), ("of GRID", of_grid(register))):
        names = Names.of(entries)
        for name, texts, labels in affiliations(options.folder):
            show_links(name, texts, labels, names, of)
    if options.speed:
        print()
        speed(register)


if __name__ == "__main__":
    main()
