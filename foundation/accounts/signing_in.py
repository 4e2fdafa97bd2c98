"""Signing in: a password or an identity provider's word, then a one-time code."""

from dataclasses import replace
from typing import Any

from psycopg import Connection

from foundation import clock
from foundation.accounts.base import NOBODY, Accounts, Origin, by_account, record, start_session
from foundation.accounts.codes import accepted_step, typed_recovery_code
from foundation.accounts.errors import SessionEndedError, SignInError
from foundation.accounts.model import Account, AccountStatus, SignedIn, Stage, normal_email
from foundation.accounts.passwords import Verified, prepare, verify_password
from foundation.accounts.store.accounts import (
    find_account_by_email,
    lock_account,
    update_last_sign_in,
)
from foundation.accounts.store.identities import find_account_by_identity, link_identity
from foundation.accounts.store.secrets import (
    count_try,
    delete_recovery_code,
    find_code_secret,
    find_password_hash,
    forgive_try,
    update_code_step,
    update_password,
)
from foundation.accounts.store.sessions import delete_session, insert_device, touch_device
from foundation.accounts.tokens import hash_of, new_token
from foundation.accounts.tries import Kind, TryKeys, keys_of
from foundation.errors import ValidationError

WRONG_PASSWORD = "the email address or the password is not right"  # noqa: S105 -- a sentence
WRONG_CODE = "the code is not right, or was used already; wait for the next one"
NOT_KNOWN = "no account here belongs to that sign-in; ask whoever runs the service"


class SigningIn(Accounts):
    """From nobody to somebody. Each step gives a new token, and the one before is void."""

    def sign_in(
        self, email: str, password: str, *, address: str, agent: str, device: str | None = None
    ) -> SignedIn:
        """Begin a session with a password.

        Args:
            email: as typed.
            password: as typed.
            address: network address of the browser.
            agent: what the browser calls itself.
            device: the token that the last sign-in in this browser gave, if it has one.

        Raises:
            TooManyTriesError: it has to wait first, whether or not there is such an account.
            SignInError: no such account, wrong password, or not active; all read the same.
        """
        prepare()
        origin = Origin.of(address, agent)
        with self._transaction() as connection:
            account, kept = _find(connection, email)
            keys = _keys(connection, "password", account, _plain(email), origin, device)
            count_try(connection, keys)
        # Outside of any transaction, because it takes long.
        verified = verify_password(password, kept)
        with self._transaction() as connection:
            begun = None
            if account is not None and verified.right:
                begun = _begin(connection, account, kept, verified, origin, device)
            if begun is None:
                _record_failure(connection, "sign-in failed", account, origin)
            else:
                forgive_try(connection, keys)
        if begun is None:
            raise SignInError(WRONG_PASSWORD)
        return begun

    def give_code(
        self, token: str, code: str, *, address: str, agent: str, device: str | None = None
    ) -> SignedIn:
        """Complete a session with a one-time code, or a recovery code.

        Raises:
            SessionEndedError: the session ended, or no code is owed.
            TooManyTriesError: wrong codes were given before, and it has to wait first.
            SignInError: the code is wrong, or was used already.
        """
        origin = Origin.of(address, agent)
        with self._transaction() as connection:
            account, session = self._get_present(connection, token)
            if session.stage is not Stage.CODE_OWED:
                raise SessionEndedError
            keys = _keys(connection, "code", account, account.email, origin, device)
            count_try(connection, keys)
            used = _use_code(connection, account.id, code)
            if used is None:
                _record_failure(connection, "code failed", account, origin)
            else:
                forgive_try(connection, keys)
                delete_session(connection, account.id, session.id)
                done = start_session(connection, account, origin, code_given=True)
                signed_in = complete(connection, done, origin, device, proof=used)
        if used is None:
            raise SignInError(WRONG_CODE)
        return signed_in

    def sign_in_with_identity(
        self,
        issuer: str,
        subject: str,
        email: str,
        email_verified: bool,
        *,
        address: str,
        agent: str,
        device: str | None = None,
    ) -> SignedIn:
        """Begin a session on the word of an identity provider, whose answer the caller verified.

        It stands for the password only: a code is owed as otherwise.

        Raises:
            SignInError: no active account is linked to the subject or has the verified email.
        """
        origin = Origin.of(address, agent)
        with self._transaction() as connection:
            account = find_account_by_identity(connection, issuer, subject)
            if account is None:
                account = link_identity(
                    connection, issuer, subject, email=email, email_verified=email_verified
                )
                if account is not None:
                    record(connection, by_account(account), "link", account.id, issuer=issuer)
            begun = None
            if account is not None:
                account = lock_account(connection, account.id)
                if account.status is AccountStatus.ACTIVE:
                    done = start_session(connection, account, origin, code_given=False)
                    begun = complete(connection, done, origin, device, proof=issuer)
            if begun is None:
                _record_failure(connection, "sign-in failed", account, origin)
        if begun is None:
            raise SignInError(NOT_KNOWN)
        return begun


