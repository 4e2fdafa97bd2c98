"""What a lead does with a shortlist: shortlist, hide, move up, compare, print."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from casework.decisions.compare import compare
from casework.decisions.model import DecidedList, DecidedShortlist, HideReason, PlaceReason
from casework.decisions.service import DecisionService
from foundation.database import Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import Role
from matching.explain.document import RankedCandidate
from matching.policies.service import DEFAULT_POLICY
from web.auth.rules import only
from web.dependencies import (
    CandidateId,
    CurrentApplications,
    CurrentDecisions,
    CurrentPages,
    CurrentScope,
    CurrentService,
    VacancyId,
    public_id,
)
from web.forms.forms import Form, PolicyOf, empty_form, invalid_form, read_form
from web.forms.posted import CurrentForm
from web.pages.lead.staff import RefusedError, errors_of, read_choice, status_of
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

MOST_PRINTED = 50
FIRST = "first"

router = APIRouter(
    prefix="/vacancies", include_in_schema=False, dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)]
)


async def get_decision_id(decision_id: str) -> UUID:
    """The decision in the address."""
    return UUID(public_id(decision_id))


@router.post("/{vacancy_id}/shortlist/{candidate_id}")
def shortlist(
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    sent: CurrentForm,
    applications: CurrentApplications,
    scope: CurrentScope,
) -> Response:
    """Start an application for this person, and go to what is missing to put them forward."""
    run = sent.text("run")
    begun = applications.shortlist(
        scope,
        vacancy_id,
        candidate_id,
        run_id=UUID(public_id(run)) if run else None,
        rank=sent.number("rank") if run else None,
    )
    return redirect_with_notice(f"/applications/{begun.public_id}/put-forward", "shortlisted")


@router.get("/{vacancy_id}/hide/{candidate_id}")
def ask_to_hide(
    request: Request,
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form that asks why."""
    run_id = UUID(public_id(request.query_params.get("run", "")))
    given = {"run": str(run_id)}
    shown = _shown(decisions, scope, run_id, vacancy_id)
    return _hide_page(pages, shown, candidate_id, Form(given, None, {}))


