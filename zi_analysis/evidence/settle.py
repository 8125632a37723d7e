"""Settle published counts: one value for each fact that pages tell differently, by rules in a fixed order."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from zi_analysis.errors import EvidenceError
from zi_analysis.evidence.arithmetic import consistent_values
from zi_analysis.evidence.publishers import count_publishers, publisher_tier
from zi_analysis.evidence.readings import apply_readings
from zi_analysis.evidence.register import Register
from zi_analysis.evidence.resolve import resolve_agencies
from zi_analysis.evidence.tables import load_table

FACT = ("year", "scope", "agency_type", "agency_id", "predicate", "measure", "basis", "track", "coverage", "part")
RULES = ("decision", "single", "agreed", "part", "arithmetic", "publisher_tier", "publishers", "disputed")


class Choice(NamedTuple):
    """The value chosen for a fact (None when disputed), the rule and the reason."""

    value: int | None
    rule: str
    reason: str


@dataclass(frozen=True)
class Settlement:
    """Published counts brought to one value for each fact, with nothing lost on the way."""

    settled: pd.DataFrame  # one row a fact: settled_id, the fact, value, low, high, rule, reason, count_ids, ...
    conflicts: pd.DataFrame  # one row a fact and told value, for every fact told with more than one value
    set_aside: pd.DataFrame  # published counts that no fact could be made of, with the reason
    log: pd.DataFrame  # step, rows: rows in = rows used + rows set aside


def settle_counts(
    published: pd.DataFrame,
    *,
    sources: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
    families: pd.DataFrame | None = None,
    readings: pd.DataFrame | None = None,
) -> Settlement:
    """Choose one value for each fact that several pages tell, and keep the others.

    The rules, in this order: a *decision* in ``data/decisions/count_decisions.csv``; a *single* page; pages that
    are *agreed*; for a count of a *part* (coverage partial) the largest told, which is a lower bound of the whole;
    *arithmetic* (WBK + WBBM = all, types sum to the whole, no part above its whole) when it leaves one value; the
    better *publisher tier* (the awarding ministry, then public bodies, then news and others); the value told by
    more independent *publishers*; otherwise the fact stays *disputed* with its range and has no value.

    Parameters
    ----------
    published : DataFrame
        ``published_counts``; agencies are resolved to ``agency_id`` unless that column is there already.
    sources, decisions, families, readings : DataFrame, optional
        ``sources`` (source_id, publisher, publisher_kind), ``count_decisions`` (settled_id, value, reason),
        ``publisher_families`` (publisher, family; publishers of one family count once) and ``readings`` (how a row
        is read where its note says more than its columns). The project's own tables when left out.

    Returns
    -------
    Settlement
        Settled facts, conflicts, rows set aside and a log that adds up.

    Raises
    ------
    EvidenceError
        If a decision names a fact that no page tells, or a value that no page tells.

    Examples
    --------
    >>> settled = settle_counts(load_table("published_counts")).settled.set_index("settled_id")
    >>> int(settled.loc["s-2020-national-all-units_awarded", "value"])
    763
    """
    sources = load_table("sources") if sources is None else sources
    decisions = load_table("count_decisions") if decisions is None else decisions
    families = load_table("publisher_families") if families is None else families
    readings = load_table("readings") if readings is None else readings
    if "agency_id" not in published:
        published = identify_agencies(published)
    read = apply_readings(published, readings, table="published_counts", key="figure_id")
    told = _with_publishers(read, sources, families)
    reason = _why_unusable(told)
    usable = reason.isna()
    facts = _gather(told[usable])
    unknown = set(decisions["settled_id"]) - set(facts["settled_id"])
    if unknown:
        raise EvidenceError(
            f"count_decisions.csv decides {sorted(unknown)[0]}, which no row of published_counts.csv tells; "
            "correct the settled_id or remove the decision"
        )
    chosen = _choose_all(facts, decisions.set_index("settled_id"))
    settled = _settled_rows(facts, chosen)
    set_aside = told.loc[~usable, list(published.columns)].assign(reason=reason[~usable])
    log = pd.DataFrame(
        {
            "step": ["published counts in", "used in a settled fact", "set aside", "settled facts"],
            "rows": [len(told), int(usable.sum()), int((~usable).sum()), len(settled)],
        }
    )
    return Settlement(settled, _conflict_rows(facts, settled), set_aside.reset_index(drop=True), log)


def identify_agencies(published: pd.DataFrame, *, register: Register | None = None) -> pd.DataFrame:
    """Find the register id of the agency that a published count is about.

    Parameters
    ----------
    published : DataFrame
        ``published_counts``.
    register : Register, optional
        Loaded from the project when left out.

    Returns
    -------
    DataFrame
        ``published`` with agency_id, missing where the count is about no single agency.
    """
    about = published[published["scope"] == "agency"]
    resolved = resolve_agencies(about, name="agency", year="year", register=register)
    return published.assign(agency_id=resolved["agency_id"].reindex(published.index))


def name_fact(fact: pd.Series) -> str:
    """Make the readable id of a fact, such as ``s-2020-national-all-units_awarded``."""
    body = {"national": "national", "agency_type": fact["agency_type"]}.get(fact["scope"], fact["agency_id"])
    words = [f"{fact['year']}", body, fact["predicate"], fact["measure"]]
    if fact["basis"] != "yearly":
        words.append(fact["basis"])
    if fact["track"] != "national":
        words.append(fact["track"])
    if fact["coverage"] != "whole":
        words.append(fact["coverage"])
    if not pd.isna(fact["part"]):
        words.append(fact["part"].replace(" ", "_"))
    return "s-" + "-".join(words)


def _with_publishers(published: pd.DataFrame, sources: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Join publisher, its family and its tier to each published count."""
    about = sources[["source_id", "publisher", "publisher_kind"]]
    told = published.merge(about, on="source_id", how="left", validate="m:1")
    family = told["publisher"].map(families.set_index("publisher")["family"])
    return told.assign(family=family.fillna(told["publisher"]), tier=publisher_tier(told))


