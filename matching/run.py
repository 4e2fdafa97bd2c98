"""A run: everything that a document is made from, kept so that it can be made again.

The inputs hold the features of everyone compared, and the words for those shown; not the records
themselves, so that a run keeps no more about a person than was used. Showing a ranking for the
first time and replaying it are the same function of the same inputs.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeVar

from pydantic import Field

from foundation.errors import ReplayError
from foundation.record import Record
from matching.document import (
    Basis,
    CandidateSummary,
    Counts,
    RankedCandidate,
    RankedVacancy,
    ReasonCount,
    ReasonGiven,
    RequirementMet,
    Score,
    Shortlist,
    VacanciesFor,
    VacancySummary,
)
from matching.explain import explain_score
from matching.ordering import order
from matching.scoring import Weights, load_weights, total


class Compared(Record):
    """The features of one that was compared, and what breaks its ties."""

    id: int
    features: dict[str, float]
    tie: tuple[date, str]


class Shown(Record):
    """The words for one that is shown. One of `candidate` and `vacancy` is given."""

    candidate: CandidateSummary | None = None
    vacancy: VacancySummary | None = None
    sentences: dict[str, str] = Field(default_factory=dict)
    requirements: tuple[RequirementMet, ...] = ()
    refer: tuple[ReasonGiven, ...] = ()


class RunInputs(Record):
    """All that a document is made from. `shown` is by id; `unindexed` have no features."""

    kind: Literal["shortlist", "vacancies-for"]
    candidate: CandidateSummary | None = None
    vacancy: VacancySummary | None = None
    basis: Basis
    top: int
    counts: Counts
    ineligible_by_reason: tuple[ReasonCount, ...]
    refer_by_reason: tuple[ReasonCount, ...]
    eligible: tuple[Compared, ...]
    refer: tuple[Compared, ...]
    shown: dict[int, Shown]
    unindexed: tuple[Shown, ...]


def make_document(inputs: RunInputs) -> Shortlist | VacanciesFor:
    """The document that these inputs make: score, order under the policy, explain.

    Raises:
        ReplayError: somebody came into the top whose words were not kept.
        NotFoundError: this program no longer carries the weights that were used.
    """
    weights = load_weights(inputs.basis.weights)
    eligible = _top(inputs, inputs.eligible, inputs.basis.policy, weights)
    refer = _top(inputs, inputs.refer, "none", weights)
    refer += [(shown, None) for shown in inputs.unindexed][: inputs.top - len(refer)]
    shared = inputs.model_dump(
        include={"basis", "counts", "ineligible_by_reason", "refer_by_reason"}
    )
    if inputs.kind == "shortlist":
        return Shortlist(
            vacancy=_given(inputs.vacancy),
            ranked=_candidates(eligible),
            refer=_candidates(refer),
            **shared,
        )
    return VacanciesFor(
        candidate=_given(inputs.candidate),
        ranked=_vacancies(eligible),
        refer=_vacancies(refer),
        **shared,
    )


Place = tuple[Shown, Score | None]


def _top(
    inputs: RunInputs, compared: Sequence[Compared], policy: str, weights: Weights
) -> list[Place]:
    totals = [total(each.features, weights) for each in compared]
    best_first = order(totals, [each.tie for each in compared], policy)
    places: list[Place] = []
    for position in best_first[: inputs.top]:
        each = compared[position]
        shown = inputs.shown.get(each.id)
        if shown is None:
            raise ReplayError(f"the run does not hold the words for {each.id}, who is in its top")
        score = explain_score(each.features, shown.sentences, shown.requirements, weights)
        places.append((shown, score))
    return places


def _candidates(places: Sequence[Place]) -> tuple[RankedCandidate, ...]:
    return tuple(
        RankedCandidate(
            rank=rank, candidate=_given(shown.candidate), score=score, refer=shown.refer
        )
        for rank, (shown, score) in enumerate(places, start=1)
    )


def _vacancies(places: Sequence[Place]) -> tuple[RankedVacancy, ...]:
    return tuple(
        RankedVacancy(rank=rank, vacancy=_given(shown.vacancy), score=score, refer=shown.refer)
        for rank, (shown, score) in enumerate(places, start=1)
    )


S = TypeVar("S", CandidateSummary, VacancySummary)


def _given(value: S | None) -> S:
    if value is None:
        raise ReplayError("the run does not say whom or what it is about")
    return value
