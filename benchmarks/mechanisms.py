"""The mechanisms of an innovation ecosystem, timed on one network: python benchmarks/mechanisms.py [CORDIS-FOLDER].

Without a folder on the zones sample (goal: all under 20 s), with one on CORDIS, grouped by country (goal: under 180 s).
Prints CPU seconds, rows, or what data are missing, and the peak memory; the store and reading are not counted.
"""

import resource
import sys
import tempfile
import time

import graphkit as gk
from graphkit.analysis import analyses
from graphkit.errors import DataError

MECHANISMS = (
    *("four-chains", "chain-coupling", "valley-of-death", "shelved-results", "orientation", "feedback-loops"),
    *("duplicate-platforms", "ecosystem", "coverage", "drivers", "capital-ladder", "talent", "enterprise-leadership"),
    *("challenge-board", "unmet-demand", "regional-imbalance", "region-links", "international", "vitality", "reform"),
    *("resilience", "scorecard"),
)


def main() -> None:
    """Run each once, in the order of the list, on one snapshot."""
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as home, gk.open(home) as project:
        project.load(*(("cordis", folder) if folder else ("zones",)))
        net = project.network()
    total = 0.0
    for name in MECHANISMS:
        by_place = any(o.name == "by" and o.default in ("zone", "region") for o in analyses()[name].options)
        options = {"by": "country"} if folder and by_place else {}
        started = time.process_time()
        try:
            said = f"{len(gk.run(name, net, **options)):,} rows"
        except DataError as error:
            said = str(error)[:90]
        took = time.process_time() - started
        total += took
        print(f"{name:24}{took:8.2f} s  {said}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'all':24}{total:8.2f} s  {peak:,.0f} MB at most")


if __name__ == "__main__":
    main()
