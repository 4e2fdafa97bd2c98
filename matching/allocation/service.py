"""One plan over all open vacancies and available people: score, solve, keep, show.

Every vacancy is scored in a transaction of its own, so that an interruption loses one at most, and
the same request goes on where it was. The plan is then solved with no transaction open, and kept in
one. Nothing is put forward: a plan is a draft that a person reads.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from psycopg import Connection
from psycopg.types.json import Jsonb

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from employers.model import StoredVacancy
from employers.store import get_vacancy, list_vacancies
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.packages import require_packages
from foundation.settings import Settings
from foundation.vocabulary import Sector
from index.encoder.encoder import model_id
from index.vectors.flat import Ids
from matching.allocation.figures import PlanFigures, plan_figures
from matching.allocation.store import (
    OpenVacancy,
    PlannedVacancy,
    ScoredVacancy,
    StoredPlan,
    delete_edges_of_others,
    delete_stale_vacancies,
    find_latest_plan,
    find_plan_under_way,
    get_plan,
    get_planned_vacancy,
    insert_edges,
    insert_people,
    insert_places,
    insert_plan,
    insert_scored_vacancy,
    list_edges,
    list_open_vacancies,
    list_people,
    list_places,
    list_scored_vacancies,
    lock_plan,
    update_people,
    update_plan_finished,
    update_vacancies,
)
from matching.explain.document import CandidateSummary
from matching.explain.score import summarise_candidate
from matching.fairness.allocation.flow import AllocationError
from matching.fairness.allocation.plan import (
    FIRST_PLACE_BONUS,
    QUANTUM,
    Allocation,
    Edges,
    GroupTargets,
    allocate,
)
from matching.fairness.policy import Kind
from matching.fairness.record import PolicyRecord, require_in_force
from matching.fairness.task import Ints
from matching.groups.labels import FIXED
from matching.groups.service import Groups, groups_of
from matching.order.listing import RankingRequest
from matching.policies.store import get_policy
from matching.retrieval.build import Progress, recipe_of
from matching.retrieval.live import MatchIndex
from matching.retrieval.store import CANDIDATES, VACANCIES
from matching.rules.store import list_judged_candidates
from matching.score.weights import load_weights
from matching.shortlists.direction import CANDIDATES_FOR_VACANCY
from matching.shortlists.ranking import POOL, Ranker

BATCH = 1000  # people whose groups are looked up at a time
PRISON = re.compile("[A-Z]{3}")

Grouping: TypeAlias = Callable[[Connection[Any], Sequence[StoredCandidate], date], Sequence[Groups]]


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan is made for: a policy, interviews for each person, places for each vacancy.

    Args:
        interviews: how many each person can take at most.
        places: how many people may be put before a vacancy for each of its openings.
        width: how many of a vacancy's best are considered; at least its places.
        min_score: nobody is put forward who scores less; the policy's threshold if None.
        prison: only people in this prison.
        sector: only vacancies of this type of work.
        floors: whether each vacancy is to hold some of each group of the policy.
        first_place_bonus: what a person's first place counts for, beside the score.

    Raises:
        ValidationError: a number or code is not allowed.
    """

    interviews: int = 3
    places: int = 5
    width: int = 40
    min_score: float | None = None
    prison: str | None = None
    sector: str | None = None
    floors: bool = True
    first_place_bonus: float = FIRST_PLACE_BONUS

    def __post_init__(self) -> None:
        """Check the numbers and codes."""
        for name, most in (("interviews", 100), ("places", 100), ("width", POOL)):
            if not 1 <= getattr(self, name) <= most:
                raise ValidationError(name, getattr(self, name), f"use a number from 1 to {most}")
        for name in ("min_score", "first_place_bonus"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ValidationError(name, value, "use a number from 0 to 1")
        if self.prison is not None and not PRISON.fullmatch(self.prison):
            raise ValidationError(
                "prison", self.prison, "write the three letters of a prison, like MDI"
            )
        if self.sector is not None and self.sector not in tuple(Sector):
            raise ValidationError("sector", self.sector, f"use one of: {', '.join(Sector)}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A finished plan, as it is shown. Nothing in it has been put forward."""

    stored: StoredPlan
    figures: PlanFigures


@dataclass(frozen=True, slots=True)
class PlacedPerson:
    """A person in a vacancy's part of a plan: score from 0 to 1, rank by score alone."""

    candidate: CandidateSummary
    score: float
    rank: int
    interviews: int


@dataclass(frozen=True, slots=True)
class VacancyPlan:
    """One vacancy in a plan, with the people in it whom the scope shows."""

    vacancy: StoredVacancy
    planned: PlannedVacancy
    people: tuple[PlacedPerson, ...]


@dataclass(frozen=True)
class _Task:
    """The arrays of a plan, and the database ids of their rows."""

    vacancies: list[ScoredVacancy]
    people: list[int]
    edges: Edges
    places: Ints
    capacities: Ints
    codes: Ints
    labels: tuple[str, ...]
    targets: tuple[Fraction, ...] | None


class Allocator:
    """Makes plans and shows them."""

    def __init__(
        self, database: Database, settings: Settings, grouping: Grouping = groups_of
    ) -> None:
        """Set up; `grouping` gives the fairness groups of people, in the order given."""
        self._database = database
        self._settings = settings
        self._grouping = grouping
        self._weights = load_weights()
        self._index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))

    @property
    def today(self) -> date:
        """The day that plans are made for."""
        return clock.today(self._settings)

    def allocate(
        self, scope: Scope, terms: PlanTerms, on_progress: Progress = lambda *_: None
    ) -> Plan:
        """Make and store a plan, or resume one of the same terms that was interrupted.

        `on_progress(stage, done, total)` is called after every step.

        Raises:
            NotFoundError: no vacancy is open, or none is indexed.
            PolicyError: the policy `allocation` may not run today.
            VectorIndexError: there is no usable index.
            MissingPackageError: this install leaves OR-tools out.
            AllocationError: the solver failed, or people changed while it ran.
        """
        require_packages("an allocation", "ortools")  # before the long work, and not after
        self._index.generation()  # or an error that says what to do
        with self._database.transaction(scope) as connection:
            policy = get_policy(connection, Kind.ALLOCATION)
        require_in_force(policy, self.today)
        plan_id = self._begin(scope, terms, policy)
        for _ in range(2):  # and once more what changed meanwhile, since scoring may take hours
            unindexed = self._score_all(scope, terms, policy, plan_id, on_progress)
        task = self._task(scope, terms, policy, plan_id, on_progress)
        on_progress("solving", 0, 1)
        solved = allocate(
            task.edges,
            task.places,
            task.capacities,
            GroupTargets(task.codes, len(task.labels), task.targets) if terms.floors else None,
            minimum_score=_least(terms, policy),
            first_place_bonus=terms.first_place_bonus,
        )
        on_progress("solving", 1, 1)
        return self._keep(scope, plan_id, task, solved, unindexed)

    def get_plan(self, scope: Scope, plan_id: UUID | None = None) -> Plan:
        """Return a finished plan, the newest if `plan_id` is None.

        Raises:
            NotFoundError: there is none, or it is not finished.
        """
        with self._database.transaction(scope) as connection:
            if plan_id is not None:
                return _finished(get_plan(connection, plan_id))
            latest = find_latest_plan(connection)
        if latest is None:
            raise NotFoundError("there is no plan yet; make one with `newfutures allocate`")
        return _finished(latest)

    def get_vacancy_plan(self, scope: Scope, plan_id: UUID, vacancy: str) -> VacancyPlan:
        """Return the people whom a plan puts before a vacancy, and audit that they were seen.

        Raises:
            NotFoundError: no such plan or vacancy, or the vacancy is not in it.
        """
        with self._database.transaction(scope) as connection:
            stored = get_vacancy(connection, vacancy)
            planned = get_planned_vacancy(connection, plan_id, stored.id)
            places = list_places(connection, plan_id, stored.id)
            found = {
                person.id: person
                for person in list_candidates(connection, [place.candidate_id for place in places])
            }
            audit.insert_event(
                connection, "view", "vacancy", stored.id, plan=str(plan_id), people=sorted(found)
            )
        return VacancyPlan(
            stored,
            planned,
            tuple(
                PlacedPerson(
                    summarise_candidate(found[place.candidate_id]),
                    place.score / QUANTUM,
                    place.rank,
                    place.interviews,
                )
                for place in places
                if place.candidate_id in found
            ),
        )

    def _begin(self, scope: Scope, terms: PlanTerms, policy: PolicyRecord) -> UUID:
        parameters = asdict(terms)
        made_from = {
            **parameters,
            "today": self.today.isoformat(),
            "policy": policy.id,
            "prisons": scope.prisons,
            "weights": self._weights.version,
            "recipe": self._index.recipe,
        }
        fingerprint = hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
        with self._database.transaction(scope) as connection:
            begun = insert_plan(
                connection,
                today=self.today,
                policy=policy.name,
                policy_version=policy.version,
                parameters=parameters,
                fingerprint=fingerprint,
            )
            under_way = find_plan_under_way(connection, fingerprint)
        if begun is not None:
            return begun
        if under_way is None:  # another program finished it just now
            return self._begin(scope, terms, policy)
        return under_way.id

    def _score_all(
        self,
        scope: Scope,
        terms: PlanTerms,
        policy: PolicyRecord,
        plan_id: UUID,
        on_progress: Progress,
    ) -> int:
        """Store the edges of every open vacancy that has none; return how many are not indexed."""
        with self._database.transaction(scope) as connection:
            delete_stale_vacancies(connection, plan_id)
            vacancies = list_open_vacancies(
                connection, today=self.today, recipe=self._index.recipe, sector=terms.sector
            )
            scored = {each.id for each in list_scored_vacancies(connection, plan_id)}
            known = np.array(list_people(connection, plan_id), dtype=np.int64)
        indexed = [vacancy for vacancy in vacancies if vacancy.indexed]
        if not indexed:
            raise NotFoundError(_nothing_open(vacancies, terms))
        left = [vacancy for vacancy in indexed if vacancy.id not in scored]
        total, done = len(indexed), len(indexed) - len(left)
        on_progress("vacancies", done, total)
        for vacancy in left:
            with self._database.transaction(scope) as connection:
                eligible = self._score(connection, terms, policy, plan_id, vacancy, known)
            known = np.union1d(known, eligible)
            done += 1
            on_progress("vacancies", done, total)
        return len(vacancies) - len(indexed)

    def _score(
        self,
        connection: Connection[Any],
        terms: PlanTerms,
        policy: PolicyRecord,
        plan_id: UUID,
        vacancy: OpenVacancy,
        known: Ids,
    ) -> Ids:
        """Store the edges of one vacancy; return the ids of everyone who is eligible for it."""
        places = vacancy.number_of_vacancies * terms.places
        if not insert_scored_vacancy(connection, plan_id, vacancy.id, places):
            return known
        judged = list_judged_candidates(
            connection,
            vacancy.id,
            today=self.today,
            recipe=self._index.recipe,
            prison=terms.prison,
        )
        eligible = [group for group in judged if group.mask == 0]  # no rule touches them
        empty = np.empty(0, dtype=np.int64)
        ids = np.concatenate([empty, *(group.ids for group in eligible)])
        keys = np.concatenate([empty, *(group.keys for group in eligible)])
        insert_people(connection, plan_id, np.setdiff1d(ids, known).tolist())
        order = np.argsort(ids)
        best = self._best(
            connection, terms, policy, vacancy, max(terms.width, places), ids[order], keys[order]
        )
        insert_edges(
            connection, plan_id, vacancy.id, [found for found, _ in best], [s for _, s in best]
        )
        return ids

    def _best(
        self,
        connection: Connection[Any],
        terms: PlanTerms,
        policy: PolicyRecord,
        vacancy: OpenVacancy,
        width: int,
        ids: Ids,
        keys: Ids,
    ) -> list[tuple[int, int]]:
        """Return ids and scores (millionths) of a vacancy's best; ties by longest wait, then by
        hash.
        """
        (stored,) = list_vacancies(connection, [vacancy.id])
        ranker = Ranker(
            connection,
            self._index,
            self._weights,
            CANDIDATES_FOR_VACANCY,
            stored,
            RankingRequest(self.today),
        )
        view = self._index.view(connection, CANDIDATES, ids, keys)
        subject = self._index.view(
            connection, VACANCIES, np.array([stored.id]), np.array([stored.profile_hash])
        )
        least = round(_least(terms, policy) * QUANTUM)
        scored = [each for each in ranker.score(view, subject, ids, POOL) if each.total >= least]
        scored.sort(key=lambda each: (-each.total, each.tie))
        return [(each.pair.stored_candidate.id, each.total) for each in scored[:width]]

    def _task(
        self,
        scope: Scope,
        terms: PlanTerms,
        policy: PolicyRecord,
        plan_id: UUID,
        on_progress: Progress,
    ) -> _Task:
        """Return the arrays of a plan: vacancies and people numbered in the order of their keys."""
        with self._database.transaction(scope) as connection:
            vacancies = list_scored_vacancies(connection, plan_id)
            people = list_people(connection, plan_id)
            rows = list_edges(connection, plan_id)
        names = self._group_names(scope, policy, people, on_progress)
        targets = (policy.targets or {}).get(policy.groups[0])
        bands = FIXED.get(policy.groups[0], ())  # in their own order; places by name
        labels = tuple(str(band) for band in bands) or tuple(sorted({*names, *(targets or ())}))
        return _Task(
            vacancies,
            people,
            Edges(
                _positions([each.id for each in vacancies], rows.vacancies),
                _positions(people, rows.candidates),
                rows.scores / QUANTUM,
            ),
            np.array([each.places for each in vacancies], dtype=np.int64),
            np.full(len(people), terms.interviews, dtype=np.int64),
            np.array([labels.index(name) for name in names], dtype=np.int64),
            labels,
            tuple(Fraction(targets.get(label, "0")) for label in labels) if targets else None,
        )

    def _group_names(
        self, scope: Scope, policy: PolicyRecord, people: Sequence[int], on_progress: Progress
    ) -> list[str]:
        """Return the group of each person, for the attribute that the policy names."""
        attribute = policy.groups[0].value
        names: dict[int, str] = {}
        for start in range(0, len(people), BATCH):
            with self._database.transaction(scope) as connection:
                found = list_candidates(connection, people[start : start + BATCH])
                groups = self._grouping(connection, found, self.today)
            for person, group in zip(found, groups, strict=True):
                names[person.id] = str(getattr(group, attribute))
            on_progress("people", min(start + BATCH, len(people)), len(people))
        if len(names) < len(people):
            raise _changed()
        return [names[person] for person in people]

    def _keep(
        self, scope: Scope, plan_id: UUID, task: _Task, solved: Allocation, unindexed: int
    ) -> Plan:
        figures = plan_figures(
            solved,
            task.edges,
            task.places,
            task.capacities,
            task.codes,
            task.labels,
            unindexed,
        )
        with self._database.transaction(scope) as connection:
            if lock_plan(connection, plan_id).status == "scoring":  # nobody else was faster
                _store(connection, plan_id, task, solved, figures)
            return _finished(get_plan(connection, plan_id))


