"""An account, its one role, and how far that role reaches.

Whoever has two jobs has two accounts, so that every action is done in one of them.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from foundation.database import POSTCODE_AREA, PRISON_ID, Scope
from foundation.errors import ValidationError
from foundation.places.regions import Region, area_regions
from foundation.vocabulary import Code, Role

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_EMAIL = 254
LONGEST_NAME = 100
INVITATION_PATH = "/invitation/"  # followed by the token of the link


class AccountStatus(Code):
    """Whether an account may sign in (ours)."""

    ACTIVE = "ACTIVE", "Active"
    DISABLED = "DISABLED", "Disabled"
    PENDING = "PENDING", "Waiting for approval"


class Stage(Code):
    """How far a sign-in has come (ours)."""

    CODE_OWED = "CODE_OWED", "Password given, code owed"
    CODES_OWED = "CODES_OWED", "Password given, codes to be set up"
    SIGNED_IN = "SIGNED_IN", "Signed in"


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a role reaches. Which parts there must be is the role's: see `check_extent`."""

    prisons: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    employer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in. `email` is in normal form, and names them in the audit trail."""

    id: int
    public_id: UUID
    email: str
    name: str
    role: Role
    prisons: tuple[str, ...]
    areas: tuple[str, ...]
    regions: tuple[Region, ...]
    employer_id: int | None
    status: AccountStatus
    has_password: bool
    has_one_time_codes: bool
    made_up: bool
    created_at: datetime
    last_sign_in_at: datetime | None

    @property
    def extent(self) -> Extent:
        """How far the role reaches."""
        return Extent(self.prisons, self.areas, self.regions, self.employer_id)

    @property
    def owes_code(self) -> bool:
        """Whether a password alone does not do: for every role but an employer's staff."""
        asked = self.role is not Role.EMPLOYER and not self.made_up
        return asked or self.has_one_time_codes


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's sign-in. `id` names it in lists; its token is not kept anywhere."""

    id: UUID
    stage: Stage
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    agent: str
    address: str


class Present(NamedTuple):
    """Whoever a session belongs to, as the account is now."""

    account: Account
    session: Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session.

    Args:
        token: for the session's cookie; it replaces the one before.
        stage: what is owed before anything but signing in may be done.
        account: whose it is.
        device: for a cookie that outlives the session, to hand back at the next sign-in; None
            where the one that the browser has goes on.
    """

    token: str
    stage: Stage
    account: Account
    device: str | None = None


def stage_of(account: Account, *, code_given: bool) -> Stage:
    """What is still owed, by the account as it is now: a new role may ask for more."""
    if code_given or not account.owes_code:
        return Stage.SIGNED_IN
    return Stage.CODE_OWED if account.has_one_time_codes else Stage.CODES_OWED


def scope_of(account: Account) -> Scope:
    """What the account may see. Never every prison: that is for the command line only."""
    check_extent(account.role, account.extent)
    return Scope(
        account.email,
        account.prisons,
        account.areas,
        account.role,
        account.employer_id,
        account.id,
    )


# What each role's extent has: any of these, at least one, and nothing else.
PARTS: dict[Role, tuple[str, ...]] = {
    Role.PRISON_EMPLOYMENT_LEAD: ("prisons",),
    Role.NFN_BROKER: ("regions",),
    Role.EMPLOYER: ("employer",),
    Role.WORK_COACH: ("prisons", "areas"),
    Role.AUDITOR: (),
    Role.ADMINISTRATOR: (),
}


def check_extent(role: Role, extent: Extent) -> None:
    """Refuse an extent that the role cannot have.

    Raises:
        ValidationError: a part is missing, does not belong to the role, or is no such place.
    """
    given = {
        "prisons": extent.prisons,
        "areas": extent.areas,
        "regions": extent.regions,
        "employer": () if extent.employer_id is None else (extent.employer_id,),
    }
    wanted = PARTS[role]
    for part, values in given.items():
        if values and part not in wanted:
            raise ValidationError(part, _listed(values), f"leave it out: {_reaches(role)}")
    if wanted and not any(given[part] for part in wanted):
        raise ValidationError(wanted[0], None, f"give at least one: {_reaches(role)}")
    _check_places(extent)


def _reaches(role: Role) -> str:
    wanted = " or ".join(PARTS[role]) or "nothing besides"
    return f"the role {role.label} is for {wanted}"


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values))


def _check_places(extent: Extent) -> None:
    for prison in extent.prisons:
        if not PRISON_ID.fullmatch(prison):
            raise ValidationError("prisons", prison, "write the three letters of a prison id, MDI")
    for area in extent.areas:
        if not POSTCODE_AREA.fullmatch(area) or area not in area_regions():
            raise ValidationError("areas", area, "write the letters of a postcode area, as LS")


def normal_email(text: str) -> str:
    """The form in which an address of mail is kept and compared.

    Raises:
        ValidationError: it is none.
    """
    email = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email) or not email.isprintable():
        raise ValidationError("email", text, "write an address such as name@example.org")
    return email


def checked_name(text: str) -> str:
    """A person's name without blanks around it.

    Raises:
        ValidationError: it is empty, too long, or has characters that cannot be shown.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValidationError("name", text, f"write a name of 1 to {LONGEST_NAME} characters")
    return name
