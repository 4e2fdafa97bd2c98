"""An OpenID Connect provider on this machine: real keys, real PKCE, and faults on demand."""

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import JSONResponse, RedirectResponse

CLIENT_ID, CLIENT_SECRET = "newfutures", "a secret of the client's own, of enough length"


@dataclass
class StubProvider:
    """Signs in whoever `person` says, without asking; `faults` change one thing of its answers."""

    issuer: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "1", "email": "lead@example.org", "email_verified": True}
    )
    faults: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Its four addresses."""
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self.metadata)
        app.get("/authorize")(self.authorize)
        app.post("/token")(self.token)
        app.get("/keys")(self.keys)
        return app

    def metadata(self) -> dict[str, Any]:
        """Who it says it is."""
        return {
            "issuer": self.faults.get("issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256"],
        }

    def authorize(self, request: Request) -> RedirectResponse:
        """Sign in at once, and send the browser back."""
        query = dict(request.query_params)
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.issuer} | self.faults.get(
            "answer", {}
        )
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", status_code=302)

    async def token(self, request: Request) -> JSONResponse:
        """Swap a code for an ID token, if whoever asks knows the verifier and the secret."""
        form = dict(await request.form())
        asked = self.asked.pop(str(form.get("code")), None)
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {expected}"
        if asked is None or not known or asked.get("code_challenge") != challenge:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.faults.get("claims", {}),
        }
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.faults.get("key", self.key))
        if self.faults.get("shared_secret"):
            shared = OctKey.import_key(CLIENT_SECRET)
            signed = jwt.encode({"alg": "HS256"}, claims, shared)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    def keys(self) -> dict[str, Any]:
        """Its public key."""
        return {"keys": [self.key.as_dict(private=False)]}


@contextmanager
def serving(provider: StubProvider) -> Iterator[str]:
    """Serve it on a free port; yields its address, which is its issuer."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield provider.issuer
    finally:
        server.should_exit = True
        thread.join(timeout=300)
        listener.close()
