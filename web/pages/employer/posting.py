"""Posting a vacancy: the task list, each step, what exclusions cost, checking, publishing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from employers.model import Draft
from employers.posting.answers import ticked
from employers.posting.service import PostingService, Review
from employers.posting.steps import STEPS, Faults, Step, get_step
from foundation.database import Scope
from foundation.errors import ConflictError, ValidationError
from foundation.vocabulary import OffenceExclusion, Role
from matching.rules.exclusions import ExclusionHelp, ExclusionImpact
from web.auth.rules import only
from web.dependencies import (
    CurrentExclusions,
    CurrentPages,
    CurrentPosting,
    CurrentScope,
    public_id,
)
from web.forms.forms import empty_form, invalid_form
from web.forms.posted import CurrentForm, Posted
from web.pages.employer.choices import CHOICES
from web.pages.employer.questions import (
    STATUS_COLOURS,
    DraftAnswer,
    changed_since,
    draft_sections,
    summary_errors,
)
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages, wants_fragment

EXCLUSIONS = "exclusions"

router = APIRouter(prefix="/employer", include_in_schema=False, dependencies=[only(Role.EMPLOYER)])


@router.post("/vacancies/new")
def begin_draft(posting: CurrentPosting, scope: CurrentScope) -> Response:
    """Start a vacancy with its first step."""
    draft = posting.start_draft(scope)
    return redirect_with_notice(_address(draft, STEPS[0].name))


@router.get("/drafts/{draft_id}")
def show_tasks(
    draft_id: str, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show the steps, and how far each has come."""
    review = posting.check(scope, _id(draft_id))
    return _review_page("employer/tasks.html", review, posting, pages)


