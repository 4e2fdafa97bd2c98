"""What day it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine

from foundation.clock import now, today
from foundation.settings import Settings


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),  # British Summer Time
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 0, 0, tzinfo=UTC), date(2026, 12, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_the_united_kingdom(
    moment: datetime, day: date, make_settings: Callable[..., Settings]
) -> None:
    with time_machine.travel(moment, tick=False):
        assert today(make_settings(today=None)) == day
        assert now() == moment


def test_the_setting_fixes_the_day(make_settings: Callable[..., Settings]) -> None:
    assert today(make_settings(today=date(2020, 2, 29))) == date(2020, 2, 29)
