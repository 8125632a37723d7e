"""Index and report pages in a real browser: search, sorting, keyboard, no script, a phone, the dark, axe."""

import json
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, load

from zi_analysis.reporting.index_entries import IndexEntry
from zi_analysis.reporting.index_page import index_html
from zi_analysis.reporting.pages import page_html

Axe = load("axe_playwright_python.sync_playwright").Axe
playwright = load("playwright.sync_api")
REPORTS = Path(__file__).parents[1] / "reports"
INDEXES = [(kind, language) for kind in ("profiles", "sweep") for language in ("en", "id")]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


# --- pages ---------------------------------------------------------------------------


def profiles():
    failed = "09-agency-profile: cell 7 failed: KeyError: 'a' (notebook left at reports/en/35.21--failed/failed.ipynb)"
    rows = [
        ("Kabupaten Magetan", "regency", "Jawa Timur", 2, 2, ((2023, 0, 0), (2024, 2, 2))),
        ("Kota Madiun", "city", "Jawa Timur", 1, None, ((2024, 1, None),)),
        ("Kementerian Keuangan", "central", "", 1204, 1204, ((2023, 600, 600), (2024, 604, 604))),
        ("Kota Batu", "city", "Jawa Timur", 7, 11, ((2023, 3, 5), (2024, 4, 6))),
        ("Kabupaten Penukal Abab Lematang Ilir", "regency", "Sumatera Selatan", None, None, ()),
    ]
    made = [
        IndexEntry(name, f"{place}/index.html", group, home, total_low=low, total_high=high, spark=spark)
        for place, (name, group, home, low, high, spark) in enumerate(rows)
    ]
    return [*made, IndexEntry("Kabupaten Ngawi", "", "regency", "Jawa Timur", status="failed", error=failed)]


def sweep():
    values = [(2016, "WBK", 0.5), (2018, "WBBM", 0.25), (2017, "all", 12.5)]
    labels = [f"first_year={year}--predicate={predicate}--level={level}" for year, predicate, level in values]
    return [
        IndexEntry(
            label, f"{label}/index.html", facts=tuple(zip(("first_year", "predicate", "level"), row, strict=True))
        )
        for label, row in zip(labels, values, strict=True)
    ]


def index(kind, language):
    entries = {"profiles": profiles, "sweep": sweep}[kind]()
    options = {"made": "2026-11-24", "command": f"zi {kind} --workers 2", "data_version": "abc", "version": "1"}
    return index_html(entries, title=f"Reports of {kind}", language=language, **options)


def report(name):
    import nbformat

    record = json.loads((REPORTS / name / "run.json").read_text(encoding="utf-8"))
    notebook = nbformat.read(REPORTS / name / "notebook.ipynb", as_version=4)
    return page_html(notebook, record=record, defaults=record["parameters"])


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page; whatever it complained of or asked for besides itself fails the test."""
    contexts, complaints, asked = [], [], []
    path = tmp_path / "index.html"

    def see(html, fragment="", **options):
        path.write_text(html, encoding="utf-8")
        contexts.append(browser.new_context(**({"viewport": WIDE} | options)))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri() + fragment)
        return page

    yield see
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.split("#")[0] for url in asked if not url.startswith("data:")} == {path.as_uri()}


def titles(page):
    return page.locator("tbody tr:visible th").all_inner_texts()


def faults(page):
    """What axe finds, of any weight."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}" for one in found]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


# --- the index -----------------------------------------------------------------------


