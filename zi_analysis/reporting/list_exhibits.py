"""How a list was read, as exhibits: the columns, and the lines that are no rows."""

import pandas as pd

from zi_analysis.evidence.readers.reading import ReadList
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.reporting.quality_sections import tell_columns, tell_lines
from zi_analysis.reporting.quality_words import Speaker


def table_columns(told: ReadList, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Show which column was read as what, and how that is known.

    Parameters
    ----------
    told : ReadList
        From ``read_list``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.
    file : str
        Name of the list, for the source line.

    Returns
    -------
    Exhibit
        Data: header, field, how, where.
    """
    columns = pd.DataFrame(
        tell_columns(told.columns.assign(file=""), Speaker(edition.language))["rows"],
        columns=["header", "field", "how", "where", "used"],
    )
    return make_table(
        columns,
        edition,
        exhibit=exhibit,
        title=edition.say("title.list_columns", used=int(columns["used"].sum()), columns=len(columns)),
        source=edition.say("exhibit.own_list", file=file),
        headers={
            "header": "column.list_header",
            "field": "column.list_field",
            "how": "column.list_how",
            "where": "column.list_where",
        },
    )


def table_lines(told: ReadList, edition: Edition, *, exhibit: str, file: str) -> Exhibit:
    """Show the lines that are no rows and what they were taken for.

    Parameters
    ----------
    told, edition, exhibit, file
        As in ``table_columns``.

    Returns
    -------
    Exhibit
        Data: kind, place, text, times.
    """
    lines = pd.DataFrame(
        tell_lines(told.lines.assign(file=""), Speaker(edition.language))["rows"],
        columns=["kind", "place", "text", "times"],
    )
    return make_table(
        lines,
        edition,
        exhibit=exhibit,
        title=edition.say("title.list_lines", lines=len(told.lines)),
        source=edition.say("exhibit.own_list", file=file),
        headers={
            "kind": "column.list_kind",
            "text": "column.list_text",
            "place": "column.list_where",
            "times": "column.list_times",
        },
        formats={"times": "words"},
    )
