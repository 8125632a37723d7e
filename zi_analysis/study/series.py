"""Frames for the models: which counts are known exactly, what they are rates of, and the ends of the others."""

from collections.abc import Sequence

import pandas as pd

from zi_analysis.errors import StudyRefusal

FIRST_YEAR_UNDER_RULES_OF_2021 = 2022  # as data/decisions/rules_in_force.csv says, with the reason
EXPOSURES = ("agencies_existing", "agencies_evaluated", "agencies_proposing", "units_proposed", "none")


def join_exposure(cells: pd.DataFrame, exposures: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Put beside each cell the bounds of what its count is a rate of.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    measure : str
        One of ``EXPOSURES``; "none" gives 1.

    Returns
    -------
    DataFrame
        ``cells`` with exposure_lower and exposure_upper (missing where unknown).
    """
    if measure == "none":
        return cells.assign(exposure_lower=1, exposure_upper=1)
    if measure not in EXPOSURES:
        raise StudyRefusal(f"exposure {measure!r} is not known; choose one of {', '.join(EXPOSURES)}")
    known = exposures[(exposures["measure"] == measure) & (exposures["status"] != "unknown")]
    columns = known[["year", "agency_type", "lower", "upper"]]
    named = columns.rename(columns={"lower": "exposure_lower", "upper": "exposure_upper"})
    return cells.merge(named, on=["year", "agency_type"], how="left", validate="m:1")


def exact_counts(
    cells: pd.DataFrame,
    exposures: pd.DataFrame,
    *,
    groups: Sequence[str],
    predicates: Sequence[str],
    years: Sequence[int],
    exposure: str,
) -> pd.DataFrame:
    """Select the cells that a count model can use as they are: exact, with an exact exposure.

    Parameters
    ----------
    cells, exposures : DataFrame
        From ``count_cells``.
    groups : sequence of str
        Agency types or sums of them ("all", "local", ...).
    predicates : sequence of str
        WBK, WBBM or all.
    years : sequence of int
        Evaluation years.
    exposure : str
        What the count is a rate of; one of ``EXPOSURES``.

    Returns
    -------
    DataFrame
        cell_id, year, agency_type, predicate, lower, upper, award_count, exposure, used (yes | no),
        reason (what is not exact: count | exposure).
    """
    wanted = cells[
        cells["agency_type"].isin(list(groups))
        & cells["predicate"].isin(list(predicates))
        & cells["year"].isin(list(years))
    ]
    joined = join_exposure(wanted, exposures, exposure)
    exact = joined["lower"] == joined["upper"]
    exposed = (joined["exposure_lower"] == joined["exposure_upper"]).fillna(value=False)
    reason = pd.Series(pd.NA, index=joined.index, dtype="str")
    reason[~exposed] = "exposure"
    reason[~exact.fillna(value=False)] = "count"
    rows = joined.assign(
        award_count=joined["lower"].where(exact.fillna(value=False)).astype("Int64"),
        exposure=joined["exposure_lower"].where(exposed).astype("Int64"),
        used=reason.isna().map({True: "yes", False: "no"}),
        reason=reason,
    )
    facts = ["cell_id", "year", "agency_type", "predicate", "lower", "upper"]
    return rows[[*facts, "award_count", "exposure", "used", "reason"]].reset_index(drop=True)


def bounded_rates(cells: pd.DataFrame, exposures: pd.DataFrame, *, measure: str, per: int = 100) -> pd.DataFrame:
    """Bound awards per so many of the exposure: lowest count over highest exposure, and the reverse.

    Returns
    -------
    DataFrame
        ``cells`` with rate_low and rate_high (missing where a bound is); ``rate_high`` is missing when the
        exposure may be zero.
    """
    joined = join_exposure(cells, exposures, measure)
    per = 1 if measure == "none" else per  # bare counts are no rate
    low = per * joined["lower"].astype("Float64") / joined["exposure_upper"].astype("Float64")
    most = joined["exposure_lower"].astype("Float64").where(joined["exposure_lower"] > 0)
    high = per * joined["upper"].astype("Float64") / most
    return joined.assign(rate_low=low.astype("float64"), rate_high=high.astype("float64"))
