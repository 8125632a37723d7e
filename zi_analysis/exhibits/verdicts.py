"""Verdicts: what a finding can claim, said before it."""

from zi_analysis.exhibits.edition import Edition

HOLDS, ONLY_IF, UNSAID = "holds", "only_if", "unsaid"


def conclude(edition: Edition, verdict: str, sentence: str, *, condition: str = "") -> str:
    """Put what a finding can claim before its sentence.

    Parameters
    ----------
    edition : Edition
        Language.
    verdict : {"holds", "only_if", "unsaid"}
        It holds whatever defensible choice is made; it holds under a condition; the evidence cannot say.
    sentence : str
        The finding, from the catalogue.
    condition : str
        With ``only_if``: the condition, in the reader's language.

    Returns
    -------
    str

    Examples
    --------
    >>> conclude(Edition("en", 2016, 2020), ONLY_IF, "fewer units won.", condition="2020 counts")
    'Holds only if 2020 counts: fewer units won.'
    """
    words = {"condition": condition} if verdict == ONLY_IF else {}
    return edition.say(f"verdict.{verdict}", sentence=sentence, **words)
