"""The speed benchmark: its lists are valid and seeded, its sums and its verdict are right. Nothing is timed here."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zi_analysis.evidence.tables import load_table

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))

import clean  # noqa: E402
import lists  # noqa: E402
import report  # noqa: E402
import rivals  # noqa: E402
import running  # noqa: E402
import slips  # noqa: E402
import tasks  # noqa: E402
import universe  # noqa: E402
import verdict  # noqa: E402

ROWS = 4_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list, the same with fresh slips, and what is true of both."""
    place = tmp_path_factory.mktemp("lists")
    for name, fresh in (("list", False), ("fresh", True)):
        lists.write_list(place / f"{name}.csv", ROWS, seed=7, fresh=fresh, truth=place / f"{name}-truth.csv")
    return place


def _rows(path: Path) -> pd.DataFrame:
    """Read a list as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_a_list_has_the_columns_and_vocabularies_of_the_evidence(folder: Path) -> None:
    rows = _rows(folder / "list.csv")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    fields = next(table for table in package["resources"] if table["name"] == "awards")["schema"]["fields"]
    assert list(rows) == [field["name"] for field in fields]
    assert len(rows) == ROWS
    assert rows["award_id"].is_unique
    for field in fields:
        told = field.get("constraints", {})
        values = set(rows[field["name"]]) - {""}
        assert not told.get("required") or (rows[field["name"]] != "").all(), field["name"]
        assert values <= set(told.get("enum", values)), field["name"]
    years = rows["year"].astype(int)
    assert years.between(universe.FIRST_YEAR, universe.LAST_YEAR).all()


def test_pythons_own_csv_reader_finds_the_same_cells(folder: Path) -> None:
    text = (folder / "list.csv").read_text(encoding="utf-8")
    cells = list(csv.reader(io.StringIO(text)))
    assert cells[1:] == _rows(folder / "list.csv").to_numpy().tolist()
    assert any(len(line) == 15 and '"' in "".join(line) for line in cells)


def test_cells_are_quoted_only_where_needed() -> None:
    table = pa.table({"unit": ["RSUD", "Dinas A, B", 'the "best"', "two\nlines"], "note": ["", "", "x", ""]})
    assert lists.csv_lines(table) == b'RSUD,\n"Dinas A, B",\n"the ""best""",x\n"two\nlines",\n'


def test_the_same_seed_makes_the_same_list_and_a_shorter_one_its_beginning(folder: Path) -> None:
    for name, fresh in (("list", False), ("fresh", True)):
        again = folder / f"{name}-short.csv"
        lists.write_list(again, 500, seed=7, fresh=fresh)
        whole = (folder / f"{name}.csv").read_bytes().splitlines(keepends=True)
        assert again.read_bytes() == b"".join(whole[:501])
    lists.write_list(folder / "other.csv", 500, seed=8)
    assert (folder / "other.csv").read_bytes() != (folder / "list-short.csv").read_bytes()


def test_a_list_longer_than_a_chunk_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "CHUNK", 300)
    told = lists.write_list(folder / "chunks.csv", 700, seed=7, truth=folder / "chunks-truth.csv")
    rows, truth = _rows(folder / "chunks.csv"), _rows(folder / "chunks-truth.csv")
    assert rows["award_id"].tolist() == [f"a{number:08d}" for number in range(1, 701)]
    assert truth["award_id"].tolist() == rows["award_id"].tolist()
    assert told["agencies"] == rows["agency_as_written"].nunique()
    assert told["units"] == rows["unit_as_written"].nunique()
    assert told["pairs"] == len(rows.groupby(["agency_as_written", "unit_as_written"]))
    assert told["triples"] == len(rows.groupby(["agency_as_written", "unit_as_written", "year"]))


def test_the_mix_is_as_told(folder: Path) -> None:
    rows, truth = _rows(folder / "list.csv"), _rows(folder / "list-truth.csv")
    bodies = load_table("agencies").set_index("agency_id")
    strange = truth["agency_id"] == ""
    true_names = truth["agency_id"].map(bodies["name"]).astype("str")
    right = (rows["agency_as_written"] == true_names) & (rows["unit_as_written"] == rows["unit"])
    # four standard errors of a share of 0.3 among 4,000 rows are 0.03
    assert abs(strange.mean() - 0.05) < 0.015
    assert abs(right.mean() - 0.65) < 0.03
    assert abs((rows["agency_as_written"] == "").mean() - 0.045) < 0.015
    assert (rows.loc[strange, "agency_as_written"] != "").all()


