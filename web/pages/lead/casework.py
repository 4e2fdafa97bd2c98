"""A person's readiness and consent, notes, and tasks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from candidates.readiness import action_statuses, readiness_summary
from casework.people.case import Case, CaseChange, ConsentChange, NewNote, NewTask, NoteAbout
from foundation.errors import ConflictError, ValidationError
from foundation.vocabulary import (
    ActionStatus,
    AgreementHow,
    Consent,
    IdDocument,
    ReadinessAction,
    ReadinessStatus,
    RightToWork,
    Role,
)
from web.auth.rules import only
from web.auth.viewer import CurrentViewer, own_path
from web.dependencies import (
    CandidateId,
    CurrentCasework,
    CurrentHome,
    CurrentPages,
    CurrentScope,
    public_id,
)
from web.forms.forms import Form, invalid_form
from web.forms.posted import CurrentForm, Posted
from web.pages.lead.candidates import CurrentPersonPage
from web.pages.lead.staff import RefusedError, day_of, errors_of, read_choice, read_day, status_of
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

LEAD = only(Role.PRISON_EMPLOYMENT_LEAD)
MINE = "ME"
SAME = "SAME"

router = APIRouter(
    prefix="/candidates",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
)


async def get_note_id(note_id: str) -> UUID:
    """The note in the address."""
    return UUID(public_id(note_id))


async def get_task_id(task_id: str) -> UUID:
    """The task in the address."""
    return UUID(public_id(task_id))


@router.get("/{candidate_id}/case", dependencies=[LEAD])
def ask_about_case(
    candidate_id: CandidateId, casework: CurrentCasework, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show the form with everything about a person's readiness."""
    case = casework.get_case(scope, UUID(candidate_id))
    record = case.person.record
    given = {
        "version": str(case.version),
        "readiness": record.readiness_status.value,
        "right_to_work": record.right_to_work.value,
        "consent": SAME,
        **day_of(casework.today),
        **{f"action-{action}": status.value for action, status in action_statuses(record).items()},
    }
    ticked = [document.value for document in record.id_documents]
    return _case_page(pages, casework, case, Form(given, None, {}), ticked)


