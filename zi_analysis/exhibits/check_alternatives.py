"""Exhibit and finding of disputed figures: what each other value told does to the ratios of a count model."""

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.verdicts import HOLDS, ONLY_IF, conclude
from zi_analysis.exhibits.words import listing, number, ratio
from zi_analysis.study.counts import CountFit


def table_alternatives(tried: pd.DataFrame, fit: CountFit, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show each ratio with each other value told of a disputed figure.

    Parameters
    ----------
    tried : DataFrame
        From ``try_alternatives``.
    fit : CountFit
        The fit of the rows as settled, for its reference levels.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: figure, value_used, value_other, term, rate_ratio, ratio_other, interval, moves.

    Raises
    ------
    StudyRefusal
        If no disputed figure enters the fit.
    """
    if tried.empty:
        raise StudyRefusal("no figure of these rows is disputed", key="no_alternatives")
    changing = tried.loc[tried["claim_changes"], ["year", "measure", "predicate", "value_other"]].drop_duplicates()
    figures = tried[["year", "measure", "predicate", "value_other"]].drop_duplicates()
    rows = tried.assign(
        figure=[name_figure(row, edition) for row in tried.to_dict("records")],
        term=[name_term(term, fit, edition) for term in tried["term"]],
        interval=[_interval(row.low, row.high, edition) for row in tried.itertuples()],
    )
    return make_table(
        rows.round(6),
        edition,
        exhibit=exhibit,
        title=edition.say("title.alternatives", changing=len(changing), figures=len(figures)),
        source=edition.model_source,
        headers={
            "figure": "column.alternative_figure",
            "value_used": "column.alternative_used",
            "value_other": "column.alternative_other",
            "term": "column.term",
            "rate_ratio": "column.alternative_before",
            "ratio_other": "column.alternative_after",
            "interval": "column.alternative_interval",
            "moves": "column.moves",
        },
        formats={
            "value_used": "count",
            "value_other": "count",
            "rate_ratio": "three",
            "ratio_other": "three",
            "interval": "words",
            "moves": "percent",
        },
    )


def find_alternatives(tried: pd.DataFrame, fit: CountFit, edition: Edition) -> Findings:
    """Say whether a disputed figure decides on which side of 1 a ratio lies, and which figure moves a ratio most.

    Parameters
    ----------
    tried, fit, edition
        As for `table_alternatives`.

    Returns
    -------
    Findings
        Two sentences; none where no disputed figure enters the fit.
    """
    if tried.empty:
        return make_findings([], edition)
    needed = tried[tried["claim_changes"]].drop_duplicates(["year", "measure", "predicate"])
    stay = [
        edition.say("finding.alternatives_stay", figure=name_figure(row, edition), used=row["value_used"])
        for row in needed.to_dict("records")
    ]
    verdict, key = (ONLY_IF, "finding.alternatives_if") if stay else (HOLDS, "finding.alternatives_hold")
    condition = listing(stay, edition.language)
    sentences = [conclude(edition, verdict, edition.say(key), condition=condition), *_most(tried, fit, edition)]
    return make_findings(sentences, edition)


def _most(tried: pd.DataFrame, fit: CountFit, edition: Edition) -> list[str]:
    """The figure that moves a ratio most, as a sentence; none where every other value is refused."""
    answered = tried[tried["reason"].isna()]
    if answered.empty:
        return []
    most = answered.loc[answered["moves"].astype("float64").idxmax()].to_dict()
    return [
        edition.say(
            "finding.alternatives_most",
            figure=name_figure(most, edition),
            label=name_term(most["term"], fit, edition),
            used=most["value_used"],
            other=most["value_other"],
            before=number(most["rate_ratio"], edition.language, decimals=3),
            after=number(most["ratio_other"], edition.language, decimals=3),
        )
    ]


def _interval(low: float, high: float, edition: Edition) -> str:
    """Write an interval; the word for unknown where there is none."""
    if pd.isna(low):
        return number(None, edition.language)
    return f"{ratio(low, edition.language)}\N{EN DASH}{ratio(high, edition.language)}"


def name_figure(figure: dict, edition: Edition) -> str:
    """Say a published figure: year, measure, and predicate where it is of one."""
    words = [str(figure["year"]), edition.say(f"measure.{figure['measure']}")]
    if figure["predicate"] != "all":
        words.append(edition.say(f"predicate.{figure['predicate']}"))
    return ", ".join(words)
