"""Brokers' pages of employers who ask to take part."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from employers.directory.service import REQUEST_COLUMNS, RequestFilter
from foundation.accounts.errors import NotAllowedError
from foundation.accounts.model import INVITATION_PATH
from foundation.accounts.registration import Registration, RegistrationStatus
from foundation.database import Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import Role
from web.address import CurrentAddress
from web.auth.rules import only
from web.auth.viewer import CurrentAccounts, CurrentViewer
from web.dependencies import (
    CurrentDesk,
    CurrentDirectory,
    CurrentPages,
    CurrentScope,
    public_id,
)
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, page_of, read_filter
from web.forms.forms import PAGE_SIZE, Form, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.pages.account.sign_in import sentence
from web.view.notices import redirect_with_notice
from web.view.rendering import page_links

router = APIRouter(
    prefix="/registrations", include_in_schema=False, dependencies=[only(Role.NFN_BROKER)]
)

MESSAGES = {"status": "Choose which requests to show", "where": "Choose whose requests to show"}


class RequestsOf(PagedQuery):
    """Which requests to list: the broker's own regions unless all are asked for."""

    status: RegistrationStatus = RegistrationStatus.PENDING
    where: Literal["own", "all"] = "own"

    def filter(self, own: tuple[Region, ...]) -> RequestFilter:
        """Return the query as the service's filter."""
        return RequestFilter(self.status, own if self.where == "own" else ())


async def get_request_id(registration_id: str) -> UUID:
    """The request in the address."""
    return UUID(public_id(registration_id))


RequestId = Annotated[UUID, Depends(get_request_id)]


@router.get("")
def list_requests(
    request: Request,
    viewer: CurrentViewer,
    directory: CurrentDirectory,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """List requests, waiting ones first, one page at a time."""
    form = read_filter(RequestsOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {"form": form, "statuses": RegistrationStatus}
    if form.value is None:
        return pages.page("admin/registrations.html", status=422, **context)
    found = directory.list_requests(scope, form.value.filter(viewer.account.regions))
    number = form.value.page
    links = page_links(request.query_params, number=number, total=len(found), size=PAGE_SIZE)
    return pages.page(
        "admin/registrations.html",
        asked=page_of(found, number),
        total=len(found),
        links=links,
        csv=csv_address("/registrations", request.query_params),
        **context,
    )


@router.get(".csv")
def export_requests(
    request: Request, viewer: CurrentViewer, directory: CurrentDirectory, scope: CurrentScope
) -> Response:
    """Return the whole list as a file."""
    form = read_filter(RequestsOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = directory.export_requests(scope, form.value.filter(viewer.account.regions))
    return csv_response("requests", REQUEST_COLUMNS, rows)


@router.get("/{registration_id}")
def show_request(
    registration_id: RequestId,
    accounts: CurrentAccounts,
    directory: CurrentDirectory,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one request, and the employer of the same name if there is one."""
    asked = accounts.get_registration(scope, registration_id)
    return _request_page(asked, directory, scope, pages, empty_form())


@router.post("/{registration_id}/approve")
def approve(
    registration_id: RequestId,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    desk: CurrentDesk,
    directory: CurrentDirectory,
    scope: CurrentScope,
    pages: CurrentPages,
    address: CurrentAddress,
) -> Response:
    """Approve the employer, and show the link for the person who asked once."""
    join = UUID(public_id(sent.text("join"))) if sent.text("join") else None
    asked = accounts.get_registration(scope, registration_id)
    namesake = directory.find_namesake(scope, asked.name)
    if namesake and join is None and asked.status is RegistrationStatus.PENDING:
        form = invalid_form({"join": f"There is an employer called {namesake.name} already"})
        return _request_page(asked, directory, scope, pages, form, status=422)
    if join is not None and sent.text("sure") != "yes":
        form = invalid_form({"sure": f"Confirm that {asked.contact_name} works for this employer"})
        return _request_page(asked, directory, scope, pages, form, status=422)
    desk.approve(scope, registration_id, join=join)
    return _link_page(asked, accounts, scope, pages, address)


@router.post("/{registration_id}/decline")
def decline(
    registration_id: RequestId,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    desk: CurrentDesk,
    directory: CurrentDirectory,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Decline the request."""
    try:
        desk.decline(scope, registration_id, sent.text("reason"))
    except ValidationError as error:
        asked = accounts.get_registration(scope, registration_id)
        form = invalid_form({"reason": sentence_of(error)}, sent.given())
        return _request_page(asked, directory, scope, pages, form, status=422)
    return redirect_with_notice("/registrations", "request-declined")


@router.post("/{registration_id}/link")
def make_link(
    registration_id: RequestId,
    accounts: CurrentAccounts,
    scope: CurrentScope,
    pages: CurrentPages,
    address: CurrentAddress,
) -> Response:
    """Make a new link for somebody who lost theirs; the old one stops working."""
    asked = accounts.get_registration(scope, registration_id)
    if asked.status is not RegistrationStatus.APPROVED:
        raise ConflictError("only a request that was approved has a link; look at it again")
    return _link_page(asked, accounts, scope, pages, address)


def sentence_of(error: ValidationError) -> str:
    """Return what is allowed, as the message of a field."""
    return error.allowed[:1].upper() + error.allowed[1:]


def _request_page(
    asked: Registration,
    directory: CurrentDirectory,
    scope: Scope,
    pages: CurrentPages,
    form: Form[Any],
    status: int = 200,
) -> Response:
    pending = asked.status is RegistrationStatus.PENDING
    namesake = directory.find_namesake(scope, asked.name) if pending else None
    return pages.page(
        "admin/registration.html", status=status, asked=asked, namesake=namesake, form=form
    )


def _link_page(
    asked: Registration,
    accounts: CurrentAccounts,
    scope: Scope,
    pages: CurrentPages,
    address: str,
) -> Response:
    try:
        token = accounts.invite(scope, asked.contact_email)
    except (NotAllowedError, NotFoundError, ValidationError) as error:
        raise ConflictError(f"no link can be made: {sentence(error)}") from error
    back = {"href": "/registrations", "text": "Back to the requests"}
    return pages.page(
        "admin/link.html",
        area="registrations",
        who=asked.contact_name,
        email=asked.contact_email,
        link=f"{address}{INVITATION_PATH}{token}",
        back=back,
    )
