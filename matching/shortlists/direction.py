"""The two directions of ranking: candidates for a vacancy, and vacancies for a candidate."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, Literal, TypedDict, TypeVar

import numpy as np
from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from employers.model import StoredVacancy
from employers.store import list_vacancies
from index.vectors.flat import Over
from matching.explain.document import CandidateSummary, VacancySummary
from matching.explain.score import summarise_candidate, summarise_vacancy
from matching.order.listing import (
    OrderedList,
    RankingRequest,
    ScoredPair,
    list_by_score,
    list_candidates_fairly,
)
from matching.retrieval.live import MatchIndex, View
from matching.retrieval.store import CANDIDATES, VACANCIES, EmbeddingTable
from matching.rules.pair import Pair
from matching.rules.store import JudgedGroup, list_judged_candidates, list_judged_vacancies
from matching.score.comparison import (
    CandidateVectors,
    TextComparison,
    VacancyVectors,
    compare_texts,
)
from matching.score.similarity import SimilarityWeights

Subject = TypeVar("Subject", bound=StoredCandidate | StoredVacancy)
Other = TypeVar("Other", bound=StoredCandidate | StoredVacancy)


class Summary(TypedDict, total=False):
    """Whom or what a place is about, under the name that documents give it."""

    candidate: CandidateSummary
    vacancy: VacancySummary


class Direction(ABC, Generic[Subject, Other]):
    """What ranking others for one subject takes, where the two directions differ.

    `over` makes one number of how near another's lines come to each line of the subject.
    """

    kind: ClassVar[Literal["shortlist", "vacancies-for"]]
    subjects: ClassVar[EmbeddingTable]
    others: ClassVar[EmbeddingTable]
    over: ClassVar[Over]

    @abstractmethod
    def judge(
        self,
        connection: Connection[Any],
        index: MatchIndex,
        subject: Subject,
        request: RankingRequest,
    ) -> list[JudgedGroup]:
        """Return everyone in scope, grouped by the rules that apply to them."""

    @abstractmethod
    def load(self, connection: Connection[Any], ids: list[int]) -> Sequence[Other]:
        """Return the records with these ids, in no particular order."""

    @abstractmethod
    def pair(self, subject: Subject, other: Other, request: RankingRequest) -> Pair:
        """Return the candidate and the vacancy as a pair."""

    @abstractmethod
    def other(self, pair: Pair) -> Other:
        """Return whichever of a pair is not the subject."""

    @abstractmethod
    def compare(
        self,
        subject: Subject,
        subject_view: View,
        others: Sequence[Other],
        view: View,
        weights: SimilarityWeights,
    ) -> Iterator[TextComparison]:
        """Yield the subject compared with each of the others, in their order."""

    @abstractmethod
    def arrange(
        self,
        connection: Connection[Any],
        subject: Subject,
        scored: Sequence[ScoredPair],
        request: RankingRequest,
    ) -> OrderedList:
        """Return those who were scored as one list, in order."""

    @abstractmethod
    def describe_subject(self, subject: Subject) -> Summary:
        """Return the subject as a document names it."""

    @abstractmethod
    def describe_other(self, pair: Pair) -> Summary:
        """Return whichever of a pair is not the subject as a document names it."""


class CandidatesForVacancy(Direction[StoredVacancy, StoredCandidate]):
    """Candidates by what they have for each thing that the vacancy asks, under a policy."""

    kind = "shortlist"
    subjects = VACANCIES
    others = CANDIDATES
    over = staticmethod(np.mean)

    def judge(
        self,
        connection: Connection[Any],
        index: MatchIndex,
        subject: StoredVacancy,
        request: RankingRequest,
    ) -> list[JudgedGroup]:
        return list_judged_candidates(
            connection, subject.id, today=request.today, recipe=index.recipe, prison=request.prison
        )

    def load(self, connection: Connection[Any], ids: list[int]) -> Sequence[StoredCandidate]:
        return list_candidates(connection, ids)

    def pair(self, subject: StoredVacancy, other: StoredCandidate, request: RankingRequest) -> Pair:
        return Pair(other, subject, request.today)

    def other(self, pair: Pair) -> StoredCandidate:
        return pair.stored_candidate

    def compare(
        self,
        subject: StoredVacancy,
        subject_view: View,
        others: Sequence[StoredCandidate],
        view: View,
        weights: SimilarityWeights,
    ) -> Iterator[TextComparison]:
        candidates = [_candidate_vectors(candidate, view) for candidate in others]
        vacancy = _vacancy_vectors(subject, subject_view)
        return compare_texts(candidates, [vacancy], view.lexicon, weights)

    def arrange(
        self,
        connection: Connection[Any],
        subject: StoredVacancy,
        scored: Sequence[ScoredPair],
        request: RankingRequest,
    ) -> OrderedList:
        return list_candidates_fairly(connection, subject, scored, request)

    def describe_subject(self, subject: StoredVacancy) -> Summary:
        return {"vacancy": summarise_vacancy(subject)}

    def describe_other(self, pair: Pair) -> Summary:
        return {"candidate": summarise_candidate(pair.stored_candidate)}


class VacanciesForCandidate(Direction[StoredCandidate, StoredVacancy]):
    """Vacancies by whichever of their lines comes nearest to anything in the profile, by score.

    Policies are about people, who do not compete in a list of vacancies.
    """

    kind = "vacancies-for"
    subjects = CANDIDATES
    others = VACANCIES
    over = staticmethod(np.max)

    def judge(
        self,
        connection: Connection[Any],
        index: MatchIndex,
        subject: StoredCandidate,
        request: RankingRequest,
    ) -> list[JudgedGroup]:
        return list_judged_vacancies(
            connection, subject.id, today=request.today, recipe=index.recipe
        )

    def load(self, connection: Connection[Any], ids: list[int]) -> Sequence[StoredVacancy]:
        return list_vacancies(connection, ids)

    def pair(self, subject: StoredCandidate, other: StoredVacancy, request: RankingRequest) -> Pair:
        return Pair(subject, other, request.today)

    def other(self, pair: Pair) -> StoredVacancy:
        return pair.stored_vacancy

    def compare(
        self,
        subject: StoredCandidate,
        subject_view: View,
        others: Sequence[StoredVacancy],
        view: View,
        weights: SimilarityWeights,
    ) -> Iterator[TextComparison]:
        candidate = _candidate_vectors(subject, subject_view)
        vacancies = [_vacancy_vectors(vacancy, view) for vacancy in others]
        return compare_texts([candidate], vacancies, view.lexicon, weights)

    def arrange(
        self,
        connection: Connection[Any],  # noqa: ARG002 -- scores alone make the order
        subject: StoredCandidate,  # noqa: ARG002
        scored: Sequence[ScoredPair],
        request: RankingRequest,
    ) -> OrderedList:
        return list_by_score(scored, request)

    def describe_subject(self, subject: StoredCandidate) -> Summary:
        return {"candidate": summarise_candidate(subject)}

    def describe_other(self, pair: Pair) -> Summary:
        return {"vacancy": summarise_vacancy(pair.stored_vacancy)}


CANDIDATES_FOR_VACANCY = CandidatesForVacancy()
VACANCIES_FOR_CANDIDATE = VacanciesForCandidate()


def _candidate_vectors(stored: StoredCandidate, view: View) -> CandidateVectors:
    return CandidateVectors.from_text(stored.record.embeddable(), view.lines(stored.id))


def _vacancy_vectors(stored: StoredVacancy, view: View) -> VacancyVectors:
    return VacancyVectors.from_text(
        stored.record.embeddable(), view.whole(stored.id), view.lines(stored.id)
    )
