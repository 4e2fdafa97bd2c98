"""What attributes and their groups are called in an audit, and in which order groups stand.

Knows the codes of equality monitoring, and reads nobody's.
"""

from assurance.audits.tally import (
    NOT_RECORDED,
    OPTED_OUT,
)
from candidates.monitoring import model as monitoring
from foundation.places.prisons import prison_name
from foundation.places.regions import Region
from foundation.vocabulary import Code
from matching.groups.need import NeedBand
from matching.groups.waiting import WaitBand

UNKNOWN = (monitoring.NOT_STATED[0], NOT_RECORDED, OPTED_OUT, Region.NOT_KNOWN.value)

UNKNOWN_LABELS = {NOT_RECORDED: "Not recorded", OPTED_OUT: "Opted out"}

CODES: dict[str, type[Code]] = {
    "need_band": NeedBand,
    "wait_band": WaitBand,
    "release_region": Region,
    "sex": monitoring.Sex,
    "gender_identity": monitoring.GenderIdentity,
    "age_band": monitoring.AgeBand,
    "ethnicity": monitoring.Ethnicity,
    "disability": monitoring.Disability,
    "religion": monitoring.Religion,
    "sexual_orientation": monitoring.SexualOrientation,
    "nationality": monitoring.Nationality,
}

ATTRIBUTE_LABELS = {"release_weeks": "Weeks to release", "age_band": "Age"}


def group_label(attribute: str, label: str) -> str:
    """A group as a table names it."""
    if label in UNKNOWN_LABELS:
        return UNKNOWN_LABELS[label]
    if attribute == "prison":
        return prison_name(label)
    codes = CODES.get(attribute)
    return codes(label).label if codes else label[:1].upper() + label[1:]


def attribute_label(attribute: str) -> str:
    """An attribute as a heading names it."""
    plain = attribute.replace("_", " ")
    return ATTRIBUTE_LABELS.get(attribute, plain[:1].upper() + plain[1:])
