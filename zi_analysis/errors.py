"""Errors that a user can act on: each message names the value, the place looked at and the way out."""


class ZiError(Exception):
    """Base of all errors that the workbook raises on purpose; `zi` prints them as one line, without a traceback."""


class EvidenceError(ZiError):
    """A table, row or value of the evidence does not hold what its declaration promises."""


class InputError(EvidenceError):
    """A file from outside cannot be read as what it was given for; the message says what it is and what to do."""


class StudyRefusal(ZiError):  # noqa: N818 - a refusal is an answer of the study, not a fault of the program
    """A model cannot answer: not identified, separated, not converged; the message names the group or term.

    Parameters
    ----------
    message : str
        The refusal in English.
    key : str, optional
        Entry below ``refusal`` in the catalogue of words, for the reader's language.
    **values
        Filled into the entry.
    """

    def __init__(self, message: str, *, key: str | None = None, **values: object) -> None:
        super().__init__(message)
        self.key = key
        self.values = values


class ParameterError(ZiError):
    """What a user asked for is unknown, of the wrong type or out of its range or vocabulary."""
