"""The page of coverage: tables, and what they come to."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

LOWEST, HIGHEST = 0.93, 0.97
PARTS = {
    "coverage_counts": "Counts",
    "coverage_rates": "Rates",
    "coverage_coarsened": "Counts known within bounds",
}
_HEAD = """# Which intervals hold the truth

Made by `python benchmarks/coverage.py --write`. Data are drawn from models as fitted to the evidence, at its own
numbers of cells, exposures and expected counts, and each data set is fitted again. The coverage of an interval is the
share of data sets in which it holds the value they were drawn from. A 95% interval is called right here when that
share lies between 93% and 97% for every term, near when it lies outside by less than two standard errors of the
simulation (mc error), short or long when it is clearly outside. Data sets that a model refuses are not counted.

**Dalam Bahasa Indonesia.** Data ditarik dari model yang dicocokkan dengan bukti, lalu dicocokkan ulang; cakupan ialah
bagian gugus data yang selangnya memuat nilai sebenarnya. Selang 95% disebut tepat (right) bila cakupannya antara 93%
dan 97% untuk setiap suku, hampir tepat (near) bila di luar itu kurang dari dua galat baku simulasi, terlalu pendek
(short) atau terlalu panjang (long) bila jelas di luarnya. Data yang ditolak model tidak dihitung.
"""
_LAWS = """Counts are drawn from four laws: *Poisson*, chance alone; *NB2*, each cell has a rate of its own, as spread
as the NB2 fit to the evidence says; *NB1*, counts scatter by the dispersion of the evidence; *years*, each year has a
rate of its own that its cells share. *Drawn* intervals are those of the parametric bootstrap, for the first data sets
only. *Jackknife* errors leave out one cell or one year at a time. By agency type the counts are the middles of their
bounds; this is about intervals, not about the types.
"""


def judge(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each line whether the interval is right.

    Parameters
    ----------
    table : DataFrame
        model, term, interval, coverage, mc_error and others.

    Returns
    -------
    DataFrame
        With verdict: right (between 93% and 97%), short (holds the truth too rarely), long (too often), near (outside,
        but by less than two standard errors of the simulation), or none without a figure.

    Examples
    --------
    >>> table = pd.DataFrame({"coverage": [0.95, 0.8, 0.999, 0.925, np.nan], "mc_error": 0.005})
    >>> judge(table)["verdict"].tolist()
    ['right', 'short', 'long', 'near', 'none']
    """
    allowed = 2 * table["mc_error"]
    share = table["coverage"]
    kinds = {
        "none": share.isna(),
        "right": share.between(LOWEST, HIGHEST),
        "short": share + allowed < LOWEST,
        "long": share - allowed > HIGHEST,
    }
    return table.assign(verdict=np.select(list(kinds.values()), list(kinds), default="near"))


def summary(judged: pd.DataFrame) -> pd.DataFrame:
    """Put the terms of one model and interval in one line.

    Parameters
    ----------
    judged : DataFrame
        From `judge`.

    Returns
    -------
    DataFrame
        model, interval, least and most (coverage of its terms), worst mc_error, replicates, refused (most), verdict:
        short when one of its terms is, else long, else near; right when every term is.

    Examples
    --------
    >>> table = {"model": "m", "interval": "i", "coverage": [0.95, 0.8], "mc_error": 0.005}
    >>> summary(judge(pd.DataFrame(table | {"replicates": 9, "refused": 0})))["verdict"].tolist()
    ['short']
    """
    rows = []
    for (model, interval), part in judged.groupby(["model", "interval"], sort=False):
        verdicts = set(part["verdict"])
        verdict = next(name for name in ("none", "short", "long", "near", "right") if name in verdicts)
        least, most = part["coverage"].min(), part["coverage"].max()
        most_refused, error = int(part["refused"].max()), part["mc_error"].max()
        rows.append((model, interval, least, most, error, int(part["replicates"].max()), most_refused, verdict))
    names = ["model", "interval", "least", "most", "mc_error", "replicates", "refused", "verdict"]
    return pd.DataFrame(rows, columns=names)


