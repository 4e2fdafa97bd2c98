"""What stands in the menu of each role, and where each begins."""

from typing import NamedTuple

from foundation.vocabulary import Role


class Entry(NamedTuple):
    """A link in the menu; `area` is what a page calls itself to be marked as the current one."""

    href: str
    text: str
    area: str


HOME = Entry("/", "Home", "home")
PEOPLE = Entry("/people", "People", "people")
VACANCIES = Entry("/vacancies", "Vacancies", "vacancies")
APPLICATIONS = Entry("/applications", "Applications", "applications")
AUDIT = Entry("/audit", "Equality audit", "audit")
OVERVIEW = Entry("/overview", "Overview", "overview")

MENUS: dict[Role, tuple[Entry, ...]] = {
    Role.PRISON_EMPLOYMENT_LEAD: (HOME, PEOPLE, VACANCIES, APPLICATIONS, AUDIT),
    Role.EMPLOYER: (
        HOME,
        Entry("/employer/vacancies", "Your vacancies", "vacancies"),
        Entry("/employer/people", "People put forward", "people"),
    ),
    Role.WORK_COACH: (
        HOME,
        Entry("/caseload", "Caseload", "caseload"),
        Entry("/reviews", "Matches to review", "reviews"),
        VACANCIES,
        APPLICATIONS,
    ),
    Role.NFN_BROKER: (
        OVERVIEW,
        Entry("/registrations", "Requests", "registrations"),
        Entry("/employers", "Employers", "employers"),
        VACANCIES,
    ),
    Role.AUDITOR: (OVERVIEW, AUDIT, Entry("/trail", "Audit trail", "trail")),
    Role.ADMINISTRATOR: (
        Entry("/accounts", "Accounts", "accounts"),
        Entry("/policies", "Fairness policies", "policies"),
    ),
}
