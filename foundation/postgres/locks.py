"""File locks (flock), which the kernel releases however their holder dies."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from foundation.errors import LocalPostgresError

POLL_SECONDS = 0.02


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """An open descriptor that holds the lock until its last copy is closed; None if taken."""
    import fcntl  # absent on Windows, where this module must still import

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LocalPostgresError(
            f"{path} cannot be opened ({error.strerror}): run as the account that owns "
            f"{path.parent}, or choose another data directory with NEWFUTURES_DATA_DIR"
        ) from error
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def wait_for_lock(path: Path, deadline: float, reason: str, *, shared: bool = False) -> int:
    """The lock's descriptor as soon as it is free; `deadline` is a monotonic time in seconds.

    Raises:
        LocalPostgresError: it is still taken at the deadline; `reason` says why it may be.
    """
    while (descriptor := try_lock(path, shared=shared)) is None:
        if time.monotonic() > deadline:
            raise LocalPostgresError(
                f"PostgreSQL on {path.parent} cannot be used yet, because {reason} ({path.name} "
                "is locked): wait a little and try again"
            )
        time.sleep(POLL_SECONDS)
    return descriptor


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock alone."""
    if not path.exists():
        return False
    descriptor = try_lock(path, shared=True)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


@contextlib.contextmanager
def closing_descriptor(descriptor: int) -> Iterator[int]:
    """Closes a descriptor at the end of the block."""
    try:
        yield descriptor
    finally:
        os.close(descriptor)
