-- The fairness groups of each candidate, recomputed nightly from the record. None of them is a
-- protected characteristic. The prison is the candidate's own, so it is not repeated here.
CREATE TABLE candidate_group (
    candidate_id bigint PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    need_band text NOT NULL,
    need_points smallint NOT NULL CHECK (need_points >= 0),
    need_unknown smallint NOT NULL CHECK (need_unknown >= 0),
    wait_band text NOT NULL,
    weeks_waited integer CHECK (weeks_waited >= 0),
    release_region text NOT NULL,
    matchable boolean NOT NULL,
    version text NOT NULL,
    as_of date NOT NULL,
    refreshed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN candidate_group.need_unknown IS 'facts that are not recorded, which count half';
COMMENT ON COLUMN candidate_group.weeks_waited IS 'NULL: not ready, or ready since nobody knows when';
COMMENT ON COLUMN candidate_group.matchable IS 'ready, with consent: counts towards the shares of a region';
COMMENT ON COLUMN candidate_group.version IS 'of the rules and the points table that made the groups';
CREATE INDEX candidate_group_region_need ON candidate_group (release_region, need_band);

-- Whoever may not see the person may not see their groups.
ALTER TABLE candidate_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE candidate_group FORCE ROW LEVEL SECURITY;
CREATE POLICY candidate_group_scope ON candidate_group TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON candidate_group TO newfutures_app;
