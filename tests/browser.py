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


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Messages of the console since the last call."""
    return [f"{entry['level']}: {entry['message']}" for entry in browser.get_log("browser")]
