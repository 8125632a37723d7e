"""A process that has imported everything and forks for each command, so that each runs alone, bounded and measured.

Requests and answers are lines of json on its standard input and output. What a fresh process would do is done,
save one thing: the register and the other tables of the project are read once. Run by `run.py`.
"""

import io
import json
import os
import resource
import signal
import sys
import tempfile
import time
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bad_input.case import listed

_LATE = (
    *("bs4", "ftfy", "pandas", "pdfplumber", "pyarrow.csv", "pyarrow.parquet", "python_calamine"),
    *("zi_analysis.reporting.cleaning", "zi_analysis.evidence.readers.html", "zi_analysis.evidence.readers.pdf"),
)
_KEPT = (
    ("zi_analysis.evidence.register", "load_register"),
    ("zi_analysis.evidence.tables", "load_table"),
    ("zi_analysis.evidence.readers.headers", "load_header_names"),
)


def serve() -> None:
    """Answer requests until the input ends."""
    _prepare()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)


def _prepare() -> None:
    """Import what the command imports late, and clean the good list once, keeping the tables that it read."""
    for module in _LATE:
        import_module(module)
    for place, name in _KEPT:
        read = getattr(import_module(place), name)
        kept = cache(read)
        for module in list(sys.modules.values()):
            if getattr(module, name, None) is read:
                setattr(module, name, kept)
    from zi_analysis.cli import main

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(listed(), encoding="utf-8")
        with redirect_stdout(io.StringIO()):
            code = main(["clean", str(path), "--output", str(Path(folder) / "out")])
    if code:
        sys.exit("the good list cannot be cleaned")


def _answer(request: dict) -> dict:
    """Run one command in a child and tell how it ended."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _work(request)
    code, usage, late = _wait(child, start + request["seconds"])
    return {
        "code": code,
        "late": late,
        "seconds": time.monotonic() - start,
        "megabytes": usage.ru_maxrss / 1024,
    }


def _wait(child: int, deadline: float) -> tuple[int, resource.struct_rusage, bool]:
    """Wait for the child, and kill it and what it started when it is late."""
    pause = 0.001
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage, False
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            return os.waitstatus_to_exitcode(status), usage, True
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def _work(request: dict) -> None:
    """Run the command in this process and end it."""
    os.setsid()
    code = 1
    try:
        _bound(request)
        from zi_analysis.cli import main

        code = main(request["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
    except BaseException:  # noqa: BLE001 - shown, as a fresh process would
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def _bound(request: dict) -> None:
    """Redirect the streams and set the limits of this process."""
    for stream, name in ((sys.stdout, "output"), (sys.stderr, "error")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    tempfile.tempdir = None
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    room = size + request["room"]
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    if request["file_size"] is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_size"], request["file_size"]))


if __name__ == "__main__":
    serve()
