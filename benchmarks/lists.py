"""Award lists of any length with the real schema, seeded: `python benchmarks/lists.py ROWS OUT.csv`.

Of a hundred rows 65 write agency and unit as the register and the evidence do; 30 have typing slips or short forms in
one of them or both, or leave the agency out; 5 name an agency that no register has. Every unit has one right and four
other ways of being written, so the same spellings come back in long lists; with `--fresh` each such row has slips of
its own.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from slips import fresh_slips
from universe import Universe, build_universe
from writings import WAYS, Writings, choose_writings

COLUMNS = (
    *("award_id", "year", "agency_as_written", "unit_as_written", "predicate", "agency", "agency_type", "unit"),
    *("region_hint", "track", "year_basis", "status", "list_complete", "source_id", "note"),
)
SEED = 2025
CHUNK = 250_000  # rows drawn and written at once
_SLIPPED, _UNKNOWN = 0.30, 0.05
_SOURCES = 200
_NOTES = (
    *[""] * 12,
    "full list",
    "ceremony in December",
    'page says "predicate"',
    "retrospective, first of its agency",
)
_AWARD_COLUMNS = ("year", "predicate", "unit", "track", "status", "year_basis", "list_complete")
_STRANGERS = ("PT {} Persada", "CV {} Jaya", "Yayasan {} Abadi", "Koperasi {} Makmur", "Perkumpulan {} Mandiri")
_STRANGER_WORDS = (
    *("Cahaya", "Bintang", "Samudra", "Mitra", "Karya", "Sinar", "Nusa", "Graha", "Surya", "Mega", "Bumi", "Langit"),
    *("Tirta", "Wahana", "Citra", "Puri", "Mutiara", "Pelita", "Garuda", "Merpati"),
)
_STRANGER_COUNT = 270
_STRANGER_UNITS = ("Divisi Layanan", "Kantor Pemasaran", "Gerai Utama", "Bagian Gudang")


@dataclass(frozen=True)
class _Drawn:
    """Rows by chance: which award each tells, in which way, and numbers for what does not depend on it."""

    start: int  # rows before these
    award: np.ndarray
    way: np.ndarray  # 0 is the right one
    unknown: np.ndarray  # rows of an agency that no register has
    chance: np.ndarray  # four whole numbers a row


def write_list(
    path: Path, rows: int, *, seed: int = SEED, fresh: bool = False, truth: Path | None = None
) -> dict[str, int]:
    """Write an award list; a shorter one of the same seed is the beginning of a longer one.

    Parameters
    ----------
    path : Path
        The csv to write: the 15 columns of ``data/raw/awards.csv``, quoted where needed.
    rows : int
        Number of rows.
    seed : int
        Seed.
    fresh : bool
        Whether each row with slips has slips of its own.
    truth : Path, optional
        A csv to write what is true of each row to: award_id, agency_id (empty where no register has the agency)
        and award (number of the true award, -1 where there is none).

    Returns
    -------
    dict
        Numbers of distinct agency spellings, unit spellings, pairs of both, and triples with the year.

    Examples
    --------
    >>> write_list(Path("/tmp/list.csv"), 10)["agencies"] <= 10
    True
    """
    universe = build_universe(seed=seed)
    writings = choose_writings(universe, seed=seed)
    weights = np.random.default_rng([seed, 2]).lognormal(0.0, 1.0, len(universe.awards))
    seen: list[pd.DataFrame] = []
    with path.open("wb") as out:
        out.write((",".join(COLUMNS) + "\n").encode())
        for start in range(0, rows, CHUNK):
            rng = np.random.default_rng([seed, 3, start // CHUNK])
            drawn = _draw(rng, weights, start=start, size=min(CHUNK, rows - start))
            table = _table(universe, drawn, *_written(writings, drawn, rng, fresh=fresh))
            out.write(csv_lines(table))
            seen.append(_distinct(table))
            if truth is not None:
                _true_rows(universe, drawn, table).to_csv(
                    truth, mode="a" if start else "w", header=not start, index=False
                )
    return _count_distinct(pd.concat(seen, ignore_index=True))


def _draw(rng: np.random.Generator, weights: np.ndarray, *, start: int, size: int) -> _Drawn:
    """Draw a whole chunk and keep its beginning."""
    award = rng.choice(len(weights), size=CHUNK, p=weights / weights.sum())
    share, way = rng.random(CHUNK), rng.integers(1, WAYS + 1, CHUNK)
    chance = rng.integers(0, 2**31, (4, CHUNK))
    way = np.where(share < _SLIPPED, way, 0)
    return _Drawn(start, award[:size], way[:size], share[:size] > 1 - _UNKNOWN, chance[:, :size])


def _written(writings: Writings, drawn: _Drawn, rng: np.random.Generator, *, fresh: bool) -> tuple[pa.Array, pa.Array]:
    """Write agency and unit of each row."""
    way = np.zeros_like(drawn.way) if fresh else drawn.way
    agency = _take(writings.agencies, writings.agency_at[drawn.award, way])
    unit = _take(writings.units, writings.unit_at[drawn.award, way])
    if fresh:
        # a chance of its own for each, so that a shorter list stays the beginning of a longer one
        agency, unit = (
            _with_slips(texts, drawn.way > 0, own) for texts, own in zip((agency, unit), rng.spawn(2), strict=True)
        )
    names = [form.format(f"{one} {other}") for form in _STRANGERS for one, other in permutations(_STRANGER_WORDS, 2)]
    some = names[:: len(names) // _STRANGER_COUNT]
    agency = _replace(agency, drawn.unknown, _take(some, drawn.chance[0] % len(some)))
    return agency, _replace(unit, drawn.unknown, _take(_STRANGER_UNITS, drawn.chance[1] % len(_STRANGER_UNITS)))


def _with_slips(texts: pa.Array, where: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Make a slip of its own in some rows."""
    chosen = pa.array(where)
    slipped = fresh_slips(texts.filter(chosen).to_pylist(), rng)
    return pc.replace_with_mask(texts, chosen, pa.array(slipped, pa.string()))


