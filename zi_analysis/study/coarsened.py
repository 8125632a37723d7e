"""Coarsened counts: relate counts that are known exactly, within bounds or only in sum to agency type and year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from zi_analysis.errors import ParameterError, StudyRefusal
from zi_analysis.study.coarsened_known import Known, Weighed, prepare_known
from zi_analysis.study.coarsened_profile import Terms, polish, profile_terms
from zi_analysis.study.coarsened_surface import Surface, Top, find_top, guess_start
from zi_analysis.study.coarsened_tables import CoarseTable, read_coarse_table
from zi_analysis.study.columns import check_table, read_exposure
from zi_analysis.study.designs import Design, build_design
from zi_analysis.study.formulas import Formula, closest, read_formula

FAMILIES = ("poisson", "nb2")
INTERVALS = ("profile", "profile_t", "wald")
_SMALLEST_ALPHA = 1e-5


@dataclass(frozen=True, eq=False)
class CoarsenedFit:
    """A count model of cells that are known exactly, within bounds or only in sum.

    Attributes
    ----------
    coefficients : DataFrame
        term, estimate, std_error, rate_ratio, low, high, p_value; low and high bound the rate ratio (95%, profile
        likelihood), p_value is of the likelihood ratio test. What is not identified is missing. Where the
        likelihood never falls on one side, there is an interval with an open end (a ratio of 0 or infinite) and
        no estimate.
    identified : Series of bool
        By term: False where what is known says nothing of it.
    log_likelihood : float
        Logarithm of the probability of all that is known, at the maximum.
    expected : DataFrame
        Under the index of the cells: the factors, lower, upper, known (exact, bounded, sum, unknown), and, given
        all that is known and the fitted coefficients, the mean ``expected`` and 95% interval ``low``, ``high``.
    alpha : float or None
        Overdispersion of nb2, variance mu + alpha mu^2; None for poisson.
    reference : dict
        Factor -> level the others are compared with; ``"year"`` -> the centre when a calendar year was centred.
    family : str
        As asked for.
    exposure : str or None
        Column that the counts are a rate of.
    n_cells, n_sums : int
        Rows used.
    left_out : tuple of str
        Sums left out by name.
    method : str
        "convolution" (sums nest) or "enumeration" (sums cross); both are exact.
    covariance : DataFrame
        Inverse of the information that what is known holds, identified terms only.
    degrees : int or None
        Degrees of freedom of the intervals, when asked for; else None.
    """

    coefficients: pd.DataFrame
    identified: pd.Series
    log_likelihood: float
    expected: pd.DataFrame
    alpha: float | None
    reference: dict[str, str | int]
    family: str
    exposure: str | None
    n_cells: int
    n_sums: int
    left_out: tuple[str, ...]
    method: str
    covariance: pd.DataFrame
    degrees: int | None


def fit_coarsened(
    cells: pd.DataFrame,
    sums: pd.DataFrame | None = None,
    *,
    formula: str,
    exposure: str | None,
    family: str = "poisson",
    leave_out: Sequence[str] = (),
    intervals: str = "profile",
) -> CoarsenedFit:
    """Relate counts of cells to agency type, year or other columns when many are known only within bounds or in sum.

    Parameters
    ----------
    cells : DataFrame
        One row per cell: factor columns, ``lower`` and ``upper``. Equal bounds are an exact count, an empty upper
        is no bound, an empty lower is 0.
    sums : DataFrame or None
        One row per sum over cells: factor columns, empty or absent where summed over, and ``total`` (or ``lower``
        and ``upper``); ``name`` is optional.
    formula : str
        ``"C(agency_type) + year"``; a left side may stand there and is only a name. See `read_formula`.
    exposure : str or None
        Column of ``cells`` that the counts are a rate of; None, said aloud, for bare counts.
    family : {"poisson", "nb2"}
        nb2 is the negative binomial with variance mu + alpha mu^2, alpha estimated.
    leave_out : sequence of str
        Names of sums not to be used; they are listed in the result.
    intervals : {"profile", "profile_t", "wald"}
        profile_t is wider, for few data under nb2: twice the drop of the likelihood is compared with F(1, degrees),
        see the notes. wald is quicker and only right where the likelihood is near quadratic.

    Returns
    -------
    CoarsenedFit
        Coefficients with intervals, what is identified, and each cell's count given all that is known.

    Raises
    ------
    EvidenceError
        If bounds, totals or exposures are not what they should be; value, row and way out are named.
    ParameterError
        If family or intervals is not one of those named.
    StudyRefusal
        If what is known contradicts itself, the formula is not allowed, nb2 has no overdispersion, or sums cross
        in so many ways that adding up all counts needs too much memory; some can then be left out by name.

    Notes
    -----
    The counts of cells are independent given their means, and how they came to be known does not depend on them
    beyond what is known (coarsening at random, Heitjan and Rubin 1991). The likelihood is the sum of the
    probabilities of all tables of counts that meet every bound and sum, as in the composite link functions of
    Thompson and Baker (1981); its gradient and information are conditional moments (Louis 1982). Intervals are
    profile likelihood intervals (Venzon and Moolgavkar 1988).
    Cells that are not exact and stand in common sums tell of each other, so as with clustered errors (Cameron and
    Miller 2015) profile_t has one degree of freedom less than there are groups of cells tied by sums, an exact
    cell being a group of its own, and no more than cells less terms. At the size of the evidence plain profile
    intervals of nb2 hold the truth too rarely (docs/coverage.md).
    Sums that nest take a second or two for ten years; sums that cross (both predicates under common margins) take
    arrays of two dimensions and many times as long, above all for nb2; ``intervals="wald"`` helps.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2019, 2019, 2020, 2020], "kind": list("abab"), "lower": [10, 20, 0, 0],
    ...                       "upper": [10, 20, None, None]})
    >>> sums = pd.DataFrame({"year": [2020], "total": [45]})
    >>> fit = fit_coarsened(cells, sums, formula="C(kind) + C(year)", exposure=None)
    >>> fit.coefficients["rate_ratio"].round(3).tolist(), fit.expected["expected"].round(1).tolist()
    ([10.0, 2.0, 1.5], [10.0, 20.0, 15.0, 30.0])
    """
    if intervals not in INTERVALS:
        raise ParameterError(f"intervals is {intervals!r}; {closest(intervals, INTERVALS)}")
    found = find_maximum(cells, sums, formula=formula, exposure=exposure, family=family, leave_out=leave_out)
    design, table, surface, top = found.design, found.table, found.surface, found.top
    information = found.information
    degrees = count_degrees(found) if intervals == "profile_t" else None
    terms = profile_terms(surface, top, information, intervals=intervals != "wald", degrees=degrees)
    weighed = surface.weigh(top.place)
    names = design.matrix.columns.tolist()
    return CoarsenedFit(
        coefficients=_tabulate(names, terms),
        identified=pd.Series(terms.identified, index=names, name="identified"),
        log_likelihood=weighed.log_likelihood,
        expected=_expect(cells, table, surface, top, weighed),
        alpha=surface.split(top.place)[1] if surface.overdispersed else None,
        reference=design.reference,
        family=family,
        exposure=exposure,
        n_cells=len(cells),
        n_sums=len(table.members),
        left_out=tuple(leave_out),
        method=surface.known.method,
        covariance=_invert(names, terms, information),
        degrees=degrees,
    )


@dataclass(frozen=True, eq=False)
class Maximum:
    """A coarsened fit before its terms are profiled: what was read, the likelihood, its top and the information."""

    design: Design
    table: CoarseTable
    surface: Surface
    top: Top
    information: np.ndarray


def find_maximum(
    cells: pd.DataFrame,
    sums: pd.DataFrame | None,
    *,
    formula: str,
    exposure: str | None,
    family: str = "poisson",
    leave_out: Sequence[str] = (),
    near: Top | None = None,
) -> Maximum:
    """Find the maximum of the likelihood of what is known.

    Parameters
    ----------
    cells, sums, formula, exposure, family, leave_out
        As in `fit_coarsened`.
    near : Top, optional
        Maximum of a similar problem to start from.

    Returns
    -------
    Maximum

    Raises
    ------
    EvidenceError, ParameterError, StudyRefusal
        As `fit_coarsened` does.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2019, 2020, 2021], "lower": [3, 4, 5], "upper": [3, 6, 5]})
    >>> find_maximum(cells, None, formula="year", exposure=None).information.shape
    (2, 2)
    """
    if family not in FAMILIES:
        raise ParameterError(f"family is {family!r}; {closest(family, FAMILIES)}")
    table = read_coarse_table(cells, sums, exposure=exposure, leave_out=leave_out)
    design, offset = _read_model(cells, formula, exposure)
    known = prepare_known(table, labels=cells.index.tolist())
    surface, top, information = _maximise(known, design, offset, family, near)
    return Maximum(design, table, surface, top, information)


def count_degrees(found: Maximum) -> int:
    """Count what independent pieces of knowledge leave to judge the scatter by.

    Parameters
    ----------
    found : Maximum
        A fit before its terms are profiled.

    Returns
    -------
    int
        Groups of cells that sums tie together less one, at most cells less terms, at least 1.

    Examples
    --------
    >>> cells = pd.DataFrame({"year": [2018, 2019, 2020, 2021], "lower": [3, 4, 5, 6], "upper": [3, 6, 9, 8]})
    >>> count_degrees(find_maximum(cells, None, formula="year", exposure=None))
    2
    """
    bounds = found.surface.known.table
    loose, cells = np.flatnonzero(bounds.lower != bounds.upper), len(bounds.lower)
    tied = sparse.lil_array((cells, cells))
    for members in found.table.members:
        held = np.intersect1d(members, loose)
        tied[held[:1], held] = 1
    groups = sparse.csgraph.connected_components(tied, directed=False, return_labels=False)
    return max(1, min(int(groups) - 1, cells - found.design.matrix.shape[1]))


def _read_model(cells: pd.DataFrame, formula: str, exposure: str | None) -> tuple[Design, np.ndarray]:
    """The design of the right side, and the logarithm of the exposure."""
    right_side = formula.split("~", 1)[1] if isinstance(formula, str) and formula.count("~") == 1 else formula
    read: Formula = read_formula(right_side, columns=[str(name) for name in cells.columns])
    for bound in ("lower", "upper"):
        if bound in read.columns:
            raise StudyRefusal(f"formula {formula!r} uses the bound {bound!r} as a term; leave it out")
    check_table(cells, [*read.columns, *([] if exposure is None else [exposure])])
    offset = np.zeros(len(cells)) if exposure is None else np.log(read_exposure(cells, exposure))
    return build_design(cells, read), offset


def _maximise(
    known: Known, design: Design, offset: np.ndarray, family: str, near: Top | None
) -> tuple[Surface, Top, np.ndarray]:
    """The surface, its top and the information there; nb2 starts from the top of poisson."""
    if near is not None:
        surface = Surface(known, design.matrix.to_numpy(), offset, overdispersed=family == "nb2")
        return surface, *polish(surface, find_top(surface, near.place, curvature=near.curvature, tolerance=1e-5))
    surface = Surface(known, design.matrix.to_numpy(), offset, overdispersed=False)
    top = find_top(surface, guess_start(surface))
    if family == "nb2":
        surface = Surface(known, surface.matrix, offset, overdispersed=True)
        least = np.r_[top.place, np.log(_SMALLEST_ALPHA)]
        if surface.climb(least)[1][-1] <= 0:
            raise StudyRefusal(
                "the counts are not overdispersed: the likelihood of nb2 falls as alpha leaves 0, where nb2 is "
                'Poisson; use family="poisson"',
                key="nb2",
            )
        top = find_top(surface, np.r_[top.place, -2.0])
    return surface, *polish(surface, top)


def _tabulate(names: list[str], terms: Terms) -> pd.DataFrame:
    """List estimates, errors and rate ratios with intervals."""
    with np.errstate(over="ignore"):
        ratio, low, high = np.exp([terms.estimate, terms.low, terms.high])
    return pd.DataFrame(
        {
            "term": names,
            "estimate": terms.estimate,
            "std_error": terms.std_error,
            "rate_ratio": ratio,
            "low": low,
            "high": high,
            "p_value": terms.p_value,
        }
    )


def _invert(names: list[str], terms: Terms, information: np.ndarray) -> pd.DataFrame:
    """Covariance of the terms that have errors; of the others there is none."""
    kept = np.isfinite(terms.std_error)
    every = np.r_[kept, np.ones(len(information) - len(names), dtype=bool)]
    inverse = np.linalg.pinv(information[np.ix_(every, every)], rcond=1e-12, hermitian=True)
    chosen = [name for name, keep in zip(names, kept, strict=True) if keep]
    return pd.DataFrame(inverse[: len(chosen), : len(chosen)], index=chosen, columns=chosen)


def _expect(cells: pd.DataFrame, table: CoarseTable, surface: Surface, top: Top, weighed: Weighed) -> pd.DataFrame:
    """Mean and 95% interval of every cell given all that is known."""
    log_mean, alpha = surface.split(top.place)
    mean = np.exp(log_mean)
    expected = mean + weighed.by_log_mean * (1 + alpha * mean)
    bins, weights = surface.known.bins, weighed.weights
    ends = np.r_[bins.starts[1:], len(weights)]
    limits = np.array(
        [
            _limits(bins.count[first:last], weights[first:last], bool(bins.open_ended[last - 1]), mean[cell], alpha)
            for cell, (first, last) in enumerate(zip(bins.starts, ends, strict=True))
        ]
    )
    exact = table.lower == table.upper
    in_sum = np.zeros(len(cells), dtype=bool)
    for members in table.members:
        in_sum[members] = True
    known = np.select(
        [exact, (table.lower > 0) | np.isfinite(table.upper), in_sum], ["exact", "bounded", "sum"], "unknown"
    )
    return cells.assign(known=known, expected=expected, low=limits[:, 0], high=limits[:, 1])


def _limits(
    counts: np.ndarray, weights: np.ndarray, open_ended: bool, mean: float, alpha: float
) -> tuple[float, float]:
    """Counts below and above which no more than 2.5% lies; those above an open end follow the model."""
    reached = np.cumsum(weights)
    found = []
    for share in (0.025, 0.975):
        place = int(np.searchsorted(reached, share * (1 - 1e-12)))
        place = min(place, len(counts) - 1)
        if open_ended and place == len(counts) - 1:
            law = stats.poisson(mean) if alpha == 0 else stats.nbinom(1 / alpha, 1 / (1 + alpha * mean))
            above = min((1 - share) / weights[-1], 1.0) * law.sf(counts[-1] - 1)
            found.append(max(float(law.isf(above)), counts[-1]))
        else:
            found.append(float(counts[place]))
    return found[0], found[1]
