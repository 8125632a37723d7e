"""Names that differ by a slip: the closest name of the register, and how far ahead of the next body it is."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from zi_analysis.evidence.headwords import shape, usual_words
from zi_analysis.evidence.lookup import Meant
from zi_analysis.evidence.nameindex import Choices
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import Tokens

LEAST_SCORE = 75.0  # points; docs/accuracy.md tells how both were chosen
LEAST_MARGIN = 10.0  # points ahead of the next body
_CANDIDATE_SCORE = 70.0
_MOST_CANDIDATES = 5
_LOST = ".."  # letters that slips may have taken from a name
_DIRECTIONS = frozenset(("utara", "selatan", "barat", "timur", "tengah", "tenggara"))
_MOST_SLIPS = ((24, 3), (7, 2), (4, 1))  # letters of a name, slips it may have
_SHORTEST_WORD = 4
_SHORTEST_ALIAS = 5  # letters that differ in a name that is a short form or an alias
_FULL = frozenset(("current", "official", "former"))
_MOST_IN_WORDS = ((20, 3), (6, 2), (3, 1))  # letters of the words that differ, slips they may have


@dataclass(frozen=True, eq=False)
class Near:
    """One name near a text."""

    meant: Meant
    words: Tokens  # words of the name
    slips: int  # letters dropped, added, replaced, or neighbours swapped
    score: float  # 100 times the share of the name's letters without a slip


def slips_allowed(text: str) -> int:
    """Tell how many slips a name may have: 1 from 4 letters on, 2 from 7, 3 from 24.

    Parameters
    ----------
    text : str
        The name as written, without spaces.

    Returns
    -------
    int
        Number of slips.

    Examples
    --------
    >>> [slips_allowed(text) for text in ("ntb", "buru", "magetan")]
    [0, 1, 2]
    """
    return next((slips for letters, slips in _MOST_SLIPS if len(text) >= letters), 0)


def near_names(text: str, choices: Choices) -> tuple[Near, ...]:
    """List the names near a text, the nearest first.

    Likeness counts slips: letters dropped, added, replaced, and neighbours swapped (optimal string alignment,
    rapidfuzz ``OSA``). Names are compared without spaces. Twice the slips allowed are looked at, so that the
    next body is seen.

    Parameters
    ----------
    text : str
        The name as written, without spaces.
    choices : Choices
        Names to compare with.

    Returns
    -------
    tuple of Near
        Nearest first; names with equal slips in alphabetical order.

    Examples
    --------
    >>> from zi_analysis.evidence.nameindex import name_index
    >>> from zi_analysis.evidence.register import load_register
    >>> found = near_names("purbalinga", name_index(load_register()).typed["regency"])
    >>> found[0].slips, round(found[0].score, 1), found[0].meant.names[0].agency_id
    (1, 90.9, '33.03')
    """
    most = 2 * slips_allowed(text + _LOST)
    if not most:
        return ()
    hits = process.extract(text, choices.texts, scorer=OSA.distance, score_cutoff=most, limit=None)
    near = [
        (slips, name, Near(choices.meant[name], choices.words[name], slips, 100 * (1 - slips / len(name))))
        for name, slips, _ in hits
    ]
    ranked = tuple(found for *_, found in sorted(near, key=lambda item: item[:2]))
    return () if _cut_short(text, ranked, choices) else ranked


def words_allow(near: Near, written: Tokens, register: Register) -> bool:
    """Tell whether the words that differ can be slips: "Kepulauan Nias" is no Kepulauan Riau.

    Parameters
    ----------
    near : Near
        A name near a text.
    written : tuple of str
        Words of the text.
    register : Register
        From `load_register`; a word of other names or of kinds of unit is no slip of another word.

    Returns
    -------
    bool
        Whether the name's words that are not in the text are long enough for the slips, and none of the text's
        words is another word of the register.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> near = Near(Meant(()), ("kepulauan", "riau"), 2, 84.6)
    >>> words_allow(near, ("kepulauan", "nias"), load_register())
    False
    """
    lost, added = Counter(near.words) - Counter(written), Counter(written) - Counter(near.words)
    alone = len(near.words) == len(lost) or near.slips > 1
    if alone and any(_is_other_word(word, near, register) for word in added):
        return False
    letters = sum(map(len, lost.elements()))
    if letters < _SHORTEST_ALIAS and not any(name.name_kind in _FULL for name in near.meant.names):
        return False  # KPPU Pusat is no slip of KPU Pusat
    if set(lost) <= _DIRECTIONS:  # few words can stand there
        letters += 1
    return near.slips <= next((slips for least, slips in _MOST_IN_WORDS if letters >= least), 0)


def _is_other_word(word: str, near: Near, register: Register) -> bool:
    """Tell whether a word stands in other names or kinds of unit, and in no name of the bodies meant."""
    usual = len(word) >= _SHORTEST_WORD and word in usual_words(register)
    return usual and word not in "".join(near.words) and word not in _words_of(near, register)


def _words_of(near: Near, register: Register) -> frozenset[str]:
    """Collect the words of all names of the bodies that a near name means."""
    bodies = {name.agency_id for name in near.meant.names}
    return frozenset(word for body in bodies for words in register.names_by_body.get(body, ()) for word in words)


def _cut_short(text: str, near: tuple[Near, ...], choices: Choices) -> bool:
    """Tell whether a text is the beginning of names of several bodies, the nearest among them."""
    if not near or near[0].slips < 2 or not "".join(near[0].words).startswith(text):
        return False
    longer = (choices.meant[name] for name in choices.texts if name.startswith(text))
    return len({name.agency_id for meant in longer for name in meant.names}) > 1


def looks_like(text: str, choices: Choices) -> Near | None:
    """Find the one name that a scanner, or letters written twice, would turn into a text.

    Parameters
    ----------
    text : str
        The name as written, without spaces.
    choices : Choices
        Names to look in.

    Returns
    -------
    Near or None
        The name and how like it is; none where the name of another body is as few slips away.

    Examples
    --------
    >>> from zi_analysis.evidence.nameindex import name_index
    >>> from zi_analysis.evidence.register import load_register
    >>> looks_like("ma1ang", name_index(load_register()).typed["city"]).words
    ('malang',)
    """
    name = choices.by_shape.get(shape(text))
    if name is None:
        return None
    slips = OSA.distance(text, name)
    rivals = process.extract(text, choices.texts, scorer=OSA.distance, score_cutoff=slips, limit=None)
    bodies = {entry.agency_id for other, *_ in rivals for entry in choices.meant[other].names}
    if not bodies <= {entry.agency_id for entry in choices.meant[name].names}:
        return None  # as near to another body
    return Near(choices.meant[name], choices.words[name], slips, 100 * (1 - slips / len(name)))


def nearest_body(
    near: tuple[Near, ...],
    written: Tokens,
    year: int | None,
    register: Register,
    *,
    most_slips: int,
    least_score: float,
    least_margin: float,
) -> tuple[str | None, float, tuple[str, ...]]:
    """Choose the one body of a year that a text is a slip of.

    The nearest name must have no more than the slips allowed and reach the least score; the next body must be
    at least twice as many slips away, and the least margin behind.

    Parameters
    ----------
    near : tuple of Near
        From `near_names`.
    written : tuple of str
        Words of the text.
    year : int or None
        Evaluation year.
    register : Register
        From `load_register`.
    most_slips : int
        Slips allowed.
    least_score, least_margin : float
        Points.

    Returns
    -------
    tuple
        The body or None, its score, and the bodies near the text (up to five) when none is chosen.

    Examples
    --------
    >>> nearest_body((), (), 2020, None, most_slips=2, least_score=80.0, least_margin=5.0)
    (None, 0.0, ())
    """
    first: Near | None = None
    following: Near | None = None
    best: tuple[str, ...] = ()
    for found in near:
        ids = found.meant.in_year(year, register).ids
        if ids and (first is None or found.slips == first.slips):
            first = first or found
            best = tuple(dict.fromkeys((*best, *ids)))
        elif ids and ids != best:
            following = found
            break
    if first is None:
        return None, 0.0, ()
    if len(best) > 1:
        return None, 0.0, best[:_MOST_CANDIDATES]
    most = min(most_slips, slips_allowed("".join(first.words)))
    near_enough = first.slips <= most and first.score >= least_score and words_allow(first, written, register)
    alone = following is None or (following.slips >= 2 * first.slips and first.score - following.score >= least_margin)
    if near_enough and alone:
        return best[0], round(first.score, 1), ()
    close = (
        body for found in near if found.score >= _CANDIDATE_SCORE for body in found.meant.in_year(year, register).ids
    )
    return None, 0.0, tuple(islice(dict.fromkeys(close), _MOST_CANDIDATES))
