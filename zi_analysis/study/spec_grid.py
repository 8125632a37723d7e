"""Specification grids: every combination of defensible choices for one finding, each different one kept once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.study.series import FIRST_YEAR_UNDER_RULES_OF_2021
from zi_analysis.study.spec_evidence import PREDICATES, UNKNOWNS, Figures

FAMILIES = ("robust", "quasi", "nb2")
HABITS = {"unknown": ("as_zero", "as_named"), "outcome": ("units_middle", "units_named")}
_ALL_YEARS = "none"
_STARTS, _ENDS = (0, 1, 3), 3  # first years (from the start) and how many last years an analyst might choose
_DISPUTED_OUTLIERS = (2020, 2021)  # the year of the pandemic; the last one under the old rules


@dataclass(frozen=True, eq=False)
class Grid:
    """The specifications of one finding, as arrays that can be fitted together.

    Attributes
    ----------
    finding : str
        ``rules``, ``predicates`` or ``types``.
    claim : float
        The finding claims a rate ratio below this.
    term : str
        Column of the design whose rate ratio the finding is about.
    choices : DataFrame
        One row a specification (S), one column a choice, levels as text; ``family`` and ``time`` are among them.
    points : DataFrame
        year and group of each point (n).
    counts, exposures : ndarray
        Award counts and what they are a rate of (S x n); 0 and 1 where a point is not used.
    use : ndarray of bool
        Points used (S x n).
    matrices : dict of str to DataFrame
        Level of ``time`` -> design matrix (n x k).
    levels : dict of str to list
        Choice -> all levels that were combined.
    kept_as : ndarray of int
        Place of the specification that each combination became, combinations in the order of ``levels``; empty for a
        part of a grid.
    """

    finding: str
    claim: float
    term: str
    choices: pd.DataFrame
    points: pd.DataFrame
    counts: np.ndarray
    exposures: np.ndarray
    use: np.ndarray
    matrices: dict[str, pd.DataFrame]
    levels: dict[str, list[str]]
    kept_as: np.ndarray

    @property
    def written(self) -> int:
        """Combinations of choices before those that are the same model of the same numbers were merged."""
        return len(self.kept_as)

    @property
    def defensible(self) -> np.ndarray:
        """Specifications without a bad habit (S)."""
        bad = [self.choices[name].isin(levels) for name, levels in HABITS.items() if name in self.choices]
        return ~np.logical_or.reduce(bad) if bad else np.ones(len(self.choices), dtype=bool)

    def twins(self, choice: str, *, level: str, base: str) -> np.ndarray:
        """Pairs of specifications that differ in one choice only.

        Parameters
        ----------
        choice : str
            A choice of the grid.
        level, base : str
            Two of its levels.

        Returns
        -------
        ndarray of int
            Place with ``level`` and place with ``base``, each different pair once (M x 2).
        """
        shape = [len(options) for options in self.levels.values()]
        axis = list(self.levels).index(choice)
        combined = self.kept_as.reshape(shape)
        sides = [np.take(combined, self.levels[choice].index(name), axis=axis).ravel() for name in (level, base)]
        pairs = np.unique(np.stack(sides, axis=1), axis=0)
        return pairs[pairs[:, 0] != pairs[:, 1]]

    def take(self, rows: np.ndarray) -> "Grid":
        """The grid with some of its specifications.

        Parameters
        ----------
        rows : ndarray
            Places or a mask of specifications.

        Returns
        -------
        Grid
        """
        return replace(
            self,
            choices=self.choices.iloc[np.flatnonzero(rows) if rows.dtype == bool else rows].reset_index(drop=True),
            counts=self.counts[rows],
            exposures=self.exposures[rows],
            use=self.use[rows],
            kept_as=np.empty(0, dtype=int),
        )


def grid_rules(figures: Figures, *, predicates: Sequence[str], claim: float = 1.0) -> Grid:
    """Lay out the specifications of "fewer awards in the years under the rules of 2021 than before".

    Parameters
    ----------
    figures : Figures
        From ``gather_figures``.
    predicates : sequence of str
        Counts to look at, each by itself: WBK, WBBM, all.
    claim : float
        Rate ratio (years under the rules against those before) that the finding claims to be below.

    Returns
    -------
    Grid

    Raises
    ------
    StudyRefusal
        If the years lie on one side of the rules.

    Examples
    --------
    >>> years = np.arange(2018, 2025)
    >>> awards = np.full((3, 1, 3, 7), 9.0)
    >>> figures = Figures(years, ("settled",), awards, {"none": np.ones((1, 7))})
    >>> grid = grid_rules(figures, predicates=["WBK"])
    >>> grid.term, len(grid.choices) < grid.written
    ('after', True)
    """
    after = figures.years >= FIRST_YEAR_UNDER_RULES_OF_2021
    if after.all() or not after.any():
        raise StudyRefusal("these years lie on one side of the rules of 2021", key="one_side")
    levels = _levels(figures, predicate=predicates, time=("step", "step_trend"))
    places = combine_levels(levels)
    chosen = np.array([PREDICATES.index(name) for name in predicates])[places["predicate"]]
    awards = figures.awards[places["unknown"], places["figures"], chosen]
    points = pd.DataFrame({"year": figures.years, "group": "all"})
    return keep_different(
        ("rules", claim, "after"),
        levels,
        places,
        points=points,
        awards=awards,
        exposed=_exposed(figures, levels, places),
        used=select_years(figures.years, levels, places),
        matrices=build_matrices(points, {"step": ["after"], "step_trend": ["after", "year"]}, group=None),
    )


def grid_predicates(figures: Figures, *, claim: float = 0.5) -> Grid:
    """Lay out the specifications of "WBBM is awarded less than half as often as WBK".

    Parameters
    ----------
    figures : Figures
        From ``gather_figures``.
    claim : float
        Rate ratio (WBBM against WBK) that the finding claims to be below.

    Returns
    -------
    Grid

    Examples
    --------
    >>> awards = np.full((3, 1, 3, 4), 9.0)
    >>> figures = Figures(np.arange(2018, 2022), ("settled",), awards, {"none": np.ones((1, 4))})
    >>> grid_predicates(figures).matrices["plain"].columns.tolist()
    ['Intercept', 'WBBM']
    """
    levels = _levels(figures, time=("plain", "trend", "rules"))
    places = combine_levels(levels)
    pair = figures.awards[places["unknown"], places["figures"], :2]
    pair = np.where(np.isnan(pair).any(axis=1, keepdims=True), np.nan, pair)  # a year counts when both are known
    points = pd.DataFrame({"year": np.tile(figures.years, 2), "group": np.repeat(["WBK", "WBBM"], len(figures.years))})
    return keep_different(
        ("predicates", claim, "WBBM"),
        levels,
        places,
        points=points,
        awards=pair.reshape(len(pair), -1),
        exposed=np.tile(_exposed(figures, levels, places), 2),
        used=np.tile(select_years(figures.years, levels, places), 2),
        matrices=build_matrices(points, {"plain": [], "trend": ["year"], "rules": ["after"]}, group="WBBM"),
    )


def _levels(figures: Figures, **more: Sequence[str]) -> dict[str, list[str]]:
    """Choices of national figures and their levels, the usual one first."""
    return {
        "exposure": list(figures.exposures),
        "figures": list(figures.variants),
        **year_levels(figures.years, known=~np.isnan(figures.awards[0, 0]).all(axis=0)),
        "unknown": list(UNKNOWNS),
        "family": list(FAMILIES),
    } | {name: list(levels) for name, levels in more.items()}


def year_levels(years: np.ndarray, *, known: np.ndarray) -> dict[str, list[str]]:
    """First and last years and years left out that an analyst might choose.

    Parameters
    ----------
    years : ndarray of int
        Evaluation years, sorted.
    known : ndarray of bool
        Whether a year has a count; the last known year comes first among the last years.

    Returns
    -------
    dict
        ``first``, ``last`` and ``without`` with their levels, the longest series first.

    Examples
    --------
    >>> year_levels(np.arange(2018, 2022), known=np.array([True, True, True, False]))["last"]
    ['2020', '2021', '2019']
    """
    last_known = int(years[known].max()) if known.any() else int(years.max())
    last = sorted(years[::-1][:_ENDS].tolist(), key=lambda year: (year != last_known, -year))
    out = [str(year) for year in _DISPUTED_OUTLIERS if year in years]
    return {
        "first": [str(years[place]) for place in _STARTS if place < len(years)],
        "last": [str(year) for year in last],
        "without": [_ALL_YEARS, *out],
    }


def combine_levels(levels: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    """Combine every level of every choice.

    Parameters
    ----------
    levels : mapping
        Choice -> its levels, the usual one first.

    Returns
    -------
    dict of str to ndarray
        Choice -> place of its level in each combination (C).

    Examples
    --------
    >>> combine_levels({"family": ["robust", "nb2"], "time": ["step"]})["family"].tolist()
    [0, 1]
    """
    shape = [len(options) for options in levels.values()]
    grids = np.indices(shape).reshape(len(shape), -1)
    return dict(zip(levels, grids, strict=True))


def _exposed(figures: Figures, levels: Mapping[str, Sequence[str]], places: Mapping[str, np.ndarray]) -> np.ndarray:
    """The exposures of each specification."""
    stacked = np.stack([figures.exposures[name] for name in levels["exposure"]])
    return stacked[places["exposure"], places["figures"]]


def select_years(
    years: np.ndarray, levels: Mapping[str, Sequence[str]], places: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Select the years inside the chosen range that are not left out.

    Parameters
    ----------
    years : ndarray of int
        Evaluation years (n).
    levels, places : mapping
        As of ``combine_levels``, with first, last and without.

    Returns
    -------
    ndarray of bool
        One row a combination (C x n).

    Examples
    --------
    >>> levels = {"first": ["2019"], "last": ["2021"], "without": ["none", "2020"]}
    >>> select_years(np.array([2019, 2020, 2021]), levels, combine_levels(levels)).tolist()
    [[True, True, True], [True, False, True]]
    """
    first, last = (np.array([int(year) for year in levels[name]])[places[name]][:, None] for name in ("first", "last"))
    without = np.array([0, *(int(year) for year in levels["without"][1:])])[places["without"]][:, None]
    return (years >= first) & (years <= last) & (years != without)


