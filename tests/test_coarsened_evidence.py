"""From counted cells to coarsened fits: what is used, what is left out, what one more count would tell, its words."""

import itertools

import numpy as np
import pandas as pd
import pytest

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.counts import CellTable
from zi_analysis.exhibits import coarsened_charts, coarsened_findings
from zi_analysis.exhibits.edition import Edition
from zi_analysis.study.coarsened import find_maximum, fit_coarsened
from zi_analysis.study.coarsened_compare import MODELS, compare_coarsened
from zi_analysis.study.coarsened_evidence import CoarseEvidence, coarse_cells
from zi_analysis.study.coarsened_value import value_of_cells

TYPES = ("central", "province", "regency", "city")
GROUPS = {"all": TYPES, "local": TYPES[1:], "regency_city": TYPES[2:]}
AGENCIES = {"central": 80, "province": 34, "regency": 400, "city": 90}
ONLY_LOCAL = "C(agency_type, Treatment('central'))"


def bounds(count, slack):
    return max(0, count - slack), count + slack


def make_counted(years=range(2018, 2023), slack=6, seed=4) -> CellTable:
    """Cells within bounds under margins that are exact for all types, and within bounds for others."""
    draw = np.random.default_rng(seed)
    rate = {"central": 1.0, "province": 0.5, "regency": 0.05, "city": 0.2}
    rows, exposures = [], []
    for year in years:
        hidden = {
            (name, predicate): int(draw.poisson(AGENCIES[name] * rate[name] * share))
            for name in TYPES
            for predicate, share in (("WBK", 0.8), ("WBBM", 0.2))
        }
        for group, predicate in itertools.product((*GROUPS, *TYPES), ("WBK", "WBBM", "all")):
            inside = itertools.product(
                GROUPS.get(group, (group,)), ("WBK", "WBBM") if predicate == "all" else [predicate]
            )
            total = sum(hidden[one] for one in inside)
            lower, upper = (total, total) if group == "all" else bounds(total, slack)
            level = "cell" if group in TYPES and predicate != "all" else "margin"
            rows.append((f"c-{year}-{group}-{predicate}", year, group, predicate, level, lower, upper))
        exposures += [(year, name, "agencies_existing", AGENCIES[name], AGENCIES[name], "exact") for name in TYPES]
    cells = pd.DataFrame(rows, columns=["cell_id", "year", "agency_type", "predicate", "level", "lower", "upper"])
    measures = pd.DataFrame(exposures, columns=["year", "agency_type", "measure", "lower", "upper", "status"])
    whole = dict.fromkeys(("year", "lower", "upper"), "Int64")
    numbers = {"lower": "Int64", "upper": "Int64", "year": "Int64"}
    return CellTable(cells.astype(whole), measures.astype(numbers), pd.DataFrame(), pd.DataFrame(), "national")


def coarse(counted=None, years=range(2018, 2023), predicates=("all",), types=TYPES, **options):
    return coarse_cells(counted or make_counted(), years=years, predicates=predicates, agency_types=types, **options)


@pytest.fixture(scope="module")
def comparison():
    return compare_coarsened(coarse(years=[2019, 2020, 2021]))


@pytest.fixture(scope="module")
def value(comparison):
    return coarsened_charts.value_of_counts(comparison)


def edition(language="en"):
    return Edition(language, 2018, 2022, "all", TYPES)


def test_margins_within_the_chosen_cells_become_sums():
    made = coarse(years=[2020])
    assert made.sums["name"].tolist() == ["2020 all", "2020 local all", "2020 regency_city all"]
    assert made.exposure == "agencies_existing"
    assert made.cells["agencies_existing"].tolist() == [AGENCIES[name] for name in made.cells["agency_type"]]
    both = coarse(years=[2020], predicates=("WBK", "WBBM"))
    assert len(both.cells) == 8
    assert len(both.sums) == 13
    assert both.formula.startswith("C(predicate, Treatment('WBK')) + C(agency_type")


def test_margins_that_reach_beyond_are_named():
    made = coarse(years=[2020], types=("regency", "city"))
    assert made.sums["name"].tolist() == ["2020 regency_city all"]
    assert {"2020 all", "2020 local all", "2020 all WBK"} <= set(made.left_out)
    assert "2020 province all" not in made.left_out
    assert made.formula == "C(agency_type, Treatment('city'))"


def test_years_of_which_nothing_is_known_are_named():
    counted = make_counted()
    first = counted.cells["year"] == 2018
    blank = counted.cells.assign(lower=counted.cells["lower"].mask(first, 0), upper=counted.cells["upper"].mask(first))
    counted = CellTable(blank, counted.exposures, counted.evidence, counted.contradictions, counted.track)
    made = coarse(counted)
    assert made.empty_years == (2018,)
    assert 2018 not in set(made.cells["year"])
    with pytest.raises(StudyRefusal) as refused:
        coarse(counted, years=[2018])
    assert refused.value.key == "nothing_known"


def test_an_exposure_that_is_not_exact_is_refused():
    with pytest.raises(StudyRefusal, match="agencies_evaluated is not exact") as refused:
        coarse(exposure="agencies_evaluated")
    assert refused.value.key == "inexact_exposure"
    assert coarse(exposure="none").exposure is None


