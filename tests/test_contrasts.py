"""Expected rates and contrasts: against emmeans of R, against plain arithmetic, by simulation, and refusals."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zi_analysis.errors import EvidenceError, ParameterError, StudyRefusal
from zi_analysis.study.contrasts import contrast_rates, expected_rates
from zi_analysis.study.counts import fit_counts

REFERENCE = Path(__file__).parent / "reference"

# case: data, formula, factor, its reference, by, exposure, cluster
CASES = {
    "warpbreaks": ("warpbreaks", "breaks ~ wool * tension", "tension", "H", ["wool"], None, "loom"),
    "quine": ("quine", "days ~ origin * sex + age + learner", "age", "F0", [], None, "group"),
    "insurance": ("insurance", "claims ~ C(district) + group", "group", "1-1.5l", [], "holders", "age"),
    "ships": ("ships", "incidents ~ type + C(built) + C(period)", "built", 60, [], "service", "built"),
    "interactions": (
        "drawn_interactions",
        "awards ~ C(agency_type) * year + predicate",
        "agency_type",
        "central",
        ["year"],
        "units",
        "year",
    ),
    "predicates": (
        "drawn_interactions",
        "awards ~ C(agency_type) + C(predicate) + C(agency_type):C(predicate) + year",
        "predicate",
        "WBBM",
        ["agency_type"],
        "units",
        "year",
    ),
    "rules": ("drawn_interactions", "awards ~ C(rules) + agency_type", "rules", "10/2019", [], "units", "year"),
    "levels": ("drawn_levels", "awards ~ region + kind + score", "kind", "a", [], "agencies", "region"),
    "tiny": ("drawn_tiny", "awards ~ kind + score", "kind", "a", [], "units", "place"),
}
ANSWERS = pd.read_csv(REFERENCE / "count_rates.csv", keep_default_na=False, na_values={"p_value": "NA"})
# robust errors of quasipoisson are those of poisson
ANSWERS = ANSWERS.query("family != 'quasipoisson' or covariance == 'model'")
BY_FIT = dict(list(ANSWERS.groupby(["case", "family", "covariance", "law", "weights"])))


@cache
def load(case):
    return pd.read_csv(REFERENCE / f"{CASES[case][0]}.csv", keep_default_na=False)


@cache
def fit_case(case, family, covariance, law):
    _, formula, *_, exposure, cluster = CASES[case]
    return fit_counts(
        load(case),
        formula=formula,
        exposure=exposure,
        family=family,
        covariance=covariance,
        cluster=cluster if covariance == "cluster" else None,
        interval=law,
    )


def write_levels(rows, names, centre):
    """Levels as emmeans writes them: factor first, years from their centre."""
    moved = rows.assign(year=rows["year"] - centre) if "year" in rows else rows
    return moved[names].astype(str).agg("|".join, axis=1)


def write_contrasts(rows, by, centre):
    """Contrasts as emmeans writes them; a number or a level with signs stands in brackets there."""
    ours = rows["level"].astype(str) + " / " + rows["reference"].astype(str)
    return write_levels(rows.assign(contrast=ours), ["contrast", *by], centre)


def plain(text):
    """Without the brackets, the factor's name before a number, and the sign of the comparison."""
    return text.replace("(", "").replace(")", "").replace(" - ", " / ").replace("built", "")


@pytest.mark.parametrize("group", BY_FIT, ids="-".join)
def test_rates_and_contrasts_equal_emmeans(group):
    case, family, covariance, law, weights = group
    _, _, factor, reference, by, _, _ = CASES[case]
    theirs = BY_FIT[group]
    fit, options = fit_case(case, family, covariance, law), {"weights": weights}
    centre = fit.reference.get("year", 0)
    made = expected_rates(fit, load(case), by=[*by, factor], **options).rows
    assert_same(made.rename(columns={"rate": "value"}), write_levels(made, [factor, *by], centre), theirs, "rate")
    for scale in ("ratio", "difference"):
        made = contrast_rates(fit, load(case), factor=factor, reference=reference, scale=scale, by=by, **options).rows
        assert_same(made.rename(columns={scale: "value"}), write_contrasts(made, by, centre), theirs, scale)


def assert_same(ours, names, theirs, kind):
    ours = ours.set_index(names)
    theirs = theirs[theirs["kind"] == kind].set_index(theirs.loc[theirs["kind"] == kind, "level"].map(plain))
    assert set(ours.index) == set(theirs.index)
    theirs = theirs.loc[ours.index]
    for column in ("value", "std_error", "low", "high"):
        # both sides end their search at the last digits; a difference near zero needs an absolute tolerance
        scale = theirs["std_error"].abs().max() if kind == "difference" else 0.0
        np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-7, atol=1e-7 * scale)
    if kind != "rate":
        np.testing.assert_allclose(ours["p_value"], theirs["p_value"], rtol=1e-5, atol=1e-300)


