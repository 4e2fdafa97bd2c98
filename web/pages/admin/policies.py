"""Administrators' pages of fairness policies: see them, record a signature, end one."""

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from foundation.database import Scope
from foundation.errors import ValidationError
from foundation.vocabulary import Role
from matching.fairness.record import Tier
from matching.policies.service import DEFAULT_POLICY, POLICY_COLUMNS, PolicyFilter, PolicyState
from web.auth.rules import only
from web.dependencies import CurrentPages, CurrentPolicies, CurrentScope
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, page_of, read_filter
from web.forms.forms import PAGE_SIZE, Form, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.view.notices import redirect_with_notice
from web.view.rendering import page_links

router = APIRouter(
    prefix="/policies", include_in_schema=False, dependencies=[only(Role.ADMINISTRATOR)]
)

MESSAGES = {"state": "Choose which policies to show", "sort": "Choose an order from the list"}
FIELD_MESSAGES = {
    "by": "Enter the name and post of the person who signs",
    "until": "Enter a day that has not passed, such as 27 3 2027",
}


class PoliciesOf(PagedQuery):
    """Which policies to list, in what order."""

    state: PolicyState | Literal[""] = ""
    tier: Tier | Literal[""] = ""
    sort: Literal["name", "until"] = "name"

    def filter(self) -> PolicyFilter:
        """Return the query as the service's filter."""
        return PolicyFilter(self.state or None, self.tier or None, self.sort == "until")


@router.get("")
def list_policies(
    request: Request, policies: CurrentPolicies, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List every policy, and whether it can run today."""
    form = read_filter(PoliciesOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {"form": form, "states": PolicyState, "tiers": Tier}
    if form.value is None:
        return pages.page("admin/policies.html", status=422, **context)
    found = policies.list_policies(scope, form.value.filter())
    number = form.value.page
    return pages.page(
        "admin/policies.html",
        rows=page_of(found, number),
        total=len(found),
        links=page_links(request.query_params, number=number, total=len(found), size=PAGE_SIZE),
        csv=csv_address("/policies", request.query_params),
        default=DEFAULT_POLICY,
        **context,
    )


@router.get(".csv")
def export_policies(request: Request, policies: CurrentPolicies, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(PoliciesOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = policies.export_policies(scope, form.value.filter())
    return csv_response("policies", POLICY_COLUMNS, rows)


@router.get("/{name}")
def show_policy(
    name: str, policies: CurrentPolicies, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show one policy with its earlier versions."""
    return _policy_page(name, policies, scope, pages, empty_form())


@router.post("/{name}/approve")
def approve(
    name: str,
    sent: CurrentForm,
    policies: CurrentPolicies,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Record that a named person signed it, until a day."""
    try:
        policies.approve(scope, name, by=sent.text("by"), until=_day(sent.day("until")))
    except ValidationError as error:
        message = FIELD_MESSAGES.get(error.field, error.allowed)
        form = invalid_form({error.field: message}, sent.given())
        return _policy_page(name, policies, scope, pages, form, status=422)
    return redirect_with_notice(f"/policies/{name}", "policy-approved")


@router.post("/{name}/end")
def end(
    name: str,
    sent: CurrentForm,
    policies: CurrentPolicies,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """End it after today."""
    if sent.text("sure") != "yes":
        form = invalid_form({"sure": "Confirm that the policy ends today"})
        return _policy_page(name, policies, scope, pages, form, status=422)
    policies.end(scope, name)
    return redirect_with_notice(f"/policies/{name}", "policy-ended")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("until", text, "write a day") from error


def _policy_page(
    name: str,
    policies: CurrentPolicies,
    scope: Scope,
    pages: CurrentPages,
    form: Form[Any],
    status: int = 200,
) -> Response:
    versions = policies.list_versions(scope, name)
    return pages.page(
        "admin/policy.html",
        status=status,
        standing=versions[0],
        versions=versions,
        default=DEFAULT_POLICY,
        form=form,
    )
