"""What the command says and how it ends: exit codes, errors on one line, short paths."""

from pathlib import Path

from zi_analysis.errors import ZiError

OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def one_line(error: BaseException) -> str:
    """Write an error on one line, with nothing in it that moves a terminal.

    Parameters
    ----------
    error : BaseException
        Its words may come from outside.

    Returns
    -------
    str

    Examples
    --------
    >>> one_line(ValueError("row 3\\nis no year"))
    'row 3 is no year'
    """
    words = " ".join(str(error).split())
    return (
        words if words.isprintable() else "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in words)
    )


def word_error(error: BaseException) -> str:
    """Word the error of one report.

    Parameters
    ----------
    error : BaseException
        Why the report was not made.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> word_error(ZiError("cell 2 failed"))
    'cell 2 failed'
    """
    if isinstance(error, ZiError):
        return one_line(error)
    return blocked(error) if isinstance(error, OSError) else fault(error)


def blocked(error: OSError) -> str:
    """Say which file or folder could not be read or written, and what to do.

    Parameters
    ----------
    error : OSError
        The system's refusal.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> blocked(OSError(30, "Read-only file system", "cleaned"))
    'cannot read or write cleaned: read-only file system; free it, or choose another folder with --output'
    """
    place = one_line(ValueError(error.filename2 or error.filename or "a file"))
    reason = (error.strerror or str(error)).lower()
    return f"cannot read or write {place}: {reason}; free it, or choose another folder with --output"


def fault(error: BaseException) -> str:
    """Word an error that the workbook did not raise on purpose.

    Parameters
    ----------
    error : BaseException
        Any.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> fault(KeyError("year"))
    "this is a fault of the workbook: KeyError: 'year' (set ZI_TRACEBACK=1 to see where)"
    """
    return (
        f"this is a fault of the workbook: {type(error).__name__}: {one_line(error)} (set ZI_TRACEBACK=1 to see where)"
    )


def short_path(path: Path) -> str:
    """Write a path relative to the working folder where it lies below it.

    Parameters
    ----------
    path : Path
        Absolute.

    Returns
    -------
    str

    Examples
    --------
    >>> short_path(Path.cwd() / "reports" / "en")
    'reports/en'
    """
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
