"""Sessions of whoever signed in: used, put off, listed, ended."""

from uuid import UUID

from foundation.accounts.base import Accounts, by_account, record
from foundation.accounts.model import Present, Session
from foundation.accounts.store.sessions import (
    delete_devices,
    delete_session,
    delete_sessions,
    find_session,
    list_account_sessions,
    touch_session,
)


class Sessions(Accounts):
    """Looked up by token, for each request anew: a change of the account counts from the next."""

    def session(self, token: str, *, touch: bool = True) -> Present | None:
        """Whoever a token belongs to, as the account is now; None once the session has ended.

        Args:
            token: from the cookie.
            touch: whether this is a use that puts the idle limit off (at most once a minute).
        """
        with self._transaction() as connection:
            found = find_session(connection, token, self._limits)
            if found is not None and touch:
                touch_session(connection, found.session.id)
        return found

    def extend(self, token: str) -> Present | None:
        """Put the idle limit off, because somebody asked to; None once the session has ended."""
        if self.session(token) is None:
            return None
        return self.session(token, touch=False)

    def sign_out(self, token: str) -> None:
        """End a session, if it has not ended already."""
        with self._transaction() as connection:
            found = find_session(connection, token, self._limits)
            if found is not None:
                delete_session(connection, found.account.id, found.session.id)
                record(connection, by_account(found.account), "sign-out", found.account.id)

    def list_sessions(self, token: str) -> list[Session]:
        """The sessions of whoever this one is, the one last used first.

        Raises:
            SessionEndedError: the session ended, or a code is owed.
        """
        with self._transaction() as connection:
            account = self._get_signed_in(connection, token).account
            return list_account_sessions(connection, account, self._limits)

    def revoke_session(self, token: str, session_id: UUID) -> bool:
        """End one of one's own sessions. False: it had ended, or is not one's own.

        Raises:
            SessionEndedError: the session ended, or a code is owed.
        """
        with self._transaction() as connection:
            account = self._get_signed_in(connection, token).account
            ended = delete_session(connection, account.id, session_id)
            if ended:
                record(connection, by_account(account), "revoke session", account.id)
        return ended

    def revoke_others(self, token: str) -> int:
        """End all of one's sessions but this one, and know no browser again; returns how many.

        Raises:
            SessionEndedError: the session ended, or a code is owed.
        """
        with self._transaction() as connection:
            account, session = self._get_signed_in(connection, token)
            ended = delete_sessions(connection, account.id, but=session.id)
            delete_devices(connection, account.id)
            record(connection, by_account(account), "revoke sessions", account.id, ended=ended)
        return ended
