"""Tables and rows of models: what was fitted, how the families compare, terms in words."""

import re

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.style import FAINT, INK
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import catalogue, ratio, spread
from zi_analysis.study.coarsened import CoarsenedFit
from zi_analysis.study.compare import FamilyComparison
from zi_analysis.study.counts import CountFit
from zi_analysis.study.ends import BoundEnds
from zi_analysis.study.rates import RateFit

_LEVEL = re.compile(r"C\((?P<factor>\w+).*\)\[T\.(?P<level>.+)\]")


def name_term(term: str, fit: CountFit | RateFit | CoarsenedFit, edition: Edition) -> str:
    """Say a term of a fit in words, with the level it is compared to.

    Parameters
    ----------
    term : str
        As in ``CountFit.coefficients``.
    fit : CountFit, RateFit or CoarsenedFit
        Gives the reference levels.
    edition : Edition
        Language.

    Returns
    -------
    str
    """
    found = _LEVEL.fullmatch(term)
    if found is None:
        return edition.say(f"term.{term}") if f"term.{term}" in catalogue() else term
    factor, level = found["factor"], found["level"]
    prefix = {"predicate": "predicate", "agency_type": "type"}.get(factor)
    reference = str(fit.reference[factor])
    if prefix is None:
        return edition.say("term.compared", level=level, reference=reference)
    words = [edition.say(f"{prefix}.{name}") for name in (level, reference)]
    return edition.say("term.compared", level=words[0], reference=words[1])


def table_counts(counts: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the counts that enter a model and those that cannot, with the reason.

    Parameters
    ----------
    counts : DataFrame
        From ``exact_counts``.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: year, predicate, count, exposure, used, reason.
    """
    rows = counts.assign(
        predicate=[edition.say(f"predicate.{name}") for name in counts["predicate"]],
        count=[spread(row.lower, row.upper, edition.language) for row in counts.itertuples()],
        used=[edition.say(f"column.{answer}") for answer in counts["used"]],
        reason=[None if pd.isna(why) else edition.say(f"reason.{why}") for why in counts["reason"]],
    )
    used = int((counts["used"] == "yes").sum())
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.counts_used", used=used, rows=len(rows)),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "predicate": "column.predicate",
            "count": "column.count",
            "exposure": "column.exposure",
            "used": "column.used",
            "reason": "column.reason",
        },
        formats={"year": "year", "count": "words", "exposure": "count"},
    )


def table_families(comparison: FamilyComparison, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the rate ratios of each model with interval, dispersion and likelihood.

    Parameters
    ----------
    comparison : FamilyComparison
        From ``compare_families``.
    edition, exhibit
        As in ``table_counts``.

    Returns
    -------
    Exhibit
        Data: model, term, rate_ratio, interval, p_value, dispersion, alpha, log_likelihood.
    """
    models = [("poisson", "", comparison.poisson), ("poisson", " (HC1)", comparison.robust)]
    if comparison.nb2 is not None:
        models.append(("nb2", "", comparison.nb2))
    rows = pd.concat(
        [_fit_rows(edition.say(f"family.{family}") + kind, fit, edition) for family, kind, fit in models],
        ignore_index=True,
    )
    headers = ("model", "term", "rate_ratio", "interval", "p_value", "dispersion", "alpha", "log_likelihood")
    two = dict.fromkeys(("dispersion", "alpha", "log_likelihood"), "two") | {"rate_ratio": "ratio"}
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=_families_title(comparison, edition),
        source=edition.model_source,
        headers={name: f"column.{name}" for name in headers},
        formats=two | {"p_value": "p"},
    )


def table_types(compared: pd.DataFrame, edition: Edition, *, exhibit: str) -> Exhibit:
    """Show agencies awarded of central agencies and of local governments, and the ratio of their shares.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_types``.
    edition, exhibit
        As in ``table_counts``.

    Returns
    -------
    Exhibit
        Data: year, measure, central_share, local_share, ratio, low, high.
    """
    rows = compared.assign(
        measure=[edition.say(f"measure.{name}") for name in compared["measure"]],
        central_share=[f"{row.central_awarded}/{row.central}" for row in compared.itertuples()],
        local_share=[f"{row.local_awarded}/{row.local}" for row in compared.itertuples()],
        interval=[interval(row.low, row.high, edition) for row in compared.itertuples()],
        ratio=compared["ratio"].round(6),
    )
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.agencies"),
        source=edition.settled_source,
        headers={
            "year": "column.year",
            "measure": "column.exposure",
            "central_share": "type.central",
            "local_share": "type.local",
            "ratio": "column.ratio",
            "interval": "column.interval",
        },
        formats={
            "year": "year",
            "central_share": "words",
            "local_share": "words",
            "ratio": "ratio",
            "interval": "words",
        },
    )


