"""Applies the decisions of staff to a ranking. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from candidates.readiness import long_date
from casework.decisions.model import (
    DecidedList,
    DecidedPlace,
    DecidedShortlist,
    Decision,
    DecisionKind,
    HiddenPlace,
    NotApplied,
)
from foundation.clock import UK
from matching.explain.document import RankedCandidate, Shortlist
from matching.explain.score import person_name


def apply_decisions(document: Shortlist, decisions: Sequence[Decision]) -> DecidedShortlist:
    """Apply the decisions in force, in the order in which they were made.

    People are moved first and hidden then, so that to stand above somebody who is hidden still
    means a place. Nobody is moved from the list of the eligible to that of those to refer, or back:
    that is the rules' business. The document stays as it is.
    """
    in_force = [each for each in decisions if each.undone_at is None]
    here = {item.candidate.public_id for item in (*document.ranked, *document.refer)}
    absent = [
        NotApplied(each, "They are not in this ranking, so there is nothing to decide.")
        for each in in_force
        if each.candidate not in here
    ]
    eligible, beside_eligible = _decided(document.ranked, in_force)
    refer, beside_refer = _decided(document.refer, in_force)
    return DecidedShortlist(document, eligible, refer, (*absent, *beside_eligible, *beside_refer))


def below_in_tie_bands(
    person: RankedCandidate, passed: Sequence[RankedCandidate], tie_band: float
) -> float | None:
    """Return how many tie bands a score is below the best of those passed, or None unscored."""
    scores = [item.score.total for item in passed if item.score]
    if person.score is None or len(scores) < len(passed):
        return None
    return max([0.0, *(score - person.score.total for score in scores)]) / tie_band


@dataclass(slots=True)
class _Order:
    """The order of one list while decisions are applied to it."""

    people: list[UUID]

    def place(self, person: UUID, above: UUID | None) -> str | None:
        """Move somebody up; return what prevents it, if anything."""
        if above is not None and above not in self.people:
            return "Whom they were put above is not in this list."
        here = self.people.index(person)
        there = 0 if above is None else self.people.index(above)
        if here <= there:
            return "The ranking, or another decision, has them there already."
        self.people.insert(there, self.people.pop(here))
        return None


def _decided(
    given: Sequence[RankedCandidate], in_force: Sequence[Decision]
) -> tuple[DecidedList, list[NotApplied]]:
    items = {item.candidate.public_id: item for item in given}
    order = _Order(list(items))
    placed: dict[UUID, Decision] = {}
    hidden: dict[UUID, Decision] = {}
    beside: list[NotApplied] = []
    for each in in_force:
        if each.candidate not in items:
            continue
        if each.kind is DecisionKind.HIDE:
            hidden[each.candidate] = each
            continue
        obstacle = order.place(each.candidate, each.above)
        if obstacle is None:
            placed[each.candidate] = each
        else:
            beside.append(NotApplied(each, obstacle))
    shown = [person for person in order.people if person not in hidden]
    places = tuple(
        DecidedPlace(rank, items[person], placed.get(person))
        for rank, person in enumerate(shown, start=1)
    )
    away = tuple(HiddenPlace(items[person], decision) for person, decision in hidden.items())
    sentences = (
        *(_place_sentence(place, place.decision) for place in places if place.decision),
        *(_hidden_sentence(each) for each in away),
    )
    return DecidedList(places, away, sentences), beside


def _place_sentence(place: DecidedPlace, decision: Decision) -> str:
    name = person_name(place.given.candidate)
    bands = decision.tie_bands
    if bands is None:
        gap = "Not everybody has a score to compare."
    elif bands < 1:
        gap = "Their scores do not differ from those passed."
    else:
        gap = f"The score was {bands:.1f} tie bands below the best of those passed."
    return (
        f"{name} stands at rank {place.rank}; the ranking has them at {place.given.rank}. "
        f"{_decided_by(decision)} {gap}"
    )


def _hidden_sentence(hidden: HiddenPlace) -> str:
    name = person_name(hidden.given.candidate)
    return (
        f"{name} is hidden; the ranking has them at rank {hidden.given.rank}. "
        f"{_decided_by(hidden.decision)}"
    )


def _decided_by(decision: Decision) -> str:
    on = long_date(decision.made_at.astimezone(UK).date())
    return f"{decision.made_by} on {on}: {decision.reason.label} (“{decision.note}”)."
