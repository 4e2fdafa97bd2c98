-- Plans over all open vacancies and available people at once. A plan puts nobody forward: it is a
-- draft that a person reads. While it is `scoring` it can be gone on with after an interruption.
CREATE TABLE plan (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    status text NOT NULL CHECK (status IN ('scoring', 'draft')),
    started_at timestamptz NOT NULL DEFAULT now(),
    made_at timestamptz,
    actor text NOT NULL,
    today date NOT NULL,
    policy text NOT NULL,
    policy_version integer NOT NULL,
    parameters jsonb NOT NULL,
    fingerprint text NOT NULL,
    welfare double precision,
    figures jsonb,
    CHECK ((status = 'draft') = (made_at IS NOT NULL AND welfare IS NOT NULL AND figures IS NOT NULL))
);
COMMENT ON COLUMN plan.fingerprint IS 'of all that the plan is made from; the same means go on with it';
COMMENT ON COLUMN plan.figures IS 'counts and comparisons; names nobody';
CREATE INDEX plan_made_at ON plan (made_at DESC) WHERE status = 'draft';
CREATE UNIQUE INDEX plan_under_way ON plan (fingerprint) WHERE status = 'scoring';
GRANT SELECT, INSERT, UPDATE ON plan TO newfutures_app;

-- A row means that the vacancy's edges are stored; the last three columns come with the plan.
CREATE TABLE plan_vacancy (
    plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    vacancy_id bigint NOT NULL REFERENCES vacancy ON DELETE CASCADE,
    places integer NOT NULL CHECK (places >= 0),
    scored_at timestamptz NOT NULL DEFAULT now(),
    filled integer CHECK (filled BETWEEN 0 AND places),
    threshold double precision,
    shortfalls jsonb,
    PRIMARY KEY (plan_id, vacancy_id)
);
COMMENT ON COLUMN plan_vacancy.threshold IS 'the lowest score less price that was put before it';
COMMENT ON COLUMN plan_vacancy.shortfalls IS 'floors that do not hold, each with its reason';
CREATE INDEX plan_vacancy_vacancy ON plan_vacancy (vacancy_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_vacancy TO newfutures_app;

-- Who may be put before which vacancy. Kept for the newest plan only.
CREATE TABLE plan_edge (
    plan_id uuid NOT NULL,
    vacancy_id bigint NOT NULL,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    score integer NOT NULL CHECK (score BETWEEN 0 AND 1000000),
    PRIMARY KEY (plan_id, vacancy_id, candidate_id),
    FOREIGN KEY (plan_id, vacancy_id) REFERENCES plan_vacancy ON DELETE CASCADE
);
COMMENT ON COLUMN plan_edge.score IS 'millionths';
CREATE INDEX plan_edge_candidate ON plan_edge (candidate_id);

-- Everyone who is eligible for any of the vacancies, whether or not on an edge: who is parked.
CREATE TABLE plan_person (
    plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    group_label text,
    interviews integer CHECK (interviews >= 0),
    price double precision CHECK (price >= 0),
    PRIMARY KEY (plan_id, candidate_id)
);
COMMENT ON COLUMN plan_person.price IS 'what an interview of theirs is worth to others, in score';
CREATE INDEX plan_person_candidate ON plan_person (candidate_id);

-- Who is put before which vacancy, if a person so decides.
CREATE TABLE plan_place (
    plan_id uuid NOT NULL,
    vacancy_id bigint NOT NULL,
    candidate_id bigint NOT NULL REFERENCES candidate ON DELETE CASCADE,
    score integer NOT NULL CHECK (score BETWEEN 0 AND 1000000),
    rank integer NOT NULL CHECK (rank >= 1),
    PRIMARY KEY (plan_id, vacancy_id, candidate_id),
    FOREIGN KEY (plan_id, vacancy_id) REFERENCES plan_vacancy ON DELETE CASCADE
);
COMMENT ON COLUMN plan_place.score IS 'millionths';
COMMENT ON COLUMN plan_place.rank IS 'by score alone, among those who may be put before the vacancy';
CREATE INDEX plan_place_candidate ON plan_place (candidate_id);

-- Whoever may not see the person may not see where a plan puts them.
ALTER TABLE plan_edge ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_edge FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_edge_scope ON plan_edge TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
ALTER TABLE plan_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_person FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_person_scope ON plan_person TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
ALTER TABLE plan_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_place FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_place_scope ON plan_place TO newfutures_app USING (
    (SELECT current_setting('newfutures.prisons', true)) = '*'
    OR EXISTS (SELECT FROM candidate WHERE candidate.id = candidate_id)
);
GRANT SELECT, INSERT, DELETE ON plan_edge, plan_place TO newfutures_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_person TO newfutures_app;
