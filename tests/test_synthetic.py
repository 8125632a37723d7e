"""Synthetic evidence: the true model is recovered, the tables have the real schema, conflicts settle as planted."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.awards import clean_awards
from zi_analysis.evidence.counts import count_cells
from zi_analysis.evidence.settle import settle_counts
from zi_analysis.evidence.synthetic import WBBM_RATIO, SyntheticEvidence, synthetic_awards
from zi_analysis.evidence.tables import check_table
from zi_analysis.study.counts import fit_counts

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made() -> SyntheticEvidence:
    return synthetic_awards(seed=11)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(made: SyntheticEvidence) -> None:
    again, other = synthetic_awards(seed=11), synthetic_awards(seed=12)
    for table in ("cells", "awards", "published_counts", "sources", "planted", "truth"):
        assert getattr(again, table).to_csv() == getattr(made, table).to_csv()
    assert other.cells["count"].ne(made.cells["count"]).any()
    assert other.cells["proposed"].eq(made.cells["proposed"]).all()


@pytest.mark.parametrize(("dispersion", "seeds"), [(0.0, 60), (0.05, 60)])
def test_counts_have_the_mean_and_variance_of_the_model(dispersion: float, seeds: int) -> None:
    drawn = [synthetic_awards(seed=seed, years=[2020], dispersion=dispersion) for seed in range(seeds)]
    counts, mean = np.array([one.cells["count"] for one in drawn]), drawn[0].truth["mean"].to_numpy()
    variance = mean + dispersion * mean**2
    pull = (counts - mean) / np.sqrt(variance)
    assert abs(pull.mean()) < 4 / np.sqrt(pull.size)
    assert abs((pull**2).mean() - 1) < 4 * np.sqrt(2 / pull.size)


def test_a_poisson_model_with_exposure_finds_the_true_ratios() -> None:
    made = synthetic_awards(seed=3, regime_year=2021, regime_ratio=0.6)
    cells = made.cells.assign(after=(made.cells["year"] >= 2021).astype(int))
    fit = fit_counts(
        cells,
        formula="count ~ C(agency_type, Treatment('central')) + C(predicate, Treatment('WBK')) + after",
        exposure="proposed",
        family="poisson",
    )
    true = {"province": 0.6, "regency": 0.3, "city": 0.5, "WBBM": WBBM_RATIO, "after": 0.6}
    for word, ratio in true.items():
        row = fit.coefficients[fit.coefficients["term"].str.contains(word, regex=False)].iloc[0]
        error = np.log(row["high"] / row["low"]) / 3.92
        assert abs(np.log(row["rate_ratio"] / ratio)) < 3.5 * error < 0.6, word


def test_the_tables_hold_the_real_declaration(made: SyntheticEvidence, tmp_path: Path) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "datapackage.json", tmp_path / "data")
    made.sources.to_csv(tmp_path / "data" / "raw" / "sources.csv", index=False)
    for name in ("sources", "awards", "published_counts"):
        check_table(getattr(made, name), name, root=tmp_path)
    with pytest.raises(EvidenceError, match="region"):
        check_table(made.awards.assign(agency_type="region"), "awards", root=tmp_path)


def test_planted_conflicts_settle_by_their_rule(made: SyntheticEvidence) -> None:
    settled = settle_counts(made.published_counts, **made.settling).settled.set_index("settled_id")
    assert set(made.planted["rule"]) == {"publisher_tier", "arithmetic", "publishers", "disputed"}
    for conflict in made.planted.itertuples():
        fact = settled.loc[conflict.settled_id]
        assert fact["rule"] == conflict.rule
        assert [fact["low"], fact["high"]] == [min(conflict.told), max(conflict.told)]
        assert pd.isna(fact["value"]) if conflict.rule == "disputed" else fact["value"] == conflict.true


def test_cleaned_and_counted_evidence_holds_the_true_counts(made: SyntheticEvidence) -> None:
    settled = settle_counts(made.published_counts, **made.settling).settled
    cleaned = clean_awards(made.awards)
    assert len(cleaned.rejected) == 0
    assert len(cleaned.accepted) == made.awards["unit"].nunique() < len(made.awards)
    counted = count_cells(settled, cleaned.accepted)
    assert counted.contradictions.empty
    both = made.cells.merge(counted.cells, on=["year", "agency_type", "predicate"], validate="1:1")
    assert len(both) == len(made.cells)
    assert (both["lower"] <= both["count"]).all()
    assert (both["upper"].isna() | (both["count"] <= both["upper"])).all()
    assert set(both.loc[both["status"] == "exact", "year"]) == {2016, 2022}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rates": {"regions": 0.1}}, 'agency type "regions"; choose from central'),
        ({"exposure": {"city": 0}}, "give numbers above 0"),
        ({"years": []}, "within 2012-2026"),
        ({"dispersion": -1.0}, "dispersion -1.0"),
        ({"rates": {"city": 1.2}}, "lower rates"),
    ],
)
def test_impossible_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        synthetic_awards(seed=1, **options)
