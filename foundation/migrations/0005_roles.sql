-- From PostgreSQL 16 on, whoever creates a role may grant it but not yet act as it, unless they are
-- the superuser. Transactions act as newfutures_app, so the schema's owner must be able to.
DO $$
DECLARE wanted text;
BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        FOREACH wanted IN ARRAY ARRAY['newfutures_app', 'newfutures_monitoring'] LOOP
            IF NOT pg_has_role(current_user, wanted, 'SET') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
            END IF;
        END LOOP;
    END IF;
END $$;
