"""Scans: the same break at other years, and the largest of all breaks beside that of series without one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.batches import deviances, dispersions, draw_counts, fit_many
from zi_analysis.study.break_designs import check_points, design_break, split_years
from zi_analysis.study.breaks import BreakFit, fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

_SLACK = 1e-9  # equal statistics must count as equal, whatever the last digit


@dataclass(frozen=True, eq=False)
class BreakScan:
    """The same model at every year that could be a break.

    Attributes
    ----------
    breaks : DataFrame
        first_after, rate_ratio, low, high, statistic, p_value, chosen (the split of the rules).
    shape : str
        level, trend or segmented.
    rank : int
        Place of the chosen break among them, the largest statistic first.
    p_rank : float
        Rank over the number of breaks: the p-value if every year were as likely to be marked.
    """

    breaks: pd.DataFrame
    shape: str
    rank: int
    p_rank: float

    @property
    def largest(self) -> pd.Series:
        """The row with the largest statistic."""
        return self.breaks.loc[self.breaks["statistic"].idxmax()]


@dataclass(frozen=True, eq=False)
class SupremumTest:
    """The largest statistic of all breaks beside those of series without a break.

    Attributes
    ----------
    statistic : float
        The largest F.
    first_after : int
        The break that has it.
    draws : ndarray
        The largest F of each simulated series (replicates).
    p_value : float
        Share of `draws` at least as large, the observed one counted in.
    p_chosen : float
        The same for the break of the rules alone, looked at without the others.
    dispersion : float
        Variance over mean of the model without break, from which is drawn.
    """

    statistic: float
    first_after: int
    draws: np.ndarray
    p_value: float
    p_chosen: float
    dispersion: float


def list_breaks(series: pd.DataFrame, *, shape: str, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021) -> list[int]:
    """List the years at which the model can be fitted, each split of the points once.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    shape : str
        See ``design_break``.
    first_after : int
        The break of the rules; another year must leave as many points on each side, up to two (three where the
        shape has slopes on both sides).

    Returns
    -------
    list of int
        First years after; a year without a count is not named, as the split is that of the next year.

    Examples
    --------
    >>> series = pd.DataFrame({"year": [2018, 2020, 2021, 2022, 2023], "award_count": 5, "exposure": 1})
    >>> list_breaks(series, shape="level")
    [2021, 2022]
    """
    years = series["year"].to_numpy()
    after = split_years(series, first_after)
    least = min(2, int(after.sum()), int((~after).sum()))
    found = []
    for year in years[least : len(years) - least + 1]:
        try:
            split_years(series, int(year))
            check_points(years, int(year), shape)
        except StudyRefusal:
            continue
        found.append(int(year))
    return found


def scan_breaks(
    series: pd.DataFrame, *, shape: str = "level", first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021
) -> BreakScan:
    """Fit the same break at every year that leaves enough points on either side.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    shape, first_after
        As in ``fit_break``.

    Returns
    -------
    BreakScan

    Raises
    ------
    StudyRefusal
        If the break itself cannot be fitted, or no other year can be a break.

    Notes
    -----
    Placebo breaks in time as in Abadie, Diamond and Hainmueller (2015).

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> scan = scan_breaks(series)
    >>> scan.rank, len(scan.breaks)
    (1, 5)
    """
    check_points(series["year"].to_numpy(), first_after, shape)
    own = int(series.loc[series["year"] >= first_after, "year"].min())
    years = list_breaks(series, shape=shape, first_after=first_after)
    if len(years) < 2:
        raise StudyRefusal("no other year can be a break", key="break_no_placebo")
    rows = [_row(fit_break(series, first_after=year, shape=shape), chosen=year == own) for year in years]
    breaks = pd.DataFrame(rows)
    statistic = breaks.loc[breaks["chosen"], "statistic"].iloc[0]
    rank = int((breaks["statistic"] >= statistic - _SLACK).sum())
    return BreakScan(breaks, shape, rank, rank / len(breaks))


def _row(fit: BreakFit, *, chosen: bool) -> dict[str, object]:
    """Make the row of a candidate year."""
    ratio = {name: float(fit.ratio[name]) for name in ("rate_ratio", "low", "high")}
    return {
        "first_after": fit.first_after,
        **ratio,
        "statistic": fit.statistic,
        "p_value": fit.p_value,
        "chosen": chosen,
    }


def simulate_supremum(
    series: pd.DataFrame,
    *,
    seed: int,
    shape: str = "level",
    first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021,
    replicates: int = 999,
    scan: BreakScan | None = None,
) -> SupremumTest:
    """Compare the largest statistic of all breaks with that of series drawn without a break.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure.
    seed : int
        Seed of the draws.
    shape, first_after
        As in ``fit_break``; the trend shapes are drawn from a trend without break.
    replicates : int
        Number of simulated series.
    scan : BreakScan, optional
        Of the same series and shape, when it is at hand.

    Returns
    -------
    SupremumTest

    Raises
    ------
    StudyRefusal
        As ``scan_breaks``.

    Notes
    -----
    The statistic is that of Andrews (1993); with so few points its limit law is of no use, so the p-value is
    simulated from the model without break with its own dispersion (Davison and Hinkley 1997, chapter 4).

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": range(2017, 2025), "award_count": [50, 60, 55, 58, 52, 20, 25, 22], "exposure": 100}
    ... )
    >>> simulate_supremum(series, seed=1, replicates=199).first_after
    2022
    """
    scan = scan or scan_breaks(series, shape=shape, first_after=first_after)
    years, offset = series["year"].to_numpy(), np.log(series["exposure"].to_numpy(dtype="float64"))
    null = design_break(years, first_after, shape).drop(columns=["after", "year_after"], errors="ignore").to_numpy()
    observed = series["award_count"].to_numpy(dtype="float64")[None, :]
    means = fit_many(observed, null, offset=offset)
    dispersion = float(dispersions(observed, means, len(years) - null.shape[1])[0])
    random = np.random.default_rng(seed)
    drawn = draw_counts(means[0], dispersion=dispersion, replicates=replicates, random=random)
    drawn = drawn[drawn.sum(axis=1) > 0]
    nothing = deviances(drawn, fit_many(drawn, null, offset=offset))
    designs = [design_break(years, int(year), shape).to_numpy() for year in scan.breaks["first_after"]]
    simulated = np.array([_statistics(drawn, design, offset, nothing, null.shape[1]) for design in designs])
    draws, own = simulated.max(axis=0), simulated[scan.breaks["chosen"].to_numpy()][0]
    observed_own = float(scan.breaks.loc[scan.breaks["chosen"], "statistic"].iloc[0])
    largest = scan.largest
    return SupremumTest(
        float(largest["statistic"]),
        int(largest["first_after"]),
        draws,
        _share_above(draws, float(largest["statistic"])),
        _share_above(own, observed_own),
        dispersion,
    )


def _share_above(draws: np.ndarray, observed: float) -> float:
    """The share of draws at least as large, counting the observed one among them."""
    return (int((draws >= observed - _SLACK).sum()) + 1) / (len(draws) + 1)


def _statistics(
    counts: np.ndarray, design: np.ndarray, offset: np.ndarray, nothing: np.ndarray, terms: int
) -> np.ndarray:
    """F of the terms that the design has beyond the model without break, for each series (b)."""
    means = fit_many(counts, design, offset=offset)
    scale = np.maximum(1.0, dispersions(counts, means, counts.shape[1] - design.shape[1]))
    return np.asarray((nothing - deviances(counts, means)) / (design.shape[1] - terms) / scale)
