"""People put forward: the list, one person's introduction, and what the employer records."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from casework.applications.model import ApplicationEvent, IntroducedCandidate, VacancyWithPeople
from casework.introductions.service import PersonShown
from employers.posting.answers import day_answers
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import Role, UnsuccessfulReason
from web.auth.rules import only
from web.dependencies import (
    CurrentApplications,
    CurrentIntroductions,
    CurrentPages,
    CurrentScope,
    public_id,
)
from web.forms.exports import csv_response
from web.forms.forms import PAGE_SIZE, Form, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.pages.employer import stages
from web.pages.employer.choices import YES_OR_NO, pairs
from web.pages.employer.history import changed_words, event_words, steps_so_far
from web.pages.employer.queries import PeopleWanted, read_query
from web.pages.employer.recording import (
    Action,
    actions_for,
    both_ends,
    find_action,
    given_first,
    known_action,
    read_action,
    read_correction,
    record,
    title_of,
)
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages, page_links

SORTS = (
    ("newest", "Put forward last"),
    ("oldest", "Waiting longest"),
    ("name", "First name"),
    ("interview", "Interview soonest"),
)
STAGES = tuple((stage.code, stage.label) for stage in stages.EmployerStage)
REASONS = pairs(UnsuccessfulReason)
COLUMNS = (
    "first name",
    "vacancy",
    "reference",
    "where it stands",
    "put forward on",
    "can begin",
    "area",
    "travel",
    "hours wanted",
    "skills",
    "evidence",
    "certificates",
    "interview on",
    "interview at",
)

router = APIRouter(
    prefix="/employer/people", include_in_schema=False, dependencies=[only(Role.EMPLOYER)]
)
exports = APIRouter(include_in_schema=False, dependencies=[only(Role.EMPLOYER)])


@router.get("")
def list_people(
    request: Request, introductions: CurrentIntroductions, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List people put forward to the employer's vacancies, one page at a time."""
    form = read_query(PeopleWanted, request.query_params)
    vacancies = introductions.list_vacancies(scope)
    if form.value is None:
        return _list_page(pages, form, vacancies, status=422)
    wanted = form.value
    found = introductions.list_people(
        scope, wanted.filter(), wanted.sort, page=wanted.page, size=PAGE_SIZE
    )
    if wanted.page > 1 and not found.items:
        raise NotFoundError("the list has no such page")
    links = page_links(request.query_params, number=found.number, total=found.total, size=PAGE_SIZE)
    return _list_page(pages, form, vacancies, found=found, links=links)


@exports.get("/employer/people.csv")
def export_people(
    request: Request, introductions: CurrentIntroductions, scope: CurrentScope
) -> Response:
    """Return the list as a file, with what the introductions say and nothing else."""
    form = read_query(PeopleWanted, request.query_params)
    wanted = form.value or PeopleWanted()
    found = introductions.export_people(scope, wanted.filter(), wanted.sort)
    return csv_response("people-put-forward", COLUMNS, (_row(each) for each in found))


