"""Gains: which figure, if it were published or settled, would narrow the answer on the break most."""

from collections.abc import Mapping

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.tables import make_table


def name_missing(row: Mapping[str, object], edition: Edition) -> str:
    """Name the figure that is not known exactly.

    Parameters
    ----------
    row : mapping
        year, missing (count | exposure | both).
    edition : Edition
        Language and exposure.

    Returns
    -------
    str
    """
    words = {"year": row["year"], "exposure": edition.say(f"measure.{edition.exposure}")}
    if row["missing"] == "count":
        return edition.say("missing.count", year=row["year"])
    return edition.say(f"missing.{row['missing']}", **words)


def table_values(values: pd.DataFrame, others: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how far each missing figure would narrow the answer, and what each disputed one would change.

    Parameters
    ----------
    values : DataFrame
        From ``value_missing_years``.
    others : DataFrame
        From ``try_other_values``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: figure, state, narrowing, p_now, p_then, ratio_used, ratio_other.

    Raises
    ------
    StudyRefusal
        If no figure is missing or disputed.
    """
    missing = [
        {
            "figure": name_missing(row, edition),
            "state": edition.say("break_state.missing"),
            "narrowing": round(float(row["narrowing"]), 6),
            "p_now": round(float(row["least_p_now"]), 6),
            "p_then": round(float(row["least_p_then"]), 6),
            "ratio_used": None,
            "ratio_other": None,
        }
        for row in values.to_dict("records")
    ]
    disputed = [_disputed(row, edition) for row in others.to_dict("records")]
    if not missing and not disputed:
        raise StudyRefusal("no figure of these years is missing or disputed", key="break_all_known")
    title = (
        edition.say("break_title.values", figure=missing[0]["figure"])
        if missing
        else edition.say("break_title.values_none")
    )
    return make_table(
        pd.DataFrame([*missing, *disputed]),
        edition,
        exhibit=exhibit,
        title=title,
        source=edition.model_source,
        headers={
            "figure": "break_column.figure",
            "state": "break_column.state",
            "narrowing": "break_column.narrowing",
            "p_now": "break_column.p_now",
            "p_then": "break_column.p_then",
            "ratio_used": "break_column.ratio_used",
            "ratio_other": "break_column.ratio_other",
        },
        formats={
            "narrowing": "percent",
            "p_now": "p",
            "p_then": "p",
            "ratio_used": "ratio",
            "ratio_other": "ratio",
        },
    )


def _disputed(row: Mapping, edition: Edition) -> dict[str, object]:
    """Make the row of a disputed exposure: the ratio with the value used and with the other."""
    return {
        "figure": edition.say("missing.exposure", year=row["year"], exposure=edition.say(f"measure.{row['measure']}")),
        "state": edition.say("break_state.disputed", other=row["other_value"], used=row["value_used"]),
        "narrowing": None,
        "p_now": None,
        "p_then": None,
        "ratio_used": round(float(row["ratio_used"]), 6),
        "ratio_other": round(float(row["ratio_other"]), 6),
    }


def find_value(values: pd.DataFrame, others: pd.DataFrame, edition: Edition) -> Findings:
    """Say which figure would narrow the answer most, and what the values told otherwise would change.

    Parameters
    ----------
    values, others
        As in ``table_values``.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = []
    if len(values):
        best = values.iloc[0]
        sentences.append(
            edition.say(
                "break_finding.value",
                figure=name_missing(best.to_dict(), edition),
                now=float(best["width_now"]),
                then=float(best["width_then"]),
                p_now=float(best["least_p_now"]),
                p_then=float(best["least_p_then"]),
            )
        )
    if len(others):
        ratios = others["ratio_other"].astype("float64")
        figures = int(others[["year", "measure"]].drop_duplicates().shape[0])
        ends = {"low": float(ratios.min()), "high": float(ratios.max())}
        sentences.append(edition.say("break_finding.others", figures=figures, **ends))
    return make_findings(sentences, edition)
