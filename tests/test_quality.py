"""The quality page: what became of every row, in words, the worst first; nothing of a list acts on the page."""

import re
import shlex
import string
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from zi_analysis.cli import main
from zi_analysis.evidence import aside, merging
from zi_analysis.evidence.accounts import RAGGED
from zi_analysis.evidence.awards import CleanedAwards, clean_awards
from zi_analysis.evidence.fixes import Fix
from zi_analysis.evidence.predicates import read_predicate
from zi_analysis.evidence.readers import FIELDS
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tables import load_table
from zi_analysis.evidence.years import read_year
from zi_analysis.exhibits.words import catalogue
from zi_analysis.reporting.quality import quality_page
from zi_analysis.reporting.quality_lists import list_columns, list_lines, untold_fields
from zi_analysis.reporting.quality_rows import list_looks, list_problems
from zi_analysis.reporting.quality_words import Speaker, cut, slug, word_table

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "data" / "examples" / "zi-jawa-timur.xlsx"
MADE = datetime(2025, 3, 9, 12, tzinfo=UTC)
LANGUAGES = ("en", "id")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x00 =HYPERLINK(1)"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def cleaned(register: Register) -> CleanedAwards:
    return clean_awards(EXAMPLE, register=register, known=load_table("awards_clean"))


def clean_text(text: str, folder: Path, register: Register, **options: object) -> CleanedAwards:
    """Clean a csv."""
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return clean_awards(path, register=register, **options)


def page_of(cleaned: CleanedAwards, register: Register, language: str = "en") -> str:
    return quality_page(cleaned, files=["list.csv"], language=language, made=MADE, register=register)


