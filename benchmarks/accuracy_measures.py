"""How right a resolver is on the labelled set: tallies, the error curve over its thresholds, and the rule that chooses.

A resolver here is a function from a frame with spelling, unit and year and two thresholds to one agency_id a row,
empty where it leaves the row open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

WRONG_COSTS = 20  # open rows that one wrong match outweighs: nobody looks at a match again
OUTCOMES = ("right", "open", "wrong", "kept open", "matched")
Resolver = Callable[[pd.DataFrame, float, float], pd.Series]


@dataclass(frozen=True)
class Tally:
    """Outcomes counted."""

    right: int
    open: int  # resolvable, left open
    wrong: int  # resolvable, given another body
    kept_open: int  # unresolvable, left open
    matched: int  # unresolvable, given a body

    @property
    def resolvable(self) -> int:
        """Rows that mean a body."""
        return self.right + self.open + self.wrong

    @property
    def unresolvable(self) -> int:
        """Rows that must stay open."""
        return self.kept_open + self.matched

    @property
    def cost(self) -> int:
        """Open rows, and wrong matches at WRONG_COSTS open rows each."""
        return self.open + WRONG_COSTS * (self.wrong + self.matched)

    def share(self, outcome: str) -> float:
        """Share of an outcome, right, open or wrong, among the resolvable, in percent."""
        return 100 * getattr(self, outcome) / max(1, self.resolvable)


@dataclass(frozen=True)
class Setting:
    """Two thresholds and what they gave."""

    least_score: float
    least_margin: float
    tally: Tally


def outcomes(truth: pd.Series, answers: pd.Series) -> pd.Series:
    """Compare answers with the truth.

    Parameters
    ----------
    truth, answers : pd.Series
        agency_id a row, empty for open; same index.

    Returns
    -------
    pd.Series
        One of OUTCOMES a row.

    Examples
    --------
    >>> outcomes(pd.Series(["35.19", "35.77", ""]), pd.Series(["35.19", "35.19", "ma"])).tolist()
    ['right', 'wrong', 'matched']
    """
    told, given = truth.ne(""), answers.ne("")
    found = pd.Series("right", index=truth.index)
    found[told & given & truth.ne(answers)] = "wrong"
    found[told & ~given] = "open"
    found[~told & ~given] = "kept open"
    found[~told & given] = "matched"
    return found


def tally_of(found: pd.Series) -> Tally:
    """Count outcomes.

    Parameters
    ----------
    found : pd.Series
        From `outcomes`.

    Returns
    -------
    Tally
        The counts.

    Examples
    --------
    >>> tally_of(pd.Series(["right", "open", "wrong"])).cost
    21
    """
    counts = found.value_counts()
    return Tally(*(int(counts.get(outcome, 0)) for outcome in OUTCOMES))


def try_settings(
    rows: pd.DataFrame, resolver: Resolver, scores: Iterable[float], margins: Iterable[float]
) -> list[Setting]:
    """Resolve the rows with each pair of thresholds.

    Rows that the loosest and the strictest thresholds answer alike do not hang on them and are resolved once.

    Parameters
    ----------
    rows : pd.DataFrame
        Rows of the labelled set: spelling, unit, year, agency_id.
    resolver : callable
        See the head of this module.
    scores, margins : iterable of float
        Thresholds to try.

    Returns
    -------
    list of Setting
        One a pair, the scores in order, within each the margins.

    Examples
    --------
    >>> rows = pd.DataFrame({"spelling": ["a"], "agency_id": ["1"]})
    >>> found = try_settings(rows, lambda frame, score, margin: frame["agency_id"], [90, 91], [5])
    >>> [setting.tally.right for setting in found]
    [1, 1]
    """
    loosest, strictest = resolver(rows, 0, 0), resolver(rows, 101, 101)
    hanging = rows[loosest.ne(strictest)]
    settled = outcomes(rows["agency_id"], loosest).drop(hanging.index)
    found = []
    for score in scores:
        for margin in margins:
            answers = resolver(hanging, score, margin) if len(hanging) else loosest.iloc[:0]
            tally = tally_of(pd.concat([settled, outcomes(hanging["agency_id"], answers)]))
            found.append(Setting(score, margin, tally))
    return found


def choose(settings: Iterable[Setting]) -> Setting:
    """Choose the thresholds: the lowest cost; of equal ones the highest score, then the widest margin.

    Parameters
    ----------
    settings : iterable of Setting
        From `try_settings`.

    Returns
    -------
    Setting
        The chosen one.

    Examples
    --------
    >>> none, one = Tally(9, 1, 0, 5, 0), Tally(10, 0, 0, 5, 1)
    >>> choose([Setting(90, 5, one), Setting(92, 5, none), Setting(91, 5, none)]).least_score
    92
    """
    return min(settings, key=lambda setting: (setting.tally.cost, -setting.least_score, -setting.least_margin))
