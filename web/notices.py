"""What a page says at its top after something was done: `?done=` in its address names one."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

NOTICES = {
    "password": "Your password has been changed, and you were signed out everywhere else",
    "password-chosen": "Your password has been kept: sign in with it",
    "signed-out": "That browser has been signed out",
    "request-declined": "The request has been declined",
    "standing-changed": "The standing has been changed",
}


def done(address: str, notice: str | None = None) -> RedirectResponse:
    """Go on to a page after a form was sent, with one of `NOTICES` to say at its top."""
    if notice is not None:
        parts = urlsplit(address)
        query = f"{parts.query}&done={notice}" if parts.query else f"done={notice}"
        address = parts._replace(query=query).geturl()
    return RedirectResponse(address, status_code=303)