@router.post("/{vacancy_id}/hide/{candidate_id}")
def hide(
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    sent: CurrentForm,
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Hide them from this vacancy's shortlist until that is undone."""
    run_id = UUID(public_id(sent.text("run")))
    shown = _shown(decisions, scope, run_id, vacancy_id)
    try:
        reason = read_choice(sent, "why", HideReason, "Choose why")
        decisions.hide(scope, run_id, UUID(candidate_id), reason, sent.text("reason"))
    except (ValidationError, ConflictError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return _hide_page(pages, shown, candidate_id, form, status_of(error))
    return redirect_with_notice(f"/vacancies/{vacancy_id}", "hidden")


@router.get("/{vacancy_id}/place/{candidate_id}")
def ask_where(
    request: Request,
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form that asks above whom, and why."""
    run_id = UUID(public_id(request.query_params.get("run", "")))
    shown = _shown(decisions, scope, run_id, vacancy_id)
    return _place_page(pages, shown, candidate_id, Form({"run": str(run_id)}, None, {}))


@router.post("/{vacancy_id}/place/{candidate_id}")
def place(
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    sent: CurrentForm,
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Put them above somebody; the ranking's own order stays beside it."""
    run_id = UUID(public_id(sent.text("run")))
    shown = _shown(decisions, scope, run_id, vacancy_id)
    try:
        if not sent.text("above"):
            raise RefusedError("above", "Choose above whom they go")
        above = None if sent.text("above") == FIRST else UUID(public_id(sent.text("above")))
        reason = read_choice(sent, "why", PlaceReason, "Choose why")
        decisions.place(scope, run_id, UUID(candidate_id), reason, sent.text("reason"), above=above)
    except (ValidationError, ConflictError, RefusedError) as error:
        form = invalid_form(errors_of(error), sent.given())
        return _place_page(pages, shown, candidate_id, form, status_of(error))
    return redirect_with_notice(f"/vacancies/{vacancy_id}", "placed")


@router.get("/{vacancy_id}/decisions/{decision_id}/undo")
def ask_to_undo(
    vacancy_id: VacancyId,
    decision_id: Annotated[UUID, Depends(get_decision_id)],
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form that asks why a decision no longer holds."""
    return _undo_page(pages, decisions, scope, vacancy_id, decision_id, empty_form())


@router.post("/{vacancy_id}/decisions/{decision_id}/undo")
def undo(
    vacancy_id: VacancyId,
    decision_id: Annotated[UUID, Depends(get_decision_id)],
    sent: CurrentForm,
    decisions: CurrentDecisions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Undo a decision; that it was made stays on record."""
    try:
        decisions.undo(scope, decision_id, sent.text("reason"))
    except ValidationError as error:
        form = invalid_form(errors_of(error), sent.given())
        return _undo_page(pages, decisions, scope, vacancy_id, decision_id, form, 422)
    return redirect_with_notice(f"/vacancies/{vacancy_id}", "undone")


@router.get("/{vacancy_id}/compare")
def compare_two(
    request: Request,
    vacancy_id: VacancyId,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show two people side by side: `?a=&b=`, or the two ticked, `?who=&who=`."""
    query = request.query_params
    form = read_form(PolicyOf, query)
    policy = form.value.policy if form.value else DEFAULT_POLICY
    who = [query["a"], query["b"]] if "a" in query and "b" in query else query.getlist("who")
    vacancy = service.get_vacancy(scope, vacancy_id)
    if len(set(who)) != 2:
        told = invalid_form({"who": "Go back and tick two people to compare them"})
        return pages.page("lead/compare.html", status=422, vacancy=vacancy, form=told)
    first, second = (service.why(scope, vacancy_id, public_id(e), policy=policy) for e in who)
    return pages.page("lead/compare.html", vacancy=vacancy, both=compare(first, second))


@router.get("/{vacancy_id}/print")
def print_reasons(
    request: Request,
    vacancy_id: VacancyId,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the reasons of everybody who was ticked, one to a sheet of paper."""
    form = read_form(PolicyOf, request.query_params)
    policy = form.value.policy if form.value else DEFAULT_POLICY
    who = list(dict.fromkeys(request.query_params.getlist("who")))
    vacancy = service.get_vacancy(scope, vacancy_id)
    if not 1 <= len(who) <= MOST_PRINTED:
        told = invalid_form({"who": f"Go back and tick between 1 and {MOST_PRINTED} people"})
        return pages.page("lead/print.html", status=422, vacancy=vacancy, form=told)
    reasons = [service.why(scope, vacancy_id, public_id(each), policy=policy) for each in who]
    return pages.page("lead/print.html", vacancy=vacancy, reasons=reasons)


def _shown(
    decisions: DecisionService, scope: Scope, run_id: UUID, vacancy_id: str
) -> DecidedShortlist:
    """Return the ranking that the lead looked at, if it is this vacancy's."""
    shown = decisions.show_run(scope, run_id)
    if str(shown.document.vacancy.public_id) != vacancy_id:
        raise NotFoundError("the ranking is another vacancy's")
    return shown


def _find(shown: DecidedShortlist, candidate_id: str) -> tuple[RankedCandidate, DecidedList]:
    for listed in (shown.eligible, shown.refer):
        for each in listed.places:
            if str(each.given.candidate.public_id) == candidate_id:
                return each.given, listed
    raise NotFoundError("this person is not in the ranking, or is hidden from it")


def _hide_page(
    pages: ViewersPages,
    shown: DecidedShortlist,
    candidate_id: str,
    form: Form[Any],
    status: int = 200,
) -> Response:
    entry, _ = _find(shown, candidate_id)
    return pages.page(
        "lead/hide.html",
        status=status,
        vacancy=shown.document.vacancy,
        entry=entry,
        whys=[(why.value, why.label) for why in HideReason],
        form=form,
    )


def _place_page(
    pages: ViewersPages,
    shown: DecidedShortlist,
    candidate_id: str,
    form: Form[Any],
    status: int = 200,
) -> Response:
    entry, listed = _find(shown, candidate_id)
    here = next(p.rank for p in listed.places if p.given is entry)
    return pages.page(
        "lead/place.html",
        status=status,
        vacancy=shown.document.vacancy,
        entry=entry,
        here=here,
        higher=[place for place in listed.places if place.rank < here],
        whys=[(why.value, why.label) for why in PlaceReason],
        form=form,
    )


def _undo_page(
    pages: ViewersPages,
    decisions: DecisionService,
    scope: Scope,
    vacancy_id: str,
    decision_id: UUID,
    form: Form[Any],
    status: int = 200,
) -> Response:
    for each in decisions.list_decisions(scope, UUID(vacancy_id)):
        if each.public_id == decision_id and each.undone_at is None:
            return pages.page(
                "lead/undo.html", status=status, decision=each, vacancy_id=vacancy_id, form=form
            )
    raise NotFoundError("no such decision is in force")
