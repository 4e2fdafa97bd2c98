-- Applications: one person for one vacancy. What happened is only ever added (application_event);
-- where an application stands follows from that, by trigger, and can be set in no other way.

-- `stage` is how far along the state proves that someone came; the audit funnel counts it.
CREATE TABLE application_state (
    state text PRIMARY KEY,
    stage smallint NOT NULL,
    closed boolean NOT NULL,
    takes_place boolean NOT NULL
);
INSERT INTO application_state (state, stage, closed, takes_place) VALUES
    ('SHORTLISTED', 1, false, false),
    ('PUT_FORWARD', 2, false, false),
    ('APPLICATION_MADE', 3, false, false),
    ('SELECTED_FOR_INTERVIEW', 4, false, false),
    ('INTERVIEW_BOOKED', 5, false, false),
    ('APPLICATION_UNSUCCESSFUL', 2, true, false),
    ('UNSUCCESSFUL_AT_INTERVIEW', 5, true, false),
    ('JOB_OFFER', 6, false, false),
    ('OFFER_ACCEPTED', 7, false, true),
    ('OFFER_DECLINED', 6, true, false),
    ('WITHDRAWN', 1, true, false),
    ('STARTED', 8, false, true),
    ('IN_WORK_6_WEEKS', 9, false, true),
    ('IN_WORK_6_MONTHS', 10, false, true);

