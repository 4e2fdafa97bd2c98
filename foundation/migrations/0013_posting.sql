-- Employers post vacancies: drafts, and closing before the closing date.

-- Closed by hand, whatever the closing date says. Imports leave these columns alone.
ALTER TABLE vacancy
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN closed_reason text
        CHECK (closed_reason IN ('FILLED', 'WITHDRAWN', 'PAUSED', 'OTHER')),
    ADD COLUMN closed_note text CHECK (length(closed_note) BETWEEN 1 AND 500),
    ADD COLUMN closed_by text,
    ADD CHECK (num_nonnulls(closed_at, closed_reason, closed_by) IN (0, 3)),
    ADD CHECK (closed_note IS NULL OR closed_at IS NOT NULL),
    ADD CHECK (closed_reason <> 'OTHER' OR closed_note IS NOT NULL),
    ADD UNIQUE (id, employer_id);
COMMENT ON COLUMN vacancy.closed_by IS 'the actor, as the audit trail names them';
CREATE INDEX vacancy_employer ON vacancy (employer_id, id);

-- Everybody reads vacancies and employers; they are written for the whole service, by brokers, and
-- by an employer's own staff. The check and not the row is narrowed, so that a lead's transaction
-- can still lock a vacancy to count its places.
ALTER POLICY vacancy_scope ON vacancy WITH CHECK (
    CASE (SELECT scope_role())
        WHEN 'EMPLOYER' THEN employer_id = (SELECT scope_employer())
        WHEN 'NFN_BROKER' THEN true
        WHEN '' THEN (SELECT current_setting('newfutures.actor', true)) <> ''
        ELSE false END
);
CREATE POLICY vacancy_deleted ON vacancy AS RESTRICTIVE FOR DELETE TO newfutures_app USING (
    (SELECT scope_role()) = ''
);
ALTER POLICY employer_scope ON employer WITH CHECK (
    CASE (SELECT scope_role())
        WHEN 'EMPLOYER' THEN id = (SELECT scope_employer())
        WHEN 'NFN_BROKER' THEN true
        WHEN '' THEN (SELECT current_setting('newfutures.actor', true)) <> ''
        ELSE false END
);
CREATE POLICY employer_deleted ON employer AS RESTRICTIVE FOR DELETE TO newfutures_app USING (
    (SELECT scope_role()) = ''
);

-- What somebody has typed so far, right or wrong. It is nobody's vacancy until it is published, so
-- changes to it are not in the audit trail; that it was published or thrown away is.
CREATE TABLE vacancy_draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    employer_id bigint NOT NULL REFERENCES employer ON DELETE CASCADE,
    account_id bigint REFERENCES account ON DELETE SET NULL,
    vacancy_id bigint,
    copied_from bigint,
    step smallint NOT NULL DEFAULT 1 CHECK (step BETWEEN 1 AND 7),
    answers jsonb NOT NULL CHECK (jsonb_typeof(answers) = 'object'),
    original jsonb,
    version integer NOT NULL DEFAULT 1,
    changed_by text NOT NULL DEFAULT current_setting('newfutures.actor'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((vacancy_id IS NULL) = (original IS NULL)),
    -- With the employer, so that no draft can lead to another employer's vacancy.
    FOREIGN KEY (vacancy_id, employer_id) REFERENCES vacancy (id, employer_id) ON DELETE CASCADE,
    FOREIGN KEY (copied_from, employer_id) REFERENCES vacancy (id, employer_id)
        ON DELETE SET NULL (copied_from)
);
COMMENT ON COLUMN vacancy_draft.account_id IS 'who began it; NULL: the command line, or an account that is gone';
COMMENT ON COLUMN vacancy_draft.vacancy_id IS 'the published vacancy that it will change';
COMMENT ON COLUMN vacancy_draft.step IS 'the furthest step reached; 7 is the check of all answers';
COMMENT ON COLUMN vacancy_draft.answers IS 'as a browser sent them: text, or a list of texts';
COMMENT ON COLUMN vacancy_draft.original IS 'the vacancy when the draft was begun, in that form';
CREATE UNIQUE INDEX vacancy_draft_vacancy ON vacancy_draft (vacancy_id);
CREATE INDEX vacancy_draft_employer ON vacancy_draft (employer_id, updated_at DESC);
CREATE INDEX vacancy_draft_copied ON vacancy_draft (copied_from);
CREATE INDEX vacancy_draft_account ON vacancy_draft (account_id);
ALTER TABLE vacancy_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE vacancy_draft FORCE ROW LEVEL SECURITY;
CREATE POLICY vacancy_draft_scope ON vacancy_draft TO newfutures_app USING (
    CASE (SELECT scope_role())
        WHEN 'EMPLOYER' THEN employer_id = (SELECT scope_employer())
        WHEN 'NFN_BROKER' THEN true
        WHEN '' THEN (SELECT current_setting('newfutures.actor', true)) <> ''
        ELSE false END
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vacancy_draft TO newfutures_app;
