"""How fast the models are, beside what a user would pick instead.

`python benchmarks/models.py [--replicates N] [--write]` measures everything in one run, prints the tables and one
verdict line, and ends with 1 when an aim is missed.
"""

import argparse
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

for _library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_library, "1")  # processor seconds would count the waiting of threads

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from clean import _machine as machine  # noqa: E402
from models_growth import linear, measure_growth  # noqa: E402
from models_refits import compare_refits  # noqa: E402
from report import _table as table  # noqa: E402
from verdict import Aim  # noqa: E402

DOCUMENT = Path(__file__).parents[1] / "docs" / "models.md"
LEAST_OVER_LOOP, LEAST_OVER_R = 50.0, 1.0
MOST_DIFFERENCE = 1e-6
MOST_GROWTH = 1.25  # time a cell at the largest size over that at the one before
LEAST_OVER_DIFFERENCES, LEAST_OVER_GRID_LOOP = 10.0, 50.0

Told = dict[str, float | None]


def aims(refits: Told, growth: dict[str, float], gradients: Told, grid: Told) -> list[Aim]:
    """Set what was measured against the aims.

    Parameters
    ----------
    refits, gradients, grid : dict
        From ``compare_refits``, ``compare_gradients`` and ``compare_grid``; empty where not measured.
    growth : dict
        Model -> growth, from ``linear``.

    Returns
    -------
    list of Aim

    Examples
    --------
    >>> [aim.met for aim in aims({"ratio": 80.0}, {"rates": 1.0}, {}, {})][:2]
    [True, None]
    """
    found = [
        Aim("refits: times faster than a loop over statsmodels", LEAST_OVER_LOOP, False, refits.get("ratio")),
        Aim("refits: times faster than a loop over R's glm.fit", LEAST_OVER_R, False, refits.get("r_ratio")),
        Aim("refits: largest difference from statsmodels", MOST_DIFFERENCE, True, refits.get("loop_difference")),
        Aim("refits: largest difference from R", MOST_DIFFERENCE, True, refits.get("r_difference")),
        Aim(
            "bounded counts: times faster than difference quotients",
            LEAST_OVER_DIFFERENCES,
            False,
            gradients.get("ratio"),
        ),
        Aim(
            "specifications: times faster than a loop over statsmodels", LEAST_OVER_GRID_LOOP, False, grid.get("ratio")
        ),
        Aim("specifications: largest difference", MOST_DIFFERENCE, True, grid.get("largest_difference")),
    ]
    return found + [Aim(f"{name}: growth of time a cell", MOST_GROWTH, True, value) for name, value in growth.items()]


def verdict(found: list[Aim]) -> tuple[str, int]:
    """Put the aims in one line.

    Parameters
    ----------
    found : list of Aim
        From `aims`.

    Returns
    -------
    line : str
    code : int
        1 when an aim is missed.

    Examples
    --------
    >>> verdict([Aim("a", 2, True, 3.0), Aim("b", 2, True, 1.0), Aim("c", 2, True, None)])
    ('models: missed: a 3 (aim: at most 2); not measured: c', 1)
    """
    missed = [aim for aim in found if aim.met is False]
    open_aims = [aim.name for aim in found if aim.met is None]
    told = [f"{aim.name} {aim.measured:.3g} (aim: at {_side(aim)} {aim.limit:g})" for aim in missed]
    line = f"missed: {'; '.join(told)}" if missed else f"met all {len(found) - len(open_aims)} measured aims"
    line += f"; not measured: {', '.join(open_aims)}" if open_aims else ""
    return f"models: {line}", int(bool(missed))


def _side(aim: Aim) -> str:
    return "most" if aim.at_most else "least"


def tables(refits: Told, growth: pd.DataFrame, others: dict[str, Told], found: list[Aim]) -> str:
    """Write all tables in Markdown.

    Parameters
    ----------
    refits : dict
        From ``compare_refits``.
    growth : DataFrame
        From ``measure_growth``.
    others : dict
        Heading -> figures of the other comparisons.
    found : list of Aim
        From `aims`.

    Returns
    -------
    str

    Examples
    --------
    >>> tables({}, pd.DataFrame(columns=["model", "cells", "seconds", "note"]), {}, []).startswith("## Aims")
    True
    """
    parts = [("Aims", _aims(found)), ("Refits of the model of agency type and year", _figures(refits))]
    parts.append(("Growth: processor seconds of one fit", _growth(growth)))
    parts += [(heading, _figures(figures)) for heading, figures in others.items() if figures]
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts)


def _aims(found: list[Aim]) -> str:
    words = {True: "met", False: "**missed**", None: "not measured"}
    rows = ((aim.name, words[aim.met], f"at {_side(aim)} {aim.limit:g}", _number(aim.measured)) for aim in found)
    return table(("", "", "aim", "measured"), rows, texts=2)


def _figures(figures: Told) -> str:
    return table(("", "measured"), ((name.replace("_", " "), _number(value)) for name, value in figures.items()))


def _growth(growth: pd.DataFrame) -> str:
    """One line a model, one column a size."""
    sizes = sorted(growth["cells"].unique())
    rows = []
    for model, part in growth.groupby("model", sort=False):
        seconds = (_number(value) for value in part.set_index("cells")["seconds"].reindex(sizes))
        rows.append((str(model), *seconds, next((note for note in part["note"] if note), "")))
    return table(("model", *(f"{size:,}" for size in sizes), "note"), rows)


def _number(value: float | None) -> str:
    """Whole numbers whole, others with three digits, a dash for none."""
    if value is None or np.isnan(value):
        return "-"
    if np.isinf(value):
        return "not ended"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.3g}"


def document(text: str, line: str) -> str:
    """Write the page.

    Parameters
    ----------
    text : str
        From `tables`.
    line : str
        From `verdict`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> document("", "models: met all 2 measured aims").startswith("# How fast")
    True
    """
    words = (Path(__file__).parent / "models.md.in").read_text(encoding="utf-8")
    for place, filled in (("machine", machine()), ("verdict", line), ("tables", text)):
        words = words.replace(f"{{{place}}}", filled)
    return words


def _when_there(module: str, name: str) -> Told:
    """The figures of a comparison that lies in a file of its own, nothing when the file is not there."""
    if find_spec(module) is None:
        return {}
    compare: Callable[[], Told] = getattr(__import__(module), name)
    return compare()


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=10_000, help="data sets refitted")
    parser.add_argument("--write", action="store_true", help="write docs/models.md")
    asked = parser.parse_args(arguments)
    refits, growth = compare_refits(asked.replicates), measure_growth()
    gradients = _when_there("models_coarsened", "compare_gradients")
    grid = _when_there("models_grid", "compare_grid")
    found = aims(refits, linear(growth), gradients, grid)
    line, code = verdict(found)
    others = {"Counts within bounds: gradient against difference quotients": gradients, "Specifications": grid}
    text = tables(refits, growth, others, found)
    print(f"{text}\n\n{line}")
    if asked.write:
        DOCUMENT.write_text(document(text, line), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
