"""Two more tools, which cannot be installed beside pandas 3: recordlinkage and string-grouper, on distinct spellings.

Run it in an environment of its own, on a list with its truth from ``lists.py``:
`uv run --no-project --with "pandas<3" --with pyarrow --with recordlinkage --with string-grouper
benchmarks/rivals_pandas2.py LIST TRUTH`
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

_NAMES = Path(__file__).parents[1] / "data" / "register" / "agency_names.csv"
_LEAST_JARO_WINKLER = 0.90  # the best of a few tried on a generated list
_LEAST_COSINE = 0.7


def link_with_recordlinkage(spellings: pd.Series, names: pd.DataFrame) -> np.ndarray:
    """Block on the first three or last four letters, take the name of highest Jaro-Winkler likeness.

    Parameters
    ----------
    spellings : pd.Series
        Distinct, in small letters.
    names : pd.DataFrame
        Columns agency_id and name, names in small letters.

    Returns
    -------
    np.ndarray
        agency_id of each spelling, "" where none is near enough.

    Examples
    --------
    >>> names = pd.DataFrame({"agency_id": ["bps"], "name": ["badan pusat statistik"]})
    >>> link_with_recordlinkage(pd.Series(["badan pusat statistk"]), names)  # doctest: +SKIP
    array(['bps'], dtype=object)
    """
    import recordlinkage

    sides = [
        pd.DataFrame({"name": text, "first": text.str[:3], "last": text.str[-4:]})
        for text in (spellings, names["name"])
    ]
    index = recordlinkage.Index()
    index.block("first")
    index.block("last")
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="jarowinkler", label="likeness")
    pairs = compare.compute(index.index(*sides), *sides).reset_index()
    pairs.columns = ["spelling", "name", "likeness"]
    best = (
        pairs.sort_values("likeness").drop_duplicates("spelling", keep="last").query("likeness >= @_LEAST_JARO_WINKLER")
    )
    found = np.full(len(spellings), "", dtype=object)
    found[best["spelling"]] = names["agency_id"].to_numpy(dtype=object)[best["name"]]
    return found


def match_with_string_grouper(spellings: pd.Series, names: pd.DataFrame) -> np.ndarray:
    """Take the name with the most similar groups of three letters.

    Parameters
    ----------
    spellings, names
        As in `link_with_recordlinkage`.

    Returns
    -------
    np.ndarray
        agency_id of each spelling, "" where none is near enough.

    Examples
    --------
    >>> names = pd.DataFrame({"agency_id": ["bps"], "name": ["badan pusat statistik"]})
    >>> match_with_string_grouper(pd.Series(["badan pusat statistk"]), names)  # doctest: +SKIP
    array(['bps'], dtype=object)
    """
    from string_grouper import match_most_similar

    told = match_most_similar(names["name"], spellings, min_similarity=_LEAST_COSINE)
    ids = dict(zip(names["name"], names["agency_id"], strict=True))
    return np.array([ids.get(name, "") for name in told.iloc[:, -1]], dtype=object)


def main(arguments: list[str]) -> int:
    """Time both tools, reading included, and tell how right they are."""
    path, truth_path = map(Path, arguments)
    warnings.simplefilter("ignore")
    names = pd.read_csv(_NAMES, dtype=str, keep_default_na=False)
    names["name"] = names["name"].str.lower()
    true = pd.read_csv(truth_path, dtype=str, keep_default_na=False)["agency_id"].to_numpy(dtype=object)
    for tool in (link_with_recordlinkage, match_with_string_grouper):
        start = time.perf_counter()
        written = pd.read_csv(path, engine="pyarrow", usecols=["agency_as_written"])["agency_as_written"].fillna("")
        codes, spellings = pd.factorize(written)
        found = tool(pd.Series(spellings).str.lower(), names)[codes]
        seconds, known = time.perf_counter() - start, true != ""
        right, open_ = (found == true)[known].mean(), (found == "")[known].mean()
        print(f"{tool.__name__}: {seconds:.1f} s, {right:.1%} right, {1 - right - open_:.2%} wrong, {open_:.1%} open")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
