"""Why two runs of a report differ: what their records and files tell."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zi_analysis.reporting.quality_words import cut
from zi_analysis.reporting.record import value_text
from zi_analysis.reporting.verify_record import WHOLE_FILES, PublishedReport, checksum_of
from zi_analysis.reporting.verify_rows import RowChanges, ask_git, compare_rows, find_version
from zi_analysis.reporting.verify_words import Cause, both, both_lists

_ROWS_NAMED = 20
_FILES_TOLD = 25
_NAMES = 12
_ROOMS = ("raw", "register", "decisions", "labelled", "clean")  # what others are made from comes first


def find_causes(published: PublishedReport, again: PublishedReport, *, root: Path) -> tuple[Cause, ...]:
    """List what differs between two runs of a report, what changes exhibits most directly first.

    Parameters
    ----------
    published, again : PublishedReport
        The report and its rerun, or another report.
    root : Path
        Project root; git is asked there for versions of tables and for changed files.

    Returns
    -------
    tuple of Cause
        Kinds: "edited", "lost", "parameter", "seed", "language", "notebook", "data", "code", "packages", "python",
        "platform". Empty when nothing differs that a record tells.

    Examples
    --------
    >>> find_causes(published, again, root=root)[0].kind  # doctest: +SKIP
    'data'
    """
    return (
        *_edited(published),
        *_edited(again),
        *_parameters(published.record, again.record),
        *_notebook(published.record, again.record),
        *_data(published, again, root),
        *_code(published, again, root),
        *_packages(published.record, again.record),
        *_machine(published.record, again.record),
    )


def unknown_cause() -> Cause:
    """Return the cause that is left when the records tell none.

    Returns
    -------
    Cause

    Examples
    --------
    >>> unknown_cause().kind
    'unknown'
    """
    return Cause("unknown", **both("cause_unknown"))


def edited_files(report: PublishedReport) -> list[str]:
    """List the files that are not as the report's own record tells, and those that no run wrote.

    The page, the notebook and the pdf count where the record tells checksums of them; older records tell none.

    Parameters
    ----------
    report : PublishedReport
        The report.

    Returns
    -------
    list of str
        Paths below the report's folder; those that are missing are not among them.

    Examples
    --------
    >>> edited_files(report)  # doctest: +SKIP
    ['exhibits/2.1.csv']
    """
    told = {name: checksum for exhibit in report.exhibits.values() for name, checksum in exhibit.files.items()}
    there = sorted(path for path in (report.folder / "exhibits").glob("*") if not path.name.startswith("."))
    found = {f"exhibits/{path.name}": checksum_of(path) for path in there}
    if report.files is not None:
        told |= report.files
        found |= {name: checksum_of(report.folder / name) for name in WHOLE_FILES if _is_there(report.folder / name)}
    return [name for name, checksum in found.items() if told.get(name) != checksum or checksum is None]


def _is_there(path: Path) -> bool:
    """Tell whether a file, or a link that leads nowhere, has a name."""
    return path.exists() or path.is_symlink()


def _edited(report: PublishedReport) -> Iterator[Cause]:
    """Say which files were changed after their run, and which of page, notebook and pdf are gone."""
    lost = [name for name in report.files or () if not _is_there(report.folder / name)]
    for kind, names in (("edited", edited_files(report)), ("lost", lost)):
        if names:
            files = both_lists([cut(name) for name in names], most=_NAMES)
            yield Cause(kind, **both(f"cause_{kind}", files=files, folder=cut(report.folder)))


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    """Say which parameters differ."""
    first = old["parameters"] | {"language": old["language"]}
    second = new["parameters"] | {"language": new["language"]}
    for name in [*first, *(name for name in second if name not in first)]:
        if first.get(name) != second.get(name):
            kind = name if name in ("seed", "language") else "parameter"
            values = {"before": _written(first, name), "after": _written(second, name)}
            yield Cause(kind, **both(f"cause_{kind}", name=cut(name), **values))


def _written(values: Mapping[str, Any], name: str) -> object:
    """Write a parameter's value."""
    return cut(value_text(values[name])) if name in values else both("not_there")


