CREATE TABLE employer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (length(name) BETWEEN 3 AND 100),
    name_key text NOT NULL UNIQUE,
    description text,
    sector text NOT NULL,
    status text NOT NULL,
    contact_name text,
    contact_email text,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN employer.name_key IS 'the name with its case folded, in every language';
CREATE TRIGGER a_employer_unchanged BEFORE UPDATE ON employer
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();
CREATE TRIGGER b_employer_touched BEFORE UPDATE ON employer
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER employer_change AFTER INSERT OR UPDATE OR DELETE ON employer
FOR EACH ROW EXECUTE FUNCTION record_change();

CREATE TABLE vacancy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    employer_id bigint NOT NULL REFERENCES employer,
    reference text NOT NULL,
    title text NOT NULL,
    sector text NOT NULL,
    industry_sector text NOT NULL,
    number_of_vacancies integer NOT NULL CHECK (number_of_vacancies >= 1),
    source text NOT NULL,
    secondary_source text CHECK (secondary_source <> source),
    postcode text,
    national boolean NOT NULL,
    base_location text NOT NULL,
    latitude double precision,
    longitude double precision,
    place_precision smallint,
    salary_from numeric(10, 2),
    salary_to numeric(10, 2) CHECK (salary_from <= salary_to),
    salary_period text,
    pays_minimum_wage boolean,
    salary_extra text,
    work_pattern text,
    hours_per_week text,
    contract_type text,
    description text NOT NULL,
    essential_criteria text NOT NULL,
    desirable_criteria text,
    how_to_apply text NOT NULL,
    offence_exclusions text[] NOT NULL CHECK (cardinality(offence_exclusions) > 0),
    offence_exclusions_details text,
    rolling boolean NOT NULL,
    closing_date date CHECK (rolling = (closing_date IS NULL)),
    start_date date,
    only_prison_leavers boolean NOT NULL,
    documents_asked_for text[] NOT NULL,
    documents_details text,
    involves text[],
    shift_start time,
    shift_end time,
    required_certificates text[] NOT NULL,
    profile_hash bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (employer_id, reference),
    CHECK (national OR postcode IS NOT NULL OR base_location = 'REMOTE')
);
COMMENT ON COLUMN vacancy.involves IS 'NULL: not stated. {NONE}: none of them';
CREATE INDEX vacancy_sector ON vacancy (sector, id);
CREATE INDEX vacancy_reference ON vacancy (reference);
CREATE TRIGGER a_vacancy_unchanged BEFORE UPDATE ON vacancy
FOR EACH ROW EXECUTE FUNCTION skip_unchanged();
CREATE TRIGGER b_vacancy_touched BEFORE UPDATE ON vacancy
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER vacancy_change AFTER INSERT OR UPDATE OR DELETE ON vacancy
FOR EACH ROW EXECUTE FUNCTION record_change();

CREATE TABLE vacancy_embedding (
    vacancy_id bigint PRIMARY KEY REFERENCES vacancy ON DELETE CASCADE,
    profile_hash bigint NOT NULL,
    recipe text NOT NULL,
    content_hashes bytea[] NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON employer, vacancy, vacancy_embedding TO newfutures_app;
