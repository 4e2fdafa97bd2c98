"""Which passwords are accepted, and how they are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from foundation.accounts.passwords import check_password, hash_password, verify_password
from foundation.errors import ValidationError

GOOD = "velvet-otter-plumbs-7"
OWN = ("pat.brown@bakery.example", "Pat Mary Brown")

pytestmark = pytest.mark.usefixtures("shipped_cost")


@given(st.text(max_size=11))
def test_no_password_under_twelve_is_accepted(password: str) -> None:
    with pytest.raises(ValidationError):
        check_password(password, own=())


def test_a_character_that_becomes_many_in_normal_form_counts_once() -> None:
    with pytest.raises(ValidationError, match="at least 12"):
        check_password("\ufdfa" * 2, own=())


@given(st.text(min_size=129, max_size=300))
def test_no_password_over_128_is_accepted(password: str) -> None:
    with pytest.raises(ValidationError):
        check_password(password, own=())


def test_a_good_password_of_12_and_of_128_is_accepted() -> None:
    check_password("otter+velvet", own=OWN)
    check_password("otter velvet plumbs " * 6 + "eight ch", own=OWN)


@given(
    st.sampled_from(FREQUENCY_LISTS["passwords"]),
    st.text("0123456789!?.#-_ ", max_size=20),
    st.booleans(),
)
def test_no_common_password_is_accepted_in_any_case_or_with_a_tail(
    word: str, tail: str, upper: bool
) -> None:
    with pytest.raises(ValidationError):
        check_password((word.upper() if upper else word) + tail, own=())


@pytest.mark.parametrize(
    "password",
    ["Password1234!", "QWERTYUIOP123", "passwordpassword", "123456789012", "aaaaaaaaaaaaaa",
     "!!!!!!!!!!!!!!!", "abababababababab", "letmeinletmein99"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="guessed first"):
        check_password(password, own=())


@pytest.mark.parametrize(
    "password",
    ["xq-brown-77-zmf", "PatMary--77-zmf-BROWN", "b-a-k-e-r-y 77 zmf", "my NewFutures 77 zmf",
     "my-n.e.w futures 77", "patbrown-77-zmfq"],
)  # fmt: skip
def test_ones_own_name_email_and_the_services_are_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="leave out your name"):
        check_password(password, own=OWN)


def test_the_refusal_never_quotes_the_password() -> None:
    with pytest.raises(ValidationError) as caught:
        check_password("hunter2", own=())
    assert "hunter2" not in str(caught.value)


@settings(max_examples=8)
@given(st.text(min_size=1, max_size=40))
def test_a_password_verifies_against_its_own_hash_only(password: str) -> None:
    kept = hash_password(password)
    assert kept.startswith("$argon2id$")
    assert password not in kept or len(password) < 4
    assert verify_password(password, kept) == (True, None)
    assert not verify_password(password + "x", kept).right


def test_two_ways_to_type_the_same_letters_are_one_password() -> None:
    kept = hash_password("cafe\u0301 otter velvet")
    assert verify_password("caf\u00e9 otter velvet", kept).right
    assert verify_password("\uff43af\u00e9 otter velvet", kept).right


def test_parameters_that_moved_on_give_a_new_hash() -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash(GOOD)
    right, rehashed = verify_password(GOOD, weak)
    assert right
    assert rehashed is not None
    assert rehashed != weak
    assert verify_password(GOOD, rehashed) == (True, None)
    assert verify_password("wrong otter velvet", weak) == (False, None)


@pytest.mark.parametrize("password", ["", GOOD, "nobody has this password", "x" * 10_000, "\ud800"])
def test_no_password_is_right_for_nobody(password: str) -> None:
    assert verify_password(password, None) == (False, None)
