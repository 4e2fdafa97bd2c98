"""Administrators' pages of accounts: who can sign in, as what, and for which area."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from foundation.accounts.model import (
    INVITATION_PATH,
    PARTS,
    Account,
    AccountStatus,
    Extent,
)
from foundation.accounts.overview import ACCOUNT_COLUMNS, AccountFilter, AccountSort, reach_of
from foundation.database import Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.places.prisons import prisons
from foundation.places.regions import Region
from foundation.vocabulary import Role
from web.address import CurrentAddress
from web.auth.rules import only
from web.auth.viewer import CurrentAccounts
from web.dependencies import CurrentPages, CurrentScope, public_id
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, page_of, read_filter
from web.forms.forms import PAGE_SIZE, Form, Words, empty_form, invalid_form
from web.forms.posted import CurrentForm, Posted
from web.view.notices import redirect_with_notice
from web.view.rendering import page_links

router = APIRouter(
    prefix="/accounts", include_in_schema=False, dependencies=[only(Role.ADMINISTRATOR)]
)

MESSAGES = {
    "role": "Choose a role from the list",
    "status": "Choose a status from the list",
    "sort": "Choose an order from the list",
}
# What a service calls wrong, and what is said of it beside the field.
FIELD_MESSAGES = {
    "email": "Enter an email address that no account has, such as name@example.org",
    "name": "Enter a name of 1 to 100 characters",
    "prisons": "Enter one prison or more, by name or code, such as MDI",
    "areas": "Enter the letters of one postcode area or more, such as LS",
    "regions": "Choose one region or more",
    "employer": "Enter the employer’s name in full, as its page has it",
}


class AccountsOf(PagedQuery):
    """Which accounts to list, in what order."""

    words: Words = ""
    role: Role | Literal[""] = ""
    status: AccountStatus | Literal[""] = ""
    sort: AccountSort = AccountSort.NAME

    def filter(self) -> AccountFilter:
        """Return the query as the service's filter."""
        return AccountFilter(self.words, self.role or None, self.status or None)


async def get_account_id(account_id: str) -> UUID:
    """The account in the address."""
    return UUID(public_id(account_id))


AccountId = Annotated[UUID, Depends(get_account_id)]


