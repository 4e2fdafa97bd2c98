"""Connections: one pool, transactions that know who is acting and what they may see.

Nothing else opens a connection. Whoever opens a transaction commits it, by leaving the block;
an exception rolls it back. The scope lives as long as the transaction, so a connection that goes
back to the pool carries nobody's rights.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeAlias

import psycopg
from psycopg import Connection, conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from foundation.errors import DatabaseError, ValidationError
from foundation.vocabulary import Role

OLDEST_SERVER = 15
CONNECT_SECONDS = 10.0
PRISON_ID = re.compile(r"[A-Z]{3}")
POSTCODE_AREA = re.compile(r"[A-Z]{1,2}")
UNREADABLE = "(unreadable connection string)"
FEW = 2  # connections for what is seldom done: migrations, and monitoring

Pool: TypeAlias = ConnectionPool[Connection[TupleRow]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts, and what they may see.

    Args:
        actor: as the audit trail names them.
        prisons: whose people they may see; None is every prison's, an empty tuple none's.
        areas: postcode areas (`LS`) whose people they may see as well, wherever those are held.
        role: of whoever signed in; None for the command line, which acts for the whole service.
        employer_id: the employer that an employer's own staff act for.
        account_id: of whoever signed in.
    """

    actor: str
    prisons: tuple[str, ...] | None = None
    areas: tuple[str, ...] = ()
    role: Role | None = None
    employer_id: int | None = None
    account_id: int | None = None

    def __post_init__(self) -> None:
        """No prison may be called `*`, which is every prison, or hold the comma that parts them."""
        for prison in self.prisons or ():
            if not PRISON_ID.fullmatch(prison):
                raise ValidationError("prisons", prison, "write the three letters of a prison id")
        for area in self.areas:
            if not POSTCODE_AREA.fullmatch(area):
                raise ValidationError("areas", area, "write the letters of a postcode area, as LS")
        if (self.role is Role.EMPLOYER) != (self.employer_id is not None):
            raise ValidationError("employer", self.employer_id, "an employer's staff have one")


@dataclass(frozen=True, slots=True)
class Logins:
    """Connection strings of accounts that may act in one role each, and in no other.

    Without them, every transaction is of the one account that owns the schema. It takes the role
    that it needs, but SQL that ran in the transaction could take another.
    """

    app: str
    monitoring: str


class Database:
    """Pools of connections to one database. Use it as a context manager, or call `close`."""

    def __init__(self, dsn: str, *, pool_size: int = 8, logins: Logins | None = None) -> None:
        """Connect.

        Args:
            dsn: of the account that owns the schema.
            pool_size: how many connections ranking and pages may have at once.
            logins: accounts that may do less; None uses the owner's for everything.

        Raises:
            DatabaseError: the server cannot be reached, is older than PostgreSQL 15, or lets the
                application's account act as more than the application.
        """
        self.dsn = dsn
        self._logins = logins
        self._opened: list[Pool] = []
        _check_server(dsn)
        self._app_pool = self._open_pool(logins.app if logins else dsn, pool_size)
        if logins and not self.keeps_monitoring_apart():
            self.close()
            raise DatabaseError(
                f"the application's account ({masked(logins.app)}) may act as newfutures_monitoring"
                " or as the owner; give it membership of newfutures_app and of nothing else"
            )

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
        for pool in self._opened:
            pool.close()

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[Connection[Any]]:
        """A transaction with the application's rights, narrowed to `scope`.

        Yields a connection that is inside the transaction. Raises DatabaseError when no
        connection can be had.
        """
        with self._connection(self._app_pool) as connection:
            connection.execute("SET LOCAL ROLE newfutures_app")
            _narrow(connection, scope)
            yield connection

    @contextmanager
    def monitoring_transaction(self, scope: Scope) -> Iterator[Connection[Any]]:
        """A transaction that may use equality monitoring, and hardly anything else.

        For importing it and for adding it up in the audit; nothing that ranks may call this.
        """
        with self._connection(self._monitoring_pool) as connection:
            connection.execute("SET LOCAL ROLE newfutures_monitoring")
            _narrow(connection, scope)
            yield connection

    @contextmanager
    def owner_transaction(self) -> Iterator[Connection[Any]]:
        """A transaction with the rights of the schema's owner, for migrations and `doctor`."""
        with self._connection(self._owner_pool) as connection:
            yield connection

    def keeps_monitoring_apart(self) -> bool:
        """Whether the account that ranks is unable to take the role that monitors.

        False where one account does everything, and before the roles have been made.
        """
        with self._connection(self._app_pool) as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE rolname = 'newfutures_app') = 1 AND count(*) = 1"
                " FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')"
                " AND rolname <> session_user"
            ).fetchone()
        return row == (True,)

    @cached_property
    def _owner_pool(self) -> Pool:
        return self._open_pool(self.dsn, FEW) if self._logins else self._app_pool

    @cached_property
    def _monitoring_pool(self) -> Pool:
        return self._open_pool(self._logins.monitoring, FEW) if self._logins else self._app_pool

    def _open_pool(self, dsn: str, size: int) -> Pool:
        if dsn != self.dsn:
            _check_server(dsn)  # so that a wrong password is told, and not waited for
        pool: Pool = ConnectionPool(
            dsn, min_size=1, max_size=size, open=True, check=ConnectionPool.check_connection
        )
        self._opened.append(pool)
        return pool

    @contextmanager
    def _connection(self, pool: Pool) -> Iterator[Connection[Any]]:
        try:
            with pool.connection(timeout=CONNECT_SECONDS) as connection:
                yield connection
        except PoolTimeout as error:
            raise DatabaseError(
                f"no connection to {masked(self.dsn)} within {CONNECT_SECONDS:.0f} seconds; "
                "is the server running, and is NEWFUTURES_POOL_SIZE large enough?"
            ) from error


def _narrow(connection: Connection[Any], scope: Scope) -> None:
    connection.execute(
        "SELECT set_config('newfutures.actor', %s, true),"
        " set_config('newfutures.prisons', %s, true),"
        " set_config('newfutures.areas', %s, true),"
        " set_config('newfutures.role', %s, true),"
        " set_config('newfutures.employer', %s, true),"
        " set_config('newfutures.account', %s, true)",
        [
            scope.actor,
            "*" if scope.prisons is None else ",".join(scope.prisons),
            ",".join(scope.areas),
            scope.role or "",
            "" if scope.employer_id is None else str(scope.employer_id),
            "" if scope.account_id is None else str(scope.account_id),
        ],
    )


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
