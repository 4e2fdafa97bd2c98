"""Time-based one-time codes (RFC 6238), as any authenticator app makes them."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

from foundation.accounts.tokens import new_recovery_code

ISSUER = "New Futures Matching"
SECONDS_PER_STEP = 30
DRIFT = 1  # steps either way, as section 5.2 of the RFC recommends at most
RECOVERY_CODES = 10
CODE = re.compile(r"[0-9]{6}")
RECOVERY_CODE = re.compile(r"[A-Z2-7]{16}")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret in base32, the same as an address, and drawn."""

    secret: str
    uri: str
    svg: str


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def enrolment(secret: str, email: str) -> Enrolment:
    """How a secret is handed to an app."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    drawn = segno.make_qr(uri).svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return Enrolment(secret, uri, drawn)


def accepted_step(secret: str, typed: str, at: datetime, last: int) -> int | None:
    """The step that a code is of, if it is right now; None if it is not.

    Args:
        secret: in base32.
        typed: as typed; blanks are passed over.
        at: the present moment.
        last: step of the last code that was accepted: that one and those before are not again.
    """
    code = _tidy(typed)
    if not CODE.fullmatch(code):
        return None
    now = int(at.timestamp()) // SECONDS_PER_STEP
    made = pyotp.TOTP(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > last and hmac.compare_digest(made.generate_otp(step), code):
            return step
    return None


def new_recovery_codes() -> tuple[str, ...]:
    """Codes for whoever loses the app, each good for one sign-in."""
    return tuple(new_recovery_code() for _ in range(RECOVERY_CODES))


def typed_recovery_code(typed: str) -> str | None:
    """A recovery code in the form in which it was given out; None if it cannot be one."""
    letters = _tidy(typed).upper()
    if not RECOVERY_CODE.fullmatch(letters):
        return None
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _tidy(typed: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed[:64]))