def _store(
    connection: Connection[Any],
    plan_id: UUID,
    task: _Task,
    solved: Allocation,
    figures: PlanFigures,
) -> None:
    millionths = np.rint(solved.scores * QUANTUM).astype(np.int64)
    chosen = zip(
        solved.vacancies.tolist(),
        solved.candidates.tolist(),
        millionths.tolist(),
        solved.ranks.tolist(),
        strict=True,
    )
    placed = insert_places(
        connection,
        plan_id,
        ((task.vacancies[v].id, task.people[c], score, rank) for v, c, score, rank in chosen),
    )
    left = zip(
        task.people,
        (task.labels[code] for code in task.codes.tolist()),
        solved.interviews.tolist(),
        solved.prices.tolist(),
        strict=True,
    )
    known = update_people(connection, plan_id, left)
    if (placed, known) != (len(solved.scores), len(task.people)):
        raise _changed()
    update_vacancies(connection, plan_id, _vacancy_rows(task, solved))
    update_plan_finished(connection, plan_id, solved.welfare, figures.model_dump(mode="json"))
    delete_edges_of_others(connection, plan_id)
    audit.insert_event(
        connection, "allocate", "plan", None, plan=str(plan_id), places=placed, people=known
    )


def _vacancy_rows(task: _Task, solved: Allocation) -> list[tuple[int, int, float, Jsonb]]:
    short: dict[int, list[dict[str, Any]]] = {}
    for item in solved.shortfalls:
        short.setdefault(item.vacancy, []).append(
            {
                "group": task.labels[item.group],
                "required": item.required,
                "available": item.available,
                "held": item.held,
                "reason": item.reason.value,
            }
        )
    return [
        (vacancy.id, filled, threshold, Jsonb(short.get(position, [])))
        for position, (vacancy, filled, threshold) in enumerate(
            zip(task.vacancies, solved.filled.tolist(), solved.thresholds.tolist(), strict=True)
        )
    ]