-- The moves of matching/applications/states.py, and who may make each. An empty role (the command
-- line, imports) may make all. From NULL an application begins.
CREATE TABLE application_move (
    from_state text REFERENCES application_state,
    to_state text NOT NULL REFERENCES application_state,
    roles text[] NOT NULL,
    UNIQUE NULLS NOT DISTINCT (from_state, to_state)
);
INSERT INTO application_move (from_state, to_state, roles) VALUES
    (NULL, 'SHORTLISTED', '{PRISON_EMPLOYMENT_LEAD}'),
    ('SHORTLISTED', 'PUT_FORWARD', '{PRISON_EMPLOYMENT_LEAD}'),
    ('SHORTLISTED', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD}'),
    ('PUT_FORWARD', 'APPLICATION_MADE', '{PRISON_EMPLOYMENT_LEAD}'),
    ('PUT_FORWARD', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('PUT_FORWARD', 'SELECTED_FOR_INTERVIEW', '{EMPLOYER}'),
    ('PUT_FORWARD', 'INTERVIEW_BOOKED', '{EMPLOYER}'),
    ('PUT_FORWARD', 'JOB_OFFER', '{EMPLOYER}'),
    ('PUT_FORWARD', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('APPLICATION_MADE', 'SELECTED_FOR_INTERVIEW', '{EMPLOYER}'),
    ('APPLICATION_MADE', 'INTERVIEW_BOOKED', '{EMPLOYER}'),
    ('APPLICATION_MADE', 'JOB_OFFER', '{EMPLOYER}'),
    ('APPLICATION_MADE', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('APPLICATION_MADE', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('APPLICATION_MADE', 'STARTED', '{EMPLOYER,PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('SELECTED_FOR_INTERVIEW', 'INTERVIEW_BOOKED', '{EMPLOYER}'),
    ('SELECTED_FOR_INTERVIEW', 'JOB_OFFER', '{EMPLOYER}'),
    ('SELECTED_FOR_INTERVIEW', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('SELECTED_FOR_INTERVIEW', 'UNSUCCESSFUL_AT_INTERVIEW', '{EMPLOYER}'),
    ('SELECTED_FOR_INTERVIEW', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('SELECTED_FOR_INTERVIEW', 'STARTED', '{EMPLOYER,PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('INTERVIEW_BOOKED', 'INTERVIEW_BOOKED', '{EMPLOYER}'),
    ('INTERVIEW_BOOKED', 'JOB_OFFER', '{EMPLOYER}'),
    ('INTERVIEW_BOOKED', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('INTERVIEW_BOOKED', 'UNSUCCESSFUL_AT_INTERVIEW', '{EMPLOYER}'),
    ('INTERVIEW_BOOKED', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('INTERVIEW_BOOKED', 'STARTED', '{EMPLOYER,PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('JOB_OFFER', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('JOB_OFFER', 'OFFER_ACCEPTED', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('JOB_OFFER', 'OFFER_DECLINED', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('JOB_OFFER', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('JOB_OFFER', 'STARTED', '{EMPLOYER,PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('OFFER_ACCEPTED', 'APPLICATION_UNSUCCESSFUL', '{EMPLOYER}'),
    ('OFFER_ACCEPTED', 'WITHDRAWN', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('OFFER_ACCEPTED', 'STARTED', '{EMPLOYER,PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('STARTED', 'STARTED', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('STARTED', 'IN_WORK_6_WEEKS', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('STARTED', 'IN_WORK_6_MONTHS', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('IN_WORK_6_WEEKS', 'IN_WORK_6_WEEKS', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('IN_WORK_6_WEEKS', 'IN_WORK_6_MONTHS', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}'),
    ('IN_WORK_6_MONTHS', 'IN_WORK_6_MONTHS', '{PRISON_EMPLOYMENT_LEAD,WORK_COACH}');

-- A state that is listed here needs one of its reasons; no other state has any.
CREATE TABLE application_reason (
    to_state text NOT NULL REFERENCES application_state,
    reason text NOT NULL,
    PRIMARY KEY (to_state, reason)
);
INSERT INTO application_reason (to_state, reason) VALUES
    ('APPLICATION_UNSUCCESSFUL', 'SKILLS'),
    ('APPLICATION_UNSUCCESSFUL', 'EXPERIENCE'),
    ('APPLICATION_UNSUCCESSFUL', 'LICENCE_OR_CERTIFICATE'),
    ('APPLICATION_UNSUCCESSFUL', 'FAILED_TO_ATTEND'),
    ('APPLICATION_UNSUCCESSFUL', 'POSITION_FILLED'),
    ('APPLICATION_UNSUCCESSFUL', 'CONVICTION_NOT_SUITABLE'),
    ('APPLICATION_UNSUCCESSFUL', 'TRAVEL'),
    ('APPLICATION_UNSUCCESSFUL', 'HOURS'),
    ('APPLICATION_UNSUCCESSFUL', 'START_DATE'),
    ('APPLICATION_UNSUCCESSFUL', 'JOB_WITHDRAWN'),
    ('APPLICATION_UNSUCCESSFUL', 'OTHER'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'SKILLS'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'EXPERIENCE'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'LICENCE_OR_CERTIFICATE'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'FAILED_TO_ATTEND'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'POSITION_FILLED'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'CONVICTION_NOT_SUITABLE'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'TRAVEL'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'HOURS'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'START_DATE'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'JOB_WITHDRAWN'),
    ('UNSUCCESSFUL_AT_INTERVIEW', 'OTHER'),
    ('OFFER_DECLINED', 'TRAVEL'),
    ('OFFER_DECLINED', 'PAY'),
    ('OFFER_DECLINED', 'HOURS'),
    ('OFFER_DECLINED', 'HEALTH'),
    ('OFFER_DECLINED', 'ACCOMMODATION'),
    ('OFFER_DECLINED', 'LICENCE_CONDITIONS'),
    ('OFFER_DECLINED', 'OTHER_WORK'),
    ('OFFER_DECLINED', 'CHANGED_MIND'),
    ('OFFER_DECLINED', 'OTHER'),
    ('WITHDRAWN', 'AGREEMENT_WITHDRAWN'),
    ('WITHDRAWN', 'CHANGED_MIND'),
    ('WITHDRAWN', 'OTHER_WORK'),
    ('WITHDRAWN', 'RECALLED_OR_IN_CUSTODY'),
    ('WITHDRAWN', 'HEALTH'),
    ('WITHDRAWN', 'ACCOMMODATION'),
    ('WITHDRAWN', 'SUPPORT_NEEDED'),
    ('WITHDRAWN', 'TRAVEL'),
    ('WITHDRAWN', 'HOURS'),
    ('WITHDRAWN', 'DID_NOT_START'),
    ('WITHDRAWN', 'OTHER');
GRANT SELECT ON application_state, application_move, application_reason
TO newfutures_app, newfutures_monitoring;

CREATE TABLE application (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    vacancy_id bigint NOT NULL REFERENCES vacancy,
    employer_id bigint NOT NULL REFERENCES employer,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'SHORTLISTED' REFERENCES application_state,
    version integer NOT NULL DEFAULT 0,
    last_step integer NOT NULL DEFAULT 0,
    agreed boolean NOT NULL DEFAULT false,
    put_forward boolean NOT NULL DEFAULT false,
    opened_on date NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN application.version IS 'number of its newest event; a move names the one it saw';
COMMENT ON COLUMN application.last_step IS 'the newest step that stands: its end may be put right';
COMMENT ON COLUMN application.agreed IS 'the person''s agreement to be put forward stands';
CREATE UNIQUE INDEX application_live ON application (vacancy_id, candidate_id) WHERE state NOT IN (
    'APPLICATION_UNSUCCESSFUL', 'UNSUCCESSFUL_AT_INTERVIEW', 'OFFER_DECLINED', 'WITHDRAWN'
);
CREATE INDEX application_candidate ON application (candidate_id);
CREATE INDEX application_vacancy ON application (vacancy_id, state);
CREATE INDEX application_employer ON application (employer_id, state);

-- Which ranking someone was picked from. Apart, because an employer never sees a rank.
CREATE TABLE application_origin (
    application_id bigint PRIMARY KEY REFERENCES application ON DELETE CASCADE,
    run_id uuid REFERENCES ranking_run ON DELETE SET NULL,
    rank integer CHECK (rank >= 1)
);

-- A correction is an event that names the one it corrects; the two are one step, which leads from
-- `from_state` to `to_state`. `undone` says that the step did not happen.
CREATE TABLE application_event (
    application_id bigint NOT NULL REFERENCES application ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    step integer NOT NULL,
    previous_step integer NOT NULL,
    corrects integer,
    undone boolean NOT NULL DEFAULT false,
    from_state text REFERENCES application_state,
    to_state text NOT NULL REFERENCES application_state,
    state_after text NOT NULL REFERENCES application_state,
    point text CHECK (point IN ('SIX_WEEKS', 'SIX_MONTHS')),
    outcome text CHECK (outcome IN ('IN_WORK', 'NOT_IN_WORK', 'UNAVAILABLE', 'UNKNOWN')),
    happened_on date NOT NULL,
    reason text,
    note text CHECK (length(note) BETWEEN 1 AND 500),
    correction_reason text CHECK (correction_reason IN
        ('WRONG_APPLICATION', 'WRONG_STATE', 'WRONG_DATE', 'WRONG_DETAIL', 'LATER_FILE')),
    actor text NOT NULL,
    role text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (application_id, number),
    UNIQUE (application_id, corrects), -- what was put right once is put right again at its newest
    FOREIGN KEY (application_id, corrects) REFERENCES application_event,
    FOREIGN KEY (to_state, reason) REFERENCES application_reason,
    CHECK ((corrects IS NULL) = (correction_reason IS NULL)),
    CHECK (NOT undone OR (corrects IS NOT NULL AND point IS NULL AND reason IS NULL)),
    CHECK ((point IS NULL) = (outcome IS NULL)),
    CHECK (reason <> 'OTHER' OR note IS NOT NULL),
    -- Only someone found in work is in work, and only work already begun has its points.
    CHECK (undone OR from_state IS NOT DISTINCT FROM to_state
        OR to_state NOT IN ('IN_WORK_6_WEEKS', 'IN_WORK_6_MONTHS')
        OR (outcome = 'IN_WORK'
            AND to_state = 'IN_WORK_6_' || substr(point, 5))),
    CHECK (undone OR from_state IS DISTINCT FROM to_state
        OR (point IS NOT NULL) = (to_state <> 'INTERVIEW_BOOKED')),
    CHECK (point IS NULL OR to_state IN ('STARTED', 'IN_WORK_6_WEEKS', 'IN_WORK_6_MONTHS')),
    CHECK (point IS NULL OR coalesce(from_state, '')
        IN ('STARTED', 'IN_WORK_6_WEEKS', 'IN_WORK_6_MONTHS'))
);

-- What the person said of being put forward to this vacancy.
CREATE TABLE application_agreement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES application ON DELETE CASCADE,
    how text NOT NULL CHECK (how IN ('IN_PERSON', 'IN_WRITING', 'BY_PHONE')),
    agreed_on date NOT NULL,
    recorded_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    recorded_role text NOT NULL DEFAULT scope_role(),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_on date CHECK (withdrawn_on >= agreed_on),
    withdrawn_by text,
    withdrawn_at timestamptz,
    CHECK (num_nonnulls(withdrawn_on, withdrawn_by, withdrawn_at) IN (0, 3))
);
CREATE UNIQUE INDEX application_agreement_stands ON application_agreement (application_id)
WHERE withdrawn_on IS NULL;
CREATE TRIGGER application_agreement_change AFTER INSERT OR UPDATE OR DELETE
ON application_agreement FOR EACH ROW EXECUTE FUNCTION record_change();

-- What was decided where the rules refer to a person, or a document was missing.
CREATE TABLE put_forward_decision (
    application_id bigint NOT NULL,
    number integer NOT NULL,
    problems text[] NOT NULL CHECK (cardinality(problems) > 0),
    decision text CHECK (length(decision) BETWEEN 1 AND 500),
    documents_reason text CHECK (length(documents_reason) BETWEEN 1 AND 500),
    PRIMARY KEY (application_id, number),
    FOREIGN KEY (application_id, number) REFERENCES application_event ON DELETE CASCADE
);

-- What the employer is told of a person, as it stood when they were put forward. There is no column
-- for a surname, a prison, a number, a date, an offence, a condition, a need or a rank.
CREATE TABLE introduction (
    application_id bigint NOT NULL,
    number integer NOT NULL,
    employer_id bigint NOT NULL REFERENCES employer,
    first_name text NOT NULL,
    summary text NOT NULL,
    skills text[] NOT NULL,
    evidence text[] NOT NULL,
    certificates text[] NOT NULL,
    available_from text NOT NULL,
    hours_wanted text[] NOT NULL,
    travel text NOT NULL,
    area text NOT NULL,
    introduced_on date NOT NULL,
    PRIMARY KEY (application_id, number),
    FOREIGN KEY (application_id, number) REFERENCES application_event ON DELETE CASCADE
);
COMMENT ON COLUMN introduction.available_from IS 'a month, never a day';
COMMENT ON COLUMN introduction.area IS 'the town of a postcode area, never an outward code';

CREATE TABLE interview (
    application_id bigint NOT NULL,
    number integer NOT NULL,
    on_date date NOT NULL,
    at_time time NOT NULL,
    place text CHECK (length(place) BETWEEN 1 AND 300),
    video_link text CHECK (video_link ~ '^https://' AND length(video_link) <= 500),
    contact text NOT NULL CHECK (length(contact) BETWEEN 1 AND 200),
    PRIMARY KEY (application_id, number),
    FOREIGN KEY (application_id, number) REFERENCES application_event ON DELETE CASCADE,
    CHECK (num_nonnulls(place, video_link) >= 1)
);

-- How many places of a vacancy are taken, whichever prison their people come from: a count that a
-- lead needs and cannot make, because the people of other prisons are hidden.
CREATE TABLE application_places (
    vacancy_id bigint PRIMARY KEY REFERENCES vacancy ON DELETE CASCADE,
    taken integer NOT NULL CHECK (taken >= 0)
);

-- An application begins shortlisted and empty, with the employer of its vacancy.
CREATE FUNCTION application_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.employer_id := (SELECT employer_id FROM vacancy WHERE id = NEW.vacancy_id);
    NEW.state := 'SHORTLISTED';
    NEW.version := 0;
    NEW.last_step := 0;
    NEW.agreed := false;
    NEW.put_forward := false;
    RETURN NEW;
END $$;
CREATE TRIGGER application_begun BEFORE INSERT ON application
FOR EACH ROW EXECUTE FUNCTION application_begun();

-- Fills in what follows from the application and the transaction, and refuses what is not allowed.
CREATE FUNCTION application_event_checked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held application;
    corrected application_event;
BEGIN
    SELECT * INTO held FROM application WHERE id = NEW.application_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such application in scope' USING ERRCODE = 'no_data_found';
    END IF;
    IF NEW.number <> held.version + 1 THEN
        RAISE EXCEPTION 'made against version %, but it is at %', NEW.number - 1, held.version
        USING ERRCODE = 'serialization_failure';
    END IF;
    IF NEW.happened_on < held.opened_on THEN
        RAISE EXCEPTION 'before the application began' USING ERRCODE = 'check_violation';
    END IF;
    NEW.actor := current_setting('newfutures.actor');
    NEW.role := scope_role();
    NEW.recorded_at := now();
    IF NEW.corrects IS NULL THEN
        NEW.step := NEW.number;
        NEW.previous_step := held.last_step;
        NEW.from_state := CASE WHEN held.version > 0 THEN held.state END;
        NEW.state_after := NEW.to_state;
    ELSE
        SELECT * INTO corrected FROM application_event
        WHERE application_id = NEW.application_id AND number = NEW.corrects AND NOT undone;
        IF NOT FOUND OR (NEW.undone AND corrected.from_state IS NULL) THEN
            RAISE EXCEPTION 'event % cannot be corrected', NEW.corrects
            USING ERRCODE = 'check_violation';
        END IF;
        PERFORM require_application_move(corrected.from_state, corrected.to_state, NEW.role);
        NEW.step := corrected.step;
        NEW.previous_step := corrected.previous_step;
        NEW.from_state := corrected.from_state;
        NEW.to_state := CASE WHEN NEW.undone THEN corrected.from_state ELSE NEW.to_state END;
        NEW.state_after := CASE WHEN corrected.step = held.last_step THEN NEW.to_state
            ELSE held.state END;
        IF corrected.step <> held.last_step
            AND (NEW.undone OR NEW.to_state <> corrected.to_state) THEN
            RAISE EXCEPTION 'event % has later ones; put those right first', NEW.corrects
            USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.undone THEN
        RETURN NEW;
    END IF;
    PERFORM require_application_move(NEW.from_state, NEW.to_state, NEW.role);
    IF NEW.reason IS NULL
        AND EXISTS (SELECT FROM application_reason WHERE to_state = NEW.to_state) THEN
        RAISE EXCEPTION '% needs a reason', NEW.to_state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_state IN ('PUT_FORWARD', 'APPLICATION_MADE') AND NEW.corrects IS NULL
        AND NOT held.agreed THEN
        RAISE EXCEPTION 'the person has not agreed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_state IN ('SHORTLISTED', 'PUT_FORWARD') AND NEW.corrects IS NULL AND EXISTS (
        SELECT FROM application_places AS places JOIN vacancy ON vacancy.id = places.vacancy_id
        WHERE vacancy.id = held.vacancy_id AND places.taken >= vacancy.number_of_vacancies) THEN
        RAISE EXCEPTION 'every place is taken' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION require_application_move(source text, target text, acting text)
RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM application_move
        WHERE from_state IS NOT DISTINCT FROM source AND to_state = target
            AND (acting = '' OR acting = ANY (roles))) THEN
        RAISE EXCEPTION 'from % to % is not a move that % may make', source, target, acting
        USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
CREATE TRIGGER application_event_checked BEFORE INSERT ON application_event
FOR EACH ROW EXECUTE FUNCTION application_event_checked();

-- The state follows the newest event, and `agreed` the agreement: whatever an update says of them.
CREATE FUNCTION application_followed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest application_event;
BEGIN
    NEW.state := OLD.state;
    NEW.last_step := OLD.last_step;
    NEW.put_forward := OLD.put_forward;
    NEW.agreed := OLD.agreed;
    NEW.updated_at := now();
    IF scope_role() <> 'EMPLOYER' THEN -- who may not read agreements
        NEW.agreed := EXISTS (
            SELECT FROM application_agreement
            WHERE application_id = OLD.id AND withdrawn_on IS NULL);
    END IF;
    IF NEW.version = OLD.version THEN
        RETURN NEW;
    END IF;
    SELECT * INTO latest FROM application_event
    WHERE application_id = OLD.id AND number = NEW.version;
    IF NOT FOUND OR NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'an application changes by its events only'
        USING ERRCODE = 'check_violation';
    END IF;
    NEW.state := latest.state_after;
    NEW.last_step := CASE
        WHEN latest.undone THEN latest.previous_step
        WHEN latest.corrects IS NULL THEN latest.step
        ELSE OLD.last_step
    END;
    NEW.put_forward := CASE
        WHEN NEW.state = 'SHORTLISTED' THEN false
        WHEN latest.to_state = 'PUT_FORWARD' THEN true
        ELSE OLD.put_forward
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER application_followed BEFORE UPDATE ON application
FOR EACH ROW EXECUTE FUNCTION application_followed();

CREATE FUNCTION application_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE application SET version = NEW.number WHERE id = NEW.application_id;
    RETURN NULL;
END $$;
CREATE TRIGGER application_moved AFTER INSERT ON application_event
FOR EACH ROW EXECUTE FUNCTION application_moved();

CREATE FUNCTION application_places_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was integer := 0;
    becomes integer := 0;
BEGIN
    SELECT takes_place::integer INTO was FROM application_state WHERE state = OLD.state;
    IF TG_OP = 'UPDATE' THEN
        SELECT takes_place::integer INTO becomes FROM application_state WHERE state = NEW.state;
    END IF;
    IF was <> becomes THEN
        INSERT INTO application_places (vacancy_id, taken) VALUES (OLD.vacancy_id, 1)
        ON CONFLICT (vacancy_id) DO UPDATE SET taken = application_places.taken + becomes - was;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER application_places_counted AFTER UPDATE OF version OR DELETE ON application
FOR EACH ROW EXECUTE FUNCTION application_places_counted();

-- When agreement ends, so does the application, unless work has begun or it had ended already; in
-- every case the employer no longer sees the person.
CREATE FUNCTION application_agreement_followed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held application;
BEGIN
    UPDATE application SET version = version WHERE id = NEW.application_id RETURNING * INTO held;
    IF NEW.withdrawn_on IS NOT NULL
        AND EXISTS (SELECT FROM application_move
                    WHERE from_state = held.state AND to_state = 'WITHDRAWN') THEN
        INSERT INTO application_event (application_id, number, to_state, happened_on, reason)
        VALUES (held.id, held.version + 1, 'WITHDRAWN', greatest(NEW.withdrawn_on, held.opened_on),
                'AGREEMENT_WITHDRAWN');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER application_agreement_followed AFTER INSERT OR UPDATE ON application_agreement
FOR EACH ROW EXECUTE FUNCTION application_agreement_followed();

-- Whoever takes back consent to being matched takes back every agreement that rests on it.
CREATE FUNCTION application_consent_followed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE application_agreement SET
        withdrawn_on = greatest(agreed_on, coalesce(NEW.consent_date, agreed_on)),
        withdrawn_by = current_setting('newfutures.actor'),
        withdrawn_at = now()
    FROM application
    WHERE application.id = application_id AND application.candidate_id = NEW.id
        AND withdrawn_on IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER candidate_consent_followed AFTER UPDATE OF consent ON candidate
FOR EACH ROW WHEN (OLD.consent = 'GIVEN' AND NEW.consent <> 'GIVEN')
EXECUTE FUNCTION application_consent_followed();

-- Who sees an application: whoever sees the person; and of an employer's own vacancies its staff,
-- from when the person is put forward for as long as they agree. The policies of `candidate` and
-- `vacancy` must never look here, or none could be read.
ALTER TABLE application ENABLE ROW LEVEL SECURITY;
ALTER TABLE application FORCE ROW LEVEL SECURITY;
CREATE POLICY application_scope ON application TO newfutures_app USING (
    CASE WHEN (SELECT scope_role()) = 'EMPLOYER'
        THEN employer_id = (SELECT scope_employer()) AND agreed AND put_forward
    ELSE (SELECT scope_is_whole())
        OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
    END
);
CREATE POLICY application_audited ON application FOR SELECT TO newfutures_monitoring USING (
    (SELECT scope_is_whole()) OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT (vacancy_id, candidate_id, opened_on), UPDATE (version) ON application
TO newfutures_app;
GRANT SELECT (id, vacancy_id, candidate_id, state, opened_on) ON application
TO newfutures_monitoring;

-- An employer sees what the employer recorded. What prison or jobcentre staff wrote of the person,
-- why someone withdrew, and whether they are in custody again, is not for them.
ALTER TABLE application_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_event FORCE ROW LEVEL SECURITY;
CREATE POLICY application_event_seen ON application_event FOR SELECT TO newfutures_app USING (
    ((SELECT scope_role()) <> 'EMPLOYER' OR role = 'EMPLOYER')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY application_event_added ON application_event FOR INSERT TO newfutures_app WITH CHECK (
    EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY application_event_audited ON application_event FOR SELECT TO newfutures_monitoring
USING (EXISTS (SELECT FROM application WHERE application.id = application_id));
GRANT SELECT, INSERT (application_id, number, corrects, undone, to_state, point, outcome,
    happened_on, reason, note, correction_reason) ON application_event TO newfutures_app;
GRANT SELECT (application_id, number, corrects, undone, from_state, to_state, point, outcome,
    happened_on) ON application_event TO newfutures_monitoring;

-- For those who see the person, and never for an employer.
ALTER TABLE application_origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_origin FORCE ROW LEVEL SECURITY;
CREATE POLICY application_origin_scope ON application_origin TO newfutures_app USING (
    (SELECT scope_role()) <> 'EMPLOYER'
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
GRANT SELECT, INSERT ON application_origin TO newfutures_app;
ALTER TABLE put_forward_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE put_forward_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY put_forward_decision_scope ON put_forward_decision TO newfutures_app USING (
    (SELECT scope_role()) <> 'EMPLOYER'
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
GRANT SELECT, INSERT ON put_forward_decision TO newfutures_app;

-- Agreement is recorded by who puts forward, and withdrawn with whoever the person tells; once.
ALTER TABLE application_agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_agreement FORCE ROW LEVEL SECURITY;
CREATE POLICY application_agreement_seen ON application_agreement FOR SELECT TO newfutures_app
USING (
    (SELECT scope_role()) <> 'EMPLOYER'
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY application_agreement_given ON application_agreement FOR INSERT TO newfutures_app
WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY application_agreement_withdrawn ON application_agreement FOR UPDATE TO newfutures_app
USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD', 'WORK_COACH') AND withdrawn_on IS NULL
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
)
WITH CHECK (withdrawn_on IS NOT NULL);
GRANT SELECT, INSERT (application_id, how, agreed_on),
    UPDATE (withdrawn_on, withdrawn_by, withdrawn_at) ON application_agreement TO newfutures_app;

-- What the employer and the person's own staff see alike.
ALTER TABLE introduction ENABLE ROW LEVEL SECURITY;
ALTER TABLE introduction FORCE ROW LEVEL SECURITY;
CREATE POLICY introduction_scope ON introduction FOR SELECT TO newfutures_app USING (
    ((SELECT scope_role()) <> 'EMPLOYER' OR employer_id = (SELECT scope_employer()))
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY introduction_made ON introduction FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id
                AND application.employer_id = introduction.employer_id)
);
GRANT SELECT, INSERT ON introduction TO newfutures_app;
ALTER TABLE interview ENABLE ROW LEVEL SECURITY;
ALTER TABLE interview FORCE ROW LEVEL SECURITY;
CREATE POLICY interview_seen ON interview FOR SELECT TO newfutures_app USING (
    EXISTS (SELECT FROM application WHERE application.id = application_id)
);
CREATE POLICY interview_booked ON interview FOR INSERT TO newfutures_app WITH CHECK (
    (SELECT scope_role()) IN ('', 'EMPLOYER')
    AND EXISTS (SELECT FROM application WHERE application.id = application_id)
);
GRANT SELECT, INSERT ON interview TO newfutures_app;

ALTER TABLE application_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_places FORCE ROW LEVEL SECURITY;
CREATE POLICY application_places_scope ON application_places TO newfutures_app USING (
    EXISTS (SELECT FROM vacancy WHERE vacancy.id = vacancy_id)
);
GRANT SELECT, INSERT, UPDATE ON application_places TO newfutures_app;
