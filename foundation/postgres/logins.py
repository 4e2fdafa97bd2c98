"""Accounts that may do less than the owner, on the embedded server.

It trusts whoever can reach its socket, which is this program's own folder, so an account needs no
password there. On another server the operator makes them: see docs/decisions/0008.
"""

from psycopg import conninfo

from foundation.database import Database, Logins


def make_logins(database: Database) -> Logins:
    """Make the accounts if they are missing. The roles that they act in must exist already."""
    with database.owner_transaction() as connection:
        connection.execute(_MAKE)
    return Logins(
        app=conninfo.make_conninfo(database.dsn, user="newfutures_app_login"),
        monitoring=conninfo.make_conninfo(database.dsn, user="newfutures_monitoring_login"),
    )


# NOINHERIT: the account itself has no right at all, only that of taking its one role.
_MAKE = """
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['newfutures_app', 'newfutures_monitoring'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted || '_login') THEN
            BEGIN
                EXECUTE format(
                    'CREATE ROLE %I LOGIN NOINHERIT IN ROLE %I', wanted || '_login', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another program made it between the look and the leap
            END;
        END IF;
    END LOOP;
END $$
"""
