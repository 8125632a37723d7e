"""How often intervals of coarsened fits hold the truth, on data of the evidence's own size and missingness.

The evidence is fitted; full tables of counts are drawn from the fit and coarsened as the evidence is: exact cells stay
exact, bounded cells keep their width around the drawn count, sums are those of the drawn counts with their own width.
A profile interval holds the truth when twice the drop of the likelihood, with that term held at its truth and all
others at their best, is below the 95% point of chi-squared; so one constrained search a term is enough.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats
from tqdm import tqdm

from zi_analysis.errors import ZiError
from zi_analysis.evidence.assemble import build_evidence
from zi_analysis.study.coarsened import count_degrees, find_maximum
from zi_analysis.study.coarsened_evidence import CoarseEvidence, coarse_cells
from zi_analysis.study.coarsened_surface import Top, find_top

LIMIT = float(stats.chi2.ppf(0.95, 1))
TYPES = ("central", "province", "regency", "city")
YEARS = range(2015, 2026)


@dataclass(frozen=True)
class Truth:
    """What data are drawn from: the evidence, its fitted means, coefficients and overdispersion."""

    evidence: CoarseEvidence
    mean: np.ndarray
    place: np.ndarray
    family: str


def find_truth(evidence: CoarseEvidence, family: str) -> Truth:
    """Fit the evidence; the fit is the truth of the simulation."""
    options = {"formula": evidence.formula, "exposure": evidence.exposure}
    found = find_maximum(evidence.cells, evidence.sums, family=family, **options)
    return Truth(evidence, np.exp(found.surface.split(found.top.place)[0]), found.top.place, family)


def draw_coarse(truth: Truth, draw: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a full table and coarsen it as the evidence is."""
    mean = truth.mean
    if truth.family == "nb2":
        alpha = float(np.exp(truth.place[-1]))
        mean = mean * draw.gamma(1 / alpha, alpha, len(mean))
    counts = draw.poisson(mean)
    cells = truth.evidence.cells
    lower, upper = _around(cells, counts, draw)
    known = cells.assign(lower=lower, upper=upper)
    sums = truth.evidence.sums
    totals = np.array([counts[_members(cells, row)].sum() for row in sums.to_dict("records")])
    lower, upper = _around(sums, totals, draw)
    return known, sums.assign(lower=lower, upper=upper)


def _members(cells: pd.DataFrame, row: dict) -> np.ndarray:
    factors = ("year", "agency_type", "predicate", "government", "lowest")
    given = [name for name in factors if not pd.isna(row[name])]
    return np.logical_and.reduce([(cells[name] == row[name]).to_numpy() for name in given])


def _around(table: pd.DataFrame, counts: np.ndarray, draw: np.random.Generator) -> tuple[pd.array, pd.array]:
    """Bounds of the same width around a count, which lies anywhere within; where there is no upper, as far above."""
    width = (table["upper"] - table["lower"]).astype("Float64").to_numpy(dtype="float64", na_value=np.inf)
    finite = np.where(np.isfinite(width), width, 0)
    lower = np.maximum(counts - np.floor(draw.random(len(counts)) * (finite + 1)), 0)
    share = draw.random(len(counts))
    lower = np.where(np.isfinite(width), lower, np.floor(share * counts))
    upper = pd.array(lower + finite, dtype="Float64").astype("Int64")
    upper[~np.isfinite(width)] = pd.NA
    return pd.array(lower.astype("int64"), dtype="Int64"), upper


def check_one(seed: int, *, truth: Truth) -> list[dict]:
    """One data set: whether each interval holds the truth; refused where there is no fit."""
    cells, sums = draw_coarse(truth, np.random.default_rng(seed))
    options = {"formula": truth.evidence.formula, "exposure": truth.evidence.exposure}
    try:
        found = find_maximum(cells, sums, family=truth.family, **options)
    except ZiError:
        return [{"seed": seed, "refused": True}]
    names = found.design.matrix.columns
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(found.information, rcond=1e-10, hermitian=True)), 0))
    rows = []
    for term, name in enumerate(names):
        start = found.top.place.copy()
        start[term] = truth.place[term]
        try:
            held = find_top(found.surface, start, fixed=term, tolerance=1e-6)
        except ZiError:
            held = Top(start, np.nan, found.information)
        drop = 2 * (found.top.log_likelihood - held.log_likelihood)
        away = abs(found.top.place[term] - truth.place[term])
        wider = float(stats.f.ppf(0.95, 1, count_degrees(found)))
        inside = {"profile": drop <= LIMIT, "profile, t": drop <= wider, "wald": away <= 1.959964 * errors[term]}
        known = {"profile": np.isfinite(drop), "profile, t": np.isfinite(drop), "wald": True}
        rows += [
            {"seed": seed, "refused": not known[kind], "term": name, "interval": kind, "covered": bool(inside[kind])}
            for kind in inside
        ]
    return rows


def coverage(
    replicates: int = 2000, *, seed: int = 20260, families: tuple[str, ...] = ("poisson", "nb2"), progress: bool = True
) -> pd.DataFrame:
    """Share of 95% intervals that hold the truth.

    Parameters
    ----------
    replicates : int
        Data sets for each family.
    seed : int
        Seed of the first data set; the others follow.
    families : tuple of str
        poisson, nb2.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    DataFrame
        model, term, interval (profile, profile t or wald), truth (log ratio), coverage, replicates, refused, mc_error.
    """
    counted = build_evidence(track="national").counted
    evidence = coarse_cells(counted, years=YEARS, predicates=["all"], agency_types=TYPES)
    tables = []
    for family in families:
        truth = find_truth(evidence, family)
        seeds = range(seed, seed + replicates)
        with ProcessPoolExecutor(max_workers=2) as pool:
            found = pool.map(partial(check_one, truth=truth), seeds, chunksize=10)
            rows = [row for one in tqdm(found, total=replicates, disable=not progress) for row in one]
        tables.append(_summarise(pd.DataFrame(rows), truth))
    return pd.concat(tables, ignore_index=True)


def _summarise(rows: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    refused_all = int((rows["refused"] & rows["term"].isna()).sum())
    told = rows[rows["term"].notna()].astype({"refused": bool, "covered": float})
    names = list(dict.fromkeys(told["term"]))
    groups = told.groupby(["term", "interval"], sort=False)
    answered = told[~told["refused"]].groupby(["term", "interval"], sort=False)["covered"].agg(["mean", "size"])
    table = answered.join(groups["refused"].sum()).reset_index()
    return pd.DataFrame(
        {
            "model": truth.family,
            "term": table["term"],
            "interval": table["interval"],
            "truth": table["term"].map(dict(zip(names, truth.place, strict=False))),
            "coverage": table["mean"],
            "replicates": table["size"],
            "refused": table["refused"].astype(int) + refused_all,
            "mc_error": np.sqrt(table["mean"] * (1 - table["mean"]) / table["size"]),
        }
    )


def main() -> None:
    """Print a table for each family as soon as it is there; the number of replicates may be given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--family", choices=["poisson", "nb2"], action="append")
    given = parser.parse_args()
    for family in given.family or ("poisson", "nb2"):
        print(coverage(given.replicates, families=(family,)).round(4).to_string(index=False), flush=True)


if __name__ == "__main__":
    main()
