"""One measurement in a process of its own: `python benchmarks/tasks.py TASK [LIST] [--truth CSV]` prints it as json."""

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv  # noqa: F401 - pandas loads it when it first reads; that is not counted

Told = dict[str, float | int | np.ndarray]


def measure_imports(path: Path) -> Told:
    """Do nothing: the memory that the imported libraries need.

    Parameters
    ----------
    path : Path
        Not looked at.

    Returns
    -------
    dict
        No seconds.

    Examples
    --------
    >>> measure_imports(Path("list.csv"))
    {'seconds': 0.0}
    """
    from zi_analysis import clean_awards

    assert callable(clean_awards)
    return {"seconds": 0.0}


def measure_reading(path: Path) -> Told:
    """Read the file with pandas and its pyarrow engine.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    dict
        seconds; frame, the size of the frame in bytes.

    Examples
    --------
    >>> measure_reading(Path("list.csv"))["frame"] > 0  # doctest: +SKIP
    True
    """
    start = time.perf_counter()
    frame = pd.read_csv(path, engine="pyarrow")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "frame": int(frame.memory_usage(deep=True).sum())}


def measure_cleaning(path: Path) -> Told:
    """Do the whole job of `clean_awards`: read, repair, resolve, merge, account.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    dict
        seconds; agency_ids and award_keys, one a row; accepted, merged and rejected, numbers of rows.

    Examples
    --------
    >>> measure_cleaning(Path("list.csv"))["accepted"] > 0  # doctest: +SKIP
    True
    """
    from zi_analysis import clean_awards

    start = time.perf_counter()
    cleaned = clean_awards(path)
    seconds = time.perf_counter() - start
    total = cleaned.log.iloc[-1]
    counts = {name: int(total[name]) for name in ("accepted", "merged", "rejected")}
    rows = {"agency_ids": "agency_id", "award_keys": "award_key"}
    return {"seconds": seconds, **counts} | {
        name: cleaned.matches[column].astype("str").fillna("").to_numpy(dtype=object) for name, column in rows.items()
    }


def measure_naming(path: Path) -> Told:
    """Do a part of the job, as `zi resolve` does: read three columns, find the agency of each row.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    dict
        seconds; agency_ids, one a row.

    Examples
    --------
    >>> len(measure_naming(Path("list.csv"))["agency_ids"]) > 0  # doctest: +SKIP
    True
    """
    from zi_analysis import resolve_agencies

    columns = ["year", "agency_as_written", "unit_as_written"]
    start = time.perf_counter()
    rows = pd.read_csv(path, engine="pyarrow", usecols=columns)
    found = resolve_agencies(rows, name=columns[1], unit=columns[2], year=columns[0])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "agency_ids": found["agency_id"].fillna("").to_numpy(dtype=object)}


def _measure_rival(module: str, name: str) -> Callable[[Path], Told]:
    """Make the measurement of a rival; its library is loaded first."""

    def measure(path: Path) -> Told:
        from importlib import import_module

        answer = getattr(import_module(module), name)(path)
        told: Told = {"seconds": answer.seconds}
        told |= {} if answer.agency_ids is None else {"agency_ids": answer.agency_ids}
        return told | ({} if answer.awards is None else {"award_keys": answer.awards})

    return measure


TASKS: dict[str, Callable[[Path], Told]] = {
    "imports": measure_imports,
    "reading": measure_reading,
    "cleaning": measure_cleaning,
    "naming": measure_naming,
    "loop": _measure_rival("rivals", "extract_row_by_row"),
    "distinct": _measure_rival("rivals", "match_distinct"),
    "splink": _measure_rival("rival_splink", "link_and_dedupe"),
    "splink rows": _measure_rival("rival_splink", "link_every_row"),
}


def compare_with_truth(agency_ids: np.ndarray, truth: pd.DataFrame) -> dict[str, float]:
    """Tell how many rows found their agency.

    Parameters
    ----------
    agency_ids : np.ndarray
        One a row, "" where none was found.
    truth : pd.DataFrame
        agency_id of each row, "" where no register has the agency.

    Returns
    -------
    dict
        Shares right, wrong and open of the rows with an agency in the register; share matched of the others.

    Examples
    --------
    >>> truth = pd.DataFrame({"agency_id": ["ma", "ma", "bps", ""]})
    >>> compare_with_truth(np.array(["ma", "bps", "", ""], dtype=object), truth)["open"]
    0.3333333333333333
    """
    if len(agency_ids) != len(truth):
        raise ValueError(f"{len(agency_ids)} agencies for {len(truth)} rows; rows went missing")
    true = truth["agency_id"].to_numpy(dtype=object)
    known, found, right = true != "", agency_ids != "", agency_ids == true
    return {
        "right": float(right[known].mean()),
        "wrong": float((found & ~right)[known].mean()),
        "open": float((~found)[known].mean()),
        "strangers": float(found[~known].mean()) if (~known).any() else 0.0,
    }


def compare_awards(award_keys: np.ndarray, truth: pd.DataFrame) -> dict[str, float]:
    """Tell how well the rows of one award were put together.

    Parameters
    ----------
    award_keys : np.ndarray
        One a row: the award it was put into, "" for none.
    truth : pd.DataFrame
        award of each row, "-1" where there is none.

    Returns
    -------
    dict
        told, number of awards told; awards, number of true ones; mixed, share of the rows put into an award that
        is mostly another's.

    Examples
    --------
    >>> truth = pd.DataFrame({"award": ["1", "1", "2", "3"]})
    >>> compare_awards(np.array(["a", "a", "a", ""], dtype=object), truth)["mixed"]
    0.3333333333333333
    """
    rows = pd.DataFrame({"key": award_keys, "award": truth["award"].to_numpy()}).query("key != ''")
    most = rows.groupby(["key", "award"]).size().groupby("key").max()
    return {
        "told": float(len(most)),
        "awards": float(truth.loc[truth["award"] != "-1", "award"].nunique()),
        "mixed": 1 - float(most.sum()) / len(rows) if len(rows) else 0.0,
    }


def peak_memory() -> int:
    """Return the most memory that this process held at once.

    Returns
    -------
    int
        Bytes. Linux tells the process's own peak; ru_maxrss may tell its parent's, as it outlives the start.

    Examples
    --------
    >>> peak_memory() > 1_000_000
    True
    """
    status = Path("/proc/self/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.exists() else None
    return 1024 * int(told[1]) if told else 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(arguments: list[str]) -> int:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=list(TASKS))
    parser.add_argument("list", type=Path, nargs="?", default=Path())
    parser.add_argument("--truth", type=Path, help="csv with the true agency of each row")
    asked = parser.parse_args(arguments)
    before = time.process_time()
    told = TASKS[asked.task](asked.list)
    told |= {"processor": time.process_time() - before, "peak": peak_memory()}
    agency_ids, award_keys = told.pop("agency_ids", None), told.pop("award_keys", None)
    if asked.truth is not None and isinstance(agency_ids, np.ndarray):
        truth = pd.read_csv(asked.truth, dtype=str, keep_default_na=False)
        told |= compare_with_truth(agency_ids, truth)
        told |= compare_awards(award_keys, truth) if isinstance(award_keys, np.ndarray) else {}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
