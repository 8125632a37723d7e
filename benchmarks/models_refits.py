"""Ten thousand refits of one model: side by side, in a loop over statsmodels, and in a loop over R's glm.fit."""

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from coverage_counts import Setting, settings
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from zi_analysis.study.refits import refit_counts
from zi_analysis.study.refits_nb2 import refit_nb2

_SCRIPT = Path(__file__).with_suffix(".R")
_BEST_OF = 3

Answer = TypeVar("Answer")


def compare_refits(
    replicates: int = 10_000, *, looped: int = 300, seed: int = 7, setting: Setting | None = None
) -> dict[str, float | None]:
    """Refit the model of agency type and year to data drawn from it, by three ways.

    Parameters
    ----------
    replicates : int
        Data sets refitted at once, and by R.
    looped : int
        How many of them the loop over statsmodels fits; its time is scaled to all.
    seed : int
        Seed of the draws.
    setting : Setting, optional
        Cells and truth; those of the evidence when left out.

    Returns
    -------
    dict
        cells, terms, replicates, looped, refused (data sets without an answer), processor seconds for all data sets:
        ours_seconds, loop_seconds, r_seconds; ratio and r_ratio (the loops over ours), largest differences of any
        estimate, loop_difference and r_difference; nb2_seconds (all data sets, drawn and refitted by NB2). None
        without R.
    """
    setting = settings()[1] if setting is None else setting
    counts = setting.draw("Poisson", replicates, np.random.default_rng(seed))
    ours, found = best(lambda: refit_counts(counts, setting.matrix, offset=setting.offset))
    looped = min(looped, replicates)
    loop, by_loop = best(lambda: _loop(setting, counts[:looped]), times=1)
    r_seconds, by_r = _loop_in_r(setting, counts)
    spread = setting.draw("NB2", replicates, np.random.default_rng(seed))
    nb2, _ = best(lambda: refit_nb2(spread, setting.matrix, offset=setting.offset), times=1)
    loop *= replicates / looped
    return {
        "cells": len(setting.offset),
        "terms": setting.matrix.shape[1],
        "replicates": replicates,
        "looped": looped,
        "refused": int((~found.converged).sum()),
        "ours_seconds": ours,
        "loop_seconds": loop,
        "r_seconds": r_seconds,
        "ratio": loop / ours,
        "r_ratio": None if r_seconds is None else r_seconds / ours,
        "loop_difference": _difference(found.coefficients[:looped], by_loop),
        "r_difference": None if by_r is None else _difference(found.coefficients, by_r),
        "nb2_seconds": nb2,
    }


def best(work: Callable[[], Answer], *, times: int = _BEST_OF) -> tuple[float, Answer]:
    """Do something a few times; the fewest processor seconds and the last answer."""
    spent = []
    for _ in range(times):
        started = time.process_time()
        answer = work()
        spent.append(time.process_time() - started)
    return min(spent), answer


def _loop(setting: Setting, counts: np.ndarray) -> np.ndarray:
    """One statsmodels fit after the other, with the tolerance it comes with."""
    answers = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for drawn in counts:
            model = GLM(drawn, setting.matrix, family=families.Poisson(), offset=setting.offset)
            answers.append(model.fit().params)
    return np.array(answers)


def _loop_in_r(setting: Setting, counts: np.ndarray) -> tuple[float | None, np.ndarray | None]:
    """The same in one R process; nothing when R is not there."""
    program = shutil.which("Rscript")
    if program is None:
        return None, None
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        counts.tofile(folder / "counts.bin")
        np.asfortranarray(setting.matrix).T.tofile(folder / "matrix.bin")
        setting.offset.tofile(folder / "offset.bin")
        sizes = {"n": [counts.shape[1]], "k": [setting.matrix.shape[1]], "b": [len(counts)]}
        pd.DataFrame(sizes).to_csv(folder / "sizes.csv", index=False)
        subprocess.run([program, "--vanilla", str(_SCRIPT), str(folder)], check=True, capture_output=True)
        answers = np.fromfile(folder / "coefficients.bin").reshape(len(counts), -1)
        return float(pd.read_csv(folder / "seconds.csv")["seconds"].item()), answers


def _difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference of any estimate that both have."""
    both = np.isfinite(ours).all(axis=1)
    return float(np.abs(ours[both] - theirs[both]).max())


if __name__ == "__main__":
    for name, value in compare_refits().items():
        print(f"{name}: {value:.4g}")
