"""Value of unpublished counts for the panel, coverage of its intervals, and how well its agency-years are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.batches import draw_counts
from zi_analysis.study.panel import PanelFit
from zi_analysis.study.panel_errors import fit_year_effects, other_years
from zi_analysis.study.panel_rows import dummy_matrix, number_components


@dataclass(frozen=True)
class IntervalCoverage:
    """How often intervals held the truth in series drawn from the fitted panel."""

    clustered: float  # share, CRV1
    jackknife: float  # share, CV3
    replicates: int
    seed: int
    dispersion: float  # variance over mean of the draws


def simulate_coverage(fit: PanelFit, *, seed: int, replicates: int = 200) -> IntervalCoverage:
    """Draw panels from the fitted means and count how often each kind of interval holds the fitted ratios.

    Parameters
    ----------
    fit : PanelFit
        From ``fit_panel``.
    seed : int
        Seed of the draws.
    replicates : int
        Panels drawn.

    Returns
    -------
    IntervalCoverage
        Shares over years and panels, years without an interval left out.

    Raises
    ------
    StudyRefusal
        If no year has an interval.

    Notes
    -----
    Parametric bootstrap with the variance of the first kind of negative binomial at the fit's dispersion.

    Examples
    --------
    >>> panel = pd.DataFrame(
    ...     {"agency_id": list("aabbccdd"), "agency": list("AABBCCDD"), "agency_type": "central", "predicate": "all",
    ...      "year": [2020, 2021] * 4, "lower": [40, 20, 30, 18, 10, 4, 9, 7], "upper": [40, 20, 30, 18, 10, 4, 9, 7],
    ...      "status": "exact"})
    >>> from zi_analysis.study.panel import fit_panel
    >>> shown = simulate_coverage(fit_panel(panel, predicate="all", years=[2020, 2021]), seed=1, replicates=50)
    >>> shown.jackknife > 0.7, shown.replicates
    (True, 50)
    """
    rows = fit.cells[fit.cells["used"] == "yes"]
    table = fit.years[fit.years["year"] != fit.reference]
    sure = table["hangs_on"].isna().to_numpy()
    if not sure.any():
        raise StudyRefusal("no year has an interval; each hangs on one agency", key="panel_no_interval")
    dispersion = 1.0 if np.isnan(fit.dispersion) else max(1.0, fit.dispersion)
    means = rows["expected"].to_numpy(dtype="float64")
    drawn = draw_counts(means, dispersion=dispersion, replicates=replicates, random=np.random.default_rng(seed))
    effects = fit_year_effects(rows, drawn, reference=fit.reference)
    gaps = np.abs(effects.estimates - table["estimate"].to_numpy(dtype="float64"))[:, sure]
    reach = stats.t(fit.n_agencies - 1).ppf(0.975)
    clustered, jackknife = (
        float((gaps <= reach * errors[:, sure]).mean()) for errors in (effects.clustered, effects.jackknife)
    )
    return IntervalCoverage(clustered, jackknife, replicates, seed, dispersion)


def value_cells(fit: PanelFit) -> pd.DataFrame:
    """Rank the agency-years that are not whole by what publishing one would add.

    Parameters
    ----------
    fit : PanelFit
        From ``fit_panel``.

    Returns
    -------
    DataFrame
        agency, year, lower (what is known), years_joined (tuple of years that it would join to those compared), linked
        (how many), narrowing (share by which the standard errors of the years compared would shrink on average;
        missing where the year is not yet compared), size (the agency's expected awards in the reference year; missing
        when it is not in the model);
        most years linked first, then most narrowing, then size.

    Raises
    ------
    StudyRefusal
        If every agency-year is whole.

    Notes
    -----
    Expected information of one more Poisson cell at the fitted mean (preposterior analysis, Raiffa and Schlaifer 1961).

    Examples
    --------
    >>> panel = pd.DataFrame(
    ...     {"agency_id": list("aabbccdd"), "agency": list("AABBCCDD"), "agency_type": "central", "predicate": "all",
    ...      "year": [2020, 2021] * 4, "lower": [40, 20, 30, 18, 10, 4, 9, None],
    ...      "upper": [40, 20, 30, 18, 10, 4, 9, None], "status": ["exact"] * 7 + ["unknown"]})
    >>> from zi_analysis.study.panel import fit_panel
    >>> ranked = value_cells(fit_panel(panel, predicate="all", years=[2020, 2021]))
    >>> ranked[["agency", "year", "linked"]].to_numpy().tolist()
    [['D', 2021, 0]]
    """
    cells = fit.cells
    exact = cells[(cells["status"] == "exact") & (cells["reason"] != "separated")]
    open_cells = cells[(cells["status"] != "exact") & cells["agency_id"].isin(exact["agency_id"])]
    if open_cells.empty:
        raise StudyRefusal("every agency-year of these is whole", key="panel_all_known")
    level = _levels(fit)
    ratios = fit.years.set_index("year")["rate_ratio"]
    parts = number_components(exact)
    main = int(parts[exact["year"] == fit.reference].iloc[0])
    found = [
        {
            "agency": row["agency"],
            "year": int(row["year"]),
            "lower": row["lower"],
            "years_joined": _joined(exact, parts, main, str(row["agency_id"]), int(row["year"])),
            "narrowing": _narrowing(fit, row, level, ratios),
            "size": level.get(row["agency_id"], np.nan),
        }
        for row in open_cells[["agency_id", "agency", "year", "lower"]].to_dict("records")
    ]
    linked = [len(row["years_joined"]) for row in found]
    order = ["linked", "narrowing", "size", "agency", "year"]
    ranked = pd.DataFrame(found).assign(linked=linked).sort_values(order, ascending=[False, False, False, True, True])
    return ranked.astype({"lower": "Int64"}).reset_index(drop=True)


def _levels(fit: PanelFit) -> dict[str, float]:
    """Each agency's expected awards in the reference year."""
    rows = fit.cells[fit.cells["used"] == "yes"]
    ratios = rows["year"].map(fit.years.set_index("year")["rate_ratio"])
    return {
        str(name): float(value) for name, value in (rows["expected"] / ratios).groupby(rows["agency_id"]).mean().items()
    }


