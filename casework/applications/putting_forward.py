"""Checks what stands in the way of putting somebody forward. Pure.

A problem either bars, or is answered by the lead in writing: a rule that refers to a person wants a
decision, a document that is not ready wants a reason for going on without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.applications.model import Places, PutForwardAnswers
from foundation.errors import NewFuturesError
from foundation.vocabulary import ActionStatus, ApplicationDocument, Consent, ReadinessAction
from matching.rules.eligibility import assess
from matching.rules.pair import Outcome, Pair

CONSENT_RULES = ("CONSENT_NOT_ASKED", "CONSENT_WITHDRAWN")  # told once, as CONSENT
READY = {
    ApplicationDocument.CV: ReadinessAction.CV_AND_COVERING_LETTER,
    ApplicationDocument.DISCLOSURE_LETTER: ReadinessAction.DISCLOSURE_LETTER,
}


class RequiredAnswer(StrEnum):
    """Which of the `PutForwardAnswers` resolves a problem."""

    DECISION = "decision"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `answer` is None if no answer resolves it."""

    code: str
    sentence: str
    answer: RequiredAnswer | None = None

    @property
    def blocking(self) -> bool:
        """Whether the problem blocks, whatever the lead answers."""
        return self.answer is None


class PutForwardError(NewFuturesError):
    """The person cannot be put forward as it is; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.sentence.rstrip(".") for problem in problems))


def check_put_forward(pair: Pair, *, agreed: bool, places: Places) -> list[Problem]:
    """Return every problem, blocking ones first.

    Args:
        pair: the person and the vacancy on the day. The text need not be embedded for this.
        agreed: whether the person's agreement to be put forward to this vacancy stands.
        places: of the vacancy.
    """
    problems = [
        *([] if agreed else [Problem("AGREEMENT", "They have not agreed to this vacancy.")]),
        *_consent(pair),
        *_rules(pair),
        *_places(places),
        *_documents(pair),
    ]
    return sorted(problems, key=lambda problem: not problem.blocking)


def unanswered(problems: Sequence[Problem], answers: PutForwardAnswers) -> list[Problem]:
    """Return the problems that these answers do not resolve."""
    given = {RequiredAnswer.DECISION: answers.decision, RequiredAnswer.DOCUMENTS: answers.documents}
    return [
        problem for problem in problems if problem.answer is None or given[problem.answer] is None
    ]


def _consent(pair: Pair) -> list[Problem]:
    if pair.candidate.consent is Consent.GIVEN:
        return []
    return [Problem("CONSENT", "Their consent to being matched is not in force.")]


def _rules(pair: Pair) -> list[Problem]:
    return [
        Problem(
            reason.code,
            reason.sentence,
            None if reason.outcome is Outcome.INELIGIBLE else RequiredAnswer.DECISION,
        )
        for reason in assess(pair)[1]
        if reason.outcome is not Outcome.ELIGIBLE and reason.code not in CONSENT_RULES
    ]


def _places(places: Places) -> list[Problem]:
    if places.left:
        return []
    taken = "The only place" if places.number == 1 else f"All {places.number} places"
    return [Problem("FILLED", f"{taken} {'is' if places.number == 1 else 'are'} taken.")]


def _documents(pair: Pair) -> list[Problem]:
    done = {
        state.action
        for state in pair.candidate.readiness_actions
        if state.status is ActionStatus.COMPLETED
    }
    problems = [
        Problem(
            f"{document.value}_MISSING",
            f"{document.label}: asked for and not ready.",
            RequiredAnswer.DOCUMENTS,
        )
        for document in pair.vacancy.documents_asked_for
        if document in READY and READY[document] not in done
    ]
    if ApplicationDocument.OTHER in pair.vacancy.documents_asked_for:
        also = (pair.vacancy.documents_details or "another document").rstrip(".")
        problems.append(
            Problem(
                "OTHER_MISSING",
                f"{also}: asked for, and no record says that it is ready.",
                RequiredAnswer.DOCUMENTS,
            )
        )
    return problems
