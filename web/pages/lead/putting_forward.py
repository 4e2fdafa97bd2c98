"""Putting a person forward: their agreement, what is missing, and what the employer will see."""

from typing import Any

from fastapi import APIRouter, Response

from casework.applications.model import PutForwardAnswers
from casework.applications.putting_forward import PutForwardError
from casework.applications.service import ApplicationService
from casework.worklist.service import WorklistService
from foundation.database import Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import AgreementHow, ApplicationState, Role
from web.auth.rules import only
from web.dependencies import CurrentApplications, CurrentPages, CurrentScope, CurrentWorklist
from web.forms.forms import Form, invalid_form
from web.forms.posted import CurrentForm, Posted
from web.pages.lead.applications import ApplicationId
from web.pages.lead.staff import RefusedError, day_of, errors_of, read_choice, read_day, status_of
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

MOST_OF_A_NOTE = 500

router = APIRouter(
    prefix="/applications",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)],
)


@router.get("/{application_id}/put-forward")
def ask(
    application_id: ApplicationId,
    applications: CurrentApplications,
    worklist: CurrentWorklist,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show what is missing, what to answer, and the introduction."""
    form: Form[Any] = Form(day_of(applications.today), None, {})
    return _page(pages, applications, worklist, scope, application_id, form)


@router.post("/{application_id}/put-forward")
def put_forward(
    application_id: ApplicationId,
    sent: CurrentForm,
    applications: CurrentApplications,
    worklist: CurrentWorklist,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Put them forward, or show what still stands in the way."""
    try:
        applications.put_forward(
            scope,
            application_id,
            version=sent.number("version") or 0,
            answers=_answers(sent),
            note=sent.text("note"),
            on=read_day(sent),
        )
    except PutForwardError as error:
        form = invalid_form(_missing(error), sent.given())
        return _page(pages, applications, worklist, scope, application_id, form, 422)
    except (ValidationError, ConflictError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return _page(pages, applications, worklist, scope, application_id, form, status_of(error))
    return redirect_with_notice(f"/applications/{application_id}", "put-forward")


@router.post("/{application_id}/agreement")
def agree(
    application_id: ApplicationId,
    sent: CurrentForm,
    applications: CurrentApplications,
    worklist: CurrentWorklist,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record that the person agrees to be put forward to this vacancy."""
    try:
        how = read_choice(sent, "how", AgreementHow, "Choose how they agreed")
        applications.agree(scope, application_id, how, on=read_day(sent, "agreed"))
    except (ValidationError, ConflictError, RefusedError) as error:
        found = errors_of(error)
        # The service calls the day `on`, which on this page is the day of the other form.
        named = {"agreed" if field == "on" else field: text for field, text in found.items()}
        form = invalid_form(named, sent.given())
        return _page(pages, applications, worklist, scope, application_id, form, status_of(error))
    return redirect_with_notice(f"/applications/{application_id}/put-forward", "agreed")


def _answers(sent: Posted) -> PutForwardAnswers:
    given = {name: sent.text(name) for name in ("decision", "documents")}
    for name, text in given.items():
        if len(text) > MOST_OF_A_NOTE:
            raise RefusedError(name, f"Use at most {MOST_OF_A_NOTE} characters")
    return PutForwardAnswers(
        decision=given["decision"] or None, documents=given["documents"] or None
    )


def _missing(error: PutForwardError) -> dict[str, str]:
    """Return what stands in the way, by the field that answers it, or on its own."""
    asked = {
        "decision": "Say what you decided about what has to be checked",
        "documents": "Say why they go forward without the documents",
    }
    return {
        str(problem.answer or problem.code): (
            asked[problem.answer] if problem.answer else problem.sentence
        )
        for problem in error.problems
    }


def _page(
    pages: ViewersPages,
    applications: ApplicationService,
    worklist: WorklistService,
    scope: Scope,
    application_id: ApplicationId,
    form: Form[Any],
    status: int = 200,
) -> Response:
    check = applications.check_put_forward(scope, application_id)
    if check.application.state is not ApplicationState.SHORTLISTED:
        raise NotFoundError("only who is shortlisted can be put forward")
    if "agreed-day" not in form.given:
        form = Form({**form.given, **day_of(applications.today, "agreed")}, None, form.errors)
    if "on-day" not in form.given:
        form = Form({**form.given, **day_of(applications.today)}, None, form.errors)
    return pages.page(
        "lead/put_forward.html",
        status=status,
        details=check,
        check=check,
        told=worklist.preview(scope, application_id),
        hows=[(how.value, how.label) for how in AgreementHow],
        form=form,
    )