def test_the_true_agency_exists_in_the_year_and_no_register_has_a_stranger(folder: Path) -> None:
    rows, truth = _rows(folder / "list.csv"), _rows(folder / "list-truth.csv")
    bodies = load_table("agencies").set_index("agency_id")
    known = truth[truth["agency_id"] != ""]
    years = rows.loc[known.index, "year"].astype(int)
    told = bodies.loc[known["agency_id"]].reset_index()
    ended = told["valid_to"].fillna(9999).to_numpy() < years.to_numpy()
    begun = told["valid_from"].fillna(0).to_numpy() <= years.to_numpy()
    assert begun.all()
    assert not ended.any()
    names = set(load_table("agency_names")["name"].str.casefold())
    strangers = rows.loc[truth["agency_id"] == "", "agency_as_written"]
    assert not set(strangers.str.casefold()) & names


def test_one_award_is_one_agency_year_and_predicate(folder: Path) -> None:
    rows, truth = _rows(folder / "list.csv"), _rows(folder / "list-truth.csv")
    told = rows.assign(agency_id=truth["agency_id"], award=truth["award"])[truth["award"] != "-1"]
    assert (told.groupby("award")[["agency_id", "year", "predicate", "unit", "track"]].nunique() == 1).all(axis=None)


def test_the_same_spellings_come_back_and_fresh_ones_do_not(folder: Path) -> None:
    pair = ["agency_as_written", "unit_as_written"]
    truth = _rows(folder / "list-truth.csv")
    pooled, fresh = _rows(folder / "list.csv"), _rows(folder / "fresh.csv")
    assert (fresh["unit"] == pooled["unit"]).all()
    seats = pd.concat([pooled[pair], truth["agency_id"], pooled["unit"]], axis=1)[truth["agency_id"] != ""]
    assert seats.drop_duplicates().groupby(["agency_id", "unit"]).size().max() <= 5
    slipped = (fresh[pair[1]] != fresh["unit"]) & (truth["agency_id"] != "")
    assert abs(slipped.mean() - 0.30) < 0.035
    assert fresh.loc[slipped, pair].drop_duplicates().shape[0] > 0.99 * slipped.sum()


@pytest.mark.parametrize(
    ("kind", "found"), [(0.0, "Kta Batu"), (0.3, "Koota Batu"), (0.6, "Ktoa Batu"), (0.9, "Kita Batu")]
)
def test_a_slip_drops_doubles_swaps_or_hits_the_next_key(kind: float, found: str) -> None:
    assert slips.slip("Kota Batu", place=0.2, kind=kind, key=0.0) == found


def test_a_slip_keeps_capitals_and_texts_without_letters() -> None:
    assert slips.slip("Batu", place=0.0, kind=0.9, key=0.0) == "Vatu"
    assert slips.slip("Batu", place=0.0, kind=0.3, key=0.0) == "Bbatu"
    assert slips.slip("2019", place=0.5, kind=0.0, key=0.0) == "2019"


def test_units_of_one_kind_belong_to_their_owner_of_the_year() -> None:
    awards = universe.build_universe(seed=7).awards
    prisons = awards[awards["unit"].str.startswith("Lembaga Pemasyarakatan Kelas IIA ") & awards["owned"]]
    assert set(prisons.loc[prisons["year"] <= 2023, "agency_id"]) == {"kemenkumham"}
    assert set(prisons.loc[prisons["year"] >= 2024, "agency_id"]) == {"kemenimipas"}


def test_right_wrong_and_open_are_shares_of_rows_with_an_agency() -> None:
    truth = pd.DataFrame({"agency_id": ["ma", "ma", "bps", "bnn", "", ""]})
    found = np.array(["ma", "bps", "", "bnn", "", "ma"], dtype=object)
    told = tasks.compare_with_truth(found, truth)
    assert told == {"right": 0.5, "wrong": 0.25, "open": 0.25, "strangers": 0.5}
    with pytest.raises(ValueError, match="5 agencies for 6 rows"):
        tasks.compare_with_truth(found[:5], truth)


