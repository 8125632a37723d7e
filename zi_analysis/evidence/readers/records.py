"""Lines of a delimited file split into records of cells; a stray quote swallows no lines."""

import csv
from collections import deque
from collections.abc import Iterator

from zi_analysis.errors import InputError

_LONGEST_RECORD = 100  # lines of one record


def records(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[str]]:
    """Split lines into records of cells; a stray quote swallows no lines.

    Parameters
    ----------
    lines : iterator of str
        Lines with their ends.
    delimiter : str
        One character.
    name : str
        Name of the file, for errors.

    Yields
    ------
    list of str
        Cells of a record; none for an empty line.

    Raises
    ------
    InputError
        If a cell is beyond any list.

    Examples
    --------
    >>> list(records(iter(['a,"b\\n', 'c,d\\n']), ",", "list.csv"))
    [['a', '"b'], ['c', 'd']]
    """
    tape = _Tape(lines)
    usual = 0
    while True:
        reader = csv.reader(tape, delimiter=delimiter)
        try:
            for cells in reader:
                open_end = bool(cells and cells[-1]) and cells[-1][-1] in "\r\n"
                if (len(tape.record) > 1 or open_end) and _is_stray(tape, delimiter, usual, name):
                    break
                usual = len(cells) or usual
                tape.number += 1
                tape.record = []
                yield cells
            else:
                return
        except csv.Error as error:
            if len(tape.record) < 2 or len(_literal(tape.record[0], delimiter)) < usual:
                raise InputError(
                    f"{name} cannot be read at row {tape.number + 1} ({error}); shorten the cell there, or close its "
                    "quotes"
                ) from error
        tape.number += 1
        yield _literal(tape.rewind(), delimiter)


class _Tape:
    """Lines one by one; those of the record at hand can be wound back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.back: deque[str] = deque()
        self.record: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Tape":
        return self

    def __next__(self) -> str:
        if len(self.record) == _LONGEST_RECORD:
            raise StopIteration
        line = self.back.popleft() if self.back else next(self.lines)
        self.record.append(line)
        return line

    def rewind(self) -> str:
        """Put back all lines of the record but the first, which is returned."""
        first, *others = self.record
        self.back.extendleft(reversed(others))
        self.record = []
        return first


def _is_stray(tape: _Tape, delimiter: str, usual: int, name: str) -> bool:
    """Tell whether a quote opens no cell: quotes do not match, and the first line alone is a whole record."""
    try:
        list(csv.reader(tape.record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if len(_literal(tape.record[0], delimiter)) >= usual:
            return True
        if "unexpected end" in str(error):
            raise InputError(
                f"{name} opens a quoted cell in row {tape.number + 1} that does not end within {_LONGEST_RECORD} "
                "lines; close its quotes"
            ) from None
    return False


def _literal(line: str, delimiter: str) -> list[str]:
    """Split one line without regard to quotes."""
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