def _notebook(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    """Say whether the notebook is another or was changed."""
    first, second = old["notebook"], new["notebook"]
    if first["path"] != second["path"]:
        yield Cause("notebook", **both("cause_other_notebook", before=cut(first["path"]), after=cut(second["path"])))
    elif first.get("sha256") != second.get("sha256"):
        yield Cause("notebook", **both("cause_notebook", path=cut(first["path"])))


def _data(published: PublishedReport, again: PublishedReport, root: Path) -> Iterator[Cause]:
    """Say which tables changed, and in which rows where both versions are at hand."""
    old, new = published.record["data"]["files"], again.record["data"]["files"]
    changed = sorted((name for name in {**old, **new} if old.get(name) != new.get(name)), key=_rank)
    for name in changed[:_FILES_TOLD]:
        yield Cause("data", **_data_words(name, published, again, root))
    if len(changed) > _FILES_TOLD:
        yield Cause("data", **both("cause_more_data", count=len(changed) - _FILES_TOLD))


def _rank(name: str) -> tuple[int, str]:
    """Sort tables so that those that others are made from come first."""
    room = name.split("/")[0]
    return (_ROOMS.index(room) if room in _ROOMS else len(_ROOMS), name)


def _data_words(name: str, published: PublishedReport, again: PublishedReport, root: Path) -> dict[str, str]:
    """Say how one file of the data changed."""
    shown = cut(f"data/{name}")
    checksums = [report.record["data"]["files"].get(name) for report in (published, again)]
    if None in checksums:
        return both("cause_data_added" if checksums[0] is None else "cause_data_removed", file=shown)
    versions = [
        find_version(name, checksum, root=root, commit=report.commit) if name.endswith(".csv") else None
        for checksum, report in zip(checksums, (published, again), strict=True)
    ]
    before, after = versions
    rows = None if before is None or after is None else compare_rows(name, before, after, root=root)
    return both("cause_data", file=shown) if rows is None else _row_words(shown, rows)


def _row_words(file: str, rows: RowChanges) -> dict[str, str]:
    """Say which rows of a table changed."""
    told = []
    for key, names in (("rows_changed", rows.changed), ("rows_added", rows.added), ("rows_removed", rows.removed)):
        if names:
            count = both("count_row" if len(names) == 1 else "count_rows", count=len(names))
            told.append(both(key, rows=count, names=both_lists(list(names), most=_ROWS_NAMED)))
    if not told:
        return both("cause_data_order", file=file)
    parts = {language: "; ".join(part[language] for part in told) for language in told[0]}
    return both("cause_data_rows", file=file, table=cut(rows.table), parts=parts)


def _code(published: PublishedReport, again: PublishedReport, root: Path) -> Iterator[Cause]:
    """Say whether the package's code changed, and in which files where git knows."""
    checksums = [_code_checksum(report.record) for report in (published, again)]
    if None not in checksums and checksums[0] == checksums[1]:
        return
    certain = None not in checksums
    commits = [report.commit for report in (published, again)]
    files = _changed_code(commits, root)
    if files:
        yield Cause("code", **both("cause_code_files", files=both_lists(files, most=_NAMES)))
    elif certain:
        yield Cause("code", **both("cause_code"))
    elif files is None and commits[0] != commits[1]:
        names = [commit[:12] if commit else both("unknown_commit") for commit in commits]
        yield Cause("code", **both("cause_commit", before=names[0], after=names[1]))
    if not certain and any(report.record["git"].get("dirty") is True for report in (published, again)):
        yield Cause("code", **both("cause_dirty"))


def _code_checksum(record: Mapping[str, Any]) -> str | None:
    """Return the checksum of the package's code, where the record tells it."""
    code = record.get("code")
    checksum = code.get("sha256") if isinstance(code, dict) else None
    return checksum if isinstance(checksum, str) else None


def _changed_code(commits: list[str | None], root: Path) -> list[str] | None:
    """List the files of the package that changed between two commits; None when git does not know them."""
    before, after = commits
    if before is None or after is None:
        return None
    changed = ask_git(root, "diff", "--name-only", "-z", "--relative", before, after, "--", "zi_analysis")
    return None if changed is None else [cut(name) for name in changed.decode("utf-8", "replace").split("\0") if name]


def _packages(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    """Say which packages have another version."""
    first, second = old["packages"], new["packages"]
    changed = sorted(name for name in {**first, **second} if first.get(name) != second.get(name))
    if changed:
        told = [f"{cut(name)} {cut(first.get(name, '–'))} → {cut(second.get(name, '–'))}" for name in changed]
        yield Cause("packages", **both("cause_packages", packages=both_lists(told, most=_ROWS_NAMED)))


def _machine(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    """Say whether Python or the platform is another."""
    for kind in ("python", "platform"):
        before, after = (cut(str(record.get(kind, "–"))) for record in (old, new))
        if before != after:
            yield Cause(kind, **both(f"cause_{kind}", before=before, after=after))
