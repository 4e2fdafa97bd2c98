"""Release, consent, readiness and what limits where a made-up person may work.

All shares here are assumptions, chosen so that every rule of eligibility has somebody to decide on.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random
from typing import Any

from demonstration.synthetic.background import Background, pick
from demonstration.synthetic.places import outward_code_near, outward_codes_beside
from foundation.places.prisons import Prison
from foundation.vocabulary import (
    Accommodation,
    ActionStatus,
    AffectingAbility,
    ChangeNeeded,
    Consent,
    DeclinedReason,
    IdDocument,
    LicenceCondition,
    Offence,
    ReadinessAction,
    ReadinessStatus,
    ReleaseDateType,
    RightToWork,
    Training,
)

CONSENT = {Consent.GIVEN: 0.92, Consent.NOT_ASKED: 0.06, Consent.WITHDRAWN: 0.02}
READINESS = {
    ReadinessStatus.READY_TO_WORK: 0.68,
    ReadinessStatus.SUPPORT_NEEDED: 0.20,
    ReadinessStatus.NOT_STARTED: 0.07,
    ReadinessStatus.SUPPORT_DECLINED: 0.04,
    ReadinessStatus.NO_RIGHT_TO_WORK: 0.01,
}
RIGHT_TO_WORK_UNKNOWN = 0.06
RELEASE_UNKNOWN = 0.02
RELEASE_DAYS = {(-28, -1): 0.06, (0, 182): 0.80, (183, 730): 0.14}  # days after the date given
RELEASE_DATE_TYPES = {
    ReleaseDateType.CRD: 0.60,
    ReleaseDateType.ARD: 0.25,
    ReleaseDateType.PRRD: 0.12,
    ReleaseDateType.NPD: 0.03,
}
NEAR_THE_PRISON = 0.6
OFFENCES_RECORDED = 0.94
NO_LISTED_OFFENCE = 0.78
LISTED_OFFENCES = {
    Offence.OTHER: 0.46,
    Offence.SEXUAL: 0.20,
    Offence.DRIVING: 0.18,
    Offence.ARSON: 0.08,
    Offence.MURDER: 0.065,
    Offence.TERRORISM: 0.015,
}
CONDITIONS_RECORDED = 0.90
CURFEW = 0.08
EXCLUSION_ZONE = 0.06
NEEDS_APPROVAL = 0.03
# Share with the condition where the offence goes with it, and elsewhere; over everybody they come
# to 4 % (children), 3 % (vulnerable adults), 1.5 % (internet) and 3 % (driving).
AFTER_OFFENCE = {
    LicenceCondition.NO_WORK_WITH_CHILDREN: (Offence.SEXUAL, 0.45, 0.022),
    LicenceCondition.NO_WORK_WITH_VULNERABLE_ADULTS: (Offence.SEXUAL, 0.30, 0.018),
    LicenceCondition.NO_INTERNET: (Offence.SEXUAL, 0.20, 0.007),
    LicenceCondition.NO_DRIVING: (Offence.DRIVING, 0.40, 0.015),
}
CURFEW_HOURS = {(time(19), time(7)): 0.75, (time(20), time(6)): 0.12, (time(21), time(6)): 0.13}
DECIDED = (  # of readiness actions: by the standing of the person
    (ReadinessStatus.READY_TO_WORK, (0.1, 0.25)),
    (ReadinessStatus.SUPPORT_NEEDED, (0.4, 0.75)),
)


def release(rng: Random, prison: Prison, background: Background, as_of: date) -> dict[str, Any]:
    """When and where to: about .6 of people go near the prison, the others anywhere."""
    values: dict[str, Any] = {}
    if rng.random() >= RELEASE_UNKNOWN:
        first, last = pick(rng, RELEASE_DAYS)
        values["release_date"] = as_of + timedelta(days=rng.randint(first, last))
        values["release_date_type"] = pick(rng, RELEASE_DATE_TYPES)
    if background.homeless:
        return values | {"no_fixed_abode": True, "accommodation": Accommodation.NO_FIXED_ABODE}
    near = prison.outward_code if rng.random() < NEAR_THE_PRISON else None
    values["release_area"] = outward_code_near(rng, near)
    values["accommodation"] = pick(
        rng,
        {Accommodation.SETTLED: 0.62, Accommodation.TEMPORARY: 0.26, Accommodation.UNKNOWN: 0.12},
    )
    return values


def readiness(rng: Random, held: frozenset[Training], as_of: date) -> dict[str, Any]:
    """Consent, right to work, and where the person stands with finding work."""
    status = pick(rng, READINESS)
    consent = pick(rng, CONSENT)
    asked = as_of - timedelta(days=rng.randint(3, 240))
    right = RightToWork.UNKNOWN if rng.random() < RIGHT_TO_WORK_UNKNOWN else RightToWork.YES
    if status is ReadinessStatus.NO_RIGHT_TO_WORK:
        right = RightToWork.NO
    values: dict[str, Any] = {
        "readiness_status": status,
        "consent": consent,
        "consent_date": None if consent is Consent.NOT_ASKED else asked,
        "right_to_work": right,
        "id_documents": _documents(rng, held),
        "affecting_ability": _affecting(rng),
    }
    if status is ReadinessStatus.READY_TO_WORK:
        values["ready_since"] = as_of - timedelta(days=rng.randint(0, 120))
    if status is ReadinessStatus.SUPPORT_DECLINED:
        values["support_declined_reasons"] = rng.sample(list(DeclinedReason), rng.randint(1, 2))
        values["changes_needed"] = rng.sample(list(ChangeNeeded), rng.randint(0, 2))
    values["readiness_actions"] = tuple(_actions(rng, status))
    return values


def _documents(rng: Random, held: frozenset[Training]) -> list[IdDocument]:
    shares = {IdDocument.BIRTH_CERTIFICATE: 0.55, IdDocument.PASSPORT: 0.25, IdDocument.OTHER: 0.08}
    documents = [document for document, share in shares.items() if rng.random() < share]
    if Training.FULL_UK_DRIVING_LICENCE in held and rng.random() < 0.6:
        documents.append(IdDocument.DRIVING_LICENCE)
    return documents


def _affecting(rng: Random) -> list[AffectingAbility]:
    if rng.random() < 0.55:
        return [AffectingAbility.NONE]
    return [kind for kind in AffectingAbility if kind != "NONE" and rng.random() < 0.12]


def _actions(rng: Random, status: ReadinessStatus) -> Iterator[dict[str, str]]:
    limits = dict(DECIDED).get(status)
    if limits is None:
        return
    for action in ReadinessAction:
        chance = rng.random()
        if rng.random() < 0.8:
            state = (
                ActionStatus.NOT_STARTED
                if chance < limits[0]
                else ActionStatus.IN_PROGRESS
                if chance < limits[1]
                else ActionStatus.COMPLETED
            )
            yield {"action": action, "status": state}


def restrictions(rng: Random, area: str) -> dict[str, Any]:
    """Offence categories and licence conditions; `area` is where an exclusion zone may lie."""
    offences = _offences(rng)
    values: dict[str, Any] = {}
    if rng.random() < OFFENCES_RECORDED:
        values["offences"] = offences
    if rng.random() >= CONDITIONS_RECORDED:
        return values
    conditions = [
        condition
        for condition, (offence, after, otherwise) in AFTER_OFFENCE.items()
        if rng.random() < (after if offence in offences else otherwise)
    ]
    if rng.random() < NEEDS_APPROVAL:
        conditions.append(LicenceCondition.EMPLOYMENT_NEEDS_APPROVAL)
    if rng.random() < CURFEW:
        conditions.append(LicenceCondition.CURFEW)
        values["curfew_from"], values["curfew_to"] = pick(rng, CURFEW_HOURS)
    if rng.random() < EXCLUSION_ZONE:
        conditions.append(LicenceCondition.EXCLUSION_ZONE)
        values["exclusion_zones"] = outward_codes_beside(rng, area, rng.randint(1, 3))
    values["licence_conditions"] = conditions or [LicenceCondition.NONE]
    return values


def _offences(rng: Random) -> list[Offence]:
    if rng.random() < NO_LISTED_OFFENCE:
        return [Offence.NONE]
    offences = {pick(rng, LISTED_OFFENCES)}
    if rng.random() < 0.06:
        offences.add(pick(rng, LISTED_OFFENCES))
    return sorted(offences)
