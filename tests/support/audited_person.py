"""Somebody to add up."""

from assurance.audits.tally import PROTECTED, AuditedPerson


def person(number: int, **facts: object) -> AuditedPerson:
    """Of lower need, released to London in three weeks from Moorland, but for the facts given."""
    values: dict[str, object] = {
        "id": number,
        "prison": "MDI",
        "need_band": "LOWER",
        "wait_band": None,
        "release_region": "LONDON",
        "weeks_to_release": 3,
        "matchable": True,
        "opted_out": False,
        **dict.fromkeys(PROTECTED),
    }
    return AuditedPerson(**(values | facts))  # type: ignore[arg-type]
