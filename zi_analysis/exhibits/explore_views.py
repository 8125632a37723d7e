"""What the controls show of a choice: its counts as a chart and a table, its rates, and the command that reports it."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.lines import TYPES
from zi_analysis.exhibits.count_charts import chart_awards, chart_bounds, chart_exposed
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import spread
from zi_analysis.study.series import bounded_rates

_STATES = ("exact", "bounded", "sum", "unknown")
_FACTS = ["cell_id", "year", "agency_type", "predicate", "lower", "upper", "status"]
_RATES = ["exposure_lower", "exposure_upper", "rate_low", "rate_high"]


def choose_rows(evidence: Evidence, edition: Edition) -> pd.DataFrame:
    """Select the counts of a choice, and put beside each what it is a rate of.

    Parameters
    ----------
    evidence : Evidence
        From ``build_evidence``, of the edition's track.
    edition : Edition
        Years, predicate, agency types and exposure.

    Returns
    -------
    DataFrame
        cell_id, year, agency_type ("all" too when every type is chosen), predicate, lower, upper, status,
        exposure_lower, exposure_upper, rate_low, rate_high (awards per 100 of the exposure; bare counts without one).

    Raises
    ------
    StudyRefusal
        If no agency type is chosen, or no count of the choice is known.

    Examples
    --------
    >>> from zi_analysis.evidence.assemble import build_evidence
    >>> rows = choose_rows(build_evidence(), Edition("en", 2020, 2020))
    >>> rows["cell_id"].tolist()[:2]
    ['c-2020-all-all', 'c-2020-central-all']
    """
    if not edition.agency_types:
        raise StudyRefusal("no agency type is chosen", key="explore_types")
    cells, exposures = evidence.counted.cells, evidence.counted.exposures
    wanted = cells[
        cells["year"].isin(edition.years)
        & cells["agency_type"].isin(_groups(edition))
        & (cells["predicate"] == edition.predicate)
    ]
    if (wanted["status"] == "unknown").all():
        years = {"first_year": edition.first_year, "last_year": edition.last_year}
        raise StudyRefusal(
            "no count of this choice is known", key="explore_nothing", predicate=edition.predicate, **years
        )
    rates = bounded_rates(wanted, exposures, measure=edition.exposure)
    order = {name: place for place, name in enumerate(_groups(edition))}
    return rates.sort_values(["year", "agency_type"], key=lambda part: part.replace(order))[
        [*_FACTS, *_RATES]
    ].reset_index(drop=True)


def _groups(edition: Edition) -> list[str]:
    """The types chosen, and all together where none is left out."""
    chosen = [name for name in TYPES if name in edition.agency_types]
    return ["all", *chosen] if len(chosen) == len(TYPES) else chosen


def chart_counts(evidence: Evidence, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the awards of a choice by year: the whole country, or each type where some are left out.

    Parameters
    ----------
    evidence, edition
        As in ``choose_rows``.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        As of ``chart_awards`` or of ``chart_bounds``.

    Raises
    ------
    StudyRefusal
        As in ``choose_rows``.
    """
    choose_rows(evidence, edition)
    cells, exposures = evidence.counted.cells, evidence.counted.exposures
    if len(edition.agency_types) == len(TYPES):
        return chart_awards(cells, edition, exhibit=exhibit)
    return chart_bounds(bounded_rates(cells, exposures, measure="none"), edition, exhibit=exhibit, measure="none")


def table_counts(evidence: Evidence, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the counts of a choice, a line a year, with the id by which each line can be traced.

    Parameters
    ----------
    evidence, edition, exhibit
        As in ``chart_counts``.

    Returns
    -------
    Exhibit
        Shown: year, a column for each type, the id of the first. Data: as of ``choose_rows``, a row for each count.

    Raises
    ------
    StudyRefusal
        As in ``choose_rows``.
    """
    rows = choose_rows(evidence, edition)
    groups = _groups(edition)
    told = rows.assign(bounds=[spread(row.lower, row.upper, edition.language) for row in rows.itertuples()])
    wide = told.pivot(index="year", columns="agency_type", values="bounds").reset_index()
    wide["cell_id"] = told.loc[told["agency_type"] == groups[0], "cell_id"].tolist()
    states = {name: int((rows["status"] == name).sum()) for name in _STATES}
    predicate = edition.say(f"predicate.{edition.predicate}")
    shown = make_table(
        wide,
        edition,
        exhibit=exhibit,
        title=edition.say("explore.table", cells=len(rows), predicate=predicate, **states),
        source=edition.settled_source,
        headers={"year": "column.year"} | {name: f"type.{name}" for name in groups} | {"cell_id": "column.identifier"},
        formats={"year": "year"} | dict.fromkeys([*groups, "cell_id"], "words"),
        pictured=False,
    )
    return replace(shown, data=_rounded(rows))


def chart_rates(evidence: Evidence, edition: Edition, *, exhibit: str) -> Exhibit:
    """Draw the awards of a choice per 100 of its exposure, a panel for each type.

    Parameters
    ----------
    evidence, edition, exhibit
        As in ``chart_counts``.

    Returns
    -------
    Exhibit
        As of ``chart_exposed``.

    Raises
    ------
    StudyRefusal
        As in ``choose_rows``; if no exposure is chosen, or no rate is bounded from either side.
    """
    rows = choose_rows(evidence, edition)
    types = rows[rows["agency_type"] != "all"]
    told = types["rate_high"].notna() | (types["rate_low"] > 0)
    if edition.exposure != "none" and not (told & (types["status"] != "unknown")).any():
        raise StudyRefusal("no rate of this choice is known", key="explore_rates", measure=edition.exposure)
    cells, exposures = evidence.counted.cells, evidence.counted.exposures
    return chart_exposed(bounded_rates(cells, exposures, measure=edition.exposure), edition, exhibit=exhibit)


def choice_csv(evidence: Evidence, edition: Edition) -> str:
    """Write the counts of a choice as csv, with the ids by which they can be traced.

    Parameters
    ----------
    evidence, edition
        As in ``choose_rows``.

    Returns
    -------
    str
        A header and a line for each row of ``choose_rows``.
    """
    return _rounded(choose_rows(evidence, edition)).to_csv(index=False, lineterminator="\n", float_format="%.6g")


def _rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates with the decimals that are published."""
    return rows.round(dict.fromkeys(("rate_low", "rate_high"), 6))


def report_command(edition: Edition, *, notebook: str) -> str:
    """Write the command that makes the report of a choice.

    Parameters
    ----------
    edition : Edition
        The choice; its words are those of the parameters, so that nothing needs quoting.
    notebook : str
        Name of the notebook, or the beginning of it.

    Returns
    -------
    str

    Examples
    --------
    >>> report_command(Edition("id", 2016, 2020, agency_types=["city"]), notebook="02")
    'zi report 02 --language id -p first_year=2016 -p last_year=2020 -p predicate=all -p agency_types=city -p track=national -p exposure=none'
    """  # noqa: E501 - a command is one line
    given: dict[str, object] = {
        "first_year": edition.first_year,
        "last_year": edition.last_year,
        "predicate": edition.predicate,
        "agency_types": _listed(edition.agency_types),
        "track": edition.track,
        "exposure": edition.exposure,
    }
    assignments = " ".join(f"-p {name}={value}" for name, value in given.items())
    return f"zi report {notebook} --language {edition.language} {assignments}"


def _listed(types: Sequence[str]) -> str:
    """The types in the order of the register, separated by commas."""
    return ",".join(name for name in TYPES if name in types)