def _table(universe: Universe, drawn: _Drawn, agency: pa.Array, unit: pa.Array) -> pa.Table:
    """Put all columns of the rows together."""
    bodies = universe.bodies.set_index("agency_id").reindex(universe.awards["agency_id"])
    told = {name: _cells(universe.awards[name], drawn.award) for name in _AWARD_COLUMNS}
    told["agency_as_written"], told["unit_as_written"] = agency, unit
    told["agency"] = _replace(_cells(bodies["official_name"], drawn.award), drawn.unknown, agency)
    told["agency_type"] = _cells(bodies["agency_type"], drawn.award)
    told["unit"] = _replace(told["unit"], drawn.unknown, unit)
    told["region_hint"] = _replace(_cells(universe.awards["region"], drawn.award), drawn.unknown, pa.scalar(""))
    told["award_id"] = _award_ids(drawn.start, len(drawn.award))
    told["source_id"] = _take([f"page-{number:03d}-a" for number in range(_SOURCES)], drawn.chance[2] % _SOURCES)
    told["note"] = _take(_NOTES, drawn.chance[3] % len(_NOTES))
    return pa.table({column: told[column] for column in COLUMNS})


def _true_rows(universe: Universe, drawn: _Drawn, table: pa.Table) -> pd.DataFrame:
    """Tell what is true of each row."""
    ids = universe.awards["agency_id"].to_numpy(dtype=object)[drawn.award]
    return pd.DataFrame(
        {
            "award_id": table["award_id"].to_pandas(),
            "agency_id": np.where(drawn.unknown, "", ids),
            "award": np.where(drawn.unknown, -1, drawn.award),
        }
    )


def _take(texts: Sequence[str], places: np.ndarray) -> pa.Array:
    """Put the text of each place."""
    return pa.array(texts, pa.string()).take(pa.array(places))


def _cells(column: pd.Series, places: np.ndarray) -> pa.Array:
    """Put the column's cells of the awards drawn, as text."""
    return _take(column.astype(str).tolist(), places)


def _replace(texts: pa.Array, where: np.ndarray, others: pa.Array | pa.Scalar) -> pa.Array:
    """Put other texts in some rows."""
    return pc.if_else(pa.array(where), others, texts)


def _award_ids(start: int, size: int) -> pa.Array:
    """Number the rows."""
    numbers = pc.utf8_lpad(pa.array(np.arange(start + 1, start + size + 1)).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise("a", numbers, "")


def csv_lines(table: pa.Table) -> bytes:
    """Write rows of text as csv, cells in quotes only where needed, as spreadsheets do.

    Parameters
    ----------
    table : pa.Table
        Columns of text without missing cells.

    Returns
    -------
    bytes
        One line a row, no header.

    Examples
    --------
    >>> csv_lines(pa.table({"unit": ["RSUD", "Dinas A, B"], "year": ["2019", "2020"]}))
    b'RSUD,2019\\n"Dinas A, B",2020\\n'
    """
    cells = [_quoted(column.combine_chunks()) for column in table.columns]
    lines = pc.binary_join_element_wise(*cells[:-1], pc.binary_join_element_wise(cells[-1], "\n", ""), ",")
    # the texts of an arrow array lie one after the other: its buffer is the file
    size = int.from_bytes(lines.buffers()[1][4 * len(lines) : 4 * len(lines) + 4].to_pybytes(), sys.byteorder)
    return lines.buffers()[2][:size].to_pybytes()


def _quoted(cells: pa.Array) -> pa.Array:
    """Put cells that hold a comma, a quote or a line break in quotes."""
    needs = pc.match_substring_regex(cells, '[",\n]')
    if not pc.any(needs).as_py():
        return cells
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), cells)


def _distinct(table: pa.Table) -> pd.DataFrame:
    """Return the distinct agencies, units and years of some rows."""
    told = table.select(["agency_as_written", "unit_as_written", "year"])
    return told.group_by(told.column_names).aggregate([]).to_pandas()


def _count_distinct(told: pd.DataFrame) -> dict[str, int]:
    """Count distinct spellings."""
    pair = ["agency_as_written", "unit_as_written"]
    return {
        "agencies": int(told[pair[0]].nunique()),
        "units": int(told[pair[1]].nunique()),
        "pairs": len(told[pair].drop_duplicates()),
        "triples": len(told.drop_duplicates()),
    }


def main(arguments: list[str]) -> int:
    """Write one list as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fresh", action="store_true", help="each row with slips has slips of its own")
    parser.add_argument("--truth", type=Path, help="csv to write the true agency of each row to")
    parser.add_argument("--json", action="store_true", help="print the numbers of distinct spellings as json")
    asked = parser.parse_args(arguments)
    counts = write_list(asked.out, asked.rows, seed=asked.seed, fresh=asked.fresh, truth=asked.truth)
    told = "; distinct: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    print(json.dumps(counts) if asked.json else f"{asked.out}: {asked.rows} rows{told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
