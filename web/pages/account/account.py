"""A person's own account: where it is signed in, its password, and asking for an account."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from foundation.accounts.errors import SignInError, TooManyTriesError
from foundation.accounts.model import Account
from foundation.accounts.registration import NewRegistration
from foundation.errors import NotFoundError, ValidationError
from foundation.places.prisons import prison_label
from foundation.record import check
from foundation.vocabulary import EmployerSector
from web.auth.cookies import client_details, keep_sign_in, session_token
from web.auth.rules import ANYONE, only
from web.auth.viewer import CurrentAccounts, CurrentViewer, Viewer
from web.dependencies import CurrentPages, CurrentSettings
from web.forms.forms import empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.pages.account.sign_in import sentence
from web.view.notices import redirect_with_notice

REGISTRATION_MESSAGES = {
    "name": "Enter the employer’s name, of 3 to 100 characters",
    "sector": "Choose the industry",
    "description": "Keep the description to 1,000 characters",
    "postcode": "Enter a postcode in the United Kingdom, such as LS11 5AB",
    "contact_name": "Enter your name",
    "contact_email": "Enter your email address, such as name@example.org",
}

router = APIRouter(include_in_schema=False)


@router.get("/account", dependencies=[only()])
def show_account(
    request: Request, viewer: CurrentViewer, accounts: CurrentAccounts, pages: CurrentPages
) -> Response:
    """Show the account, and every browser that is signed in."""
    sessions = accounts.list_sessions(session_token(request) or "")
    facts = _facts(viewer.account)
    return pages.page("account/account.html", facts=facts, sessions=sessions, form=empty_form())


@router.post("/account/extend", dependencies=[only()])
def extend_session() -> Response:
    """Keep the session going: asking is enough."""
    return Response(status_code=204)


@router.post("/account/sessions/end", dependencies=[only()])
def end_other_sessions(request: Request, accounts: CurrentAccounts) -> Response:
    """Sign out everywhere else."""
    accounts.revoke_others(session_token(request) or "")
    return redirect_with_notice("/account", "signed-out")


@router.post("/account/sessions/{session_id}/end", dependencies=[only()])
def end_session(session_id: UUID, request: Request, accounts: CurrentAccounts) -> Response:
    """Sign out one browser."""
    if not accounts.revoke_session(session_token(request) or "", session_id):
        raise NotFoundError("no such session")
    return redirect_with_notice("/account", "signed-out")


@router.get("/account/password", dependencies=[only()])
def ask_for_new_password(viewer: CurrentViewer, pages: CurrentPages) -> Response:
    """Show the form to change a password."""
    return pages.page("account/set_password.html", form=empty_form(), **_change(viewer))


@router.post("/account/password", dependencies=[only()])
def change_password(
    request: Request,
    sent: CurrentForm,
    viewer: CurrentViewer,
    accounts: CurrentAccounts,
    pages: CurrentPages,
    settings: CurrentSettings,
) -> Response:
    """Change the password; every other session ends."""
    try:
        begun = accounts.change_password(
            session_token(request) or "",
            sent.secret("old"),
            sent.secret("password"),
            **client_details(request),
        )
    except (SignInError, TooManyTriesError) as error:
        form = invalid_form({"old": sentence(error)})
        return pages.page("account/set_password.html", status=422, form=form, **_change(viewer))
    except ValidationError as error:
        form = invalid_form({"password": _capital(error.allowed)})
        return pages.page("account/set_password.html", status=422, form=form, **_change(viewer))
    answer = redirect_with_notice("/account", "password")
    keep_sign_in(answer, settings, begun)
    return answer


@router.get("/invitation/{link}", dependencies=[ANYONE])
def ask_for_first_password(link: str, accounts: CurrentAccounts, pages: CurrentPages) -> Response:
    """Show the form to choose a password, to whoever holds the link."""
    return pages.page("account/set_password.html", form=empty_form(), **_chosen(link, accounts))


@router.post("/invitation/{link}", dependencies=[ANYONE])
def take_first_password(
    link: str, sent: CurrentForm, accounts: CurrentAccounts, pages: CurrentPages
) -> Response:
    """Set the first password, which uses the link up."""
    context = _chosen(link, accounts)
    try:
        accounts.accept_invitation(link, sent.secret("password"))
    except ValidationError as error:
        form = invalid_form({"password": _capital(error.allowed)})
        return pages.page("account/set_password.html", status=422, form=form, **context)
    return redirect_with_notice("/sign-in", "password-chosen")


@router.get("/register", dependencies=[ANYONE])
def ask_for_registration(pages: CurrentPages) -> Response:
    """Show the form by which an employer asks for an account."""
    return pages.page("account/register.html", form=empty_form(), sectors=_SECTORS)


@router.post("/register", dependencies=[ANYONE])
def take_registration(
    sent: CurrentForm, accounts: CurrentAccounts, pages: CurrentPages
) -> Response:
    """Store the request. The answer is the same whether or not there was an account."""
    given = {name: sent.text(name) or None for name in REGISTRATION_MESSAGES}
    values = {name: value for name, value in given.items() if value is not None}
    asked = check(NewRegistration, values)
    if isinstance(asked, list):
        faulty = {fault.column for fault in asked}
        if "(whole row)" in faulty:
            faulty.add("postcode")
        errors = {name: text for name, text in REGISTRATION_MESSAGES.items() if name in faulty}
        form = invalid_form(errors, sent.given())
        return pages.page("account/register.html", status=422, form=form, sectors=_SECTORS)
    accounts.register_employer(asked)
    return pages.page("account/registered.html", form=empty_form())


_SECTORS = tuple((sector.value, sector.label) for sector in EmployerSector)


def _change(viewer: Viewer) -> dict[str, Any]:
    return {
        "title": "Change your password",
        "action": "/account/password",
        "asks_old": True,
        "email": viewer.account.email,
    }


def _chosen(link: str, accounts: CurrentAccounts) -> dict[str, Any]:
    account = accounts.invited(link)
    title = f"Choose a password for {account.email}"
    action = f"/invitation/{link}"
    return {"title": title, "action": action, "asks_old": False, "email": account.email}


def _facts(account: Account) -> list[tuple[str, str]]:
    facts = [("Name", account.name), ("Email address", account.email), ("Role", account.role.label)]
    if account.prisons:
        facts.append(("Prisons", ", ".join(prison_label(each) for each in account.prisons)))
    if account.areas:
        facts.append(("Postcode areas", ", ".join(account.areas)))
    if account.regions:
        facts.append(("Regions", ", ".join(region.label for region in account.regions)))
    return facts


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
