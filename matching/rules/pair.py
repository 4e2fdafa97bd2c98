"""One candidate and one vacancy on a day, with the facts that rules and scores read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from candidates.model import Candidate, StoredCandidate
from employers.model import StoredVacancy, Vacancy
from foundation.vocabulary import (
    BaseLocation,
    Involves,
    LicenceCondition,
    Training,
)
from matching.rules.distance import UNCERTAIN_MILES, Distance, great_circle_miles

FORBIDDEN_WORK = {
    LicenceCondition.NO_WORK_WITH_CHILDREN: Involves.CHILDREN,
    LicenceCondition.NO_WORK_WITH_VULNERABLE_ADULTS: Involves.VULNERABLE_ADULTS,
    LicenceCondition.NO_INTERNET: Involves.INTERNET,
    LicenceCondition.NO_DRIVING: Involves.DRIVING,
}
DRIVING_LICENCES = (Training.FULL_UK_DRIVING_LICENCE, Training.HGV_LICENCE)


class Outcome(StrEnum):
    """What the rules say of one pair."""

    ELIGIBLE = "eligible"
    REFER = "refer"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True)
class Pair:
    """A candidate and a vacancy on a day; `indexed` if the present profile is embedded."""

    stored_candidate: StoredCandidate
    stored_vacancy: StoredVacancy
    today: date
    indexed: bool = True

    @property
    def candidate(self) -> Candidate:
        """The candidate's record."""
        return self.stored_candidate.record

    @property
    def vacancy(self) -> Vacancy:
        """The vacancy's record."""
        return self.stored_vacancy.record

    @property
    def has_workplace(self) -> bool:
        """Whether the job has a place of work; national and remote jobs have none."""
        return not self.vacancy.national and self.vacancy.base_location is not BaseLocation.REMOTE

    @cached_property
    def distance(self) -> Distance | None:
        """Distance from release area to workplace; None if either place is unknown."""
        here, there = self.stored_candidate, self.stored_vacancy
        if not self.has_workplace or here.precision is None or there.precision is None:
            return None
        positions = (here.latitude, here.longitude, there.latitude, there.longitude)
        known = [position for position in positions if position is not None]
        uncertain = UNCERTAIN_MILES[here.precision] + UNCERTAIN_MILES[there.precision]
        return Distance(great_circle_miles(*known), uncertain, min(here.precision, there.precision))

    @property
    def expected_start(self) -> date:
        """The start date, else the closing date; today for a rolling vacancy."""
        return self.vacancy.start_date or max(self.vacancy.closing_date or self.today, self.today)

    @property
    def days_late(self) -> int | None:
        """Days from the expected start to release; negative if released before it."""
        release = self.candidate.release_date
        return None if release is None else (release - self.expected_start).days

    @property
    def missing_certificates(self) -> list[Training]:
        """Required certificates that are not recorded as held."""
        held = self.candidate.certificates_held()
        return [code for code in self.vacancy.required_certificates if code not in held]

    @property
    def touched_conditions(self) -> list[LicenceCondition]:
        """Licence conditions that forbid something the job involves."""
        return [
            condition
            for condition in self.candidate.licence_conditions or ()
            if FORBIDDEN_WORK.get(condition) in self.involved
        ]

    @property
    def involved(self) -> set[Involves | None]:
        """What the job involves, as far as the advert or its required licences say."""
        needs_driving = set(DRIVING_LICENCES) & set(self.vacancy.required_certificates)
        return {*(self.vacancy.involves or ()), *([Involves.DRIVING] if needs_driving else [])}

    @property
    def has_condition(self) -> Callable[[LicenceCondition], bool]:
        """Return whether a licence condition is recorded."""
        return (self.candidate.licence_conditions or ()).__contains__