def cells_of(seed=1, repeats=10):
    """Cells of three kinds and two places with known rates, per 100 units: 5, 10, 20, half again in y."""
    draw = np.random.default_rng(seed)
    cells = pd.DataFrame({"kind": np.tile(list("abc"), 2 * repeats), "place": np.repeat(list("xy"), 3 * repeats)})
    cells["units"] = draw.integers(20, 400, len(cells))
    cells["score"] = draw.normal(size=len(cells))
    rate = cells["kind"].map({"a": 0.05, "b": 0.1, "c": 0.2}) * cells["place"].map({"x": 1.0, "y": 1.5})
    return cells.assign(awards=draw.poisson(rate * cells["units"]))


def fit(cells, right_side="kind + place", **options):
    return fit_counts(cells, formula=f"awards ~ {right_side}", **({"exposure": "units"} | options))


def test_intervals_cover_the_truth_as_often_as_they_say():
    inside = {"rate": [], "ratio": [], "difference": []}
    for seed in range(20):
        cells = cells_of(seed)
        found = fit(cells)
        rates = expected_rates(found, cells, by=["place", "kind"]).rows
        truth = [5, 10, 20, 7.5, 15, 30]
        inside["rate"].append(((rates["low"] < truth) & (truth < rates["high"])).to_numpy())
        for scale, truth in (("ratio", [2, 4]), ("difference", [5, 15])):
            rows = contrast_rates(found, cells, factor="kind", reference="a", scale=scale, by=["place"]).rows
            rows = rows[rows["place"] == "x"]
            inside[scale].append(((rows["low"] < truth) & (truth < rows["high"])).to_numpy())
    # forty to 120 yes or no at 95%: three standard errors of forty are 0.103
    for covered in inside.values():
        assert np.mean(covered) == pytest.approx(0.95, abs=0.103)


def test_rates_of_a_saturated_model_are_those_of_the_table():
    cells = cells_of()
    rates = expected_rates(fit(cells, "kind * place"), cells, by=["kind", "place"]).rows
    sums = cells.groupby(["kind", "place"])[["awards", "units"]].sum()
    np.testing.assert_allclose(rates["rate"], 100 * sums["awards"] / sums["units"])
    # the error of a logarithm of a Poisson count is one over its root
    np.testing.assert_allclose(rates["std_error"], rates["rate"] / np.sqrt(sums["awards"].to_numpy()))


def test_contrasts_of_a_saturated_model_are_those_of_the_table():
    cells = cells_of()
    rows = contrast_rates(fit(cells, "kind"), cells, factor="kind", reference="b", scale="difference").rows
    sums = cells.groupby("kind")[["awards", "units"]].sum()
    rate, variance = 100 * sums["awards"] / sums["units"], 1e4 * sums["awards"] / sums["units"] ** 2
    np.testing.assert_allclose(rows["difference"], rate[["a", "c"]] - rate["b"])
    np.testing.assert_allclose(rows["std_error"], np.sqrt(variance[["a", "c"]] + variance["b"]))
    assert rows["level"].tolist() == ["a", "c"]


def test_the_offset_is_not_dropped():
    """Expected counts follow from rates and exposures: what statsmodels' predict forgets for new rows."""
    cells = cells_of()
    found = fit(cells)
    rates = expected_rates(found, cells, by=["kind", "place"], per=1).rows
    counts = cells.merge(rates, on=["kind", "place"])
    assert (counts["rate"] * counts["units"]).sum() == pytest.approx(cells["awards"].sum())


@settings(max_examples=5, deadline=None)
@given(st.floats(1e-3, 1e6), st.integers(0, 20))
def test_per_scales_rates_and_differences_but_no_ratio(per, seed):
    cells = cells_of(seed, repeats=3)
    found = fit(cells, family="quasipoisson")
    for scale, times in (("ratio", 1), ("difference", per)):
        one, more = (
            contrast_rates(found, cells, factor="kind", reference="a", scale=scale, per=x).rows for x in (1, per)
        )
        np.testing.assert_allclose(more[["low", "high"]], times * one[["low", "high"]], rtol=1e-9)
        np.testing.assert_allclose(more["p_value"], one["p_value"], rtol=1e-9)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from("abc"), st.sampled_from(["equal", "observed"]))
def test_the_reference_level_of_the_fit_does_not_matter(level, weights):
    cells = cells_of().iloc[:50]
    ours, theirs = (
        expected_rates(fit(cells, f"{side} + place"), cells, by=["kind"], weights=weights).rows
        for side in ("kind", f"C(kind, Treatment('{level}'))")
    )
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-8)


