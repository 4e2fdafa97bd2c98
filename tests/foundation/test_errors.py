"""Every error is one sentence that a person can be told."""

import foundation.errors
from foundation.errors import NewFuturesError, ValidationError


def test_every_error_belongs_to_the_one_hierarchy() -> None:
    errors = [each for each in vars(foundation.errors).values() if isinstance(each, type)]
    assert len(errors) > 5
    assert all(issubclass(each, NewFuturesError) and each.__doc__ for each in errors)


def test_a_refused_value_says_which_field_which_value_and_what_is_allowed() -> None:
    assert str(ValidationError("postcode", "Leeds", "write LS11")) == (
        "postcode: 'Leeds' is not allowed; write LS11"
    )
