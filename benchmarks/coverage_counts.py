"""Coverage of the intervals of count models: how often a 95% interval holds the truth, at the evidence's own sizes.

Run: ``python benchmarks/coverage_counts.py`` prints the table; ``coverage`` is what other scripts import.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from zi_analysis.evidence.assemble import Evidence, build_evidence
from zi_analysis.study.batches import draw_counts
from zi_analysis.study.compare import compare_families
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.designs import build_design
from zi_analysis.study.ends import fit_bound_ends
from zi_analysis.study.formulas import read_formula
from zi_analysis.study.refits import Refits, refit_counts
from zi_analysis.study.refits_errors import cluster_errors, jackknife_errors
from zi_analysis.study.refits_nb2 import refit_nb2
from zi_analysis.study.series import exact_counts

TYPES = ["central", "province", "regency", "city"]
YEARS = range(2015, 2026)
_DRAWN, _INNER = 120, 199  # data sets with a drawn interval of their own, and draws for each


@dataclass(frozen=True, eq=False)
class Setting:
    """Cells of the evidence, and the truth that data are drawn from: the fit to them."""

    name: str
    terms: list[str]
    matrix: np.ndarray  # n x k
    offset: np.ndarray
    years: np.ndarray
    truth: np.ndarray  # coefficients (k)
    dispersion: float  # of the Poisson fit to the evidence
    alpha: float  # of the NB2 fit to it

    @property
    def means(self) -> np.ndarray:
        """True expected counts (n)."""
        return np.asarray(np.exp(self.matrix @ self.truth + self.offset))

    def draw(self, law: str, replicates: int, random: np.random.Generator) -> np.ndarray:
        """Draw counts (replicates x n) by one of the laws of `LAWS`."""
        if law == "NB1":
            return draw_counts(self.means, dispersion=self.dispersion, replicates=replicates, random=random)
        shocks = np.ones((replicates, len(self.means)))
        if law == "NB2":
            shocks = random.gamma(1 / self.alpha, self.alpha, size=shocks.shape)
        elif law == "years":
            names, numbers = np.unique(self.years, return_inverse=True)
            shocks = random.gamma(1 / self.alpha, self.alpha, size=(replicates, len(names)))[:, numbers]
        return random.poisson(self.means * shocks).astype("float64")


LAWS = {
    "Poisson": "counts scatter by chance alone",
    "NB2": "each cell has a rate of its own, as spread as the NB2 fit to the evidence says",
    "NB1": "counts scatter by the dispersion of the evidence",
    "years": "each year has a rate of its own, shared by its cells",
}


def settings(evidence: Evidence | None = None) -> tuple[Setting, ...]:
    """The national series by predicate, and agency types by year.

    Parameters
    ----------
    evidence : Evidence, optional
        The evidence of the national track; assembled when left out.

    Returns
    -------
    tuple of Setting
    """
    counted = (evidence or build_evidence(track="national")).counted
    cells, exposures = counted.cells, counted.exposures
    counts = exact_counts(
        cells, exposures, groups=["all"], predicates=["WBK", "WBBM"], years=YEARS, exposure="units_proposed"
    )
    used = counts[counts["used"] == "yes"].reset_index(drop=True)
    ends = fit_bound_ends(
        cells, exposures, types=TYPES, predicate="all", years=YEARS, exposure="agencies_existing"
    ).rows
    middle = ends.assign(award_count=((ends["lower"] + ends["upper"]) // 2).astype("int64"))
    formula = "award_count ~ C(agency_type, Treatment('central')) + year"
    return (
        _setting("predicate and year", used, compare_families(counts).formula),
        _setting("agency type and year", middle, formula),
    )


def _setting(name: str, rows: pd.DataFrame, formula: str) -> Setting:
    """Fit the rows, and keep what data are drawn from."""
    fit = fit_counts(rows, formula=formula, exposure="exposure")
    nb2 = fit_counts(rows, formula=formula, exposure="exposure", family="nb2")
    matrix = build_design(rows, read_formula(formula, columns=list(rows.columns))).matrix
    return Setting(
        name=f"{name} ({len(rows)} cells)",
        terms=[_plain(term) for term in matrix.columns],
        matrix=matrix.to_numpy(),
        offset=np.log(rows["exposure"].to_numpy(dtype="float64")),
        years=rows["year"].to_numpy(dtype="int64"),
        truth=fit.coefficients["estimate"].to_numpy(),
        dispersion=fit.dispersion,
        alpha=float(nb2.alpha or 0.0),
    )


def coverage(replicates: int = 2000, *, seed: int = 20, progress: bool = False) -> pd.DataFrame:
    """Draw counts again and again, and tell how often each interval holds what they were drawn from.

    Parameters
    ----------
    replicates : int
        Data sets drawn for each setting and law.
    seed : int
        Seed of the draws.
    progress : bool
        Whether to print each part as it ends.

    Returns
    -------
    DataFrame
        model (setting, and the law of the draws), term, interval, truth (rate ratio), coverage (share of the data sets
        answered), replicates, refused (without an answer), mc_error (standard error of the coverage).
    """
    random = np.random.default_rng(seed)
    parts = []
    for setting in settings():
        for law in LAWS:
            part = cover(setting, law, replicates, random)
            parts.append(part)
            if progress:
                print(part.to_string(index=False, header=False), flush=True)
    return pd.concat(parts, ignore_index=True)


def cover(
    setting: Setting, law: str, replicates: int, random: np.random.Generator, *, drawn: int = _DRAWN
) -> pd.DataFrame:
    """Coverage of every interval under one law.

    Parameters
    ----------
    setting : Setting
        Cells and truth.
    law : str
        One of `LAWS`.
    replicates : int
        Data sets drawn.
    random : Generator
        Source of chance.
    drawn : int
        Data sets that get intervals drawn for them, too.

    Returns
    -------
    DataFrame
        As `coverage`.
    """
    counts = setting.draw(law, replicates, random)
    rows: list[dict[str, object]] = []
    for interval, low, high in _intervals(setting, counts, random, min(drawn, replicates)):
        for place, term in enumerate(setting.terms[1:], start=1):
            rows.append(
                _row(f"{setting.name}, {law}", term, interval, setting.truth[place], low[:, place], high[:, place])
            )
    return pd.DataFrame(rows)


def _intervals(
    setting: Setting, counts: np.ndarray, random: np.random.Generator, few: int
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each kind of interval: its name and its bounds (replicates x k)."""
    matrix, offset, years = setting.matrix, setting.offset, setting.years
    poisson, nb2 = refit_counts(counts, matrix, offset=offset), refit_nb2(counts, matrix, offset=offset)
    cells, free = len(offset), stats.t(len(offset) - matrix.shape[1])
    by_year = stats.t(len(np.unique(years)) - 1)
    quasi = poisson.std_errors * np.sqrt(poisson.dispersion)[:, None]
    clustered = cluster_errors(counts, matrix, poisson, groups=years)
    kinds = (
        ("Poisson", poisson, poisson.std_errors, stats.norm()),
        ("Poisson, HC1", poisson, poisson.std_errors_hc1, stats.norm()),
        ("Poisson, HC1, t", poisson, poisson.std_errors_hc1, free),
        ("quasi-Poisson, t", poisson, quasi, free),
        ("NB2", nb2, nb2.std_errors, stats.norm()),
        ("NB2, t", nb2, nb2.std_errors, free),
        ("Poisson, clustered by year", poisson, clustered, stats.norm()),
        ("Poisson, clustered by year, t", poisson, clustered, by_year),
        ("Poisson, jackknife of cells, t", poisson, _jackknife(setting, counts, np.arange(cells)), free),
        ("Poisson, jackknife of years, t", poisson, _jackknife(setting, counts, years), by_year),
    )
    for name, fits, errors, distribution in kinds:
        reach = distribution.ppf(0.975) * errors
        yield name, fits.coefficients - reach, fits.coefficients + reach
    if not few:
        return
    yield "quasi-Poisson, drawn (NB1)", *_drawn(setting, poisson, quasi, few, random, nb2=False)
    yield "NB2, drawn", *_drawn(setting, nb2, nb2.std_errors, few, random, nb2=True)


