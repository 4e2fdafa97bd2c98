-- Equality monitoring: what keeps it apart, and what the aggregate audit may join it to.

-- Whoever opted out is counted as such, and nothing else of them is held.
ALTER TABLE candidate_monitoring ADD CONSTRAINT opted_out_means_nothing_is_held CHECK (
    NOT opted_out OR num_nonnulls(sex, gender_identity, age_band, ethnicity, disability, religion,
        sexual_orientation, nationality) = 0
);

-- The role that monitors reads of a person the prison, the place and the day they were first
-- recorded, and no name, no text, no offence. Its scope is the same setting as everybody's.
GRANT SELECT (id, prison_number, prison_id, release_area, created_at) ON candidate
TO newfutures_monitoring;
CREATE POLICY candidate_audited ON candidate FOR SELECT TO newfutures_monitoring USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR prison_id = ANY ((SELECT string_to_array(current_setting('newfutures.prisons', true), ','))::text[])
);
GRANT SELECT ON candidate_group TO newfutures_monitoring;
CREATE POLICY candidate_group_audited ON candidate_group FOR SELECT TO newfutures_monitoring USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT ON exposure TO newfutures_monitoring;
CREATE POLICY exposure_audited ON exposure FOR SELECT TO newfutures_monitoring USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT INSERT ON audit_event TO newfutures_monitoring;

-- Forced, so that not even the owner of the table reads it without taking the role (a superuser
-- passes by every such rule). Scoped by the person's prison; with every prison in scope, rows may
-- also come before the person does.
ALTER TABLE candidate_monitoring ENABLE ROW LEVEL SECURITY;
ALTER TABLE candidate_monitoring FORCE ROW LEVEL SECURITY;
CREATE POLICY candidate_monitoring_scope ON candidate_monitoring TO newfutures_monitoring USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR prison_number IN (SELECT candidate.prison_number FROM candidate)
);
