"""The collectors' reading of an agency as a check on ours; it never decides."""

import pandas as pd

from zi_analysis.evidence.bodies import year_of
from zi_analysis.evidence.lookup import find_bodies
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.text import normalise


def compare_with_collector(found: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Tell for each row whether the collectors' agency and type are the ones found.

    Parameters
    ----------
    found : pd.DataFrame
        Columns agency_id, agency_type, year, collector_agency, collector_agency_type.
    register : Register
        From `load_register`.

    Returns
    -------
    pd.DataFrame
        Columns agrees_agency and agrees_type: yes, no, or missing where one side is missing.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> ours = {"agency_id": ["35.77"], "agency_type": ["city"], "year": [2020]}
    >>> theirs = {"collector_agency": ["Pemerintah Kabupaten Madiun"], "collector_agency_type": ["regency"]}
    >>> compare_with_collector(pd.DataFrame(ours | theirs), load_register()).values.tolist()
    [['no', 'no']]
    """
    told = ["agency_id", "year", "collector_agency", "agency_type", "collector_agency_type"]
    pairs = found[told].drop_duplicates(ignore_index=True)
    bodies = pairs[told[:3]].itertuples(index=False)
    types = pairs[told[3:]].itertuples(index=False)
    pairs["agrees_agency"] = pd.array(
        [_agrees(ours, theirs, _same_body(ours, year, theirs, register)) for ours, year, theirs in bodies], dtype="str"
    )
    pairs["agrees_type"] = pd.array([_agrees(ours, theirs, ours == theirs) for ours, theirs in types], dtype="str")
    answers = found[told].merge(pairs, how="left", on=told, validate="m:1")[["agrees_agency", "agrees_type"]]
    return answers.set_axis(found.index)


def _agrees(ours: object, theirs: object, same: bool) -> str | None:
    """Say yes or no when both sides are told."""
    if pd.isna(ours) or pd.isna(theirs):
        return None
    return "yes" if same else "no"


def _same_body(ours: object, year: object, theirs: object, register: Register) -> bool:
    """Tell whether the collectors' name is a name of the body found."""
    if pd.isna(ours) or pd.isna(theirs):
        return False
    if ours in register.plain_names.get(normalise(str(theirs)), ()):
        return True
    return ours in find_bodies(str(theirs), year_of(year), register).ids


def award_agreement(matches: pd.DataFrame) -> pd.DataFrame:
    """Sum up how often the collectors read the same agency and type from the page.

    Parameters
    ----------
    matches : pd.DataFrame
        ``CleanedAwards.matches``.

    Returns
    -------
    pd.DataFrame
        Two rows, measure agency and agency_type: compared (rows), agreeing (rows), percent, and disagreements
        ("a0001: Kota Madiun, collectors Pemerintah Kabupaten Madiun; ...", missing if there are none).

    Examples
    --------
    >>> from zi_analysis.evidence.awards import clean_awards
    >>> from zi_analysis.evidence.tables import load_table
    >>> award_agreement(clean_awards(load_table("awards")).matches)["measure"].tolist()
    ['agency', 'agency_type']
    """
    parts = (("agency", "agrees_agency"), ("agency_type", "agrees_type"))
    return pd.DataFrame([_summary(matches, measure, column) for measure, column in parts])


def _summary(matches: pd.DataFrame, measure: str, column: str) -> dict[str, object]:
    """Count the agreement on one measure."""
    compared, agreeing = int(matches[column].notna().sum()), int((matches[column] == "yes").sum())
    apart = matches[matches[column] == "no"]
    told = apart[["award_id", measure, f"collector_{measure}"]].itertuples(index=False)
    return {
        "measure": measure,
        "compared": compared,
        "agreeing": agreeing,
        "percent": round(100 * agreeing / compared, 1) if compared else float("nan"),
        "disagreements": "; ".join(f"{row}: {ours}, collectors {theirs}" for row, ours, theirs in told) or None,
    }


def _apart(award_id: str, ours: str, theirs: str) -> str:
    """Tell one row read differently."""
    return f"{award_id}: {ours}, collectors {theirs}"
