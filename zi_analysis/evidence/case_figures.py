"""The figures of a case, each traced to the sources it rests on."""

from collections.abc import Iterator

import pandas as pd

from zi_analysis.evidence.case import Case
from zi_analysis.evidence.trace import Trace, trace

_SHOWN = ["agencies_evaluated", "agencies_awarded", "units_evaluated", "units_awarded"]
_FACT = ["year", "agency_type", "measure", "predicate"]
_COLUMNS = ["identifier", "about", "unit", *_FACT, "lower", "upper", "status"]


def list_figures(case: Case) -> pd.DataFrame:
    """List the figures that a case is told with and what each rests on.

    Parameters
    ----------
    case : Case
        From ``read_case``.

    Returns
    -------
    DataFrame
        identifier (what ``zi trace`` takes), about (country, stock, award), unit (of an award), year, agency_type,
        measure, predicate, lower, upper, status, sources (|-separated source_ids), pages (how many of them),
        with_address (how many of these have an address), publisher (where there is one source) and address (the first).
        Awards are those by name of the case's year. Figures of the country are those of the case's year that are whole
        or of the agency's own type, and the whole ones of all agencies in the year before.

    Examples
    --------
    >>> from zi_analysis.evidence.case import read_case
    >>> case = read_case("35.20", case_year=2024, years=range(2014, 2025))
    >>> figures = list_figures(case).set_index("identifier")
    >>> figures.loc["s-2024-national-all-units_awarded", ["lower", "pages", "with_address"]].tolist()
    [231, 2, 1]
    """
    rows = pd.concat([_of_awards(case), _of_stock(case), _of_country(case)], ignore_index=True)[_COLUMNS]
    return pd.concat([rows, _resting_on(case, rows["identifier"])], axis=1)


def _of_country(case: Case) -> pd.DataFrame:
    """Whole numbers of the year and of the year before, and the bounds of the agency's type."""
    counted = case.evidence.counted
    units = counted.cells.assign(measure="units_awarded").rename(columns={"cell_id": "identifier"})
    others = counted.exposures.assign(predicate="all").rename(columns={"exposure_id": "identifier"})
    columns = ["identifier", *_FACT, "lower", "upper", "status"]
    both = pd.concat([others[columns], units[columns]], ignore_index=True)
    both = both[both["measure"].isin(_SHOWN) & (both["agency_type"] != "regency_city")]
    whole, own = both["status"] == "exact", both["agency_type"] == case.profile.agency["agency_type"]
    told = own & both["status"].isin(["bounded", "sum"]) & both["upper"].notna() & (both["predicate"] == "all")
    before = (both["year"] == case.case_year - 1) & (both["agency_type"] == "all") & (both["predicate"] == "all")
    rows = both[((both["year"] == case.case_year) & (whole | told)) | (before & whole)]
    settled = _settled_ids(case)
    exact = rows["status"] == "exact"
    found = [settled.get(fact) for fact in rows[_FACT].itertuples(index=False, name=None)]
    kept = [one if one and sure else own for one, sure, own in zip(found, exact, rows["identifier"], strict=True)]
    rows = rows.assign(identifier=kept, about="country", unit=pd.NA)
    return rows.sort_values(["year", "measure"], ascending=[False, True], kind="stable")


def _settled_ids(case: Case) -> dict[tuple, str]:
    """Settled counts of the country and of agency types, by what they are about."""
    settled = case.evidence.settlement.settled
    rows = settled[
        settled["scope"].isin(["national", "agency_type"])
        & (settled["basis"] == "yearly")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
        & settled["part"].isna()
        & settled["value"].notna()
    ]
    return dict(zip(rows[_FACT].itertuples(index=False, name=None), rows["settled_id"], strict=True))


def _of_stock(case: Case) -> pd.DataFrame:
    """Units told to hold a predicate up to a year."""
    stock = case.stock
    if stock is None:
        return pd.DataFrame(columns=_COLUMNS)
    settled = case.evidence.settlement.settled
    rows = settled[settled["settled_id"].isin(str(stock["settled_ids"]).split("|"))]
    rows = rows.rename(columns={"settled_id": "identifier"}).assign(about="stock", unit=pd.NA, status="exact")
    return rows.assign(lower=rows["value"], upper=rows["value"])


def _of_awards(case: Case) -> pd.DataFrame:
    """Awards by name of the case's year, each once."""
    rows = case.awards[case.awards["year"] == case.case_year].rename(columns={"award_key": "identifier"})
    return rows.assign(about="award", measure="units_awarded", lower=1, upper=1, status="exact")


def _resting_on(case: Case, identifiers: pd.Series) -> pd.DataFrame:
    """The sources at the ends of each figure's trace."""
    sources = case.evidence.sources.set_index("source_id")
    rows = []
    for identifier in identifiers:
        ends = list(dict.fromkeys(_leaves(trace(identifier, evidence=case.evidence))))
        known = sources.loc[[one for one in ends if one in sources.index]]
        addresses = known["url"].dropna()
        rows.append(
            {
                "sources": "|".join(known.index),
                "pages": len(known),
                "with_address": len(addresses),
                "publisher": known["publisher"].iloc[0] if len(known) == 1 else pd.NA,
                "address": addresses.iloc[0] if len(addresses) else pd.NA,
            }
        )
    return pd.DataFrame(rows, columns=["sources", "pages", "with_address", "publisher", "address"])


def _leaves(found: Trace) -> Iterator[str]:
    """Identifiers at the ends of a trace."""
    if not found.parts:
        yield found.identifier
    for part in found.parts:
        yield from _leaves(part)
