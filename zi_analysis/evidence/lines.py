"""The lines of one year: what settled counts, named awards and the words of the field say about unknown counts.

Unknown counts are named ``measure/predicate/body`` for units awarded and ``measure/body`` for the rest. A body is an
agency that some page or name tells of, all *other* agencies of a type together, or, for units and agencies that are
only proposed or evaluated, a type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Bodies:
    """The bodies of government in a year, as far as bounds need them."""

    most: Mapping[str, int]  # agency type -> bodies that existed at any time of the year
    splits: Mapping[str, str]  # body that came into being in the year -> the body it came out of


class YearLines:
    """Builds the lines of one year from its settled counts, named awards and bodies."""

    def __init__(self, settled: pd.DataFrame, awards: pd.DataFrame, bodies: Bodies) -> None:
        told = settled["measure"].isin(UNIT_STAGES + AGENCY_STAGES) & (settled["basis"] == "yearly")
        self.settled = settled[told & settled["part"].isna()]
        self.awards = awards
        self.bodies = bodies
        self.listed = self._listed_agencies()
        self.joint = self._joint_bodies()

    def build(self) -> list[Line]:
        """All lines of the year: pages first, then named awards, then what follows from the words."""
        return [
            *self._settled_lines(),
            *self._named_lines(),
            *self._awarded_lines(),
            *self._joint_lines(),
            *self._stage_lines(),
            *self._body_lines(),
        ]

    def weigh(self, measure: str, group: str, predicate: str = "all") -> dict[str, float]:
        """Write a total of a measure over a group of agency types as a sum of unknown counts."""
        types = GROUPS[group]
        if measure == "units_awarded":
            return _units((body for name in types for body in self._counted(name)), predicate)
        if measure == "agencies_awarded":
            return {f"{measure}/{body}": 1.0 for name in types for body in self._counted(name)}
        return {f"{measure}/{name}": 1.0 for name in types}

    def _counted(self, agency_type: str) -> list[str]:
        """Bodies whose counts add up to that of a type: a split body and its followers stand as one."""
        inside = {member for members in self.joint.values() for member in members}
        alone = [body for body in self.listed[agency_type] if body not in inside]
        together = [name for name, members in self.joint.items() if members[0] in self.listed[agency_type]]
        return [*alone, *together, f"other {agency_type}"]

    def _listed_agencies(self) -> dict[str, list[str]]:
        """Agencies with a published count or a named award of the year, by type."""
        counted = self.settled[(self.settled["scope"] == "agency") & (self.settled["measure"] == "units_awarded")]
        known = pd.concat([counted[["agency_id", "agency_type"]], self.awards[["agency_id", "agency_type"]]])
        return {name: sorted(set(known.loc[known["agency_type"] == name, "agency_id"])) for name in TYPES}

    def _joint_bodies(self) -> dict[str, list[str]]:
        """A body split in this year with those listed bodies that came out of it: their awards may be the same."""
        listed = {body for names in self.listed.values() for body in names}
        joint: dict[str, list[str]] = {}
        for follower, old in sorted(self.bodies.splits.items()):
            if follower in listed and old in listed:
                joint.setdefault(f"{old} and followers", [old]).append(follower)
        return joint

    def _settled_lines(self) -> list[Line]:
        """Make a line of each settled count."""
        lines = []
        for fact in self.settled.itertuples():
            if fact.scope == "agency":
                if fact.measure != "units_awarded":
                    continue  # proposals of single agencies are told at stages that do not compare
                weights = _units([fact.agency_id], fact.predicate)
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
            for predicate, rows in [*split, ("all", named)]:
                lines.append(
                    Line(
                        f"named-{rows['year'].iloc[0]}-{agency_id}-{predicate}",
                        _units([str(agency_id)], str(predicate)),
                        low=float(len(rows)),
                        text=f"{len(rows)} named",
                        evidence=tuple(rows["award_key"]),
                    )
                )
        return lines

    def _awarded_lines(self) -> list[Line]:
        """An agency with a count above zero or a named award is an agency awarded."""
        counts = self.settled[(self.settled["scope"] == "agency") & (self.settled["measure"] == "units_awarded")]
        positive = counts[(counts["value"].fillna(counts["low"]) > 0)]
        evidence = positive.groupby("agency_id")["settled_id"].first().to_dict()
        evidence |= self.awards.groupby("agency_id")["award_key"].first().to_dict()
        return [
            Line(
                f"awarded {agency_id}",
                {f"agencies_awarded/{agency_id}": 1.0},
                low=1.0,
                text=f"{agency_id} is an agency awarded",
                evidence=(evidence[agency_id],),
            )
            for agency_id in sorted(evidence)
        ]

    def _joint_lines(self) -> list[Line]:
        """A split body and its followers hold together at least the larger and at most the sum of their counts."""
        lines = []
        for name, members in self.joint.items():
            old, followers = members[0], members[1:]
            for write in (_awarded_agency, *(_award_of(predicate) for predicate in PREDICATES["all"])):
                whole, new = {write(name): 1.0}, {write(body): 1.0 for body in followers}
                both = {write(old): 1.0, **new}
                text = f"{name}: awards of the one may be awards of the others"
                lines += [
                    _hard(f"{text} (at least the old body's), {write(name)}", _difference(whole, {write(old): 1.0})),
                    _hard(f"{text} (at least the followers'), {write(name)}", _difference(whole, new)),
                    _hard(f"{text} (at most the sum), {write(name)}", _difference(both, whole)),
                ]
        return lines

    def _stage_lines(self) -> list[Line]:
        """Awarded <= evaluated <= proposed, for units and for agencies; agencies are at most those that existed."""
        lines = []
        for name in TYPES:
            for stages in (UNIT_STAGES, AGENCY_STAGES):
                for later, earlier in pairwise(stages):
                    weights = _difference(self.weigh(earlier, name), self.weigh(later, name))
                    lines.append(_hard(f"{later} <= {earlier}, {name}", weights))
            limit = float(self.bodies.most[name])
            text = f"agencies <= {limit:.0f} that existed in the year, {name}"
            lines.append(_hard(text, self.weigh("agencies_proposing", name), low=-np.inf, high=limit))
        return lines

    def _body_lines(self) -> list[Line]:
        """Every agency at a stage has at least one unit there; one listed body is at most one agency."""
        lines = []
        for name in TYPES:
            for units, agencies in zip(UNIT_STAGES[1:], AGENCY_STAGES[1:], strict=True):
                weights = _difference(self.weigh(units, name), self.weigh(agencies, name))
                lines.append(_hard(f"{agencies} <= {units}, {name}", weights))
            for body in dict.fromkeys([*self.listed[name], *self._counted(name)]):
                agency = {_awarded_agency(body): 1.0}
                text = f"an agency awarded has at least one unit, {body}"
                lines.append(_hard(text, _difference(_units([body], "all"), agency)))
                if body in self.listed[name]:
                    lines.append(_hard(f"{body} is one agency", agency, low=-np.inf, high=1.0))
        return lines


def _units(bodies: Iterable[str], predicate: str) -> dict[str, float]:
    """Weigh the units awarded at some bodies; all predicates are the sum of both."""
    return {f"units_awarded/{one}/{body}": 1.0 for body in bodies for one in PREDICATES[predicate]}


def _awarded_agency(body: str) -> str:
    """Name the quantity: whether an agency was awarded."""
    return f"agencies_awarded/{body}"


def _award_of(predicate: str) -> Any:
    """Name the quantities of one predicate, by body."""
    return lambda body: f"units_awarded/{predicate}/{body}"


def _settled_line(fact: Any, weights: dict[str, float]) -> Line:
    """A settled value is exact, a disputed one lies in its range, a count of a part is only a lower bound."""
    settled = not pd.isna(fact.value)
    low = float(fact.value if settled else fact.low)
    high = float(fact.value if settled else fact.high)
    if fact.coverage == "partial":
        high = np.inf
    text = f"{fact.measure} {fact.agency if fact.scope == 'agency' else fact.agency_type} {fact.predicate}: {low:.0f}"
    if np.isinf(high):
        text += " or more"
    elif high > low:
        text += f" to {high:.0f}"
    return Line(fact.settled_id, weights, low, high, float(fact.publishers), False, text, (fact.settled_id,))


def _difference(larger: Mapping[str, float], smaller: Mapping[str, float]) -> dict[str, float]:
    """Weigh one sum less another."""
    return add_weights([larger, {name: -weight for name, weight in smaller.items()}])


def _hard(text: str, weights: Mapping[str, float], low: float = 0.0, high: float = np.inf) -> Line:
    """Make a line that no evidence may break."""
    return Line(text, weights, low, high, hard=True, text=text)
