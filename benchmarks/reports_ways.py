"""The ways to make reports that are measured, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
NOTEBOOKS = ("09-agency-profile", "03-count-models")
WAYS = ("papermill command", "nbconvert command", "papermill API", "ploomber-engine", "ours", "floor")
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Way:
    """One way, measured: reports, seconds from start to end, peak memory of all its processes in MB."""

    way: str
    notebook: str
    reports: int
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Single:
    """One report by itself: seconds from start to page, and those of its kernel's own imports and cells."""

    notebook: str
    seconds: float
    kernel: float


def agencies(count: int) -> list[str]:
    """Ids of agencies, the same ones each time; again from the first when there are not enough."""
    import pandas as pd

    from zi_analysis.evidence.profile import profiled_agencies
    from zi_analysis.evidence.tables import load_table

    ids = profiled_agencies(load_table("agencies"))["agency_id"]
    shuffled = pd.Series(ids).sample(frac=1, random_state=1).tolist()
    return [shuffled[place % len(shuffled)] for place in range(count)]


def parameters_of(notebook: str, count: int) -> list[dict]:
    """Parameters of each report: agencies, or seeds."""
    if notebook == NOTEBOOKS[0]:
        return [{"agency_id": one} for one in agencies(count)]
    return [{"seed": number} for number in range(1, count + 1)]


def measure_way(way: str, notebook: str, count: int) -> Way:
    """Make reports in one way."""
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "parameters.json"
        told.write_text(json.dumps(parameters_of(notebook, count)))
        command = [sys.executable, str(HERE / "reports_tasks.py"), way, notebook, str(told), place]
        seconds, megabytes = _watch(command)
    return Way(way, notebook, count, seconds, megabytes)


def _watch(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and the most memory that it and its children had at once, each page once."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ZI_HOME": str(ROOT)}
    began = time.perf_counter()
    running = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most, ended = [0.0], threading.Event()
    watcher = threading.Thread(target=_sample, args=(running.pid, most, ended))
    watcher.start()
    _, errors = running.communicate()
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    if running.returncode:
        raise RuntimeError(f"{command[2:4]} failed: {errors.decode()[-2000:]}")
    return seconds, most[0]


def _sample(process: int, most: list[float], ended: threading.Event) -> None:
    """Add up the proportional memory of a process and all it has started, twice a second."""
    while not ended.wait(0.5):
        total = 0
        try:
            whole = psutil.Process(process)
            for one in (whole, *whole.children(recursive=True)):
                try:
                    total += one.memory_full_info().pss
                except psutil.Error:
                    continue
        except psutil.Error:
            continue
        most[0] = max(most[0], total / 1e6)


def measure_single(notebook: str, *, times: int = 3) -> Single:
    """One report with `zi report`, start of the command to page, and its kernel's imports and cells; the medians."""
    seconds, kernel = [], []
    for _ in range(times):
        place = Path(tempfile.mkdtemp())
        began = time.perf_counter()
        subprocess.run([_BIN / "zi", "report", notebook, "--output", place / "r", "--quiet"], cwd=ROOT, check=True)
        seconds.append(time.perf_counter() - began)
        shutil.rmtree(place)
        code = (
            f"import sys; sys.argv=['x','floor',{notebook!r}]; import reports_tasks; reports_tasks.alone({notebook!r})"
        )
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=HERE, check=True, env={**os.environ, "ZI_HOME": str(ROOT)})
        kernel.append(time.perf_counter() - began)
    return Single(notebook, sorted(seconds)[times // 2], sorted(kernel)[times // 2])


def measure_phases() -> dict[str, float]:
    """Where the time of one profile goes, in seconds, warm; the median of twenty."""
    command = [sys.executable, str(HERE / "reports_tasks.py"), "phases"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment)
    return json.loads(told.stdout.splitlines()[-1])


def measure_growth(count: int) -> Way:
    """A batch of profiles, as many as asked for."""
    return measure_way("ours", NOTEBOOKS[0], count)
