-- Accounts, how they sign in, and employers who ask for one.
--
-- Two kinds of table. `account` and `employer_registration` say who may do what: the service itself
-- and administrators read them, each person reads their own row, and New Futures Network brokers
-- read what they approve. Everything that could be used to sign in as somebody (password hashes,
-- secrets of one-time codes, hashes of sessions, links and recovery codes) is in tables of its own,
-- which open to a transaction of AccountService only: no role, and the actor `accounts`. That stops
-- a page or a report from reading them by mistake. It does not stop SQL that was smuggled into a
-- transaction, which could make the same settings; nor the owner, a superuser or a backup.

CREATE FUNCTION scope_account() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('newfutures.account', true), '')::bigint
$$;
-- No role is the service itself, as long as the transaction says who acts: no setting, nothing seen.
CREATE FUNCTION scope_is_service() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('newfutures.role', true), '') = ''
        AND coalesce(current_setting('newfutures.actor', true), '') <> ''
$$;
CREATE FUNCTION scope_is_accounts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('newfutures.role', true), '') = ''
        AND current_setting('newfutures.actor', true) = 'accounts'
$$;

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role text NOT NULL,
    prisons text[] NOT NULL DEFAULT '{}',
    areas text[] NOT NULL DEFAULT '{}',
    regions text[] NOT NULL DEFAULT '{}',
    employer_id bigint REFERENCES employer,
    status text NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED', 'PENDING')),
    has_password boolean NOT NULL DEFAULT false,
    has_one_time_codes boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz,
    CONSTRAINT extent_of_role CHECK (
        CASE role
            WHEN 'PRISON_EMPLOYMENT_LEAD' THEN cardinality(prisons) > 0
                AND cardinality(areas || regions) = 0 AND employer_id IS NULL
            WHEN 'NFN_BROKER' THEN cardinality(regions) > 0
                AND cardinality(prisons || areas) = 0 AND employer_id IS NULL
            WHEN 'EMPLOYER' THEN cardinality(prisons || areas || regions) = 0
                AND (employer_id IS NOT NULL OR status = 'PENDING')
            WHEN 'WORK_COACH' THEN cardinality(prisons || areas) > 0
                AND cardinality(regions) = 0 AND employer_id IS NULL
            WHEN 'AUDITOR' THEN cardinality(prisons || areas || regions) = 0 AND employer_id IS NULL
            WHEN 'ADMINISTRATOR' THEN cardinality(prisons || areas || regions) = 0
                AND employer_id IS NULL
            ELSE false
        END
    )
);
COMMENT ON COLUMN account.email IS 'in normal form, its case folded; also the actor of the audit trail';
COMMENT ON COLUMN account.areas IS 'postcode areas (LS), which stand for the districts of work coaches';
COMMENT ON COLUMN account.has_password IS 'account_secret says so too; here for those who may not read that';
CREATE INDEX account_employer ON account (employer_id) WHERE employer_id IS NOT NULL;
CREATE TRIGGER account_change AFTER INSERT OR DELETE
    OR UPDATE OF email, name, role, prisons, areas, regions, employer_id, status, has_password,
        has_one_time_codes
ON account FOR EACH ROW EXECUTE FUNCTION record_change();
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
CREATE POLICY account_read ON account FOR SELECT TO newfutures_app USING (
    (SELECT scope_is_service())
    OR (SELECT scope_role()) = 'ADMINISTRATOR'
    OR id = (SELECT scope_account())
    OR ((SELECT scope_role()) = 'NFN_BROKER' AND role = 'EMPLOYER')
);
CREATE POLICY account_by_service ON account TO newfutures_app USING ((SELECT scope_is_service()));
-- Brokers let in, or turn away, an employer's staff who asked; once in, they are out of reach.
CREATE POLICY account_approved ON account FOR UPDATE TO newfutures_app
USING ((SELECT scope_role()) = 'NFN_BROKER' AND role = 'EMPLOYER' AND status = 'PENDING')
WITH CHECK (role = 'EMPLOYER');
CREATE POLICY account_declined ON account FOR DELETE TO newfutures_app
USING ((SELECT scope_role()) = 'NFN_BROKER' AND role = 'EMPLOYER' AND status = 'PENDING');
GRANT SELECT, INSERT, UPDATE, DELETE ON account TO newfutures_app;

