"""Roles and how far they reach."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.model import (
    PARTS,
    Account,
    AccountStatus,
    Extent,
    Stage,
    check_extent,
    checked_name,
    normal_email,
    scope_of,
    stage_of,
)
from foundation.errors import ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import Role

REGIONS = (Region.WALES,)
RIGHT = {
    Role.PRISON_EMPLOYMENT_LEAD: Extent(prisons=("MDI", "LEI")),
    Role.NFN_BROKER: Extent(regions=REGIONS),
    Role.EMPLOYER: Extent(employer_id=4),
    Role.WORK_COACH: Extent(prisons=("MDI",), areas=("LS", "B")),
    Role.AUDITOR: Extent(),
    Role.ADMINISTRATOR: Extent(),
}
extents = st.builds(
    Extent,
    prisons=st.sampled_from([(), ("MDI",)]),
    areas=st.sampled_from([(), ("LS",)]),
    regions=st.sampled_from([(), REGIONS]),
    employer_id=st.sampled_from([None, 4]),
)


def account(role: Role, *, codes: bool = False) -> Account:
    extent = RIGHT[role]
    return Account(
        id=9,
        public_id=uuid4(),
        email="pat@example.org",
        name="Pat",
        role=role,
        prisons=extent.prisons,
        areas=extent.areas,
        regions=extent.regions,
        employer_id=extent.employer_id,
        status=AccountStatus.ACTIVE,
        has_password=True,
        has_one_time_codes=codes,
        made_up=False,
        created_at=datetime.now(UTC),
        last_sign_in_at=None,
    )


@given(st.sampled_from(list(Role)), extents)
def test_an_extent_is_accepted_exactly_if_it_has_a_part_of_the_role_and_no_other(
    role: Role, extent: Extent
) -> None:
    given_parts = {
        name
        for name, value in (
            ("prisons", extent.prisons),
            ("areas", extent.areas),
            ("regions", extent.regions),
            ("employer", extent.employer_id),
        )
        if value
    }
    allowed = set(PARTS[role])
    if given_parts <= allowed and (given_parts or not allowed):
        check_extent(role, extent)
    else:
        with pytest.raises(ValidationError, match=role.label):
            check_extent(role, extent)


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        (Extent(prisons=("mdi",)), "three letters"),
        (Extent(areas=("LS1",)), "letters of a postcode area"),
        (Extent(areas=("QQ",)), "letters of a postcode area"),
    ],
)
def test_a_place_that_is_none_is_refused(extent: Extent, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        check_extent(Role.WORK_COACH, extent)


@pytest.mark.parametrize("role", Role)
def test_nobody_who_signs_in_sees_every_prison(role: Role) -> None:
    scope = scope_of(account(role))
    assert scope.prisons is not None
    assert scope.prisons == RIGHT[role].prisons
    assert scope.areas == RIGHT[role].areas
    assert (scope.actor, scope.role, scope.account_id) == ("pat@example.org", role, 9)
    assert scope.employer_id == RIGHT[role].employer_id


@pytest.mark.parametrize("role", Role)
def test_every_role_but_employers_owes_a_code(role: Role) -> None:
    without = Stage.SIGNED_IN if role is Role.EMPLOYER else Stage.CODES_OWED
    assert stage_of(account(role), code_given=False) is without
    assert stage_of(account(role, codes=True), code_given=False) is Stage.CODE_OWED
    assert stage_of(account(role, codes=True), code_given=True) is Stage.SIGNED_IN


@pytest.mark.parametrize("written", ["Pat@Example.ORG", "  pat@example.org\n", "ｐat@example.org"])
def test_an_email_is_the_same_however_it_is_written(written: str) -> None:
    assert normal_email(written) == "pat@example.org"


@pytest.mark.parametrize("written", ["", "pat", "a b@c", "a@b@c", "a\x00@b", "a" * 250 + "@b.cd"])
def test_what_is_no_email_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match=r"name@example\.org"):
        normal_email(written)


@given(st.text(max_size=300))
def test_the_normal_form_of_an_email_is_its_own_normal_form(text: str) -> None:
    try:
        email = normal_email(f"{text}@example.org")
    except ValidationError:
        return
    assert normal_email(email) == email


def test_a_name_is_one_line_that_can_be_shown() -> None:
    assert checked_name("  Pat \n Brown ") == "Pat Brown"
    for written in ("", " ", "x" * 101, "a\x1bb"):
        with pytest.raises(ValidationError, match="1 to 100"):
            checked_name(written)
