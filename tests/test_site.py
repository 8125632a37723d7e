"""The website: made without a warning, it tells what the data tell, misses nothing, and its links lead somewhere."""

import csv
import doctest
import json
import os
import re
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from made_site import ROOT, made_site

from zi_analysis.errors import ZiError

sys.path.append(str(ROOT / "site"))

import make_site as maker
import site_citation
import site_documents
import site_facts
import site_links
import site_lists
import site_notebooks
import site_pages
import site_words

pytestmark = pytest.mark.xdist_group("site")
FIRST_LOOK = ["index", "start/index", "start/researchers", "start/reviewers", "start/lecturers", "start/government"]
BOTH = [*FIRST_LOOK, "reports", "explorer", "course", "use/index", "evidence/index", "evidence/collecting"]
BOTH += ["evidence/correcting", "methods/index", "about/index", "about/cite", "about/licence", "search"]


@pytest.fixture(scope="module")
def html() -> Path:
    folder, made = made_site()
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stderr == ""
    return folder


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


def _own_pages(html: Path) -> list[Path]:
    """Pages that sphinx wrote, not the reports, explorer and slides."""
    return [
        path for path in sorted(html.rglob("*.html")) if "_static/documentation_options.js" in path.read_text("utf-8")
    ]


def _linked_root(tmp_path: Path, *, without: set[str]) -> Path:
    """A project that is this one by links, but for some of its files."""
    root = tmp_path / "project"
    (root / "reports").mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in {"reports", "course", "site", ".git", ".venv", *without}:
            (root / path.name).symlink_to(path)
    for path in (ROOT / "reports").glob("[0-9]*"):
        (root / "reports" / path.name).symlink_to(path)
    return root


# --- the whole ---------------------------------------------------------------------------


def test_both_languages_have_what_a_reader_looks_at_first(html: Path) -> None:
    for page in BOTH:
        for folder, language in ((html, "en"), (html / "id", "id")):
            soup = _soup(folder / f"{page}.html")
            assert soup.html["lang"] == language
            switch = soup.select_one("a.zi-language")
            twin = "id" if language == "en" else "en"
            assert switch["hreflang"] == twin, page
            target = (folder / f"{page}.html").parent / switch["href"]
            assert target.resolve() == ((html / "id" if twin == "id" else html) / f"{page}.html").resolve()


def test_a_page_without_a_twin_has_no_switch(html: Path) -> None:
    assert _soup(html / "methods/models.html").select("a.zi-language") == []


def test_every_document_that_is_promised_is_a_page(html: Path) -> None:
    for row in tomllib.loads((ROOT / "site/pages.toml").read_text(encoding="utf-8"))["page"]:
        if (ROOT / row["file"]).is_file():
            assert (html / row.get("language", "en").replace("en", "") / f"{row['name']}.html").is_file(), row
    promised = {row["file"] for row in tomllib.loads((ROOT / "site/pages.toml").read_text("utf-8"))["page"]}
    documents = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert documents <= promised


