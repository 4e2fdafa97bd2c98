-- What the aggregate audit reads beside groups and monitoring: when people leave, who was looked at.
GRANT SELECT (release_date) ON candidate TO newfutures_monitoring;
GRANT SELECT (at, action, subject, subject_id) ON audit_event TO newfutures_monitoring;
GRANT SELECT (id, public_id, employer_id, sector, base_location, national, postcode) ON vacancy
TO newfutures_monitoring;
GRANT SELECT ON fairness_policy TO newfutures_monitoring;
