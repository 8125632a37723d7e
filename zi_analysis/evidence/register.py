"""The register of government bodies: which exist in a year, and by which names they are known."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.bodies import Body, Name, body_of, name_entries, split_kind, year_of
from zi_analysis.evidence.tables import load_table
from zi_analysis.evidence.text import (
    Abbreviations,
    Tokens,
    normalise,
    read_abbreviations,
    spell_out_agency,
    tokens,
)

_GOVERNMENT = (("pemerintah", "daerah"), ("pemerintah",), ("pemda",))
_NATION = (("republik", "indonesia"), ("ri",))


@dataclass(frozen=True, eq=False, repr=False)
class Register:
    """The bodies of government and the decisions on how they and their units are written."""

    agencies: pd.DataFrame  # one row per body
    names: pd.DataFrame  # one row per name of a body
    abbreviations: pd.DataFrame  # short forms and what they stand for
    spellings: pd.DataFrame  # hand decisions: words that mean a body
    unit_kinds: pd.DataFrame  # kinds of unit and their words
    unit_owners: pd.DataFrame  # which central body runs a kind of unit
    unit_spellings: pd.DataFrame  # hand decisions: units written otherwise

    @cached_property
    def short_forms(self) -> Abbreviations:
        """Short forms as lookups."""
        return read_abbreviations(self.abbreviations)

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """Bodies by agency_id."""
        columns = list(Body.__dataclass_fields__)
        return {row[0]: body_of(row) for row in self.agencies[columns].itertuples(index=False)}

    @cached_property
    def names_by_words(self) -> dict[Tokens, tuple[Name, ...]]:
        """Names by their words, as `agency_words` makes them."""
        found: dict[Tokens, list[Name]] = defaultdict(list)
        for name, entry in name_entries(self.names):
            for words in dict.fromkeys((agency_words(name, self), _trim(tokens(name)))):
                if words and entry not in found[words]:
                    found[words].append(entry)
        return {words: tuple(entries) for words, entries in found.items()}

    @cached_property
    def decided_names(self) -> dict[Tokens, tuple[Name, ...]]:
        """Names that hand decisions add: words that make a whole agency as written."""
        table = self.spellings[(self.spellings["whole"] == "yes") & self.spellings["field"].isin(["agency", "any"])]
        found: dict[Tokens, tuple[Name, ...]] = {}
        columns = table[["spelling", "agency_id", "valid_from", "valid_to"]]
        for spelling, body, start, end in columns.itertuples(index=False):
            words = agency_words(spelling, self)
            found[words] = (*found.get(words, ()), Name(body, "alias", year_of(start), year_of(end)))
        return found

    @cached_property
    def names_by_place(self) -> dict[Tokens, tuple[Name, ...]]:
        """Names of local bodies by their place, without the word for the kind of government."""
        found: dict[Tokens, list[Name]] = defaultdict(list)
        for words, entries in self.names_by_words.items():
            local = [entry for entry in entries if self.bodies[entry.agency_id].agency_type != "central"]
            place = split_kind(words)[1]
            found[place] += [entry for entry in local if entry not in found[place]]
        return {place: tuple(entries) for place, entries in found.items() if place and entries}

    @cached_property
    def names_by_stem(self) -> dict[Tokens, tuple[Name, ...]]:
        """Names of local bodies by the words with which the places of two or more of them begin."""
        found: dict[Tokens, list[Name]] = defaultdict(list)
        for place, entries in self.names_by_place.items():
            for size in range(1, len(place)):
                found[place[:size]] += [entry for entry in entries if entry.name_kind == "current"]
        return {stem: tuple(names) for stem, names in found.items() if len({name.agency_id for name in names}) > 1}

    @cached_property
    def plain_names(self) -> dict[str, frozenset[str]]:
        """Normalised current and official names, each with its bodies."""
        plain = self.names[self.names["name_kind"].isin(["current", "official"])]
        found: dict[str, set[str]] = defaultdict(set)
        for agency_id, name in plain[["agency_id", "name"]].itertuples(index=False):
            found[normalise(name)].add(agency_id)
        return {name: frozenset(ids) for name, ids in found.items()}

    @cached_property
    def names_by_body(self) -> dict[str, tuple[Tokens, ...]]:
        """Words of all names of a body, the longest first."""
        found: dict[str, set[Tokens]] = defaultdict(set)
        for words, entries in self.names_by_words.items():
            for entry in entries:
                found[entry.agency_id].add(words)
        return {key: tuple(sorted(names, key=lambda words: (-len(words), words))) for key, names in found.items()}

    def agencies_in(self, year: int) -> pd.DataFrame:
        """List the bodies with a government of their own that exist at the end of a year.

        Parameters
        ----------
        year : int
            Calendar year. A body without a known founding year counts as older than any year asked for.

        Returns
        -------
        pd.DataFrame
            Rows of ``agencies`` in the order of the register, with a fresh index.

        Examples
        --------
        >>> len(load_register().agencies_in(2020).query("agency_type == 'city'"))
        93
        """
        started = self.agencies["valid_from"].isna() | (self.agencies["valid_from"] <= year)
        goes_on = self.agencies["valid_to"].isna() | (self.agencies["valid_to"] > year)
        own = self.agencies["own_government"] == "yes"
        return self.agencies[started.astype(bool) & goes_on.astype(bool) & own].reset_index(drop=True)


def load_register(root: Path | str | None = None) -> Register:
    """Load the register and the decisions that belong to it.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    Register
        Frames and lookups.

    Raises
    ------
    EvidenceError
        If a table does not hold its declaration, or a key points to a body that the register does not have.

    Examples
    --------
    >>> load_register().bodies["35.77"].name
    'Kota Madiun'
    """
    register = Register(
        agencies=load_table("agencies", root=root),
        names=load_table("agency_names", root=root),
        abbreviations=load_table("abbreviations", root=root),
        spellings=load_table("agency_spellings", root=root),
        unit_kinds=load_table("unit_kinds", root=root),
        unit_owners=load_table("unit_owners", root=root),
        unit_spellings=load_table("unit_spellings", root=root),
    )
    _check_links(register)
    return register


@lru_cache(maxsize=65536)
def agency_words(text: str, register: Register) -> Tokens:
    """Bring an agency as written to the words under which the register looks it up.

    Short forms are spelled out; "Pemerintah" before and "Republik Indonesia" after the name are left out.

    Parameters
    ----------
    text : str
        The agency as written.
    register : Register
        From `load_register`.

    Returns
    -------
    tuple of str
        Normalised words.

    Examples
    --------
    >>> agency_words("Pemkot Madiun", load_register())
    ('kota', 'madiun')
    """
    return _trim(tokens(spell_out_agency(text, register.short_forms)))


def _trim(words: Tokens) -> Tokens:
    """Leave out the government word before and the nation after a name."""
    for start in _GOVERNMENT:
        if words[: len(start)] == start and len(words) > len(start):
            words = words[len(start) :]
            break
    for end in _NATION:
        if words[-len(end) :] == end and len(words) > len(end):
            return words[: -len(end)]
    return words


def _longest_first(words: Tokens) -> tuple[int, Tokens]:
    """Order names so that longer ones come first."""
    return -len(words), words


def _check_links(register: Register) -> None:
    """Refuse decisions and names that point to no body."""
    for name in ("names", "spellings", "unit_owners", "unit_spellings"):
        ids = getattr(register, name)["agency_id"]
        lost = ids[~ids.isin(register.agencies["agency_id"])]
        if len(lost):
            raise EvidenceError(
                f'agency_id "{lost.iloc[0]}" at {name} row {lost.index[0] + 2}, column agency_id is not in '
                "data/register/agencies.csv; correct it or add the body"
            )
