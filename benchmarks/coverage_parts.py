"""Parts of the coverage benchmark: measure each, or take what was kept of it."""

import importlib
from pathlib import Path

import pandas as pd


def measure(replicates: int, keep: Path | None, *, parts: list[str]) -> dict[str, pd.DataFrame]:
    """Measure every part, or read what was kept of it.

    Parameters
    ----------
    replicates : int
        Data sets drawn for each model and law.
    keep : Path or None
        Folder of measured parts.
    parts : list of str
        Modules of this folder, each with a function ``coverage``.

    Returns
    -------
    dict
        Module -> table: model, term, interval, truth, coverage, replicates, refused, mc_error.

    Examples
    --------
    >>> measure(10, None, parts=[])
    {}
    """
    found = {}
    for part in parts:
        kept = None if keep is None else keep / f"{part}-{replicates}.csv"
        if kept is not None and kept.exists():
            found[part] = pd.read_csv(kept)
            continue
        found[part] = importlib.import_module(part).coverage(replicates, progress=False)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            found[part].to_csv(kept, index=False)
    return found
