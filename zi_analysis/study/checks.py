"""Checks: what a count fit gets wrong, and on which year or cell each of its ratios hangs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.study.counts import CountFit
from zi_analysis.study.variants import fit_ratios, fit_variants

_LEAST_BINS, _MOST_BINS = 3, 12
_RATIO = ["term", "rate_ratio", "low", "high"]


@dataclass(frozen=True)
class LeftOut:
    """A fit and its refits without one year, or without one cell, at a time.

    Attributes
    ----------
    whole : DataFrame
        term, rate_ratio, low, high of the fit of all rows; without the intercept.
    ratios : DataFrame
        left_out, then the same columns; one row for each refit and term.
    refused : DataFrame
        left_out, reason: what cannot be fitted without that year or cell.
    """

    whole: pd.DataFrame
    ratios: pd.DataFrame
    refused: pd.DataFrame


def hang_rootogram(fit: CountFit, *, bins: int | None = None) -> pd.DataFrame:
    """Compare how many cells have a count in each range with how many the fit expects there.

    Parameters
    ----------
    fit : CountFit
        A fit; quasi-Poisson expects as Poisson does.
    bins : int, optional
        Ranges of counts, equally wide on the scale of square roots; twice the root of the number of cells when
        left out, 3 to 12.

    Returns
    -------
    DataFrame
        low, high (counts of the range, both included; high is missing in the last, open one), observed, expected
        (numbers of cells), gap (root of observed less root of expected: how far a bar that hangs from the curve
        ends above, or below, zero).

    Notes
    -----
    Tukey (1977); for count regressions Kleiber and Zeileis (2016).

    Examples
    --------
    >>> from zi_analysis.study.counts import fit_counts
    >>> cells = pd.DataFrame({"awards": [2, 3, 4, 5, 30, 35], "kind": list("aaaabb")})
    >>> ranges = hang_rootogram(fit_counts(cells, formula="awards ~ C(kind)", exposure=None), bins=3)
    >>> ranges["observed"].tolist(), round(float(ranges["expected"].sum()), 6)
    ([2, 2, 2], 6.0)
    """
    observed = fit.expected["observed"].to_numpy()
    number = bins or int(np.clip(2 * np.sqrt(len(observed)), _LEAST_BINS, _MOST_BINS))
    edges = np.unique(np.ceil(np.linspace(0, np.sqrt(observed.max() + 1), number + 1) ** 2).astype("int64"))
    below = _law(fit)
    reached = np.array([below(edge - 1).sum() for edge in edges[:-1]] + [float(len(observed))])
    rows = pd.DataFrame(
        {
            "low": edges[:-1],
            "high": pd.array([*(edges[1:-1] - 1), pd.NA], dtype="Int64"),
            "observed": np.histogram(observed, bins=[*edges[:-1], np.inf])[0],
            "expected": np.diff(reached),
        }
    )
    return rows.assign(gap=np.sqrt(rows["observed"]) - np.sqrt(rows["expected"]))


def _law(fit: CountFit) -> Callable[[int], np.ndarray]:
    """The probability, for each cell, of a count up to a number."""
    means = fit.expected["expected"].to_numpy()
    if fit.alpha is None:
        return lambda count: stats.poisson.cdf(count, means)
    size, share = 1 / fit.alpha, 1 / (1 + fit.alpha * means)
    return lambda count: stats.nbinom.cdf(count, size, share)


def leave_years_out(cells: pd.DataFrame, *, formula: str, exposure: str | None, family: str) -> LeftOut:
    """Refit a count model without one year at a time.

    Parameters
    ----------
    cells : DataFrame
        The rows that were fitted, with a column year.
    formula, exposure, family
        As for ``fit_counts``; Poisson takes robust errors (HC1).

    Returns
    -------
    LeftOut
        left_out holds years.

    Raises
    ------
    StudyRefusal
        If all rows together cannot be fitted.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [9, 6, 30, 33, 7, 41], "kind": list("aabbab"), "year": [1, 2, 1, 2, 3, 3]})
    >>> left = leave_years_out(cells, formula="awards ~ C(kind)", exposure=None, family="poisson")
    >>> left.ratios["left_out"].tolist()
    [1, 2, 3]
    """
    return _leave_out(cells, cells["year"], formula=formula, exposure=exposure, family=family)


def leave_cells_out(cells: pd.DataFrame, *, formula: str, exposure: str | None, family: str) -> LeftOut:
    """Refit a count model without one cell at a time: the influence of each figure.

    Parameters
    ----------
    cells, formula, exposure, family
        As in `leave_years_out`; cells has a column cell_id.

    Returns
    -------
    LeftOut
        left_out holds cell_ids.
    """
    return _leave_out(cells, cells["cell_id"], formula=formula, exposure=exposure, family=family)


def _leave_out(cells: pd.DataFrame, by: pd.Series, *, formula: str, exposure: str | None, family: str) -> LeftOut:
    """Fit without each level in turn; what is refused is told."""
    rows, by = cells.reset_index(drop=True), by.reset_index(drop=True)
    whole = fit_ratios(rows, formula=formula, exposure=exposure, family=family)
    out = by.drop_duplicates().tolist()
    variants = [rows[by != left] for left in out]
    fits = fit_variants(rows, variants, formula=formula, exposure=exposure, family=family)
    answers = dict(zip(out, fits, strict=True))
    found = [answer.assign(left_out=left) for left, answer in answers.items() if isinstance(answer, pd.DataFrame)]
    refused = [{"left_out": left, "reason": answer} for left, answer in answers.items() if isinstance(answer, str)]
    columns = ["left_out", *_RATIO]
    table = pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)
    return LeftOut(whole, table, pd.DataFrame(refused, columns=["left_out", "reason"]))


def rank_influence(left: LeftOut) -> pd.DataFrame:
    """Rank what was left out by how far it moves a ratio.

    Parameters
    ----------
    left : LeftOut
        From `leave_cells_out` or `leave_years_out`.

    Returns
    -------
    DataFrame
        left_out, term, rate_ratio (of all rows), without (the ratio without it), factor (without over whole), moves
        (the change of the logarithm in widths of the whole interval), largest first.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [9, 6, 30, 33, 7, 90], "kind": list("aabbab"), "year": [1, 2, 1, 2, 3, 3]})
    >>> left = leave_years_out(cells, formula="awards ~ C(kind)", exposure=None, family="poisson")
    >>> rank_influence(left)["left_out"].tolist()[0]
    3
    """
    whole = left.whole.assign(width=np.log(left.whole["high"] / left.whole["low"]))
    rows = left.ratios.rename(columns={"rate_ratio": "without"})[["left_out", "term", "without"]]
    joined = rows.merge(whole[["term", "rate_ratio", "width"]], on="term", validate="m:1")
    joined["factor"] = joined["without"] / joined["rate_ratio"]
    joined["moves"] = np.log(joined["factor"]).abs() / joined["width"]
    ranked = joined.sort_values(["moves", "left_out", "term"], ascending=[False, True, True], ignore_index=True)
    return ranked[["left_out", "term", "rate_ratio", "without", "factor", "moves"]]


def judge_ratio(left: LeftOut, term: str) -> tuple[str, list[object]]:
    """Say whether a ratio differs from 1 whatever year is left out.

    Parameters
    ----------
    left : LeftOut
        From `leave_years_out`.
    term : str
        A term of the fit.

    Returns
    -------
    verdict : {"holds", "only_if", "unsaid"}
        unsaid when the interval of all rows holds 1; only_if when it does not, but that of some refit does, or a
        refit is refused.
    needed : list
        With only_if: the years that must stay in.

    Examples
    --------
    >>> cells = pd.DataFrame({"awards": [9, 6, 30, 33, 7, 90], "kind": list("aabbab"), "year": [1, 2, 1, 2, 3, 3]})
    >>> judge_ratio(leave_years_out(cells, formula="awards ~ C(kind)", exposure=None, family="poisson"), "C(kind)[T.b]")
    ('holds', [])
    """
    row = left.whole.set_index("term").loc[term]
    if row["low"] <= 1 <= row["high"]:
        return "unsaid", []
    others = left.ratios[left.ratios["term"] == term]
    fails = (others["low"] > 1) != (row["low"] > 1)
    fails |= (others["low"] <= 1) & (others["high"] >= 1)
    needed = [*others.loc[fails, "left_out"], *left.refused["left_out"]]
    return ("only_if", sorted(needed)) if needed else ("holds", [])
