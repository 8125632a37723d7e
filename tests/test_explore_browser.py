"""The controls in a real JupyterLab: they appear without any other server, and moving one draws the chart again."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import WIDE, load

playwright = load("playwright.sync_api")
ROOT = Path(__file__).parents[1]
SECONDS = 90
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def _address(runtime: Path, lab: subprocess.Popen) -> str:
    """Wait until the server has told where it listens."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and lab.poll() is None:
        for told in runtime.glob("jpserver-*.json"):
            text = told.read_text(encoding="utf-8")
            if text.endswith("}"):
                return json.loads(text)["url"]
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start (exit code {lab.poll()})")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """A JupyterLab on a copy of the notebook, with settings of its own; gives its address."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=lambda *_: {"exercises"})
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {f"JUPYTERLAB_{name}_DIR": str(tmp_path / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    options = ["--ServerApp.port=0", "--ServerApp.open_browser=False", "--IdentityProvider.token=", "--allow-root"]
    options += [f"--ServerApp.root_dir={tmp_path}", "--LabApp.expose_app_in_browser=True"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **folders, "ZI_HOME": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield _address(tmp_path / "runtime", server)
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def page(lab: str, browser: Any) -> Iterator["playwright.Page"]:
    """The notebook, opened in a browser that reaches nothing but the server."""
    elsewhere: list[str] = []
    opened = browser.new_page(viewport=WIDE)
    opened.set_default_timeout(1000 * SECONDS)
    opened.on("request", lambda request: elsewhere.append(request.url))
    opened.goto(f"{lab}lab/tree/notebooks/00-explore.ipynb?reset")
    opened.wait_for_selector(".jp-Notebook .jp-Cell")
    yield opened
    opened.close()
    asked = [url for url in elsewhere if not url.startswith((lab, "data:", "blob:"))]
    assert asked == []


def _picture(page: "playwright.Page", words: str) -> None:
    """Wait until a chart says certain words to a reader who does not see it."""
    page.wait_for_selector(f".zi-explore img[alt*='{words}']", state="attached")


def test_a_control_draws_the_chart_again(page: "playwright.Page") -> None:
    page.wait_for_selector("#jp-main-statusbar >> text=/Idle/")  # what is run before the kernel is there is lost
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    _picture(page, "2020: 763;")
    panel = page.locator(".zi-explore").first
    panel.get_by_role("button", name="WBBM", exact=True).click()
    _picture(page, "2020: 82;")
    panel.get_by_role("button", name="Bahasa Indonesia").click()
    _picture(page, "Batang")
    playwright.expect(panel).to_contain_text("Tahun evaluasi")
    playwright.expect(panel).to_contain_text("-p predicate=WBBM")
    with page.expect_download() as saved:
        panel.locator("a[download]").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8").startswith("cell_id,year,")
    linked = page.locator(".jp-OutputArea a", has_text="2. Awards by year and agency type")
    linked.first.click()
    page.wait_for_selector(".jp-Document:not(.lm-mod-hidden) >> text=Who wins: agency types", state="attached")
