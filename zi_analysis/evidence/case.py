"""A teaching case: one agency in one year, with the evidence of the country around it."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.once import load_once
from zi_analysis.evidence.profile import Profile, read_profile
from zi_analysis.evidence.stored import read_evidence

_STOCK_KEYS = ["agency_id", "year"]
_OLD_UNIT = "WBBM: unit already holds"


@dataclass(frozen=True, eq=False)
class Case:
    """One agency, the year that the case is about, and what is known around it."""

    profile: Profile
    case_year: int
    years: range
    evidence: Evidence
    rules: pd.DataFrame  # rules_in_force with the name of the regulation
    stocks: pd.DataFrame  # units that hold a predicate up to a year: agency_id, year, held (at the least), settled_ids
    prior_rule: str | None  # regulation_id of the row by which a unit with WBBM had WBK before
    kinds: pd.DataFrame  # unit_kinds

    @property
    def name(self) -> str:
        """Name of the agency."""
        return str(self.profile.agency["agency"])

    @property
    def awards(self) -> pd.DataFrame:
        """Awards by name on the national track, up to the last year of the case."""
        awards = self.profile.awards
        return awards[(awards["track"] == "national") & awards["year"].isin(self.years)].reset_index(drop=True)

    @property
    def counts(self) -> pd.DataFrame:
        """The agency's counts of both predicates together in the years of the case."""
        counts = self.profile.counts
        return counts[(counts["predicate"] == "all") & counts["year"].isin(self.years)].reset_index(drop=True)

    @property
    def count(self) -> pd.Series:
        """The agency's count of the case's year: lower, upper, status, panel_id."""
        return self.counts.set_index("year").loc[self.case_year]

    @property
    def stock(self) -> pd.Series | None:
        """The agency's last stock up to the last year of the case."""
        rows = self.stocks[self.stocks["agency_id"] == self.profile.agency_id]
        return None if rows.empty else rows.iloc[-1]


def read_case(agency_id: str, *, case_year: int, years: range, root: Path | str | None = None) -> Case:
    """Read the evidence of a case from data/clean.

    Parameters
    ----------
    agency_id : str
        Id of the register.
    case_year : int
        The evaluation year that the case is about.
    years : range
        Evaluation years of the story around it.
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Case

    Raises
    ------
    ParameterError
        If the agency cannot have a profile, see `check_agency`.
    StudyRefusal
        If the case's year is not among the years, or the agency did not exist in it.

    Examples
    --------
    >>> read_case("35.20", case_year=2024, years=range(2014, 2025)).name
    'Kabupaten Magetan'
    """
    profile = read_profile(agency_id, root=root)
    if case_year not in years:
        message = f"case_year = {case_year} is not within {years[0]} to {years[-1]}; choose a year among them"
        raise StudyRefusal(
            message, key="case_year_outside", case_year=str(case_year), first_year=years[0], last_year=years[-1]
        )
    if case_year not in set(profile.counts["year"]):
        raise StudyRefusal(
            f"{profile.agency['agency']} did not exist in {case_year}",
            key="case_not_there",
            agency=profile.agency["agency"],
            case_year=str(case_year),
        )
    regulations = load_once("regulations", root=root)
    return Case(
        profile=profile,
        case_year=case_year,
        years=years,
        evidence=read_evidence(root),
        rules=_named_rules(load_once("rules_in_force", root=root), regulations),
        stocks=list_stocks(load_once("settled_counts", root=root), last_year=years[-1]),
        prior_rule=_find_prior_rule(regulations),
        kinds=load_once("unit_kinds", root=root),
    )


def list_stocks(settled: pd.DataFrame, *, last_year: int) -> pd.DataFrame:
    """List how many units of an agency pages tell to hold a predicate up to a year.

    Parameters
    ----------
    settled : DataFrame
        Table settled_counts.
    last_year : int
        Later stocks are left out.

    Returns
    -------
    DataFrame
        agency_id, year, held (both predicates; where only one is told, that one, and so a least number) and
        settled_ids (|-separated), by agency and year.

    Examples
    --------
    >>> stocks = list_stocks(load_once("settled_counts"), last_year=2024)
    >>> stocks.loc[stocks["agency_id"] == "35.20", ["year", "held"]].to_numpy().tolist()
    [[2024, 8]]
    """
    rows = settled[
        (settled["scope"] == "agency")
        & (settled["measure"] == "units_awarded")
        & (settled["basis"] == "cumulative")
        & (settled["track"] == "national")
        & (settled["coverage"] == "whole")
        & settled["part"].isna()
        & settled["value"].notna()
        & (settled["year"] <= last_year)
    ]
    whole = rows["predicate"] == "all"
    told = rows.assign(whole=whole).groupby(_STOCK_KEYS)["whole"].transform("any")
    kept = rows[whole | ~told]
    stocks = kept.groupby(_STOCK_KEYS).agg(held=("value", "sum"), settled_ids=("settled_id", "|".join))
    return stocks.reset_index().sort_values(_STOCK_KEYS, ignore_index=True)


def _named_rules(rules: pd.DataFrame, regulations: pd.DataFrame) -> pd.DataFrame:
    """Rules by year with the name of their regulation."""
    names = regulations[["regulation_id", "regulation"]]
    return rules.merge(names, on="regulation_id", how="left", validate="m:1").sort_values("first_year")


def _find_prior_rule(regulations: pd.DataFrame) -> str | None:
    """The row that says that a unit proposed for WBBM holds WBK."""
    rows = regulations.loc[regulations["item"] == _OLD_UNIT, "regulation_id"]
    return None if rows.empty else str(rows.iloc[0])
