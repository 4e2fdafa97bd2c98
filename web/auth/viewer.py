"""Who is asking: the account behind the session cookie, looked up anew for each request."""

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
    """Nobody is signed in, or not completely; `address` is where to go on."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__("sign in first")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who signed in, and how."""

    account: Account
    session: Session

    @property
    def role(self) -> Role:
        """What they are."""
        return self.account.role


async def get_accounts(request: Request) -> AccountService:
    """Accounts and sessions."""
    return services_of(request).accounts


def services_of(request: Request) -> Services:
    """What this application was made with."""
    return cast(Services, request.app.state.services)


CurrentAccounts = Annotated[AccountService, Depends(get_accounts)]


def get_session(request: Request, accounts: CurrentAccounts) -> Viewer:
    """Whoever the cookie belongs to, even if they have not signed in completely.

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
    """Whoever has signed in completely.

    Raises:
        SignInNeededError: they still owe a code.
    """
    if viewer.session.stage is not Stage.SIGNED_IN:
        raise SignInNeededError(NEXT_STEP[viewer.session.stage])
    request.state.viewer = viewer
    return viewer


def find_viewer(request: Request) -> Viewer | None:
    """Whoever has signed in completely, for an address that has no route and so no rule."""
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
    """Where to sign in, and come back to what was asked for, if that can be asked for again."""
    query = ["ended=yes"] if ended else []
    if request.method == "GET" and request.url.path != "/":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        query.append(f"next={quote(wanted, safe='')}")
    return SIGN_IN + (f"?{'&'.join(query)}" if query else "")


def own_path(wanted: str) -> str:
    """The address to go on to after signing in: one of ours, or the start."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if ours and not parts.scheme and not parts.netloc else "/"
