"""The whole job with splink: link spellings to the register, put the rows of one award together.

splink's documentation says that it is made for several columns and not for one bag of words, so names are split into
kind and place first. Distinct spellings and distinct units are given to it, not rows: that is faster. The probabilities
of non-matches are estimated by random sampling and those of matches set by hand, both as documented; expectation
maximisation took two and a half seconds more and found fewer. The thresholds are the best of a few tried on a
generated list.
"""

import logging
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from rivals import Answer, register_names

_LINK, _SAME_UNIT = 0.05, 0.5  # least probabilities
# kind words as people write them
_KINDS = {
    "kabupaten": "(?:pemerintah |pemda )?kabupaten|pemkab|kab",
    "kota": "(?:pemerintah |pemda )?kota|pemkot",
    "provinsi": "(?:pemerintah |pemda )?provinsi|propinsi|pemprov|prov",
    "kementerian": "kementerian|kementrian|kemen",
}
_WORDS = "trim(regexp_replace(lower({}), '[^a-z0-9]+', ' ', 'g'))"
_SAME = (
    "on c.agency_id = t.agency_id and c.year = t.year and c.predicate = t.predicate "
    f"and c.own = (t.track = 'own') and c.unit = {_WORDS.format('t.unit_as_written')}"
)


def link_and_dedupe(path: Path) -> Answer:
    """Do the whole job, each distinct spelling and unit once.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    Answer
        Seconds with reading, agency of each row, number of awards.

    Examples
    --------
    >>> link_and_dedupe(Path("list.csv")).awards > 0  # doctest: +SKIP
    True
    """
    return _run(path, "select distinct agency_as_written as key, agency_as_written as name")


def link_every_row(path: Path) -> Answer:
    """Link row by row, without putting rows together.

    Parameters
    ----------
    path : Path
        An award list.

    Returns
    -------
    Answer
        Seconds with reading, agency of each row.

    Examples
    --------
    >>> link_every_row(Path("list.csv")).awards is None  # doctest: +SKIP
    True
    """
    return _run(path, "select award_id as key, agency_as_written as name")


def _run(path: Path, asked: str) -> Answer:
    """Read the list into duckdb, link what is asked, put awards together when spellings are asked."""
    import duckdb
    from splink import DuckDBAPI

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    con = duckdb.connect()
    database = DuckDBAPI(con)
    con.execute("create table list as select * from read_csv(?, all_varchar = true)", [str(path)])
    con.register("register", register_names())
    _with_parts(con, "names", "select agency_id as key, name from register")
    _with_parts(con, "spellings", f"{asked} from list where agency_as_written is not null")
    _link(con, database)
    by_spelling = "distinct" in asked
    told = "agency_as_written" if by_spelling else "award_id"
    con.execute(f"create table told as select list.*, agency_id from list left join found on key = {told}")
    clusters = _put_together(con, database) if by_spelling else ""
    ids = con.sql("select coalesce(agency_id, '') as id from told order by award_id").df()["id"]
    seconds = time.perf_counter() - start
    return Answer(seconds, np.asarray(ids, dtype=object), _awards_of_rows(con, clusters) if by_spelling else None)


def _with_parts(con: Any, table: str, source: str) -> None:
    """Make a table that splink can link: names split into kind and place."""
    kinds = " ".join(f"when regexp_matches(words, '^(?:{form})\\b') then '{kind}'" for kind, form in _KINDS.items())
    any_kind = "|".join(_KINDS.values())
    con.execute(
        f"create table {table} as select row_number() over () as unique_id, key, case {kinds} else '' end as kind, "
        f"trim(regexp_replace(words, '^(?:{any_kind})\\b', '')) as place "
        f"from (select key, {_WORDS.format('name')} as words from ({source}))"
    )


def _link(con: Any, database: Any) -> None:
    """Link spellings to names; a spelling as near to another body stays open."""
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on

    places = compare.JaroWinklerAtThresholds("place", [0.97, 0.94, 0.90, 0.85])
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            places.configure(m_probabilities=[0.70, 0.12, 0.08, 0.05, 0.03, 0.02]),
            compare.ExactMatch("kind").configure(m_probabilities=[0.95, 0.05]),
        ],
        blocking_rules_to_generate_predictions=[block_on("substr(place, 1, 3)"), block_on("substr(place, -4)")],
        retain_matching_columns=False,
    )
    # splink orders the two sides of a pair by these names
    shown = {"spellings": "left_spellings", "names": "right_names"}
    tables = [database.register(con.table(table), dataset_display_name=name) for table, name in shown.items()]
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("place", "kind")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    pairs = linker.inference.predict(threshold_match_probability=_LINK)
    con.execute(
        "create table found as select key, min(agency_id) as agency_id from ("
        "select s.key, n.key as agency_id, p.match_weight, max(p.match_weight) over (partition by s.key) as most "
        f"from {pairs.physical_name} p join spellings s on s.unique_id = p.unique_id_l "
        "join names n on n.unique_id = p.unique_id_r) where match_weight = most "
        "group by key having count(distinct agency_id) = 1"
    )


def _put_together(con: Any, database: Any) -> str:
    """Cluster the units of one agency, year, predicate and track whose names differ by a letter; name the clusters."""
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on

    block = ("agency_id", "year", "predicate", "own")
    con.execute(
        "create table units as select row_number() over () as unique_id, * from (select distinct agency_id, year, "
        f"predicate, track = 'own' as own, {_WORDS.format('unit_as_written')} as unit from told "
        "where agency_id is not null and year is not null and unit_as_written is not null)"
    )
    names = compare.LevenshteinAtThresholds("unit", [1])
    settings = SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=0.01,
        comparisons=[names.configure(m_probabilities=[0.6, 0.35, 0.05], u_probabilities=[0.0001, 0.0001, 0.9998])],
        blocking_rules_to_generate_predictions=[block_on(*block)],
        retain_matching_columns=False,
    )
    linker = Linker(database.register(con.table("units"), dataset_display_name="units_told"), settings)
    pairs = linker.inference.predict(threshold_match_probability=_SAME_UNIT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, _SAME_UNIT)
    con.execute(
        "create table awards as select any_value(t.agency_id) as agency_id, max(t.unit_as_written) as unit, "
        "any_value(t.year) as year, any_value(t.predicate) as predicate, string_agg(t.award_id, '|') as award_ids, "
        "string_agg(distinct t.source_id, '|') as source_ids from told t "
        f"join {clusters.physical_name} c {_SAME} group by c.cluster_id"
    )
    return str(clusters.physical_name)


def _awards_of_rows(con: Any, clusters: str) -> np.ndarray:
    """Return the cluster of each row; not part of the time."""
    rows = con.sql(
        "select coalesce(c.cluster_id::varchar, '') as award "
        f"from told t left join {clusters} c {_SAME} order by award_id"
    )
    return np.asarray(rows.df()["award"], dtype=object)
