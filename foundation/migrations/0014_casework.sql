-- The employment lead's casework: finding people, what staff wrote by hand, notes, tasks, what people
-- decided about a shortlist, and who was shown whom.

-- A name as it is searched: no accents, no case, no punctuation. The words that are looked for go
-- through the same function. Core PostgreSQL has no unaccent, but it can take accents off letters.
CREATE FUNCTION fold_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(regexp_replace(
        replace(replace(replace(replace(
            translate(
                lower(regexp_replace(normalize(coalesce(name, ''), NFKD), '[\u0300-\u036f]', '', 'g')),
                'ØøŁłĐđÐðĦħı', 'oollddddhhi'
            ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '[''’‘ʼ`]', '', 'g'),
        '[[:space:]!-/:-@\[-_{-~‐-―]+', ' ', 'g'))
$$;

-- `by_hand` holds the fields that staff wrote here, with what the last file said of each, so that a
-- file that says the same again does not undo them. `case_version` counts changes of those fields.
ALTER TABLE candidate
    ADD COLUMN name_key text NOT NULL DEFAULT '',
    ADD COLUMN consent_how text CHECK (consent_how IN ('IN_PERSON', 'IN_WRITING', 'BY_PHONE')),
    ADD COLUMN case_version integer NOT NULL DEFAULT 1,
    ADD COLUMN by_hand jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(by_hand) = 'object');
-- Not an UPDATE: that would see no row under forced row-level security, or be audited as a change.
ALTER TABLE candidate ALTER COLUMN name_key TYPE text
    USING fold_name(first_name || ' ' || last_name);
COMMENT ON COLUMN candidate.name_key IS 'fold_name() of the first and last name';
COMMENT ON COLUMN candidate.consent_how IS 'NULL: from a file, which does not say';
COMMENT ON COLUMN candidate.by_hand IS 'field -> {file: what the last file said, by, at}';
CREATE INDEX candidate_prison_release ON candidate (prison_id, release_date, id);
DROP INDEX candidate_prison;
CREATE INDEX candidate_area
    ON candidate ((coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))));

CREATE FUNCTION keep_name_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.name_key := fold_name(NEW.first_name || ' ' || NEW.last_name);
    RETURN NEW;
END $$;
-- Before the trigger that passes over rows in which nothing has changed.
CREATE TRIGGER a_candidate_named BEFORE INSERT OR UPDATE OF first_name, last_name ON candidate
FOR EACH ROW EXECUTE FUNCTION keep_name_key();

CREATE FUNCTION count_case_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.consent, NEW.consent_date, NEW.consent_how, NEW.right_to_work, NEW.readiness_status,
            NEW.ready_since, NEW.readiness_actions, NEW.id_documents)
        IS DISTINCT FROM (OLD.consent, OLD.consent_date, OLD.consent_how, OLD.right_to_work,
            OLD.readiness_status, OLD.ready_since, OLD.readiness_actions, OLD.id_documents)
    THEN
        NEW.case_version := OLD.case_version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_candidate_case_version BEFORE UPDATE ON candidate
FOR EACH ROW EXECUTE FUNCTION count_case_version();

-- As in the first migration, without the columns that only follow from others.
CREATE OR REPLACE FUNCTION record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    was jsonb := '{}';
    row_id bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT coalesce(jsonb_object_agg(old_row.key, old_row.value), '{}') INTO was
        FROM jsonb_each(to_jsonb(OLD)) AS old_row
        JOIN jsonb_each(to_jsonb(NEW)) AS new_row USING (key)
        WHERE old_row.value IS DISTINCT FROM new_row.value
            AND key NOT IN ('updated_at', 'name_key', 'case_version');
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

