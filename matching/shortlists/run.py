"""A run: everything that a document is made from, kept so that it can be made again.

The inputs hold the features of everyone compared, and the words for those shown; not the records
themselves, so that a run keeps no more about a person than was used. Showing a ranking for the
first time and replaying it are the same function of the same inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeVar

from pydantic import Field

from foundation.errors import ReplayError
from foundation.record import Record
from matching.explain.document import (
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
from matching.explain.order import Grouped, explain_move, explain_policy
from matching.explain.score import explain_score, person_name
from matching.fairness.record import PolicyRecord
from matching.order.ordering import Ordering, RankingEntry, arrange
from matching.score.weights import Weights, load_weights, total


class ComparedFeatures(Record):
    """The features of one entry, and what else decides its place.

    `groups`, `owed` and `price` are as `matching.order.ordering.RankingEntry` says.
    """

    id: int
    features: dict[str, float]
    tie: tuple[date, str]
    groups: tuple[int, ...] = ()
    owed: float = 0.0
    price: float = 0.0


class ListInputs(Record):
    """What a policy was given for one list: entries, labels and targets by attribute."""

    compared: tuple[ComparedFeatures, ...]
    labels: tuple[tuple[str, ...], ...] = ()
    targets: tuple[tuple[str, ...], ...] = ()


class PlaceWords(Record):
    """The words for one place shown; either `candidate` or `vacancy` is given."""

    candidate: CandidateSummary | None = None
    vacancy: VacancySummary | None = None
    sentences: dict[str, str] = Field(default_factory=dict)
    requirements: tuple[RequirementMet, ...] = ()
    refer: tuple[ReasonGiven, ...] = ()


class RunInputs(Record):
    """Everything that a document is made from; `shown` is by id."""

    kind: Literal["shortlist", "vacancies-for"]
    candidate: CandidateSummary | None = None
    vacancy: VacancySummary | None = None
    basis: Basis
    top: int
    counts: Counts
    ineligible_by_reason: tuple[ReasonCount, ...]
    refer_by_reason: tuple[ReasonCount, ...]
    policy: PolicyRecord | None
    groups_version: str | None
    eligible: ListInputs
    refer: ListInputs
    shown: dict[int, PlaceWords]
    unindexed: tuple[PlaceWords, ...]


def make_document(inputs: RunInputs) -> Shortlist | VacanciesFor:
    """Return the document that these inputs make; see `make_shortlist` and `make_vacancies_for`."""
    return make_shortlist(inputs) if inputs.kind == "shortlist" else make_vacancies_for(inputs)


def make_shortlist(inputs: RunInputs) -> Shortlist:
    """Score a vacancy's candidates, order them under the policy, explain.

    Raises:
        ReplayError: somebody came into the top whose words were not kept.
        NotFoundError: this program no longer carries the weights that were used.
    """
    weights = load_weights(inputs.basis.weights)
    eligible = _listing(inputs, inputs.eligible, weights)
    refer = _listing(inputs, inputs.refer, weights)
    return Shortlist(
        vacancy=_given(inputs.vacancy),
        ranked=_candidates(eligible),
        refer=_candidates(refer, inputs.unindexed),
        fairness=explain_policy(eligible.grouped, eligible.arranged),
        refer_fairness=explain_policy(refer.grouped, refer.arranged),
        **_of_both_kinds(inputs),
    )


def make_vacancies_for(inputs: RunInputs) -> VacanciesFor:
    """Score a candidate's vacancies, order them, explain.

    Raises: as `make_shortlist`.
    """
    weights = load_weights(inputs.basis.weights)
    return VacanciesFor(
        candidate=_given(inputs.candidate),
        ranked=_vacancies(_listing(inputs, inputs.eligible, weights)),
        refer=_vacancies(_listing(inputs, inputs.refer, weights), inputs.unindexed),
        **_of_both_kinds(inputs),
    )


def _of_both_kinds(inputs: RunInputs) -> dict[str, Any]:
    return inputs.model_dump(include={"basis", "counts", "ineligible_by_reason", "refer_by_reason"})


@dataclass(frozen=True, slots=True)
class _Listing:
    """A list in order: words and score of the places shown, and what the policy did."""

    places: list[tuple[int, PlaceWords, Score]]
    arranged: Ordering
    grouped: Grouped | None
    top: int


def _listing(inputs: RunInputs, numbers: ListInputs, weights: Weights) -> _Listing:
    entries = [
        RankingEntry(total(each.features, weights), each.tie, each.groups, each.owed, each.price)
        for each in numbers.compared
    ]
    targets = [[Fraction(value) for value in group] for group in numbers.targets]
    arranged = arrange(entries, inputs.policy, targets, inputs.top)
    grouped = (
        Grouped(
            inputs.policy,
            inputs.groups_version,
            numbers.labels,
            numbers.targets,
            arranged,
            weights.tie_band,
        )
        if inputs.policy
        else None
    )
    places = []
    for position in arranged.order[: arranged.shown]:
        each = numbers.compared[position]
        shown = inputs.shown.get(each.id)
        if shown is None:
            raise ReplayError(f"the run does not hold the words for {each.id}, who is in its top")
        score = explain_score(each.features, shown.sentences, shown.requirements, weights)
        places.append((position, shown, score))
    return _Listing(places, arranged, grouped, inputs.top)


def _candidates(
    listing: _Listing, unindexed: Sequence[PlaceWords] = ()
) -> tuple[RankedCandidate, ...]:
    names = {
        position: person_name(_given(shown.candidate)) for position, shown, _ in listing.places
    }
    ranked = [
        RankedCandidate(
            rank=rank,
            candidate=_given(shown.candidate),
            score=score,
            refer=shown.refer,
            move=explain_move(listing.grouped, position, names.get) if listing.grouped else None,
        )
        for rank, (position, shown, score) in enumerate(listing.places, start=1)
    ]
    rest = unindexed[: max(0, listing.top - len(ranked))]
    return (
        *ranked,
        *(
            RankedCandidate(
                rank=rank, candidate=_given(shown.candidate), score=None, refer=shown.refer
            )
            for rank, shown in enumerate(rest, start=len(ranked) + 1)
        ),
    )


def _vacancies(
    listing: _Listing, unindexed: Sequence[PlaceWords] = ()
) -> tuple[RankedVacancy, ...]:
    places: list[tuple[PlaceWords, Score | None]] = [
        (shown, score) for _, shown, score in listing.places
    ]
    places += [(shown, None) for shown in unindexed[: max(0, listing.top - len(places))]]
    return tuple(
        RankedVacancy(rank=rank, vacancy=_given(shown.vacancy), score=score, refer=shown.refer)
        for rank, (shown, score) in enumerate(places, start=1)
    )


S = TypeVar("S", CandidateSummary, VacancySummary)


def _given(value: S | None) -> S:
    if value is None:
        raise ReplayError("the run does not say whom or what it is about")
    return value
