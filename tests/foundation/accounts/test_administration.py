"""Accounts made, changed, invited and linked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from foundation.accounts.base import ACCOUNTS
from foundation.accounts.errors import LinkError, NotAllowedError, SignInError
from foundation.accounts.model import Account, AccountStatus, Extent, Stage, scope_of
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.vocabulary import Role

COMMAND_LINE = Scope("tests")
PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
NEW = "crimson-kettle-hums-3"
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
ISSUER = "https://login.example.gov.uk"


class TestAdding:
    """Each role with its extent."""

    @pytest.mark.parametrize("role", Role)
    def test_every_role_is_kept_as_it_was_given(
        self,
        accounts: AccountService,
        add: Callable[..., Account],
        extents: dict[Role, Extent],
        role: Role,
    ) -> None:
        made = add(role, email="one@example.org", password=None)
        assert made == accounts.get_account(COMMAND_LINE, "ONE@example.org")
        assert (made.role, made.extent) == (role, extents[role])
        assert (made.status, made.has_password) == (AccountStatus.ACTIVE, False)
        assert accounts.list_accounts(COMMAND_LINE) == [made]

    def test_an_email_is_taken_once_whatever_its_case(
        self, add: Callable[..., Account], staff: Account
    ) -> None:
        with pytest.raises(ValidationError, match="an account has it already"):
            add(Role.AUDITOR, email=staff.email.upper())

    def test_an_extent_that_is_not_the_roles_is_refused_and_nothing_is_kept(
        self, accounts: AccountService
    ) -> None:
        assert not accounts.has_accounts()
        with pytest.raises(ValidationError, match="prisons: None is not allowed; give at least"):
            accounts.add_account(
                COMMAND_LINE,
                email="a@example.org",
                name="A",
                role=Role.PRISON_EMPLOYMENT_LEAD,
                extent=Extent(),
            )
        with pytest.raises(ValidationError, match="guessed first"):
            accounts.add_account(
                COMMAND_LINE,
                email="a@example.org",
                name="A",
                role=Role.AUDITOR,
                extent=Extent(),
                password="password12345",  # noqa: S106
            )
        assert not accounts.has_accounts()

    def test_an_employer_that_does_not_exist_is_refused(
        self, accounts: AccountService, staff: Account
    ) -> None:
        nobody = Extent(employer_id=99)
        with pytest.raises(ValidationError, match="there is no such employer"):
            accounts.change_role(COMMAND_LINE, staff.email, Role.EMPLOYER, nobody)
        with pytest.raises(ValidationError, match="there is no such employer"):
            accounts.add_account(
                COMMAND_LINE,
                email="b@example.org",
                name="B",
                role=Role.EMPLOYER,
                extent=nobody,
            )

    def test_an_employer_is_found_by_name_whatever_its_case(
        self, accounts: AccountService, employer_id: int
    ) -> None:
        assert accounts.find_employer(COMMAND_LINE, " ACME bakery ") == employer_id
        with pytest.raises(NotFoundError, match="no employer is called 'Nobody Ltd'"):
            accounts.find_employer(COMMAND_LINE, "Nobody Ltd")


class TestWhoMay:
    """Administrators and the command line."""

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
    def test_no_other_role_sees_or_changes_accounts(
        self, accounts: AccountService, add: Callable[..., Account], staff: Account, role: Role
    ) -> None:
        by = scope_of(add(role))
        for change in (accounts.disable, accounts.enable, accounts.reset_codes):
            with pytest.raises(NotAllowedError):
                change(by, staff.email)
        with pytest.raises(NotAllowedError):
            accounts.list_accounts(by)
        with pytest.raises(NotAllowedError):
            accounts.change_role(by, staff.email, Role.AUDITOR, Extent())
        if role is not Role.NFN_BROKER:
            with pytest.raises(NotAllowedError):
                accounts.invite(by, staff.email)

    def test_a_broker_invites_the_staff_of_employers_only(
        self, accounts: AccountService, add: Callable[..., Account], staff: Account, lead: Account
    ) -> None:
        broker = scope_of(add(Role.NFN_BROKER))
        assert accounts.invited(accounts.invite(broker, staff.email)).id == staff.id
        with pytest.raises(NotAllowedError, match="employers only"):
            accounts.invite(broker, lead.email)

    def test_an_administrator_changes_others_and_not_themselves(
        self, accounts: AccountService, add: Callable[..., Account], lead: Account
    ) -> None:
        admin = add(Role.ADMINISTRATOR)
        by = scope_of(admin)
        assert accounts.disable(by, lead.email).status is AccountStatus.DISABLED
        with pytest.raises(ValidationError, match="ask another administrator"):
            accounts.disable(by, admin.email)
        with pytest.raises(ValidationError, match="ask another administrator"):
            accounts.change_role(by, admin.email, Role.AUDITOR, Extent())

    def test_the_trail_names_who_changed_what_and_holds_what_it_was(
        self,
        accounts: AccountService,
        database: Database,
        add: Callable[..., Account],
        lead: Account,
    ) -> None:
        by = scope_of(add(Role.ADMINISTRATOR, email="admin@example.org"))
        accounts.change_role(by, lead.email, Role.PRISON_EMPLOYMENT_LEAD, Extent(prisons=("LEI",)))
        with database.transaction(COMMAND_LINE) as connection:
            rows = connection.execute(
                "SELECT actor, action, detail FROM audit_event"
                " WHERE subject = 'account' AND subject_id = %s ORDER BY id DESC LIMIT 2",
                [lead.id],
            ).fetchall()
        (explicit, trigger) = rows
        assert explicit[:2] == ("admin@example.org", "change role")
        assert trigger[:2] == ("admin@example.org", "update")
        assert trigger[2] == {"was": {"prisons": ["MDI"]}}

    def test_an_unknown_account_is_said_to_be_one(self, accounts: AccountService) -> None:
        with pytest.raises(NotFoundError, match=r"no account 'x@example\.org'"):
            accounts.disable(COMMAND_LINE, "x@example.org")


class TestInvitations:
    """Links to choose a password."""

    def test_a_link_is_good_once(
        self, accounts: AccountService, add: Callable[..., Account]
    ) -> None:
        account = add(Role.EMPLOYER, password=None)
        link = accounts.invite(COMMAND_LINE, account.email)
        assert accounts.invited(link) == account
        assert accounts.accept_invitation(link, NEW).has_password
        assert accounts.sign_in(account.email, NEW, **BROWSER).stage is Stage.SIGNED_IN
        with pytest.raises(LinkError):
            accounts.invited(link)
        with pytest.raises(LinkError):
            accounts.accept_invitation(link, PASSWORD)

    def test_a_password_that_is_refused_leaves_the_link_good(
        self, accounts: AccountService, add: Callable[..., Account]
    ) -> None:
        account = add(Role.EMPLOYER, password=None)
        link = accounts.invite(COMMAND_LINE, account.email)
        with pytest.raises(ValidationError, match="at least 12"):
            accounts.accept_invitation(link, "short")
        accounts.accept_invitation(link, NEW)

    @pytest.mark.parametrize(("days", "good"), [(6.99, True), (7, False)])
    def test_it_lasts_seven_days(
        self, accounts: AccountService, database: Database, staff: Account, days: float, good: bool
    ) -> None:
        link = accounts.invite(COMMAND_LINE, staff.email)
        with database.transaction(ACCOUNTS) as connection:
            connection.execute(
                "UPDATE account_link SET made_at = made_at - %s", [timedelta(days=days)]
            )
        if good:
            accounts.accept_invitation(link, NEW)
        else:
            with pytest.raises(LinkError):
                accounts.accept_invitation(link, NEW)
            assert accounts.delete_expired() >= 1

    def test_a_newer_link_and_a_disabled_account_make_it_void(
        self, accounts: AccountService, staff: Account
    ) -> None:
        first = accounts.invite(COMMAND_LINE, staff.email)
        second = accounts.invite(COMMAND_LINE, staff.email)
        for link in (first, "", "made up"):
            with pytest.raises(LinkError):
                accounts.invited(link)
        accounts.disable(COMMAND_LINE, staff.email)
        accounts.enable(COMMAND_LINE, staff.email)
        with pytest.raises(LinkError):
            accounts.invited(second)

    def test_a_new_password_by_link_ends_every_session(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        accounts.accept_invitation(accounts.invite(COMMAND_LINE, staff.email), NEW)
        assert accounts.session(token) is None

    def test_of_two_who_use_one_link_at_once_one_chooses(
        self, accounts: AccountService, staff: Account
    ) -> None:
        link = accounts.invite(COMMAND_LINE, staff.email)
        together = Barrier(2)

        def choose(password: str) -> str | None:
            together.wait(timeout=300)
            try:
                accounts.accept_invitation(link, password)
            except LinkError:
                return None
            return password

        with ThreadPoolExecutor(2) as pool:
            chosen = [one for one in pool.map(choose, [NEW, NEW + " too"]) if one]
        assert len(chosen) == 1
        accounts.sign_in(staff.email, chosen[0], **BROWSER)


class TestIdentities:
    """Signing in on the word of an identity provider."""

    def test_the_first_time_links_by_verified_email_and_later_by_subject(
        self, accounts: AccountService, staff: Account
    ) -> None:
        first = accounts.sign_in_with_identity(
            ISSUER, "s-1", staff.email.upper(), email_verified=True, **BROWSER
        )
        assert (first.stage, first.account.id) == (Stage.SIGNED_IN, staff.id)
        later = accounts.sign_in_with_identity(
            ISSUER, "s-1", "renamed@example.org", email_verified=False, **BROWSER
        )
        assert later.account.id == staff.id

    @pytest.mark.parametrize(
        ("subject", "email", "verified"),
        [
            ("s-1", "baker@example.org", False),
            ("s-1", "nobody@example.org", True),
            ("s-1", "no email", True),
            ("", "baker@example.org", True),
        ],
    )
    @pytest.mark.usefixtures("staff")
    def test_nobody_else_is_let_in_and_no_account_is_made(
        self, accounts: AccountService, subject: str, email: str, verified: bool
    ) -> None:
        with pytest.raises(SignInError, match="no account here belongs"):
            accounts.sign_in_with_identity(
                ISSUER, subject, email, email_verified=verified, **BROWSER
            )
        assert len(accounts.list_accounts(COMMAND_LINE)) == 1

    def test_a_second_subject_with_the_same_email_is_somebody_else(
        self, accounts: AccountService, staff: Account
    ) -> None:
        accounts.sign_in_with_identity(ISSUER, "s-1", staff.email, email_verified=True, **BROWSER)
        with pytest.raises(SignInError):
            accounts.sign_in_with_identity(
                ISSUER, "s-2", staff.email, email_verified=True, **BROWSER
            )
        accounts.sign_in_with_identity(
            "https://other.example", "s-2", staff.email, email_verified=True, **BROWSER
        )

    def test_it_stands_for_the_password_and_not_for_the_code(
        self, accounts: AccountService, lead: Account
    ) -> None:
        begun = accounts.sign_in_with_identity(
            ISSUER, "s-9", lead.email, email_verified=True, **BROWSER
        )
        assert begun.stage is Stage.CODES_OWED

    def test_a_disabled_account_is_not_let_in(
        self, accounts: AccountService, staff: Account
    ) -> None:
        accounts.sign_in_with_identity(ISSUER, "s-1", staff.email, email_verified=True, **BROWSER)
        accounts.disable(COMMAND_LINE, staff.email)
        with pytest.raises(SignInError):
            accounts.sign_in_with_identity(
                ISSUER, "s-1", staff.email, email_verified=True, **BROWSER
            )
