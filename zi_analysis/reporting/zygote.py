"""The process that kernels are forked from: it imports what notebooks need once, and never runs a cell itself.

Started as ``python -m zi_analysis.reporting.zygote`` with the listening socket and the modules to import on its
command line. It answers each connection with one forked kernel and lives no longer than the process that started it,
whose end closes its standard input. A line on its standard input retires it: it forks no more, and ends with its last
kernel.
"""

import atexit
import contextlib
import gc
import importlib
import importlib.util
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

LONGEST_REQUEST = 1 << 20
_LAUNCHER = str(getattr(importlib.util.find_spec("ipykernel_launcher"), "origin", "ipykernel_launcher"))
_OF_KERNELS = (  # what a kernel imports while it starts
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "matplotlib_inline.backend_inline",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)


def serve(listening: socket.socket, modules: Sequence[str]) -> None:
    """Import modules, then fork a kernel for each request until standard input ends or, once retired, the last kernel.

    Parameters
    ----------
    listening : socket
        A Unix socket that listens. A request is one line of json: ``arguments`` (of the kernel), ``environment``,
        ``folder``. The answer is a line with the pid, and a line with the exit status when the kernel has ended.
    modules : sequence of str
        Imported before the first fork; one that is not there is passed over, the notebook will say so.

    Examples
    --------
    >>> serve(socket.socket(), ["pandas"])  # doctest: +SKIP
    """
    _preload(modules)
    gc.collect()
    gc.freeze()  # what is there now is never looked through again, so its pages stay shared
    with selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin.fileno(), selectors.EVENT_READ, "owner")
        waiting.register(listening, selectors.EVENT_READ, "request")
        kernels: dict[int, tuple[socket.socket, int]] = {}
        while kernels or listening.fileno() >= 0:
            for key, _ in waiting.select():
                if key.data == "owner":
                    if not os.read(sys.stdin.fileno(), 4096):
                        _kill_all(kernels)
                        return
                    _retire(listening, waiting)
                elif key.data == "request":
                    _answer(listening, waiting, kernels)
                elif key.data[0] == "ended":
                    _tell_end(key.data[1], waiting, kernels)
                else:
                    _lose_client(key.data[1], waiting, kernels)


def _preload(modules: Sequence[str]) -> None:
    """Import what kernels and notebooks need, and call what reads ahead (written ``module:function``).

    A module that fails is left for the notebook to fail on.
    """
    for name in (*_OF_KERNELS, *modules):
        module, _, function = name.partition(":")
        try:
            found = importlib.import_module(module)
            if function:
                getattr(found, function)()
        except Exception:  # noqa: BLE001, S112  the notebook's own import will tell the fault
            continue


def _retire(listening: socket.socket, waiting: selectors.BaseSelector) -> None:
    """Take no more requests."""
    if listening.fileno() >= 0:
        waiting.unregister(listening)
        listening.close()


def _answer(
    listening: socket.socket, waiting: selectors.BaseSelector, kernels: dict[int, tuple[socket.socket, int]]
) -> None:
    """Take one request and fork its kernel."""
    try:
        client, _ = listening.accept()
    except OSError:
        return  # retired in the same moment
    try:
        client.settimeout(10)
        request = _read_request(client)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        client.close()
        return
    kernel = os.fork()
    if kernel == 0:
        status = 1
        try:
            _become_kernel(request, [listening, client, *(held for held, _ in kernels.values())], waiting)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001  a forked process must never run on in its parent's loop
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    ended = os.pidfd_open(kernel)
    kernels[kernel] = (client, ended)
    waiting.register(ended, selectors.EVENT_READ, ("ended", kernel))
    waiting.register(client, selectors.EVENT_READ, ("client", kernel))
    _send(client, f"{kernel}\n")


def _read_request(client: socket.socket) -> dict[str, Any]:
    """Read one line of json."""
    text = b""
    while not text.endswith(b"\n"):
        piece = client.recv(65536)
        if not piece or len(text) > LONGEST_REQUEST:
            raise ValueError("a request ended early or is too long")
        text += piece
    request = json.loads(text)
    return {
        "arguments": [str(word) for word in request["arguments"]],
        "environment": {str(name): str(value) for name, value in request["environment"].items()},
        "folder": str(request["folder"]),
    }


def _become_kernel(request: dict[str, Any], inherited: list[socket.socket], waiting: selectors.BaseSelector) -> None:
    """Turn this fork into a kernel as fresh as a process of its own."""
    zygote = os.getppid()
    os.setsid()
    waiting.close()
    for held in inherited:
        held.close()
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = [_LAUNCHER, *request["arguments"]]  # as a plain kernel is started
    _reseed()
    _run_kernel(request["arguments"], zygote)


def _reseed() -> None:
    """Give the random numbers of this fork a start of their own; Python reseeds its own."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _run_kernel(arguments: list[str], zygote: int) -> None:
    """Run IPython's kernel, with figures that reach the notebook although matplotlib was imported before."""
    from ipykernel.kernelapp import IPKernelApp
    from matplotlib_inline import backend_inline

    app = IPKernelApp.instance(parent_handle=zygote)
    app.initialize(arguments)
    if "matplotlib" in sys.modules:
        backend_inline._enable_matplotlib_integration()
    app.start()
    atexit._run_exitfuncs()  # a fork leaves by os._exit, which passes over what a notebook has registered


def _tell_end(kernel: int, waiting: selectors.BaseSelector, kernels: dict[int, tuple[socket.socket, int]]) -> None:
    """Tell the client that its kernel has ended, and how."""
    client, ended = kernels.pop(kernel)
    _, status = os.waitpid(kernel, 0)
    waiting.unregister(ended)
    os.close(ended)
    _forget(client, waiting)
    _send(client, f"{os.waitstatus_to_exitcode(status)}\n")
    client.close()


def _lose_client(kernel: int, waiting: selectors.BaseSelector, kernels: dict[int, tuple[socket.socket, int]]) -> None:
    """End a kernel whose client has gone."""
    if kernel not in kernels:
        return
    client = kernels[kernel][0]
    with contextlib.suppress(OSError):
        if client.recv(4096):
            return
    _forget(client, waiting)
    _kill(kernel)


def _forget(client: socket.socket, waiting: selectors.BaseSelector) -> None:
    """Watch a client no longer."""
    with contextlib.suppress(KeyError):
        waiting.unregister(client)


def _send(client: socket.socket, text: str) -> None:
    """Write to a client that may be gone."""
    with contextlib.suppress(OSError):
        client.sendall(text.encode())


def _kill(kernel: int) -> None:
    """Kill a kernel and what it started."""
    for kill in (os.killpg, os.kill):
        try:
            kill(kernel, signal.SIGKILL)
        except OSError:
            continue


def _kill_all(kernels: dict[int, tuple[socket.socket, int]]) -> None:
    """Kill the kernels that run."""
    for kernel in kernels:
        _kill(kernel)


def main(arguments: Sequence[str]) -> None:
    """Serve on the socket that was handed down.

    Parameters
    ----------
    arguments : sequence of str
        File descriptor of the listening socket, then modules to import.

    Examples
    --------
    >>> main(["3", "pandas"])  # doctest: +SKIP
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal is the owner's to handle
    if sys.path and sys.path[0] in ("", os.getcwd()):  # as a plain kernel does  # noqa: PTH109
        del sys.path[0]
    serve(socket.socket(fileno=int(arguments[0])), arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
