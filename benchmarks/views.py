"""How large a page is, how soon it is ready, and how long a step of zoom takes, in headless Chromium.

    python benchmarks/views.py [1000 5000 20000 100000]
    python benchmarks/views.py report FOLDER [3000]

Planted consortia, five ties for each organisation, no GPU. A step of zoom is the time from a turn of the wheel until
the second frame after it; the 95th percentile of 40 steps is given. The whole is drawn anew once the wheel rests, which
is no part of a step. Memory is that of the whole browser. pyvis, physics off, positions given and its lists assigned,
is measured beside it up to 20,000 organisations. Times depend on the machine: compare the rows of one run.

The second form makes the report, every analysis of it, of so many organisations of a folder of CORDIS: the first
projects of two members and more that have them. It says how large the page is, and what in it takes most room.
"""

import contextlib
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import psutil
from selenium.common.exceptions import WebDriverException

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser import chromium
from cordis_network import network_of
from pages import Between, Group, Member, Proposal, data_of, result

from graphkit.layout import two_level
from graphkit.measures.partition import communities_of
from graphkit.network import Network
from graphkit.project import Project
from graphkit.view import Page, views
from graphkit.views.page import packed

PATIENCE, MOST_PYVIS = 180, 20_000  # seconds, organisations
ZOOM = """
const done = arguments[arguments.length - 1], canvas = document.querySelector('canvas#canvas, #mynetwork canvas');
const frame = () => new Promise((go) => requestAnimationFrame(go));
(async () => {
  const box = canvas.getBoundingClientRect(), took = [];
  for (let i = 0; i < 40; i++) {
    const began = performance.now();
    const at = {clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, deltaY: i % 20 < 10 ? -120 : 120};
    canvas.dispatchEvent(new WheelEvent('wheel', {...at, bubbles: true, cancelable: true}));
    await frame(); await frame();
    took.push(performance.now() - began);
  }
  done(took);
})();
"""
READY = """
const done = arguments[arguments.length - 1];
const look = () => document.documentElement.dataset.ready ? requestAnimationFrame(() => done(performance.now()))
  : setTimeout(look, 10);
look();
"""


class Figures(Between):
    """An organisation's figures as a broker, under the names of the real ones."""

    broker_constraint: Annotated[float, "constraint"]
    broker_effective_size: Annotated[float, "effective size"]
    broker_efficiency: Annotated[float, "efficiency"]


