"""Coarse evidence: from counted cells and margins to the cells and sums of a coarsened count model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.counts import CellTable
from zi_analysis.study.series import join_exposure

LOCAL = ("province", "regency", "city")
_TOGETHER = {"all": ("central", *LOCAL), "local": LOCAL, "regency_city": ("regency", "city")}


@dataclass(frozen=True, eq=False)
class CoarseEvidence:
    """What ``fit_coarsened`` needs, from the evidence.

    Attributes
    ----------
    cells : DataFrame
        cell_id, year, agency_type, predicate, government (central or local), lowest (regency_city or not),
        lower, upper and exposure (agencies, or the measure asked for).
    sums : DataFrame
        name, year, agency_type, predicate, government, lowest, lower, upper: margins over the chosen cells.
    formula : str
        Predicate, agency type and year, those that vary.
    exposure : str or None
        Name of the exposure column; None for bare counts.
    empty_years : tuple of int
        Years left out because nothing is known of any of their counts.
    left_out : tuple of str
        Margins that reach beyond the chosen cells.
    """

    cells: pd.DataFrame
    sums: pd.DataFrame
    formula: str
    exposure: str | None
    empty_years: tuple[int, ...]
    left_out: tuple[str, ...]


def coarse_cells(
    counted: CellTable,
    *,
    years: Sequence[int],
    predicates: Sequence[str],
    agency_types: Sequence[str],
    exposure: str = "agencies_existing",
) -> CoarseEvidence:
    """Make cells and sums from everything that the evidence says of some years, types and predicates.

    Parameters
    ----------
    counted : CellTable
        From ``count_cells``.
    years : sequence of int
        Evaluation years.
    predicates : sequence of str
        WBK, WBBM or both; ``["all"]`` for units of either kind added up.
    agency_types : sequence of str
        central, province, regency, city, or some of them.
    exposure : str
        What counts are a rate of, one of ``EXPOSURES``; it must be exact for every cell.

    Returns
    -------
    CoarseEvidence

    Raises
    ------
    StudyRefusal
        If nothing is known of the chosen counts, or an exposure is not exact.

    Examples
    --------
    >>> from zi_analysis.evidence.assemble import build_evidence
    >>> counted = build_evidence().counted
    >>> coarse = coarse_cells(counted, years=[2020], predicates=["all"], agency_types=["central", *LOCAL])
    >>> coarse.sums["name"].tolist(), coarse.formula
    (['2020 all', '2020 local all', '2020 regency_city all'], "C(agency_type, Treatment('central'))")
    """
    here = counted.cells[counted.cells["year"].isin(list(years))]
    rows = here[here["agency_type"].isin(list(agency_types)) & here["predicate"].isin(list(predicates))]
    told = ((rows["lower"] > 0) | rows["upper"].notna()).groupby(rows["year"]).transform("any").astype(bool)
    empty_years = tuple(int(year) for year in sorted(set(rows.loc[~told, "year"])))
    rows = rows[told]
    if rows.empty:
        raise StudyRefusal("nothing is known of the chosen counts in any of these years", key="nothing_known")
    joined = join_exposure(rows, counted.exposures, exposure)
    exact = (joined["exposure_lower"] == joined["exposure_upper"]).fillna(value=False) & (joined["exposure_lower"] > 0)
    if not exact.all():
        message = f"{exposure} is not exact for {joined.loc[~exact, 'cell_id'].iloc[0]}; use agencies_existing"
        raise StudyRefusal(message, key="inexact_exposure", measure=exposure)
    facts = joined[["cell_id", "year", "agency_type", "predicate", "lower", "upper"]].astype({"year": "int64"})
    cells = _group(facts).assign(**{exposure: joined["exposure_lower"].astype("int64")}).reset_index(drop=True)
    sums, left_out = _margins(here[~here["year"].isin(empty_years)], predicates, agency_types)
    named = None if exposure == "none" else exposure
    return CoarseEvidence(cells, sums, _formula(cells), named, empty_years, left_out)


def _group(facts: pd.DataFrame) -> pd.DataFrame:
    """The columns by which margins add up types."""
    local, lowest = facts["agency_type"].isin(LOCAL), facts["agency_type"].isin(_TOGETHER["regency_city"])
    return facts.assign(
        government=np.where(local, "local", "central"), lowest=np.where(lowest, "regency_city", "other")
    )


def _margins(
    here: pd.DataFrame, predicates: Sequence[str], agency_types: Sequence[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Margins that lie within the chosen cells, and the names of those that reach beyond."""
    both = set(predicates) == {"WBK", "WBBM"}
    rows, beyond = [], []
    for margin in here[here["level"] == "margin"].itertuples():
        if pd.isna(margin.upper) and margin.lower == 0:
            continue
        wanted = margin.predicate in predicates or (margin.predicate == "all" and both)
        types = _TOGETHER.get(margin.agency_type, (margin.agency_type,))
        name = " ".join(dict.fromkeys([str(margin.year), margin.agency_type, margin.predicate]))
        if wanted and set(types) <= set(agency_types):
            single = len(types) == 1
            if not (single and margin.predicate in predicates):  # that is a cell
                rows.append(
                    {
                        "name": name,
                        "year": margin.year,
                        "agency_type": margin.agency_type if single else None,
                        "predicate": None if margin.predicate == "all" and both else margin.predicate,
                        "government": "local" if margin.agency_type == "local" else None,
                        "lowest": "regency_city" if margin.agency_type == "regency_city" else None,
                        "lower": margin.lower,
                        "upper": margin.upper,
                    }
                )
        elif set(types) & set(agency_types):
            beyond.append(name)
    columns = ["name", "year", "agency_type", "predicate", "government", "lowest", "lower", "upper"]
    sums = pd.DataFrame(rows, columns=columns)
    return sums.astype({"lower": "Int64", "upper": "Int64"}), tuple(beyond)


def _formula(cells: pd.DataFrame) -> str:
    """Predicate, agency type and year, those that vary."""
    terms = ["C(predicate, Treatment('WBK'))"] if cells["predicate"].nunique() > 1 else []
    types = sorted(set(cells["agency_type"]))
    if len(types) > 1:
        reference = "central" if "central" in types else types[0]
        terms.append(f"C(agency_type, Treatment('{reference}'))")
    return " + ".join(terms + (["year"] if cells["year"].nunique() > 1 else [])) or "1"
