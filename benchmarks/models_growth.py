"""How the time of each model grows with the number of cells: 50 to 50,000."""

import signal
from collections.abc import Callable

import numpy as np
import pandas as pd
from models_refits import best

from zi_analysis.errors import ZiError
from zi_analysis.study.breaks import fit_break
from zi_analysis.study.counts import fit_counts
from zi_analysis.study.panel import fit_panel
from zi_analysis.study.rates import fit_rates

SIZES = (50, 500, 5_000, 50_000)
_TYPES = ("central", "province", "regency", "city")
_LONGEST = 30.0  # processor seconds; a fit that takes longer is stopped, and larger sizes are left out


def draw_cells(cells: int, *, seed: int = 3) -> pd.DataFrame:
    """Draw cells like those of the evidence: four types and ten years, and as many copies as it takes.

    Parameters
    ----------
    cells : int
        Number of cells.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        agency_type, year, exposure, award_count, successes.
    """
    random = np.random.default_rng(seed)
    place = np.arange(cells)
    table = pd.DataFrame({"agency_type": np.array(_TYPES)[place % 4], "year": 2015 + place // 4 % 10})
    exposure = random.integers(20, 200, cells)
    rate = np.exp(-2 - 0.3 * (place % 4) + 0.05 * (place // 4 % 10))
    return table.assign(
        exposure=exposure,
        award_count=random.poisson(rate * exposure * random.gamma(4, 0.25, cells)),
        successes=random.binomial(exposure, rate),
    )


def draw_panel(cells: int, *, seed: int = 3) -> pd.DataFrame:
    """Draw agencies with their whole counts in ten years.

    Parameters
    ----------
    cells : int
        Number of agency-years.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        Columns that ``fit_panel`` asks for.
    """
    random = np.random.default_rng(seed)
    place = np.arange(cells)
    level = random.gamma(2, 4, cells // 10 + 1)[place // 10]
    counts = random.poisson(level * np.exp(0.05 * (place % 10)))
    name = np.char.add("a", (place // 10).astype(str))
    return pd.DataFrame(
        {
            "agency_id": name,
            "agency": name,
            "agency_type": "central",
            "predicate": "all",
            "year": 2015 + place % 10,
            "lower": counts,
            "upper": counts,
            "status": "exact",
        }
    ).astype({"lower": "Int64", "upper": "Int64"})


def draw_series(cells: int, *, seed: int = 3) -> pd.DataFrame:
    """Draw one long series of years, half of it before a break.

    Parameters
    ----------
    cells : int
        Number of years.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        year, award_count, exposure.
    """
    random = np.random.default_rng(seed)
    years = 2022 - cells // 2 + np.arange(cells)
    means = np.where(years < 2022, 50.0, 25.0)
    return pd.DataFrame({"year": years, "award_count": random.poisson(means), "exposure": 100})


def _counts(family: str) -> Callable[[int], object]:
    def work(cells: int) -> object:
        formula = "award_count ~ agency_type + year"
        return fit_counts(tables[cells], formula=formula, exposure="exposure", family=family)

    tables = {cells: draw_cells(cells) for cells in SIZES}
    return work


def _rates(cells: int) -> object:
    return fit_rates(draw_cells(cells), formula="agency_type + year", successes="successes", trials="exposure")


def _panel(cells: int) -> object:
    return fit_panel(draw_panel(cells), predicate="all", years=range(2015, 2025))


def _break(cells: int) -> object:
    return fit_break(draw_series(cells))


MODELS: dict[str, Callable[[], Callable[[int], object]]] = {
    "counts, Poisson": lambda: _counts("poisson"),
    "counts, NB2": lambda: _counts("nb2"),
    "rates": lambda: _rates,
    "panel of agencies": lambda: _panel,
    "break": lambda: _break,
}


def measure_growth(*, sizes: tuple[int, ...] = SIZES, models: tuple[str, ...] = tuple(MODELS)) -> pd.DataFrame:
    """Measure the processor seconds of each model at each size.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of cells, rising.
    models : tuple of str
        Keys of ``MODELS``.

    Returns
    -------
    DataFrame
        model, cells, seconds (missing where it was left out), note (why).
    """
    rows = []
    for model in models:
        work, note = MODELS[model](), ""
        for cells in sizes:
            seconds, note = (np.nan, note) if note else _measure(work, cells)
            rows.append({"model": model, "cells": cells, "seconds": seconds, "note": note})
    return pd.DataFrame(rows)


def _measure(work: Callable[[int], object], cells: int) -> tuple[float, str]:
    """Processor seconds of one fit, or why there are none."""
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, _LONGEST)
    try:
        return best(lambda: work(cells), times=1 if cells > 5_000 else 2)[0], ""
    except TimeoutError:
        return np.nan, f"stopped after {_LONGEST:.0f} seconds at {cells:,} cells"
    except (ZiError, MemoryError) as error:
        return np.nan, f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _stop(number: int, frame: object) -> None:
    raise TimeoutError


def linear(growth: pd.DataFrame) -> dict[str, float]:
    """Tell how much longer a cell takes at the largest size than at the one before.

    Parameters
    ----------
    growth : DataFrame
        From `measure_growth`.

    Returns
    -------
    dict
        Model -> time a cell over that at the size before; infinite where the largest size was left out.
    """
    told = {}
    for model, part in growth.groupby("model", sort=False):
        each = (part["seconds"] / part["cells"]).to_numpy()
        told[str(model)] = float(each[-1] / each[-2]) if np.isfinite(each[-2:]).all() else np.inf
    return told


if __name__ == "__main__":
    found = measure_growth()
    print(found.to_string(index=False))
    print(linear(found))