CREATE TABLE account_secret (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    password_hash text,
    code_secret text,
    last_code_step bigint,
    CHECK ((code_secret IS NULL) = (last_code_step IS NULL))
);
COMMENT ON COLUMN account_secret.password_hash IS 'Argon2id, with its salt and parameters';
COMMENT ON COLUMN account_secret.code_secret IS 'of RFC 6238, in base32; as it is, because codes are computed from it';
COMMENT ON COLUMN account_secret.last_code_step IS 'of the last code that was accepted: none of this step or before is again';

CREATE TABLE account_recovery_code (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE account_session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    code_given boolean NOT NULL,
    pending_code_secret text,
    started_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    agent text NOT NULL,
    address text NOT NULL
);
COMMENT ON COLUMN account_session.code_given IS 'whether a one-time code was, besides the password';
COMMENT ON COLUMN account_session.pending_code_secret IS 'shown for enrolment, and not confirmed by a code yet';
CREATE INDEX account_session_account ON account_session (account_id);
CREATE INDEX account_session_last_seen ON account_session (last_seen_at);

CREATE TABLE account_link (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE account_link IS 'invitations to choose a password; used once, and one at a time';

CREATE TABLE account_device (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE account_device IS 'browsers in which the account signed in before; other people''s guesses do not slow them';
CREATE INDEX account_device_account ON account_device (account_id);

CREATE TABLE account_identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject),
    UNIQUE (account_id, issuer)
);
COMMENT ON TABLE account_identity IS
    'one subject of an issuer for each account, so that an address which the issuer gave to somebody else lets nobody in';

CREATE TABLE sign_in_try (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    failures integer NOT NULL CHECK (failures >= 0),
    last_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_try IS
    'failures by hash of the address of mail (known or not), of the network or of the device';
CREATE INDEX sign_in_try_last_at ON sign_in_try (last_at);

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['account_secret', 'account_recovery_code', 'account_session',
        'account_link', 'account_device', 'account_identity', 'sign_in_try'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', wanted);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', wanted);
        EXECUTE format('CREATE POLICY %I ON %I TO newfutures_app USING ((SELECT scope_is_accounts()))',
            wanted || '_by_accounts', wanted);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO newfutures_app', wanted);
    END LOOP;
END $$;

-- Employers who ask to take part. Approving makes the employer and lets the account in.
CREATE TABLE employer_registration (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    account_id bigint UNIQUE REFERENCES account ON DELETE SET NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 3 AND 100),
    sector text NOT NULL,
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 1000),
    contact_name text NOT NULL CHECK (length(contact_name) BETWEEN 1 AND 100),
    contact_email text NOT NULL CHECK (length(contact_email) BETWEEN 3 AND 254),
    postcode text,
    region text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'APPROVED', 'DECLINED')),
    reason text,
    employer_id bigint REFERENCES employer,
    asked_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    decided_by text,
    CHECK ((status = 'PENDING') = (decided_at IS NULL)),
    CHECK ((status = 'PENDING') = (decided_by IS NULL)),
    CHECK ((status = 'DECLINED') = (reason IS NOT NULL)),
    CHECK ((status = 'APPROVED') = (employer_id IS NOT NULL))
);
COMMENT ON COLUMN employer_registration.account_id IS 'NULL once declined: the account is deleted';
COMMENT ON COLUMN employer_registration.region IS 'as given, or that of the postcode';
CREATE INDEX employer_registration_pending ON employer_registration (asked_at) WHERE status = 'PENDING';
CREATE TRIGGER employer_registration_change AFTER INSERT OR UPDATE OR DELETE ON employer_registration
FOR EACH ROW EXECUTE FUNCTION record_change();
ALTER TABLE employer_registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE employer_registration FORCE ROW LEVEL SECURITY;
CREATE POLICY employer_registration_scope ON employer_registration TO newfutures_app USING (
    (SELECT scope_is_service())
    OR (SELECT scope_role()) IN ('NFN_BROKER', 'ADMINISTRATOR')
);
GRANT SELECT, INSERT, UPDATE, DELETE ON employer_registration TO newfutures_app;
