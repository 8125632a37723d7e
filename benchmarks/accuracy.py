"""How right the resolver is: ``python benchmarks/accuracy.py [--confusions] [--write]``.

It resolves the labelled set, shows both halves beside a plain rival, chooses the thresholds on the tuning half, and
ends with one verdict line; the exit code is 1 when an aim is missed. ``--write`` makes docs/accuracy.md and its chart.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from accuracy_measures import Resolver, Setting, Tally, choose, outcomes, tally_of, try_settings
from accuracy_rival import at_least, closest_names

from zi_analysis import resolve_agencies
from zi_analysis.evidence.likeness import LEAST_MARGIN, LEAST_SCORE
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.evidence.tables import load_table

SCORES = tuple(range(60, 101))
MARGINS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
LEAST_RIGHT, MOST_WRONG, MOST_MATCHED = 99.0, 0.3, 0  # aims on the test half: percent, percent, rows
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Accuracy:
    """What was measured."""

    rows: pd.DataFrame  # the labelled set with answer, method and outcome
    halves: dict[str, Tally]
    settings: list[Setting]  # all pairs of thresholds on the tuning half
    chosen: Setting
    used: tuple[float, float]  # least score and margin of the package
    rival_settings: list[Setting]  # the rival's scores on the tuning half
    rival_score: float
    rival: dict[str, Tally]  # from rival_score on
    rival_always: dict[str, Tally]  # its closest name whatever the score

    @property
    def misses(self) -> list[str]:
        """The aims that are missed, in words."""
        test, told = self.halves["test"], []
        if test.share("right") < LEAST_RIGHT:
            told.append(f"right {test.share('right'):.2f} % of the test half, aim {LEAST_RIGHT:g} %")
        if test.share("wrong") > MOST_WRONG:
            told.append(f"wrong {test.share('wrong'):.2f} % of the test half, aim at most {MOST_WRONG} %")
        if test.matched > MOST_MATCHED:
            told.append(f"{test.matched} of {test.unresolvable} unresolvable rows of the test half matched, aim none")
        chosen = (self.chosen.least_score, self.chosen.least_margin)
        if self.used != chosen:
            told.append(
                f"the package uses score {self.used[0]:g} and margin {self.used[1]:g}, the rule chooses "
                f"{chosen[0]:g} and {chosen[1]:g}"
            )
        return told

    @property
    def verdict(self) -> str:
        """One line that ends the benchmark."""
        if self.misses:
            return f"accuracy: missed: {'; '.join(self.misses)}"
        test = self.halves["test"]
        return (
            f"accuracy: met: right {test.share('right'):.2f} % of the test half (aim {LEAST_RIGHT:g}), "
            f"wrong {test.share('wrong'):.2f} % (aim at most {MOST_WRONG}), "
            f"matched {test.matched} of {test.unresolvable} (aim none), thresholds as chosen"
        )


def main(arguments: Sequence[str] | None = None, *, resolver: Resolver | None = None) -> int:
    """Measure, print, and tell by the exit code whether the aims are met.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line.
    resolver : callable, optional
        Another resolver than the package's.

    Returns
    -------
    int
        0 when the aims are met, else 1.

    Examples
    --------
    >>> main([])  # doctest: +SKIP
    0
    """
    parser = argparse.ArgumentParser(description="Measure how right the resolver is on the labelled set.")
    parser.add_argument("--confusions", action="store_true", help="also list wrong and open rows of the test half")
    parser.add_argument("--write", action="store_true", help="write docs/accuracy.md and docs/accuracy.svg")
    options = parser.parse_args(arguments)
    from accuracy_pages import write_pages
    from accuracy_tables import tables_text

    accuracy = measure(labelled_rows(), resolver or resolve_with_package)
    print(tables_text(accuracy, halves=("tuning", "test") if options.confusions else ("tuning",)))
    if options.write:
        for path in write_pages(accuracy, ROOT / "docs"):
            print(f"{path.relative_to(ROOT)} written")
    print(accuracy.verdict)
    return 1 if accuracy.misses else 0


def labelled_rows() -> pd.DataFrame:
    """Load the labelled set as text, empty cells as empty text.

    Returns
    -------
    pd.DataFrame
        Columns of data/labelled/agency_spellings.csv.

    Examples
    --------
    >>> labelled_rows().columns[0]
    'spelling'
    """
    rows = load_table("labelled_spellings", root=ROOT)
    return rows.astype("str").fillna("")


def resolve_with_package(rows: pd.DataFrame, least_score: float, least_margin: float) -> pd.Series:
    """Resolve rows with the package.

    Parameters
    ----------
    rows : pd.DataFrame
        spelling, unit and year.
    least_score, least_margin : float
        Thresholds.

    Returns
    -------
    pd.Series
        agency_id, empty for open.

    Examples
    --------
    >>> rows = pd.DataFrame({"spelling": ["Pemkot Madiun"], "unit": [""], "year": ["2020"]})
    >>> resolve_with_package(rows, 92, 5).tolist()
    ['35.77']
    """
    asked = rows[["spelling", "unit", "year"]]
    found = resolve_agencies(
        asked,
        name="spelling",
        unit="unit",
        year="year",
        register=_register(),
        least_score=least_score,
        least_margin=least_margin,
    )
    return found["agency_id"].fillna("")


def measure(rows: pd.DataFrame, resolver: Resolver) -> Accuracy:
    """Resolve the set with the package's thresholds, try others on the tuning half, and ask the rival.

    Parameters
    ----------
    rows : pd.DataFrame
        From `labelled_rows`.
    resolver : callable
        See `accuracy_measures`.

    Returns
    -------
    Accuracy
        Tables and figures.

    Examples
    --------
    >>> measure(labelled_rows(), resolve_with_package).misses  # doctest: +SKIP
    []
    """
    answers = resolver(rows, LEAST_SCORE, LEAST_MARGIN)
    rows = rows.assign(answer=answers, outcome=outcomes(rows["agency_id"], answers))
    tuning = rows["half"].eq("tuning")
    settings = try_settings(rows[tuning], resolver, SCORES, MARGINS)
    closest = closest_names(rows, _register())
    rivals = [
        Setting(score, 0, tally_of(outcomes(rows["agency_id"][tuning], at_least(closest[tuning], score))))
        for score in SCORES
    ]
    rival_score = choose(rivals).least_score
    against, always = (outcomes(rows["agency_id"], at_least(closest, score)) for score in (rival_score, 0))
    return Accuracy(
        rows=rows,
        halves={half: tally_of(group["outcome"]) for half, group in rows.groupby("half")},
        settings=settings,
        chosen=choose(settings),
        used=(LEAST_SCORE, LEAST_MARGIN),
        rival_settings=rivals,
        rival_score=rival_score,
        rival={half: tally_of(group) for half, group in against.groupby(rows["half"])},
        rival_always={half: tally_of(group) for half, group in always.groupby(rows["half"])},
    )


@cache
def _register() -> Register:
    """Load the register once."""
    return load_register(ROOT)


if __name__ == "__main__":
    sys.exit(main())
