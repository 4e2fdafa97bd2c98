"""How far a person has come, in the employer's words: fewer than the record has states."""

from enum import Enum

from foundation.vocabulary import ApplicationState

S = ApplicationState


class EmployerStage(Enum):
    """A stage of a person put forward, and what it asks of the employer."""

    WAITING = ("waiting", "Waiting for your answer", (S.PUT_FORWARD, S.APPLICATION_MADE))
    INTERVIEW = ("interview", "Interview", (S.SELECTED_FOR_INTERVIEW, S.INTERVIEW_BOOKED))
    OFFER = ("offer", "Offered the job", (S.JOB_OFFER, S.OFFER_ACCEPTED))
    STARTED = ("started", "Started work", (S.STARTED, S.IN_WORK_6_WEEKS, S.IN_WORK_6_MONTHS))
    ENDED = (
        "ended",
        "Ended",
        (
            S.APPLICATION_UNSUCCESSFUL,
            S.UNSUCCESSFUL_AT_INTERVIEW,
            S.OFFER_DECLINED,
            S.WITHDRAWN,
        ),
    )

    def __init__(self, code: str, label: str, states: tuple[ApplicationState, ...]) -> None:
        self.code = code
        self.label = label
        self.states = states


# What became of someone weeks later is the prison's and the jobcentre's to follow: an employer sees
# that they started. Why somebody withdrew is not the employer's to know either.
WORDS: dict[ApplicationState, str] = {
    S.PUT_FORWARD: "Waiting for your answer",
    S.APPLICATION_MADE: "Has applied, waiting for your answer",
    S.SELECTED_FOR_INTERVIEW: "Interview to be arranged",
    S.INTERVIEW_BOOKED: "Interview booked",
    S.APPLICATION_UNSUCCESSFUL: "Unsuccessful",
    S.UNSUCCESSFUL_AT_INTERVIEW: "Unsuccessful after interview",
    S.JOB_OFFER: "Job offered",
    S.OFFER_ACCEPTED: "Offer accepted",
    S.OFFER_DECLINED: "Offer declined",
    S.WITHDRAWN: "No longer available",
    S.STARTED: "Started work",
    S.IN_WORK_6_WEEKS: "Started work",
    S.IN_WORK_6_MONTHS: "Started work",
}
COLOURS = {
    EmployerStage.WAITING: "govuk-tag--yellow",
    EmployerStage.INTERVIEW: "govuk-tag--blue",
    EmployerStage.OFFER: "govuk-tag--turquoise",
    EmployerStage.STARTED: "govuk-tag--green",
    EmployerStage.ENDED: "govuk-tag--grey",
}


def stage_of(state: ApplicationState) -> EmployerStage:
    """Return the stage that a state belongs to."""
    return next(stage for stage in EmployerStage if state in stage.states)


def words_of(state: ApplicationState) -> str:
    """Return a state in the employer's words."""
    return WORDS.get(state, state.label)


def colour_of(state: ApplicationState) -> str:
    """Return the class of a state's tag."""
    return COLOURS[stage_of(state)]
