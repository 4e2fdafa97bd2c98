-- Every ranking that was shown: what it was made from, and the bytes that came out.
CREATE TABLE ranking_run (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('shortlist', 'vacancies-for')),
    subject_id bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    inputs jsonb NOT NULL,
    document text NOT NULL,
    document_sha256 text NOT NULL,
    UNIQUE (kind, subject_id, document_sha256)
);
COMMENT ON TABLE ranking_run IS 'the same ranking shown again is the same run; each showing is in the audit trail';
GRANT SELECT, INSERT ON ranking_run TO newfutures_app;
