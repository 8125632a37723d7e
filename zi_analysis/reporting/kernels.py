"""Running the cells of a notebook in a kernel of its own, through papermill."""

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from zi_analysis.errors import ZiError
from zi_analysis.reporting.forking import all_modules, can_fork, preload
from zi_analysis.reporting.imports import quick_imports


class ReportError(ZiError):
    """A report could not be made; the message names the notebook, the cell and the way out."""


@dataclass(frozen=True)
class Execution:
    """A notebook after its run.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The executed notebook, with papermill's metadata.
    fault : str or None
        What went wrong, in one line; None when every cell ran.

    Examples
    --------
    >>> Execution(notebook={}, fault=None).fault is None
    True
    """

    notebook: Any
    fault: str | None


class Stop:
    """A switch by which one thread ends the kernels that other threads wait for.

    Examples
    --------
    >>> stop = Stop()
    >>> stop.pull()
    >>> stop.pulled
    True
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._managers: list[Any] = []

    @property
    def pulled(self) -> bool:
        """Whether the runs were asked to end."""
        return self._event.is_set()

    def watch(self, manager: Any) -> None:
        """Remember the manager of a kernel that was started."""
        self._managers.append(manager)

    def pull(self) -> None:
        """Kill the kernels that run; the threads that wait for them see a dead kernel."""
        self._event.set()
        for manager in self._managers:
            process = getattr(manager.provisioner, "process", None)
            if process is not None and process.poll() is None:
                process.kill()


def kernel_environment(root: Path) -> dict[str, str]:
    """Return the environment variables a report's kernel is started with.

    Parameters
    ----------
    root : Path
        Project root, whose data the notebook reads.

    Returns
    -------
    dict
        The variables of this process and: FutureWarning is an error, sets have one order in every run, the
        data are those of ``root``, figures go to the notebook.

    Examples
    --------
    >>> kernel_environment(Path("."))["PYTHONHASHSEED"]
    '0'
    """
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    warnings = [environment.get("PYTHONWARNINGS", ""), "error::FutureWarning"]
    return environment | {
        "PYTHONWARNINGS": ",".join(filter(None, warnings)),
        "PYTHONHASHSEED": "0",
        "ZI_HOME": str(root),
    }


def execute(
    notebook: dict[str, Any],
    *,
    parameters: dict[str, Any],
    folder: Path,
    root: Path,
    on_cell: Callable[[], object] | None = None,
    stop: Stop | None = None,
    start_timeout: int = 60,
    fork: bool = True,
    modules: Sequence[str] = (),
) -> Execution:
    """Run a notebook's cells with parameters put in.

    Parameters
    ----------
    notebook : dict
        The notebook's JSON with steady cell ids.
    parameters : dict
        Checked parameters to inject; may be empty.
    folder : Path
        Working folder of the kernel, the notebook's own.
    root : Path
        Project root.
    on_cell : callable, optional
        Called after each cell that ran.
    stop : Stop, optional
        Ends the kernel from another thread.
    start_timeout : int
        Seconds to wait for the kernel to start.
    fork : bool
        Fork the kernel from a preloaded process, where that can be; else start a plain one.
    modules : sequence of str
        What that process has imported.

    Returns
    -------
    Execution

    Raises
    ------
    ReportError
        If the kernel did not start.

    Examples
    --------
    >>> execute(content, parameters={}, folder=Path("notebooks"), root=Path(".")).fault  # doctest: +SKIP
    """
    forking = fork and can_fork()
    if forking:
        preload(kernel_environment(root), all_modules(modules))  # its imports run while ours do
    with quick_imports():
        import nbformat
        import papermill

    _silence_papermill()
    live: list[Any] = []
    with tempfile.TemporaryDirectory(prefix="zi-", ignore_cleanup_errors=True) as place:
        run_cells = partial(
            papermill.execute_notebook,
            nbformat.from_dict(notebook),
            None,
            parameters=parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=start_timeout,
            shutdown_kernel="immediate",
            kernel_manager_class=_manager_class(
                root=root, place=Path(place), stop=stop, modules=modules if forking else None
            ),
            # papermill's own cwd changes the folder of the whole process, which threads share
            resources={"metadata": {"path": str(folder)}},
            coalesce_streams=True,
            record_timing=False,
            on_notebook_start=lambda notebook: live.append(notebook),
            on_cell_executed=_cell_hook(on_cell, stop),
        )
        fault = _fault(run_cells, live)
    if stop is not None and stop.pulled:
        raise ReportError("the run was stopped")
    if not live:
        raise ReportError(fault or "the kernel did not start")
    return Execution(live[0], fault)


def _silence_papermill() -> None:
    """Give papermill's log a handler: without one, Python prints its complaints beside our own one line."""
    log = logging.getLogger("papermill")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _fault(run_cells: Callable[[], object], live: Sequence[object]) -> str | None:
    """Run the cells and say what went wrong, if anything did; ``live`` is empty until the kernel runs."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        run_cells()
    except PapermillExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    except DeadKernelError:
        return "the kernel died; often the memory ran out"
    except CellTimeoutError as error:
        return str(error)
    except RuntimeError as error:
        if live:
            raise
        return f"the kernel did not start: {error}"
    finally:
        _close_loop()
    return None


def _close_loop() -> None:
    """Close the event loop that jupyter_core opened for a thread of a batch and would leave open."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    if threading.current_thread() is not threading.main_thread() and not loop.is_running():
        loop.close()


def _cell_hook(on_cell: Callable[[], object] | None, stop: Stop | None) -> Callable[..., None]:
    """Return what nbclient calls after each cell."""

    def after_cell(**_: Any) -> None:
        """Stop where that was asked, else count the cell."""
        if stop is not None and stop.pulled:
            raise ReportError("the run was stopped")
        if on_cell is not None:
            on_cell()

    return after_cell


def _manager_class(*, root: Path, place: Path, stop: Stop | None, modules: Sequence[str] | None) -> type:
    """Return a kernel manager that runs this Python, on local sockets, without a user's settings."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import DottedObjectName, Type

    from zi_analysis.reporting.engine import forked
    from zi_analysis.reporting.kernelclient import QuickClient

    environment = kernel_environment(root) | {"IPYTHONDIR": str(place / "ipython")}

    class ReportKernelManager(AsyncKernelManager):
        """Starts the kernel of one report."""

        client_class = DottedObjectName("zi_analysis.reporting.kernelclient.QuickClient")
        client_factory = Type(klass=QuickClient)

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if os.name == "posix":
                # over tcp each kernel warns on the user's terminal that it is not encrypted
                self.connection_file = str(place / "k.json")
                self.transport = "ipc"
            if stop is not None:
                stop.watch(self)

        @property
        def kernel_spec(self) -> KernelSpec:
            """The kernel of this Python, forked where modules are preloaded."""
            plain = KernelSpec(**get_kernel_dict())
            return plain if modules is None else forked(plain, modules)

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            """Start with the environment of the report."""
            await super().start_kernel(**(options | {"env": environment}))

    return ReportKernelManager
