-- Fairness policies, the exposure that rankings gave, and what the gate decided, for audit.

-- A version is never changed: signing, ending or amending a policy makes the next one.
CREATE TABLE fairness_policy (
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_-]{0,49}$'),
    version integer NOT NULL CHECK (version >= 1),
    kind text NOT NULL,
    groups text[] NOT NULL,
    targets jsonb,
    shrinkage integer NOT NULL CHECK (shrinkage >= 0),
    alpha double precision NOT NULL CHECK (alpha > 0 AND alpha < 1),
    min_ndcg double precision NOT NULL CHECK (min_ndcg BETWEEN 0 AND 1),
    places integer CHECK (places >= 1),
    relevance_threshold double precision NOT NULL CHECK (relevance_threshold BETWEEN 0 AND 1),
    tier text NOT NULL CHECK (tier IN ('T0', 'T1', 'T2')),
    owner text NOT NULL,
    aim text NOT NULL,
    evidence text NOT NULL,
    approved_by text,
    valid_from date,
    valid_until date CHECK (valid_from <= valid_until),
    made_at timestamptz NOT NULL DEFAULT now(),
    made_by text NOT NULL DEFAULT current_setting('newfutures.actor', true),
    PRIMARY KEY (name, version),
    -- The groups that any policy may have. No protected characteristic is among them, and none can
    -- be put there but by a migration.
    CHECK (groups <@ ARRAY['need_band', 'wait_band', 'prison', 'release_region'])
);
GRANT SELECT, INSERT ON fairness_policy TO newfutures_app;

-- The exposure ledger. A vacancy's newest ranking replaces what its last one gave, so that looking
-- twice at one list does not count twice.
CREATE TABLE exposure (
    vacancy_id bigint NOT NULL REFERENCES vacancy ON DELETE CASCADE,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    baseline integer NOT NULL,
    rank integer,
    previous_rank integer,
    exposure double precision NOT NULL CHECK (exposure >= 0),
    merit double precision NOT NULL CHECK (merit >= 0),
    need_band text NOT NULL,
    policy text NOT NULL,
    shown_on date NOT NULL,
    run_id uuid NOT NULL,
    PRIMARY KEY (vacancy_id, candidate_id)
);
COMMENT ON COLUMN exposure.rank IS 'place among those shown; NULL: compared and not shown';
COMMENT ON COLUMN exposure.previous_rank IS 'rank in the ranking that this one replaced';
COMMENT ON COLUMN exposure.exposure IS '1 / log2(1 + rank); 0 for who was not shown';
COMMENT ON COLUMN exposure.merit IS 'the share of the vacancy''s exposure that the score comes to';
CREATE INDEX exposure_candidate ON exposure (candidate_id, shown_on);
CREATE INDEX exposure_shown_on ON exposure (shown_on);
ALTER TABLE exposure ENABLE ROW LEVEL SECURITY;
ALTER TABLE exposure FORCE ROW LEVEL SECURITY;
CREATE POLICY exposure_scope ON exposure TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON exposure TO newfutures_app;

-- Everyone judged for a vacancy on a day, by the rules that touched them. Written by who ranks and
-- read by the audit only.
CREATE TABLE gate_outcome (
    vacancy_id bigint NOT NULL REFERENCES vacancy ON DELETE CASCADE,
    judged_on date NOT NULL,
    prison text NOT NULL,
    mask bigint NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('eligible', 'refer', 'ineligible')),
    reasons text[] NOT NULL,
    candidate_ids bigint[] NOT NULL,
    PRIMARY KEY (vacancy_id, judged_on, prison, mask)
);
COMMENT ON COLUMN gate_outcome.prison IS 'the prisons that were looked at; * for all';
GRANT INSERT, SELECT (vacancy_id, judged_on, prison) ON gate_outcome TO newfutures_app;
GRANT SELECT ON gate_outcome TO newfutures_monitoring;
