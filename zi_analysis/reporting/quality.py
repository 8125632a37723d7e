"""The quality page of a cleaning: what became of every row, in one language, nothing loaded from elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path

from zi_analysis.evidence.awards import CleanedAwards
from zi_analysis.evidence.register import Register, load_register
from zi_analysis.reporting.quality_lists import untold_fields
from zi_analysis.reporting.quality_rows import Problem, list_looks, list_problems
from zi_analysis.reporting.quality_sections import tell_columns, tell_lines, tell_log, tell_look, tell_problem
from zi_analysis.reporting.quality_top import draw_account, say_account, say_next, say_unmet
from zi_analysis.reporting.quality_words import Speaker, cut

_TEMPLATES = Path(__file__).parent / "templates" / "zi"
_FOLDER = {
    "awards": "awards.csv",
    "rows": "rows.csv",
    "rejects": "rejects.csv",
    "to_decide": "to_decide.csv",
    "log": "log.csv",
    "quality": "quality.html",
}


def quality_page(
    cleaned: CleanedAwards,
    *,
    files: Sequence[str],
    language: str,
    made: datetime | None = None,
    register: Register | None = None,
) -> str:
    """Write the page that tells what became of every row of some lists, the worst problems first.

    Parameters
    ----------
    cleaned : CleanedAwards
        From `clean_awards`.
    files : sequence of str
        Names of the lists.
    language : {"en", "id"}
        Of the page.
    made : datetime, optional
        When the lists were cleaned; now when left out.
    register : Register, optional
        For the names of candidates; loaded when left out and needed.

    Returns
    -------
    str
        A whole html document. What stands in the lists is escaped and cut, and no section lists more than 200
        lines, however large the lists are.

    Examples
    --------
    >>> quality_page(clean_awards("list.xlsx"), files=["list.xlsx"], language="en")  # doctest: +SKIP
    '<!DOCTYPE html>...'
    """
    import jinja2

    speaker = Speaker(language)
    problems = list_problems(cleaned)
    names = _name_candidates(problems, register)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("quality.html.j2").render(
        language=language,
        css="\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "quality.css")),
        say=speaker.words,
        title=speaker.say("title", files=speaker.name_files(files)),
        files=[cut(file) for file in files],
        date=_date(made or datetime.now().astimezone(), language),
        version=_version(),
        account=say_account(cleaned, speaker),
        bar=draw_account(cleaned, speaker),
        next=say_next(cleaned, files, speaker),
        unmet=say_unmet(cleaned.log, speaker),
        problems=[tell_problem(problem, names, speaker) for problem in problems],
        looks=[tell_look(look, speaker) for look in list_looks(cleaned)],
        columns=tell_columns(cleaned.columns, speaker),
        untold=[_untold(file, fields, speaker) for file, fields in untold_fields(cleaned.columns)],
        lines=tell_lines(cleaned.lines, speaker),
        log=tell_log(cleaned.log, speaker),
        folder=[(file, speaker.words[f"file_{name}"]) for name, file in _FOLDER.items()],
    )


def _name_candidates(problems: Sequence[Problem], register: Register | None) -> dict[str, str]:
    """Name the bodies that open agencies may mean."""
    told = [text for problem in problems for text in problem.decisions["candidates"]]
    wanted = {body for text in told for body in text.split("|") if body}
    if not wanted:
        return {}
    bodies = (load_register() if register is None else register).bodies
    return {body: bodies[body].name for body in wanted if body in bodies}


def _untold(file: str, fields: Sequence[str], speaker: Speaker) -> str:
    """Say which fields nothing in a file tells."""
    names = ", ".join(speaker.name("field", field) for field in fields)
    return speaker.say("untold", file=cut(file), fields=names)


def _version() -> str:
    """Return the version of this package."""
    try:
        return metadata.version("zi-analysis")
    except metadata.PackageNotFoundError:
        return ""


def _date(moment: datetime, language: str) -> str:
    """Write a day in the reader's language."""
    from babel.dates import format_date

    return format_date(moment, format="long", locale={"en": "en_GB"}.get(language, language))
