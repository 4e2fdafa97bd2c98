"""Ranks, explains, stores and replays, for the doors. Thread-safe."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from psycopg import Connection
from pydantic import ValidationError as PydanticValidationError

from candidates.model import StoredCandidate
from candidates.store import get_named_candidate
from employers.model import StoredVacancy, VacancyFilter, VacancyOrder
from employers.store import count_vacancies, get_vacancy, list_vacancy_page
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ReplayError, ValidationError
from foundation.installation import DEMONSTRATION, find_mark
from foundation.pages import Page
from foundation.settings import Settings
from matching.explain.document import Shortlist, VacanciesFor, Why, to_bytes
from matching.explain.score import place_of
from matching.fairness.record import PolicyRecord, require_in_force
from matching.order.listing import RankingRequest
from matching.order.store import count_listed
from matching.policies.service import DEFAULT_POLICY
from matching.policies.store import get_policy, list_policies
from matching.retrieval.health import health, open_index
from matching.retrieval.store import CANDIDATES, VACANCIES
from matching.rules.eligibility import assess
from matching.rules.pair import Outcome, Pair
from matching.rules.store import insert_rule_outcomes
from matching.score.weights import load_weights
from matching.shortlists.direction import (
    CANDIDATES_FOR_VACANCY,
    VACANCIES_FOR_CANDIDATE,
    Direction,
    Other,
    Subject,
)
from matching.shortlists.documents import run_inputs, why_document
from matching.shortlists.exposure import record_exposure
from matching.shortlists.ranking import Ranker, Ranking
from matching.shortlists.run import RunInputs, make_document, make_shortlist, make_vacancies_for
from matching.shortlists.store import get_run, insert_run

LARGEST_TOP = 200
EXPORTED_AT_A_TIME = 500
VACANCY_COLUMNS = (
    "reference",
    "title",
    "employer",
    "sector",
    "place",
    "posts",
    "closing_date",
    "offence_exclusions",
    "only_prison_leavers",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RankingResult(Generic[T]):
    """A ranking's document, and the id of the run under which it is stored."""

    run_id: UUID
    document: T


