"""The protocols of truth, one after the other: `make truth [FOLDER=...]`.

Every file benchmarks/truth_*.py is one protocol that takes a folder of CORDIS, or nothing for the built-in sample, and
prints its table.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run all, and say whether any failed to run."""
    protocols = sorted(Path(__file__).parent.glob("truth_*.py"))
    return max(subprocess.run([sys.executable, str(file), *sys.argv[1:]], check=False).returncode for file in protocols)


if __name__ == "__main__":
    sys.exit(main())
