"""Random tokens, which are handed out once and kept as hashes only."""

import base64
import hashlib
import secrets

TOKEN_BYTES = 32
# 80 bits: enough that a plain hash of one cannot be reversed by trying.
RECOVERY_CODE_BYTES = 10


def new_token() -> str:
    """256 random bits, as text for a cookie or an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_recovery_code() -> str:
    """80 random bits, as `ABCD-EFGH-IJKL-MNOP`."""
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_CODE_BYTES)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def hash_of(text: str) -> bytes:
    """The SHA-256 under which a random token is kept. Passwords need a slow hash instead."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
