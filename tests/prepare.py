"""Fetch what the tests need beside Python packages: Chromium, a Chinese font, and the jars of a real Neo4j.

`make test` runs this before the tests; a second run finds everything in place and takes under a second.
`python tests/prepare.py --record` writes the list of hashes anew after `NEO4J` was raised. GRAPHKIT_TEST_NEO4J names
another version to fetch, and to run the tests on: 5.26.30 is the long-term one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NEO4J = os.environ.get("GRAPHKIT_TEST_NEO4J") or "2026.08.1"
HERE = Path(__file__).resolve().parent
HASHES = HERE / f"neo4j-jars-{NEO4J}.sha256"
CACHE_HOME = os.environ.get("GRAPHKIT_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
CACHE = Path(CACHE_HOME) / "graphkit"
JARS = CACHE / f"neo4j-{NEO4J}"
TRIES = 5


def missing_packages(jars_wanted: bool) -> list[str]:
    """Name the Debian packages whose program or font is not on this machine."""
    commands = {"chromium": "chromium", "chromedriver": "chromium-driver"}
    if jars_wanted:
        commands |= {"mvn": "maven", "java": "default-jre-headless"}
    missing = [package for command, package in commands.items() if not shutil.which(command)]
    # Without it Chromium draws Chinese names as empty boxes; macOS and Windows bring such a font along.
    if sys.platform == "linux" and not any(Path("/usr/share/fonts").rglob("NotoSansCJK*")):
        missing.append("fonts-noto-cjk")
    return missing


def install(packages: list[str]) -> None:
    """Install Debian packages when this is Debian and we are root; elsewhere say which command to run."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        sys.exit(f"The tests need what Debian calls {', '.join(packages)}: install them, then run make test again.")
    if os.geteuid() != 0:
        sys.exit(f"The tests need more programs. Run this, then make test again:\n  sudo {' '.join(command)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    patience = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    for step in (["apt-get", "update"], command):
        print("  " + " ".join(step), file=sys.stderr)
        done = subprocess.run(
            step + patience, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            sys.exit(f"{done.stdout}\n`{' '.join(step)}` failed: mend what it says above, then run make test again.")


def record(folder: Path) -> str:
    """List a folder's jars, one a line: sha256, size in bytes, name."""
    lines = []
    for jar in sorted(folder.glob("*.jar"), key=lambda jar: jar.name):
        data = jar.read_bytes()
        lines.append(f"{hashlib.sha256(data).hexdigest()} {len(data)} {jar.name}\n")
    return "".join(lines)


def download(folder: Path, repository: Path) -> bool:
    """Let Maven copy the server's jars into a folder; what it has fetched stays in the repository for the next try."""
    shutil.rmtree(folder, ignore_errors=True)
    # --update-snapshots also asks again for what an earlier try noted down as not to be had.
    maven = ["mvn", "--batch-mode", "--quiet", "--no-transfer-progress", "--update-snapshots"]
    goal = ["-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", "-DincludeScope=runtime"]
    where = [f"-Dneo4j.version={NEO4J}", f"-Dmaven.repo.local={repository}", f"-DoutputDirectory={folder}"]
    return subprocess.run(maven + goal + where, stdin=subprocess.DEVNULL).returncode == 0


def fetch_jars(wanted: str | None) -> None:
    """Put the jars into the cache, complete or not at all, and hold them to the list of hashes."""
    repository, staging = CACHE / f"maven-{NEO4J}", CACHE / f"staging-{os.getpid()}"
    print(f"Fetching Neo4j {NEO4J} (160 MB, once) into {JARS}", file=sys.stderr)
    for attempt in range(1, TRIES + 1):
        if download(staging, repository):
            if wanted is None or record(staging) == wanted:
                shutil.rmtree(JARS, ignore_errors=True)
                staging.rename(JARS)
                shutil.rmtree(repository, ignore_errors=True)
                return
            print(f"The jars fetched are not those of {HASHES.name}; fetching all of them again.", file=sys.stderr)
            shutil.rmtree(repository, ignore_errors=True)
        elif attempt < TRIES:
            print(f"Try {attempt} of {TRIES} failed; going on from there.", file=sys.stderr)
            time.sleep(5 * attempt)
    shutil.rmtree(staging, ignore_errors=True)
    sys.exit(f"Neo4j {NEO4J} could not be fetched: see Maven's words above, and run make test again to go on.")


def main() -> None:
    """Install what is missing, fetch what is not in the cache, and leave the rest alone."""
    recording = "--record" in sys.argv[1:]
    if not recording and not HASHES.exists():
        sys.exit(
            f"{HASHES.name} is missing: run `python {sys.argv[0]} --record` once to fetch Neo4j {NEO4J} unchecked."
        )
    wanted = None if recording else HASHES.read_text(encoding="utf-8")
    complete = wanted is not None and record(JARS) == wanted
    if packages := missing_packages(jars_wanted=not complete):
        install(packages)
    if not complete:
        fetch_jars(wanted)
    if wanted is None:
        HASHES.write_text(record(JARS), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
