-- suppress_redundant_updates_trigger compares stored bytes, and takes a long text that was moved out
-- of its row for a change. Rows are the same when their values are.
CREATE FUNCTION skip_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER a_candidate_unchanged ON candidate;
CREATE TRIGGER a_candidate_unchanged BEFORE UPDATE ON candidate
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();

DROP TRIGGER a_employer_unchanged ON employer;
CREATE TRIGGER a_employer_unchanged BEFORE UPDATE ON employer
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();

DROP TRIGGER a_vacancy_unchanged ON vacancy;
CREATE TRIGGER a_vacancy_unchanged BEFORE UPDATE ON vacancy
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();
