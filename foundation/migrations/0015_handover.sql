-- Handing people over, from the staff of a prison to the work coaches of the area that they go to;
-- what coaches think of matches, and the support that was given. And two indexes of the audit trail.

-- The audit trail is read by day and by whoever acted. Days follow the ids, so that a small index
-- over ranges of the table is enough for them.
CREATE INDEX audit_event_at ON audit_event USING brin (at);
CREATE INDEX audit_event_actor ON audit_event (actor, id);

-- Once a coach has accepted somebody, the prison that they left sees them until a day, so that the
-- two can still talk. Until a coach has, nobody loses sight of anybody.
ALTER TABLE candidate ADD COLUMN prison_sees_until date;
COMMENT ON COLUMN candidate.prison_sees_until IS
    'set when a work coach accepts the handover; NULL: for as long as they are held there';
ALTER POLICY candidate_seen ON candidate USING (
    (SELECT scope_is_whole())
    OR (prison_id = ANY ((SELECT scope_list('newfutures.prisons'))::text[])
        AND (prison_sees_until IS NULL OR prison_sees_until >= current_date))
    OR coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))
        = ANY ((SELECT scope_list('newfutures.areas'))::text[])
);
ALTER POLICY candidate_changed ON candidate USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND ((SELECT scope_is_whole())
        OR (prison_id = ANY ((SELECT scope_list('newfutures.prisons'))::text[])
            AND (prison_sees_until IS NULL OR prison_sees_until >= current_date)))
);
-- A coach changes that one day of a record, and nothing else of it.
CREATE POLICY candidate_taken_over ON candidate FOR UPDATE TO newfutures_app USING (
    (SELECT scope_role()) = 'WORK_COACH'
    AND coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))
        = ANY ((SELECT scope_list('newfutures.areas'))::text[])
);
CREATE FUNCTION only_taken_over() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF to_jsonb(NEW) - 'prison_sees_until' - 'updated_at'
        IS DISTINCT FROM to_jsonb(OLD) - 'prison_sees_until' - 'updated_at' THEN
        RAISE EXCEPTION 'only prison staff change a person''s record'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER c_candidate_taken_over BEFORE UPDATE ON candidate
FOR EACH ROW WHEN (scope_role() = 'WORK_COACH') EXECUTE FUNCTION only_taken_over();

CREATE TABLE handover (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id bigint NOT NULL UNIQUE REFERENCES candidate ON DELETE CASCADE,
    area text NOT NULL CHECK (area ~ '^[A-Z]{1,2}$'),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    made_at timestamptz NOT NULL DEFAULT now(),
    accepted_by text,
    accepted_at timestamptz,
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL))
);
CREATE INDEX handover_waiting ON handover (area) WHERE accepted_at IS NULL;
CREATE TRIGGER handover_change AFTER INSERT OR UPDATE OR DELETE ON handover
FOR EACH ROW EXECUTE FUNCTION record_change();

CREATE TABLE handover_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    handover_id bigint NOT NULL REFERENCES handover ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('ID', 'BANK_ACCOUNT', 'CLAIM_APPOINTMENT',
        'INTERVIEW_CLOTHING', 'HOUSING', 'PHONE', 'OTHER')),
    due date NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    made_at timestamptz NOT NULL DEFAULT now(),
    done_by text,
    done_at timestamptz,
    CHECK ((done_by IS NULL) = (done_at IS NULL)),
    CHECK (kind <> 'OTHER' OR note <> '')
);
CREATE INDEX handover_task_handover ON handover_task (handover_id, due);
CREATE TRIGGER handover_task_change AFTER INSERT OR UPDATE OR DELETE ON handover_task
FOR EACH ROW EXECUTE FUNCTION record_change();

CREATE TABLE support_given (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('TRAVEL_COSTS', 'CLOTHING', 'TOOLS_OR_CERTIFICATE',
        'MENTORING', 'BENEFITS_ADVICE', 'HOUSING', 'HEALTH', 'OTHER')),
    given_on date NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    recorded_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 'OTHER' OR note <> '')
);
CREATE INDEX support_given_candidate ON support_given (candidate_id, given_on);
CREATE TRIGGER support_given_change AFTER INSERT OR UPDATE OR DELETE ON support_given
FOR EACH ROW EXECUTE FUNCTION record_change();

-- What a work coach thinks of a match. It is advice: it changes nothing about the application.
CREATE TABLE match_review (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES application ON DELETE CASCADE,
    verdict text NOT NULL CHECK (verdict IN ('AGREED', 'QUESTIONED')),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    made_at timestamptz NOT NULL DEFAULT now(),
    CHECK (verdict <> 'QUESTIONED' OR note <> '')
);
CREATE INDEX match_review_application ON match_review (application_id, id);
CREATE TRIGGER match_review_change AFTER INSERT OR UPDATE OR DELETE ON match_review
FOR EACH ROW EXECUTE FUNCTION record_change();

ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover FORCE ROW LEVEL SECURITY;
CREATE POLICY handover_seen ON handover FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY handover_begun ON handover FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
CREATE POLICY handover_accepted ON handover FOR UPDATE TO newfutures_app USING (
    accepted_at IS NULL
    AND (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
) WITH CHECK (true);
GRANT SELECT, INSERT (candidate_id, area, note), UPDATE (area, note, accepted_by, accepted_at)
ON handover TO newfutures_app;

ALTER TABLE handover_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE handover_task FORCE ROW LEVEL SECURITY;
CREATE POLICY handover_task_scope ON handover_task TO newfutures_app USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM handover WHERE handover.id = handover_id)
);
GRANT SELECT, INSERT (handover_id, kind, due, note), UPDATE (done_by, done_at) ON handover_task
TO newfutures_app;

ALTER TABLE support_given ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_given FORCE ROW LEVEL SECURITY;
CREATE POLICY support_given_scope ON support_given TO newfutures_app USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT (candidate_id, kind, given_on, note) ON support_given TO newfutures_app;

ALTER TABLE match_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_review FORCE ROW LEVEL SECURITY;
CREATE POLICY match_review_seen ON match_review FOR SELECT TO newfutures_app USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY match_review_made ON match_review FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'WORK_COACH')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
GRANT SELECT, INSERT (application_id, verdict, note) ON match_review TO newfutures_app;
