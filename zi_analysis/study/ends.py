"""Count models at the two ends of bounded counts: what a rate ratio can be at the least and at the most.

A stopgap with a plain meaning: it takes one reference type at its lower bounds and the others at their upper, and
the reverse. Each end is a full fit; the range between them is about what is unknown, each interval about chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.counts import CountFit, fit_counts
from zi_analysis.study.series import join_exposure


@dataclass(frozen=True)
class BoundEnds:
    """Two fits at the ends of the bounds and the range of rate ratios between them."""

    ratios: pd.DataFrame  # term, least, least_low, least_high, most, most_low, most_high
    at_least: CountFit  # others at their lower bounds, the reference type at its upper
    at_most: CountFit  # others at their upper bounds, the reference type at its lower
    rows: pd.DataFrame  # year, agency_type, lower, upper, exposure of the cells used
    left_out: pd.DataFrame  # cells without an upper bound or without an exposure


def fit_bound_ends(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    types: Sequence[str],
    predicate: str,
    years: Sequence[int],
    exposure: str,
    reference: str = "central",
    family: str = "poisson",
) -> BoundEnds:
    """Fit ``award_count ~ agency_type + year`` at the least and at the most favourable end for the other types.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    types : sequence of str
        Agency types compared, the reference among them.
    predicate : str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    exposure : str
        What counts are a rate of; where it is itself bounded its middle is used.
    reference : str
        The type the others are compared with.
    family : {"poisson", "nb2"}
        Poisson has HC1 errors.

    Returns
    -------
    BoundEnds
        Rate ratios of each type to the reference at both ends, with 95% intervals.

    Raises
    ------
    StudyRefusal
        If fewer than two types are compared, or no year has bounds for all of them, or a fit refuses.
    """
    if reference not in types or len(set(types)) < 2:
        message = f"compare {reference} with at least one other type; got {', '.join(types)}"
        raise StudyRefusal(message, key="types", type=reference, types=tuple(types))
    wanted = cells[
        cells["agency_type"].isin(list(types)) & (cells["predicate"] == predicate) & cells["year"].isin(list(years))
    ]
    joined = join_exposure(wanted, exposures, exposure)
    middle = (joined["exposure_lower"] + joined["exposure_upper"]).astype("Float64") / 2
    usable = joined["upper"].notna() & (middle.fillna(0) > 0)
    complete = usable.groupby(joined["year"]).transform("all")
    rows = joined.assign(exposure=middle.astype("float64"))[complete]
    if rows.empty:
        message = f"no year has an upper bound and {exposure} for all of {', '.join(types)}"
        raise StudyRefusal(message, key="no_bounds", measure=exposure, types=tuple(types))
    is_reference = rows["agency_type"] == reference
    formula = f"award_count ~ C(agency_type, Treatment('{reference}')) + year"
    at_least, at_most = (
        fit_counts(
            rows.assign(award_count=rows["upper"].where(mask, rows["lower"]).astype("int64")),
            formula=formula,
            exposure="exposure",
            family=family,
            covariance="HC1" if family == "poisson" else "model",
        )
        for mask in (is_reference, ~is_reference)
    )
    shown = rows[["cell_id", "year", "agency_type", "lower", "upper", "exposure"]]
    return BoundEnds(
        _range_of(at_least, at_most),
        at_least,
        at_most,
        shown.reset_index(drop=True),
        joined[~complete].reset_index(drop=True),
    )


def _range_of(at_least: CountFit, at_most: CountFit) -> pd.DataFrame:
    """Put the ratios of both fits side by side, without the intercept and the year."""
    keep = ["term", "rate_ratio", "low", "high"]
    names = [{"rate_ratio": end, "low": f"{end}_low", "high": f"{end}_high"} for end in ("least", "most")]
    first, second = (
        fit.coefficients[keep].rename(columns=name) for fit, name in zip((at_least, at_most), names, strict=True)
    )
    both = first.merge(second, on="term", validate="1:1")
    return both[both["term"].str.contains("agency_type", regex=False)].reset_index(drop=True)
