"""The process between our programs and PostgreSQL, run as `-m foundation.postgres.supervisor`.

It lives as long as the server does, so it imports little.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from foundation.postgres.binaries import Account
from foundation.postgres.locks import try_lock

SUPERVISOR_POLL_SECONDS = 0.2


def supervise(order: dict[str, Any]) -> None:
    """Run postgres until no program uses it, then stop it; also if this process is asked to end."""
    if os.fork():
        os._exit(0)  # so that the program which started us has no child to wait for
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _exit)
    account = Account(*order["account"])
    postgres = subprocess.Popen(  # noqa: S603 - the command that `_launch` built, no shell
        order["command"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        pass_fds=(order["server_lock"],),
        user=None if account.is_ours else account.uid,
        group=None if account.is_ours else account.gid,
        extra_groups=None if account.is_ours else [],
        preexec_fn=_end_with(os.getpid()),
    )
    os.close(order["server_lock"])  # from now on it says whether postgres lives, not whether we do
    try:
        # On success the lock is held until we exit, so a newcomer waits for a clean stop.
        while postgres.poll() is None and try_lock(Path(order["in_use_lock"])) is None:
            time.sleep(SUPERVISOR_POLL_SECONDS)
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if postgres.poll() is None:
            postgres.send_signal(signal.SIGINT)  # a fast shutdown: sessions end, all is written
        postgres.wait()


def _exit(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _end_with(parent: int) -> Callable[[], None] | None:
    """What makes the kernel stop postgres when the supervisor dies; only Linux can."""
    if sys.platform != "linux":
        return None
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        # Runs after the change of account, which would have cleared the request.
        prctl(set_parent_death_signal, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)  # the supervisor died before the request was made

    return tie


if __name__ == "__main__":
    supervise(json.loads(sys.argv[1]))
