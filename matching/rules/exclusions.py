"""What an employer's exclusions cost: how many fewer people could be considered for the job.

Counted with the SQL of the eligibility rules, over every prison, so that the help on the form says
what the shortlist will do. Only rounded counts leave this file. An employer could otherwise change
the form bit by bit and tell from the difference what one person did: counts are rounded to the
nearest 5, fewer than 5 is all that is said of a smaller number (nought included: that nobody has an
offence of some kind would be told of everybody), and of fewer than 20 people nothing is counted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection

from employers.model import Vacancy
from employers.posting.answers import Answers
from employers.posting.steps import known_values
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.settings import Settings
from foundation.vocabulary import BaseLocation, OffenceExclusion, Role
from matching.rules.rules import LISTED_OFFENCES
from matching.rules.store import ConsideredCount, list_considered_counts

FEWEST_TOLD = 5
FEWEST_COUNTED = 20
ASKERS = (None, Role.EMPLOYER, Role.NFN_BROKER)

# What the rules take where a draft does not say: nothing that would refuse anybody.
UNSAID: Mapping[str, object] = {
    "national": False,
    "base_location": BaseLocation.WORKPLACE,
    "required_certificates": (),
}


@dataclass(frozen=True, slots=True)
class ExclusionImpact:
    """Rounded counts. None is fewer than 5; all are None where there are too few people to count.

    `considered` could be considered if nobody were excluded, `left` with the exclusions asked
    about, which `removed` counts. `removed_by` is the same for each blanket exclusion by itself.
    `to_ask` of those left are referred to a person because of offences. Judging case by case
    removes nobody and refers all.
    """

    exclusions: tuple[OffenceExclusion, ...]
    considered: int | None
    left: int | None
    removed: int | None
    to_ask: int | None
    removed_by: Mapping[OffenceExclusion, int | None]

    @property
    def case_by_case(self) -> int | None:
        """How many people judging case by case would leave: all of them, to check."""
        return self.considered

    @property
    def sentence(self) -> str:
        """The impact in plain words."""
        if self.considered is None:
            return (
                "Few people could be considered for this job as it stands, so how many each "
                "exclusion would remove is not counted."
            )
        everyone = f"{self.considered:,}"
        listed = [code.label.lower() for code in LISTED_OFFENCES if code in self.exclusions]
        if not listed:
            return f"Excluding nobody outright leaves about {everyone} people to be considered."
        return (
            f"Excluding people with any {_either(listed)} offence would leave {self._left()} of "
            f"about {everyone} people; judging case by case would leave all {everyone}."
        )

    def _left(self) -> str:
        if self.removed is None:
            return f"all but fewer than {FEWEST_TOLD}"
        return f"fewer than {FEWEST_TOLD}" if self.left is None else f"about {self.left:,}"


class ExclusionHelp:
    """Counts for the page on which an employer chooses exclusions."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def impact(
        self, scope: Scope, answers: Answers, exclusions: Sequence[OffenceExclusion]
    ) -> ExclusionImpact:
        """Return what exclusions would cost the vacancy that a draft describes so far.

        Answers that cannot be used yet count as not given.

        Raises:
            NotFoundError: the role does not post vacancies.
        """
        if scope.role not in ASKERS:
            raise NotFoundError("help on exclusions is for employers and their brokers")
        today = clock.today(self._settings)
        # Every prison's people are counted, whoever asks; and that somebody asked leaves a trace.
        with self._database.transaction(Scope(scope.actor)) as connection:
            audit.insert_event(
                connection, "count", "exclusions", None, of=[str(code) for code in exclusions]
            )
            return count_considered(connection, known_values(answers, today), today, exclusions)


def count_considered(
    connection: Connection[Any],
    vacancy: Vacancy | Mapping[str, Any],
    today: date,
    exclusions: Collection[OffenceExclusion],
) -> ExclusionImpact:
    """Return the impact of exclusions on a vacancy, stored or still being written.

    Exclusions that the vacancy has are not counted, and a closing date that has gone by is taken
    for none, as the job would be opened again with another. The transaction must see every
    prison's people.
    """
    values = vacancy.model_dump(exclude={"employer"}) if isinstance(vacancy, Vacancy) else vacancy
    known = {name: value for name, value in values.items() if value is not None}
    closing = known.get("closing_date")
    if closing is not None and closing < today:
        del known["closing_date"]
    chosen = tuple(dict.fromkeys(exclusions))
    asked, *single = list_considered_counts(
        connection,
        {**UNSAID, **known},
        [chosen, *((code,) for code in LISTED_OFFENCES)],
        today=today,
    )
    return impact_of(chosen, asked, dict(zip(LISTED_OFFENCES, single, strict=True)))


def impact_of(
    exclusions: tuple[OffenceExclusion, ...],
    counts: ConsideredCount,
    single: Mapping[OffenceExclusion, ConsideredCount],
) -> ExclusionImpact:
    """Round exact counts so that they can be shown."""
    if counts.total < FEWEST_COUNTED:
        return ExclusionImpact(exclusions, None, None, None, None, dict.fromkeys(single))
    considered, removed = _rounded(counts.total), _rounded(counts.removed)
    left = _rounded((considered or 0) - (removed or 0))  # so that what is told adds up
    return ExclusionImpact(
        exclusions,
        considered,
        left,
        removed,
        _rounded(counts.asked),
        {code: _rounded(each.removed) for code, each in single.items()},
    )


def _rounded(count: int) -> int | None:
    """Return a count rounded to the nearest 5, or None for fewer than 5."""
    return None if count < FEWEST_TOLD else (count + FEWEST_TOLD // 2) // FEWEST_TOLD * FEWEST_TOLD


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