def test_search_and_filters_narrow_the_list_and_are_kept_in_the_address(opened):
    page = opened(index("profiles", "en"))
    assert len(titles(page)) == 5
    page.fill("#q", "kota")
    playwright.expect(page.locator("#count")).to_have_text("2 of 6 shown")
    assert titles(page) == ["Kota Madiun", "Kota Batu"]
    assert page.evaluate("location.hash") == "#q=kota"
    assert not page.is_visible(".failed")
    page.keyboard.press("Escape")
    assert len(titles(page)) == 5
    page.select_option("#type", "regency")
    page.select_option("#place", "Jawa Timur")
    assert titles(page) == ["Kabupaten Magetan"]
    assert page.is_visible(".failed"), "Kabupaten Ngawi, which failed, is a regency of Jawa Timur"
    page.reload()
    assert titles(page) == ["Kabupaten Magetan"]
    page.click("button[type=reset]")
    assert len(titles(page)) == 5
    assert page.evaluate("location.hash") == ""


def test_a_search_that_finds_nothing_says_so_in_the_readers_language(opened):
    page = opened(index("sweep", "id"), "#q=xyz")
    assert titles(page) == []
    assert page.inner_text("#count") == "Tidak ada laporan yang cocok; seluruhnya ada 3."


def column(page, key):
    """What each row has to sort by, in the order shown: numbers where the column has them, None where it is unknown."""
    script = """key => {
      const heads = [...document.querySelectorAll("thead th")];
      const place = heads.findIndex(head => head.dataset.key === key);
      const number = heads[place].dataset.kind === "number";
      return [...document.querySelectorAll("tbody tr")].map(row => {
        const cell = row.cells[place];
        return number ? (cell.dataset.v ? cell.dataset.v.split(" ").map(Number) : null) : cell.textContent || null;
      });
    }"""
    values = page.evaluate(script, key)
    return [[*value, float("inf")][:2] if isinstance(value, list) else value for value in values]


def assert_sorted(page, key):
    """The rows follow the order that the heading announces, unknown ones last, and no other heading announces any."""
    head = page.locator(f"thead th[data-key='{key}']")
    way = head.get_attribute("aria-sort")
    known = [value.casefold() if isinstance(value, str) else value for value in column(page, key) if value is not None]
    assert known == sorted(known, reverse=way == "descending"), (key, way)
    assert None not in column(page, key)[: len(known)]
    told = [one.get_attribute("aria-sort") for one in page.locator("thead th[data-key]").all()]
    assert sorted(told) == sorted([way, *["none"] * (len(told) - 1)])
    return way


@pytest.mark.parametrize(("kind", "language"), INDEXES)
def test_every_heading_sorts_both_ways_with_the_mouse(opened, kind, language):
    page = opened(index(kind, language))
    keys = [head.get_attribute("data-key") for head in page.locator("thead th[data-key]").all()]
    assert len(keys) == 4
    for key in keys:
        ways = set()
        for _ in range(2):
            page.click(f"thead th[data-key='{key}'] button")
            ways.add(assert_sorted(page, key))
        assert ways == {"ascending", "descending"}, key


@pytest.mark.parametrize(("kind", "language"), INDEXES)
def test_every_heading_sorts_both_ways_with_the_keyboard(opened, kind, language):
    page = opened(index(kind, language))
    page.focus("#q")
    for head in page.locator("thead th[data-key]").all():
        key = head.get_attribute("data-key")
        for _ in range(4):  # past the filters to the first heading, then one step each
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('thead') !== null"):
                break
        assert page.evaluate("document.activeElement.parentNode.dataset.key") == key
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "a reader sees where the keyboard is"
        ways = set()
        for press in ("Enter", "Space"):
            page.keyboard.press(press)
            ways.add(assert_sorted(page, key))
        assert ways == {"ascending", "descending"}, key


def test_unknown_numbers_stand_last_and_an_open_bound_after_its_equals(opened):
    page = opened(index("profiles", "en"), "#sort=total")
    assert titles(page)[-1] == "Kabupaten Penukal Abab Lematang Ilir"
    assert titles(page)[0] == "Kota Madiun"
    page.click("thead th[data-key=total] button")
    assert page.evaluate("location.hash") == "#sort=-total"
    assert titles(page)[-1] == "Kabupaten Penukal Abab Lematang Ilir"
    assert titles(page)[0] == "Kementerian Keuangan"


