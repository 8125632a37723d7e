"""What the study is asked about a case: the country, the share of agencies, the groups and the peers."""

import pandas as pd

from zi_analysis.evidence.case import Case
from zi_analysis.study.case_national import list_national, rate_agencies
from zi_analysis.study.case_peers import compare_groups, list_peers


def count_country(case: Case, *, year: int) -> pd.DataFrame:
    """List the national numbers of a year by agency type, see `list_national`.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    year : int
        Evaluation year.

    Returns
    -------
    DataFrame
        As `list_national`.
    """
    return list_national(case.evidence.counted.cells, case.evidence.counted.exposures, year=year)


def share_agencies(case: Case) -> pd.DataFrame:
    """Rate the agencies with an award among those evaluated in the case's year, see `rate_agencies`.

    Parameters
    ----------
    case : Case
        From ``read_case``.

    Returns
    -------
    DataFrame
        As `rate_agencies`.
    """
    return rate_agencies(case.evidence.counted.cells, case.evidence.counted.exposures, year=case.case_year)


def place_agency(case: Case, *, years: range) -> pd.DataFrame:
    """Put the agency of a case beside its groups, see `compare_groups`.

    Parameters
    ----------
    case : Case
        From ``read_case``.
    years : range
        Evaluation years, one or more.

    Returns
    -------
    DataFrame
        As `compare_groups`.
    """
    known = case.profile
    return compare_groups(
        known.series,
        known.agencies,
        known.cells,
        case.evidence.counted.exposures,
        case.stocks,
        agency_id=known.agency_id,
        years=years,
    )


def know_peers(case: Case) -> pd.DataFrame:
    """List what is known of each peer in the years of the case, see `list_peers`.

    Parameters
    ----------
    case : Case
        From ``read_case``.

    Returns
    -------
    DataFrame
        As `list_peers`.
    """
    known = case.profile
    return list_peers(known.series, known.agencies, case.stocks, agency_id=known.agency_id, years=case.years)
