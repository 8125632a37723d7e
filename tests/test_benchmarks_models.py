"""The benchmarks of the models: their comparisons agree, their pages and verdicts are right. Nothing is timed here."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zi_analysis.evidence.assemble import Evidence

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))

import coverage_counts  # noqa: E402
import coverage_pages  # noqa: E402
import coverage_parts  # noqa: E402
import models  # noqa: E402
import models_growth  # noqa: E402
import models_refits  # noqa: E402
from verdict import Aim  # noqa: E402


@pytest.fixture(scope="module")
def settings(evidence: Evidence) -> tuple[coverage_counts.Setting, ...]:
    """The cells of the evidence and their truth."""
    return coverage_counts.settings(evidence)


def test_settings_are_the_cells_of_the_evidence(settings: tuple[coverage_counts.Setting, ...]) -> None:
    national, types = settings
    assert national.terms == ["Intercept", "WBBM", "year"]
    assert types.terms == ["Intercept", "city", "province", "regency", "year"]
    for setting in settings:
        assert setting.dispersion > 1
        assert setting.alpha > 0


@pytest.mark.parametrize("law", list(coverage_counts.LAWS))
def test_draws_have_the_mean_and_the_scatter_of_their_law(
    settings: tuple[coverage_counts.Setting, ...], law: str
) -> None:
    setting = settings[0]
    drawn = setting.draw(law, 20_000, np.random.default_rng(1))
    means = setting.means
    cell = int(means.argmax())
    ratio = drawn[:, cell].var() / means[cell]
    mixed = 1 + setting.alpha * means[cell]
    expected = {"Poisson": 1.0, "NB2": mixed, "NB1": setting.dispersion, "years": mixed}[law]
    # a mean of 20,000 draws is off by less than 2%, a variance by less than 10%
    np.testing.assert_allclose(drawn.mean(axis=0), means, rtol=0.05)
    assert ratio == pytest.approx(expected, rel=0.1)
    same_year = setting.years == setting.years[cell]
    correlation = np.corrcoef(drawn[:, same_year].T)[0, 1]
    assert correlation > 0.3 if law == "years" else abs(correlation) < 0.05


def test_poisson_intervals_cover_poisson_and_fall_short_of_scatter(
    settings: tuple[coverage_counts.Setting, ...],
) -> None:
    random = np.random.default_rng(4)
    for law, least, most in (("Poisson", 0.9, 0.99), ("NB1", 0.0, 0.7)):
        table = coverage_counts.cover(settings[0], law, 300, random, drawn=0)
        plain = table.loc[table["interval"] == "Poisson", "coverage"]
        assert plain.between(least, most).all(), law
        assert (table["refused"] <= table["replicates"]).all()


def test_drawn_intervals_are_those_of_the_package(settings: tuple[coverage_counts.Setting, ...]) -> None:
    table = coverage_counts.cover(settings[0], "Poisson", 4, np.random.default_rng(2), drawn=4)
    names = set(table["interval"])
    assert {"quasi-Poisson, drawn (NB1)", "NB2, drawn"} <= names
    assert table.loc[table["interval"] == "NB2, drawn", "coverage"].notna().all()


def test_an_interval_that_never_holds_is_short_and_one_that_always_holds_is_long() -> None:
    low, high = np.zeros(50), np.ones(50)
    rows = [
        coverage_counts._row("m", "t", name, truth, low, high) for name, truth in (("inside", 0.5), ("outside", 2.0))
    ]
    judged = coverage_pages.judge(pd.DataFrame(rows))
    assert judged["verdict"].tolist() == ["long", "short"]
    unanswered = coverage_counts._row("m", "t", "i", 0.5, np.full(3, np.nan), high[:3])
    assert (unanswered["refused"], np.isnan(unanswered["coverage"])) == (3, True)


def _lines(**verdicts: float) -> pd.DataFrame:
    rows = [
        {"model": model, "term": "t", "interval": interval, "truth": 1.0, "coverage": share}
        for interval, share in verdicts.items()
        for model in ("first", "second")
    ]
    return pd.DataFrame(rows).assign(replicates=1000, refused=0, mc_error=0.005)


def test_the_page_names_what_is_short_and_what_stands_in() -> None:
    judged = coverage_pages.judge(_lines(plain=0.6, robust=0.95, wide=0.995))
    summed = coverage_pages.summary(judged)
    assert summed["verdict"].tolist() == ["short", "short", "right", "right", "long", "long"]
    assert coverage_pages.stand_ins(summed).loc[0].tolist() == ["first", "plain (60.0%)", "robust", "wide"]
    assert coverage_pages.rank(summed)["interval"].tolist() == ["wide", "robust", "plain"]
    page = coverage_pages.document({"coverage_counts": judged})
    assert "| plain | 0 | 0 | 2 | 0 | 60.0 |" in page
    assert "| first | plain | short | 60.0 | 60.0 | 0.5 | 1,000 | 0 |" in page
    assert "Not measured in this run: rates, counts known within bounds." in page


def test_measured_parts_are_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def cover(replicates: int, *, progress: bool) -> pd.DataFrame:
        asked.append((replicates, progress))
        return _lines(plain=0.6)

    monkeypatch.setattr(coverage_counts, "coverage", cover)
    first = coverage_parts.measure(10, tmp_path, parts=["coverage_counts"])
    second = coverage_parts.measure(10, tmp_path, parts=["coverage_counts"])
    assert asked == [(10, False)]
    pd.testing.assert_frame_equal(first["coverage_counts"], second["coverage_counts"])
    assert coverage_parts.measure(20, tmp_path, parts=["coverage_counts"])
    assert len(asked) == 2


def test_refits_loops_and_r_agree(settings: tuple[coverage_counts.Setting, ...]) -> None:
    found = models_refits.compare_refits(40, looped=5, setting=settings[1])
    assert found["loop_difference"] < models.MOST_DIFFERENCE
    if found["r_seconds"] is not None:
        assert found["r_difference"] < models.MOST_DIFFERENCE
    assert (found["replicates"], found["looped"], found["refused"]) == (40, 5, 0)
    assert found["ratio"] == pytest.approx(found["loop_seconds"] / found["ours_seconds"])


def test_without_r_the_aims_on_it_are_not_measured(
    settings: tuple[coverage_counts.Setting, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_refits.shutil, "which", lambda name: None)
    found = models_refits.compare_refits(5, looped=2, setting=settings[1])
    assert found["r_ratio"] is None
    judged = {aim.name: aim.met for aim in models.aims(found, {}, {}, {})}
    assert judged["refits: largest difference from R"] is None


@pytest.mark.parametrize("model", list(models_growth.MODELS))
def test_every_model_is_measured(model: str) -> None:
    growth = models_growth.measure_growth(sizes=(50,), models=(model,))
    assert growth["note"].tolist() == [""]
    assert growth["seconds"].notna().all()


def test_a_fit_that_takes_too_long_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(cells: int) -> None:
        while cells > 50:
            pass

    monkeypatch.setattr(models_growth, "_LONGEST", 0.05)
    monkeypatch.setitem(models_growth.MODELS, "endless", lambda: endless)
    growth = models_growth.measure_growth(sizes=(50, 500, 5000), models=("endless",))
    assert growth["seconds"].isna().tolist() == [False, True, True]
    assert "at 500 cells" in growth["note"].iloc[2]
    assert models_growth.linear(growth) == {"endless": np.inf}


def test_growth_is_time_a_cell_over_that_before() -> None:
    growth = pd.DataFrame({"model": "m", "cells": [10, 100], "seconds": [1.0, 20.0], "note": ""})
    assert models_growth.linear(growth) == {"m": 2.0}


def test_the_verdict_names_every_miss() -> None:
    refits = {"ratio": 10.0, "r_ratio": 5.0, "loop_difference": 1e-9, "r_difference": 1e-3}
    line, code = models.verdict(models.aims(refits, {"rates": 1.1, "panel": np.inf}, {}, {}))
    assert code == 1
    for miss in ("statsmodels 10 (aim: at least 50)", "from R 0.001 (aim: at most 1e-06)", "panel: growth"):
        assert miss in line
    assert "rates" not in line
    assert "not measured: bounded counts" in line
    assert models.verdict([Aim("a", 1, True, 0.5)]) == ("models: met all 1 measured aims", 0)


def test_the_page_holds_all_tables() -> None:
    growth = pd.DataFrame({"model": ["m", "m"], "cells": [50, 500], "seconds": [0.01, np.nan], "note": ["", "stopped"]})
    text = models.tables(
        {"cells": 40, "r_seconds": None}, growth, {"Specifications": {"ratio": 99.5}}, [Aim("size", 1e-6, True, 2e-9)]
    )
    page = models.document(text, "models: met")
    for part in ("**models: met**", "## Specifications", "stopped", "0.01", "99.5", "at most 1e-06 |    2e-09"):
        assert part in page
    assert "{" not in page