@router.get("")
def list_accounts(
    request: Request, accounts: CurrentAccounts, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List accounts that match the form, one page at a time."""
    form = read_filter(AccountsOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {
        "form": form,
        "roles": Role,
        "statuses": AccountStatus,
        "sorts": AccountSort,
    }
    if form.value is None:
        return pages.page("admin/accounts.html", status=422, **context)
    found = accounts.find_accounts(scope, form.value.filter(), form.value.sort)
    number = form.value.page
    shown = page_of(found, number)
    names = accounts.employer_names(scope, list(shown))
    return pages.page(
        "admin/accounts.html",
        rows=[(each, reach_of(each, names)) for each in shown],
        total=len(found),
        links=page_links(request.query_params, number=number, total=len(found), size=PAGE_SIZE),
        csv=csv_address("/accounts", request.query_params),
        **context,
    )


@router.get(".csv")
def export_accounts(request: Request, accounts: CurrentAccounts, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(AccountsOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = accounts.export_accounts(scope, form.value.filter(), form.value.sort)
    return csv_response("accounts", ACCOUNT_COLUMNS, rows)


@router.get("/new")
def ask_for_account(request: Request, pages: CurrentPages) -> Response:
    """Ask for the role first, then for what that role needs."""
    role = request.query_params.get("role")
    if role is None or role in Role.__members__:
        return _new_page(pages, Role(role) if role else None, empty_form())
    return _new_page(pages, None, invalid_form({"role": "Choose a role"}), status=422)


@router.post("/new")
def add_account(
    sent: CurrentForm,
    accounts: CurrentAccounts,
    scope: CurrentScope,
    pages: CurrentPages,
    address: CurrentAddress,
) -> Response:
    """Add the account, and show the link to choose a password once."""
    if sent.text("role") not in Role.__members__:
        return _new_page(pages, None, invalid_form({"role": "Choose a role"}), status=422)
    role = Role(sent.text("role"))
    try:
        made = accounts.add_account(
            scope,
            email=sent.text("email"),
            name=sent.text("name"),
            role=role,
            extent=_extent(sent, role, accounts, scope),
        )
    except ValidationError as error:
        return _new_page(pages, role, _refused(error, sent), status=422)
    return _link_page(made, accounts, scope, pages, address)


@router.get("/{account_id}")
def show_account(
    account_id: AccountId, accounts: CurrentAccounts, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show one account and its actions."""
    found = accounts.get_account_of(scope, account_id)
    return _account_page(found, accounts, scope, pages, empty_form())


@router.get("/{account_id}/role")
def ask_for_role(
    request: Request,
    account_id: AccountId,
    accounts: CurrentAccounts,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show the form to change the role or its area."""
    found = accounts.get_account_of(scope, account_id)
    chosen = request.query_params.get("role", found.role.value)
    role = Role(chosen) if chosen in Role.__members__ else found.role
    names = accounts.employer_names(scope, [found])
    given = {
        "prisons": ", ".join(found.prisons),
        "areas": ", ".join(found.areas),
        "employer": names.get(found.employer_id or 0, ""),
    }
    form: Form[Any] = Form(given, None, {})
    return _role_page(pages, found, role, form, [each.value for each in found.regions])


@router.post("/{account_id}/role")
def change_role(
    account_id: AccountId,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Change the role or its area."""
    found = accounts.get_account_of(scope, account_id)
    role = Role(sent.text("role")) if sent.text("role") in Role.__members__ else found.role
    try:
        extent = _extent(sent, role, accounts, scope)
        accounts.change_role(scope, found.email, role, extent)
    except ValidationError as error:
        form = _refused(error, sent)
        return _role_page(pages, found, role, form, sent.texts("regions"), status=422)
    return redirect_with_notice(f"/accounts/{account_id}", "role-changed")


@router.post("/{account_id}/disable")
def disable(
    account_id: AccountId, accounts: CurrentAccounts, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Disable the account."""
    return _act(account_id, accounts, scope, pages, accounts.disable, "account-disabled")


@router.post("/{account_id}/enable")
def enable(
    account_id: AccountId, accounts: CurrentAccounts, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Enable the account again."""
    return _act(account_id, accounts, scope, pages, accounts.enable, "account-enabled")


@router.post("/{account_id}/reset-codes")
def reset_codes(
    account_id: AccountId, accounts: CurrentAccounts, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Delete the account's one-time codes, so that the person sets them up again."""
    return _act(account_id, accounts, scope, pages, accounts.reset_codes, "codes-reset")


@router.post("/{account_id}/end-sessions")
def end_sessions(account_id: AccountId, accounts: CurrentAccounts, scope: CurrentScope) -> Response:
    """Sign the account out everywhere."""
    accounts.end_sessions(scope, account_id)
    return redirect_with_notice(f"/accounts/{account_id}", "sessions-ended")


@router.post("/{account_id}/link")
def make_link(
    account_id: AccountId,
    accounts: CurrentAccounts,
    scope: CurrentScope,
    pages: CurrentPages,
    address: CurrentAddress,
) -> Response:
    """Make a new link to choose a password; the old one stops working."""
    found = accounts.get_account_of(scope, account_id)
    try:
        return _link_page(found, accounts, scope, pages, address)
    except ValidationError as error:
        form = invalid_form({"": _sentence(error.allowed)})
        return _account_page(found, accounts, scope, pages, form, status=422)


def _act(
    account_id: UUID,
    accounts: CurrentAccounts,
    scope: Scope,
    pages: CurrentPages,
    act: Callable[[Scope, str], Account],
    notice: str,
) -> Response:
    found = accounts.get_account_of(scope, account_id)
    try:
        act(scope, found.email)
    except ValidationError as error:
        form = invalid_form({"": _sentence(error.allowed)})
        return _account_page(found, accounts, scope, pages, form, status=422)
    return redirect_with_notice(f"/accounts/{account_id}", notice)


def _extent(sent: Posted, role: Role, accounts: CurrentAccounts, scope: Scope) -> Extent:
    """Return the area that was typed for the role; raise ValidationError if it is wrong."""
    parts = PARTS[role]
    employer = None
    if "employer" in parts:
        try:
            employer = accounts.find_employer(scope, sent.text("employer"))
        except NotFoundError as error:
            raise ValidationError("employer", "", "write its name in full") from error
    regions = sent.texts("regions") if "regions" in parts else []
    if any(each not in Region.__members__ for each in regions):
        raise ValidationError("regions", "", "choose from the list")
    return Extent(
        prisons=_prison_codes(sent.text("prisons")) if "prisons" in parts else (),
        areas=_listed(sent.text("areas")) if "areas" in parts else (),
        regions=tuple(Region(each) for each in regions),
        employer_id=employer,
    )


def _listed(text: str) -> tuple[str, ...]:
    words = text.upper().replace("\n", ",").replace(";", ",").split(",")
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _prison_codes(text: str) -> tuple[str, ...]:
    """Return codes of prisons that were given by code or by name."""
    by_name = {prison.name.upper(): code for code, prison in prisons().items()}
    codes = tuple(by_name.get(word, word) for word in _listed(text))
    for code in codes:
        if code not in prisons():
            raise ValidationError("prisons", code, "write a prison’s name or its code")
    return codes


def _refused(error: ValidationError, sent: Posted) -> Form[Any]:
    message = FIELD_MESSAGES.get(error.field, _sentence(error.allowed))
    if error.field == "email" and "another administrator" in error.allowed:
        return invalid_form({"": _sentence(error.allowed)}, sent.given())
    return invalid_form({error.field: message}, sent.given())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _new_page(
    pages: CurrentPages, role: Role | None, form: Form[Any], status: int = 200
) -> Response:
    return pages.page(
        "admin/account_new.html",
        status=status,
        form=form,
        role=role,
        roles=[(each.value, each.label) for each in Role],
        parts=PARTS[role] if role else (),
        regions=REGIONS,
        chosen=[],
    )


def _role_page(
    pages: CurrentPages,
    account: Account,
    role: Role,
    form: Form[Any],
    chosen: list[str],
    status: int = 200,
) -> Response:
    return pages.page(
        "admin/account_role.html",
        status=status,
        account=account,
        form=form,
        role=role,
        roles=Role,
        parts=PARTS[role],
        regions=REGIONS,
        chosen=chosen,
    )


def _account_page(
    account: Account,
    accounts: CurrentAccounts,
    scope: Scope,
    pages: CurrentPages,
    form: Form[Any],
    status: int = 200,
) -> Response:
    return pages.page(
        "admin/account.html",
        status=status,
        account=account,
        reach=reach_of(account, accounts.employer_names(scope, [account])),
        own=scope.account_id == account.id,
        form=form,
    )


def _link_page(
    account: Account,
    accounts: CurrentAccounts,
    scope: Scope,
    pages: CurrentPages,
    address: str,
) -> Response:
    token = accounts.invite(scope, account.email)
    back = {"href": f"/accounts/{account.public_id}", "text": "Back to the account"}
    return pages.page(
        "admin/link.html",
        area="accounts",
        who=account.name,
        email=account.email,
        link=f"{address}{INVITATION_PATH}{token}",
        back=back,
    )


REGIONS = [(each.value, each.label) for each in Region if each is not Region.NOT_KNOWN]