def build_matrices(
    points: pd.DataFrame, terms: Mapping[str, Sequence[str]], *, group: str | None
) -> dict[str, pd.DataFrame]:
    """Build design matrices: an intercept, the group that is compared, then terms of time.

    Parameters
    ----------
    points : DataFrame
        year and group (n).
    terms : mapping
        Level of ``time`` -> its terms: ``year`` (centred) and ``after`` (the rules of 2021 in force).
    group : str or None
        Group with a term of its own.

    Returns
    -------
    dict of str to DataFrame
        One matrix (n x k) for each level.

    Examples
    --------
    >>> points = pd.DataFrame({"year": [2021, 2022], "group": ["all", "all"]})
    >>> build_matrices(points, {"step": ["after"]}, group=None)["step"]["after"].tolist()
    [0.0, 1.0]
    """
    year = points["year"].to_numpy(dtype="float64")
    columns = {"year": year - np.floor(year.mean() + 0.5), "after": (year >= FIRST_YEAR_UNDER_RULES_OF_2021) * 1.0}
    start = {"Intercept": np.ones(len(points))}
    if group is not None:
        start[group] = (points["group"] == group).to_numpy(dtype="float64")
    return {name: pd.DataFrame(start | {term: columns[term] for term in used}) for name, used in terms.items()}