def _why_unusable(told: pd.DataFrame) -> pd.Series:
    """Say why a published count belongs to no fact; missing where it does."""
    reason = pd.Series(pd.NA, index=told.index, dtype="str")
    reason[(told["scope"] == "agency") & told["agency_id"].isna()] = "the agency is not in the register"
    reason[told["year"].isna()] = "the page tells no year"
    return reason


def _gather(told: pd.DataFrame) -> pd.DataFrame:
    """One row for each fact and told value: who tells it and how well."""
    keyed = told.assign(settled_id=told.apply(name_fact, axis=1))
    grouped = keyed.groupby(["settled_id", "value"], sort=True)
    gathered = grouped.agg(
        **{column: (column, "first") for column in (*FACT, "agency")},
        count_ids=("figure_id", _join),
        source_ids=("source_id", _join),
        publishers=("family", "nunique"),
        tier=("tier", "min"),
        reading=("reading", lambda column: "; ".join(dict.fromkeys(column.dropna())) or None),
        inferred=("derived", lambda column: bool((column != "no").all())),
    ).reset_index()
    by_tier = count_publishers(keyed)
    keys = zip(gathered["settled_id"], gathered["value"], strict=True)
    return gathered.assign(by_tier=[by_tier[str(settled_id), int(value)] for settled_id, value in keys])


def _join(column: pd.Series) -> str:
    """List the names of a column, each once."""
    return "|".join(sorted(set(column.dropna())))


def _group(facts: pd.DataFrame) -> dict[str, list[Any]]:
    """The values told for each fact, as plain rows: thousands of small frames would be slow."""
    rows = sorted(facts.itertuples(index=False), key=lambda row: (row.settled_id, row.value))
    return {name: list(values) for name, values in groupby(rows, key=lambda row: row.settled_id)}


def _choose_all(facts: pd.DataFrame, decisions: pd.DataFrame) -> dict[str, Choice]:
    """Value, rule and reason for each fact; arithmetic sees all values told for the related facts."""
    possible = consistent_values(facts, decided=decisions["value"].astype("int64").to_dict())
    return {name: _choose(values, decisions, possible.get(name)) for name, values in _group(facts).items()}


def _choose(values: list[Any], decisions: pd.DataFrame, possible: tuple[frozenset[int], str] | None) -> Choice:
    """Apply the rules in their order to the values told for one fact."""
    settled_id = values[0].settled_id
    if settled_id in decisions.index:
        return _decided(values, decisions.loc[settled_id])
    if len(values) == 1:
        return _unanimous(values[0])
    if values[0].coverage == "partial":
        largest = max(int(row.value) for row in values)
        return Choice(largest, "part", "counts of parts: the largest is a lower bound of the whole")
    if possible is not None and len(possible[0]) == 1:
        return Choice(next(iter(possible[0])), "arithmetic", possible[1])
    return _by_publishers([row for row in values if possible is None or row.value in possible[0]])


