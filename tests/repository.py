"""The files of this repository: as git sees them or, in an unpacked sdist, as they lie there."""

import functools
import subprocess
from pathlib import Path

import pathspec

TOP = Path(__file__).resolve().parent.parent


@functools.cache
def committed() -> tuple[str, ...]:
    """Every file that is committed or would be by `git add`, relative to the top, with forward slashes, in order."""
    if (TOP / ".git").exists():
        # A clone made by another user is still ours to list.
        git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(git, cwd=TOP, capture_output=True, check=True, encoding="utf-8").stdout.split("\0")
    else:
        ignored = pathspec.GitIgnoreSpec.from_lines((TOP / ".gitignore").read_text(encoding="utf-8").splitlines())
        names = [Path(name).as_posix() for name in ignored.match_tree_files(TOP, negate=True)]
    return tuple(sorted(name for name in set(names) if (TOP / name).is_file()))
