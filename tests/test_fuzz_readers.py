"""Readers and resolver under random and mutated input: only errors made for the user come out, nothing is lost."""

import csv
import io
import resource
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from bad_input import opendocument, pages, papers, parquets, xlsx
from bad_input.case import HEAD, ROWS, listed
from bad_input.old_workbooks import old
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zi_analysis.errors import ZiError

SOME = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
FEW = settings(SOME, max_examples=12)  # each pdf and xls is read in a process of its own
APART = ("xls", "pdf")
SEEDS = {
    "csv": lambda: listed().encode(),
    "utf-16.csv": lambda: listed().encode("utf-16"),
    "html": lambda: pages.page(pages._TABLE).encode(),
    "xlsx": xlsx.workbook,
    "ods": opendocument.good,
    "xls": lambda: old({"Daftar": [HEAD, *ROWS]}),
    "parquet": lambda: parquets.written(parquets._columns()),
    "pdf": papers.drawn,
}


@pytest.fixture(scope="module", autouse=True)
def bounded():
    """Keep a reader that runs away from taking the memory of the machine."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + (3 << 30), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@cache
def seed(kind: str) -> bytes:
    """Make the good list of a kind once."""
    return SEEDS[kind]()


def read(data: bytes, name: str):
    """Read bytes as a file; an error for the user is an answer, anything else is a fault."""
    from zi_analysis.evidence.readers import read_list

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return read_list(path)
        except ZiError as error:
            message = str(error)
            assert 0 < len(message) < 600, message
            assert name in message, message
            return None


mutations = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "insert", "repeat", "zero"]), st.floats(0, 1), st.integers(0, 255)),
    min_size=1,
    max_size=6,
)


def mutate(data: bytes, steps) -> bytes:
    """Flip, cut, insert, repeat or blank parts of a file."""
    for act, where, value in steps:
        at = int(where * max(0, len(data) - 1))
        match act:
            case "flip":
                data = data[:at] + bytes([value]) + data[at + 1 :]
            case "cut":
                data = data[:at] + data[at + 1 + value :]
            case "insert":
                data = data[:at] + bytes([value]) * (value % 7 + 1) + data[at:]
            case "repeat":
                data = data[:at] + data[at : at + value] * 3 + data[at + value :]
            case "zero":
                data = data[:at] + bytes(value % 40) + data[at + value % 40 :]
    return data


@SOME
@given(
    st.binary(max_size=600), st.sampled_from(["x.csv", "x.xlsx", "x.xls", "x.ods", "x.html", "x.pdf", "x.parquet", "x"])
)
@example(b"", "x.csv")
@example(b"\xff\xfe", "x.csv")
@example(b"\xef\xbb\xbf\xef\xbb\xbf", "x.csv")
@example(b"PK\x03\x04", "x.xlsx")
@example(b"PAR1PAR1", "x.parquet")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.xls")
def test_random_bytes_never_break_a_reader(data, name):
    read(data, name)


@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_mutated_files_never_break_a_reader(kind):
    @(FEW if kind in APART else SOME)
    @given(mutations)
    def check(steps):
        read(mutate(seed(kind), steps), f"x.{kind}")

    check()


def test_mutated_parts_never_break_the_reader_of_workbooks():
    """The xml inside a workbook is spoiled, and the zip around it is whole."""
    from bad_input.archives import packed

    whole = {
        "x.xlsx": xlsx.parts({"Daftar": xlsx.sheet(xlsx.FIRST_ROWS)}, shared=f"{xlsx.XML}<sst xmlns='{xlsx.MAIN}'/>"),
        "x.ods": {"mimetype": opendocument._KIND, "content.xml": opendocument.content(opendocument.row(HEAD))},
    }

    @SOME
    @given(st.sampled_from(sorted(whole)), st.integers(0, 20), mutations)
    def check(name, which, steps):
        parts = dict(whole[name])
        part = sorted(parts)[which % len(parts)]
        content = parts[part]
        parts[part] = mutate(content if isinstance(content, bytes) else content.encode(), steps)
        read(packed(parts), name)

    check()


@SOME
@given(
    st.sampled_from(sorted(set(SEEDS) - set(APART))), st.sampled_from(sorted(SEEDS)), st.floats(0, 1), st.floats(0, 1)
)
def test_spliced_files_never_break_a_reader(first, second, here, there):
    head, tail = seed(first), seed(second)
    read(head[: int(here * len(head))] + tail[int(there * len(tail)) :], f"x.{first}")


# text without the marks that a csv itself gives a meaning in the middle of a cell
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
odd_words = st.sampled_from(
    [
        "",
        " ",
        "Jumlah",
        "Total 3",
        "(1)",
        "No",
        "Unit Kerja",
        "WBK",
        "2023",
        "=1+1",
        '"',
        "a\nb",
        "\ufeff",
        "x;y",
        "Sumber: x",
        "WBBM",
    ]
)
grids = st.lists(st.lists(st.one_of(words, odd_words), min_size=1, max_size=6), max_size=15)


def content(text: str) -> str:
    """Keep what a reader may not lose: everything but spaces and marks without a form."""
    return "".join(mark for mark in text if not mark.isspace() and mark.isprintable())


def contents(text: str) -> Counter:
    """Count the characters that must be found again."""
    return Counter(content(text))


@SOME
@given(grids, st.sampled_from([",", ";", "\t", "|"]))
@example([["Total Quality Center", "WBK"]], ",")
@example([["Jumlah", "3"], ["Instansi", "Unit Kerja"]], ";")
def test_every_cell_of_a_csv_is_in_rows_or_lines(grid, delimiter):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([HEAD, *ROWS, *grid])
    found = read(text.getvalue().encode(), "x.csv")
    if found is None:
        return
    assert list(found.rows.index) == list(range(len(found.rows)))
    assert len(found.cells) == len(found.rows)
    rows = set(zip(found.rows["sheet"].astype(str), found.rows["row"], strict=True))
    lines = set(zip(found.lines["sheet"].astype(str), found.lines["row"], strict=True))
    assert len(rows) == len(found.rows)
    assert not rows & lines
    kept = found.cells.astype("str").fillna("").to_numpy().ravel().tolist() + found.lines["text"].astype("str").tolist()
    here, whole = contents("".join(kept)), contents("".join(cell for row in [HEAD, *ROWS, *grid] for cell in row))
    missing = whole - here
    assert not missing, missing


names = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.sampled_from(
        [
            "Kab. Madiun",
            "kota madiun",
            "Polri",
            "Kemenag RI",
            "NA",
            "=1+1",
            "(",
            "()" * 30,
            "a/" * 40,
            "Kabupaten",
            "BPN",
        ]
    ),
)
years = st.one_of(st.none(), st.integers(-(10**6), 10**6), st.integers(2010, 2026))


@pytest.fixture(scope="module")
def register():
    """Read the register once."""
    from zi_analysis.evidence.register import load_register

    return load_register()


def test_the_resolver_answers_every_row_in_order(register):
    from zi_analysis.evidence.resolve import resolve_agencies

    @SOME
    @given(st.lists(st.tuples(names, names, years), min_size=1, max_size=8))
    def check(rows):
        frame = pd.DataFrame(rows, columns=["name", "unit", "year"])
        frame["year"] = frame["year"].astype("Int64")
        frame["place"] = range(len(frame))
        before = frame.copy()
        found = resolve_agencies(frame, name="name", unit="unit", year="year", register=register)
        assert found["place"].tolist() == list(range(len(rows)))
        known = found["agency_id"].notna()
        assert found.loc[known, "agency_id"].isin(register.agencies["agency_id"]).all()
        assert found["method"].isin(["exact", "alias", "rule", "fuzzy", "open"]).all()
        assert (found["method"].eq("open") == ~known).all()
        pd.testing.assert_frame_equal(frame, before)

    check()


def test_the_resolver_takes_years_of_any_kind(register):
    from zi_analysis.evidence.resolve import resolve_agencies

    @FEW
    @given(st.lists(st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=8)), min_size=1, max_size=5))
    def check(values):
        frame = pd.DataFrame({"name": ["Kota Madiun"] * len(values), "year": pd.Series(values, dtype=object)})
        try:
            found = resolve_agencies(frame, name="name", year="year", register=register)
        except ZiError:
            return
        assert len(found) == len(values)

    check()
