"""Measurements, each in a process of its own, so that none profits from or pays for another."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from verdict import MILLION, Size, Told

HERE = Path(__file__).parent
_TIMEOUT = 3_600  # seconds
_BYTES_A_ROW = 230
_START_RUNS = 9
_ONCE = ("loop", "splink rows")  # one run each: minutes long or sampled
_TRUTH_ROWS = MILLION
_STARTS = {
    "zi --help": [str(Path(sys.executable).parent / "zi"), "--help"],
    "import pandas": [sys.executable, "-c", "import pandas"],
    "import zi_analysis": [sys.executable, "-c", "import zi_analysis"],
    "from zi_analysis import clean_awards": [sys.executable, "-c", "from zi_analysis import clean_awards"],
}


def tasks_for(rows: int, *, fresh: bool) -> list[str]:
    """Choose what is measured on a list.

    Parameters
    ----------
    rows : int
        Its rows.
    fresh : bool
        Whether each row with slips has slips of its own.

    Returns
    -------
    list of str
        Tasks of ``tasks.py``.

    Examples
    --------
    >>> "splink rows" in tasks_for(1_000_000, fresh=False)
    True
    """
    tasks = ["reading", "cleaning", "naming", "distinct", "splink"]
    tasks += [] if fresh else ["loop"]
    return tasks + (["splink rows"] if rows == MILLION and not fresh else [])


def measure_size(folder: Path, rows: int, *, fresh: bool, failed: list[str]) -> Size:
    """Make a list, measure all tasks on it, delete it.

    Parameters
    ----------
    folder : Path
        Where the list is made.
    rows : int
        Its rows.
    fresh : bool
        Whether each row with slips has slips of its own.
    failed : list of str
        Measurements that ended with an error are added.

    Returns
    -------
    Size
        Of each task the fastest run (of three up to a million rows, of one with fresh slips) and the highest peak.

    Raises
    ------
    OSError
        If the list does not fit on the disk.

    Examples
    --------
    >>> measure_size(Path("/tmp"), 1_000, fresh=False, failed=[]).rows  # doctest: +SKIP
    1000
    """
    free = shutil.disk_usage(folder).free
    if free < 1.2 * rows * _BYTES_A_ROW:
        raise OSError(f"{rows} rows need {rows * _BYTES_A_ROW >> 20} MB, {folder} has {free >> 20} MB; use --folder")
    path, truth = folder / f"list-{rows}.csv", folder / f"truth-{rows}.csv"
    print(f"making a list of {rows:,} rows{' with fresh slips' if fresh else ''} ...", file=sys.stderr)
    made = [sys.executable, str(HERE / "lists.py"), str(rows), str(path), "--json"]
    made += ["--fresh"] if fresh else []
    with_truth = ["--truth", str(truth)] if rows <= _TRUTH_ROWS or fresh else []
    told = subprocess.run([*made, *with_truth], check=True, capture_output=True, text=True, timeout=_TIMEOUT)
    size = Size(rows, fresh, path.stat().st_size, json.loads(told.stdout))
    for run in range(3 if rows <= MILLION and not fresh else 1):
        for task in tasks_for(rows, fresh=fresh):
            if run == 0 or task not in _ONCE:
                _add_run(size, task, [str(path), *with_truth], failed)
    path.unlink()
    truth.unlink(missing_ok=True)
    return size


def _add_run(size: Size, task: str, arguments: list[str], failed: list[str]) -> None:
    """Run a task once; keep its best seconds and its highest peak."""
    name = f"{task} of {size.rows:,} rows{' with fresh slips' if size.fresh else ''}"
    if name in failed:
        return
    print(f"  {name} ...", file=sys.stderr)
    told = run_task(task, arguments)
    if told is None:
        failed.append(name)
        return
    before = size.tasks.get(task, told)
    best = min(before, told, key=lambda figures: figures["seconds"])
    size.tasks[task] = {**best, "peak": max(before["peak"], told["peak"])}


def run_task(task: str, arguments: list[str]) -> Told | None:
    """Run one measurement.

    Parameters
    ----------
    task : str
        A task of ``tasks.py``.
    arguments : list of str
        List and options.

    Returns
    -------
    dict or None
        What it tells; None when it failed, its error is printed.

    Examples
    --------
    >>> run_task("imports", [])["seconds"]  # doctest: +SKIP
    0.0
    """
    command = [sys.executable, str(HERE / "tasks.py"), task, *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        told = str(getattr(error, "stderr", "") or error).strip().splitlines()
        print(f"  {task} failed: {told[-1] if told else error}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def measure_start() -> dict[str, float]:
    """Time the start of the command and of the imports, best of nine, in turn.

    Returns
    -------
    dict
        Seconds of each; what cannot be started is left out.

    Examples
    --------
    >>> measure_start()["zi --help"] > 0  # doctest: +SKIP
    True
    """
    best = dict.fromkeys(_STARTS, float("inf"))
    for _ in range(_START_RUNS):
        for name, command in _STARTS.items():
            start = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - start if done.returncode == 0 else float("inf"))
    return {name: seconds for name, seconds in best.items() if seconds < float("inf")}
