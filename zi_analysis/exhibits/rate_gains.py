"""What disputed and missing figures would change in the success rates."""

import pandas as pd

from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.rate_labels import figure_label, percent_range
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import percent

_ALIKE = 0.05  # of the width: missing years whose gains differ by less are told as alike


def table_disputed(tried: pd.DataFrame, edition: Edition, *, exhibit: str, year: int) -> Exhibit:
    """Show what each disputed figure does to the rates and to the answer on a year.

    Parameters
    ----------
    tried : DataFrame
        From ``try_disputed``.
    edition, exhibit
        Language, and number of the exhibit.
    year : int
        The year asked about.

    Returns
    -------
    Exhibit
        Data: figure, used, other, rate_used, rate_other, prediction, p_value, outlier.
    """
    names = [
        edition.say("rate_mark.all_values")
        if pd.isna(row.year)
        else edition.say("rate_mark.figure", measure=edition.say(f"measure.{row.measure}"), year=int(row.year))
        for row in tried.itertuples()
    ]
    rows = tried.assign(
        figure=names,
        prediction=[percent_range(row.low, row.high, edition) for row in tried.itertuples()],
        outlier=[edition.say("column.yes" if row.outside > 0 else "column.no") for row in tried.itertuples()],
    )
    outside = float(tried["outside"].iloc[-1])
    share = percent(outside, edition.language, decimals=0)
    if outside > 0:
        title = edition.say("rate_title.disputed_some", outside=share, year=year)
    else:
        title = edition.say("rate_title.disputed_none", year=year)
    return make_table(
        rows.round({"rate_used": 6, "rate_other": 6, "p_value": 6}),
        edition,
        exhibit=exhibit,
        title=title,
        source=edition.model_source,
        headers={"figure": "rate_column.figure", "used": "rate_column.used", "other": "rate_column.other"}
        | {"rate_used": "rate_column.rate_used", "rate_other": "rate_column.rate_other"}
        | {"prediction": "rate_column.prediction", "p_value": "column.p_value", "outlier": "rate_column.outlier"},
        formats={"used": "count", "other": "count", "prediction": "words", "p_value": "p"}
        | {"rate_used": "percent", "rate_other": "percent"},
    )


def table_missing(valued: pd.DataFrame, edition: Edition, *, exhibit: str, year: int) -> Exhibit:
    """Show how much each missing figure would narrow what is expected of a year.

    Parameters
    ----------
    valued : DataFrame
        From ``value_missing``.
    edition, exhibit, year
        As in ``table_disputed``.

    Returns
    -------
    Exhibit
        Data: figure, width_now, width_then, narrowing.
    """
    rows = valued.assign(figure=[figure_label(row, edition) for _, row in valued.iterrows()])
    best = rows.iloc[0]
    gain = percent(best["narrowing"], edition.language, decimals=0)
    figure = str(best["figure"])
    return make_table(
        rows.round({"width_now": 6, "width_then": 6, "narrowing": 6}),
        edition,
        exhibit=exhibit,
        title=edition.say("rate_title.missing", figure=figure[:1].upper() + figure[1:], year=year, narrowing=gain),
        source=edition.model_source,
        headers={
            "figure": "rate_column.figure",
            "width_now": "rate_column.width_now",
            "width_then": "rate_column.width_then",
            "narrowing": "rate_column.narrowing",
        },
        formats=dict.fromkeys(("width_now", "width_then", "narrowing"), "percent"),
    )


def find_value(valued: pd.DataFrame, tried: pd.DataFrame, edition: Edition, *, year: int) -> Findings:
    """Say which missing or disputed number would help most.

    Parameters
    ----------
    valued : DataFrame
        From ``value_missing``.
    tried : DataFrame
        From ``try_disputed``.
    edition : Edition
        Language.
    year : int
        The year asked about.

    Returns
    -------
    Findings
    """
    best = valued.iloc[0]
    gain = percent(best["narrowing"], edition.language, decimals=0)
    figure = figure_label(best, edition)
    sentences = [edition.say("rate_finding.value", figure=figure, year=year, narrowing=gain)]
    if len(valued) > 1 and valued["narrowing"].max() - valued["narrowing"].min() < _ALIKE:
        sentences.append(edition.say("rate_finding.value_alike", figures=len(valued)))
    single = tried.dropna(subset=["year"])
    if len(single):
        row = single.loc[(single["rate_other"] - single["rate_used"]).abs().idxmax()]
        used, other = (percent(row[name], edition.language) for name in ("rate_used", "rate_other"))
        sentences.append(edition.say("rate_finding.value_disputed", year=int(row["year"]), used=used, other=other))
    return make_findings(sentences, edition)