def test_both_predicates_are_fitted_with_crossed_margins():
    made = coarse(make_counted(slack=3), years=[2019, 2020], predicates=("WBK", "WBBM"))
    fit = fit_coarsened(made.cells, made.sums, formula=made.formula, exposure=made.exposure, intervals="wald")
    assert fit.method == "enumeration"
    means = fit.expected.groupby(["year", "predicate"])["expected"].sum().unstack()
    exact = made.sums[(made.sums["lower"] == made.sums["upper"]) & made.sums["predicate"].notna()]
    for row in exact.itertuples():
        if row.name.split()[1] == "all":
            assert means.loc[row.year, row.predicate] == pytest.approx(row.lower)


def test_all_models_answer_or_say_why(comparison):
    assert set(comparison.fits) | set(comparison.refusals) == set(MODELS)
    assert "complete" in comparison.refusals  # no cell is exact
    assert comparison.best is comparison.fits.get("nb2", comparison.fits["poisson"])


def test_the_most_telling_count_is_that_of_full_refits():
    """The ranking by information against refits at the expected count, of every cell."""
    made = coarse(years=[2020, 2021], types=("central", "province"))
    options = {"formula": made.formula, "exposure": made.exposure}
    term = f"{ONLY_LOCAL}[T.province]"
    value = value_of_cells(made.cells, made.sums, term=term, shown=100, refits=100, **options)
    cells = value[value["kind"] == "cell"]
    assert len(cells) == len(made.cells)
    # the ranking takes counts as jointly normal; refits round the expected count and move the coefficients
    assert np.corrcoef(cells["narrowing"], cells["refit"])[0, 1] > 0.9
    place = int(cells.iloc[0]["name"])
    whole = find_maximum(made.cells, made.sums, **options)
    count = int(cells.iloc[0]["expected"])
    told = made.cells.copy()
    told.loc[place, ["lower", "upper"]] = count
    after = find_maximum(told, made.sums, **options)
    number = whole.design.matrix.columns.get_loc(term)
    errors = [float(np.sqrt(np.linalg.inv(one.information)[number, number])) for one in (whole, after)]
    assert cells.iloc[0]["refit"] == pytest.approx(1 - errors[1] / errors[0], abs=1e-4)


def test_nothing_to_publish_is_said():
    made = coarse(make_counted(slack=0))
    with pytest.raises(StudyRefusal) as refused:
        value_of_cells(made.cells, made.sums, formula=made.formula, exposure=None, term="year")
    assert refused.value.key == "all_exact"
    with pytest.raises(StudyRefusal, match="term 'yaer' is not in the model; closest: year"):
        value_of_cells(made.cells, made.sums, formula=made.formula, exposure=None, term="yaer")


@pytest.mark.parametrize("language", ["en", "id"])
def test_exhibits_hold_what_they_draw(comparison, value, language):
    drawn = coarsened_charts.chart_cells(comparison, edition(language), exhibit="3.9")
    assert drawn.data["expected"].tolist() == pytest.approx(comparison.best.expected["expected"].tolist(), abs=1e-3)
    assert drawn.png.startswith(b"\x89PNG")
    table = coarsened_charts.table_coarsened(comparison, edition(language), exhibit="3.10")
    assert len(table.data) == len(MODELS) * (len(comparison.best.coefficients) - 1)
    shown = coarsened_charts.table_value(value, comparison, edition(language), exhibit="3.11")
    assert shown.data["narrowing"].is_monotonic_decreasing
    assert "nan" not in (table.html or "") + (shown.html or "")


def test_findings_open_with_what_they_can_claim(comparison, value):
    rows = comparison.best.coefficients.set_index("term")
    found = coarsened_findings.find_coarsened(comparison, edition())
    for sentence, term in zip(found.sentences, rows.index[1:], strict=True):
        apart = rows.loc[term, "low"] > 1 or rows.loc[term, "high"] < 1
        assert sentence.startswith("Holds: ") == apart
    best = coarsened_findings.find_value(value, comparison, edition("id"))
    assert best.sentences[0].startswith("Satu angka paling membantu: ")


def test_flat_and_open_terms_have_words():
    cells = pd.DataFrame(itertools.product([2019, 2020, 2021], ["central", "city"]), columns=["year", "agency_type"])
    cells["predicate"], cells["lower"] = "all", 0
    cells["upper"] = pd.array([None] * 6, dtype="Int64")
    sums = pd.DataFrame({"name": "s", "year": [2019, 2020, 2021], "lower": [9, 15, 20], "upper": [9, 15, 20]})
    flat = CoarseEvidence(cells, sums, f"{ONLY_LOCAL} + year", None, (), ())
    sentences = coarsened_findings.find_coarsened(compare_coarsened(flat), edition()).sentences
    assert sentences[0].startswith("Cannot be said: city against central: nothing that is published tells them apart")
    zero = cells.assign(lower=[5, 0, 7, 0, 9, 0], upper=[5, 0, 7, 0, 9, 0])
    opened = CoarseEvidence(zero, sums.assign(lower=[5, 7, 9], upper=[5, 7, 9]), f"{ONLY_LOCAL} + year", None, (), ())
    sentence = coarsened_findings.find_coarsened(compare_coarsened(opened), edition()).sentences[0]
    assert sentence.startswith("Holds: city against central: the ratio in bare counts has no single best value")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.0, 2.0, "up to 2.00"), (0.5, np.inf, "0.50 or more"), (0.0, np.inf, "anything"), (0.5, 2.0, "0.50–2.00")],
)
def test_open_intervals_are_written_in_words(low, high, words):
    assert coarsened_charts.open_interval(low, high, edition()) == words
