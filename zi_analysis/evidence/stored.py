"""The assembled evidence as data/clean holds it: read, not made again."""

from pathlib import Path

import pandas as pd

from zi_analysis.evidence.assemble import Evidence
from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.evidence.counts import CellTable
from zi_analysis.evidence.once import load_once
from zi_analysis.evidence.register import load_register
from zi_analysis.evidence.settle import Settlement
from zi_analysis.paths import project_root


def read_evidence(root: Path | str | None = None) -> Evidence:
    """Read what ``zi clean`` wrote, in the form that `trace` asks for.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Evidence
        As `build_evidence` makes it for the national track, several times as quickly. The log of the settling is
        empty: it is not among the tables of data/clean.

    Raises
    ------
    EvidenceError
        If a table does not hold its declaration, or is not there (``zi clean`` makes data/clean).

    Examples
    --------
    >>> read_evidence().counted.track
    'national'
    """
    home = project_root(root)

    def load(name: str) -> pd.DataFrame:
        """Load a table of this project."""
        return load_once(name, root=home)

    return Evidence(
        root=home,
        register=load_register(home),
        sources=load("sources"),
        published=load("published_counts"),
        readings=load("readings"),
        award_rows=load("awards"),
        awards=CleanedAwards(load("awards_clean"), load("award_rejects"), load("award_matches"), load("award_log")),
        settlement=Settlement(load("settled_counts"), load("conflicts"), load("counts_set_aside"), pd.DataFrame()),
        counted=CellTable(
            load("cells"), load("exposures"), load("cell_evidence"), load("contradictions"), track="national"
        ),
        panel=load("agency_panel"),
    )
