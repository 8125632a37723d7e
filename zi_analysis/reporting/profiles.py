"""A profile of every agency: which ones are asked for, their reports, and the index page that lists them."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from zi_analysis.errors import ParameterError
from zi_analysis.evidence.profile import award_series, profiled_agencies
from zi_analysis.evidence.tables import load_table
from zi_analysis.paths import project_root
from zi_analysis.reporting.homes import working_home
from zi_analysis.reporting.index_entries import IndexEntry
from zi_analysis.reporting.index_write import PROFILES, Batch, make_batch
from zi_analysis.reporting.notebooks import find_notebook
from zi_analysis.reporting.plan import plan_report
from zi_analysis.reporting.stores import Store
from zi_analysis.reporting.tasks import BatchOptions, Outcome, Task

NOTEBOOK = "09-agency-profile"
AHEAD = "zi_analysis.exhibits.profile_ahead:read_ahead"
_PROVINCE = "Provinsi "


def choose_agencies(
    agencies: pd.DataFrame, *, types: Sequence[str] = (), province: str | None = None, ids: Sequence[str] = ()
) -> pd.DataFrame:
    """Choose the agencies that profiles are asked for.

    Parameters
    ----------
    agencies : DataFrame
        From `profiled_agencies`.
    types : sequence of str
        Agency types; all when left out.
    province : str, optional
        Name of a province, case ignored; its own government is among its agencies.
    ids : sequence of str
        Ids of the register; together with the others they narrow the choice.

    Returns
    -------
    DataFrame
        Rows of ``agencies``, in their order.

    Raises
    ------
    ParameterError
        If a province or an id is not there, with the closest one, or nothing is chosen.

    Examples
    --------
    >>> names = ["agency_id", "agency", "agency_type", "province"]
    >>> rows = [("35.20", "Kabupaten Magetan", "regency", "Jawa Timur"), ("kemenkeu", "Kemenkeu", "central", None)]
    >>> choose_agencies(pd.DataFrame(rows, columns=names), province="jawa timur")["agency_id"].tolist()
    ['35.20']
    """
    chosen = agencies
    if province is not None:
        known = sorted(agencies["province"].dropna().unique())
        found = {_bare(name).casefold(): name for name in known}.get(_bare(" ".join(province.split())).casefold())
        if found is None:
            raise ParameterError(_no_such("province", province, [_bare(name) for name in known]))
        chosen = chosen[chosen["province"] == found]
    for one in ids:
        if one not in set(agencies["agency_id"]):
            raise ParameterError(_no_such("agency", one, agencies["agency_id"].tolist()))
    if ids:
        chosen = chosen[chosen["agency_id"].isin(ids)]
    if types:
        chosen = chosen[chosen["agency_type"].isin(types)]
    if chosen.empty:
        raise ParameterError("no agency is of that type, province and id; leave one of them out")
    return chosen.reset_index(drop=True)


def _bare(name: str) -> str:
    """A province's name without the word for province."""
    return name[len(_PROVINCE) :] if name.casefold().startswith(_PROVINCE.casefold()) else name


def _no_such(what: str, given: str, known: Sequence[str]) -> str:
    """Word the refusal of a name that is not there."""
    close = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{what} {given[:80]!r} is not in the register{hint} (data/register/agencies.csv lists them all)"


def make_profiles(
    *,
    languages: Sequence[str] = ("en",),
    types: Sequence[str] = (),
    province: str | None = None,
    ids: Sequence[str] = (),
    output: str | None = None,
    options: BatchOptions | None = None,
    command: str = "zi profiles",
    root: Path | str | None = None,
) -> Batch:
    """Make the profiles of many agencies and their index pages.

    Parameters
    ----------
    languages : sequence of str
        "en", "id" or both; each has a folder and an index page of its own.
    types, province, ids
        As for `choose_agencies`.
    output : str, optional
        Folder or address; ``reports/profiles`` when left out.
    options : BatchOptions, optional
        How the batch is made.
    command : str
        Shown on the index page.
    root : path, optional
        A folder inside the project.

    Returns
    -------
    Batch

    Raises
    ------
    ParameterError, ReportError
        As `choose_agencies` and `run_many`.

    Examples
    --------
    >>> make_profiles(province="Jawa Timur", languages=["id"]).failed  # doctest: +SKIP
    []
    """
    home = project_root(root)
    agencies = profiled_agencies(load_table("agencies", root=home))
    chosen = choose_agencies(agencies, types=types, province=province, ids=ids)
    place = working_home(root)
    notebook = find_notebook(NOTEBOOK, root=place)
    pairs = [(language, body) for language in languages for body in chosen["agency_id"]]
    tasks = [
        Task(plan_report(notebook, parameters={"agency_id": body}, language=language, root=home), f"{language}/{body}")
        for language, body in pairs
    ]
    store = Store(output or str(place / "reports" / "profiles"))
    series = award_series(home)
    by_agency = dict(list(series[series["agency_id"].isin(chosen["agency_id"])].groupby("agency_id")))
    rows = chosen.set_index("agency_id")

    def entry(task: Task, outcome: Outcome) -> IndexEntry:
        """Describe an agency's profile."""
        body = str(task.plan.parameters["agency_id"])
        return _entry(rows.loc[body], body, by_agency.get(body), outcome)

    how = replace(options or BatchOptions(), ahead=(AHEAD,))
    return make_batch(tasks, store, entry=entry, languages=languages, options=how, command=command, kind=PROFILES)


def _entry(agency: pd.Series, body: str, series: pd.DataFrame | None, outcome: Outcome) -> IndexEntry:
    """One line of the index page."""
    known = series if series is not None else pd.DataFrame(columns=["year", "lower", "upper"])
    spark = tuple((int(row["year"]), _whole(row["lower"]), _whole(row["upper"])) for row in known.to_dict("records"))
    lows = [low for _, low, _ in spark if low is not None]
    highs = [high for _, _, high in spark]
    return IndexEntry(
        title=str(agency["agency"]),
        href="" if outcome.error else f"{body}/index.html",
        group=str(agency["agency_type"]),
        place="" if pd.isna(agency["province"]) else _bare(str(agency["province"])),
        total_low=sum(lows) if lows else None,
        total_high=None if not highs or None in highs else sum(high for high in highs if high is not None),
        spark=spark,
        status=outcome.status,
        error=outcome.error,
    )


def _whole(value: object) -> int | None:
    """A count, None where it is not known."""
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]