def test_weights_are_equal_or_those_of_the_rows():
    cells = cells_of().iloc[:40]
    found = fit(cells)
    logs = np.log(
        expected_rates(found, cells, by=["kind", "place"]).rows.set_index(["kind", "place"])["rate"]
    ).unstack()
    share = (cells["place"] == "x").mean()
    assert share == 0.75
    equal, observed = (expected_rates(found, cells, by=["kind"], weights=x).rows for x in ("equal", "observed"))
    np.testing.assert_allclose(np.log(equal["rate"]), logs.mean(axis=1))
    np.testing.assert_allclose(np.log(observed["rate"]), share * logs["x"] + (1 - share) * logs["y"])


def test_what_is_held_and_averaged_is_told():
    cells = cells_of()
    found = expected_rates(fit(cells, "kind + place + score"), cells, by=["kind"])
    assert found.held == {"score": pytest.approx(cells["score"].mean())}
    assert (found.averaged, found.exposure, found.per) == (("place",), "units", 100)
    whole = expected_rates(fit(cells, "kind + place"), cells, by=[])
    assert len(whole.rows) == 1
    assert whole.averaged == ("kind", "place")


def test_without_exposure_the_rate_is_a_count_of_one_cell():
    cells = cells_of()
    found = expected_rates(fit(cells, "kind", exposure=None), cells, by=["kind"], per=100)
    np.testing.assert_allclose(found.rows["rate"], cells.groupby("kind")["awards"].mean())
    assert (found.per, found.exposure) == (1, None)


def test_years_categories_and_conditions_are_read_as_in_the_fit():
    cells = cells_of().assign(year=lambda c: 2015 + c.index % 8).astype({"kind": "category", "year": "Int64"})
    found = fit(cells, "kind + I(year >= 2021)")
    rates = expected_rates(found, cells, by=["year"]).rows.set_index("year")["rate"]
    assert rates.loc[2015:2020].nunique() == 1
    assert rates[2021] / rates[2015] == pytest.approx(found.coefficients["rate_ratio"].iloc[-1])
    centred = expected_rates(fit(cells, "kind + year"), cells, by=["year"]).rows["rate"].to_numpy()
    assert centred[1:] / centred[:-1] == pytest.approx(fit(cells, "year + kind").coefficients["rate_ratio"].iloc[-1])
    factor = contrast_rates(fit(cells, "C(year)"), cells, factor="year", reference=2018).rows
    assert factor["level"].tolist() == [2015, 2016, 2017, 2019, 2020, 2021, 2022]


def test_the_input_is_never_changed():
    cells = cells_of()
    before = cells.copy(deep=True)
    contrast_rates(fit(cells), cells, factor="kind", reference="a", by=["place"], weights="observed")
    pd.testing.assert_frame_equal(cells, before)


# refusals


def refused(error, match, function, *arguments, key=None, **options):
    with pytest.raises(error, match=match) as found:
        function(*arguments, **options)
    assert getattr(found.value, "key", None) == key


def test_columns_and_levels_that_are_not_there_are_named():
    cells = cells_of()
    found = fit(cells)
    refused(StudyRefusal, "'score' is not in formula", expected_rates, found, cells, by=["score"], key="not_in_formula")
    other = cells.assign(kind="d")
    refused(StudyRefusal, "does not reach", expected_rates, found, other, by=["kind"], key="rows_out_of_fit")
    options = {"factor": "kind", "reference": "d", "key": "no_such_level"}
    refused(StudyRefusal, "'d' is not in column 'kind'; there are: a, b, c", contrast_rates, found, cells, **options)
    alone = cells[cells["kind"] == "a"]
    options = {"factor": "kind", "reference": "a", "key": "one_level"}
    refused(StudyRefusal, "holds 'a' only", contrast_rates, found, alone, **options)
    refused(EvidenceError, "'place' is not in the table", expected_rates, found, cells[["kind"]], by=["kind"])
    refused(EvidenceError, "no rows", expected_rates, found, cells.iloc[:0], by=["kind"])


def test_a_number_in_a_condition_has_no_mean():
    cells = cells_of()
    found = fit(cells, "kind + I(score > 0)")
    options = {"by": ["kind"], "key": "no_mean_of_condition"}
    refused(StudyRefusal, "'score' stands in a condition", expected_rates, found, cells, **options)
    assert expected_rates(fit(cells, "kind + I(score * 2)"), cells, by=["kind"]).held.keys() == {"score"}


def test_choices_are_checked():
    cells = cells_of()
    found, comparison = fit(cells), {"factor": "kind", "reference": "a"}
    refused(ParameterError, "scale is 'rato'; closest: ratio", contrast_rates, found, cells, scale="rato", **comparison)
    refused(ParameterError, "closest: equal", expected_rates, found, cells, by=["kind"], weights="equl")
    for per in (0, -1, np.inf, np.nan):
        refused(ParameterError, "per is", expected_rates, found, cells, by=["kind"], per=per)
