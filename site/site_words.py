"""Words that are filled into markdown."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Plain(str):
    """Text that is markdown already, so that it is not escaped again."""


def escape_markdown(text: str) -> str:
    """Let every mark of a text stand for itself.

    Parameters
    ----------
    text : str
        From outside: a title, a value.

    Examples
    --------
    >>> escape_markdown("a|b <i>")
    'a\\\\|b \\\\<i\\\\>'
    """
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))