@router.get("/drafts/{draft_id}/check")
def check_answers(
    draft_id: str, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show every answer, to check before publishing."""
    review = posting.check(scope, _id(draft_id))
    return _review_page("employer/check.html", review, posting, pages)


@router.post("/drafts/{draft_id}/check")
def publish(
    draft_id: str,
    sent: CurrentForm,
    posting: CurrentPosting,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Publish, or show what is missing or who changed something first."""
    draft = _id(draft_id)
    edits = posting.get_draft(scope, draft).edits is not None
    try:
        made = posting.publish(scope, draft, version=sent.number("version") or 0)
    except (ConflictError, ValidationError) as error:
        review = posting.check(scope, draft)
        changed = str(error) if isinstance(error, ConflictError) else ""
        status = 409 if changed else 422
        return _review_page("employer/check.html", review, posting, pages, status, changed)
    notice = "vacancy-changed" if edits else "vacancy-published"
    return redirect_with_notice(f"/employer/vacancies/{made.public_id}", notice)


@router.get("/drafts/{draft_id}/discard")
def ask_to_discard(
    draft_id: str, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Ask before a draft is deleted."""
    draft = posting.get_draft(scope, _id(draft_id))
    return pages.page("employer/discard.html", draft=draft, form=empty_form())


@router.post("/drafts/{draft_id}/discard")
def discard(
    draft_id: str,
    sent: CurrentForm,
    posting: CurrentPosting,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Delete a draft."""
    try:
        posting.discard(scope, _id(draft_id), version=sent.number("version") or 0)
    except ConflictError as error:
        draft = posting.get_draft(scope, _id(draft_id))
        context = {"draft": draft, "form": empty_form(), "conflict": str(error)}
        return pages.page("employer/discard.html", status=409, **context)
    return redirect_with_notice("/employer/vacancies?show=drafts", "draft-discarded")


@router.post("/drafts/{draft_id}/exclusions/effect")
def show_effect(
    draft_id: str,
    request: Request,
    sent: CurrentForm,
    posting: CurrentPosting,
    exclusions: CurrentExclusions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show what the ticked exclusions would cost, before anything is saved."""
    draft, step = posting.get_draft(scope, _id(draft_id)), get_step(EXCLUSIONS)
    typed = _typed(step, sent)
    impact = _impact(exclusions, scope, draft, typed)
    if wants_fragment(request):
        return pages.page("employer/effect.html", impact=impact)
    return _step_page(pages, draft, step, typed, impact=impact)


@router.get("/drafts/{draft_id}/{step_name}")
def show_step(
    draft_id: str,
    step_name: str,
    posting: CurrentPosting,
    exclusions: CurrentExclusions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one step with its answers."""
    step = get_step(step_name)
    draft = posting.get_draft(scope, _id(draft_id))
    answered = step.name == EXCLUSIONS and bool(draft.answers.get("offence_exclusions"))
    impact = _impact(exclusions, scope, draft, draft.answers) if answered else None
    return _step_page(pages, draft, step, draft.answers, impact=impact)


@router.post("/drafts/{draft_id}/{step_name}")
def save_step(
    draft_id: str,
    step_name: str,
    sent: CurrentForm,
    posting: CurrentPosting,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Store the answers as typed, and go to the next step or back to the task list."""
    step, draft_key = get_step(step_name), _id(draft_id)
    typed = _typed(step, sent)
    try:
        version = sent.number("version") or 0
        saved = posting.save_step(scope, draft_key, step.name, typed, version=version)
    except ConflictError as error:
        draft = posting.get_draft(scope, draft_key)
        changed = changed_since(draft, step, typed)
        return _step_page(
            pages, draft, step, typed, status=409, conflict=str(error), changed=changed
        )
    except ValidationError as error:
        faults = {_field(step, error.field): error.allowed[:1].upper() + error.allowed[1:]}
        draft = posting.get_draft(scope, draft_key)
        return _step_page(pages, draft, step, typed, status=422, faults=faults)
    if sent.text("then") == "later":
        return redirect_with_notice(f"/employer/drafts/{draft_key}", "draft-kept")
    if saved.checked.faults:
        faults = saved.checked.faults
        return _step_page(pages, saved.draft, step, typed, status=422, faults=faults)
    return redirect_with_notice(_address(saved.draft, _next(posting, scope, saved.draft, step)))


def _next(posting: PostingService, scope: Scope, draft: Draft, step: Step) -> str:
    """The next step; the check of all answers where each has been answered before."""
    if not posting.check(scope, draft.public_id).faults or step is STEPS[-1]:
        return "check"
    return STEPS[step.number].name


def _review_page(
    template: str,
    review: Review,
    posting: PostingService,
    pages: ViewersPages,
    status: int = 200,
    conflict: str = "",
) -> Response:
    sections = draft_sections(review.draft, review.faults, posting.today)
    return pages.page(
        template,
        status=status,
        draft=review.draft,
        review=review,
        sections=sections,
        colours=STATUS_COLOURS,
        conflict=conflict,
        form=empty_form(),
    )


def _step_page(
    pages: ViewersPages,
    draft: Draft,
    step: Step,
    given: Any,  # noqa: ANN401 -- answers as typed, which a form's type does not hold
    *,
    status: int = 200,
    faults: Faults | None = None,
    impact: ExclusionImpact | None = None,
    conflict: str = "",
    changed: Sequence[DraftAnswer] = (),
) -> Response:
    return pages.page(
        f"employer/steps/{step.name}.html",
        status=status,
        draft=draft,
        step=step,
        last=len(STEPS),
        form=invalid_form(faults or {}, given),
        linked=summary_errors(faults or {}, step),
        choices=CHOICES,
        impact=impact,
        conflict=conflict,
        changed=changed,
    )


def _impact(
    exclusions: ExclusionHelp,
    scope: Scope,
    draft: Draft,
    typed: Any,  # noqa: ANN401
) -> ExclusionImpact:
    chosen = [code for code in OffenceExclusion if code in ticked(typed, "offence_exclusions")]
    return exclusions.impact(scope, draft.answers, chosen)


def _typed(step: Step, sent: Posted) -> dict[str, str | list[str]]:
    """The step's fields as they were sent: a list for each that may be ticked more than once."""
    several = ("required_certificates", "involves", "offence_exclusions", "documents_asked_for")
    return {name: sent.texts(name) if name in several else sent.text(name) for name in step.inputs}


def _field(step: Step, name: str) -> str:
    """The question that an input belongs to."""
    return next((field.name for field in step.fields if name in field.inputs), name)


def _address(draft: Draft, step: str) -> str:
    return f"/employer/drafts/{draft.public_id}/{step}"


def _id(text: str) -> UUID:
    return UUID(public_id(text))
