"""Decisions about a shortlist: make, undo, and show the list. Only a person decides (T2)."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from casework.decisions.apply import apply_decisions, below_in_tie_bands
from casework.decisions.model import (
    DecidedList,
    DecidedShortlist,
    Decision,
    DecisionKind,
    HideReason,
    PlaceReason,
)
from casework.decisions.store import (
    insert_decision,
    list_vacancy_decisions,
    update_decision_undone,
)
from casework.people.case import LONGEST_REASON, check_words
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import Role
from matching.explain.document import RankedCandidate, Shortlist
from matching.score.weights import load_weights
from matching.shortlists.store import get_run

NOBODY = UUID(int=0)


class DecisionService:
    """Decisions about shortlists. Thread-safe; the stored ranking never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decided(self, scope: Scope, document: Shortlist) -> DecidedShortlist:
        """Return a shortlist after this scope's decisions, beside the ranking."""
        with self._database.transaction(scope) as connection:
            made = list_vacancy_decisions(connection, document.vacancy.public_id)
        return apply_decisions(document, made)

    def show_run(self, scope: Scope, run_id: UUID) -> DecidedShortlist:
        """Return a stored ranking after decisions, and audit who was seen again.

        Raises:
            NotFoundError: no such run in scope.
        """
        with self._database.transaction(scope) as connection:
            document = _document(connection, run_id)
            audit.insert_event(connection, "view", "ranking_run", None, run=str(run_id))
            made = list_vacancy_decisions(connection, document.vacancy.public_id)
        return apply_decisions(document, made)

    def list_decisions(self, scope: Scope, vacancy: UUID) -> list[Decision]:
        """Return every decision about a vacancy's shortlist, undone ones too, in order."""
        with self._database.transaction(scope) as connection:
            return list_vacancy_decisions(connection, vacancy)

    def hide(
        self, scope: Scope, run_id: UUID, candidate: UUID, reason: HideReason, note: str
    ) -> UUID:
        """Hide a person from this vacancy's shortlist, for a reason, until that is undone.

        Raises:
            NotFoundError: no such run in scope, or the person is not in it.
            ConflictError: they are hidden already.
            ValidationError: no reason in words, or not by this role.
        """
        words = _checked(scope, note)
        with self._database.transaction(scope) as connection:
            document = _document(connection, run_id)
            listed, given = _find(document, candidate)
            return insert_decision(
                connection,
                document.vacancy.public_id,
                _made(run_id, DecisionKind.HIDE, listed, given, reason, words),
            )

    def place(
        self,
        scope: Scope,
        run_id: UUID,
        candidate: UUID,
        reason: PlaceReason,
        note: str,
        *,
        above: UUID | None = None,
    ) -> UUID:
        """Put a person directly above another of the same list, or first without `above`.

        Raises:
            NotFoundError: no such run in scope, or one of the two is not in it.
            ConflictError: a decision about their place is in force already.
            ValidationError: they stand there already, or the other is in the other list; or no
                reason in words, or not by this role.
        """
        words = _checked(scope, note)
        with self._database.transaction(scope) as connection:
            document = _document(connection, run_id)
            listed, given = _find(document, candidate)
            _check_above(document, listed, candidate, above)
            earlier = list_vacancy_decisions(connection, document.vacancy.public_id)
            _refuse_second(earlier, candidate)
            asked = _made(run_id, DecisionKind.PLACE, listed, given, reason, words, above)
            now = _list_of(apply_decisions(document, earlier), listed)
            then = _list_of(apply_decisions(document, [*earlier, asked]), listed)
            rank, passed = _effect(now, then, candidate)
            decision = _made(
                run_id,
                DecisionKind.PLACE,
                listed,
                given,
                reason,
                words,
                above,
                rank,
                below_in_tie_bands(given, passed, load_weights(document.basis.weights).tie_band),
            )
            return insert_decision(connection, document.vacancy.public_id, decision)

    def undo(self, scope: Scope, decision: UUID, reason: str) -> None:
        """Undo a decision, with a reason.

        Raises:
            NotFoundError: no such decision in scope, or somebody undid it already.
            ValidationError: no reason, or not by this role.
        """
        words = _checked(scope, reason)
        with self._database.transaction(scope) as connection:
            if not update_decision_undone(connection, decision, words):
                raise NotFoundError("no such decision in your scope, or it is undone already")


def _checked(scope: Scope, words: str) -> str:
    if scope.role not in (None, Role.PRISON_EMPLOYMENT_LEAD):
        raise ValidationError(
            "role", scope.role, "only a prison employment lead decides about a shortlist"
        )
    return check_words("reason", words, LONGEST_REASON)


def _document(connection: Connection[Any], run_id: UUID) -> Shortlist:
    run = get_run(connection, run_id)
    if run.kind != "shortlist":
        raise NotFoundError(f"run {run_id} is not a shortlist")
    return Shortlist.model_validate_json(run.document)


def _find(document: Shortlist, candidate: UUID) -> tuple[str, RankedCandidate]:
    for listed, items in (("eligible", document.ranked), ("refer", document.refer)):
        for item in items:
            if item.candidate.public_id == candidate:
                return listed, item
    raise NotFoundError("this person is not in the ranking that was shown; rank again, and look")


def _check_above(document: Shortlist, listed: str, candidate: UUID, above: UUID | None) -> None:
    if above is None:
        return
    if above == candidate:
        raise ValidationError("above", "the same person", "choose somebody else")
    if _find(document, above)[0] != listed:
        raise ValidationError(
            "above",
            "somebody of the other list",
            "choose one of the same list: who is eligible is for the rules to say",
        )


def _refuse_second(earlier: list[Decision], candidate: UUID) -> None:
    for each in earlier:
        if (each.candidate, each.kind, each.undone_at) == (candidate, DecisionKind.PLACE, None):
            raise ConflictError(
                f"{each.made_by} put this person at rank {each.rank_decided} already "
                f"(“{each.note}”); undo that first if you decide otherwise"
            )


def _effect(
    now: DecidedList, then: DecidedList, candidate: UUID
) -> tuple[int, list[RankedCandidate]]:
    """Return the rank that somebody gets, and the people whom they pass."""
    ranks = {place.given.candidate.public_id: place.rank for place in then.places}
    before = {place.given.candidate.public_id: place.rank for place in now.places}
    if candidate not in ranks:
        raise ValidationError("candidate", "hidden", "undo the hiding first")
    if ranks[candidate] >= before[candidate]:
        raise ValidationError("above", "no change", "they stand there already")
    passed = [
        place.given for place in now.places if ranks[candidate] <= place.rank < before[candidate]
    ]
    return ranks[candidate], passed


def _list_of(decided: DecidedShortlist, listed: str) -> DecidedList:
    return decided.eligible if listed == "eligible" else decided.refer


def _made(
    run_id: UUID,
    kind: DecisionKind,
    listed: str,
    given: RankedCandidate,
    reason: HideReason | PlaceReason,
    note: str,
    above: UUID | None = None,
    rank: int | None = None,
    tie_bands: float | None = None,
) -> Decision:
    """Return a decision that is not stored yet."""
    return Decision(
        public_id=NOBODY,
        kind=kind,
        candidate=given.candidate.public_id,
        run_id=run_id,
        listed=listed,
        rank_given=given.rank,
        rank_decided=rank,
        above=above,
        tie_bands=tie_bands,
        reason=reason,
        note=note,
        made_at=clock.now(),
        made_by="",
    )
