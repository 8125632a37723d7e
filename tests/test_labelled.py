"""The labelled set is made anew equal and is fair; the benchmark counts, chooses and refuses as it says."""

import csv
import doctest
import importlib
import sys
from pathlib import Path
from random import Random

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import accuracy  # noqa: E402
import accuracy_pages  # noqa: E402
import accuracy_tables  # noqa: E402
import labelled_slips  # noqa: E402
import make_labelled  # noqa: E402
from accuracy_measures import Setting, Tally, choose, outcomes, tally_of, try_settings  # noqa: E402

MODULES = (
    "accuracy",
    "accuracy_chart",
    "accuracy_measures",
    "accuracy_pages",
    "accuracy_rival",
    "accuracy_tables",
    "labelled_bodies",
    "labelled_forms",
    "labelled_marks",
    "labelled_register",
    "labelled_slips",
    "make_labelled",
)
OPEN_KINDS = {
    "bare_place",
    "foreign",
    "incomplete",
    "near_both",
    "never_existed",
    "no_name",
    "other_organisation",
    "split_up",
    "two_bodies",
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The labelled set as it lies there."""
    with (ROOT / "data/labelled/agency_spellings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bodies() -> dict[str, dict[str, str]]:
    """The bodies of the register by agency_id."""
    with (ROOT / "data/register/agencies.csv").open(encoding="utf-8", newline="") as file:
        return {row["agency_id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_the_set_is_made_anew_equal() -> None:
    made = make_labelled.make_labelled(ROOT)
    assert made == (ROOT / "data/labelled/agency_spellings.csv").read_bytes(), "run python benchmarks/make_labelled.py"


def test_there_are_enough_rows(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 1000
    for half in ("tuning", "test"):
        assert sum(row["half"] == half and not row["agency_id"] for row in rows) >= 60


def test_truth_is_in_the_register_and_governs(rows: list[dict[str, str]], bodies: dict[str, dict[str, str]]) -> None:
    truths = {row["agency_id"] for row in rows} - {""}
    assert truths <= bodies.keys()
    assert {bodies[truth]["own_government"] for truth in truths} == {"yes"}


def test_no_spelling_has_two_truths(rows: list[dict[str, str]]) -> None:
    asked = [(row["spelling"], row["unit"], row["year"]) for row in rows]
    assert len(set(asked)) == len(asked)
    assert all(spelling or unit for spelling, unit, _ in asked)


def test_a_spelling_without_a_year_fits_every_year(rows: list[dict[str, str]]) -> None:
    yearless = {(row["spelling"], row["unit"]): row["agency_id"] for row in rows if not row["year"]}
    for row in rows:
        assert yearless.get((row["spelling"], row["unit"]), row["agency_id"]) == row["agency_id"], row


def test_spellings_of_one_body_stand_in_one_half(rows: list[dict[str, str]], bodies: dict[str, dict[str, str]]) -> None:
    halves: dict[str, set[str]] = {}
    for row in rows:
        if row["agency_id"] and row["agency_id"] != "31":  # the units of Jakarta are bodies of their own here
            halves.setdefault(bodies[row["agency_id"]]["name"], set()).add(row["half"])
    assert all(len(found) == 1 for found in halves.values())


def test_halves_hold_the_same_mix(rows: list[dict[str, str]]) -> None:
    counts = pd.crosstab(pd.Series([row["made_by"] for row in rows]), pd.Series([row["half"] for row in rows]))
    assert 0.95 < counts["tuning"].sum() / counts["test"].sum() < 1.05
    large = counts[counts.sum(axis=1) >= 100]
    assert (large.min(axis=1) / large.sum(axis=1)).min() > 0.4


def test_open_rows_tell_why(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert (row["made_by"] in OPEN_KINDS) == (row["agency_id"] == ""), row
        assert row["agency_id"] or row["note"], row


def test_real_rows_are_read_as_the_collectors_did(rows: list[dict[str, str]]) -> None:
    with (ROOT / "data/raw/awards.csv").open(encoding="utf-8", newline="") as file:
        awards = {row["award_id"]: row for row in csv.DictReader(file)}
    names = pd.read_csv(ROOT / "data/register/agency_names.csv", dtype=str, keep_default_na=False)
    borne = names.groupby("agency_id")["name"].agg(set)
    real = [row for row in rows if row["note"] in awards]
    assert len(real) > 200
    for row in real:
        collected = awards[row["note"]]["agency"]
        assert {collected, collected.removeprefix("Pemerintah ")} & borne[row["agency_id"]], row


def test_made_slips_are_nearest_to_the_body_meant(
    rows: list[dict[str, str]], bodies: dict[str, dict[str, str]]
) -> None:
    places = {
        kind: {key: slow_plain(row["name"].split(" ", 1)[1]) for key, row in bodies.items() if row["kind"] == kind}
        for kind in ("regency", "city")
    }
    checked = 0
    for row in [row for row in rows if row["made_by"] == "slip"][::5]:
        kind = bodies[row["agency_id"]]["kind"]
        if kind not in places or row["agency_id"] == "31":
            continue
        place = slow_plain(row["spelling"].removeprefix("Pemerintah ").split(" ", 1)[1])
        away = {key: slow_steps(place, other) for key, other in places[kind].items()}
        own = away.pop(row["agency_id"])
        assert 0 < own <= 2, row
        assert min(away.values()) >= own + 2, row
        checked += 1
    assert checked > 80


def test_rows_near_two_bodies_are_one_step_from_both(
    rows: list[dict[str, str]], bodies: dict[str, dict[str, str]]
) -> None:
    near = [row for row in rows if row["made_by"] == "near_both" and not row["note"].startswith("cut off")]
    assert len(near) > 15
    for row in near:
        kind = "city" if row["spelling"].startswith("Kota") else "regency"
        place = slow_plain(row["spelling"].split(" ", 1)[1])
        names = [slow_plain(body["name"].split(" ", 1)[1]) for body in bodies.values() if body["kind"] == kind]
        assert sum(slow_steps(place, name) == 1 for name in names) >= 2, row


def slow_plain(text: str) -> str:
    """Small letters only."""
    return "".join(mark for mark in text.lower() if mark.isalnum())


def slow_steps(left: str, right: str) -> int:
    """Optimal string alignment by its table."""
    table = [[at + to if at * to == 0 else 0 for to in range(len(right) + 1)] for at in range(len(left) + 1)]
    for at in range(1, len(left) + 1):
        for to in range(1, len(right) + 1):
            least = min(
                table[at - 1][to] + 1,
                table[at][to - 1] + 1,
                table[at - 1][to - 1] + (left[at - 1] != right[to - 1]),
            )
            if at > 1 and to > 1 and left[at - 1] == right[to - 2] and left[at - 2] == right[to - 1]:
                least = min(least, table[at - 2][to - 2] + 1)
            table[at][to] = least
    return table[-1][-1]


@pytest.mark.parametrize(("text", "slips"), [("Purbalingga", 1), ("Mandailing Natal Utara", 2)])
def test_slips_are_one_or_two_steps(text: str, slips: int) -> None:
    for seed in range(200):
        assert slow_steps(slow_plain(labelled_slips.slip(text, Random(seed))), slow_plain(text)) <= slips


def test_a_slip_that_is_another_body_is_refused() -> None:
    assert not labelled_slips.is_fair("Badung", "Bandung", ["Badung"])
    assert not labelled_slips.is_fair("Bandung", "Bandung", ["Badung"])
    assert labelled_slips.is_fair("Purbalinga", "Purbalingga", ["Probolinggo"])


def test_two_truths_are_refused() -> None:
    one = make_labelled.Row("Madiun", "", "2020", "35.77", "real")
    with pytest.raises(ValueError, match=r"two truths: '35\.77' and '35\.19'"):
        make_labelled._distinct([one, make_labelled.Row("Madiun", "", "2020", "35.19", "real")])


def test_outcomes_are_counted() -> None:
    truth = pd.Series(["a", "a", "a", "", ""])
    tally = tally_of(outcomes(truth, pd.Series(["a", "", "b", "", "a"])))
    assert tally == Tally(right=1, open=1, wrong=1, kept_open=1, matched=1)
    assert (tally.resolvable, tally.unresolvable, tally.cost) == (3, 2, 41)
    assert tally.share("right") == pytest.approx(100 / 3)


def test_the_rule_weighs_a_wrong_match_as_twenty_open_rows() -> None:
    loose, strict = Tally(98, 1, 1, 5, 0), Tally(80, 20, 0, 5, 0)
    assert choose([Setting(80, 5, loose), Setting(95, 5, strict)]).least_score == 95
    assert choose([Setting(80, 5, loose), Setting(95, 5, Tally(78, 22, 0, 5, 0))]).least_score == 80
    equal = [Setting(90, 5, strict), Setting(92, 3, strict), Setting(92, 8, strict), Setting(91, 9, strict)]
    assert (choose(equal).least_score, choose(equal).least_margin) == (92, 8)


def test_settings_are_tried_on_a_toy_resolver() -> None:
    frame = pd.DataFrame({"spelling": ["x"] * 4, "agency_id": ["a", "a", "b", ""], "likeness": [100, 85, 80, 75]})

    def resolver(rows: pd.DataFrame, score: float, margin: float) -> pd.Series:
        return pd.Series("a", index=rows.index).where(rows["likeness"].ge(score) & (margin <= 5), "")

    tried = try_settings(frame, resolver, [75, 80, 85, 90], [5, 9])
    slow = [
        Setting(score, margin, tally_of(outcomes(frame["agency_id"], resolver(frame, score, margin))))
        for score in [75, 80, 85, 90]
        for margin in [5, 9]
    ]
    assert tried == slow
    assert choose(tried) == Setting(85, 5, Tally(right=2, open=1, wrong=0, kept_open=1, matched=0))


@pytest.fixture(scope="module")
def fast(rows: list[dict[str, str]]) -> pd.DataFrame:
    """A tenth of the set, so that the whole benchmark runs in a test."""
    return pd.DataFrame(rows).iloc[::10].reset_index(drop=True)


@pytest.fixture(scope="module")
def rival(fast: pd.DataFrame) -> pd.DataFrame:
    """The rival's answers, asked once."""
    return accuracy.closest_names(fast, accuracy._register())


@pytest.fixture(autouse=True)
def rival_asked_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the benchmark the slow rival."""
    if "fast" in request.fixturenames:
        answers = request.getfixturevalue("rival")
        monkeypatch.setattr(accuracy, "closest_names", lambda rows, register: answers)


def perfect(rows: pd.DataFrame, score: float, margin: float) -> pd.Series:
    """Answer as the truth says, as long as the thresholds are those of the package."""
    kept = score <= accuracy.LEAST_SCORE and margin <= accuracy.LEAST_MARGIN
    return rows["agency_id"] if kept else pd.Series("", index=rows.index, dtype="str")


def measure_with(
    answer: object, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> tuple[int, str]:
    """Run the benchmark with another resolver; return its exit code and its last line."""
    monkeypatch.setattr(accuracy, "labelled_rows", lambda: rows)
    monkeypatch.setattr(accuracy, "SCORES", (accuracy.LEAST_SCORE, accuracy.LEAST_SCORE + 1))
    monkeypatch.setattr(accuracy, "MARGINS", (accuracy.LEAST_MARGIN, accuracy.LEAST_MARGIN + 1))
    code = accuracy.main([], resolver=answer)
    return code, capsys.readouterr().out.splitlines()[-1]


def test_a_perfect_resolver_meets_the_aims(fast, monkeypatch, capsys) -> None:
    code, verdict = measure_with(perfect, fast, monkeypatch, capsys)
    assert (code, verdict.split(":")[1]) == (0, " met")
    assert "right 100.00 %" in verdict


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda truth: truth.where(truth.ne(""), "ma"), "unresolvable rows of the test half matched, aim none"),
        (lambda truth: truth.mask(truth.index.to_series().mod(40).eq(0) & truth.ne(""), "mk"), "wrong"),
        (lambda truth: truth.mask(truth.index.to_series().mod(20).eq(0), ""), "aim 99 %"),
    ],
    ids=["matches everything", "wrong at times", "too shy"],
)
def test_a_sabotaged_resolver_misses_the_aims(spoil, told: str, fast, monkeypatch, capsys) -> None:
    def sabotaged(rows: pd.DataFrame, score: float, margin: float) -> pd.Series:
        return spoil(perfect(rows, score, margin))

    code, verdict = measure_with(sabotaged, fast, monkeypatch, capsys)
    assert code == 1
    assert verdict.startswith("accuracy: missed: ")
    assert told in verdict


def test_thresholds_that_the_rule_would_not_choose_miss(fast, monkeypatch, capsys) -> None:
    def better_when_stricter(rows: pd.DataFrame, score: float, margin: float) -> pd.Series:
        wrong = rows["made_by"].eq("slip") & (score <= accuracy.LEAST_SCORE) & rows["half"].eq("tuning")
        return rows["agency_id"].mask(wrong, "mk")

    code, verdict = measure_with(better_when_stricter, fast, monkeypatch, capsys)
    assert code == 1
    assert f"the rule chooses {accuracy.LEAST_SCORE + 1:g}" in verdict


def test_page_and_chart_are_the_same_bytes_each_time(fast, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(accuracy, "SCORES", (80, 90))
    monkeypatch.setattr(accuracy, "MARGINS", (5,))
    measured = accuracy.measure(fast, perfect)
    first = [path.read_bytes() for path in accuracy_pages.write_pages(measured, tmp_path / "one")]
    again = [path.read_bytes() for path in accuracy_pages.write_pages(measured, tmp_path / "two")]
    assert first == again
    assert b"<dc:date>" not in first[1]


def test_the_test_half_is_not_listed_unless_asked(fast, monkeypatch) -> None:
    monkeypatch.setattr(accuracy, "SCORES", (90,))
    monkeypatch.setattr(accuracy, "MARGINS", (5,))
    measured = accuracy.measure(fast, lambda rows, score, margin: pd.Series("", index=rows.index))
    secret = measured.rows.loc[measured.rows["half"].eq("test") & measured.rows["outcome"].eq("open"), "spelling"]
    shown = accuracy_pages.page_text(measured) + accuracy_tables.tables_text(measured, halves=["tuning"])
    # short names may stand inside others
    long = [spelling for spelling in secret if len(spelling) > 25 and spelling.isprintable()]
    assert long
    assert not [spelling for spelling in long if spelling in shown]
    assert long[0] in accuracy_tables.tables_text(measured, halves=["test"])


def test_cells_of_the_page_hold_no_marks() -> None:
    assert accuracy_pages._cell("a|b<script>*") == "a\\|b\\<script\\>\\*"
    assert accuracy_tables.visible("Ma-\n\u200bgetan") == "Ma-\\n\\u200bgetan"


def test_the_page_tells_what_the_package_does() -> None:
    rows = accuracy.labelled_rows()
    answers = accuracy.resolve_with_package(rows, accuracy.LEAST_SCORE, accuracy.LEAST_MARGIN)
    found = outcomes(rows["agency_id"], answers)
    page = (ROOT / "docs/accuracy.md").read_text(encoding="utf-8")
    for half in ("tuning", "test"):
        tally = tally_of(found[rows["half"].eq(half)])
        line = f"| {half} | zi\\_analysis | {tally.resolvable} | {tally.right} | {tally.open} | {tally.wrong} |"
        assert line in page, "run python benchmarks/accuracy.py --write"
