"""Sign-in with accounts of OpenID Connect providers.

The code flow with PKCE (RFC 7636), a state and a nonce for each attempt, which is kept on the
server and used once. The issuer is the one in our settings: not what the provider says of itself,
and not what came back in the address (RFC 9207), though both must agree with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.sync_app import OAuth2Base, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from requests import RequestException

from foundation.accounts.attempts import Attempt
from foundation.errors import NewFuturesError, NotFoundError
from foundation.settings import IdentityProvider

TIMEOUT_SECONDS = 10
LEEWAY_SECONDS = 60
# Signed with a key pair only: a shared secret would let whoever knows it sign in as anybody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class IdentityError(NewFuturesError):
    """The provider could not be reached, or its answer cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person whom a provider has signed in."""

    issuer: str
    subject: str
    email: str
    email_verified: bool


class _App(OAuth2Mixin, OpenIDMixin, OAuth2Base):  # type: ignore[misc]
    client_cls = OAuth2Session


class Providers:
    """The configured identity providers, by name."""

    def __init__(self, given: Iterable[IdentityProvider], base_url: str) -> None:
        """Set up, without fetching anything; `base_url` is our own address."""
        self._given = {each.name: each for each in given}
        self._base_url = base_url.rstrip("/")
        self._apps: dict[str, Any] = {}

    def __iter__(self) -> Any:  # noqa: ANN401
        return iter(self._given.values())

    def begin(self, name: str, wanted: str) -> tuple[str, Attempt]:
        """Return where to send the browser, and what to store until it comes back.

        Raises:
            NotFoundError: there is no such provider.
            IdentityError: it cannot be reached, or is not who our settings say.
        """
        app = self._app(name)
        try:
            begun = app.create_authorization_url(redirect_uri=self._answer_address(name))
        except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
            raise _refusal(self._given[name], "cannot be reached") from error
        attempt = Attempt(name, begun["state"], begun["nonce"], begun["code_verifier"], wanted)
        return begun["url"], attempt

    def finish(self, name: str, attempt: Attempt, query: Mapping[str, str]) -> Identity:
        """Return the person whom the provider signed in, from the address that was called back.

        Raises:
            NotFoundError: there is no such provider.
            IdentityError: it refused, or anything of its answer is not as it must be.
        """
        app, provider = self._app(name), self._given.get(name)
        if provider is None:
            raise NotFoundError("nothing has that address")
        self._check_answer(provider, attempt, query)
        try:
            token = app.fetch_access_token(
                redirect_uri=self._answer_address(name),
                code=query["code"],
                code_verifier=attempt.code_verifier,
            )
            claims = app.parse_id_token(
                token,
                nonce=attempt.nonce,
                claims_options={"iss": {"essential": True, "value": provider.issuer}},
                leeway=LEEWAY_SECONDS,
            )
        except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as error:
            raise _refusal(provider, "gave an answer that cannot be trusted") from error
        if not claims or not claims.get("sub") or not claims.get("email"):
            raise _refusal(provider, "did not say who signed in; it must give an email address")
        return Identity(
            provider.issuer,
            str(claims["sub"]),
            str(claims["email"]),
            claims.get("email_verified") is True,
        )

    def _check_answer(
        self, provider: IdentityProvider, attempt: Attempt, query: Mapping[str, str]
    ) -> None:
        if attempt.provider != provider.name or query.get("state") != attempt.state:
            raise _refusal(provider, "answered something that was not asked; start again")
        if "iss" in query and query["iss"] != provider.issuer:
            raise _refusal(provider, "is not who answered")
        if "error" in query or not query.get("code"):
            raise _refusal(provider, "did not sign you in")

    def _app(self, name: str) -> Any:  # noqa: ANN401 -- Authlib has no types
        provider = self._given.get(name)
        if provider is None:
            raise NotFoundError("nothing has that address")
        app = self._apps.get(name)
        if app is None:
            app = _App(
                None,
                name=name,
                client_id=provider.client_id,
                client_secret=provider.client_secret.get_secret_value(),
                client_kwargs={
                    "scope": "openid email",
                    "code_challenge_method": "S256",
                    "default_timeout": TIMEOUT_SECONDS,
                },
                server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            )
            self._read_metadata(app, provider)
            self._apps[name] = app  # kept only once it has answered as it should
        return app

    def _read_metadata(self, app: Any, provider: IdentityProvider) -> None:  # noqa: ANN401
        try:
            metadata = app.load_server_metadata()
        except (RequestException, ValueError) as error:
            raise _refusal(provider, "cannot be reached") from error
        if metadata.get("issuer") != provider.issuer:
            raise _refusal(provider, "calls itself by another name than our settings do")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            each for each in offered if each in ALGORITHMS
        ]

    def _answer_address(self, name: str) -> str:
        return f"{self._base_url}/sign-in/with/{quote(name)}/answer"


def _refusal(provider: IdentityProvider, what: str) -> IdentityError:
    return IdentityError(f"{provider.label} {what}")
