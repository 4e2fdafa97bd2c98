CREATE TABLE candidate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    prison_number text NOT NULL UNIQUE CHECK (prison_number ~ '^[A-Z][0-9]{4}[A-Z]{2}$'),
    first_name text NOT NULL,
    last_name text NOT NULL,
    prison_id text NOT NULL CHECK (prison_id ~ '^[A-Z]{3}$'),
    release_date date,
    release_date_type text,
    release_area text,
    no_fixed_abode boolean NOT NULL,
    latitude double precision,
    longitude double precision,
    place_precision smallint,

    consent text NOT NULL,
    consent_date date,
    right_to_work text NOT NULL,
    readiness_status text NOT NULL,
    ready_since date,
    readiness_actions jsonb NOT NULL,
    id_documents text[] NOT NULL,
    support_declined_reasons text[] NOT NULL,
    changes_needed text[] NOT NULL,
    affecting_ability text[] NOT NULL,

    work_interests jsonb NOT NULL,
    job_of_particular_interest text,
    work_experience jsonb NOT NULL,
    previous_work text,
    skills text[] NOT NULL,
    other_skills text[] NOT NULL,
    qualifications jsonb NOT NULL,
    qualification_types text[] NOT NULL,
    other_qualifications text,
    training text[],
    prison_work text[] NOT NULL,
    prison_training jsonb NOT NULL,

    hours_wanted text[] NOT NULL,
    work_patterns_wanted text[] NOT NULL,
    furthest_travel_miles integer CHECK (furthest_travel_miles >= 0),
    can_drive boolean,
    pay_wanted_per_hour numeric(7, 2),

    offences text[],
    licence_conditions text[],
    curfew_from time,
    curfew_to time,
    exclusion_zones text[] NOT NULL,

    accommodation text NOT NULL,
    literacy text NOT NULL,
    numeracy text NOT NULL,
    digital text NOT NULL,
    years_since_last_work integer CHECK (years_since_last_work >= 0),
    ever_worked boolean,

    profile_hash bigint NOT NULL,
    certificates_held text[] NOT NULL,
    certificates_hinted text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN candidate.profile_hash IS 'first 8 bytes of the SHA-256 of what may be embedded';
COMMENT ON COLUMN candidate.certificates_held IS 'recorded anywhere in the profile; for eligibility';
COMMENT ON COLUMN candidate.training IS 'NULL: not recorded. {NONE}: recorded, and there is none';
COMMENT ON COLUMN candidate.offences IS 'NULL: not recorded. {NONE}: none of the categories';
COMMENT ON COLUMN candidate.licence_conditions IS 'NULL: not recorded. {NONE}: no condition';
CREATE INDEX candidate_prison ON candidate (prison_id);

CREATE TRIGGER a_candidate_unchanged BEFORE UPDATE ON candidate
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();
CREATE TRIGGER b_candidate_touched BEFORE UPDATE ON candidate
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER candidate_change AFTER INSERT OR UPDATE OR DELETE ON candidate
FOR EACH ROW EXECUTE FUNCTION record_change();

-- The backstop behind every query's own scope. No setting means nothing is visible.
ALTER TABLE candidate ENABLE ROW LEVEL SECURITY;
ALTER TABLE candidate FORCE ROW LEVEL SECURITY;
CREATE POLICY candidate_scope ON candidate TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR prison_id = ANY ((SELECT string_to_array(current_setting('newfutures.prisons', true), ','))::text[])
);
GRANT SELECT, INSERT, UPDATE, DELETE ON candidate TO newfutures_app;

-- What has been embedded of whom: dirty is where profile_hash differs from the candidate's.
CREATE TABLE candidate_embedding (
    candidate_id bigint PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    profile_hash bigint NOT NULL,
    recipe text NOT NULL,
    content_hashes bytea[] NOT NULL
);
COMMENT ON COLUMN candidate_embedding.recipe IS 'model id and version of the texts';
COMMENT ON COLUMN candidate_embedding.content_hashes IS 'the whole profile first, then its lines';
GRANT SELECT, INSERT, UPDATE, DELETE ON candidate_embedding TO newfutures_app;

-- Protected characteristics: for aggregate audit only. Keyed by prison number and joined to nothing,
-- so that no foreign-key path leads here; the role that ranks has no right to it.
CREATE TABLE candidate_monitoring (
    prison_number text PRIMARY KEY,
    opted_out boolean NOT NULL DEFAULT false,
    sex text,
    gender_identity text,
    age_band text,
    ethnicity text,
    disability text,
    religion text,
    sexual_orientation text,
    nationality text,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON candidate_monitoring FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON candidate_monitoring TO newfutures_monitoring;
