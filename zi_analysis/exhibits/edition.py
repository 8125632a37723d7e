"""An edition: the choices of a report that its exhibits share."""

from collections.abc import Sequence
from dataclasses import dataclass

from zi_analysis.exhibits.words import say


@dataclass(frozen=True)
class Edition:
    """Language and selection of a report, handed to every exhibit and finding of it.

    Examples
    --------
    >>> Edition("id", 2016, 2018).say("predicate.all")
    'WBK dan WBBM'
    """

    language: str
    first_year: int
    last_year: int
    predicate: str = "all"
    agency_types: Sequence[str] = ("central", "province", "regency", "city")
    track: str = "national"
    exposure: str = "none"

    @property
    def years(self) -> range:
        """Evaluation years, both ends included."""
        return range(self.first_year, self.last_year + 1)

    @property
    def predicates(self) -> list[str]:
        """WBK and WBBM apart when both are chosen."""
        return ["WBK", "WBBM"] if self.predicate == "all" else [self.predicate]

    @property
    def raw_source(self) -> str:
        """Source line of exhibits that show what was collected."""
        return self.say("exhibit.own_evidence", first_year=self.first_year, last_year=self.last_year)

    @property
    def settled_source(self) -> str:
        """Source line of exhibits that show settled counts and cleaned awards."""
        return self.say("exhibit.settled" if self.track == "national" else "exhibit.settled_unclear")

    @property
    def model_source(self) -> str:
        """Source line of exhibits that show fitted models."""
        return self.say("exhibit.models")

    def say(self, key: str, **values: object) -> str:
        """Say an entry of the catalogue in the edition's language."""
        return say(key, self.language, **values)
