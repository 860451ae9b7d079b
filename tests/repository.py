"""The files of this repository, as git sees them or as they lie in an unpacked sdist, and what its pages show."""

import functools
import re
import subprocess
from pathlib import Path

import pathspec
from cogapp import Cog

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


def written(page: Path) -> str:
    """A page as readers see it: what cog makes is made."""
    cog = Cog()
    cog.options.delete_code = True
    return str(cog.process_string(page.read_text(encoding="utf-8")))


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, or those of none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [code for named, code in found if named == language]
