"""The specification grid against a loop of statsmodels fits of the same specifications."""

import time
import warnings

import numpy as np
from statsmodels.discrete.discrete_model import NegativeBinomial
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from zi_analysis.evidence.assemble import build_evidence
from zi_analysis.study.spec_fits import fit_grid
from zi_analysis.study.spec_grid import Grid
from zi_analysis.study.specifications import curve_rules


def compare_grid(*, seconds: float = 60.0) -> dict[str, float | int]:
    """Fit the grid of the rules of 2021 by ours and by a loop over statsmodels.

    Poisson specifications are fitted by ``GLM`` with ``cov_type="HC1"``, negative binomial ones by
    ``discrete.NegativeBinomial``, started from the Poisson coefficients; both are told the same points.

    Parameters
    ----------
    seconds : float
        The loop stops after so long; the time of the whole is then told by its share.

    Returns
    -------
    dict
        specifications, looped, ours_seconds, loop_seconds (for all of them), ratio, largest_difference (between
        estimates of the ratio's logarithm, relative to the larger of 1 and the estimate), not_converged (fits of the
        loop that statsmodels itself says did not converge; they are not compared).
    """
    grid = curve_rules(build_evidence(), years=range(2015, 2026), predicate="all").grid
    started = time.perf_counter()
    fits = fit_grid(grid)
    ours = time.perf_counter() - started
    answered = np.flatnonzero((fits["refusal"] == "").to_numpy())
    order = np.random.default_rng(1).permutation(answered)
    differences, failed, looped = [0.0], 0, 0
    started = time.perf_counter()
    for place in order:
        if time.perf_counter() - started > seconds:
            break
        looped += 1
        estimate = _fit_alone(grid, int(place))
        if estimate is None:
            failed += 1
            continue
        told = float(fits["estimate"].iloc[place])
        differences.append(abs(estimate - told) / max(1.0, abs(told)))
    loop = (time.perf_counter() - started) * len(answered) / looped
    return {
        "specifications": len(answered),
        "looped": looped,
        "ours_seconds": ours,
        "loop_seconds": loop,
        "ratio": loop / ours,
        "largest_difference": max(differences),
        "not_converged": failed,
    }


def _fit_alone(grid: Grid, place: int) -> float | None:
    """One specification by statsmodels; None where it says that it did not converge."""
    used = grid.use[place]
    frame = grid.matrices[grid.choices["time"].iloc[place]]
    matrix, counts = frame.to_numpy()[used], grid.counts[place, used]
    offset = np.log(grid.exposures[place, used])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fit = GLM(counts, matrix, family=families.Poisson(), offset=offset).fit(cov_type="HC1", tol=1e-12)
        if grid.choices["family"].iloc[place] == "nb2":
            start = np.append(fit.params, 0.5)
            model = NegativeBinomial(counts, matrix, offset=offset)
            fit = model.fit(start_params=start, disp=False, maxiter=500, gtol=1e-10)
            if not fit.mle_retvals["converged"]:
                return None
    return float(fit.params[frame.columns.get_loc(grid.term)])


if __name__ == "__main__":
    for name, value in compare_grid().items():
        print(f"{name}: {value:.4g}")
