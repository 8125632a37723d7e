"""Synthetic evidence: awards drawn from a known model, told by made-up pages in the form of the real tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.synthetic_pages import name_awards, no_decisions, plant_counts, synthetic_sources

TYPES = ("central", "province", "regency", "city")
DEFAULT_RATES: Mapping[str, float] = {"central": 0.20, "province": 0.12, "regency": 0.06, "city": 0.10}
DEFAULT_EXPOSURE: Mapping[str, int] = {"central": 600, "province": 80, "regency": 320, "city": 140}
WBBM_RATIO = 0.75  # rate of WBBM over the rate of WBK
_WBBM_SHARE = 0.25  # units proposed for WBBM over units proposed for WBK
_GROWTH = 0.15  # of the first year's proposals, added every year
_AGENCIES = {"central": 50, "province": 22, "regency": 120, "city": 50}


@dataclass(frozen=True)
class SyntheticEvidence:
    """Counts whose true model is known, and the pages that would tell them."""

    cells: pd.DataFrame  # year, agency_type, predicate, count, agencies (that propose), proposed (units)
    awards: pd.DataFrame  # table awards: a sample of the awards by name, some of them on two pages
    published_counts: pd.DataFrame  # table published_counts, with planted conflicts
    sources: pd.DataFrame  # table sources: the made-up pages
    planted: pd.DataFrame  # settled_id, true, told (all values), rule: the conflicts and how they are settled
    truth: pd.DataFrame  # year, agency_type, predicate, rate (awards for one unit proposed), mean
    parameters: dict[str, object]  # seed, rates, wbbm_ratio, dispersion, regime_year, regime_ratio

    @property
    def settling(self) -> dict[str, pd.DataFrame]:
        """What `settle_counts` needs beside the counts, so that the project's own pages and decisions stay out."""
        return {"sources": self.sources, **no_decisions()}


def synthetic_awards(
    *,
    seed: int,
    years: Iterable[int] = range(2016, 2025),
    rates: Mapping[str, float] | None = None,
    exposure: Mapping[str, int] | None = None,
    dispersion: float = 0.0,
    regime_year: int | None = None,
    regime_ratio: float = 1.0,
) -> SyntheticEvidence:
    """Draw award counts from a known model and write the pages that tell them.

    The mean of a cell is ``proposed x rate``, times ``WBBM_RATIO`` for WBBM and times ``regime_ratio`` from
    ``regime_year`` on. Proposals grow by 15 % of the first year's number every year and do not depend on the seed.

    Parameters
    ----------
    seed : int
        The same seed and options give the same rows.
    years : iterable of int
        Evaluation years, 2012 to 2026.
    rates : mapping, optional
        Agency type to expected WBK awards for one unit proposed; `DEFAULT_RATES` for types left out.
    exposure : mapping, optional
        Agency type to units proposed for WBK in the first year; `DEFAULT_EXPOSURE` for types left out.
    dispersion : float
        Overdispersion alpha: variance = mean + alpha x mean^2 (negative binomial); 0 draws from Poisson.
    regime_year : int, optional
        First year under changed rules.
    regime_ratio : float
        Rate under the changed rules over the rate before.

    Returns
    -------
    SyntheticEvidence
        Cells, pages and truth. Agencies are bodies of the real register, so that names can be resolved; units,
        pages and awards are made up and say so in ``note``.

    Raises
    ------
    EvidenceError
        If an option is out of its range, or more units would be awarded than were proposed.

    Examples
    --------
    >>> made = synthetic_awards(seed=7, regime_year=2021, regime_ratio=0.5)
    >>> made.cells.columns.tolist()
    ['year', 'agency_type', 'predicate', 'count', 'agencies', 'proposed']
    >>> float(made.truth.query("year == 2016 and agency_type == 'central'")["mean"].iloc[0])
    120.0
    """
    chosen = sorted({int(year) for year in years})
    rates = {**DEFAULT_RATES, **(rates or {})}
    exposure = {**DEFAULT_EXPOSURE, **(exposure or {})}
    _check_options(chosen, rates, exposure, dispersion, regime_ratio)
    cells = _proposals(chosen, exposure)
    truth = _truth(cells, rates, regime_year, regime_ratio)
    cells = cells.assign(count=_draw(truth["mean"].to_numpy(), dispersion, np.random.default_rng(seed)))
    _refuse_excess(cells)
    cells = cells[["year", "agency_type", "predicate", "count", "agencies", "proposed"]]
    published, planted = plant_counts(cells)
    parameters: dict[str, object] = {"seed": seed, "rates": rates, "wbbm_ratio": WBBM_RATIO, "dispersion": dispersion}
    return SyntheticEvidence(
        cells=cells,
        awards=name_awards(cells, random=np.random.default_rng([seed, 1])),
        published_counts=published,
        sources=synthetic_sources(),
        planted=planted,
        truth=truth,
        parameters=parameters | {"regime_year": regime_year, "regime_ratio": regime_ratio},
    )


