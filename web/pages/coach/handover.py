"""One person between prison and jobcentre: leads hand over, coaches accept."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from casework.handover.model import NewTask, SupportKind, TaskKind
from foundation.database import Scope
from foundation.errors import ValidationError
from foundation.vocabulary import Role
from web.auth.rules import only
from web.dependencies import (
    CandidateId,
    CurrentHandovers,
    CurrentPages,
    CurrentScope,
    public_id,
)
from web.forms.forms import Form, empty_form, invalid_form
from web.forms.posted import CurrentForm, Posted
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

LEAD = only(Role.PRISON_EMPLOYMENT_LEAD)
COACH = only(Role.WORK_COACH)

router = APIRouter(
    prefix="/candidates/{candidate_id}",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
)


async def get_task_id(task_id: str) -> UUID:
    """The task in the address."""
    return UUID(public_id(task_id))


TaskId = Annotated[UUID, Depends(get_task_id)]


@router.get("/handover")
def show_handover(
    candidate_id: CandidateId,
    handovers: CurrentHandovers,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the handover's status, its tasks, and the support given."""
    return _page(candidate_id, handovers, scope, pages, empty_form())


@router.post("/handover", dependencies=[LEAD])
def start_handover(
    candidate_id: CandidateId,
    sent: CurrentForm,
    handovers: CurrentHandovers,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Hand the person over to the work coaches of an area."""
    try:
        handovers.start(scope, UUID(candidate_id), sent.text("area"), note=sent.text("note"))
    except ValidationError as error:
        form = _refused(error, sent)
        return _page(candidate_id, handovers, scope, pages, form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}/handover", "handover-started")


@router.post("/handover/accept", dependencies=[COACH])
def accept_handover(
    candidate_id: CandidateId,
    handovers: CurrentHandovers,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Accept the person."""
    try:
        handovers.accept(scope, UUID(candidate_id))
    except ValidationError as error:
        form = invalid_form({"": _sentence(error.allowed)})
        return _page(candidate_id, handovers, scope, pages, form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}/handover", "handover-accepted")


@router.post("/handover/tasks")
def add_task(
    candidate_id: CandidateId,
    sent: CurrentForm,
    handovers: CurrentHandovers,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Add a task."""
    try:
        task = NewTask(
            _chosen(sent, "task_kind", TaskKind, "Choose what has to be done"),
            _day(sent, "due"),
            sent.text("task_note"),
        )
        handovers.add_task(scope, UUID(candidate_id), task)
    except ValidationError as error:
        form = _refused(error, sent, {"note": "task_note"})
        return _page(candidate_id, handovers, scope, pages, form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}/handover", "task-kept")


@router.post("/handover/tasks/{task_id}/done")
def finish_task(
    candidate_id: CandidateId,
    task_id: TaskId,
    sent: CurrentForm,
    handovers: CurrentHandovers,
    scope: CurrentScope,
) -> Response:
    """Mark a task as done, or (`again`) as not done after all."""
    again = sent.text("again") == "yes"
    handovers.finish_task(scope, task_id, done=not again)
    notice = "task-reopened" if again else "task-finished"
    back = "/" if sent.text("from") == "home" else f"/candidates/{candidate_id}/handover"
    return redirect_with_notice(back, notice)


@router.post("/support")
def add_support(
    candidate_id: CandidateId,
    sent: CurrentForm,
    handovers: CurrentHandovers,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record support that was given."""
    try:
        kind = _chosen(sent, "support_kind", SupportKind, "Choose the kind of support")
        given_on = _day(sent, "on")
        handovers.add_support(
            scope, UUID(candidate_id), kind, given_on, note=sent.text("support_note")
        )
    except ValidationError as error:
        form = _refused(error, sent, {"note": "support_note"})
        return _page(candidate_id, handovers, scope, pages, form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}/handover", "support-kept")


def _chosen(sent: Posted, name: str, kind: Any, message: str) -> Any:  # noqa: ANN401 -- a Code
    if sent.text(name) not in kind.__members__:
        raise ValidationError(name, sent.text(name), message)
    return kind(sent.text(name))


def _day(sent: Posted, name: str) -> date:
    try:
        return date.fromisoformat(sent.day(name))
    except ValueError as error:
        raise ValidationError(name, "", "enter a date, such as 27 3 2027") from error


def _refused(
    error: ValidationError, sent: Posted, fields: dict[str, str] | None = None
) -> Form[Any]:
    field = (fields or {}).get(error.field, error.field)
    return invalid_form({field: _sentence(error.allowed)}, sent.given())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _page(
    candidate_id: str,
    handovers: CurrentHandovers,
    scope: Scope,
    pages: ViewersPages,
    form: Form[Any],
    status: int = 200,
) -> Response:
    handover_case = handovers.get_handover_case(scope, UUID(candidate_id))
    return pages.page(
        "coach/handover.html",
        status=status,
        handover_case=handover_case,
        candidate=handover_case.person,
        task_kinds=[(each.value, each.label) for each in TaskKind],
        support_kinds=[(each.value, each.label) for each in SupportKind],
        today=handovers.today,
        form=form,
    )