def stand_ins(summed: pd.DataFrame) -> pd.DataFrame:
    """List the intervals that are short, each with those of the same model that are right.

    Parameters
    ----------
    summed : DataFrame
        From `summary`.

    Returns
    -------
    DataFrame
        model, short (intervals with the lowest coverage of each), right (that stand in), holding (that are never short
        but may be long); one line a model.

    Examples
    --------
    >>> lines = [("m", "a", 0.8, 0.9, 0, 9, 0, "short"), ("m", "b", 0.95, 0.95, 0, 9, 0, "right")]
    >>> names = ["model", "interval", "least", "most", "mc_error", "replicates", "refused", "verdict"]
    >>> stand_ins(pd.DataFrame(lines, columns=names)).to_numpy().tolist()
    [['m', 'a (80.0%)', 'b', '-']]
    """
    rows = []
    for model, part in summed.groupby("model", sort=False):
        short = part[part["verdict"] == "short"]
        if len(short):
            told = [f"{row.interval} ({100 * row.least:.1f}%)" for row in short.itertuples()]
            others = (part.loc[part["verdict"] == verdict, "interval"] for verdict in ("right", "long"))
            rows.append((model, "; ".join(told), *("; ".join(names) or "-" for names in others)))
    return pd.DataFrame(rows, columns=["model", "short", "right", "long"])


def rank(summed: pd.DataFrame) -> pd.DataFrame:
    """Put the intervals in order: those first that are short under the fewest models.

    Parameters
    ----------
    summed : DataFrame
        From `summary`.

    Returns
    -------
    DataFrame
        interval, right, near, short, long (numbers of models), lowest (coverage of any term).

    Examples
    --------
    >>> lines = {"interval": ["a", "b", "a"], "verdict": ["right", "short", "long"], "least": [0.95, 0.8, 0.99]}
    >>> rank(pd.DataFrame(lines)).to_numpy().tolist()
    [['a', 1, 0, 0, 1, 0.95], ['b', 0, 0, 1, 0, 0.8]]
    """
    names = ["right", "near", "short", "long"]
    counts = pd.crosstab(summed["interval"], summed["verdict"]).reindex(columns=names, fill_value=0)
    lowest = summed.groupby("interval")["least"].min().rename("lowest")
    ranked = counts.join(lowest).sort_values(["short", "lowest"], ascending=[True, False])
    return ranked.reset_index()


def document(judged: dict[str, pd.DataFrame]) -> str:
    """Write the page.

    Parameters
    ----------
    judged : dict
        Module -> table from `judge`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> document({}).startswith("# Which intervals")
    True
    """
    parts = [_HEAD]
    missing = [name for part, name in PARTS.items() if part not in judged]
    if missing:
        parts.append(f"Not measured in this run: {', '.join(missing).lower()}.\n")
    for part, table in judged.items():
        parts.append(f"## {PARTS[part]}\n")
        parts += [_LAWS] if part == "coverage_counts" else []
        parts += _section(table)
    return "\n".join(parts)


def _section(judged: pd.DataFrame) -> list[str]:
    """The answer, the stand-ins and the figures of one part."""
    summed = summary(judged)
    replaced = stand_ins(summed)
    counted = summed["verdict"].value_counts()
    told = ", ".join(f"{counted.get(name, 0)} {name}" for name in ("right", "near", "short", "long"))
    parts = [f"Of {len(summed)} pairs of a model and an interval: {told}.\n"]
    head: tuple[str, ...] = ("interval", "right", "near", "short", "long", "lowest %")
    ranked = (
        (row.interval, *(f"{count}" for count in (row.right, row.near, row.short, row.long)), *_shares(row.lowest))
        for row in rank(summed).itertuples()
    )
    parts += ["### Under how many models each interval is right\n", _table(head, ranked, texts=1) + "\n"]
    if len(replaced):
        head = (
            "model, law of the draws",
            "intervals that are too short (lowest coverage)",
            "right instead",
            "too long",
        )
        parts += ["### Too short, and what stands in\n", _table(head, replaced.itertuples(index=False), texts=4) + "\n"]
    head = (
        "model, law of the draws",
        "interval",
        "verdict",
        "lowest %",
        "highest %",
        "mc error",
        "data sets",
        "refused",
    )
    lines = (
        (row.model, row.interval, row.verdict, *_shares(row.least, row.most, row.mc_error), *_whole(row))
        for row in summed.itertuples()
    )
    return [*parts, "### All, lowest and highest over the terms\n", _table(head, lines, texts=3) + "\n"]


def _shares(*shares: float) -> list[str]:
    return [f"{100 * share:.1f}" for share in shares]


def _whole(row: tuple) -> list[str]:
    return [f"{count:,}" for count in (row.replicates, row.refused)]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, texts: int) -> str:
    """Write a Markdown table, its first columns texts and the others figures."""
    rule = ["---" if at < texts else "---:" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *rows])