class Page(HTMLParser):
    """Elements, attributes and text of a page; the text of a heading's section by heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"] and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.mark.parametrize("key", sorted(word_table()))
def test_words_have_both_languages_with_the_same_places(key: str) -> None:
    entry = word_table()[key]
    assert set(LANGUAGES) <= set(entry) <= {*LANGUAGES, "match"}
    places = [{name for _, name, _, _ in string.Formatter().parse(entry[language]) if name} for language in LANGUAGES]
    assert places[0] == places[1]
    assert all(entry[language].strip() for language in LANGUAGES)


def test_every_word_is_used() -> None:
    folder = ROOT / "zi_analysis" / "reporting"
    code = "\n".join(path.read_text() for path in [*folder.glob("quality*.py"), *folder.glob("templates/zi/quality*")])
    groups = ("advice", "problem", "fault", "look", "field", "how", "kind", "file", "log")
    unused = [
        key
        for key in word_table()
        if not re.search(rf"say\.{key}\b|[\"']{key}[\"']", code)
        and not key.startswith(tuple(f"{name}_" for name in groups))
    ]
    assert set(unused) <= {"accepted", "merged", "rejected", "fits_none"}


def test_every_step_has_words_in_both_languages(cleaned: CleanedAwards) -> None:
    steps = [
        *cleaned.log["step"],
        *aside.STEPS,
        RAGGED,
        *(f"merge: {step.name}" for step in merging.STEPS),
        "hand decisions",
    ]
    assert {f"step.{slug(step)}" for step in steps} <= set(catalogue())  # which holds both languages
    assert {f"{group}_{slug(step)}" for step in [*aside.STEPS, RAGGED] for group in ("problem", "advice")} <= set(
        word_table()
    )


def test_every_kind_of_line_and_every_field_has_words() -> None:
    """The kinds and ways are those written in the readers' code."""
    code = "\n".join(path.read_text() for path in (ROOT / "zi_analysis/evidence/readers").glob("*.py"))
    kinds = {"title", "header", "repeated header", "numbering", "subtotal", "section", "footer", "ragged"}
    assert all(f'"{kind}"' in code for kind in kinds - {"row"})
    told = set(re.findall(r'kinds?\[[^\]]+\] = "([a-z ]+)"|return "([a-z ]+)"\n', code))
    assert {kind for pair in told for kind in pair if kind in kinds}  # the pattern still finds some
    assert {f"kind_{slug(kind)}" for kind in kinds} <= set(word_table())
    assert {f"field_{field}" for field in FIELDS} <= set(word_table())
    ways = {"header", "position", "likeness", "sheet name", "title", "section", "option", "merged cells", "marks"}
    ways |= {"filled down in groups", "not used, they differ"}
    assert all(way in code for way in ways)
    assert {f"how_{slug(way)}" for way in ways} <= set(word_table())


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (f"year {read_year('20222').fault}", "fault_not_a_year"),
        (f"year {read_year('Januari 2023').fault}", "fault_late"),
        (f"year {read_year('2021 dan 2023').fault}", "fault_several_years"),
        (f"year {read_year('1999').fault}", "fault_outside"),
        (f"year {read_year(' ').fault}", "fault_year_missing"),
        (f"predicate {read_predicate('usulan WBK').fault}", "fault_not_won"),
        (f"predicate {read_predicate('baik, is no year').fault}", "fault_neither"),
    ],
)
def test_every_fault_is_said_in_the_readers_language(fault: str, key: str) -> None:
    for language in LANGUAGES:
        assert Speaker(language).name_fault(fault) == word_table()[key][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_account_stands_on_top_and_adds_up(cleaned: CleanedAwards, register: Register, language: str) -> None:
    page = Page(page_of(cleaned, register, language))
    first = next(text for text in page.words if "=" in text)
    numbers = [int(number) for number in re.findall(r"\d+", first)]
    assert numbers == [32, 29, 1, 2]
    assert numbers[0] == sum(numbers[1:])


def test_numbers_are_written_as_the_language_does(register: Register, tmp_path: Path) -> None:
    rows = "\n".join(f"BPS,BPS Kota Batu {'abcdefghij'[n % 10]}{n},WBK,1900" for n in range(1234))
    cleaned = clean_text(f"Instansi,Satker,Predikat,Tahun\n{rows}\n", tmp_path, register)
    assert "1,234 rows in" in page_of(cleaned, register, "en")
    assert "1.234 baris masuk" in page_of(cleaned, register, "id")


def test_the_worst_problem_comes_first(register: Register, tmp_path: Path) -> None:
    text = "Instansi,Satker,Predikat,Tahun\n" + "Madiun,Dinas Kesehatan,WBK,2020\n" * 2
    text += "".join(f"BPS,BPS Kota {name},entahlah,2020\n" for name in ("Batu", "Kediri", "Blitar"))
    text += "BPS,BPS Kota Malang,WBK,20222\n"
    cleaned = clean_text(text, tmp_path, register)
    assert [(one.step, one.rows) for one in list_problems(cleaned)] == [
        ("predicate readable", 3),
        ("agency found", 2),
        ("year told", 1),
    ]
    text = Page(page_of(cleaned, register)).text
    places = [text.index(words) for words in ("cannot be read: 3 rows", "stays open: 2 rows", "can be read: 1 row")]
    assert places == sorted(places)
    assert "Kabupaten Madiun (35.19) or Kota Madiun (35.77)" in text


def test_rows_of_one_spelling_are_one_decision_and_the_rest_is_counted(register: Register, tmp_path: Path) -> None:
    """Thirty predicates that nobody can read, one of them twice: ten are shown, that one first."""
    text = "Instansi,Satker,Predikat,Tahun\n"
    text += "".join(f"BPS,BPS Kota Batu,juara {n},2020\n" for n in [*range(100, 130), 129])
    (problem,) = list_problems(clean_text(text, tmp_path, register))
    assert (problem.rows, len(problem.decisions), problem.more) == (31, 10, 20)
    assert problem.decisions.loc[0, ["as_written", "rows"]].tolist() == ["juara 129", 2]


def test_the_next_step_names_a_command_only_when_something_waits(
    cleaned: CleanedAwards, register: Register, tmp_path: Path
) -> None:
    page = quality_page(cleaned, files=["my list.xlsx"], language="en", made=MADE, register=register)
    assert "zi clean &#39;my list.xlsx&#39; --output out --fix decisions.csv" in page
    good = clean_text("Instansi,Satker,Predikat,Tahun\nBPS,BPS Kota Batu,WBK,2020\n", tmp_path, register)
    calm = page_of(good, register)
    assert "--fix" not in calm
    assert Speaker("en").words["next_none"] in calm
    assert Speaker("en").words["no_problems"] in calm


def test_decisions_that_met_no_row_are_named(register: Register, tmp_path: Path) -> None:
    fixes = [Fix(2, "list.csv!99", "", "year", "2020"), Fix(3, "", "<b>nobody</b>", "agency_id", "bps")]
    text = "Instansi,Satker,Predikat,Tahun\nBPS,BPS Kota Batu,WBK,2020\n"
    page = page_of(clean_text(text, tmp_path, register, fixes=fixes), register)
    assert "Applied: 0 of 2." in page
    assert "list.csv!99" in page
    assert "<b>nobody" not in page


def test_a_second_round_keeps_the_decisions_of_the_first(register: Register, tmp_path: Path) -> None:
    """The second to_decide.csv holds the first decisions too, and the page says so."""
    fixes = [Fix(2, "list.csv!2", "", "year", "2020")]
    text = "Instansi,Satker,Predikat,Tahun\nBPS,BPS Kota Batu,WBK,\nMadiun,Dinas Kesehatan,WBK,2020\n"
    assert "the decisions you have made stand in it already" in page_of(
        clean_text(text, tmp_path, register, fixes=fixes), register
    )
    assert "save it as decisions.csv" in page_of(clean_text(text, tmp_path, register), register)


def test_known_and_new_awards_are_told_apart(register: Register, tmp_path: Path) -> None:
    known = load_table("awards_clean")
    row = known[(known["predicate"] == "WBK") & (known["agency_type"] == "regency")].iloc[0]
    text = f"Instansi,Satker,Predikat,Tahun\n{row['agency']},{row['unit']},WBK,{row['year']}\n"
    text += "BPS,BPS Kota Tidore Kepulauan,WBK,2013\n"
    page = page_of(clean_text(text, tmp_path, register, known=known), register)
    assert "Awards: 2, of them 1 new and 1 known already" in page


def test_likeness_splits_and_lines_of_the_example_are_shown(cleaned: CleanedAwards, register: Register) -> None:
    text = Page(page_of(cleaned, register)).text
    assert "Kabupaten Sidoarjo (35.15), likeness" in text
    assert "Kecamatan Sukodono; RSUD Sidoarjo" in text
    assert "Jumlah | 12" in text
    assert "zi-jawa-timur.xlsx!2020!17" in text


def test_what_is_written_stands_beside_what_was_taken(cleaned: CleanedAwards) -> None:
    """Where the cleaning keeps what the rows write, it is shown."""
    count = len(cleaned.matches)
    slip = cleaned.matches["method"].eq("fuzzy")
    written = pd.DataFrame(
        {
            "agency_as_written": pd.Categorical(["Kab. Sidorajo" if found else "x" for found in slip]),
            "unit_as_written": ["u"] * count,
            "year": ["2020"] * (count - 4) + ["TA 2020", "TA 2020", "Desember 2020", None],
        }
    )
    looks = {look.kind: look for look in list_looks(SimpleNamespace(**(vars(cleaned) | {"written": written})))}
    assert looks["fuzzy"].examples["as_written"].tolist() == ["Kab. Sidorajo"]
    assert looks["year"].examples[["as_written", "rows"]].to_numpy().tolist() == [["TA 2020", 2], ["Desember 2020", 1]]


def test_ragged_rows_are_problems_with_their_text(register: Register, tmp_path: Path) -> None:
    text = "Instansi,Satker,Predikat,Tahun\n" + "BPS,BPS Kota Batu,WBK,2020\n" * 5
    text += "BPS,BPS Kota Kediri, Jawa Timur,WBK,2020\nBPS,BPS Kota Blitar, Jawa Timur,WBK,2020\n"
    cleaned = clean_text(text, tmp_path, register)
    (problem,) = list_problems(cleaned)
    assert (problem.step, problem.rows, len(problem.decisions), problem.decided) == (RAGGED, 2, 2, False)
    page = Page(page_of(cleaned, register, "id")).text
    assert "BPS | BPS Kota Kediri" in page
    assert "selnya lebih banyak daripada judul kolom" in page
    assert Speaker("id").words["next_rejects"] in page


def test_a_row_of_two_predicates_shows_both(register: Register, tmp_path: Path) -> None:
    text = "Instansi,Satker,Predikat,Tahun\nBPS,BPS Kota Batu,WBK dan WBBM,2020\n"
    (look,) = [one for one in list_looks(clean_text(text, tmp_path, register)) if one.kind == "split"]
    assert look.examples[["place", "rows"]].to_numpy().tolist() == [["list.csv!2", 2]]
    assert re.fullmatch(r"(BPS .*) \(WBK\); \1 \(WBBM\)", look.examples.loc[0, "taken_as"])


def test_open_predicates_are_listed(register: Register, tmp_path: Path) -> None:
    text = "Instansi,Satker,Predikat,Tahun\n" + "".join(f"BPS,BPS Kota {n},,2020\n" for n in ("Batu", "Blitar"))
    (look,) = [one for one in list_looks(clean_text(text, tmp_path, register)) if one.kind == "predicate"]
    assert (look.rows, sorted(look.examples["place"])) == (2, ["list.csv!2", "list.csv!3"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_list_acts_on_the_page(register: Register, tmp_path: Path, language: str) -> None:
    quoted = HOSTILE.replace('"', '""')
    text = f'"{quoted}",,,\nInstansi,Satker,Predikat,Tahun\n"{quoted}","{quoted}",WBK,2020\n'
    text += f'BPS,BPS Kota Batu,"{quoted}",2020\nBPS,BPS Kota Blitar,WBK,"{quoted}"\nJumlah,"{quoted}",,\n'
    cleaned = clean_text(text, tmp_path, register)
    html = quality_page(cleaned, files=[f"{HOSTILE}.csv"], language=language, made=MADE, register=register)
    page = Page(html)
    assert not {"script", "img", "a href", "link", "iframe", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert not re.search("[\u202e\x00]", html)
    assert "alert(1)" in page.text  # shown as text


def test_the_page_loads_nothing(cleaned: CleanedAwards, register: Register) -> None:
    html = page_of(cleaned, register)
    assert "default-src 'none'" in html
    assert not re.search(r"https?://|url\(|@import|<script|\{\{", html)
    assert 'lang="en"' in html
    assert 'name="viewport"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_only(cleaned: CleanedAwards, register: Register, language: str) -> None:
    other = Speaker("id" if language == "en" else "en").words
    mine = Speaker(language).words
    text = Page(page_of(cleaned, register, language)).text
    titles = ("problems", "looks", "columns", "lines", "log", "files", "next_decide", "lines_about", "keep_decisions")
    assert not [key for key in titles if other[key] in text and other[key] != mine[key] and "{" not in other[key]]


def test_the_size_is_bounded(register: Register, tmp_path: Path) -> None:
    """Many different faults, lines and long cells give a page as small as a few hundred do."""
    names = [f"Badan Entah {number} {'panjang ' * 200}" for number in range(3000)]
    text = "Instansi,Satker,Predikat,Tahun\n"
    text += "".join(f'"{name}",Unit Entah {at},WBK,2020\nJumlah {at},{at},,\n' for at, name in enumerate(names))
    cleaned = clean_text(text, tmp_path, register)
    assert len(cleaned.rejected) == 3000
    html = page_of(cleaned, register)
    assert len(html) < 150_000
    assert html.count("<tr>") < 300
    assert "2,990 more in to_decide.csv" in html


def test_columns_alike_in_several_sheets_are_one_line() -> None:
    told = pd.DataFrame(
        {
            "file": "a.xlsx",
            "sheet": ["2020", "2021", "2020", "2021", "2021"],
            "position": pd.array([1, 1, 2, 2, None], dtype="Int64"),
            "header": ["No", "No", "Satker", "Satker", "2021"],
            "field": ["", "", "unit_as_written", "unit_as_written", "year"],
            "how": ["", "", "header", "header", "sheet name"],
        }
    )
    listed = list_columns(told)
    assert listed[["header", "sheets"]].to_numpy().tolist() == [
        ["Satker", ("2020", "2021")],
        ["2021", ("2021",)],
        ["No", ("2020", "2021")],
    ]
    assert untold_fields(told) == [("a.xlsx", ["agency_as_written", "predicate"])]


def test_lines_that_may_hide_a_row_come_first() -> None:
    kinds = ["header", "subtotal", "ragged", "footer", "something new"]
    lines = pd.DataFrame({"file": "a", "sheet": "", "row": range(5), "kind": kinds, "text": list("abcde")})
    assert list_lines(lines)["kind"].tolist() == ["something new", "ragged", "footer", "subtotal", "header"]


def test_a_step_without_words_keeps_its_name() -> None:
    assert Speaker("id").name_step("a step of tomorrow") == "a step of tomorrow"
    assert Speaker("id").name("kind", "a kind of tomorrow") == "a kind of tomorrow"
    assert Speaker("id").name_way('likeness 88 to "Satker"') == 'kemiripan 88 to "Satker"'


def test_cells_are_cut_to_one_line() -> None:
    assert cut("a\n\tb\u202ec\x00") == "a bc"
    assert cut(None) == cut(float("nan")) == cut(pd.NA) == ""
    assert len(cut("x" * 10**6)) == 160


def test_an_empty_cleaning_says_what_to_do(register: Register) -> None:
    columns = ["award_id", "year", "agency_as_written", "unit_as_written", "predicate", "source_id"]
    empty = clean_awards(pd.DataFrame(columns=columns, dtype="str"), register=register)
    page = page_of(empty, register)
    assert Speaker("en").words["next_empty"].split(";")[0] in page


def test_a_frame_has_a_page_too(register: Register) -> None:
    cleaned = clean_awards(load_table("awards"), register=register)
    page = page_of(cleaned, register, "id")
    assert "637 baris masuk" in page


def test_the_walk_through_of_the_readme_works(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Its commands run one after the other, and the first prints what the README shows."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Bring your own list")[1].split("\n## ")[0]
    commands = re.findall(r"^\.venv/bin/zi (.*)$", section, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["clean", "clean", "resolve"]
    shown = re.findall(r"```text\n(.*?)```", section, re.DOTALL)[0]
    places = {name: str(tmp_path / name) for name in ("out", "decisions.csv", "resolved.csv")}
    for number, command in enumerate(commands):
        words = [places.get(word, word) for word in shlex.split(command)]
        assert main([str(ROOT / word) if word.startswith("data/") else word for word in words]) == 0
        printed = capsys.readouterr().out
        if number == 0:
            assert printed.replace(str(tmp_path) + "/", "") == shown
            decisions = pd.read_csv(tmp_path / "out" / "to_decide.csv", dtype="str")
            decisions.loc[decisions["as_written"] == "Madiun", "value"] = "35.19"
            decisions.to_csv(places["decisions.csv"], index=False)
        if number == 1:
            assert "30 accepted + 1 merged + 1 rejected" in printed
    assert len(pd.read_csv(places["resolved.csv"])) == len(load_table("awards"))