-- Notes are added and, where wrong, struck through; the text stays and nobody can change or delete
-- it. Who wrote is taken from the transaction, and no statement of the application can say another.
CREATE TABLE case_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    about text NOT NULL CHECK (about IN ('GENERAL', 'READINESS_ACTION', 'APPLICATION')),
    action text,
    application_id bigint REFERENCES application ON DELETE CASCADE,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 2000),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    role text NOT NULL DEFAULT scope_role(),
    struck_at timestamptz,
    struck_by text,
    struck_reason text CHECK (length(struck_reason) BETWEEN 1 AND 500),
    CHECK ((about = 'READINESS_ACTION') = (action IS NOT NULL)),
    CHECK ((about = 'APPLICATION') = (application_id IS NOT NULL)),
    CHECK (num_nonnulls(struck_at, struck_by, struck_reason) IN (0, 3))
);
CREATE INDEX case_note_candidate ON case_note (candidate_id, id);
CREATE INDEX case_note_application ON case_note (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX case_note_made ON case_note (made_at);
CREATE TRIGGER case_note_change AFTER INSERT OR UPDATE OR DELETE ON case_note
FOR EACH ROW EXECUTE FUNCTION record_change();
ALTER TABLE case_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_note FORCE ROW LEVEL SECURITY;
CREATE POLICY case_note_seen ON case_note FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY case_note_written ON case_note FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY case_note_struck ON case_note FOR UPDATE TO newfutures_app USING (
    struck_at IS NULL
    AND (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
) WITH CHECK (struck_at IS NOT NULL AND struck_by = current_setting('newfutures.actor'));
GRANT SELECT, INSERT (candidate_id, about, action, application_id, words),
    UPDATE (struck_at, struck_by, struck_reason) ON case_note TO newfutures_app;

-- What somebody has to do about a person. What a rule asks for is worked out whenever it is shown,
-- and is kept here only once somebody has said that it is done. A task for a role is for those of
-- the role who see the person, wherever the person is moved to.
CREATE TABLE case_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    what text NOT NULL CHECK (length(what) BETWEEN 1 AND 500),
    due date NOT NULL,
    for_account bigint REFERENCES account,
    for_role text CHECK (for_role IN ('PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')),
    rule text,
    rule_key text,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    done_at timestamptz,
    done_by text,
    CHECK (num_nonnulls(for_account, for_role) = 1),
    CHECK ((rule IS NULL) = (rule_key IS NULL)),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    UNIQUE (candidate_id, rule_key)
);
COMMENT ON COLUMN case_task.rule_key IS 'what the rule was about, so that it does not ask twice';
CREATE INDEX case_task_open ON case_task (due, id) WHERE done_at IS NULL;
CREATE INDEX case_task_account ON case_task (for_account) WHERE for_account IS NOT NULL;
CREATE INDEX case_task_candidate ON case_task (candidate_id, id);
CREATE TRIGGER case_task_change AFTER INSERT OR UPDATE OR DELETE ON case_task
FOR EACH ROW EXECUTE FUNCTION record_change();
ALTER TABLE case_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_task FORCE ROW LEVEL SECURITY;
CREATE POLICY case_task_seen ON case_task FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY case_task_written ON case_task FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY case_task_done ON case_task FOR UPDATE TO newfutures_app USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT (candidate_id, what, due, for_account, for_role, rule, rule_key, done_at,
    done_by), UPDATE (done_at, done_by) ON case_task TO newfutures_app;

-- What a person decided about a vacancy's shortlist. The ranking that it was decided on stays as it
-- was stored; a decision is never changed, only undone.
CREATE TABLE shortlist_decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('HIDE', 'PLACE')),
    vacancy_id bigint NOT NULL REFERENCES vacancy ON DELETE CASCADE,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    run_id uuid NOT NULL,
    listed text NOT NULL CHECK (listed IN ('eligible', 'refer')),
    rank_given integer NOT NULL CHECK (rank_given >= 1),
    rank_decided integer CHECK (rank_decided >= 1),
    above_id bigint REFERENCES candidate ON DELETE CASCADE CHECK (above_id <> candidate_id),
    tie_bands double precision CHECK (tie_bands >= 0),
    reason text NOT NULL,
    note text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    role text NOT NULL DEFAULT scope_role(),
    undone_at timestamptz,
    undone_by text,
    undone_reason text CHECK (length(undone_reason) BETWEEN 1 AND 500),
    CHECK ((kind = 'PLACE') = (rank_decided IS NOT NULL)),
    CHECK (kind = 'PLACE' OR above_id IS NULL),
    CHECK (num_nonnulls(undone_at, undone_by, undone_reason) IN (0, 3))
);
COMMENT ON COLUMN shortlist_decision.above_id IS 'of a PLACE: directly above whom; NULL: first';
COMMENT ON COLUMN shortlist_decision.tie_bands IS
    'how far the score was below the best of those passed; up to 1 the scores did not differ';
CREATE UNIQUE INDEX shortlist_decision_in_force
    ON shortlist_decision (vacancy_id, candidate_id, kind) WHERE undone_at IS NULL;