def test_every_own_page_is_reached_from_the_first(html: Path) -> None:
    seen, waiting = set(), [html / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        waiting += [target for target, _ in _inner_links(path, html) if target.suffix == ".html" and target.is_file()]
    assert {path for path in _own_pages(html) if path.name != "search.html"} <= seen
    assert {
        html / report.page for language in ("en", "id") for report in site_lists.list_reports(ROOT, language=language)
    } <= seen


def _inner_links(path: Path, html: Path) -> list[tuple[Path, str]]:
    """Files that a page links to or loads, with the fragment."""
    found = []
    for tag in _soup(path).find_all(["a", "link", "script", "img", "source", "iframe"]):
        address = tag.get("href") or tag.get("src") or ""
        if urlsplit(address).scheme or address.startswith("//") or not address:
            continue
        way, fragment = urldefrag(address)
        target = (path.parent / unquote(way.partition("?")[0])).resolve() if way else path
        found.append((target, fragment))
    return found


def test_no_link_is_broken(html: Path) -> None:
    """Files are there, their fragments too, and nothing leads out of the folder of the site."""
    html = html.resolve()
    broken = []
    for path in sorted(html.rglob("*.html")):
        if {"exhibits", "_static"} & set(path.parts):
            continue
        for target, fragment in _inner_links(path, html):
            if not target.is_file() or not target.is_relative_to(html):
                broken.append((path, target))
            elif fragment and target.suffix == ".html" and not _has_anchor(target, unquote(fragment)):
                broken.append((path, target, fragment))
    assert broken == []


def _has_anchor(path: Path, name: str) -> bool:
    """A file that draws itself with a script (the explorer) keeps its state after the #."""
    soup = _soup(path)
    return bool(soup.find(id=name) or soup.find(attrs={"name": name})) or "=" in name


def test_links_to_other_sites_are_well_formed(html: Path) -> None:
    for path in _own_pages(html):
        for tag in _soup(path).find_all(["a", "link", "script", "img", "iframe", "form"]):
            address = urlsplit(tag.get("href") or tag.get("src") or tag.get("action") or "")
            if address.scheme:
                assert tag.name == "a", f"{path} loads {address.geturl()}"
                assert address.scheme in {"http", "https", "mailto"}, address.geturl()
                assert re.fullmatch(r"[\w.-]+\.\w+", address.netloc), address.geturl()


def test_the_site_tells_no_path_of_the_machine(html: Path) -> None:
    for path in _own_pages(html):
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert "/tmp/" not in _soup(path).find("main").get_text()


def test_pages_hold_no_mark_that_was_not_filled_in(html: Path) -> None:
    for path in _own_pages(html):
        text = _soup(path).find("main").get_text()
        assert "{%" not in text or path.name == "bad-input.html", path
        assert "Conflict(" not in text
        assert not re.search(r"[(<]site:", text)
        assert not _soup(path).select('[href^="site:"]')


# --- numbers ---------------------------------------------------------------------------


def test_facts_are_counted_in_the_data(html: Path) -> None:
    facts = site_facts.count_facts(ROOT, language="id")
    assert facts["statements"] == str(len(_rows("raw/published_counts.csv")))
    cells = [row["status"] for row in _rows("clean/cells.csv") if row["level"] == "cell"]
    assert [facts[f"cells_{status}"] for status in ("exact", "unknown")] == [
        str(cells.count(status)) for status in ("exact", "unknown")
    ]
    text = _soup(html / "id/index.html").find("main").get_text(" ")
    assert f"{facts['awards']}, dari {facts['award_statements']} pernyataan" in text
    years = [row["year"] for row in _rows("raw/published_counts.csv") if row["year"]]
    assert f"tahun evaluasi {min(years)} sampai {max(years)}" in text


def test_numbers_are_written_as_the_reader_does(project_copy: Path) -> None:
    register = project_copy / "data/register/agencies.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    register.write_text("\n".join([lines[0], *[lines[1]] * 1234]) + "\n", encoding="utf-8")
    told = [site_facts.count_facts(project_copy, language=language)["agencies"] for language in ("en", "id")]
    assert told == ["1,234", "1.234"]


def test_national_conflicts_are_all_there(html: Path) -> None:
    national = {row["settled_id"] for row in _rows("clean/settled_counts.csv") if row["scope"] == "national"}
    told = Counter(row["settled_id"] for row in _rows("clean/conflicts.csv") if row["settled_id"] in national)
    found = site_facts.national_conflicts(ROOT, language="en")
    assert {conflict.settled_id for conflict in found} == set(told)
    assert [len(conflict.values.split("; ")) for conflict in found] == [told[one.settled_id] for one in found]
    table = _soup(html / "evidence/index.html").find_all("table")[-1]
    assert len(table.tbody.find_all("tr")) == len(told)


def test_reports_are_listed_as_their_records_tell(html: Path) -> None:
    for language, page in (("en", html / "reports.html"), ("id", html / "id/reports.html")):
        reports = site_lists.list_reports(ROOT, language=language)
        assert len({report.key for report in reports}) == len(reports) >= 9
        text = " ".join(_soup(page).find("main").get_text(" ").split())
        for report in reports:
            record = json.loads((ROOT / report.folder / "run.json").read_text(encoding="utf-8"))
            assert len(report.exhibits) == len(record["exhibits"])
            assert report.twin
            assert report.title in text
            assert all(" ".join(exhibit["title"].split()) in text for exhibit in record["exhibits"])


def test_a_run_with_parameters_of_ones_own_is_not_published(tmp_path: Path) -> None:
    root = _linked_root(tmp_path, without=set())
    own = root / "reports/04-bring-your-own-list"
    own.unlink()
    for name in ("en", "en--list_file=mine"):
        (own / name).mkdir(parents=True)
        source = ROOT / "reports/04-bring-your-own-list/en"
        for file in ("index.html", "notebook.ipynb"):
            (own / name / file).symlink_to(source / file)
        record = json.loads((source / "run.json").read_text(encoding="utf-8"))
        record["changed"] = {"list_file": "mine.xlsx"} if "mine" in name else {}
        (own / name / "run.json").write_text(json.dumps(record), encoding="utf-8")
    folders = [folder.name for folder in site_lists.report_folders(root) if folder.parent.name.startswith("04")]
    assert folders == ["en"]


def test_notebooks_show_their_code_and_lead_to_every_exhibit(html: Path) -> None:
    """The prose of one language, each line of code, no result, and a link to each exhibit's place in the report."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        code = ["".join(cell.source.split()) for cell in notebook.cells if cell.cell_type == "code"]
        for folder, language in ((html, "en"), (html / "id", "id")):
            main = _soup(folder / f"notebooks/{path.stem}.html").find("main")
            shown = "".join(main.get_text().split())
            assert all(piece in shown for piece in code)
            assert not main.select(".cell_output, img, table")
            links = {tag["href"].rpartition("#exhibit-")[2] for tag in main.select('a[href*="#exhibit-"]')}
            for report in site_lists.list_reports(ROOT, language=language):
                if report.number == path.stem[:2] and not report.subject:
                    assert links == {exhibit.number for exhibit in report.exhibits}
        assert "Pertanyaan." not in _soup(html / f"notebooks/{path.stem}.html").get_text()


def test_a_notebook_without_a_report_links_to_none(tmp_path: Path) -> None:
    site_notebooks.write_notebooks(ROOT, tmp_path, language="id", reports=[], pages={})
    text = (tmp_path / "notebooks/02-awards-by-year-and-type.ipynb").read_text(encoding="utf-8")
    assert "Menghasilkan peraga 2.1" in text
    assert "site:" not in text


# --- what may be missing ---------------------------------------------------------------------------


def test_sources_are_written_when_explorer_and_course_are_not_there(tmp_path: Path) -> None:
    root = _linked_root(tmp_path, without=set())
    assert site_pages.missing_parts(root) == {"reports/explorer.html": "zi explorer", "course": "make course"}
    site_pages.write_sources(root, tmp_path / "source")
    assert "Not made yet" in (tmp_path / "source/en/explorer.md").read_text(encoding="utf-8")
    assert "Belum dibuat" in (tmp_path / "source/id/course.md").read_text(encoding="utf-8")
    assert "explorer.html" not in (tmp_path / "source/en/index.md").read_text(encoding="utf-8")


def test_explorer_and_course_are_linked_and_copied_when_they_are_there(tmp_path: Path) -> None:
    root = _linked_root(tmp_path, without=set())
    (root / "reports/explorer.html").write_text("<title>x</title>", encoding="utf-8")
    for name in ("student/lesson-1.ipynb", "slides/lesson-1.html", "teacher/lesson-1.ipynb", "grading/source/a.ipynb"):
        path = root / "course/id" / name
        path.parent.mkdir(parents=True)
        path.write_text(
            '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Membaca [bukti]"]}]}', "utf-8"
        )
    site_pages.write_sources(root, tmp_path / "source")
    maker.copy_assets(root, tmp_path / "html")
    assert "(<site:reports/explorer.html>)" in (tmp_path / "source/en/index.md").read_text(encoding="utf-8")
    course = (tmp_path / "source/id/course.md").read_text(encoding="utf-8")
    assert "[Membaca \\[bukti\\]](<site:course/id/student/lesson-1.ipynb>)" in course
    assert "slides/lesson-1.html" in course
    assert (tmp_path / "html/reports/explorer.html").is_file()
    assert (tmp_path / "html/course/id/student/lesson-1.ipynb").is_file()
    assert {path.name for path in (tmp_path / "html/course/id").iterdir()} == {"student", "slides"}


def test_a_missing_document_is_told_with_the_way_out(tmp_path: Path) -> None:
    root = _linked_root(tmp_path, without={"CHANGELOG.md"})
    with pytest.raises(ZiError, match=r"CHANGELOG\.md is not there; restore it or take it out of site/pages\.toml"):
        site_pages.write_sources(root, tmp_path / "source")


def test_a_heading_that_is_gone_is_told() -> None:
    with pytest.raises(ZiError, match=r'README\.md has no heading "## Many reports"'):
        site_documents.cut_section("# A\n\n```\n## Many reports\n```\n", "Many reports", file="README.md")


# --- links and words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("[m](docs/methods.md#x)", "[m](../methods/models.md#x)"),
        ("[c](data/clean/cells.csv)", "[c](site:data/clean/cells.csv)"),
        ("[code](zi_analysis/paths.py)", "code (`zi_analysis/paths.py`)"),
        ("[`zi_analysis/paths.py`](zi_analysis/paths.py)", "`zi_analysis/paths.py`"),
        ("[w](https://example.org/a) [x](#here)", "[w](https://example.org/a) [x](#here)"),
        (
            "`[m](docs/none.md)` and\n```\n[m](docs/none.md)\n```\n",
            "`[m](docs/none.md)` and\n```\n[m](docs/none.md)\n```\n",
        ),
        ("[other](docs/coverage.md#y)", "[other](<site:methods/coverage.html#y>)"),
        ("[new](reports/99-new/en/exhibits/1.csv)", "new (`reports/99-new/en/exhibits/1.csv`)"),
        ("![p](docs/accuracy.svg)", "![p](<../docs/accuracy.svg>)"),
    ],
)
def test_links_lead_within_the_site(text: str, turned: str) -> None:
    pages = {"docs/methods.md": "methods/models", "docs/coverage.md": "site:methods/coverage.html"}
    assert site_links.rewrite_links(text, file="README.md", page="use/check", pages=pages, root=ROOT) == turned


def test_a_link_to_nothing_is_refused() -> None:
    with pytest.raises(ZiError, match=r"docs/x\.md links to \.\./none\.md"):
        site_links.rewrite_links("[a](../none.md)", file="docs/x.md", page="x", pages={}, root=ROOT)


def test_filled_in_words_cannot_write_markup(tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    hostile = "<script>x</script> [a](javascript:b) | ![c](d) `e` {{ f }} $g$ **h**"
    shown = MarkdownIt("commonmark").render(site_words.escape_markdown(hostile))
    assert BeautifulSoup(shown, "html.parser").find_all(True) == BeautifulSoup(shown, "html.parser").find_all("p")
    assert BeautifulSoup(shown, "html.parser").get_text().strip() == hostile


def test_citation_tells_what_the_file_tells(html: Path) -> None:
    citation = site_citation.read_citation(ROOT)
    for page, day in (("about/cite", "24 November 2026"), ("id/about/cite", "24 November 2026")):
        text = " ".join(_soup(html / f"{page}.html").find("blockquote").get_text().replace("’", "'").split())
        assert citation["title"] in text
        assert f" {citation['version']}, " in text
        assert str(citation["date-released"])[:4] in text, day
    entry = site_citation.bibtex(citation | {"title": "50% & more_"}, data_version="abc")
    assert "title   = {{50\\% \\& more\\_}}" in entry
    assert entry.count("{") == entry.count("}")
    assert "url" not in entry  # no address is made up
    assert "https://doi.org/10.1/x" in site_citation.bibtex(citation | {"doi": "10.1/x"}, data_version="abc")


def test_indonesian_pages_keep_the_theme_in_indonesian(html: Path) -> None:
    text = _soup(html / "id/start/researchers.html").get_text(" ")
    for words in ("Langsung ke isi utama", "Di halaman ini", "Navigasi bagian", "Kembali ke atas"):
        assert words in text
    for words in ("Skip to main content", "On this page", "Section Navigation", "Back to top"):
        assert words not in text


def test_summaries_come_from_the_documents(html: Path) -> None:
    text = " ".join(_soup(html / "id/methods/index.html").find("main").get_text().split())
    accuracy = (ROOT / "docs/accuracy.md").read_text(encoding="utf-8")
    assert " ".join(accuracy.split("## Singkatnya")[1].split("\n## ")[0].split())[:80] in text


def test_formulas_are_drawn_without_a_network(html: Path) -> None:
    soup = _soup(html / "methods/models.html")
    assert len(soup.find_all("math")) > 50
    assert "\\beta" not in soup.find("main").get_text()
    assert not [tag for tag in soup.find_all("script", src=True) if "mathjax" in tag["src"].casefold()]


def test_the_maker_says_what_is_missing_and_where_the_site_is(html: Path) -> None:
    said = made_site()[1].stdout
    assert re.search(r"^site: \d+ pages in \d+ s, \S+index\.html$", said, re.MULTILINE)
    assert {path for path in site_pages.missing_parts(ROOT) if f"without {path};" not in said} == set()


def test_examples_in_docstrings_hold() -> None:
    for module in (site_citation, site_documents, site_facts, site_links, site_lists, site_words):
        assert doctest.testmod(module).failed == 0
    assert doctest.testmod(site_links).attempted >= 3


@pytest.mark.skipif(os.name != "posix", reason="the command line of the maker is tried on posix")
def test_a_fault_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _linked_root(tmp_path, without={"CONTRIBUTING.md"})
    assert maker.main(["--root", str(root), "--output", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("site: CONTRIBUTING.md is not there;")
