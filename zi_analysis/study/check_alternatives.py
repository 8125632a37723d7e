"""Checks of disputed figures: a count fit again with each other value that pages tell."""

import numpy as np
import pandas as pd

from zi_analysis.study.variants import fit_ratios, fit_variants

_COLUMNS = [
    *("year", "measure", "predicate", "value_used", "value_other", "term", "rate_ratio", "ratio_other"),
    *("low", "high", "factor", "moves", "claim_changes", "reason"),
]


def try_alternatives(
    cells: pd.DataFrame, alternatives: pd.DataFrame, *, formula: str, exposure: str, family: str
) -> pd.DataFrame:
    """Replace one disputed figure at a time by another value told, and fit a count model again.

    Parameters
    ----------
    cells : DataFrame
        The rows that were fitted: year, predicate, award_count, exposure.
    alternatives : DataFrame
        From ``list_alternatives``: year, measure, predicate, value. A value of ``units_awarded`` replaces the count
        of its year and predicate, one of `exposure` the exposure of its year; others do not enter the fit.
    formula : str
        As for ``fit_counts``; the exposure is the column exposure.
    exposure : str
        Measure that the column exposure holds.
    family : {"poisson", "nb2"}
        Poisson takes robust errors (HC1).

    Returns
    -------
    DataFrame
        One row for each other value and term but the intercept, in the order of `alternatives`: year, measure,
        predicate, value_used, value_other, term, rate_ratio (as settled), ratio_other, low, high (95%, with the other
        value), factor (ratio_other over rate_ratio), moves (the change of the logarithm in widths of the interval as
        settled), claim_changes (whether the ratio's interval now lies otherwise to 1), reason (why there is no answer
        with the other value; None where there is one).

    Raises
    ------
    StudyRefusal
        If the rows as settled cannot be fitted.

    Notes
    -----
    Influence by replacement rather than deletion (Cook 1986 on local influence has the idea): a disputed figure is
    never absent, it is one of the values told.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [1, 1, 2, 2, 3, 3], "predicate": ["WBK", "WBBM"] * 3})
    >>> cells = cells.assign(award_count=[20, 4, 31, 7, 25, 3], exposure=100)
    >>> other = pd.DataFrame({"year": [2], "measure": "units_awarded", "predicate": "WBBM", "value": [17]})
    >>> tried = try_alternatives(
    ...     cells, other, formula="award_count ~ C(predicate)", exposure="units_proposed", family="poisson"
    ... )
    >>> tried[["value_used", "value_other", "claim_changes"]].to_numpy().tolist()
    [[7, 17, False]]
    """
    rows = cells.reset_index(drop=True)
    settled = fit_ratios(rows, formula=formula, exposure="exposure", family=family)
    heads, variants = [], []
    for figure in alternatives.to_dict("records"):
        entering = _entering(rows, figure, exposure)
        if not entering.any():
            continue
        column = "award_count" if figure["measure"] == "units_awarded" else "exposure"
        variants.append(rows.assign(**{column: rows[column].mask(entering, figure["value"])}))
        used = {"value_used": int(rows.loc[entering, column].iloc[0]), "value_other": int(figure["value"])}
        heads.append({name: figure[name] for name in ("year", "measure", "predicate")} | used)
    answers = fit_variants(rows, variants, formula=formula, exposure="exposure", family=family)
    found = [_compare(settled, answer).assign(**head) for head, answer in zip(heads, answers, strict=True)]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)
    return table[_COLUMNS]


def _entering(cells: pd.DataFrame, figure: dict, exposure: str) -> pd.Series:
    """Rows of the fit in which a disputed figure stands."""
    of_year = cells["year"] == figure["year"]
    if figure["measure"] == "units_awarded":
        return of_year & (cells["predicate"] == figure["predicate"])
    return of_year & (figure["measure"] == exposure)


def _compare(settled: pd.DataFrame, after: pd.DataFrame | str) -> pd.DataFrame:
    """Ratios with a figure replaced, beside those as settled."""
    before = settled[["term", "rate_ratio"]]
    if isinstance(after, str):
        nothing = dict.fromkeys(["ratio_other", "low", "high", "factor", "moves"], np.nan)
        return before.assign(**nothing, claim_changes=True, reason=after)
    factor = after["rate_ratio"] / settled["rate_ratio"]
    return before.assign(
        ratio_other=after["rate_ratio"],
        low=after["low"],
        high=after["high"],
        factor=factor,
        moves=np.log(factor).abs() / np.log(settled["high"] / settled["low"]),
        claim_changes=_side(after) != _side(settled),
        reason=None,
    )


def _side(ratios: pd.DataFrame) -> pd.Series:
    """Whether each interval lies above 1 (1), below 1 (-1) or holds it (0)."""
    return (ratios["low"] > 1).astype("int64") - (ratios["high"] < 1).astype("int64")
