"""Awards of a list that are known already: the same rules of merging, against the awards of the evidence."""

import numpy as np
import pandas as pd

from zi_analysis.evidence.coding import code_column, combine
from zi_analysis.evidence.merging import NATIONAL, OWN, UNCLEAR, Told, merge_rows
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.units import read_unit

_TRACKS = {"national": NATIONAL, "own": OWN, "unclear": UNCLEAR}
_COLUMNS = ["agency_id", "year", "predicate", "track", "unit"]


def link_known(accepted: pd.DataFrame, known: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Tell for each award whether it is known already, and add the sources known for it.

    Parameters
    ----------
    accepted : pd.DataFrame
        Awards of the lists, as in `CleanedAwards`.
    known : pd.DataFrame
        Table awards_clean.
    register : Register
        From `load_register`.

    Returns
    -------
    pd.DataFrame
        The awards with known_award (the key of the known one, missing for a new one); source_ids and page_count
        count the known sources too.

    Examples
    --------
    >>> from zi_analysis.evidence.register import load_register
    >>> from zi_analysis.evidence.tables import load_table
    >>> known = load_table("awards_clean")
    >>> bool((link_known(known, known, load_register())["known_award"] == known["award_key"]).all())
    True
    """
    shared = known[["agency_id", "year"]].drop_duplicates()
    asked = accepted.reset_index()[["index", "agency_id", "year"]].merge(shared, on=["agency_id", "year"])
    ours = accepted.loc[asked["index"].sort_values()]
    both = pd.concat([known[_COLUMNS], ours[_COLUMNS]], ignore_index=True)
    award = merge_rows(_told(both, register), register).award
    first_known = pd.Series(range(len(known)), index=award[: len(known)]).groupby(level=0).first()
    met = first_known.reindex(award[len(known) :])
    place = pd.Series(met.to_numpy(), index=ours.index).reindex(accepted.index)
    linked = accepted.assign(known_award=known["award_key"].reindex(place).to_numpy()).astype({"known_award": "str"})
    return _add_sources(linked, known["source_ids"].reindex(place).to_numpy())


def _told(rows: pd.DataFrame, register: Register) -> Told:
    """Bring awards to the numbers that merging works on."""
    agency, unit, predicate = (code_column(rows[column]) for column in ("agency_id", "unit", "predicate"))
    which, first = combine(unit.codes, agency.codes)
    owners = tuple(agency.texts(first))
    units = tuple(read_unit(name, owner, register) for name, owner in zip(unit.texts(first), owners, strict=True))
    return Told(
        agency=agency.codes.astype(np.int64),
        year=rows["year"].to_numpy(dtype=np.int64),
        predicate=predicate.codes.astype(np.int64) + 1,
        track=rows["track"].map(_TRACKS).fillna(UNCLEAR).to_numpy(dtype=np.int64),
        unit=which,
        units=units,
        owners=owners,
    )


def _add_sources(awards: pd.DataFrame, known: np.ndarray) -> pd.DataFrame:
    """Put the known sources behind those of the list."""
    told = awards["source_ids"].fillna("").to_list()
    met = awards["known_award"].notna().to_numpy()
    counts = awards["page_count"].to_numpy(dtype=np.int64).copy()
    for at in np.flatnonzero(met):
        sources = dict.fromkeys(source for source in f"{told[at]}|{known[at]}".split("|") if source)
        told[at], counts[at] = "|".join(sources), len(sources)
    return awards.assign(source_ids=pd.array(told, dtype="str"), page_count=pd.array(counts, dtype="Int64"))
