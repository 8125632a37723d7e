"""Decomposition: a change of awards is a change of proposals times a change of their success."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.breaks import fit_break
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021

PARTS = ("awards", "proposals", "success")


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The change of awards between years before and after, in two factors.

    Attributes
    ----------
    parts : DataFrame
        before, after (comma lists of years), part (awards, proposals, success), log_change, ratio, low, high (95%;
        missing for awards and proposals of one year against one, which are known numbers and no sample), share
        (of the log change of awards; missing where the two factors go opposite ways). For each pair the log
        changes of proposals and success add up to that of awards.
    dispersion : dict
        Part -> Pearson dispersion of the change of level over all years, from which the intervals come.
    degrees : int
        Years less two.
    """

    parts: pd.DataFrame
    dispersion: dict[str, float]
    degrees: int


def decompose_change(series: pd.DataFrame, *, first_after: int = FIRST_YEAR_UNDER_RULES_OF_2021) -> Decomposition:
    """Split the change of awards per year into that of proposals and that of the success of proposals.

    Awards per year = units proposed per year x awards per unit proposed, so the logarithms of the ratios add
    up. The years after are compared with all years before together, and with each of them alone.

    Parameters
    ----------
    series : DataFrame
        year, award_count, exposure = units proposed; exact years only.
    first_after : int
        First year after the break.

    Returns
    -------
    Decomposition

    Raises
    ------
    StudyRefusal
        If a side has no year or no award, or there are fewer than three years.

    Notes
    -----
    The two factors are those of Kitagawa (1955) in logarithms, where no interaction is left. Intervals take the
    scatter of years around their side's mean (quasi-Poisson, McCullagh and Nelder 1989) and Student's t: they
    say how far such a ratio moves from year to year.

    Examples
    --------
    >>> series = pd.DataFrame(
    ...     {"year": [2019, 2020, 2021, 2022], "award_count": [30, 40, 44, 9], "exposure": [100, 210, 190, 90]}
    ... )
    >>> parts = decompose_change(series).parts
    >>> parts.loc[parts["before"] == "2021", "ratio"].round(3).tolist()
    [0.205, 0.474, 0.432]
    """
    tables = {
        "awards": series.assign(exposure=1),
        "proposals": series.assign(award_count=series["exposure"], exposure=1),
        "success": series,
    }
    fits = {part: fit_break(table, first_after=first_after) for part, table in tables.items()}
    late = (series["year"] >= first_after).to_numpy()
    befores = [series[~late], *(series[~late].iloc[[place]] for place in range(int((~late).sum())))]
    noise = {part: max(1.0, fit.dispersion) for part, fit in fits.items()}
    degrees = fits["success"].degrees
    unique = befores[:1] if len(befores) == 2 else befores
    rows = [row for before in unique for row in _compare(before, series[late], noise, degrees)]
    return Decomposition(pd.DataFrame(rows), {part: fit.dispersion for part, fit in fits.items()}, degrees)


def _compare(
    before: pd.DataFrame, after: pd.DataFrame, noise: dict[str, float], degrees: int
) -> list[dict[str, object]]:
    """The three ratios of one pair of periods."""
    awards, proposals = ([float(side[name].sum()) for side in (before, after)] for name in ("award_count", "exposure"))
    if awards[0] == 0:
        raise StudyRefusal("a year before has no award", key="break_zero_side")
    years = np.log(len(before) / len(after))
    changes = {
        "awards": np.log(awards[1] / awards[0]) + years,
        "proposals": np.log(proposals[1] / proposals[0]) + years,
    }
    changes["success"] = changes["awards"] - changes["proposals"]
    sizes = {"awards": awards, "proposals": proposals, "success": awards}
    reach = stats.t.ppf(0.975, degrees)
    errors = {part: float(np.sqrt(noise[part] * (1 / sizes[part][0] + 1 / sizes[part][1]))) for part in PARTS}
    sampled = {"success"} if len(before) == len(after) == 1 else set(PARTS)
    told = {"before": _list(before["year"]), "after": _list(after["year"])}
    agree = changes["proposals"] * changes["success"] >= 0 and changes["awards"] != 0
    return [
        {
            **told,
            "part": part,
            "log_change": float(changes[part]),
            "ratio": float(np.exp(changes[part])),
            "low": float(np.exp(changes[part] - reach * errors[part])) if part in sampled else None,
            "high": float(np.exp(changes[part] + reach * errors[part])) if part in sampled else None,
            "share": float(changes[part] / changes["awards"]) if agree else None,
        }
        for part in PARTS
    ]


def _list(years: pd.Series) -> str:
    """Write years one after the other."""
    return ", ".join(str(year) for year in years)
