"""What people do with their own account: choose a password, set up one-time codes."""

from foundation import clock
from foundation.accounts.base import Accounts, Origin, by_account, record, start_session
from foundation.accounts.codes import (
    Enrolment,
    accepted_step,
    enrolment,
    new_recovery_codes,
    new_secret,
)
from foundation.accounts.errors import LinkError, SessionEndedError, SignInError
from foundation.accounts.model import Account, AccountStatus, SignedIn
from foundation.accounts.passwords import check_password, hash_password, verify_password
from foundation.accounts.signing_in import WRONG_CODE, complete
from foundation.accounts.store.accounts import lock_account
from foundation.accounts.store.secrets import (
    count_recovery_codes,
    count_try,
    delete_link,
    find_linked_account,
    find_password_hash,
    forgive_try,
    replace_recovery_codes,
    update_code_secret,
    update_password,
)
from foundation.accounts.store.sessions import (
    delete_devices,
    delete_session,
    delete_sessions,
    find_pending_secret,
    insert_device,
    update_pending_secret,
)
from foundation.accounts.tokens import new_token
from foundation.accounts.tries import keys_of
from foundation.errors import NotFoundError

NO_STEP_YET = -1


class OwnAccount(Accounts):
    """Each method takes the token of the session, or of the link that was sent."""

    def change_password(
        self, token: str, old: str, new: str, *, address: str, agent: str
    ) -> SignedIn:
        """Choose another password. Every session ends, and this one goes on under a new token.

        Raises:
            SessionEndedError: the session ended, or a code is owed.
            TooManyTriesError: wrong passwords were given before, and it has to wait first.
            SignInError: the old password is wrong.
            ValidationError: the new one is easy to guess.
        """
        origin = Origin.of(address, agent)
        with self._transaction() as connection:
            account = self._get_signed_in(connection, token).account
            check_password(new, own=(account.email, account.name))
            kept = find_password_hash(connection, account.id)
            keys = keys_of("change", account.email, origin.address, None)
            count_try(connection, keys)
        if not verify_password(old, kept).right:
            raise SignInError("the password that you have now is not right")
        changed = hash_password(new)
        with self._transaction() as connection:
            account = self._get_signed_in(connection, token).account
            if find_password_hash(connection, account.id) != kept:
                raise SessionEndedError  # changed in another browser meanwhile
            forgive_try(connection, keys)
            update_password(connection, account.id, changed)
            delete_link(connection, account.id)
            delete_sessions(connection, account.id)
            delete_devices(connection, account.id)
            # Only where an employer's staff use no codes was the session complete without one.
            begun = start_session(
                connection, account, origin, code_given=account.has_one_time_codes
            )
            known = new_token()
            insert_device(connection, account.id, known)
            record(connection, by_account(account), "change password", account.id)
        return SignedIn(begun.token, begun.stage, account, known)

    def begin_enrolment(self, token: str) -> Enrolment:
        """What an authenticator app needs; the same for the same session, until it is confirmed.

        Raises:
            SessionEndedError: the session ended, or the account uses codes already.
        """
        with self._transaction() as connection:
            account, session = self._get_present(connection, token)
            if account.has_one_time_codes:
                raise SessionEndedError
            secret = find_pending_secret(connection, session.id)
            if secret is None:
                secret = new_secret()
                update_pending_secret(connection, session.id, secret)
        return enrolment(secret, account.email)

    def confirm_enrolment(
        self, token: str, code: str, *, address: str, agent: str, device: str | None = None
    ) -> tuple[SignedIn, tuple[str, ...]]:
        """Use one-time codes from now on, if the app makes the right ones.

        Returns the session under a new token, and recovery codes, which are shown this once.

        Raises:
            SessionEndedError: the session ended, or it was not shown a secret.
            SignInError: the code is wrong.
        """
        origin = Origin.of(address, agent)
        with self._transaction() as connection:
            account, session = self._get_present(connection, token)
            secret = find_pending_secret(connection, session.id)
            if account.has_one_time_codes or secret is None:
                raise SessionEndedError
            step = accepted_step(secret, code, clock.now(), NO_STEP_YET)
            if step is None:
                raise SignInError(WRONG_CODE)
            update_code_secret(connection, account.id, secret, step)
            recovery = new_recovery_codes()
            replace_recovery_codes(connection, account.id, recovery)
            record(connection, by_account(account), "set up codes", account.id)
            delete_session(connection, account.id, session.id)
            account = lock_account(connection, account.id)
            begun = start_session(connection, account, origin, code_given=True)
            return complete(connection, begun, origin, device, proof="one-time code"), recovery

    def count_recovery_codes(self, token: str) -> int:
        """How many recovery codes are left.

        Raises:
            SessionEndedError: the session ended, or a code is owed.
        """
        with self._transaction() as connection:
            account = self._get_signed_in(connection, token).account
            return count_recovery_codes(connection, account.id)

    def invited(self, link: str) -> Account:
        """Whoever a link to choose a password is for.

        Raises:
            LinkError: it was used, replaced, or is too old.
        """
        with self._transaction() as connection:
            account_id = find_linked_account(connection, link)
            if account_id is None:
                raise LinkError
            return _active(lock_account(connection, account_id))

    def accept_invitation(self, link: str, password: str) -> Account:
        """Choose a password by a link, which is used up. Every session of the account ends.

        Raises:
            LinkError: it was used, replaced, or is too old.
            ValidationError: the password is easy to guess; the link may be used again.
        """
        account = self.invited(link)
        check_password(password, own=(account.email, account.name))
        chosen = hash_password(password)
        with self._transaction() as connection:
            try:
                account = _active(lock_account(connection, account.id))
            except NotFoundError:
                raise LinkError from None
            if find_linked_account(connection, link) != account.id:
                raise LinkError  # somebody else used it meanwhile
            delete_link(connection, account.id)
            update_password(connection, account.id, chosen)
            delete_sessions(connection, account.id)
            delete_devices(connection, account.id)
            record(connection, by_account(account), "choose password", account.id)
            return lock_account(connection, account.id)


def _active(account: Account) -> Account:
    if account.status is not AccountStatus.ACTIVE:
        raise LinkError
    return account