def _jackknife(setting: Setting, counts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    return jackknife_errors(counts, setting.matrix, groups=groups, offset=setting.offset)


def _drawn(
    setting: Setting, fits: Refits, errors: np.ndarray, few: int, random: np.random.Generator, *, nb2: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Studentised intervals of the parametric bootstrap, for the first few data sets."""
    bounds = np.full((2, few, len(setting.truth)), np.nan)
    for place in np.flatnonzero(fits.converged[:few]):
        means = np.broadcast_to(fits.means[place], (_INNER, len(setting.offset)))
        if nb2:
            alpha = fits.alpha[place]
            shocked = random.gamma(1 / alpha, alpha * means) if alpha > 0 else means
            again = refit_nb2(random.poisson(shocked).astype("float64"), setting.matrix, offset=setting.offset)
            spread = again.std_errors
        else:
            counts = draw_counts(means[0], dispersion=fits.dispersion[place], replicates=_INNER, random=random)
            again = refit_counts(counts, setting.matrix, offset=setting.offset)
            spread = again.std_errors * np.sqrt(again.dispersion)[:, None]
        if again.converged.mean() >= 0.95:
            moved = ((again.coefficients - fits.coefficients[place]) / spread)[again.converged]
            least, most = np.quantile(moved, [0.025, 0.975], axis=0)
            bounds[:, place] = fits.coefficients[place] - np.array([most, least]) * errors[place]
    return bounds[0], bounds[1]


def _row(model: str, term: str, interval: str, truth: float, low: np.ndarray, high: np.ndarray) -> dict[str, object]:
    """One line: the share of answered intervals that hold the truth."""
    answered = np.isfinite(low) & np.isfinite(high)
    held = (low <= truth) & (truth <= high)
    share = float(held[answered].mean()) if answered.any() else np.nan
    return {
        "model": model,
        "term": term,
        "interval": interval,
        "truth": float(np.exp(truth)),
        "coverage": share,
        "replicates": len(low),
        "refused": int((~answered).sum()),
        "mc_error": float(np.sqrt(share * (1 - share) / max(answered.sum(), 1))),
    }


def _plain(term: str) -> str:
    """``C(agency_type, Treatment('central'))[T.city]`` as ``city``."""
    return term.split("[T.")[-1].rstrip("]")


if __name__ == "__main__":
    print(coverage().round(4).to_string(index=False))
