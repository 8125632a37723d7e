"""Tables of a case for its three readers: question, what counts say, what they cannot say."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import pandas as pd

from zi_analysis.evidence.case import Case
from zi_analysis.exhibits.case_answers import NONE, PART, WHOLE, Answer
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table

_HEADS = {"central": "head_central", "province": "head_province", "regency": "head_regency", "city": "head_city"}


def table_answers(answers: Sequence[Answer], reader: str, case: Case, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show what a reader would ask, what the counts say and what they cannot say.

    Parameters
    ----------
    answers : sequence of Answer
        From ``answer_head``, ``answer_servant`` or ``answer_citizen``.
    reader : {"head", "servant", "citizen"}
        Who asks.
    case : Case
        From ``read_case``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: question, says, cannot, state.
    """
    rows = pd.DataFrame([asdict(answer) for answer in answers])
    states = rows["state"].value_counts()
    counts = {name: int(states.get(state, 0)) for name, state in (("whole", WHOLE), ("part", PART), ("none", NONE))}
    shown = rows.assign(says=[edition.say(f"case_state.{one.state}", says=one.says) for one in answers])
    name = _HEADS[case.profile.agency["agency_type"]] if reader == "head" else reader
    who = edition.say(f"case_reader.{name}", agency=case.name)
    table = make_table(
        shown,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=edition.say("case_title.answers", who=who, questions=len(rows), **counts),
        source=edition.say("case_source.answers"),
        headers={name: f"case_column.{name}" for name in ("question", "says", "cannot")},
    )
    return replace(table, data=rows)
