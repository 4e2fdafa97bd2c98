"""Applications: the list that staff work through, one application, and its history."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BeforeValidator

from casework.applications.model import (
    ApplicationDetails,
    ApplicationEvent,
    ApplicationOrder,
    Correction,
    WorklistFilter,
)
from casework.applications.states import CLOSED, REASONS, WORKED, can_move, next_states
from casework.worklist.service import EXPORT_COLUMNS
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import (
    ApplicationState,
    CorrectionReason,
    OutcomeAtPoint,
    OutcomePoint,
    Role,
)
from web.auth.rules import only
from web.auth.viewer import CurrentViewer
from web.dependencies import (
    CurrentApplications,
    CurrentPages,
    CurrentScope,
    CurrentWorklist,
    public_id,
)
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, read_filter, require_page
from web.forms.forms import PAGE_SIZE, Form, Words, invalid_form
from web.forms.posted import CurrentForm
from web.pages.lead.staff import RefusedError, day_of, errors_of, read_choice, read_day, status_of
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages, page_links

S = ApplicationState
router = APIRouter(
    prefix="/applications",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
)

UNDO, OTHERWISE = "undo", "otherwise"
MESSAGES = {
    "state": "Choose how far applications have come from the list",
    "vacancy": "Choose a vacancy from the list",
    "sort": "Choose an order from the list",
}
COLOURS = {
    S.SHORTLISTED: "govuk-tag--grey",
    S.PUT_FORWARD: "govuk-tag--yellow",
    S.APPLICATION_MADE: "govuk-tag--yellow",
    S.SELECTED_FOR_INTERVIEW: "govuk-tag--blue",
    S.INTERVIEW_BOOKED: "govuk-tag--blue",
    S.JOB_OFFER: "govuk-tag--turquoise",
    S.OFFER_ACCEPTED: "govuk-tag--turquoise",
    **dict.fromkeys(WORKED, "govuk-tag--green"),
    **dict.fromkeys(CLOSED, "govuk-tag--grey"),
}
UNDER_WAY = tuple(state for state in S if state not in (*CLOSED, *WORKED))
ORDERS = {
    ApplicationOrder.CHANGED: "Changed last first",
    ApplicationOrder.OLDEST: "Waiting longest first",
    ApplicationOrder.NAME: "Surname",
    ApplicationOrder.VACANCY: "Vacancy",
}
# What the lead or the coach says has happened, on the button and as the heading of its form.
MOVES = {
    S.APPLICATION_MADE: "They have applied",
    S.OFFER_ACCEPTED: "They accepted the offer",
    S.OFFER_DECLINED: "They declined the offer",
    S.WITHDRAWN: "Withdraw the application",
    S.STARTED: "They started work",
}


class ApplicationsOf(PagedQuery):
    """Which applications to list."""

    words: Words = ""
    state: ApplicationState | Literal["", "open", "ended"] = ""
    vacancy: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    candidate: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    sort: ApplicationOrder = ApplicationOrder.CHANGED

    def filter(self) -> WorklistFilter:
        """Return the query as the service's filter."""
        groups = {"": (), "open": UNDER_WAY, "ended": CLOSED}
        states = groups.get(self.state) if self.state in groups else (S(self.state),)
        return WorklistFilter(self.words, states or (), self.vacancy, self.candidate)


async def get_application_id(application_id: str) -> UUID:
    """The application in the address."""
    return UUID(public_id(application_id))


ApplicationId = Annotated[UUID, Depends(get_application_id)]


