"""Findings on count models with what each can claim when one year or one figure is left out."""

import pandas as pd

from zi_analysis.exhibits.check_charts import name_cell
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.findings import Findings, make_findings
from zi_analysis.exhibits.model_tables import name_term
from zi_analysis.exhibits.verdicts import ONLY_IF, UNSAID, conclude
from zi_analysis.exhibits.words import listing
from zi_analysis.study.checks import LeftOut, judge_ratio, rank_influence
from zi_analysis.study.counts import CountFit


def find_ratios(left: LeftOut, fit: CountFit, edition: Edition) -> Findings:
    """Say each ratio of a fit, and whether it stays off 1 whatever year is left out.

    Parameters
    ----------
    left : LeftOut
        From ``leave_years_out``.
    fit : CountFit
        The fit of all rows.
    edition : Edition
        Language.

    Returns
    -------
    Findings
    """
    sentences = []
    for row in left.whole.to_dict("records"):
        verdict, needed = judge_ratio(left, row["term"])
        model = edition.say("family.poisson" if fit.alpha is None else "family.nb2")
        sentence = edition.say(
            "finding.ratio_open" if verdict == UNSAID else "finding.ratio_stays",
            label=name_term(row["term"], fit, edition),
            ratio=row["rate_ratio"],
            low=row["low"],
            high=row["high"],
            model=model,
        )
        years = listing([str(year) for year in needed], edition.language)
        condition = edition.say("finding.years_stay_in", years=years) if verdict == ONLY_IF else ""
        sentences.append(conclude(edition, verdict, sentence, condition=condition))
    return make_findings(sentences, edition)


def find_influence(left: LeftOut, cells: pd.DataFrame, fit: CountFit, edition: Edition) -> Findings:
    """Say which figure moves a ratio most.

    Parameters
    ----------
    left : LeftOut
        From ``leave_cells_out``.
    cells : DataFrame
        The rows that were fitted.
    fit, edition
        As in `find_ratios`.

    Returns
    -------
    Findings
    """
    ranked = rank_influence(left)
    if ranked.empty:
        return make_findings([], edition)
    first = ranked.iloc[0]
    cell = name_cell(cells.set_index("cell_id").loc[first["left_out"]], edition)
    values = {"whole": float(first["rate_ratio"]), "without": float(first["without"])}
    label = name_term(first["term"], fit, edition)
    return make_findings([edition.say("finding.influence", cell=cell, label=label, **values)], edition)
