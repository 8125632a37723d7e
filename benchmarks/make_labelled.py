"""Make the labelled set of agency spellings: real ones, ones set down by hand, and ones made from the register.

``python benchmarks/make_labelled.py`` writes data/labelled/agency_spellings.csv anew, the same bytes each time.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from labelled_bodies import made_rows
from labelled_register import Body, read_bodies, read_company
from labelled_slips import plain

SEED = "zona integritas 2026"
COLUMNS = ("spelling", "unit", "year", "agency_id", "half", "made_by", "note")
HALVES = ("tuning", "test")
ROOT = Path(__file__).parents[1]
MOST_UNITS = 2  # real rows kept of one spelling of one body


@dataclass(frozen=True)
class Row:
    """One spelling and the body it means; an empty agency_id must stay open."""

    spelling: str
    unit: str
    year: str
    agency_id: str
    made_by: str
    note: str = ""
    group: str = ""  # rows of one group stay in one half; without one those of one body do
    half: str = ""


def main() -> None:
    """Write the set."""
    path = ROOT / "data/labelled/agency_spellings.csv"
    path.write_bytes(make_labelled(ROOT))
    print(f"{path.relative_to(ROOT)} written")


def make_labelled(root: Path) -> bytes:
    """Make the labelled set.

    Parameters
    ----------
    root : path
        The project's folder.

    Returns
    -------
    bytes
        A csv with one row per distinct spelling, unit and year: COLUMNS.

    Raises
    ------
    ValueError
        If one spelling, unit and year has two truths.

    Examples
    --------
    >>> make_labelled(ROOT).decode().splitlines()[0]
    'spelling,unit,year,agency_id,half,made_by,note'
    """
    bodies = read_bodies(root)
    made = made_rows(bodies, read_company(bodies, root), seed=SEED)
    rows = [*real_rows(root, bodies), *hand_rows(root), *(Row(*cells) for cells in made)]
    rows = _distinct(rows)
    halves = split_halves(rows, bodies)
    rows = [replace(row, half=halves[_group(row, bodies)]) for row in rows]
    rows.sort(key=lambda row: (row.half, row.made_by, row.agency_id, row.spelling, row.unit, row.year))
    return _as_csv(rows)


def real_rows(root: Path, bodies: dict[str, Body]) -> Iterator[Row]:
    """Yield the spellings of the evidence with the body that the collectors read.

    The collectors' name is looked up in the register letter by letter; when several bodies bear it, the one
    that bears it in the row's year is taken. A row that tells neither agency nor year is left out when the
    work of its unit went from body to body: the collectors had the date of the page, the row has not.

    Parameters
    ----------
    root : path
        The project's folder.
    bodies : dict
        From `read_bodies`.

    Yields
    ------
    Row
        At most two rows of one spelling of one body; all units where the spelling is empty.

    Examples
    --------
    >>> next(real_rows(ROOT, read_bodies(ROOT))).spelling
    'Kota Yogyakarta'
    """
    names = _exact_names(root)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _table(root / "data/raw/awards.csv"):
        agency = _exact(row["agency"], row["year"], names)
        units = seen[row["agency_as_written"], agency]
        told = row["agency_as_written"] or row["year"] or (agency and bodies[agency].alone)
        enough = row["unit_as_written"] in units or (row["agency_as_written"] and len(units) == MOST_UNITS)
        if not agency or not told or enough:
            continue
        units.add(row["unit_as_written"])
        yield Row(row["agency_as_written"], row["unit_as_written"], row["year"], agency, "real", row["award_id"])
    for row in _table(root / "data/raw/published_counts.csv"):
        agency = _exact(row["agency"], row["year"], names)
        if agency and not seen[row["agency"], agency]:
            seen[row["agency"], agency].add("")
            yield Row(row["agency"], "", row["year"], agency, "real", row["figure_id"])


def hand_rows(root: Path) -> Iterator[Row]:
    """Yield the spellings set down by hand.

    Parameters
    ----------
    root : path
        The project's folder.

    Yields
    ------
    Row
        One row of data/labelled/hand_spellings.csv.

    Examples
    --------
    >>> next(hand_rows(ROOT)).agency_id
    'kemendagri'
    """
    for cells in _table(root / "data/labelled/hand_spellings.csv"):
        yield Row(**cells)


def split_halves(rows: list[Row], bodies: dict[str, Body]) -> dict[str, str]:
    """Deal the bodies, and the groups of open rows, into two halves.

    All spellings of one body fall into one half, and so do bodies of one name. The deal is made within each
    type of agency and each kind of open row, so that both halves hold the same mix.

    Parameters
    ----------
    rows : list of Row
        All rows.
    bodies : dict
        From `read_bodies`.

    Returns
    -------
    dict
        tuning or test by name of the body or group of open rows.

    Examples
    --------
    >>> len(split_halves([Row("Madiun", "", "", "", "bare_place", group="Madiun")], {}))
    1
    """
    decks: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        deck = bodies[row.agency_id].agency_type if row.agency_id and not row.group else row.made_by
        decks[deck].add(_group(row, bodies))
    halves = {}
    dealt: set[str] = set()
    for deck, groups in sorted(decks.items()):
        fresh = sorted(groups - dealt)
        Random(f"{SEED} halves {deck}").shuffle(fresh)
        dealt.update(fresh)
        halves.update({group: HALVES[at % 2] for at, group in enumerate(fresh)})
    return halves


def _group(row: Row, bodies: dict[str, Body]) -> str:
    """Return what keeps rows together in one half."""
    if row.group or not row.agency_id:
        return f"{'body' if row.agency_id else 'open'} {plain(row.group or row.spelling)}"
    return f"body {plain(bodies[row.agency_id].name)}"


def _distinct(rows: list[Row]) -> list[Row]:
    """Keep the first row of each spelling, unit and year; refuse two truths."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        first = found.setdefault((row.spelling, row.unit, row.year), row)
        if first.agency_id != row.agency_id:
            raise ValueError(f"{row.spelling!r} has two truths: {first.agency_id!r} and {row.agency_id!r}; drop one")
    return list(found.values())


def _exact_names(root: Path) -> dict[str, list[dict[str, str]]]:
    """Collect the register's names as they stand there."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _table(root / "data/register/agency_names.csv"):
        found[row["name"]].append(row)
    return found


def _exact(name: str, year: str, names: dict[str, list[dict[str, str]]]) -> str:
    """Look a name up letter by letter; empty when no body or several bear it in that year."""
    rows = names.get(name) or names.get(name.removeprefix("Pemerintah ")) or []
    bodies = {row["agency_id"] for row in rows}
    if len(bodies) > 1:
        bodies = {row["agency_id"] for row in rows if (row["valid_from"] or "0") <= year < (row["valid_to"] or "9")}
    return bodies.pop() if len(bodies) == 1 else ""


def _table(path: Path) -> list[dict[str, str]]:
    """Read a csv as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _as_csv(rows: list[Row]) -> bytes:
    """Write rows as csv."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
