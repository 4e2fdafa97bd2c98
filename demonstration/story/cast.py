"""A demonstration's accounts, one for each role."""

from dataclasses import dataclass

from demonstration.story.store import get_busiest_employer, list_fullest_prisons, list_release_areas
from foundation.accounts.model import Account, Extent, scope_of
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.vocabulary import Role

SCOPE = Scope("demonstration")
PASSWORD = "harbour lantern biscuit"  # noqa: S105 -- printed for whoever tries the service out
PRISONS, COACHED, AREAS = 12, 4, 8  # made-up people are spread thinly
CAST = {
    Role.PRISON_EMPLOYMENT_LEAD: ("lead", "Priya Nair"),
    Role.NFN_BROKER: ("broker", "Tom Hale"),
    Role.EMPLOYER: ("employer", "Grace Okafor"),
    Role.WORK_COACH: ("coach", "Dylan Pryce"),
    Role.AUDITOR: ("auditor", "Ruth Salter"),
    Role.ADMINISTRATOR: ("administrator", "Sam Quill"),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts, and the scopes of those who act in the story."""

    accounts: tuple[Account, ...]
    lead: Scope
    employer: Scope
    coach: Scope


def ensure_cast(database: Database, accounts: AccountService) -> Cast:
    """The accounts, made if they are not there."""
    known = {each.email: each for each in accounts.list_accounts(SCOPE)}
    made = []
    for role, (local, name) in CAST.items():
        email = f"{local}@demonstration.example"
        made.append(
            known.get(email)
            or accounts.add_account(
                SCOPE,
                email=email,
                name=name,
                role=role,
                extent=_extent(database, role),
                password=PASSWORD,
                made_up=True,
            )
        )
    by_role = {account.role: scope_of(account) for account in made}
    return Cast(
        tuple(made),
        by_role[Role.PRISON_EMPLOYMENT_LEAD],
        by_role[Role.EMPLOYER],
        by_role[Role.WORK_COACH],
    )


def _extent(database: Database, role: Role) -> Extent:
    with database.transaction(SCOPE) as connection:
        prisons = list_fullest_prisons(connection, PRISONS)
        match role:
            case Role.PRISON_EMPLOYMENT_LEAD:
                return Extent(prisons=prisons)
            case Role.WORK_COACH:
                areas = list_release_areas(connection, prisons, AREAS)
                return Extent(prisons=prisons[:COACHED], areas=areas)
            case Role.EMPLOYER:
                return Extent(employer_id=get_busiest_employer(connection))
            case Role.NFN_BROKER:
                return Extent(regions=tuple(Region))
    return Extent()
