"""Signing in with a password and a code, or with another provider's account; signing out."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from foundation.accounts.errors import SignInError, TooManyTriesError
from foundation.accounts.model import SignedIn, Stage
from foundation.errors import NewFuturesError
from web.auth.cookies import (
    client_details,
    device_token,
    forget_attempt,
    forget_session,
    keep_attempt,
    keep_sign_in,
    session_token,
    taken_attempt,
)
from web.auth.rules import ANYONE
from web.auth.viewer import NEXT_STEP, CurrentAccounts, CurrentSession, get_session, own_path
from web.dependencies import (
    CurrentAttempts,
    CurrentPages,
    CurrentProviders,
    CurrentSettings,
)
from web.forms.forms import Form, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

router = APIRouter(include_in_schema=False, dependencies=[ANYONE])


@router.get("/sign-in")
def ask_for_password(
    request: Request, pages: CurrentPages, providers: CurrentProviders
) -> Response:
    """Show the sign-in form, and why it is shown again if it is."""
    return _password_page(pages, providers, empty_form(), _wanted(request), request)


@router.post("/sign-in")
def take_password(
    request: Request,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    pages: CurrentPages,
    providers: CurrentProviders,
    settings: CurrentSettings,
) -> Response:
    """Begin a session, and redirect to the next step."""
    wanted = own_path(sent.text("next"))
    try:
        begun = accounts.sign_in(
            sent.text("email"),
            sent.secret("password"),
            device=device_token(request),
            **client_details(request),
        )
    except (SignInError, TooManyTriesError) as error:
        form = invalid_form({"password": sentence(error)}, {"email": sent.text("email")})
        return _password_page(pages, providers, form, wanted, request, status=422)
    return _go_on(begun, wanted, settings)


@router.get("/sign-in/code")
def ask_for_code(request: Request, viewer: CurrentSession, pages: CurrentPages) -> Response:
    """Show the form for a one-time code."""
    if viewer.session.stage is not Stage.CODE_OWED:
        return redirect_with_notice(_next_address(viewer.session.stage, _wanted(request)))
    return pages.page("account/code.html", form=empty_form(), wanted=_wanted(request))


@router.post("/sign-in/code", dependencies=[Depends(get_session)])
def take_code(
    request: Request,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    pages: CurrentPages,
    settings: CurrentSettings,
) -> Response:
    """Complete the session."""
    wanted = own_path(sent.text("next"))
    try:
        begun = accounts.give_code(
            session_token(request) or "",
            sent.text("code"),
            device=device_token(request),
            **client_details(request),
        )
    except (SignInError, TooManyTriesError) as error:
        form = invalid_form({"code": sentence(error)})
        return pages.page("account/code.html", status=422, form=form, wanted=wanted)
    return _go_on(begun, wanted, settings)


@router.get("/sign-in/set-up-codes")
def show_enrolment(
    request: Request, viewer: CurrentSession, accounts: CurrentAccounts, pages: CurrentPages
) -> Response:
    """Show what an authenticator app needs."""
    if viewer.session.stage is not Stage.CODES_OWED:
        return redirect_with_notice(_next_address(viewer.session.stage, _wanted(request)))
    return _enrolment_page(request, accounts, pages, empty_form(), _wanted(request))


@router.post("/sign-in/set-up-codes", dependencies=[Depends(get_session)])
def take_enrolment(
    request: Request,
    sent: CurrentForm,
    accounts: CurrentAccounts,
    pages: CurrentPages,
    settings: CurrentSettings,
) -> Response:
    """Start using one-time codes, and show the recovery codes once."""
    wanted = own_path(sent.text("next"))
    try:
        begun, codes = accounts.confirm_enrolment(
            session_token(request) or "",
            sent.text("code"),
            device=device_token(request),
            **client_details(request),
        )
    except (SignInError, TooManyTriesError) as error:
        form = invalid_form({"code": sentence(error)})
        return _enrolment_page(request, accounts, pages, form, wanted, status=422)
    answer = pages.page("account/recovery_codes.html", codes=codes, wanted=wanted)
    keep_sign_in(answer, settings, begun)
    return answer


@router.get("/sign-in/with/{provider}")
def begin_elsewhere(
    provider: str,
    request: Request,
    providers: CurrentProviders,
    attempts: CurrentAttempts,
    settings: CurrentSettings,
) -> Response:
    """Redirect the browser to another provider."""
    address, attempt = providers.begin(provider, _wanted(request))
    answer = redirect_with_notice(address)
    keep_attempt(answer, settings, attempts.keep(attempt))
    return answer


@router.get("/sign-in/with/{provider}/answer")
def come_back(
    provider: str,
    request: Request,
    providers: CurrentProviders,
    attempts: CurrentAttempts,
    accounts: CurrentAccounts,
    settings: CurrentSettings,
) -> Response:
    """Sign in the person whom the provider sent back."""
    token = taken_attempt(request, settings)
    attempt = attempts.take(token) if token else None
    if attempt is None:
        return redirect_with_notice("/sign-in?ended=yes")
    who = providers.finish(provider, attempt, request.query_params)
    begun = accounts.sign_in_with_identity(
        who.issuer,
        who.subject,
        who.email,
        who.email_verified,
        device=device_token(request),
        **client_details(request),
    )
    answer = _go_on(begun, attempt.wanted, settings)
    forget_attempt(answer, settings)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, accounts: CurrentAccounts, settings: CurrentSettings) -> Response:
    """End the session."""
    token = session_token(request)
    if token:
        accounts.sign_out(token)
    answer = redirect_with_notice("/sign-in")
    forget_session(answer, settings)
    return answer


def sentence(error: NewFuturesError) -> str:
    """Return an error as the message of a field."""
    text = str(error)
    return text[:1].upper() + text[1:]


def _password_page(
    pages: ViewersPages,
    providers: CurrentProviders,
    form: Form[Any],
    wanted: str,
    request: Request,
    status: int = 200,
) -> Response:
    ended = "ended" in request.query_params
    return pages.page(
        "account/sign_in.html",
        status=status,
        form=form,
        wanted=wanted,
        ended=ended,
        demonstration=pages.demonstration,
        providers=providers,
    )


def _enrolment_page(
    request: Request,
    accounts: CurrentAccounts,
    pages: ViewersPages,
    form: Form[Any],
    wanted: str,
    status: int = 200,
) -> Response:
    needed = accounts.begin_enrolment(session_token(request) or "")
    return pages.page(
        "account/set_up_codes.html", status=status, form=form, wanted=wanted, enrolment=needed
    )


def _go_on(begun: SignedIn, wanted: str, settings: CurrentSettings) -> Response:
    answer = redirect_with_notice(_next_address(begun.stage, wanted))
    keep_sign_in(answer, settings, begun)
    return answer


def _next_address(stage: Stage, wanted: str) -> str:
    step = NEXT_STEP.get(stage)
    return wanted if step is None else f"{step}?next={wanted}"


def _wanted(request: Request) -> str:
    return own_path(request.query_params.get("next", "/"))