class MatchingService:
    """Ranks, explains, stores and replays, for the command line and the web."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._weights = load_weights()
        self._index = open_index(settings)

    @property
    def today(self) -> date:
        """The day that rankings are made for."""
        return clock.today(self._settings)

    @property
    def is_demonstration(self) -> bool:
        """Whether the people in this database are made up."""
        with self._database.transaction(Scope("service")) as connection:
            return find_mark(connection, DEMONSTRATION) is not None

    def shortlist(
        self,
        scope: Scope,
        vacancy: str,
        *,
        top: int = 20,
        prison: str | None = None,
        policy: str = DEFAULT_POLICY,
    ) -> RankingResult[Shortlist]:
        """Rank and explain a vacancy's candidates; store the run and audit the view.

        Raises:
            NotFoundError: no such vacancy or policy.
            ValidationError: `top` is not allowed.
            PolicyError: the policy is not signed, or not in force.
            VectorIndexError: there is no usable index, or the vacancy is not in it yet.
        """
        with self._database.transaction(scope) as connection:
            subject = get_vacancy(connection, vacancy)
            request = self._request(connection, top, policy, prison)
            ranking, inputs = self._rank(connection, CANDIDATES_FOR_VACANCY, subject, request)
            document = make_shortlist(inputs)
            run_id = _insert_run(connection, subject.id, inputs, document)
            record_exposure(connection, subject, ranking, request, run_id)
            insert_rule_outcomes(
                connection,
                subject.id,
                ranking.judged,
                judged_on=request.today,
                prison=request.prison,
            )
            audit.insert_event(
                connection,
                "view",
                VACANCIES.name,
                subject.id,
                run=str(run_id),
                people=sorted(inputs.shown),
            )
            return RankingResult(run_id, document)

    def vacancies_for(
        self, scope: Scope, candidate: str, *, top: int = 20
    ) -> RankingResult[VacanciesFor]:
        """Rank and explain a candidate's vacancies (prison number or public id).

        By score: policies are about people, who do not compete in a list of vacancies.

        Raises: as `shortlist`.
        """
        request = RankingRequest(self.today, _length(top))
        with self._database.transaction(scope) as connection:
            subject = get_named_candidate(connection, candidate)
            _, inputs = self._rank(connection, VACANCIES_FOR_CANDIDATE, subject, request)
            document = make_vacancies_for(inputs)
            run_id = _insert_run(connection, subject.id, inputs, document)
            audit.insert_event(
                connection,
                "view",
                CANDIDATES.name,
                subject.id,
                run=str(run_id),
                people=[subject.id],
            )
            return RankingResult(run_id, document)

    def why(
        self, scope: Scope, vacancy: str, candidate: str, *, policy: str = DEFAULT_POLICY
    ) -> Why:
        """Return why a person has their rank for a vacancy, or has none.

        Raises:
            NotFoundError: no such vacancy or candidate in scope, or no such policy.
            PolicyError, VectorIndexError: as `shortlist`.
        """
        with self._database.transaction(scope) as connection:
            request = self._request(connection, 20, policy, None)
            stored_vacancy = get_vacancy(connection, vacancy)
            person = get_named_candidate(connection, candidate)
            ranker = Ranker(
                connection,
                self._index,
                self._weights,
                CANDIDATES_FOR_VACANCY,
                stored_vacancy,
                request,
            )
            indexed = self._index.holds_current(connection, person)
            pair = Pair(person, stored_vacancy, request.today, indexed)
            ranked = assess(pair)[0] is not Outcome.INELIGIBLE
            audit.insert_event(connection, "view", "candidate", person.id, of="why")
            return why_document(
                pair,
                ranker.score_one(person) if indexed and ranked else None,
                ranker.rank(),
                self._weights,
                self._index.recipe,
                request,
            )

    def replay(self, scope: Scope, run_id: UUID) -> bytes:
        """Make a stored run's document again from its inputs; raise if the bytes differ.

        Raises:
            NotFoundError: no such run, or its weights are no longer carried.
            ReplayError: the bytes differ.
        """
        with self._database.transaction(scope) as connection:
            run = get_run(connection, run_id)
            audit.insert_event(connection, "replay", "ranking_run", None, run=str(run_id))
        try:
            inputs = RunInputs.model_validate(run.inputs)
        except PydanticValidationError as error:
            raise ReplayError(
                f"run {run_id} was made by an earlier version of this program, which kept other "
                "inputs; what was shown is kept, but it cannot be made again"
            ) from error
        again = to_bytes(make_document(inputs))
        if again != run.document:
            raise ReplayError(f"run {run_id} no longer makes the bytes that were shown")
        return again

    def get_vacancy(self, scope: Scope, vacancy: str) -> StoredVacancy:
        """Return a vacancy by public id, reference or employer/reference."""
        with self._database.transaction(scope) as connection:
            return get_vacancy(connection, vacancy)

    def get_candidate(self, scope: Scope, candidate: str) -> StoredCandidate:
        """Return a candidate by public id or prison number, and audit the view."""
        with self._database.transaction(scope) as connection:
            found = get_named_candidate(connection, candidate)
            audit.insert_event(connection, "view", "candidate", found.id)
            return found

    def count_listed(self, scope: Scope) -> int:
        """Return how many vacancies have a list that was shown."""
        with self._database.transaction(scope) as connection:
            return count_listed(connection)

    def list_policies(self, scope: Scope) -> list[PolicyRecord]:
        """Return the newest version of every policy."""
        with self._database.transaction(scope) as connection:
            return list_policies(connection)

    def list_vacancies(
        self,
        scope: Scope,
        vacancy_filter: VacancyFilter,
        *,
        page: int,
        size: int,
        order: VacancyOrder = VacancyOrder.CLOSING,
    ) -> Page[StoredVacancy]:
        """Return one page of vacancies, those closing soonest first by default."""
        with self._database.transaction(scope) as connection:
            items = list_vacancy_page(connection, vacancy_filter, page=page, size=size, order=order)
            return Page(tuple(items), count_vacancies(connection, vacancy_filter), page, size)

    def export_vacancies(
        self,
        scope: Scope,
        vacancy_filter: VacancyFilter,
        order: VacancyOrder = VacancyOrder.CLOSING,
    ) -> Iterator[tuple[object, ...]]:
        """Yield rows of all vacancies as `VACANCY_COLUMNS`, and audit the export."""
        with self._database.transaction(scope) as connection:
            total = count_vacancies(connection, vacancy_filter)
            audit.insert_event(connection, "export", "vacancy", None, vacancies=total)
        return self._vacancy_rows(scope, vacancy_filter, order)

    def _vacancy_rows(
        self, scope: Scope, vacancy_filter: VacancyFilter, order: VacancyOrder
    ) -> Iterator[tuple[object, ...]]:
        for page in count(1):
            with self._database.transaction(scope) as connection:
                found = list_vacancy_page(
                    connection, vacancy_filter, page=page, size=EXPORTED_AT_A_TIME, order=order
                )
            yield from map(_vacancy_row, found)
            if len(found) < EXPORTED_AT_A_TIME:
                return

    def health(self) -> dict[str, object]:
        """Return what is ready.

        Raises:
            NewFuturesError: something that ranking needs is not; the message says what to do.
        """
        return health(self._database, self._index)

    def _request(
        self, connection: Connection[Any], top: int, policy: str, prison: str | None
    ) -> RankingRequest:
        record = get_policy(connection, policy)
        require_in_force(record, self.today)
        wanted = prison.strip().upper() if prison else None
        return RankingRequest(self.today, _length(top), wanted, record)

    def _rank(
        self,
        connection: Connection[Any],
        direction: Direction[Subject, Other],
        subject: Subject,
        request: RankingRequest,
    ) -> tuple[Ranking, RunInputs]:
        ranking = Ranker(connection, self._index, self._weights, direction, subject, request).rank()
        recipe = self._index.recipe
        return ranking, run_inputs(direction, subject, ranking, self._weights, recipe, request)


def _insert_run(
    connection: Connection[Any],
    subject_id: int,
    inputs: RunInputs,
    document: Shortlist | VacanciesFor,
) -> UUID:
    shown = to_bytes(document)
    return insert_run(
        connection,
        inputs.kind,
        subject_id,
        inputs.model_dump(mode="json"),
        shown,
        hashlib.sha256(shown).hexdigest(),
    )


def _vacancy_row(stored: StoredVacancy) -> tuple[object, ...]:
    """Return a row of the export; a rolling vacancy has no closing date."""
    vacancy = stored.record
    return (
        vacancy.reference,
        vacancy.title,
        vacancy.employer.name,
        vacancy.sector.label,
        place_of(stored),
        vacancy.number_of_vacancies,
        vacancy.closing_date,
        "; ".join(code.label for code in vacancy.offence_exclusions),
        vacancy.only_prison_leavers,
    )


def _length(top: int) -> int:
    if not 1 <= top <= LARGEST_TOP:
        raise ValidationError("top", top, f"use a number from 1 to {LARGEST_TOP}")
    return top
