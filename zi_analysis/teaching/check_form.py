"""The form of a lesson's source: what the editions, the slides and the grading rely on."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from zi_analysis.teaching.lessons import LANGUAGES, TEACHER, grading_of, keep_language, tags_of

MINUTES = 90
LEAST_EXERCISES = 6
_TIMED = re.compile(r"^##? .*\((\d+) (?:minutes|menit)\)\s*$", flags=re.MULTILINE)
_HEADING = re.compile(r"^(#+) ", flags=re.MULTILINE)
_SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
_HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")


def form_faults(notebook: Any) -> list[str]:
    """Say what is wrong with the form of a lesson.

    Parameters
    ----------
    notebook : NotebookNode
        A source: both languages, solutions and marking guides.

    Returns
    -------
    list of str
        One line a fault, empty for a good source. Checked: nbgrader's metadata; prose in pairs of languages; six
        exercises or more, each with a check of its own that needs the answer; one open question with a marking
        guide; one bonus; minutes that add up to 90.

    Examples
    --------
    >>> import nbformat
    >>> form_faults(nbformat.v4.new_notebook())[-1]
    'id: the headings tell 0 minutes, not 90; end each heading of a part with (N minutes) or (N menit)'
    """
    faults = [*_pair_faults(notebook), *_exercise_faults(notebook), *_open_faults(notebook)]
    for language in LANGUAGES:
        edition = keep_language(notebook, language, teacher=True)
        faults += [f"{language}: {fault}" for fault in (*_metadata_faults(edition), *_minute_faults(edition))]
    return faults


def _pair_faults(notebook: Any) -> Iterator[str]:
    """Each English cell is followed by its Indonesian twin, with the same tags and headings."""
    prose = [(at, cell) for at, cell in enumerate(notebook.cells) if cell.cell_type != "code"]
    languages = [sorted(tags_of(cell) & {f"lang-{language}" for language in LANGUAGES}) for _, cell in prose]
    for (at, cell), spoken in zip(prose, languages, strict=True):
        if len(spoken) != 1:
            yield f'cell {at} ("{_start(cell)}") is prose without one language; tag it lang-en or lang-id'
    wanted = ["lang-en", "lang-id"] * (len(prose) // 2 + 1)
    for (at, cell), spoken, language in zip(prose, languages, wanted, strict=False):
        if spoken != [language]:
            yield f'cell {at} ("{_start(cell)}") breaks the turn of lang-en and lang-id; put each pair together'
            return
    for (at, english), (_, other) in zip(prose[::2], prose[1::2], strict=False):
        if _shape(english) != _shape(other):
            yield f'cell {at} ("{_start(english)}") and its twin differ in tags, slide, marks or headings'
    if len(prose) % 2:
        yield "the last cell of prose has no twin"


def _shape(cell: Any) -> tuple[Any, ...]:
    """What both cells of a pair have in common."""
    others = tags_of(cell) - {f"lang-{language}" for language in LANGUAGES}
    return others, cell.metadata.get("slideshow"), grading_of(cell), _HEADING.findall(cell.source)


def _exercise_faults(notebook: Any) -> Iterator[str]:
    """Answers and checks come in pairs, and no check passes without its answer."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answers = [(at, cell) for at, cell in enumerate(code) if grading_of(cell).get("solution")]
    names = [grading_of(cell)["grade_id"] for _, cell in answers]
    bonus = [name for name in names if name.endswith("-bonus")]
    if len(names) - len(bonus) < LEAST_EXERCISES:
        yield f"there are {len(names) - len(bonus)} exercises; {LEAST_EXERCISES} are the least"
    if len(bonus) != 1:
        yield f"there are {len(bonus)} bonus exercises; one is wanted, its grade_id ending in -bonus"
    for at, cell in answers:
        checks = [one for one in code[at + 1 :] if grading_of(one).get("grade_id") == f"{_name(cell)}-check"]
        if not all(mark in cell.source for mark in _SOLUTION):
            yield f"{_name(cell)} has no solution between {_SOLUTION[0]} and {_SOLUTION[1]}"
        if checks:
            yield from _check_faults(cell, checks[0], code[:at])
        else:
            yield f"{_name(cell)} has no check; add a cell with grade_id {_name(cell)}-check after it"
    orphans = {_name(one) for one in code if grading_of(one).get("grade")} - {f"{name}-check" for name in names}
    yield from (f"{orphan} checks no answer" for orphan in sorted(orphans))


def _check_faults(answer: Any, check: Any, before: list[Any]) -> Iterator[str]:
    """A check has points, visible and hidden tests, and looks at a name that only the answer makes."""
    name = _name(check)
    if not grading_of(check).get("points", 0) > 0:
        yield f"{name} has no points"
    if not all(mark in check.source for mark in _HIDDEN):
        yield f"{name} has no hidden tests between {_HIDDEN[0]} and {_HIDDEN[1]}"
    if not grading_of(check).get("locked"):
        yield f"{name} is not locked"
    visible = check.source.split(_HIDDEN[0])[0]
    if "assert" not in visible:
        yield f"{name} shows no assert to the student"
    made = _made(answer.source) - {name for cell in before for name in _made(cell.source)}
    if not made & _used(visible):
        yield f"{name} looks at no name that {_name(answer)} alone makes, so it could pass without an answer"


def _made(source: str) -> set[str]:
    """Names that code gives a value."""
    nodes = list(ast.walk(ast.parse(source)))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def _used(source: str) -> set[str]:
    """Names that code reads."""
    nodes = ast.walk(ast.parse(source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _open_faults(notebook: Any) -> Iterator[str]:
    """One open question with points, in both languages, each with a marking guide after it."""
    by_hand = [cell for cell in notebook.cells if cell.cell_type == "markdown" and grading_of(cell).get("grade")]
    names = {_name(cell) for cell in by_hand}
    if len(names) != 1 or len(by_hand) != len(LANGUAGES):
        yield f"there are {len(names)} open questions in {len(by_hand)} cells; one in both languages is wanted"
        return
    guides = [cell for cell in notebook.cells if TEACHER in tags_of(cell)]
    if len(guides) < len(LANGUAGES):
        yield f"{names.pop()} has no marking guide; add cells tagged {TEACHER} in both languages"


def _metadata_faults(edition: Any) -> Iterator[str]:
    """What nbgrader's own validator says."""
    from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, SchemaTooOldError, ValidationError

    try:
        MetadataValidator().validate_nb(edition)
    except (ValidationError, SchemaTooOldError, SchemaTooNewError) as error:
        yield f"nbgrader refuses the metadata: {' '.join(str(error).split())[:200]}"
    names = [_name(cell) for cell in edition.cells if grading_of(cell)]
    yield from (f"{name} stands twice" for name in sorted({one for one in names if names.count(one) > 1}))


def _minute_faults(edition: Any) -> Iterator[str]:
    """The parts of a lesson fill its time."""
    prose = [cell.source for cell in edition.cells if cell.cell_type == "markdown" and TEACHER not in tags_of(cell)]
    told = sum(int(minutes) for source in prose for minutes in _TIMED.findall(source))
    if told != MINUTES:
        wanted = "end each heading of a part with (N minutes) or (N menit)"
        yield f"the headings tell {told} minutes, not {MINUTES}; {wanted}"


def _name(cell: Any) -> str:
    return str(grading_of(cell).get("grade_id", ""))


def _start(cell: Any) -> str:
    """The first words of a cell."""
    return " ".join(cell.source.split())[:40]