def network(organisations: int, seed: int = 0) -> Network:
    random = np.random.default_rng(seed)
    groups = max(organisations // 120, 2)
    bodies = organisations * 3 // 8
    size = random.integers(3, 9, bodies)
    body = np.repeat(np.arange(bodies), size)
    home = np.repeat(random.integers(0, groups, bodies), size)
    anyone = random.integers(0, organisations, len(body))
    inside = random.integers(0, organisations // groups, len(body)) * groups + home
    who = np.where(random.random(len(body)) < 0.15, anyone, inside % organisations)
    ids = np.array([f"pic:{i:09d}" for i in range(organisations)])
    names = [f"INSTITUTE FOR SOMETHING NUMBER {i} GMBH" for i in range(organisations)]
    return Network.from_frames(
        pd.DataFrame({"id": ids, "name": names, "country": random.choice(["DE", "FR", "CN", "IT"], organisations)}),
        pd.DataFrame({"id": [f"b{i:06d}" for i in range(bodies)]}),
        pd.DataFrame({"organisation": ids[who], "body": [f"b{i:06d}" for i in body]}),
    )


def pyvis_page(net: Network, _: Page) -> str:
    from pyvis.network import Network as Pyvis

    drawn = Pyvis(height="800px", width="100%", cdn_resources="in_line")
    at = two_level(net).positions * 40
    drawn.nodes = [
        {"id": i, "label": str(i), "shape": "dot", "size": 10, "x": float(x), "y": float(y)}
        for i, (x, y) in enumerate(at)
    ]
    first, second, _ = net.pairs
    drawn.edges = [{"from": int(a), "to": int(b)} for a, b in zip(first, second, strict=True)]
    drawn.options = {"physics": {"enabled": False}, "edges": {"smooth": False}, "layout": {"improvedLayout": False}}
    return str(drawn.generate_html())


def page(net: Network, seed: int = 0) -> Page:
    """What the view is given of a network of this size: communities by Leiden, a verdict on each, figures, proposals.

    The figures are drawn, not computed: what the analyses cost is no part of a page.
    """
    random = np.random.default_rng(seed)
    ids, names = net.organisations["id"], net.organisations["name"]
    label = communities_of(net, seeds=1, seed=seed, resolution=1.0).labels
    size = np.bincount(label[label >= 0])
    verdicts, shares = ["silo", "open", "neither"], ("external_share", "expected", "expected_low", "expected_high")
    groups = pd.DataFrame(
        {
            "group": [str(g) for g in range(len(size))],
            "name": [f"DE · community {g}" for g in range(len(size))],
            "members": size,
            **{name: random.random(len(size)).round(3) for name in shares},
            "verdict": [verdicts[g % 3] for g in range(len(size))],
        }
    )
    members = pd.DataFrame({"id": ids, "silo": label, "silo_verdict": "", "silo_name": ""})[label >= 0]
    own = {name: random.random(len(net)) for name in Figures.columns() if name.startswith("broker_")}
    ends = random.choice(len(net), (200, 2), replace=False)
    proposals = pd.DataFrame(
        {
            **{
                f"{end}{more}": each[ends[:, at]]
                for at, end in enumerate(("start", "end"))
                for more, each in (("", ids.to_numpy()), ("_name", names.to_numpy()))
            },
            "rank": range(1, 201),
            "gain": random.random(200),
            "feasibility": random.random(200),
            "reasons": "both work on energy storage; 2 partners in common; both are in DE",
            "evidence": "seats.csv:2; seats.csv:3",
        }
    )
    return Page(
        {
            "silos": result(net, "silos", groups, Group, members, Member),
            "brokers": result(net, "brokers", pd.DataFrame({"id": ids, **own}), Figures),
            "bridges": result(net, "bridges", proposals, Proposal),
        }
    )


def memory(started: int) -> float:
    """Memory of all processes below one, in MB, what they share parted among them (Linux's PSS)."""
    total = 0
    for process in [psutil.Process(started), *psutil.Process(started).children(recursive=True)]:
        with contextlib.suppress(psutil.Error, OSError):
            total += process.memory_full_info().pss
    return total / 1e6


def measured(html: str, pyvis: bool) -> tuple[float, float, float]:
    """Seconds to ready, the 95th percentile of a step of zoom in ms, and the browser's memory in MB."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium(Path(folder)) as browser:
        browser.set_page_load_timeout(PATIENCE)
        browser.set_script_timeout(PATIENCE)
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        browser.get(file.as_uri())
        if pyvis:
            browser.execute_script("document.documentElement.dataset.ready = 'true'")
        ready = browser.execute_async_script(READY) / 1000
        took = browser.execute_async_script(ZOOM)
        return ready, float(np.quantile(took, 0.95)), memory(browser.service.process.pid)


def cut(net: Network, organisations: int) -> Network:
    """Keep the first bodies of two and more, in order of ids, with all their members, up to so many organisations."""
    seats = net.memberships[net.sizes[net.memberships["body"].to_numpy()] > 1].sort_values("body", kind="stable")
    new = ~seats["organisation"].duplicated().to_numpy()
    reached = pd.Series(np.cumsum(new)).groupby(seats["body"].to_numpy()).max()
    kept = np.isin(np.arange(len(net.bodies)), reached.index[reached <= organisations])
    cut = net.keep(kept)
    shown = np.bincount(cut.memberships["organisation"].to_numpy(), minlength=len(net)) > 0
    moved = cut.memberships.assign(organisation=(np.cumsum(shown) - 1)[cut.memberships["organisation"].to_numpy()])
    return replace(cut, organisations=net.organisations[shown].reset_index(drop=True), memberships=moved)


def report(source: Path, organisations: int) -> None:
    """Make the report of a folder of CORDIS, and say how large it and its largest parts are, in kilobytes."""
    net = cut(network_of(source), organisations)
    view = views()["report"]
    project = Project(store=None, home=Path(), say=lambda _: None)  # type: ignore[arg-type]  # nothing is stored
    html = str(view.function(net, Page(*project.results(view.needs, net), title="Report")))
    print(f"{len(net):,} organisations, {len(net.bodies):,} bodies: {len(html.encode()) / 1e6:.3f} MB")
    data = data_of(html)
    parts = {name: part for name, part in data.items() if name != "sections"}
    parts |= {f"{s['key']}: {name}": part for s in data["sections"] for name, part in s.items()}
    for size, name in sorted(((len(packed(part)), name) for name, part in parts.items()), reverse=True)[:12]:
        print(f"{size / 1000:8.1f}  {name}")


def main() -> None:
    if sys.argv[1:2] == ["report"]:
        report(Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3000)
        return
    heads = ("organisations", 13), ("ties", 8), ("made s", 7), ("MB", 6), ("ready s", 7), ("zoom p95 ms", 11)
    print(" " * 8, *(f"{head:>{wide}}" for head, wide in heads), f"{'memory MB':>9}")
    for count in [int(word) for word in sys.argv[1:]] or [1000, 5000, 20_000, 100_000]:
        net = network(count)
        given = page(net)
        for name, make in (("graphkit", lambda n, p: str(views()["network"].function(n, p))), ("pyvis", pyvis_page)):
            if name == "pyvis" and count > MOST_PYVIS:
                continue
            began = time.perf_counter()
            html = make(net, given)
            took = time.perf_counter() - began
            row = f"{name:>8} {count:13,} {net.ties.nnz // 2:8,} {took:7.1f} {len(html.encode()) / 1e6:6.2f}"
            try:
                ready, zoom, used = measured(html, name == "pyvis")
            except WebDriverException:
                print(f"{row}  not ready, or not zoomed, in {PATIENCE} s", flush=True)
                continue
            print(f"{row} {ready:7.2f} {zoom:11.0f} {used:9.0f}", flush=True)


if __name__ == "__main__":
    main()