CREATE INDEX shortlist_decision_candidate ON shortlist_decision (candidate_id);
CREATE INDEX shortlist_decision_above ON shortlist_decision (above_id);
CREATE INDEX shortlist_decision_made ON shortlist_decision (made_at);
CREATE TRIGGER shortlist_decision_change AFTER INSERT OR UPDATE OR DELETE ON shortlist_decision
FOR EACH ROW EXECUTE FUNCTION record_change();
ALTER TABLE shortlist_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE shortlist_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY shortlist_decision_seen ON shortlist_decision FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY shortlist_decision_made ON shortlist_decision FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY shortlist_decision_undone ON shortlist_decision FOR UPDATE TO newfutures_app USING (
    undone_at IS NULL
    AND (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
) WITH CHECK (undone_at IS NOT NULL AND undone_by = current_setting('newfutures.actor'));
GRANT SELECT, INSERT (kind, vacancy_id, candidate_id, run_id, listed, rank_given, rank_decided,
    above_id, tie_bands, reason, note), UPDATE (undone_at, undone_by, undone_reason)
    ON shortlist_decision TO newfutures_app;
-- The audit counts how often people decide otherwise. It reads no words that anybody wrote.
GRANT SELECT (id, kind, vacancy_id, candidate_id, run_id, listed, rank_given, rank_decided, tie_bands,
    reason, made_at, role, undone_at) ON shortlist_decision TO newfutures_monitoring;
CREATE POLICY shortlist_decision_audited ON shortlist_decision FOR SELECT TO newfutures_monitoring
USING (
    (SELECT scope_is_whole())
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);

-- When somebody last looked at their home page: what changed since the visit before is news.
CREATE TABLE account_visit (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
COMMENT ON COLUMN account_visit.since IS 'the end of the visit before the present one';
ALTER TABLE account_visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_visit FORCE ROW LEVEL SECURITY;
CREATE POLICY account_visit_own ON account_visit TO newfutures_app USING (
    account_id = (SELECT scope_account())
);
GRANT SELECT, INSERT, UPDATE ON account_visit TO newfutures_app;

-- Who was shown whom: one row for each person whom an event of the audit trail names, be it in a
-- list, a shortlist or an export. A list's event names many; here each of them is found by an index,
-- and whoever may read one person's rows learns of nobody else. Nothing but the trigger writes it.
CREATE TABLE audit_person (
    candidate_id bigint NOT NULL,
    event_id bigint NOT NULL REFERENCES audit_event ON DELETE CASCADE,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    subject_id bigint,
    detail jsonb NOT NULL,
    PRIMARY KEY (candidate_id, event_id)
);
COMMENT ON COLUMN audit_person.detail IS 'of the event, without the others whom it names';
CREATE INDEX audit_person_event ON audit_person (event_id);

CREATE FUNCTION people_of_event(event audit_event) RETURNS SETOF audit_person
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT named.id, (event).id, (event).at, (event).actor, (event).role, (event).action,
        (event).subject, (event).subject_id, (event).detail - 'people'
    FROM (
        SELECT (event).subject_id AS id WHERE (event).subject = 'candidate'
        UNION
        -- CASE and not WHERE, whose conditions are not always checked before the cast.
        SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN value::bigint END
        FROM jsonb_array_elements(
            CASE WHEN jsonb_typeof((event).detail -> 'people') = 'array'
            THEN (event).detail -> 'people' ELSE '[]' END
        )
    ) AS named
    WHERE named.id IS NOT NULL AND (event).action NOT IN ('insert', 'update', 'delete')
$$;
CREATE FUNCTION name_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO audit_person SELECT * FROM people_of_event(NEW);
    RETURN NULL;
END $$;
-- Not even the owner reads the trail under forced row-level security, unless a superuser.
ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit_person
SELECT named.* FROM audit_event AS event CROSS JOIN LATERAL people_of_event(event) AS named;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE TRIGGER audit_event_people AFTER INSERT ON audit_event
FOR EACH ROW WHEN (NEW.action NOT IN ('insert', 'update', 'delete'))
EXECUTE FUNCTION name_people();
ALTER TABLE audit_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_person FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_person_seen ON audit_person FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY audit_person_by_trigger ON audit_person FOR INSERT TO CURRENT_USER WITH CHECK (true);
GRANT SELECT ON audit_person TO newfutures_app;
