"""The account behind the session cookie, looked up again for each request."""

from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from foundation.accounts.model import Account, Session, Stage
from foundation.accounts.service import AccountService
from foundation.errors import NewFuturesError
from foundation.vocabulary import Role
from web.auth.cookies import session_token
from web.services import Services

SIGN_IN = "/sign-in"
NEXT_STEP = {Stage.CODE_OWED: "/sign-in/code", Stage.CODES_OWED: "/sign-in/set-up-codes"}


class SignInNeededError(NewFuturesError):
    """Nobody is signed in, or not completely; `address` is where to continue."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__("sign in first")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, and how."""

    account: Account
    session: Session

    @property
    def role(self) -> Role:
        """Their role."""
        return self.account.role


async def get_accounts(request: Request) -> AccountService:
    """Accounts and sessions."""
    return services_of(request).accounts


def services_of(request: Request) -> Services:
    """Return the services of the application."""
    return cast(Services, request.app.state.services)


CurrentAccounts = Annotated[AccountService, Depends(get_accounts)]


def get_session(request: Request, accounts: CurrentAccounts) -> Viewer:
    """Return the session's owner, even if they have not signed in completely.

    Raises:
        SignInNeededError: no session, or one that has ended.
    """
    token = session_token(request)
    found = accounts.session(token) if token else None
    if found is None:
        raise SignInNeededError(sign_in_address(request, ended=bool(token)))
    account, session = found
    return Viewer(account, session)


def get_viewer(request: Request, viewer: Annotated[Viewer, Depends(get_session)]) -> Viewer:
    """Return the signed-in viewer.

    Raises:
        SignInNeededError: they still owe a code.
    """
    if viewer.session.stage is not Stage.SIGNED_IN:
        raise SignInNeededError(NEXT_STEP[viewer.session.stage])
    request.state.viewer = viewer
    return viewer


def find_viewer(request: Request) -> Viewer | None:
    """Return the signed-in viewer for an address without a route, or None."""
    known: Viewer | None = getattr(request.state, "viewer", None)
    token = session_token(request)
    if known is not None or not token:
        return known
    found = services_of(request).accounts.session(token, touch=False)
    complete = found is not None and found.session.stage is Stage.SIGNED_IN
    return Viewer(found.account, found.session) if found is not None and complete else None


CurrentSession = Annotated[Viewer, Depends(get_session)]
CurrentViewer = Annotated[Viewer, Depends(get_viewer)]


def sign_in_address(request: Request, *, ended: bool) -> str:
    """Return where to sign in, with the address to come back to if it can be asked again."""
    query = ["ended=yes"] if ended else []
    if request.method == "GET" and request.url.path != "/":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        query.append(f"next={quote(wanted, safe='')}")
    return SIGN_IN + (f"?{'&'.join(query)}" if query else "")


def own_path(wanted: str) -> str:
    """Return the address to go to after signing in: one of ours, or the start page."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if ours and not parts.scheme and not parts.netloc else "/"
