"""Tables of one agency: what the register says of it, and its awards by name."""

from typing import Any

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.profile import Profile
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import is_missing

_DEPARTMENTS = 2009  # floor of the register for bodies that may be older, see data/register/README.md


def table_agency(profile: Profile, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show what the register says of the agency.

    Parameters
    ----------
    profile : Profile
        From ``read_profile``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: field, value. A field of which the register says nothing has no row.
    """
    agency, names = profile.agency, profile.names
    former = names["name_kind"] == "former"
    certainty = agency["certainty"]
    facts = {
        "official_name": agency["official_name"],
        "agency_id": profile.agency_id,
        "kind": edition.say(f"profile_kind.{agency['kind']}"),
        "province": "" if agency["agency_type"] in ("central", "province") else agency["province"],
        "existed": say_existed(agency, edition),
        "certainty": "" if is_missing(certainty) else edition.say(f"profile_certainty.{certainty}"),
        "predecessors": "; ".join(agency["predecessors"]),
        "successors": "; ".join(agency["successors"]),
        "former": "; ".join(_dated(row) for row in names[former].itertuples()),
        "other": "; ".join(names.loc[~former, "name"]),
        "awards": str(len(_in_years(profile, edition))),
    }
    rows = [(edition.say(f"profile_field.{name}"), value) for name, value in facts.items() if value]
    return make_table(
        pd.DataFrame(rows, columns=["field", "value"]),
        edition,
        exhibit=exhibit,
        pictured=False,
        title=_title(profile, edition),
        source=edition.say("profile_source.register"),
        headers={"field": "profile_column.field", "value": "profile_column.value"},
    )


def _title(profile: Profile, edition: Edition) -> str:
    """Name, type and place of the agency and how many of its awards are known by name."""
    agency = profile.agency
    keys = {"central": "profile_title.agency_central", "province": "profile_title.agency_province"}
    return edition.say(
        keys.get(agency["agency_type"], "profile_title.agency_local"),
        agency=agency["agency"],
        kind=edition.say(f"profile_kind.{agency['kind']}"),
        province=agency["province"],
        awards=len(_in_years(profile, edition)),
    )


def say_existed(agency: pd.Series, edition: Edition) -> str:
    """Say from when to when an agency existed, as far as the register knows.

    Parameters
    ----------
    agency : Series
        ``Profile.agency``.
    edition : Edition
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> agency = pd.Series({"valid_from": 1999, "valid_to": pd.NA, "agency_type": "city"})
    >>> say_existed(agency, Edition("en", 2012, 2025))
    'since 1999'
    """
    first, last = agency["valid_from"], agency["valid_to"]
    if is_missing(first):
        return edition.say(
            "profile_mark.founding_unknown" if is_missing(last) else "profile_mark.until", last_year=last
        )
    if not is_missing(last):
        return edition.say("profile_mark.from_to", first_year=first, last_year=last)
    older = agency["agency_type"] == "central" and int(first) == _DEPARTMENTS
    return edition.say("profile_mark.since_departments" if older else "profile_mark.since", first_year=first)


def _dated(name: Any) -> str:
    """A former name with its years, where they are known."""
    years = ["" if is_missing(year) else str(year) for year in (name.valid_from, name.valid_to)]
    return f"{name.name} ({'–'.join(years)})" if any(years) else str(name.name)


def _in_years(profile: Profile, edition: Edition) -> pd.DataFrame:
    """Named awards of the edition's years."""
    return profile.awards[profile.awards["year"].isin(edition.years)].reset_index(drop=True)


def table_awards(profile: Profile, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the agency's awards by name and where they can be read.

    Parameters
    ----------
    profile : Profile
        From ``read_profile``.
    edition : Edition
        Language and years.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: award_key (what ``zi trace`` takes), year, unit, predicate, track, status, page_count, address (of one
        page). Awards of every track are there.

    Raises
    ------
    StudyRefusal
        If no award of the agency is known by name in these years.
    """
    awards = _in_years(profile, edition)
    name = profile.agency["agency"]
    if awards.empty:
        raise StudyRefusal(f"no page read names an award of {name}", key="profile_no_awards", agency=name)
    either = edition.say("mark.not_split")
    rows = awards.assign(
        predicate=[either if is_missing(value) else value for value in awards["predicate"]],
        track=[edition.say(f"profile_track.{value}") for value in awards["track"]],
        status=[edition.say(f"profile_status.{value}") for value in awards["status"]],
    )
    national = int((awards["track"] == "national").sum())
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        pictured=False,
        title=edition.say("profile_title.awards", agency=name, awards=len(awards), national=national),
        source=edition.say("profile_source.awards"),
        headers={
            "award_key": "column.identifier",
            "year": "column.year",
            "unit": "column.unit",
            "predicate": "column.predicate",
            "track": "profile_column.track",
            "status": "profile_column.status",
            "page_count": "column.pages",
            "address": "column.address",
        },
        formats={"year": "year", "page_count": "count"},
    )
