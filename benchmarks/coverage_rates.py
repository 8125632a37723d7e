"""Coverage of the intervals of rates: how often a 95% interval holds the truth, at the evidence's own sizes.

Run: ``python benchmarks/coverage_rates.py`` prints the table; ``coverage`` is what other scripts import.
"""

import numpy as np
import pandas as pd
from scipy.special import expit

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import build_evidence
from zi_analysis.study.betabinomial import fit_beta_binomial
from zi_analysis.study.rate_outliers import predict_left_out
from zi_analysis.study.rate_tables import exact_rates, list_rates
from zi_analysis.study.rates import fit_rates, rate_intervals

SMALLS = {"exact": 10**9, "wilson": 0, "mixed": 10}  # fewest successes or failures for Wilson's interval
MODELS = ("none", "quasi", "beta-binomial")


def evidence_sizes() -> tuple[np.ndarray, float, float]:
    """Units proposed in the years with an exact rate, and the rate and rho fitted to them.

    Returns
    -------
    trials : ndarray
    share, rho : float
    """
    counted = build_evidence(track="national").counted
    rates = list_rates(counted.cells, counted.exposures, groups=["all"], years=range(2012, 2026))
    series = exact_rates(rates, measures=["units_proposed"], groups=["all"])
    fit = fit_beta_binomial(series[["successes", "trials"]], successes="successes", trials="trials")
    share = float(expit(fit.coefficients["estimate"].item()))
    return series["trials"].to_numpy(), share, fit.rho


def coverage(replicates: int = 2000, *, seed: int = 20, progress: bool = False) -> pd.DataFrame:
    """Draw rates again and again and count how often each interval holds what they were drawn from.

    Parameters
    ----------
    replicates : int
        Data sets drawn for each row.
    seed : int
        Seed of the draws.
    progress : bool
        Whether to print each part as it ends.

    Returns
    -------
    DataFrame
        model, term, interval, truth, coverage (share of replicates answered), replicates, refused, mc_error
        (standard error of the coverage).
    """
    trials, share, rho = evidence_sizes()
    generator = np.random.default_rng(seed)
    parts = [cover_single(replicates, generator, trials=int(size), share=share) for size in sorted(set(trials))]
    parts += [cover_single(replicates, generator, trials=size, share=share) for size in (13, 20)]
    parts += [cover_models(replicates, generator, trials=trials, share=share, rho=true) for true in (0.0, rho)]
    parts.append(cover_prediction(replicates, generator, trials=trials, share=share, rho=rho))
    if progress:
        for part in parts:
            print(part.to_string(index=False, header=False))
    return pd.concat(parts, ignore_index=True)


def cover_single(replicates: int, generator: np.random.Generator, *, trials: int, share: float) -> pd.DataFrame:
    """Exact, Wilson's and the mixed interval of one rate.

    Parameters
    ----------
    replicates : int
        Draws.
    generator : Generator
        Source of chance.
    trials : int
        Size.
    share : float
        True rate.

    Returns
    -------
    DataFrame
    """
    drawn = pd.DataFrame({"won": generator.binomial(trials, share, replicates), "tried": trials})
    rows = []
    for name, small in SMALLS.items():
        found = rate_intervals(drawn, successes="won", trials="tried", small=small)
        held = (found["low"] <= share) & (share <= found["high"])
        rows.append(_row(name, f"rate of {trials}", "95% interval", share, held.tolist(), 0))
    return pd.DataFrame(rows)


def draw_rows(generator: np.random.Generator, *, trials: np.ndarray, share: float, rho: float) -> pd.DataFrame:
    """One data set: a rate for each row from the beta law, then successes."""
    size = (1 - rho) / rho if rho > 0 else np.inf
    rates = generator.beta(share * size, (1 - share) * size, len(trials)) if rho > 0 else np.full(len(trials), share)
    return pd.DataFrame({"year": range(len(trials)), "successes": generator.binomial(trials, rates), "trials": trials})


def cover_models(
    replicates: int, generator: np.random.Generator, *, trials: np.ndarray, share: float, rho: float
) -> pd.DataFrame:
    """Intervals of the common rate under each model, and of rho.

    Returns
    -------
    DataFrame
    """
    held: dict[str, list[bool]] = {name: [] for name in (*MODELS, "rho")}
    refused = dict.fromkeys(held, 0)
    odds = share / (1 - share)
    for _ in range(replicates):
        table = draw_rows(generator, trials=trials, share=share, rho=rho)[["successes", "trials"]]
        for model in MODELS:
            try:
                if model == "beta-binomial":
                    fit = fit_beta_binomial(table, successes="successes", trials="trials")
                    held["rho"].append(fit.rho_low <= rho <= fit.rho_high)
                else:
                    fit = fit_rates(table, successes="successes", trials="trials", overdispersion=model)
            except StudyRefusal:
                refused[model] += 1
                continue
            row = fit.coefficients.iloc[0]
            held[model].append(bool(row["low"] <= odds <= row["high"]))
    refused["rho"] = refused["beta-binomial"]
    names = {name: name for name in MODELS} | {"rho": "beta-binomial"}
    rows = [
        _row(
            f"{names[key]} (rho {rho:.3f})",
            "rho" if key == "rho" else "common rate",
            "profile" if key == "rho" else "normal" if key == "none" else "Student's t",
            rho if key == "rho" else share,
            values,
            refused[key],
        )
        for key, values in held.items()
    ]
    return pd.DataFrame(rows)


def cover_prediction(
    replicates: int, generator: np.random.Generator, *, trials: np.ndarray, share: float, rho: float
) -> pd.DataFrame:
    """The prediction of a year from the others, wide and for chance alone.

    Returns
    -------
    DataFrame
    """
    wide, narrow = [], []
    for _ in range(replicates):
        table = draw_rows(generator, trials=trials, share=share, rho=rho)
        found = predict_left_out(table, year=int(generator.integers(len(trials))))
        wide.append(not found.outside)
        narrow.append(found.chance_low <= found.rate <= found.chance_high)
    return pd.DataFrame(
        [
            _row("years differ", "rate of a year left out", "prediction", np.nan, wide, 0),
            _row("chance alone", "rate of a year left out", "prediction", np.nan, narrow, 0),
        ]
    )


def _row(model: str, term: str, interval: str, truth: float, held: list[bool], refused: int) -> dict[str, object]:
    share = float(np.mean(held)) if held else np.nan
    error = float(np.sqrt(share * (1 - share) / len(held))) if held else np.nan
    return {
        "model": model,
        "term": term,
        "interval": interval,
        "truth": truth,
        "coverage": share,
        "replicates": len(held) + refused,
        "refused": refused,
        "mc_error": error,
    }


if __name__ == "__main__":
    print(coverage(progress=False).round(4).to_string(index=False))
