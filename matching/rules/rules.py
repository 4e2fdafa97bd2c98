"""The eligibility rules, each as SQL and as a function of one pair; see
`matching.rules.eligibility`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time, timedelta

from foundation.clock import UK
from foundation.places.postcodes import outward_code
from foundation.vocabulary import (
    BaseLocation,
    Consent,
    HoursPerWeek,
    LicenceCondition,
    OffenceExclusion,
    ReadinessStatus,
    RightToWork,
    Training,
)
from matching.rules.pair import FORBIDDEN_WORK, Outcome, Pair

# With a fixed start the employer may wait a little; without one, people who are released well after
# the closing date are for a person to judge, and beyond half a year the job will have gone.
LATE_DAYS_FIXED, TOO_LATE_DAYS_FIXED = 0, 14
LATE_DAYS_OPEN, TOO_LATE_DAYS_OPEN = 84, 182

FULL_TIME = (HoursPerWeek.FULL_TIME, HoursPerWeek.FULL_TIME_40_PLUS)
LISTED_OFFENCES = (
    OffenceExclusion.ARSON,
    OffenceExclusion.DRIVING,
    OffenceExclusion.MURDER,
    OffenceExclusion.SEXUAL,
    OffenceExclusion.TERRORISM,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, when it applies (in SQL and in Python), and its sentence."""

    code: str
    outcome: Outcome
    summary: str
    sql: str
    applies: Callable[[Pair], bool]
    sentence: Callable[[Pair], str]


def overlaps(start: time, end: time, other_start: time, other_end: time) -> bool:
    """Return whether two times of day overlap; an end before its start is the next day.

    A span that ends as it starts is the whole day.
    """
    return _within(other_start, start, end) or _within(start, other_start, other_end)


def _within(moment: time, start: time, end: time) -> bool:
    if start < end:
        return start <= moment < end
    return moment >= start or moment < end


def _late_limits(pair: Pair) -> tuple[int, int]:
    if pair.vacancy.start_date:
        return LATE_DAYS_FIXED, TOO_LATE_DAYS_FIXED
    return LATE_DAYS_OPEN, TOO_LATE_DAYS_OPEN


def _too_late(pair: Pair) -> bool:
    return pair.days_late is not None and pair.days_late > _late_limits(pair)[1]


def _late(pair: Pair) -> bool:
    late, too_late = _late_limits(pair)
    return pair.days_late is not None and late < pair.days_late <= too_late


def _release_sentence(pair: Pair) -> str:
    release = pair.candidate.release_date
    shown = f"{release:%-d %B %Y}" if release else ""
    if pair.vacancy.start_date:
        days = "1 day" if pair.days_late == 1 else f"{pair.days_late} days"
        return f"Released on {shown}, {days} after the job starts."
    wait = timedelta(days=pair.days_late or 0).days // 7
    return f"Released on {shown}, {wait} weeks after the job can be expected to start."


def _excluded_offences(pair: Pair) -> set[str]:
    listed = {str(code) for code in pair.vacancy.offence_exclusions if code in LISTED_OFFENCES}
    return listed & {str(code) for code in pair.candidate.offences or ()}


def _lists_offences(pair: Pair) -> bool:
    return any(code in LISTED_OFFENCES for code in pair.vacancy.offence_exclusions)


def _curfew_overlaps(pair: Pair) -> bool:
    person, job = pair.candidate, pair.vacancy
    if not (person.curfew_from and person.curfew_to and job.shift_start and job.shift_end):
        return False
    return overlaps(person.curfew_from, person.curfew_to, job.shift_start, job.shift_end)


def _in_exclusion_zone(pair: Pair) -> bool:
    postcode = pair.vacancy.postcode
    return bool(
        pair.has_workplace and postcode and outward_code(postcode) in pair.candidate.exclusion_zones
    )


def _certificates_hinted(pair: Pair) -> bool:
    hinted = pair.candidate.certificates_hinted()
    return all(code in hinted for code in pair.missing_certificates)


def _certificates_missing(pair: Pair) -> bool:
    return pair.candidate.training is not None and bool(pair.missing_certificates)


def _too_far(pair: Pair) -> bool:
    limit = pair.candidate.furthest_travel_miles
    distance = pair.distance
    return (
        distance is not None
        and limit is not None
        and distance.miles - distance.uncertain_miles > limit
    )


