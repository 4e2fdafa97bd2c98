"""Passwords: which are good enough, and how they are kept.

The rules follow NIST SP 800-63B-4, section 3.1.1: length, and no list of common, guessable or
context-specific passwords; no rules about kinds of characters, and no expiry.
"""

import re
import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from foundation.errors import ValidationError

SHORTEST = 12
LONGEST = 128
SHORTEST_OWN_WORD = 4  # shorter ones stand inside other words by chance
SERVICE_WORDS = ("newfutures", "new futures", "newfuturesmatching")
TRAILING = re.compile(r"[\W\d_]+\Z")
WORD = re.compile(r"[^\W_]+")

# RFC 9106, section 4: the second recommended choice, 64 MiB for each password that is checked.
# However many requests come at once, this many are checked at a time.
HASHES_AT_ONCE = 4
_HASHER = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=4),))
_TURN = BoundedSemaphore(HASHES_AT_ONCE)


class Verified(NamedTuple):
    """Whether a password is right. `rehashed` is its hash anew, where parameters moved on."""

    right: bool
    rehashed: str | None


def check_password(password: str, *, own: tuple[str, ...]) -> None:
    """Refuse a password that is easy to guess.

    Args:
        password: as it was typed.
        own: the account's name and address of mail, which must not be in it.

    Raises:
        ValidationError: which never quotes the password.
    """
    fault = _fault(password, own)
    if fault is not None:
        raise ValidationError("password", "(not shown)", fault)


def hash_password(password: str) -> str:
    """Argon2id with a salt of its own. About 50 milliseconds."""
    with _TURN:
        return _HASHER.hash(_normal(password))


def verify_password(password: str, kept: str | None) -> Verified:
    """Compare with the hash that is kept. None, for no such account, costs the same."""
    given = _normal(password) if len(password) <= LONGEST else b""
    with _TURN:
        right, rehashed = _HASHER.verify_and_update(given, kept or _dummy())
    return Verified(right and kept is not None, rehashed if kept else None)


def prepare() -> None:
    """Make what an unknown account is compared with, so that the first one costs no more."""
    _dummy()


@cache
def _dummy() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> bytes:
    """NFKC, so that one password typed on two keyboards is the same bytes."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _fault(password: str, own: tuple[str, ...]) -> str | None:
    normal = unicodedata.normalize("NFKC", password)
    # Both are measured: one character such as U+FDFA becomes eighteen in normal form.
    if min(len(password), len(normal)) < SHORTEST:
        return f"use at least {SHORTEST} characters"
    if max(len(password), len(normal)) > LONGEST:
        return f"use at most {LONGEST} characters"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in normal):
        return "use characters that can be typed"
    if _is_common(normal):
        return "it is among the passwords that are guessed first; use three random words"
    folded = _letters(normal)
    if any(word in folded for word in _own_words(own)):
        return "leave out your name, your email address and the name of this service"
    return None


def _is_common(normal: str) -> bool:
    folded = normal.casefold()
    bare = TRAILING.sub("", folded)
    parts = {folded, bare, _unit(folded), _unit(bare)}
    return len(set(folded)) < SHORTEST_OWN_WORD or not bare or not parts.isdisjoint(_common())


def _unit(text: str) -> str:
    """The shortest piece that the text repeats: `password` of `passwordpassword`."""
    again = (text + text).find(text, 1) if text else 0
    return text[:again]


@cache
def _common() -> frozenset[str]:
    words = {word.casefold() for word in FREQUENCY_LISTS["passwords"]}
    return frozenset(words | {TRAILING.sub("", word) for word in words})


def _letters(text: str) -> str:
    return "".join(WORD.findall(text.casefold()))


def _own_words(own: tuple[str, ...]) -> set[str]:
    words: set[str] = set()
    for text in (*own, *SERVICE_WORDS):
        folded = unicodedata.normalize("NFKC", text).casefold()
        local, _, domain = folded.partition("@")
        words |= {_letters(local), _letters(domain.partition(".")[0]), *WORD.findall(local)}
    return {word for word in words if len(word) >= SHORTEST_OWN_WORD}
