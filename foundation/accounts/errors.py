"""Refusals, each with what to do. They never say whether an account exists."""

from foundation.errors import NewFuturesError


class SignInError(NewFuturesError):
    """The address of mail and the password, or the code, do not let anybody in."""


class SessionEndedError(SignInError):
    """There is no such session, or it is not at the step that this needs."""

    def __init__(self) -> None:
        super().__init__("your sign-in has ended or is not complete; sign in again")


class TooManyTriesError(SignInError):
    """There were failures before; `seconds` is how long to wait until the next try."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many tries; wait {wait_in_words(seconds)} and try again")


class LinkError(NewFuturesError):
    """The link was used, is too old, or was replaced by a newer one."""

    def __init__(self) -> None:
        super().__init__("this link was used, replaced or is too old; ask for a new one")


class NotAllowedError(NewFuturesError):
    """Only administrators do this."""


def wait_in_words(seconds: int) -> str:
    """`40 seconds`; from a minute on whole minutes, upwards."""
    if seconds < 60:
        return f"{seconds} second{'s' * (seconds != 1)}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'s' * (minutes != 1)}"