def _perhaps_too_far(pair: Pair) -> bool:
    limit = pair.candidate.furthest_travel_miles
    distance = pair.distance
    return (
        distance is not None
        and limit is not None
        and distance.miles - distance.uncertain_miles <= limit < distance.miles
    )


def _distance_sentence(pair: Pair) -> str:
    distance = pair.distance
    limit = pair.candidate.furthest_travel_miles
    if distance is None:
        return ""
    return f"{distance}; the furthest they can travel is {limit} miles."


def _hours_outcome(pair: Pair) -> Outcome:
    wanted, offered = pair.candidate.hours_wanted, pair.vacancy.hours_per_week
    if not wanted or offered in wanted:
        return Outcome.ELIGIBLE
    close = offered in FULL_TIME and any(hours in FULL_TIME for hours in wanted)
    return Outcome.REFER if offered is None or close else Outcome.INELIGIBLE


def _hours_sentence(pair: Pair) -> str:
    wanted = " or ".join(hours.label.lower() for hours in pair.candidate.hours_wanted)
    offered = pair.vacancy.hours_per_week
    if offered is None:
        return f"The job does not state its hours; they want {wanted}."
    return f"The job is {offered.label.lower()}; they want {wanted}."


def _labels(codes: Iterable[Training | LicenceCondition]) -> str:
    return ", ".join(
        code.label.lower() if code.label[1:2].islower() else code.label for code in codes
    )


def _closed_sentence(pair: Pair) -> str:
    closure = pair.stored_vacancy.closure
    if closure is None:
        return f"The vacancy closed on {pair.vacancy.closing_date:%-d %B %Y}."
    on = closure.at.astimezone(UK)
    return f"The vacancy was closed on {on:%-d %B %Y}: {closure.reason.label.lower()}."


def _says(sentence: str) -> Callable[[Pair], str]:
    return lambda _: sentence


REFUSE, ASK = Outcome.INELIGIBLE, Outcome.REFER

