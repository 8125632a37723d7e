"""Clean Zona Integritas evidence, settle its figures, study its counts and rerun its reports.

The public names are loaded when first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zi_analysis.evidence.awards import clean_awards
    from zi_analysis.evidence.counts import count_cells
    from zi_analysis.evidence.resolve import resolve_agencies
    from zi_analysis.evidence.settle import settle_counts
    from zi_analysis.evidence.tables import load_table
    from zi_analysis.evidence.trace import trace
    from zi_analysis.reporting.run import run_report
    from zi_analysis.reporting.verify import verify_report
    from zi_analysis.study.coarsened import fit_coarsened
    from zi_analysis.study.counts import fit_counts
    from zi_analysis.study.rates import fit_rates

_PLACES = {
    "load_table": "evidence.tables",
    "clean_awards": "evidence.awards",
    "resolve_agencies": "evidence.resolve",
    "settle_counts": "evidence.settle",
    "count_cells": "evidence.counts",
    "fit_coarsened": "study.coarsened",
    "fit_counts": "study.counts",
    "fit_rates": "study.rates",
    "run_report": "reporting.run",
    "trace": "evidence.trace",
    "verify_report": "reporting.verify",
}

__all__ = [
    "clean_awards",
    "count_cells",
    "fit_coarsened",
    "fit_counts",
    "fit_rates",
    "load_table",
    "resolve_agencies",
    "run_report",
    "settle_counts",
    "trace",
    "verify_report",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'zi_analysis' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(f"zi_analysis.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