@router.post("/{candidate_id}/case", dependencies=[LEAD])
def change_case(
    candidate_id: CandidateId,
    sent: CurrentForm,
    casework: CurrentCasework,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Change it, or show the form again with what somebody else changed meanwhile."""
    try:
        casework.update_case(scope, UUID(candidate_id), sent.number("version") or 0, _change(sent))
    except (ValidationError, ConflictError, RefusedError) as error:
        case = casework.get_case(scope, UUID(candidate_id))
        form = invalid_form(errors_of(error), sent.given())
        return _case_page(pages, casework, case, form, sent.texts("documents"), status_of(error))
    return redirect_with_notice(f"/candidates/{candidate_id}", "case-changed")


@router.post("/{candidate_id}/notes")
def add_note(
    candidate_id: CandidateId,
    sent: CurrentForm,
    casework: CurrentCasework,
    scope: CurrentScope,
    person: CurrentPersonPage,
) -> Response:
    """Add a note."""
    try:
        casework.add_note(scope, UUID(candidate_id), _note(sent))
    except (ValidationError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return person.show(candidate_id, note=form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}", "note-kept")


@router.post("/{candidate_id}/notes/{note_id}/strike")
def strike_note(
    candidate_id: CandidateId,
    note_id: Annotated[UUID, Depends(get_note_id)],
    sent: CurrentForm,
    casework: CurrentCasework,
    scope: CurrentScope,
    person: CurrentPersonPage,
) -> Response:
    """Strike a wrong note through."""
    try:
        casework.strike_note(scope, note_id, sent.text("reason"))
    except ValidationError:
        form = invalid_form(
            {f"reason-{note_id}": "Say why the note is wrong, in up to 500 characters"}
        )
        return person.show(candidate_id, note=form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}", "note-struck")


@router.post("/{candidate_id}/tasks")
def add_task(
    candidate_id: CandidateId,
    sent: CurrentForm,
    viewer: CurrentViewer,
    casework: CurrentCasework,
    scope: CurrentScope,
    person: CurrentPersonPage,
) -> Response:
    """Add a task: what, by when and for whom."""
    try:
        who = sent.text("for_role")
        mine = viewer.account.id if who == MINE else None
        role = None if mine else read_choice(sent, "for_role", Role, "Choose who does it")
        task = NewTask(sent.text("task"), read_day(sent, "due"), mine, role)
        casework.add_task(scope, UUID(candidate_id), task)
    except (ValidationError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return person.show(candidate_id, task=form, status=422)
    return redirect_with_notice(f"/candidates/{candidate_id}", "task-added")


@router.post("/{candidate_id}/tasks/{task_id}/done")
def finish_task(
    candidate_id: CandidateId,
    task_id: Annotated[UUID, Depends(get_task_id)],
    sent: CurrentForm,
    casework: CurrentCasework,
    scope: CurrentScope,
) -> Response:
    """Mark a task as done, or as not done after all."""
    is_done = sent.text("done") != "no"
    casework.finish_task(scope, task_id, done=is_done)
    back = own_path(sent.text("next") or f"/candidates/{candidate_id}")
    return redirect_with_notice(back, "task-done" if is_done else "task-again")


@router.post("/{candidate_id}/asked/done")
def finish_asked(
    candidate_id: CandidateId, sent: CurrentForm, home: CurrentHome, scope: CurrentScope
) -> Response:
    """Mark what a rule asked for as done."""
    home.finish_rule(scope, UUID(candidate_id), sent.text("key"))
    return redirect_with_notice(
        own_path(sent.text("next") or f"/candidates/{candidate_id}"), "task-done"
    )


def _change(sent: Posted) -> CaseChange:
    """Return the change that the form says."""
    actions = {
        action: read_choice(
            sent, f"action-{action}", ActionStatus, f"Choose how far “{action.label}” has come"
        )
        for action in ReadinessAction
    }
    consent = None
    if sent.text("consent") not in ("", SAME):
        consent = ConsentChange(
            read_choice(sent, "consent", Consent, "Choose what they said"),
            read_day(sent),
            read_choice(sent, "how", AgreementHow, "Choose how they said it"),
        )
    known = {document.value for document in IdDocument}
    return CaseChange(
        readiness=read_choice(sent, "readiness", ReadinessStatus, "Choose how ready they are"),
        actions=actions,
        documents=tuple(IdDocument(each) for each in sent.texts("documents") if each in known),
        consent=consent,
        right_to_work=read_choice(
            sent, "right_to_work", RightToWork, "Choose whether they have the right to work"
        ),
    )


def _note(sent: Posted) -> NewNote:
    """Return the note: about the person as a whole, an action, or an application."""
    words, about = sent.text("note"), sent.text("about")
    if about in ReadinessAction.__members__:
        return NewNote(words, NoteAbout.READINESS_ACTION, ReadinessAction(about))
    if about:
        return NewNote(words, NoteAbout.APPLICATION, application=UUID(public_id(about)))
    return NewNote(words)


def _case_page(
    pages: ViewersPages,
    casework: CurrentCasework,
    case: Case,
    form: Form[Any],
    ticked: list[str],
    status: int = 200,
) -> Response:
    return pages.page(
        "lead/case.html",
        status=status,
        case=case,
        record=case.person.record,
        summary=readiness_summary(case.person.record, casework.today),
        ticked=ticked,
        statuses=[(each.value, each.label) for each in ReadinessStatus],
        progress=[(each.value, each.label) for each in ActionStatus],
        documents=[(each.value, each.label) for each in IdDocument],
        rights=[(each.value, each.label) for each in RightToWork],
        consents=[
            (SAME, "No change"),
            ("GIVEN", "They consent"),
            ("WITHDRAWN", "They withdraw it"),
        ],
        hows=[(each.value, each.label) for each in AgreementHow],
        form=form,
    )