RULES: tuple[Rule, ...] = (
    Rule(
        "VACANCY_CLOSED",
        REFUSE,
        "The vacancy has closed",
        "v.closed_at IS NOT NULL OR v.closing_date < %(today)s",
        lambda pair: not pair.stored_vacancy.is_open(pair.today),
        _closed_sentence,
    ),
    Rule(
        "CONSENT_NOT_ASKED",
        REFUSE,
        "Not yet asked for consent to matching",
        "c.consent = 'NOT_ASKED'",
        lambda pair: pair.candidate.consent is Consent.NOT_ASKED,
        _says("They have not been asked for consent to matching; ask them."),
    ),
    Rule(
        "CONSENT_WITHDRAWN",
        REFUSE,
        "Withdrew consent to matching",
        "c.consent = 'WITHDRAWN'",
        lambda pair: pair.candidate.consent is Consent.WITHDRAWN,
        _says("They withdrew their consent to matching."),
    ),
    Rule(
        "NO_RIGHT_TO_WORK",
        REFUSE,
        "No right to work in the UK",
        "c.right_to_work = 'NO' OR c.readiness_status = 'NO_RIGHT_TO_WORK'",
        lambda pair: (
            pair.candidate.right_to_work is RightToWork.NO
            or pair.candidate.readiness_status is ReadinessStatus.NO_RIGHT_TO_WORK
        ),
        _says("They have no right to work in the UK."),
    ),
    Rule(
        "SUPPORT_DECLINED",
        REFUSE,
        "Does not want support to find work",
        "c.readiness_status = 'SUPPORT_DECLINED'",
        lambda pair: pair.candidate.readiness_status is ReadinessStatus.SUPPORT_DECLINED,
        _says("They do not want support to find work."),
    ),
    Rule(
        "RELEASED_TOO_LATE",
        REFUSE,
        "Released too late for the job",
        "c.release_date - coalesce(v.start_date, greatest(v.closing_date, %(today)s))"
        " > CASE WHEN v.start_date IS NULL THEN 182 ELSE 14 END",
        _too_late,
        _release_sentence,
    ),
    Rule(
        "OFFENCE_EXCLUDED",
        REFUSE,
        "The employer excludes a recorded offence category",
        "c.offences && array_remove(array_remove(v.offence_exclusions, 'NONE'), 'OTHER')",
        lambda pair: bool(_excluded_offences(pair)),
        _says("The employer excludes an offence category that is recorded for them."),
    ),
    Rule(
        "CONDITION_FORBIDS",
        REFUSE,
        "A licence condition forbids what the work involves",
        "('NO_WORK_WITH_CHILDREN' = ANY (c.licence_conditions) AND 'CHILDREN' = ANY (v.involves))"
        " IS TRUE"
        " OR ('NO_WORK_WITH_VULNERABLE_ADULTS' = ANY (c.licence_conditions)"
        " AND 'VULNERABLE_ADULTS' = ANY (v.involves)) IS TRUE"
        " OR ('NO_INTERNET' = ANY (c.licence_conditions) AND 'INTERNET' = ANY (v.involves)) IS TRUE"
        " OR ('NO_DRIVING' = ANY (c.licence_conditions) AND ('DRIVING' = ANY (v.involves)"
        " OR v.required_certificates && ARRAY['FULL_UK_DRIVING_LICENCE', 'HGV_LICENCE']))",
        lambda pair: bool(pair.touched_conditions),
        lambda pair: f"Licence condition: {_labels(pair.touched_conditions)}; the job involves it.",
    ),
    Rule(
        "CURFEW_OVERLAPS",
        REFUSE,
        "The curfew overlaps the shift",
        "CASE WHEN c.curfew_from < c.curfew_to"
        " THEN v.shift_start >= c.curfew_from AND v.shift_start < c.curfew_to"
        " ELSE v.shift_start >= c.curfew_from OR v.shift_start < c.curfew_to END"
        " OR CASE WHEN v.shift_start < v.shift_end"
        " THEN c.curfew_from >= v.shift_start AND c.curfew_from < v.shift_end"
        " ELSE c.curfew_from >= v.shift_start OR c.curfew_from < v.shift_end END",
        _curfew_overlaps,
        lambda pair: (
            f"Curfew from {pair.candidate.curfew_from:%H:%M} to {pair.candidate.curfew_to:%H:%M};"
            f" the shift is {pair.vacancy.shift_start:%H:%M} to {pair.vacancy.shift_end:%H:%M}."
        ),
    ),
    Rule(
        "IN_EXCLUSION_ZONE",
        REFUSE,
        "The workplace is in an exclusion zone",
        "d.has_workplace AND split_part(v.postcode, ' ', 1) = ANY (c.exclusion_zones)",
        _in_exclusion_zone,
        lambda pair: (
            f"The workplace ({outward_code(pair.vacancy.postcode or '')}) is in an exclusion zone."
        ),
    ),
    Rule(
        "CERTIFICATE_MISSING",
        REFUSE,
        "A required licence or certificate is not held",
        "c.training IS NOT NULL AND NOT v.required_certificates <@ c.certificates_held"
        " AND NOT v.required_certificates <@ (c.certificates_held || c.certificates_hinted)",
        lambda pair: _certificates_missing(pair) and not _certificates_hinted(pair),
        lambda pair: (
            f"The job requires, and they do not hold: {_labels(pair.missing_certificates)}."
        ),
    ),
    Rule(
        "TOO_FAR",
        REFUSE,
        "Further than they can travel",
        "d.miles - d.uncertain_miles > c.furthest_travel_miles",
        _too_far,
        _distance_sentence,
    ),
    Rule(
        "HOURS_NOT_WANTED",
        REFUSE,
        "Not the hours they want",
        "cardinality(c.hours_wanted) > 0 AND v.hours_per_week <> ALL (c.hours_wanted)"
        " AND NOT (v.hours_per_week IN ('FULL_TIME', 'FULL_TIME_40_PLUS')"
        " AND c.hours_wanted && ARRAY['FULL_TIME', 'FULL_TIME_40_PLUS'])",
        lambda pair: _hours_outcome(pair) is REFUSE,
        _hours_sentence,
    ),
    Rule(
        "PROFILE_NOT_INDEXED",
        ASK,
        "New or changed, and not indexed yet",
        "e.profile_hash IS DISTINCT FROM c.profile_hash",
        lambda pair: not pair.indexed,
        _says("New, or changed since the index was built, so there is no score yet."),
    ),
    Rule(
        "RIGHT_TO_WORK_UNKNOWN",
        ASK,
        "Right to work not recorded",
        "c.right_to_work = 'UNKNOWN'",
        lambda pair: pair.candidate.right_to_work is RightToWork.UNKNOWN,
        _says("Right to work in the UK is not recorded; check it."),
    ),
    Rule(
        "READINESS_NOT_STARTED",
        ASK,
        "Readiness not assessed yet",
        "c.readiness_status = 'NOT_STARTED'",
        lambda pair: pair.candidate.readiness_status is ReadinessStatus.NOT_STARTED,
        _says("Their readiness for work has not been assessed yet."),
    ),
    Rule(
        "SUPPORT_NEEDED",
        ASK,
        "Needs support to be ready",
        "c.readiness_status = 'SUPPORT_NEEDED'",
        lambda pair: pair.candidate.readiness_status is ReadinessStatus.SUPPORT_NEEDED,
        _says("They need support before they are ready to work; see what could be in place."),
    ),
    Rule(
        "RELEASE_DATE_UNKNOWN",
        ASK,
        "Release date not known",
        "c.release_date IS NULL",
        lambda pair: pair.candidate.release_date is None,
        _says("Their release date is not known."),
    ),
    Rule(
        "RELEASED_LATE",
        ASK,
        "Released after the job would start",
        "c.release_date - coalesce(v.start_date, greatest(v.closing_date, %(today)s))"
        " BETWEEN CASE WHEN v.start_date IS NULL THEN 85 ELSE 1 END"
        " AND CASE WHEN v.start_date IS NULL THEN 182 ELSE 14 END",
        _late,
        lambda pair: f"{_release_sentence(pair)} Ask whether the employer can wait.",
    ),
    Rule(
        "OFFENCE_CASE_BY_CASE",
        ASK,
        "The employer looks at offences case by case",
        "'CASE_BY_CASE' = ANY (v.offence_exclusions)",
        lambda pair: OffenceExclusion.CASE_BY_CASE in pair.vacancy.offence_exclusions,
        _says("The employer looks at offences case by case; talk to them first."),
    ),
    Rule(
        "OFFENCE_OTHER_EXCLUSION",
        ASK,
        "The employer names an exclusion in words",
        "'OTHER' = ANY (v.offence_exclusions)",
        lambda pair: OffenceExclusion.OTHER in pair.vacancy.offence_exclusions,
        lambda pair: (
            "The employer excludes, in their words: "
            f"“{pair.vacancy.offence_exclusions_details}”; check whether it applies."
        ),
    ),
    Rule(
        "OFFENCE_NOT_RECORDED",
        ASK,
        "Offence categories not recorded",
        "c.offences IS NULL AND v.offence_exclusions &&"
        " ARRAY['ARSON', 'DRIVING', 'MURDER', 'SEXUAL', 'TERRORISM']",
        lambda pair: pair.candidate.offences is None and _lists_offences(pair),
        _says("The employer excludes some offences, and theirs are not recorded; check."),
    ),
    Rule(
        "CONDITIONS_NOT_RECORDED",
        ASK,
        "Licence conditions not recorded",
        "c.licence_conditions IS NULL",
        lambda pair: pair.candidate.licence_conditions is None,
        _says("Their licence conditions are not recorded; check them against the job."),
    ),
    Rule(
        "WORK_NOT_STATED",
        ASK,
        "The job does not say what a licence condition would touch",
        "v.involves IS NULL AND c.licence_conditions && ARRAY['NO_WORK_WITH_CHILDREN',"
        " 'NO_WORK_WITH_VULNERABLE_ADULTS', 'NO_INTERNET', 'NO_DRIVING']",
        lambda pair: (
            pair.vacancy.involves is None
            and any(code in FORBIDDEN_WORK for code in pair.candidate.licence_conditions or ())
        ),
        _says("A licence condition limits their work, and the job does not say what it involves."),
    ),
    Rule(
        "SHIFT_NOT_STATED",
        ASK,
        "Has a curfew, and the shift is not stated",
        "'CURFEW' = ANY (c.licence_conditions) AND v.shift_start IS NULL",
        lambda pair: (
            pair.has_condition(LicenceCondition.CURFEW) and pair.vacancy.shift_start is None
        ),
        lambda pair: (
            f"Curfew from {pair.candidate.curfew_from:%H:%M} to {pair.candidate.curfew_to:%H:%M};"
            " the job does not state its shift."
        ),
    ),
    Rule(
        "ZONE_NOT_KNOWN",
        ASK,
        "Has an exclusion zone, and the workplace is not fixed",
        "'EXCLUSION_ZONE' = ANY (c.licence_conditions) AND v.national"
        " AND v.base_location <> 'REMOTE'",
        lambda pair: (
            pair.has_condition(LicenceCondition.EXCLUSION_ZONE)
            and pair.vacancy.national
            and pair.vacancy.base_location is not BaseLocation.REMOTE
        ),
        _says("They have an exclusion zone, and the job may be anywhere in the country."),
    ),
    Rule(
        "APPROVAL_NEEDED",
        ASK,
        "Employment needs approval",
        "'EMPLOYMENT_NEEDS_APPROVAL' = ANY (c.licence_conditions)",
        lambda pair: pair.has_condition(LicenceCondition.EMPLOYMENT_NEEDS_APPROVAL),
        _says("Licence condition: their probation officer must approve any job."),
    ),
    Rule(
        "CERTIFICATE_TO_CONFIRM",
        ASK,
        "A required licence or certificate must be confirmed",
        "c.training IS NOT NULL AND NOT v.required_certificates <@ c.certificates_held"
        " AND v.required_certificates <@ (c.certificates_held || c.certificates_hinted)",
        lambda pair: _certificates_missing(pair) and _certificates_hinted(pair),
        lambda pair: (
            f"The job requires {_labels(pair.missing_certificates)}; their profile suggests it "
            "but does not record it."
        ),
    ),
    Rule(
        "CERTIFICATES_NOT_RECORDED",
        ASK,
        "Licences and certificates not recorded",
        "c.training IS NULL AND NOT v.required_certificates <@ c.certificates_held",
        lambda pair: pair.candidate.training is None and bool(pair.missing_certificates),
        lambda pair: (
            f"The job requires {_labels(pair.missing_certificates)}; "
            "what they hold is not recorded."
        ),
    ),
    Rule(
        "NO_FIXED_ABODE",
        ASK,
        "No fixed abode, so no distance",
        "d.has_workplace AND c.no_fixed_abode",
        lambda pair: pair.has_workplace and pair.candidate.no_fixed_abode,
        _says("They have no fixed abode to go to, so the distance is not known."),
    ),
    Rule(
        "RELEASE_AREA_UNKNOWN",
        ASK,
        "Release area not known, so no distance",
        "d.has_workplace AND NOT c.no_fixed_abode AND c.place_precision IS NULL",
        lambda pair: (
            pair.has_workplace
            and not pair.candidate.no_fixed_abode
            and pair.stored_candidate.precision is None
        ),
        lambda pair: (
            f"The release area ({pair.candidate.release_area or 'not recorded'}) is not one whose "
            "place is known, so there is no distance."
        ),
    ),
    Rule(
        "WORKPLACE_UNKNOWN",
        ASK,
        "The workplace's postcode is not known",
        "d.has_workplace AND v.place_precision IS NULL",
        lambda pair: pair.has_workplace and pair.stored_vacancy.precision is None,
        lambda pair: f"Where {pair.vacancy.postcode} is, is not known, so there is no distance.",
    ),
    Rule(
        "TRAVEL_NOT_STATED",
        ASK,
        "How far they can travel is not recorded",
        "d.has_workplace AND c.furthest_travel_miles IS NULL",
        lambda pair: pair.has_workplace and pair.candidate.furthest_travel_miles is None,
        _says("How far they can travel is not recorded."),
    ),
    Rule(
        "DISTANCE_UNCERTAIN",
        ASK,
        "Perhaps further than they can travel",
        "d.miles > c.furthest_travel_miles"
        " AND d.miles - d.uncertain_miles <= c.furthest_travel_miles",
        _perhaps_too_far,
        lambda pair: f"{_distance_sentence(pair)} The places are not exact; check the journey.",
    ),
    Rule(
        "HOURS_CLOSE",
        ASK,
        "Nearly the hours they want, or hours not stated",
        "cardinality(c.hours_wanted) > 0 AND (v.hours_per_week IS NULL"
        " OR (v.hours_per_week <> ALL (c.hours_wanted)"
        " AND v.hours_per_week IN ('FULL_TIME', 'FULL_TIME_40_PLUS')"
        " AND c.hours_wanted && ARRAY['FULL_TIME', 'FULL_TIME_40_PLUS']))",
        lambda pair: _hours_outcome(pair) is ASK,
        _hours_sentence,
    ),
)
