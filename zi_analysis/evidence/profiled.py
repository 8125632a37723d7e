"""Which agencies can have a profile, and what a wrong agency_id is told."""

from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.once import load_once

_PLACE = "data/register/agencies.csv"
_CLOSE = 70.0
_NAMED = 3
_KIND = r"^(?:Kabupaten|Kota|Provinsi) "
_COLUMNS = ["agency_id", "agency", "agency_type", "kind", "province_id", "province", "valid_from", "valid_to"]


def profiled_agencies(agencies: pd.DataFrame) -> pd.DataFrame:
    """List the agencies that can have a profile: every body of the register with a government of its own.

    Parameters
    ----------
    agencies : DataFrame
        The register (table agencies).

    Returns
    -------
    DataFrame
        agency_id, agency, agency_type, kind, province_id and province (its name; both missing for central bodies),
        valid_from, valid_to, in the order of the register.

    Examples
    --------
    >>> rows = profiled_agencies(load_once("agencies")).set_index("agency_id")
    >>> rows.loc["35.20", "province"], "31.71" in rows.index
    ('Provinsi Jawa Timur', False)
    """
    names = agencies.set_index("agency_id")["name"]
    rows = agencies[agencies["own_government"] == "yes"].rename(columns={"name": "agency"})
    return rows.assign(province=rows["province_id"].map(names).astype("str"))[_COLUMNS].reset_index(drop=True)


def check_agency(agency_id: str, *, root: Path | str | None = None) -> str:
    """Check that a profile of an agency can be made.

    Parameters
    ----------
    agency_id : str
        Id of the register: "35.20", "kemenkeu".
    root : path, optional
        A folder inside the project.

    Returns
    -------
    str
        The id as given.

    Raises
    ------
    ParameterError
        If no such agency is in the register, naming the closest ids and names, or if it has no government of its
        own, naming the province its work belongs to.

    Examples
    --------
    >>> check_agency("35.20")
    '35.20'
    """
    agencies = load_once("agencies", root=root)
    found = agencies[agencies["agency_id"] == agency_id]
    names = agencies.set_index("agency_id")["name"]
    if found.empty:
        raise ParameterError(_unknown(agency_id, agencies, load_once("agency_names", root=root)))
    if found["own_government"].iloc[0] != "yes":
        province = str(found["province_id"].iloc[0])
        raise ParameterError(
            f"agency_id = {agency_id!r} ({names[agency_id]}) has no government of its own; its work belongs to "
            f"{province!r} ({names[province]})"
        )
    return agency_id


def _unknown(agency_id: str, agencies: pd.DataFrame, other_names: pd.DataFrame) -> str:
    """Word the refusal of an id that the register does not have."""
    own = agencies[agencies["own_government"] == "yes"].set_index("agency_id")["name"]
    close = _closest(agency_id, own, other_names)
    hint = " or ".join(f"{one!r} ({own[one]})" for one in close)
    shown = repr(agency_id) if len(agency_id) <= 60 else repr(agency_id[:57]) + "..."
    asked = f"; did you mean {hint}?" if close else "; give an id such as '35.20' or 'kemenkeu'"
    return f"agency_id = {shown} is not in the register{asked} (the {len(own)} ids stand in {_PLACE})"


def _closest(written: str, own: pd.Series, other_names: pd.DataFrame) -> list[str]:
    """Ids that are like what was written, or whose names are; one that fits wholly stands alone."""
    folded = " ".join(written.casefold().split())[:80]
    names = other_names[other_names["agency_id"].isin(own.index)]
    places = own.str.replace(_KIND, "", regex=True)
    labels = [*own.index, *own, *places, *names["name"]]
    ids = [*own.index, *own.index, *own.index, *names["agency_id"]]
    texts = [label.casefold() for label in labels]
    found = process.extract(folded, texts, scorer=fuzz.ratio, limit=24, score_cutoff=_CLOSE)
    best = sorted(found, key=lambda one: (one[0] != folded, not _begins(one[0], folded), -one[1], one[2]))
    whole = [one for one in best if one[0] == folded]
    return list(dict.fromkeys(ids[at] for _, _, at in whole or best))[:_NAMED]


def _begins(text: str, written: str) -> bool:
    """Whether one of the two is how the other begins: a zero or a word was left out."""
    return bool(written) and (text.startswith(written) or written.startswith(text))
