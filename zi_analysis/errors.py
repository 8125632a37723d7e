"""Errors that a user can act on: each message names the value, the place looked at and the way out."""


class ZiError(Exception):
    """Base of all errors that the workbook raises on purpose; `zi` prints them as one line, without a traceback."""


class EvidenceError(ZiError):
    """A table, row or value of the evidence does not hold what its declaration promises."""


class StudyRefusal(ZiError):  # noqa: N818 - a refusal is an answer of the study, not a fault of the program
    """A model cannot answer: not identified, separated, not converged; the message names the group or term."""


class ParameterError(ZiError):
    """What a user asked for is unknown, of the wrong type or out of its range or vocabulary."""
