"""Rates: intervals row by row, binomial models, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from zi_analysis.errors import EvidenceError, ParameterError, StudyRefusal
from zi_analysis.study.rates import fit_rates, rate_intervals

TABLE = pd.DataFrame(
    {
        "year": [2018, 2018, 2019, 2019, 2020, 2020],
        "agency_type": ["central", "local"] * 3,
        "awarded": [120, 85, 260, 213, 380, 383],
        "proposed": [400, 500, 900, 1374, 1800, 1891],
    },
    index=list("uvwxyz"),
)


def fit(table=TABLE, formula="agency_type + year", **options):
    return fit_rates(table, successes="awarded", trials="proposed", formula=formula, **options)


def intervals(table, **options):
    return rate_intervals(table, successes="awarded", trials="proposed", **options)


def pairs(*values):
    return pd.DataFrame(values, columns=["awarded", "proposed"])


def test_rates_keep_columns_and_rows():
    rates = fit().rates
    assert list(rates.columns) == [
        "year",
        "agency_type",
        "successes",
        "trials",
        "rate",
        "low",
        "high",
        "method",
    ]
    assert rates.index.equals(TABLE.index)
    np.testing.assert_allclose(rates["rate"], TABLE["awarded"] / TABLE["proposed"])
    assert (rates["method"] == "wilson").all()


def test_few_successes_or_failures_are_exact():
    rates = intervals(pairs((9, 100), (10, 100), (91, 100), (90, 100), (0, 5), (5, 5)))
    assert rates["method"].tolist() == ["exact", "wilson", "exact", "wilson", "exact", "exact"]
    assert rates["low"].iloc[4] == 0
    assert rates["high"].iloc[5] == 1
    assert intervals(pairs((9, 100)), small=9)["method"].tolist() == ["wilson"]


def test_exact_bounds_leave_two_and_a_half_percent_on_each_side():
    row = intervals(pairs((3, 40)), small=10).iloc[0]
    assert stats.binom.sf(2, 40, row["low"]) == pytest.approx(0.025)
    assert stats.binom.cdf(3, 40, row["high"]) == pytest.approx(0.025)


def test_wilson_bounds_are_where_the_score_test_turns():
    row = intervals(pairs((30, 90))).iloc[0]
    for bound in (row["low"], row["high"]):
        assert abs(30 / 90 - bound) / np.sqrt(bound * (1 - bound) / 90) == pytest.approx(1.959963984540054)


def coverage(trials, small):
    """Smallest probability, over rates up to one half, that the interval holds the rate."""
    rows = intervals(pd.DataFrame({"awarded": range(trials + 1), "proposed": trials}), small=small)
    low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
    rates = np.r_[np.linspace(0.0005, 0.5, 400), low + 1e-9, high - 1e-9, low - 1e-9, high + 1e-9]
    rates = rates[(rates > 0) & (rates <= 0.5)][:, None]
    chance = stats.binom.pmf(np.arange(trials + 1), trials, rates)
    return np.where((low <= rates) & (rates <= high), chance, 0).sum(axis=1).min()


@pytest.mark.parametrize("trials", [20, 50, 100, 400])
def test_the_reason_for_the_small_number(trials):
    """With exact intervals below ten, coverage stays above 92%; Wilson alone falls below 85%."""
    assert coverage(trials, small=10) > 0.92
    assert coverage(trials, small=0) < 0.85


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0, 10, 10_000]))
def test_intervals_hold_the_rate_and_mirror(trials, share, small):
    won = round(share * trials)
    rows = intervals(pairs((won, trials), (trials - won, trials)), small=small)
    assert (rows["low"] >= -1e-15).all()
    assert (rows["high"] <= 1 + 1e-15).all()
    assert (rows["low"] <= rows["rate"] + 1e-12).all()
    assert (rows["rate"] <= rows["high"] + 1e-12).all()
    assert rows["low"].iloc[0] == pytest.approx(1 - rows["high"].iloc[1], abs=1e-12)


def test_model_is_the_maximum_that_a_naive_search_finds():
    found = fit(overdispersion="none").coefficients["estimate"]
    matrix = np.column_stack([np.ones(6), TABLE["agency_type"] == "local", TABLE["year"] - 2019]).astype(float)

    def loss(values):
        share = 1 / (1 + np.exp(-matrix @ values))
        return -stats.binom.logpmf(TABLE["awarded"], TABLE["proposed"], share).sum()

    naive = optimize.minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-4})
    np.testing.assert_allclose(found, naive.x, atol=1e-4)


def test_known_parameters_are_recovered():
    draw = np.random.default_rng(5)
    table = pd.DataFrame({"kind": list("ab") * 400, "proposed": draw.integers(20, 200, 800)})
    share = 1 / (1 + np.exp(1.2 - 0.7 * (table["kind"] == "b")))
    table["awarded"] = draw.binomial(table["proposed"], share)
    found = fit(table, "kind")
    away = (found.coefficients["estimate"] - [-1.2, 0.7]) / found.coefficients["std_error"]
    assert away.abs().max() < 3
    assert found.dispersion == pytest.approx(1, abs=0.15)
    assert found.reference == {"kind": "a"}


def test_quasi_widens_by_the_root_of_the_dispersion():
    quasi, plain = fit(), fit(overdispersion="none")
    assert quasi.dispersion > 1
    ratio = quasi.coefficients["std_error"] / plain.coefficients["std_error"]
    np.testing.assert_allclose(ratio, np.sqrt(quasi.dispersion))
    assert (quasi.overdispersion, plain.overdispersion) == ("quasi", "none")
    # Student's t on 6 - 3 degrees of freedom
    reach = np.log(quasi.coefficients["high"]) - quasi.coefficients["estimate"]
    np.testing.assert_allclose(reach, stats.t(3).ppf(0.975) * quasi.coefficients["std_error"])


def test_one_rate_for_all_is_the_pooled_rate():
    found = fit(formula="1")
    odds = TABLE["awarded"].sum() / (TABLE["proposed"] - TABLE["awarded"]).sum()
    assert found.coefficients["odds_ratio"].tolist() == pytest.approx([odds])
    assert found.expected["expected"].sum() == pytest.approx(TABLE["awarded"].sum())
    assert found.converged is True


def test_splitting_a_row_changes_no_estimate():
    half = TABLE.assign(awarded=TABLE["awarded"] // 2, proposed=TABLE["proposed"] // 2)
    rest = TABLE.assign(awarded=TABLE["awarded"] - half["awarded"], proposed=TABLE["proposed"] - half["proposed"])
    whole, split = fit(overdispersion="none"), fit(pd.concat([half, rest]), overdispersion="none")
    pd.testing.assert_frame_equal(whole.coefficients, split.coefficients, rtol=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)))
def test_row_order_does_not_matter_and_the_input_stays(order):
    before = TABLE.copy(deep=True)
    pd.testing.assert_frame_equal(fit().coefficients, fit(TABLE.iloc[order]).coefficients, rtol=1e-8)
    pd.testing.assert_frame_equal(TABLE, before)


def changed(column, row, value):
    table = TABLE.astype({"awarded": float, "proposed": float})
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (changed("awarded", "w", 901), r"awarded is 901.* of proposed 900.* at row w"),
        (changed("proposed", "w", 0), r"proposed is 0.* at row w"),
        (changed("proposed", "w", 900.5), r"proposed is 900\.5 at row w; a count must be a whole number"),
        (changed("awarded", "w", -1), r"awarded is -1.* at row w"),
        (changed("awarded", "w", np.nan), r"'awarded' is missing at row w"),
        (
            TABLE.assign(agency_type=TABLE["agency_type"].where(TABLE.index != "v")),
            r"'agency_type' is missing at row v",
        ),
        (TABLE.assign(rate=0.5), r"'rate' would be overwritten"),
        (TABLE.iloc[:0], "no rows"),
    ],
)
def test_bad_rows_are_named(table, message):
    with pytest.raises(EvidenceError, match=message):
        fit(table)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("awarded ~ year", "right side alone"),
        ("proposed", "cannot explain it"),
        ("agency_tipe", "closest: agency_type"),
        ("year.sum()", "not read"),
        ("agency_type + C(year) + I(year == 2018)", "add nothing"),
        ("agency_type * C(year)", "too few"),
    ],
)
def test_bad_formulas_are_refused(formula, message):
    with pytest.raises(StudyRefusal, match=message):
        fit(formula=formula)


def test_levels_at_the_edge_are_named():
    none = TABLE.assign(awarded=TABLE["awarded"].where(TABLE["agency_type"] == "central", 0))
    with pytest.raises(StudyRefusal, match="zero or all of its trials in every row where agency_type is 'local'"):
        fit(none)
    every = TABLE.assign(awarded=TABLE["awarded"].where(TABLE["agency_type"] == "central", TABLE["proposed"]))
    with pytest.raises(StudyRefusal, match="agency_type is 'local'"):
        fit(every)
    # the rates themselves have an answer
    assert intervals(every)["high"].tolist()[1] == 1


def test_complete_separation_by_a_number_is_refused():
    table = pairs((0, 5), (0, 6), (0, 4), (5, 5), (6, 6), (3, 3)).assign(staff=[1.0, 2, 3, 4, 5, 6])
    with pytest.raises(StudyRefusal, match="zero or all of its trials in every row"):
        fit(table, "staff")
    table.loc[2, "awarded"], table.loc[3, "awarded"] = 4, 0  # now the two overlap
    assert fit(table, "staff").converged


def test_unknown_choices_are_refused():
    with pytest.raises(ParameterError, match="overdispersion is 'quasy'; closest: quasi"):
        fit(overdispersion="quasy")
    with pytest.raises(ParameterError, match="small is -1"):
        fit(small=-1)


def test_two_rows_are_enough_for_one_rate() -> None:
    table = pd.DataFrame({"awarded": [763, 558], "proposed": [3691, 4402]})
    fit = fit_rates(table, successes="awarded", trials="proposed")
    pooled = 1321 / 8093
    chi2 = sum(
        (won - tried * pooled) ** 2 / (tried * pooled * (1 - pooled)) for won, tried in ((763, 3691), (558, 4402))
    )
    assert fit.dispersion == pytest.approx(chi2)
