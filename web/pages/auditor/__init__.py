"""Pages of the auditor: the aggregate audit and the audit trail."""
