"""What a user would try first: the closest name of the register by rapidfuzz ``extractOne`` with WRatio."""

import pandas as pd
from rapidfuzz import fuzz, process, utils

from zi_analysis.evidence.register import Register


def closest_names(rows: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Find the closest name of each spelling over all names of the register.

    The rival is helped where a user would help it: case and marks do not count, the unit is asked where no agency
    is written, a name of several bodies means the one of that year, and Jakarta's units mean the province.

    Parameters
    ----------
    rows : pd.DataFrame
        Rows of the labelled set.
    register : Register
        From `load_register`.

    Returns
    -------
    pd.DataFrame
        agency_id and score (0 to 100) a row, same index.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> rows = pd.DataFrame({"spelling": ["Kabupaten Magetn"], "unit": [""], "year": ["2020"]})
    >>> closest_names(rows, load_register())["agency_id"].tolist()
    ['35.20']
    """
    names = register.names.groupby("name", sort=False)
    choices = {name: utils.default_process(name) for name in names.groups}
    found = []
    for spelling, unit, year in rows[["spelling", "unit", "year"]].itertuples(index=False):
        text = utils.default_process(spelling or unit)
        hit = process.extractOne(text, choices, scorer=fuzz.WRatio) if text else None
        found.append((_body_in(names.get_group(hit[2]), year, register), hit[1]) if hit else ("", 0.0))
    return pd.DataFrame(found, columns=["agency_id", "score"], index=rows.index)


def _body_in(names: pd.DataFrame, year: str, register: Register) -> str:
    """Choose the body that bears a name in a year, else the first; the province for a unit of Jakarta."""
    if year:
        held = names["valid_from"].fillna(0).le(int(year)) & names["valid_to"].fillna(9999).ge(int(year))
        names = names[held] if held.any() else names
    body = register.bodies[names["agency_id"].iloc[0]]
    return body.agency_id if body.own_government or body.province_id is None else body.province_id


def at_least(closest: pd.DataFrame, score: float) -> pd.Series:
    """Take the closest names from a score on, leave the others open.

    Parameters
    ----------
    closest : pd.DataFrame
        From `closest_names`.
    score : float
        Least score.

    Returns
    -------
    pd.Series
        agency_id, empty for open.

    Examples
    --------
    >>> at_least(pd.DataFrame({"agency_id": ["ma", "mk"], "score": [95.0, 80.0]}), 90).tolist()
    ['ma', '']
    """
    return closest["agency_id"].where(closest["score"].ge(score), "")
