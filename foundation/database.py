"""Connections: one pool, transactions that know who is acting and what they may see.

Nothing else opens a connection. Whoever opens a transaction commits it, by leaving the block;
an exception rolls it back. The scope lives as long as the transaction, so a connection that goes
back to the pool carries nobody's rights.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import Connection, conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from foundation.errors import DatabaseError, ValidationError

OLDEST_SERVER = 15
CONNECT_SECONDS = 10.0
PRISON_ID = re.compile(r"[A-Z]{3}")
UNREADABLE = "(unreadable connection string)"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts, and for which prisons; `prisons=None` is every prison, an empty tuple is none."""

    actor: str
    prisons: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """No prison may be called `*`, which is every prison, or hold the comma that parts them."""
        for prison in self.prisons or ():
            if not PRISON_ID.fullmatch(prison):
                raise ValidationError("prisons", prison, "write the three letters of a prison id")


class Database:
    """A pool of connections to one database. Use it as a context manager, or call `close`."""

    def __init__(self, dsn: str, *, pool_size: int = 8) -> None:
        """Connect.

        Raises:
            DatabaseError: the server cannot be reached, or is older than PostgreSQL 15.
        """
        self.dsn = dsn
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            dsn, min_size=1, max_size=pool_size, open=False, check=ConnectionPool.check_connection
        )
        _check_server(dsn)
        self._pool.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give every connection back to the server."""
        self._pool.close()

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Connection[Any]]:
        """A transaction with the application's rights, narrowed to `scope`.

        Yields a connection that is inside the transaction. Raises DatabaseError when no
        connection can be had.
        """
        with self._connection() as connection:
            connection.execute("SET LOCAL ROLE newfutures_app")
            connection.execute(
                "SELECT set_config('newfutures.actor', %s, true),"
                " set_config('newfutures.prisons', %s, true)",
                [scope.actor, "*" if scope.prisons is None else ",".join(scope.prisons)],
            )
            yield connection

    @contextmanager
    def owner_transaction(self) -> Iterator[Connection[Any]]:
        """A transaction with the rights of the schema's owner, for migrations and `doctor`."""
        with self._connection() as connection:
            yield connection

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        try:
            with self._pool.connection(timeout=CONNECT_SECONDS) as connection:
                yield connection
        except PoolTimeout as error:
            raise DatabaseError(
                f"no connection to {masked(self.dsn)} within {CONNECT_SECONDS:.0f} seconds; "
                "is the server running, and is NEWFUTURES_POOL_SIZE large enough?"
            ) from error


def masked(dsn: str) -> str:
    """The connection string without its password, for messages."""
    try:
        parts = conninfo.conninfo_to_dict(dsn)
    except psycopg.Error:
        return UNREADABLE
    if not str(parts.get("port") or "").replace(",", "").isdecimal() and parts.get("port"):
        return UNREADABLE  # an unescaped / in a password makes the password a port
    shown = {key: parts[key] for key in ("host", "port", "dbname", "user") if parts.get(key)}
    if parts.get("password"):
        shown["password"] = "***"  # noqa: S105 -- the mask itself
    return " ".join(f"{key}={value}" for key, value in shown.items())


def _check_server(dsn: str) -> None:
    try:
        with psycopg.connect(dsn, connect_timeout=int(CONNECT_SECONDS)) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        if masked(dsn) == UNREADABLE:  # the driver's own message would quote it, password and all
            raise DatabaseError(
                "DATABASE_URL cannot be read; write postgresql://user:password@host:5432/name, "
                "with %2F for / and %40 for @ in the password"
            ) from None
        raise DatabaseError(
            f"cannot connect to {masked(dsn)}: {str(error).strip()}; check DATABASE_URL, or unset "
            "it to use the embedded PostgreSQL"
        ) from error
    if version < OLDEST_SERVER:
        raise DatabaseError(
            f"the server is PostgreSQL {version}; {OLDEST_SERVER} or later is needed"
        )
