"""Stored values of cells as text; used by a process of its own too, so nothing of the workbook is imported."""

import datetime


def cell_text(value: object) -> str:
    """Write the stored value of a cell as a reader sees it.

    Parameters
    ----------
    value : object
        Text, number, truth value, date or time.

    Returns
    -------
    str
        Whole numbers without point, dates in ISO form, times of midnight left out.

    Examples
    --------
    >>> cell_text(2023.0), cell_text(datetime.datetime(2023, 12, 6))
    ('2023', '2023-12-06')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return str(value)
