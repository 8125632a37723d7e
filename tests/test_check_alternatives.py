"""Disputed figures in count fits: each other value told is put in and the model fitted again."""

import numpy as np
import pandas as pd
import pytest

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.exhibits.check_alternatives import find_alternatives, table_alternatives
from zi_analysis.exhibits.edition import Edition
from zi_analysis.study.check_alternatives import try_alternatives
from zi_analysis.study.compare import compare_families
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.series import exact_counts
from zi_analysis.study.spec_evidence import list_alternatives

FORMULA = "award_count ~ C(predicate, Treatment('WBK')) + year"
TERM = "C(predicate, Treatment('WBK'))[T.WBBM]"


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    rows = pd.DataFrame([(year, kind) for year in range(2015, 2021) for kind in ("WBK", "WBBM")])
    rows.columns = ["year", "predicate"]
    return rows.assign(award_count=[50, 8, 61, 12, 48, 9, 55, 14, 66, 11, 52, 7], exposure=[100] * 4 + [200] * 8)


@pytest.fixture(scope="module")
def fit(cells: pd.DataFrame) -> CountFit:
    return fit_counts(cells, formula=FORMULA, exposure="exposure", covariance="HC1")


def figures(*rows: tuple[int, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "measure", "predicate", "value"])


def attempt(cells: pd.DataFrame, alternatives: pd.DataFrame, family: str = "poisson") -> pd.DataFrame:
    return try_alternatives(cells, alternatives, formula=FORMULA, exposure="units_proposed", family=family)


def test_a_replaced_count_is_the_fit_of_the_changed_table(cells: pd.DataFrame, fit: CountFit) -> None:
    tried = attempt(cells, figures((2017, "units_awarded", "WBBM", 40))).set_index("term")
    changed = cells.copy()
    changed.loc[(changed["year"] == 2017) & (changed["predicate"] == "WBBM"), "award_count"] = 40
    again = fit_counts(changed, formula=FORMULA, exposure="exposure", covariance="HC1").coefficients.set_index("term")
    settled = fit.coefficients.set_index("term")
    for term in (TERM, "year"):
        row = tried.loc[term]
        assert row["rate_ratio"] == settled.loc[term, "rate_ratio"]
        expected = again.loc[term, ["rate_ratio", "low", "high"]].tolist()
        assert row[["ratio_other", "low", "high"]].tolist() == pytest.approx(expected, rel=1e-8)
        assert row["factor"] == pytest.approx(row["ratio_other"] / row["rate_ratio"], rel=1e-12)
        width = np.log(settled.loc[term, "high"] / settled.loc[term, "low"])
        gap = abs(np.log(row["ratio_other"] / row["rate_ratio"]))
        assert row["moves"] == pytest.approx(gap / width, rel=1e-12)
    assert tried.loc[TERM, ["value_used", "value_other"]].tolist() == [9, 40]


def test_a_replaced_exposure_enters_both_predicates_of_its_year(cells: pd.DataFrame) -> None:
    tried = attempt(cells, figures((2018, "units_proposed", "all", 400))).set_index("term")
    changed = cells.assign(exposure=cells["exposure"].mask(cells["year"] == 2018, 400))
    again = fit_counts(changed, formula=FORMULA, exposure="exposure", covariance="HC1").coefficients.set_index("term")
    assert tried["ratio_other"].tolist() == pytest.approx(again.loc[tried.index, "rate_ratio"].tolist(), rel=1e-8)
    assert tried.loc[TERM, "factor"] == pytest.approx(1.0, abs=0.2)


def test_figures_that_do_not_enter_are_passed_over(cells: pd.DataFrame, fit: CountFit) -> None:
    others = figures((2012, "units_awarded", "WBK", 5), (2016, "agencies_evaluated", "all", 5))
    tried = attempt(cells, others)
    assert tried.empty
    edition = Edition("en", 2015, 2020)
    assert find_alternatives(tried, fit, edition).sentences == (edition.say("finding.nothing"),)
    with pytest.raises(StudyRefusal) as refused:
        table_alternatives(tried, fit, edition, exhibit="3.9")
    assert refused.value.key == "no_alternatives"


@pytest.mark.parametrize(("value", "changes"), [(13, False), (700, True)])
@pytest.mark.parametrize("language", ["en", "id"])
def test_a_claim_that_hangs_on_a_figure_is_named(
    cells: pd.DataFrame, fit: CountFit, value: int, changes: bool, language: str
) -> None:
    tried = attempt(cells, figures((2018, "units_awarded", "WBBM", value)))
    assert tried.set_index("term").loc[TERM, "claim_changes"] == changes
    edition = Edition(language, 2015, 2020)
    first, most = find_alternatives(tried, fit, edition).sentences
    opened = {("en", False): "Holds: ", ("en", True): "Holds only if 2018, units awarded, WBBM is 14: "}
    opened |= {("id", False): "Berlaku: ", ("id", True): "Berlaku hanya jika 2018, unit penerima, WBBM adalah 14: "}
    assert first.startswith(opened[language, changes])
    assert str(value) in most
    table = table_alternatives(tried, fit, edition, exhibit="3.9")
    assert table.title.startswith(f"{int(changes)} ")


def test_a_value_with_which_nothing_can_be_fitted_is_told(cells: pd.DataFrame) -> None:
    three = cells.iloc[:5].assign(award_count=[5, 0, 6, 3, 4])
    tried = attempt(three, figures((2016, "units_awarded", "WBBM", 0)))
    assert tried["claim_changes"].all()
    assert tried["ratio_other"].isna().all()
    assert tried["reason"].str.contains("award_count is zero").all()


@pytest.mark.parametrize("family", ["poisson", "nb2"])
def test_the_figures_of_the_evidence_that_enter_are_tried(evidence: Evidence, family: str) -> None:
    years = range(2015, 2026)
    told = list_alternatives(evidence.settlement.conflicts, evidence.settlement.settled, years=years)
    counts = exact_counts(
        evidence.counted.cells,
        evidence.counted.exposures,
        groups=["all"],
        predicates=["WBK", "WBBM"],
        years=years,
        exposure="units_proposed",
    )
    used = counts[counts["used"] == "yes"]
    formula = compare_families(counts).formula
    tried = try_alternatives(used, told, formula=formula, exposure="units_proposed", family=family)
    fitted = set(zip(used["year"], used["predicate"], strict=True))
    awards = np.array([pair in fitted for pair in zip(told["year"], told["predicate"], strict=True)])
    proposed = (told["measure"] == "units_proposed") & told["year"].isin(used["year"])
    enters = proposed | ((told["measure"] == "units_awarded") & awards)
    assert len(tried) == 2 * enters.sum() > 0
    assert (tried["value_used"] != tried["value_other"]).all()
