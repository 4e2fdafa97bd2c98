"""The one service for accounts that the pages and the command line call.

It opens its own transactions, as nobody's role and the actor `accounts`, because only those reach
what one signs in with. Everything that it does is in the audit trail under the name of who asked.
"""

from foundation.accounts.administration import Administration
from foundation.accounts.overview import AccountLists
from foundation.accounts.own_account import OwnAccount
from foundation.accounts.registrations import Registrations
from foundation.accounts.sessions import Sessions
from foundation.accounts.signing_in import SigningIn
from foundation.accounts.store.secrets import delete_old_secrets
from foundation.accounts.store.sessions import delete_ended_sessions


class AccountService(SigningIn, Sessions, OwnAccount, Administration, AccountLists, Registrations):
    """Signing in, sessions, one's own account, other people's, and employers' requests."""

    def delete_expired(self) -> int:
        """Delete what has run out, once a day or so; returns how many rows."""
        with self._transaction() as connection:
            ended = delete_ended_sessions(connection, self._limits)
            return ended + delete_old_secrets(connection)