@router.get("/{application_id}")
def show_person(
    application_id: str,
    introductions: CurrentIntroductions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one person's introduction, what was done so far, and what can be done next."""
    return _person_page(pages, introductions.get_person(scope, _id(application_id)))


@router.get("/{application_id}/correct/{number}")
def ask_for_correction(
    application_id: str,
    number: int,
    introductions: CurrentIntroductions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form to correct something that this employer recorded."""
    person = introductions.get_person(scope, _id(application_id))
    event = _event(person, number)
    given = {
        **{name: str(value) for name, value in day_answers("on", event.happened_on).items()},
        "reason": event.reason or "",
        "note": event.note or "",
    }
    return _correction_page(pages, person, event, invalid_form({}, given))


@router.post("/{application_id}/correct/{number}")
def correct(
    application_id: str,
    number: int,
    sent: CurrentForm,
    introductions: CurrentIntroductions,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Correct it; what was recorded stays in the history."""
    application = _id(application_id)
    person = introductions.get_person(scope, application)
    event = _event(person, number)
    found = read_correction(event, sent, introductions.today)
    if found.errors:
        form = invalid_form(found.errors, sent.given())
        return _correction_page(pages, person, event, form, status=422)
    try:
        record(applications, scope, application, sent.number("version") or 0, found)
    except ConflictError:
        return _changed_first(pages, introductions.get_person(scope, application))
    except ValidationError as error:
        form = invalid_form(_refusal(error, "what"), sent.given())
        return _correction_page(pages, person, event, form, status=422)
    return redirect_with_notice(f"/employer/people/{application}", "put-right")


@router.get("/{application_id}/{action_name}")
def ask_for_action(
    application_id: str,
    action_name: str,
    introductions: CurrentIntroductions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form to record something; the person's page if it is no longer possible."""
    application, wanted = _id(application_id), known_action(action_name)
    person = introductions.get_person(scope, application)
    action = find_action(wanted.name, person)
    if action is None:
        return redirect_with_notice(f"/employer/people/{application}")
    return _action_page(pages, person, action, invalid_form({}, given_first(action, person)))


@router.post("/{application_id}/{action_name}")
def take_action(
    application_id: str,
    action_name: str,
    sent: CurrentForm,
    introductions: CurrentIntroductions,
    applications: CurrentApplications,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record it, or show what is wrong with the form or who changed something first."""
    application, wanted = _id(application_id), known_action(action_name)
    version = sent.number("version") or 0
    person = introductions.get_person(scope, application)
    action = find_action(wanted.name, person)
    if action is None or person.introduced.version != version:
        return _changed_first(pages, person, action, sent.given())
    found = read_action(action, person, sent, introductions.today)
    if found.errors:
        return _action_page(
            pages, person, action, invalid_form(found.errors, sent.given()), status=422
        )
    try:
        record(applications, scope, application, version, found)
    except ConflictError:
        person = introductions.get_person(scope, application)
        return _changed_first(pages, person, find_action(wanted.name, person), sent.given())
    except ValidationError as error:
        form = invalid_form(_refusal(error, "note"), sent.given())
        return _action_page(pages, person, action, form, status=422)
    return redirect_with_notice(f"/employer/people/{application}", action.notice)


def _changed_first(
    pages: ViewersPages,
    person: PersonShown,
    action: Action | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """Show who changed it first, above the form if it can still be used."""
    told = changed_words(person)
    if action is None:
        return _person_page(pages, person, status=409, conflict=told)
    return _action_page(pages, person, action, invalid_form({}, given), status=409, conflict=told)


def _person_page(
    pages: ViewersPages, person: PersonShown, *, status: int = 200, conflict: str = ""
) -> Response:
    return pages.page(
        "employer/person.html",
        status=status,
        person=person,
        introduced=person.introduced,
        told=person.introduced.introduction,
        steps=steps_so_far(person),
        actions=actions_for(person),
        stages=stages,
        conflict=conflict,
        form=empty_form(),
    )


def _action_page(
    pages: ViewersPages,
    person: PersonShown,
    action: Action,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: str = "",
) -> Response:
    return pages.page(
        "employer/action.html",
        status=status,
        introduced=person.introduced,
        action=action,
        title=title_of(action, person),
        asks_after_interview=both_ends(person),
        reasons=REASONS,
        yes_or_no=YES_OR_NO,
        form=form,
        linked=_linked(form),
        conflict=conflict,
    )


def _correction_page(
    pages: ViewersPages,
    person: PersonShown,
    event: ApplicationEvent,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    return pages.page(
        "employer/correction.html",
        status=status,
        introduced=person.introduced,
        event=event,
        words=event_words(event),
        may_undo=event.step == person.last_step,
        reasons=REASONS,
        form=form,
        linked=_linked(form),
    )


def _list_page(
    pages: ViewersPages,
    form: Form[PeopleWanted],
    vacancies: list[VacancyWithPeople],
    *,
    status: int = 200,
    **context: object,
) -> Response:
    return pages.page(
        "employer/people.html",
        status=status,
        form=form,
        vacancies=[(str(each.public_id), f"{each.title}, {each.reference}") for each in vacancies],
        stage_choices=STAGES,
        sorts=SORTS,
        stages=stages,
        **context,
    )


def _event(person: PersonShown, number: int) -> ApplicationEvent:
    """Return the employer's own event with that number, if it stands."""
    for event in person.events:
        if event.number == number and event.stands:
            return event
    raise NotFoundError("there is no such event that this employer could put right")


def _linked(form: Form[Any]) -> dict[str, str]:
    """Return messages by the element that the error summary links to: a date's first part."""
    return {"on-day" if name == "on" else name: text for name, text in form.errors.items()}


def _refusal(error: ValidationError, otherwise: str) -> dict[str, str]:
    """Return what the service refused, by the field that it is about."""
    field = error.field if error.field in ("on", "note", "reason") else otherwise
    return {field: error.allowed[:1].upper() + error.allowed[1:]}


def _row(each: IntroducedCandidate) -> tuple[object, ...]:
    told, booked = each.introduction, each.interview
    return (
        told.first_name,
        each.title,
        each.reference,
        stages.words_of(each.state),
        each.introduced_on,
        told.available_from,
        told.area,
        told.travel,
        "; ".join(told.hours_wanted),
        "; ".join(told.skills),
        "; ".join(told.evidence),
        "; ".join(told.certificates),
        booked.on if booked else None,
        f"{booked.at:%H:%M}" if booked else None,
    )


def _id(text: str) -> UUID:
    return UUID(public_id(text))