def complete(
    connection: Connection[Any], begun: SignedIn, origin: Origin, device: str | None, *, proof: str
) -> SignedIn:
    """Write in the trail how far a sign-in came; at its end, know the browser again."""
    account = begun.account
    acting = by_account(account)
    if begun.stage is not Stage.SIGNED_IN:
        record(connection, acting, "sign-in begun", account.id, proof=proof, address=origin.address)
        return begun
    update_last_sign_in(connection, account.id)
    record(connection, acting, "sign-in", account.id, proof=proof, address=origin.address)
    if device is not None and touch_device(connection, account.id, hash_of(device)):
        return begun
    known = new_token()
    insert_device(connection, account.id, known)
    return replace(begun, device=known)


def _find(connection: Connection[Any], email: str) -> tuple[Account | None, str | None]:
    account = find_account_by_email(connection, _plain(email))
    if account is None:
        return None, None
    return account, find_password_hash(connection, account.id)


def _plain(email: str) -> str:
    """In normal form; what is no address of mail is nobody's, and is not kept in any form."""
    try:
        return normal_email(email)
    except ValidationError:
        return ""


def _keys(
    connection: Connection[Any],
    kind: Kind,
    account: Account | None,
    email: str,
    origin: Origin,
    device: str | None,
) -> TryKeys:
    known = None
    if account is not None and device is not None:
        hashed = hash_of(device)
        known = hashed if touch_device(connection, account.id, hashed) else None
    return keys_of(kind, email, origin.address, known)


def _begin(
    connection: Connection[Any],
    account: Account,
    kept: str | None,
    verified: Verified,
    origin: Origin,
    device: str | None,
) -> SignedIn | None:
    """None where the account or its password has changed since it was looked at."""
    current = lock_account(connection, account.id)
    unchanged = find_password_hash(connection, account.id) == kept
    if current.status is not AccountStatus.ACTIVE or not unchanged:
        return None
    if verified.rehashed is not None:
        update_password(connection, account.id, verified.rehashed)
    begun = start_session(connection, current, origin, code_given=False)
    return complete(connection, begun, origin, device, proof="password")


def _use_code(connection: Connection[Any], account_id: int, typed: str) -> str | None:
    """Which kind of code it was, now used up; None if it was no good."""
    recovery = typed_recovery_code(typed)
    if recovery is not None:
        used = delete_recovery_code(connection, account_id, recovery)
        return "recovery code" if used else None
    kept = find_code_secret(connection, account_id)
    if kept is None:
        return None
    step = accepted_step(kept.secret, typed, clock.now(), kept.last_step)
    if step is None or not update_code_step(connection, account_id, step):
        return None
    return "one-time code"


def _record_failure(
    connection: Connection[Any], action: str, account: Account | None, origin: Origin
) -> None:
    """Nothing that was typed is kept: people type passwords into the wrong field."""
    account_id = None if account is None else account.id
    record(connection, NOBODY, action, account_id, address=origin.address)