def title_ends(edition: Edition, measure: str) -> str:
    """Title of the chart of ratios at the ends of the bounds."""
    return edition.say("title.ends", per=edition.say(f"per.{measure}"), reference=edition.say("type.central"))


def _families_title(comparison: FamilyComparison, edition: Edition) -> str:
    """Say the dispersion that each family leaves."""
    poisson = comparison.poisson.dispersion
    if comparison.nb2 is None:
        return edition.say("title.families_poisson_only", poisson=poisson)
    return edition.say("title.families", poisson=poisson, nb2=comparison.nb2.dispersion)


def _fit_rows(model: str, fit: CountFit, edition: Edition) -> pd.DataFrame:
    """The terms of one fit in words; the fit's own numbers stand beside its first term."""
    terms = fit.coefficients[fit.coefficients["term"] != "Intercept"].reset_index(drop=True)
    first = terms.index == 0
    return pd.DataFrame(
        {
            "model": model,
            "term": [name_term(term, fit, edition) for term in terms["term"]],
            "rate_ratio": terms["rate_ratio"].round(6),
            "interval": [interval(row.low, row.high, edition) for row in terms.itertuples()],
            "p_value": terms["p_value"].round(6),
            "dispersion": pd.Series(round(fit.dispersion, 6), index=terms.index).where(first),
            "alpha": pd.Series(
                None if fit.alpha is None else round(fit.alpha, 6), index=terms.index, dtype="float64"
            ).where(first),
            "log_likelihood": pd.Series(round(fit.log_likelihood, 6), index=terms.index).where(first),
        }
    )


def interval(low: float, high: float, edition: Edition) -> str:
    """Write an interval of a ratio in the reader's language."""
    return f"{ratio(low, edition.language)}–{ratio(high, edition.language)}"


def exposure_rows(compared: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Rows of ``compare_exposures`` that have a ratio, each with the bare counts of the same years, for a chart.

    Parameters
    ----------
    compared : DataFrame
        From ``compare_exposures``.
    edition : Edition
        Language.

    Returns
    -------
    DataFrame
        label, rate_ratio, low, high, colour.

    Raises
    ------
    StudyRefusal
        If no exposure has a ratio.
    """
    known = compared[compared["rate_ratio"].notna()]
    if known.empty:
        raise StudyRefusal("these years lie on one side of the rules of 2021", key="one_side")
    rows = []
    for row in known.to_dict("records"):
        years = f"{_short_years(row['years_before'])} | {_short_years(row['years_after'])}"
        label = f"{edition.say('measure.' + row['exposure'])}\n{years}"
        numbers = {name: row[name] for name in ("rate_ratio", "low", "high")}
        rows.append({"label": label, **numbers, "colour": INK})
        if row["exposure"] != "none":
            bare = {"rate_ratio": row["bare_ratio"], "low": None, "high": None}
            rows.append({"label": edition.say("mark.bare"), **bare, "colour": FAINT})
    numbers = dict.fromkeys(("rate_ratio", "low", "high"), "float64")
    return pd.DataFrame(rows).astype(numbers).round(6)


def _short_years(years: str) -> str:
    """Write years briefly: "2016, 2017, 2018, 2020" as "2016–18, 20"."""
    runs: list[list[int]] = []
    for year in map(int, years.split(", ")):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    words = [f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1] % 100:02d}" for run in runs]
    return ", ".join([words[0], *(word[2:] for word in words[1:])])


def end_rows(ends: BoundEnds, edition: Edition) -> pd.DataFrame:
    """Ratios at both ends of the bounds, labelled for ``chart_ratios``."""
    rows = []
    for row in ends.ratios.to_dict("records"):
        for end in ("least", "most"):
            label = f"{name_term(row['term'], ends.at_least, edition)}\n{edition.say(f'column.{end}')}"
            numbers = {"rate_ratio": row[end], "low": row[f"{end}_low"], "high": row[f"{end}_high"]}
            rows.append({"label": label, **{name: round(float(value), 6) for name, value in numbers.items()}})
    return pd.DataFrame(rows)


def cell_labels(rows: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Put a label before rows of cells: year and, where they vary, predicate and type."""
    parts = [rows["year"].astype("str")]
    if rows["predicate"].nunique() > 1:
        parts.append(rows["predicate"])
    if rows["agency_type"].nunique() > 1:
        parts.append(rows["agency_type"].map(lambda name: edition.say(f"type.{name}")))
    label = parts[0].str.cat([part.astype("str") for part in parts[1:]], sep=" ") if parts[1:] else parts[0]
    numbers = rows.drop(columns=["cell_id", "year", "agency_type", "predicate"]).round(6)
    return pd.concat([label.rename("label"), numbers], axis=1)
