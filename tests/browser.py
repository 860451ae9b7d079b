"""Debian's Chromium without a window and without a network of its own, driven by selenium."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
    "--lang=en-GB",
)


@contextmanager
def chromium(folder: Path) -> Iterator[webdriver.Chrome]:
    """Start the browser with a profile and downloads in `folder`; it is ended with the block."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        raise RuntimeError("the views are tested in a real browser: apt-get install -y chromium chromium-driver")
    options = Options()
    options.binary_location = browser
    for argument in (*ARGUMENTS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "downloads")})
    started = webdriver.Chrome(options=options, service=Service(driver))
    try:
        started.set_window_rect(0, 0, 1400, 900)
        yield started
    finally:
        started.quit()


def requests(browser: webdriver.Chrome) -> list[str]:
    """Addresses that were asked for since the last call, other than the file itself and what it carries."""
    asked = []
    for entry in browser.get_log("performance"):
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


# Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3), as [ratio, what, text].
_FAINT = """
const parsed = (text) => {
  const found = text.match(/[\\d.]+/g).map(Number), whole = text.startsWith('color(') ? 255 : 1;
  return [...found.slice(0, 3).map((part) => part * whole), found[3] ?? 1];
};
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
const luminance = (colour) => {
  const [r, g, b] = colour.map((part) => (part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (node) => {
  if (!node) return [255, 255, 255, 1];
  const own = parsed(getComputedStyle(node).backgroundColor);
  return own[3] === 1 ? own : over(own, ground(node.parentElement));
};
const faint = [];
for (const node of document.querySelectorAll('body *')) {
  if (![...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim())) continue;
  if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  // What is switched off is exempt; numbers in a dot stand on the dot, which is no ancestor of theirs.
  if (node.closest('title, script, noscript, option, :disabled, .away, g.proposal')) continue;
  const style = getComputedStyle(node), behind = ground(node);
  let colour = parsed(node.namespaceURI.endsWith('svg') ? style.fill : style.color);
  for (let up = node; up; up = up.parentElement) colour[3] *= Number(getComputedStyle(up).opacity);
  const [low, high] = [luminance(over(colour, behind)), luminance(behind)].sort((p, q) => p - q);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) faint.push([ratio, node.outerHTML.slice(0, 120), node.textContent.slice(0, 40)]);
}
return faint;
"""
# Letters below 10 pixels on the screen, those of pictures that shrink with it among them.
_TINY = """
const tiny = [];
for (const node of document.querySelectorAll('main *')) {
  if (![...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim())) continue;
  if (!node.checkVisibility() || node.closest('title')) continue;
  const drawn = node.ownerSVGElement?.getScreenCTM().a ?? 1;
  const size = parseFloat(getComputedStyle(node).fontSize) * drawn;
  if (size < 10) tiny.push([size, node.textContent.slice(0, 40)]);
}
return tiny;
"""


@contextmanager
def wearing(browser: webdriver.Chrome, theme: str) -> Iterator[None]:
    """Let the reader's system ask for `light` or `dark`, and for nothing that moves."""
    asked = [("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]
    features = [{"name": name, "value": value} for name, value in asked]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@contextmanager
def screen(browser: webdriver.Chrome, width: int, height: int, ratio: float, mobile: bool = False) -> Iterator[None]:
    """Give the browser another screen, with so many pixels of the device to one of the page."""
    size = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def faint(browser: webdriver.Chrome) -> list[list[Any]]:
    """Texts that do not stand out enough from what is behind them: contrast, element and text."""
    found: list[list[Any]] = browser.execute_script(_FAINT)
    return found


def tiny(browser: webdriver.Chrome) -> list[list[Any]]:
    """Texts that are too small to read: size and text."""
    found: list[list[Any]] = browser.execute_script(_TINY)
    return found


def nameless(browser: webdriver.Chrome) -> list[str]:
    """What can be reached with the keyboard and tells a screen reader nothing, by its role."""
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] != "RootWebArea"
        and any(each["name"] == "focusable" for each in node.get("properties", ()))
        and not node.get("name", {}).get("value", "").strip()
    ]


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Messages of the console since the last call."""
    return [f"{entry['level']}: {entry['message']}" for entry in browser.get_log("browser")]
