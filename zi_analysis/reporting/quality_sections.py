"""The sections of the quality page in the reader's words: plain dictionaries that the template lays out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from zi_analysis.exhibits.words import number
from zi_analysis.reporting.quality_lists import MOST, list_columns, list_lines, name_sheets
from zi_analysis.reporting.quality_rows import Look, Problem
from zi_analysis.reporting.quality_words import Speaker, cut, slug, word_table

_OUTCOMES = ("accepted", "merged", "rejected")
_MOST_CANDIDATES = 5


def tell_problem(problem: Problem, names: Mapping[str, str], speaker: Speaker) -> dict[str, Any]:
    """Word the rejects of one step.

    Parameters
    ----------
    problem : Problem
        From `list_problems`.
    names : mapping
        agency_id of candidates to name.
    speaker : Speaker
        Language.

    Returns
    -------
    dict
        title, advice, decisions and more.

    Examples
    --------
    >>> told = pd.DataFrame([["a!7", "", "", 1, "", "no unit is named; ..."]])
    >>> told.columns = ["place", "as_written", "beside", "rows", "candidates", "problem"]
    >>> tell_problem(Problem("unit named", 1, told, 0, True), {}, Speaker("en"))["title"]
    'No unit is named: 1 row'
    """
    what = speaker.name("problem", problem.step)
    advice = f"advice_{slug(problem.step)}"
    return {
        "title": speaker.say("problem_title", what=what, rows=speaker.rows(problem.rows)),
        "advice": speaker.words[advice if advice in word_table() else "advice_other"],
        "decisions": [
            {
                "as_written": cut(row["as_written"]),
                "beside": cut(row["beside"]),
                "place": cut(row["place"]),
                "rows": speaker.count(int(row["rows"])),
                "problem": _fault(row["problem"], row["candidates"], names, speaker),
            }
            for row in problem.decisions.to_dict("records")
        ],
        "more": speaker.more(problem.more, "more_decisions" if problem.decided else "more_rejects"),
    }


def _fault(reason: str, candidates: str, names: Mapping[str, str], speaker: Speaker) -> str:
    """Say which bodies may be meant, or what is wrong."""
    bodies = [body for body in candidates.split("|") if body]
    if not bodies:
        return speaker.name_fault(reason)
    shown = [f"{names[body]} ({body})" if body in names else cut(body) for body in bodies[:_MOST_CANDIDATES]]
    left = speaker.more(len(bodies) - len(shown))
    return speaker.say("may_mean", names=speaker.words["or"].join([*shown, left] if left else shown))


def tell_look(look: Look, speaker: Speaker) -> dict[str, Any]:
    """Word one kind of accepted rows.

    Parameters
    ----------
    look : Look
        From `list_looks`.
    speaker : Speaker
        Language.

    Returns
    -------
    dict
        title, about, examples, written (whether what is written is known) and more.

    Examples
    --------
    >>> tell_look(Look("year", 3, pd.DataFrame(), 0), Speaker("en"))["title"]
    'Year read from a date, a span or words: 3 rows'
    """
    rows = look.examples.to_dict("records")
    about = speaker.words[f"look_{look.kind}_about"]
    return {
        "title": speaker.say("problem_title", what=speaker.words[f"look_{look.kind}"], rows=speaker.rows(look.rows)),
        "about": about if rows else f"{about} {speaker.words['not_listed']}",
        "examples": [
            {
                "place": cut(row["place"]),
                "as_written": cut(row["as_written"]),
                "taken_as": cut(row["taken_as"]) + _likeness(row.get("score"), speaker),
                "rows": speaker.count(int(row["rows"])),
            }
            for row in rows
        ],
        "written": any(row["as_written"] for row in rows),
        "more": speaker.more(look.more),
    }


def _likeness(score: float | None, speaker: Speaker) -> str:
    """Write how like a name is."""
    return "" if score is None else f", {speaker.say('likeness', score=number(score, speaker.language))}"


def tell_columns(columns: pd.DataFrame, speaker: Speaker) -> dict[str, Any]:
    """Word how the columns were read.

    Parameters
    ----------
    columns : pd.DataFrame
        ``CleanedAwards.columns``.
    speaker : Speaker
        Language.

    Returns
    -------
    dict
        rows and more.

    Examples
    --------
    >>> tell_columns(pd.DataFrame(), Speaker("en"))
    {'rows': [], 'more': ''}
    """
    listed = list_columns(columns)
    several = listed["file"].nunique() > 1
    rows = [
        {
            "header": cut(row["header"]) or _position(row["position"], speaker),
            "field": speaker.name("field", row["field"]) if row["field"] else speaker.words["not_used"],
            "used": bool(row["field"]),
            "how": speaker.name_way(row["how"]) if row["field"] else "",
            "where": _where(row["file"] if several else "", row["sheets"], speaker),
        }
        for row in listed.head(MOST).to_dict("records")
    ]
    return {"rows": rows, "more": speaker.more(len(listed) - MOST)}


def _position(position: Any, speaker: Speaker) -> str:
    """Name a column without header."""
    return "" if pd.isna(position) or not position else speaker.say("column_number", position=str(int(position)))


def _where(file: str, sheets: Sequence[str], speaker: Speaker) -> str:
    """Name the file where there are several, and the sheets where it has any."""
    names, left = name_sheets(sheets)
    told = ", ".join(filter(None, (names, speaker.more(left))))
    return ", ".join(filter(None, (cut(file), speaker.say("sheets", sheets=told) if told else "")))


def tell_lines(lines: pd.DataFrame, speaker: Speaker) -> dict[str, Any]:
    """Word the lines that are no rows.

    Parameters
    ----------
    lines : pd.DataFrame
        ``CleanedAwards.lines``.
    speaker : Speaker
        Language.

    Returns
    -------
    dict
        rows and more.

    Examples
    --------
    >>> tell_lines(pd.DataFrame(), Speaker("id"))
    {'rows': [], 'more': ''}
    """
    listed = list_lines(lines)
    rows = [
        {
            "kind": speaker.name("kind", row["kind"]),
            "place": cut("!".join(filter(None, (row["file"], row["sheet"], str(row["row"]))))),
            "text": cut(row["text"]),
            "times": speaker.count(int(row["times"])),
        }
        for row in listed.head(MOST).to_dict("records")
    ]
    return {"rows": rows, "more": speaker.more(len(listed) - MOST)}


def tell_log(log: pd.DataFrame, speaker: Speaker) -> list[dict[str, str]]:
    """Word the log.

    Parameters
    ----------
    log : pd.DataFrame
        ``CleanedAwards.log``.
    speaker : Speaker
        Language.

    Returns
    -------
    list of dict
        step, rows_in, accepted, merged, rejected, touched.

    Examples
    --------
    >>> tell_log(clean_awards("list.xlsx").log, Speaker("id"))[-1]["step"]  # doctest: +SKIP
    'jumlah'
    """
    counts = ("rows_in", *_OUTCOMES, "touched")
    return [
        {"step": speaker.name_step(row["step"])} | {name: speaker.count(int(row[name])) for name in counts}
        for row in log.to_dict("records")
    ]