def test_rows_put_into_anothers_award_are_counted_and_split_awards_are_told() -> None:
    truth = pd.DataFrame({"award": ["1", "1", "1", "2", "2", "3", "-1"]})
    keys = np.array(["a", "a", "b", "a", "c", "", "d"], dtype=object)
    told = tasks.compare_awards(keys, truth)
    # one of six rows with an award (the first "2") stands in an award that is mostly 1's; a, b, c, d are told
    assert told == {"told": 4.0, "awards": 3.0, "mixed": pytest.approx(1 / 6)}


def test_distinct_matching_gives_one_agency_a_row(folder: Path) -> None:
    answer = rivals.match_distinct(folder / "list.csv")
    truth = _rows(folder / "list-truth.csv")
    told = tasks.compare_with_truth(answer.agency_ids, truth)
    assert told["right"] > 0.9
    assert told["strangers"] == 0.0


def test_the_loop_is_scaled_from_its_sample_to_all_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([10.0, 12.0])
    monkeypatch.setattr(rivals, "_LOOP_SAMPLE", 5)
    monkeypatch.setattr(rivals.time, "perf_counter", lambda: next(ticks))
    assert rivals.extract_row_by_row(folder / "list.csv").seconds == pytest.approx(2.0 / 5 * ROWS)


def test_splink_does_the_whole_job(folder: Path) -> None:
    pytest.importorskip("splink", reason="uv sync --group bench")
    import subprocess

    command = [sys.executable, str(ROOT / "benchmarks" / "tasks.py"), "splink", str(folder / "list.csv")]
    command += ["--truth", str(folder / "list-truth.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["right"] > 0.85
    assert 0.5 * told["awards"] < told["told"] < 1.5 * told["awards"]
    assert told["mixed"] < 0.05


def _size(rows: int, seconds: float, **more: float) -> verdict.Size:
    """Make the figures of a size that meets all aims when its seconds do."""
    tasks_told = {
        "reading": {"seconds": 1.0 * rows / 1e6, "frame": 100.0, "peak": 250.0},
        "cleaning": {"seconds": seconds, "peak": 350.0},
        "loop": {"seconds": 1_000.0, "peak": 60.0},
        "splink": {"seconds": 6.0, "peak": 60.0},
    }
    for name, value in more.items():
        task, _, figure = name.partition("_")
        tasks_told[task][figure] = value
    return verdict.Size(rows, False, 0, dict.fromkeys(("agencies", "units", "pairs", "triples"), 1), tasks_told)


def _figures(*sizes: verdict.Size, slow_import: float = 0.3) -> verdict.Figures:
    """Make figures of a run; imports take 60 bytes."""
    start = {"zi --help": 0.1, "import pandas": 0.3, "import zi_analysis": slow_import}
    return verdict.Figures(list(sizes), 60, start)


def test_all_aims_met_is_told_in_one_line_and_ends_with_0() -> None:
    found = verdict.aims(_figures(_size(1_000_000, 4.0), _size(10_000_000, 50.0)))
    assert [aim.measured for aim in found] == pytest.approx([4.0, 250.0, 1.5, 2.9, 1.25, 0.1, 1.0])
    assert verdict.verdict(found, []) == ("clean: met all 7 aims", 0)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (_figures(_size(1_000_000, 4.1)), "times the reading time of pandas 4.1 (aim: at most 4)"),
        (_figures(_size(1_000_000, 4.0, loop_seconds=796.0)), "times faster than the loop 199 (aim: at least 200)"),
        (
            _figures(_size(1_000_000, 4.0, splink_seconds=3.6)),
            "times faster than splink, whole job 0.9 (aim: at least 1)",
        ),
        (_figures(_size(1_000_000, 4.0, cleaning_peak=370.0)), "times the frame in memory 3.1 (aim: at most 3)"),
        (
            _figures(_size(1_000_000, 4.0), _size(10_000_000, 51.0)),
            "time a row at ten million over one million 1.27 (aim: at most 1.25)",
        ),
        (_figures(slow_import=0.4), "import zi_analysis over import pandas 1.33 (aim: at most 1.1)"),
    ],
)
def test_a_missed_aim_is_named_and_ends_with_1(figures: verdict.Figures, words: str) -> None:
    assert verdict.verdict(verdict.aims(figures), []) == (f"clean: missed: {words}", 1)


