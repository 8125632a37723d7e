"""What the tests in a real browser share: they are passed over without one, unless ZI_BROWSER=required."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from zi_analysis.reporting.printing import find_chromium

REQUIRED = os.environ.get("ZI_BROWSER") == "required"
FLAGS = [  # a closed network, no screen, perhaps no user but root
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}


def load(name: str) -> Any:
    """Import a package of the group `browser`, or pass the tests over."""
    return importlib.import_module(name) if REQUIRED else pytest.importorskip(name)


@contextmanager
def running_chromium() -> Iterator[Any]:
    """Start Chromium and end it."""
    chromium = find_chromium()
    if chromium is None:
        (pytest.fail if REQUIRED else pytest.skip)("there is no Chromium")
    with load("playwright.sync_api").sync_playwright() as program:
        running = program.chromium.launch(executable_path=str(chromium), args=FLAGS)
        try:
            yield running
        finally:
            running.close()
