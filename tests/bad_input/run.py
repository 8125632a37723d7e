"""Run `zi` on bad input: each command alone, bounded and measured."""

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 20.0
ROOM = 2 << 30  # bytes of memory beyond what the imports take


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int  # exit code; -9 if it was killed
    output: str
    error: str
    seconds: float
    megabytes: float  # most memory held, the imports' part taken off
    late: bool  # killed because its time was over
    left: tuple[str, ...]  # what it left in the folder for temporary files


_OWN = threading.local()


def _server() -> "subprocess.Popen[str]":
    """Return the process that forks, one for each thread."""
    if not hasattr(_OWN, "server"):
        _OWN.server = _start()
    return _OWN.server


def _start() -> "subprocess.Popen[str]":
    """Start a process that forks."""
    python_path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    server = subprocess.Popen(
        [sys.executable, "-W", "error::FutureWarning", str(Path(__file__).with_name("server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": python_path, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
    )
    atexit.register(_stop, server)
    return server


def _stop(server: "subprocess.Popen[str]") -> None:
    """End the server and its pipes."""
    server.kill()
    server.communicate()


def _ask(request: dict) -> dict:
    """Send one request and read its answer."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    line = server.stdout.readline()
    if not line:
        raise RuntimeError("the server of bad input has ended; see its words on the error stream")
    return json.loads(line)


def _baseline(folder: Path) -> float:
    """Measure the memory of a command that does nothing, in megabytes."""
    if not hasattr(_OWN, "megabytes"):
        _OWN.megabytes = _raw(["--help"], folder=folder).megabytes
    return _OWN.megabytes


def _raw(arguments, *, folder: Path, seconds=SECONDS, room=ROOM, file_size=None, environment=None) -> Answer:
    """Run one command without taking off the imports' memory."""
    place = folder / ".run"
    temporary = place / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    told = _ask(
        {
            "arguments": [str(argument) for argument in arguments],
            "folder": str(folder),
            "output": str(place / "output"),
            "error": str(place / "error"),
            "seconds": seconds,
            "room": room,
            "file_size": file_size,
            "environment": {"TMPDIR": str(temporary), **(environment or {})},
        }
    )
    left = tuple(sorted(str(path.relative_to(temporary)) for path in temporary.rglob("*")))
    words = [(place / name).read_text(encoding="utf-8", errors="replace") for name in ("output", "error")]
    return Answer(told["code"], words[0], words[1], told["seconds"], told["megabytes"], told["late"], left)


def zi(
    *arguments: object,
    folder: Path,
    seconds: float = SECONDS,
    room: int = ROOM,
    file_size: int | None = None,
    environment: dict[str, str] | None = None,
) -> Answer:
    """Run `zi` in a process of its own.

    Parameters
    ----------
    *arguments : object
        Arguments of the command.
    folder : Path
        Folder in which it runs; `.run` below it takes streams and temporary files.
    seconds : float
        Time after which it is killed.
    room : int
        Bytes of memory it may take beyond the imports.
    file_size : int, optional
        Bytes after which no file grows, as on a full disk.
    environment : dict of str to str, optional
        More variables.

    Returns
    -------
    Answer
        Exit code, words, time and memory.

    Examples
    --------
    >>> zi("--help", folder=Path("/tmp/bad")).code  # doctest: +SKIP
    0
    """
    answer = _raw(arguments, folder=folder, seconds=seconds, room=room, file_size=file_size, environment=environment)
    base = _baseline(folder) if list(arguments) != ["--help"] else 0.0
    return Answer(
        answer.code,
        answer.output,
        answer.error,
        answer.seconds,
        max(0.0, answer.megabytes - base),
        answer.late,
        answer.left,
    )