def _decided(values: list[Any], decision: pd.Series) -> Choice:
    """Settle by hand decision, on a value that a page tells."""
    value = int(decision["value"])
    if value not in {row.value for row in values}:
        told = ", ".join(str(row.value) for row in values)
        raise EvidenceError(
            f"count_decisions.csv settles {values[0].settled_id} on {value}, which no page tells; choose one of {told}"
        )
    return Choice(value, "decision", str(decision["reason"]))


def _unanimous(only: Any) -> Choice:
    """Settle on the only value told."""
    if only.publishers == 1:
        return Choice(int(only.value), "single", "told by one publisher")
    return Choice(int(only.value), "agreed", f"told alike by {only.publishers} publishers")


def _by_publishers(values: list[Any]) -> Choice:
    """The better tier decides; within it the number of independent publishers; a tie stays disputed."""
    tier = min(row.tier for row in values)
    best = sorted((row for row in values if row.tier == tier), key=lambda row: row.by_tier[tier], reverse=True)
    if len(best) == 1:
        return Choice(int(best[0].value), "publisher_tier", f"told by {_ALONE[int(tier)]}")
    first, second = (row.by_tier[tier] for row in best[:2])
    if first > second:
        reason = f"among {_TIERS[int(tier)]} {first} independent publishers tell it, {second} the next value"
        return Choice(int(best[0].value), "publishers", reason)
    return Choice(None, "disputed", "no rule separates the values; the range is kept")


_ALONE = {
    1: "the awarding ministry",
    2: "a public body, the other values by news and others only",
    3: "news and others",
}
_TIERS = {1: "pages of the awarding ministry", 2: "public bodies", 3: "news and others"}


def _settled_rows(facts: pd.DataFrame, chosen: dict[str, Choice]) -> pd.DataFrame:
    """One row a fact with the chosen value, the range told and everyone who told it."""
    rows = [_settled_row(values, chosen[name]) for name, values in _group(facts).items()]
    settled = pd.DataFrame(rows)
    whole = ["year", "value", "low", "high", "publishers"]
    return settled.astype(dict.fromkeys(whole, "Int64")).sort_values(["year", "settled_id"], ignore_index=True)


def _settled_row(values: list[Any], choice: Choice) -> dict[str, object]:
    """Make the row of a settled count: what was chosen, its range, who tells it and who lost."""
    used = [row for row in values if choice.value in (None, row.value)]
    lost = [row for row in values if choice.value is None or row.value != choice.value]
    return {
        "settled_id": values[0].settled_id,
        **{column: getattr(values[0], column) for column in (*FACT, "agency")},
        **choice._asdict(),
        "low": values[0].value,
        "high": values[-1].value,
        "publishers": max(row.publishers for row in used),
        "inferred": "yes" if all(row.inferred for row in values) else "no",
        "count_ids": _join_lists(row.count_ids for row in values),
        "source_ids": _join_lists(row.source_ids for row in values),
        "reading": "; ".join(dict.fromkeys(row.reading for row in values if not pd.isna(row.reading))) or None,
        "values_not_used": "; ".join(f"{row.value} ({row.count_ids})" for row in lost) or None,
    }


def _join_lists(lists: Iterable[str]) -> str:
    """Join lists of names, each name once."""
    return "|".join(sorted({name for listed in lists for name in listed.split("|")}))


def _conflict_rows(facts: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """Every value of every fact that is told with more than one value."""
    several = facts[facts.groupby("settled_id")["value"].transform("size") > 1]
    decided = settled[["settled_id", "value", "rule", "reason"]].rename(columns={"value": "settled_value"})
    rows = several.merge(decided, on="settled_id", how="left", validate="m:1")
    chosen = (rows["value"] == rows["settled_value"]).fillna(value=False).map({True: "yes", False: "no"})
    columns = ["settled_id", "year", "value", "chosen", "publishers", "tier", "rule", "reason", "count_ids"]
    return rows.assign(chosen=chosen)[columns].sort_values(["year", "settled_id", "value"], ignore_index=True)
