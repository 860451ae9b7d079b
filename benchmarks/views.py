"""How large a page is, how soon it is ready, and how long a step of zoom takes, in headless Chromium.

    python benchmarks/views.py [1000 5000 20000 100000]

Planted consortia, five ties for each organisation, no GPU. A step of zoom is the time from a turn of the wheel until
the second frame after it; the 95th percentile of 40 steps is given. The whole is drawn anew once the wheel rests, which
is no part of a step. pyvis, physics off, is measured beside it up to 5,000 organisations. Times depend on the machine:
compare the rows of one run.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser import chromium

from graphkit.layout import two_level
from graphkit.network import Network
from graphkit.view import Page, views

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


def pyvis_page(net: Network) -> str:
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


def main() -> None:
    heads = ("organisations", 13), ("ties", 8), ("layout s", 8), ("MB", 6), ("ready s", 7), ("zoom p95 ms", 11)
    print(" " * 8, *(f"{head:>{wide}}" for head, wide in heads), f"{'heap MB':>7}")
    for count in [int(word) for word in sys.argv[1:]] or [1000, 5000, 20_000, 100_000]:
        net = network(count)
        group = net.graph.community_leiden(objective_function="modularity", weights="weight").membership
        began = time.perf_counter()
        two_level(net, group)
        layout = time.perf_counter() - began
        pages = {"graphkit": str(views()["network"].function(net, Page({})))}
        if count <= 5000:
            pages["pyvis"] = pyvis_page(net)
        for name, html in pages.items():
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium(Path(folder)) as browser:
                browser.set_script_timeout(120)
                file = Path(folder) / "page.html"
                file.write_text(html, encoding="utf-8")
                browser.get(file.as_uri())
                if name == "pyvis":
                    browser.execute_script("document.documentElement.dataset.ready = 'true'")
                ready = browser.execute_async_script(READY) / 1000
                took = browser.execute_async_script(ZOOM)
                used = browser.execute_script("return performance.memory.usedJSHeapSize") / 1e6
            row = f"{name:>8} {count:13,} {net.ties.nnz // 2:8,} {layout:8.2f} {len(html.encode()) / 1e6:6.2f}"
            print(f"{row} {ready:7.2f} {np.quantile(took, 0.95):11.0f} {used:7.0f}", flush=True)


if __name__ == "__main__":
    main()
