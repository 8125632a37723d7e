"""Pages handed to readers: formulas, code behind a switch, citation; printed as tagged pdf; found from an index."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from test_reporting import code_cell, exhibit_output, made_notebook, prose, record_for

from zi_analysis.reporting import printing
from zi_analysis.reporting.index_page import IndexEntry, index_html
from zi_analysis.reporting.index_words import word_table
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.pages import page_html
from zi_analysis.reporting.printing import find_chromium, print_pdf

ROOT = Path(__file__).parents[1]
needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium")


def page(*cells, **changes):
    return page_html(made_notebook(prose("# A report"), *cells), record=record_for(**changes), defaults={})


def text_of(html):
    return BeautifulSoup(html, "html.parser").find("main").get_text(" ", strip=True)


def test_formulas_become_mathml_and_nothing_else_does():
    html = page(
        prose(
            r"The rate $\mu_i = e^{x_i}$, and"
            "\n\n"
            r"$$\frac{a}{b}$$"
            "\n\n"
            "costs $5 or $6; a price of $ 5, another of 6$ too; `$x$` is code."
        )
    )
    soup = BeautifulSoup(html, "html.parser")
    inline, block = soup.find("main").find_all("math")
    assert inline["display"] == "inline"
    assert inline.find("msub").get_text() == "μi"
    assert block["display"] == "block"
    assert block.find("mfrac").get_text() == "ab"
    assert "costs $5 or $6; a price of $ 5, another of 6$ too" in text_of(html)
    assert [code.get_text() for code in soup.find("main").find_all("code")] == ["$x$"]


def test_a_formula_that_does_not_read_is_shown_as_its_source(monkeypatch):
    def stumble(*_, **__):
        raise IndexError

    monkeypatch.setattr("latex2mathml.converter.convert", stumble)
    soup = BeautifulSoup(page(prose(r"see $\frac{a$ here")), "html.parser")
    assert soup.find("main").find("code").get_text() == r"\frac{a"


def test_code_is_there_and_hidden_until_the_switch_shows_it():
    html = page(code_cell(source="total = '<b>' + str(1)"), code_cell(source="language = 'en'", tags=("parameters",)))
    soup = BeautifulSoup(html, "html.parser")
    (code,) = soup.find_all("div", class_="code")
    assert code.get_text().strip() == "total = '<b>' + str(1)"
    assert soup.find("input", id="show-code").find_parent("label").get_text(strip=True) == "Show the code"
    style = soup.find("style").string
    assert re.search(r"\.code \{ display: none", style)
    assert "body:has(#show-code:checked) .code { display: block; }" in style
    assert soup.find("script") is None


def test_a_page_without_code_has_no_switch():
    assert 'id="show-code"' not in page(prose("words"))


def test_exhibits_are_listed_and_the_report_says_how_to_cite_and_check_it():
    record = {"exhibits": [{"number": "1.1", "title": "Fewer <awards>", "files": {}}], "language": "id"}
    html = page(code_cell(exhibit_output(**{"image/png": "aGk="})), **record)
    soup = BeautifulSoup(html, "html.parser")
    (link,) = soup.find("nav").find_all("a", href="#exhibit-1.1")
    assert link.get_text(" ", strip=True) == "1.1 Fewer <awards>"
    assert soup.find(id="exhibit-1.1") is not None
    told = soup.find("p", class_="cite").get_text()
    assert told.startswith("The ZI workbook authors (2026). A report. Dalam:")
    assert "versi data abc" in told
    assert "zi verify" in soup.find("footer").get_text()


# --- pdf -----------------------------------------------------------------------------


@needs_chromium
def test_a_page_is_printed_tagged_and_the_same_each_time(tmp_path):
    (tmp_path / "index.html").write_text(page(prose("words of the report $x^2$")), encoding="utf-8")
    for name in ("a.pdf", "b.pdf"):
        print_pdf(tmp_path / "index.html", tmp_path / name)
    first = (tmp_path / "a.pdf").read_bytes()
    assert first == (tmp_path / "b.pdf").read_bytes()
    assert b"/MarkInfo" in first
    assert b"D:20260131000000" in first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf", "index.html"]
    if shutil.which("pdftotext"):
        told = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
        assert "page 1 of 1" in told
        assert "words of the report" in told


def test_without_chromium_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    (tmp_path / "index.html").write_text("x")
    with pytest.raises(ReportError, match="apt-get install chromium") as error:
        print_pdf(tmp_path / "index.html", tmp_path / "a.pdf")
    assert "\n" not in str(error.value)


def test_a_browser_that_prints_nothing_or_hangs_is_told(tmp_path, monkeypatch):
    for name, body, told in (
        ("none", "exit 3", "printed nothing"),
        ("slow", "sleep 60", "took longer than 0.5 seconds"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("CHROMIUM", str(program))
        (tmp_path / "index.html").write_text("x")
        with pytest.raises(ReportError, match=told):
            print_pdf(tmp_path / "index.html", tmp_path / "a.pdf", timeout=0.5)
    assert not (tmp_path / "a.pdf").exists()
    assert printing.find_chromium() == (tmp_path / "slow").resolve()


# --- index ---------------------------------------------------------------------------


def entries():
    return [
        IndexEntry("Kabupaten Magetan", "35.20/index.html", "regency", "Jawa Timur", total_low=2, total_high=2,
                   spark=((2023, 0, 0), (2024, 2, 2))),
        IndexEntry("Kota Madiun", "35.77/index.html", "city", "Jawa Timur", total_low=1, spark=((2024, 1, None),)),
        IndexEntry("Kementerian <b>Keuangan</b>", "kemenkeu/index.html", "central", spark=((2024, None, None),)),
        IndexEntry("Kabupaten Ngawi", "", "regency", "Jawa Timur", status="failed", error="cell 3 failed: <oh>"),
    ]  # fmt: skip


def index(language="en"):
    options = {"made": "2026-11-24", "command": "zi profiles <x>", "data_version": "abc", "version": "1"}
    return index_html(entries(), title="Profiles", language=language, **options)


def test_the_index_lists_every_report_escaped_and_loads_nothing():
    soup = BeautifulSoup(index(), "html.parser")
    assert soup.find("b") is None
    assert "Kementerian <b>Keuangan</b>" in soup.get_text()
    links = [link["href"] for link in soup.find_all("a", href=True) if link["href"].endswith("index.html")]
    assert sorted(links) == ["35.20/index.html", "35.77/index.html", "kemenkeu/index.html"]
    assert "cell 3 failed: <oh>" in soup.get_text()
    for name in ("src", "srcset"):
        assert soup.find(attrs={name: True}) is None
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy


def test_both_languages_have_their_words():
    assert "kabupaten" in index("id")
    assert "regency" in index("en")


def test_all_words_of_the_index_are_in_both_languages_with_the_same_places():
    for key, words in word_table().items():
        assert set(words) == {"en", "id"}, key
        places = [set(re.findall(r"{(\w+)}", words[language])) for language in ("en", "id")]
        assert places[0] == places[1], key


@needs_chromium
@pytest.mark.parametrize(("fragment", "shown"), [("#q=magetan", 1), ("#type=city", 1), ("#q=jawa", 2), ("", 3)])
def test_search_and_filter_hide_what_does_not_match(tmp_path, fragment, shown):
    (tmp_path / "index.html").write_text(index(), encoding="utf-8")
    command = [str(find_chromium()), "--headless", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
               "--virtual-time-budget=3000", "--dump-dom", (tmp_path / "index.html").as_uri() + fragment]  # fmt: skip
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    rows = BeautifulSoup(dom, "html.parser").select("tbody tr")
    visible = [row for row in rows if not row.has_attr("hidden")]
    told = json.dumps([row.get_text(" ", strip=True)[:60] for row in visible])
    assert len(rows) == 3  # the failed one stands in its box
    assert len(visible) == shown, told
