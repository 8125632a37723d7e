"""Kernels that are forked from a preloaded process: starting that process, asking it for a kernel, watching it."""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from zi_analysis.reporting.zygote import LONGEST_REQUEST

PRELOADED = ("numpy", "pandas", "matplotlib.pyplot")
_FIXED = ("PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONUTF8")
_FOR_KERNELS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def all_modules(more: Sequence[str]) -> tuple[str, ...]:
    """Return what a preloaded process imports: what every notebook uses, and more.

    Parameters
    ----------
    more : sequence of str
        Names of modules.

    Returns
    -------
    tuple of str
        Each once.

    Examples
    --------
    >>> all_modules(["pandas", "seaborn"])[-1]
    'seaborn'
    """
    return tuple(dict.fromkeys((*PRELOADED, *more)))


class ForkError(Exception):
    """The preloaded process gave no kernel; a plain one can be started instead."""


def can_fork() -> bool:
    """Tell whether kernels can be forked here: on Linux, where a process can be watched by a descriptor.

    Returns
    -------
    bool

    Examples
    --------
    >>> can_fork() == (sys.platform == "linux")
    True
    """
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class ForkedKernel:
    """A kernel that another process has forked, handled like a ``subprocess.Popen``.

    Parameters
    ----------
    pid : int
        Of the kernel, which leads a process group of its own.
    line : socket
        On which the preloaded process tells the exit status.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Return the exit status, None while the kernel runs."""
        return self._ask(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; an exit status of -9 stands for one that nobody can tell."""
        status = self._ask(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
        return status

    def _ask(self, timeout: float | None) -> int | None:
        with self._lock:
            if self.returncode is None:
                self._line.settimeout(timeout)
                try:
                    told = self._line.recv(64)
                except (BlockingIOError, TimeoutError):
                    return None
                except OSError:
                    told = b""
                self.returncode = int(told) if told.strip() else -9
                self._line.close()
            return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal the kernel, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(15)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(9)


class Zygote:
    """The preloaded process of this process.

    Parameters
    ----------
    modules : sequence of str
        Imported once, in the preloaded process.
    environment : mapping
        Its environment; what Python reads at its start (hash seed, warnings) holds for every kernel.

    Examples
    --------
    >>> Zygote(PRELOADED, os.environ).alive  # doctest: +SKIP
    True
    """

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str]) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="zi-fork-"))
        self.address = str(self.place / "s")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(self.address)
            listening.listen(64)
            self.process = subprocess.Popen(  # noqa: S603  our own module, arguments as a list
                [
                    sys.executable,
                    "-Xfrozen_modules=off",
                    "-m",
                    "zi_analysis.reporting.zygote",
                    str(listening.fileno()),
                    *modules,
                ],
                stdin=subprocess.PIPE,
                env={**environment, **_FOR_KERNELS},
                pass_fds=[listening.fileno()],
                start_new_session=True,
            )
        atexit.register(self.close)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it and the kernels it has forked."""
        atexit.unregister(self.close)
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._remove_place()

    def retire(self) -> None:
        """Let it fork no more; it ends with its last kernel."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                os.write(self.process.stdin.fileno(), b"\n")
        self._remove_place()

    def _remove_place(self) -> None:
        """Remove the socket and its folder."""
        for path in (self.place / "s", self.place):
            with contextlib.suppress(OSError):
                path.rmdir() if path == self.place else path.unlink(missing_ok=True)


def ask_for_kernel(
    address: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> ForkedKernel:
    """Ask a preloaded process for a kernel.

    Parameters
    ----------
    address : str
        Path of its socket.
    arguments : sequence of str
        Of the kernel, such as ``["-f", "connection.json"]``.
    environment : mapping
        The kernel's whole environment.
    folder : Path
        The kernel's working folder.

    Returns
    -------
    ForkedKernel

    Raises
    ------
    ForkError
        If it does not answer with one.
    """
    request = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
    text = json.dumps(request).encode() + b"\n"
    if len(text) > LONGEST_REQUEST:
        raise ForkError("the environment is too large to hand over")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(60)  # the first kernel waits until the modules are imported
        line.connect(address)
        line.sendall(text)
        told = b""
        while not told.endswith(b"\n"):
            piece = line.recv(1)
            if not piece:
                raise ForkError("the preloaded process gave no kernel")
            told += piece
        return ForkedKernel(int(told), line)
    except (OSError, ValueError, ForkError) as fault:
        line.close()
        raise fault if isinstance(fault, ForkError) else ForkError(str(fault)) from fault


_zygotes: dict[tuple[str | None, ...], Zygote] = {}
_retired: list[Zygote] = []
_lock = threading.Lock()
_given: list[str] = []


def use_address(address: str) -> None:
    """Let kernels of this process come from a preloaded process that another one has started.

    Parameters
    ----------
    address : str
        From `preload`.
    """
    _given[:] = [address]


def preload(environment: Mapping[str, str], modules: Sequence[str] = PRELOADED) -> str:
    """Start the preloaded process that fits an environment, unless it is there, and return its address.

    A new one is started after the code of this package was changed; kernels of the old one live on.

    Parameters
    ----------
    environment : mapping
        Of the kernels.
    modules : sequence of str
        To import beforehand.

    Returns
    -------
    str
        Path of a socket, for `ask_for_kernel`.

    Examples
    --------
    >>> preload(os.environ)  # doctest: +SKIP
    '/tmp/zi-fork-x/s'
    """
    if _given:
        return _given[0]
    key = (str(os.getpid()), *(environment.get(name) for name in _FIXED), *modules, _code_state())
    with _lock:
        for other in [other for other in _zygotes if other[:-1] == key[:-1] and other != key]:
            _zygotes[other].retire()
            _retired.append(_zygotes.pop(other))
        _close_ended()
        if key not in _zygotes or not _zygotes[key].alive:
            _zygotes[key] = Zygote(modules, environment)
        return _zygotes[key].address


def _close_ended() -> None:
    """Clear away retired processes whose last kernel has ended."""
    for zygote in [zygote for zygote in _retired if not zygote.alive]:
        _retired.remove(zygote)
        zygote.close()


def _code_state() -> str:
    """Tell one state of this package's files from another."""
    newest = max((path.stat().st_mtime_ns for path in Path(__file__).parents[1].rglob("*.py")), default=0)
    return str(newest)
