"""The website in a real browser: every page opens quietly and asks for nothing elsewhere; phone, dark, search, axe."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from browsing import PHONE, WIDE, load
from made_site import made_site

Axe = load("axe_playwright_python.sync_playwright").Axe
playwright = load("playwright.sync_api")
MAIN = ["index.html", "start/index.html", "start/researchers.html", "start/reviewers.html", "start/lecturers.html"]
MAIN += ["start/government.html", "reports.html", "explorer.html", "course.html", "use/index.html"]
MAIN += ["evidence/index.html", "evidence/collecting.html", "evidence/correcting.html", "methods/index.html"]
MAIN += ["notebooks/03-count-models.html", "about/cite.html", "search.html"]
LOOKS = {  # a page takes a second, so the looks share the pages; both languages have the same
    "wide light": [*MAIN[::2], "methods/accuracy.html"],
    "wide dark": [f"id/{name}" for name in MAIN[1::2]],
    "phone light": [*(f"id/{name}" for name in MAIN[::4]), *MAIN[3::4]],
}
QUICK = {"resultTypes": ["violations"], "preload": False}  # preloading asks for style sheets a second time
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]


class _Quiet(SimpleHTTPRequestHandler):
    """A plain server without a log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def html() -> Path:
    folder, made = made_site()
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture(scope="module")
def address(html):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(html)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def opened(browser, html, address):
    """Open pages; whatever they complained of or asked for elsewhere fails the test."""
    contexts, complaints, elsewhere = [], [], []
    ours = (address, html.resolve().as_uri(), "data:", "blob:")

    def see(place="index.html", *, base=address, **options):
        contexts.append(browser.new_context(**({"viewport": WIDE} | options)))
        page = contexts[-1].new_page()
        page.on("console", lambda told: complaints.append((page.url, told.text)) if told.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        page.on("request", lambda request: None if request.url.startswith(ours) else elsewhere.append(request.url))
        page.goto(base + place)
        return page

    yield see
    for context in contexts:
        context.close()
    assert complaints == []
    assert elsewhere == []


def _links(page):
    """Addresses that a page links to, as the browser reads them."""
    return page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")


def _has_anchor(page, name):
    """A page that draws itself keeps its state after the #: name=value in the explorer, a path in slides."""
    return "=" in name or name.startswith("/") or page.evaluate("id => !!document.getElementById(id)", name)


_REACH = """() => {
  const parts = document.querySelectorAll("header, main, article, article > section, footer");
  const boxes = [document.documentElement, ...parts];
  return Math.max(...boxes.map(box => Math.max(box.scrollWidth, box.getBoundingClientRect().right)));
}"""


def _too_wide(page):
    """The theme lets its containers scroll, so the page's own width tells nothing: each of its parts is measured."""
    return page.evaluate(_REACH) > PHONE["width"] + 1


def test_every_page_opens_quietly_and_fits_a_phone(opened, html, address):
    """From the first page on by links, on a screen of 375 px; files are there, fragments are there."""
    page = opened(viewport=PHONE)
    waiting, seen, broken, wide = [address + "index.html"], set(), [], []
    while waiting:
        place = waiting.pop()
        seen.add(place)
        page.goto(place)
        if page.evaluate("typeof DOCUMENTATION_OPTIONS") == "object" and _too_wide(page):
            wide.append(place)
        for link in _links(page):
            whole, fragment = urldefrag(link)
            if not whole.startswith(address):
                assert link.startswith(("https://", "http://", "mailto:")), link
                continue
            there = (html / unquote(whole.removeprefix(address))).is_file()
            if not there or (fragment and whole == place and not _has_anchor(page, unquote(fragment))):
                broken.append((place, link))
            if whole.endswith(".html") and whole not in seen and whole not in waiting:
                waiting.append(whole)
    assert broken == []
    assert wide == []
    assert len(seen) > 60
    assert {address + name for name in MAIN[:-1]} | {address + "id/" + name for name in MAIN[:-1]} <= seen


@pytest.mark.parametrize("place", ["index.html", "id/reports.html", "id/search.html?q=WBBM", "evidence/codebook.html"])
def test_pages_work_from_a_folder_without_a_server(opened, html, place):
    page = opened(place, base=html.resolve().as_uri() + "/")
    page.wait_for_load_state()
    assert page.locator("h1").first.is_visible()


@pytest.mark.parametrize("served", [True, False])
@pytest.mark.parametrize(("folder", "words"), [("", "Search finished"), ("id/", "Pencarian selesai")])
def test_search_finds_without_a_network(opened, html, address, folder, words, served):
    base = address if served else html.resolve().as_uri() + "/"
    page = opened(f"{folder}index.html", base=base)
    page.keyboard.press("Control+k")
    page.locator("dialog input[type=search]").fill("WBBM")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=WBBM*")
    page.get_by_text(words).wait_for()
    found = page.locator("#search-results ul.search li")
    assert found.count() >= 3
    excerpts = page.locator("#search-results .context")
    if served:  # they are fetched one by one
        excerpts.first.wait_for()
    else:
        assert excerpts.count() == 0
    found.first.locator("a").first.click()
    page.wait_for_load_state()
    assert "WBBM" in page.locator("main").inner_text()


def test_the_language_switch_leads_to_the_twin_and_back(opened):
    page = opened("start/reviewers.html")
    page.get_by_role("link", name="Bahasa Indonesia").click()
    assert page.url.endswith("/id/start/reviewers.html")
    assert page.locator("html").get_attribute("lang") == "id"
    assert page.locator("h1").inner_text().startswith("Untuk penelaah")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/start/reviewers.html")
    assert "/id/" not in page.url


def test_the_language_switch_is_reached_on_a_phone(opened):
    page = opened("id/start/government.html", viewport=PHONE)
    page.locator("button.primary-toggle").click()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/start/government.html")
    assert "/id/" not in page.url


@pytest.mark.parametrize("look", LOOKS)
def test_main_pages_have_nothing_that_axe_objects_to(opened, look):
    scheme = "dark" if "dark" in look else "light"
    page = opened(viewport=WIDE if "wide" in look else PHONE, color_scheme=scheme)
    base = page.url.removesuffix("index.html")
    objections = []
    for place in LOOKS[look]:
        page.goto(base + place)
        assert page.locator("html").get_attribute("data-theme") == scheme
        found = Axe().run(page, options=QUICK).response["violations"]
        objections += [(place, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    assert objections == []
