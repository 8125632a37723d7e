"""Values of figures: what a disputed or missing number does to the answer on an outlying year."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.rate_outliers import predict_left_out
from zi_analysis.study.series import exact_counts

DRAWS = 400


def try_disputed(rates: pd.DataFrame, settled: pd.DataFrame, *, predicate: str, year: int) -> pd.DataFrame:
    """Replace each disputed figure of the rates by the other value told, and predict a year again.

    Parameters
    ----------
    rates : DataFrame
        year, successes, trials; national, one row a year.
    settled : DataFrame
        Of ``settle_counts``: values used and the lowest and highest told.
    predicate : str
        Of the successes.
    year : int
        The year whose rate is predicted from the others.

    Returns
    -------
    DataFrame
        year, measure, used, other, rate_used, rate_other, low, high (prediction with the other value), p_value,
        outside (share of predictions that leave the rate out); the last row (year missing) is of all combinations
        of values, with the prediction of the smallest p_value.

    Raises
    ------
    StudyRefusal
        As ``predict_left_out``.

    Examples
    --------
    >>> rates = pd.DataFrame({"year": range(2016, 2021), "successes": [20, 25, 30, 22, 40], "trials": 100})
    >>> settled = pd.DataFrame({"year": [2017], "scope": "national", "measure": "units_proposed"}).assign(
    ...     predicate="all", basis="yearly", track="national", coverage="whole", value=100, low=90, high=100
    ... )
    >>> try_disputed(rates, settled, predicate="all", year=2020)[["measure", "other"]].to_numpy().tolist()[0]
    ['units_proposed', 90.0]
    """
    changes = _disputed(rates, settled, predicate)
    rows = [_with_other(rates, [change], year) | _name(rates, change) for change in changes]
    figures: dict[tuple[int, str, float], list[dict | None]] = {}
    for change in changes:
        figures.setdefault((change["year"], change["column"], change["used"]), [None]).append(change)
    tried = [
        predict_left_out(_replace(rates, [change for change in choice if change]), year=year)
        for choice in product(*figures.values())
    ]
    worst = min(tried, key=lambda found: found.p_value)
    last = {"p_value": worst.p_value, "low": worst.low, "high": worst.high}
    last["outside"] = float(np.mean([found.outside for found in tried]))
    columns = ["year", "measure", "used", "other", "rate_used", "rate_other", "low", "high", "p_value", "outside"]
    return pd.DataFrame([*rows, last]).reindex(columns=columns)


def _disputed(rates: pd.DataFrame, settled: pd.DataFrame, predicate: str) -> list[dict]:
    """Changes of successes or trials: year, column, measure, used and other value, the shift."""
    whole = settled[
        (settled["scope"] == "national")
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
        & settled["year"].isin(rates["year"].tolist())
    ]
    totals = set(whole.loc[(whole["measure"] == "units_awarded") & (whole["predicate"] == "all"), "year"])
    changes = []
    for row in whole.itertuples():
        counts = row.measure == "units_awarded" and (
            row.predicate == predicate or (predicate == "all" and row.year not in totals)
        )
        if not counts and not (row.measure == "units_proposed" and row.predicate == "all"):
            continue
        column = "successes" if counts else "trials"
        others = sorted({float(row.low), float(row.high)} - {float(row.value)})
        common = {"year": int(row.year), "column": column, "measure": row.measure, "used": float(row.value)}
        told = [{**common, "other": other, "shift": other - float(row.value)} for other in others]
        changes += [change for change in told if _is_possible(_replace(rates, [change]))]
    return changes


def _is_possible(rates: pd.DataFrame) -> bool:
    """No more successes than trials anywhere, and none below zero."""
    return bool(((rates["successes"] >= 0) & (rates["successes"] <= rates["trials"])).all())


def _replace(rates: pd.DataFrame, changes: Sequence[dict]) -> pd.DataFrame:
    """Put the other published counts in."""
    changed = rates[["year", "successes", "trials"]].copy()
    for change in changes:
        place = changed["year"] == change["year"]
        changed.loc[place, change["column"]] += int(change["shift"])
    return changed


def _name(rates: pd.DataFrame, change: dict) -> dict[str, object]:
    """Tell a disputed count and the rate with either value."""
    both = [frame.loc[frame["year"] == change["year"]].iloc[0] for frame in (rates, _replace(rates, [change]))]
    used, other = (float(row["successes"] / row["trials"]) for row in both)
    return {name: change[name] for name in ("year", "measure", "used", "other")} | {
        "rate_used": used,
        "rate_other": other,
    }


def _with_other(rates: pd.DataFrame, changes: Sequence[dict], year: int) -> dict[str, object]:
    """Predict the year left out with the other counts."""
    found = predict_left_out(_replace(rates, changes), year=year)
    return {"low": found.low, "high": found.high, "p_value": found.p_value, "outside": float(found.outside)}


def value_missing(
    rates: pd.DataFrame,
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    predicate: str,
    years: Sequence[int],
    year: int,
    seed: int,
) -> pd.DataFrame:
    """Value each missing figure: how much narrower would the prediction of a year become?

    The missing rate is drawn from the prediction that the known years give, within what the bounds of its counts
    allow; with each draw the year is predicted again, and the middle width is told.

    Parameters
    ----------
    rates : DataFrame
        year, successes, trials of the known years.
    cells, exposures : DataFrame
        From ``count_cells``.
    predicate : str
        Of the successes.
    years : sequence of int
        Evaluation years.
    year : int
        The year that is predicted.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        year, missing (count | exposure | both), width_now, width_then (of the 95% prediction, shares of one),
        narrowing (share of the width); the largest first.

    Raises
    ------
    StudyRefusal
        As ``predict_left_out``, or if every year is known.

    Notes
    -----
    Expected value of sample information, with the width of an interval as the loss (Raiffa and Schlaifer 1961).
    """
    now = predict_left_out(rates, year=year)
    listed = exact_counts(
        cells, exposures, groups=["all"], predicates=[predicate], years=years, exposure="units_proposed"
    )
    unknown = listed[(listed["used"] == "no") & ~listed["year"].isin(rates["year"].tolist())]
    if unknown.empty:
        raise StudyRefusal("every year of these has an exact rate", key="rate_all_known")
    bounds = exposures[(exposures["agency_type"] == "all") & (exposures["measure"] == "units_proposed")]
    fewest = bounds.set_index("year")["lower"]
    draws = _draw_logits(rates, seed)
    rows = []
    for row in unknown.sort_values("year").to_dict("records"):
        known = pd.notna(row["award_count"])
        most = _most(row["upper"], fewest.get(row["year"]))
        then = float(np.median(_widths(rates, year, draws[expit(draws) <= most])))
        width = now.high - now.low
        missing = "exposure" if known else "count" if pd.notna(row["exposure"]) else "both"
        rows.append({"year": int(row["year"]), "missing": missing, "width_now": width, "width_then": then})
    found = pd.DataFrame(rows).assign(narrowing=lambda table: 1 - table["width_then"] / table["width_now"])
    return found.sort_values(["narrowing", "year"], ascending=[False, True]).reset_index(drop=True)


def _logits(rates: pd.DataFrame) -> np.ndarray:
    """Logits with half a success added, so that none is infinite."""
    won, tried = (rates[name].to_numpy(dtype="float64") for name in ("successes", "trials"))
    return np.log((won + 0.5) / (tried - won + 0.5))


def _draw_logits(rates: pd.DataFrame, seed: int) -> np.ndarray:
    """Draw logits of a further year from what the others predict."""
    logits = _logits(rates)
    scale = logits.std(ddof=1) * np.sqrt(1 + 1 / len(logits))
    return logits.mean() + scale * np.random.default_rng(seed).standard_t(len(logits) - 1, DRAWS)


def _most(awarded: object, tried: object) -> float:
    """The highest rate that the bounds allow; 1 where they say nothing."""
    if pd.isna(awarded) or pd.isna(tried) or not float(str(tried)) > 0:
        return 1.0
    return min(1.0, float(str(awarded)) / float(str(tried)))


def _widths(rates: pd.DataFrame, year: int, draws: np.ndarray) -> np.ndarray:
    """Width of the prediction of the year with each draw among the others."""
    others = _logits(rates[rates["year"] != year])
    logits = np.column_stack([np.tile(others, (len(draws), 1)), draws])
    count = logits.shape[1]
    reach = stats.t.ppf(0.975, count - 1) * logits.std(axis=1, ddof=1) * np.sqrt(1 + 1 / count)
    middle = logits.mean(axis=1)
    return expit(middle + reach) - expit(middle - reach)
