"""A project: one store and everything that can be done with it, by the names that the command line uses too.

import graphkit as gk

with gk.open() as project:
project.load("sample")
silos = project.run("silos", by="country", write=True)
print(silos.table)
project.report("report.html")
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from graphkit import (
    analysis,
    checking,
    cypher,
    explaining,
    loading,
    query,
    sameness,
    schema,
    shelf,
    snapshot,
    unloading,
    writeback,
)
from graphkit import export as exports
from graphkit import view as views
from graphkit.analysis import Result
from graphkit.bilingual import Bilingual
from graphkit.errors import DataError, GraphkitError, QueryError, UsageError
from graphkit.files import placing, write_text
from graphkit.formats.reading import Reject, opened, reads
from graphkit.guard import guard
from graphkit.loading import Load
from graphkit.measures import what_if
from graphkit.network import Network, Weighting
from graphkit.query import Query
from graphkit.said import Progress
from graphkit.snapshot import Level
from graphkit.store import Answer, Store, connected
from graphkit.turns import turn
from graphkit.view import Cell, Need, Page

Say = Callable[[str], None]


@contextmanager
def open(home: Path | str | None = None) -> Iterator["Project"]:
    """Open the project in `home` (GRAPHKIT_HOME, or `.graphkit` here), on the store of NEO4J_URI or the embedded one.

    A file `.env` in the current folder is read first; what the environment says already is stronger.
    """
    from dotenv import load_dotenv

    load_dotenv(Path.cwd() / ".env")
    folder = Path(home or os.environ.get("GRAPHKIT_HOME") or ".graphkit").absolute()
    with connected(folder) as store:
        project = Project(store, folder)
        store.say = lambda sentence: project.say(sentence)
        yield project


@dataclass
class Project:
    """A store, the folder beside it, and the last network that was read from it."""

    store: Store
    home: Path
    say: Say = lambda sentence: None
    _networks: dict[tuple[Any, ...], Network] = field(default_factory=dict)
    _content: str | None = None

    def load(
        self,
        name: str,
        *arguments: Any,
        source: str | None = None,
        progress: Progress = lambda *_: None,
        dry_run: bool = False,
        allow_shrink: bool = False,
        **options: Any,
    ) -> Load:
        """Load a source by the name of its loader (or the path of one's own) and return the books.

        `source` names it in the graph; by default it is the loader's name and the folder's or file's. `dry_run` reads,
        checks and counts without writing; `allow_shrink` lets a source take back over a tenth of what it said before.
        """
        loader = shelf.find_loader(name)
        paths = [Path(a) for a in arguments if isinstance(a, Path | str)]
        stems = [_stem(path) for path in paths]
        label = source or "-".join(stems if stems and stems[0].startswith(loader.name) else [loader.name, *stems])
        outcome = loading.load(
            self.store,
            label,
            loader.load(*(Path(a) if isinstance(a, str) else a for a in arguments), **options),
            licence=loader.licence,
            rejects_folder=self.home / "rejects",
            progress=progress,
            say=self.say,
            dry_run=dry_run,
            allow_shrink=allow_shrink,
        )
        self._networks.clear()
        for warning in [*outcome.remarks, *loading.expect(outcome, loader.expect)]:
            self.say(warning)
        return outcome

    def sources(self) -> pd.DataFrame:
        """List what is loaded: from which files, with their hashes, under which licence, when, how many rows."""
        return pd.DataFrame(snapshot.sources(self.store), columns=list(snapshot.SOURCE_COLUMNS), dtype=object)

    def explain(self, first: str, second: str | None = None) -> pd.DataFrame:
        """List the rows of the sources that made an organisation and its ties, or what ties two of them."""
        return explaining.explain(self.store, first, second)

    def resolve(self, *, suggest: bool = True, decisions: Path | None = None) -> Load:
        """Tell organisations apart and write what was found as SAME_AS ties, which `unload("resolve")` takes back.

        Records that are one without doubt (a shared identifier, one exact name and nothing against it) are confirmed
        and stand as one organisation in every network read from then on; the others are suggested, and change nothing
        before somebody says yes. `decisions` is a CSV with the columns first, second and decision (yes, no, or open to
        take back what was decided before); see `decide`.
        """
        if decisions is not None:
            return self._decided(list(sameness.decisions(decisions)))
        return self._loaded(sameness.RESOLVE, sameness.resolved(self.store, suggest=suggest))

    def suggestions(self) -> pd.DataFrame:
        """List the pairs that may be one organisation and that nobody has decided on, the likeliest first."""
        return sameness.suggestions(self.store)

    def decide(self, decisions: pd.DataFrame) -> Load:
        """Write what a person decided (columns first, second and decision: yes, no or open) as SAME_AS ties.

        Earlier decisions stay unless a pair is decided anew, and `unload("resolve-decisions")` takes all of them back.
        """
        return self._decided([sameness.decision(*row) for row in decisions[["first", "second", "decision"]].to_numpy()])

    def _decided(self, decisions: Iterable[schema.Record | Reject]) -> Load:
        return self._loaded(sameness.DECISIONS, sameness.decided(self.store, decisions))

    def link(self, register: Path | str | None = None, *, suggest: bool = True) -> Load:
        """Link the organisations of every source to a register (ROR) and write that as SAME_AS ties.

        `register` is ROR's dump; without it, the organisations with a ROR id that are loaded already are the register.
        What is one without doubt is confirmed, what only a name, an alias and the place say is suggested. Of a dump,
        the entries that were linked to are loaded with all that is above them (SUBSIDIARY_OF), so that
        `network(level="top")` rolls up; those that stand for no organisation of another source are in no network.
        `unload("link")` takes all of it back. Raises DataError where there is no register.
        """
        told: list[schema.Record] | None = None
        files: list[Path] = []
        if register is not None:  # it takes long, and is read before anybody has to wait for us
            with opened() as noted:
                told = [each for each in shelf.find_loader("ror").load(Path(register)) if not isinstance(each, Reject)]
            files = noted.files
        return self._loaded(snapshot.LINK, sameness.linked(self.store, told, suggest=suggest), files)

    def _loaded(self, source: str, records: Iterator[schema.Record | Reject], files: Iterable[Path] = ()) -> Load:
        """Load what is worked out from the store; `files` are those it is made from, too, and are kept with a hash."""

        def noted() -> Iterator[schema.Record | Reject]:
            for file in files:
                reads(file)
            yield from records

        outcome = loading.load(
            self.store,
            source,
            noted(),
            licence="made by graphkit",
            rejects_folder=self.home / "rejects",
            say=self.say,
            allow_shrink=True,
            from_store=True,
        )
        self._networks.clear()
        return outcome

    def unload(self, source: str) -> int:
        """Take back everything that a source said, and return how many things that changed or deleted."""
        known = [str(each["name"]) for each in snapshot.sources(self.store)]
        if source not in known:
            raise DataError(f"no source {source!r} is loaded; there are: {', '.join(known) or 'none'}")
        with turn(self.store, f"unloading {source}", say=self.say) as held:
            gone = unloading.stale(self.store, source)
            held()
            unloading.withdraw(self.store, gone)
            self.store.write((cypher.forget_source(), [[f"source:{source}"]]))
        self._networks.clear()
        return len(gone)

    def network(
        self,
        *,
        weighting: Weighting = "newman",
        since: str | None = None,
        until: str | None = None,
        largest: int | None = None,
        level: Level = "self",
    ) -> Network:
        """Read the network for the analyses; the same one is not read twice.

        `level="top"` rolls organisations up to the top of SUBSIDIARY_OF.
        """
        key = (weighting, since, until, largest, level)
        if key not in self._networks:
            self._networks[key] = snapshot.network(
                self.store, weighting=weighting, since=since, until=until, largest=largest, level=level
            )
        return self._networks[key]

    def content(self) -> str:
        """Hash what is loaded now, by whichever process; networks that were read from other content are forgotten."""
        now = snapshot.content_hash(self.store)
        if now != self._content:
            self._networks.clear()
            self._content = now
        return now

    def run(self, name: str, *, write: bool = False, network: Network | None = None, **options: Any) -> Result:
        """Run an analysis and return its checked result; with `write`, write it back too."""
        result = analysis.run(name, self.network() if network is None else network, **options)
        if write:
            self.write(result)
        return result

    def whatif(
        self, change: str, *names: str, by: str = "community", seed: int = 0, network: Network | None = None
    ) -> pd.DataFrame:
        """Measure every indicator before and after a change that is not made; the store is not touched.

        `change` is add-tie, add-platform, remove-organisation or merge-platforms, `names` are what it is made to, by
        id or name: `project.whatif("add-tie", "U1", "E3")`. One row per indicator with before, after and difference.
        """
        net = self.network() if network is None else network
        return what_if.what_if(net, what_if.change(net, change, *names), by=by, seed=seed)

    def write(self, result: Result) -> str:
        """Write a result to the nodes and ties it owns and return the id of its Run."""
        return writeback.write(self.store, result)

    def query(self, name: str | Query, **parameters: Any) -> pd.DataFrame:
        """Run a query of the library by name, a `.cypher` file by path, or Cypher itself, and return its answer.

        Analyses that a query of the library needs are run and written back first, if they have not been.
        """
        return self.ask(name, parameters).table

    def ask(
        self,
        name: str | Query,
        parameters: Mapping[str, Any] | None = None,
        *,
        rows: int | None = None,
        timeout: float | None = None,
        prepare: bool = True,
    ) -> "Asked":
        """Run a query as `query` does, for at most so many rows and seconds; the answer says whether there was more.

        Without `prepare` nothing is written: a query that needs findings which are not there raises QueryError.
        """
        asked, values = self._asked(name, parameters or {}, prepare=prepare)
        answer = self.store.query(asked.text, values, limit=rows, timeout=timeout)
        columns = [c.name for c in asked.columns] or answer.columns or None
        return Asked(pd.DataFrame(answer.rows, columns=columns, dtype=object), answer.more, answer.counters)

    def plan(self, name: str | Query, parameters: Mapping[str, Any] | None = None, *, profile: bool = False) -> Answer:
        """Ask the store how it would run a query; with `profile` it is run, and every step says what it cost."""
        asked, values = self._asked(name, parameters or {})
        return self.store.plan(asked.text, values, profile=profile)

    def _asked(
        self, name: str | Query, parameters: Mapping[str, Any], *, prepare: bool = True
    ) -> tuple[Query, dict[str, Any]]:
        asked = query.find(name) if isinstance(name, str) else name
        guard(asked.text)
        values = asked.values(dict(parameters))
        for needed in asked.needs:
            if not self._has_run(needed):
                if not prepare:
                    raise QueryError(f"{asked.name} needs what {needed} finds: graphkit run {needed} --write")
                self.say(f"{asked.name} reads what {needed} finds; running it first: graphkit run {needed} --write")
                self.run(needed, write=True)
        return asked, values

    def check_query(self, file: Path) -> list[tuple[str, str]]:
        """Check a query file that somebody wrote: pairs of a check and what it found, `good` where that is nothing."""
        return list(checking.checked(self.store, file))

    def _has_run(self, name: str) -> bool:
        analysis.find(name)
        found = self.store.rows("MATCH (r:Run {analysis: $name}) RETURN count(r)", name=name)
        return bool(found[0][0])

    def view(
        self, name: str, *, subject: str | None = None, title: str | None = None, language: str | None = None
    ) -> str:
        """Make a view and return it as the text of one self-contained HTML page.

        `language` is the one it opens in, `zh` or `en`; else the reader's own.
        """
        return self.page(name, subject=subject, title=title, language=language)[0]

    def cell(
        self,
        name: str,
        *,
        subject: str | None = None,
        title: str | None = None,
        language: str | None = None,
        height: int = 640,
    ) -> Cell:
        """Make a view to look at in a notebook: the last line of a cell shows it in a frame `height` pixels high.

        `project.cell("ego", subject="pic:999984059")`, `project.cell("silo")`, `project.cell("platform", subject=...)`.
        """
        return Cell(self.view(name, subject=subject, title=title, language=language), height)

    def page(
        self,
        name: str,
        *,
        subject: str | None = None,
        title: str | None = None,
        language: str | None = None,
        write: bool = False,
    ) -> tuple[str, Mapping[str, Result]]:
        """Make a view; return its HTML and the results it shows, written back if asked for."""
        if language not in (None, "en", "zh"):
            raise UsageError(f"no language {language!r}; choose en or zh")
        found = views.find(name)
        if found.first and subject not in (None, *found.first):
            raise UsageError(f"{name} shows one of {', '.join(found.first)} first, not {subject!r}")
        network = self.network()
        if found.subjects is not None and subject not in (known := found.subjects(network)):
            there = ", ".join(known) or "none"
            raise DataError(f"{name} shows one of: {there}" + (f"; {subject!r} is not among them" if subject else ""))
        results, missing = self.results(found.needs, network, subject=subject, write=write)
        sources = tuple(snapshot.sources(self.store))
        of = ", ".join(str(s["name"]) for s in sources) or self.store.address
        heading = title or Bilingual(f"{found.title} · {of}", f"{found.title_zh} · {of}")
        return found.function(network, Page(results, missing, heading, sources, subject, language)), results

    def results(
        self, needs: tuple[Need, ...], network: Network, *, subject: str | None = None, write: bool = False
    ) -> tuple[dict[str, Result], dict[str, str]]:
        """Run the analyses that a view needs; what cannot be computed becomes a sentence instead of a number.

        One that is asked for twice, by its default and by name (mixing, and mixing by country), is run once.
        """
        results: dict[str, Result] = {}
        missing: dict[str, str] = {}
        done: dict[tuple[str, str], Result | str] = {}
        for needed in needs:
            defaults = {option.name: option.default for option in analysis.find(needed.analysis).options}
            options = needed.settings(subject)
            settings = needed.analysis, repr(sorted({**defaults, **options}.items()))
            if settings not in done:
                self.say(f"{needed.key} …")
                try:
                    done[settings] = analysis.run(needed.analysis, network, **options)
                except DataError as error:
                    done[settings] = error.args[0]  # a sentence that may know its Chinese
            result = done[settings]
            if isinstance(result, str):
                missing[needed.key] = result
                continue
            results[needed.key] = result
            if write and result.analysis.writes and not needed.options:
                self.write(result)
        return results, missing

    def report(
        self,
        path: Path | str = "graphkit-report.html",
        *,
        title: str | None = None,
        zone: str | None = None,
        language: str | None = None,
    ) -> Mapping[str, Result]:
        """Run every analysis of the report, write the findings back, write the page to `path`, return the results.

        With `zone`, the page is that zone's full picture: the view `zone`. `language` is `zh` or `en`.
        """
        name = "report" if zone is None else "zone"
        html, results = self.page(name, title=title, subject=zone, language=language, write=True)
        write_text(Path(path), html)
        return results

    def export(
        self,
        name: str,
        path: Path | str,
        *,
        columns: Iterable[str] = (),
        where: Mapping[str, str] | None = None,
        persons: bool = False,
        **network: Any,
    ) -> None:
        """Write the network in the format of another tool, to a file or (some formats) a new folder.

        `columns` names analyses whose findings about organisations go along, `where` keeps organisations by their
        values, `persons` lets persons go along (neo4j-admin); the other options are those of `network`.
        """
        found = exports.find(name)
        read = self.network(**network)
        results = [analysis.run(each, read) for each in columns]
        content = exports.content(read, results, where, persons=persons)
        with placing(Path(path)) as place:
            found.function(content, place)

    def status(self) -> dict[str, Any]:
        """Say which store this is, what is in it (`nodes`, `ties`, `hash`, `sources`, `runs`), and what is wrong."""
        nodes, ties = snapshot.counts(self.store)
        found = snapshot.sources(self.store)
        problems = [f"{s['name']} was not loaded to its end; load it again" for s in found if s["status"] != "complete"]
        problems += [
            f"{s['name']}: {s['rows_rejected']:,} rows were rejected; see {self.home / 'rejects'}"
            for s in found
            if s["rows_rejected"]
        ]
        if not nodes.get("Organisation"):
            problems.append("nothing is loaded yet: graphkit load sample")
        runs = self.store.rows(
            "MATCH (r:Run) RETURN r.id, r.analysis, r.parameters, r.at ORDER BY r.at DESC, r.id LIMIT 20"
        )
        return {
            "store": self.store.kind,
            "address": self.store.address,
            "home": str(self.home),
            "nodes": nodes,
            "ties": ties,
            "hash": snapshot.content_hash(self.store),
            "sources": found,
            "runs": [dict(zip(("id", "analysis", "parameters", "at"), row, strict=True)) for row in runs],
            "problems": problems,
        }

    def is_only(self, source: str) -> bool:
        """Tell whether the store holds nothing but a source, or nothing at all."""
        return {str(s["name"]) for s in snapshot.sources(self.store)} <= {source}

    def clear(self) -> None:
        """Delete everything that graphkit wrote, in batches."""
        nodes, _ = snapshot.counts(self.store)
        for label in nodes:
            self.store.in_batches(cypher.delete_nodes(label))
        self._networks.clear()


@dataclass(frozen=True)
class Asked:
    """What a query answered, whether it would have said more, and what the server counted meanwhile."""

    table: pd.DataFrame
    more: bool = False
    counters: str = ""


def _stem(path: Path) -> str:
    return path.resolve().name.split(".")[0] or path.resolve().name


__all__ = ["GraphkitError", "Project", "open"]
