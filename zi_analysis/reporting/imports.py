"""Importing Jupyter's libraries without a second of work that no notebook needs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Keep ``rfc3987_syntax`` out while papermill and nbconvert are imported.

    jsonschema imports it for a text format that no notebook uses, and it builds some 35 parsers, which costs
    more than a second. With None in its place jsonschema goes on without that format.

    Examples
    --------
    >>> with quick_imports():
    ...     import nbformat
    """
    absent = "rfc3987_syntax" not in sys.modules
    if absent:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            sys.modules.pop("rfc3987_syntax", None)
