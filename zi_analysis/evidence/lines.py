"""The lines of one year: what settled counts, named awards and the words of the field say about unknown counts."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from zi_analysis.evidence.bounds import Line, add_weights

TYPES = ("central", "province", "regency", "city")
GROUPS = {
    "all": TYPES,
    "local": ("province", "regency", "city"),
    "regency_city": ("regency", "city"),
    **{agency_type: (agency_type,) for agency_type in TYPES},
}
PREDICATES = {"WBK": ("WBK",), "WBBM": ("WBBM",), "all": ("WBK", "WBBM")}
UNIT_STAGES = ("units_awarded", "units_evaluated", "units_proposed")
AGENCY_STAGES = ("agencies_awarded", "agencies_evaluated", "agencies_proposing")


class YearLines:
    """Builds the lines of one year; unknown counts are named ``measure/predicate/body``."""

    def __init__(self, settled: pd.DataFrame, awards: pd.DataFrame, existing: Mapping[str, int]) -> None:
        self.settled = settled[(settled["basis"] == "yearly") & settled["measure"].isin(UNIT_STAGES + AGENCY_STAGES)]
        self.awards = awards
        self.existing = existing
        self.listed = self._listed_agencies()

    def build(self) -> list[Line]:
        """All lines of the year: pages first, then named awards, then what follows from the words."""
        return [
            *self._settled_lines(),
            *self._named_lines(),
            *self._stage_lines(),
            *self._agency_lines(),
        ]

    def weigh(self, measure: str, group: str, predicate: str = "all") -> dict[str, float]:
        """Write a total of a measure over a group of agency types as a sum of unknown counts."""
        if measure != "units_awarded":
            return {f"{measure}/{agency_type}": 1.0 for agency_type in GROUPS[group]}
        bodies = [body for agency_type in GROUPS[group] for body in (*self.listed[agency_type], f"other {agency_type}")]
        return self._weigh_bodies(bodies, predicate)

    def _weigh_bodies(self, bodies: Iterable[str], predicate: str) -> dict[str, float]:
        return {f"units_awarded/{one}/{body}": 1.0 for body in bodies for one in PREDICATES[predicate]}

    def _listed_agencies(self) -> dict[str, list[str]]:
        """Agencies with a published count or a named award of the year, by type."""
        counted = self.settled[(self.settled["scope"] == "agency") & (self.settled["measure"] == "units_awarded")]
        known = pd.concat([counted[["agency_id", "agency_type"]], self.awards[["agency_id", "agency_type"]]])
        return {
            agency_type: sorted(set(known.loc[known["agency_type"] == agency_type, "agency_id"]))
            for agency_type in TYPES
        }

    def _settled_lines(self) -> list[Line]:
        lines = []
        for fact in self.settled.itertuples():
            if fact.scope == "agency":
                if fact.measure != "units_awarded":
                    continue  # proposals of single agencies are told at stages that do not compare
                weights = self._weigh_bodies([fact.agency_id], fact.predicate)
            elif fact.measure == "units_awarded" or fact.predicate == "all":
                weights = self.weigh(fact.measure, fact.agency_type, fact.predicate)
            else:
                continue
            lines.append(_settled_line(fact, weights))
        return lines

    def _named_lines(self) -> list[Line]:
        """Named awards are lower bounds, by predicate where the page tells it and in all."""
        lines = []
        for agency_id, named in self.awards.groupby("agency_id", sort=True):
            split = named.dropna(subset="predicate").groupby("predicate", sort=True)
            parts = [*split, ("all", named)]
            for predicate, rows in parts:
                lines.append(
                    Line(
                        f"named-{rows['year'].iloc[0]}-{agency_id}-{predicate}",
                        self._weigh_bodies([str(agency_id)], str(predicate)),
                        low=float(len(rows)),
                        text=f"{len(rows)} named",
                        evidence=tuple(rows["award_key"]),
                    )
                )
        return lines

    def _stage_lines(self) -> list[Line]:
        """Units awarded <= evaluated <= proposed, and the same for agencies, which are at most those existing."""
        lines = []
        for agency_type in TYPES:
            for stages in (UNIT_STAGES, AGENCY_STAGES):
                for later, earlier in pairwise(stages):
                    weights = _difference(self.weigh(earlier, agency_type), self.weigh(later, agency_type))
                    lines.append(_hard(f"{later} <= {earlier}, {agency_type}", weights))
            weights = self.weigh("agencies_proposing", agency_type)
            limit = float(self.existing[agency_type])
            lines.append(_hard(f"agencies <= {limit:.0f} existing, {agency_type}", weights, high=limit))
        return lines

    def _agency_lines(self) -> list[Line]:
        """Every agency at a stage has at least one unit there; unlisted awarded agencies need unlisted units."""
        lines = []
        for agency_type in TYPES:
            for units, agencies in zip(UNIT_STAGES, AGENCY_STAGES, strict=True):
                weights = _difference(self.weigh(units, agency_type), self.weigh(agencies, agency_type))
                lines.append(_hard(f"{agencies} <= {units}, {agency_type}", weights))
            awarded = self.weigh("agencies_awarded", agency_type)
            others = self._weigh_bodies([f"other {agency_type}"], "all")
            possible = [body for body in self.listed[agency_type] if not self._is_zero(body)]
            beyond = f"unlisted units >= awarded agencies beyond {len(possible)} listed, {agency_type}"
            lines.append(_hard(beyond, _difference(others, awarded), low=-float(len(possible))))
            named = sorted(set(self.awards.loc[self.awards["agency_type"] == agency_type, "agency_id"]))
            if named:
                keys = self.awards.drop_duplicates("agency_id").set_index("agency_id")["award_key"]
                evidence = tuple(keys[body] for body in named)
                text = f"{len(named)} agencies of type {agency_type} have a named award"
                name = f"named-agencies-{self.awards['year'].iloc[0]}-{agency_type}"
                lines.append(Line(name, awarded, low=float(len(named)), text=text, evidence=evidence))
        return lines

    def _is_zero(self, agency_id: str) -> bool:
        """A page tells that the agency won nothing of either predicate."""
        about = self.settled[(self.settled["agency_id"] == agency_id) & (self.settled["coverage"] == "whole")]
        awarded = about[about["measure"] == "units_awarded"]
        return bool(((awarded["predicate"] == "all") & (awarded["value"] == 0)).any())


def _settled_line(fact: Any, weights: dict[str, float]) -> Line:
    """A settled value is exact, a disputed one lies in its range, a count of a part is only a lower bound."""
    settled = not pd.isna(fact.value)
    low = float(fact.value if settled else fact.low)
    high = float(fact.value if settled else fact.high)
    if fact.coverage == "partial":
        low, high = (low if settled else 0.0), np.inf
    text = f"{fact.measure} {fact.agency if fact.scope == 'agency' else fact.agency_type} {fact.predicate}: {low:.0f}"
    if np.isinf(high):
        text += " or more"
    elif high > low:
        text += f" to {high:.0f}"
    return Line(fact.settled_id, weights, low, high, float(fact.publishers), False, text, (fact.settled_id,))


def _difference(larger: Mapping[str, float], smaller: Mapping[str, float]) -> dict[str, float]:
    return add_weights([larger, {name: -weight for name, weight in smaller.items()}])


def _hard(text: str, weights: Mapping[str, float], low: float = 0.0, high: float = np.inf) -> Line:
    return Line(text, weights, low, high, hard=True, text=text)
