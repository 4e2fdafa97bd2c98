"""The menu of each role, and the page where each role begins."""

from typing import NamedTuple

from foundation.vocabulary import Role


class NavigationItem(NamedTuple):
    """A link in the menu; a page with the same `area` marks it as current."""

    href: str
    text: str
    area: str


HOME = NavigationItem("/", "Home", "home")
PEOPLE = NavigationItem("/people", "People", "people")
VACANCIES = NavigationItem("/vacancies", "Vacancies", "vacancies")
APPLICATIONS = NavigationItem("/applications", "Applications", "applications")
AUDIT = NavigationItem("/audit", "Equality audit", "audit")
OVERVIEW = NavigationItem("/overview", "Overview", "overview")

MENUS: dict[Role, tuple[NavigationItem, ...]] = {
    Role.PRISON_EMPLOYMENT_LEAD: (HOME, PEOPLE, VACANCIES, APPLICATIONS, AUDIT),
    Role.EMPLOYER: (
        HOME,
        NavigationItem("/employer/vacancies", "Your vacancies", "vacancies"),
        NavigationItem("/employer/people", "People put forward", "people"),
    ),
    Role.WORK_COACH: (
        HOME,
        NavigationItem("/caseload", "Caseload", "caseload"),
        NavigationItem("/reviews", "Matches to review", "reviews"),
        VACANCIES,
        APPLICATIONS,
    ),
    Role.NFN_BROKER: (
        OVERVIEW,
        NavigationItem("/registrations", "Requests", "registrations"),
        NavigationItem("/employers", "Employers", "employers"),
        VACANCIES,
    ),
    Role.AUDITOR: (OVERVIEW, AUDIT, NavigationItem("/trail", "Audit trail", "trail")),
    Role.ADMINISTRATOR: (
        NavigationItem("/accounts", "Accounts", "accounts"),
        NavigationItem("/policies", "Fairness policies", "policies"),
    ),
}