def test_what_was_not_run_is_not_judged() -> None:
    line, code = verdict.verdict(verdict.aims(_figures(_size(10_000, 0.1))), [])
    assert line.startswith("clean: met 2 of 7 aims; not measured: times the reading time of pandas;")
    assert code == 0


def test_a_list_with_fresh_slips_is_no_part_of_the_verdict() -> None:
    fresh = verdict.Size(1_000_000, True, 0, {}, _size(1_000_000, 400.0).tasks)
    found = verdict.aims(_figures(_size(1_000_000, 4.0), fresh, _size(10_000_000, 40.0)))
    assert verdict.verdict(found, []) == ("clean: met all 7 aims", 0)


def test_a_run_beside_other_work_gets_no_verdict() -> None:
    quiet = _size(1_000_000, 4.0, reading_processor=1.5, cleaning_processor=4.0)
    assert verdict.disturbed(_figures(quiet)) == []
    busy = _figures(_size(1_000_000, 4.0, reading_processor=0.7, cleaning_processor=4.0))
    line, code = verdict.verdict(verdict.aims(busy), [], verdict.disturbed(busy))
    assert line.startswith("clean: no verdict: the machine did other work (reading of 1,000,000 rows took 1.00 s")
    assert code == 1


def test_a_failed_measurement_is_a_missed_aim(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    failed: list[str] = []
    size = verdict.Size(10, False, 0, {})
    for _ in range(2):
        running._add_run(size, "cleaning", [str(tmp_path / "nowhere.csv")], failed)
    assert size.tasks == {}
    assert verdict.verdict([], failed) == ("clean: missed: cleaning of 10 rows failed", 1)
    assert capsys.readouterr().err.count("cleaning failed: ") == 1


def test_of_several_runs_the_fastest_and_the_highest_peak_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = iter([{"seconds": 2.0, "peak": 60.0}, {"seconds": 1.0, "peak": 70.0}, {"seconds": 3.0, "peak": 90.0}])
    monkeypatch.setattr(running, "run_task", lambda task, arguments: next(runs))
    size = verdict.Size(10, False, 0, {})
    for _ in range(3):
        running._add_run(size, "cleaning", [], [])
    assert size.tasks["cleaning"] == {"seconds": 1.0, "peak": 90.0}


def test_a_list_that_does_not_fit_on_the_disk_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="use --folder"):
        running.measure_size(tmp_path, 10**13, fresh=False, failed=[])
    assert not list(tmp_path.iterdir())


def test_the_page_holds_every_figure_the_verdict_rests_on() -> None:
    figures = _figures(_size(1_000_000, 4.1), _size(10_000_000, 50.0))
    found = verdict.aims(figures)
    line, _ = verdict.verdict(found, [])
    page = clean.document(figures, found, line)
    assert f"**{line}**" in page
    assert not re.search(r"\{\w+\}", page)
    assert re.search(r"\| 1,000,000 +\| +1\.00 \| +4\.10 \| +4\.10 \| +4\.1 \| +1,000 \| +244 \|", page)
    assert "**missed**" in page


def test_a_figure_that_is_missing_is_a_dash() -> None:
    size = verdict.Size(10, False, 0, dict.fromkeys(("agencies", "units", "pairs", "triples"), 1))
    told = report.tables(verdict.Figures([size], 0, {}), [])
    assert "| 10   |            - |    - |" in told


def test_the_peak_of_a_process_is_its_own_and_not_its_parents() -> None:
    import subprocess

    held = bytearray(300_000_000)
    program = "import tasks; print(tasks.peak_memory())"
    folder = str(ROOT / "benchmarks")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder)
    assert int(done.stdout) < len(held)
