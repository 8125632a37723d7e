"""One batch at a time in one folder: a lock that the system frees when its holder ends, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.record import utc_now

LOCK = ".zi-lock"


@contextmanager
def only_batch(folder: Path) -> Iterator[None]:
    """Hold a folder for one batch.

    Parameters
    ----------
    folder : Path
        Made when it is not there; holds the lock's file, which stays.

    Raises
    ------
    ReportError
        If another batch holds it; its process and start are told.

    Examples
    --------
    >>> with only_batch(Path("reports/profiles")):  # doctest: +SKIP
    ...     pass
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as held:
        if not _take(held.fileno()):
            held.seek(0)
            holder = held.read(200).strip() or "another process"
            raise ReportError(
                f"another batch writes into {folder} ({holder}); wait until it has ended, or choose another --output"
            )
        held.seek(0)
        held.truncate()
        held.write(f"process {os.getpid()}, since {utc_now()}\n")
        held.flush()
        yield


def _take(descriptor: int) -> bool:
    """Lock an open file without waiting."""
    try:
        import fcntl
    except ImportError:  # not on Windows, where the byte is locked instead
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