def _finished(stored: StoredPlan) -> Plan:
    if stored.figures is None:
        raise NotFoundError(
            f"plan {stored.id} is not finished; run the same `newfutures allocate` again to go on"
        )
    return Plan(stored, PlanFigures.model_validate(stored.figures))


def _least(terms: PlanTerms, policy: PolicyRecord) -> float:
    return policy.relevance_threshold if terms.min_score is None else terms.min_score


def _positions(ids: Sequence[int], chosen: Ids) -> Ids:
    """Return where each id of `chosen` stands in `ids`, which need not ascend."""
    listed = np.array(ids, dtype=np.int64)
    order = np.argsort(listed)
    at = np.searchsorted(listed[order], chosen)
    if len(chosen) and (at.max() >= len(ids) or np.any(listed[order[at]] != chosen)):
        raise _changed()
    found: Ids = order[at]
    return found


def _changed() -> AllocationError:
    return AllocationError(
        "people or vacancies were removed while the plan was made; nothing of it was stored. Run "
        "the same command again to go on"
    )


def _nothing_open(vacancies: Sequence[OpenVacancy], terms: PlanTerms) -> str:
    if vacancies:
        return "no open vacancy is indexed yet; run `newfutures index build`"
    return f"no vacancy {f'of sector {terms.sector} ' if terms.sector else ''}is open today"
