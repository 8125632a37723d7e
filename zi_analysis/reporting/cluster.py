"""The same batch on a Dask cluster: its client's executor takes the place of the local one."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from zi_analysis.errors import ParameterError

_ANSWER = 15  # seconds a scheduler has to answer
_RETRIES = 3


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """Give the executor of a running Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Yields
    ------
    Executor
        A report whose worker dies is given to another one.

    Raises
    ------
    ParameterError
        If dask.distributed is not installed, or no scheduler answers.

    Examples
    --------
    >>> with cluster_executor("tcp://127.0.0.1:8786") as executor:  # doctest: +SKIP
    ...     executor.submit(print, "on a worker").result()
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ParameterError("--scheduler needs dask.distributed: pip install 'zi-analysis[cluster]'") from error
    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ParameterError(
            f"no Dask scheduler answers at {address!r} ({type(error).__name__}); start one with: dask scheduler"
        ) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise ParameterError(f"the scheduler at {address} has no workers; start some with: dask worker {address}")
        executor = client.get_executor(pure=False, retries=_RETRIES)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)
