"""Words of specification grids: choices, levels and figures as a reader says them."""

from collections.abc import Sequence

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.words import number

_TOLD = 3  # parts of a figure's name: year, what, value


def name_choice(choice: str, edition: Edition) -> str:
    """Say a choice.

    Parameters
    ----------
    choice : str
        Column of ``Grid.choices``.
    edition : Edition
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> name_choice("family", Edition("en", 2016, 2020))
    'model and errors'
    """
    return edition.say(f"spec_choice.{choice}")


def name_level(choice: str, level: str, edition: Edition) -> str:
    """Say a level of a choice.

    Parameters
    ----------
    choice, level : str
        As in ``Grid.choices``.
    edition : Edition
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> name_level("figures", "2017-WBK-71", Edition("id", 2016, 2020))
    '2017 WBK = 71'
    """
    if choice in ("first", "last"):
        return level
    if choice == "without":
        return edition.say("spec_level.all_years") if level == "none" else level
    if choice == "exposure":
        return edition.say(f"measure.{level}")
    if choice == "predicate":
        return edition.say(f"predicate.{level}")
    if choice == "figures":
        return _name_figures(level, edition)
    return edition.say(f"spec_level.{level}")


def name_figure(year: int, group: str, kind: str, exposure: str, edition: Edition) -> str:
    """Say which figure of a specification is changed.

    Parameters
    ----------
    year : int
        Evaluation year.
    group : str
        all, WBK, WBBM, or an agency type.
    kind : str
        count, unknown or exposure.
    exposure : str
        What the count is a rate of.
    edition : Edition
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> name_figure(2021, "all", "exposure", "units_proposed", Edition("en", 2016, 2021))
    '2021 units proposed'
    """
    if kind == "exposure":
        what = edition.say(f"measure.{exposure}")
    elif group in ("WBK", "WBBM", "all"):
        key = "unknown" if kind == "unknown" else "awards"
        what = edition.say(f"spec_figure.{key}", predicate=edition.say(f"predicate.{group}"))
    else:
        what = edition.say("spec_figure.agencies", type=edition.say(f"type.{group}"))
    return f"{year} {what}"


def join_levels(levels: Sequence[str], edition: Edition) -> str:
    """Join levels as alternatives: "a, b or c".

    Parameters
    ----------
    levels : sequence of str
        In the reader's words.
    edition : Edition
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> join_levels(["WBK", "WBBM"], Edition("id", 2016, 2020))
    'WBK atau WBBM'
    """
    if len(levels) < 2:
        return "".join(levels)
    return edition.say("spec_word.or", first=", ".join(levels[:-1]), last=levels[-1])


def _name_figures(level: str, edition: Edition) -> str:
    """Name the published count that a level is about."""
    parts = level.split("-")
    if parts[0] == "track":
        return edition.say(f"spec_track.{parts[1]}")
    if len(parts) < _TOLD:
        return edition.say(f"spec_figure.{level}")
    year, *about, value = parts
    what = edition.say(f"measure.{about[0]}") if about[0].startswith(("units", "agencies")) else _body(about)
    return edition.say("spec_figure.told", year=year, what=what, count=number(int(value), edition.language))


def _body(about: Sequence[str]) -> str:
    """WBK, or the register id of an agency with the predicate told of it."""
    return " ".join(part.upper() if part.islower() and part != "all" else part for part in about if part != "all")
