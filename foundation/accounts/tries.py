"""Failures slow the next try down, and never bar anybody for good.

After five failures each further try has to wait, twice as long each time, up to a quarter of an
hour. Failures are counted for the account (whether it exists or not) and for the network address.
A browser in which the account signed in before has a count of its own, so that guesses from
elsewhere do not keep its owner out.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from foundation.accounts.tokens import hash_of

FREE_TRIES = 5
LONGEST_WAIT = 900
FORGOTTEN_AFTER = timedelta(hours=24)  # without a failure

Kind = Literal["password", "code", "change"]


@dataclass(frozen=True, slots=True)
class TryKeys:
    """What a failure counts for, as hashes; `waits` are those that slow this try down.

    `cleared` is what a success sets to nothing: failures of the account's or the device's, never
    the address's, or whoever has an account could guess at others' from it.
    """

    counted: tuple[bytes, ...]
    waits: tuple[bytes, ...]
    cleared: bytes


def wait_seconds(failures: int) -> int:
    """Seconds from the last of so many failures to the next try: 0, then 1, 2, 4... up to 900."""
    if failures < FREE_TRIES:
        return 0
    return int(min(2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT))


def keys_of(kind: Kind, email: str, address: str, device: bytes | None) -> TryKeys:
    """What a try at an account counts for.

    Args:
        kind: what is tried; a right password does not forgive wrong codes.
        email: in normal form, whether or not there is such an account.
        address: network address.
        device: hash of the token of a browser that this account signed in with before.
    """
    account = hash_of(f"{kind} account {email}")
    network = hash_of(f"address {address}")
    if device is None:
        return TryKeys((account, network), (account, network), account)
    own = hash_of(f"{kind} device {device.hex()}")
    return TryKeys((own, network), (own,), own)
