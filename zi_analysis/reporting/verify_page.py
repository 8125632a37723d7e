"""The page of a verification: what was compared, what differs and why, in one language, loading nothing."""

import os
from collections.abc import Iterable
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from zi_analysis.errors import ParameterError
from zi_analysis.exhibits.words import LANGUAGES, number
from zi_analysis.reporting.folders import RECORD
from zi_analysis.reporting.kernels import ReportError
from zi_analysis.reporting.placing import neutralise
from zi_analysis.reporting.quality_words import cut, slug
from zi_analysis.reporting.verify import Verification, shown_pair
from zi_analysis.reporting.verify_compare import is_number
from zi_analysis.reporting.verify_words import speak, verify_words

_TEMPLATES = Path(__file__).parent / "templates" / "zi"
_LISTED = 200
_PAGE, _TABLE = "verify.html", "differences.csv"


def verify_page(verification: Verification, language: str) -> str:
    """Write the page that tells whether a report is the same.

    Parameters
    ----------
    verification : Verification
        From `verify_report`.
    language : {"en", "id"}
        Of the page.

    Returns
    -------
    str
        A whole html document. What stands in the report is escaped and cut, and at most 200 differences are listed.

    Raises
    ------
    ParameterError
        If there are no words in the language.

    Examples
    --------
    >>> verify_page(verify_report("reports/02-awards-by-year-and-type/en"), "en")  # doctest: +SKIP
    '<!DOCTYPE html>...'
    """
    import jinja2

    if language not in LANGUAGES:
        raise ParameterError(f"language = {language!r} is not a choice (allowed: {', '.join(LANGUAGES)})")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("verify.html.j2").render(
        language=language,
        css="\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "quality.css")),
        say={key: words[language] for key, words in verify_words().items()},
        title=speak("title", language, name=verification.name),
        status=slug(verification.status),
        verdict=speak(f"verdict_{slug(verification.status)}", language, **verification.counted(language)),
        way=_way(verification, language),
        rule=_rule(verification, language),
        causes=[cause.text(language) for cause in verification.causes],
        notes=[note.text(language) for note in verification.notes],
        exhibits=[_exhibit(row, language) for row in verification.exhibits.to_dict("records")],
        differences=[_difference(row, language) for row in _records(verification.differences.head(_LISTED))],
        more=_more(len(verification.differences) - _LISTED, language),
        again=speak("again" if verification.against is None else "again_against", language),
        facts=_facts(verification, language),
    )


def write_verification(verification: Verification, folder: Path | str, language: str) -> list[Path]:
    """Write the page of a verification and all its differences into a folder; other files there stay.

    Parameters
    ----------
    verification : Verification
        From `verify_report`.
    folder : path
        Made if need be; not a report's own folder.
    language : {"en", "id"}
        Of the page.

    Returns
    -------
    list of Path
        ``verify.html`` and ``differences.csv``, one row per difference as in `Verification.differences`; a text that
        a spreadsheet would take for a formula gets an apostrophe in front.

    Raises
    ------
    ReportError
        If the folder is a file or a report's folder.

    Examples
    --------
    >>> write_verification(verification, "checked", "en")  # doctest: +SKIP
    [PosixPath('checked/verify.html'), PosixPath('checked/differences.csv')]
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise ReportError(f"{place} is a file; choose another output folder")
    if (place / RECORD).exists():
        raise ReportError(f"{place} is a report's own folder; choose another output folder")
    contents = {
        _PAGE: verify_page(verification, language),
        _TABLE: _harmless(verification.differences).to_csv(index=False, lineterminator="\n"),
    }
    place.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        half = place / f".{name}.{os.getpid()}"
        half.write_text(content, encoding="utf-8", newline="\n", errors="replace")
        half.replace(place / name)
    return [place / name for name in contents]


def _harmless(differences: pd.DataFrame) -> pd.DataFrame:
    """Return the differences with texts that no spreadsheet takes for a formula."""
    texts = differences.select_dtypes("str")
    kept = {name: texts[name].where(texts[name].map(is_number).astype(bool), neutralise(texts[name])) for name in texts}
    return differences.assign(**kept)


def _records(frame: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """Return the rows of a frame as dicts."""
    return frame.to_dict("records")


def _way(verification: Verification, language: str) -> str:
    """Say how the report was compared."""
    if verification.against is None:
        return speak("way_rerun", language)
    return speak("way_against", language, other=cut(verification.against))


def _rule(verification: Verification, language: str) -> str:
    """Say what counted as the same."""
    counted = verification.counted(language)
    said = speak("rule", language, tolerance=counted["tolerance"])
    near = (verification.differences["kind"] == "near").any() and verification.status == "different"
    return f"{said} {speak('rule_near', language, cells=counted['cells'])}" if near else said


def _exhibit(row: dict[str, Any], language: str) -> dict[str, str]:
    """Tell the result for one exhibit."""
    largest = float(row["largest_relative_difference"])
    return {
        "number": cut(row["number"]),
        "title": cut(row["title"]),
        "status": speak(f"status_{slug(row['status'])}", language),
        "kind": slug(row["status"]),
        "count": number(row["differences"], language),
        "largest": f"{largest:.2g}".replace(".", {"en": ".", "id": ","}[language]) if largest else "–",
    }


def _difference(row: dict[str, Any], language: str) -> dict[str, Any]:
    """Tell one difference."""
    published, again = shown_pair(row["published"], row["again"])
    where = [] if pd.isna(row["row"]) else [speak("place_row", language, row=int(row["row"]))]
    return {
        "number": cut(row["exhibit"]),
        "kind": speak(f"kind_{slug(row['kind'])}", language),
        "where": ", ".join([*where, cut(row["key"])] if row["key"] else where),
        "column": cut(row["column"]),
        "published": published,
        "again": again,
        "values": row["kind"] in ("value", "near"),
    }


def _more(count: int, language: str) -> str:
    """Say how many differences are not listed."""
    return speak("more", language, count=count) if count > 0 else ""


def _facts(verification: Verification, language: str) -> list[tuple[str, str]]:
    """List what was verified."""
    record = verification.report.record
    told = {
        "fact_report": str(verification.report.folder),
        "fact_run": _date(record.get("started"), language),
        "fact_data": str(record["data"].get("version", "")),
        "fact_command": str(record.get("command", "")),
        "fact_program": f"zi-analysis {_version()}",
    }
    return [(speak(key, language), cut(value)) for key, value in told.items() if value]


def _date(moment: Any, language: str) -> str:
    """Write the day of a run in the reader's language; nothing when it is no date."""
    from babel.dates import format_date

    try:
        day = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return ""
    return format_date(day, format="long", locale={"en": "en_GB"}.get(language, language))


def _version() -> str:
    """Return the version of this package."""
    try:
        return metadata.version("zi-analysis")
    except metadata.PackageNotFoundError:
        return ""
