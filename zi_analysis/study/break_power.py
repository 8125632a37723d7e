"""Power: which change of the rate of awards so few points could show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import ParameterError
from zi_analysis.study.batches import draw_counts
from zi_analysis.study.break_permutation import arrange_years, level_statistics
from zi_analysis.study.breaks import fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

RATIOS = (
    *(0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    *(1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0),
)
WANTED = 0.8
SIZE = 0.05
_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class BreakPower:
    """How often a change of level would be seen, by its size.

    Attributes
    ----------
    curve : DataFrame
        ratio (rate after over rate before), model, permutation (shares of simulated series in which the F test
        and the permutation test give p at most 0.05). At ratio 1 the shares are the sizes of the tests.
    fall, rise : float or None
        The ratio nearest to 1 on either side that the F test sees in 80% of series; None when none on the grid is.
    fall_permutation, rise_permutation : float or None
        The same of the permutation test.
    dispersion : float
        Variance over mean of the simulated counts, that of the fitted change of level.
    points, after : int
        Years, and how many of them stand after the break.
    """

    curve: pd.DataFrame
    fall: float | None
    rise: float | None
    fall_permutation: float | None
    rise_permutation: float | None
    dispersion: float
    points: int
    after: int


def simulate_power(
    series: pd.DataFrame,
    *,
    seed: int,
    first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021,
    ratios: Sequence[float] = RATIOS,
    replicates: int = 400,
) -> BreakPower:
    """Simulate how often a change of level of a given size would be seen with these years and this scatter.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    seed : int
        Seed of the draws.
    first_after : int
        First year after the break.
    ratios : sequence of float
        Rates after over rates before, above zero, rising.
    replicates : int
        Simulated series for each ratio.

    Returns
    -------
    BreakPower

    Raises
    ------
    ParameterError
        If a ratio is not above zero or they do not rise.
    StudyRefusal
        If the level change itself cannot be fitted.

    Notes
    -----
    The years before have the rate that they were seen to have, those after its multiple; counts scatter with
    the dispersion of the fitted change of level (NB1, Cameron and Trivedi 1986).

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> power = simulate_power(series, seed=1, ratios=(0.2, 1.0), replicates=200)
    >>> power.fall, power.rise
    (0.2, None)
    """
    wanted = np.asarray(ratios, dtype="float64")
    if (wanted <= 0).any() or (np.diff(wanted) <= 0).any():
        raise ParameterError(f"ratios are {list(ratios)!r}; give numbers above zero that rise")
    fit = fit_break(series, first_after=first_after)
    exposure = series["exposure"].to_numpy(dtype="float64")
    after = (series["year"] >= first_after).to_numpy()
    before_rate = float(series["award_count"].to_numpy()[~after].sum() / exposure[~after].sum())
    masks, _ = arrange_years(len(series), int(after.sum()), seed=seed, most=2000)
    random = np.random.default_rng(seed)
    rows = []
    for ratio in wanted:
        means = exposure * before_rate * np.where(after, ratio, 1.0)
        drawn = draw_counts(means, dispersion=fit.dispersion, replicates=replicates, random=random)
        rows.append({"ratio": float(ratio), **reject_shares(drawn, exposure, masks)})
    curve = pd.DataFrame(rows)
    ends = {name: _detectable(curve, name) for name in ("model", "permutation")}
    return BreakPower(
        curve, *ends["model"], *ends["permutation"], max(1.0, fit.dispersion), len(series), int(after.sum())
    )


def reject_shares(counts: np.ndarray, exposure: np.ndarray, masks: np.ndarray) -> dict[str, float]:
    """Count how often both tests call a change of level real at 5%.

    Parameters
    ----------
    counts : ndarray
        Simulated counts (b x n).
    exposure : ndarray
        Exposure (n).
    masks : ndarray of bool
        Choices of the years after the break (m x n), the true one first.

    Returns
    -------
    dict
        model and permutation: shares of the series.

    Examples
    --------
    >>> masks, _ = arrange_years(4, 1, seed=1)
    >>> reject_shares(np.array([[10.0, 11, 9, 40]]), np.ones(4), masks)
    {'model': 1.0, 'permutation': 0.0}
    """
    statistics = level_statistics(counts, exposure, masks)
    by_model = stats.f.sf(statistics[:, 0], 1, counts.shape[1] - 2) <= SIZE
    slack = _SLACK * (1 + statistics[:, :1])
    p_values = (statistics >= statistics[:, :1] - slack).mean(axis=1)
    return {"model": float(by_model.mean()), "permutation": float((p_values <= SIZE + _SLACK).mean())}


def _detectable(curve: pd.DataFrame, test: str) -> tuple[float | None, float | None]:
    """The ratios nearest to 1, below and above, that the test sees often enough."""
    seen = curve.loc[curve[test] >= WANTED, "ratio"]
    falls, rises = seen[seen < 1], seen[seen > 1]
    return (
        None if falls.empty else float(falls.max()),
        None if rises.empty else float(rises.min()),
    )
