-- Sign-ins that were begun with another provider's account and have not come back yet. Each is used
-- once, and deleted. Known by the hash of what the browser's cookie holds.
CREATE TABLE sign_in_attempt (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    provider text NOT NULL,
    state text NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    wanted text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN sign_in_attempt.wanted IS 'address to go on to afterwards';
CREATE INDEX sign_in_attempt_made_at ON sign_in_attempt (made_at);
ALTER TABLE sign_in_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_attempt_accounts ON sign_in_attempt TO newfutures_app USING (
    (SELECT scope_role()) = '' AND (SELECT current_setting('newfutures.actor', true)) = 'accounts'
);
GRANT SELECT, INSERT, DELETE ON sign_in_attempt TO newfutures_app;