def keep_different(
    about: tuple[str, float, str],
    levels: Mapping[str, Sequence[str]],
    places: Mapping[str, np.ndarray],
    *,
    points: pd.DataFrame,
    awards: np.ndarray,
    exposed: np.ndarray,
    used: np.ndarray,
    matrices: dict[str, pd.DataFrame],
) -> Grid:
    """Keep the first of all combinations that fit the same model to the same numbers.

    Parameters
    ----------
    about : tuple
        Finding, claim and term of the grid.
    levels, places : mapping
        As of ``combine_levels``.
    points : DataFrame
        year and group of each point (n).
    awards, exposed : ndarray
        Counts and exposures of every combination (C x n); missing where not known.
    used : ndarray of bool
        Points that the choices keep (C x n).
    matrices : dict
        Level of ``time`` -> design matrix.

    Returns
    -------
    Grid
    """
    use = used & ~np.isnan(awards) & ~np.isnan(exposed)
    counts, exposures = np.where(use, awards, 0.0), np.where(use, exposed, 1.0)
    model = np.stack([places["family"], places["time"]], axis=1)
    rows = np.ascontiguousarray(np.hstack([counts, exposures, use, model]).astype("float32"))
    _, first, which = np.unique(rows.view(f"V{rows.shape[1] * 4}").ravel(), return_index=True, return_inverse=True)
    kept = np.sort(first)
    kept_as = np.searchsorted(kept, first[which.ravel()])
    choices = pd.DataFrame({name: np.array(options)[places[name][kept]] for name, options in levels.items()})
    arrays = (counts[kept], exposures[kept], use[kept])
    named = {name: list(options) for name, options in levels.items()}
    return Grid(*about, choices, points, *arrays, matrices, named, kept_as)