@router.get("")
def list_applications(
    request: Request, worklist: CurrentWorklist, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List applications of people in scope, one page at a time."""
    form = read_filter(ApplicationsOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {
        "form": form,
        "states": ApplicationState,
        "orders": ORDERS,
        "colours": COLOURS,
        "vacancies": worklist.list_vacancies(scope),
    }
    if form.value is None:
        return pages.page("lead/applications.html", status=422, **context)
    asked = form.value
    found = worklist.list_applications(
        scope, asked.filter(), asked.sort, page=asked.page, size=PAGE_SIZE
    )
    require_page(found.items, asked.page)
    return pages.page(
        "lead/applications.html",
        found=found,
        links=page_links(
            request.query_params, number=asked.page, total=found.total, size=PAGE_SIZE
        ),
        csv=csv_address("/applications", request.query_params),
        **context,
    )


@router.get(".csv")
def export_applications(
    request: Request, worklist: CurrentWorklist, scope: CurrentScope
) -> Response:
    """Return the whole list as a file."""
    form = read_filter(ApplicationsOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = worklist.export_applications(scope, form.value.filter(), form.value.sort)
    return csv_response("applications", EXPORT_COLUMNS, rows)


@router.get("/{application_id}")
def show_application(
    application_id: ApplicationId,
    viewer: CurrentViewer,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show everything recorded of one application, and what can be recorded next."""
    details = applications.get_application(scope, application_id)
    state = details.application.state
    possible = next_states(viewer.role, state)
    shown = None
    if details.application.put_forward and details.application.agreed:
        shown = applications.get_introduced(scope, application_id).introduction
    return pages.page(
        "lead/application.html",
        details=details,
        told=shown,
        moves=[(to, MOVES[to]) for to in possible if to in MOVES and to is not state],
        may_put_forward=S.PUT_FORWARD in possible,
        may_record_outcome=state in WORKED and state in possible,
        may_correct={each.number for each in details.history if _may_correct(viewer.role, each)},
        colours=COLOURS,
        reason_words=_reason_words,
    )


@router.get("/{application_id}/moves/{state}")
def ask_about_move(
    application_id: ApplicationId,
    state: str,
    viewer: CurrentViewer,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form for when it happened, and why."""
    details = applications.get_application(scope, application_id)
    to = _possible(state, viewer.role, details)
    given = {"version": str(details.application.version), **day_of(applications.today)}
    return _move_page(pages, details, to, Form(given, None, {}))


@router.post("/{application_id}/moves/{state}")
def record_move(
    application_id: ApplicationId,
    state: str,
    sent: CurrentForm,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record it, or show the form again."""
    try:
        applications.move(
            scope,
            application_id,
            _state(state),
            version=sent.number("version") or 0,
            on=read_day(sent),
            reason=sent.text("reason"),
            note=sent.text("note"),
        )
    except (ValidationError, ConflictError, RefusedError) as error:
        details = applications.get_application(scope, application_id)
        form = invalid_form(errors_of(error), sent.given())
        return _move_page(pages, details, _state(state), form, status_of(error))
    return redirect_with_notice(f"/applications/{application_id}", "recorded")


@router.get("/{application_id}/outcome")
def ask_for_outcome(
    application_id: ApplicationId,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form for being in work at six weeks or six months."""
    details = applications.get_application(scope, application_id)
    if details.application.state not in WORKED:
        raise NotFoundError("nobody who has not started work has outcomes")
    given = {"version": str(details.application.version), **day_of(applications.today)}
    return _outcome_page(pages, details, Form(given, None, {}))


@router.post("/{application_id}/outcome")
def record_outcome(
    application_id: ApplicationId,
    sent: CurrentForm,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record the outcome, or show the form again."""
    try:
        applications.record_outcome(
            scope,
            application_id,
            read_choice(sent, "point", OutcomePoint, "Choose 6 weeks or 6 months"),
            read_choice(sent, "outcome", OutcomeAtPoint, "Choose what was found"),
            version=sent.number("version") or 0,
            on=read_day(sent),
            note=sent.text("note"),
        )
    except (ValidationError, ConflictError, RefusedError) as error:
        details = applications.get_application(scope, application_id)
        form = invalid_form(errors_of(error), sent.given())
        return _outcome_page(pages, details, form, status_of(error))
    return redirect_with_notice(f"/applications/{application_id}", "recorded")


@router.get("/{application_id}/corrections/{number}")
def ask_for_correction(
    application_id: ApplicationId,
    number: int,
    viewer: CurrentViewer,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form that corrects what was recorded."""
    details = applications.get_application(scope, application_id)
    event = _event(details, number)
    if not _may_correct(viewer.role, event):
        raise NotFoundError("this is not for this role to put right")
    given = {
        "version": str(details.application.version),
        "to": event.outcome.value if event.outcome else event.to_state.value,
        "reason": event.reason or "",
        "note": event.note or "",
        **day_of(event.happened_on),
    }
    return _correction_page(pages, viewer.role, details, event, Form(given, None, {}))


@router.post("/{application_id}/corrections/{number}")
def correct(
    application_id: ApplicationId,
    number: int,
    sent: CurrentForm,
    viewer: CurrentViewer,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Correct it, or show the form again."""
    details = applications.get_application(scope, application_id)
    event = _event(details, number)
    try:
        why = read_choice(sent, "why", CorrectionReason, "Choose what was wrong")
        correction = Correction(number=number, reason=why)
        version, note, day = sent.number("version") or 0, sent.text("note"), read_day(sent)
        to = sent.text("to")
        if to == UNDO:
            applications.undo(scope, application_id, correction, version=version, note=note)
        elif event.point:
            found = read_choice(sent, "to", OutcomeAtPoint, "Choose what was found")
            applications.record_outcome(
                scope, application_id, event.point, found,
                version=version, on=day, note=note, correct=correction,
            )  # fmt: skip
        else:
            happened = read_choice(sent, "to", ApplicationState, "Choose what happened")
            applications.move(
                scope, application_id, happened, version=version, on=day,
                reason=sent.text("reason") if happened in REASONS else None,
                note=note, correct=correction,
            )  # fmt: skip
    except (ValidationError, ConflictError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return _correction_page(pages, viewer.role, details, event, form, status_of(error))
    return redirect_with_notice(f"/applications/{application_id}", "put-right")


@router.get("/{application_id}/agreement/withdraw")
def ask_about_withdrawal(
    application_id: ApplicationId,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show what follows if the person withdraws their agreement, and ask for the day."""
    details = applications.get_application(scope, application_id)
    if not details.application.agreed:
        raise NotFoundError("no agreement stands")
    form: Form[Any] = Form(day_of(applications.today), None, {})
    return pages.page("lead/withdraw_agreement.html", details=details, form=form)


@router.post("/{application_id}/agreement/withdraw")
def withdraw_agreement(
    application_id: ApplicationId,
    sent: CurrentForm,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record it: the employer no longer sees them."""
    try:
        applications.withdraw_agreement(scope, application_id, on=read_day(sent))
    except (ValidationError, RefusedError) as error:
        details = applications.get_application(scope, application_id)
        form = invalid_form(errors_of(error), sent.given())
        return pages.page("lead/withdraw_agreement.html", status=422, details=details, form=form)
    return redirect_with_notice(f"/applications/{application_id}", "agreement-withdrawn")


def _move_page(
    pages: ViewersPages,
    details: ApplicationDetails,
    to: ApplicationState,
    form: Form[Any],
    status: int = 200,
) -> Response:
    reasons = [
        (code.value, code.label)
        for code in REASONS.get(to, ())
        if code.value != "AGREEMENT_WITHDRAWN"
    ]
    return pages.page(
        "lead/move.html",
        status=status,
        details=details,
        to=to,
        heading=MOVES[to],
        reasons=reasons,
        form=form,
    )


def _outcome_page(
    pages: ViewersPages, details: ApplicationDetails, form: Form[Any], status: int = 200
) -> Response:
    return pages.page(
        "lead/outcome.html",
        status=status,
        details=details,
        points=[(point.value, f"{point.label} after release") for point in OutcomePoint],
        outcomes=[(each.value, each.label) for each in OutcomeAtPoint],
        form=form,
    )


def _correction_page(
    pages: ViewersPages,
    role: Role,
    details: ApplicationDetails,
    event: ApplicationEvent,
    form: Form[Any],
    status: int = 200,
) -> Response:
    return pages.page(
        "lead/correct.html",
        status=status,
        details=details,
        event=event,
        choices=_instead(role, details, event),
        whys=[
            (why.value, why.label)
            for why in CorrectionReason
            if why is not CorrectionReason.LATER_FILE
        ],
        reasons={
            state: REASONS[state] for state in REASONS if can_move(role, event.from_state, state)
        },
        reason_words=_reason_words,
        form=form,
    )


def _instead(
    role: Role, details: ApplicationDetails, event: ApplicationEvent
) -> list[tuple[str, str]]:
    """Return what can be said to have happened instead, the same first."""
    is_last = event.step == max(each.step for each in details.history if each.stands)
    if event.point:
        return [(each.value, each.label) for each in OutcomeAtPoint] + (
            [(UNDO, "This was not asked or found at all")] if is_last else []
        )
    choices = [(event.to_state.value, f"{event.to_state.label}, as recorded")]
    if is_last and event.from_state is not None:
        choices += [
            (to.value, to.label)
            for to in next_states(role, event.from_state)
            if to in MOVES and to is not event.to_state
        ]
        choices.append((UNDO, "Nothing happened: take it back"))
    return choices


def _may_correct(role: Role, event: ApplicationEvent) -> bool:
    return (
        event.stands
        and event.to_state is not S.INTERVIEW_BOOKED
        and can_move(role, event.from_state, event.to_state)
    )


def _event(details: ApplicationDetails, number: int) -> ApplicationEvent:
    for event in details.history:
        if event.number == number and event.stands:
            return event
    raise NotFoundError("nothing that stands has this number")


def _state(text: str) -> ApplicationState:
    found = S.__members__.get(text)
    if found is None or found not in MOVES:
        raise NotFoundError("there is no such move")
    return found


def _possible(text: str, role: Role, details: ApplicationDetails) -> ApplicationState:
    """Return the transition in the address, if this role can make it now."""
    to = _state(text)
    if not can_move(role, details.application.state, to):
        raise NotFoundError("that move cannot be made from here")
    return to


def _reason_words(event: ApplicationEvent) -> str:
    """Return an event's reason in words; empty without one."""
    codes = REASONS.get(event.to_state)
    return codes(event.reason).label if codes and event.reason else ""
