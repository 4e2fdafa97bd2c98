-- Roles. They belong to the whole server, so another database may have made them already.
DO $$
DECLARE
    wanted text;
    may_act text := CASE WHEN current_setting('server_version_num')::integer >= 160000
        THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['newfutures_app', 'newfutures_monitoring'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another program made it between the look and the leap
            END;
        END IF;
        -- Transactions act as newfutures_app, so whoever owns the schema must be able to. From
        -- PostgreSQL 16 on, having created a role is not enough for that.
        IF NOT pg_has_role(current_user, wanted, may_act) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
END $$;

-- The audit trail: what was changed (by trigger) and what was seen or exported (by the service).
CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id bigint,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_subject ON audit_event (subject, subject_id, at);
GRANT SELECT, INSERT ON audit_event TO newfutures_app;

-- Keeps the old value of each changed column. Runs with its owner's rights: it must always succeed.
CREATE FUNCTION record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    was jsonb := '{}';
    row_id bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT coalesce(jsonb_object_agg(old_row.key, old_row.value), '{}') INTO was
        FROM jsonb_each(to_jsonb(OLD)) AS old_row
        JOIN jsonb_each(to_jsonb(NEW)) AS new_row USING (key)
        WHERE old_row.value IS DISTINCT FROM new_row.value AND key <> 'updated_at';
        row_id := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        was := to_jsonb(OLD);
        row_id := OLD.id;
    ELSE
        row_id := NEW.id;
    END IF;
    INSERT INTO audit_event (actor, action, subject, subject_id, detail)
    VALUES (coalesce(nullif(current_setting('newfutures.actor', true), ''), session_user),
            lower(TG_OP), TG_TABLE_NAME, row_id, jsonb_build_object('was', was));
    RETURN NULL;
END $$;

-- An update that changes nothing is passed over, and leaves no trace. (The server's own
-- suppress_redundant_updates_trigger compares stored bytes, and takes a long text that was moved
-- out of its row for a change.)
CREATE FUNCTION skip_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

-- Rows that did change say when.
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- Marks worth one row each, such as "these people are made up".
CREATE TABLE installation (
    key text PRIMARY KEY,
    value jsonb NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON installation TO newfutures_app;

-- Places: a postcode area (LS), an outward code (LS11) or a full postcode (LS11 5AB).
CREATE TABLE place (
    code text PRIMARY KEY,
    latitude double precision NOT NULL CHECK (latitude BETWEEN 49 AND 61),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -9 AND 2),
    place_precision smallint NOT NULL CHECK (place_precision BETWEEN 1 AND 3)
);
COMMENT ON COLUMN place.place_precision IS '1 postcode area, 2 outward code, 3 full postcode';
GRANT SELECT, INSERT, UPDATE ON place TO newfutures_app;

-- The best known position of a normalised postcode or outward code; no row when none is known.
CREATE FUNCTION locate(postcode text)
RETURNS TABLE (latitude double precision, longitude double precision, place_precision smallint)
LANGUAGE sql STABLE AS $$
    SELECT place.latitude, place.longitude, place.place_precision
    FROM place
    WHERE place.code IN (
        postcode, split_part(postcode, ' ', 1), substring(postcode FROM '^[A-Z]{1,2}')
    )
    ORDER BY place.place_precision DESC
    LIMIT 1
$$;

-- Vectors, by the content that they encode: identical text is encoded once for each model.
CREATE TABLE embedding (
    model text NOT NULL,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    vector bytea NOT NULL,
    PRIMARY KEY (model, content_hash)
);
COMMENT ON COLUMN embedding.vector IS 'unit vector, little-endian float16';
GRANT SELECT, INSERT, DELETE ON embedding TO newfutures_app;
