"""Ways in which awards are told: a fixed pool of spellings for each name, so that the same ones come back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from slips import agency_short_forms, fresh_slips, unit_short_forms
from universe import Universe

WAYS = 4  # besides the right one
_SHORT_FORMS, _SLIPS = 4, 3  # in the pool of a body's name
_AGENCY_OTHERWISE, _UNIT_OTHERWISE = 0.60, 0.25  # shares of the ways; in the rest both are
_AGENCY_LEFT_OUT = 0.25  # of the ways of a unit whose kind tells the body; one row in twenty, as in the evidence


@dataclass(frozen=True)
class Writings:
    """Texts and, for each award, which of them tell it; the first way is the right one."""

    agencies: list[str]
    units: list[str]
    agency_at: np.ndarray  # awards x ways, positions in agencies
    unit_at: np.ndarray  # awards x ways, positions in units


def choose_writings(universe: Universe, *, seed: int) -> Writings:
    """Choose for each unit of a body one right and four other ways of writing the two.

    Parameters
    ----------
    universe : Universe
        From `build_universe`.
    seed : int
        Seed.

    Returns
    -------
    Writings
        Texts and their places.

    Examples
    --------
    >>> from universe import build_universe
    >>> choose_writings(build_universe(seed=1), seed=1).agency_at.shape[1]
    5
    """
    rng = np.random.default_rng([seed, 1])
    seat = ["agency_id", "unit", "owned"]
    seats = universe.awards[seat].drop_duplicates(ignore_index=True)
    bodies = universe.bodies.set_index("agency_id")
    taken = set(pd.concat([bodies["name"], bodies["official_name"]]).str.casefold())
    pools = {body: _agency_pool(row, taken, rng) for body, row in bodies.iterrows()}
    agencies, units = _Texts(), _Texts()
    ways = [
        [(agencies.at(agency), units.at(unit)) for agency, unit in _ways(pools[body], name, owned, rng)]
        for body, name, owned in seats.itertuples(index=False)
    ]
    order = pd.MultiIndex.from_frame(seats).get_indexer(pd.MultiIndex.from_frame(universe.awards[seat]))
    places = np.array(ways)[order]
    return Writings(agencies.texts, units.texts, places[:, :, 0], places[:, :, 1])


class _Texts:
    """Distinct texts in order of their first use."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def at(self, text: str) -> int:
        """Return the place of a text."""
        place = self._places.setdefault(text, len(self.texts))
        if place == len(self.texts):
            self.texts.append(text)
        return place


def _agency_pool(body: pd.Series, taken: set[str], rng: np.random.Generator) -> list[str]:
    """Return the name, some short forms, and some typing slips that are not another body's name."""
    shorts = agency_short_forms(body["name"], body["agency_type"], body["province"], body["recorded"])
    chosen = [shorts[at] for at in sorted(rng.permutation(len(shorts))[:_SHORT_FORMS])]
    slipped = [text for text in fresh_slips([body["name"]] * _SLIPS, rng) if text.casefold() not in taken]
    return [body["name"], *chosen, *slipped]


def _ways(pool: list[str], unit: str, owned: bool, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Write a body's unit the right way, then with the agency or the unit or both written otherwise."""
    forms = [*unit_short_forms(unit), *fresh_slips([unit], rng)]
    ways = [(pool[0], unit)]
    for share, left_out in rng.random((WAYS, 2)):
        if owned and left_out < _AGENCY_LEFT_OUT:
            ways.append(("", unit))
            continue
        only_unit = _AGENCY_OTHERWISE <= share < _AGENCY_OTHERWISE + _UNIT_OTHERWISE
        agency = pool[0] if only_unit else pool[rng.integers(1, len(pool))]
        ways.append((agency, unit if share < _AGENCY_OTHERWISE else forms[rng.integers(len(forms))]))
    return ways
