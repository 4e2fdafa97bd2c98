-- Scope by role. A transaction says who acts (`newfutures.actor`, `.account`, `.role`) and what they
-- may see: `.prisons` (* for every one), `.areas` (postcode areas that people are released to) and
-- `.employer` (the one whose vacancies they may see; empty for every one's). No setting, nothing seen.

-- People with no fixed abode, and those who go elsewhere than was recorded, are handed over to the
-- work coaches of an area by name.
ALTER TABLE candidate ADD COLUMN community_area text CHECK (community_area ~ '^[A-Z]{1,2}$');
COMMENT ON COLUMN candidate.community_area IS
    'postcode area whose work coaches have the case; NULL: that of the release area';

CREATE FUNCTION scope_list(setting text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_to_array(coalesce(current_setting(setting, true), ''), ',')
$$;
CREATE FUNCTION scope_is_whole() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('newfutures.prisons', true), '') = '*'
$$;
-- The role of whoever signed in; empty for the command line, which acts for the whole service.
CREATE FUNCTION scope_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('newfutures.role', true), '')
$$;
CREATE FUNCTION scope_employer() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('newfutures.employer', true), '')::bigint
$$;
-- Whose people are seen, as one text: two transactions with the same see the same people.
CREATE FUNCTION scope_people() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('newfutures.prisons', true), '') || '/'
        || coalesce(current_setting('newfutures.areas', true), '')
$$;

-- Work coaches see the people who are coming to them; only prison staff change a person's record.
DROP POLICY candidate_scope ON candidate;
CREATE POLICY candidate_seen ON candidate FOR SELECT TO newfutures_app USING (
    (SELECT scope_is_whole())
    OR prison_id = ANY ((SELECT scope_list('newfutures.prisons'))::text[])
    OR coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))
        = ANY ((SELECT scope_list('newfutures.areas'))::text[])
);
CREATE POLICY candidate_changed ON candidate TO newfutures_app USING (
    (SELECT scope_role()) IN ('', 'PRISON_EMPLOYMENT_LEAD')
    AND ((SELECT scope_is_whole())
        OR prison_id = ANY ((SELECT scope_list('newfutures.prisons'))::text[]))
);

-- An employer's own staff see and change their own employer and vacancies, and nobody else's.
ALTER TABLE employer ENABLE ROW LEVEL SECURITY;
ALTER TABLE employer FORCE ROW LEVEL SECURITY;
CREATE POLICY employer_scope ON employer TO newfutures_app USING (
    CASE WHEN (SELECT scope_role()) = 'EMPLOYER' THEN id = (SELECT scope_employer())
    ELSE (SELECT current_setting('newfutures.actor', true)) <> '' END
);
CREATE POLICY employer_audited ON employer FOR SELECT TO newfutures_monitoring USING (true);
ALTER TABLE vacancy ENABLE ROW LEVEL SECURITY;
ALTER TABLE vacancy FORCE ROW LEVEL SECURITY;
CREATE POLICY vacancy_scope ON vacancy TO newfutures_app USING (
    CASE WHEN (SELECT scope_role()) = 'EMPLOYER' THEN employer_id = (SELECT scope_employer())
    ELSE (SELECT current_setting('newfutures.actor', true)) <> '' END
);
CREATE POLICY vacancy_audited ON vacancy FOR SELECT TO newfutures_monitoring USING (true);

-- A stored list names people, so whoever may not see all that its maker saw may not read it.
ALTER TABLE ranking_run ADD COLUMN made_in text NOT NULL DEFAULT '*';
ALTER TABLE ranking_run ALTER COLUMN made_in SET DEFAULT scope_people();
UPDATE ranking_run SET made_in = '*/';
COMMENT ON COLUMN ranking_run.made_in IS 'scope_people() of whoever made it';
ALTER TABLE ranking_run DROP CONSTRAINT ranking_run_kind_subject_id_document_sha256_key;
ALTER TABLE ranking_run ADD UNIQUE (kind, subject_id, document_sha256, made_in);
ALTER TABLE ranking_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE ranking_run FORCE ROW LEVEL SECURITY;
CREATE POLICY ranking_run_scope ON ranking_run TO newfutures_app USING (
    (SELECT scope_is_whole())
    OR made_in = (SELECT scope_people())
);

-- The trail holds old values of people's records. Everybody adds to it; read it may who acts for the
-- whole service, the auditor, and of a person whoever may see that person.
ALTER TABLE audit_event ADD COLUMN role text NOT NULL DEFAULT '';
ALTER TABLE audit_event ALTER COLUMN role SET DEFAULT
    coalesce(current_setting('newfutures.role', true), '');
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_event_written ON audit_event FOR INSERT TO newfutures_app WITH CHECK (true);
CREATE POLICY audit_event_read ON audit_event FOR SELECT TO newfutures_app USING (
    (SELECT scope_is_whole())
    OR (SELECT scope_role()) = 'AUDITOR'
    OR (subject = 'candidate' AND EXISTS (SELECT FROM candidate WHERE candidate.id = subject_id))
);
CREATE POLICY audit_event_by_trigger ON audit_event FOR INSERT TO CURRENT_USER WITH CHECK (true);
CREATE POLICY audit_event_monitoring ON audit_event FOR SELECT TO newfutures_monitoring USING (true);
CREATE POLICY audit_event_by_monitoring ON audit_event FOR INSERT TO newfutures_monitoring
WITH CHECK (true);
