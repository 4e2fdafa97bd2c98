"""Sign-ins begun with another provider's account: kept here until the browser comes back."""

from dataclasses import dataclass

from psycopg.rows import class_row

from foundation.accounts.tokens import hash_of, new_token
from foundation.database import Database, Scope

MINUTES = 10  # long enough to sign in elsewhere, codes and all
ACCOUNTS = Scope("accounts")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back as it was sent (`state`, `nonce`), and what proves that it was us."""

    provider: str
    state: str
    nonce: str
    code_verifier: str
    wanted: str


class SignInAttempts:
    """Attempts under way, by a token that only the browser holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, attempt: Attempt) -> str:
        """Store it, and return the token for a cookie. Old ones are cleared away."""
        token = new_token()
        with self._database.transaction(ACCOUNTS) as connection:
            connection.execute(
                "DELETE FROM sign_in_attempt WHERE made_at < now() - make_interval(mins => %s)",
                [MINUTES],
            )
            connection.execute(
                "INSERT INTO sign_in_attempt"
                " (token_hash, provider, state, nonce, code_verifier, wanted)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [
                    hash_of(token),
                    attempt.provider,
                    attempt.state,
                    attempt.nonce,
                    attempt.code_verifier,
                    attempt.wanted,
                ],
            )
        return token

    def take(self, token: str) -> Attempt | None:
        """The attempt, which is then used up; None if there is none, or it took too long."""
        with (
            self._database.transaction(ACCOUNTS) as connection,
            connection.cursor(row_factory=class_row(Attempt)) as cursor,
        ):
            return cursor.execute(
                "DELETE FROM sign_in_attempt WHERE token_hash = %s"
                " AND made_at >= now() - make_interval(mins => %s)"
                " RETURNING provider, state, nonce, code_verifier, wanted",
                [hash_of(token), MINUTES],
            ).fetchone()
