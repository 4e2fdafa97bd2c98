"""Weeks that a person has waited: since they were ready, or since a shortlist last had them."""

from datetime import date

from candidates.model import Candidate
from foundation.vocabulary import Code, ReadinessStatus
from matching.groups.need import weeks_between

FIRST_PLACES = 10  # what somebody reads of a list: a shortlist, and what ends a wait


class WaitBand(Code):
    """Weeks that a ready person has waited without a shortlist (our own bands)."""

    NOT_READY = "NOT_READY", "Not ready"
    UNDER_4_WEEKS = "UNDER_4_WEEKS", "Waited under 4 weeks"
    FROM_4_TO_12_WEEKS = "FROM_4_TO_12_WEEKS", "Waited 4 to 12 weeks"
    OVER_12_WEEKS = "OVER_12_WEEKS", "Waited over 12 weeks"


def is_ready(candidate: Candidate) -> bool:
    """Return whether staff have recorded that a person is ready for work."""
    return candidate.readiness_status is ReadinessStatus.READY_TO_WORK


def weeks_waited(candidate: Candidate, last_shown: date | None, today: date) -> int | None:
    """Return whole weeks since the later of `ready_since` and `last_shown`.

    None for someone who is not ready, and for someone ready of whom neither day is known.
    """
    if not is_ready(candidate):
        return None
    days = [day for day in (candidate.ready_since, last_shown) if day is not None]
    return max(0, weeks_between(max(days), today)) if days else None


def wait_band(candidate: Candidate, weeks: int | None) -> WaitBand:
    """Return the band of a wait; ready since an unrecorded day counts as the shortest."""
    if not is_ready(candidate):
        return WaitBand.NOT_READY
    if weeks is None or weeks < 4:
        return WaitBand.UNDER_4_WEEKS
    return WaitBand.FROM_4_TO_12_WEEKS if weeks <= 12 else WaitBand.OVER_12_WEEKS