def _joined(exact: pd.DataFrame, parts: pd.Series, main: int, agency_id: str, year: int) -> tuple[int, ...]:
    """Years that one more agency-year would join to the main part, through its agency or through its year."""
    by_agency = exact["agency_id"] == agency_id
    by_year = exact["year"] == year
    agency_part, year_part = (set(parts[mask]) for mask in (by_agency, by_year))
    if (main in agency_part) == (main in year_part):
        return ()
    far = year_part if main in agency_part else agency_part
    years = set(exact.loc[parts.isin(far), "year"]) | ({year} if main in agency_part else set())
    return tuple(sorted(int(one) for one in years))


def _narrowing(fit: PanelFit, row: dict, level: dict[str, float], ratios: pd.Series) -> float:
    """By how much one more cell would narrow the intervals, on average."""
    if row["agency_id"] not in level or row["year"] not in ratios.index:
        return np.nan
    rows = fit.cells[fit.cells["used"] == "yes"][["agency_id", "year", "expected"]]
    added = {"agency_id": row["agency_id"], "year": row["year"]}
    added["expected"] = level[row["agency_id"]] * float(ratios[row["year"]])
    before = _log_errors(rows, fit.reference)
    after = _log_errors(pd.concat([rows, pd.DataFrame([added])], ignore_index=True), fit.reference)
    return float(1 - np.exp((after - before).mean()))


def _log_errors(rows: pd.DataFrame, reference: int) -> np.ndarray:
    """Logarithms of the years' Poisson standard errors."""
    matrix = dummy_matrix(rows, reference=reference).to_numpy()
    weights = rows["expected"].to_numpy(dtype="float64")
    variance = np.diag(np.linalg.inv((matrix * weights[:, None]).T @ matrix))
    years = len(other_years(rows, reference=reference))
    return np.asarray(0.5 * np.log(variance[-years:]))


def count_coverage(
    panel_cells: pd.DataFrame, totals: pd.DataFrame, exposures: pd.DataFrame, *, agency_types: Sequence[str]
) -> pd.DataFrame:
    """Count in each year how many agencies tell a whole count, a part or nothing, and the awards they hold.

    Parameters
    ----------
    panel_cells : DataFrame
        From `select_panel`.
    totals : DataFrame
        From ``bound_totals``: year, lower, upper, published.
    exposures : DataFrame
        From ``count_cells``, for the agencies that exist.
    agency_types : sequence of str
        The types of panel and totals.

    Returns
    -------
    DataFrame
        year, existing, exact, at_least, nothing (agencies), used (in the model), published (awards in whole counts),
        lower, upper (awards of these types), covered_low, covered_high (published over upper and over lower bound).

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2020, 2020], "status": ["exact", "at_least"], "used": ["yes", "no"]})
    >>> totals = pd.DataFrame({"year": [2020], "lower": [10], "upper": [20], "published": [5]})
    >>> exposures = pd.DataFrame(
    ...     {"year": [2020], "agency_type": "central", "measure": "agencies_existing", "lower": [9]})
    >>> table = count_coverage(cells, totals, exposures, agency_types=["central"])
    >>> table[["nothing", "covered_low", "covered_high"]].to_numpy().tolist()
    [[7, 0.25, 0.5]]
    """
    wanted = (exposures["measure"] == "agencies_existing") & exposures["agency_type"].isin(list(agency_types))
    existing = exposures[wanted].groupby("year")["lower"].sum()
    by_year = panel_cells.groupby("year")
    table = totals.assign(existing=totals["year"].map(existing).astype("Int64"))
    for name in ("exact", "at_least"):
        told = by_year["status"].agg(lambda values, name=name: int((values == name).sum()))
        table[name] = table["year"].map(told).fillna(0).astype("Int64")
    used = by_year["used"].agg(lambda values: int((values == "yes").sum()))
    table["used"] = table["year"].map(used).fillna(0).astype("Int64")
    table["nothing"] = table["existing"] - table["exact"] - table["at_least"]
    lower, upper = (table[name].astype("float64").where(lambda values: values > 0) for name in ("lower", "upper"))
    published = table["published"].astype("float64")
    columns = ["year", "existing", "exact", "at_least", "nothing", "used", "published", "lower", "upper"]
    shares = {"covered_low": published / upper, "covered_high": (published / lower).clip(upper=1.0)}
    return table[columns].assign(**shares).reset_index(drop=True)
