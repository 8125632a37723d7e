"""Tables of specification curves: choices, refusals, disputed figures, flips and bad habits."""

from collections.abc import Mapping, Sequence

import pandas as pd

from zi_analysis.errors import StudyRefusal
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.exhibit import Exhibit
from zi_analysis.exhibits.specification_words import name_choice, name_figure, name_level
from zi_analysis.exhibits.tables import make_table
from zi_analysis.exhibits.words import listing, percent
from zi_analysis.study.spec_grid import HABITS
from zi_analysis.study.spec_summary import compare_figures, compare_levels
from zi_analysis.study.specifications import Curve

_SHOWN = 4  # figures of each finding that need the smallest change
_USUAL = {"unknown": "left_out", "outcome": "units_most"}  # what a bad habit stands in for
_COMPARED = dict.fromkeys(("pairs", "sides_changed", "clear_changed"), "count") | {
    "shift": "three",
    "largest": "three",
}


def table_choices(curves: Sequence[Curve], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the choices that are varied and their levels.

    Parameters
    ----------
    curves : sequence of Curve
        Findings with their answers.
    edition : Edition
        Language.
    exhibit : str
        Number of the exhibit.

    Returns
    -------
    Exhibit
        Data: finding, choice, levels.
    """
    rows = []
    for curve in curves:
        for choice in curve.grid.choices:
            levels = [name_level(choice, str(level), edition) for level in curve.grid.choices[choice].unique()]
            finding = edition.say(f"spec_name.{curve.grid.finding}")
            rows.append({"choice": name_choice(choice, edition), "levels": "; ".join(levels), "finding": finding})
    table = pd.DataFrame(rows).groupby(["choice", "levels"], sort=False)["finding"].agg("; ".join).reset_index()
    return make_table(
        table[["finding", "choice", "levels"]],
        edition,
        exhibit=exhibit,
        title=edition.say("title.spec_choices"),
        source=edition.model_source,
        headers={"choice": "spec_column.choice", "levels": "spec_column.levels", "finding": "spec_column.finding"},
    )


def table_specifications(curves: Sequence[Curve], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show how many specifications there are, and how many refuse, with the reason.

    Parameters
    ----------
    curves, edition, exhibit
        As in ``table_choices``.

    Returns
    -------
    Exhibit
        Data: finding, written, different, defensible, answered, refused.
    """
    rows = [
        {
            "finding": edition.say(f"spec_name.{curve.grid.finding}"),
            "written": curve.summary.written,
            "different": curve.summary.different,
            "defensible": curve.summary.defensible,
            "answered": curve.summary.answered,
            "refused": tell_refusals(curve, edition),
        }
        for curve in curves
    ]
    table = pd.DataFrame(rows)
    totals = {name: int(table[name].sum()) for name in ("different", "answered")}
    return make_table(
        table,
        edition,
        exhibit=exhibit,
        title=edition.say("title.spec_counts", **totals),
        source=edition.model_source,
        headers={name: f"spec_column.{name}" for name in table},
        formats=dict.fromkeys(("written", "different", "defensible", "answered"), "count"),
    )


def tell_refusals(curve: Curve, edition: Edition) -> str:
    """Say why specifications refuse, with their numbers.

    Parameters
    ----------
    curve : Curve
        A finding's specifications.
    edition : Edition
        Language.

    Returns
    -------
    str
    """
    told = [
        edition.say("finding.spec_reason", reason=edition.say(f"spec_reason.{row.reason}"), count=row.specifications)
        for row in curve.summary.refusals.itertuples()
    ]
    return listing(told, edition.language)


def table_figures(curves: Sequence[Curve], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show what each disputed figure changes, all other choices alike.

    Parameters
    ----------
    curves, edition, exhibit
        As in ``table_choices``.

    Returns
    -------
    Exhibit
        Data: finding, figure, pairs, shift, largest, sides_changed, clear_changed.
    """
    frames = [compare_figures(curve.grid, curve.fits).assign(finding=curve.grid.finding) for curve in curves]
    table = pd.concat(frames, ignore_index=True)
    rows = table.assign(
        finding=[edition.say(f"spec_name.{name}") for name in table["finding"]],
        figure=[name_level("figures", str(level), edition) for level in table["level"]],
        shift=table["shift"].astype("float64").round(4),
        largest=table["largest"].astype("float64").round(4),
    )
    headers = ("finding", "figure", "pairs", "shift", "largest", "sides_changed", "clear_changed")
    totals = {"changed": int(table["sides_changed"].sum()), "pairs": int(table["pairs"].sum())}
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.spec_figures", **totals),
        source=edition.model_source,
        headers={name: f"spec_column.{name}" for name in headers},
        formats=_COMPARED,
    )


def table_flips(flips: Mapping[str, pd.DataFrame], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show the figures of each finding that need the smallest change to change an answer.

    Parameters
    ----------
    flips : mapping
        Finding -> rows of ``search_exposures``.
    edition, exhibit
        As in ``table_choices``.

    Returns
    -------
    Exhibit
        Data: finding, exposure, figure, value, side_at, clear_at, change.
    """
    table = pd.concat([_nearest(frame).assign(finding=name) for name, frame in flips.items()], ignore_index=True)
    rows = table.assign(
        finding=[edition.say(f"spec_name.{name}") for name in table["finding"]],
        figure=[name_figure(row.year, row.group, row.kind, row.exposure, edition) for row in table.itertuples()],
        exposure=[edition.say(f"measure.{name}") for name in table["exposure"]],
        change=[smallest_change(row, edition) for row in table.to_dict("records")],
    )
    headers = ("finding", "exposure", "figure", "value", "side_at", "clear_at", "change")
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.spec_flips"),
        source=edition.model_source,
        headers={name: "column.exposure" if name == "exposure" else f"spec_column.{name}" for name in headers},
        formats=dict.fromkeys(("value", "side_at", "clear_at"), "count") | {"change": "words"},
    )


def _nearest(rows: pd.DataFrame) -> pd.DataFrame:
    """The figures that need the smallest change, and the unknown count that turns the estimate first."""
    known, unknown = rows[rows["kind"] != "unknown"], rows[rows["kind"] == "unknown"]
    return pd.concat([known.head(_SHOWN), unknown.sort_values("side_at").head(1)])


def smallest_change(row: Mapping[str, object], edition: Edition) -> str:
    """Write the smaller of both changes of a flip as a signed percentage; a dash when there is none."""
    changes = [float(str(row[name])) for name in ("side_change", "clear_change") if not pd.isna(row[name])]
    if not changes:
        return "–"
    least = min(changes, key=abs)
    return ("+" if least > 0 else "−" if least < 0 else "") + percent(abs(least), edition.language, decimals=0)


def table_habits(curves: Sequence[Curve], edition: Edition, *, exhibit: str) -> Exhibit:
    """Show what bad habits change, compared with the defensible level of the same choice, all else alike.

    Parameters
    ----------
    curves, edition, exhibit
        As in ``table_choices``.

    Returns
    -------
    Exhibit
        Data: finding, level, base, pairs, shift, largest, sides_changed, clear_changed.

    Raises
    ------
    StudyRefusal
        If no bad habit has a specification to be compared with.
    """
    frames = [
        compare_levels(curve.grid, curve.fits, choice=choice, base=base).assign(
            finding=curve.grid.finding, choice=choice, base=base
        )
        for curve in curves
        for choice, base in _USUAL.items()
        if choice in curve.grid.choices
    ]
    table = pd.concat(frames, ignore_index=True)
    bad = [level in HABITS[choice] for level, choice in zip(table["level"], table["choice"], strict=True)]
    table = table[bad].reset_index(drop=True)
    if table.empty:
        raise StudyRefusal("no specification with a bad habit has an answer", key="spec_no_habits")
    changed = int((table["sides_changed"] + table["clear_changed"]).sum())
    rows = table.assign(
        finding=[edition.say(f"spec_name.{name}") for name in table["finding"]],
        level=[name_level(row.choice, row.level, edition) for row in table.itertuples()],
        base=[name_level(row.choice, row.base, edition) for row in table.itertuples()],
        shift=table["shift"].round(4),
        largest=table["largest"].round(4),
    )
    headers = ("finding", "level", "base", "pairs", "shift", "largest", "sides_changed", "clear_changed")
    return make_table(
        rows,
        edition,
        exhibit=exhibit,
        title=edition.say("title.spec_habits", changed=changed, pairs=int(table["pairs"].sum())),
        source=edition.model_source,
        headers={name: f"spec_column.{name}" for name in headers},
        formats=_COMPARED,
    )