@pytest.mark.parametrize(("kind", "language"), INDEXES)
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_without_script_the_list_is_whole_and_nothing_pretends_to_work(opened, kind, language, viewport):
    page = opened(index(kind, language), java_script_enabled=False, viewport=viewport)
    assert len(titles(page)) == (5 if kind == "profiles" else 3)
    assert page.locator("tbody a:visible").count() == len(titles(page))
    assert page.locator("form:visible, button:visible").count() == 0
    assert page.locator(".failed:visible li").count() == (1 if kind == "profiles" else 0)
    boxes = [row.bounding_box() for row in page.locator("tbody tr").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"] for box in boxes)


@pytest.mark.parametrize(("kind", "language"), INDEXES)
def test_nothing_overflows_on_a_phone_and_the_list_sorts_there(opened, kind, language):
    page = opened(index(kind, language), viewport=PHONE)
    assert fits(page)
    page.select_option("#sort", "-title")
    assert assert_sorted(page, "title") == "descending"
    assert fits(page)


@pytest.mark.parametrize(("kind", "language"), INDEXES)
@pytest.mark.parametrize(
    "options", [{"viewport": WIDE}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["wide", "dark phone"]
)
def test_axe_finds_no_barrier_in_an_index(opened, kind, language, options):
    page = opened(index(kind, language), bypass_csp=True, **options)
    assert page.locator("html").get_attribute("lang") == language
    assert faults(page) == []


def brightness(page, selector, what):
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
    return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")) / 765


@pytest.mark.parametrize(
    "make", [lambda: index("sweep", "en"), lambda: report("03-count-models/en")], ids=["index", "report"]
)
def test_pages_are_dark_for_those_who_want_it_dark(opened, make):
    for scheme, dark in (("dark", True), ("light", False)):
        page = opened(make(), color_scheme=scheme)
        paper, ink = brightness(page, "body", "backgroundColor"), brightness(page, "h1", "color")
        assert (paper < ink) == dark


# --- the report ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["03-count-models/en", "03-count-models/id"])
def test_axe_finds_no_barrier_in_a_report(opened, name):
    html = report(name)
    page = opened(html, bypass_csp=True)
    page.check("#show-code")
    assert page.is_visible(".code pre")
    assert faults(page) == []
    page = opened(html, bypass_csp=True, viewport=PHONE, color_scheme="dark")
    assert faults(page) == []
    assert fits(page)


def test_the_tables_of_a_report_have_headings_and_scroll_by_keyboard(opened):
    page = opened(report("03-count-models/id"), bypass_csp=True, viewport=PHONE)
    tables = page.locator("main table")
    assert tables.count() > 5
    assert page.locator("main table:not(:has(th[scope=col]))").count() == 0
    box = page.locator("#exhibit-3\\.2 .wide")
    assert box.get_attribute("aria-label") == "Tabel peraga 3.2"
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#exhibit-3\\\\.2 .wide').scrollLeft > 0")


def test_a_chart_keeps_a_legible_size_on_a_phone_and_its_box_scrolls(opened):
    page = opened(report("03-count-models/en"), viewport=PHONE)
    box = page.locator("#exhibit-3\\.3 .wide")
    assert box.get_attribute("aria-label") == "Chart of exhibit 3.3"
    assert box.evaluate("box => [box.scrollWidth >= 660, box.clientWidth <= 375]") == [True, True]
    assert fits(page)


def test_headings_of_a_report_skip_no_level(opened):
    page = opened(report("03-count-models/en"))
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(head => Number(head.tagName[1]))")
    assert levels.count(1) == 1
    main = page.evaluate("[...document.querySelectorAll('main h2, main h3, main h4')].map(head => +head.tagName[1])")
    assert all(after - before <= 1 for before, after in zip([1, *main], main, strict=False))
