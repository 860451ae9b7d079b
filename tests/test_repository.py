"""What must not be in any committed file, and what must hold for each."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repository import TOP, committed

# Written so that no pattern matches itself.
REGISTRY = re.compile(
    r"https?://[a-z.]*(p[y]pi[.]|python[h]osted|re[p]o1?[.]m[a]ven|npm[j]s[.]|crates[.]i[o]|proxy[.]go[l]ang)"
)
MACHINE = re.compile(r"(^|[^a-z])/(work|farm|root)/|/tmp/v[e]nv", re.MULTILINE)
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X)\b|NotImplemented[E]rror|not implement[e]d")
SKIPPED = re.compile(r"pytest\.(mark\.)?(sk[i]p|xf[a]il)|import[o]rskip")


def texts(*suffixes: str) -> dict[str, str]:
    """Every committed text by its name: of these suffixes, or all; a file with a NUL byte is no text."""
    found = {}
    for name in committed():
        data = (TOP / name).read_bytes()
        if b"\0" not in data and (not suffixes or name.endswith(suffixes)):
            # A source's own sample may be in the source's own encoding; all its ASCII is kept either way.
            found[name] = data.decode("utf-8", errors="replace")
    return found


@pytest.mark.parametrize(
    ("pattern", "suffixes"),
    [
        pytest.param(REGISTRY, (), id="no address of a package registry"),
        pytest.param(MACHINE, (), id="no path of the machine it was written on"),
        pytest.param(UNFINISHED, (".py", ".cypher", ".md", ".toml", "Makefile", "run"), id="nothing left unfinished"),
        pytest.param(SKIPPED, (".py",), id="no test skipped or expected to fail"),
    ],
)
def test_no_committed_file_holds(pattern: re.Pattern[str], suffixes: tuple[str, ...]) -> None:
    lines = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
        for name, text in texts(*suffixes).items()
        for match in pattern.finditer(text)
    ]
    assert lines == []


def test_every_text_of_ours_is_utf8_and_ends_its_lines_as_unix_does() -> None:
    # tests/data holds real samples, byte for byte as their sources publish them.
    for name in texts():
        if not name.startswith("tests/data/"):
            assert "\r" not in (TOP / name).read_bytes().decode("utf-8"), name


def locked(which: str) -> dict[str, str]:
    """Versions by package in one of the lock files, every line of which must be a package with its hashes."""
    text = (TOP / "requirements" / f"{which}.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9-]+)==(\S+)(?:.*\\\n)(?: +--hash=sha256:[0-9a-f]{64}.*\n)+", text, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
    return dict(packages)


def test_both_locks_agree_and_hold_what_the_project_declares() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    run, test = locked("run"), locked("test")

    assert run.items() <= test.items()
    for lock, declared in ((run, project["project"]["dependencies"] + groups["build"]), (test, groups["test"])):
        for requirement in (Requirement(line) for line in declared if isinstance(line, str)):
            assert requirement.specifier.contains(lock[canonicalize_name(requirement.name)]), (
                f"{requirement}: make lock"
            )
