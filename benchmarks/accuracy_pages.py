"""The accuracy benchmark as a page, with its chart."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from accuracy_chart import write_chart
from accuracy_measures import WRONG_COSTS
from accuracy_tables import confusions, curve_table, halves_table, kinds_table

if TYPE_CHECKING:
    from accuracy import Accuracy

_PAGE = """# How right the resolver is

Made by `python benchmarks/accuracy.py --write`; do not edit by hand.

**{verdict}**

## In plain words

{english}

## Singkatnya

{indonesian}

## Both halves, beside the obvious rival

The rival is what a user would try first: the closest of all names in the register by rapidfuzz `extractOne` with
`WRatio`, case and marks ignored. It stands there twice: from the score on that the rule below chooses for it on the
tuning half ({rival_score:g}), and taken at its word for every name.

{halves}

`resolvable` rows mean one body; `unresolvable` rows must stay open. `right`, `open` and `wrong` add up to the
resolvable ones; `matched` counts the unresolvable ones that were given a body.

## By the way in which a spelling came about

{kinds}

## The error curve, and the threshold that it chooses

![{alt}](accuracy.svg)

The rule: the lowest cost on the tuning half, where an open name costs 1 and a wrong match, or a match of a name that
must stay open, costs {wrong_costs}; of equal settings the highest score, then the widest margin. It chooses score
**{score:g}** and margin **{margin:g}**; the package uses {used_score:g} and {used_margin:g}. In the table the margin
is {margin:g}.

{curve}

## Confusions of the tuning half

{confusions}

The test half is only counted; `python benchmarks/accuracy.py --confusions` lists it.

## The labelled set

[`data/labelled/agency_spellings.csv`](../data/labelled/agency_spellings.csv), made by
`python benchmarks/make_labelled.py` from three sources: the spellings of the evidence with the agency that the
collectors read, [spellings set down by hand](../data/labelled/hand_spellings.csv), and spellings made from the names
of all bodies of the register with a fixed seed. A made slip is kept only when it is two steps (a letter dropped,
added, replaced, or swapped with the next) nearer to the body meant than to any other body of its kind. All spellings
of one body stand in one half. The mix of kinds is set by hand, so the shares here are not those of any one list.
"""


def write_pages(accuracy: "Accuracy", folder: Path) -> tuple[Path, Path]:
    """Write the page and the chart.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.
    folder : path
        Where to.

    Returns
    -------
    tuple of Path
        accuracy.md and accuracy.svg.

    Examples
    --------
    >>> write_pages(measured, Path("docs"))  # doctest: +SKIP
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, chart = folder / "accuracy.md", folder / "accuracy.svg"
    page.write_text(page_text(accuracy), encoding="utf-8", newline="\n")
    write_chart(accuracy, chart)
    return page, chart


def page_text(accuracy: "Accuracy") -> str:
    """Put the benchmark into a page.

    Parameters
    ----------
    accuracy : Accuracy
        From `accuracy.measure`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> page_text(measured).splitlines()[0]  # doctest: +SKIP
    '# How right the resolver is'
    """
    chosen = accuracy.chosen
    return _PAGE.format(
        verdict=accuracy.verdict,
        english=_in_english(accuracy),
        indonesian=_in_indonesian(accuracy),
        rival_score=accuracy.rival_score,
        halves=_markdown(halves_table(accuracy)),
        kinds=_markdown(kinds_table(accuracy)),
        alt=_alternative(accuracy),
        wrong_costs=WRONG_COSTS,
        score=chosen.least_score,
        margin=chosen.least_margin,
        used_score=accuracy.used[0],
        used_margin=accuracy.used[1],
        curve=_markdown(curve_table(accuracy)),
        confusions=_markdown(confusions(accuracy, "tuning")),
    )


def _in_english(accuracy: "Accuracy") -> str:
    """Read the test half out in English."""
    test, rival = accuracy.halves["test"], accuracy.rival_always["test"]
    return (
        f"Of {test.resolvable:,} spellings of the test half that mean a body, {test.right:,} are found; left open for "
        f"a person to decide: {test.open:,}; given to a wrong body: {test.wrong:,}. Of {test.unresolvable:,} that "
        f"must stay open, given a body: {test.matched:,}. The rival at its word finds {rival.right:,}, gives "
        f"{rival.wrong:,} to a wrong body, and gives a body to {rival.matched:,} that must stay open."
    )


def _in_indonesian(accuracy: "Accuracy") -> str:
    """Read the test half out in Indonesian."""
    test, rival = accuracy.halves["test"], accuracy.rival_always["test"]
    return (
        f"Dari {_dotted(test.resolvable)} penulisan pada paruh uji yang menunjuk satu instansi, {_dotted(test.right)} "
        f"dikenali dengan benar, {_dotted(test.open)} dibiarkan terbuka untuk diputuskan orang, dan "
        f"{_dotted(test.wrong)} salah instansi. Dari {_dotted(test.unresolvable)} yang memang harus tetap terbuka, "
        f"{_dotted(test.matched)} diberi instansi. Pembanding, bila selalu diikuti, mengenali "
        f"{_dotted(rival.right)} dengan benar, salah pada {_dotted(rival.wrong)}, dan memberi instansi pada "
        f"{_dotted(rival.matched)} yang harus tetap terbuka."
    )


def _dotted(number: int) -> str:
    """Write a number the Indonesian way."""
    return f"{number:,}".replace(",", ".")


def _alternative(accuracy: "Accuracy") -> str:
    """Tell the chart in words."""
    chosen = accuracy.chosen
    return (
        "Shares over the least score on the tuning half, beside the closest name by WRatio: the higher the score, the "
        f"fewer names are found and the more stay open; the rule chooses {chosen.least_score:g}, where "
        f"{chosen.tally.share('right'):.1f} % are right, {chosen.tally.share('open'):.1f} % open and "
        f"{chosen.tally.share('wrong'):.1f} % wrong."
    )


def _markdown(table: pd.DataFrame) -> str:
    """Put a table into Markdown."""
    lines = [list(table.columns), ["---"] * table.shape[1], *table.astype("str").to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    """Write a cell so that nothing in it counts as a mark."""
    return "".join(f"\\{mark}" if mark in "\\|*_<>[]`&" else mark for mark in text) if text != "---" else text
