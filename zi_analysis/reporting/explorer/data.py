"""What the file holds: cells, exposures, awards, settled counts, conflicts, pages, and the ids between them."""

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from zi_analysis.evidence.once import load_once
from zi_analysis.paths import project_root
from zi_analysis.reporting.explorer.packing import pack, split_list, web_address
from zi_analysis.reporting.explorer.places import count_local, count_places, list_provinces
from zi_analysis.reporting.record import data_checksums, data_version
from zi_analysis.study.rate_intervals import rate_intervals

EXPOSURES = ("agencies_existing", "agencies_evaluated", "units_proposed")
_TABLES = (
    "agencies",
    "agency_panel",
    "awards_clean",
    "cells",
    "cell_evidence",
    "conflicts",
    "contradictions",
    "exposures",
    "published_counts",
    "regulations",
    "rules_in_force",
    "settled_counts",
    "sources",
)


def explorer_data(root: Path | str | None = None) -> dict[str, Any]:
    """Gather what the explorer shows, from the published tables alone.

    Parameters
    ----------
    root : path, optional
        A folder inside the project; found from the working folder when left out.

    Returns
    -------
    dict
        Ready for JSON. Each table is columns and rows (see `pack`); pages and lines of evidence stand once and are
        named by their place in the list.

    Raises
    ------
    EvidenceError
        If a table does not hold its declaration, or a province has no tile.

    Examples
    --------
    >>> sorted(explorer_data()["cells"]["columns"])[:3]
    ['agency_type', 'id', 'lower']
    """
    home = project_root(root)
    tables = {name: load_once(name, root=home) for name in _TABLES}
    pages = {source: place for place, source in enumerate(tables["sources"]["source_id"])}
    lines, held = _lines(tables["cell_evidence"])
    return {
        "version": data_version(data_checksums(home)),
        "program": metadata.version("zi-analysis"),
        "years": [int(year) for year in sorted(tables["cells"]["year"].unique())],
        "lines": lines,
        "cells": _bounded(tables["cells"], "cell_id", "predicate", held),
        "exposures": _bounded(tables["exposures"], "exposure_id", "measure", held),
        "intervals": _intervals(tables["cells"], tables["exposures"]),
        "settled": _settled(tables["settled_counts"]),
        "counts": _counts(tables["published_counts"], pages),
        "pages": _pages(tables["sources"]),
        "awards": _awards(tables["awards_clean"], tables["agencies"], pages),
        "conflicts": pack(_split(tables["conflicts"], "count_ids"), _CONFLICT),
        "contradictions": pack(_split(tables["contradictions"], "evidence"), ["year", "line", "evidence"]),
        "rules": _rules(tables),
        **_provinces(tables),
    }


_CONFLICT = ["settled_id", "year", "value", "chosen", "publishers", "rule", "reason", "count_ids"]


def _split(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Turn lists held in text into lists."""
    return frame.assign(**{name: [split_list(text) for text in frame[name]] for name in columns})


def _lines(evidence: pd.DataFrame) -> tuple[dict[str, list], Mapping[tuple[str, str], list[int]]]:
    """Lines of evidence, each once, and the places of those that hold each side of each bound."""
    keyed = evidence.assign(
        key=list(zip(evidence["line"], evidence["text"], evidence["evidence"].fillna(""), strict=True))
    )
    places = {key: place for place, key in enumerate(dict.fromkeys(keyed["key"]))}
    numbered = keyed.assign(place=keyed["key"].map(places))
    held = numbered.groupby(["id", "side"])["place"].agg(list).to_dict()
    once = pd.DataFrame(list(places), columns=["line", "text", "evidence"])
    return pack(_split(once, "evidence"), ["line", "text", "evidence"]), held


def _bounded(frame: pd.DataFrame, key: str, what: str, held: Mapping[tuple[str, str], list[int]]) -> dict[str, list]:
    """Cells or exposures with the lines that hold their bounds."""
    rows = frame.rename(columns={key: "id"})
    sides = {f"{side}_lines": [held.get((name, side), []) for name in rows["id"]] for side in ("lower", "upper")}
    columns = ["id", "year", "agency_type", what, "lower", "upper", "status", *sides]
    return pack(rows.assign(**sides), columns)


def _intervals(cells: pd.DataFrame, exposures: pd.DataFrame) -> dict[str, list]:
    """Intervals of the success rates of proposals whose awards and proposals are both exact; per 100."""
    won = cells[cells["status"] == "exact"]
    tried = exposures[(exposures["status"] == "exact") & (exposures["measure"] == "units_proposed")]
    both = won.merge(tried, on=["year", "agency_type"], suffixes=("", "_proposed"), validate="m:1")
    table = both[["cell_id", "exposure_id"]].assign(awarded=both["lower"], proposed=both["lower_proposed"])
    rates = rate_intervals(table[table["proposed"] > 0], successes="awarded", trials="proposed")
    per_100 = rates.assign(low=(100 * rates["low"]).round(3), high=(100 * rates["high"]).round(3))
    return pack(per_100, ["cell_id", "exposure_id", "low", "high", "method"])


def _settled(settled: pd.DataFrame) -> dict[str, list]:
    columns = ["settled_id", "year", "scope", "agency_type", "agency", "predicate", "measure", "basis", "coverage"]
    told = ["value", "rule", "reason", "low", "high", "publishers", "count_ids"]
    return pack(_split(settled, "count_ids"), [*columns, *told])


def _counts(published: pd.DataFrame, pages: Mapping[str, int]) -> dict[str, list]:
    rows = published.assign(page=published["source_id"].map(pages))
    return pack(rows, ["figure_id", "value", "derived", "page"])


def _pages(sources: pd.DataFrame) -> dict[str, list]:
    rows = sources.assign(url=[web_address(address) for address in sources["url"]])
    columns = ["source_id", "url", "publisher", "title_or_subject", "published", "publisher_kind"]
    return pack(rows, columns)


def _awards(awards: pd.DataFrame, agencies: pd.DataFrame, pages: Mapping[str, int]) -> dict[str, list]:
    """Named awards; local governments with the province of the register."""
    homes = agencies.set_index("agency_id")["province_id"]
    rows = awards.assign(
        province_id=awards["agency_id"].map(homes),
        pages=[[pages[source] for source in split_list(text)] for text in awards["source_ids"]],
    )
    unit = ["award_key", "year", "agency_id", "agency", "agency_type", "province_id", "unit"]
    return pack(rows, [*unit, "predicate", "track", "status", "year_basis", "pages"])


def _rules(tables: Mapping[str, pd.DataFrame]) -> dict[str, list]:
    """Regulations in force with their first evaluation year."""
    rules = tables["rules_in_force"].merge(
        tables["regulations"][["regulation_id", "regulation"]], on="regulation_id", validate="1:1"
    )
    return pack(rules, ["rules", "regulation", "first_year", "last_year"])


def _provinces(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Provinces, their local governments, and what pages tell of these."""
    agencies = tables["agencies"]
    known = count_places(tables["agency_panel"], tables["settled_counts"], agencies)
    bounds = ["lower", "upper", "bodies", "settled_ids", "award_keys"]
    return {
        "provinces": pack(list_provinces(agencies), ["province_id", "name", "short", "row", "column", "group"]),
        "local": pack(count_local(agencies), ["province_id", "agency_type", "year", "agencies", "most"]),
        "places": pack(known, ["province_id", "agency_type", "year", "measure", "predicate", *bounds]),
    }