def _check_options(
    years: list[int],
    rates: Mapping[str, float],
    exposure: Mapping[str, int],
    dispersion: float,
    regime_ratio: float,
) -> None:
    """Refuse options that no model has."""
    if not years or years[0] < 2012 or years[-1] > 2026:
        raise EvidenceError(f"years {years[:1]} to {years[-1:]} are refused; give one or more years within 2012-2026")
    for name, given in (("rates", rates), ("exposure", exposure)):
        unknown = sorted(set(given) - set(TYPES))
        if unknown:
            raise EvidenceError(f'{name} names the agency type "{unknown[0]}"; choose from {", ".join(TYPES)}')
        bad = {key: value for key, value in given.items() if value <= 0}
        if bad:
            raise EvidenceError(f"{name} {bad} are refused; give numbers above 0")
    if dispersion < 0 or regime_ratio <= 0:
        raise EvidenceError(
            f"dispersion {dispersion} and regime_ratio {regime_ratio}: give 0 or more, and a number above 0"
        )


def _proposals(years: list[int], exposure: Mapping[str, int]) -> pd.DataFrame:
    """Units proposed and agencies that propose, of every cell."""
    rows = []
    for year, agency_type, predicate in product(years, TYPES, ("WBK", "WBBM")):
        passed = year - years[0]
        units = exposure[agency_type] * (1 + _GROWTH * passed) * (_WBBM_SHARE if predicate == "WBBM" else 1)
        agencies = min(_AGENCIES[agency_type] + passed, round(units))
        rows.append((year, agency_type, predicate, agencies, round(units)))
    return pd.DataFrame(rows, columns=["year", "agency_type", "predicate", "agencies", "proposed"])


def _truth(cells: pd.DataFrame, rates: Mapping[str, float], regime_year: int | None, ratio: float) -> pd.DataFrame:
    """The rate and the expected count of every cell."""
    rate = cells["agency_type"].map(rates) * np.where(cells["predicate"] == "WBBM", WBBM_RATIO, 1.0)
    if regime_year is not None:
        rate = rate * np.where(cells["year"] >= regime_year, ratio, 1.0)
    return cells[["year", "agency_type", "predicate"]].assign(rate=rate, mean=rate * cells["proposed"])


def _draw(means: np.ndarray, dispersion: float, random: np.random.Generator) -> np.ndarray:
    """Draw counts: Poisson, or Poisson around gamma means (negative binomial of the second kind)."""
    if dispersion > 0:
        means = random.gamma(1 / dispersion, dispersion * means)
    return random.poisson(means)


def _refuse_excess(cells: pd.DataFrame) -> None:
    """No year awards more units than were proposed."""
    over = cells[cells["count"] > cells["proposed"]]
    if len(over):
        row = over.iloc[0]
        raise EvidenceError(
            f"the draw gives {row['count']} awards of {row['proposed']} units proposed in {row['year']} "
            f"({row['agency_type']}, {row['predicate']}); lower rates, regime_ratio or dispersion, or raise exposure"
        )
