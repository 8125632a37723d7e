"""Award lists cleaned into a folder, and tables resolved into a file: what `zi clean` and `zi resolve` do."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from rapidfuzz import process
from tqdm import tqdm

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.awards import CleanedAwards, clean_awards
from zi_analysis.evidence.coding import code_column, take_text
from zi_analysis.evidence.fixes import read_fixes
from zi_analysis.evidence.readers import read_table
from zi_analysis.evidence.register import load_register
from zi_analysis.evidence.repairs import repair_text
from zi_analysis.evidence.resolve import MATCH_COLUMNS, resolve_agencies
from zi_analysis.evidence.tables import load_table
from zi_analysis.evidence.years import read_year
from zi_analysis.reporting.placing import check_folder, check_output, write_cleaning, write_resolved
from zi_analysis.reporting.quality import quality_page


def clean_into(
    files: Sequence[Path],
    folder: Path,
    *,
    fix: Path | None = None,
    columns: Mapping[str, str] | None = None,
    year: str | None = None,
    predicate: str | None = None,
    language: str = "en",
    table_format: str = "csv",
) -> list[str]:
    """Clean award lists into a folder and tell the account.

    Parameters
    ----------
    files : sequence of Path
        Lists as `clean_awards` reads them.
    folder : Path
        Where the awards, rejects, log, decisions to make and the quality page go.
    fix : Path, optional
        Hand decisions.
    columns, year, predicate
        As `clean_awards`.
    language : {"en", "id"}
        Of the quality page.
    table_format : {"csv", "parquet"}
        Of the awards.

    Returns
    -------
    list of str
        Lines for a person.

    Raises
    ------
    InputError, EvidenceError, ParameterError
        As `clean_awards` and `write_cleaning`.
    """
    check_folder(folder, given=files)
    with _Steps(("register", "lists", "quality page", "files")) as steps:
        register = load_register()
        fixes = read_fixes(fix, register) if fix else ()
        steps.next()
        cleaned = clean_awards(
            list(files),
            register=register,
            columns=columns,
            year=year,
            predicate=predicate,
            fixes=fixes,
            known=load_table("awards_clean"),
        )
        steps.next()
        names = list(dict.fromkeys(cleaned.columns["file"])) or [path.name for path in files]
        page = quality_page(cleaned, files=names, language=language, register=register)
        steps.next()
        paths = write_cleaning(cleaned, folder, page=page, fixes=fixes, table_format=table_format)
    return _account_lines(cleaned, paths)


class _Steps:
    """A bar that tells a person at a terminal which step is at work."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = iter((*names, ""))
        self._bar = tqdm(total=len(names), unit="step", leave=False, disable=None, bar_format="{desc} {bar} {elapsed}")
        self._bar.set_description(next(self._names))

    def __enter__(self) -> "_Steps":
        return self

    def next(self) -> None:
        """Go on to the next step."""
        self._bar.update()
        self._bar.set_description(next(self._names))

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def _account_lines(cleaned: CleanedAwards, paths: Sequence[Path]) -> list[str]:
    """Say what came in, what was made of it and where it lies."""
    total = cleaned.log.iloc[-1]
    known = int(cleaned.accepted["known_award"].notna().sum())
    lines = [
        f"award rows: {total['rows_in']} in = {total['accepted']} accepted + {total['merged']} merged"
        f" + {total['rejected']} rejected",
        f"awards: {len(cleaned.accepted) - known} new, {known} known already in data/clean/awards.csv",
    ]
    others = cleaned.lines["kind"].value_counts().sort_index()
    if len(others):
        lines.append("other lines: " + ", ".join(f"{count} {kind}" for kind, count in others.items()))
    decided = cleaned.log.loc[cleaned.log["step"] == "hand decisions", "note"]
    lines += [f"hand decisions: {note}" for note in decided]
    return [*lines, f"see {paths[-1]}"]


def resolve_into(file: Path, output: Path, *, name: str, unit: str | None = None, year: str | None = None) -> str:
    """Resolve the agencies that a table names and write the table with the answers.

    Parameters
    ----------
    file : Path
        A table.
    output : Path
        A .csv or .parquet.
    name, unit, year : str
        Its columns.

    Returns
    -------
    str
        A line for a person.

    Raises
    ------
    InputError, ParameterError
        If the table cannot be read, or has no such column.
    """
    check_output(output, given=file)
    table = read_table(file)
    for column in (name, unit, year):
        if column is not None and column not in table:
            raise ParameterError(missing_column(column, list(map(str, table)), file.name))
    asked = table[[name]].rename(columns={name: "name"}).assign(unit=None, year=None)
    if unit is not None:
        asked["unit"] = table[unit]
    asked["year"] = _read_years(table[year]) if year is not None else pd.array([None] * len(table), dtype="Int64")
    answers = resolve_agencies(_repaired(asked), name="name", unit="unit", year="year")[list(MATCH_COLUMNS)]
    kept = table.drop(columns=[column for column in MATCH_COLUMNS if column in table])
    write_resolved(pd.concat([kept, answers.set_axis(kept.index)], axis=1), output)
    found = int(answers["agency_id"].notna().sum())
    return f"{len(table)} rows: {found} found, {len(table) - found} open; see {output}"


def missing_column(column: str, columns: Sequence[str], file: str) -> str:
    """Say that a table has no such column, and which are closest."""
    close = [found for found, _, _ in process.extract(column, list(columns), limit=3)]
    told = ", ".join(f'"{found}"' for found in close) or "none"
    return f'column "{column}" is not in {file}; the closest of its {len(columns)} columns are {told}'


def _read_years(column: pd.Series) -> pd.api.extensions.ExtensionArray:
    """Read the years of a column; what is no year stays empty."""
    coded = code_column(column)
    read = [read_year(repair_text(text)).year or 0 for text in coded.distinct]
    years = coded.mapped(read, missing=0)
    return pd.array([int(year) or None for year in years], dtype="Int64")


def _repaired(asked: pd.DataFrame) -> pd.DataFrame:
    """Mend the text of names and units."""
    mended = {name: code_column(asked[name]).changed(repair_text) for name in ("name", "unit")}
    texts = {name: take_text(coded.distinct, coded.codes) for name, coded in mended.items()}
    return pd.DataFrame({**texts, "year": asked["year"].to_numpy()}).astype({"year": "Int64"})
