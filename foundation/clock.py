"""What day it is, in one place, so that tests and replays can say."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from foundation.settings import Settings

UK = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def today(settings: Settings) -> date:
    """The date in the United Kingdom, or the one that the setting `today` fixes."""
    return settings.today or datetime.now(UK).date()
