"""Damage the samples of every loader in thousands of ways: none may crash it, hang it, or eat the memory.

    python benchmarks/mutations.py                     # 10,000 damaged inputs for every loader
    python benchmarks/mutations.py 1000 cordis ror     # fewer, of some
    python benchmarks/mutations.py 5000 cordis --from 5000

Each input is made by its number alone, so that the number of one that fails is all that is needed to see it again. The
whole engine reads it, but for the store. What is printed: how many were loaded (with or without rejects), how many were
refused as a whole, what failed, the slowest, and the most memory the process ever had.
"""

import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from mutations import seeds, survived

from graphkit.loading import Load

MOST_MEMORY = 1 << 30


def campaign(loader: str, numbers: range) -> int:
    """Load all damaged inputs of one loader and print how that went; return how many failed."""
    loaded = rejects = failed = 0
    slowest, began = (0.0, 0), time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        for number in numbers:
            start = time.monotonic()
            try:
                outcome = survived(loader, number, Path(home))
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                failed += 1
                print(f"FAILED {loader} {number}: {type(error).__name__}: {str(error)[:300]}")
                print("".join(traceback.format_tb(error.__traceback__)[-2:]))
                continue
            slowest = max(slowest, (time.monotonic() - start, number))
            loaded += isinstance(outcome, Load)
            rejects += isinstance(outcome, Load) and bool(outcome.rejects)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    failed += memory > MOST_MEMORY
    print(
        f"{loader:10} {len(numbers):7,} inputs: {loaded:6,} loaded ({rejects:,} with rejects), "
        f"{len(numbers) - loaded - failed:6,} refused, {failed} failed; slowest {slowest[0]:.2f} s "
        f"(number {slowest[1]}), {memory >> 20} MB, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return failed


def main() -> None:
    """Run the campaign; it fails if a single input did."""
    given = sys.argv[1:]
    first = 0
    if "--from" in given:
        place = given.index("--from")
        first, given = int(given[place + 1]), given[:place] + given[place + 2 :]
    count, *names = given or ["10000"]
    if unknown := sorted({*names} - seeds().keys()):
        sys.exit(f"nothing to damage for {', '.join(unknown)}: choose from {', '.join(sorted(seeds()))}")
    numbers = range(first, first + int(count))
    sys.exit(sum(campaign(name, numbers) for name in names or sorted(seeds())) > 0)


if __name__ == "__main__":
    main()
